//! Numbers that were mailed, and the changes that some of them undo.
//!
//! They are read where a decision asks for them alone, for a busy account can have many. A number that is over is still
//! known for a day, so that its owner hears that it is too old and not that it is wrong.

use accounts::{
    AccountId, Change, ChangeId, ChangeKind, Email, Instant, Number, NumberId, NumberKind, Numbers,
    SessionId,
};

use super::day_before;
use crate::driver::{Row, Statement, Tx};
use crate::fault::Fault;
use crate::sql;
use crate::text::{NOT_ME, Read, UNDO, bytes};

/// The numbers of the asked kind that were mailed to an address, oldest first.
pub(super) async fn of_address(
    tx: &mut dyn Tx,
    email: &Email,
    numbers: Numbers,
    now: Instant,
) -> Result<Vec<Number>, Fault> {
    let kind = match numbers {
        Numbers::Unasked => return Ok(Vec::new()),
        Numbers::Undo => UNDO,
        Numbers::NotMe => NOT_ME,
    };
    let values = [email.key().into(), kind.into(), day_before(now).0.into(), MOST.into()];
    let rows = tx.query(&OF_ADDRESS, &values).await?;
    rows.iter().rev().map(read_number).collect()
}

/// One number by its id.
pub(crate) async fn find(tx: &mut dyn Tx, id: NumberId) -> Result<Option<Number>, Fault> {
    let rows = tx.query(&FIND, &[bytes(&id.0)]).await?;
    rows.first().map(read_number).transpose()
}

/// What can still be undone of an account, oldest first.
pub(super) async fn changes(
    tx: &mut dyn Tx,
    id: AccountId,
    now: Instant,
) -> Result<Vec<Change>, Fault> {
    let rows = tx.query(&CHANGES, &[bytes(&id.0), now.0.into()]).await?;
    rows.iter().map(read_change).collect()
}

fn read_number(row: &Row) -> Result<Number, Fault> {
    let kind = match row.text("kind")? {
        NOT_ME => NumberKind::NotMe(SessionId(row.array("about")?)),
        UNDO => NumberKind::Undo(ChangeId(row.array("about")?)),
        _ => return Err(row.fault("kind", "an unknown word")),
    };
    Ok(Number {
        id: NumberId(row.array("id")?),
        kind,
        account: AccountId(row.array("account_id")?),
        key: row.count("key_id")?,
        issued_at: row.instant("issued_at")?,
        expires_at: row.instant("expires_at")?,
        spent_at: row.maybe_instant("spent_at")?,
    })
}

fn read_change(row: &Row) -> Result<Change, Fault> {
    let kind = match row.text("kind")? {
        "password" => ChangeKind::Password,
        "email" => {
            let from = row.email("from_stored")?;
            ChangeKind::Email { from, proven_at: row.instant("from_proven_at")? }
        }
        _ => return Err(row.fault("kind", "an unknown word")),
    };
    let (at, until) = (row.instant("at")?, row.instant("until_at")?);
    Ok(Change { id: ChangeId(row.array("id")?), kind, at, until })
}

/// How many numbers of one kind are looked at. Whoever signs in more often than this in a week has newer ones in
/// the mailbox; undo numbers are bounded by the rules.
const MOST: i64 = 500;

pub(super) const STATEMENTS: &[Statement] = &[OF_ADDRESS, FIND, CHANGES];

const OF_ADDRESS: Statement = sql!("number/of_address", [Text, Text, Int, Int]);
const FIND: Statement = sql!("number/find", [Bytes]);
const CHANGES: Statement = sql!("change/of_account", [Bytes, Int]);
