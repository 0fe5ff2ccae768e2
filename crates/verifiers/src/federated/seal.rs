//! Refresh tokens at rest: sealed for whose they are (`sealing`).

use zeroize::Zeroizing;

use crate::code::CodeKeys;
pub use crate::sealing::SealFault;
use crate::sealing::Sealing;

const KEY_LABEL: &[u8] = b"genkan refresh token at rest v1\0";

/// Seals a text of `owner`'s.
///
/// # Errors
/// When no key or no random nonce is to be had.
pub fn seal(keys: &CodeKeys, owner: &[u8], text: &str) -> Result<Vec<u8>, SealFault> {
    Sealing { label: KEY_LABEL, owner }.seal(keys, text.as_bytes())
}

/// Opens what `seal` made for the same owner.
///
/// # Errors
/// When its key is no longer among the keys, or it was not made for this owner or was changed since.
pub fn unseal(keys: &CodeKeys, owner: &[u8], sealed: &[u8]) -> Result<Zeroizing<String>, SealFault> {
    let opened = Sealing { label: KEY_LABEL, owner }.open(keys, sealed)?;
    let text = std::str::from_utf8(&opened).map_err(|_| SealFault::Opening)?;
    Ok(Zeroizing::new(text.to_owned()))
}
