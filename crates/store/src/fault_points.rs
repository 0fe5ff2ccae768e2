//! Numbered instants in the course of a write at which a test may end this process, as `kill -9` would (Always-2).
//!
//! Without the feature `fault-points` nothing is counted and no variable is read: `pass` is empty, and that is how genkan
//! is built and shipped. With it, each instant has the next number; where `FAULT_POINT_AT` names that number, the process
//! is gone at once, with nothing flushed, dropped or said to anybody. `FAULT_POINT_LIST` names a file that gets a line for
//! each instant, so that a test knows how many there are.

/// An instant that a test may choose.
#[cfg(not(feature = "fault-points"))]
#[inline]
pub(crate) const fn pass(_place: &str) {}

#[cfg(feature = "fault-points")]
pub(crate) use counted::{around, pass};

#[cfg(feature = "fault-points")]
mod counted;
