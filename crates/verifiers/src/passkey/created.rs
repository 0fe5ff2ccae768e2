//! A new passkey: registering a credential (WebAuthn Level 3 §7.1).
//!
//! Step 26, that the credential id is nobody's yet, needs a database and is decided where one is.
//!
//! What must never happen here: a statement of an attestation believed, a key given out before every step passed.

use super::Mediation;
use super::authenticator_data::{Attested, AuthenticatorData, Backup};
use super::cbor::{BadCbor, Reader};
use super::challenge::OpenedChallenge;
use super::client_data::{CREATE, ClientData};
use super::cose::{Algorithm, Key};
use super::message::{self, CreationResponse, Transport};
use super::origins::RelyingParty;
use super::refusal::Refusal;

/// A creation's message, read and not yet judged.
pub struct Creation {
    credential_id: Vec<u8>,
    client_data: ClientData,
    authenticator_data: AuthenticatorData,
    transports: Vec<Transport>,
    discoverable: Option<bool>,
}

/// A passkey that was made for us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// 1 to 1,023 bytes.
    pub credential_id: Vec<u8>,
    /// The COSE_Key, to be handed back in [`Known`](super::Known) as it is.
    pub key: Vec<u8>,
    /// What the key signs with.
    pub algorithm: Algorithm,
    /// The model of the authenticator as it says; nothing vouches for it. All zero where it does not say.
    pub aaguid: [u8; 16],
    /// How it can be reached, as far as known.
    pub transports: Vec<Transport>,
    /// Whether it may be, and is, on other devices too.
    pub backup: Backup,
    /// The authenticator's count of signatures; 0 where it does not count.
    pub counter: u32,
    /// Whether the person was verified. Never `false` but for a [`Mediation::Conditional`] one.
    pub verified: bool,
    /// Whether it can be found without its id, where the browser says. One that cannot is of no use for signing in
    /// without an address.
    pub discoverable: Option<bool>,
}

impl Creation {
    /// Reads the JSON of `credential.toJSON()`.
    ///
    /// # Errors
    /// When it is not such a message, or too long.
    pub fn read(json: &str) -> Result<Creation, Refusal> {
        let outer = message::read::<CreationResponse>(json)?;
        let client_data = ClientData::read(&message::whole(&outer.response.client_data)?)?;
        let object = message::whole(&outer.response.attestation_object)?;
        Ok(Creation {
            credential_id: outer.credential_id,
            client_data,
            authenticator_data: authenticator_data(&object)?,
            transports: outer.response.transports(),
            discoverable: outer.discoverable,
        })
    }

    /// The challenge that it answers, to be opened.
    #[must_use]
    pub fn challenge(&self) -> &[u8] {
        &self.client_data.challenge
    }

    /// The steps of §7.1, in their order.
    ///
    /// # Errors
    /// The first step that fails.
    pub fn verify(
        &self,
        party: &RelyingParty,
        challenge: &OpenedChallenge,
        mediation: Mediation,
    ) -> Result<Created, Refusal> {
        let said = &self.authenticator_data;
        // Steps 7 to 11: type, challenge, origin, cross-origin, top origin.
        self.client_data.check(CREATE, challenge.bytes(), party)?;
        // Step 14.
        if said.rp_id_hash != party.id_hash() {
            return Err(Refusal::RelyingParty);
        }
        // Steps 15 and 16; a browser's own upgrade may have asked nobody.
        if mediation == Mediation::Ordinary {
            if !said.is_present() {
                return Err(Refusal::NotPresent);
            }
            if party.requires_verification() && !said.is_verified() {
                return Err(Refusal::NotVerified);
            }
        }
        // Step 17.
        let backup = said.backup()?;
        let Attested { aaguid, credential_id, key } =
            said.attested.clone().ok_or(Refusal::NoCredential)?;
        // The id inside is what is kept; the one outside is what the browser will present.
        if credential_id != self.credential_id {
            return Err(Refusal::CredentialId);
        }
        // Step 20. Step 25 is in the reading: no longer id is read.
        let algorithm = Key::read_new(&key)?.algorithm;
        Ok(Created {
            credential_id,
            key,
            algorithm,
            aaguid,
            transports: self.transports.clone(),
            backup,
            counter: said.counter,
            verified: said.is_verified(),
            discoverable: self.discoverable,
        })
    }
}

/// Step 13: the attestation object (§6.5.4), of which nothing counts but the authenticator data. Only that `none`
/// says nothing is checked (§8.7).
fn authenticator_data(object: &[u8]) -> Result<AuthenticatorData, Refusal> {
    let object = object_members(object).map_err(|BadCbor| Refusal::AttestationObject)?;
    let (Some(format), Some(statement), Some(data)) = (object.format, object.statement, object.data)
    else {
        return Err(Refusal::AttestationObject);
    };
    const EMPTY_MAP: &[u8] = &[0xA0];
    if format == "none" && statement != EMPTY_MAP {
        return Err(Refusal::AttestationStatement);
    }
    AuthenticatorData::read(data)
}

#[derive(Default)]
struct Object<'a> {
    format: Option<&'a str>,
    statement: Option<&'a [u8]>,
    data: Option<&'a [u8]>,
}

fn object_members(object: &[u8]) -> Result<Object<'_>, BadCbor> {
    let mut whole = Reader::new(object);
    whole.whole_map()?;
    if !whole.rest().is_empty() {
        return Err(BadCbor);
    }
    let mut reader = Reader::new(object);
    let mut members = Object::default();
    for _ in 0..reader.map()? {
        match reader.text()? {
            "fmt" => members.format = Some(reader.text()?),
            "attStmt" => members.statement = Some(reader.whole_map()?),
            "authData" => members.data = Some(reader.bytes()?),
            _ => drop(reader.item()?),
        }
    }
    Ok(members)
}
