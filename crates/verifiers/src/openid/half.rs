//! The half of a digest by which an ID token names the access token that came with it (OpenID Connect Core 3.1.3.6).

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::signing::Algorithm;

/// The left half of the token's digest, by the hash of the ID token's own signature (of Ed25519, SHA-512).
#[must_use]
pub fn at_hash(access_token: &str, algorithm: Algorithm) -> String {
    let hash = match algorithm {
        Algorithm::EdDsa => &SHA512,
        Algorithm::Es256 | Algorithm::Rs256 => &SHA256,
    };
    let whole = digest(hash, access_token.as_bytes());
    let half = whole.as_ref().get(..whole.as_ref().len() / 2).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(half)
}

#[cfg(test)]
mod tests {
    use super::at_hash;
    use crate::signing::Algorithm;

    /// OpenID Connect Core A.3.
    #[test]
    fn the_example_of_the_standard() {
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        assert_eq!(at_hash(token, Algorithm::Rs256), "77QmUPtjPfzWtF2AnpK9RQ");
        assert_eq!(at_hash(token, Algorithm::EdDsa).len(), 43);
    }
}
