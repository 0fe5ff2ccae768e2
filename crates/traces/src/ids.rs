//! Names of traces and spans, and which traces are told.
//!
//! Drawn once a start and mixed from there: unique, and without a question to the system for each. They are no secrets.
//! What must never happen here: a name of nothing but noughts, which the protocol takes for none.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// A trace: all spans of one request, here and elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TraceId(pub(crate) u128);

/// One span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SpanId(pub(crate) u64);

impl TraceId {
    pub(crate) fn draw() -> Self {
        Self((u128::from(next()) << 64) | u128::from(next()))
    }

    pub(crate) fn text(self) -> String {
        format!("{:032x}", self.0)
    }

    /// Whether this trace is one of so many of a million: the same answer wherever it is asked.
    pub(crate) fn is_within(self, per_million: u32) -> bool {
        let low = u64::try_from(self.0 & u128::from(u64::MAX)).unwrap_or(u64::MAX);
        low % MILLION < u64::from(per_million)
    }
}

impl SpanId {
    pub(crate) fn draw() -> Self {
        Self(next())
    }

    pub(crate) fn text(self) -> String {
        format!("{:016x}", self.0)
    }
}

/// The name of this process among others, new at each start.
#[must_use]
pub fn instance() -> String {
    TraceId::draw().text()
}

const MILLION: u64 = 1_000_000;

/// A number that is not nought: a counter from a place that was drawn, mixed (SplitMix64).
fn next() -> u64 {
    static START: OnceLock<u64> = OnceLock::new();
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let step = COUNT.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut z = START.get_or_init(drawn).wrapping_add(step);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)).max(1)
}

#[expect(clippy::disallowed_methods, reason = "it names spans and decides nothing")]
fn drawn() -> u64 {
    let whole = uuid::Uuid::new_v4().as_u128();
    u64::try_from(whole >> 64).unwrap_or(1) ^ u64::try_from(whole & u128::from(u64::MAX)).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{SpanId, TraceId};

    #[test]
    fn names_differ_and_the_share_that_is_told_is_the_one_that_was_asked_for() {
        let names: HashSet<u64> = (0..10_000).map(|_| SpanId::draw().0).collect();
        assert_eq!(names.len(), 10_000);
        let told = (0..100_000).filter(|_| TraceId::draw().is_within(100_000)).count();
        assert!((9_000..11_000).contains(&told), "{told} of 100,000 at a tenth");
        assert!((0..1_000).all(|_| TraceId::draw().is_within(1_000_000)));
        assert!(!(0..1_000).any(|_| TraceId::draw().is_within(0)));
    }
}
