//! A letter becomes the octets of a mail.
//!
//! The headers and the MIME frame are written here rather than by a library because every value is checked on
//! its way in, the Date is in the zone of the service, and the same letter always gives the same octets (a
//! retry, and the signature over them). Bodies are base64, or plain lines of which none can be a boundary, a
//! header or the end of the mail (security.md C5, C6).
//! What must never happen: a control character in a header, text of a user in a header other than the
//! address, a second recipient.

use std::{borrow::Cow, fmt};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{Timestamp, fmt::rfc2822, tz::TimeZone};

use crate::{
    Letter, Sender,
    address::{AddressFault, CarrierAddresses, check_domain, is_dot_atom, on_the_wire},
    encoded_word::{phrase, unstructured},
    japanese::{self, Japanese},
};

/// RFC 2045 §6.8: characters of base64 on a line.
const BASE64_LINE: usize = 76;
/// Cannot occur in base64, which has neither `_` nor a leading `-`.
const BOUNDARY: &str = "=_genkan_alternative";
/// RFC 5322 §2.1.1 allows 998 octets on a line; an id has no need of more than this.
const ID_LIMIT: usize = 200;
/// RFC 5646 tags in use are far shorter.
const LANGUAGE_LIMIT: usize = 35;
/// RFC 5321 §4.5.3.1.6, without the CRLF.
const LINE_LIMIT: usize = 998;

/// How mails are written, for those who take them and those who read them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Who takes them.
    pub taker: Taker,
    /// How old carrier addresses are spelled.
    pub carrier_addresses: CarrierAddresses,
    /// In which letters Japanese mails are written.
    pub japanese: Japanese,
}

/// A relay that wants to be told something in each mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Taker {
    /// Nothing.
    #[default]
    Any,
    /// Postmark: to leave the Message-ID as it is, and to name it when it reports on the mail, where it else names one of its own.
    Postmark,
}

/// The letters of one mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Charset {
    Utf8,
    Iso2022Jp,
}

impl Charset {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Iso2022Jp => "iso-2022-jp",
        }
    }

    /// Text in these letters. That ISO-2022-JP has them was asked before it was chosen.
    pub(crate) fn octets(self, text: &str) -> Cow<'_, [u8]> {
        match self {
            Self::Utf8 => Cow::Borrowed(text.as_bytes()),
            Self::Iso2022Jp => Cow::Owned(japanese::encoded(text).unwrap_or_default()),
        }
    }

    /// One for the whole mail: some readers take the letters of one part for those of the other.
    fn of(letter: &Letter, sender: &Sender) -> Self {
        let texts = [&letter.subject, &letter.text, &letter.html, &sender.name];
        let wanted = sender.style.japanese == Japanese::Iso2022Jp && letter.language == "ja";
        if wanted && texts.into_iter().all(|text| japanese::is_in_iso_2022_jp(text)) {
            Self::Iso2022Jp
        } else {
            Self::Utf8
        }
    }
}

/// A mail ready for the wire. It has no `Debug`: its text may hold a code.
#[derive(Clone)]
#[non_exhaustive]
pub struct Composed {
    /// MAIL FROM, without angle brackets.
    pub envelope_from: String,
    /// The one RCPT TO, without angle brackets: the stored address, quoted if RFC 5321 asks for it.
    pub envelope_to: String,
    /// The mail: ASCII only, lines of at most 998 octets, every one ended by CRLF.
    pub bytes: Vec<u8>,
}

/// Why a letter cannot become a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ComposeFault {
    /// The address of the reader.
    To(AddressFault),
    /// The address of the service: From or Reply-To.
    Sender(AddressFault),
    /// The display name of the service holds a control or a direction override.
    SenderName,
    /// The domain of the Message-ID is none.
    MessageIdDomain,
    /// The zone is not known.
    TimeZone(String),
    /// The id is not a dot-atom of RFC 5322, or too long.
    Id,
    /// The date is outside of years 1 to 9999.
    Date,
    /// The subject holds a control or a direction override.
    Subject,
    /// The language is not a language tag.
    Language,
    /// The mail cannot be signed.
    Signature,
}

impl ComposeFault {
    /// Whether the fault is one of the service's own settings and so concerns every mail.
    #[must_use]
    pub fn is_of_the_sender(&self) -> bool {
        matches!(
            self,
            Self::Sender(_)
                | Self::SenderName
                | Self::MessageIdDomain
                | Self::TimeZone(_)
                | Self::Signature
        )
    }
}

impl fmt::Display for ComposeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::To(fault) => write!(f, "recipient: {fault}"),
            Self::Sender(fault) => write!(f, "sender: {fault}"),
            Self::SenderName => f.write_str("the sender's name holds a control character"),
            Self::MessageIdDomain => f.write_str("the domain of the Message-ID is not a domain"),
            Self::TimeZone(zone) => write!(f, "the time zone {zone:?} is not known"),
            Self::Id => f.write_str("the id of the letter cannot be a Message-ID"),
            Self::Date => f.write_str("the date of the letter cannot be written"),
            Self::Subject => f.write_str("the subject holds a control character"),
            Self::Language => f.write_str("the language of the letter is not a language tag"),
            Self::Signature => f.write_str("the mail cannot be signed"),
        }
    }
}

impl std::error::Error for ComposeFault {}

/// Writes the mail. The same letter and sender always give the same octets.
///
/// # Errors
/// [`ComposeFault`] if any value cannot stand in its place; nothing is repaired or cut off.
pub fn compose(letter: &Letter, sender: &Sender) -> Result<Composed, ComposeFault> {
    let own =
        |address: &str| on_the_wire(address, CarrierAddresses::Quoted).map_err(ComposeFault::Sender);
    let charset = Charset::of(letter, sender);
    let old = sender.style.carrier_addresses;
    let envelope_to = on_the_wire(&letter.to, old).map_err(ComposeFault::To)?;
    let address = own(&sender.address)?;
    let back_to = letter.return_path.as_deref().map(own);
    let envelope_from = back_to.transpose()?.unwrap_or(address.clone());
    let mut mail = String::new();
    header(&mut mail, "From", &from(sender, &address, charset)?);
    header(&mut mail, "To", &envelope_to);
    if let Some(reply_to) = &sender.reply_to {
        header(&mut mail, "Reply-To", &own(reply_to)?);
    }
    header(&mut mail, "Subject", &subject(&letter.subject, charset)?);
    header(&mut mail, "Date", &date(letter.date_ms, &sender.time_zone)?);
    let id = message_id(letter, sender)?;
    header(&mut mail, "Message-ID", &id);
    if sender.style.taker == Taker::Postmark {
        header(&mut mail, "X-PM-KeepID", "true");
        header(&mut mail, "X-PM-Metadata-genkan", &id);
    }
    // RFC 3834 §5, and its counterpart for Exchange: no automatic answers.
    header(&mut mail, "Auto-Submitted", "auto-generated");
    header(&mut mail, "X-Auto-Response-Suppress", "All");
    header(&mut mail, "Content-Language", language(&letter.language)?);
    header(&mut mail, "MIME-Version", "1.0");
    let kind = format!("multipart/alternative;\r\n boundary=\"{BOUNDARY}\"");
    header(&mut mail, "Content-Type", &kind);
    mail.push_str("\r\n");
    // RFC 2046 §5.1.4: the plainest first, the best last.
    part(&mut mail, ("text/plain", charset), &letter.text);
    let html = letter.html.replacen(SAID, &SAID.replace("utf-8", charset.name()), 1);
    part(&mut mail, ("text/html", charset), &html);
    mail.push_str(&format!("--{BOUNDARY}--\r\n"));
    if let Some(signer) = &sender.signer {
        // The time of the letter and not of the try: a retry is the same mail to the last octet.
        let at_s = u64::try_from(letter.date_ms / 1_000).map_err(|_negative| ComposeFault::Date)?;
        let signatures = signer.sign(mail.as_bytes(), at_s).map_err(|_| ComposeFault::Signature)?;
        mail.insert_str(0, &signatures);
    }
    Ok(Composed { envelope_from, envelope_to, bytes: mail.into_bytes() })
}

fn header(mail: &mut String, name: &str, value: &str) {
    mail.push_str(name);
    mail.push_str(": ");
    mail.push_str(value);
    mail.push_str("\r\n");
}

fn from(sender: &Sender, address: &str, charset: Charset) -> Result<String, ComposeFault> {
    if sender.name.is_empty() {
        return Ok(address.to_owned());
    }
    if !is_line(&sender.name) {
        return Err(ComposeFault::SenderName);
    }
    let name = phrase(&sender.name, "From: ".len(), charset);
    // A line of its own for the address: the words before it may fill theirs.
    Ok(format!("{name}\r\n <{address}>"))
}

fn subject(text: &str, charset: Charset) -> Result<String, ComposeFault> {
    let line = is_line(text).then(|| unstructured(text, "Subject: ".len(), charset));
    line.ok_or(ComposeFault::Subject)
}

fn date(date_ms: i64, zone: &str) -> Result<String, ComposeFault> {
    let zone = TimeZone::get(zone).map_err(|_unknown| ComposeFault::TimeZone(zone.to_owned()))?;
    let at = Timestamp::from_millisecond(date_ms).map_err(|_range| ComposeFault::Date)?;
    rfc2822::to_string(&at.to_zoned(zone)).map_err(|_range| ComposeFault::Date)
}

fn message_id(letter: &Letter, sender: &Sender) -> Result<String, ComposeFault> {
    if letter.id.len() > ID_LIMIT || !is_dot_atom(&letter.id) {
        return Err(ComposeFault::Id);
    }
    let domain = &sender.message_id_domain;
    check_domain(domain).map_err(|_any| ComposeFault::MessageIdDomain)?;
    Ok(format!("<{}@{domain}>", letter.id))
}

fn language(tag: &str) -> Result<&str, ComposeFault> {
    let well_formed = tag
        .split('-')
        .all(|piece| !piece.is_empty() && piece.bytes().all(|b| b.is_ascii_alphanumeric()));
    if well_formed && tag.len() <= LANGUAGE_LIMIT { Ok(tag) } else { Err(ComposeFault::Language) }
}

/// One line of text: no controls, no Unicode line ends, nothing that turns the direction of what follows.
fn is_line(text: &str) -> bool {
    !text
        .chars()
        .any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}'))
}

fn part(mail: &mut String, (kind, charset): (&str, Charset), body: &str) {
    mail.push_str(&format!("--{BOUNDARY}\r\n"));
    header(mail, "Content-Type", &format!("{kind}; charset={}", charset.name()));
    // RFC 2045 §6.8: line ends are CRLF before the encoding.
    let lines = body.replace("\r\n", "\n").replace('\n', "\r\n");
    let octets = charset.octets(&lines);
    // Old telephones read ISO-2022-JP as it stands, and some read it no other way (RFC 1468: no encoding is needed).
    let plain = charset == Charset::Iso2022Jp && kind == "text/plain" && is_harmless(&octets);
    if let (true, Ok(plain)) = (plain, str::from_utf8(&octets)) {
        header(mail, "Content-Transfer-Encoding", "7bit");
        mail.push_str("\r\n");
        mail.push_str(plain);
        mail.push_str("\r\n");
        return;
    }
    header(mail, "Content-Transfer-Encoding", "base64");
    mail.push_str("\r\n");
    let mut column = 0;
    for character in STANDARD.encode(&octets).chars() {
        if column == BASE64_LINE {
            mail.push_str("\r\n");
            column = 0;
        }
        mail.push(character);
        column += 1;
    }
    mail.push_str("\r\n");
}

/// Whether no line is too long, could be taken for a boundary or the end of the mail, or would be written anew on the way.
fn is_harmless(octets: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(octets) else { return false };
    text.split("\r\n").all(|line| {
        let starts = ["--", ".", "From "].iter().any(|start| line.starts_with(start));
        let seen = |byte: u8| matches!(byte, b'\t' | 0x1b | 0x20..0x7f);
        line.len() <= LINE_LIMIT && !starts && line.bytes().all(seen)
    })
}

/// How an HTML part says again in which letters it is.
const SAID: &str = "<meta charset=\"utf-8\">";
