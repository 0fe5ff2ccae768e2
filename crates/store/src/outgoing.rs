//! What waits to be told to the service's endpoints, taken by workers under a lease, one at a time for each account.
//!
//! Each account has a line for each endpoint while something waits for it. A line is what is claimed: its first is sent, and
//! the next is due as soon as that one was received or given up, so one endpoint hears of an account in the order of what
//! happened, and no account waits for another. Whoever writes and whoever ends lock the line first, so none is forgotten in
//! it. A receiver may hear something twice (a worker dies between its answer and our word), but always hears it.

use accounts::{AccountId, Announcement, DecisionId, Instant, Line, Millis};

use crate::driver::{Statement, Tx};
use crate::fault::Fault;
use crate::fault_points::pass;
use crate::kept_announcement::{AnnouncementState, KeptAnnouncement, read};
use crate::outbox::Lease;
use crate::questions::{Asked, Questions, each, one};
use crate::text::{Read, bytes, detail};
use crate::{Store, kept_announcement, sql};

impl Store {
    /// Takes the first of lines that are due at an endpoint, for `lease`.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn claim_announcements(
        &self,
        endpoint: &Line,
        worker: [u8; 16],
        (lease, limit): (Millis, i64),
    ) -> Result<Vec<KeptAnnouncement>, Fault> {
        let endpoint = endpoint.clone();
        let claimed = self.database.write_in_order(move |tx| {
            let endpoint = endpoint.clone();
            Box::pin(async move { claim(tx, &endpoint, worker, (lease, limit)).await })
        });
        let claimed = claimed.await;
        pass("announcements claimed");
        claimed
    }

    /// The endpoint has taken it, and said `reply`.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn announcement_received(
        &self,
        kept: &KeptAnnouncement,
        worker: [u8; 16],
        reply: &str,
    ) -> Result<Lease, Fault> {
        self.end_announcement(kept, worker, (AnnouncementState::Received, reply)).await
    }

    /// It will not be tried again by itself.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn announcement_given_up(
        &self,
        kept: &KeptAnnouncement,
        worker: [u8; 16],
        why: &str,
    ) -> Result<Lease, Fault> {
        self.end_announcement(kept, worker, (AnnouncementState::GivenUp, why)).await
    }

    async fn end_announcement(
        &self,
        kept: &KeptAnnouncement,
        worker: [u8; 16],
        (state, reply): (AnnouncementState, &str),
    ) -> Result<Lease, Fault> {
        let (kept, reply) = (kept.clone(), storable(reply));
        self.database
            .write_in_order(move |tx| {
                let (kept, reply) = (kept.clone(), reply.clone());
                Box::pin(async move { end(tx, &kept, worker, (state, &reply)).await })
            })
            .await
    }

    /// It could not be sent now: its line goes on at `due_at`.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn announcement_retry(
        &self,
        kept: &KeptAnnouncement,
        worker: [u8; 16],
        (due_at, why): (Instant, &str),
    ) -> Result<Lease, Fault> {
        let (kept, why) = (kept.clone(), storable(why));
        self.database
            .write_in_order(move |tx| {
                let (kept, why) = (kept.clone(), why.clone());
                Box::pin(async move { retry(tx, &kept, worker, (due_at, &why)).await })
            })
            .await
    }

    /// When the next line of an endpoint is due; in the past if one is now.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn next_announcement_due(&self, endpoint: &Line) -> Result<Option<Instant>, Fault> {
        let endpoint = endpoint.clone();
        self.database
            .read(move |tx| {
                let endpoint = endpoint.clone();
                Box::pin(async move {
                    let rows = tx.query(&NEXT_DUE, &[endpoint.as_str().into()]).await?;
                    rows.first().map(|row| row.instant("due_at")).transpose()
                })
            })
            .await
    }

    /// Lines of an endpoint that are due later than this are due now, at most `limit`. How many there were.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn hasten_announcements(
        &self,
        endpoint: &Line,
        later_than: Millis,
        limit: i64,
    ) -> Result<u64, Fault> {
        let endpoint = endpoint.clone();
        self.database
            .write_in_order(move |tx| {
                let endpoint = endpoint.clone();
                Box::pin(async move {
                    let now = tx.now().await.map(Instant)?;
                    let later = now.plus(later_than).0.into();
                    let values = [now.0.into(), later, endpoint.as_str().into(), limit.into()];
                    tx.execute(&HASTEN, &values).await
                })
            })
            .await
    }

    /// Endpoints that owe the receipt of an account's withdrawal.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn awaited_receipts(&self, account: AccountId) -> Result<Vec<Line>, Fault> {
        self.database
            .read(move |tx| Box::pin(async move { one(tx, |asking| awaited(asking, account)).await }))
            .await
    }

    /// The erasure of a withdrawn account is looked at again at this time.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn put_off_erasure(&self, account: AccountId, wait: Millis) -> Result<(), Fault> {
        self.database
            .write(move |tx| {
                Box::pin(async move {
                    let at = tx.now().await.map(Instant)?.plus(wait);
                    tx.tell(&PUT_OFF, &[at.0.into(), bytes(&account.0)]).await
                })
            })
            .await
    }
}

/// Writes an announcement behind those of its line.
pub(crate) async fn write(
    tx: &mut dyn Tx,
    (id, n): (DecisionId, i64),
    now: Instant,
    announcement: &Announcement,
) -> Result<(), Fault> {
    let Announcement { to, account, what, at, email, awaited } = announcement;
    let place = place(tx, to, *account, now).await?;
    let values = [
        bytes(&id.0),
        n.into(),
        to.as_str().into(),
        bytes(&account.0),
        what.kind().name().into(),
        detail(what).into(),
        email.as_ref().map(accounts::Email::as_stored).into(),
        at.0.into(),
        now.0.into(),
        place.into(),
        awaited.then_some(1_i64).into(),
    ];
    tx.tell(&WRITE, &values).await
}

/// The last place of a line, which is begun where there is none, and locked.
pub(crate) async fn place(
    tx: &mut dyn Tx,
    to: &Line,
    account: AccountId,
    now: Instant,
) -> Result<i64, Fault> {
    let rows = tx.query(&LINE, &[to.as_str().into(), bytes(&account.0), now.0.into()]).await?;
    let row =
        rows.first().ok_or_else(|| Fault::Bug("a line of announcements has no place".to_owned()))?;
    row.int("last")
}

/// No receipt is awaited any more: the withdrawal was taken back.
pub(crate) async fn release(tx: &mut dyn Tx, account: AccountId) -> Result<(), Fault> {
    tx.tell(&RELEASE, &[bytes(&account.0)]).await
}

/// Endpoints that owe the receipt of a withdrawal.
pub(crate) fn awaited(asking: &mut Questions, account: AccountId) -> Asked<Vec<Line>> {
    asking.ask(&AWAITED, [bytes(&account.0)], each(|row| row.line("endpoint")))
}

async fn claim(
    tx: &mut dyn Tx,
    endpoint: &Line,
    worker: [u8; 16],
    (lease, limit): (Millis, i64),
) -> Result<Vec<KeptAnnouncement>, Fault> {
    let now = tx.now().await.map(Instant)?;
    let values = [
        endpoint.as_str().into(),
        now.0.into(),
        limit.into(),
        now.plus(lease).0.into(),
        bytes(&worker),
    ];
    let mut claimed = Vec::new();
    for line in tx.query(&CLAIM, &values).await? {
        let account = AccountId(line.array("account_id")?);
        match first(tx, endpoint, account).await? {
            Some(kept) => claimed.push(kept),
            None => end_line(tx, endpoint, account).await?,
        }
    }
    claimed.sort_by_key(|kept| (kept.since, kept.id));
    Ok(claimed)
}

async fn first(
    tx: &mut dyn Tx,
    endpoint: &Line,
    account: AccountId,
) -> Result<Option<KeptAnnouncement>, Fault> {
    let rows = tx.query(&FIRST, &[endpoint.as_str().into(), bytes(&account.0)]).await?;
    rows.first().map(read).transpose()
}

async fn end_line(tx: &mut dyn Tx, endpoint: &Line, account: AccountId) -> Result<(), Fault> {
    tx.tell(&END_LINE, &[endpoint.as_str().into(), bytes(&account.0)]).await
}

/// Moves a line on to a time, if the worker still has it.
async fn move_on(
    tx: &mut dyn Tx,
    kept: &KeptAnnouncement,
    worker: [u8; 16],
    due_at: Instant,
) -> Result<Lease, Fault> {
    let Announcement { to, account, .. } = &kept.announcement;
    let values = [due_at.0.into(), to.as_str().into(), bytes(&account.0), bytes(&worker)];
    let held = tx.execute(&MOVE_ON, &values).await? == 1;
    Ok(if held { Lease::Held } else { Lease::Lost })
}

async fn retry(
    tx: &mut dyn Tx,
    kept: &KeptAnnouncement,
    worker: [u8; 16],
    (due_at, why): (Instant, &str),
) -> Result<Lease, Fault> {
    let lease = move_on(tx, kept, worker, due_at).await?;
    if lease == Lease::Held {
        let id = kept.id;
        tx.tell(&TRIED, &[why.into(), bytes(&id.decision.0), id.n.into()]).await?;
    }
    Ok(lease)
}

async fn end(
    tx: &mut dyn Tx,
    kept: &KeptAnnouncement,
    worker: [u8; 16],
    (state, reply): (AnnouncementState, &str),
) -> Result<Lease, Fault> {
    let now = tx.now().await.map(Instant)?;
    if move_on(tx, kept, worker, now).await? == Lease::Lost {
        return Ok(Lease::Lost);
    }
    let Announcement { to, account, awaited, .. } = &kept.announcement;
    let still = (*awaited && state == AnnouncementState::GivenUp).then_some(1_i64);
    let values = [
        state.word().into(),
        now.0.into(),
        still.into(),
        still.is_none().then_some(now.0).into(),
        reply.into(),
        bytes(&kept.id.decision.0),
        kept.id.n.into(),
    ];
    tx.tell(&END, &values).await?;
    if first(tx, to, *account).await?.is_none() {
        end_line(tx, to, *account).await?;
    }
    Ok(Lease::Held)
}

/// The words of an endpoint are a stranger's: bounded, and without what no text column takes.
fn storable(words: &str) -> String {
    words.chars().filter(|c| *c != '\0').take(REPLY_MAX).collect()
}

const REPLY_MAX: usize = 300;
/// Every statement about what endpoints are told.
pub(crate) fn statements() -> Vec<Statement> {
    [STATEMENTS, kept_announcement::STATEMENTS].concat()
}

const STATEMENTS: &[Statement] = &[
    LINE, WRITE, CLAIM, FIRST, MOVE_ON, TRIED, END, END_LINE, NEXT_DUE, HASTEN, AWAITED, RELEASE,
    PUT_OFF,
];

const LINE: Statement = sql!("announcement/line", [Text, Bytes, Int]);
const WRITE: Statement =
    sql!("announcement/write", [Bytes, Int, Text, Bytes, Text, Text, Text, Int, Int, Int, Int]);
const CLAIM: Statement = sql!("announcement/claim", [Text, Int, Int, Int, Bytes], twin);
const FIRST: Statement = sql!("announcement/first", [Text, Bytes]);
const MOVE_ON: Statement = sql!("announcement/move_on", [Int, Text, Bytes, Bytes]);
const TRIED: Statement = sql!("announcement/tried", [Text, Bytes, Int]);
const END: Statement = sql!("announcement/end", [Text, Int, Int, Int, Text, Bytes, Int]);
const END_LINE: Statement = sql!("announcement/end_line", [Text, Bytes]);
const NEXT_DUE: Statement = sql!("announcement/next_due", [Text]);
const HASTEN: Statement = sql!("announcement/hasten", [Int, Int, Text, Int]);
const AWAITED: Statement = sql!("announcement/awaited", [Bytes]);
const RELEASE: Statement = sql!("announcement/release", [Bytes]);
const PUT_OFF: Statement = sql!("account/put_off", [Int, Bytes]);
