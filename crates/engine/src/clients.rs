//! The sites and apps that may ask who somebody is: OpenID clients, by name (RFC 6749 section 2).
//!
//! A client that is not here is none, whatever a token says of it: what it held gives nothing any more.

use std::collections::BTreeMap;
use std::sync::Arc;

use pages::PerLocale;
use verifiers::openid::ClientSecret;
use verifiers::signing::Algorithm;

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
    /// Whether it must push what it asks for (RFC 9126 6).
    pub pushes: bool,
}

impl Client {
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

    /// What of a wish for scope it may have, in the order of the wish, each once.
    #[must_use]
    pub fn granted(&self, wish: &str) -> String {
        let mut granted: Vec<&str> = Vec::new();
        for value in wish.split(' ') {
            if self.scopes.iter().any(|known| known == value) && !granted.contains(&value) {
                granted.push(value);
            }
        }
        granted.join(" ")
    }
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

const LOOPBACK: [&str; 2] = ["127.0.0.1", "[::1]"];

/// All clients, by name.
#[derive(Clone, Debug, Default)]
pub struct Clients {
    by_id: Arc<BTreeMap<String, Arc<Client>>>,
}

impl Clients {
    /// Those that the settings name.
    #[must_use]
    pub fn new(all: Vec<Client>) -> Self {
        let named = all.into_iter().map(|client| (client.id.clone(), Arc::new(client)));
        Self { by_id: Arc::new(named.collect()) }
    }

    /// The client of that name.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<Arc<Client>> {
        self.by_id.get(id).cloned()
    }

    /// Whether there is any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Client>> {
        self.by_id.values()
    }
}

#[cfg(test)]
mod tests;
