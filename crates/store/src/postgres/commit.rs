//! The end of a transaction, and what became of one whose commit was never answered.
//!
//! The number of the transaction travels with the commit, so it costs no wait. Where the answer is lost, the server is
//! asked by that number. A server that took over meanwhile gives out the same numbers again: what it says of one is not
//! believed, and whoever asked hears that nobody knows.

use futures_util::future::join;
use std::time::Duration;

use tokio::time::timeout;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error};

use super::classify::fault;
use crate::fault::Fault;

/// What came of a commit.
pub(super) enum Committed {
    /// The server said yes.
    Kept,
    /// The server said no.
    Refused(Fault),
    /// It keeps no number of a transaction, and has undone this one for being asked.
    NoMark,
    /// It said nothing; the transaction can be asked for by this mark, if it has one.
    Unanswered(String, Option<Mark>),
}

/// A transaction on one server in one of its lives.
pub(super) struct Mark {
    number: String,
    /// Changes when a standby takes over.
    timeline: String,
}

/// What the server says of a transaction later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Kept,
    Undone,
    /// Ask again.
    UnderWay,
    /// Nobody can say.
    Unknown,
}

/// Commits; with `marked` the server is asked for the transaction's number on the way.
pub(super) async fn commit(client: &Client, limit: Duration, marked: bool) -> Committed {
    let (mut mark, mut undone) = (None, false);
    // Polled in this order, so sent in this order, in one go; the first answer is there before the second.
    let marked = async {
        if marked {
            match client.query_typed(MARK, &[]).await {
                Ok(rows) => mark = rows.first().and_then(read_mark),
                // A statement that fails undoes all, and a commit after it is answered as if nothing were wrong.
                Err(error) => undone = error.as_db_error().is_some(),
            }
        }
    };
    let both = join(marked, client.batch_execute("commit"));
    match timeout(limit, both).await {
        Ok(((), Ok(()))) if undone => Committed::NoMark,
        Ok(((), Ok(()))) => Committed::Kept,
        Ok(((), Err(error))) if is_a_no(&error) => Committed::Refused(fault("commit", &error)),
        Ok(((), Err(error))) => Committed::Unanswered(error.to_string(), mark),
        Err(_) => Committed::Unanswered("no answer to the commit".to_owned(), mark),
    }
}

/// A server that goes down in the middle says so, and may have kept the commit.
fn is_a_no(error: &Error) -> bool {
    error.as_db_error().is_some_and(|said| !said.code().code().starts_with("57P"))
}

fn read_mark(row: &tokio_postgres::Row) -> Option<Mark> {
    Some(Mark { number: row.try_get(0).ok()?, timeline: row.try_get(1).ok()? })
}

/// Asks for a transaction, on a connection of its own.
pub(super) async fn fate(client: &Client, mark: &Mark) -> Result<Fate, Error> {
    let rows = client.query_typed(FATE, &[(&mark.number, Type::TEXT)]).await?;
    let told = rows.first().and_then(|row| {
        let timeline: String = row.try_get(1).ok()?;
        Some((row.try_get::<_, Option<String>>(0).ok()??, timeline))
    });
    Ok(match told {
        Some((_, timeline)) if timeline != mark.timeline => Fate::Unknown,
        Some((word, _)) if word == "committed" => Fate::Kept,
        Some((word, _)) if word == "aborted" => Fate::Undone,
        Some((word, _)) if word == "in progress" => Fate::UnderWay,
        _ => Fate::Unknown,
    })
}

const MARK: &str =
    "select pg_current_xact_id_if_assigned()::text, left(pg_walfile_name(pg_current_wal_lsn()), 8)";
const FATE: &str = "select pg_xact_status($1::xid8), left(pg_walfile_name(pg_current_wal_lsn()), 8)";
