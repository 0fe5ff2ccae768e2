//! How often from where: bounds per network, in this process.
//!
//! A network is an IPv4 address or an IPv6 /64 (security.md A9): what one subscriber can change at will is
//! one. The bounds are generous, because a carrier puts thousands of members behind one address; they blunt
//! floods and never decide about an account. The bounds that must be exact live in the database. What is remembered is
//! bounded too: quiet networks are forgotten, and beyond so many networks the new ones share allowances.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use accounts::Line;
use figures::{Bound, Counters, Word};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};

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
    passwords: Limiter,
    codes: Limiter,
    writes: Limiter,
    new_addresses: DefaultDirectRateLimiter,
    clock: DefaultClock,
    pub(crate) takes: Counters<2>,
}

/// After so many questions the networks that were quiet long enough are forgotten, so that memory is bounded
/// by the networks that are active.
const FORGET_EVERY: u64 = 4_096;
/// The most networks that have an allowance of their own.
const MOST_NETWORKS: usize = 131_072;
/// How many allowances all further networks share: enough that a flood from many is unlikely to hit a member's.
const SHARED: u64 = 4_096;

impl NetworkLimits {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            passwords: Limiter::new(limits.sign_in, MOST_NETWORKS),
            codes: Limiter::new(limits.codes, MOST_NETWORKS),
            writes: Limiter::new(limits.writes, MOST_NETWORKS),
            new_addresses: RateLimiter::direct(limits.new_addresses.quota()),
            clock: DefaultClock::default(),
            takes: Counters::new(["limit", "result"]),
        }
    }

    /// Takes one from the network's allowance, or says when to come again.
    pub(crate) fn take(&self, ask: Ask, network: &Line) -> Result<(), Refusal> {
        let taken = self.limiter(ask).take(network.as_str(), &self.clock);
        self.count(ask_word(ask), taken.is_ok());
        taken.map_err(|retry_after| Refusal::RateLimited { retry_after })
    }

    /// Takes one of the mails that the house sends in all to addresses that are nobody's yet: what is asked for at these is
    /// bounded by no number of members (docs/decisions/0028).
    pub(crate) fn take_new_address(&self) -> Result<(), Refusal> {
        let taken = self.new_addresses.check();
        self.count("new-addresses", taken.is_ok());
        taken.map_err(|not_until| {
            let retry_after = not_until.wait_time_from(self.clock.now());
            Refusal::Overloaded { retry_after }
        })
    }

    fn count(&self, limit: &'static str, taken: bool) {
        let result = if taken { "taken" } else { "refused" };
        self.takes.one([Word::from(limit), Word::from(result)]);
    }

    /// How many networks are remembered, and how many can be.
    pub(crate) fn networks(&self, ask: Ask) -> Bound {
        let limiter = self.limiter(ask);
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        Bound { used: count(limiter.known.len()), limit: count(limiter.most).saturating_add(SHARED) }
    }

    const fn limiter(&self, ask: Ask) -> &Limiter {
        match ask {
            Ask::Password => &self.passwords,
            Ask::Code => &self.codes,
            Ask::Write => &self.writes,
        }
    }
}

/// The allowances of one kind. Each is cleared by its own questions: whoever asks for two kinds in turn must not keep the
/// turn of one of them from ever coming.
struct Limiter {
    known: DefaultKeyedRateLimiter<String>,
    most: usize,
    asked: AtomicU64,
    crowded: AtomicBool,
}

impl Limiter {
    fn new(allowance: Allowance, most: usize) -> Self {
        let known = RateLimiter::keyed(allowance.quota());
        Self { known, most, asked: AtomicU64::new(0), crowded: AtomicBool::new(false) }
    }

    fn take(&self, network: &str, clock: &DefaultClock) -> Result<(), Duration> {
        let asked = self.asked.fetch_add(1, Ordering::Relaxed);
        if asked.is_multiple_of(FORGET_EVERY) {
            self.forget();
        }
        let crowded = self.crowded.load(Ordering::Relaxed);
        let taken = match crowded {
            false => self.known.check_key(&network.to_owned()),
            true => self.known.check_key(&shared(network)),
        };
        taken.map_err(|not_until| not_until.wait_time_from(clock.now()))
    }

    fn forget(&self) {
        self.known.retain_recent();
        self.known.shrink_to_fit();
        // Before the next look at most this many can come.
        let soon = usize::try_from(FORGET_EVERY).unwrap_or(usize::MAX);
        let crowded = self.known.len().saturating_add(soon) > self.most;
        if crowded && !self.crowded.swap(true, Ordering::Relaxed) {
            tracing::warn!(most = self.most, "more networks ask than are counted apart");
        } else if !crowded {
            self.crowded.store(false, Ordering::Relaxed);
        }
    }
}

/// The allowance that a network shares with others.
fn shared(network: &str) -> String {
    let mut hasher = DefaultHasher::new();
    network.hash(&mut hasher);
    format!("shared {}", hasher.finish() % SHARED)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn allowance(count: u32, within: Duration) -> Allowance {
        Allowance { count: NonZeroU32::new(count).expect("some"), within }
    }

    /// Each grows back before the next question is asked.
    fn quick() -> Limits {
        let quick = allowance(1, Duration::from_nanos(1));
        Limits { sign_in: quick, codes: quick, writes: quick, new_addresses: quick }
    }

    fn network(number: u32) -> Line {
        Line::clean(&std::net::Ipv4Addr::from(number).to_string(), 64)
    }

    #[test]
    fn quiet_networks_are_forgotten_whoever_asks_for_what_in_turn() {
        let limits = NetworkLimits::new(quick());
        for number in 0..20_000 {
            for ask in [Ask::Password, Ask::Code] {
                assert_eq!(limits.take(ask, &network(number)), Ok(()));
            }
        }
        for ask in [Ask::Password, Ask::Code] {
            assert!(limits.networks(ask).used <= FORGET_EVERY, "{:?}", limits.networks(ask));
        }
    }

    #[test]
    fn beyond_the_most_networks_new_ones_share_allowances_and_are_still_bounded() {
        let limiter = Limiter::new(allowance(2, Duration::from_secs(86_400)), 10_000);
        let clock = DefaultClock::default();
        let take = |number: u32| limiter.take(network(number).as_str(), &clock);
        let taken = (0..60_000).filter(|number| take(*number).is_ok()).count();
        let shared = usize::try_from(SHARED).expect("a number");
        assert!(limiter.known.len() <= limiter.most + shared, "{}", limiter.known.len());
        // Those of their own have two each, of which they took one; the rest shares two each.
        assert!(taken <= limiter.most + 2 * shared, "{taken}");
        assert!(take(60_000).is_err(), "what is shared is used up");
    }

    #[test]
    fn mail_to_new_addresses_is_bounded_in_all_and_not_only_for_each_network() {
        let slow = allowance(3, Duration::from_secs(86_400));
        let limits = NetworkLimits::new(Limits { new_addresses: slow, ..quick() });
        for _ in 0..3 {
            assert_eq!(limits.take_new_address(), Ok(()));
        }
        let refused = limits.take_new_address().expect_err("no more");
        assert!(matches!(refused, Refusal::Overloaded { .. }), "{refused:?}");
        assert_eq!(limits.take(Ask::Code, &network(3)), Ok(()), "a reset is asked for all the same");
    }
}
