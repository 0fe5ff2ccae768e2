//! Small public documents below `/.well-known/`, asked for as browsers and systems ask for them.
//!
//! For the doctor: whether the service's domain says of passkeys and apps what was configured. Bounded in time and bytes;
//! without cookies, referrer or a proxy of the environment.
//!
//! What must never happen here: an address asked over http that is not this machine's, an unbounded answer read, the text
//! of an answer in an error.

use std::fmt;
use std::time::Duration;

use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, Url, header::CONTENT_TYPE};
use serde_json::Value;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(10);
/// What Apple's systems read at most; browsers read more.
const MOST_BYTES: usize = 128 * 1024;
const MOST_REDIRECTS: usize = 5;

/// Whether whoever looks for the document goes on where a redirect leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirects {
    /// As browsers do, over https (WebAuthn Level 3 section 5.11.1).
    Followed,
    /// As Apple's and Google's systems do.
    Refused,
}

/// Asks for documents.
pub struct SiteFiles {
    timeout: Duration,
}

impl Default for SiteFiles {
    fn default() -> Self {
        Self { timeout: TOTAL_TIMEOUT }
    }
}

impl SiteFiles {
    /// With another bound for each question.
    #[must_use]
    pub const fn within(timeout: Duration) -> SiteFiles {
        SiteFiles { timeout }
    }

    /// Reads a document: status 200, `application/json`, JSON.
    ///
    /// # Errors
    /// What is wrong with the answer, in words that go after its address.
    pub async fn read(&self, address: &str, redirects: Redirects) -> Result<Value, SiteFileFault> {
        let url = Url::parse(address).ok().filter(is_public_or_here).ok_or(SiteFileFault::Address)?;
        let client = self.client(&url, redirects)?;
        let request = client.get(url).header("Accept", "application/json");
        let mut response = request.send().await.map_err(|error| kind(&error))?;
        match response.status().as_u16() {
            200 => {}
            status @ 300..=399 => return Err(SiteFileFault::Redirected(status)),
            status => return Err(SiteFileFault::Status(status)),
        }
        let kind_of = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = kind_of.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(SiteFileFault::ContentType);
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| kind(&error))? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(SiteFileFault::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&body).map_err(|_| SiteFileFault::NotJson)
    }

    fn client(&self, url: &Url, redirects: Redirects) -> Result<Client, SiteFileFault> {
        let here = is_loopback(url);
        let policy = match redirects {
            Redirects::Refused => Policy::none(),
            Redirects::Followed => Policy::custom(move |attempt: Attempt<'_>| {
                let fits = attempt.url().scheme() == "https" || (here && is_loopback(attempt.url()));
                let few = attempt.previous().len() <= MOST_REDIRECTS;
                if fits && few { attempt.follow() } else { attempt.stop() }
            }),
        };
        Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(self.timeout)
            .redirect(policy)
            .referer(false)
            .no_proxy()
            .https_only(!here)
            .user_agent("genkan")
            .build()
            .map_err(|_| SiteFileFault::Client)
    }
}

/// Over TLS, or on this machine for development and tests.
fn is_public_or_here(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

fn is_loopback(url: &Url) -> bool {
    matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"))
}

fn kind(error: &reqwest::Error) -> SiteFileFault {
    if error.is_timeout() {
        SiteFileFault::Timeout
    } else if error.is_connect() {
        SiteFileFault::Connect
    } else {
        SiteFileFault::Transfer
    }
}

/// Why a document is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiteFileFault {
    /// It is no https address.
    Address,
    /// The HTTP client cannot be made.
    Client,
    /// No answer in time.
    Timeout,
    /// No connection, or none whose certificate is good.
    Connect,
    /// The answer broke off.
    Transfer,
    /// It leads elsewhere, and nobody goes there.
    Redirected(u16),
    /// Another status than 200.
    Status(u16),
    /// It is not called `application/json`.
    ContentType,
    /// It is longer than whoever asks reads.
    TooLong,
    /// It is called JSON and is none.
    NotJson,
}

impl fmt::Display for SiteFileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SiteFileFault::Address => f.write_str("is no https address"),
            SiteFileFault::Client => f.write_str("cannot be asked: no HTTP client can be made"),
            SiteFileFault::Timeout => f.write_str("does not answer in time"),
            SiteFileFault::Connect => {
                f.write_str("cannot be reached over https with a certificate that is believed")
            }
            SiteFileFault::Transfer => f.write_str("breaks off in its answer"),
            SiteFileFault::Redirected(status) => {
                write!(f, "answers with a redirect ({status}) that nobody follows")
            }
            SiteFileFault::Status(status) => write!(f, "answers with status {status} and not with 200"),
            SiteFileFault::ContentType => f.write_str("is not served as application/json"),
            SiteFileFault::TooLong => write!(f, "is longer than {} KiB", MOST_BYTES / 1024),
            SiteFileFault::NotJson => f.write_str("is not JSON"),
        }
    }
}

impl std::error::Error for SiteFileFault {}
