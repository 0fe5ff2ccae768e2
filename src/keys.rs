//! The key file: the keys from which one-time codes are derived, and `genkan keys new`.
//!
//! It is kept outside the database, so that neither the rows nor their backups are enough to make a code. The file
//! is for its owner alone, is never written over, and a key that was not drawn at random is refused. No key may be
//! printed, logged or compared with `==`; no key may ever be built in or derived from something guessable.

mod dkim;
mod signing;

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::zeroize::{Zeroize as _, Zeroizing};
use secrecy::{ExposeSecret as _, SecretBox, SecretString};
use serde::Deserialize;
use serde_json::json;

use crate::command::{Answer, KeysCommand, Output};
use crate::times::rfc3339;

pub(crate) use dkim::record_json;

/// Bytes of a key.
const LENGTH: usize = 32;

/// The keys of one service. The last one makes new codes, all of them check codes.
pub(crate) struct Keys {
    pub purpose: Purpose,
    /// By id, oldest first; never empty.
    pub code: Vec<(u32, SecretBox<[u8; LENGTH]>)>,
}

/// What a key file was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Purpose {
    /// `genkan keys new`
    Service,
    /// `genkan dev`; refused by `genkan serve`
    Development,
}

/// Why a key file is not used. Never says anything of what is in it.
#[derive(Debug)]
pub(crate) enum Fault {
    Unreadable(PathBuf, io::Error),
    /// The permission bits.
    Exposed(PathBuf, u32),
    Malformed(PathBuf, String),
    /// The id of the key (security.md I11).
    Weak(PathBuf, u32),
    Exists(PathBuf),
    Unwritable(PathBuf, io::Error),
    NoRandomness(io::Error),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    purpose: Purpose,
    code: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: u32,
    #[expect(dead_code, reason = "for the operator who reads the file")]
    created: String,
    secret: SecretText,
}

/// A secret on its way out of the file, wiped when dropped.
struct SecretText(SecretString);

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(SecretString::from(text)))
    }
}

/// Carries out a `keys` command.
pub(crate) fn run(command: &KeysCommand, output: Output) -> ExitCode {
    answer(command, output).print()
}

fn answer(command: &KeysCommand, output: Output) -> Answer {
    match command {
        KeysCommand::New { out, rotate } => new(out, *rotate, output),
        KeysCommand::Dkim { domain, selector, out } => {
            dkim::answer(domain, selector.as_deref(), out, output)
        }
        KeysCommand::Signing(command) => signing::answer(command, output),
    }
}

fn new(out: &Path, rotate: bool, output: Output) -> Answer {
    let shown = out.display().to_string();
    let made = if rotate { Keys::rotate(out) } else { Keys::create(out, Purpose::Service).map(|()| 1) };
    match made {
        Ok(id) if rotate => {
            let text = format!(
                "Added key {id} to {shown}. Give every process this file and restart it; codes already mailed still work."
            );
            Answer::done(output, &text, &json!({ "file": shown, "id": id }))
        }
        Ok(id) => {
            let text = format!(
                "Wrote {shown}, which only its owner can read. Set keys.file to it, give every process the same file, \
                 and keep a copy apart from the database's backups."
            );
            Answer::done(output, &text, &json!({ "file": shown, "id": id }))
        }
        Err(fault) => {
            let text = format!("{fault}\n    {}", fault.advice());
            Answer::refused(output, &text, &json!({ "file": shown, "advice": fault.advice() }))
        }
    }
}

impl Keys {
    /// Reads a key file.
    ///
    /// # Errors
    /// When it cannot be read, is open to others, is not a key file, or holds a weak key.
    pub(crate) fn open(path: &Path) -> Result<Self, Fault> {
        let unreadable = |error| Fault::Unreadable(path.to_owned(), error);
        let mut file = File::open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if !metadata.is_file() {
            return Err(Fault::Malformed(path.to_owned(), "it is not a file".to_owned()));
        }
        // Group readers are let through: systemd credentials and Kubernetes volumes are 0440 for the service alone.
        if metadata.mode() & 0o037 != 0 {
            return Err(Fault::Exposed(path.to_owned(), metadata.mode() & 0o777));
        }
        let mut text = Zeroizing::new(String::new());
        file.read_to_string(&mut text).map_err(unreadable)?;
        Self::parse(path, &text)
    }

    /// Reads a key file, or makes one for development where there is none.
    ///
    /// # Errors
    /// As `open` and `create`.
    pub(crate) fn open_or_create_for_development(path: &Path) -> Result<Self, Fault> {
        match Self::create(path, Purpose::Development) {
            Ok(()) | Err(Fault::Exists(_)) => Self::open(path),
            Err(fault) => Err(fault),
        }
    }

    /// Makes a key file with one key, for its owner alone.
    ///
    /// # Errors
    /// When the file exists (it is left as it is) or cannot be written.
    pub(crate) fn create(path: &Path, purpose: Purpose) -> Result<(), Fault> {
        let text = document(purpose, "", 1)?;
        write_new(path, &text).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => Fault::Exists(path.to_owned()),
            _ => Fault::Unwritable(path.to_owned(), error),
        })
    }

    /// Adds a key to a file, which from then on makes the codes, and answers with its id. The file is replaced in
    /// one step: there is no moment in which it is half written.
    ///
    /// # Errors
    /// As `open`, or when the file cannot be written.
    pub(crate) fn rotate(path: &Path) -> Result<u32, Fault> {
        let keys = Self::open(path)?;
        let unreadable = |error| Fault::Unreadable(path.to_owned(), error);
        let old = Zeroizing::new(fs::read_to_string(path).map_err(unreadable)?);
        let metadata = fs::metadata(path).map_err(unreadable)?;
        let last = keys.code.last().map_or(0, |(id, _)| *id);
        let id = last
            .checked_add(1)
            .ok_or_else(|| Fault::Malformed(path.to_owned(), "it has no ids left".to_owned()))?;
        let text = document(keys.purpose, &old, id)?;
        Self::parse(path, &text)?;
        let unwritable = |error| Fault::Unwritable(path.to_owned(), error);
        let mut beside = path.as_os_str().to_owned();
        beside.push(".new");
        let beside = PathBuf::from(beside);
        write_new(&beside, &text).map_err(unwritable)?;
        let replaced = keep_access(&beside, &metadata).and_then(|()| fs::rename(&beside, path));
        if replaced.is_err() {
            // What is left beside would hold keys and block the next try.
            let _ = fs::remove_file(&beside);
        }
        replaced.and_then(|()| sync_folder(path)).map_err(unwritable)?;
        Ok(id)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, Fault> {
        let malformed = |what: &str| Fault::Malformed(path.to_owned(), what.to_owned());
        // The parser's own message could quote the file.
        let document: Document = toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .map_or(1, |span| text.get(..span.start).unwrap_or("").matches('\n').count() + 1);
            malformed(&format!("line {line} is not as `genkan keys new` writes it"))
        })?;
        let mut code: Vec<(u32, SecretBox<[u8; LENGTH]>)> = Vec::new();
        for row in document.code {
            let secret = decode(row.secret.0.expose_secret())
                .ok_or_else(|| Fault::Weak(path.to_owned(), row.id))?;
            if is_weak(secret.expose_secret()) {
                return Err(Fault::Weak(path.to_owned(), row.id));
            }
            if code.last().is_some_and(|(id, _)| *id >= row.id) {
                return Err(malformed("the ids of its keys do not rise"));
            }
            code.push((row.id, secret));
        }
        if code.is_empty() {
            return Err(malformed("it holds no key"));
        }
        Ok(Self { purpose: document.purpose, code })
    }
}

/// Exactly 32 bytes, or nothing.
fn decode(text: &str) -> Option<SecretBox<[u8; LENGTH]>> {
    let mut secret = SecretBox::new(Box::new([0u8; LENGTH]));
    let mut bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?);
    let exact: &[u8; LENGTH] = bytes.as_slice().try_into().ok()?;
    secrecy::ExposeSecretMut::expose_secret_mut(&mut secret).copy_from_slice(exact);
    bytes.zeroize();
    Some(secret)
}

/// Whether bytes were not drawn at random: repeated, typed, or counted up. Of random keys less than one in 10^13
/// is taken for weak.
fn is_weak(key: &[u8; LENGTH]) -> bool {
    let different = key.iter().collect::<std::collections::BTreeSet<_>>().len();
    let typed = key.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    let steps: std::collections::BTreeSet<u8> =
        key.iter().zip(key.iter().skip(1)).map(|(left, right)| right.wrapping_sub(*left)).collect();
    different < 16 || typed || steps.len() < 8
}

/// The text of a file with one key more than `old` has (which is empty for a new file).
fn document(purpose: Purpose, old: &str, id: u32) -> Result<Zeroizing<String>, Fault> {
    let mut key = Zeroizing::new([0u8; LENGTH]);
    random(key.as_mut_slice()).map_err(Fault::NoRandomness)?;
    let secret = Zeroizing::new(URL_SAFE_NO_PAD.encode(key.as_slice()));
    let created = rfc3339(engine::Clock::system().now());
    let purpose = match purpose {
        Purpose::Service => "service",
        Purpose::Development => "development",
    };
    let head = if old.is_empty() { format!("{HEAD}purpose = \"{purpose}\"\n") } else { String::new() };
    let row =
        format!("\n[[code]]\nid = {id}\ncreated = \"{created}\"\nsecret = \"{}\"\n", secret.as_str());
    let row = Zeroizing::new(row);
    let mut text = Zeroizing::new(String::with_capacity(old.len() + head.len() + row.len()));
    for part in [old, head.as_str(), row.as_str()] {
        text.push_str(part);
    }
    Ok(text)
}

const HEAD: &str = "\
# Keys of genkan. Whoever has this file and the database can make one-time codes: keep it to the service alone,
# and its copy apart from the database's backups. `genkan keys new --rotate` adds a key.
";

/// Bytes from the system's generator.
fn random(bytes: &mut [u8]) -> io::Result<()> {
    File::open("/dev/urandom")?.read_exact(bytes)
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    sync_folder(path)
}

/// The service must still be able to read the file when root has added a key.
fn keep_access(path: &Path, was: &fs::Metadata) -> io::Result<()> {
    let is = fs::metadata(path)?;
    if (is.uid(), is.gid()) != (was.uid(), was.gid()) {
        std::os::unix::fs::chown(path, Some(was.uid()), Some(was.gid()))?;
    }
    fs::set_permissions(path, was.permissions())
}

fn sync_folder(path: &Path) -> io::Result<()> {
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

impl Fault {
    /// What to do about it.
    pub(crate) fn advice(&self) -> &'static str {
        match self {
            Self::Unreadable(_, error) if error.kind() == ErrorKind::NotFound => {
                "`genkan keys new --out FILE` makes one"
            }
            Self::Unreadable(..) => "the user that runs genkan must be able to read it",
            Self::Exposed(..) => {
                "run chmod 600 on it; if others could read it, make a new one with `genkan keys new`"
            }
            Self::Malformed(..) => "restore it from its copy, or make a new one with `genkan keys new`",
            Self::Weak(..) => "make keys with `genkan keys new`, never by hand",
            Self::Exists(_) => "choose another name, or add a key to it with --rotate",
            Self::Unwritable(..) => "is the folder there, with room and the right to write?",
            Self::NoRandomness(_) => "/dev/urandom must be there",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => {
                write!(out, "the key file {} cannot be read: {error}", path.display())
            }
            Self::Exposed(path, mode) => {
                write!(out, "the key file {} is open to others (mode {mode:o})", path.display())
            }
            Self::Malformed(path, what) => {
                write!(out, "the key file {} cannot be used: {what}", path.display())
            }
            Self::Weak(path, id) => {
                write!(out, "key {id} of {} is weak or too short", path.display())
            }
            Self::Exists(path) => write!(out, "{} exists and is left as it is", path.display()),
            Self::Unwritable(path, error) => {
                write!(out, "{} cannot be written: {error}", path.display())
            }
            Self::NoRandomness(error) => write!(out, "the system gives no random numbers: {error}"),
        }
    }
}

impl std::error::Error for Fault {}

#[cfg(test)]
mod tests;
