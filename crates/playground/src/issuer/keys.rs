//! The signing keys of a stand-in: RSA of 2048 bits, made at start, published as JWKs, rotated on demand.
//!
//! A rotation leaves the old key published for a while, as issuers do, or withdraws it at once, as after a leak.
//! The private halves never leave this file and are never written down.

use std::sync::{Mutex, PoisonError};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{StandInFault, base64url, draw, jwt};

/// How long a rotated key stays published.
const STAYS_S: i64 = 24 * 3_600;

/// What becomes of the old key.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Old {
    /// It stays published for a day.
    Keep,
    /// It is gone at once.
    Withdraw,
}

/// The keys of one issuer.
pub(crate) struct SigningKeys {
    ring: Mutex<Ring>,
}

struct Ring {
    current: Key,
    old: Vec<Retired>,
}

struct Key {
    id: String,
    pair: KeyPair,
    jwk: Value,
}

struct Retired {
    jwk: Value,
    until_s: i64,
}

impl SigningKeys {
    pub(crate) fn make() -> Result<Self, StandInFault> {
        Ok(Self { ring: Mutex::new(Ring { current: Key::make()?, old: Vec::new() }) })
    }

    /// Signs with a new key from now on, and says its id.
    pub(crate) fn rotate(&self, old: Old, now_s: i64) -> Result<String, StandInFault> {
        let fresh = Key::make()?;
        let id = fresh.id.clone();
        let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut ring.current, fresh);
        match old {
            Old::Keep => ring.old.push(Retired { jwk: before.jwk, until_s: now_s + STAYS_S }),
            Old::Withdraw => ring.old.clear(),
        }
        Ok(id)
    }

    /// The JWK set (RFC 7517 §5).
    pub(crate) fn published(&self, now_s: i64) -> Value {
        let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        ring.old.retain(|old| now_s < old.until_s);
        let old = ring.old.iter().map(|old| old.jwk.clone());
        let keys = std::iter::once(ring.current.jwk.clone()).chain(old).collect::<Vec<_>>();
        json!({ "keys": keys })
    }

    /// A signed JWT; `kind` is its `typ`.
    pub(crate) fn sign(&self, kind: &str, claims: &Value) -> Result<String, StandInFault> {
        let ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        let Key { id, pair, .. } = &ring.current;
        let header = json!({ "alg": "RS256", "kid": id, "typ": kind });
        let signed = format!("{}.{}", jwt::part(&header), jwt::part(claims));
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .map_err(|_| StandInFault::Cryptography("signing"))?;
        Ok(format!("{signed}.{}", base64url(&signature)))
    }
}

impl Key {
    fn make() -> Result<Self, StandInFault> {
        let fault = StandInFault::Cryptography("making an RSA key");
        let Ok(pair) = KeyPair::generate(KeySize::Rsa2048) else { return Err(fault) };
        let Some((n, e)) = parts(pair.public_key().as_ref()) else { return Err(fault) };
        let id = draw(15)?;
        let jwk = json!({
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": id,
            "n": base64url(n), "e": base64url(e),
        });
        Ok(Self { id, pair, jwk })
    }
}

/// Modulus and exponent of an `RSAPublicKey` (RFC 8017 A.1.1), without leading zeros (RFC 7518 §6.3.1).
fn parts(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (inside, _) = element(der, 0x30)?;
    let (n, rest) = element(inside, 0x02)?;
    let (e, _) = element(rest, 0x02)?;
    Some((n.strip_prefix(&[0]).unwrap_or(n), e))
}

/// The content of the first DER element, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    if *found != tag {
        return None;
    }
    if *first < 0x80 {
        return rest.split_at_checked(usize::from(*first));
    }
    let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
    rest.split_at_checked(length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
}
