//! What clients hold of an account.

use accounts::{Account, AccountId, ClientGrant, Digest, GrantId, Scope, Session, SessionId};

use crate::driver::{Row, Statement, Tx};
use crate::fault::Fault;
use crate::sql;
use crate::text::{Read, bytes};

/// An account's grants that are not over, oldest first.
pub(super) async fn of_account(tx: &mut dyn Tx, id: AccountId) -> Result<Vec<ClientGrant>, Fault> {
    let rows = tx.query(&OF_ACCOUNT, &[bytes(&id.0)]).await?;
    rows.iter().map(read_grant).collect()
}

/// What hangs from the presented session, where that is another account's than the one in question.
pub(super) async fn hanging(
    tx: &mut dyn Tx,
    presented: Option<&Session>,
    account: Option<&Account>,
) -> Result<Vec<ClientGrant>, Fault> {
    let foreign = presented.filter(|session| account.map(|a| a.id) != Some(session.account));
    let Some(session) = foreign else { return Ok(Vec::new()) };
    let rows = tx.query(&HANGING, &[bytes(&session.account.0), bytes(&session.id.0)]).await?;
    rows.iter().map(read_grant).collect()
}

/// The account's grant that a scope names, over or not.
pub(super) async fn named(
    tx: &mut dyn Tx,
    scope: &Scope,
    account: Option<&Account>,
) -> Result<Option<ClientGrant>, Fault> {
    let (Some(id), Some(account)) = (scope.grant, account) else { return Ok(None) };
    let rows = tx.query(&FIND, &[bytes(&account.id.0), bytes(&id.0)]).await?;
    rows.first().map(read_grant).transpose()
}

fn read_grant(row: &Row) -> Result<ClientGrant, Fault> {
    Ok(ClientGrant {
        id: GrantId(row.array("grant_id")?),
        account: AccountId(row.array("account_id")?),
        client: row.line("client")?,
        session: SessionId(row.array("session_id")?),
        reach: row.word("reach")?,
        scope: row.line("scope")?,
        proved_at: row.instant("proved_at")?,
        proved_by: row.method("proved_by")?,
        started_at: row.instant("started_at")?,
        seen_at: row.instant("seen_at")?,
        used: row.int("used")?,
        live: row.maybe_array("live")?.map(Digest),
        ended_at: row.maybe_instant("ended_at")?,
    })
}

pub(super) const STATEMENTS: &[Statement] = &[OF_ACCOUNT, HANGING, FIND];

const OF_ACCOUNT: Statement = sql!("grant/of_account", [Bytes]);
const HANGING: Statement = sql!("grant/hanging", [Bytes, Bytes]);
const FIND: Statement = sql!("grant/find", [Bytes, Bytes]);
