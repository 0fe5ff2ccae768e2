//! The proof that whoever shows a token holds the key that it is bound to (DPoP, RFC 9449).
//!
//! The key is in the proof itself, so what is checked is that one key has signed this very request, just now: its method, its
//! address and, where a token comes with it, that token. Whose key it has to be is for whoever asks; keys are told apart by their
//! thumbprints (RFC 7638). Telephones have clocks that are wrong: a proof that brings a time of ours (`nonce`) is asked for no other.
//!
//! What must never happen here: a private key taken for a public one, a method that a key was not made for, a claim believed
//! before the signature.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, Validation, decode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::code::CodeKeys;
use crate::random::NoRandomness;
use crate::sealed::{SealedKind, open, seal};
use crate::signing::{Algorithm, thumbprint};
use crate::token::sha256;

/// What a proof must be of.
#[derive(Clone, Copy, Debug)]
pub struct ProofOf<'e> {
    /// The request's method.
    pub method: &'e str,
    /// The request's address without query and fragment.
    pub url: &'e str,
    /// The access token that comes with it, where one does.
    pub access_token: Option<&'e str>,
    /// The time, in milliseconds since 1970.
    pub now_ms: i64,
}

/// Why a proof is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofRefusal {
    /// It is malformed, of another request, or not signed by its key.
    Unfit,
    /// It is too old or too new, by its own clock or by the time of ours that it brought: it is to be made anew with one.
    Late,
}

const MOST_BYTES: usize = 4_096;
const MOST_ID_BYTES: usize = 256;
/// How far the clock of whoever makes a proof may be from ours.
const SKEW_MS: i64 = 60_000;
/// How long a time of ours is taken.
const NONCE_LIFE_MS: i64 = 5 * 60_000;
/// Methods that a proof may be signed by.
pub const PROOF_ALGORITHMS: [&str; 2] = ["ES256", "EdDSA"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
    jwk: Key,
}

/// The members of a public key; any other, above all that of a private one, is refused.
#[derive(Deserialize)]
struct Key {
    kty: String,
    crv: String,
    x: String,
    y: Option<String>,
    d: Option<Value>,
}

#[derive(Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    iat: i64,
    ath: Option<String>,
    nonce: Option<String>,
}

/// The thumbprint of the key that has signed a proof of this request (RFC 9449 4.3).
///
/// # Errors
/// Why it is none.
pub fn read_proof(
    keys: &CodeKeys,
    proof: &str,
    expected: &ProofOf<'_>,
) -> Result<String, ProofRefusal> {
    let (algorithm, key, print) = key_of(proof).ok_or(ProofRefusal::Unfit)?;
    let mut rules = Validation::new(algorithm.of_library());
    rules.required_spec_claims.clear();
    rules.validate_exp = false;
    rules.validate_aud = false;
    let claims = decode::<Claims>(proof, &key, &rules).map_err(|_| ProofRefusal::Unfit)?.claims;
    let address = claims.htu.split(['?', '#']).next().unwrap_or_default();
    let token = expected.access_token.map(|token| URL_SAFE_NO_PAD.encode(sha256(&[token.as_bytes()])));
    let fits = claims.htm == expected.method
        && address == expected.url
        && claims.ath == token
        && (1..=MOST_ID_BYTES).contains(&claims.jti.len());
    if !fits {
        return Err(ProofRefusal::Unfit);
    }
    let in_time = match &claims.nonce {
        Some(nonce) => read_nonce(keys, nonce)
            .is_some_and(|made| (0..=NONCE_LIFE_MS).contains(&expected.now_ms.saturating_sub(made))),
        None => claims.iat.saturating_mul(1_000).abs_diff(expected.now_ms) <= SKEW_MS.unsigned_abs(),
    };
    if in_time { Ok(print) } else { Err(ProofRefusal::Late) }
}

/// A thumbprint as bytes; `None` for what is none.
#[must_use]
pub fn thumbprint_bytes(text: &str) -> Option<[u8; 32]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

/// A time of ours, for a proof to bring (RFC 9449 8).
///
/// # Errors
/// When there is no key or no randomness.
pub fn fresh_nonce(keys: &CodeKeys, now_ms: i64) -> Result<String, NoRandomness> {
    seal(keys, SealedKind::Nonce, &now_ms.to_be_bytes())
}

fn read_nonce(keys: &CodeKeys, text: &str) -> Option<i64> {
    let plain = open(keys, SealedKind::Nonce, text)?;
    Some(i64::from_be_bytes(plain.try_into().ok()?))
}

fn key_of(proof: &str) -> Option<(Algorithm, DecodingKey, String)> {
    if proof.len() > MOST_BYTES || proof.bytes().filter(|byte| *byte == b'.').count() != 2 {
        return None;
    }
    let head = URL_SAFE_NO_PAD.decode(proof.split('.').next()?).ok()?;
    let Header { alg, typ, jwk } = serde_json::from_slice(&head).ok()?;
    if typ != "dpop+jwt" || jwk.d.is_some() {
        return None;
    }
    let (algorithm, key, members) = match (alg.as_str(), jwk.kty.as_str(), jwk.crv.as_str(), &jwk.y) {
        ("ES256", "EC", "P-256", Some(y)) => (
            Algorithm::Es256,
            DecodingKey::from_ec_components(&jwk.x, y),
            json!({ "crv": "P-256", "kty": "EC", "x": jwk.x, "y": y }),
        ),
        ("EdDSA", "OKP", "Ed25519", None) => (
            Algorithm::EdDsa,
            DecodingKey::from_ed_components(&jwk.x),
            json!({ "crv": "Ed25519", "kty": "OKP", "x": jwk.x }),
        ),
        _ => return None,
    };
    Some((algorithm, key.ok()?, thumbprint(&members)?))
}

#[cfg(test)]
mod tests;
