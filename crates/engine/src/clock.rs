//! The only clock. It shows the system's time, plus an offset that tests and development mode may move.
//!
//! Under `serve` the offset stays zero: nothing there holds the hand that moves it. On PostgreSQL decisions
//! use the database's clock instead (Always, house rules); this one then only stamps ids and logs.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use accounts::{Instant, Millis};

/// A clock that all parts of one process share.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset_ms: Arc<AtomicI64>,
}

impl Clock {
    /// The system's time.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// The time now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one clock of the house")]
    pub fn now(&self) -> Instant {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let real = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        Instant(real.saturating_add(self.offset_ms.load(Ordering::Relaxed)))
    }

    /// Moves the clock. For tests and development mode.
    pub fn advance(&self, by: Millis) {
        self.offset_ms.fetch_add(by.0, Ordering::Relaxed);
    }

    /// The offset itself, for a database whose own clock is to be moved along.
    #[must_use]
    pub fn shared_offset(&self) -> Arc<AtomicI64> {
        Arc::clone(&self.offset_ms)
    }

    /// How far it was moved.
    #[must_use]
    pub fn offset(&self) -> Millis {
        Millis(self.offset_ms.load(Ordering::Relaxed))
    }
}
