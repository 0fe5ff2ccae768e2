//! How fast mails go to a receiver, kept with the mails, so that it holds for all nodes together.
//!
//! A receiver has a row where the settings give it a pace, or where it has asked for fewer mails; every other costs a search by key.
//! Who may leave is the rules' to say (`accounts::rules::pace`), and it is said in the transaction that takes the mail, over the
//! locked row. Rows are locked in the order of their names, so that two nodes never wait for each other. What must never happen: a
//! mail that is put off counted as tried, and a transaction that walks through all that waits.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use accounts::rules::pace::{Asking, Lane, Paces, Turn};
use accounts::rules::suppression::{Errand, errand};
use accounts::{Instant, MailKind, Millis};

use crate::driver::{Row, Statement, Tx};
use crate::fault::Fault;
use crate::fault_points::pass;
use crate::outbox::ClaimedMails;
use crate::text::{Read, bytes};
use crate::{Store, outbox, sql};

/// What became of mails that were due.
pub(crate) struct Gated {
    /// They leave.
    pub(crate) rows: Vec<Row>,
    /// To which receivers others were put off, once for each mail.
    pub(crate) put_off: Vec<String>,
}

impl Store {
    /// Takes mails that are due, for `lease`, no faster than their receivers like it.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn claim_paced_mails(
        &self,
        worker: [u8; 16],
        lease: Millis,
        limit: i64,
        paces: &Arc<Paces>,
    ) -> Result<ClaimedMails, Fault> {
        let odd = self.turn.fetch_add(1, Ordering::Relaxed) % 2 == 1;
        let turn = if odd { outbox::End::Newest } else { outbox::End::Oldest };
        let taking = outbox::Taking { limit, turn, paces: Arc::clone(paces) };
        // Who loses this in a power cut sends again, as after any end between the relay's answer and its note.
        let claimed = self.database.write_in_order(move |tx| {
            let taking = taking.clone();
            Box::pin(async move { outbox::claim(tx, worker, lease, &taking).await })
        });
        let claimed = claimed.await;
        pass("mails claimed");
        claimed
    }

    /// A receiver has asked for fewer mails; `gap` is what the settings have for it.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn ease_receiver(&self, receiver: &str, gap: Option<Millis>) -> Result<(), Fault> {
        let receiver = receiver.to_owned();
        self.database
            .write(move |tx| {
                let receiver = receiver.clone();
                Box::pin(async move { ease(tx, &receiver, gap).await })
            })
            .await
    }
}

struct Due {
    row: Row,
    receiver: String,
    gap: Option<Millis>,
    asking: Asking,
    /// Nothing is sent of it any more.
    is_over: bool,
}

/// Lets mails leave that may, and puts the others off.
pub(crate) async fn gate(
    tx: &mut dyn Tx,
    rows: Vec<Row>,
    paces: &Paces,
    now: Instant,
) -> Result<Gated, Fault> {
    let mut due = rows.into_iter().map(|row| read(row, paces, now)).collect::<Result<Vec<_>, _>>()?;
    due.sort_by_cached_key(|due| {
        let waits = matches!(errand(due.asking.kind), Errand::Open | Errand::Asked);
        (due.receiver.clone(), !waits, due.asking.place)
    });
    let mut gated = Gated { rows: Vec::new(), put_off: Vec::new() };
    let mut open: Option<(String, Option<Lane>)> = None;
    for due in due {
        if open.as_ref().is_none_or(|(receiver, _)| *receiver != due.receiver) {
            close(tx, open.take()).await?;
            let lane = lane_in_force(tx, &due.receiver, due.gap, now).await?;
            open = Some((due.receiver.clone(), lane));
        }
        let lane = open.as_mut().and_then(|(_, lane)| lane.as_mut()).filter(|_| !due.is_over);
        let turn = lane.map_or(Turn::Now, |lane| lane.turn(due.asking, due.gap, now));
        let Turn::At(place) = turn else {
            gated.rows.push(due.row);
            continue;
        };
        // It is looked at again before long, in case its place was given by a clock that was wrong.
        let at = place.min(now.plus(LOOKED_AT_AGAIN));
        let values = [
            at.0.into(),
            place.0.into(),
            bytes(&due.row.array::<16>("decision")?),
            due.row.int("n")?.into(),
        ];
        tx.tell(&PUT_OFF, &values).await?;
        gated.put_off.push(due.receiver);
    }
    close(tx, open).await?;
    Ok(gated)
}

/// A receiver has asked for fewer mails.
async fn ease(tx: &mut dyn Tx, receiver: &str, gap: Option<Millis>) -> Result<(), Fault> {
    let now = tx.now().await.map(Instant)?;
    let mut lane = take(tx, receiver, now).await?;
    lane.ease(gap, now);
    keep(tx, receiver, &lane).await
}

fn read(row: Row, paces: &Paces, now: Instant) -> Result<Due, Fault> {
    let kind: MailKind = row.word("kind")?;
    let to = row.email("recipient")?;
    let domain = to.key().rsplit_once('@').map_or("", |(_, domain)| domain);
    let (receiver, gap) = paces.lane(domain);
    let receiver = receiver.to_owned();
    let asking = Asking { kind, place: row.maybe_instant("place_at")? };
    let is_over = row.maybe_instant("useless_at")?.is_some_and(|end| end <= now);
    Ok(Due { row, receiver, gap, asking, is_over })
}

/// The lane of a receiver, locked; `None` where mails go there as fast as they come.
async fn lane_in_force(
    tx: &mut dyn Tx,
    receiver: &str,
    gap: Option<Millis>,
    now: Instant,
) -> Result<Option<Lane>, Fault> {
    if gap.is_none() {
        let rows = tx.query(&FIND, &[receiver.into()]).await?;
        let known = rows.first().map(lane).transpose()?;
        if known.is_none_or(|lane| !lane.is_eased(now)) {
            return Ok(None);
        }
    }
    take(tx, receiver, now).await.map(Some)
}

async fn take(tx: &mut dyn Tx, receiver: &str, now: Instant) -> Result<Lane, Fault> {
    let until = now.plus(LOOKED_AT_AGAIN).0;
    let taking = [until.into(), receiver.into()];
    let mut rows = tx.query(&TAKE, &taking).await?;
    if rows.is_empty() {
        tx.tell(&MAKE, &[receiver.into(), until.into()]).await?;
        rows = tx.query(&TAKE, &taking).await?;
    }
    rows.first().map_or(Ok(Lane::FRESH), lane)
}

async fn close(tx: &mut dyn Tx, open: Option<(String, Option<Lane>)>) -> Result<(), Fault> {
    let Some((receiver, Some(lane))) = open else { return Ok(()) };
    keep(tx, &receiver, &lane).await
}

async fn keep(tx: &mut dyn Tx, receiver: &str, lane: &Lane) -> Result<(), Fault> {
    let values = [
        lane.free_at.0.into(),
        lane.people_at.0.into(),
        lane.others_at.0.into(),
        lane.eased.0.into(),
        lane.eased_at.0.into(),
        lane.kept_until().0.into(),
        receiver.into(),
    ];
    tx.tell(&KEEP, &values).await
}

fn lane(row: &Row) -> Result<Lane, Fault> {
    Ok(Lane {
        free_at: row.instant("free_at")?,
        people_at: row.instant("people_at")?,
        others_at: row.instant("others_at")?,
        eased: Millis(row.int("eased")?),
        eased_at: row.instant("eased_at")?,
    })
}

const LOOKED_AT_AGAIN: Millis = Millis::minutes(30);

pub(crate) const STATEMENTS: &[Statement] = &[FIND, MAKE, TAKE, KEEP, PUT_OFF];

const FIND: Statement = sql!("pace/find", [Text]);
const MAKE: Statement = sql!("pace/make", [Text, Int]);
const TAKE: Statement = sql!("pace/take", [Int, Text]);
const KEEP: Statement = sql!("pace/keep", [Int, Int, Int, Int, Int, Int, Text]);
const PUT_OFF: Statement = sql!("pace/put_off", [Int, Int, Bytes, Int]);
