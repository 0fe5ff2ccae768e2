//! What an operator says of a provider, and whether it can work at all.
//!
//! Everything that can be found wrong without asking anybody is found here, when the program starts; the rest is
//! for `check`.
//!
//! What must never happen here: a provider taken under a preset whose issuer is another one (its tokens would be
//! believed by rules made for Google or Apple), a secret in a `Debug` output (so there is none).

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use zeroize::Zeroizing;

use super::outbound::is_loopback;

/// The issuer of Google.
pub(super) const GOOGLE: &str = "https://accounts.google.com";
/// The issuer of Apple.
pub(super) const APPLE: &str = "https://appleid.apple.com";

/// Which rules beyond the standard's hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Google: two spellings of the issuer, `hd`, RISC.
    Google,
    /// Apple: form_post, a signed client secret, "true" as text, its own notifications.
    Apple,
    /// Any other OpenID provider.
    Other,
}

/// How this client shows who it is. No `Debug`.
pub enum ClientSecret {
    /// A secret that the provider gave out.
    Static(Zeroizing<String>),
    /// A key that secrets of a short life are signed with.
    Apple {
        /// The team, ten characters.
        team_id: String,
        /// The key's id, ten characters.
        key_id: String,
        /// The contents of the `.p8` file.
        private_key_pem: Zeroizing<String>,
    },
    /// A public client.
    None,
}

/// Bounds on every question that goes out.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// To connect.
    pub connect_timeout: Duration,
    /// From the question to the end of the answer.
    pub total_timeout: Duration,
    /// The most bytes of an answer that are read.
    pub most_bytes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connect_timeout: Duration::from_secs(3),
            total_timeout: Duration::from_secs(10),
            most_bytes: 256 * 1024,
        }
    }
}

/// Who signs events, and with which keys.
#[derive(Clone, Debug)]
pub struct EventSource {
    /// The issuer in the event tokens.
    pub issuer: String,
    /// Where their keys are.
    pub keys: EventKeys,
}

/// Where the keys of event tokens are.
#[derive(Clone, Debug)]
pub enum EventKeys {
    /// The keys of the ID tokens.
    OfProvider,
    /// A document that names them, as Google's `risc-configuration`.
    Configuration(String),
    /// A key set.
    Jwks(String),
}

/// One provider as configured. No `Debug`: it holds a secret.
pub struct ProviderOptions {
    /// `google`, `apple` or another name.
    pub name: String,
    /// Which rules beyond the standard's hold.
    pub preset: Preset,
    /// The issuer, as its discovery document spells it.
    pub issuer: String,
    /// The client id of the web.
    pub client_id: String,
    /// How the client shows who it is.
    pub secret: ClientSecret,
    /// The audiences that ID tokens handed in by apps may have.
    pub native_client_ids: Vec<String>,
    /// The scopes; empty means the preset's.
    pub scopes: Vec<String>,
    /// Where the browser comes back to.
    pub redirect_uri: String,
    /// Whether an `email_verified` of this provider is to be believed.
    pub believes_email: bool,
    /// Development: plain http to this machine is allowed where the issuer is on this machine.
    pub loopback_http: bool,
    /// The house's clock, in milliseconds since 1970.
    pub now: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// Bounds on every question.
    pub limits: Limits,
    /// Who signs events; `None` means the preset's.
    pub events: Option<EventSource>,
}

impl ProviderOptions {
    /// Options with everything that is not the operator's to say left at its default.
    #[must_use]
    pub fn new(name: &str, preset: Preset, now: Arc<dyn Fn() -> i64 + Send + Sync>) -> ProviderOptions {
        ProviderOptions {
            name: name.to_owned(),
            preset,
            issuer: match preset {
                Preset::Google => GOOGLE.to_owned(),
                Preset::Apple => APPLE.to_owned(),
                Preset::Other => String::new(),
            },
            client_id: String::new(),
            secret: ClientSecret::None,
            native_client_ids: Vec::new(),
            scopes: Vec::new(),
            redirect_uri: String::new(),
            believes_email: true,
            loopback_http: false,
            now,
            limits: Limits::default(),
            events: None,
        }
    }

    pub(super) fn validate(&self) -> Result<(), ProviderFault> {
        if !is_name(&self.name) {
            return Err(ProviderFault::Name);
        }
        let issuer = Url::parse(&self.issuer).map_err(|_| ProviderFault::Issuer)?;
        let local = self.loopback_http && is_loopback(&issuer);
        let bare =
            issuer.query().is_none() && issuer.fragment().is_none() && issuer.username().is_empty();
        if !bare || issuer.host().is_none() || (issuer.scheme() != "https" && !local) {
            return Err(ProviderFault::Issuer);
        }
        let own = match self.preset {
            Preset::Google => self.issuer == GOOGLE,
            Preset::Apple => self.issuer == APPLE,
            Preset::Other => true,
        };
        // A stand-in on this machine may play Google or Apple, in development alone.
        if !own && !local {
            return Err(ProviderFault::PresetIssuer);
        }
        if !is_client_id(&self.client_id) {
            return Err(ProviderFault::ClientId);
        }
        if !self.native_client_ids.iter().all(|id| is_client_id(id)) {
            return Err(ProviderFault::NativeClientId);
        }
        if matches!(&self.secret, ClientSecret::Static(secret) if secret.is_empty()) {
            return Err(ProviderFault::Secret);
        }
        let redirect = Url::parse(&self.redirect_uri).map_err(|_| ProviderFault::RedirectUri)?;
        if !matches!(redirect.scheme(), "https" | "http") || redirect.fragment().is_some() {
            return Err(ProviderFault::RedirectUri);
        }
        let scope = |text: &String| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        if !self.scopes.iter().all(scope) {
            return Err(ProviderFault::Scope);
        }
        Ok(())
    }

    /// What is asked for.
    pub(super) fn scope_text(&self) -> String {
        let mut scopes: Vec<&str> = match (self.scopes.is_empty(), self.preset) {
            (false, _) => self.scopes.iter().map(String::as_str).collect(),
            (true, Preset::Apple) => vec!["name", "email"],
            (true, Preset::Google | Preset::Other) => vec!["openid", "email", "profile"],
        };
        // Without `openid` an ordinary provider gives no ID token; Apple always gives one.
        if self.preset != Preset::Apple && !scopes.contains(&"openid") {
            scopes.insert(0, "openid");
        }
        scopes.join(" ")
    }

    /// The spellings of the issuer that a token may carry; the first is what identities are kept under.
    pub(super) fn issuer_spellings(&self) -> Vec<&str> {
        let mut spellings = vec![self.issuer.as_str()];
        if self.preset == Preset::Google {
            spellings.extend(self.issuer.split_once("://").map(|(_, rest)| rest));
        }
        spellings
    }

    /// Who signs events.
    pub(super) fn event_source(&self) -> EventSource {
        if let Some(source) = &self.events {
            return source.clone();
        }
        match self.preset {
            Preset::Google => EventSource {
                issuer: format!("{}/", self.issuer),
                keys: EventKeys::Configuration(format!(
                    "{}/.well-known/risc-configuration",
                    self.issuer
                )),
            },
            Preset::Apple | Preset::Other => {
                EventSource { issuer: self.issuer.clone(), keys: EventKeys::OfProvider }
            }
        }
    }
}

fn is_name(name: &str) -> bool {
    let mut letters = name.bytes();
    name.len() <= 31
        && !matches!(name, "email" | "passkey")
        && letters.next().is_some_and(|first| first.is_ascii_lowercase())
        && letters.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// One word of visible characters: a space would end it in the text that a refresh token is kept under.
fn is_client_id(id: &str) -> bool {
    (1..=255).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic())
}

/// Why a provider cannot be used as configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderFault {
    /// The name.
    Name,
    /// The issuer.
    Issuer,
    /// The preset is another issuer's.
    PresetIssuer,
    /// The client id.
    ClientId,
    /// A client id of an app.
    NativeClientId,
    /// The secret.
    Secret,
    /// Apple's signing key.
    AppleKey,
    /// Where the browser comes back to.
    RedirectUri,
    /// A scope.
    Scope,
    /// The HTTP client cannot be made.
    Client,
}

impl fmt::Display for ProviderFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ProviderFault::Name => {
                "the name must be of small letters, digits and hyphens, begin with a letter, have at most 31 \
                 characters, and not be `email` or `passkey`"
            }
            ProviderFault::Issuer => {
                "the issuer must be an https address without user, query and fragment, as in the provider's \
                 discovery document"
            }
            ProviderFault::PresetIssuer => {
                "the preset for Google is for https://accounts.google.com alone, that for Apple for \
                 https://appleid.apple.com alone: configure this issuer without a preset"
            }
            ProviderFault::ClientId => "the client id must be 1 to 255 visible ASCII characters",
            ProviderFault::NativeClientId => {
                "each client id of an app must be 1 to 255 visible ASCII characters"
            }
            ProviderFault::Secret => "the client secret is empty",
            ProviderFault::AppleKey => {
                "the signing key must be the whole .p8 file from Apple (BEGIN PRIVATE KEY, curve P-256), with \
                 its key id and team id"
            }
            ProviderFault::RedirectUri => "the redirect address must be an https address without fragment",
            ProviderFault::Scope => "a scope must be one word of visible ASCII characters",
            ProviderFault::Client => "the HTTP client cannot be made: is there a certificate store?",
        })
    }
}

impl std::error::Error for ProviderFault {}
