//! `genkan mail bounced`: a report about a mail, piped in by a mail server.
//!
//! The exit codes are those of sysexits.h: 0 for whatever was read, also where it changed nothing (a mail server would send an
//! answer to what it is refused, to an address that a stranger wrote); 75 where it is to be tried again.

use std::io::Read;

use delivery::REPORT_MAX;
use engine::Returns;
use serde_json::json;

use crate::command::{Answer, Output};
use crate::house::Trouble;

/// Reads one from standard input.
pub(super) async fn run(
    returns: Result<Returns, Trouble>,
    recipient: Option<&str>,
    output: Output,
) -> Result<Answer, Trouble> {
    let returns = returns?;
    // One more than a report has: then it is refused as too long, and the rest is left in the pipe.
    let most = u64::try_from(REPORT_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut octets = Vec::new();
    std::io::stdin().take(most).read_to_end(&mut octets).map_err(|fault| fault.to_string())?;
    let heard = returns.hear(&octets, recipient).await.map_err(|fault| fault.to_string())?;
    let text = match heard {
        engine::Heard::Noted(id, reported) => {
            format!("{}  {}", super::id_text(id), reported.word())
        }
        engine::Heard::Known(id) => format!("{}  known already", super::id_text(id)),
        engine::Heard::Arrived(id) => format!("{}  arrived", super::id_text(id)),
        engine::Heard::NotOurs => {
            "It is about no mail of ours, or nothing shows that it is.".to_owned()
        }
        engine::Heard::Unreadable(why) => format!("Nothing changed: {why}."),
    };
    Ok(Answer::done(output, &text, &json!({ "result": heard.word() })))
}

/// The mail server is to try again.
pub(super) fn later(output: Output, trouble: &str) -> Answer {
    let answer = Answer::refused(output, trouble, &json!({ "code": "failed" }));
    Answer { code: TEMPORARY, ..answer }
}

/// `EX_TEMPFAIL`.
const TEMPORARY: u8 = 75;
