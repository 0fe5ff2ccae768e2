//! `mail.dkim`: the keys that sign mail, and what must hold of them before a mail is signed.
//!
//! A signature that receivers cannot check, or that is not the sender's, does more harm than none: mail then fails
//! DMARC where it passed before. So what can be seen here is refused at start; what only DNS can tell is asked by
//! `genkan doctor mail`. A key must never be printed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use delivery::{KeyFault, KeyKind, SigningKey};
use secrecy::zeroize::Zeroizing;

use super::load::Values;
use super::passkeys::registered_domain;
use super::problem::Problem;
use super::typed::{Locale, Rest, Settings};

/// Signing, as it was written.
pub(crate) struct Dkim {
    domain: Option<String>,
    rsa: Half,
    ed25519: Half,
}

struct Half {
    selector: Option<String>,
    file: Option<PathBuf>,
}

/// A key that is set.
pub(crate) struct DkimKey<'a> {
    pub kind: KeyKind,
    pub selector: &'a str,
    pub file: &'a Path,
}

impl Dkim {
    /// The keys that are set, RSA first; none where mail is not signed.
    pub(crate) fn keys(&self) -> Vec<DkimKey<'_>> {
        [KeyKind::Rsa, KeyKind::Ed25519].into_iter().filter_map(|kind| self.key(kind)).collect()
    }

    fn key(&self, kind: KeyKind) -> Option<DkimKey<'_>> {
        let half = match kind {
            KeyKind::Rsa => &self.rsa,
            KeyKind::Ed25519 => &self.ed25519,
        };
        let (selector, file) = half.selector.as_deref().zip(half.file.as_deref())?;
        Some(DkimKey { kind, selector, file })
    }
}

impl Settings {
    /// The domain of the sender address.
    pub(crate) fn sender_domain(&self) -> Option<&str> {
        self.mail.sender_address.as_deref().and_then(|address| address.rsplit_once('@')).map(|(_, d)| d)
    }

    /// The name beside the sender address, in the language of the house.
    pub(crate) fn sender_name(&self) -> &str {
        let name = self.mail.sender_name.as_ref().unwrap_or(&self.service.name);
        match self.service.default_locale {
            Locale::Ja => &name.ja,
            Locale::En => &name.en,
        }
    }

    /// The domain that vouches for signed mail.
    pub(crate) fn dkim_domain(&self) -> Option<&str> {
        self.mail.dkim.domain.as_deref().or(self.sender_domain())
    }
}

pub(super) fn take(rest: &mut Rest) -> Result<Dkim, Problem> {
    Ok(Dkim {
        domain: rest.maybe("mail.dkim.domain")?,
        rsa: Half {
            selector: rest.maybe("mail.dkim.rsa_selector")?,
            file: rest.maybe("mail.dkim.rsa_key_file")?,
        },
        ed25519: Half {
            selector: rest.maybe("mail.dkim.ed25519_selector")?,
            file: rest.maybe("mail.dkim.ed25519_key_file")?,
        },
    })
}

/// What is wrong between these settings.
pub(super) fn together(settings: &Settings, values: &Values) -> Vec<Problem> {
    let dkim = &settings.mail.dkim;
    let mut problems = Vec::new();
    let mut wrong = |key: &'static str, what: &str, advice: &str| {
        problems.push(Problem::new(values.place(key), what).of(key).advice(advice));
    };
    for (half, selector, file) in [
        (&dkim.rsa, "mail.dkim.rsa_selector", "mail.dkim.rsa_key_file"),
        (&dkim.ed25519, "mail.dkim.ed25519_selector", "mail.dkim.ed25519_key_file"),
    ] {
        match (&half.selector, &half.file) {
            (Some(_), None) => wrong(selector, &format!("and {file} go together"), BOTH),
            (None, Some(_)) => wrong(file, &format!("and {selector} go together"), BOTH),
            (Some(_), Some(_)) | (None, None) => {}
        }
    }
    let (rsa, ed25519) = (dkim.key(KeyKind::Rsa), dkim.key(KeyKind::Ed25519));
    if dkim.rsa.is_unset() && !dkim.ed25519.is_unset() {
        wrong(
            "mail.dkim.ed25519_selector",
            "is set without an RSA key, and many receivers cannot check Ed25519 yet",
            "set mail.dkim.rsa_selector and mail.dkim.rsa_key_file too; `genkan keys dkim` makes both keys",
        );
    }
    if dkim.domain.is_some() && dkim.rsa.is_unset() && dkim.ed25519.is_unset() {
        wrong(
            "mail.dkim.domain",
            "is set and no key is, so nothing would be signed",
            "run `genkan keys dkim` and write down what it prints, or leave the setting out",
        );
    }
    if let (Some(rsa), Some(ed25519)) = (&rsa, &ed25519)
        && rsa.selector.eq_ignore_ascii_case(ed25519.selector)
    {
        wrong(
            "mail.dkim.ed25519_selector",
            "is that of the RSA key, and a name in DNS can hold only one key",
            "give each key its own",
        );
    }
    if let (Some(domain), Some(sender)) = (&dkim.domain, settings.sender_domain())
        && !registered_domain(domain).eq_ignore_ascii_case(registered_domain(sender))
    {
        let what = format!(
            "is not of the sender's domain {sender}, so receivers would not take the signature for the sender's (DMARC)"
        );
        wrong("mail.dkim.domain", &what, "leave it out, or write the domain of mail.sender_address");
    }
    problems
}

impl Half {
    fn is_unset(&self) -> bool {
        self.selector.is_none() && self.file.is_none()
    }
}

/// What is wrong with the key files.
pub(super) fn files(settings: &Settings, values: &Values) -> Vec<Problem> {
    let mut problems = Vec::new();
    for key in settings.mail.dkim.keys() {
        if let Err(what) = signing_key(&key) {
            let name = match key.kind {
                KeyKind::Rsa => "mail.dkim.rsa_key_file",
                KeyKind::Ed25519 => "mail.dkim.ed25519_key_file",
            };
            problems.push(Problem::new(values.place(name), what).of(name).advice(ADVICE));
        }
    }
    problems
}

/// Reads a key, which must be for its owner alone.
///
/// # Errors
/// It cannot be read, is open to others, is of another kind, or too short.
pub(crate) fn signing_key(key: &DkimKey<'_>) -> Result<SigningKey, String> {
    let shown = key.file.display();
    let unread = |fault| format!("{shown} cannot be read: {fault}");
    let metadata = fs::metadata(key.file).map_err(unread)?;
    if !metadata.is_file() {
        return Err(format!("{shown} is not a file"));
    }
    // Group readers are let through, as with the key file.
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o037 != 0 {
        return Err(format!("{shown} is open to others (mode {mode:o})"));
    }
    let text = Zeroizing::new(fs::read(key.file).map_err(unread)?);
    let text = std::str::from_utf8(&text).map_err(|_binary| format!("{shown} {}", KeyFault::NoKey))?;
    SigningKey::read(text, key.kind).map_err(|fault| match fault {
        KeyFault::OtherKind => format!("{shown} is no {} key but one of another kind", key.kind),
        other => format!("{shown} {other}"),
    })
}

const BOTH: &str = "set both or neither";

/// What to do about a key file that cannot be used.
pub(crate) const ADVICE: &str =
    "`genkan keys dkim` makes the keys; each must be for the service alone (chmod 600)";
