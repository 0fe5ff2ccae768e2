//! The settings: one TOML file, every key also as an environment variable, secrets also from files.
//!
//! Read once at start. A misspelt name or a wrong value stops the program with the line and the nearest right
//! name, and `genkan serve` does not start in an unsafe state. Everything about a key stands in one table
//! (`entries`), from which the sample file, the schema and the reference are made. Secrets must never be printed.

use std::net::SocketAddr;
use std::path::Path;

mod address;
mod apps;
mod clients;
mod commands;
mod database;
mod dkim;
mod entries;
mod form;
mod groups;
pub(crate) mod kept_clients;
mod load;
mod mail_reports;
mod metrics;
mod nearest;
mod parse;
mod passkeys;
mod print;
mod problem;
mod providers;
mod raw;
mod reference;
mod safety;
mod signing;
mod table;
#[cfg(test)]
mod tests;
mod traces;
mod typed;
mod value;
mod webhooks;

use self::load::Values;
use crate::keys::Keys;

pub(crate) use self::apps::instant_of;
pub(crate) use self::clients::Client;
pub(crate) use self::commands::run;
pub(crate) use self::database::KeptStatements;
pub(crate) use self::dkim::signing_key;
pub(crate) use self::form::domain_pace;
pub(crate) use self::load::Environment;
pub(crate) use self::load::{CONFIG_VARIABLE, process_environment};
pub(crate) use self::passkeys::{AndroidApp, browsers_keep_passkeys_at, browsers_read};
pub(crate) use self::problem::Problem;
pub(crate) use self::providers::{KEY_ADVICE, Preset, Provider, ProviderSecret, private_key};
pub(crate) use self::typed::*;
pub(crate) use self::value::{DatabasePlace, FooterLink, LocaleText, Origin, Rate, SmtpSecurity};
pub(crate) use self::webhooks::Webhook;

impl Settings {
    /// Settings for a command that works on the service's data (database, accounts, doctor).
    ///
    /// # Errors
    /// Every problem of the file and the environment.
    pub(crate) fn load(file: Option<&Path>, environment: &Environment) -> Result<Self, Vec<Problem>> {
        let values = load::load(file, environment)?;
        checked(&values)
    }

    /// Settings and keys for `genkan serve`.
    ///
    /// # Errors
    /// Every problem, also each unsafe state with what to do about it.
    pub(crate) fn load_to_serve(
        file: Option<&Path>,
        environment: &Environment,
    ) -> Result<(Self, Keys), Vec<Problem>> {
        let values = load::load(file, environment)?;
        let settings = Settings::fill(&values).map_err(|mut problems| {
            problems.extend(safety::missing_to_serve(&values));
            problems
        })?;
        let mut problems = safety::together(&settings, &values);
        match safety::to_serve(&settings, &values) {
            Ok(keys) if problems.is_empty() => return Ok((settings, keys)),
            Ok(_) => {}
            Err(unsafe_states) => problems.extend(unsafe_states),
        }
        Err(problems)
    }

    /// Settings for `genkan dev`: nothing is read, all is made up, on this address and in this folder. `events` is where what a
    /// service would be told goes, and its secret.
    ///
    /// # Errors
    /// A folder that cannot be written as a path of settings.
    pub(crate) fn development(
        address: SocketAddr,
        data: &Path,
        events: (&str, &str),
    ) -> Result<Self, Vec<Problem>> {
        let document = Self::development_document(address, data, events);
        checked(&load::overlay(&document, Path::new(""), &Environment::new())?)
    }

    /// The settings of `genkan dev` as a file, with which operators' commands find its database.
    pub(crate) fn development_document(
        address: SocketAddr,
        data: &Path,
        (events, secret): (&str, &str),
    ) -> String {
        let text = |value: String| serde_json::Value::String(value).to_string();
        let place = |name: &str| data.join(name).display().to_string();
        format!(
            "service.name = {{ ja = \"玄関\", en = \"Genkan\" }}\nservice.base_url = {}\nservice.contact = \"support@genkan.example\"\n\
             listen.address = {}\ndatabase.url = {}\nkeys.file = {}\nmail.sender_address = \"no-reply@genkan.example\"\n\
             log.format = \"text\"\nwebhook.dev.url = {}\nwebhook.dev.secrets = {}\nwebhook.dev.allow_private = true\n\
             webhook.dev.include_email = true\n{DEVELOPMENT_CLIENTS}",
            text(format!("http://localhost:{}", address.port())),
            text(address.to_string()),
            text(format!("sqlite:{}", place("genkan.sqlite"))),
            text(place("keys.toml")),
            text(format!("http://{address}{events}")),
            text(secret.to_owned()),
        )
    }
}

/// A site and an app of whoever tries development mode. Their secret is no secret: `genkan serve` knows neither.
const DEVELOPMENT_CLIENTS: &str = "client.novel-site.label = { ja = \"よみさし文庫\", en = \"Yomisashi\" }\n\
     client.reader-app.label = { ja = \"よみさし文庫アプリ\", en = \"Yomisashi app\" }\n\
     client.novel-site.redirect_uris = [\"http://127.0.0.1/callback\", \"http://localhost:3000/callback\"]\n\
     client.novel-site.signed_out_uris = [\"http://127.0.0.1/bye\", \"http://127.0.0.1/\", \"http://localhost:3000/\"]\n\
     client.novel-site.secrets = \"novel-site-secret-of-development-mode\"\n\
     client.reader-app.redirect_uris = [\"http://127.0.0.1/callback\", \"jp.example.reader:/callback\"]\n\
     client.novel-site.backchannel_logout_uri = \"http://localhost:3000/backchannel-logout\"\n\
     client.novel-site.allow_private = true\n\
     client.reader-app.algorithm = \"EdDSA\"\n\
     client.reader-app.first_party = true\n";

fn checked(values: &Values) -> Result<Settings, Vec<Problem>> {
    let settings = Settings::fill(values)?;
    let problems = safety::together(&settings, values);
    if problems.is_empty() { Ok(settings) } else { Err(problems) }
}
