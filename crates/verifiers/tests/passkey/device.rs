//! An authenticator in software: keys of every offered algorithm, made at run time, and what they sign.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING,
    EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use verifiers::passkey::Algorithm;

use crate::cbor::{bytes, int, map};

pub(crate) enum Device {
    Elliptic(EcdsaKeyPair, Algorithm),
    Edwards(Ed25519KeyPair),
    Rsa(Box<RsaKeyPair>),
}

impl Device {
    pub(crate) fn new(algorithm: Algorithm) -> Device {
        let elliptic = |signing: &'static EcdsaSigningAlgorithm| {
            Device::Elliptic(EcdsaKeyPair::generate(signing).unwrap(), algorithm)
        };
        match algorithm {
            Algorithm::Es256 => elliptic(&ECDSA_P256_SHA256_ASN1_SIGNING),
            Algorithm::Es384 => elliptic(&ECDSA_P384_SHA384_ASN1_SIGNING),
            Algorithm::Es512 => elliptic(&ECDSA_P521_SHA512_ASN1_SIGNING),
            Algorithm::EdDsa => Device::Edwards(Ed25519KeyPair::generate().unwrap()),
            Algorithm::Rs256 => Device::Rsa(Box::new(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())),
        }
    }

    /// The members of its COSE_Key, in their order.
    pub(crate) fn key(&self) -> Vec<(i64, Vec<u8>)> {
        match self {
            Device::Elliptic(pair, algorithm) => {
                let point = pair.public_key().as_ref();
                let half = point.len() / 2;
                elliptic(*algorithm, &point[1..=half], &point[half + 1..])
            }
            Device::Edwards(pair) => edwards(pair.public_key().as_ref()),
            Device::Rsa(pair) => {
                let public = PublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                rsa(&public.n, &public.e)
            }
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Device::Elliptic(pair, _) => {
                pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec()
            }
            Device::Edwards(pair) => pair.sign(message).as_ref().to_vec(),
            Device::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
                signature
            }
        }
    }
}

pub(crate) fn elliptic(algorithm: Algorithm, x: &[u8], y: &[u8]) -> Vec<(i64, Vec<u8>)> {
    let curve = match algorithm {
        Algorithm::Es384 => 2,
        Algorithm::Es512 => 3,
        _ => 1,
    };
    vec![(1, int(2)), (3, int(algorithm.number())), (-1, int(curve)), (-2, bytes(x)), (-3, bytes(y))]
}

pub(crate) fn edwards(x: &[u8]) -> Vec<(i64, Vec<u8>)> {
    vec![(1, int(1)), (3, int(-8)), (-1, int(6)), (-2, bytes(x))]
}

pub(crate) fn rsa(modulus: &[u8], exponent: &[u8]) -> Vec<(i64, Vec<u8>)> {
    vec![(1, int(3)), (3, int(-257)), (-1, bytes(modulus)), (-2, bytes(exponent))]
}

pub(crate) fn cose(members: &[(i64, Vec<u8>)]) -> Vec<u8> {
    let pairs: Vec<_> = members.iter().map(|(label, value)| (int(*label), value.clone())).collect();
    map(&pairs)
}

/// A modulus of so many bytes that an RSA key could have.
pub(crate) fn modulus(bytes: usize) -> Vec<u8> {
    let mut modulus = vec![0xA5; bytes];
    *modulus.last_mut().unwrap() = 0xA7;
    modulus
}
