//! What an endpoint of the service is told, as a signed webhook (Standard Webhooks 1.0): composed, signed, posted.
//!
//! The receiver is named by the operator's settings; where that name leads is not believed. The address that is connected
//! to is looked at, after every resolution, and one of this machine or of a private network is left alone unless that
//! endpoint may be there (security.md F15). What must never happen here: a redirect followed, a proxy of the environment
//! used, more than a little of an answer read, a wait without end, a secret in a fault.

mod reach;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};

use crate::fault::one_line;
use reach::{Forbidden, Guard};

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
    /// Whether it may be on this machine or in a private network.
    pub may_be_private: bool,
    /// How names are resolved; `None` for the system's way.
    pub lookup: Option<Lookup>,
    /// The longest that connecting may take.
    pub connect_limit: Duration,
    /// The longest that all of it may take.
    pub limit: Duration,
}

impl WebhookOptions {
    /// With the usual limits.
    #[must_use]
    pub fn new(url: &str, secrets: SecretString) -> Self {
        Self {
            url: url.to_owned(),
            secrets,
            may_be_private: false,
            lookup: None,
            connect_limit: Duration::from_secs(5),
            limit: Duration::from_secs(15),
        }
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
    client: Client,
    url: Url,
    secrets: Vec<WebhookSecret>,
    guard: Arc<Guard>,
}

impl Webhook {
    /// An endpoint of these settings.
    ///
    /// # Errors
    /// A setting that cannot work.
    pub fn new(options: WebhookOptions) -> Result<Self, WebhookSetting> {
        let url = Url::parse(&options.url).map_err(|_| WebhookSetting::Url("is no address"))?;
        checked(&url, options.may_be_private)?;
        let secrets = options.secrets.expose_secret().split_ascii_whitespace();
        let secrets = secrets.map(WebhookSecret::parse).collect::<Option<Vec<_>>>();
        let secrets = secrets.filter(|all| !all.is_empty()).ok_or(WebhookSetting::Secrets)?;
        let guard = Arc::new(Guard::new(options.may_be_private, options.lookup));
        let client = Client::builder()
            .connect_timeout(options.connect_limit)
            .timeout(options.limit)
            .redirect(Policy::none())
            .no_proxy()
            .https_only(url.scheme() == "https")
            .dns_resolver(Arc::clone(&guard))
            .user_agent("genkan")
            .build()
            .map_err(|_| WebhookSetting::Client)?;
        Ok(Self { client, url, secrets, guard })
    }

    /// Signs and posts a notice; `now_ms` is when, which is in what is signed.
    ///
    /// # Errors
    /// Why it was not taken.
    pub async fn send(&self, notice: &Notice, now_ms: i64) -> Result<Taken, WebhookFault> {
        if !self.guard.allows_literal(&self.url) {
            return Err(WebhookFault::Forbidden);
        }
        let (body, seconds) = (notice.body(), now_ms.div_euclid(1_000));
        let signatures = self.secrets.iter().map(|secret| secret.sign(&notice.id, seconds, &body));
        let request = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &notice.id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signatures.collect::<Vec<_>>().join(" "))
            .body(body);
        let response = request.send().await.map_err(|error| of_error(&error))?;
        answer(response).await
    }
}

/// Whether an address may be told anything at all.
fn checked(url: &Url, may_be_private: bool) -> Result<(), WebhookSetting> {
    if url.host_str().is_none_or(str::is_empty) {
        return Err(WebhookSetting::Url("names no host"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(WebhookSetting::Url("holds a user, a password or a fragment"));
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if may_be_private && reach::is_this_machine(url) => Ok(()),
        _ => Err(WebhookSetting::Url(
            "must be https; http is for this machine itself, with allow_private = true",
        )),
    }
}

async fn answer(mut response: Response) -> Result<Taken, WebhookFault> {
    let status = response.status().as_u16();
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let retry_after = retry_after.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
    // A connection whose answer was read to its end can be used again; of a long one no more is read.
    let mut read = Vec::new();
    while read.len() < ANSWER_BYTES {
        match response.chunk().await {
            Ok(Some(chunk)) => read.extend(chunk.iter().take(ANSWER_BYTES - read.len())),
            Ok(None) | Err(_) => break,
        }
    }
    if (200..300).contains(&status) {
        return Ok(Taken { status });
    }
    let text = one_line(String::from_utf8_lossy(&read).trim()).chars().take(TEXT_CHARS).collect();
    Err(WebhookFault::Answered { status, retry_after, text })
}

/// What went wrong, without the address.
fn of_error(error: &reqwest::Error) -> WebhookFault {
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if inner.is::<Forbidden>() {
            return WebhookFault::Forbidden;
        }
        cause = inner.source();
    }
    let text = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection: the name is unknown, nobody listens, or the certificate is not believed"
    } else {
        "the connection broke off"
    };
    WebhookFault::Unreachable { text }
}

/// So much of an answer is read.
const ANSWER_BYTES: usize = 1_024;
/// So much of it is kept.
const TEXT_CHARS: usize = 100;
