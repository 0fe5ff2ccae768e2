//! Endpoints of the service that are told what happens to accounts, and what must hold of their settings together.
//!
//! An endpoint is there as soon as anything of its group is set, and must then be whole. Nothing here asks a network. What
//! must never happen: a secret in a message, and an event that would leave without TLS.

use std::time::Duration;

use delivery::{WebhookOptions, WebhookSetting};
use secrecy::SecretString;

use super::form;
use super::load::Values;
use super::problem::Problem;
use super::table;
use super::typed::{Rest, Settings};

/// What the service is told, and where.
pub(crate) struct Webhooks {
    /// How long what was received is kept.
    pub kept: Duration,
    /// By name.
    pub endpoints: Vec<Webhook>,
}

/// Members who leave.
pub(crate) struct Withdraw {
    pub grace: Duration,
    /// How much longer an erasure waits for receipts.
    pub erase_at_latest: Duration,
}

/// An endpoint.
pub(crate) struct Webhook {
    pub name: String,
    pub url: String,
    pub secrets: SecretString,
    /// None: all.
    pub events: Vec<String>,
    pub receipts: bool,
    pub include_email: bool,
    pub allow_private: bool,
    pub retry_for: Duration,
}

impl Webhook {
    /// As the sender is told of it.
    ///
    /// # Errors
    /// What cannot work.
    pub(crate) fn sender(&self) -> Result<delivery::Webhook, WebhookSetting> {
        let mut options = WebhookOptions::new(&self.url, self.secrets.clone());
        options.reach.may_be_private = self.allow_private;
        delivery::Webhook::new(options)
    }
}

/// The group of all endpoints.
pub(super) const GROUP: &str = "webhook";

/// What else stands in the group.
const TAKEN: [&str; 1] = ["kept"];

/// Whether an endpoint may be called so.
pub(super) fn is_endpoint(name: &str) -> bool {
    form::is_name(name) && !TAKEN.contains(&name)
}

/// What is wrong with a name below `webhook` and what to do, where more can be said than "is not a setting".
pub(super) fn misnamed(path: &str) -> Option<(String, String)> {
    let rest = path.strip_prefix(GROUP)?.strip_prefix('.')?;
    let (name, _) = rest.split_once('.').unwrap_or((rest, ""));
    if TAKEN.contains(&name) {
        let what = format!("`{name}` cannot name an endpoint: it is a setting of [{GROUP}]");
        return Some((what, "give the endpoint another name".to_owned()));
    }
    let advice = "write small letters, digits and hyphens, at most 31, the first a letter";
    (!form::is_name(name)).then(|| (format!("`{name}` cannot name an endpoint"), advice.to_owned()))
}

/// Takes every endpoint out of the values, by name.
pub(super) fn take(rest: &mut Rest) -> Result<Webhooks, Problem> {
    let names = table::names_in(GROUP, rest.found.keys());
    let names = names.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let endpoints = names.iter().map(|name| endpoint(rest, name)).collect::<Result<_, _>>()?;
    Ok(Webhooks { kept: rest.value("webhook.kept")?, endpoints })
}

/// Takes what concerns members who leave.
pub(super) fn take_withdraw(rest: &mut Rest) -> Result<Withdraw, Problem> {
    Ok(Withdraw {
        grace: rest.value("withdraw.grace")?,
        erase_at_latest: rest.value("withdraw.erase_at_latest")?,
    })
}

fn endpoint(rest: &mut Rest, name: &str) -> Result<Webhook, Problem> {
    let path = |key: &str| format!("{GROUP}.{name}.{key}");
    Ok(Webhook {
        name: name.to_owned(),
        url: rest.value(&path("url"))?,
        secrets: rest.value(&path("secrets"))?,
        events: rest.value(&path("events"))?,
        receipts: rest.value(&path("receipts"))?,
        include_email: rest.value(&path("include_email"))?,
        allow_private: rest.value(&path("allow_private"))?,
        retry_for: rest.value(&path("retry_for"))?,
    })
}

/// What is wrong with endpoints.
pub(super) fn together(settings: &Settings, values: &Values) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut wrong = |key: String, what: String, advice: &str| {
        problems.push(Problem::new(values.place(&key), what).of(&key).advice(advice));
    };
    let endpoints = &settings.webhooks.endpoints;
    for (index, webhook) in endpoints.iter().enumerate() {
        let path = |key: &str| format!("{GROUP}.{}.{key}", webhook.name);
        match webhook.sender() {
            Ok(_) => {}
            Err(WebhookSetting::Url(why)) => {
                wrong(
                    path("url"),
                    why.to_owned(),
                    "write an address such as https://www.example.com/hooks/accounts",
                );
            }
            Err(WebhookSetting::Secrets) => wrong(
                path("secrets"),
                "holds something that is no secret of Standard Webhooks".to_owned(),
                "whsec_ and what `openssl rand -base64 32` prints; several with blanks between them",
            ),
            Err(fault @ WebhookSetting::Client) => {
                wrong(
                    path("url"),
                    format!("cannot be asked: {fault}"),
                    "install the package ca-certificates",
                );
            }
        }
        let hears = |kind: &str| webhook.events.is_empty() || webhook.events.iter().any(|e| e == kind);
        if webhook.receipts && !hears("account.withdrawn") {
            let what = "has no effect: the endpoint is not told account.withdrawn".to_owned();
            wrong(path("receipts"), what, "add account.withdrawn to events, or leave receipts out");
        }
        if endpoints.iter().take(index).any(|other| other.url == webhook.url) {
            let what = "is also that of another endpoint, which would hear everything twice".to_owned();
            wrong(path("url"), what, "keep one of the two");
        }
    }
    problems
}
