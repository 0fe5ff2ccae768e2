//! PKCE with S256 alone (RFC 7636, RFC 9700 2.1.1): only who began can end.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;

use crate::token::sha256;

/// Whether a text can be an S256 challenge: 32 bytes in canonical base64url without padding.
#[must_use]
pub fn is_challenge(text: &str) -> bool {
    text.len() == 43 && URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == 32)
}

/// Whether `verifier` is well formed (RFC 7636 4.1: 43 to 128 unreserved signs) and fits the challenge.
#[must_use]
pub fn verifies(verifier: &str, challenge: &str) -> bool {
    let unreserved =
        |sign: u8| sign.is_ascii_alphanumeric() || matches!(sign, b'-' | b'.' | b'_' | b'~');
    let formed = (43..=128).contains(&verifier.len()) && verifier.bytes().all(unreserved);
    let digest = URL_SAFE_NO_PAD.encode(sha256(&[verifier.as_bytes()]));
    formed && bool::from(digest.as_bytes().ct_eq(challenge.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{is_challenge, verifies};

    /// RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_standard_fits() {
        assert!(is_challenge(CHALLENGE) && verifies(VERIFIER, CHALLENGE));
    }

    #[test]
    fn f2_nothing_else_fits() {
        let padded = format!("{CHALLENGE}=");
        for challenge in
            ["", VERIFIER, &CHALLENGE[1..], &padded, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN"]
        {
            assert!(!verifies(VERIFIER, challenge), "{challenge}");
        }
        // The method `plain`: the challenge itself as verifier.
        assert!(!verifies(CHALLENGE, CHALLENGE));
        let long = "a".repeat(129);
        for verifier in ["", "short", &VERIFIER[..42], &long, &format!("{VERIFIER} ")] {
            assert!(!verifies(verifier, CHALLENGE), "{verifier}");
        }
        for no in ["", "plain", &CHALLENGE[1..], &padded, &CHALLENGE.replace('-', "+")] {
            assert!(!is_challenge(no), "{no}");
        }
    }
}
