//! Signed messages of mail relays (security.md C12): the octets of a request are believed, or they are not.
//!
//! Three forms: Standard Webhooks (HMAC-SHA-256 over id, time and body), SendGrid (ECDSA over time and body), Mailgun
//! (HMAC-SHA-256 over time and token). Each has the time in what is signed, and one that is older than five minutes is not
//! taken; that the same report is heard once is the outbox's doing. Amazon's and Postmark's are in files of their own. What
//! must never happen here: a body that is looked at before its signature, a comparison that stops at the first wrong byte.

mod postmark;
mod sns;

use aws_lc_rs::{hmac, signature};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
pub use postmark::{POSTMARK_USER, PostmarkSecret};
pub use sns::{SnsMessage, SnsTopic, is_topic};

/// A message may be this old, or this far ahead of our clock.
const WINDOW_MS: i64 = 5 * 60 * 1_000;

/// Why a message is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// A header or field is missing or not as it should be.
    Form,
    /// Its time is too long ago or ahead.
    Time,
    /// The signature is not the sender's.
    Signature,
    /// What it is checked with cannot be had now: it may come again.
    Unreachable,
}

impl Doubt {
    /// Its word in logs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Time => "time",
            Self::Signature => "signature",
            Self::Unreachable => "unreachable",
        }
    }
}

/// The headers of Standard Webhooks.
#[derive(Clone, Copy, Debug)]
pub struct StandardHeaders<'h> {
    /// `webhook-id`.
    pub id: &'h str,
    /// `webhook-timestamp`, in seconds.
    pub timestamp: &'h str,
    /// `webhook-signature`: `v1,` and base64, several told apart by blanks.
    pub signature: &'h str,
}

/// A secret of Standard Webhooks, by its text: `whsec_` and base64 of 24 to 64 bytes. No `Debug`.
#[derive(Clone)]
pub struct StandardSecret(hmac::Key);

impl StandardSecret {
    /// Reads a secret; `None` where it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.trim().strip_prefix("whsec_")?).ok()?;
        (24..=64).contains(&bytes.len()).then(|| Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    /// Checks a message.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn check(&self, headers: &StandardHeaders<'_>, body: &[u8], now_ms: i64) -> Result<(), Doubt> {
        if headers.id.is_empty() || headers.id.contains('.') || headers.signature.len() > 1_024 {
            return Err(Doubt::Form);
        }
        in_time(headers.timestamp, now_ms)?;
        let signed = [headers.id.as_bytes(), b".", headers.timestamp.as_bytes(), b".", body].concat();
        let given = headers.signature.split(' ').filter_map(|one| one.strip_prefix("v1,"));
        let mut given = given.filter_map(|text| STANDARD.decode(text).ok());
        let fits = given.any(|tag| hmac::verify(&self.0, &signed, &tag).is_ok());
        if fits { Ok(()) } else { Err(Doubt::Signature) }
    }

    /// Signs a message, as whoever sends one does.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: &str, body: &[u8]) -> String {
        let signed = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat();
        format!("v1,{}", STANDARD.encode(hmac::sign(&self.0, &signed)))
    }
}

/// SendGrid's public key for its event webhook, by its text: base64 of a `SubjectPublicKeyInfo` on P-256.
#[derive(Clone)]
pub struct SendGridKey(Vec<u8>);

impl SendGridKey {
    /// Reads a key; `None` where it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let der = STANDARD.decode(text.trim()).ok()?;
        // The head that every such key on P-256 has, before its uncompressed point.
        let point = der.strip_prefix(P256_HEAD)?;
        (point.len() == 65 && point.first() == Some(&4)).then(|| Self(point.to_vec()))
    }

    /// Checks a message: `X-Twilio-Email-Event-Webhook-Signature` and `-Timestamp`.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn check(&self, timestamp: &str, given: &str, body: &[u8], now_ms: i64) -> Result<(), Doubt> {
        in_time(timestamp, now_ms)?;
        let given = STANDARD.decode(given).map_err(|_| Doubt::Form)?;
        let signed = [timestamp.as_bytes(), body].concat();
        let key = signature::UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_ASN1, &self.0);
        key.verify(&signed, &given).map_err(|_| Doubt::Signature)
    }
}

const P256_HEAD: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// Mailgun's signing key for webhooks. No `Debug`.
#[derive(Clone)]
pub struct MailgunKey(hmac::Key);

impl MailgunKey {
    /// Takes a key; `None` where it is too short to be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        (text.len() >= 16).then(|| Self(hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes())))
    }

    /// Checks the `signature` object of a message. It covers time and token and not what is reported, which is therefore
    /// believed of mails that were sent and are named exactly, and of nothing else.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn check(&self, timestamp: &str, token: &str, given: &str, now_ms: i64) -> Result<(), Doubt> {
        in_time(timestamp, now_ms)?;
        let tag = unhex(given).ok_or(Doubt::Form)?;
        let signed = [timestamp.as_bytes(), token.as_bytes()].concat();
        hmac::verify(&self.0, &signed, &tag).map_err(|_| Doubt::Signature)
    }
}

fn in_time(seconds: &str, now_ms: i64) -> Result<(), Doubt> {
    let plain =
        !seconds.is_empty() && seconds.len() <= 12 && seconds.bytes().all(|b| b.is_ascii_digit());
    let seconds: i64 = seconds.parse().ok().filter(|_| plain).ok_or(Doubt::Form)?;
    let distance = now_ms.saturating_sub(seconds.saturating_mul(1_000)).saturating_abs();
    if distance <= WINDOW_MS { Ok(()) } else { Err(Doubt::Time) }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let pair = |at: usize| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..text.len()).step_by(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};

    use super::*;

    const NOW: i64 = 1_795_654_800_000;
    const SECONDS: &str = "1795654800";

    #[test]
    fn c12_a_standard_webhook_is_believed_with_its_signature_alone() {
        // The example of the specification of Standard Webhooks.
        let secret = StandardSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
        let (id, at, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", br#"{"test": 2432232314}"#);
        let good = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(secret.sign(id, at, body), good);
        let now = 1_614_265_330_000;
        let check = |id, timestamp, signature: &str, body: &[u8], now| {
            secret.check(&StandardHeaders { id, timestamp, signature }, body, now)
        };
        assert_eq!(check(id, at, good, body, now), Ok(()));
        assert_eq!(check(id, at, &format!("v1,AAAA v1a,BBBB {good}"), body, now), Ok(()));
        assert_eq!(check(id, at, good, b"{}", now), Err(Doubt::Signature));
        assert_eq!(check("msg_other", at, good, body, now), Err(Doubt::Signature));
        assert_eq!(check(id, "1614265331", good, body, now), Err(Doubt::Signature));
        assert_eq!(check(id, at, "", body, now), Err(Doubt::Signature));
        assert_eq!(check(id, at, good, body, now + WINDOW_MS + 1), Err(Doubt::Time));
        assert_eq!(check(id, at, good, body, now - WINDOW_MS - 1), Err(Doubt::Time));
        assert_eq!(check(id, "-1", good, body, now), Err(Doubt::Form));
        assert_eq!(check("", at, good, body, now), Err(Doubt::Form));
        for wrong in ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!"] {
            assert!(StandardSecret::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn c12_sendgrid_is_believed_with_its_signature_alone() {
        let (random, kind) = (SystemRandom::new(), &ECDSA_P256_SHA256_ASN1_SIGNING);
        let document = EcdsaKeyPair::generate_pkcs8(kind, &random).expect("a pair");
        let pair = EcdsaKeyPair::from_pkcs8(kind, document.as_ref()).expect("a pair");
        let spki = [P256_HEAD, pair.public_key().as_ref()].concat();
        let key = SendGridKey::parse(&STANDARD.encode(&spki)).expect("a key");
        let body = b"[{\"event\":\"bounce\"}]";
        let signed = pair.sign(&random, &[SECONDS.as_bytes(), body].concat()).expect("signed");
        let given = STANDARD.encode(signed);
        assert_eq!(key.check(SECONDS, &given, body, NOW), Ok(()));
        assert_eq!(key.check(SECONDS, &given, b"[]", NOW), Err(Doubt::Signature));
        assert_eq!(key.check("1795654801", &given, body, NOW), Err(Doubt::Signature));
        assert_eq!(key.check(SECONDS, &given, body, NOW + 600_000), Err(Doubt::Time));
        assert_eq!(key.check(SECONDS, "?", body, NOW), Err(Doubt::Form));
        assert!(SendGridKey::parse("").is_none() && SendGridKey::parse("AAAA").is_none());
    }

    #[test]
    fn c12_mailgun_is_believed_with_its_signature_alone() {
        let key = MailgunKey::parse("key-0123456789abcdef").expect("a key");
        let tag = hmac::sign(&key.0, format!("{SECONDS}token").as_bytes());
        let given: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(key.check(SECONDS, "token", &given, NOW), Ok(()));
        assert_eq!(key.check(SECONDS, "other", &given, NOW), Err(Doubt::Signature));
        assert_eq!(key.check(SECONDS, "token", &given, NOW + 600_000), Err(Doubt::Time));
        assert_eq!(key.check(SECONDS, "token", "12", NOW), Err(Doubt::Form));
        assert!(MailgunKey::parse("short").is_none());
    }
}
