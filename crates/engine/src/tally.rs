//! What the counter counts and measures, and how it is told.
//!
//! Decisions are counted after their commit, so a figure never tells of what was not kept. Nothing in here may name a
//! member, an address or a network: labels are words of the source, and the names of configured providers.

mod endpoints;
mod looks;
pub(crate) mod names;

use std::sync::Mutex;
use std::time::{Duration, Instant};

use accounts::{Decision, MailKind, Outcome, Provider};
use delivery::SendFault;
use figures::{Counters, Figures, LONG, Span, Spans, Word};
use store::{Reported, SuppressedCounts, Swept, WaitingAnnouncements, WaitingMails};

use crate::answer::{Answer, Refusal};
use crate::returns::Heard;

use endpoints::Endpoints;

pub(crate) use endpoints::NoticeEnd;
pub(crate) use looks::ask_word;

/// What the counter counts and measures.
pub(crate) struct Tally {
    decisions: Counters<2>,
    changes: Counters<1>,
    refusals: Counters<1>,
    sign_ins: Counters<2>,
    mails: Counters<2>,
    mail_reports: Counters<1>,
    mails_put_off: Counters<1>,
    receivers_eased: Counters<1>,
    mail_delay: Span,
    mail_send: Span,
    relay: Counters<2>,
    provider_requests: Counters<3>,
    provider_time: Spans<1>,
    breached: Counters<1>,
    passkeys: Counters<1>,
    swept: Counters<1>,
    upkeep: Counters<1>,
    endpoints: Endpoints,
    seen: Mutex<Seen>,
}

/// What was last seen of things that are looked at.
#[derive(Clone, Default)]
struct Seen {
    /// What waits in the outbox; `None` where the database did not tell.
    waiting: Option<Vec<WaitingMails>>,
    /// What waits to be told to endpoints.
    announcements: Vec<WaitingAnnouncements>,
    /// What was said of mails within a day.
    reported: Vec<(Reported, u64)>,
    /// Addresses that are written to with care.
    suppressed: SuppressedCounts,
    /// Whether the database answered.
    database: Option<bool>,
    /// When upkeep last ended well, in seconds since 1970.
    upkeep: Option<f64>,
    /// Mails on their way, and how many there may be.
    mails: (u64, u64),
}

/// What became of a mail that was taken up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MailEnd {
    Sent,
    Again,
    GivenUp,
    Dropped,
}

/// What a provider was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Where its page is.
    Page,
    /// What a browser's code stands for.
    Redeem,
    /// Whether an app's token is its own.
    Token,
    /// Whether a report is its own.
    Report,
    /// To take a token back.
    Revoke,
}

/// How that went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answered {
    Taken,
    Refused,
    Unreachable,
}

impl Tally {
    pub(crate) fn new() -> Self {
        let mails = Counters::new(["kind", "result"]);
        for kind in MailKind::ALL {
            // An alert sees the first one that is given up.
            let _begun = mails.of([Word::from(kind.name()), Word::from(mail_end(MailEnd::GivenUp))]);
        }
        Self {
            decisions: Counters::new(["command", "outcome"]),
            changes: Counters::new(["change"]).beginning(&WATCHED),
            refusals: Counters::new(["code"]),
            sign_ins: Counters::new(["method", "result"]),
            mails,
            mail_reports: Counters::new(["report"]).beginning(&REPORTS),
            mails_put_off: Counters::new(["receiver"]),
            receivers_eased: Counters::new(["receiver"]),
            mail_delay: Span::new(LONG),
            mail_send: Span::new(LONG),
            relay: Counters::new(["stage", "fault"]),
            provider_requests: Counters::new(["provider", "asked", "result"]),
            provider_time: Spans::new(["provider"], LONG),
            breached: Counters::new(["result"]).beginning(&["clean", "breached", "unreachable"]),
            passkeys: Counters::new(["refusal"]),
            swept: Counters::new(["table"]),
            upkeep: Counters::new(["result"]).beginning(&["done", "failed"]),
            endpoints: Endpoints::new(),
            seen: Mutex::default(),
        }
    }

    /// A decision was kept.
    pub(crate) fn decided(&self, decided: &Decided) {
        self.decisions.one([Word::from(decided.command), Word::from(decided.outcome)]);
        for change in &decided.changes {
            self.changes.one([Word::from(*change)]);
        }
    }

    /// An attempt was refused before there was anything to decide.
    pub(crate) fn turned_away(&self, refusal: Refusal) {
        self.refusals.one([Word::from(refusal.code())]);
    }

    /// Somebody tried to sign in by this method.
    pub(crate) fn signed_in(&self, method: impl Into<Word>, answer: &Answer) {
        let result = match answer {
            Answer::Welcome(_) => "welcome",
            Answer::IdentityFree { .. } => "identity-free",
            Answer::OfferMade { .. } => "offer-made",
            Answer::Refused(refusal) => refusal.code(),
            _ => "other",
        };
        self.sign_ins.one([method.into(), Word::from(result)]);
    }

    /// A report about a mail was heard.
    pub(crate) fn report_heard(&self, heard: Heard) {
        self.mail_reports.one([Word::from(heard.word())]);
    }

    /// A mail was put off, for its receiver gets no more for now. Only receivers of the settings have names here.
    pub(crate) fn mail_put_off(&self, receiver: &str) {
        self.mails_put_off.one([Word::listed(receiver)]);
    }

    /// A receiver has asked for fewer mails.
    pub(crate) fn receiver_eased(&self, receiver: &str) {
        self.receivers_eased.one([Word::listed(receiver)]);
    }

    /// A mail was taken up, and this came of it.
    pub(crate) fn mail(&self, kind: MailKind, end: MailEnd) {
        self.mails.one([Word::from(kind.name()), Word::from(mail_end(end))]);
    }

    /// A mail left this long after it was written.
    pub(crate) fn mail_left(&self, after: Duration) {
        self.mail_delay.took(after);
    }

    /// A mail was handed over, and this is why it was not taken, if it was not.
    pub(crate) fn handed_over(&self, took: Duration, fault: Option<&SendFault>) {
        self.mail_send.took(took);
        if let Some(fault) = fault {
            self.relay.one([Word::from(fault.stage()), Word::from(send_fault(fault))]);
        }
    }

    /// A provider was asked.
    pub(crate) fn asked(&self, provider: Provider, asked: Asked, answered: Answered, began: Instant) {
        let name = provider_word(provider);
        self.provider_time.took([name.clone()], began.elapsed());
        let words = [name, Word::from(asked_word(asked)), Word::from(answered_word(answered))];
        self.provider_requests.one(words);
    }

    /// The service of breached passwords was asked.
    pub(crate) fn breached(&self, result: &'static str) {
        self.breached.one([Word::from(result)]);
    }

    /// A passkey's message was not taken.
    pub(crate) fn passkey_refused(&self, refusal: verifiers::passkey::Refusal) {
        self.passkeys.one([Word::from(refusal.name())]);
    }

    /// Rows were swept away.
    pub(crate) fn swept(&self, swept: &Swept) {
        for (table, rows) in swept.by_table() {
            self.swept.add([Word::from(table)], rows);
        }
    }

    /// A round of upkeep ended.
    pub(crate) fn upkeep(&self, end: Result<f64, ()>) {
        let word = if end.is_ok() { "done" } else { "failed" };
        self.upkeep.one([Word::from(word)]);
        if let Ok(at) = end {
            self.seen().upkeep = Some(at);
        }
    }

    /// Registers all of it.
    pub(crate) fn tell(self: &std::sync::Arc<Self>, figures: &mut Figures) {
        figures.counters("genkan_decisions", "Decisions that were kept", &self.decisions);
        figures.counters("genkan_changes", "Changes that decisions have written", &self.changes);
        let help = "Attempts refused before there was anything to decide, by their public code";
        figures.counters("genkan_refusals_before_decision", help, &self.refusals);
        let help = "Attempts to sign in, by method and what the asker heard";
        figures.counters("genkan_sign_ins", help, &self.sign_ins);
        let help = "Mails that were taken up, by what came of it";
        figures.counters("genkan_mails", help, &self.mails);
        let help = "From a mail being written to the relay taking it";
        let told = "Reports about mails that had left, heard by this process, by what came of them";
        figures.counters("genkan_mail_reports", told, &self.mail_reports);
        let off = "Times a mail was put off because its receiver gets no more for now";
        figures.counters("genkan_mails_put_off", off, &self.mails_put_off);
        let eased = "Times a receiver said that it gets too many mails";
        figures.counters("genkan_receivers_eased", eased, &self.receivers_eased);
        figures.span("genkan_mail_delay", help, &self.mail_delay);
        figures.span("genkan_mail_send", "Handing a mail to the relay", &self.mail_send);
        let help = "Mails that the relay did not take, by how far the talk had come";
        figures.counters("genkan_relay_refusals", help, &self.relay);
        let help = "Questions to providers, and how they went";
        figures.counters("genkan_provider_requests", help, &self.provider_requests);
        let help = "How long providers took to answer";
        figures.spans("genkan_provider_request", help, &self.provider_time);
        let help = "Questions to the service of breached passwords";
        figures.counters("genkan_breached_requests", help, &self.breached);
        let help = "Messages of passkeys that were not taken, by the check that failed";
        figures.counters("genkan_passkey_refusals", help, &self.passkeys);
        figures.counters("genkan_swept_rows", "Rows whose time was over, taken away", &self.swept);
        figures.counters("genkan_upkeep", "Rounds of upkeep, one a minute", &self.upkeep);
        self.tell_endpoints(figures);
        self.tell_looks(figures);
    }
}

impl Default for Tally {
    fn default() -> Self {
        Self::new()
    }
}

/// What is counted of a decision, noted while it is made and counted when it is kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Decided {
    pub(crate) command: &'static str,
    pub(crate) outcome: &'static str,
    pub(crate) changes: Vec<&'static str>,
}

impl Decided {
    pub(crate) fn new(command: &'static str, decision: &Decision) -> Self {
        let changes = decision.events.iter().map(names::event).collect();
        Self { command, outcome: names::outcome(&decision.outcome), changes }
    }

    /// The line of the log. A step inside of another (a ticket, a check to be repeated, a session in use) is told only to
    /// whoever asks for more, unless it is the end.
    pub(crate) fn log(&self, outcome: &Outcome) {
        let Self { command, outcome: word, changes } = self;
        let changes = changes.join(" ");
        let inner = matches!(outcome, Outcome::Paid(_) | Outcome::Stale)
            || matches!(*command, "touch-session" | "return-guess");
        if inner {
            tracing::debug!(command, outcome = word, changes, "decided");
        } else {
            tracing::info!(command, outcome = word, changes, "decided");
        }
    }
}

/// Changes that are told from nought on, since an alert or a graph waits for the first of them.
const WATCHED: [&str; 6] =
    ["account-created", "locked", "passkey-doubted", "session-started", "unlocked", "withdrawn"];

/// What is heard of mails that had left.
const REPORTS: [&str; 8] =
    ["delayed", "refused", "bounced", "complained", "arrived", "known", "not-ours", "unreadable"];

/// Only configured providers are ever asked, so their names are a list of the operator's.
pub(crate) fn provider_word(provider: Provider) -> Word {
    Word::listed(provider.as_str())
}

const fn mail_end(end: MailEnd) -> &'static str {
    match end {
        MailEnd::Sent => "sent",
        MailEnd::Again => "retried",
        MailEnd::GivenUp => "given-up",
        MailEnd::Dropped => "dropped",
    }
}

const fn send_fault(fault: &SendFault) -> &'static str {
    match fault {
        SendFault::Temporary { .. } => "temporary",
        SendFault::Permanent { .. } => "permanent",
        SendFault::Relay { .. } => "relay",
    }
}

const fn asked_word(asked: Asked) -> &'static str {
    match asked {
        Asked::Page => "page",
        Asked::Redeem => "redeem",
        Asked::Token => "token",
        Asked::Report => "report",
        Asked::Revoke => "revoke",
    }
}

const fn answered_word(answered: Answered) -> &'static str {
    match answered {
        Answered::Taken => "taken",
        Answered::Refused => "refused",
        Answered::Unreachable => "unreachable",
    }
}
