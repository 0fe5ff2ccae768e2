//! The JSON of `credential.toJSON()`, read strictly (WebAuthn §5.1, `RegistrationResponseJSON` and
//! `AuthenticationResponseJSON`).
//!
//! The members that repeat what is inside others (`publicKey`, `publicKeyAlgorithm`, a creation's
//! `authenticatorData`) are not looked at: nothing makes them true.
//!
//! What must never happen here: a length that is not bounded, padding or another spelling of the same bytes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::authenticator_data::MOST_CREDENTIAL_ID_BYTES;
use super::refusal::Refusal;

const MOST_MESSAGE_BYTES: usize = 64 * 1024;
const MOST_USER_HANDLE_BYTES: usize = 64;
/// Of RSA with 8,192 bits.
const MOST_SIGNATURE_BYTES: usize = 1_024;

/// How a browser reaches an authenticator; a hint for its dialogue and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// A cable.
    Usb,
    /// Held to the device.
    Nfc,
    /// Bluetooth.
    Ble,
    /// A card in a reader.
    SmartCard,
    /// Another device, by a code that is scanned.
    Hybrid,
    /// The device itself.
    Internal,
}

impl Transport {
    /// All of them.
    pub const ALL: [Transport; 6] = [
        Transport::Usb,
        Transport::Nfc,
        Transport::Ble,
        Transport::SmartCard,
        Transport::Hybrid,
        Transport::Internal,
    ];

    /// Its word in the standard (§5.8.4).
    #[must_use]
    pub fn as_text(self) -> &'static str {
        match self {
            Transport::Usb => "usb",
            Transport::Nfc => "nfc",
            Transport::Ble => "ble",
            Transport::SmartCard => "smart-card",
            Transport::Hybrid => "hybrid",
            Transport::Internal => "internal",
        }
    }

    /// The one of that word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Transport> {
        Transport::ALL.into_iter().find(|one| one.as_text() == text)
    }
}

#[derive(Deserialize)]
struct Message<R> {
    id: String,
    #[serde(rename = "rawId")]
    raw_id: String,
    #[serde(rename = "type")]
    kind: String,
    response: R,
    #[serde(default, rename = "clientExtensionResults")]
    extensions: Value,
}

/// What both ceremonies' messages have.
pub(super) struct Outer<R> {
    pub(super) credential_id: Vec<u8>,
    pub(super) response: R,
    /// Whether the authenticator says that the credential can be found without its id (`credProps`).
    pub(super) discoverable: Option<bool>,
}

#[derive(Deserialize)]
pub(super) struct CreationResponse {
    #[serde(rename = "clientDataJSON")]
    pub(super) client_data: String,
    #[serde(rename = "attestationObject")]
    pub(super) attestation_object: String,
    #[serde(default)]
    transports: Value,
}

#[derive(Deserialize)]
pub(super) struct AssertionResponse {
    #[serde(rename = "clientDataJSON")]
    pub(super) client_data: String,
    #[serde(rename = "authenticatorData")]
    pub(super) authenticator_data: String,
    signature: String,
    #[serde(default, rename = "userHandle")]
    user_handle: Option<String>,
}

impl CreationResponse {
    /// Those that are known here, each once. What is said of them is a hint, so nothing in it is refused.
    pub(super) fn transports(&self) -> Vec<Transport> {
        let said = self.transports.as_array().map(Vec::as_slice).unwrap_or_default();
        let mut known: Vec<_> =
            said.iter().filter_map(Value::as_str).filter_map(Transport::parse).collect();
        known.sort();
        known.dedup();
        known
    }
}

impl AssertionResponse {
    pub(super) fn signature(&self) -> Result<Vec<u8>, Refusal> {
        decoded(&self.signature, MOST_SIGNATURE_BYTES)
    }

    pub(super) fn user_handle(&self) -> Result<Option<Vec<u8>>, Refusal> {
        self.user_handle.as_ref().map(|text| decoded(text, MOST_USER_HANDLE_BYTES)).transpose()
    }
}

pub(super) fn read<R: DeserializeOwned>(json: &str) -> Result<Outer<R>, Refusal> {
    if json.len() > MOST_MESSAGE_BYTES {
        return Err(Refusal::TooLong);
    }
    let message: Message<R> = serde_json::from_str(json).map_err(|_| Refusal::Message)?;
    if message.kind != "public-key" {
        return Err(Refusal::CredentialType);
    }
    // The one is the other in base64url; what is no base64url is not compared at all.
    if message.id != message.raw_id {
        return Err(Refusal::CredentialId);
    }
    let credential_id = decoded(&message.raw_id, MOST_MESSAGE_BYTES)?;
    if !(1..=MOST_CREDENTIAL_ID_BYTES).contains(&credential_id.len()) {
        return Err(Refusal::CredentialIdLength);
    }
    let discoverable = message.extensions.pointer("/credProps/rk").and_then(Value::as_bool);
    Ok(Outer { credential_id, response: message.response, discoverable })
}

/// The bytes of a member, as far as the message's own bound allows.
pub(super) fn whole(text: &str) -> Result<Vec<u8>, Refusal> {
    decoded(text, MOST_MESSAGE_BYTES)
}

fn decoded(text: &str, most: usize) -> Result<Vec<u8>, Refusal> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Refusal::Encoding)?;
    if bytes.len() <= most { Ok(bytes) } else { Err(Refusal::Encoding) }
}
