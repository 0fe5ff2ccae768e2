//! The counter: the one loop.
