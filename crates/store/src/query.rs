//! Plain questions, asked without a decision: who a session is, whose a passkey is, and what happened on an account.
//!
//! The first is asked by every request of a member and is one query. Nothing here judges whether a session still serves.

use accounts::{
    Account, AccountId, Activity, CredentialId, DecisionId, Digest, Email, Instant, Origin, Passkey,
    Seen, SessionId,
};

use crate::driver::{Engine, Row, Statement, Tx};
use crate::fault::Fault;
use crate::load::{read_account, read_maybe_link, read_passkey, read_session};
use crate::sql;
use crate::text::{Read, bytes};

/// A place in an account's activity list: the list goes on with what is older.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ActivityCursor {
    /// When.
    pub at: Instant,
    /// By which decision.
    pub decision: DecisionId,
    /// Which line of that decision, from 0 on.
    pub n: i64,
}

impl ActivityCursor {
    /// Before all that has happened.
    const NEWEST: Self = Self { at: Instant(i64::MAX), decision: DecisionId([0xff; 16]), n: i64::MAX };
}

/// A session and its account: of the account's lists only the method that is its contact.
pub(crate) async fn session(tx: &mut dyn Tx, digest: Digest) -> Result<Option<(Seen, Instant)>, Fault> {
    let rows = tx.query(&WHO, &[bytes(&digest.0)]).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let links = read_maybe_link(row)?.into_iter().collect();
    let account = Account { links, ..read_account(row)? };
    let seen = Seen { session: read_session(row)?, account };
    let now = match tx.engine() {
        Engine::Sqlite => tx.now().await?,
        Engine::Postgres => row.int("now")?.saturating_add(tx.clock_moved_by()),
    };
    Ok(Some((seen, Instant(now))))
}

/// A passkey and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedPasskey {
    /// Whose.
    pub account: AccountId,
    /// The address of that account's `email` method, if it has one.
    pub email: Option<Email>,
    /// The passkey.
    pub passkey: Passkey,
}

/// The passkey with this credential id. One question, for every sign-in with a passkey asks it.
pub(crate) async fn passkey(
    tx: &mut dyn Tx,
    credential: &CredentialId,
) -> Result<Option<OwnedPasskey>, Fault> {
    let rows = tx.query(&PASSKEY, &[bytes(credential.as_bytes())]).await?;
    let read = |row: &Row| {
        Ok(OwnedPasskey {
            account: AccountId(row.array("account_id")?),
            email: row.maybe_email("stored")?,
            passkey: read_passkey(row)?,
        })
    };
    rows.first().map(read).transpose()
}

/// A page of an account's activity list, newest first.
pub(crate) async fn activity(
    tx: &mut dyn Tx,
    account: AccountId,
    before: Option<ActivityCursor>,
    limit: i64,
) -> Result<Vec<(ActivityCursor, Activity)>, Fault> {
    let before = before.unwrap_or(ActivityCursor::NEWEST);
    let values = [
        bytes(&account.0),
        before.at.0.into(),
        bytes(&before.decision.0),
        before.n.into(),
        limit.into(),
    ];
    let rows = tx.query(&PAGE, &values).await?;
    rows.iter().map(read_line).collect()
}

/// Withdrawn accounts whose grace is over.
pub(crate) async fn due_to_be_erased(tx: &mut dyn Tx, limit: i64) -> Result<Vec<AccountId>, Fault> {
    let now = tx.now().await?;
    let rows = tx.query(&DUE, &[now.into(), limit.into()]).await?;
    rows.iter().map(|row| row.array("id").map(AccountId)).collect()
}

fn read_line(row: &Row) -> Result<(ActivityCursor, Activity), Fault> {
    let cursor = ActivityCursor {
        at: row.instant("at")?,
        decision: DecisionId(row.array("decision")?),
        n: row.int("n")?,
    };
    let activity = Activity {
        account: AccountId(row.array("account_id")?),
        kind: row.word("kind")?,
        at: cursor.at,
        actor: row.word("actor")?,
        session: row.maybe_array("session_id")?.map(SessionId),
        method: row.maybe_method("method")?,
        origin: Origin { address: row.line("address")?, label: row.line("label")? },
    };
    Ok((cursor, activity))
}

pub(crate) const STATEMENTS: &[Statement] = &[WHO, PASSKEY, PAGE, DUE];

const WHO: Statement = sql!("session/who", [Bytes], twin);
const PASSKEY: Statement = sql!("passkey/find", [Bytes]);
const DUE: Statement = sql!("account/due", [Int, Int]);
const PAGE: Statement = sql!("activity/page", [Bytes, Int, Bytes, Int, Int]);
