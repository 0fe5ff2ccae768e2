//! JWTs as bytes: the parts of one that is made, the reading of one that a client signed with ES256, and the
//! digests that bind a token to what it came with.
//!
//! A JWT is never believed for what its header says: the algorithm is the caller's.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::base64url;

/// A header or the claims, as they stand in a JWT.
pub(crate) fn part(value: &Value) -> String {
    base64url(value.to_string().as_bytes())
}

/// Header and claims of a JWT that the owner of `public_key` (an uncompressed P-256 point) signed.
pub(crate) fn read_es256(token: &str, public_key: &[u8]) -> Option<(Value, Value)> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public_key)
        .verify(signed.as_bytes(), &bytes(signature)?)
        .ok()?;
    let header = serde_json::from_slice::<Value>(&bytes(header)?).ok()?;
    let claims = serde_json::from_slice::<Value>(&bytes(claims)?).ok()?;
    (header.get("alg")? == "ES256").then_some((header, claims))
}

/// `at_hash` and `c_hash`: the left half of the digest (OpenID Connect Core §3.1.3.6).
pub(crate) fn half_digest(text: &str) -> String {
    let whole = digest(&SHA256, text.as_bytes());
    base64url(whole.as_ref().get(..16).unwrap_or_default())
}

/// Whether the verifier is the one of the challenge, by S256 (RFC 7636 §4.6).
pub(crate) fn fits(challenge: &str, verifier: &str) -> bool {
    base64url(digest(&SHA256, verifier.as_bytes()).as_ref()) == challenge
}

/// A digest of several parts that cannot run into each other.
pub(crate) fn mix(parts: &[&str]) -> Vec<u8> {
    digest(&SHA256, parts.join("\n").as_bytes()).as_ref().to_vec()
}
