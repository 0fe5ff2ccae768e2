//! A passkey shown: verifying an assertion (WebAuthn Level 3 §7.2).
//!
//! The credential is found by its id between the reading and the judging, so the judging is told whose it is. The
//! counter (step 22) is given out; what it must be is decided where the last one is kept, under lock.
//!
//! What must never happen here: a passkey believed to be anybody's but its owner's, or before its signature fits.

use subtle::ConstantTimeEq;

use super::authenticator_data::{AuthenticatorData, Backup};
use super::challenge::OpenedChallenge;
use super::client_data::{ClientData, GET};
use super::cose::Key;
use super::message::{self, AssertionResponse};
use super::origins::RelyingParty;
use super::refusal::Refusal;

/// An assertion's message, read and not yet judged.
pub struct Assertion {
    credential_id: Vec<u8>,
    user_handle: Option<Vec<u8>>,
    client_data: ClientData,
    authenticator_data: AuthenticatorData,
    /// The bytes that are signed: the authenticator data, then the hash of the client data.
    signed: Vec<u8>,
    signature: Vec<u8>,
}

/// The passkey that is known by the message's credential id.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Its COSE_Key, as it came in [`Created`](super::Created).
    pub key: &'a [u8],
    /// Whether it might be backed up when it was made.
    pub backup_eligible: bool,
    /// The user handle of its owner.
    pub user_handle: &'a [u8],
}

/// A passkey that was shown to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asserted {
    /// The authenticator's count of signatures; 0 where it does not count.
    pub counter: u32,
    /// Whether it may be, and is, on other devices too.
    pub backup: Backup,
    /// Whether the person was verified. Never `false` where that is required.
    pub verified: bool,
}

impl Assertion {
    /// Reads the JSON of `credential.toJSON()`.
    ///
    /// # Errors
    /// When it is not such a message, or too long.
    pub fn read(json: &str) -> Result<Assertion, Refusal> {
        let outer = message::read::<AssertionResponse>(json)?;
        let client_data = ClientData::read(&message::whole(&outer.response.client_data)?)?;
        let mut signed = message::whole(&outer.response.authenticator_data)?;
        let authenticator_data = AuthenticatorData::read(&signed)?;
        // Step 20.
        signed.extend_from_slice(&client_data.hash);
        Ok(Assertion {
            credential_id: outer.credential_id,
            user_handle: outer.response.user_handle()?,
            client_data,
            authenticator_data,
            signed,
            signature: outer.response.signature()?,
        })
    }

    /// The challenge that it answers, to be opened.
    #[must_use]
    pub fn challenge(&self) -> &[u8] {
        &self.client_data.challenge
    }

    /// Which passkey it says it is, to be looked up.
    #[must_use]
    pub fn credential_id(&self) -> &[u8] {
        &self.credential_id
    }

    /// Whose it says it is; believed by nobody before [`verify`](Assertion::verify).
    #[must_use]
    pub fn user_handle(&self) -> Option<&[u8]> {
        self.user_handle.as_deref()
    }

    /// The steps of §7.2, in their order.
    ///
    /// # Errors
    /// The first step that fails.
    pub fn verify(
        &self,
        party: &RelyingParty,
        challenge: &OpenedChallenge,
        known: &Known<'_>,
    ) -> Result<Asserted, Refusal> {
        let said = &self.authenticator_data;
        // Step 6: nobody is known before, so the handle must be there and be the owner's.
        let handle = self.user_handle.as_deref().ok_or(Refusal::NoUserHandle)?;
        if !bool::from(handle.ct_eq(known.user_handle)) {
            return Err(Refusal::UserHandle);
        }
        // Steps 10 to 14: type, challenge, origin, cross-origin, top origin.
        self.client_data.check(GET, challenge.bytes(), party)?;
        // Step 15.
        if said.rp_id_hash != party.id_hash() {
            return Err(Refusal::RelyingParty);
        }
        // Steps 16 and 17.
        if !said.is_present() {
            return Err(Refusal::NotPresent);
        }
        if party.requires_verification() && !said.is_verified() {
            return Err(Refusal::NotVerified);
        }
        // Steps 18 and 19.
        let backup = said.backup()?;
        if backup.is_eligible() != known.backup_eligible {
            return Err(Refusal::EligibilityChanged);
        }
        // Step 21.
        Key::read(known.key)?.verify(&self.signed, &self.signature)?;
        Ok(Asserted { counter: said.counter, backup, verified: said.is_verified() })
    }
}
