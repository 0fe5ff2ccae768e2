//! The settings as the program uses them: typed, checked, complete.
//!
//! Filled from the values of the table and from nothing else; a test proves that every row of the table is taken
//! up here exactly once. Nothing in it may be printed with `{:?}`: it holds secrets.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use delivery::{CarrierAddresses, Japanese};
use secrecy::SecretString;

use super::clients::{self, Client};
use super::database::{self, Database};
use super::dkim::{self, Dkim};
use super::load::{Found, Values};
use super::passkeys::{self, Apps, Passkey};
use super::problem::{Place, Problem};
use super::providers::{self, Provider};
use super::signing::{self, Gate, Signing};
use super::table::{self, Need};
use super::value::{DatabasePlace, FooterLink, LocaleText, Network, Origin, Rate, SmtpUrl, Value};
use super::webhooks::{self, Webhooks, Withdraw};

/// Every setting. The explanations are in the table (`genkan config new`).
pub(crate) struct Settings {
    pub service: Service,
    pub listen: Listen,
    pub database: Database,
    /// The key file; `genkan serve` does not start without one.
    pub keys_file: Option<PathBuf>,
    pub mail: Mail,
    pub registration_open: bool,
    pub terms: Terms,
    pub code: Code,
    pub reset: Reset,
    pub notice: Notice,
    pub lock: Lock,
    pub session: Session,
    pub device: Device,
    pub password: Password,
    pub limits: Limits,
    /// Google, Apple, then the others by name; those that are configured.
    pub providers: Vec<Provider>,
    pub passkey: Passkey,
    pub app: Apps,
    pub signing: Signing,
    pub withdraw: Withdraw,
    pub webhooks: Webhooks,
    pub clients: Vec<Client>,
    pub gate: Gate,
    pub traces: Traces,
    pub log: Log,
}

pub(crate) struct Service {
    pub name: LocaleText,
    pub base_url: Origin,
    pub contact: Option<String>,
    pub time_zone: String,
    pub default_locale: Locale,
    pub accent: String,
    pub logo: Option<PathBuf>,
    pub overrides: Option<PathBuf>,
    pub footer: Vec<FooterLink>,
    /// As it was written; see `Settings::methods`.
    pub methods_order: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Locale {
    Ja,
    En,
}

pub(crate) struct Listen {
    pub address: SocketAddr,
    pub trusted_proxies: Vec<Network>,
    pub forwarded_header: ForwardedHeader,
    pub metrics_address: Option<SocketAddr>,
    pub metrics_token: Option<SecretString>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ForwardedHeader {
    /// `X-Forwarded-For`
    XForwardedFor,
    /// `Forwarded` (RFC 7239)
    Forwarded,
}

pub(crate) struct Mail {
    pub smtp: Smtp,
    pub dkim: Dkim,
    pub reports: MailReports,
    pub sender_address: Option<String>,
    pub sender_name: Option<LocaleText>,
    pub reply_to: Option<String>,
    pub message_id_domain: Option<String>,
    pub retry_for: Duration,
    pub workers: u32,
    pub carrier_addresses: CarrierAddresses,
    pub japanese: Japanese,
    pub pace: MailPace,
}

pub(crate) struct MailPace {
    pub others: Option<u32>,
    pub domains: Vec<String>,
}

pub(crate) struct Smtp {
    pub url: Option<SmtpUrl>,
    pub user: Option<String>,
    pub password: Option<SecretString>,
    pub ca_file: Option<PathBuf>,
    pub connections: u32,
}

pub(crate) struct MailReports {
    pub address: Option<String>,
    pub signed: bool,
    pub maildir: Option<PathBuf>,
    pub hook_secret: Option<SecretString>,
    pub sendgrid_key: Option<SecretString>,
    pub mailgun_key: Option<SecretString>,
    pub postmark_secret: Option<SecretString>,
    pub ses_topic: Option<String>,
}

pub(crate) struct Terms {
    pub version: Option<String>,
    pub url: Option<LocaleText>,
}

pub(crate) struct Code {
    pub life: Duration,
    pub gap: Duration,
    pub alive: u32,
    pub tries_per_browser: u32,
    pub tries_per_network: u32,
}

pub(crate) struct Lock {
    pub wrong_passwords: u32,
    pub wrong_passwords_known_device: u32,
    pub forget_after: Duration,
    pub scope: LockScope,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LockScope {
    Password,
    Account,
}

pub(crate) struct Reset {
    pub cooldown: Duration,
    pub provider_lost_wait: Duration,
}

pub(crate) struct Notice {
    pub not_me_life: Duration,
    pub undo_life: Duration,
}

pub(crate) struct Session {
    pub browser_idle: Duration,
    pub browser_total: Duration,
    pub app_idle: Duration,
    pub fresh: Duration,
}

pub(crate) struct Device {
    pub known: u32,
    pub forget_after: Duration,
}

pub(crate) struct Password {
    pub min: u32,
    pub max: u32,
    pub min_guesses: u64,
    pub breached_url: Option<String>,
    pub hash: Hash,
}

pub(crate) struct Hash {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
    /// 0: one for each processor.
    pub threads: u32,
    pub queue: u32,
    pub deadline: Duration,
}

pub(crate) struct Limits {
    pub sign_in_per_network: Rate,
    pub code_requests_per_network: Rate,
    pub writes_per_network: Rate,
    pub new_addresses: Rate,
    pub body_kib: u32,
    pub request_timeout: Duration,
    pub header_timeout: Duration,
    pub answer_timeout: Duration,
    pub connections: u32,
}

pub(crate) struct Traces {
    pub url: Option<String>,
    pub authorization: Option<SecretString>,
    pub per_thousand: u32,
}

pub(crate) struct Log {
    pub format: LogFormat,
    pub level: LogLevel,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    Json,
    Text,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl Settings {
    /// Takes up every value.
    ///
    /// # Errors
    /// What is required and missing.
    pub(super) fn fill(values: &Values) -> Result<Self, Vec<Problem>> {
        let mut problems = missing(values, Need::Required).err().unwrap_or_default();
        problems.extend(providers::half_set(values));
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut rest = Rest { found: values.found.clone() };
        Self::from_rest(&mut rest).map_err(|problem| vec![problem])
    }

    /// Takes every value out of `rest`, so that what is left was forgotten here.
    pub(super) fn from_rest(rest: &mut Rest) -> Result<Self, Problem> {
        Ok(Self {
            service: service(rest)?,
            listen: listen(rest)?,
            database: database::take(rest)?,
            keys_file: rest.maybe("keys.file")?,
            mail: mail(rest)?,
            registration_open: rest.value("registration.open")?,
            terms: Terms { version: rest.maybe("terms.version")?, url: rest.maybe("terms.url")? },
            code: Code {
                life: rest.value("code.life")?,
                gap: rest.value("code.gap")?,
                alive: rest.value("code.alive")?,
                tries_per_browser: rest.value("code.tries_per_browser")?,
                tries_per_network: rest.value("code.tries_per_network")?,
            },
            lock: Lock {
                wrong_passwords: rest.value("lock.wrong_passwords")?,
                wrong_passwords_known_device: rest.value("lock.wrong_passwords_known_device")?,
                forget_after: rest.value("lock.forget_after")?,
                scope: rest.value("lock.scope")?,
            },
            reset: Reset {
                cooldown: rest.value("reset.cooldown")?,
                provider_lost_wait: rest.value("reset.provider_lost_wait")?,
            },
            notice: Notice {
                not_me_life: rest.value("notice.not_me_life")?,
                undo_life: rest.value("notice.undo_life")?,
            },
            session: Session {
                browser_idle: rest.value("session.browser_idle")?,
                browser_total: rest.value("session.browser_total")?,
                app_idle: rest.value("session.app_idle")?,
                fresh: rest.value("session.fresh")?,
            },
            device: Device {
                known: rest.value("device.known")?,
                forget_after: rest.value("device.forget_after")?,
            },
            password: password(rest)?,
            limits: limits(rest)?,
            providers: providers::take(rest)?,
            passkey: passkeys::take(rest)?,
            app: passkeys::take_apps(rest)?,
            signing: signing::take(rest)?,
            withdraw: webhooks::take_withdraw(rest)?,
            webhooks: webhooks::take(rest)?,
            clients: clients::take(rest)?,
            gate: signing::take_gate(rest)?,
            traces: Traces {
                url: rest.maybe("traces.url")?,
                authorization: rest.maybe("traces.authorization")?,
                per_thousand: rest.value("traces.per_thousand")?,
            },
            log: Log { format: rest.value("log.format")?, level: rest.value("log.level")? },
        })
    }
}

fn service(rest: &mut Rest) -> Result<Service, Problem> {
    Ok(Service {
        name: rest.value("service.name")?,
        base_url: rest.value("service.base_url")?,
        contact: rest.maybe("service.contact")?,
        time_zone: rest.value("service.time_zone")?,
        default_locale: rest.value("service.default_locale")?,
        accent: rest.value("service.accent")?,
        logo: rest.maybe("service.logo")?,
        overrides: rest.maybe("service.overrides")?,
        footer: rest.value("service.footer")?,
        methods_order: rest.value("service.methods_order")?,
    })
}

fn listen(rest: &mut Rest) -> Result<Listen, Problem> {
    Ok(Listen {
        address: rest.value("listen.address")?,
        trusted_proxies: rest.value("listen.trusted_proxies")?,
        forwarded_header: rest.value("listen.forwarded_header")?,
        metrics_address: rest.maybe("listen.metrics_address")?,
        metrics_token: rest.maybe("listen.metrics_token")?,
    })
}

fn mail(rest: &mut Rest) -> Result<Mail, Problem> {
    Ok(Mail {
        smtp: Smtp {
            url: rest.maybe("mail.smtp.url")?,
            user: rest.maybe("mail.smtp.user")?,
            password: rest.maybe("mail.smtp.password")?,
            ca_file: rest.maybe("mail.smtp.ca_file")?,
            connections: rest.value("mail.smtp.connections")?,
        },
        dkim: dkim::take(rest)?,
        reports: MailReports {
            address: rest.maybe("mail.reports.address")?,
            signed: rest.value("mail.reports.signed")?,
            maildir: rest.maybe("mail.reports.maildir")?,
            hook_secret: rest.maybe("mail.reports.hook_secret")?,
            sendgrid_key: rest.maybe("mail.reports.sendgrid_key")?,
            mailgun_key: rest.maybe("mail.reports.mailgun_key")?,
            postmark_secret: rest.maybe("mail.reports.postmark_secret")?,
            ses_topic: rest.maybe("mail.reports.ses_topic")?,
        },
        sender_address: rest.maybe("mail.sender_address")?,
        sender_name: rest.maybe("mail.sender_name")?,
        reply_to: rest.maybe("mail.reply_to")?,
        message_id_domain: rest.maybe("mail.message_id_domain")?,
        retry_for: rest.value("mail.retry_for")?,
        workers: rest.value("mail.workers")?,
        carrier_addresses: rest.value("mail.carrier_addresses")?,
        japanese: rest.value("mail.japanese")?,
        pace: MailPace {
            others: rest.maybe("mail.pace.others")?,
            domains: rest.value("mail.pace.domains")?,
        },
    })
}

fn password(rest: &mut Rest) -> Result<Password, Problem> {
    Ok(Password {
        min: rest.value("password.min")?,
        max: rest.value("password.max")?,
        min_guesses: rest.value("password.min_guesses")?,
        breached_url: rest.maybe("password.breached_url")?,
        hash: Hash {
            memory_kib: rest.value("password.hash.memory_kib")?,
            passes: rest.value("password.hash.passes")?,
            lanes: rest.value("password.hash.lanes")?,
            threads: rest.value("password.hash.threads")?,
            queue: rest.value("password.hash.queue")?,
            deadline: rest.value("password.hash.deadline")?,
        },
    })
}

fn limits(rest: &mut Rest) -> Result<Limits, Problem> {
    Ok(Limits {
        sign_in_per_network: rest.value("limits.sign_in_per_network")?,
        code_requests_per_network: rest.value("limits.code_requests_per_network")?,
        writes_per_network: rest.value("limits.writes_per_network")?,
        new_addresses: rest.value("limits.new_addresses")?,
        body_kib: rest.value("limits.body_kib")?,
        request_timeout: rest.value("limits.request_timeout")?,
        header_timeout: rest.value("limits.header_timeout")?,
        answer_timeout: rest.value("limits.answer_timeout")?,
        connections: rest.value("limits.connections")?,
    })
}

/// A problem for each setting of this need that nobody has set.
pub(super) fn missing(values: &Values, need: Need) -> Result<(), Vec<Problem>> {
    let absent = super::entries::ENTRIES.iter().filter(|entry| entry.need == need);
    let absent = absent.filter(|entry| !values.found.contains_key(entry.path));
    let problems: Vec<Problem> = absent
        .map(|entry| {
            let variable = table::variable(entry.path);
            let advice = format!("for example {} = {}, or {variable}", entry.path, entry.example);
            Problem::new(Place::Default, "is missing").of(entry.path).advice(advice)
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Values not yet taken up.
pub(super) struct Rest {
    pub(super) found: BTreeMap<String, Found>,
}

impl Rest {
    pub(super) fn maybe<T: Held>(&mut self, path: &str) -> Result<Option<T>, Problem> {
        debug_assert!(table::key(path).is_some(), "{path} is not in the table");
        let Some(found) = self.found.remove(path) else {
            return Ok(None);
        };
        match T::held(found.value) {
            Some(value) => Ok(Some(value)),
            None => {
                Err(Problem::new(found.place, "has a value of a kind that the program does not expect")
                    .of(path))
            }
        }
    }

    pub(super) fn value<T: Held>(&mut self, path: &str) -> Result<T, Problem> {
        self.maybe(path)?.ok_or_else(|| Problem::new(Place::Default, "is missing").of(path))
    }
}

/// A type that a value can turn into.
pub(super) trait Held: Sized {
    fn held(value: Value) -> Option<Self>;
}

macro_rules! held {
    ($($kind:ident => $type:ty),* $(,)?) => {
        $(impl Held for $type {
            fn held(value: Value) -> Option<Self> {
                if let Value::$kind(inner) = value { Some(inner) } else { None }
            }
        })*
    };
}

macro_rules! chosen {
    ($type:ident: $($word:literal => $variant:ident),* $(,)?) => {
        impl Held for $type {
            fn held(value: Value) -> Option<Self> {
                match String::held(value)?.as_str() {
                    $($word => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

held! {
    Text => String, LocaleText => LocaleText, Integer => u64, Switch => bool, Duration => Duration, Rate => Rate,
    Path => PathBuf, Secret => SecretString, Origin => Origin, Listen => SocketAddr, Networks => Vec<Network>,
    Database => DatabasePlace, Smtp => SmtpUrl, Links => Vec<FooterLink>, Ids => Vec<String>,
}

impl Held for u32 {
    fn held(value: Value) -> Option<Self> {
        u64::held(value).and_then(|number| Self::try_from(number).ok())
    }
}

chosen!(Locale: "ja" => Ja, "en" => En);
chosen!(CarrierAddresses: "quoted" => Quoted, "raw" => Raw);
chosen!(Japanese: "utf-8" => Utf8, "iso-2022-jp" => Iso2022Jp);
chosen!(ForwardedHeader: "x-forwarded-for" => XForwardedFor, "forwarded" => Forwarded);
chosen!(LockScope: "password" => Password, "account" => Account);
chosen!(LogFormat: "json" => Json, "text" => Text);
chosen!(LogLevel: "error" => Error, "warn" => Warn, "info" => Info, "debug" => Debug, "trace" => Trace);
