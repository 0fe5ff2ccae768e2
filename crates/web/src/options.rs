//! What the operator chose, as far as routes need it.
//!
//! Checked by whoever reads the settings file; here it is only carried. `base_url` is an origin (scheme, host
//! and port, no path): it decides the cookies' names, the cross-origin refusal and HSTS.

use std::time::Duration;

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
}

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
        }
    }

    /// Whether browsers reach the house over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }
}
