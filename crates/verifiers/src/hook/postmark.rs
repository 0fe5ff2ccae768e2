//! Postmark's webhooks, which are not signed: whoever posts shows a secret by HTTP basic authentication.
//!
//! The operator writes user and secret into the address that Postmark is given (RFC 7617). The secret is compared by its
//! HMAC under a key of this process, so that no comparison stops at the first wrong byte and none tells a length. What must never
//! happen here: a secret short enough to be tried, or one in a log.

use aws_lc_rs::{hmac, rand};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Doubt;

/// The user before the secret.
pub const POSTMARK_USER: &str = "postmark";

/// The secret of Postmark's webhooks, by its text: 24 to 128 letters, digits, `-`, `.`, `_` or `~`, which stand in an
/// address as they are. No `Debug`.
#[derive(Clone)]
pub struct PostmarkSecret {
    key: hmac::Key,
    tag: hmac::Tag,
}

impl PostmarkSecret {
    /// Reads a secret; `None` where it is none, or there is no randomness.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
        if !plain || !(24..=128).contains(&text.len()) {
            return None;
        }
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &rand::SystemRandom::new()).ok()?;
        let tag = hmac::sign(&key, format!("{POSTMARK_USER}:{text}").as_bytes());
        Some(Self { key, tag })
    }

    /// Checks the header `Authorization`.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn check(&self, authorization: &str) -> Result<(), Doubt> {
        let (scheme, shown) = authorization.split_once(' ').ok_or(Doubt::Form)?;
        if !scheme.eq_ignore_ascii_case("basic") || shown.len() > 1_024 {
            return Err(Doubt::Form);
        }
        let shown = STANDARD.decode(shown.trim()).map_err(|_| Doubt::Form)?;
        hmac::verify(&self.key, &shown, self.tag.as_ref()).map_err(|_| Doubt::Signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "Zr4u7x-A_D~GKbPeShVm.Yq3t6";

    #[test]
    fn c12_postmark_is_believed_with_its_secret_alone() {
        let secret = PostmarkSecret::parse(SECRET).expect("a secret");
        let shown = |text: &str| format!("Basic {}", STANDARD.encode(text));
        let good = format!("postmark:{SECRET}");
        assert_eq!(secret.check(&shown(&good)), Ok(()));
        assert_eq!(secret.check(&shown(&good).replace("Basic", "bAsIc")), Ok(()));
        for wrong in ["", ":", SECRET, &good[..good.len() - 1], &format!("{good}x"), "root:x"] {
            assert_eq!(secret.check(&shown(wrong)), Err(Doubt::Signature), "{wrong}");
        }
        let other = PostmarkSecret::parse(&SECRET.to_lowercase()).expect("a secret");
        assert_eq!(other.check(&shown(&good)), Err(Doubt::Signature));
        let bearer = shown(&good).replace("Basic", "Bearer");
        for wrong in ["", "Basic", "Basic ?", &bearer, &format!("Basic {}", "A".repeat(2_000))] {
            assert_eq!(secret.check(wrong), Err(Doubt::Form), "{wrong}");
        }
        for wrong in ["", "short", "with a blank in it, and longer", &"x".repeat(129)] {
            assert!(PostmarkSecret::parse(wrong).is_none(), "{wrong}");
        }
    }
}
