//! The house's own signatures: key pairs, their form at rest, the keys that are published, and the strict reading of
//! what was signed by one of them.
//!
//! A token chooses among the house's own keys by a key id and decides nothing else: method, kind and issuer are what
//! the asker expects (security.md F7 to F10). A key's id is its thumbprint (RFC 7638), so no id can name two keys.
//!
//! What must never happen here: a private key in the clear outside this folder, a method taken from a token, a claim
//! read before the signature was checked.

mod check;
mod pair;
mod public;

use std::fmt;

pub use check::{Audience, Expected, MOST_TOKEN_BYTES, TokenRefusal, end_of, read};
pub use pair::SigningKey;
pub(crate) use public::thumbprint;
pub use public::{JwkSet, PublicKey};

pub use crate::sealing::SealFault;

/// How a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// Ed25519 (RFC 8037 §3.1).
    EdDsa,
    /// ECDSA over P-256 with SHA-256 (RFC 7518 §3.4).
    Es256,
    /// RSA of 2048 bits, PKCS#1 v1.5 with SHA-256 (RFC 7518 §3.3).
    Rs256,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Algorithm; 3] = [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Rs256];

    /// Its name in a header (RFC 7518 §3.1).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Algorithm::EdDsa => "EdDSA",
            Algorithm::Es256 => "ES256",
            Algorithm::Rs256 => "RS256",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Algorithm> {
        Algorithm::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    pub(crate) fn of_library(self) -> jsonwebtoken::Algorithm {
        match self {
            Algorithm::EdDsa => jsonwebtoken::Algorithm::EdDSA,
            Algorithm::Es256 => jsonwebtoken::Algorithm::ES256,
            Algorithm::Rs256 => jsonwebtoken::Algorithm::RS256,
        }
    }
}

/// Why a key cannot be made, opened or used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SigningFault {
    /// No key could be made.
    Making,
    /// It cannot be sealed, or opened.
    Sealed(SealFault),
    /// What was opened is no key of that method, or has another id.
    Other,
    /// It could not sign.
    Signing,
    /// What is to be signed is no JSON object.
    Claims,
}

impl fmt::Display for SigningFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SigningFault::Making => f.write_str("no signing key could be made"),
            SigningFault::Sealed(fault) => write!(f, "a signing key: {fault}"),
            SigningFault::Other => f.write_str("a signing key is not the one that its row names"),
            SigningFault::Signing => f.write_str("a signing key could not sign"),
            SigningFault::Claims => f.write_str("what is to be signed is no JSON object"),
        }
    }
}

impl std::error::Error for SigningFault {}
