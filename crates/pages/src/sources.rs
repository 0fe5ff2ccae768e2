//! Where the words and templates come from: embedded files, and the operator's files laid over them.
//!
//! An operator's file replaces an embedded template of the same path, or single texts of the same
//! id. A file that replaces nothing is refused: it is a slip of the name, and would be ignored in
//! silence otherwise.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Locale, PagesFault};

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../templates/", $name)))),*]
    };
}

macro_rules! texts {
    ($($feature:literal),* $(,)?) => {
        &[$(
            (Locale::Ja, concat!("ja/", $feature, ".ftl"), include_str!(concat!("../locales/ja/", $feature, ".ftl"))),
            (Locale::En, concat!("en/", $feature, ".ftl"), include_str!(concat!("../locales/en/", $feature, ".ftl"))),
        )*]
    };
}

/// Every embedded template: path below `templates/`, and its text.
pub(crate) const TEMPLATES: &[(&str, &str)] = templates![
    "layout.html",
    "parts.html",
    "signin/methods.html",
    "signin/email.html",
    "signin/locked.html",
    "signin/suspended.html",
    "signup/methods.html",
    "signup/email.html",
    "signup/code.html",
    "signup/password.html",
    "signup/closed.html",
    "signup/terms.html",
    "reset/address.html",
    "reset/code.html",
    "reset/password.html",
    "numbers/not_me.html",
    "numbers/undo.html",
    "numbers/provider_lost.html",
    "numbers/done.html",
    "email/address.html",
    "email/code.html",
    "email/password.html",
    "account/hub.html",
    "methods/list.html",
    "methods/add.html",
    "methods/remove.html",
    "methods/offer.html",
    "methods/recent.html",
    "conflict/conflict.html",
    "providers/confirm.html",
    "providers/address.html",
    "passkeys/signin.html",
    "passkeys/add.html",
    "passkeys/passkey.html",
    "passkeys/offer.html",
    "account/password.html",
    "account/proof.html",
    "account/activity.html",
    "profile/profile.html",
    "profile/contact.html",
    "sessions/sessions.html",
    "withdraw/withdraw.html",
    "withdraw/withdrawn.html",
    "withdraw/export.html",
    "problem/problem.html",
    "mail/letter.html",
];

/// Every embedded text file: language, path below `locales/`, and its text.
pub(crate) const TEXTS: &[(Locale, &str, &str)] = texts![
    "common",
    "signin",
    "signup",
    "reset",
    "numbers",
    "account",
    "email",
    "methods",
    "providers",
    "passkeys",
    "conflict",
    "profile",
    "sessions",
    "withdraw",
    "problem",
    "mail",
];

/// A file with the place it came from, for messages to the operator.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// The template's name, or the text file's path.
    pub(crate) name: String,
    /// What stands before the name in a message.
    pub(crate) folder: String,
    pub(crate) text: String,
}

/// The operator's files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overrides {
    pub(crate) templates: Vec<Source>,
    pub(crate) texts: Vec<(Locale, Source)>,
}

impl Overrides {
    /// Reads `templates/` and `locales/{ja,en}/` below the folder; either may be missing.
    pub(crate) fn read(folder: Option<&Path>) -> Result<Overrides, PagesFault> {
        let Some(folder) = folder else {
            return Ok(Overrides::default());
        };
        if !folder.is_dir() {
            return Err(PagesFault::setting(
                "override_folder",
                format!("{} is not a folder", folder.display()),
            ));
        }
        let templates = read_below(&folder.join("templates"), "html")?;
        for template in &templates {
            if !TEMPLATES.iter().any(|(name, _)| *name == template.name) {
                let what =
                    "there is no page of this name to replace; the names are those in `templates/`";
                return Err(PagesFault::file(
                    format!("{}{}", template.folder, template.name),
                    None,
                    what,
                ));
            }
        }
        let mut texts = Vec::new();
        for locale in Locale::ALL {
            let files = read_below(&folder.join("locales").join(locale.tag()), "ftl")?;
            texts.extend(files.into_iter().map(|file| (locale, file)));
        }
        Ok(Overrides { templates, texts })
    }
}

/// All files with that ending below the folder, in the order of their names.
fn read_below(folder: &Path, ending: &str) -> Result<Vec<Source>, PagesFault> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        if !next.is_dir() {
            continue;
        }
        let entries = fs::read_dir(&next).map_err(|error| unreadable(&next, &error))?;
        for entry in entries {
            let path = entry.map_err(|error| unreadable(&next, &error))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                files.push(read_one(folder, &path)?);
            }
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

fn read_one(folder: &Path, path: &PathBuf) -> Result<Source, PagesFault> {
    let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    let below = path.strip_prefix(folder).unwrap_or(path);
    let name = below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
    Ok(Source { name, folder: format!("{}/", folder.display()), text })
}

fn unreadable(path: &Path, error: &std::io::Error) -> PagesFault {
    PagesFault::file(path.display().to_string(), None, format!("it cannot be read: {error}"))
}
