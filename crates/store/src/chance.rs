//! A little chance for pauses between retries and for telling lease holders apart.
//!
//! The standard library's randomly keyed hasher is enough for that. Nothing secret may ever be drawn here.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

/// A number nobody foresees by accident; not fit for secrets.
pub(crate) fn draw() -> u64 {
    RandomState::new().build_hasher().finish()
}
