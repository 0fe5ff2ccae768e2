//! How far an app has come that signs somebody in without a browser (`auth_session`, OAuth 2.0 for First-Party Applications
//! 5.3.1): what it asked for, and what it holds of the steps, sealed.
//!
//! No row is kept of it. What can be used once is used up where it is a row: a flow, a trip, a question to a passkey. In another
//! client's hands it is nothing, and with another challenge neither; both are for whoever reads it.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::code::CodeKeys;
use crate::random::NoRandomness;
use crate::sealed::{SealedKind, open, seal};

/// What an app carries from step to step. Its field names are short because it travels with every request.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthSession {
    /// Of which client.
    #[serde(rename = "c")]
    pub client: String,
    /// The challenge that the code's verifier must fit (S256); empty until the app has said it.
    #[serde(rename = "v", default, skip_serializing_if = "String::is_empty")]
    pub challenge: String,
    /// Granted scope values with a space between them.
    #[serde(rename = "o", default, skip_serializing_if = "String::is_empty")]
    pub scope: String,
    /// For the ID token.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// The claims that were asked for one by one, as they came (OpenID Connect Core 5.5).
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<String>,
    /// Whether a passkey has to be shown (`acr_values=phr`).
    #[serde(rename = "r", default, skip_serializing_if = "std::ops::Not::not")]
    pub passkey_demanded: bool,
    /// Thumbprint of the key that the app has to show with every step, and with the code (RFC 9449).
    #[serde(rename = "j", default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// From when on it is nothing, in milliseconds since 1970.
    #[serde(rename = "e")]
    pub expires_ms: i64,
    /// Which steps are open, in the words of whoever sealed it.
    #[serde(rename = "w", default, skip_serializing_if = "String::is_empty")]
    pub stage: String,
    /// The secret of the flow of steps that is under way.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<HeldSecret>,
    /// The secret of the form for a new password (R-RESET-5), or of a question to a passkey or provider.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub form: Option<HeldSecret>,
    /// The provider that is asked.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The flow of an identity that waits for its account to sign in (R-REG-5).
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<HeldSecret>,
    /// Account and session, once somebody has signed in. That session's secret is nobody's.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub session: Option<([u8; 16], [u8; 16])>,
    /// Whether a login method has to be shown in that session before it gives anything.
    #[serde(rename = "p", default, skip_serializing_if = "std::ops::Not::not")]
    pub proof_due: bool,
}

/// A secret that an app carries without being able to read it. It is wiped when dropped and never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct HeldSecret(Zeroizing<String>);

impl HeldSecret {
    /// The text, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for HeldSecret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<&str> for HeldSecret {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<HeldSecret> for String {
    fn from(held: HeldSecret) -> Self {
        held.expose().to_owned()
    }
}

impl AuthSession {
    /// How long one is good for after the last step, in milliseconds.
    pub const LIFETIME_MS: i64 = 15 * 60 * 1_000;
}

/// As it travels.
///
/// # Errors
/// When there is no key or no randomness.
pub fn seal_auth_session(keys: &CodeKeys, session: &AuthSession) -> Result<String, NoRandomness> {
    let plain = Zeroizing::new(serde_json::to_vec(session).map_err(|_| NoRandomness)?);
    seal(keys, SealedKind::AuthSession, &plain)
}

/// One that is ours; whose it is and until when is not looked at.
#[must_use]
pub fn read_auth_session(keys: &CodeKeys, text: &str) -> Option<AuthSession> {
    let plain = Zeroizing::new(open(keys, SealedKind::AuthSession, text)?);
    serde_json::from_slice(&plain).ok()
}
