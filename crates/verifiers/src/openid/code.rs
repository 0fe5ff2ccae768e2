//! Authorization codes: all that was agreed at the authorization endpoint, sealed (RFC 6749 4.1.2, RFC 7636 4.4).

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::code::CodeKeys;
use crate::random::NoRandomness;
use crate::sealed::{SealedKind, open, seal};
use crate::token::sha256;

/// What a code stands for. Its field names are short because it travels in an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationCode {
    /// Its name: the grant that it becomes.
    #[serde(rename = "g", with = "id")]
    pub grant: [u8; 16],
    /// Whose account.
    #[serde(rename = "a", with = "id")]
    pub account: [u8; 16],
    /// In which session it was given.
    #[serde(rename = "s", with = "id")]
    pub session: [u8; 16],
    /// To which client.
    #[serde(rename = "c")]
    pub client: String,
    /// Digest of the redirect URI that it was sent to.
    #[serde(rename = "u", with = "id")]
    pub redirect: [u8; 16],
    /// The challenge that its verifier must fit (S256).
    #[serde(rename = "v")]
    pub challenge: String,
    /// Granted scope values with a space between them.
    #[serde(rename = "o")]
    pub scope: String,
    /// For the ID token.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// The claims that were asked for one by one, as they came (OpenID Connect Core 5.5).
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<String>,
    /// Whether it was given to an app that signed somebody in without a browser, in a session of its own.
    #[serde(rename = "h", default, skip_serializing_if = "std::ops::Not::not")]
    pub in_app: bool,
    /// Thumbprint of the key that its client has to show with it (RFC 9449 10).
    #[serde(rename = "j", default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// When a login method was last shown, in milliseconds since 1970.
    #[serde(rename = "p")]
    pub proved_ms: i64,
    /// Which one, by its stored name.
    #[serde(rename = "m")]
    pub proved_by: String,
    /// From when on it is nothing, in milliseconds since 1970.
    #[serde(rename = "e")]
    pub expires_ms: i64,
}

impl AuthorizationCode {
    /// How long one is good for, in milliseconds.
    pub const LIFETIME_MS: i64 = 60_000;

    /// What is kept of a redirect URI.
    #[must_use]
    pub fn digest_of(redirect_uri: &str) -> [u8; 16] {
        let whole = sha256(&[b"genkan redirect uri v1\0", redirect_uri.as_bytes()]);
        whole.first_chunk::<16>().copied().unwrap_or_default()
    }
}

/// The code as it travels.
///
/// # Errors
/// When there is no key or no randomness.
pub fn seal_code(keys: &CodeKeys, code: &AuthorizationCode) -> Result<String, NoRandomness> {
    let plain = serde_json::to_vec(code).map_err(|_| NoRandomness)?;
    seal(keys, SealedKind::Code, &plain)
}

/// A code that is ours; whether it is used in time, once and by whom is not looked at.
#[must_use]
pub fn read_code(keys: &CodeKeys, text: &str) -> Option<AuthorizationCode> {
    serde_json::from_slice(&open(keys, SealedKind::Code, text)?).ok()
}

/// When a browser first came with a request: what counts as shown anew since then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// When, in milliseconds since 1970.
    pub since_ms: i64,
    /// Digest of the request.
    pub request: [u8; 16],
}

/// The mark that a browser carries through the sign-in.
///
/// # Errors
/// When there is no key or no randomness.
pub fn seal_step(keys: &CodeKeys, step: Step) -> Result<String, NoRandomness> {
    seal(keys, SealedKind::Step, &[step.since_ms.to_be_bytes().as_slice(), &step.request].concat())
}

/// A mark of ours.
#[must_use]
pub fn read_step(keys: &CodeKeys, text: &str) -> Option<Step> {
    let plain = open(keys, SealedKind::Step, text)?;
    let (since, request) = plain.split_first_chunk::<8>()?;
    Some(Step { since_ms: i64::from_be_bytes(*since), request: request.try_into().ok()? })
}

/// Sixteen bytes as 22 signs.
mod id {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use base64::Engine as _;

    use super::URL_SAFE_NO_PAD;

    pub(super) fn serialize<S: Serializer>(id: &[u8; 16], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&URL_SAFE_NO_PAD.encode(id))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 16], D::Error> {
        let text = String::deserialize(from)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(D::Error::custom)?;
        bytes.try_into().map_err(|_| D::Error::custom("not sixteen bytes"))
    }
}
