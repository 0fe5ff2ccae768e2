//! What a browser calls itself, in a few words a member understands: 「iPhone・Safari」.
//!
//! A hint for people, never evidence. Whatever cannot be read is shown as nothing rather than as noise; raw
//! header text never reaches a page or mail.

use accounts::Line;
use woothee::parser::Parser;

const MOST_CHARS: usize = 60;
const MOST_BYTES_READ: usize = 512;

/// The label of a `User-Agent`, or of an app that names itself (`client/version`).
#[must_use]
pub fn label_of(agent: &str) -> Line {
    let end = agent.char_indices().map(|(at, _)| at).take_while(|at| *at <= MOST_BYTES_READ).last();
    let agent = agent.get(..end.unwrap_or(0)).unwrap_or_default();
    let Some(found) = Parser::new().parse(agent) else { return app_or_nothing(agent) };
    let device = device_of(found.os, agent);
    let text = match (device, known(found.name)) {
        (Some(device), Some(browser)) => format!("{device} · {browser}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => return app_or_nothing(agent),
    };
    Line::clean(&text, MOST_CHARS)
}

fn known(name: &str) -> Option<&str> {
    Some(name).filter(|name| !matches!(*name, "" | "UNKNOWN" | "HTTP Library"))
}

fn device_of<'a>(os: &'a str, agent: &str) -> Option<&'a str> {
    match known(os)? {
        "Mac OSX" if agent.contains("iPad") => Some("iPad"),
        "Mac OSX" => Some("Mac"),
        windows if windows.starts_with("Windows") => Some("Windows"),
        other => Some(other),
    }
}

/// `novel-app/2.1.0`: letters, digits and a few signs only.
fn app_or_nothing(agent: &str) -> Line {
    let word = agent.split_whitespace().next().unwrap_or_default();
    let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '+');
    if word.chars().all(sound) { Line::clean(word, MOST_CHARS) } else { Line::clean("", 0) }
}
