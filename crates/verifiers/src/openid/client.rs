//! The secrets of clients, and names of members that two sites cannot compare.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;

use crate::code::CodeKeys;
use crate::token::sha256;

/// What is kept of a client's secret. Secrets are long and drawn at random, so one plain SHA-256 keeps them safe.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret {
    digest: [u8; 32],
}

impl std::fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientSecret")
    }
}

impl ClientSecret {
    /// Of the secret itself.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        Self { digest: digest(secret) }
    }

    /// Of what was kept.
    #[must_use]
    pub const fn kept(digest: [u8; 32]) -> Self {
        Self { digest }
    }

    /// What is kept.
    #[must_use]
    pub const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Whether this is the secret.
    #[must_use]
    pub fn matches(&self, shown: &str) -> bool {
        bool::from(self.digest.ct_eq(&digest(shown)))
    }
}

fn digest(secret: &str) -> [u8; 32] {
    sha256(&[b"genkan client secret v1\0", secret.as_bytes()])
}

/// The name of a member for the sites of one sector (OpenID Connect Core 8.1). It follows from the oldest code key, which must
/// therefore be kept as long as such names are in use.
#[must_use]
pub fn pairwise(keys: &CodeKeys, sector: &str, account: &[u8; 16]) -> Option<String> {
    let oldest = keys.ids().min()?;
    let key = keys.derive_key(oldest, b"genkan pairwise subject v1\0")?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_slice());
    let sector_bytes = u64::try_from(sector.len()).ok()?;
    let mut mac = hmac::Context::with_key(&key);
    mac.update(&sector_bytes.to_be_bytes());
    mac.update(sector.as_bytes());
    mac.update(account);
    Some(URL_SAFE_NO_PAD.encode(mac.sign().as_ref()))
}

#[cfg(test)]
mod tests {
    use super::{ClientSecret, pairwise};
    use crate::code::CodeKeys;

    fn keys(current: u32, ids: &[u32]) -> CodeKeys {
        let secret = |id: u32| std::array::from_fn(|n| u8::try_from(n).unwrap() ^ id.to_le_bytes()[0]);
        CodeKeys::new(current, ids.iter().map(|id| (*id, secret(*id))).collect()).unwrap()
    }

    #[test]
    fn a_secret_matches_itself_and_is_never_printed() {
        let kept = ClientSecret::of("a-long-secret");
        assert!(kept.matches("a-long-secret"));
        assert!(!kept.matches("a-long-secret ") && !kept.matches(""));
        assert_eq!(ClientSecret::kept(*kept.digest()), kept);
        assert_eq!(format!("{kept:?}"), "ClientSecret");
    }

    #[test]
    fn i23_a_members_name_is_stable_and_differs_by_sector_and_member() {
        let first = pairwise(&keys(1, &[1]), "novel.example", &[1; 16]).unwrap();
        assert_eq!(pairwise(&keys(2, &[1, 2]), "novel.example", &[1; 16]).unwrap(), first);
        assert_ne!(pairwise(&keys(1, &[1]), "comic.example", &[1; 16]).unwrap(), first);
        assert_ne!(pairwise(&keys(1, &[1]), "novel.example", &[2; 16]).unwrap(), first);
    }
}
