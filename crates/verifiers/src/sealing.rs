//! Secrets at rest: sealed with AES-256-GCM under a key that lives outside the database.
//!
//! The key is derived from the code keys, one for each use, so an operator has no further secret to keep; what is
//! sealed names the code key it was sealed under, as a code does. What it belongs to is bound in, so a row that is
//! moved elsewhere opens nothing.
//!
//! What must never happen here: a nonce used twice (it is drawn within the sealing), a secret in an error, a key
//! that serves two uses.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use zeroize::Zeroizing;

use crate::code::CodeKeys;

const FORM: u8 = 1;
const HEAD_BYTES: usize = 1 + 4 + NONCE_LEN;

/// What is sealed: by the label of its key, and for whom or what.
#[derive(Clone, Copy)]
pub(crate) struct Sealing<'s> {
    pub(crate) label: &'static [u8],
    pub(crate) owner: &'s [u8],
}

impl Sealing<'_> {
    /// Form, id of the key, nonce, then the sealed secret and its tag.
    pub(crate) fn seal(self, keys: &CodeKeys, secret: &[u8]) -> Result<Vec<u8>, SealFault> {
        let key_id = keys.current_id();
        let key = self.key(keys, key_id)?;
        // Wiped where the sealing fails; where it does not, nothing of the secret is left in it.
        let mut sealed = Zeroizing::new(Vec::with_capacity(secret.len() + AES_256_GCM.tag_len()));
        sealed.extend_from_slice(secret);
        let nonce = key
            .seal_in_place_append_tag(Aad::from(self.bound(key_id)), &mut *sealed)
            .map_err(|_| SealFault::Sealing)?;
        let mut whole = Vec::with_capacity(HEAD_BYTES + sealed.len());
        whole.push(FORM);
        whole.extend_from_slice(&key_id.to_be_bytes());
        whole.extend_from_slice(nonce.as_ref());
        whole.append(&mut sealed);
        Ok(whole)
    }

    /// The secret, where it was sealed for the same use and owner.
    pub(crate) fn open(self, keys: &CodeKeys, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealFault> {
        let (form, rest) = sealed.split_first().ok_or(SealFault::Opening)?;
        let (key_id, rest) = rest.split_first_chunk::<4>().ok_or(SealFault::Opening)?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE_LEN>().ok_or(SealFault::Opening)?;
        if *form != FORM {
            return Err(SealFault::Opening);
        }
        let key_id = u32::from_be_bytes(*key_id);
        let key = self.key(keys, key_id)?;
        let mut opened = Zeroizing::new(rest.to_vec());
        let length = key
            .open_in_place(Nonce::from(nonce), Aad::from(self.bound(key_id)), &mut opened)
            .map_err(|_| SealFault::Opening)?
            .len();
        opened.truncate(length);
        Ok(opened)
    }

    fn key(self, keys: &CodeKeys, key_id: u32) -> Result<RandomizedNonceKey, SealFault> {
        let bytes = keys.derive_key(key_id, self.label).ok_or(SealFault::NoKey)?;
        RandomizedNonceKey::new(&AES_256_GCM, bytes.as_slice()).map_err(|_| SealFault::NoKey)
    }

    /// What is bound in: two parts of a fixed length, then the owner.
    fn bound(self, key_id: u32) -> Vec<u8> {
        [[FORM].as_slice(), key_id.to_be_bytes().as_slice(), self.owner].concat()
    }
}

/// The code key that something is sealed under.
pub(crate) fn key_of(sealed: &[u8]) -> Option<u32> {
    let (_, rest) = sealed.split_first()?;
    rest.first_chunk::<4>().copied().map(u32::from_be_bytes)
}

/// Why a secret cannot be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealFault {
    /// The key is not among the code keys.
    NoKey,
    /// It cannot be sealed: no random nonce.
    Sealing,
    /// It was sealed for another owner, or changed since.
    Opening,
}

impl fmt::Display for SealFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SealFault::NoKey => "the key it is sealed with is not among the code keys",
            SealFault::Sealing => "it cannot be sealed",
            SealFault::Opening => "it was sealed for somebody else, or changed since",
        })
    }
}

impl std::error::Error for SealFault {}
