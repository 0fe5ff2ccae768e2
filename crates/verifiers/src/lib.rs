//! Evidence into facts: password hashes, password rules, one-time codes, token digests, providers' tokens,
//! passkeys, the house's own signatures.
//!
//! What a visitor types or presents arrives here as raw evidence and leaves as a fact that a rule can be
//! decided on: "matched", "too easily guessed", "this digest". All cryptography of the accounts is in this
//! crate, so that it can be read in one sitting.
//!
//! What must never happen here: a database in hand while a hash is computed, a secret in a log line or in a
//! `Debug` output, a hash computed without a place in the queue (R-SIGNIN-3).

#![cfg_attr(
    not(test),
    deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)
)]

pub mod breached;
pub mod code;
pub mod federated;
pub mod hashing;
pub mod hook;
pub mod openid;
pub mod passkey;
pub mod password;
pub mod random;
pub mod return_address;
pub mod sealed;
mod sealing;
pub mod signing;
pub mod site_files;
pub mod strength;
pub mod token;

pub use breached::{Breached, BreachedFault, Verdict};
pub use code::{Code, CodeKeys, CodeKeysFault, Digits, TypedCode};
pub use federated::{Provider, ProviderOptions, TripSecrets};
pub use hashing::{
    HashFault, HashGauge, HashOptions, HashParams, HashQueue, HashedPassword, Lane, Overloaded, Place,
    Verified,
};
pub use password::{Password, PasswordFault, PasswordRules};
pub use random::{NoRandomness, fill_random};
pub use signing::{Algorithm, PublicKey, SigningFault, SigningKey};
pub use strength::{Weakness, weigh, weigh_by};
pub use token::{Token, TokenKind};
