//! How often from where: bounds per network, in this process.
//!
//! A network is an IPv4 address or an IPv6 /64 (security.md A9): what one subscriber can change at will is
//! one. The bounds are generous, because a carrier puts thousands of members behind one address; they blunt
//! floods and never decide about an account. The bounds that must be exact live in the database.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use accounts::Line;
use figures::{Counters, Word};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::answer::Refusal;
use crate::engine::Limits;
use crate::tally::ask_word;

/// So many within so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// How many at once.
    pub count: NonZeroU32,
    /// In which time they grow back.
    pub within: Duration,
}

impl Allowance {
    fn quota(self) -> Quota {
        let each = self.within.checked_div(self.count.get()).unwrap_or(self.within);
        let each = each.max(Duration::from_nanos(1));
        Quota::with_period(each).unwrap_or(Quota::per_second(self.count)).allow_burst(self.count)
    }
}

/// What a request wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    Password,
    Code,
    Write,
}

/// The limiters of this process.
pub(crate) struct NetworkLimits {
    passwords: DefaultKeyedRateLimiter<String>,
    codes: DefaultKeyedRateLimiter<String>,
    writes: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
    asked: std::sync::atomic::AtomicU64,
    pub(crate) takes: Counters<2>,
}

/// After so many questions the networks that were quiet long enough are forgotten, so that memory is bounded
/// by the networks that are active.
const FORGET_EVERY: u64 = 4_096;

impl NetworkLimits {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            passwords: RateLimiter::keyed(limits.sign_in.quota()),
            codes: RateLimiter::keyed(limits.codes.quota()),
            writes: RateLimiter::keyed(limits.writes.quota()),
            clock: DefaultClock::default(),
            asked: std::sync::atomic::AtomicU64::new(0),
            takes: Counters::new(["limit", "result"]),
        }
    }

    /// Takes one from the network's allowance, or says when to come again.
    pub(crate) fn take(&self, ask: Ask, network: &Line) -> Result<(), Refusal> {
        let limiter = self.limiter(ask);
        let asked = self.asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if asked.is_multiple_of(FORGET_EVERY) {
            limiter.retain_recent();
        }
        let taken = limiter.check_key(&network.as_str().to_owned());
        let result = if taken.is_ok() { "taken" } else { "refused" };
        self.takes.one([Word::from(ask_word(ask)), Word::from(result)]);
        taken.map_err(|not_until| {
            let retry_after = not_until.wait_time_from(self.clock.now());
            Refusal::RateLimited { retry_after }
        })
    }

    /// How many networks were counted lately.
    pub(crate) fn networks(&self, ask: Ask) -> u64 {
        u64::try_from(self.limiter(ask).len()).unwrap_or(u64::MAX)
    }

    const fn limiter(&self, ask: Ask) -> &DefaultKeyedRateLimiter<String> {
        match ask {
            Ask::Password => &self.passwords,
            Ask::Code => &self.codes,
            Ask::Write => &self.writes,
        }
    }
}

/// The network of an address: the address itself for IPv4, the /64 for IPv6.
#[must_use]
pub fn network_of(address: IpAddr) -> Line {
    let text = match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{}/64", std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    };
    Line::clean(&text, 64)
}
