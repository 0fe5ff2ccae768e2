//! Settings that are fine one by one and wrong together, and states in which `genkan serve` must not start.
//!
//! A member's safety may not depend on an operator reading a manual: what would put accounts at risk is refused
//! here, with what to do. Nothing in this file may be turned off by a setting.

use std::fs::File;
use std::path::PathBuf;

use delivery::{Japanese, is_in_iso_2022_jp};

use super::clients;
use super::dkim;
use super::load::Values;
use super::mail_reports;
use super::metrics;
use super::passkeys;
use super::problem::Problem;
use super::providers;
use super::signing;
use super::table::Need;
use super::traces;
use super::typed::{Settings, missing};
use super::value::SmtpSecurity;
use super::webhooks;
use crate::keys::{Keys, Purpose};

/// Memory (KiB) times passes of the lightest Argon2id that OWASP's password storage cheat sheet accepts.
const LEAST_HASH_WORK: u64 = 35_840;

/// Wrong passwords evaluated between two unlocks, at most (NIST SP 800-63B section 5.2.2; R-LOCK-4).
const MOST_WRONG_PASSWORDS: u64 = 100;

/// Rules between settings, for every command.
pub(super) fn together(settings: &Settings, values: &Values) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut wrong = |key: &'static str, what: String, advice: &str| {
        problems.push(Problem::new(values.place(key), what).of(key).advice(advice));
    };
    let lock = &settings.lock;
    let from_devices = u64::from(lock.wrong_passwords_known_device) * u64::from(settings.device.known);
    let guesses = u64::from(lock.wrong_passwords) + from_devices;
    if guesses > MOST_WRONG_PASSWORDS {
        let what = format!(
            "allows {guesses} wrong passwords (itself + lock.wrong_passwords_known_device × device.known); at most {MOST_WRONG_PASSWORDS} are safe"
        );
        wrong("lock.wrong_passwords", what, "lower one of the three");
    }
    if let Some((key, what, advice)) = mail_reports::wrong(&settings.mail.reports) {
        wrong(key, what, advice);
    }
    if settings.mail.japanese == Japanese::Iso2022Jp && !is_in_iso_2022_jp(settings.sender_name()) {
        wrong(
            "mail.japanese",
            "has no effect: the sender's name has a letter that ISO-2022-JP has not".to_owned(),
            "set mail.sender_name without letters such as 髙 or ①, or \"utf-8\"",
        );
    }
    if let Some((key, what, advice)) = metrics::wrong(&settings.listen) {
        wrong(key, what, advice);
    }
    if let Some((key, what, advice)) = signing::wrong(&settings.signing) {
        wrong(key, what, advice);
    }
    if let Some((key, what, advice)) = traces::wrong(&settings.traces) {
        wrong(key, what, advice);
    }
    let hash = &settings.password.hash;
    if u64::from(hash.memory_kib) * u64::from(hash.passes) < LEAST_HASH_WORK {
        let what = format!(
            "times password.hash.passes is below {LEAST_HASH_WORK}, too little to protect passwords"
        );
        wrong("password.hash.memory_kib", what, "19456 with 2 passes is the usual choice");
    }
    if settings.code.gap >= settings.code.life {
        wrong(
            "code.gap",
            "is not shorter than code.life".to_owned(),
            "a new code must be had before the old one ends",
        );
    }
    if settings.session.browser_idle > settings.session.browser_total {
        wrong("session.browser_idle", "is longer than session.browser_total".to_owned(), "lower it");
    }
    if settings.terms.version.is_some() != settings.terms.url.is_some() {
        wrong("terms.version", "and terms.url go together".to_owned(), "set both or neither");
    }
    if settings.mail.smtp.user.is_some() != settings.mail.smtp.password.is_some() {
        wrong("mail.smtp.user", "and mail.smtp.password go together".to_owned(), "set both or neither");
    }
    problems.extend(dkim::together(settings, values));
    problems.extend(providers::together(settings, values));
    problems.extend(passkeys::together(settings, values));
    problems.extend(webhooks::together(settings, values));
    problems.extend(clients::together(settings, values));
    problems
}

/// A problem for each setting that only `genkan serve` needs and nobody has set.
pub(super) fn missing_to_serve(values: &Values) -> Vec<Problem> {
    missing(values, Need::RequiredToServe).err().unwrap_or_default()
}

/// Files that are named and not there: better told now than in the first mail or on the first page.
fn absent_files(settings: &Settings, values: &Values) -> Vec<Problem> {
    let named = [
        ("service.logo", &settings.service.logo, Found::File),
        ("service.overrides", &settings.service.overrides, Found::Folder),
        ("mail.smtp.ca_file", &settings.mail.smtp.ca_file, Found::File),
    ];
    let absent = |(key, path, wanted): (&'static str, &Option<PathBuf>, Found)| {
        let path = path.as_ref()?;
        let (there, word) = match wanted {
            Found::File => (File::open(path).is_ok() && path.is_file(), "file"),
            Found::Folder => (path.is_dir(), "folder"),
        };
        let what = format!("{} is not a {word} that can be read", path.display());
        let problem = Problem::new(values.place(key), what).of(key);
        (!there).then(|| problem.advice("correct the path, its permissions, or leave the setting out"))
    };
    named.into_iter().filter_map(absent).collect()
}

/// What a path must lead to.
enum Found {
    File,
    Folder,
}

/// What must hold before members are let in; answers with the keys.
///
/// # Errors
/// Everything that is missing or unsafe.
pub(super) fn to_serve(settings: &Settings, values: &Values) -> Result<Keys, Vec<Problem>> {
    let mut problems = missing_to_serve(values);
    problems.extend(absent_files(settings, values));
    problems.extend(dkim::files(settings, values));
    problems.extend(providers::files(settings, values));
    let mut wrong = |key: &'static str, what: &str, advice: &str| {
        problems.push(Problem::new(values.place(key), what).of(key).advice(advice));
    };
    let base_url = &settings.service.base_url;
    if !base_url.is_https() && !base_url.is_loopback() {
        wrong(
            "service.base_url",
            "is http, so passwords and sessions would cross the network readable by all",
            "put a proxy with TLS in front and write https:// here (deploy/ has samples)",
        );
    }
    let smtp = &settings.mail.smtp;
    if smtp.url.as_ref().is_some_and(|url| url.security == SmtpSecurity::Plain && !url.is_loopback()) {
        wrong(
            "mail.smtp.url",
            "sends one-time codes over the network without TLS",
            "use smtps://, or smtp:// without ?tls=none",
        );
    }
    if settings
        .password
        .breached_url
        .as_ref()
        .is_some_and(|url| !url.to_ascii_lowercase().starts_with("https://"))
    {
        wrong(
            "password.breached_url",
            "is http, so parts of password digests would be readable",
            "write https://",
        );
    }
    let keys = match &settings.keys_file {
        None => None,
        Some(path) => match Keys::open(path) {
            Ok(keys) => Some(keys),
            Err(fault) => {
                wrong("keys.file", &fault.to_string(), fault.advice());
                None
            }
        },
    };
    if keys.as_ref().is_some_and(|keys| keys.purpose == Purpose::Development) {
        wrong(
            "keys.file",
            "was made by `genkan dev` and must not protect members",
            "run `genkan keys new`",
        );
    }
    match keys {
        Some(keys) if problems.is_empty() => Ok(keys),
        _ => Err(problems),
    }
}
