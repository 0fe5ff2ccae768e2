//! What an authenticator says of itself, of the person and of a new credential (WebAuthn §6.1).
//!
//! 37 bytes, then by the flags an attested credential (§6.5.1) and the outputs of extensions, and nothing more.
//!
//! What must never happen here: bytes that nobody has read.

use super::cbor::Reader;
use super::refusal::Refusal;

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const ATTESTED: u8 = 0x40;
const EXTENDED: u8 = 0x80;

/// WebAuthn §7.1 step 25.
pub(super) const MOST_CREDENTIAL_ID_BYTES: usize = 1_023;

/// Whether a passkey is on one device alone (WebAuthn §6.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Backup {
    /// It never leaves its device.
    Single,
    /// It may be backed up and is not now.
    Eligible,
    /// It is backed up: synced to other devices.
    BackedUp,
}

impl Backup {
    /// Whether it may be backed up. That never changes.
    #[must_use]
    pub fn is_eligible(self) -> bool {
        self != Backup::Single
    }
}

/// A new credential, as it is attested.
#[derive(Clone, Debug)]
pub(super) struct Attested {
    pub(super) aaguid: [u8; 16],
    pub(super) credential_id: Vec<u8>,
    /// The COSE_Key, a well-formed map.
    pub(super) key: Vec<u8>,
}

#[derive(Clone, Debug)]
pub(super) struct AuthenticatorData {
    pub(super) rp_id_hash: [u8; 32],
    flags: u8,
    pub(super) counter: u32,
    pub(super) attested: Option<Attested>,
}

impl AuthenticatorData {
    pub(super) fn read(bytes: &[u8]) -> Result<AuthenticatorData, Refusal> {
        let cut = Refusal::AuthenticatorData;
        let (rp_id_hash, rest) = bytes.split_first_chunk::<32>().ok_or(cut)?;
        let (flags, rest) = rest.split_first().ok_or(cut)?;
        let (counter, rest) = rest.split_first_chunk::<4>().ok_or(cut)?;
        let (attested, rest) = match flags & ATTESTED {
            0 => (None, rest),
            _ => attested(rest)?,
        };
        match flags & EXTENDED {
            0 if rest.is_empty() => {}
            0 => return Err(cut),
            _ => {
                let mut reader = Reader::new(rest);
                reader.whole_map().map_err(|_| Refusal::Extensions)?;
                if !reader.rest().is_empty() {
                    return Err(cut);
                }
            }
        }
        Ok(AuthenticatorData {
            rp_id_hash: *rp_id_hash,
            flags: *flags,
            counter: u32::from_be_bytes(*counter),
            attested,
        })
    }

    pub(super) fn is_present(&self) -> bool {
        self.flags & PRESENT != 0
    }

    pub(super) fn is_verified(&self) -> bool {
        self.flags & VERIFIED != 0
    }

    /// Backed up and not eligible is no state that there is (WebAuthn §6.1.3, security.md G10).
    pub(super) fn backup(&self) -> Result<Backup, Refusal> {
        match (self.flags & ELIGIBLE != 0, self.flags & BACKED_UP != 0) {
            (false, false) => Ok(Backup::Single),
            (true, false) => Ok(Backup::Eligible),
            (true, true) => Ok(Backup::BackedUp),
            (false, true) => Err(Refusal::BackedUpUneligible),
        }
    }
}

fn attested(bytes: &[u8]) -> Result<(Option<Attested>, &[u8]), Refusal> {
    let cut = Refusal::AuthenticatorData;
    let (aaguid, rest) = bytes.split_first_chunk::<16>().ok_or(cut)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(cut)?;
    let length = usize::from(u16::from_be_bytes(*length));
    if !(1..=MOST_CREDENTIAL_ID_BYTES).contains(&length) {
        return Err(Refusal::CredentialIdLength);
    }
    let (credential_id, rest) = rest.split_at_checked(length).ok_or(cut)?;
    let mut reader = Reader::new(rest);
    let key = reader.whole_map().map_err(|_| Refusal::Key)?;
    let attested =
        Attested { aaguid: *aaguid, credential_id: credential_id.to_vec(), key: key.to_vec() };
    Ok((Some(attested), reader.rest()))
}
