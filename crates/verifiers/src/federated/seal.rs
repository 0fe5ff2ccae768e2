//! Refresh tokens at rest: sealed with AES-256-GCM under a key that lives outside the database.
//!
//! The key is derived from the code keys, so an operator has no further secret to keep; a row names the key it
//! was sealed under, as a code does. Whose it is is bound in, so a row moved to somebody else opens nothing.
//!
//! What must never happen here: a nonce used twice (it is drawn within the sealing), a text in an error, a key
//! that serves anything else.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use zeroize::Zeroizing;

use crate::code::CodeKeys;

const FORM: u8 = 1;
const KEY_LABEL: &[u8] = b"genkan refresh token at rest v1\0";
const HEAD_BYTES: usize = 1 + 4 + NONCE_LEN;

/// Seals a text of `owner`'s: form, id of the key, nonce, then the sealed text and its tag.
///
/// # Errors
/// When no key or no random nonce is to be had.
pub fn seal(keys: &CodeKeys, owner: &[u8], text: &str) -> Result<Vec<u8>, SealFault> {
    let key_id = keys.current_id();
    let key = key(keys, key_id).ok_or(SealFault::NoKey)?;
    let mut sealed = text.as_bytes().to_vec();
    let nonce = key
        .seal_in_place_append_tag(Aad::from(bound(key_id, owner)), &mut sealed)
        .map_err(|_| SealFault::Sealing)?;
    let mut whole = Vec::with_capacity(HEAD_BYTES + sealed.len());
    whole.push(FORM);
    whole.extend_from_slice(&key_id.to_be_bytes());
    whole.extend_from_slice(nonce.as_ref());
    whole.append(&mut sealed);
    Ok(whole)
}

/// Opens what `seal` made for the same owner.
///
/// # Errors
/// When its key is no longer among the keys, or it was not made for this owner or was changed since.
pub fn unseal(keys: &CodeKeys, owner: &[u8], sealed: &[u8]) -> Result<Zeroizing<String>, SealFault> {
    let (form, rest) = sealed.split_first().ok_or(SealFault::Opening)?;
    let (key_id, rest) = rest.split_first_chunk::<4>().ok_or(SealFault::Opening)?;
    let (nonce, rest) = rest.split_first_chunk::<NONCE_LEN>().ok_or(SealFault::Opening)?;
    if *form != FORM {
        return Err(SealFault::Opening);
    }
    let key_id = u32::from_be_bytes(*key_id);
    let key = key(keys, key_id).ok_or(SealFault::NoKey)?;
    let mut opened = Zeroizing::new(rest.to_vec());
    let text = key
        .open_in_place(Nonce::from(nonce), Aad::from(bound(key_id, owner)), &mut opened)
        .map_err(|_| SealFault::Opening)?;
    let text = std::str::from_utf8(text).map_err(|_| SealFault::Opening)?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn key(keys: &CodeKeys, key_id: u32) -> Option<RandomizedNonceKey> {
    let bytes = keys.derive_key(key_id, KEY_LABEL)?;
    RandomizedNonceKey::new(&AES_256_GCM, bytes.as_slice()).ok()
}

/// What is bound in: two parts of a fixed length, then the owner.
fn bound(key_id: u32, owner: &[u8]) -> Vec<u8> {
    [[FORM].as_slice(), key_id.to_be_bytes().as_slice(), owner].concat()
}

/// Why a text cannot be sealed or opened.
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
