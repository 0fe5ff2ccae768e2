//! The one way out: every question that is put to a provider.
//!
//! An address is asked only if the operator's settings, or the discovery document of the issuer they name, lead
//! to it, and for Google and Apple only at hosts written down here (security.md F15). Bounded in time and bytes.
//!
//! What must never happen here: a redirect followed, a proxy from the environment used, an address of this
//! machine or by number asked because a document says so, an answer's text in an error.

use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Url};
use traces::Instrument;
use zeroize::Zeroizing;

use super::options::{Preset, ProviderFault, ProviderOptions};
use super::problems::{Part, UpstreamFault};

const GOOGLE_HOSTS: [&str; 4] = [
    "accounts.google.com",
    "oauth2.googleapis.com",
    "www.googleapis.com",
    "openidconnect.googleapis.com",
];
const APPLE_HOSTS: [&str; 1] = ["appleid.apple.com"];

pub(super) struct Outbound {
    client: Client,
    reach: Reach,
    most_bytes: usize,
}

/// What came back; the body may hold tokens and is wiped.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Zeroizing<Vec<u8>>,
}

impl Outbound {
    pub(super) fn new(options: &ProviderOptions) -> Result<Outbound, ProviderFault> {
        let reach = Reach::of(options).ok_or(ProviderFault::Issuer)?;
        let client = Client::builder()
            .connect_timeout(options.limits.connect_timeout)
            .timeout(options.limits.total_timeout)
            .redirect(Policy::none())
            .no_proxy()
            .https_only(!reach.local)
            .user_agent("genkan")
            .build()
            .map_err(|_| ProviderFault::Client)?;
        Ok(Outbound { client, reach, most_bytes: options.limits.most_bytes })
    }

    /// Reads an address that a document or a setting names.
    pub(super) fn address(&self, part: Part, text: &str) -> Result<Url, UpstreamFault> {
        let url = Url::parse(text).map_err(|_| UpstreamFault::Address(part))?;
        if self.reach.allows(&url) { Ok(url) } else { Err(UpstreamFault::Address(part)) }
    }

    /// A document: status 200 or nothing.
    pub(super) async fn get(&self, part: Part, url: &Url) -> Result<Zeroizing<Vec<u8>>, UpstreamFault> {
        let request = self.client.get(url.clone()).header("Accept", "application/json");
        let answer = self.send(part, url, request).await?;
        match answer.status {
            200 => Ok(answer.body),
            status => Err(UpstreamFault::Status(part, status)),
        }
    }

    /// As `get`, by the right of an access token.
    pub(super) async fn get_as(
        &self,
        part: Part,
        url: &Url,
        access_token: &str,
    ) -> Result<Zeroizing<Vec<u8>>, UpstreamFault> {
        let request = self.client.get(url.clone()).header("Accept", "application/json");
        let answer = self.send(part, url, request.bearer_auth(access_token)).await?;
        match answer.status {
            200 => Ok(answer.body),
            status => Err(UpstreamFault::Status(part, status)),
        }
    }

    /// A form, with the client's id and secret in the header where the provider wants them there.
    pub(super) async fn post(
        &self,
        part: Part,
        url: &Url,
        form: &[(&str, &str)],
        basic: Option<(&str, &str)>,
    ) -> Result<Answer, UpstreamFault> {
        let mut request = self.client.post(url.clone()).header("Accept", "application/json").form(form);
        if let Some((id, secret)) = basic {
            // RFC 6749 §2.3.1: both are encoded before they are joined.
            request = request.basic_auth(&*encoded(id), Some(&*encoded(secret)));
        }
        self.send(part, url, request).await
    }

    async fn send(&self, part: Part, url: &Url, ask: RequestBuilder) -> Result<Answer, UpstreamFault> {
        if !self.reach.allows(url) {
            return Err(UpstreamFault::Address(part));
        }
        self.exchange(part, ask).instrument(traces::provider(part.word())).await
    }

    async fn exchange(&self, part: Part, ask: RequestBuilder) -> Result<Answer, UpstreamFault> {
        let ask = match traces::traceparent() {
            Some(parent) => ask.header("traceparent", parent),
            None => ask,
        };
        let mut response = ask.send().await.map_err(|error| kind(part, &error))?;
        let status = response.status().as_u16();
        let mut body = Zeroizing::new(Vec::new());
        while let Some(chunk) = response.chunk().await.map_err(|error| kind(part, &error))? {
            if body.len() + chunk.len() > self.most_bytes {
                return Err(UpstreamFault::TooLong(part));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, body })
    }
}

/// Which addresses may be asked.
struct Reach {
    pinned: &'static [&'static str],
    home: String,
    /// The issuer itself is on this machine, in development.
    local: bool,
}

impl Reach {
    fn of(options: &ProviderOptions) -> Option<Reach> {
        let issuer = Url::parse(&options.issuer).ok()?;
        Some(Reach {
            pinned: match options.preset {
                Preset::Google => &GOOGLE_HOSTS,
                Preset::Apple => &APPLE_HOSTS,
                Preset::Other => &[],
            },
            home: issuer.host_str()?.to_owned(),
            local: options.loopback_http && is_loopback(&issuer),
        })
    }

    fn allows(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else {
            return false;
        };
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return false;
        }
        if self.local {
            return matches!(url.scheme(), "http" | "https") && is_loopback(url);
        }
        if url.scheme() != "https" {
            return false;
        }
        if !self.pinned.is_empty() {
            return self.pinned.contains(&host) && url.port().is_none();
        }
        host == self.home || is_public_name(host)
    }
}

/// A name, not a number, and not this machine's.
fn is_public_name(host: &str) -> bool {
    let name = host.trim_end_matches('.');
    let number = name.starts_with('[') || name.parse::<std::net::Ipv4Addr>().is_ok();
    !number && name != "localhost" && !name.ends_with(".localhost") && name.contains('.')
}

pub(super) fn is_loopback(url: &Url) -> bool {
    matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"))
}

/// Percent-encoding of everything but the unreserved characters.
fn encoded(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len() * 3));
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for nibble in [byte >> 4, byte & 15] {
                out.extend(char::from_digit(u32::from(nibble), 16).map(|d| d.to_ascii_uppercase()));
            }
        }
    }
    out
}

/// What went wrong, without the address and without the text of the answer.
fn kind(part: Part, error: &reqwest::Error) -> UpstreamFault {
    if error.is_timeout() {
        UpstreamFault::Timeout(part)
    } else if error.is_connect() {
        UpstreamFault::Connect(part)
    } else {
        UpstreamFault::Transfer(part)
    }
}

#[cfg(test)]
mod tests;
