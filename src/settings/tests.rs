//! The settings, tested from outside: what an operator writes, and what the program answers.
//!
//! Everything here goes through the real reader with real files; the table is walked, so that a new key is tested
//! without a new test. No test may depend on the environment of the machine it runs on.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use secrecy::ExposeSecret as _;

use super::entries::ENTRIES;
use super::form::Form;
use super::groups::GROUPS;
use super::load::{Environment, Values, load, overlay};
use super::print::json_of;
use super::problem::{Place, Problem};
use super::table::{Entry, Kind, Need};
use super::typed::Rest;
use super::*;
use crate::command::{ConfigCommand, Output, SchemaForm};
use crate::keys::{Keys, Purpose};

mod clients;
mod dkim;
mod passkeys;
mod printing;
mod providing;
mod reading;
mod refusing;
mod serving;
mod webhooks;

/// A folder that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name =
            format!("genkan-settings-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn none() -> Environment {
    BTreeMap::new()
}

fn variables(pairs: &[(&str, &str)]) -> Environment {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn read(text: &str) -> Result<Values, Vec<Problem>> {
    overlay(text, Path::new("genkan.toml"), &none())
}

/// The one problem of a text.
fn problem(text: &str) -> Problem {
    let problems = read(text).err().unwrap_or_else(|| panic!("accepted: {text}"));
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems[0].clone()
}

fn line_of(problem: &Problem) -> usize {
    match &problem.place {
        Place::File(_, line) => *line,
        other => panic!("{other:?}"),
    }
}

const REQUIRED: &str =
    "service.name = \"Example\"\nservice.base_url = \"https://accounts.example.com\"\n";

fn settings(text: &str) -> Result<Settings, Vec<Problem>> {
    checked(&read(&format!("{REQUIRED}{text}"))?)
}

/// The name under which a row can be written: a provider of one's own needs a name.
fn path(entry: &Entry) -> String {
    entry.path_of("my-idp")
}

fn variable(entry: &Entry) -> String {
    table::variable(&path(entry))
}

/// Every setting, each with a value other than its default.
fn all_set(wanted: impl Fn(&Entry) -> bool) -> String {
    let rows = ENTRIES.iter().filter(|entry| wanted(entry));
    rows.map(|entry| format!("{} = {}\n", path(entry), other(entry).0)).collect()
}

/// A value that is right for the kind and differs from the default: as in the file, and as in the environment.
fn other(entry: &Entry) -> (String, String) {
    let quoted = |text: &str| (format!("\"{text}\""), text.to_owned());
    match entry.kind {
        Kind::Text => quoted("words"),
        Kind::LocaleText => {
            let table = "{ ja = \"例\", en = \"Example\" }".to_owned();
            (table.clone(), table)
        }
        Kind::LocaleUrl => quoted("https://example.com/terms"),
        Kind::Integer(least, _) => {
            let number = if entry.need == Need::Default("8") { least + 1 } else { least };
            let number = if entry.literal() == number.to_string() { number + 1 } else { number };
            (number.to_string(), number.to_string())
        }
        Kind::Switch => {
            let other = if entry.literal() == "false" { "true" } else { "false" };
            (other.to_owned(), other.to_owned())
        }
        Kind::Duration(_, most) => quoted(&value::duration_text(Duration::from_secs(most - 1))),
        Kind::Rate => quoted("7 per 3m"),
        Kind::Path => quoted("/etc/other"),
        Kind::Secret => quoted("hush-hush"),
        Kind::Colour => quoted("#123456"),
        Kind::Origin => quoted("https://other.example.com"),
        Kind::Url => quoted("https://other.example.com/x"),
        Kind::Contact | Kind::MailAddress => quoted("other@example.com"),
        Kind::HostName => quoted("other.example.com"),
        Kind::Listen => quoted("127.0.0.1:9"),
        Kind::Networks => ("[\"10.0.0.0/8\", \"::1/128\"]".to_owned(), "10.0.0.0/8, ::1".to_owned()),
        Kind::Database => quoted("postgres://genkan@db/genkan"),
        Kind::Smtp => quoted("smtps://other.example.com:465"),
        Kind::TimeZone => quoted("UTC"),
        Kind::Choice(choices) => {
            let default = entry.literal().trim_matches('"');
            quoted(choices.iter().find(|choice| **choice != default).unwrap())
        }
        Kind::Links => {
            let list =
                "[{ ja = \"規約\", en = \"Terms\", url = \"https://example.com/t\" }]".to_owned();
            (list.clone(), list)
        }
        Kind::Issuer => quoted("https://id.example.org/"),
        Kind::Id(form) => quoted(ids(form)[0]),
        Kind::Ids(form) => {
            let [one, two] = ids(form);
            (format!("[\"{one}\", \"{two}\"]"), format!("{one}, {two}"))
        }
    }
}

/// An app under one certificate, and under another whose digits are written small.
const ANDROID: &str = "jp.example.app 07:0E:15:1C:23:2A:31:38:3F:46:4D:54:5B:62:69:70:77:7E:85:8C:93:9A:A1:A8:AF:B6:BD:C4:CB:D2:D9:E0";
const ANDROID_TWICE: &str = "jp.example.app 0b:16:21:2c:37:42:4d:58:63:6e:79:84:8f:9a:a5:b0:bb:c6:d1:dc:e7:f2:fd:08:13:1e:29:34:3f:4a:55:60";

/// Two right identifiers of a form.
fn ids(form: Form) -> [&'static str; 2] {
    match form {
        Form::Client => ["genkan@example.org", "0oa1gjh63g214q0Hq0g4"],
        Form::GoogleClient => ["1-x.apps.googleusercontent.com", "2-y.apps.googleusercontent.com"],
        Form::AppleTen => ["A1B2C3D4E5", "ZZZZZZZZZZ"],
        Form::AppleIdentifier => ["jp.example.app", "jp.example.app-2"],
        Form::Scope => ["openid", "https://example.org/auth/profile.read"],
        Form::Method => ["my-idp", "apple"],
        Form::WebOrigin => ["https://www.example.org", "https://example.net:8443"],
        Form::IosApp => ["ABCDE12345.jp.example.app", "A1B2C3D4E5.app"],
        Form::AndroidApp => [ANDROID, ANDROID_TWICE],
        Form::Selector => ["2026a-rsa", "mail.2026"],
        Form::AppWord => ["Novel", "iPad OS"],
        Form::AppVersion => ["3.1.0", "4"],
        Form::RedirectUri => ["https://novel.example.jp/callback", "jp.example.reader:/callback"],
        Form::Day => ["2026-12-01", "2026-12-01T09:00:00+09:00"],
        Form::Pace => ["docomo.ne.jp 120", "xn--eckwd4c7c.example 1"],
        Form::Announcement => ["account.created", "account.signed_out_everywhere"],
        Form::SnsTopic => [
            "arn:aws:sns:ap-northeast-1:123456789012:genkan-mail",
            "arn:aws-us-gov:sns:us-gov-west-1:123456789012:mail_2",
        ],
    }
}

/// The sample with its empty lines filled in.
fn filled(folder: &Folder) -> PathBuf {
    let path = folder.0.join("genkan.toml");
    let new = ConfigCommand::New { out: Some(path.clone()) };
    assert_eq!(commands::answer(&new, Output::Text, &none()).code, 0);
    let keys = folder.0.join("genkan-keys.toml");
    Keys::create(&keys, Purpose::Service).unwrap();
    let mut text = fs::read_to_string(&path).unwrap();
    for entry in
        ENTRIES.iter().filter(|entry| matches!(entry.need, Need::Required | Need::RequiredToServe))
    {
        let empty = format!("# For example: {}\n{} = \"\"", entry.example, entry.name());
        assert!(text.contains(&empty), "{}", entry.path);
        text = text.replace(&empty, &format!("{} = {}", entry.name(), entry.example));
    }
    fs::write(&path, text).unwrap();
    path
}
