//! The settings described for editors (JSON Schema) and for people (`docs/settings.md`).
//!
//! Both are made from the table and compared with the committed file by a test, so that neither can fall behind
//! the program.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use super::entries::ENTRIES;
use super::form::NAME_PATTERN;
use super::groups::GROUPS;
use super::parse;
use super::print::json_of;
use super::raw;
use super::table::{self, Entry, Kind, Need};
use super::value::duration_text;

/// A JSON Schema (2020-12) of the file.
pub(super) fn schema() -> Json {
    let mut root = object("Settings of genkan");
    if let Json::Object(fields) = &mut root {
        fields.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    }
    for entry in ENTRIES {
        place(&mut root, entry, entry.group(), described(entry));
        if entry.is_secret() {
            let file =
                json!({ "type": "string", "description": "A file that holds it.", "minLength": 1 });
            insert(&mut root, entry.group(), &format!("{}_file", entry.name()), file);
        }
    }
    root
}

/// The reference, in Markdown.
pub(super) fn markdown() -> String {
    let mut out = String::from(MARKDOWN_HEAD);
    for group in GROUPS {
        let _ = writeln!(out, "\n## `[{}]`\n\n{}", group_name(group.path), group.text);
        for entry in ENTRIES.iter().filter(|entry| entry.group() == group.path) {
            let path = entry.path_of(table::SOME_NAME);
            let variable = table::variable(&path);
            let _ = writeln!(out, "\n### `{path}`\n\n{}\n", entry.text);
            let _ = writeln!(out, "- Kind: {}", kind_words(entry.kind));
            let _ = match entry.need {
                Need::Default(literal) => writeln!(out, "- Default: `{literal}`"),
                Need::Required => writeln!(out, "- Required, for example `{}`", entry.example),
                Need::RequiredToServe => {
                    writeln!(out, "- Required by `genkan serve`, for example `{}`", entry.example)
                }
                Need::RequiredInGroup if entry.is_secret() => {
                    writeln!(out, "- Required with anything else of `[{}]`", group_name(entry.group()))
                }
                Need::RequiredInGroup => writeln!(
                    out,
                    "- Required with anything else of `[{}]`, for example `{}`",
                    group_name(entry.group()),
                    entry.example
                ),
                Need::Optional if entry.example.is_empty() => writeln!(out, "- Optional"),
                Need::Optional => writeln!(out, "- Optional, for example `{}`", entry.example),
            };
            let _ = writeln!(out, "- Environment: `{variable}`");
            if entry.is_secret() {
                let _ = writeln!(out, "- From a file: `{path}_file`, or `{variable}_FILE`");
            }
        }
    }
    out
}

fn group_name(group: &str) -> String {
    group.replace('*', table::SOME_NAME)
}

const MARKDOWN_HEAD: &str = "\
# Settings

<!-- Made by `genkan config schema --markdown`; do not edit by hand. -->

One TOML file, given with `--config` or `GENKAN_CONFIG`. Every setting can also be given as an environment
variable, which outranks the file; a secret can also be read from a file. Lists in variables are separated by
commas, tables are written as in the file (`{ ja = \"…\", en = \"…\" }`). A relative path counts from the folder of
the file it is written in; in an environment variable and in a default, from the working directory.

`genkan config new` prints a commented sample, `genkan config check` finds every mistake, `genkan config show`
prints what is in effect and who set it. An unknown name or a wrong value stops the program at start.
";

fn object(description: &str) -> Json {
    json!({ "type": "object", "description": description, "additionalProperties": false, "properties": {} })
}

fn place(root: &mut Json, entry: &Entry, group: &str, schema: Json) {
    insert(root, group, entry.name(), schema);
}

/// Puts a schema under a group, making the groups on the way.
fn insert(root: &mut Json, group: &str, name: &str, schema: Json) {
    let mut here = root;
    let mut path = String::new();
    for word in group.split('.').filter(|word| !word.is_empty()) {
        path = if path.is_empty() { word.to_owned() } else { format!("{path}.{word}") };
        let text = GROUPS.iter().find(|known| known.path == path).map_or("", |known| known.text);
        let inner = if word == "*" {
            let taken =
                if path.starts_with("provider.") { ["email", "passkey"].as_slice() } else { &[] };
            here.as_object_mut().map(|fields| any_name(fields, (text, taken)))
        } else {
            properties(here).map(|known| known.entry(word).or_insert_with(|| object(text)))
        };
        let Some(inner) = inner else {
            return;
        };
        here = inner;
    }
    if let Some(properties) = properties(here) {
        properties.insert(name.to_owned(), schema);
    }
}

/// What holds for every name that is not among the properties.
fn any_name<'a>(fields: &'a mut Map<String, Json>, (text, taken): (&str, &[&str])) -> &'a mut Json {
    let mut names = json!({ "pattern": NAME_PATTERN });
    if let Some(rules) = names.as_object_mut().filter(|_| !taken.is_empty()) {
        rules.insert("not".to_owned(), json!({ "enum": taken }));
    }
    fields.insert("propertyNames".to_owned(), names);
    let any = fields.entry("additionalProperties").or_insert(Json::Null);
    if !any.is_object() {
        *any = object(text);
    }
    any
}

fn properties(object: &mut Json) -> Option<&mut Map<String, Json>> {
    object.get_mut("properties").and_then(Json::as_object_mut)
}

fn described(entry: &Entry) -> Json {
    let mut schema = kind_schema(entry.kind);
    if let Json::Object(fields) = &mut schema {
        fields.insert("description".to_owned(), json!(entry.text));
        if let Need::Default(literal) = entry.need
            && let Ok(raw) = raw::literal(literal)
            && let Ok(value) = parse::value(entry.kind, &raw)
        {
            fields.insert("default".to_owned(), json_of(&value));
        }
        if entry.is_secret() {
            fields.insert("writeOnly".to_owned(), json!(true));
        }
    }
    schema
}

fn kind_schema(kind: Kind) -> Json {
    let text = || json!({ "type": "string", "minLength": 1 });
    let pattern = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    let both = || {
        json!({ "type": "object", "additionalProperties": false, "required": ["ja", "en"],
                "properties": { "ja": { "type": "string" }, "en": { "type": "string" } } })
    };
    match kind {
        Kind::LocaleText | Kind::LocaleUrl => json!({ "oneOf": [text(), both()] }),
        Kind::Integer(least, most) => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Kind::Switch => json!({ "type": "boolean" }),
        Kind::Duration(..) => pattern("^[0-9]+(ms|s|m|h|d)$"),
        Kind::Rate => pattern("^[0-9]+ per [0-9]+(ms|s|m|h|d)$"),
        Kind::Colour => pattern("^#[0-9A-Fa-f]{6}$"),
        Kind::Origin => pattern("^https?://[^/]+/?$"),
        Kind::Url => pattern("^https?://"),
        Kind::MailAddress => pattern("^[^@]+@[^@]+$"),
        Kind::Database => pattern("^(sqlite:|postgres://|postgresql://)"),
        Kind::Smtp => pattern("^smtps?://"),
        Kind::Choice(choices) => json!({ "type": "string", "enum": choices }),
        Kind::Issuer => pattern("^https?://[^?#]+$"),
        Kind::Id(form) => pattern(form.pattern()),
        Kind::Ids(form) => {
            json!({ "type": "array", "uniqueItems": true, "items": pattern(form.pattern()) })
        }
        Kind::Networks => json!({ "type": "array", "items": text() }),
        Kind::Links => json!({ "type": "array", "items": {
            "type": "object", "additionalProperties": false, "required": ["ja", "en", "url"],
            "properties": { "ja": { "type": "string" }, "en": { "type": "string" }, "url": { "type": "string" } } } }),
        Kind::Text
        | Kind::Path
        | Kind::Secret
        | Kind::Contact
        | Kind::HostName
        | Kind::Listen
        | Kind::TimeZone => text(),
    }
}

fn kind_words(kind: Kind) -> String {
    let span = |seconds: u64| duration_text(std::time::Duration::from_secs(seconds));
    match kind {
        Kind::Text => "text".to_owned(),
        Kind::LocaleText => "text, or one for each language".to_owned(),
        Kind::LocaleUrl => "URL, or one for each language".to_owned(),
        Kind::Integer(least, most) => format!("whole number from {least} to {most}"),
        Kind::Switch => "`true` or `false`".to_owned(),
        Kind::Duration(least, most) => {
            format!("duration (`ms`, `s`, `m`, `h`, `d`) from {} to {}", span(least), span(most))
        }
        Kind::Rate => "rate, a count per duration".to_owned(),
        Kind::Path => "path".to_owned(),
        Kind::Secret => "secret".to_owned(),
        Kind::Colour => "colour, `#rrggbb`".to_owned(),
        Kind::Origin => "URL of scheme and host alone".to_owned(),
        Kind::Url => "URL".to_owned(),
        Kind::Contact => "mail address or URL".to_owned(),
        Kind::MailAddress => "mail address".to_owned(),
        Kind::HostName => "domain name".to_owned(),
        Kind::Listen => "IP address and port".to_owned(),
        Kind::Networks => "list of address ranges".to_owned(),
        Kind::Database => "URL of a database".to_owned(),
        Kind::Smtp => "URL of a mail server".to_owned(),
        Kind::TimeZone => "name of a time zone".to_owned(),
        Kind::Choice(choices) => {
            let quoted: Vec<String> = choices.iter().map(|choice| format!("`{choice}`")).collect();
            format!("one of {}", quoted.join(", "))
        }
        Kind::Links => "list of links".to_owned(),
        Kind::Issuer => "URL with `https://`".to_owned(),
        Kind::Id(form) => form.words().to_owned(),
        Kind::Ids(form) => format!("list, each {}", form.words()),
    }
}
