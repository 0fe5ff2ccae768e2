//! Mails as operators see them: what became of each, and what the relay said.
//!
//! Read alone. Codes and numbers are in no row of the outbox, and what could lead to one (a challenge, a number's id) is
//! not read here either. What must never happen: a mail that is changed because somebody looked at it.

use accounts::{AccountId, DecisionId, Email, Instant, Locale, MailKind};

use crate::driver::{Row, Statement, Tx};
use crate::fault::Fault;
use crate::outbox::{MailId, State};
use crate::sql;
use crate::suppressed::Reported;
use crate::text::{Read, bytes};

/// What has become of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailState {
    /// To be sent.
    Waiting,
    /// Taken by the relay.
    Sent,
    /// Not to be tried again.
    GivenUp,
    /// Useless before it was sent.
    Dropped,
}

impl MailState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Sent, Self::GivenUp, Self::Dropped];

    /// Its spelling, which is that of the rows.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => State::Sent.word(),
            Self::GivenUp => State::GivenUp.word(),
            Self::Dropped => State::Dropped.word(),
        }
    }
}

/// A mail of the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptMail {
    /// Which.
    pub id: MailId,
    /// Why it was written.
    pub kind: MailKind,
    /// To whom.
    pub to: Email,
    /// Its language.
    pub locale: Locale,
    /// Whose account it is about, if about one.
    pub account: Option<AccountId>,
    /// When it was written.
    pub written_at: Instant,
    /// What has become of it.
    pub state: MailState,
    /// While it waits: when it may be taken. When it has ended: when that was.
    pub due_at: Instant,
    /// How often it was tried.
    pub tries: u32,
    /// When what it says is over.
    pub useless_at: Option<Instant>,
    /// Whether a worker has it now.
    pub on_its_way: bool,
    /// What the relay said last, or why there was no answer of it.
    pub reply: Option<String>,
    /// What was said of it after the relay had taken it, when, and in which words.
    pub report: Option<(Reported, Instant, String)>,
}

/// The mails in a state, to one address or to all: those first that are due, or ended, last. At most `limit`.
pub(crate) async fn list(
    tx: &mut dyn Tx,
    state: MailState,
    to: Option<&Email>,
    limit: i64,
) -> Result<Vec<KeptMail>, Fault> {
    let rows = match to {
        Some(to) => tx.query(&KEPT_TO, &[state.word().into(), to.key().into(), limit.into()]).await?,
        None => tx.query(&KEPT, &[state.word().into(), limit.into()]).await?,
    };
    rows.iter().map(read).collect()
}

/// One mail.
pub(crate) async fn find(tx: &mut dyn Tx, id: MailId) -> Result<Option<KeptMail>, Fault> {
    let rows = tx.query(&KEPT_ONE, &[bytes(&id.decision.0), id.n.into()]).await?;
    rows.first().map(read).transpose()
}

fn read_report(row: &Row) -> Result<Option<(Reported, Instant, String)>, Fault> {
    let Some(reported) = Reported::read(row)? else { return Ok(None) };
    let words = row.maybe_text("report_words")?.unwrap_or_default().to_owned();
    Ok(Some((reported, row.instant("reported_at")?, words)))
}

fn read(row: &Row) -> Result<KeptMail, Fault> {
    let word = row.text("state")?;
    let state = MailState::ALL.into_iter().find(|state| state.word() == word);
    Ok(KeptMail {
        id: MailId { decision: DecisionId(row.array("decision")?), n: row.int("n")? },
        kind: row.word("kind")?,
        to: row.email("recipient")?,
        locale: row.word("locale")?,
        account: row.maybe_array("account_id")?.map(AccountId),
        written_at: row.instant("written_at")?,
        state: state.ok_or_else(|| row.fault("state", "an unknown word"))?,
        due_at: row.instant("due_at")?,
        tries: row.count("tries")?,
        useless_at: row.maybe_instant("useless_at")?,
        on_its_way: row.maybe_bytes("worker")?.is_some(),
        reply: row.maybe_text("reply")?.filter(|reply| !reply.is_empty()).map(str::to_owned),
        report: read_report(row)?,
    })
}

pub(crate) const STATEMENTS: &[Statement] = &[KEPT, KEPT_TO, KEPT_ONE];

const KEPT: Statement = sql!("mail/kept", [Text, Int]);
const KEPT_TO: Statement = sql!("mail/kept_to", [Text, Text, Int]);
const KEPT_ONE: Statement = sql!("mail/kept_one", [Bytes, Int]);
