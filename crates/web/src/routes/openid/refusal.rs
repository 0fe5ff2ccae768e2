//! Errors in the words of OAuth (RFC 6749 5.2, RFC 6750 3.1): a stable code, and a sentence for the developer who reads it.

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::{Value, json};

use engine::Fault;

use crate::problem::Problem;

const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

const LATE: &str = "The proof is too old or too new. Make one with the DPoP-Nonce of this answer.";
const UNFIT: &str = "The proof of the key is missing, or is not of this request.";

/// What a client hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Something is missing, malformed or comes twice.
    InvalidRequest(&'static str),
    /// The client is unknown, or its secret is not right.
    InvalidClient,
    /// What is asked for cannot be given, in a word of RFC 6749 4.1.2.1.
    Request(&'static str),
    /// The code or token gives nothing.
    InvalidGrant,
    /// The grant type is none of ours (security.md F14).
    UnsupportedGrantType,
    /// More was asked for than was given.
    InvalidScope,
    /// The proof of a key is missing or none (RFC 9449 5).
    InvalidProof,
    /// The proof is to be made anew with this time of ours (RFC 9449 8).
    UseNonce(String),
    /// As `InvalidProof` where a token is shown (RFC 9449 7.1).
    InvalidProofThere,
    /// As `UseNonce` where a token is shown (RFC 9449 9).
    UseNonceThere(String),
    /// The access token is none, or over (RFC 6750 3.1).
    InvalidToken,
    /// There is no access token.
    NoToken,
    /// The house cannot answer now.
    Fault(Problem),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Fault(problem)
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(Problem::from(fault))
    }
}

impl Refusal {
    /// What is to be shown instead, for `WWW-Authenticate`.
    fn challenges(&self) -> &'static [&'static str] {
        match self {
            Self::InvalidClient => &["Basic realm=\"genkan\", charset=\"UTF-8\""],
            Self::InvalidToken => {
                &["Bearer realm=\"genkan\", error=\"invalid_token\"", "DPoP algs=\"ES256 EdDSA\""]
            }
            // Who sent nothing is told of no error (RFC 6750 3.1).
            Self::NoToken => &["Bearer realm=\"genkan\"", "DPoP algs=\"ES256 EdDSA\""],
            Self::InvalidProofThere => &["DPoP error=\"invalid_dpop_proof\", algs=\"ES256 EdDSA\""],
            Self::UseNonceThere(_) => &["DPoP error=\"use_dpop_nonce\", algs=\"ES256 EdDSA\""],
            _ => &[],
        }
    }

    fn parts(&self) -> (StatusCode, &'static str, &'static str) {
        match *self {
            Self::InvalidRequest(why) => (StatusCode::BAD_REQUEST, "invalid_request", why),
            Self::InvalidClient => (
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "The client is unknown or its secret is not right.",
            ),
            Self::Request(code) => {
                (StatusCode::BAD_REQUEST, code, "What is asked for cannot be given as it is asked for.")
            }
            Self::InvalidGrant => (
                StatusCode::BAD_REQUEST,
                "invalid_grant",
                "The code or token is over, used, or another client's.",
            ),
            Self::UnsupportedGrantType => (
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "Only authorization_code and refresh_token are granted here.",
            ),
            Self::InvalidScope => (
                StatusCode::BAD_REQUEST,
                "invalid_scope",
                "The token was not given for all of this scope.",
            ),
            Self::InvalidProof => (StatusCode::BAD_REQUEST, "invalid_dpop_proof", UNFIT),
            Self::InvalidProofThere => (StatusCode::UNAUTHORIZED, "invalid_dpop_proof", UNFIT),
            Self::UseNonce(_) => (StatusCode::BAD_REQUEST, "use_dpop_nonce", LATE),
            Self::UseNonceThere(_) => (StatusCode::UNAUTHORIZED, "use_dpop_nonce", LATE),
            Self::InvalidToken => (
                StatusCode::UNAUTHORIZED,
                "invalid_token",
                "The access token is over or none of this service's.",
            ),
            Self::NoToken => (StatusCode::UNAUTHORIZED, "invalid_request", "There is no access token."),
            Self::Fault(ref problem) => (
                problem.status(),
                if problem.status().is_server_error() {
                    "temporarily_unavailable"
                } else {
                    "invalid_request"
                },
                "The request cannot be answered now.",
            ),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, why) = self.parts();
        let mut response = answer(status, &json!({ "error": code, "error_description": why }));
        let headers = response.headers_mut();
        for challenge in self.challenges() {
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if let Self::UseNonce(nonce) | Self::UseNonceThere(nonce) = &self
            && let Ok(value) = HeaderValue::from_str(nonce)
        {
            headers.insert(DPOP_NONCE, value);
        }
        response
    }
}

/// JSON that nobody keeps (RFC 6749 5.1).
pub(super) fn answer(status: StatusCode, body: &Value) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    (status, headers, body.to_string()).into_response()
}
