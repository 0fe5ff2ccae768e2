//! The tour, and the stand-ins for Google and Apple, asked as a client asks the real ones: by hand, over the router of the
//! playground.
//!
//! Tokens are checked here with the keys that the stand-in publishes, by code that shares nothing with what made them.

mod apple;
mod events;
mod google;
mod house;
mod tour;
