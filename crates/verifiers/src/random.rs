//! The system's random source: what all salts, secrets and ids are drawn from. There is no second one.

use std::fmt;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};

/// Fills it from the system's random source, by one question.
///
/// # Errors
/// When that source gives nothing.
pub fn fill_random(octets: &mut [u8]) -> Result<(), NoRandomness> {
    SystemRandom::new().fill(octets).map_err(|_| NoRandomness)
}

/// The system's random source gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRandomness;

impl fmt::Display for NoRandomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the system's random source gave nothing")
    }
}

impl std::error::Error for NoRandomness {}
