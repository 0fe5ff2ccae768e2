//! What mail servers say of a mail that left: it came back, it waits, its reader complained (RFC 3464, 3462, 5965).
//!
//! Pure: octets in, a report out. MIME is read by mail-parser, the fields inside the parts here, because they are no headers of
//! a message ([0025](docs/decisions/0025-reports-about-mail-believed-by-what-we-sent.md)). A report is a stranger's: nothing in it
//! is true before somebody has found the mail it is about. What must never happen here: a fall, work without a bound, and a
//! refusal that is about us (spam, policy, a full mailbox) taken for the end of an address.

mod fields;
mod status;

use mail_parser::{MessageParser, MimeHeaders, PartType};

use fields::Fields;
pub use status::{Fate, fate_of, fate_of_reply};

/// A longer report is not looked at; ours are some 20 KiB, and servers return at most 50.
pub const REPORT_MAX: usize = 512 * 1024;
/// So many recipients are looked at. Every mail of ours has one.
const RECIPIENTS_MAX: usize = 16;
/// So many addresses are kept of where the report went and the mail came from.
const ROUTE_MAX: usize = 64;
/// So much is kept of the words of a server, in characters.
const WORDS_MAX: usize = 300;

/// What is said of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Of each recipient.
    pub recipients: Vec<Told>,
    /// The Message-ID of the mail, without its brackets, where it was returned.
    pub message_id: Option<String>,
    /// Addresses that the report went to, and that the mail came from: one of them may be signed by us.
    pub route: Vec<String>,
}

/// What is said of one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// How the recipient is called; the address that we wrote to comes first where it is named apart. May be empty in complaints.
    pub addresses: Vec<String>,
    /// What became of the mail.
    pub fate: Fate,
    /// The words of the server, on one line.
    pub words: String,
}

/// Why octets are no report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoReport {
    /// More than [`REPORT_MAX`].
    TooLong,
    /// A mail of another kind: an answer of a person, a notice of absence, spam.
    Other,
}

impl std::fmt::Display for NoReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLong => write!(f, "it is longer than {} KiB", REPORT_MAX / 1024),
            Self::Other => f.write_str("it is no report about a mail (RFC 3464, RFC 5965)"),
        }
    }
}

impl std::error::Error for NoReport {}

/// Reads a report.
///
/// # Errors
/// [`NoReport`].
pub fn read_report(octets: &[u8]) -> Result<Report, NoReport> {
    if octets.len() > REPORT_MAX {
        return Err(NoReport::TooLong);
    }
    let octets = without_mbox_line(octets);
    let message = MessageParser::default().parse(octets).ok_or(NoReport::Other)?;
    let outer = Fields::first(octets);
    let mut found = Found::default();
    found.route(&outer, ROUTE_OF_REPORT);
    for part in &message.parts {
        found.part(&part_kind(part), part.contents());
        if matches!(part.body, PartType::Message(_)) {
            found.returned(part.contents());
        }
    }
    if found.told.is_empty() {
        found.old_form(&outer, octets);
    }
    if found.told.is_empty() {
        return Err(NoReport::Other);
    }
    Ok(Report { recipients: found.told, message_id: found.message_id, route: found.route })
}

#[derive(Default)]
struct Found {
    told: Vec<Told>,
    message_id: Option<String>,
    route: Vec<String>,
}

impl Found {
    fn part(&mut self, kind: &str, content: &[u8]) {
        match kind {
            "message/delivery-status" | "message/global-delivery-status" => self.delivery(content),
            "message/feedback-report" => self.feedback(content),
            "text/rfc822-headers" | "message/rfc822-headers" | "message/global-headers" => {
                self.returned(content);
            }
            _ => {}
        }
    }

    /// RFC 3464: a block about the mail, then one for each recipient.
    fn delivery(&mut self, content: &[u8]) {
        for block in fields::blocks(content).take(RECIPIENTS_MAX + 1) {
            self.route(&block, &["x-postfix-sender"]);
            let named = ["original-recipient", "final-recipient"];
            let addresses: Vec<String> =
                named.iter().filter_map(|name| block.find(name)).filter_map(typed_address).collect();
            if addresses.is_empty() || self.told.len() >= RECIPIENTS_MAX {
                continue;
            }
            let text = |name| block.find(name).unwrap_or_default();
            let words = text("diagnostic-code");
            let fate = status::fate(text("action"), text("status"), words);
            self.told.push(Told { addresses, fate, words: one_line(words) });
        }
    }

    /// RFC 5965: a reader's complaint. Recipients are often left out of it.
    fn feedback(&mut self, content: &[u8]) {
        let Some(block) = fields::blocks(content).next() else { return };
        let kind = block.find("feedback-type").unwrap_or_default().trim().to_ascii_lowercase();
        self.route(&block, &["original-mail-from"]);
        let complains = matches!(kind.as_str(), "abuse" | "fraud" | "opt-out" | "other");
        if complains && self.told.len() < RECIPIENTS_MAX {
            let named = block.find("original-rcpt-to").and_then(bare_address);
            let addresses = named.into_iter().collect();
            self.told.push(Told { addresses, fate: Fate::Complaint, words: one_line(&kind) });
        }
    }

    /// The mail that came back, or its headers.
    fn returned(&mut self, content: &[u8]) {
        let block = Fields::first(content);
        self.route(&block, &["return-path"]);
        if self.message_id.is_none() {
            let id = block.find("message-id").map(|id| id.trim().trim_matches(['<', '>']).to_owned());
            self.message_id = id.filter(|id| !id.is_empty() && id.len() <= 998);
        }
    }

    /// Exim before 4.86, and who copies it: a text, and the address in a header. The mail follows its text.
    fn old_form(&mut self, outer: &Fields, octets: &[u8]) {
        let Some(failed) = outer.find("x-failed-recipients") else { return };
        let text =
            String::from_utf8_lossy(octets.get(..octets.len().min(16 * 1024)).unwrap_or_default());
        let body =
            text.split_once("\n\n").or_else(|| text.split_once("\r\n\r\n")).map_or("", |(_, b)| b);
        let words = body.lines().map(str::trim).find(|line| status::reply_code(line).is_some());
        let words = words.unwrap_or_default();
        let fate = status::fate("failed", "", words);
        for address in failed.split(',').filter_map(bare_address).take(RECIPIENTS_MAX) {
            self.told.push(Told { addresses: vec![address], fate, words: one_line(words) });
        }
        let mail_id = body.lines().find_map(|line| {
            line.strip_prefix("Message-ID:").or_else(|| line.strip_prefix("Message-Id:"))
        });
        self.message_id =
            mail_id.map(|id| id.trim().trim_matches(['<', '>']).to_owned()).filter(|id| !id.is_empty());
    }

    fn route(&mut self, block: &Fields, names: &[&str]) {
        for value in names.iter().flat_map(|name| block.all(name)) {
            let parts =
                value.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | ';' | ',' | '"'));
            for address in parts.filter(|part| part.contains('@') && part.len() <= 320) {
                if self.route.len() < ROUTE_MAX {
                    self.route.push(address.to_owned());
                }
            }
        }
    }
}

/// Where servers write whom a mail went to.
const ROUTE_OF_REPORT: &[&str] =
    &["delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "to"];

fn part_kind(part: &mail_parser::MessagePart<'_>) -> String {
    let Some(kind) = part.content_type() else { return String::new() };
    let sub = kind.subtype().unwrap_or_default();
    format!("{}/{sub}", kind.ctype()).to_ascii_lowercase()
}

/// A program that hands a mail on may have put the line of an mbox file before it.
fn without_mbox_line(octets: &[u8]) -> &[u8] {
    if !octets.starts_with(b"From ") {
        return octets;
    }
    let end = octets.iter().position(|byte| *byte == b'\n').map_or(octets.len(), |at| at + 1);
    octets.get(end..).unwrap_or_default()
}

/// `rfc822; address`, where the address may be written in xtext (RFC 3461 §4).
fn typed_address(value: &str) -> Option<String> {
    let (kind, address) = value.split_once(';')?;
    let known = ["rfc822", "utf-8", "smtp"].iter().any(|known| kind.trim().eq_ignore_ascii_case(known));
    if !known {
        return None;
    }
    bare_address(address)
}

/// An address without brackets, and without the quotes that the forms of some carriers need in envelopes.
fn bare_address(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(['<', '>']);
    let (local, domain) = text.rsplit_once('@')?;
    let inner = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let local = inner.map_or(local.to_owned(), |inner| inner.replace('\\', ""));
    let good = !local.is_empty() && !domain.is_empty() && text.len() <= 320;
    good.then(|| format!("{local}@{domain}"))
}

fn one_line(words: &str) -> String {
    let clean = words.split_whitespace().collect::<Vec<_>>().join(" ");
    clean.chars().filter(|c| !c.is_control()).take(WORDS_MAX).collect()
}

#[cfg(test)]
mod tests;
