//! Settings on paper: the sample file, and the values in effect with who set them.
//!
//! Both are made from the table. What is printed here is pasted into tickets and chats: a secret must never be
//! in it.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use super::entries::ENTRIES;
use super::groups::GROUPS;
use super::load::Values;
use super::problem::Place;
use super::table::{self, Key, Need};
use super::value::{DatabasePlace, LocaleText, SmtpSecurity, Value, duration_text};

/// A file with every setting: what must be set is left to fill in, all else stands as a comment with its default.
pub(super) fn sample() -> String {
    let mut out = String::from(SAMPLE_HEAD);
    let mut group = "";
    for entry in ENTRIES {
        if entry.group() != group {
            group = entry.group();
            let text = GROUPS.iter().find(|known| known.path == group).map_or("", |known| known.text);
            out.push_str("\n\n");
            for line in wrapped(&format!("---- {text}"), 96) {
                let _ = writeln!(out, "# {line}");
            }
            let _ = writeln!(out, "[{}]", in_sample(group));
        }
        out.push('\n');
        for line in wrapped(entry.text, 96) {
            let _ = writeln!(out, "# {line}");
        }
        if entry.is_secret() {
            let path = in_sample(entry.path);
            let variable = table::variable(&path);
            let _ = writeln!(out, "# Better not here, but in a file of its own, or in {variable}.");
            let file = path.replace('.', "-");
            let _ = writeln!(out, "#{}_file = \"/etc/genkan/{file}\"", entry.name());
            continue;
        }
        let _ = match entry.need {
            // Empty is refused, so that nobody serves members under a sample's name.
            Need::Required | Need::RequiredToServe => {
                writeln!(out, "# For example: {}\n{} = \"\"", entry.example, entry.name())
            }
            Need::Optional | Need::Default(_) | Need::RequiredInGroup => {
                writeln!(out, "#{} = {}", entry.name(), entry.literal())
            }
        };
    }
    out
}

/// A name of the table as it stands in the sample, where a provider must be called something.
fn in_sample(path: &str) -> String {
    path.replace('*', "example")
}

const SAMPLE_HEAD: &str = "\
# Settings of genkan.
#
# Lines without # must be filled in; the others show the default, or an example where there is none.
# Every setting can also be given as an environment variable, which outranks this file: [mail.smtp] url is
# GENKAN_MAIL__SMTP__URL. A relative path counts from the folder of this file (from an environment variable
# and in a default: from the working directory).
#
# `genkan config check --config FILE` tells whether everything is right, `genkan config show` what is in effect.
";

/// The values in effect, one line each, with who set them.
pub(super) fn shown(values: &Values) -> String {
    let mut out = String::new();
    for Key { path, .. } in values.keys() {
        let _ = match values.found.get(&path) {
            Some(found) => {
                writeln!(out, "{path} = {}   # {}", literal(&json_of(&found.value)), found.place)
            }
            None => writeln!(out, "# {path} is not set"),
        };
    }
    out
}

/// The same for programs.
pub(super) fn shown_json(values: &Values) -> Json {
    let row = |key: &Key| {
        let found = values.found.get(&key.path);
        let source = found.map_or_else(|| "unset".to_owned(), |found| found.place.to_string());
        let kind = found.map_or("unset", |found| match found.place {
            Place::Default => "default",
            Place::File(..) => "file",
            Place::Environment(_) => "environment",
        });
        json!({
            "key": key.path, "value": found.map(|found| json_of(&found.value)), "from": kind, "source": source,
            "secret": key.entry.is_secret(),
        })
    };
    Json::Array(values.keys().iter().map(row).collect())
}

/// What stands for a secret.
const MASK: &str = "(secret, not shown)";

/// A value as it would be written, secrets masked.
pub(super) fn json_of(value: &Value) -> Json {
    match value {
        Value::Text(text) => json!(text),
        Value::LocaleText(text) => locale_json(text),
        Value::Integer(number) => json!(number),
        Value::Switch(switch) => json!(switch),
        Value::Duration(duration) => json!(duration_text(*duration)),
        Value::Rate(rate) => json!(rate.to_string()),
        Value::Path(path) => json!(path.display().to_string()),
        Value::Secret(_) => json!(MASK),
        Value::Origin(origin) => json!(origin.to_string()),
        Value::Listen(address) => json!(address.to_string()),
        Value::Networks(networks) => {
            json!(networks.iter().map(ToString::to_string).collect::<Vec<_>>())
        }
        Value::Database(DatabasePlace::Sqlite(path)) => json!(format!("sqlite:{}", path.display())),
        Value::Database(DatabasePlace::Postgres(url)) => json!(url),
        Value::Smtp(url) => {
            let none = if url.security == SmtpSecurity::Plain { "?tls=none" } else { "" };
            json!(format!("{}{none}", url.transport_url()))
        }
        Value::Ids(ids) => json!(ids),
        Value::Links(links) => {
            let link = |link: &super::FooterLink| json!({ "ja": link.label.ja, "en": link.label.en, "url": link.url });
            Json::Array(links.iter().map(link).collect())
        }
    }
}

fn locale_json(text: &LocaleText) -> Json {
    if text.ja == text.en { json!(text.ja) } else { json!({ "ja": text.ja, "en": text.en }) }
}

/// A JSON value as TOML writes it on one line.
fn literal(value: &Json) -> String {
    match value {
        Json::Array(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Json::Object(entries) => {
            let entry = |(name, value): (&String, &Json)| format!("{name} = {}", literal(value));
            format!("{{ {} }}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => value.to_string(),
    }
}

/// Words broken into lines of at most `width` characters; what stands in braces stays together.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut in_braces = false;
    for word in text.split(' ') {
        let joined = in_braces;
        in_braces = (in_braces || word.starts_with('{')) && !word.contains('}');
        let Some(line) = lines.last_mut() else {
            break;
        };
        if line.is_empty() {
            line.push_str(word);
        } else if joined || line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}
