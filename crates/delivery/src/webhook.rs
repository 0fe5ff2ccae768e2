//! What an endpoint of the service is told, as a signed webhook (Standard Webhooks 1.0): composed, signed, posted.
//!
//! The receiver is named by the operator's settings; where that name leads is not believed. The address that is connected
//! to is looked at, after every resolution, and one of this machine or of a private network is left alone unless that
//! endpoint may be there (security.md F15; `door`, which `back_channel` shares). What must never happen here: a redirect followed, a proxy of the environment
//! used, more than a little of an answer read, a wait without end, a secret in a fault.

mod back_channel;
mod door;
mod reach;

use std::fmt;
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use reqwest::header::CONTENT_TYPE;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};

use door::Door;

pub use back_channel::BackChannel;
pub use door::Reach;
pub use reach::Lookup;

/// A secret of Standard Webhooks, by its text: `whsec_` and base64 of 24 to 64 bytes. No `Debug`.
#[derive(Clone)]
pub struct WebhookSecret(hmac::Key);

impl WebhookSecret {
    /// Reads a secret; `None` where it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.strip_prefix("whsec_")?).ok()?;
        (24..=64).contains(&bytes.len()).then(|| Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    fn sign(&self, id: &str, seconds: i64, body: &str) -> String {
        let signed = format!("{id}.{seconds}.{body}");
        format!("v1,{}", STANDARD.encode(hmac::sign(&self.0, signed.as_bytes())))
    }
}

/// Where an endpoint is, and how it knows us.
pub struct WebhookOptions {
    /// https, or http where it is this machine and may be.
    pub url: String,
    /// `whsec_…`, several told apart by blanks: the receiver may know any of them.
    pub secrets: SecretString,
    /// How it is reached.
    pub reach: Reach,
}

impl WebhookOptions {
    /// With the usual limits.
    #[must_use]
    pub fn new(url: &str, secrets: SecretString) -> Self {
        Self { url: url.to_owned(), secrets, reach: Reach::default() }
    }
}

/// Why an endpoint cannot be set up so; goes after the name of the setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookSetting {
    /// The address is none that may be told anything.
    Url(&'static str),
    /// A secret is none.
    Secrets,
    /// The system gives no client.
    Client,
}

impl fmt::Display for WebhookSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(why) => write!(f, "url {why}"),
            Self::Secrets => {
                f.write_str("secrets holds something that is no secret of Standard Webhooks")
            }
            Self::Client => f.write_str("no certificates of authorities can be had from the system"),
        }
    }
}

/// What is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// The same at every attempt, so that a receiver knows again what it has.
    pub id: String,
    /// The type: `account.created`.
    pub kind: String,
    /// When it happened, in milliseconds since 1970 (UTC).
    pub at_ms: i64,
    /// What belongs to the type.
    pub data: Map<String, Value>,
}

impl Notice {
    /// The body that is signed and sent.
    #[must_use]
    pub fn body(&self) -> String {
        json!({ "type": self.kind, "timestamp": rfc3339(self.at_ms), "data": self.data }).to_string()
    }
}

/// An instant in milliseconds since 1970, as a text in UTC.
#[must_use]
pub fn rfc3339(at_ms: i64) -> String {
    Timestamp::from_millisecond(at_ms).map(|at| at.to_string()).unwrap_or_default()
}

/// What an endpoint said that took it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// 200 to 299.
    pub status: u16,
}

/// Why an endpoint did not take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebhookFault {
    /// It said no, or not now.
    Answered {
        /// Its status.
        status: u16,
        /// When it wants to be asked again.
        retry_after: Option<Duration>,
        /// The beginning of what it said.
        text: String,
    },
    /// It leads to this machine or to a private network, and may not.
    Forbidden,
    /// It does not answer, or not in time.
    Unreachable {
        /// How far it came, for the operator.
        text: &'static str,
    },
}

impl WebhookFault {
    /// Whether the endpoint wants nothing any more (410).
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Answered { status: 410, .. })
    }

    /// Whether whoever was told says that what was told is wrong (400), so that another try would bring nothing.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Answered { status: 400, .. })
    }

    /// How long the endpoint as a whole wants to be left alone, where it says so (429, 503).
    #[must_use]
    pub fn wants_rest(&self) -> Option<Duration> {
        match self {
            Self::Answered { status: 429 | 503, retry_after, .. } => *retry_after,
            Self::Answered { .. } | Self::Forbidden | Self::Unreachable { .. } => None,
        }
    }
}

impl fmt::Display for WebhookFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered { status, text, .. } if text.is_empty() => write!(f, "{status}"),
            Self::Answered { status, text, .. } => write!(f, "{status} {text}"),
            Self::Forbidden => f.write_str(
                "leads to this machine or a private network, which allow_private does not allow",
            ),
            Self::Unreachable { text } => f.write_str(text),
        }
    }
}

impl std::error::Error for WebhookFault {}

/// An endpoint. Cheap to share behind an `Arc`; keeps its connections.
pub struct Webhook {
    door: Door,
    secrets: Vec<WebhookSecret>,
}

impl Webhook {
    /// An endpoint of these settings.
    ///
    /// # Errors
    /// A setting that cannot work.
    pub fn new(options: WebhookOptions) -> Result<Self, WebhookSetting> {
        let secrets = options.secrets.expose_secret().split_ascii_whitespace();
        let secrets = secrets.map(WebhookSecret::parse).collect::<Option<Vec<_>>>();
        let secrets = secrets.filter(|all| !all.is_empty());
        let door = Door::new(&options.url, options.reach)?;
        Ok(Self { door, secrets: secrets.ok_or(WebhookSetting::Secrets)? })
    }

    /// Signs and posts a notice; `now_ms` is when, which is in what is signed.
    ///
    /// # Errors
    /// Why it was not taken.
    pub async fn send(&self, notice: &Notice, now_ms: i64) -> Result<Taken, WebhookFault> {
        let (body, seconds) = (notice.body(), now_ms.div_euclid(1_000));
        let signatures = self.secrets.iter().map(|secret| secret.sign(&notice.id, seconds, &body));
        let signatures = signatures.collect::<Vec<_>>().join(" ");
        let heads = [
            (CONTENT_TYPE.as_str(), "application/json".to_owned()),
            ("webhook-id", notice.id.clone()),
            ("webhook-timestamp", seconds.to_string()),
            ("webhook-signature", signatures),
        ];
        let answered = self.door.post(&heads, body).await?;
        if (200..300).contains(&answered.status) { Ok(answered.taken()) } else { Err(answered.fault()) }
    }
}
