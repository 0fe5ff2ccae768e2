//! What each relay says, read as reports about mails (security.md C12).
//!
//! A message is read here after it was believed, and by the makers' own description of it. What is not known is no report. What must
//! never happen here: an address called dead because of something that is about us, as far as the relay tells the two apart.

use delivery::{Fate, fate_of};
use serde_json::Value;

use crate::returns::NamedReport;

/// So many reports of one message are looked at.
const REPORTS_MAX: usize = 2_000;

pub(super) fn reports_of(relay: &str, message: &Value) -> Vec<NamedReport> {
    match relay {
        "sendgrid" => {
            let events = message.as_array().map(Vec::as_slice).unwrap_or_default();
            events.iter().take(REPORTS_MAX).filter_map(of_sendgrid).collect()
        }
        "mailgun" => of_mailgun(message).into_iter().collect(),
        "postmark" => of_postmark(message).into_iter().collect(),
        "ses" => of_ses(message),
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

/// <https://postmarkapp.com/developer/webhooks/bounce-webhook> and `spam-complaint-webhook`. Postmark's `MessageID` is its own; ours
/// comes back in the metadata that the mail carried (`delivery::Relay::Postmark`).
fn of_postmark(message: &Value) -> Option<NamedReport> {
    let text = |path: &[&str]| text(message, path);
    let words = match text(&["Details"]) {
        "" => text(&["Description"]),
        details => details,
    };
    let fate = match (text(&["RecordType"]), text(&["Type"])) {
        ("SpamComplaint", _) | ("Bounce", "SpamComplaint") => Fate::Complaint,
        ("Bounce", "HardBounce" | "BadEmailAddress") => final_fate("", words),
        ("Bounce", "Transient") => Fate::Delayed,
        // Sent by people and machines that have the mail.
        ("Bounce", "AutoResponder" | "AddressChange" | "Subscribe" | "Unsubscribe") => Fate::Arrived,
        ("Bounce", _) => Fate::Soft,
        _ => return None,
    };
    Some(named(text(&["Metadata", METADATA]), text(&["Email"]), (fate, words)))
}

/// <https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html> and the same as events. SES writes Message-ID anew: ours is
/// among the original headers, where they come along; else the address that the mail comes back to says which it was.
fn of_ses(message: &Value) -> Vec<NamedReport> {
    let kind = match text(message, &["notificationType"]) {
        "" => text(message, &["eventType"]),
        kind => kind,
    };
    let list = |path: &str| message.pointer(path).and_then(Value::as_array).into_iter().flatten();
    let of_id = |header: &&Value| text(header, &["name"]).eq_ignore_ascii_case("message-id");
    let id = list("/mail/headers").find(of_id).map(|header| text(header, &["value"]));
    let report = |recipient: &str, fate: Fate, words: &str| NamedReport {
        came_to: text(message, &["mail", "source"]).to_owned(),
        ..named(id.unwrap_or_default(), recipient, (fate, words))
    };
    match kind {
        "Bounce" => list("/bounce/bouncedRecipients")
            .take(REPORTS_MAX)
            .map(|one| {
                let words = text(one, &["diagnosticCode"]);
                let fate = match text(message, &["bounce", "bounceType"]) {
                    "Permanent" => final_fate(text(one, &["status"]), words),
                    _ => Fate::Soft,
                };
                report(text(one, &["emailAddress"]), fate, words)
            })
            .collect(),
        "Complaint" => list("/complaint/complainedRecipients")
            .take(REPORTS_MAX)
            .map(|one| report(text(one, &["emailAddress"]), Fate::Complaint, "complaint"))
            .collect(),
        "DeliveryDelay" => list("/deliveryDelay/delayedRecipients")
            .take(REPORTS_MAX)
            .map(|one| {
                report(text(one, &["emailAddress"]), Fate::Delayed, text(one, &["diagnosticCode"]))
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// What a relay means that calls a refusal final: the mailbox is not there, unless the receiver's own code says that it is about
/// us or about this mail, or that the mailbox is there and full.
fn final_fate(status: &str, words: &str) -> Fate {
    let of_us = |code: &str| {
        ["5.7.", "5.2.2", "5.2.3", "5.3.4", "5.6."].iter().any(|known| code.starts_with(known))
    };
    let pieces = words.split(|c: char| !c.is_ascii_digit() && c != '.');
    let spoken = pieces.filter(|piece| piece.split('.').count() == 3);
    if std::iter::once(status).chain(spoken).any(of_us) { Fate::Soft } else { Fate::Hard }
}

/// What the mail carried its Message-ID under (`delivery`).
const METADATA: &str = "genkan";

fn named(message_id: &str, recipient: &str, (fate, words): (Fate, &str)) -> NamedReport {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = words.chars().filter(|c| !c.is_control()).take(300).collect();
    let came_to = String::new();
    NamedReport {
        message_id: message_id.to_owned(),
        came_to,
        recipient: recipient.to_owned(),
        fate,
        words,
    }
}

pub(super) fn text<'v>(value: &'v Value, path: &[&str]) -> &'v str {
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

    #[test]
    fn what_postmark_and_amazon_say_is_read() {
        let of = |fate| vec![("<1.0@x>".to_owned(), "a@example.jp".to_owned(), fate)];
        let mark = |record: &str, kind: &str, details: &str| {
            json!({ "RecordType": record, "Type": kind, "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
                "Email": "a@example.jp", "Details": details, "Metadata": { "genkan": "<1.0@x>" } })
        };
        for (record, kind, details, fate) in [
            ("Bounce", "HardBounce", "smtp;550 5.1.1 unknown", Fate::Hard),
            ("Bounce", "HardBounce", "", Fate::Hard),
            ("Bounce", "HardBounce", "smtp;550 5.7.1 blocked", Fate::Soft),
            ("Bounce", "BadEmailAddress", "", Fate::Hard),
            ("Bounce", "SoftBounce", "smtp;550 5.1.1 unknown", Fate::Soft),
            ("Bounce", "Transient", "", Fate::Delayed),
            ("Bounce", "AutoResponder", "", Fate::Arrived),
            ("Bounce", "SpamComplaint", "", Fate::Complaint),
            ("SpamComplaint", "SpamComplaint", "", Fate::Complaint),
        ] {
            assert_eq!(told("postmark", &mark(record, kind, details)), of(fate), "{kind} {details}");
        }
        assert_eq!(told("postmark", &mark("Open", "", "")), []);
        let ses = |name: &str, kind: &str, status: &str, words: &str| {
            json!({ name: "Bounce", "mail": { "headers": [{ "name": "message-ID", "value": "<1.0@x>" }] },
                "bounce": { "bounceType": kind, "bouncedRecipients":
                    [{ "emailAddress": "a@example.jp", "status": status, "diagnosticCode": words }] } })
        };
        for (name, kind, status, words, fate) in [
            ("notificationType", "Permanent", "5.1.1", "smtp; 550 5.1.1 no", Fate::Hard),
            ("eventType", "Permanent", "", "", Fate::Hard),
            ("eventType", "Permanent", "5.7.1", "", Fate::Soft),
            ("eventType", "Permanent", "5.0.0", "smtp; 552 5.2.2 full", Fate::Soft),
            ("eventType", "Transient", "5.1.1", "", Fate::Soft),
            ("eventType", "Undetermined", "5.1.1", "", Fate::Soft),
        ] {
            assert_eq!(
                told("ses", &ses(name, kind, status, words)),
                of(fate),
                "{kind} {status} {words}"
            );
        }
        let complaint = json!({ "notificationType": "Complaint", "mail": { "source": "b+1@x" },
            "complaint": { "complainedRecipients": [{ "emailAddress": "a@example.jp" }] } });
        let reports = reports_of("ses", &complaint);
        assert_eq!((reports[0].came_to.as_str(), reports[0].fate), ("b+1@x", Fate::Complaint));
        assert_eq!(told("ses", &json!({ "notificationType": "Delivery" })), []);
        assert_eq!(told("ses", &Value::Null), []);
    }
}
