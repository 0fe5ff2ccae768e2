//! Clients: the service's own sites and apps that may ask who somebody is (OpenID Connect), and what must hold of their settings
//! together.
//!
//! A client's name is its `client_id`. It is there as soon as anything of its group is set, and must then be whole. What a browser
//! would follow elsewhere than its address says is refused here. What must never happen: a secret in a message.

use std::collections::BTreeSet;

use delivery::{BackChannel, Reach, WebhookSetting};
use secrecy::{ExposeSecret, SecretString};

use super::load::Values;
use super::problem::Problem;
use super::table;
use super::typed::{Rest, Settings};
use super::value::LocaleText;

/// A site or app.
pub(crate) struct Client {
    pub name: String,
    /// How members know it; without one, by its name.
    pub label: Option<LocaleText>,
    /// Several with blanks between them, while one is exchanged; none for an app, which can keep none.
    pub secrets: Option<SecretString>,
    pub redirect_uris: Vec<String>,
    pub signed_out_uris: Vec<String>,
    pub scopes: Vec<String>,
    pub algorithm: String,
    pub sector: Option<String>,
    pub audience: Vec<String>,
    pub pkce_optional: bool,
    pub first_party: bool,
    pub pushes: bool,
    pub shows_key: bool,
    /// Whether it can keep no secret.
    pub public: bool,
    /// Where it hears of sign-outs.
    pub backchannel_logout_uri: Option<String>,
    /// Whether that may be on this machine or in a private network.
    pub allow_private: bool,
}

/// The group of all clients.
pub(super) const GROUP: &str = "client";

/// A secret that somebody made up is shorter than this.
const FEWEST_SECRET_BYTES: usize = 32;

/// Takes every client out of the values, by name.
pub(super) fn take(rest: &mut Rest) -> Result<Vec<Client>, Problem> {
    let names = table::names_in(GROUP, rest.found.keys());
    let names = names.into_iter().map(str::to_owned).collect::<Vec<_>>();
    names.iter().map(|name| client(rest, name)).collect()
}

pub(super) fn client(rest: &mut Rest, name: &str) -> Result<Client, Problem> {
    let path = |key: &str| format!("{GROUP}.{name}.{key}");
    let pkce: String = rest.value(&path("pkce"))?;
    let pushed: String = rest.value(&path("pushed_requests"))?;
    let dpop: String = rest.value(&path("dpop"))?;
    let secrets = rest.maybe(&path("secrets"))?;
    Ok(Client {
        name: name.to_owned(),
        label: rest.maybe(&path("label"))?,
        public: secrets.is_none(),
        secrets,
        redirect_uris: rest.value(&path("redirect_uris"))?,
        signed_out_uris: rest.value(&path("signed_out_uris"))?,
        scopes: rest.value(&path("scopes"))?,
        algorithm: rest.value(&path("algorithm"))?,
        sector: rest.maybe(&path("sector"))?,
        audience: rest.value(&path("audience"))?,
        pkce_optional: pkce == "optional",
        first_party: rest.value(&path("first_party"))?,
        pushes: pushed == "required",
        shows_key: dpop == "required",
        backchannel_logout_uri: rest.maybe(&path("backchannel_logout_uri"))?,
        allow_private: rest.value(&path("allow_private"))?,
    })
}

impl Client {
    /// Its secrets, one by one.
    pub(crate) fn each_secret(&self) -> impl Iterator<Item = &str> {
        let text = self.secrets.as_ref().map(ExposeSecret::expose_secret).unwrap_or_default();
        text.split_ascii_whitespace()
    }

    /// Where it hears of sign-outs, as the sender is told of it.
    ///
    /// # Errors
    /// What cannot work.
    pub(crate) fn back_channel(&self) -> Result<Option<BackChannel>, WebhookSetting> {
        let reach = Reach { may_be_private: self.allow_private, ..Reach::default() };
        self.backchannel_logout_uri.as_ref().map(|uri| BackChannel::new(uri, reach)).transpose()
    }
}

/// What is wrong with clients.
pub(super) fn together(settings: &Settings, values: &Values) -> Vec<Problem> {
    settings.clients.iter().flat_map(|client| wrong_with(client, values)).collect()
}

/// What is wrong with one.
pub(super) fn wrong_with(client: &Client, values: &Values) -> Vec<Problem> {
    let mut problems = Vec::new();
    {
        let mut wrong = |key: &str, what: &str, advice: &str| {
            let key = format!("{GROUP}.{}.{key}", client.name);
            problems.push(Problem::new(values.place(&key), what.to_owned()).of(&key).advice(advice));
        };
        if client.each_secret().any(|secret| secret.len() < FEWEST_SECRET_BYTES) {
            let what = "holds a secret that is too short to be safe";
            wrong("secrets", what, "write what `openssl rand -hex 32` prints");
        }
        if client.pkce_optional && client.public {
            let what = "cannot be optional for a client without a secret";
            wrong("pkce", what, "leave it out: every library for apps can do PKCE");
        }
        if !client.scopes.iter().any(|scope| scope == "openid") {
            wrong("scopes", "lacks openid", "add \"openid\"");
        }
        if client.scopes.iter().any(|scope| scope == engine::ACCOUNT) && !client.first_party {
            let what = "holds account, by which an app of the service's own manages accounts";
            wrong("scopes", what, "take it out, or set first_party = true");
        }
        if let Err(fault) = client.back_channel() {
            let why = match fault {
                WebhookSetting::Url(why) => why.to_owned(),
                other @ (WebhookSetting::Secrets | WebhookSetting::Client) => other.to_string(),
            };
            let advice = "write an address such as https://novel.example.jp/backchannel-logout";
            wrong("backchannel_logout_uri", &why, advice);
        }
        let unique = client.redirect_uris.iter().collect::<BTreeSet<_>>();
        if unique.len() != client.redirect_uris.len() {
            wrong("redirect_uris", "names an address twice", "keep one of the two");
        }
    }
    problems
}

/// Whether a code may be sent there: https, an app's own scheme with a dot in it (RFC 8252 7.1), or this machine itself; never a
/// fragment, a name before the host, or anything that readers take apart differently.
pub(super) fn is_redirect_uri(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"'<>\\^`{|}#@*".contains(&byte);
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let sound = text.bytes().all(plain) && !rest.contains("/../") && !rest.ends_with("/..");
    let web = |hosts: &[&str]| {
        let host =
            rest.strip_prefix("//").map(|rest| rest.split(['/', '?']).next().unwrap_or_default());
        host.is_some_and(|host| {
            let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
            !name.is_empty() && (hosts.is_empty() || hosts.contains(&host) || hosts.contains(&name))
        })
    };
    let own = |scheme: &str| {
        scheme.contains('.')
            && scheme.starts_with(|sign: char| sign.is_ascii_lowercase())
            && scheme.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-+".contains(&byte)
            })
    };
    sound
        && match scheme {
            "https" => web(&[]),
            "http" => web(&["127.0.0.1", "[::1]", "localhost"]),
            scheme => own(scheme) && rest.starts_with('/'),
        }
}
