//! Who vouches for somebody, and as whom: the provider's name here, and the identity there.
//!
//! An identity is issuer and subject, compared byte for byte and never by an address or any other claim
//! (security.md D2, D6, D13). A provider's name is the operator's word for it, short enough to be carried by
//! value; it names the login method and is no part of the identity.

use alloc::string::{String, ToString};
use core::fmt;

/// A configured OpenID provider: `google`, `apple`, or the operator's name for another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Provider {
    bytes: [u8; NAME_MAX],
    length: u8,
}

/// The longest name, in bytes.
const NAME_MAX: usize = 31;

impl Provider {
    /// Google.
    pub const GOOGLE: Self = Self::preset(b"google", 6);
    /// Apple.
    pub const APPLE: Self = Self::preset(b"apple", 5);

    /// Reads a name: a small letter, then small letters, digits and hyphens, 31 in all, and not the name of
    /// another login method.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let sound = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let begins = name.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
        if !begins || !name.bytes().all(sound) || RESERVED.contains(&name) {
            return None;
        }
        let mut bytes = [0; NAME_MAX];
        bytes.get_mut(..name.len())?.copy_from_slice(name.as_bytes());
        Some(Self { bytes, length: u8::try_from(name.len()).ok()? })
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let used = self.bytes.get(..usize::from(self.length)).unwrap_or_default();
        core::str::from_utf8(used).unwrap_or_default()
    }

    const fn preset<const N: usize>(name: &[u8; N], length: u8) -> Self {
        let mut bytes = [0; NAME_MAX];
        let (head, _) = bytes.split_at_mut(N);
        head.copy_from_slice(name);
        Self { bytes, length }
    }
}

/// Names of login methods that are no providers, and words that stand in the place of a method in paths of the API.
const RESERVED: [&str; 8] =
    ["email", "passkey", "password", "options", "offer", "verify", "complete", "recent"];

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Provider({})", self.as_str())
    }
}

/// Somebody at an issuer (OpenID Connect Core 1.0 section 5.7: only `iss` and `sub` together identify).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    issuer: String,
    subject: String,
}

/// The longest issuer or subject, in bytes (OpenID Connect Core 1.0 section 2 bounds `sub` by 255).
const PART_MAX: usize = 255;

impl Identity {
    /// Checks both parts: neither empty nor too long, and without control characters.
    #[must_use]
    pub fn new(issuer: &str, subject: &str) -> Option<Self> {
        let sound = |part: &str| {
            !part.is_empty() && part.len() <= PART_MAX && !part.chars().any(char::is_control)
        };
        let both = sound(issuer) && sound(subject);
        both.then(|| Self { issuer: issuer.to_string(), subject: subject.to_string() })
    }

    /// Who says so.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whom it means.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity(at {})", self.issuer)
    }
}
