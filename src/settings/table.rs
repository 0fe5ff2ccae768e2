//! What the one table of settings is made of: a row, its kind, and how rows are found.
//!
//! The table (`entries`) is the source of truth for names, kinds, bounds, defaults and explanations. The sample
//! file, the schema, the reference, the checks and the typed `Settings` all come from it: nothing about a key
//! must ever be written down a second time.

use super::entries::ENTRIES;

/// One setting.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    /// Its name with its groups: `mail.smtp.url`.
    pub path: &'static str,
    pub kind: Kind,
    pub need: Need,
    /// A value to show where there is no default, as written in the file.
    pub example: &'static str,
    /// What it does, in one paragraph.
    pub text: &'static str,
}

/// Whether it may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// It may be absent, which means something of its own.
    Optional,
    /// This value, as written in the file.
    Default(&'static str),
    /// There is no sensible default.
    Required,
    /// Required under `genkan serve` only.
    RequiredToServe,
}

/// What may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// One text for both languages, or `{ ja = "…", en = "…" }`.
    LocaleText,
    /// A URL for both languages, or one for each.
    LocaleUrl,
    Integer(u64, u64),
    Switch,
    /// Shortest and longest, in seconds.
    Duration(u64, u64),
    /// "600 per 10m".
    Rate,
    Path,
    Secret,
    /// `#rrggbb`.
    Colour,
    /// Scheme, host and port.
    Origin,
    /// http or https.
    Url,
    /// A mail address or a URL.
    Contact,
    MailAddress,
    HostName,
    /// IP address and port.
    Listen,
    /// A list of address ranges.
    Networks,
    Database,
    Smtp,
    TimeZone,
    Choice(&'static [&'static str]),
    /// A list of `{ ja = "…", en = "…", url = "…" }`.
    Links,
}

/// A group of settings, with what it is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group {
    pub path: &'static str,
    pub text: &'static str,
}

impl Entry {
    pub(super) const fn new(path: &'static str, kind: Kind, text: &'static str) -> Self {
        Self { path, kind, need: Need::Optional, example: "", text }
    }

    pub(super) const fn default(mut self, literal: &'static str) -> Self {
        self.need = Need::Default(literal);
        self
    }

    pub(super) const fn required(mut self, example: &'static str) -> Self {
        self.need = Need::Required;
        self.example = example;
        self
    }

    pub(super) const fn required_to_serve(mut self, example: &'static str) -> Self {
        self.need = Need::RequiredToServe;
        self.example = example;
        self
    }

    pub(super) const fn example(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }

    /// Whether its value is never shown.
    pub(crate) fn is_secret(&self) -> bool {
        self.kind == Kind::Secret
    }

    /// The environment variable that sets it.
    pub(crate) fn variable(&self) -> String {
        variable(self.path)
    }

    /// The group it stands in: `mail.smtp` of `mail.smtp.url`.
    pub(crate) fn group(&self) -> &'static str {
        self.path.rsplit_once('.').map_or("", |(group, _)| group)
    }

    /// Its name within its group.
    pub(crate) fn name(&self) -> &'static str {
        self.path.rsplit_once('.').map_or(self.path, |(_, name)| name)
    }

    /// The default, or else the example, as written in the file.
    pub(super) fn literal(&self) -> &'static str {
        match self.need {
            Need::Default(literal) => literal,
            Need::Optional | Need::Required | Need::RequiredToServe => self.example,
        }
    }
}

/// The environment variable for a name: `GENKAN_MAIL__SMTP__URL` for `mail.smtp.url`.
pub(super) fn variable(path: &str) -> String {
    format!("GENKAN_{}", path.replace('.', "__").to_ascii_uppercase())
}

/// The row of a name.
pub(super) fn entry(path: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.path == path)
}

/// The secret that a name like `mail.smtp.password_file` reads from a file.
pub(super) fn secret_file(path: &str) -> Option<&'static Entry> {
    entry(path.strip_suffix("_file")?).filter(|entry| entry.is_secret())
}

/// Whether a name is a group, such as `mail` or `mail.smtp`.
pub(super) fn is_group(path: &str) -> bool {
    ENTRIES.iter().any(|entry| entry.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
}

/// Every name that may be written, also groups and `*_file`.
pub(super) fn names() -> Vec<String> {
    let mut names: Vec<String> = ENTRIES.iter().map(|entry| entry.path.to_owned()).collect();
    names.extend(
        ENTRIES.iter().filter(|entry| entry.is_secret()).map(|entry| format!("{}_file", entry.path)),
    );
    for entry in ENTRIES {
        let mut group = entry.group();
        while !group.is_empty() {
            if !names.iter().any(|name| name == group) {
                names.push(group.to_owned());
            }
            group = group.rsplit_once('.').map_or("", |(outer, _)| outer);
        }
    }
    names
}
