//! What the one table of settings is made of: a row, its kind, and how rows are found.
//!
//! The table (`entries`) is the source of truth for names, kinds, bounds, defaults and explanations. The sample
//! file, the schema, the reference, the checks and the typed `Settings` all come from it: nothing about a key
//! must ever be written down a second time. A `*` in a name stands for every name that an operator may give there, to a
//! provider, an endpoint, a client or a demand; a row with the name itself outranks it.

use std::collections::BTreeSet;

use super::entries::ENTRIES;
use super::form::{self, Form};
use super::{clients, providers, webhooks};

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
    /// Required where anything else of its group is set.
    RequiredInGroup,
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
    /// The https address of an OpenID provider.
    Issuer,
    /// An identifier that somebody else has given out.
    Id(Form),
    /// A list of them.
    Ids(Form),
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

    pub(super) const fn required_in_group(mut self, example: &'static str) -> Self {
        self.need = Need::RequiredInGroup;
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

    /// Whether it stands for a setting under every name that an operator gives.
    pub(super) fn is_many(&self) -> bool {
        self.path.contains(MANY)
    }

    /// The group in which the operator gives the names: `provider`, `app.minimum`.
    pub(super) fn names_group(&self) -> &'static str {
        self.path.split_once(".*").map_or("", |(group, _)| group)
    }

    /// Its whole name under this name.
    pub(super) fn path_of(&self, name: &str) -> String {
        self.path.replace(MANY, name)
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
            Need::Optional | Need::Required | Need::RequiredToServe | Need::RequiredInGroup => {
                self.example
            }
        }
    }
}

/// A row under the name that is written; they differ where the row is for many.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) entry: &'static Entry,
    /// `provider.my-idp.issuer`
    pub(super) path: String,
}

impl Key {
    /// The environment variable that sets it.
    pub(super) fn variable(&self) -> String {
        variable(&self.path)
    }

    /// The group it stands in: `provider.my-idp`.
    pub(super) fn group(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(group, _)| group)
    }
}

/// The environment variable for a name: `GENKAN_MAIL__SMTP__URL` for `mail.smtp.url`. No shell can set a variable
/// with a hyphen, so an underscore stands for it.
pub(super) fn variable(path: &str) -> String {
    format!("GENKAN_{}", path.replace('.', "__").replace('-', "_").to_ascii_uppercase())
}

/// The name that a variable sets, from what comes after `GENKAN_`. A name that an operator gives has no
/// underscores, so each is a hyphen there.
pub(super) fn path_of_variable(tail: &str) -> String {
    let lower = tail.to_ascii_lowercase();
    let mut words: Vec<String> = lower.split("__").map(str::to_owned).collect();
    match words.as_mut_slice() {
        [group, name, _]
            if [providers::GROUP, webhooks::GROUP, clients::GROUP].contains(&group.as_str()) =>
        {
            *name = name.replace('_', "-");
        }
        [app, minimum, name, _] if app == "app" && minimum == "minimum" => {
            *name = name.replace('_', "-");
        }
        _ => {}
    }
    words.join(".")
}

/// The row of a name.
pub(super) fn key(path: &str) -> Option<Key> {
    let entry = ENTRIES.iter().find(|entry| stands_for(entry.path, path) == Reach::Whole)?;
    Some(Key { entry, path: path.to_owned() })
}

/// The secret that a name like `mail.smtp.password_file` reads from a file.
pub(super) fn secret_file(path: &str) -> Option<Key> {
    key(path.strip_suffix("_file")?).filter(|key| key.entry.is_secret())
}

/// Whether a name is a group, such as `mail` or `mail.smtp`.
pub(super) fn is_group(path: &str) -> bool {
    ENTRIES.iter().any(|entry| stands_for(entry.path, path) == Reach::Group)
}

/// The name that an operator gave, in the name of a setting that there is for many.
pub(super) fn name_in(path: &str) -> Option<&str> {
    let entry = key(path).filter(|key| key.entry.is_many())?.entry;
    let place = entry.path.split('.').position(|word| word == MANY)?;
    path.split('.').nth(place)
}

/// All of them that were given in a group, in their order.
pub(super) fn names_in<'a>(group: &str, paths: impl Iterator<Item = &'a String>) -> BTreeSet<&'a str> {
    let of_group = |path: &&String| key(path).is_some_and(|key| key.entry.names_group() == group);
    paths.filter(of_group).filter_map(|path| name_in(path)).collect()
}

/// Every name of a setting that may be written, also `*_file`; for many, with the name that stands in `like`.
pub(super) fn settings(like: &str) -> Vec<String> {
    let path = |entry: &Entry| {
        let rest = like.strip_prefix(entry.names_group()).and_then(|rest| rest.strip_prefix('.'));
        let name = rest.and_then(|rest| rest.split('.').next());
        entry.path_of(name.filter(|name| may_be_called(entry.path, name)).unwrap_or(SOME_NAME))
    };
    let whole = ENTRIES.iter().map(path);
    let secrets = ENTRIES.iter().filter(|entry| entry.is_secret());
    whole.chain(secrets.map(|entry| format!("{}_file", path(entry)))).collect()
}

/// The same with the groups.
pub(super) fn names(like: &str) -> Vec<String> {
    let mut names = settings(like);
    for path in settings(like) {
        let mut group = path.as_str();
        while let Some((outer, _)) = group.rsplit_once('.') {
            group = outer;
            if !names.iter().any(|name| name == group) {
                names.push(group.to_owned());
            }
        }
    }
    names
}

/// What stands for a name in the reference and in advice.
pub(super) const SOME_NAME: &str = "NAME";

/// What stands for it in the table.
const MANY: &str = "*";

/// How far a written name goes along the name of a row.
#[derive(PartialEq, Eq)]
enum Reach {
    Whole,
    Group,
    Apart,
}

/// Whether an operator may give this name there.
fn may_be_called(row: &str, name: &str) -> bool {
    match row.split('.').next() {
        Some(providers::GROUP) => providers::is_other(name),
        Some(webhooks::GROUP) => webhooks::is_endpoint(name),
        _ => form::is_name(name),
    }
}

fn stands_for(row: &str, path: &str) -> Reach {
    let mut written = path.split('.');
    for word in row.split('.') {
        match written.next() {
            None => return Reach::Group,
            Some(name) if word == MANY && may_be_called(row, name) => {}
            Some(name) if word != MANY && word == name => {}
            Some(_) => return Reach::Apart,
        }
    }
    if written.next().is_none() { Reach::Whole } else { Reach::Apart }
}
