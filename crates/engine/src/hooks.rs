//! What mail relays post: one signed message, one or more reports (security.md C12).
//!
//! The signature is checked over the octets before anything in them is read. What is reported must then name a mail of ours by its
//! Message-ID and the recipient that it went to, whoever signed. What must never happen here: a relay heard whose key is not
//! set, and a report acted on that is not about a mail that was sent.

use delivery::{Fate, fate_of};
use serde_json::Value;
use verifiers::hook::{Doubt, StandardHeaders};

use crate::engine::Engine;
use crate::fault::Fault;
use crate::returns::NamedReport;

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hooked {
    /// It was heard, also where nothing followed.
    Heard,
    /// It is not believed.
    Doubted,
    /// Such messages are not heard here.
    Off,
}

/// So many reports of one message are looked at.
const REPORTS_MAX: usize = 2_000;

impl Engine {
    /// Whether a page that waits for a code may say that mail to the address is refused.
    ///
    /// # Errors
    /// A fault of the house.
    pub async fn mail_refused(&self, address: &str) -> Result<bool, Fault> {
        self.returns.refuses(address).await
    }

    /// Hears what a relay posted. `header` finds a header by its name in small letters.
    ///
    /// # Errors
    /// A fault of the house: the relay may post it again.
    pub async fn hear_hook<'h>(
        &self,
        relay: &str,
        header: impl Fn(&str) -> Option<&'h str>,
        body: &[u8],
    ) -> Result<Hooked, Fault> {
        let header = |name| header(name).unwrap_or_default();
        let now = self.desk.clock.now().0;
        let keys = &self.returns.options.hooks;
        let believed = match (relay, &keys.own, &keys.sendgrid, &keys.mailgun) {
            ("standard", Some(secret), ..) => {
                let (id, timestamp) = (header("webhook-id"), header("webhook-timestamp"));
                let signature = header("webhook-signature");
                secret.check(&StandardHeaders { id, timestamp, signature }, body, now)
            }
            ("sendgrid", _, Some(key), _) => {
                let signature = header("x-twilio-email-event-webhook-signature");
                key.check(header("x-twilio-email-event-webhook-timestamp"), signature, body, now)
            }
            // Mailgun signs inside its message.
            ("mailgun", _, _, Some(key)) => {
                let message = serde_json::from_slice::<Value>(body).map_err(|_| Doubt::Form);
                message.and_then(|message| {
                    let text = |name| text(&message, &["signature", name]);
                    key.check(text("timestamp"), text("token"), text("signature"), now)
                })
            }
            _ => return Ok(Hooked::Off),
        };
        if let Err(doubt) = believed {
            tracing::warn!(doubt = doubt.word(), "a message about mail is not believed");
            return Ok(Hooked::Doubted);
        }
        let Ok(message) = serde_json::from_slice::<Value>(body) else { return Ok(Hooked::Doubted) };
        for report in reports_of(relay, &message) {
            self.returns.hear_named(&report).await?;
        }
        Ok(Hooked::Heard)
    }
}

fn reports_of(relay: &str, message: &Value) -> Vec<NamedReport> {
    match relay {
        "sendgrid" => {
            let events = message.as_array().map(Vec::as_slice).unwrap_or_default();
            events.iter().take(REPORTS_MAX).filter_map(of_sendgrid).collect()
        }
        "mailgun" => of_mailgun(message).into_iter().collect(),
        _ => of_ours(message).into_iter().collect(),
    }
}

/// `{"type": "mail.report", "data": {"message_id": …, "recipient": …, "report": …, "words": …}}` (docs/mail.md).
fn of_ours(message: &Value) -> Option<NamedReport> {
    let text = |name| text(message, &["data", name]);
    let fate = match text("report") {
        "bounced" => Fate::Hard,
        "refused" => Fate::Soft,
        "delayed" => Fate::Delayed,
        "complained" => Fate::Complaint,
        _ => return None,
    };
    (message.get("type")? == "mail.report")
        .then(|| named(text("message_id"), text("recipient"), (fate, text("words"))))
}

/// <https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event>
fn of_sendgrid(event: &Value) -> Option<NamedReport> {
    let text = |name| text(event, &[name]);
    let reason = text("reason");
    let fate = match (text("event"), text("type")) {
        ("bounce", "blocked") => Fate::Soft,
        ("bounce", _) => fate_of(text("status"), reason),
        ("dropped", _) if reason.starts_with("Bounced") || reason.starts_with("Invalid") => Fate::Hard,
        ("dropped", _) if reason.starts_with("Spam Reporting") => Fate::Complaint,
        ("dropped", _) => Fate::Soft,
        ("deferred", _) => Fate::Delayed,
        ("spamreport", _) => Fate::Complaint,
        _ => return None,
    };
    Some(named(text("smtp-id"), text("email"), (fate, reason)))
}

/// <https://documentation.mailgun.com/docs/mailgun/user-manual/events/>
fn of_mailgun(message: &Value) -> Option<NamedReport> {
    let text = |path: &[&str]| text(message.get("event-data").unwrap_or(&Value::Null), path);
    let said = [text(&["delivery-status", "message"]), text(&["delivery-status", "description"])];
    let said = said.into_iter().find(|words| !words.is_empty()).unwrap_or_default();
    let code = message.pointer("/event-data/delivery-status/code").and_then(Value::as_u64);
    let words = code.map_or(said.to_owned(), |code| format!("{code} {said}"));
    let fate = match (text(&["event"]), text(&["severity"]), text(&["reason"])) {
        ("failed", "temporary", _) => Fate::Delayed,
        ("failed", _, "suppress-bounce") => Fate::Hard,
        ("failed", _, "suppress-complaint") => Fate::Complaint,
        ("failed", ..) => fate_of(text(&["delivery-status", "enhanced-code"]), &words),
        ("complained", ..) => Fate::Complaint,
        _ => return None,
    };
    let id = text(&["message", "headers", "message-id"]);
    Some(named(id, text(&["recipient"]), (fate, &words)))
}

fn named(message_id: &str, recipient: &str, (fate, words): (Fate, &str)) -> NamedReport {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = words.chars().filter(|c| !c.is_control()).take(300).collect();
    NamedReport { message_id: message_id.to_owned(), recipient: recipient.to_owned(), fate, words }
}

fn text<'v>(value: &'v Value, path: &[&str]) -> &'v str {
    let found = path.iter().try_fold(value, |value, name| value.get(name));
    found.and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(relay: &str, message: &Value) -> Vec<(String, String, Fate)> {
        let reports = reports_of(relay, message).into_iter();
        reports.map(|report| (report.message_id, report.recipient, report.fate)).collect()
    }

    #[test]
    fn what_each_relay_says_is_read() {
        let of = |fate| vec![("<1.0@x>".to_owned(), "a@example.jp".to_owned(), fate)];
        let ours = |report: &str| {
            let data =
                json!({ "message_id": "<1.0@x>", "recipient": "a@example.jp", "report": report });
            json!({ "type": "mail.report", "data": data })
        };
        assert_eq!(told("standard", &ours("bounced")), of(Fate::Hard));
        assert_eq!(told("standard", &ours("complained")), of(Fate::Complaint));
        assert_eq!(told("standard", &ours("gone")), []);
        let grid = |event: &str, kind: &str, status: &str, reason: &str| {
            json!([{ "event": event, "type": kind, "status": status, "reason": reason, "email": "a@example.jp",
                "smtp-id": "<1.0@x>" }])
        };
        assert_eq!(told("sendgrid", &grid("bounce", "bounce", "5.1.1", "550 no")), of(Fate::Hard));
        assert_eq!(told("sendgrid", &grid("bounce", "bounce", "5.7.1", "550 no")), of(Fate::Soft));
        assert_eq!(told("sendgrid", &grid("bounce", "blocked", "5.1.1", "550 no")), of(Fate::Soft));
        assert_eq!(told("sendgrid", &grid("spamreport", "", "", "")), of(Fate::Complaint));
        assert_eq!(told("sendgrid", &grid("dropped", "", "", "Bounced Address")), of(Fate::Hard));
        assert_eq!(told("sendgrid", &grid("delivered", "", "", "")), []);
        let gun = |event: &str, severity: &str, code: u16, said: &str| {
            json!({ "event-data": { "event": event, "severity": severity, "recipient": "a@example.jp",
                "delivery-status": { "code": code, "message": said },
                "message": { "headers": { "message-id": "<1.0@x>" } } } })
        };
        assert_eq!(told("mailgun", &gun("failed", "permanent", 550, "5.1.1 unknown")), of(Fate::Hard));
        assert_eq!(told("mailgun", &gun("failed", "permanent", 550, "User unknown")), of(Fate::Hard));
        assert_eq!(told("mailgun", &gun("failed", "permanent", 552, "5.2.2 full")), of(Fate::Soft));
        assert_eq!(told("mailgun", &gun("failed", "temporary", 450, "later")), of(Fate::Delayed));
        assert_eq!(told("mailgun", &gun("complained", "", 0, "")), of(Fate::Complaint));
        assert_eq!(told("mailgun", &json!([])), []);
    }
}
