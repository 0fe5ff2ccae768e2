//! From what was written to a value of its kind.
//!
//! One function for each kind, each with its bounds, so that no number can overflow later (a lock limit of the
//! largest integer is refused here, not discovered in an attack). A refusal says what is wanted and must never
//! repeat a secret.

use std::time::Duration;

use secrecy::SecretString;

use super::address;
use super::form::Form;
use super::raw::{Named, Raw, Shape};
use super::table::Kind;
use super::value::{FooterLink, LocaleText, Rate, Value, duration_text};

/// A refusal, and the line it is about where that is not the line of the key (0: the key's).
pub(super) struct Refusal {
    pub(super) line: usize,
    pub(super) what: String,
}

/// Reads what was written as a value of this kind.
pub(super) fn value(kind: Kind, raw: &Raw) -> Result<Value, Refusal> {
    match kind {
        Kind::LocaleText => locale_text(raw, line_text).map(Value::LocaleText),
        Kind::LocaleUrl => locale_text(raw, address::url).map(Value::LocaleText),
        Kind::Networks => networks(raw),
        Kind::Links => links(raw),
        Kind::Ids(form) => ids(raw, form),
        Kind::Integer(least, most) => integer(raw, least, most),
        Kind::Switch => match raw.shape {
            Shape::Switch(switch) => Ok(Value::Switch(switch)),
            _ => Err(at(raw, "must be true or false")),
        },
        _ => {
            let Shape::Text(text) = &raw.shape else {
                return Err(at(
                    raw,
                    format!("must be a text in quotes; {} is written here", raw.described()),
                ));
            };
            text_value(kind, text).map_err(|what| at(raw, what))
        }
    }
}

fn text_value(kind: Kind, text: &str) -> Result<Value, String> {
    if text.is_empty() {
        return Err("is empty; give it a value or leave it out".to_owned());
    }
    match kind {
        Kind::Text => line_text(text).map(Value::Text),
        Kind::Duration(least, most) => bounded_duration(text, least, most).map(Value::Duration),
        Kind::Rate => rate(text).map(Value::Rate),
        Kind::Path => line_text(text).map(|text| Value::Path(text.into())),
        Kind::Secret => secret(text).map(Value::Secret),
        Kind::Colour => address::colour(text).map(Value::Text),
        Kind::Origin => address::origin(text).map(Value::Origin),
        Kind::Url => address::url(text).map(Value::Text),
        Kind::Contact => address::mail_address(text)
            .or_else(|_| address::url(text))
            .map(Value::Text)
            .map_err(|_| "must be a mail address or a URL with https://".to_owned()),
        Kind::MailAddress => address::mail_address(text).map(Value::Text),
        Kind::HostName => address::host_name(text).map(Value::Text),
        Kind::Listen => match text.parse() {
            Ok(address) => Ok(Value::Listen(address)),
            Err(_) => {
                Err("must be an IP address and a port such as 127.0.0.1:7878 or [::]:7878".to_owned())
            }
        },
        Kind::Database => address::database(text).map(Value::Database),
        Kind::Smtp => address::smtp(text).map(Value::Smtp),
        Kind::TimeZone => match jiff::tz::TimeZone::get(text) {
            Ok(_) => Ok(Value::Text(text.to_owned())),
            Err(_) => Err(format!(
                "`{text}` is not in this system's tz database (is the package tzdata installed?)"
            )),
        },
        Kind::Choice(choices) => match choices.iter().find(|choice| **choice == text) {
            Some(choice) => Ok(Value::Text((*choice).to_owned())),
            None => Err(format!("`{text}` is not one of {}", choices.join(", "))),
        },
        Kind::Issuer => address::issuer(text).map(Value::Text),
        Kind::Id(form) => form.check(text).map(|()| Value::Text(text.to_owned())),
        Kind::LocaleText
        | Kind::LocaleUrl
        | Kind::Integer(..)
        | Kind::Switch
        | Kind::Ids(_)
        | Kind::Networks
        | Kind::Links => Err("must not be a text".to_owned()),
    }
}

/// The trailing line break of a file is not part of its secret; any other control character is a mistake.
fn secret(text: &str) -> Result<SecretString, String> {
    if text.chars().any(char::is_control) {
        return Err("contains a line break or another control character".to_owned());
    }
    Ok(SecretString::from(text.to_owned()))
}

fn integer(raw: &Raw, least: u64, most: u64) -> Result<Value, Refusal> {
    let Shape::Integer(number) = raw.shape else {
        return Err(at(raw, format!("must be a whole number from {least} to {most}, without quotes")));
    };
    let number = number.and_then(|number| u64::try_from(number).ok());
    match number.filter(|number| (least..=most).contains(number)) {
        Some(number) => Ok(Value::Integer(number)),
        None => Err(at(raw, format!("must be from {least} to {most}"))),
    }
}

fn bounded_duration(text: &str, least: u64, most: u64) -> Result<Duration, String> {
    let (least, most) = (Duration::from_secs(least), Duration::from_secs(most));
    let bounds = || format!("must be from {} to {}", duration_text(least), duration_text(most));
    let duration = duration(text)?.ok_or_else(bounds)?;
    if duration < least || duration > most {
        return Err(bounds());
    }
    Ok(duration)
}

/// A number and a unit. `None`: too long to be counted.
fn duration(text: &str) -> Result<Option<Duration>, String> {
    let wrong =
        || format!("`{text}` is not a duration; write a number with ms, s, m, h or d, such as \"30m\"");
    let (number, unit) =
        text.split_at(text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len()));
    let millis: u64 = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(wrong()),
    };
    if number.is_empty() {
        return Err(wrong());
    }
    let counted = number.parse::<u64>().ok().and_then(|number| number.checked_mul(millis));
    Ok(counted.map(Duration::from_millis))
}

fn rate(text: &str) -> Result<Rate, String> {
    let wrong =
        || format!("`{text}` is not a rate; write a count and a duration, such as \"600 per 10m\"");
    let (count, per) = text.split_once(" per ").ok_or_else(wrong)?;
    if count.is_empty() || !count.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let count = count.parse::<u32>().ok().filter(|count| (1..=1_000_000).contains(count));
    let count = count.ok_or("must count from 1 to 1000000")?;
    Ok(Rate { count, per: bounded_duration(per.trim(), 1, 24 * 60 * 60)? })
}

fn locale_text(
    raw: &Raw,
    check: impl Fn(&str) -> Result<String, String>,
) -> Result<LocaleText, Refusal> {
    match &raw.shape {
        Shape::Text(text) => {
            check(text).map(|text| LocaleText::same(&text)).map_err(|what| at(raw, what))
        }
        Shape::Table(entries) => {
            only(entries, &["ja", "en"])?;
            let ja = part(raw, entries, "ja")?;
            let en = part(raw, entries, "en")?;
            let checked = |text: &str| check(text).map_err(|what| at(raw, what));
            Ok(LocaleText { ja: checked(ja)?, en: checked(en)? })
        }
        _ => Err(at(raw, "must be a text, or { ja = \"…\", en = \"…\" }")),
    }
}

fn networks(raw: &Raw) -> Result<Value, Refusal> {
    let wanted = "must be a list of address ranges such as [\"10.0.0.0/8\"]";
    let Shape::List(items) = &raw.shape else {
        return Err(at(raw, wanted));
    };
    let network = |item: &Raw| match &item.shape {
        Shape::Text(text) => address::network(text).map_err(|what| at(item, what)),
        _ => Err(at(item, wanted)),
    };
    items.iter().map(network).collect::<Result<_, _>>().map(Value::Networks)
}

/// Each is written once: a name that stands there twice is a slip for another one.
fn ids(raw: &Raw, form: Form) -> Result<Value, Refusal> {
    let wanted = || format!("must be a list in brackets, each {}", form.words());
    let Shape::List(items) = &raw.shape else {
        return Err(at(raw, wanted()));
    };
    let mut read: Vec<String> = Vec::new();
    for item in items {
        let Shape::Text(text) = &item.shape else {
            return Err(at(item, wanted()));
        };
        form.check(text).map_err(|what| at(item, format!("holds `{text}`, which {what}")))?;
        if read.contains(text) {
            return Err(at(item, format!("names `{text}` twice")));
        }
        read.push(text.clone());
    }
    Ok(Value::Ids(read))
}

fn links(raw: &Raw) -> Result<Value, Refusal> {
    let wanted = "must be a list of { ja = \"…\", en = \"…\", url = \"…\" }";
    let Shape::List(items) = &raw.shape else {
        return Err(at(raw, wanted));
    };
    let link = |item: &Raw| {
        let Shape::Table(entries) = &item.shape else {
            return Err(at(item, wanted));
        };
        only(entries, &["ja", "en", "url"])?;
        let words = |name| {
            part(item, entries, name).and_then(|text| line_text(text).map_err(|what| at(item, what)))
        };
        let url = address::url(part(item, entries, "url")?)
            .map_err(|what| at(item, format!("url {what}")))?;
        Ok(FooterLink { label: LocaleText { ja: words("ja")?, en: words("en")? }, url })
    };
    items.iter().map(link).collect::<Result<_, _>>().map(Value::Links)
}

/// Words on one line: no control characters, nothing empty, nothing endless.
fn line_text(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("is empty; give it a value or leave it out".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err("must be on one line, without control characters".to_owned());
    }
    if text.chars().count() > 500 {
        return Err("is longer than 500 characters".to_owned());
    }
    Ok(text.to_owned())
}

fn only(entries: &[Named], names: &[&str]) -> Result<(), Refusal> {
    match entries.iter().find(|entry| !names.contains(&entry.name.as_str())) {
        Some(entry) => Err(Refusal {
            line: entry.line,
            what: format!("`{}` is not one of {}", entry.name, names.join(", ")),
        }),
        None => Ok(()),
    }
}

fn part<'a>(raw: &Raw, entries: &'a [Named], name: &str) -> Result<&'a str, Refusal> {
    match entries.iter().find(|entry| entry.name == name).map(|entry| &entry.value.shape) {
        Some(Shape::Text(text)) => Ok(text),
        Some(_) => Err(at(raw, format!("`{name}` must be a text in quotes"))),
        None => Err(at(raw, format!("`{name}` is missing"))),
    }
}

fn at(raw: &Raw, what: impl Into<String>) -> Refusal {
    Refusal { line: raw.line, what: what.into() }
}
