//! Addresses that are written to with care, and what servers said of mails that had left (R-CONTACT-4).
//!
//! A row belongs to an address, whether or not an account has it. What it means for a mail is the rules' to say
//! (`accounts::suppression`). What must never happen: a report that is noted twice, or of a mail that nobody tried to send.

use accounts::rules::suppression::{Errand, Suppressed, errand};
use accounts::{DecisionId, Email, Instant, Millis};

use crate::driver::{Row, Statement, Tx, Value};
use crate::fault::Fault;
use crate::outbox::{self, Lease, MailId};
use crate::text::{Read, bytes, maybe_at};
use crate::{Store, kept_mail, sql};

/// What a server said of a mail; each says more than those before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reported {
    /// It is still being tried.
    Delayed,
    /// It was refused, for another reason than that there is no such mailbox.
    Soft,
    /// There is no such mailbox.
    Hard,
    /// Its reader complained.
    Complaint,
}

impl Reported {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Delayed, Self::Soft, Self::Hard, Self::Complaint];

    /// Its word for operators.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Delayed => "delayed",
            Self::Soft => "refused",
            Self::Hard => "bounced",
            Self::Complaint => "complained",
        }
    }

    const fn number(self) -> i64 {
        match self {
            Self::Delayed => 1,
            Self::Soft => 2,
            Self::Hard => 3,
            Self::Complaint => 4,
        }
    }

    pub(crate) fn read(row: &Row) -> Result<Option<Self>, Fault> {
        let Some(number) = row.maybe_int("report")? else { return Ok(None) };
        let known = Self::ALL.into_iter().find(|reported| reported.number() == number);
        known.map(Some).ok_or_else(|| row.fault("report", "an unknown number"))
    }
}

/// A row of the list, as operators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuppressedAddress {
    /// The address.
    pub address: Email,
    /// Since when it is on the list.
    pub since: Instant,
    /// What is known of it.
    pub known: Suppressed,
    /// How many mails it has refused.
    pub refusals: u32,
    /// The mail that was last spoken of.
    pub mail: MailId,
    /// The server's words.
    pub words: String,
}

/// How many addresses are on the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SuppressedCounts {
    /// For they refused mail.
    pub refused: u64,
    /// For their readers complained.
    pub complained: u64,
}

impl Store {
    /// Notes what a server said of a mail, and puts the address on the list where it is refused for good or complained of.
    /// `false` where as much was known, or no such mail was ever tried.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn report_mail(&self, id: MailId, what: Reported, words: &str) -> Result<bool, Fault> {
        let words = words.to_owned();
        self.database
            .write(move |tx| {
                let words = words.clone();
                Box::pin(async move { report(tx, id, (what, &words)).await })
            })
            .await
    }

    /// What is known of an address that is written to with care.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn suppressed(&self, email: &Email) -> Result<Option<Suppressed>, Fault> {
        let email = email.clone();
        self.database
            .read(move |tx| {
                let email = email.clone();
                Box::pin(async move { find(tx, &email).await })
            })
            .await
    }

    /// At most `limit` addresses of the list whose keys come after one, in their order.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn suppressed_after(
        &self,
        after: &str,
        limit: i64,
    ) -> Result<Vec<SuppressedAddress>, Fault> {
        let after = after.to_owned();
        self.database
            .read(move |tx| {
                let after = after.clone();
                Box::pin(async move { page(tx, &after, limit).await })
            })
            .await
    }

    /// Takes an address off the list; `by` says who and when, and stands from then on with the mail that was last spoken of. Whether
    /// it was on it.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn lift_suppressed(&self, email: &Email, by: &str) -> Result<bool, Fault> {
        let (email, by) = (email.clone(), by.to_owned());
        self.database
            .write(move |tx| {
                let (email, by) = (email.clone(), by.clone());
                Box::pin(async move { lift(tx, &email, &by).await })
            })
            .await
    }

    /// How many addresses are on the list.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn suppressed_counts(&self) -> Result<SuppressedCounts, Fault> {
        self.database.read(|tx| Box::pin(counts(tx))).await
    }

    /// What was said of mails within the last 24 hours, and of how many.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn mails_reported(&self) -> Result<Vec<(Reported, u64)>, Fault> {
        self.database.read(|tx| Box::pin(lately(tx))).await
    }

    /// A mail under a lease goes to another address of its account, without the number that belongs to the first.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn mail_elsewhere(
        &self,
        id: MailId,
        worker: [u8; 16],
        to: &Email,
    ) -> Result<Lease, Fault> {
        let to = to.clone();
        self.database
            .write(move |tx| {
                let to = to.clone();
                Box::pin(async move { outbox::send_elsewhere(tx, id, worker, &to).await })
            })
            .await
    }
}

/// Notes what a server said of a mail. `false` where that was known, or nothing is known of such a mail.
async fn report(
    tx: &mut dyn Tx,
    id: MailId,
    (reported, words): (Reported, &str),
) -> Result<bool, Fault> {
    let now = tx.now().await.map(Instant)?;
    let words = storable(words, WORDS_MAX);
    let (decision, n) = (bytes(&id.decision.0), Value::from(id.n));
    let number = Value::from(reported.number());
    let values = [number, now.0.into(), words.as_str().into(), decision.clone(), n.clone()];
    if tx.execute(&REPORT, &values).await? == 0 {
        return Ok(false);
    }
    let Some(mail) = kept_mail::find(tx, id).await? else { return Ok(false) };
    let hard = Some(now).filter(|_| reported == Reported::Hard);
    let complained = Some(now).filter(|_| reported == Reported::Complaint);
    if hard.or(complained).is_none() {
        return Ok(true);
    }
    let open = hard.filter(|_| errand(mail.kind) == Errand::Open);
    let values = [
        mail.to.key().into(),
        mail.to.as_stored().into(),
        now.0.into(),
        maybe_at(hard),
        maybe_at(open),
        maybe_at(complained),
        i64::from(hard.is_some()).into(),
        decision,
        n,
        words.as_str().into(),
        now.plus(KEPT).0.into(),
    ];
    tx.tell(&NOTE, &values).await?;
    Ok(true)
}

/// What is known of an address.
async fn find(tx: &mut dyn Tx, email: &Email) -> Result<Option<Suppressed>, Fault> {
    let now = tx.now().await?;
    let rows = tx.query(&FIND, &[email.key().into(), now.into()]).await?;
    rows.first().map(read).transpose().map(|found| found.map(|found| found.known))
}

/// The addresses after one, in their order.
async fn page(tx: &mut dyn Tx, after: &str, limit: i64) -> Result<Vec<SuppressedAddress>, Fault> {
    tx.query(&PAGE, &[after.into(), limit.into()]).await?.iter().map(read).collect()
}

/// Takes an address off the list. Whether it was on it.
async fn lift(tx: &mut dyn Tx, email: &Email, by: &str) -> Result<bool, Fault> {
    let rows = tx.query(&LIFT, &[email.key().into()]).await?;
    let Some(row) = rows.first() else { return Ok(false) };
    let by = storable(by, WORDS_MAX / 2);
    let words = storable(row.text("words")?, (WORDS_MAX / 2).saturating_sub(3));
    let words = format!("{words} [{by}]");
    let decision: [u8; 16] = row.array("decision")?;
    tx.tell(&NOTE_LIFT, &[words.as_str().into(), bytes(&decision), row.int("n")?.into()]).await?;
    Ok(true)
}

fn storable(words: &str, most: usize) -> String {
    words.chars().filter(|c| *c != '\0').take(most).collect()
}

/// A mail was read there, so it refuses none.
pub(crate) async fn read_there(tx: &mut dyn Tx, email: &Email) -> Result<(), Fault> {
    tx.tell(&READ, &[email.key().into()]).await
}

/// How many addresses are on the list; those beyond the first hundred thousand are not counted.
async fn counts(tx: &mut dyn Tx) -> Result<SuppressedCounts, Fault> {
    let rows = tx.query(&COUNTS, &[COUNTED_MAX.into()]).await?;
    let Some(row) = rows.first() else { return Ok(SuppressedCounts::default()) };
    let count = |column| Ok(row.maybe_int(column)?.unwrap_or(0).unsigned_abs());
    Ok(SuppressedCounts { refused: count("refused")?, complained: count("complained")? })
}

/// What was said of mails within the last 24 hours, and of how many.
async fn lately(tx: &mut dyn Tx) -> Result<Vec<(Reported, u64)>, Fault> {
    let since = tx.now().await.map(Instant)?.minus(Millis::days(1));
    let rows = tx.query(&LATELY, &[since.0.into(), COUNTED_MAX.into()]).await?;
    let mut counts = Vec::new();
    for row in &rows {
        if let Some(reported) = Reported::read(row)? {
            counts.push((reported, row.int("mails")?.unsigned_abs()));
        }
    }
    Ok(counts)
}

fn read(row: &Row) -> Result<SuppressedAddress, Fault> {
    Ok(SuppressedAddress {
        address: row.email("stored")?,
        since: row.instant("since_at")?,
        known: Suppressed {
            refused_at: row.maybe_instant("refused_at")?,
            open_refused_at: row.maybe_instant("open_refused_at")?,
            complained_at: row.maybe_instant("complained_at")?,
        },
        refusals: row.count("refusals")?,
        mail: MailId { decision: DecisionId(row.array("decision")?), n: row.int("n")? },
        words: row.text("words")?.to_owned(),
    })
}

/// An address that was spoken of no more for so long is tried as any other.
const KEPT: Millis = Millis::days(90);
const COUNTED_MAX: i64 = 100_000;
const WORDS_MAX: usize = 500;

pub(crate) const STATEMENTS: &[Statement] =
    &[REPORT, NOTE, FIND, PAGE, LIFT, NOTE_LIFT, READ, COUNTS, LATELY];

const REPORT: Statement = sql!("mail/report", [Int, Int, Text, Bytes, Int]);
const LATELY: Statement = sql!("mail/reported", [Int, Int]);
const NOTE: Statement =
    sql!("suppressed/note", [Text, Text, Int, Int, Int, Int, Int, Bytes, Int, Text, Int]);
const FIND: Statement = sql!("suppressed/find", [Text, Int]);
const PAGE: Statement = sql!("suppressed/page", [Text, Int]);
const LIFT: Statement = sql!("suppressed/lift", [Text]);
const NOTE_LIFT: Statement = sql!("suppressed/note_lift", [Text, Bytes, Int]);
const READ: Statement = sql!("suppressed/read", [Text]);
const COUNTS: Statement = sql!("suppressed/counts", [Int]);
