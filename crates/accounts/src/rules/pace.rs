//! How fast mails go to one receiver: no more in a minute than it is said to like, fewer where it asks for less, and what somebody
//! waits for before what somebody may read later.
//!
//! A lane belongs to a receiver. A mail that may not leave now gets a place in its line and comes back then; whoever comes
//! back in time need not queue again. The line of those that people wait for is a line of its own, and while somebody stands in it
//! no other mail leaves. What must never happen here: a mail that waits for a place that never comes, and one receiver that makes
//! another's mails wait.
//!
//! ```text
//! comes -> line empty and the lane free -> leaves
//!       -> a place                      -> comes at its place -> leaves, or gets another behind people's mails
//! ```

use alloc::collections::BTreeMap;
use alloc::string::String;

use super::suppression::{Errand, errand};
use crate::notices::MailKind;
use crate::values::{Instant, Millis};

/// Mails a minute, by receiver.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paces {
    /// For each domain that is not named; `None`: as fast as they come.
    pub others: Option<u32>,
    /// For a domain and all below it, which share it.
    pub named: BTreeMap<String, u32>,
}

impl Paces {
    /// The lane of a domain: its name, and how long after one mail the next may leave.
    #[must_use]
    pub fn lane<'d>(&'d self, domain: &'d str) -> (&'d str, Option<Millis>) {
        let mut rest = domain;
        loop {
            if let Some((name, pace)) = self.named.get_key_value(rest) {
                return (name, Some(gap(*pace)));
            }
            match rest.split_once('.') {
                Some((_, above)) => rest = above,
                None => return (domain, self.others.map(gap)),
            }
        }
    }
}

/// What is known of a receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    /// When the next mail may leave, if they left evenly.
    pub free_at: Instant,
    /// The first place that is free in the line of mails that people wait for.
    pub people_at: Instant,
    /// The first place that is free in the line of the others.
    pub others_at: Instant,
    /// How long it was last told to wait between two mails, because it had asked for fewer.
    pub eased: Millis,
    /// When that was.
    pub eased_at: Instant,
}

/// A mail that asks whether it may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asking {
    /// Which letter.
    pub kind: MailKind,
    /// Its place in the line, if it has one.
    pub place: Option<Instant>,
}

/// What it hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It leaves.
    Now,
    /// It comes back at its place.
    At(Instant),
}

impl Lane {
    /// One to which nothing has gone yet.
    pub const FRESH: Self = Self {
        free_at: Instant(0),
        people_at: Instant(0),
        others_at: Instant(0),
        eased: Millis(0),
        eased_at: Instant(0),
    };

    /// Whether the receiver has lately asked for fewer mails.
    #[must_use]
    pub fn is_eased(&self, now: Instant) -> bool {
        self.eased_now(now) > Millis(0)
    }

    /// Whether a mail may leave now; `gap` is what the settings have for this receiver.
    pub fn turn(&mut self, asking: Asking, gap: Option<Millis>, now: Instant) -> Turn {
        let eased = self.eased_now(now);
        let gap = gap.unwrap_or(Millis(0)).max(eased);
        if gap == Millis(0) {
            return Turn::Now;
        }
        // A receiver that asks for fewer gets no two at once, nor does one that likes a few a minute.
        let at_once = if eased > Millis(0) || gap > AT_ONCE { Millis(0) } else { AT_ONCE };
        self.keep_in_bounds(gap, at_once, now);
        if let Some(place) = asking.place.filter(|place| now < *place) {
            return Turn::At(place);
        }
        let came_in_time = asking.place.is_some();
        let people_wait = now < self.people_at;
        let for_people = matches!(errand(asking.kind), Errand::Open | Errand::Asked);
        let first = if for_people {
            came_in_time || !people_wait
        } else {
            !people_wait && (came_in_time || self.others_at <= now)
        };
        let ready_at = self.free_at.minus(at_once);
        if first && ready_at <= now {
            self.free_at = self.free_at.max(now).plus(gap);
            return Turn::Now;
        }
        if first && came_in_time {
            return Turn::At(ready_at);
        }
        let place = ready_at.max(now).max(self.people_at);
        if for_people {
            self.people_at = place.plus(gap);
            return Turn::At(place);
        }
        let place = place.max(self.others_at);
        self.others_at = place.plus(gap);
        Turn::At(place)
    }

    /// The receiver has asked for fewer mails. Those on their way at the same time say the same thing once.
    pub fn ease(&mut self, gap: Option<Millis>, now: Instant) {
        let before = self.eased_now(now);
        if before > Millis(0) && now < self.eased_at.plus(before) {
            return;
        }
        let doubled = Millis(before.max(gap.unwrap_or(Millis(0))).0.saturating_mul(2));
        self.eased = doubled.max(FIRST_EASE).min(LAST_EASE);
        self.eased_at = now;
        self.free_at = self.free_at.max(now.plus(self.eased));
    }

    /// Until when the row says something.
    #[must_use]
    pub fn kept_until(&self) -> Instant {
        self.people_at.max(self.others_at).max(self.free_at).max(self.eased_at).plus(Millis::hours(2))
    }

    /// What it was told is halved every five minutes in which it does not ask again, and forgotten below a quarter of a second.
    fn eased_now(&self, now: Instant) -> Millis {
        if now < self.eased_at {
            return self.eased.min(FIRST_EASE);
        }
        let halvings = (now.0.saturating_sub(self.eased_at.0) / HALVED_AFTER.0).min(62);
        let left = Millis(self.eased.0 >> halvings);
        if left < Millis(250) { Millis(0) } else { left.min(LAST_EASE) }
    }

    /// After a clock that was wrong nothing waits longer than a full line would.
    fn keep_in_bounds(&mut self, gap: Millis, at_once: Millis, now: Instant) {
        self.free_at = self.free_at.min(now.plus(at_once).plus(gap));
        self.people_at = self.people_at.min(now.plus(LONGEST_LINE));
        self.others_at = self.others_at.min(now.plus(LONGEST_LINE));
    }
}

const fn gap(mails_a_minute: u32) -> Millis {
    let mails = if mails_a_minute == 0 { 1 } else { mails_a_minute };
    Millis(60_000 / mails as i64)
}

/// A tenth of a minute's mails may leave at once after a pause.
const AT_ONCE: Millis = Millis::seconds(6);
const FIRST_EASE: Millis = Millis::seconds(2);
const LAST_EASE: Millis = Millis::minutes(1);
const HALVED_AFTER: Millis = Millis::minutes(5);
const LONGEST_LINE: Millis = Millis::days(1);
