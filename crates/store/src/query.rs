//! Plain questions, asked without a decision: who a session is, and what happened on an account.
//!
//! The first is asked by every request of a member and is one query. Nothing here judges whether a session still serves.

use accounts::{AccountId, Activity, DecisionId, Digest, Instant, Origin, Seen, SessionId};

use crate::driver::{Engine, Row, Statement, Tx};
use crate::fault::Fault;
use crate::load::{read_account, read_session};
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

/// A session and its account, without the account's lists of sessions and devices.
pub(crate) async fn session(tx: &mut dyn Tx, digest: Digest) -> Result<Option<(Seen, Instant)>, Fault> {
    let rows = tx.query(&WHO, &[bytes(&digest.0)]).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let seen = Seen { session: read_session(row)?, account: read_account(row)? };
    let now = match tx.engine() {
        Engine::Sqlite => tx.now().await?,
        Engine::Postgres => row.int("now")?.saturating_add(tx.clock_moved_by()),
    };
    Ok(Some((seen, Instant(now))))
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
        method: row.maybe_word("method")?,
        origin: Origin { address: row.line("address")?, label: row.line("label")? },
    };
    Ok((cursor, activity))
}

pub(crate) const STATEMENTS: &[Statement] = &[WHO, PAGE];

const WHO: Statement = sql!("session/who", [Bytes], twin);
const PAGE: Statement = sql!("activity/page", [Bytes, Int, Bytes, Int, Int]);
