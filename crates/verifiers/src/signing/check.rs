//! The strict reading of a token that the house itself signed.
//!
//! The header may hold three fields and no other: a key, an address of one or a certificate that a token brings, a
//! "crit", an unencoded or compressed payload (RFC 7515 §4.1, RFC 7797) is never looked at, but refused. Its size is
//! bounded before anything is taken apart (security.md F10). The signature is checked by `jsonwebtoken`, whose own
//! checks of claims go by the wall clock and are not used.
//!
//! What must never happen here: a method that the token chose, a claim believed before the signature.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Validation, decode};
use serde::Deserialize;
use serde_json::Value;

use super::PublicKey;

/// The longest token that is looked at.
pub const MOST_TOKEN_BYTES: usize = 16 * 1024;
const MOST_HEADER_BYTES: usize = 1024;

/// What a token must be.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'e> {
    /// Its kind: `typ`, letter by letter (RFC 8725 §3.11).
    pub typ: &'e str,
    /// Who signed it: `iss`.
    pub issuer: &'e str,
    /// For whom it is: `aud`.
    pub audience: Audience<'e>,
    /// The time, in seconds since 1970.
    pub now_s: i64,
}

/// For whom a token must be.
#[derive(Clone, Copy, Debug)]
pub enum Audience<'e> {
    /// For this one, perhaps among others.
    One(&'e str),
    /// For somebody: the caller looks for whom.
    Any,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

/// The claims of a token that one of the keys has signed and that is as expected.
///
/// # Errors
/// Why it is refused.
pub fn read<'k>(
    keys: impl IntoIterator<Item = &'k PublicKey>,
    token: &str,
    expected: &Expected<'_>,
) -> Result<Value, TokenRefusal> {
    let header = header(token)?;
    let key = keys.into_iter().find(|key| key.id() == header.kid).ok_or(TokenRefusal::UnknownKey)?;
    if header.alg != key.algorithm().name() {
        return Err(TokenRefusal::Algorithm);
    }
    if header.typ != expected.typ {
        return Err(TokenRefusal::Kind);
    }
    let mut rules = Validation::new(key.algorithm().of_library());
    rules.required_spec_claims.clear();
    rules.validate_exp = false;
    rules.validate_aud = false;
    let claims = decode::<Value>(token, key.key(), &rules).map_err(|_| TokenRefusal::Signature)?.claims;
    fits(&claims, expected)?;
    Ok(claims)
}

/// When a token says that it ends, in seconds since 1970; nothing of it is checked.
#[must_use]
pub fn end_of(token: &str) -> Option<i64> {
    if token.len() > MOST_TOKEN_BYTES {
        return None;
    }
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice::<Value>(&claims).ok()?.get("exp")?.as_i64()
}

fn header(token: &str) -> Result<Header, TokenRefusal> {
    if token.len() > MOST_TOKEN_BYTES {
        return Err(TokenRefusal::TooLong);
    }
    let mut parts = token.splitn(4, '.');
    let (Some(head), Some(claims), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(TokenRefusal::Malformed);
    };
    if head.is_empty() || head.len() > MOST_HEADER_BYTES || claims.is_empty() || signature.is_empty() {
        return Err(TokenRefusal::Malformed);
    }
    let head = URL_SAFE_NO_PAD.decode(head).map_err(|_| TokenRefusal::Malformed)?;
    serde_json::from_slice(&head).map_err(|_| TokenRefusal::Header)
}

fn fits(claims: &Value, expected: &Expected<'_>) -> Result<(), TokenRefusal> {
    let seconds =
        |name: &str| claims.get(name).map(|value| value.as_i64().ok_or(TokenRefusal::Malformed));
    if claims.get("iss").and_then(Value::as_str) != Some(expected.issuer) {
        return Err(TokenRefusal::Issuer);
    }
    let audiences = match claims.get("aud") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(all)) => {
            let texts = all.iter().map(Value::as_str).collect::<Option<Vec<_>>>();
            texts.ok_or(TokenRefusal::Audience)?
        }
        _ => return Err(TokenRefusal::Audience),
    };
    let for_whom = match expected.audience {
        Audience::One(one) => audiences.contains(&one),
        Audience::Any => audiences.iter().any(|audience| !audience.is_empty()),
    };
    if !for_whom {
        return Err(TokenRefusal::Audience);
    }
    let ends = seconds("exp").ok_or(TokenRefusal::Lapsed)??;
    if expected.now_s >= ends {
        return Err(TokenRefusal::Lapsed);
    }
    match seconds("nbf").transpose()? {
        Some(begins) if expected.now_s < begins => Err(TokenRefusal::Early),
        Some(_) | None => Ok(()),
    }
}

/// Why a token is refused. For the log; whoever brought it hears no more than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenRefusal {
    /// It is longer than any of ours.
    TooLong,
    /// It has not the form of one.
    Malformed,
    /// Its header is not one of ours: a field too many, or one missing.
    Header,
    /// No key of the house has that id.
    UnknownKey,
    /// It says another method than that of its key.
    Algorithm,
    /// It is of another kind.
    Kind,
    /// The key has not signed it.
    Signature,
    /// Another issuer, or none.
    Issuer,
    /// For somebody else, or nobody.
    Audience,
    /// Its time is over, or it has none.
    Lapsed,
    /// Its time has not come.
    Early,
}

impl fmt::Display for TokenRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TokenRefusal::TooLong => "the token is too long",
            TokenRefusal::Malformed => "the token is malformed",
            TokenRefusal::Header => "the token's header is not one of ours",
            TokenRefusal::UnknownKey => "no key has the token's key id",
            TokenRefusal::Algorithm => "the token says another method than its key's",
            TokenRefusal::Kind => "the token is of another kind",
            TokenRefusal::Signature => "the token's signature is wrong",
            TokenRefusal::Issuer => "the token has another issuer",
            TokenRefusal::Audience => "the token is for somebody else",
            TokenRefusal::Lapsed => "the token's time is over",
            TokenRefusal::Early => "the token's time has not come",
        })
    }
}

impl std::error::Error for TokenRefusal {}
