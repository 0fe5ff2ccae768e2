//! Out of the house: a finished letter becomes one mail for one person, and leaves by SMTP; what an endpoint of the service is
//! told leaves as a signed webhook.
//!
//! This crate knows no rule and no other crate of genkan: who gets which letter, and how often it is tried
//! again, is decided elsewhere. It is here so that the wire (RFC 5321, 5322, 2045 to 2047) is known in one place.
//! What must never happen: a value that breaks out of its header or its command, a mail to any other
//! address than the stored one, a password or a letter over a connection that was meant to be encrypted and is
//! not, a wait without end, and a fault of the relay that is blamed on the mail.

#![cfg_attr(
    not(test),
    deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)
)]

mod address;
mod compose;
mod connection;
mod dkim;
mod dns;
mod encoded_word;
mod fault;
mod japanese;
mod line_stream;
mod record;
mod report;
mod smtp;
mod standing;
mod webhook;

use std::sync::Arc;

pub use address::{AddressFault, CarrierAddresses};
pub use compose::{ComposeFault, Composed, Style, Taker, compose};
pub use dkim::{KeyFault, KeyKind, Signer, SignerFault, SigningKey, Unsigned, public_record};
pub use dns::{DnsFault, Resolver};
pub use fault::SendFault;
pub use japanese::{Japanese, is_in_iso_2022_jp};
pub use record::{Record, RecordKind};
pub use report::{Fate, NoReport, REPORT_MAX, Report, Told, fate_of, fate_of_reply, read_report};
pub use smtp::{Fault, PlainRule, Smtp, SmtpOptions};
pub use standing::{Finding, Standing, StandingOptions, examine};
pub use webhook::{
    BackChannel, Lookup, Notice, Reach, Taken, Webhook, WebhookFault, WebhookOptions, WebhookSecret,
    WebhookSetting, rfc3339,
};

/// A finished letter. It has no `Debug`: its text may hold a code.
#[derive(Clone)]
pub struct Letter {
    /// Left part of the Message-ID; the same at every attempt, so that a mail delivered twice is known as one.
    pub id: String,
    /// When the letter was written, in milliseconds since 1970 (UTC).
    pub date_ms: i64,
    /// The stored address, exactly.
    pub to: String,
    /// Where it comes back to, if not to the sender's address.
    pub return_path: Option<String>,
    /// Subject, any language. No text of a user belongs here.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// Language tag of the letter: `ja` or `en`.
    pub language: String,
}

/// Who writes: the service.
#[derive(Clone, Debug)]
pub struct Sender {
    /// Display name, any language.
    pub name: String,
    /// Address in From and in the envelope; bounces go there.
    pub address: String,
    /// Right part of the Message-ID.
    pub message_id_domain: String,
    /// Where answers of people go, if not to `address`.
    pub reply_to: Option<String>,
    /// IANA zone of the Date header, e.g. `Asia/Tokyo`.
    pub time_zone: String,
    /// Signs every mail, where there is one.
    pub signer: Option<Arc<Signer>>,
    /// How it writes.
    pub style: Style,
}

/// What the other side said when it took the mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Its reply, on one line, without control characters.
    pub reply: String,
}

/// Takes finished letters on this machine (the mailbox of the development mode).
pub type Handover = Arc<dyn Fn(&Letter, &Composed) + Send + Sync>;

/// The way out of the house.
#[derive(Clone)]
pub enum Outlet {
    /// To a relay.
    Smtp(Smtp),
    /// To a mailbox in this process.
    Handover(Handover),
}

impl Outlet {
    /// Composes the letter and lets it out.
    ///
    /// # Errors
    /// [`SendFault`]. A letter that cannot be composed is `Permanent` with the code 0 (no relay was asked) or, if its
    /// address is at fault, 553; a sender that cannot be written is `Relay`: it concerns every mail.
    pub async fn send(&self, letter: &Letter, sender: &Sender) -> Result<Receipt, SendFault> {
        let composed = compose(letter, sender).map_err(SendFault::from)?;
        match self {
            Self::Smtp(smtp) => smtp.send(&composed).await,
            Self::Handover(take) => {
                take(letter, &composed);
                Ok(Receipt { reply: "handed over".to_owned() })
            }
        }
    }

    /// Whether the way is open (for `doctor` and the readiness check). Nothing is sent.
    ///
    /// # Errors
    /// [`SendFault`], never `Permanent`.
    pub async fn probe(&self) -> Result<(), SendFault> {
        match self {
            Self::Smtp(smtp) => smtp.probe().await,
            Self::Handover(_) => Ok(()),
        }
    }
}
