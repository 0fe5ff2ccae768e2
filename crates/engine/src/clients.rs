//! The sites and apps that may ask who somebody is: OpenID clients, by name (RFC 6749 section 2).
//!
//! Some are in the settings, others have been added by command and are rows, read again every few seconds; of one name the
//! settings' is meant. A client that is not here is none, whatever a token says of it: what it held gives nothing any more.

mod kept;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use accounts::Line;
use delivery::BackChannel;
pub(crate) use kept::Reading;
pub use kept::{ReadClient, read_clients};
use pages::PerLocale;
use verifiers::Token;
use verifiers::openid::ClientSecret;
use verifiers::signing::Algorithm;

use crate::fault::Fault;
use crate::secret::Secret;

/// The scope by which an app of the service's own manages its member's account (R-APP-1).
pub const ACCOUNT: &str = "account";

/// A site or app of the service.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its `client_id`.
    pub id: String,
    /// How members know it.
    pub label: PerLocale,
    /// Its secrets; none for a public client, which cannot keep one (RFC 6749 2.1). Several while one is exchanged.
    pub secrets: Vec<ClientSecret>,
    /// Where codes may be sent, byte for byte; of one on loopback the port is free (RFC 8252 7.3).
    pub redirect_uris: Vec<String>,
    /// Where a person may be sent after a sign-out, byte for byte.
    pub signed_out_uris: Vec<String>,
    /// What it may ask for.
    pub scopes: Vec<String>,
    /// How its ID tokens are signed.
    pub algorithm: Algorithm,
    /// The sector by which it knows members, where it is not to know their ids (OpenID Connect Core 8.1).
    pub sector: Option<String>,
    /// Who reads its access tokens, beside the house: `aud`.
    pub audience: Vec<String>,
    /// Whether it must show that it began what it ends (PKCE). Of a public client it is always asked.
    pub pkce: Pkce,
    /// Whether it may ask members for their passwords itself, instead of sending them to the browser.
    pub trust: Trust,
    /// Whether it must push what it asks for (RFC 9126 6).
    pub pushes: bool,
    /// Whether its tokens must be bound to a key of its own (RFC 9449).
    pub shows_key: bool,
    /// Where it hears that a session is over in which it was given something (OpenID Connect Back-Channel Logout).
    pub logout: Option<Arc<BackChannel>>,
}

impl Client {
    /// Its `client_id`, as the rules know it.
    pub(crate) fn line(&self) -> Line {
        Line::clean(&self.id, NAME_CHARS)
    }

    /// Whether it can keep no secret.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.secrets.is_empty()
    }

    /// Whether a code is given without a challenge: to a client that shows a secret, where the settings say so.
    #[must_use]
    pub fn may_go_without_pkce(&self) -> bool {
        self.pkce == Pkce::Optional && !self.is_public()
    }

    /// Whether a code may be sent there (RFC 9700 2.1: compared byte for byte, but for the port of a loopback address).
    #[must_use]
    pub fn may_redirect_to(&self, uri: &str) -> bool {
        self.redirect_uris.iter().any(|known| known == uri || same_but_for_port(known, uri))
    }

    /// Whether a person may be sent there after a sign-out.
    #[must_use]
    pub fn may_end_at(&self, uri: &str) -> bool {
        self.signed_out_uris.iter().any(|known| known == uri || same_but_for_port(known, uri))
    }

    /// What of a wish for scope it may have, in the order of the wish, each once. To manage accounts is for the service's own apps.
    #[must_use]
    pub fn granted(&self, wish: &str) -> String {
        let mut granted: Vec<&str> = Vec::new();
        for value in wish.split(' ') {
            let known = self.scopes.iter().any(|known| known == value);
            let may = value != ACCOUNT || self.trust == Trust::FirstParty;
            if known && may && !granted.contains(&value) {
                granted.push(value);
            }
        }
        granted.join(" ")
    }
}

/// Whose a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// It leads members to the pages of the house.
    Pages,
    /// It is the service's own app and shows steps of its own (OAuth 2.0 for First-Party Applications).
    FirstParty,
}

/// A secret for a client, drawn at random: 256 bits.
///
/// # Errors
/// No randomness.
pub fn fresh_client_secret() -> Result<Secret, Fault> {
    let token = Token::fresh().map_err(|_| Fault::NoRandomness)?;
    Ok(Secret::new(token.as_text().as_str()))
}

/// Whether PKCE is asked for (RFC 7636, RFC 9700 2.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pkce {
    /// Always.
    Required,
    /// Where the client sends a challenge: for clients that know no better, and have a secret.
    Optional,
}

/// A native app on a computer listens on a port that it is given (RFC 8252 7.3): literal addresses alone, and only http.
fn same_but_for_port(known: &str, asked: &str) -> bool {
    let parts = |uri: &str| {
        let rest = uri.strip_prefix("http://")?;
        let host = LOOPBACK.into_iter().find(|host| rest.starts_with(host))?;
        let rest = rest.get(host.len()..)?;
        let (port, path) = match rest.strip_prefix(':') {
            Some(rest) => rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len())),
            None => ("", rest),
        };
        let formed = port.len() <= 5 && port.bytes().all(|sign| sign.is_ascii_digit());
        let bounded = path.is_empty() || path.starts_with(['/', '?']);
        (formed && bounded).then(|| (host, path.to_owned()))
    };
    match (parts(known), parts(asked)) {
        (Some(known), Some(asked)) => known == asked,
        _ => false,
    }
}

/// The longest `client_id`.
const NAME_CHARS: usize = 64;
const LOOPBACK: [&str; 2] = ["127.0.0.1", "[::1]"];

/// All clients, by name. Clones share what is read anew.
#[derive(Clone, Debug, Default)]
pub struct Clients {
    fixed: Arc<ByName>,
    kept: Arc<Kept>,
}

type ByName = BTreeMap<String, Arc<Client>>;

#[derive(Debug, Default)]
struct Kept {
    by_id: RwLock<Arc<ByName>>,
    version: AtomicU64,
}

impl Clients {
    /// Those that the settings name.
    #[must_use]
    pub fn new(all: Vec<Client>) -> Self {
        let named = all.into_iter().map(|client| (client.id.clone(), Arc::new(client)));
        Self { fixed: Arc::new(named.collect()), kept: Arc::default() }
    }

    /// Those that operators have added, in the place of those that they had added before.
    pub(crate) fn put_kept(&self, all: Vec<Client>) {
        let named = all.into_iter().map(|client| (client.id.clone(), Arc::new(client))).collect();
        *self.kept.by_id.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(named);
        self.kept.version.fetch_add(1, Ordering::Release);
    }

    /// Whether the settings name it.
    #[must_use]
    pub fn is_fixed(&self, id: &str) -> bool {
        self.fixed.contains_key(id)
    }

    /// How often they have changed: what is made of all of them is made anew then.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.kept.version.load(Ordering::Acquire)
    }

    fn kept(&self) -> Arc<ByName> {
        Arc::clone(&self.kept.by_id.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Those that hear of sign-outs.
    pub(crate) fn told(&self) -> Vec<Arc<Client>> {
        self.all().into_iter().filter(|client| client.logout.is_some()).collect()
    }

    /// The client of that name.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<Arc<Client>> {
        self.fixed.get(id).cloned().or_else(|| self.kept().get(id).cloned())
    }

    /// Whether there is any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fixed.is_empty() && self.kept().is_empty()
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Client>> {
        let kept = self.kept();
        let others = kept.values().filter(|client| !self.is_fixed(&client.id));
        self.fixed.values().chain(others).cloned().collect()
    }
}

#[cfg(test)]
mod tests;
