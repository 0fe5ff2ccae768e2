//! A value as it was written, before its kind is looked at: from the file or from the environment.
//!
//! Both sources become the same shape here, so that every kind is parsed once. Lines are kept for the messages.
//! Nothing of it may be printed: it can hold a secret.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::table::Kind;

/// A value and the line it stands on (0 where there is no file).
#[derive(Clone)]
pub(super) struct Raw {
    pub(super) line: usize,
    pub(super) shape: Shape,
}

#[derive(Clone)]
pub(super) enum Shape {
    Text(String),
    /// `None`: larger than any bound.
    Integer(Option<i128>),
    Switch(bool),
    List(Vec<Raw>),
    Table(Vec<Named>),
    /// A float or a moment, which no setting is.
    Other,
}

/// A name in a table, and the line of the name.
#[derive(Clone)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) value: Raw,
}

/// A file that is not TOML: the line and what the parser says (never the line's text).
pub(super) struct NotToml {
    pub(super) line: usize,
    pub(super) message: String,
}

/// Reads a whole document.
pub(super) fn document(text: &str) -> Result<Vec<Named>, NotToml> {
    let parsed = DeTable::parse(text).map_err(|error| not_toml(text, &error))?;
    Ok(table(text, parsed.into_inner()))
}

/// Reads one value as it stands on the right of `=`.
pub(super) fn literal(text: &str) -> Result<Raw, NotToml> {
    let parsed = DeValue::parse(text).map_err(|error| not_toml(text, &error))?;
    Ok(Raw { line: 0, ..value(text, parsed) })
}

/// Reads an environment variable: a plain text for most kinds; lists also separated by commas; what begins with
/// `[` or `{` as in the file.
pub(super) fn environment(kind: Kind, text: &str) -> Result<Raw, String> {
    let plain = |shape| Ok(Raw { line: 0, shape });
    match kind {
        Kind::Integer(..) => match text.parse::<i128>() {
            Ok(number) => plain(Shape::Integer(Some(number))),
            Err(_) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
                plain(Shape::Integer(None))
            }
            Err(_) => plain(Shape::Text(text.to_owned())),
        },
        Kind::Switch => match text {
            "true" => plain(Shape::Switch(true)),
            "false" => plain(Shape::Switch(false)),
            _ => plain(Shape::Text(text.to_owned())),
        },
        Kind::LocaleText | Kind::LocaleUrl if text.starts_with('{') => structured(text),
        Kind::Networks | Kind::Links | Kind::Ids(_) if text.starts_with('[') => structured(text),
        Kind::Networks | Kind::Ids(_) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            plain(Shape::List(
                items.map(|item| Raw { line: 0, shape: Shape::Text(item.to_owned()) }).collect(),
            ))
        }
        _ => plain(Shape::Text(text.to_owned())),
    }
}

impl Raw {
    /// What it is, for "a … is written here".
    pub(super) fn described(&self) -> &'static str {
        match self.shape {
            Shape::Text(_) => "a text",
            Shape::Integer(_) => "a number",
            Shape::Switch(_) => "true or false",
            Shape::List(_) => "a list",
            Shape::Table(_) => "a table",
            Shape::Other => "a date or a decimal number",
        }
    }
}

fn structured(text: &str) -> Result<Raw, String> {
    let mut raw =
        literal(text).map_err(|error| format!("cannot be read as TOML: {}", error.message))?;
    without_lines(&mut raw);
    Ok(raw)
}

fn without_lines(raw: &mut Raw) {
    raw.line = 0;
    match &mut raw.shape {
        Shape::List(items) => items.iter_mut().for_each(without_lines),
        Shape::Table(entries) => entries.iter_mut().for_each(|entry| {
            entry.line = 0;
            without_lines(&mut entry.value);
        }),
        Shape::Text(_) | Shape::Integer(_) | Shape::Switch(_) | Shape::Other => {}
    }
}

fn table(text: &str, entries: DeTable<'_>) -> Vec<Named> {
    let named = |(name, entry): (Spanned<_>, _)| {
        let line = line_of(text, name.span());
        let name: std::borrow::Cow<'_, str> = name.into_inner();
        Named { name: name.into_owned(), line, value: value(text, entry) }
    };
    entries.into_iter().map(named).collect()
}

fn value(text: &str, parsed: Spanned<DeValue<'_>>) -> Raw {
    let line = line_of(text, parsed.span());
    let shape = match parsed.into_inner() {
        DeValue::String(words) => Shape::Text(words.into_owned()),
        DeValue::Integer(number) => {
            Shape::Integer(i128::from_str_radix(number.as_str(), number.radix()).ok())
        }
        DeValue::Boolean(switch) => Shape::Switch(switch),
        DeValue::Array(items) => Shape::List(items.into_iter().map(|item| value(text, item)).collect()),
        DeValue::Table(entries) => Shape::Table(table(text, entries)),
        DeValue::Float(_) | DeValue::Datetime(_) => Shape::Other,
    };
    Raw { line, shape }
}

fn not_toml(text: &str, error: &toml::de::Error) -> NotToml {
    NotToml {
        line: error.span().map_or(1, |span| line_of(text, span)),
        message: error.message().to_owned(),
    }
}

/// The line of a place in a text, counted from 1.
fn line_of(text: &str, span: Range<usize>) -> usize {
    let before = text.as_bytes().get(..span.start).unwrap_or_default();
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}
