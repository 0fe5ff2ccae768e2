//! A provider's signing keys, and whether a token is signed by one of them.
//!
//! A token says by which key and method it is signed; that only chooses among what the provider publishes. A key,
//! a certificate or an address that a token brings along is not looked at (security.md F7, F8). The signature
//! itself is checked by `jsonwebtoken` over aws-lc-rs; its own claim checks go by the wall clock and are not used.
//!
//! What must never happen here: "none" or a shared-secret method, a claim read before the signature was checked,
//! a key of one method used for another.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use reqwest::Url;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::outbound::Outbound;
use super::problems::{Part, TokenProblem, UpstreamFault};

/// The most characters of a token that are looked at.
pub(super) const MOST_TOKEN_CHARS: usize = 16 * 1024;
const MOST_KEY_ID_CHARS: usize = 256;
const MOST_KEYS: usize = 100;
const LEAST_RSA_BYTES: usize = 2048 / 8;
const P256_BYTES: usize = 32;

/// What a token is presented as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    IdToken,
    Event,
}

pub(super) struct KeySet {
    keys: Vec<Key>,
}

struct Key {
    id: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<serde_json::Value>,
}

pub(super) async fn fetch(outbound: &Outbound, part: Part, url: &Url) -> Result<KeySet, UpstreamFault> {
    let body = outbound.get(part, url).await?;
    let document: Document = serde_json::from_slice(&body).map_err(|_| UpstreamFault::NotJson(part))?;
    let keys: Vec<Key> = document.keys.into_iter().take(MOST_KEYS).filter_map(read).collect();
    if keys.is_empty() { Err(UpstreamFault::NoKeys(part)) } else { Ok(KeySet { keys }) }
}

/// A key for RS256 or ES256; all others in the set are somebody else's business.
fn read(value: serde_json::Value) -> Option<Key> {
    let jwk: Jwk = serde_json::from_value(value).ok()?;
    if !matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature)) {
        return None;
    }
    let algorithm = match &jwk.algorithm {
        AlgorithmParameters::RSA(rsa) => {
            let modulus = URL_SAFE_NO_PAD.decode(&rsa.n).ok()?;
            let bytes = modulus.iter().skip_while(|byte| **byte == 0).count();
            (bytes >= LEAST_RSA_BYTES).then_some(Algorithm::RS256)?
        }
        AlgorithmParameters::EllipticCurve(point) if point.curve == EllipticCurve::P256 => {
            let whole =
                |part: &String| URL_SAFE_NO_PAD.decode(part).is_ok_and(|b| b.len() == P256_BYTES);
            (whole(&point.x) && whole(&point.y)).then_some(Algorithm::ES256)?
        }
        _ => return None,
    };
    if jwk.common.key_algorithm.is_some_and(|said| said != algorithm.into()) {
        return None;
    }
    let key = DecodingKey::from_jwk(&jwk).ok()?;
    Some(Key { id: jwk.common.key_id, algorithm, key })
}

impl KeySet {
    /// The keys that a token of this method and key id can be signed by. Without an id, the only one there is
    /// (OpenID Connect Core §10.1).
    pub(super) fn find(&self, algorithm: Algorithm, id: Option<&str>) -> Vec<&DecodingKey> {
        let of_method = self.keys.iter().filter(|key| key.algorithm == algorithm);
        let named = |key: &&Key| id.is_none() || key.id.as_deref() == id;
        let found: Vec<&DecodingKey> = of_method.filter(named).map(|key| &key.key).collect();
        if id.is_none() && found.len() > 1 { Vec::new() } else { found }
    }
}

/// The header of a token, as far as it decides anything.
pub(super) fn header(token: &str, use_: Use) -> Result<Header, TokenProblem> {
    if token.len() > MOST_TOKEN_CHARS {
        return Err(TokenProblem::Malformed);
    }
    let header = decode_header(token).map_err(|_| unreadable_header(token))?;
    if header.crit.is_some() || header.cty.is_some() || header.enc.is_some() || header.zip.is_some() {
        return Err(TokenProblem::Kind);
    }
    if header.kid.as_ref().is_some_and(|id| id.len() > MOST_KEY_ID_CHARS) {
        return Err(TokenProblem::Malformed);
    }
    let Some(kind) = &header.typ else {
        return Ok(header);
    };
    // RFC 8725 §3.11: one kind of token is not taken for another.
    let kind = kind.to_ascii_lowercase();
    let kind = kind.strip_prefix("application/").unwrap_or(&kind);
    match (use_, kind) {
        (_, "jwt") | (Use::Event, "secevent+jwt") => Ok(header),
        _ => Err(TokenProblem::Kind),
    }
}

/// An `alg` that the library has no name for ("none") makes the header unreadable; that is worth its own word.
fn unreadable_header(token: &str) -> TokenProblem {
    let head = token.split('.').next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let head = head.and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
    let method = head.as_ref().and_then(|head| head.get("alg")).is_some();
    let parts = token.split('.').count() == 3;
    if method && parts { TokenProblem::Algorithm } else { TokenProblem::Malformed }
}

/// RS256 or ES256, where the provider publishes it.
pub(super) fn algorithm(header: &Header, published: &[Algorithm]) -> Result<Algorithm, TokenProblem> {
    match header.alg {
        alg @ (Algorithm::RS256 | Algorithm::ES256) if published.contains(&alg) => Ok(alg),
        _ => Err(TokenProblem::Algorithm),
    }
}

/// The claims, once one of the keys is found to have signed them.
pub(super) fn verify<T: DeserializeOwned>(
    token: &str,
    algorithm: Algorithm,
    keys: &[&DecodingKey],
) -> Result<T, TokenProblem> {
    let mut rules = Validation::new(algorithm);
    // The claims are checked in `claims` and `events`, by the house's clock and by stricter types.
    rules.required_spec_claims.clear();
    rules.validate_exp = false;
    rules.validate_aud = false;
    let mut problem = TokenProblem::UnknownKey;
    for key in keys {
        match decode::<T>(token, key, &rules) {
            Ok(data) => return Ok(data.claims),
            Err(error) => {
                problem = match error.kind() {
                    jsonwebtoken::errors::ErrorKind::InvalidSignature => TokenProblem::Signature,
                    _ => TokenProblem::Malformed,
                }
            }
        }
    }
    Err(problem)
}
