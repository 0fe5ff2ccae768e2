//! Keys made at run time, and tokens signed with them, well or badly.

use std::sync::{LazyLock, OnceLock};

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
    RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

pub(crate) fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) enum Key {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
}

/// The keys of all tests; making an RSA key takes a while.
pub(crate) struct Ring {
    pub(crate) rsa: Key,
    pub(crate) other_rsa: LazyLock<Key>,
    pub(crate) ec: Key,
    pub(crate) other_ec: Key,
}

pub(crate) fn ring() -> &'static Ring {
    static RING: OnceLock<Ring> = OnceLock::new();
    fn rsa() -> Key {
        Key::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
    }
    RING.get_or_init(|| Ring {
        rsa: rsa(),
        other_rsa: LazyLock::new(rsa),
        ec: Key::fresh_ec(),
        other_ec: Key::fresh_ec(),
    })
}

impl Key {
    pub(crate) fn fresh_ec() -> Key {
        Key::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    pub(crate) fn jwk(&self, kid: &str) -> Value {
        match self {
            Key::Rsa(pair) => {
                let parts = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                json!({"kty": "RSA", "kid": kid, "use": "sig", "alg": "RS256",
                    "n": b64(parts.n), "e": b64(parts.e)})
            }
            Key::Ec(pair) => {
                let point = pair.public_key().as_ref();
                json!({"kty": "EC", "kid": kid, "use": "sig", "alg": "ES256", "crv": "P-256",
                    "x": b64(&point[1..33]), "y": b64(&point[33..])})
            }
        }
    }

    pub(crate) fn method(&self) -> &'static str {
        match self {
            Key::Rsa(_) => "RS256",
            Key::Ec(_) => "ES256",
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Key::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
                signature
            }
            Key::Ec(pair) => pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec(),
        }
    }

    /// The public key as a file, which a confused verifier would take for a shared secret.
    pub(crate) fn public_pem(&self) -> String {
        let der = match self {
            Key::Rsa(pair) => pair.public_key().as_der().unwrap().as_ref().to_vec(),
            Key::Ec(pair) => pair.public_key().as_der().unwrap().as_ref().to_vec(),
        };
        pem("PUBLIC KEY", &der)
    }

    pub(crate) fn private_pem(&self) -> String {
        let Key::Ec(pair) = self else { panic!("an EC key") };
        pem("PRIVATE KEY", pair.to_pkcs8v1().unwrap().as_ref())
    }
}

pub(crate) fn p384_pem() -> String {
    let pair = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap();
    pem("PRIVATE KEY", pair.to_pkcs8v1().unwrap().as_ref())
}

fn pem(what: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {what}-----\n{}\n-----END {what}-----\n", lines.join("\n"))
}

pub(crate) fn unsigned(header: &Value, claims: &str) -> String {
    format!("{}.{}", b64(header.to_string()), b64(claims))
}

pub(crate) fn signed(header: &Value, claims: &Value, key: &Key) -> String {
    signed_text(header, &claims.to_string(), key)
}

/// As `signed`, for claims that no JSON value can hold (a name twice).
pub(crate) fn signed_text(header: &Value, claims: &str, key: &Key) -> String {
    let message = unsigned(header, claims);
    format!("{message}.{}", b64(key.sign(message.as_bytes())))
}

pub(crate) fn hs256(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let message = unsigned(header, &claims.to_string());
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    format!("{message}.{}", b64(hmac::sign(&key, message.as_bytes())))
}
