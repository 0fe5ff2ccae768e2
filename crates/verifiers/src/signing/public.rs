//! The public half of a key: its JWK (RFC 7517), its id, and what checks a signature.
//!
//! The id is the thumbprint over the members that make the key (RFC 7638 §3), in base64url. Nothing secret is here.

use aws_lc_rs::rsa::PublicKey as RsaPublicKey;
use aws_lc_rs::signature::RsaPublicKeyComponents;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use serde_json::{Value, json};

use super::Algorithm;
use crate::token::sha256;

const P256_BYTES: usize = 32;
/// An uncompressed point begins so (SEC 1 §2.3.3).
const UNCOMPRESSED: u8 = 4;

/// A key by which others see that the house signed something.
#[derive(Clone)]
pub struct PublicKey {
    id: String,
    algorithm: Algorithm,
    jwk: Value,
    key: DecodingKey,
}

impl PublicKey {
    /// Its id: `kid`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How it signs.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// As it stands in a JWK set.
    #[must_use]
    pub fn jwk(&self) -> &Value {
        &self.jwk
    }

    pub(super) fn key(&self) -> &DecodingKey {
        &self.key
    }

    pub(super) fn ed25519(point: &[u8]) -> Option<PublicKey> {
        let x = URL_SAFE_NO_PAD.encode(point);
        let members = json!({ "crv": "Ed25519", "kty": "OKP", "x": x });
        PublicKey::of(Algorithm::EdDsa, members, DecodingKey::from_ed_components(&x))
    }

    pub(super) fn p256(point: &[u8]) -> Option<PublicKey> {
        let (form, rest) = point.split_first()?;
        let (x, y) = rest.split_at_checked(P256_BYTES)?;
        if *form != UNCOMPRESSED || y.len() != P256_BYTES {
            return None;
        }
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        let members = json!({ "crv": "P-256", "kty": "EC", "x": x, "y": y });
        PublicKey::of(Algorithm::Es256, members, DecodingKey::from_ec_components(&x, &y))
    }

    pub(super) fn rsa(key: &RsaPublicKey) -> Option<PublicKey> {
        let parts = RsaPublicKeyComponents::<Vec<u8>>::from(key);
        let (n, e) = (URL_SAFE_NO_PAD.encode(parts.n), URL_SAFE_NO_PAD.encode(parts.e));
        let members = json!({ "e": e, "kty": "RSA", "n": n });
        PublicKey::of(Algorithm::Rs256, members, DecodingKey::from_rsa_components(&n, &e))
    }

    fn of(
        algorithm: Algorithm,
        members: Value,
        key: jsonwebtoken::errors::Result<DecodingKey>,
    ) -> Option<PublicKey> {
        let id = thumbprint(&members)?;
        let mut jwk = members;
        let all = jwk.as_object_mut()?;
        all.insert("alg".to_owned(), algorithm.name().into());
        all.insert("kid".to_owned(), id.clone().into());
        all.insert("use".to_owned(), "sig".into());
        Some(PublicKey { id, algorithm, jwk, key: key.ok()? })
    }
}

/// Keys as they are published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JwkSet {
    /// The document (RFC 7517 §5).
    pub text: String,
    /// What changes with it, and with nothing else: 32 digits.
    pub tag: String,
}

impl JwkSet {
    /// The set of these keys.
    #[must_use]
    pub fn of<'k>(keys: impl IntoIterator<Item = &'k PublicKey>) -> JwkSet {
        let keys = keys.into_iter().map(|key| key.jwk.clone()).collect::<Vec<_>>();
        let text = json!({ "keys": keys }).to_string();
        let digest = sha256(&[text.as_bytes()]);
        let tag = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        JwkSet { text, tag }
    }
}

/// The thumbprint of a key's required members (RFC 7638 §3.3): in the order of their names, without a space.
pub(crate) fn thumbprint(members: &Value) -> Option<String> {
    // Collected by name here, so that it does not hang on how the JSON library keeps an object.
    let sorted = members.as_object()?.iter().collect::<std::collections::BTreeMap<_, _>>();
    let text = serde_json::to_string(&sorted).ok()?;
    Some(URL_SAFE_NO_PAD.encode(sha256(&[text.as_bytes()])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumbprints_are_those_of_the_standards() {
        let rsa = json!({
            "kty": "RSA", "e": "AQAB",
            "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_\
                  BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_\
                  FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI\
                  4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
        });
        // RFC 7638 §3.1 and RFC 8037 A.3.
        assert_eq!(thumbprint(&rsa).as_deref(), Some("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"));
        let edwards = json!({
            "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        });
        assert_eq!(
            thumbprint(&edwards).as_deref(),
            Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        );
    }
}
