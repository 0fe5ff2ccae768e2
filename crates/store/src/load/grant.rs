//! What clients hold of an account.

use accounts::{Account, AccountId, ClientGrant, Digest, GrantId, Scope, Session, SessionId};

use crate::driver::{Row, Statement};
use crate::fault::Fault;
use crate::questions::{Asked, Questions, each, first};
use crate::sql;
use crate::text::{Read, bytes};

/// An account's grants that are not over, oldest first.
pub(super) fn of_account(asking: &mut Questions, id: AccountId) -> Asked<Vec<ClientGrant>> {
    asking.ask(&OF_ACCOUNT, [bytes(&id.0)], each(read_grant))
}

/// What hangs from the presented session, where that is another account's than the one in question.
pub(super) fn hanging(
    asking: &mut Questions,
    presented: Option<&Session>,
    account: Option<&Account>,
) -> Option<Asked<Vec<ClientGrant>>> {
    let session = presented.filter(|session| account.map(|a| a.id) != Some(session.account))?;
    Some(asking.ask(&HANGING, [bytes(&session.account.0), bytes(&session.id.0)], each(read_grant)))
}

/// The account's grant that a scope names, over or not.
pub(super) fn named(
    asking: &mut Questions,
    scope: &Scope,
    account: Option<AccountId>,
) -> Option<Asked<Option<ClientGrant>>> {
    let (id, account) = scope.grant.zip(account)?;
    Some(asking.ask(&FIND, [bytes(&account.0), bytes(&id.0)], first(read_grant)))
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
