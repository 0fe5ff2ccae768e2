//! Keys as authenticators write them: COSE_Key of the five algorithms that are offered (RFC 9052 §7, RFC 9053).
//!
//! A key has the members that its kind must have and no other (WebAuthn §6.5.1.1), so it has one spelling. That it
//! is on its curve, large enough and not weak is looked at once, when it is made.
//!
//! What must never happen here: a signature checked by another algorithm than the key says, a key of an algorithm
//! that was not offered.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ECDSA_P521_SHA512_ASN1, ED25519,
    EcdsaVerificationAlgorithm, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
};

use super::cbor::{BadCbor, Reader};
use super::edwards;
use super::refusal::Refusal;

/// An algorithm that is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// ECDSA over P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
    /// ECDSA over P-384 with SHA-384.
    Es384,
    /// ECDSA over P-521 with SHA-512.
    Es512,
    /// RSASSA-PKCS1-v1_5 with SHA-256; TPMs of older machines have nothing else.
    Rs256,
}

impl Algorithm {
    /// All of them, the most wanted first: the order in which they are offered.
    pub const OFFERED: [Algorithm; 5] =
        [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Es384, Algorithm::Es512, Algorithm::Rs256];

    /// Its number in the registry "COSE Algorithms".
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Algorithm::Es256 => -7,
            Algorithm::EdDsa => -8,
            Algorithm::Es384 => -35,
            Algorithm::Es512 => -36,
            Algorithm::Rs256 => -257,
        }
    }

    fn of(number: i64) -> Option<Algorithm> {
        Algorithm::OFFERED.into_iter().find(|offered| offered.number() == number)
    }
}

/// The labels of a COSE_Key.
const KIND: i64 = 1;
const ALGORITHM: i64 = 3;
const CURVE_OR_MODULUS: i64 = -1;
const X_OR_EXPONENT: i64 = -2;
const Y: i64 = -3;

/// The library checks no signature by a longer one.
const MOST_EXPONENT_BYTES: usize = 4;
const LEAST_MODULUS_BITS: usize = 2_048;
/// What the library checks signatures with.
const MOST_MODULUS_BITS: usize = 8_192;

/// What a COSE_Key says, before it is a key.
#[derive(Default)]
struct Members<'a> {
    kind: Option<i64>,
    algorithm: Option<i64>,
    curve: Option<i64>,
    modulus: Option<&'a [u8]>,
    second: Option<&'a [u8]>,
    third: Option<&'a [u8]>,
}

/// A key that signatures can be checked with.
pub(super) struct Key {
    pub(super) algorithm: Algorithm,
    parsed: ParsedPublicKey,
}

impl Key {
    /// Reads a key that was looked at when it was made.
    pub(super) fn read(cose: &[u8]) -> Result<Key, Refusal> {
        let members = members(cose).map_err(|BadCbor| Refusal::Key)?;
        let number = members.algorithm.ok_or(Refusal::Key)?;
        let algorithm = Algorithm::of(number).ok_or(Refusal::Algorithm)?;
        let parsed = match algorithm {
            Algorithm::Es256 => elliptic(&members, 1, 32, &ECDSA_P256_SHA256_ASN1),
            Algorithm::Es384 => elliptic(&members, 2, 48, &ECDSA_P384_SHA384_ASN1),
            Algorithm::Es512 => elliptic(&members, 3, 66, &ECDSA_P521_SHA512_ASN1),
            Algorithm::EdDsa => edwards(&members).and_then(|x| ParsedPublicKey::new(&ED25519, x).ok()),
            Algorithm::Rs256 => rsa(&members),
        };
        Ok(Key { algorithm, parsed: parsed.ok_or(Refusal::Key)? })
    }

    /// Reads a key that is new here. The library says whether a point is on its NIST curve when it reads it; of
    /// Ed25519 it does not.
    pub(super) fn read_new(cose: &[u8]) -> Result<Key, Refusal> {
        let key = Key::read(cose)?;
        let sound = match key.algorithm {
            Algorithm::EdDsa => {
                let members = members(cose).map_err(|BadCbor| Refusal::Key)?;
                edwards(&members).is_some_and(edwards::is_sound)
            }
            Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 | Algorithm::Rs256 => true,
        };
        if sound { Ok(key) } else { Err(Refusal::Key) }
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Refusal> {
        self.parsed.verify_sig(message, signature).map_err(|_| Refusal::Signature)
    }
}

fn members(cose: &[u8]) -> Result<Members<'_>, BadCbor> {
    let mut whole = Reader::new(cose);
    // Its form, no label twice, and nothing behind it.
    whole.whole_map()?;
    if !whole.rest().is_empty() {
        return Err(BadCbor);
    }
    let mut reader = Reader::new(cose);
    let mut members = Members::default();
    for _ in 0..reader.map()? {
        match reader.int()? {
            KIND => members.kind = Some(reader.int()?),
            ALGORITHM => members.algorithm = Some(reader.int()?),
            // An RSA key has bytes where the others have the number of their curve.
            CURVE_OR_MODULUS => match reader.int_or_bytes()? {
                Ok(curve) => members.curve = Some(curve),
                Err(modulus) => members.modulus = Some(modulus),
            },
            X_OR_EXPONENT => members.second = Some(reader.bytes()?),
            Y => members.third = Some(reader.bytes()?),
            _ => return Err(BadCbor),
        }
    }
    Ok(members)
}

fn elliptic(
    members: &Members<'_>,
    curve: i64,
    bytes: usize,
    algorithm: &'static EcdsaVerificationAlgorithm,
) -> Option<ParsedPublicKey> {
    if members.kind != Some(2) || members.curve != Some(curve) {
        return None;
    }
    let (x, y) = (members.second?, members.third?);
    if x.len() != bytes || y.len() != bytes {
        return None;
    }
    ParsedPublicKey::new(algorithm, [&[4], x, y].concat()).ok()
}

fn edwards<'a>(members: &Members<'a>) -> Option<&'a [u8; 32]> {
    let fits = members.kind == Some(1) && members.curve == Some(6) && members.third.is_none();
    members.second.filter(|_| fits)?.try_into().ok()
}

fn rsa(members: &Members<'_>) -> Option<ParsedPublicKey> {
    if members.kind != Some(3) || members.third.is_some() {
        return None;
    }
    let (modulus, exponent) = (members.modulus?, members.second?);
    let bits = bits(modulus)?;
    let odd = |number: &[u8]| number.last().is_some_and(|last| last & 1 == 1);
    let fits = (LEAST_MODULUS_BITS..=MOST_MODULUS_BITS).contains(&bits)
        && bits_fit(exponent)
        && odd(modulus)
        && odd(exponent);
    let components = RsaPublicKeyComponents { n: modulus, e: exponent };
    fits.then(|| components.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).ok())?
}

/// An exponent from 3 on, not longer than any in use.
fn bits_fit(exponent: &[u8]) -> bool {
    exponent.len() <= MOST_EXPONENT_BYTES && bits(exponent).is_some_and(|bits| bits >= 2)
}

/// How long a number is, without zeros before it.
fn bits(number: &[u8]) -> Option<usize> {
    let first = number.first().filter(|first| **first != 0)?;
    let spare = usize::try_from(first.leading_zeros()).ok()?;
    Some(number.len() * 8 - spare)
}
