//! What a setting can be: the types that the rest of the program receives.
//!
//! Every value is parsed once, here, and is never wrong after. A secret is wrapped: it has no `Debug`, is wiped
//! when dropped, and must never be printed; a URL that is not a secret must never carry one.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

/// A parsed value of any kind.
#[derive(Clone)]
pub(super) enum Value {
    Text(String),
    LocaleText(LocaleText),
    Integer(u64),
    Switch(bool),
    Duration(Duration),
    Rate(Rate),
    Path(PathBuf),
    Secret(SecretString),
    Origin(Origin),
    Listen(SocketAddr),
    Networks(Vec<Network>),
    Database(DatabasePlace),
    Smtp(SmtpUrl),
    Links(Vec<FooterLink>),
    Ids(Vec<String>),
}

/// The same words in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LocaleText {
    pub ja: String,
    pub en: String,
}

/// A link at the foot of every page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FooterLink {
    pub label: LocaleText,
    pub url: String,
}

/// So many within so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    pub count: u32,
    pub per: Duration,
}

/// Where the service lives: scheme, host, port. Nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    pub scheme: Scheme,
    /// Lower case; an IPv6 address without its brackets.
    pub host: String,
    /// `None`: the usual one of the scheme.
    pub port: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

/// A range of network addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    pub address: IpAddr,
    /// Leading bits that count.
    pub prefix: u8,
}

/// Where the rows live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DatabasePlace {
    /// A file.
    Sqlite(PathBuf),
    /// A `postgres://` URL without a password.
    Postgres(String),
}

/// The mail server to hand mail to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SmtpUrl {
    pub security: SmtpSecurity,
    /// Lower case; an IPv6 address without its brackets.
    pub host: String,
    pub port: u16,
}

/// How the way to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SmtpSecurity {
    /// TLS from the first byte (`smtps://`).
    Tls,
    /// STARTTLS, and no mail without it (`smtp://`, off loopback).
    StartTls,
    /// None; only on loopback under `genkan serve`.
    Plain,
}

impl LocaleText {
    /// The same words in every language.
    pub(crate) fn same(words: &str) -> Self {
        Self { ja: words.to_owned(), en: words.to_owned() }
    }
}

impl Origin {
    /// Whether this is the machine itself, which no network can listen to.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }

    /// Whether browsers reach it over TLS (cookies are then `Secure` and `__Host-`).
    pub(crate) fn is_https(&self) -> bool {
        self.scheme == Scheme::Https
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        write!(out, "{scheme}://{}", bracketed(&self.host))?;
        match self.port {
            Some(port) => write!(out, ":{port}"),
            None => Ok(()),
        }
    }
}

impl Network {
    /// The same range with every bit after the prefix cleared.
    pub(super) fn base(&self) -> Self {
        let address = match self.address {
            IpAddr::V4(address) => IpAddr::V4((u32::from(address) & mask_v4(self.prefix)).into()),
            IpAddr::V6(address) => {
                IpAddr::V6((u128::from(address) & mask(u128::BITS, self.prefix)).into())
            }
        };
        Self { address, prefix: self.prefix }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.address, self.prefix)
    }
}

impl SmtpUrl {
    /// The spelling that the mail library reads: TLS is demanded unless it is plain.
    pub(crate) fn transport_url(&self) -> String {
        let place = format!("{}:{}", bracketed(&self.host), self.port);
        match self.security {
            SmtpSecurity::Tls => format!("smtps://{place}"),
            SmtpSecurity::StartTls => format!("starttls://{place}"),
            SmtpSecurity::Plain => format!("smtp://{place}"),
        }
    }

    pub(super) fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} per {}", self.count, duration_text(self.per))
    }
}

/// A duration as it is written in the file, in the largest unit that is exact.
pub(super) fn duration_text(duration: Duration) -> String {
    let millis = duration.as_millis();
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)];
    for (unit, length) in units {
        if millis >= length && millis.is_multiple_of(length) {
            return format!("{}{unit}", millis / length);
        }
    }
    format!("{millis}ms")
}

/// Whether a host name or address means this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

/// The highest `prefix` of 32 bits set.
fn mask_v4(prefix: u8) -> u32 {
    u32::try_from(mask(u32::BITS, prefix)).unwrap_or(u32::MAX)
}

/// The highest `prefix` of `width` bits set, in the lowest `width` bits.
fn mask(width: u32, prefix: u8) -> u128 {
    let cleared = width.saturating_sub(u32::from(prefix));
    let all = u128::MAX.checked_shr(u128::BITS - width).unwrap_or(0);
    all & u128::MAX.checked_shl(cleared).unwrap_or(0)
}
