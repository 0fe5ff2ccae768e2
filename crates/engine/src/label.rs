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
    let agent = agent.get(..agent.floor_char_boundary(MOST_BYTES_READ)).unwrap_or_default();
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

#[cfg(test)]
mod tests {
    use super::label_of;

    const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 \
                         (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";

    #[test]
    fn browsers_and_apps_are_named_in_a_few_words() {
        assert_eq!(label_of(PHONE).as_str(), "iPhone · Safari");
        assert_eq!(label_of("novel-app/2.1.0").as_str(), "novel-app/2.1.0");
        assert_eq!(label_of("curl/8.5.0").as_str(), "curl/8.5.0");
        assert_eq!(label_of("").as_str(), "");
    }

    /// C6: what a stranger sends as a browser's name stands in no mail as it came.
    #[test]
    fn c6_a_hostile_agent_is_shown_as_nothing() {
        for agent in
            ["<a href=//evil.example>x", "\u{202e}evil", "来て http://evil.example", "a@evil.example"]
        {
            assert_eq!(label_of(agent).as_str(), "", "{agent}");
        }
        assert!(label_of(&"あ".repeat(10_000)).as_str().is_empty());
        assert!(label_of(&"a".repeat(10_000)).as_str().len() <= 60);
    }
}
