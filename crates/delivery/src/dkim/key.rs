//! The keys that sign mail: read from PEM, made anew, and published as a DNS record.
//!
//! Both kinds come from the one cryptography library. A key is looked at once, when it is read, so that no mail finds
//! out that it cannot be used. What must never happen: a private half in an error, a log or a record; a key below
//! 2,048 bits.

use std::fmt;

use aws_lc_rs::{
    digest::Digest,
    encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der},
    rsa::KeySize,
    signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use rustls::pki_types::{PrivateKeyDer, pem::PemObject as _};
use secrecy::zeroize::{Zeroize as _, Zeroizing};

/// RFC 8301 §3.2: verifiers need not take longer keys.
const MOST_RSA_BITS: usize = 4096;
/// RFC 7468 §2: letters on a line.
const PEM_LINE: usize = 64;
const PEM_BEGIN: &str = "-----BEGIN PRIVATE KEY-----\n";
const PEM_END: &str = "-----END PRIVATE KEY-----\n";

/// The two kinds of keys that mail is signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA with SHA-256 (RFC 6376), which every receiver can check.
    Rsa,
    /// Ed25519 with SHA-256 (RFC 8463), which not every receiver can check yet.
    Ed25519,
}

impl KeyKind {
    /// As in `a=` of a signature, before its `-sha256`, and in `k=` of a record.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Rsa => "rsa",
            Self::Ed25519 => "ed25519",
        }
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rsa => "RSA",
            Self::Ed25519 => "Ed25519",
        })
    }
}

/// Why a key cannot sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFault {
    /// There is no private key in PEM form, or it is encrypted.
    NoKey,
    /// It is whole, and of another kind than was asked for.
    OtherKind,
    /// RSA with fewer than 2,048 bits.
    TooShort,
    /// RSA with more than 4,096 bits.
    TooLong,
    /// It cannot be read as a key.
    Damaged,
}

impl fmt::Display for KeyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoKey => "holds no private key in PEM form (or an encrypted one)",
            Self::OtherKind => "is a key of another kind",
            Self::TooShort => "has fewer than 2048 bits, which receivers do not trust",
            Self::TooLong => "has more than 4096 bits, which receivers need not check",
            Self::Damaged => "is damaged, or no private key that can sign",
        })
    }
}

impl std::error::Error for KeyFault {}

/// A private key. It has no `Debug`.
pub struct SigningKey(Pair);

enum Pair {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

/// That the cryptography library would not do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsigned;

impl SigningKey {
    /// Reads a key of this kind, as PKCS #8 (`BEGIN PRIVATE KEY`) or, for RSA, PKCS #1 (`BEGIN RSA PRIVATE KEY`).
    ///
    /// # Errors
    /// [`KeyFault`], which says nothing of what is in the text.
    pub fn read(pem: &str, kind: KeyKind) -> Result<Self, KeyFault> {
        let der = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_unread| KeyFault::NoKey)?;
        let mut der = der;
        let read = Self::from_der(&der, kind);
        der.zeroize();
        read
    }

    fn from_der(der: &PrivateKeyDer<'_>, kind: KeyKind) -> Result<Self, KeyFault> {
        let ed25519 = || Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.secret_der());
        let rsa = || match der {
            PrivateKeyDer::Pkcs1(_) => RsaKeyPair::from_der(der.secret_der()),
            _other => RsaKeyPair::from_pkcs8(der.secret_der()),
        };
        match kind {
            KeyKind::Ed25519 => match ed25519() {
                Ok(pair) => Ok(Self(Pair::Ed25519(Box::new(pair)))),
                Err(_) if !matches!(rsa(), Err(fault) if fault.to_string() != TOO_SHORT) => {
                    Err(KeyFault::OtherKind)
                }
                Err(_) => Err(KeyFault::Damaged),
            },
            KeyKind::Rsa => match rsa() {
                Ok(pair) if pair.public_modulus_len() * 8 > MOST_RSA_BITS => Err(KeyFault::TooLong),
                Ok(pair) => Ok(Self(Pair::Rsa(Box::new(pair)))),
                Err(fault) if fault.to_string() == TOO_SHORT => Err(KeyFault::TooShort),
                Err(_) if ed25519().is_ok() => Err(KeyFault::OtherKind),
                Err(_) => Err(KeyFault::Damaged),
            },
        }
    }

    /// Draws a new key (RSA of 2,048 bits) and writes it as PKCS #8 in PEM.
    ///
    /// # Errors
    /// The library has no random numbers, or another fault of its own.
    pub fn make(kind: KeyKind) -> Result<(Self, Zeroizing<String>), Unsigned> {
        match kind {
            KeyKind::Rsa => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| Unsigned)?;
                let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| Unsigned)?;
                Ok((Self(Pair::Rsa(Box::new(pair))), pem(der.as_ref())))
            }
            KeyKind::Ed25519 => {
                let pair = Ed25519KeyPair::generate().map_err(|_| Unsigned)?;
                // The first version: not every OpenSSL reads the second.
                let der = pair.to_pkcs8v1().map_err(|_| Unsigned)?;
                Ok((Self(Pair::Ed25519(Box::new(pair))), pem(der.as_ref())))
            }
        }
    }

    /// Which kind.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        match &self.0 {
            Pair::Rsa(_) => KeyKind::Rsa,
            Pair::Ed25519(_) => KeyKind::Ed25519,
        }
    }

    /// The public half as `p=` of a record has it: base64 of a SubjectPublicKeyInfo (RFC 6376 §3.6.1), or of the 32 octets
    /// (RFC 8463 §4.2).
    ///
    /// # Errors
    /// The library cannot write it down.
    pub fn public(&self) -> Result<String, Unsigned> {
        match &self.0 {
            Pair::Rsa(pair) => {
                let der: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(|_| Unsigned)?;
                Ok(STANDARD.encode(der.as_ref()))
            }
            Pair::Ed25519(pair) => Ok(STANDARD.encode(pair.public_key().as_ref())),
        }
    }

    /// Signs a digest of SHA-256: with RSA it is padded as PKCS #1 v1.5, with Ed25519 it is the message (RFC 8463 §3).
    pub(super) fn sign(&self, digest: &Digest) -> Result<Vec<u8>, Unsigned> {
        match &self.0 {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign_digest(&RSA_PKCS1_SHA256, digest, &mut signature).map_err(|_| Unsigned)?;
                Ok(signature)
            }
            Pair::Ed25519(pair) => {
                let signature = pair.try_sign(digest.as_ref()).map_err(|_| Unsigned)?;
                Ok(signature.as_ref().to_vec())
            }
        }
    }
}

/// What the library says of a short key of RSA; a test holds it to that.
const TOO_SHORT: &str = "TooSmall";

fn pem(der: &[u8]) -> Zeroizing<String> {
    let letters = Zeroizing::new(STANDARD.encode(der));
    let lines = letters.len() / PEM_LINE + 1;
    let room = PEM_BEGIN.len() + letters.len() + lines + PEM_END.len();
    let mut text = Zeroizing::new(String::with_capacity(room));
    text.push_str(PEM_BEGIN);
    let mut rest = letters.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(PEM_LINE));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str(PEM_END);
    text
}
