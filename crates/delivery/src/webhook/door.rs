//! The way to an address of the operator's choice: what is posted there, and how little of the answer is believed (security.md F15).
//!
//! Every post goes through here, so that none follows a redirect, uses a proxy of the environment, waits without end, reads more
//! than a little, or connects to this machine or a private network where it may not.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};

use super::reach::{self, Forbidden, Guard, Lookup};
use super::{Taken, WebhookFault, WebhookSetting};
use crate::fault::one_line;

/// How an address is reached.
pub struct Reach {
    /// Whether it may be on this machine or in a private network.
    pub may_be_private: bool,
    /// How names are resolved; `None` for the system's way.
    pub lookup: Option<Lookup>,
    /// The longest that connecting may take.
    pub connect_limit: Duration,
    /// The longest that all of it may take.
    pub limit: Duration,
}

impl Default for Reach {
    fn default() -> Self {
        Self {
            may_be_private: false,
            lookup: None,
            connect_limit: Duration::from_secs(5),
            limit: Duration::from_secs(15),
        }
    }
}

/// An address, and the one way to it.
pub(super) struct Door {
    client: Client,
    url: Url,
    guard: Arc<Guard>,
}

/// What was answered.
pub(super) struct Answered {
    pub(super) status: u16,
    retry_after: Option<Duration>,
    text: String,
}

impl Answered {
    pub(super) fn taken(&self) -> Taken {
        Taken { status: self.status }
    }

    pub(super) fn fault(self) -> WebhookFault {
        let Self { status, retry_after, text } = self;
        WebhookFault::Answered { status, retry_after, text }
    }
}

impl Door {
    pub(super) fn new(url: &str, reach: Reach) -> Result<Self, WebhookSetting> {
        let url = Url::parse(url).map_err(|_| WebhookSetting::Url("is no address"))?;
        checked(&url, reach.may_be_private)?;
        let guard = Arc::new(Guard::new(reach.may_be_private, reach.lookup));
        let client = Client::builder()
            .connect_timeout(reach.connect_limit)
            .timeout(reach.limit)
            .redirect(Policy::none())
            .no_proxy()
            .https_only(url.scheme() == "https")
            .dns_resolver(Arc::clone(&guard))
            .user_agent("genkan")
            .build()
            .map_err(|_| WebhookSetting::Client)?;
        Ok(Self { client, url, guard })
    }

    pub(super) async fn post(
        &self,
        heads: &[(&str, String)],
        body: String,
    ) -> Result<Answered, WebhookFault> {
        if !self.guard.allows_literal(&self.url) {
            return Err(WebhookFault::Forbidden);
        }
        let request = self.client.post(self.url.clone()).body(body);
        let request = heads.iter().fold(request, |request, (name, value)| request.header(*name, value));
        let response = request.send().await.map_err(|error| of_error(&error))?;
        Ok(answer(response).await)
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

async fn answer(mut response: Response) -> Answered {
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
    let text = one_line(String::from_utf8_lossy(&read).trim()).chars().take(TEXT_CHARS).collect();
    Answered { status, retry_after, text }
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
