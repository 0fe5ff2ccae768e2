//! Whether a password is in a public list of leaked ones, asked without telling which one it is.
//!
//! The range protocol of "Have I Been Pwned": the first five hex digits of the SHA-1 go out, all suffixes with
//! that beginning come back, padded so that the size says nothing. Optional; an operator can run an own mirror.
//!
//! What must never happen here: more than the five digits leaving, a redirect followed, an unbounded answer
//! read, a registration refused because that service is down (it fails open, as `Unknown`).

use std::fmt;
use std::time::Duration;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, Url};
use zeroize::Zeroizing;

use crate::password::Password;

/// The most bytes of an answer that are read; a padded one has about 60 KB.
const MOST_ANSWER_BYTES: usize = 512 * 1024;
const PREFIX_CHARS: usize = 5;
const SUFFIX_CHARS: usize = 35;

/// The service that is asked.
pub struct Breached {
    client: Client,
    base: Url,
}

/// What the service says of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is in the list.
    Breached,
    /// It is not in the list.
    Clean,
    /// No usable answer; let the password pass.
    Unknown,
}

impl Breached {
    /// `base_url` is what `/range/12345` is appended to; `timeout` bounds the whole question.
    ///
    /// # Errors
    /// When the address is not http(s), or the client cannot be made (no certificate store).
    pub fn new(base_url: &str, timeout: Duration) -> Result<Breached, BreachedFault> {
        let mut base = Url::parse(base_url).map_err(|_| BreachedFault::Address)?;
        if !matches!(base.scheme(), "https" | "http") || base.cannot_be_a_base() {
            return Err(BreachedFault::Address);
        }
        base.set_query(None);
        base.set_fragment(None);
        let client = Client::builder()
            .timeout(timeout)
            .redirect(Policy::none())
            .no_proxy()
            .user_agent("genkan")
            .build()
            .map_err(|error| BreachedFault::Client(error.to_string()))?;
        Ok(Breached { client, base })
    }

    /// Asks about one password.
    pub async fn contains(&self, password: &Password) -> Verdict {
        let sha1 = hex_sha1(password);
        let Some((prefix, suffix)) = sha1.split_at_checked(PREFIX_CHARS) else {
            return Verdict::Unknown;
        };
        match self.range(prefix).await {
            Ok(answer) => find(&answer, suffix),
            Err(why) => {
                tracing::warn!(why, "the list of leaked passwords cannot be asked");
                Verdict::Unknown
            }
        }
    }

    async fn range(&self, prefix: &str) -> Result<String, &'static str> {
        let mut url = self.base.clone();
        url.path_segments_mut().map_err(|()| "address")?.pop_if_empty().extend(["range", prefix]);
        let request = self.client.get(url).header("Add-Padding", "true");
        let mut response = request.send().await.map_err(|error| kind(&error))?;
        if response.status() != StatusCode::OK {
            return Err("status");
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| kind(&error))? {
            if body.len() + chunk.len() > MOST_ANSWER_BYTES {
                return Err("answer too long");
            }
            body.extend_from_slice(&chunk);
        }
        String::from_utf8(body).map_err(|_| "answer not text")
    }
}

/// Lines of `SUFFIX:COUNT`; a count of 0 is padding. An answer that is not of such lines is no answer.
fn find(answer: &str, suffix: &str) -> Verdict {
    let mut verdict = Verdict::Unknown;
    for line in answer.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let Some((listed, count)) = line.split_once(':') else {
            return Verdict::Unknown;
        };
        let Ok(count) = count.trim().parse::<u64>() else {
            return Verdict::Unknown;
        };
        if listed.len() != SUFFIX_CHARS || !listed.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Verdict::Unknown;
        }
        if count > 0 && listed.eq_ignore_ascii_case(suffix) {
            return Verdict::Breached;
        }
        verdict = Verdict::Clean;
    }
    verdict
}

fn hex_sha1(password: &Password) -> Zeroizing<String> {
    let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, password.text().as_bytes());
    let mut hex = Zeroizing::new(String::with_capacity(PREFIX_CHARS + SUFFIX_CHARS));
    for byte in digest.as_ref() {
        for nibble in [byte >> 4, byte & 15] {
            hex.extend(char::from_digit(u32::from(nibble), 16).map(|digit| digit.to_ascii_uppercase()));
        }
    }
    hex
}

/// What went wrong, without the address asked: its last part is five digits of somebody's password hash.
fn kind(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "connect"
    } else {
        "transfer"
    }
}

/// Why the service cannot be asked at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BreachedFault {
    /// Not an http or https address.
    Address,
    /// The HTTP client cannot be made.
    Client(String),
}

impl fmt::Display for BreachedFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BreachedFault::Address => f.write_str("the address must begin with https:// or http://"),
            BreachedFault::Client(why) => write!(f, "the HTTP client cannot be made: {why}"),
        }
    }
}

impl std::error::Error for BreachedFault {}
