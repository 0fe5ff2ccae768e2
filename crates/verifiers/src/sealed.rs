//! What is handed out and comes back: sealed, so that nobody can read, bend or invent it, and nothing has to be kept of it.
//!
//! AES-256-GCM under a key of its own for each sealed text, derived from a code key, the kind and 128 random bits: no two
//! texts share a key, so no nonce can come twice however many there are. The kind is part of the key, so that a text of one
//! kind is none of another (security.md E8). Every node has the code keys, and a database or its backup has none.
//!
//! What must never happen here: an opened text believed for more than "we sealed this"; that it is used once and in time is
//! for whoever opens it.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::code::CodeKeys;
use crate::random::{NoRandomness, fill_random};

/// What a sealed text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SealedKind {
    /// An authorization code (RFC 6749 4.1.2).
    Code,
    /// A refresh token (RFC 6749 6).
    Refresh,
    /// The name of an access token, by which its grant is found.
    Access,
    /// When a browser was first sent here with which request.
    Step,
    /// An authorization request that a client pushed (RFC 9126).
    Pushed,
    /// A time of ours in a proof of a key (RFC 9449 8).
    Nonce,
    /// How far an app has come that signs somebody in without a browser.
    AuthSession,
}

impl SealedKind {
    const fn label(self) -> &'static [u8] {
        match self {
            SealedKind::Code => b"genkan sealed authorization code v1\0",
            SealedKind::Refresh => b"genkan sealed refresh token v1\0",
            SealedKind::Access => b"genkan sealed access token name v1\0",
            SealedKind::Step => b"genkan sealed step v1\0",
            SealedKind::Pushed => b"genkan sealed pushed request v1\0",
            SealedKind::Nonce => b"genkan sealed nonce v1\0",
            SealedKind::AuthSession => b"genkan sealed auth session v1\0",
        }
    }
}

/// Longer texts are not ours; refused before anything is done with them (security.md F10).
const LONGEST: usize = 4_096;
const KEY_ID_BYTES: usize = 4;
const SALT_BYTES: usize = 16;

/// Seals `plain`; base64url text without padding.
///
/// # Errors
/// When there is no key or no randomness.
pub fn seal(keys: &CodeKeys, kind: SealedKind, plain: &[u8]) -> Result<String, NoRandomness> {
    let id = keys.current_id();
    let mut salt = [0_u8; SALT_BYTES];
    fill_random(&mut salt)?;
    let key = key(keys, id, kind, &salt).ok_or(NoRandomness)?;
    let mut text = plain.to_vec();
    key.seal_in_place_append_tag(only_nonce(), Aad::empty(), &mut text).map_err(|_| NoRandomness)?;
    let whole = [&id.to_be_bytes(), salt.as_slice(), &text].concat();
    Ok(URL_SAFE_NO_PAD.encode(whole))
}

/// What was sealed; `None` for whatever is not a text of this kind of ours.
#[must_use]
pub fn open(keys: &CodeKeys, kind: SealedKind, text: &str) -> Option<Vec<u8>> {
    if text.len() > LONGEST {
        return None;
    }
    let whole = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (id, rest) = whole.split_first_chunk::<KEY_ID_BYTES>()?;
    let (salt, sealed) = rest.split_first_chunk::<SALT_BYTES>()?;
    let key = key(keys, u32::from_be_bytes(*id), kind, salt)?;
    let mut sealed = sealed.to_vec();
    let plain = key.open_in_place(only_nonce(), Aad::empty(), &mut sealed).ok()?;
    Some(plain.to_vec())
}

fn key(keys: &CodeKeys, id: u32, kind: SealedKind, salt: &[u8]) -> Option<LessSafeKey> {
    let bytes = keys.derive_key(id, &[kind.label(), salt].concat())?;
    UnboundKey::new(&AES_256_GCM, bytes.as_slice()).ok().map(LessSafeKey::new)
}

/// Each key seals one text.
fn only_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

#[cfg(test)]
mod tests;
