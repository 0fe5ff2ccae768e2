//! What was told to the service's endpoints, as operators see it, and how it is told once more.
//!
//! The lines in which it waits are `outgoing`'s. Asking for something once more puts it behind what waits already, under the
//! id that it had, so that a receiver which has it knows it again. What must never happen: something that waits asked for twice.

use accounts::{AccountId, Announcement, DecisionId, Instant, Line, Millis};

use crate::driver::{Row, Statement, Tx};
use crate::fault::Fault;
use crate::outgoing::place;
use crate::text::{Read, bytes, read_announced};
use crate::{Store, sql};

/// Which announcement: the decision that wrote it, and its number under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AnnouncementId {
    /// The decision.
    pub decision: DecisionId,
    /// From 0 on.
    pub n: i64,
}

/// What has become of an announcement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnnouncementState {
    /// To be sent.
    Waiting,
    /// The endpoint has it.
    Received,
    /// Not to be tried again, unless somebody wants it.
    GivenUp,
}

impl AnnouncementState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Received, Self::GivenUp];

    /// Its word, in rows and for operators.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Received => "received",
            Self::GivenUp => "given-up",
        }
    }
}

/// An announcement as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnnouncement {
    /// Which.
    pub id: AnnouncementId,
    /// What is told to whom.
    pub announcement: Announcement,
    /// What has become of it.
    pub state: AnnouncementState,
    /// Since when it stands so.
    pub since: Instant,
    /// How often it was tried.
    pub tries: u32,
    /// What the endpoint said last, or why there was no answer.
    pub reply: Option<String>,
}

/// What waits for one endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingAnnouncements {
    /// Its name.
    pub endpoint: Line,
    /// How many; those beyond the first hundred thousand of all endpoints are not counted.
    pub announcements: u64,
    /// How long the oldest has waited.
    pub oldest: Millis,
}

/// What came of asking for an announcement once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replay {
    /// It waits again, behind what waits already.
    Waits,
    /// It waited anyway.
    Waited,
    /// There is none.
    Unknown,
}

/// A look at what can be told once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayOf {
    /// To this endpoint.
    pub endpoint: Line,
    /// What happened from here on.
    pub since: Instant,
    /// Up to here, inclusive.
    pub until: Instant,
    /// Go on after this one.
    pub after: Option<AnnouncementId>,
}

impl Store {
    /// What waits, by endpoint.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn waiting_announcements(&self) -> Result<Vec<WaitingAnnouncements>, Fault> {
        self.database.read(|tx| Box::pin(waiting(tx))).await
    }

    /// Announcements in a state, those that stand so last first.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn announcements(
        &self,
        state: AnnouncementState,
        limit: i64,
    ) -> Result<Vec<KeptAnnouncement>, Fault> {
        self.database
            .read(move |tx| {
                Box::pin(async move {
                    tx.query(&KEPT, &[state.word().into(), limit.into()])
                        .await?
                        .iter()
                        .map(read)
                        .collect()
                })
            })
            .await
    }

    /// Announcements about an account, newest first.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn announcements_of(
        &self,
        account: AccountId,
        limit: i64,
    ) -> Result<Vec<KeptAnnouncement>, Fault> {
        self.database
            .read(move |tx| {
                Box::pin(async move {
                    let rows = tx.query(&KEPT_OF, &[bytes(&account.0), limit.into()]).await?;
                    rows.iter().map(read).collect()
                })
            })
            .await
    }

    /// One announcement.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn announcement(&self, id: AnnouncementId) -> Result<Option<KeptAnnouncement>, Fault> {
        self.database.read(move |tx| Box::pin(find(tx, id))).await
    }

    /// One announcement is to be sent once more.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn replay_announcement(&self, id: AnnouncementId) -> Result<Replay, Fault> {
        self.database
            .write(move |tx| {
                Box::pin(async move {
                    match find(tx, id).await? {
                        None => Ok(Replay::Unknown),
                        Some(kept) if kept.state == AnnouncementState::Waiting => Ok(Replay::Waited),
                        Some(kept) => again(tx, &kept).await,
                    }
                })
            })
            .await
    }

    /// The next that have ended, at most `limit`, are to be sent once more, in the order of what happened. How many there
    /// were, and the last of them; nothing, where all are through.
    ///
    /// # Errors
    /// See [`Store::load`]; what was asked for before stays.
    pub async fn replay_announcements(
        &self,
        of: &ReplayOf,
        limit: i64,
    ) -> Result<Option<(u64, KeptAnnouncement)>, Fault> {
        let of = of.clone();
        self.database
            .write(move |tx| {
                let of = of.clone();
                Box::pin(async move { replay(tx, &of, limit).await })
            })
            .await
    }
}

async fn find(tx: &mut dyn Tx, id: AnnouncementId) -> Result<Option<KeptAnnouncement>, Fault> {
    let rows = tx.query(&KEPT_ONE, &[bytes(&id.decision.0), id.n.into()]).await?;
    rows.first().map(read).transpose()
}

/// Puts one that has ended behind what waits for its endpoint.
async fn again(tx: &mut dyn Tx, kept: &KeptAnnouncement) -> Result<Replay, Fault> {
    let now = tx.now().await.map(Instant)?;
    let place = place(tx, &kept.announcement.to, kept.announcement.account, now).await?;
    let id = kept.id;
    let values = [now.0.into(), place.into(), bytes(&id.decision.0), id.n.into()];
    let changed = tx.execute(&AGAIN, &values).await?;
    Ok(if changed == 1 { Replay::Waits } else { Replay::Waited })
}

async fn replay(
    tx: &mut dyn Tx,
    of: &ReplayOf,
    limit: i64,
) -> Result<Option<(u64, KeptAnnouncement)>, Fault> {
    let (since, after) = match of.after {
        Some(id) => (find(tx, id).await?.map_or(of.since, |kept| kept.announcement.at), id),
        None => (of.since, AnnouncementId { decision: DecisionId([0; 16]), n: -1 }),
    };
    let values = [
        of.endpoint.as_str().into(),
        since.0.into(),
        of.until.0.into(),
        bytes(&after.decision.0),
        after.n.into(),
        limit.into(),
    ];
    let rows = tx.query(&ENDED, &values).await?;
    let mut last = None;
    let mut replayed: u64 = 0;
    for row in &rows {
        let kept = read(row)?;
        if again(tx, &kept).await? == Replay::Waits {
            replayed += 1;
        }
        last = Some(kept);
    }
    Ok(last.map(|last| (replayed, last)))
}

async fn waiting(tx: &mut dyn Tx) -> Result<Vec<WaitingAnnouncements>, Fault> {
    let now = tx.now().await?;
    let rows = tx.query(&WAITING, &[WAITING_MAX.into()]).await?;
    let read = |row: &Row| {
        Ok(WaitingAnnouncements {
            endpoint: row.line("endpoint")?,
            announcements: row.int("announcements")?.unsigned_abs(),
            oldest: Millis(now.saturating_sub(row.int("oldest")?).max(0)),
        })
    };
    rows.iter().map(read).collect()
}

pub(crate) fn read(row: &Row) -> Result<KeptAnnouncement, Fault> {
    let word = row.text("state")?;
    let state = AnnouncementState::ALL.into_iter().find(|state| state.word() == word);
    let what = read_announced(row.text("kind")?, row.text("detail")?);
    Ok(KeptAnnouncement {
        id: AnnouncementId { decision: DecisionId(row.array("decision")?), n: row.int("n")? },
        announcement: Announcement {
            to: row.line("endpoint")?,
            account: AccountId(row.array("account_id")?),
            what: what.ok_or_else(|| row.fault("detail", "words that do not go with the type"))?,
            at: row.instant("at")?,
            email: row.maybe_email("email")?,
            awaited: row.maybe_int("awaited")?.is_some(),
        },
        state: state.ok_or_else(|| row.fault("state", "an unknown word"))?,
        since: row.instant("since_at")?,
        tries: row.count("tries")?,
        reply: row.maybe_text("reply")?.filter(|reply| !reply.is_empty()).map(str::to_owned),
    })
}

/// So many are looked at, so that a look stays short when nothing is received for days.
const WAITING_MAX: i64 = 100_000;

pub(crate) const STATEMENTS: &[Statement] = &[KEPT, KEPT_OF, KEPT_ONE, ENDED, AGAIN, WAITING];

const KEPT: Statement = sql!("announcement/kept", [Text, Int]);
const KEPT_OF: Statement = sql!("announcement/kept_of", [Bytes, Int]);
const KEPT_ONE: Statement = sql!("announcement/kept_one", [Bytes, Int]);
const ENDED: Statement = sql!("announcement/ended", [Text, Int, Int, Bytes, Int, Int]);
const AGAIN: Statement = sql!("announcement/again", [Int, Int, Bytes, Int]);
const WAITING: Statement = sql!("announcement/waiting", [Int]);
