//! Messages of a topic of Amazon SNS, through which Amazon SES says what became of mails.
//!
//! A message names the certificate that it is signed under. The certificate is believed because it is fetched over TLS from the one
//! host of the topic's region, which follows from the topic in the settings and from nothing in the message; so does the address at
//! which a subscription is confirmed. Anybody can have SNS sign messages of a topic of theirs, so the topic is compared first. What
//! must never happen here: another host asked, a redirect followed, an unbounded answer read, a message of another topic believed.

use std::collections::VecDeque;
use std::time::Duration;

use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde::Deserialize;
use tokio::sync::Mutex;
use webpki::EndEntityCert;

use super::Doubt;

/// SNS posts a message again for up to an hour, with the time at which it was first posted.
const OLDEST_MS: i64 = 60 * 60 * 1_000;
const AHEAD_MS: i64 = 5 * 60 * 1_000;
/// A certificate is fetched again after a day.
const KEPT_MS: i64 = 24 * 60 * 60 * 1_000;
/// Whoever invents names of certificates makes the house ask for no more than so many in a minute.
const FETCHES_A_MINUTE: usize = 10;
const SHELF_PLACES: usize = 8;
const MOST_BYTES: usize = 64 * 1_024;

/// The topic that is heard, and the certificates that its messages were signed under.
pub struct SnsTopic {
    arn: String,
    base: String,
    client: Client,
    shelf: Mutex<Shelf>,
}

#[derive(Default)]
struct Shelf {
    /// Address, public key, and when it was fetched.
    keys: Vec<(String, Vec<u8>, i64)>,
    fetched: VecDeque<i64>,
}

/// What a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SnsMessage {
    /// What the topic was told.
    Notification(String),
    /// The topic asks whether it shall post here; with this token it may.
    Confirmation(String),
    /// It will post here no more.
    Farewell,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope {
    r#type: String,
    message_id: String,
    topic_arn: String,
    message: String,
    subject: Option<String>,
    timestamp: String,
    signature_version: String,
    signature: String,
    #[serde(rename = "SigningCertURL")]
    certificate: String,
    #[serde(rename = "SubscribeURL")]
    subscribe: Option<String>,
    token: Option<String>,
}

impl SnsTopic {
    /// Takes the ARN of a topic: `arn:aws:sns:ap-northeast-1:123456789012:mail`. `None` where it is none, or no HTTP client can be
    /// made.
    #[must_use]
    pub fn new(arn: &str) -> Option<Self> {
        let host = host_of(arn.trim())?;
        Self::asking(arn.trim(), format!("https://{host}"), true)
    }

    /// The same topic behind another server of this machine (tests).
    #[must_use]
    pub fn on_this_machine(arn: &str, base: &str) -> Option<Self> {
        host_of(arn)?;
        base.starts_with("http://127.0.0.1:").then(|| Self::asking(arn, base.to_owned(), false))?
    }

    fn asking(arn: &str, base: String, https: bool) -> Option<Self> {
        let client = Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(10))
            .redirect(Policy::none())
            .no_proxy()
            .https_only(https)
            .user_agent("genkan")
            .build()
            .ok()?;
        Some(Self { arn: arn.to_owned(), base, client, shelf: Mutex::default() })
    }

    /// Checks a message.
    ///
    /// # Errors
    /// Why it is not believed; `Unreachable` where that cannot be said now, for its certificate cannot be had.
    pub async fn check(&self, body: &[u8], now_ms: i64) -> Result<SnsMessage, Doubt> {
        let envelope: Envelope = serde_json::from_slice(body).map_err(|_| Doubt::Form)?;
        if envelope.topic_arn != self.arn {
            return Err(Doubt::Signature);
        }
        let at: jiff::Timestamp = envelope.timestamp.parse().map_err(|_| Doubt::Form)?;
        let age = now_ms.saturating_sub(at.as_millisecond());
        if !(-AHEAD_MS..=OLDEST_MS).contains(&age) {
            return Err(Doubt::Time);
        }
        let algorithm = match envelope.signature_version.as_str() {
            "1" => &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
            "2" => &RSA_PKCS1_2048_8192_SHA256,
            _ => return Err(Doubt::Form),
        };
        let given = STANDARD.decode(&envelope.signature).map_err(|_| Doubt::Form)?;
        let signed = envelope.signed().ok_or(Doubt::Form)?;
        let key = self.key(&envelope.certificate, now_ms).await?;
        let key = UnparsedPublicKey::new(algorithm, key);
        key.verify(signed.as_bytes(), &given).map_err(|_| Doubt::Signature)?;
        Ok(match envelope.r#type.as_str() {
            "SubscriptionConfirmation" => SnsMessage::Confirmation(envelope.token.ok_or(Doubt::Form)?),
            "UnsubscribeConfirmation" => SnsMessage::Farewell,
            _ => SnsMessage::Notification(envelope.message),
        })
    }

    /// Tells the topic that it may post here.
    ///
    /// # Errors
    /// `Form` where the token is none; `Unreachable` where SNS did not take it.
    pub async fn confirm(&self, token: &str) -> Result<(), Doubt> {
        if token.is_empty() || token.len() > 1_024 || !token.bytes().all(|b| b.is_ascii_alphanumeric())
        {
            return Err(Doubt::Form);
        }
        let (base, arn) = (&self.base, &self.arn);
        let address = format!("{base}/?Action=ConfirmSubscription&TopicArn={arn}&Token={token}");
        self.fetch(&address).await.map(drop)
    }

    /// The public key of the certificate at an address of this topic's host, as `SubjectPublicKeyInfo`.
    async fn key(&self, address: &str, now_ms: i64) -> Result<Vec<u8>, Doubt> {
        let named = address.strip_prefix(&self.base).and_then(|path| path.strip_prefix(CERTIFICATE));
        let name = named.and_then(|name| name.strip_suffix(".pem")).ok_or(Doubt::Form)?;
        if name.is_empty() || name.len() > 64 || !name.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(Doubt::Form);
        }
        // Held while one is fetched: the messages that wait for it need no second.
        let mut shelf = self.shelf.lock().await;
        shelf.keys.retain(|(_, _, at)| now_ms.saturating_sub(*at) < KEPT_MS);
        if let Some((_, key, _)) = shelf.keys.iter().find(|(kept, ..)| kept == address) {
            return Ok(key.clone());
        }
        while shelf.fetched.front().is_some_and(|at| now_ms.saturating_sub(*at) >= 60_000) {
            shelf.fetched.pop_front();
        }
        if shelf.fetched.len() >= FETCHES_A_MINUTE {
            return Err(Doubt::Unreachable);
        }
        shelf.fetched.push_back(now_ms);
        let pem = self.fetch(address).await?;
        let der = CertificateDer::from_pem_slice(&pem).map_err(|_| Doubt::Unreachable)?;
        let certificate = EndEntityCert::try_from(&der).map_err(|_| Doubt::Unreachable)?;
        let key = certificate.subject_public_key_info().as_ref().to_vec();
        if shelf.keys.len() >= SHELF_PLACES {
            shelf.keys.remove(0);
        }
        shelf.keys.push((address.to_owned(), key.clone(), now_ms));
        Ok(key)
    }

    async fn fetch(&self, address: &str) -> Result<Vec<u8>, Doubt> {
        let away = |_| Doubt::Unreachable;
        let mut response = self.client.get(address).send().await.map_err(away)?;
        if response.status() != StatusCode::OK {
            return Err(Doubt::Unreachable);
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(away)? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(Doubt::Unreachable);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

impl Envelope {
    /// What is signed: the names and values of a message of its type, a line each, in the order of their names.
    fn signed(&self) -> Option<String> {
        let mut fields = vec![("Message", self.message.as_str()), ("MessageId", &self.message_id)];
        match self.r#type.as_str() {
            "Notification" => fields.extend(self.subject.as_deref().map(|text| ("Subject", text))),
            "SubscriptionConfirmation" | "UnsubscribeConfirmation" => {
                fields.push(("SubscribeURL", self.subscribe.as_deref()?));
            }
            _ => return None,
        }
        fields.push(("Timestamp", &self.timestamp));
        if self.r#type != "Notification" {
            fields.push(("Token", self.token.as_deref()?));
        }
        fields.extend([("TopicArn", self.topic_arn.as_str()), ("Type", &self.r#type)]);
        Some(fields.into_iter().map(|(name, value)| format!("{name}\n{value}\n")).collect())
    }
}

/// What comes before the name of every certificate.
const CERTIFICATE: &str = "/SimpleNotificationService-";

/// Whether a text is the ARN of a topic.
#[must_use]
pub fn is_topic(arn: &str) -> bool {
    host_of(arn).is_some()
}

/// The host of the region of a topic; `None` where the text is no ARN of a topic.
fn host_of(arn: &str) -> Option<String> {
    let parts: Vec<&str> = arn.split(':').collect();
    let ["arn", partition, "sns", region, account, name] = parts.as_slice() else { return None };
    let end = match *partition {
        "aws" | "aws-us-gov" => "amazonaws.com",
        "aws-cn" => "amazonaws.com.cn",
        _ => return None,
    };
    let small = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let region_fits = (4..=32).contains(&region.len())
        && region.split('-').count() >= 3
        && region.split('-').all(|piece| !piece.is_empty() && piece.bytes().all(small));
    let account_fits = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let name_fits = (1..=256).contains(&name.len()) && name.bytes().all(letter);
    (region_fits && account_fits && name_fits).then(|| format!("sns.{region}.{end}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c12_the_host_that_is_asked_follows_from_the_topic_alone() {
        let tokyo = "arn:aws:sns:ap-northeast-1:123456789012:genkan-mail";
        assert_eq!(host_of(tokyo).as_deref(), Some("sns.ap-northeast-1.amazonaws.com"));
        let china = "arn:aws-cn:sns:cn-north-1:123456789012:m";
        assert_eq!(host_of(china).as_deref(), Some("sns.cn-north-1.amazonaws.com.cn"));
        for wrong in [
            "",
            "genkan-mail",
            "arn:aws:sqs:ap-northeast-1:123456789012:m",
            "arn:aws:sns:evil.example:123456789012:m",
            "arn:aws:sns:ap-northeast-1/x:123456789012:m",
            "arn:aws:sns:--:123456789012:m",
            "arn:aws:sns:ap-northeast-1:12345678901:m",
            "arn:aws:sns:ap-northeast-1:123456789012:m&Token=x",
            "arn:aws:sns:ap-northeast-1:123456789012:m:subscription",
            "arn:other:sns:ap-northeast-1:123456789012:m",
        ] {
            assert_eq!(host_of(wrong), None, "{wrong}");
        }
        assert!(SnsTopic::on_this_machine(tokyo, "http://192.0.2.1:80").is_none());
    }

    #[tokio::test]
    async fn c12_no_other_certificate_is_asked_for() {
        let topic = SnsTopic::new("arn:aws:sns:ap-northeast-1:123456789012:m").expect("a topic");
        let here = "https://sns.ap-northeast-1.amazonaws.com";
        for wrong in [
            "",
            "http://sns.ap-northeast-1.amazonaws.com/SimpleNotificationService-0a.pem",
            "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0a.pem",
            "https://sns.ap-northeast-1.amazonaws.com.evil.example/SimpleNotificationService-0a.pem",
            "https://sns.ap-northeast-1.amazonaws.com@evil.example/SimpleNotificationService-0a.pem",
            "https://sns.ap-northeast-1.amazonaws.com:444/SimpleNotificationService-0a.pem",
            &format!("{here}/SimpleNotificationService-.pem"),
            &format!("{here}/SimpleNotificationService-../x.pem"),
            &format!("{here}/SimpleNotificationService-0a.pem?x=.pem"),
            &format!("{here}/other/SimpleNotificationService-0a.pem"),
            &format!("{here}/SimpleNotificationService-0a.der"),
        ] {
            assert_eq!(topic.key(wrong, 0).await, Err(Doubt::Form), "{wrong}");
        }
        for wrong in ["", "a&b", "a b", &"a".repeat(1_025)] {
            assert_eq!(topic.confirm(wrong).await, Err(Doubt::Form), "{wrong}");
        }
    }
}
