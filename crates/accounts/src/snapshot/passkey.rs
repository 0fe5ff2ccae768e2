//! A passkey as its account knows it, and a credential id whoever has it (R-PASSKEY; WebAuthn Level 3).
//!
//! The key pair lives in the authenticator; here is the public half. A credential id is one account's for as long as
//! it is known anywhere (R-PASSKEY-5, I26). The counter never falls, and whether a passkey can be synced never
//! changes (I27).

use alloc::vec::Vec;
use core::fmt;

use crate::kept::Added;
use crate::values::{AccountId, Digest, Instant, Line, PasskeyId};

/// The name that an authenticator gave a passkey.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CredentialId(Vec<u8>);

/// The longest credential id, in bytes (WebAuthn Level 3 section 7.1).
const CREDENTIAL_MAX: usize = 1_023;

impl CredentialId {
    /// Checks the length: 1 to 1,023 bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let sound = !bytes.is_empty() && bytes.len() <= CREDENTIAL_MAX;
        sound.then(|| Self(bytes.to_vec()))
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CredentialId({} bytes)", self.0.len())
    }
}

/// A public key in COSE form (RFC 9052 section 7). The core carries it and never looks inside.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PublicKey(pub Vec<u8>);

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} bytes)", self.0.len())
    }
}

/// Whether a passkey stays on one device (WebAuthn Level 3 section 6.1.3: the flags BE and BS).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Backup {
    /// It never leaves its authenticator.
    Single,
    /// It can be synced and is not yet.
    Eligible,
    /// It is synced.
    BackedUp,
}

impl Backup {
    /// Whether it can be synced at all, which never changes (I27).
    #[must_use]
    pub const fn is_eligible(self) -> bool {
        match self {
            Self::Single => false,
            Self::Eligible | Self::BackedUp => true,
        }
    }
}

/// A passkey of an account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Passkey {
    /// Its name within genkan.
    pub id: PasskeyId,
    /// Its name at the authenticator.
    pub credential: CredentialId,
    /// What its signatures are checked with.
    pub key: PublicKey,
    /// What its member calls it.
    pub name: Line,
    /// Which kind of authenticator made it (AAGUID); zeroes where it does not say.
    pub aaguid: [u8; 16],
    /// How it can be reached (`internal`, `hybrid`, `usb` …), comma-separated, as the browser said.
    pub transports: Line,
    /// Whether it stays on one device.
    pub backup: Backup,
    /// How often it has signed, where it counts; else 0.
    pub counter: u32,
    /// When, and by which session, it was added.
    pub added: Added,
    /// When it was last used to sign in or as a fresh proof.
    pub used_at: Option<Instant>,
}

/// A credential id, whether or not an account has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CredentialState {
    /// Which.
    pub credential: CredentialId,
    /// Whose passkey it is.
    pub owner: Option<AccountId>,
}

/// The one question that an authenticator has answered: it is asked once (security.md G8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ceremony {
    /// Digest of the challenge.
    pub challenge: Digest,
    /// From when on an answer to it is nothing.
    pub expires_at: Instant,
}
