//! What the operator chose, as far as routes need it.
//!
//! Checked by whoever reads the settings file; here it is only carried. `base_url` is an origin (scheme, host
//! and port, no path): it decides the cookies' names, the cross-origin refusal and HSTS.

use std::cmp::Ordering;
use std::fmt;
use std::time::Duration;

use accounts::Instant;
use pages::PerLocale;

use crate::client_address::{Cidr, ForwardedHeader};

/// What the operator chose for the routes.
#[derive(Clone, Debug)]
pub struct WebOptions {
    /// The origin under which browsers reach the house: `https://id.example.jp`, no path, no slash at the end.
    pub base_url: String,
    /// Proxies whose word about the client's address is believed. Empty: nobody's is.
    pub trusted_proxies: Vec<Cidr>,
    /// The one header in which they say it.
    pub forwarded: ForwardedHeader,
    /// The largest request body, in bytes.
    pub body_limit: usize,
    /// The longest a request may take.
    pub request_timeout: Duration,
    /// The terms of service, where accepting them is asked for. The version is that of the policy.
    pub terms: Option<TermsOptions>,
    /// The most characters of a password: for the words on pages; the engine decides.
    pub password_maximum: u32,
    /// The login methods of the service by name, in the order in which pages show them.
    pub methods: Vec<String>,
    /// The origins that a form may lead to, because a provider's page is there.
    pub provider_origins: Vec<String>,
    /// Whom developers ask: shown in the API's description. A URL or a mail address.
    pub contact: String,
    /// What else belongs to the service.
    pub associations: Associations,
    /// How proxies are answered that ask who is there.
    pub gate: GateOptions,
    /// Which versions of apps are too old.
    pub apps: AppOptions,
}

/// Which versions of apps are too old (R-APP-2).
#[derive(Clone, Debug, Default)]
pub struct AppOptions {
    /// What is demanded.
    pub minimum: Vec<AppMinimum>,
    /// Whether a caller that does not say what it is counts as older than everything.
    pub refuses_unknown: bool,
}

/// A demand.
#[derive(Clone, Debug)]
pub struct AppMinimum {
    /// Of this client.
    pub client: String,
    /// Where it says this platform; `None` for all.
    pub platform: Option<String>,
    /// For this; `None` for everything.
    pub capability: Option<Capability>,
    /// The oldest version that may.
    pub version: AppVersion,
    /// From when on; before that it is announced.
    pub from: Option<Instant>,
    /// What its user reads, instead of the usual sentence.
    pub message: Option<PerLocale>,
    /// Where the new version is to be had.
    pub update_url: Option<String>,
}

/// What a version can be demanded for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capability {
    /// Signing in.
    SignIn,
    /// Becoming a member.
    Register,
    /// Adding a login method, or changing the address of one.
    AddMethod,
    /// Seeing and changing the rest of an account.
    Manage,
}

/// Dotted numbers: `3.1.0`. What is left out is 0.
#[derive(Clone, Debug)]
pub struct AppVersion {
    numbers: [u32; AppVersion::MOST],
    text: String,
}

impl AppVersion {
    const MOST: usize = 4;
    const MOST_DIGITS: usize = 9;

    /// Up to four numbers of up to nine digits with dots between them.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = [0; Self::MOST];
        let mut places = numbers.iter_mut();
        for part in text.split('.') {
            let plain = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            *places.next()? = part.parse().ok().filter(|_| plain && part.len() <= Self::MOST_DIGITS)?;
        }
        Some(Self { numbers, text: text.to_owned() })
    }
}

impl fmt::Display for AppVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Ord for AppVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers)
    }
}

impl PartialOrd for AppVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for AppVersion {
    fn eq(&self, other: &Self) -> bool {
        self.numbers == other.numbers
    }
}

impl Eq for AppVersion {}

/// How proxies are answered.
#[derive(Clone, Debug)]
pub struct GateOptions {
    /// For whom the signed identity is: `aud`.
    pub audience: String,
    /// Whether people who are on the way to a page are led to the sign-in.
    pub leads: bool,
}

/// Other origins and apps of the service, by which browsers and systems believe that they are its own.
#[derive(Clone, Debug, Default)]
pub struct Associations {
    /// Origins whose pages may use its passkeys, beside its own.
    pub related_origins: Vec<String>,
    /// Apps for Apple's systems: `TEAMID.bundle.id`.
    pub ios_apps: Vec<String>,
    /// Apps for Android, each package once.
    pub android_apps: Vec<AndroidApp>,
}

/// An Android app and the certificates that it may be signed with.
#[derive(Clone, Debug)]
pub struct AndroidApp {
    /// `com.example.app`
    pub package: String,
    /// SHA-256 of each: pairs of capital hex digits with colons between them.
    pub fingerprints: Vec<String>,
}

/// The terms of service.
#[derive(Clone, Debug)]
pub struct TermsOptions {
    /// The version in force.
    pub version: String,
    /// Where they can be read.
    pub url: PerLocale,
}

impl WebOptions {
    /// The usual bounds for a house at that origin.
    #[must_use]
    pub fn at(base_url: &str) -> Self {
        let base_url = base_url.trim_end_matches('/').to_owned();
        Self {
            gate: GateOptions { audience: base_url.clone(), leads: true },
            base_url,
            trusted_proxies: Vec::new(),
            forwarded: ForwardedHeader::XForwardedFor,
            body_limit: 64 * 1024,
            request_timeout: Duration::from_secs(30),
            terms: None,
            password_maximum: 256,
            methods: vec!["email".to_owned()],
            provider_origins: Vec::new(),
            contact: String::new(),
            associations: Associations::default(),
            apps: AppOptions::default(),
        }
    }

    /// Whether browsers reach the house over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }
}
