//! Who did it: one line for each thing that an operator does to an account or an endpoint, for whoever asks later.
//!
//! The line goes to standard error and, where the system has one, into its log, where the service's lines are. The member reads
//! that the operator did it, and not who: the name stands here alone. What must never happen here: a command that fails
//! because its line could not be written.

use std::os::unix::net::UnixDatagram;

use accounts::Line;
use serde_json::{Value, json};

/// Where Linux takes lines for its log.
const SYSTEM_LOG: &str = "/dev/log";
/// The facility `authpriv` and the severity `notice` (RFC 5424 section 6.2.1): 10 × 8 + 5.
const PRIORITY: u16 = 85;
const NAME_CHARS: usize = 60;

/// The operator's name: the one that was said, who called `sudo`, or the user.
pub(crate) fn operator(said: Option<&str>, variable: impl Fn(&str) -> Option<String>) -> Line {
    let said = said.map(str::to_owned);
    let name = said.or_else(|| variable("SUDO_USER")).or_else(|| variable("USER"));
    let name = Line::clean(name.as_deref().unwrap_or_default(), NAME_CHARS);
    if name.is_empty() { Line::clean("unknown", NAME_CHARS) } else { name }
}

/// The line: the words of `command` and `outcome` are those of the service's own lines.
pub(crate) fn line(
    at: &str,
    by: &Line,
    (command, account): (&str, Option<&str>),
    outcome: &str,
    reason: &Line,
) -> Value {
    let mut line = json!({
        "timestamp": at,
        "level": "INFO",
        "message": "decided",
        "command": command,
        "outcome": outcome,
        "by": by.as_str(),
        "account": account,
    });
    if let Some(members) = line.as_object_mut().filter(|_| !reason.is_empty()) {
        members.insert("reason".to_owned(), Value::String(reason.as_str().to_owned()));
    }
    line
}

/// Writes it to both places.
pub(crate) fn write(line: &Value) {
    eprintln!("{line}");
    // A machine without a system log (a container) keeps standard error.
    let told = UnixDatagram::unbound().and_then(|socket| {
        let text = format!("<{PRIORITY}>genkan[{}]: {line}", std::process::id());
        socket.send_to(text.as_bytes(), SYSTEM_LOG)
    });
    drop(told);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operator_is_who_was_named_or_called_sudo_or_is_the_user() {
        let of = |said: Option<&str>, known: &[(&str, &str)]| {
            let find = |name: &str| known.iter().find(|(key, _)| *key == name);
            operator(said, |name| find(name).map(|(_, value)| (*value).to_owned())).as_str().to_owned()
        };
        let both = [("SUDO_USER", "hanako"), ("USER", "root")];
        assert_eq!(of(Some("taro"), &both), "taro");
        assert_eq!(of(None, &both), "hanako");
        assert_eq!(of(None, &both[1..]), "root");
        assert_eq!(of(None, &[]), "unknown");
        assert_eq!(of(Some("  "), &[]), "unknown");
        assert_eq!(of(Some("a\nb"), &[]), "ab", "one line");
    }
}
