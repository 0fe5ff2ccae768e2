//! Passkeys and apps: whom passkeys belong to, which origins and apps may use them, and what must hold of that together.
//!
//! What browsers and systems would refuse in front of a member is refused here, before anybody has a passkey that could be
//! lost. Nothing here asks a network, and which domains may be registered is known by their usual shapes alone: browsers
//! have the whole list.

use std::collections::BTreeSet;

use super::address;
use super::apps::{self, AppMinimum};
use super::load::Values;
use super::problem::Problem;
use super::typed::{Rest, Settings};
use super::value::Origin;

/// The settings of passkeys; see `Settings::passkey_domain` for whether there are any.
pub(crate) struct Passkey {
    pub enabled: bool,
    /// As it was written.
    pub rp_id: Option<String>,
    /// As browsers write them.
    pub related_origins: Vec<String>,
    pub max: u32,
}

/// The apps of the service.
pub(crate) struct Apps {
    /// `TEAMID.bundle.id`
    pub ios: Vec<String>,
    pub android: Vec<AndroidApp>,
    /// Versions that are too old.
    pub minimum: Vec<AppMinimum>,
    /// Whether a caller that does not say what it is counts as older than everything.
    pub refuses_unknown: bool,
}

/// An Android app by one of the certificates that it is signed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AndroidApp {
    pub package: String,
    /// SHA-256 of the certificate: 32 pairs of capital hex digits with colons between them.
    pub fingerprint: String,
}

/// Takes the settings of passkeys out of the values.
pub(super) fn take(rest: &mut Rest) -> Result<Passkey, Problem> {
    Ok(Passkey {
        enabled: rest.value("passkey.enabled")?,
        rp_id: rest.maybe("passkey.rp_id")?,
        related_origins: rest.value("passkey.related_origins")?,
        max: rest.value("passkey.max")?,
    })
}

/// Takes the apps out of the values.
pub(super) fn take_apps(rest: &mut Rest) -> Result<Apps, Problem> {
    let android: Vec<String> = rest.value("app.android")?;
    let android = android.iter().filter_map(|text| AndroidApp::parse(text).ok()).collect();
    let unknown: String = rest.value("app.unknown")?;
    Ok(Apps {
        ios: rest.value("app.ios")?,
        android,
        minimum: apps::take(rest)?,
        refuses_unknown: unknown == "refuse",
    })
}

impl Settings {
    /// The domain that passkeys belong to; `None` where there are none.
    pub(crate) fn passkey_domain(&self) -> Option<&str> {
        let base_url = &self.service.base_url;
        let there = self.passkey.enabled && browsers_keep_passkeys_at(base_url);
        there.then(|| self.passkey.rp_id.as_deref().unwrap_or(&base_url.host))
    }
}

/// Whether browsers make and show passkeys on pages there: a host name, over TLS or on this machine (WebAuthn §5.1.3).
pub(crate) fn browsers_keep_passkeys_at(base_url: &Origin) -> bool {
    is_name(&base_url.host) && (base_url.is_https() || base_url.host == "localhost")
}

/// What a browser takes from a list of origins: once it has met five different names, those of no other (WebAuthn §5.11.1).
pub(crate) fn browsers_read<'a>(listed: &[&'a str]) -> Vec<&'a str> {
    let mut names = BTreeSet::new();
    let mut read = Vec::new();
    for origin in listed {
        let host = address::origin(origin).map(|origin| origin.host).unwrap_or_default();
        let Some(name) = registered_name(&host) else {
            continue;
        };
        if names.len() < MOST_NAMES || names.contains(name) {
            names.insert(name.to_owned());
            read.push(*origin);
        }
    }
    read
}

/// What is wrong between these settings.
pub(super) fn together(settings: &Settings, values: &Values) -> Vec<Problem> {
    let base_url = &settings.service.base_url;
    let mut problems = Vec::new();
    let mut wrong = |key: &'static str, (what, advice): (String, String)| {
        problems.push(Problem::new(values.place(key), what).of(key).advice(advice));
    };
    if let Some(refusal) =
        settings.passkey.rp_id.as_deref().and_then(|rp_id| refused_rp_id(rp_id, &base_url.host))
    {
        wrong("passkey.rp_id", refusal);
    }
    let related = &settings.passkey.related_origins;
    if related.contains(&base_url.to_string()) {
        let what = format!("holds {base_url}, which is service.base_url");
        wrong("passkey.related_origins", (what, "leave it out: it is always among them".to_owned()));
    }
    let hosts = related.iter().filter_map(|origin| address::origin(origin).ok()).map(|o| o.host);
    let hosts: Vec<String> = hosts.chain([base_url.host.clone()]).collect();
    let names: BTreeSet<&str> = hosts.iter().filter_map(|host| registered_name(host)).collect();
    if names.len() > MOST_NAMES {
        let listed = names.iter().copied().collect::<Vec<_>>().join(", ");
        let what = format!(
            "has {} different names with that of service.base_url ({listed}), and browsers read {MOST_NAMES} of them",
            names.len()
        );
        wrong("passkey.related_origins", (what, "leave some out".to_owned()));
    }
    problems
}

/// Why passkeys cannot belong to this domain, and what to do.
fn refused_rp_id(rp_id: &str, host: &str) -> Option<(String, String)> {
    if !is_name(host) {
        let what = format!(
            "cannot be: service.base_url names {host}, and browsers keep passkeys for host names alone"
        );
        return Some((what, "give service.base_url a host name, or leave the setting out".to_owned()));
    }
    let right = right_ids(host);
    if right.contains(&rp_id) {
        return None;
    }
    let above = host.strip_suffix(rp_id).is_some_and(|rest| rest.ends_with('.'));
    let what = if above {
        "is a domain that many share, which browsers refuse".to_owned()
    } else {
        format!("is neither the host of service.base_url, {host}, nor a domain above it")
    };
    Some((what, format!("there are {}; without the setting it is the first", right.join(", "))))
}

/// What passkeys of a host may belong to: itself, and the domains above it down to the registered one.
fn right_ids(host: &str) -> Vec<&str> {
    let mut right = vec![host];
    let mut rest = host;
    while let Some((_, above)) = rest.split_once('.') {
        if registered_name(above).is_some() {
            right.push(above);
        }
        rest = above;
    }
    right
}

/// The domain that somebody has registered: `example.co.jp` of `accounts.example.co.jp`.
pub(super) fn registered_domain(host: &str) -> &str {
    right_ids(host).last().copied().unwrap_or(host)
}

/// The name in a host that somebody has registered: `example` of `accounts.example.co.jp`.
fn registered_name(host: &str) -> Option<&str> {
    let mut labels = host.rsplit('.');
    let (top, second) = (labels.next()?, labels.next()?);
    let shared = top.len() == 2 && SHARED.contains(&second);
    if shared || (top == "jp" && SHARED_IN_JAPAN.contains(&second)) {
        return labels.next();
    }
    Some(second)
}

/// An https origin, as browsers write it, of a host that somebody has registered.
pub(super) fn check_origin(text: &str) -> Result<(), String> {
    let origin = address::origin(text)?;
    if !origin.is_https() {
        return Err("must begin with https://".to_owned());
    }
    if !is_name(&origin.host) || registered_name(&origin.host).is_none() {
        return Err("must name a host of a registered domain, such as www.example.com".to_owned());
    }
    let written = origin.to_string();
    if written == text { Ok(()) } else { Err(format!("must be as browsers write it: {written}")) }
}

/// `ABCDE12345.com.example.app`
pub(super) fn check_ios_app(text: &str) -> Result<(), String> {
    let wrong = "must be the Team ID, a dot and the bundle id, such as ABCDE12345.com.example.app";
    let (team, bundle) = text.split_once('.').ok_or(wrong)?;
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    let team = team.len() == 10 && team.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let bundle = !bundle.is_empty() && bundle.bytes().all(letters);
    if team && bundle { Ok(()) } else { Err(wrong.to_owned()) }
}

impl AndroidApp {
    /// Reads `com.example.app AB:CD:…`; a refusal goes after what was written.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let wrong = "must be the package name, a space and the certificate's SHA-256 fingerprint with colons, as keytool prints it";
        let (package, fingerprint) = text.split_once(' ').ok_or(wrong)?;
        let word = |word: &str| {
            word.starts_with(|first: char| first.is_ascii_alphabetic())
                && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        if !package.contains('.') || !package.split('.').all(word) {
            return Err(format!(
                "does not begin with a package name such as com.example.app; it {wrong}"
            ));
        }
        if fingerprint.trim_start().to_ascii_uppercase().starts_with("SHA") {
            return Err("has a word before the fingerprint; write the pairs of digits alone".to_owned());
        }
        let pairs: Vec<&str> = fingerprint.split(':').collect();
        let digits = |pair: &&str| pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_hexdigit());
        match pairs.len() {
            32 if pairs.iter().all(digits) => {
                Ok(Self { package: package.to_owned(), fingerprint: fingerprint.to_ascii_uppercase() })
            }
            20 if pairs.iter().all(digits) => {
                Err("has a SHA-1 fingerprint; take the one that keytool calls SHA256".to_owned())
            }
            _ => Err(format!("has no fingerprint of 32 pairs of hex digits; it {wrong}")),
        }
    }
}

/// A host name and no IP address.
fn is_name(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    !host.contains(':') && last.bytes().any(|byte| !byte.is_ascii_digit())
}

/// How many different registered names a browser reads from the list at least; Chromium reads no more (WebAuthn §5.11).
const MOST_NAMES: usize = 5;

/// What stands below the code of a country without being anybody's.
const SHARED: [&str; 8] = ["ac", "co", "com", "edu", "gov", "net", "or", "org"];
const SHARED_IN_JAPAN: [&str; 6] = ["ad", "ed", "go", "gr", "lg", "ne"];
