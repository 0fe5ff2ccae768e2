//! An account with all that belongs to it, and the session that was presented.
//!
//! An account is read after it was locked, by statements of their own: on PostgreSQL a join that waits for a lock would
//! show the locked row as it is and the others as they were.

use accounts::{
    Account, AccountId, Device, DeviceId, Digest, EmailMethod, Instant, Numbers, Origin, PasswordHash,
    PasswordRecord, Session, SessionId, Suspension, TermsAccepted,
};

use super::{locking, number};
use crate::driver::{Row, Statement, Tx};
use crate::fault::Fault;
use crate::sql;
use crate::text::{Read, bytes};

/// Keeps others from deciding about the account until the end of the transaction.
pub(super) async fn lock(tx: &mut dyn Tx, id: AccountId) -> Result<(), Fault> {
    tx.query(&LOCK, &[bytes(&id.0)]).await.map(drop)
}

/// The account with its sessions and devices, and with its changes where numbers that undo them are asked for.
pub(super) async fn whole(
    tx: &mut dyn Tx,
    id: AccountId,
    (numbers, now): (Numbers, Instant),
) -> Result<Option<Account>, Fault> {
    let key = [bytes(&id.0)];
    // All is asked before it is known whether there is such an account: see `snapshot`.
    let accounts = tx.query(&ACCOUNT, &key).await?;
    let sessions = tx.query(&SESSIONS, &key).await?;
    let devices = tx.query(&DEVICES, &key).await?;
    let changes = match numbers {
        Numbers::Undo => number::changes(tx, id, now).await?,
        Numbers::Unasked | Numbers::NotMe => Vec::new(),
    };
    let Some(row) = accounts.first() else {
        return Ok(None);
    };
    let account = read_account(row)?;
    let sessions = sessions.iter().map(read_session).collect::<Result<_, _>>()?;
    let devices = devices.iter().map(read_device).collect::<Result<_, _>>()?;
    Ok(Some(Account { sessions, devices, changes, ..account }))
}

/// The session with this digest, live or not.
pub(super) async fn session(tx: &mut dyn Tx, digest: &Digest) -> Result<Option<Session>, Fault> {
    let rows = tx.query(&SESSION, &[bytes(&digest.0)]).await?;
    rows.first().map(read_session).transpose()
}

/// An account without sessions and devices.
pub(crate) fn read_account(row: &Row) -> Result<Account, Fault> {
    Ok(Account {
        id: AccountId(row.array("account_id")?),
        created_at: row.instant("created_at")?,
        display_name: row.line("display_name")?,
        locale: row.word("locale")?,
        email: read_email(row)?,
        contact: row.word("contact")?,
        suspended: read_suspension(row)?,
        terms: read_terms(row)?,
        epoch: row.int("epoch")?,
        changes: Vec::new(),
        sessions: Vec::new(),
        devices: Vec::new(),
    })
}

fn read_email(row: &Row) -> Result<Option<EmailMethod>, Fault> {
    let Some(proven_at) = row.maybe_instant("proven_at")? else {
        return Ok(None);
    };
    let (last_version, password) = read_password(row)?;
    Ok(Some(EmailMethod { email: row.email("stored")?, proven_at, last_version, password }))
}

/// The number of the newest password, and the password: none where it is void.
fn read_password(row: &Row) -> Result<(i64, Option<PasswordRecord>), Fault> {
    let Some(version) = row.maybe_int("version")? else {
        return Ok((0, None));
    };
    let hash = row.text("hash")?.to_owned();
    if hash.is_empty() {
        return Ok((version, None));
    }
    let record = PasswordRecord { version, hash: PasswordHash(hash), set_at: row.instant("set_at")? };
    Ok((version, Some(record)))
}

fn read_suspension(row: &Row) -> Result<Option<Suspension>, Fault> {
    let Some(at) = row.maybe_instant("suspended_at")? else {
        return Ok(None);
    };
    Ok(Some(Suspension { at, reason: row.line("suspended_reason")? }))
}

fn read_terms(row: &Row) -> Result<Option<TermsAccepted>, Fault> {
    let Some(at) = row.maybe_instant("terms_at")? else {
        return Ok(None);
    };
    Ok(Some(TermsAccepted { version: row.line("terms_version")?, at }))
}

pub(crate) fn read_session(row: &Row) -> Result<Session, Fault> {
    Ok(Session {
        id: SessionId(row.array("session_id")?),
        account: AccountId(row.array("account_id")?),
        digest: Digest(row.array("digest")?),
        kind: row.word("kind")?,
        device: DeviceId(row.array("device_id")?),
        method: row.word("method")?,
        started_at: row.instant("started_at")?,
        seen_at: row.instant("seen_at")?,
        proved_at: row.instant("proved_at")?,
        origin: Origin { address: row.line("address")?, label: row.line("label")? },
    })
}

fn read_device(row: &Row) -> Result<Device, Fault> {
    Ok(Device {
        id: DeviceId(row.array("id")?),
        digest: Digest(row.array("digest")?),
        label: row.line("label")?,
        first_at: row.instant("first_at")?,
        last_at: row.instant("last_at")?,
    })
}

pub(super) const STATEMENTS: &[Statement] = &[LOCK, ACCOUNT, SESSIONS, DEVICES, SESSION];

const LOCK: Statement = locking!("account/lock", [Bytes]);
const ACCOUNT: Statement = sql!("account/find", [Bytes]);
const SESSIONS: Statement = sql!("session/of_account", [Bytes]);
const DEVICES: Statement = sql!("device/of_account", [Bytes]);
const SESSION: Statement = sql!("session/find", [Bytes]);
