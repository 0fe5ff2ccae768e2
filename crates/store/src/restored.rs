//! What must end when rows come from a backup: what was ended since the backup was made would be alive again.
//!
//! A session that its member has ended, a code that was used, a trip to a provider that was made: a backup knows nothing of
//! it. So all of them end, and everybody signs in anew. What members have changed since is lost with the rows, and nobody can
//! give it back. For use while nothing serves.

use crate::database::{Database, Lasting, Patience};
use crate::driver::{Statement, Value};
use crate::fault::Fault;
use crate::sql;

/// How much was ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// Sessions, and what connected sites and apps held.
    pub sessions: u64,
    /// Codes that could still be used.
    pub codes: u64,
    /// Registrations, resets and changes that were under way, and trips to providers.
    pub flows: u64,
}

/// Ends what was open, in one transaction.
///
/// # Errors
/// A fault of the database; then nothing has ended.
pub async fn restored(database: &Database) -> Result<Restored, Fault> {
    let work = database.write_with(Patience::Migration, Lasting::OnDisk, |tx| {
        Box::pin(async move {
            let now = Value::Int(tx.now().await?);
            let sessions = tx.execute(&SESSIONS, &[]).await? + tx.execute(&GRANTS, &[]).await?;
            let codes = tx.execute(&CODES, &[now]).await?;
            let flows = tx.execute(&FLOWS, &[]).await? + tx.execute(&TRIPS, &[]).await?;
            Ok(Restored { sessions, codes, flows })
        })
    });
    work.await
}

/// How many accounts there are: whether a copy holds what it should.
///
/// # Errors
/// A fault of the database.
pub async fn accounts(database: &Database) -> Result<i64, Fault> {
    let look = database.read(|tx| {
        Box::pin(async move {
            let rows = tx.query(&ACCOUNTS, &[]).await?;
            rows.first().map_or(Ok(0), |row| row.int(0))
        })
    });
    look.await
}

const SESSIONS: Statement = sql!("restored/sessions", []);
const GRANTS: Statement = sql!("restored/grants", []);
const CODES: Statement = sql!("restored/codes", [Int]);
const FLOWS: Statement = sql!("restored/flows", []);
const TRIPS: Statement = sql!("restored/trips", []);
const ACCOUNTS: Statement = sql!("restored/accounts", []);

pub(crate) const STATEMENTS: &[Statement] = &[SESSIONS, GRANTS, CODES, FLOWS, TRIPS, ACCOUNTS];
