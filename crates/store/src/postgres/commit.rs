//! The end of a transaction, and what became of one whose commit was never answered.
//!
//! The last writes and the number of the transaction travel with the commit, so they cost no wait. Where the answer is lost, the server is
//! asked by that number. A server that took over meanwhile gives out the same numbers again: what it says of one is not
//! believed, and whoever asked hears that nobody knows.

use std::time::Duration;

use deadpool_postgres::Object;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error};

use super::asking::{Answered, Trouble, Unsent, in_order, script};
use super::classify::fault;
use crate::fault::Fault;

/// What came of a commit.
pub(super) enum Committed {
    /// The server said yes.
    Kept,
    /// A write before it failed, so the server has undone all; the connection is as good as before.
    Undone(Fault),
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

/// Sends the writes that were kept back, and the commit; with `marked` the server is asked for the transaction's number on
/// the way. All travel together, so the commit is on its way before it is known what became of the writes: where one has
/// failed, the server undoes all, and answers the commit as if nothing were wrong.
pub(super) async fn commit(
    (client, limit): (&Object, Duration),
    (names, kept): (Vec<&'static str>, Vec<Unsent<'_>>),
    marked: bool,
) -> Committed {
    let mark = marked.then(|| ask_mark(client));
    let asked = kept.into_iter().chain(mark).chain([script(client, "commit")]);
    let asked: Vec<_> = asked.collect();
    let all = asked.len();
    let answers = in_order(limit, asked).await;
    if let Some(Err(unsent @ Trouble::Failed(_))) = answers.last().filter(|_| answers.len() < all) {
        // The commit was not sent either.
        return Committed::Refused(unsent.fault("commit", client));
    }
    let mut answers = answers.into_iter();
    let mut refused = None;
    for (name, answer) in names.iter().zip(answers.by_ref()) {
        let failed = answer.err().filter(Trouble::is_said);
        refused = refused.or_else(|| failed.map(|trouble| trouble.fault(name, client)));
    }
    let mark = if marked { answers.next() } else { None };
    let no_mark = matches!(&mark, Some(Err(trouble)) if trouble.is_said());
    match (refused, answers.next()) {
        (Some(fault), Some(Ok(_))) => Committed::Undone(fault),
        // What failed was before the commit, whatever became of that.
        (Some(fault), _) => Committed::Refused(fault),
        (None, Some(Ok(_))) if no_mark => Committed::NoMark,
        (None, Some(Ok(_))) => Committed::Kept,
        (None, Some(Err(Trouble::Failed(error)))) if is_a_no(&error) => {
            Committed::Refused(fault("commit", &error))
        }
        (None, Some(Err(Trouble::Failed(error)))) => {
            Committed::Unanswered(error.to_string(), read_mark(mark))
        }
        (None, Some(Err(Trouble::Late)) | None) => {
            Committed::Unanswered("no answer to the commit".to_owned(), read_mark(mark))
        }
    }
}

fn ask_mark(client: &Object) -> Unsent<'_> {
    Box::pin(async move {
        let rows = client.query_typed(MARK, &[]).await?;
        Ok(Answered { rows, changed: 0 })
    })
}

/// A server that goes down in the middle says so, and may have kept the commit.
fn is_a_no(error: &Error) -> bool {
    error.as_db_error().is_some_and(|said| !said.code().code().starts_with("57P"))
}

fn read_mark(answer: Option<Result<Answered, Trouble>>) -> Option<Mark> {
    let answered = answer?.ok()?;
    let row = answered.rows.first()?;
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
