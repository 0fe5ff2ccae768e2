//! The outbox: mails that decisions have written, taken by workers under a lease.
//!
//! A mail that waits has one time from which on it may be taken, `due_at`; taking it moves that time to the end of the
//! lease, so a worker that dies loses the mail by itself. Only the word of the worker that took it last counts. A mail
//! may go out twice (a worker dies between the relay's answer and its own word), but is never lost.

use std::collections::BTreeSet;
use std::sync::Arc;

use accounts::rules::pace::Paces;
use accounts::{
    AccountId, Challenge, ChallengeId, DecisionId, Email, Instant, Mail, MailKind, Methods, Millis,
    Number, NumberId, Origin,
};

use crate::driver::{Question, Row, Statement, Tx};
use crate::fault::Fault;
use crate::load::{find_challenge, find_number, methods_of};
use crate::questions::Questions;
use crate::text::{Read, bytes};
use crate::{pace, sql};

/// Which mail: the decision that wrote it, and its number under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MailId {
    /// The decision.
    pub decision: DecisionId,
    /// From 0 on.
    pub n: i64,
}

/// A mail that was claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingMail {
    /// Which.
    pub id: MailId,
    /// What to send.
    pub mail: Mail,
    /// The code it carries, if it carries one that is still kept (codes are kept for 24 hours).
    pub challenge: Option<Challenge>,
    /// The number it carries, if it carries one that is still kept.
    pub number: Option<Number>,
    /// The login methods of its account: a letter tells how it signs in, and speaks of no password where there is none.
    pub methods: Option<Methods>,
    /// How often it was claimed, this time included.
    pub tries: u32,
    /// When it was written.
    pub written_at: Instant,
}

/// What was found to be due.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimedMails {
    /// Mails to send.
    pub mails: Vec<OutgoingMail>,
    /// Receivers for whom others were put off, once for each mail.
    pub put_off: Vec<String>,
}

/// Whether the worker still held the mail when it spoke about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lease {
    /// It did, and its word was written down.
    Held,
    /// Its lease had run out and the mail is somebody else's: nothing was changed.
    Lost,
}

/// How many mails are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailCounts {
    /// To be sent.
    pub waiting: u64,
    /// Taken by the relay.
    pub sent: u64,
    /// Not to be tried again.
    pub given_up: u64,
    /// Useless before they were sent.
    pub dropped: u64,
}

/// What waits of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitingMails {
    /// Which letter.
    pub kind: MailKind,
    /// How many; those beyond the first hundred thousand of all kinds are not counted.
    pub mails: u64,
    /// How long ago the oldest of them was written.
    pub oldest: Millis,
    /// How long ago the first of them was due; nought where none is.
    pub overdue: Millis,
}

/// An end of the line of mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Oldest,
    Newest,
}

/// How a mail ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Sent,
    GivenUp,
    Dropped,
}

impl State {
    /// Its spelling in rows, beside `waiting`.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::GivenUp => "given-up",
            Self::Dropped => "dropped",
        }
    }
}

/// How mails are taken.
#[derive(Clone)]
pub(crate) struct Taking {
    pub(crate) limit: i64,
    pub(crate) turn: End,
    pub(crate) paces: Arc<Paces>,
}

/// Takes at most `limit` mails that are due and may leave. Those that may not are put off, up to a bound, so that they do not
/// stand before the others.
pub(crate) async fn claim(
    tx: &mut dyn Tx,
    worker: [u8; 16],
    lease: Millis,
    taking: &Taking,
) -> Result<ClaimedMails, Fault> {
    let now = tx.now().await.map(Instant)?;
    let mut claimed = ClaimedMails::default();
    for _round in 0..ROUNDS {
        let taken = i64::try_from(claimed.mails.len()).unwrap_or(i64::MAX);
        let line = (taking.limit.saturating_sub(taken), taking.turn);
        let rows = take_due(tx, (worker, now.plus(lease)), line, now).await?;
        let gated = pace::gate(tx, rows, &taking.paces, now).await?;
        let done = gated.put_off.is_empty();
        claimed.mails.extend(read_mails(tx, &gated.rows).await?);
        claimed.put_off.extend(gated.put_off);
        if done {
            break;
        }
    }
    Ok(claimed)
}

/// The oldest and the newest, half and half, so that neither waits for all that somebody else has caused. Of an odd number
/// one more is of the end whose turn it is.
async fn take_due(
    tx: &mut dyn Tx,
    (worker, until): ([u8; 16], Instant),
    (limit, turn): (i64, End),
    now: Instant,
) -> Result<Vec<Row>, Fault> {
    let half = limit / 2;
    let (oldest, newest) = match turn {
        End::Oldest => (limit - half, half),
        End::Newest => (half, limit - half),
    };
    let mut asked = Vec::new();
    for (statement, limit) in [(CLAIM, oldest), (CLAIM_NEWEST, newest)] {
        if limit > 0 {
            let values = vec![now.0.into(), limit.into(), until.0.into(), bytes(&worker)];
            asked.push(Question { statement, values });
        }
    }
    let rows = tx.query_all(&asked).await?.into_iter().flatten();
    // With a lease of no length a mail is still due when the other end is looked at.
    let mut seen = BTreeSet::new();
    let mut fresh = Vec::new();
    for row in rows {
        if seen.insert((row.array::<16>("decision")?, row.int("n")?)) {
            fresh.push(row);
        }
    }
    Ok(fresh)
}

/// All that the letters need is asked together.
async fn read_mails(tx: &mut dyn Tx, rows: &[Row]) -> Result<Vec<OutgoingMail>, Fault> {
    let mut asking = Questions::default();
    let mut asked = Vec::with_capacity(rows.len());
    for row in rows {
        let mail = read_mail(row)?;
        let challenge = mail.challenge.map(|id| find_challenge(&mut asking, id));
        let number = mail.number.map(|id| find_number(&mut asking, id));
        let methods = mail.account.map(|id| methods_of(&mut asking, id));
        asked.push((row, mail, challenge, number, methods));
    }
    let answers = asking.together(tx).await?;
    let mut claimed = Vec::with_capacity(rows.len());
    for (row, mail, challenge, number, methods) in asked {
        claimed.push(OutgoingMail {
            id: MailId { decision: DecisionId(row.array("decision")?), n: row.int("n")? },
            mail,
            challenge: answers.maybe(challenge)?.flatten(),
            number: answers.maybe(number)?.flatten(),
            methods: methods.map(|asked| asked.read(&answers)).transpose()?.flatten(),
            tries: row.count("tries")?,
            written_at: row.instant("written_at")?,
        });
    }
    claimed.sort_by_key(|mail| (mail.written_at, mail.id));
    Ok(claimed)
}

/// The mail is to be tried again at `due_at`.
pub(crate) async fn retry(
    tx: &mut dyn Tx,
    id: MailId,
    worker: [u8; 16],
    due_at: Instant,
    error: &str,
) -> Result<Lease, Fault> {
    let values =
        [due_at.0.into(), storable(error).into(), bytes(&id.decision.0), id.n.into(), bytes(&worker)];
    tx.execute(&RETRY, &values).await.map(lease)
}

/// The mail goes to another address of its account, without the number that belongs to the first.
pub(crate) async fn send_elsewhere(
    tx: &mut dyn Tx,
    id: MailId,
    worker: [u8; 16],
    to: &Email,
) -> Result<Lease, Fault> {
    let values = [to.as_stored().into(), bytes(&id.decision.0), id.n.into(), bytes(&worker)];
    tx.execute(&SEND_ELSEWHERE, &values).await.map(lease)
}

/// The mail is done with.
pub(crate) async fn end(
    tx: &mut dyn Tx,
    id: MailId,
    worker: [u8; 16],
    state: State,
    reply: &str,
) -> Result<Lease, Fault> {
    let now = tx.now().await?;
    let values = [
        state.word().into(),
        now.into(),
        storable(reply).into(),
        bytes(&id.decision.0),
        id.n.into(),
        bytes(&worker),
    ];
    tx.execute(&END, &values).await.map(lease)
}

fn lease(changed: u64) -> Lease {
    if changed == 1 { Lease::Held } else { Lease::Lost }
}

/// The words of a relay are a stranger's: bounded, and without what no text column takes.
fn storable(words: &str) -> String {
    words.chars().filter(|c| *c != '\0').take(REPLY_MAX).collect()
}

const REPLY_MAX: usize = 500;

/// So often is looked past mails that may not leave yet.
const ROUNDS: u32 = 16;

/// When the next mail is due.
pub(crate) async fn next_due(tx: &mut dyn Tx) -> Result<Option<Instant>, Fault> {
    let rows = tx.query(&NEXT_DUE, &[]).await?;
    rows.first().map(|row| row.instant("due_at")).transpose()
}

/// How many mails are in which state.
pub(crate) async fn counts(tx: &mut dyn Tx) -> Result<MailCounts, Fault> {
    let mut counts = MailCounts::default();
    for row in tx.query(&COUNTS, &[]).await? {
        let count = match row.text("state")? {
            "waiting" => &mut counts.waiting,
            word if word == State::Sent.word() => &mut counts.sent,
            word if word == State::GivenUp.word() => &mut counts.given_up,
            word if word == State::Dropped.word() => &mut counts.dropped,
            _ => return Err(row.fault("state", "an unknown word")),
        };
        *count = row.int("mails")?.unsigned_abs();
    }
    Ok(counts)
}

/// What waits, by kind.
pub(crate) async fn waiting(tx: &mut dyn Tx) -> Result<Vec<WaitingMails>, Fault> {
    let now = tx.now().await?;
    let rows = tx.query(&WAITING, &[WAITING_MAX.into()]).await?;
    let since = |at: i64| Millis(now.saturating_sub(at).max(0));
    rows.iter()
        .map(|row| {
            Ok(WaitingMails {
                kind: row.word("kind")?,
                mails: row.int("mails")?.unsigned_abs(),
                oldest: since(row.int("oldest")?),
                overdue: since(row.int("first_due")?),
            })
        })
        .collect()
}

/// So many are looked at, so that a look stays short when no mail leaves for days.
const WAITING_MAX: i64 = 100_000;

fn read_mail(row: &Row) -> Result<Mail, Fault> {
    Ok(Mail {
        kind: row.word("kind")?,
        to: row.email("recipient")?,
        locale: row.word("locale")?,
        account: row.maybe_array("account_id")?.map(AccountId),
        challenge: row.maybe_array("challenge_id")?.map(ChallengeId),
        number: row.maybe_array("number_id")?.map(NumberId),
        at: row.instant("at")?,
        until: row.maybe_instant("until_at")?,
        useless_at: row.maybe_instant("useless_at")?,
        method: row.maybe_method("method")?,
        passkey: row.maybe_line("passkey_name")?,
        before: row.maybe_email("before_stored")?,
        after: row.maybe_email("after_stored")?,
        origin: Origin { address: row.line("address")?, label: row.line("label")? },
    })
}

pub(crate) const STATEMENTS: &[Statement] =
    &[CLAIM, CLAIM_NEWEST, RETRY, SEND_ELSEWHERE, END, NEXT_DUE, COUNTS, WAITING];

const CLAIM: Statement = sql!("mail/claim", [Int, Int, Int, Bytes], twin);
const CLAIM_NEWEST: Statement = sql!("mail/claim_newest", [Int, Int, Int, Bytes], twin);
const RETRY: Statement = sql!("mail/retry", [Int, Text, Bytes, Int, Bytes]);
const SEND_ELSEWHERE: Statement = sql!("mail/send_elsewhere", [Text, Bytes, Int, Bytes]);
const END: Statement = sql!("mail/end", [Text, Int, Text, Bytes, Int, Bytes]);
const NEXT_DUE: Statement = sql!("mail/next_due", []);
const COUNTS: Statement = sql!("mail/counts", []);
const WAITING: Statement = sql!("mail/waiting", [Int]);
