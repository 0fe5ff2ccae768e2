//! `genkan mail suppressed …`: addresses that are written to with care, and how one is taken off the list.
//!
//! Who lifted stands with the mail that had put the address on the list (`genkan mail show`); no account is touched. A mark on an account
//! goes when a code is read.

use accounts::Email;
use engine::Clock;
use serde_json::{Value, json};
use store::{Store, SuppressedAddress};

use crate::command::{Answer, Output, SuppressedCommand};
use crate::house::Trouble;
use crate::times::rfc3339;

/// Carries out a command.
pub(super) async fn run(
    store: &Store,
    command: &SuppressedCommand,
    output: Output,
) -> Result<Answer, Trouble> {
    match command {
        SuppressedCommand::List { after, limit, .. } => {
            let after = after.trim().to_lowercase();
            let found = store.suppressed_after(&after, i64::from(*limit)).await;
            let found = found.map_err(|fault| fault.to_string())?;
            let lines = found.iter().map(text_of).collect::<Vec<_>>().join("\n");
            let text = if lines.is_empty() { "No address is on the list.".to_owned() } else { lines };
            let fields = json!({ "addresses": found.iter().map(json_of).collect::<Vec<_>>() });
            Ok(Answer::done(output, &text, &fields))
        }
        SuppressedCommand::Lift { address, .. } => {
            let email =
                Email::parse(address).ok_or_else(|| format!("“{address}” is no mail address."))?;
            let by = format!("lifted {} by {}", rfc3339(Clock::system().now()), operator());
            let lifted = store.lift_suppressed(&email, &by).await;
            let lifted = lifted.map_err(|fault| fault.to_string())?;
            if !lifted {
                let text = "This address is not on the list.";
                return Ok(Answer::refused(output, text, &json!({ "code": "not-found" })));
            }
            let text = "Taken off the list: mail goes to it again.";
            Ok(Answer::done(output, text, &json!({ "address": email.as_stored() })))
        }
    }
}

/// Whoever types: the user of this machine, also behind `sudo`.
fn operator() -> String {
    let names = ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    let plain = |c: &char| c.is_ascii_alphanumeric() || "-_.".contains(*c);
    let name: String = names.unwrap_or_default().chars().filter(plain).take(32).collect();
    if name.is_empty() { "an unnamed user".to_owned() } else { name }
}

fn reason(one: &SuppressedAddress) -> &'static str {
    match (one.known.refused_at, one.known.complained_at) {
        (Some(_), _) => "bounced",
        (None, Some(_)) => "complained",
        (None, None) => "read again",
    }
}

fn text_of(one: &SuppressedAddress) -> String {
    let (address, since, mail) =
        (one.address.as_stored(), rfc3339(one.since), super::id_text(one.mail));
    let times = one.refusals;
    let words = super::covered(&one.words);
    format!("{address}  {} since {since}, {times} refused\n    mail {mail}: {words}", reason(one))
}

fn json_of(one: &SuppressedAddress) -> Value {
    json!({
        "address": one.address.as_stored(),
        "reason": reason(one),
        "since": rfc3339(one.since),
        "refused_at": one.known.refused_at.map(rfc3339),
        "complained_at": one.known.complained_at.map(rfc3339),
        "refusals": one.refusals,
        "mail": super::id_text(one.mail),
        "words": super::covered(&one.words),
    })
}
