//! A key pair: made, sealed, opened again, signing.
//!
//! At rest it is bound to its id and method, so a row that is moved or bent opens nothing; what is opened must also
//! have the public half that its id is the thumbprint of. No `Debug`; the private half is wiped when it is dropped.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::Value;
use zeroize::Zeroizing;

use super::{Algorithm, PublicKey, SigningFault};
use crate::code::CodeKeys;
use crate::sealing::{self, Sealing};

const KEY_LABEL: &[u8] = b"genkan signing key at rest v1\0";
const PEM_LINE: usize = 64;

/// A private key that signs, and its public half.
pub struct SigningKey {
    public: PublicKey,
    key: EncodingKey,
    /// PKCS#8, as it is sealed.
    secret: Zeroizing<Vec<u8>>,
}

impl SigningKey {
    /// A new key. For RSA this takes a tenth of a second of computing, and sometimes several.
    ///
    /// # Errors
    /// When none could be made.
    pub fn make(algorithm: Algorithm) -> Result<SigningKey, SigningFault> {
        let making = |_| SigningFault::Making;
        let secret = match algorithm {
            Algorithm::EdDsa => {
                let pair = Ed25519KeyPair::generate().map_err(making)?;
                Zeroizing::new(pair.to_pkcs8().map_err(making)?.as_ref().to_vec())
            }
            Algorithm::Es256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(making)?;
                Zeroizing::new(pair.to_pkcs8v1().map_err(making)?.as_ref().to_vec())
            }
            Algorithm::Rs256 => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(making)?;
                Zeroizing::new(pair.as_der().map_err(making)?.as_ref().to_vec())
            }
        };
        SigningKey::of(algorithm, secret)
    }

    /// The pair of a PKCS#8 document.
    fn of(algorithm: Algorithm, secret: Zeroizing<Vec<u8>>) -> Result<SigningKey, SigningFault> {
        let (public, key) = match algorithm {
            Algorithm::EdDsa => {
                let pair = Ed25519KeyPair::from_pkcs8(&secret).map_err(|_| SigningFault::Other)?;
                let public = PublicKey::ed25519(pair.public_key().as_ref());
                (public, EncodingKey::from_ed_der(&secret))
            }
            Algorithm::Es256 => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &secret)
                    .map_err(|_| SigningFault::Other)?;
                let public = PublicKey::p256(pair.public_key().as_ref());
                (public, EncodingKey::from_ec_der(&secret))
            }
            Algorithm::Rs256 => {
                let pair = RsaKeyPair::from_pkcs8(&secret).map_err(|_| SigningFault::Other)?;
                let public = PublicKey::rsa(pair.public_key());
                // The library takes an RSA key in this wrapping from PEM alone.
                let key = EncodingKey::from_rsa_pem(pem(&secret).as_bytes());
                (public, key.map_err(|_| SigningFault::Other)?)
            }
        };
        Ok(SigningKey { public: public.ok_or(SigningFault::Other)?, key, secret })
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// As it is kept in a row.
    ///
    /// # Errors
    /// When the current code key or a random nonce is missing.
    pub fn seal(&self, keys: &CodeKeys) -> Result<Vec<u8>, SigningFault> {
        let owner = owner(self.public.algorithm(), self.public.id());
        let sealing = Sealing { label: KEY_LABEL, owner: &owner };
        sealing.seal(keys, &self.secret).map_err(SigningFault::Sealed)
    }

    /// Opens what was kept under that id and method.
    ///
    /// # Errors
    /// When its code key is gone, or it is not that key.
    pub fn open(
        keys: &CodeKeys,
        algorithm: Algorithm,
        id: &str,
        sealed: &[u8],
    ) -> Result<SigningKey, SigningFault> {
        let owner = owner(algorithm, id);
        let sealing = Sealing { label: KEY_LABEL, owner: &owner };
        let secret = sealing.open(keys, sealed).map_err(SigningFault::Sealed)?;
        let key = SigningKey::of(algorithm, secret)?;
        if key.public.id() == id { Ok(key) } else { Err(SigningFault::Other) }
    }

    /// Whether what is kept is sealed under the current code key; if not, it should be sealed anew.
    #[must_use]
    pub fn is_sealed_by_current(keys: &CodeKeys, sealed: &[u8]) -> bool {
        sealing::key_of(sealed) == Some(keys.current_id())
    }

    /// A JWS of these claims in its compact form (RFC 7515 §7.1).
    ///
    /// # Errors
    /// When the claims are no object, or signing fails.
    pub fn sign(&self, typ: &str, claims: &Value) -> Result<String, SigningFault> {
        if !claims.is_object() {
            return Err(SigningFault::Claims);
        }
        let mut header = Header::new(self.public.algorithm().of_library());
        header.typ = Some(typ.to_owned());
        header.kid = Some(self.public.id().to_owned());
        encode(&header, claims, &self.key).map_err(|_| SigningFault::Signing)
    }
}

fn owner(algorithm: Algorithm, id: &str) -> Vec<u8> {
    // No name of a method is the beginning of another one followed by the zero byte.
    [algorithm.name().as_bytes(), b"\0", id.as_bytes()].concat()
}

fn pem(pkcs8: &[u8]) -> Zeroizing<String> {
    let body = Zeroizing::new(STANDARD.encode(pkcs8));
    let mut text = Zeroizing::new(String::with_capacity(body.len() + body.len() / PEM_LINE + 64));
    text.push_str("-----BEGIN PRIVATE KEY-----\n");
    for (place, character) in body.chars().enumerate() {
        if place > 0 && place % PEM_LINE == 0 {
            text.push('\n');
        }
        text.push(character);
    }
    text.push_str("\n-----END PRIVATE KEY-----\n");
    text
}
