//! What the targets share: the standard's own passkeys, and a house that is open to strangers.
//!
//! The targets are in `fuzz_targets`, one for each kind of octets, and each says whose they are and what must hold
//! (docs/decisions/0045). Nothing here is in what is shipped.

pub mod house;
pub mod passkeys;
