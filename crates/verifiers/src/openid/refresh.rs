//! Refresh tokens and the names of access tokens: which grant they are of, sealed.
//!
//! A refresh token says how many of its grant came before it. What it replaces stays good until it is first used, so handing
//! one out changes nothing, and two that were handed out for one are told apart by their digests.

use crate::code::CodeKeys;
use crate::random::{NoRandomness, fill_random};
use crate::sealed::{SealedKind, open, seal};
use crate::token::sha256;

/// A refresh token that is ours. Whether it is the right one is for the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// Whose account.
    pub account: [u8; 16],
    /// Which grant.
    pub grant: [u8; 16],
    /// How many of its grant were before it, and itself.
    pub number: i64,
    /// Thumbprint of the key that has to be shown with it (RFC 9449 5).
    pub key: Option<[u8; 32]>,
    /// What is stored of it when it is used.
    pub digest: [u8; 32],
}

const MARK_BYTES: usize = 16;

/// A new token with that number, perhaps bound to a key.
///
/// # Errors
/// When there is no key or no randomness.
pub fn fresh_refresh(
    keys: &CodeKeys,
    (account, grant): (&[u8; 16], &[u8; 16]),
    number: i64,
    key: Option<&[u8; 32]>,
) -> Result<String, NoRandomness> {
    let mut mark = [0_u8; MARK_BYTES];
    fill_random(&mut mark)?;
    let number = number.to_be_bytes();
    let key = key.map_or(&[][..], <[u8; 32]>::as_slice);
    let plain = [account.as_slice(), grant, &number, &mark, key].concat();
    seal(keys, SealedKind::Refresh, &plain)
}

/// A token of ours.
#[must_use]
pub fn read_refresh(keys: &CodeKeys, text: &str) -> Option<RefreshToken> {
    let plain = open(keys, SealedKind::Refresh, text)?;
    let (account, rest) = plain.split_first_chunk::<16>()?;
    let (grant, rest) = rest.split_first_chunk::<16>()?;
    let (number, rest) = rest.split_first_chunk::<8>()?;
    let (_, key) = rest.split_first_chunk::<MARK_BYTES>()?;
    let key = if key.is_empty() { None } else { Some(key.try_into().ok()?) };
    let digest = sha256(&[b"genkan refresh token v1\0", &plain]);
    Some(RefreshToken {
        account: *account,
        grant: *grant,
        number: i64::from_be_bytes(*number),
        key,
        digest,
    })
}

/// The name (`jti`) of an access token of a grant.
///
/// # Errors
/// When there is no key or no randomness.
pub fn access_name(
    keys: &CodeKeys,
    account: &[u8; 16],
    grant: &[u8; 16],
) -> Result<String, NoRandomness> {
    seal(keys, SealedKind::Access, &[account.as_slice(), grant].concat())
}

/// Account and grant of an access token's name.
#[must_use]
pub fn read_access_name(keys: &CodeKeys, text: &str) -> Option<([u8; 16], [u8; 16])> {
    let plain = open(keys, SealedKind::Access, text)?;
    let (account, grant) = plain.split_first_chunk::<16>()?;
    Some((*account, grant.try_into().ok()?))
}
