//! What a client asks of an issuer: the parameters of the authorization request and of the token request, as
//! the two stand-ins read them.
//!
//! A parameter that comes twice is refused before it gets here (RFC 6749 §3.1).

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// An authorization request.
#[derive(Deserialize)]
pub(crate) struct Asked {
    pub(crate) client_id: Option<String>,
    pub(crate) redirect_uri: Option<String>,
    pub(crate) response_type: Option<String>,
    pub(crate) response_mode: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) code_challenge: Option<String>,
    pub(crate) code_challenge_method: Option<String>,
    pub(crate) prompt: Option<String>,
    pub(crate) max_age: Option<i64>,
    pub(crate) login_hint: Option<String>,
}

impl Asked {
    pub(crate) fn has_scope(&self, name: &str) -> bool {
        has_word(self.scope.as_deref(), name)
    }

    pub(crate) fn prompts(&self, name: &str) -> bool {
        has_word(self.prompt.as_deref(), name)
    }
}

/// What a code stands for.
#[derive(Clone)]
pub(crate) struct Grant {
    pub(crate) person: String,
    pub(crate) client_id: String,
    /// None for a code that an app was given.
    pub(crate) redirect_uri: Option<String>,
    pub(crate) scope: String,
    pub(crate) nonce: Option<String>,
    pub(crate) challenge: Option<String>,
    pub(crate) auth_time: i64,
}

impl Grant {
    pub(crate) fn has_scope(&self, name: &str) -> bool {
        has_word(Some(&self.scope), name)
    }
}

/// A request to the token endpoint, or to the one that revokes.
#[derive(Deserialize)]
pub(crate) struct Presented {
    pub(crate) grant_type: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) redirect_uri: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) client_secret: Option<String>,
    pub(crate) code_verifier: Option<String>,
    pub(crate) refresh_token: Option<String>,
    pub(crate) token: Option<String>,
}

/// Name and secret from `Authorization: Basic`, both encoded as in a form (RFC 6749 §2.3.1).
pub(crate) fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let pair = String::from_utf8(STANDARD.decode(value).ok()?).ok()?;
    let (name, secret) = pair.split_once(':')?;
    Some((decoded(name)?, decoded(secret)?))
}

fn decoded(text: &str) -> Option<String> {
    let url = reqwest::Url::parse(&format!("http://form.invalid/?v={text}")).ok()?;
    url.query_pairs().next().map(|(_, value)| value.into_owned())
}

fn has_word(text: Option<&str>, wanted: &str) -> bool {
    text.is_some_and(|text| text.split(' ').any(|word| word == wanted))
}
