//! What keeps a commit on a disk that fails: checkpoints whose failure is heard, and failed commits that stay undone.
//!
//! SQLite's own checkpoints keep their failure to themselves. After a sync that failed, Linux believes pages clean that
//! never reached the disk, and a checkpoint that had come half-way before does not write them again: then the write-ahead
//! log must be read anew from its start by a fresh process, and until then nobody may throw it away (`docs/decisions/0027`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, Error, ffi};
use tokio::sync::watch;

use super::classify::fault;
use super::reader::frame;
use crate::database::Lasting;
use crate::fault::{Fault, Outage};

/// The part of the writer that looks after the write-ahead log.
pub(super) struct Durable {
    /// Pages in the log after the last commit.
    pages: Arc<AtomicI32>,
    doubt: watch::Sender<Option<String>>,
    /// What the connection's commits wait for now.
    lasting: Lasting,
    /// Whether the log has grown since this was last set back: a commit that changed nothing syncs nothing.
    has_grown: Arc<AtomicBool>,
    /// Whether there is a commit that no later sync has brought to the disk.
    is_behind: bool,
}

impl Durable {
    /// Takes the checkpoints of a connection over from SQLite.
    pub(super) fn watch(
        connection: &mut Connection,
        doubt: watch::Sender<Option<String>>,
    ) -> Result<Self, Fault> {
        let pages = Arc::new(AtomicI32::new(0));
        let has_grown = Arc::new(AtomicBool::new(false));
        let (seen, grown) = (Arc::clone(&pages), Arc::clone(&has_grown));
        let take_over = || {
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
            // In place of SQLite's own, which checkpoints and says nothing.
            connection.wal_hook(Some(move |_: &mut _, in_log| {
                seen.store(in_log, Ordering::Relaxed);
                grown.store(true, Ordering::Relaxed);
                Ok(())
            }))
        };
        take_over().map_err(|error| fault("open", &error))?;
        Ok(Self { pages, doubt, lasting: Lasting::OnDisk, has_grown, is_behind: false })
    }

    /// Why nothing more may be written, if that is so.
    pub(super) fn refusal(&self) -> Option<Fault> {
        self.doubt.borrow().as_ref().map(|detail| Fault::Unavailable {
            outage: Outage::Refused,
            detail: format!("the file waits for a restart of genkan: {detail}"),
        })
    }

    /// Says what the next commit waits for. Not within a transaction.
    pub(super) fn prepare(&mut self, connection: &Connection, lasting: Lasting) -> Result<(), Fault> {
        if self.lasting == lasting {
            return Ok(());
        }
        connection
            .execute_batch(match lasting {
                Lasting::OnDisk => "pragma synchronous = full",
                // Checkpoints are synced all the same, the log before them.
                Lasting::InOrder => "pragma synchronous = normal",
            })
            .map_err(|error| fault("synchronous", &error))?;
        self.lasting = lasting;
        Ok(())
    }

    /// Commits. Where the sync fails, the pages may lie whole in the log, and a later process would take them for
    /// committed. So a commit that changes nothing is written over them; if that cannot be done, nobody knows. What was
    /// committed before without a sync is not written again by that: it needs a fresh process.
    ///
    /// # Errors
    /// The transaction was undone, or [`Fault::Uncertain`].
    pub(super) fn commit(&mut self, connection: &Connection, lasting: Lasting) -> Result<(), Fault> {
        let committed =
            connection.prepare_cached("commit").and_then(|mut prepared| prepared.raw_execute());
        let Err(error) = committed else {
            if self.has_grown.swap(false, Ordering::Relaxed) {
                self.is_behind = lasting == Lasting::InOrder;
            }
            return Ok(());
        };
        let ended = after_failure(connection, &error);
        if self.is_behind && is_of_a_sync(&error) {
            self.doubt.send_replace(Some(format!("commit: {error}")));
        }
        Err(ended)
    }

    /// Moves what has been committed into the file, when there is enough of it.
    pub(super) fn checkpoint(&self, connection: &Connection) {
        if self.pages.load(Ordering::Relaxed) >= ENOUGH {
            self.listen(checkpoint(connection, "passive"));
        }
    }

    /// Moves everything into the file, for whoever copies it when nobody works on it.
    pub(super) fn finish(&self, connection: &Connection) {
        if self.doubt.borrow().is_none() {
            self.listen(checkpoint(connection, "truncate"));
        }
    }

    fn listen(&self, checkpointed: rusqlite::Result<()>) {
        // Any other failure costs nothing: the log keeps what was not moved, and the next commit tries again.
        if let Err(error) = checkpointed
            && is_of_a_sync(&error)
        {
            self.doubt.send_replace(Some(format!("checkpoint: {error}")));
        }
    }
}

/// Moves everything that an earlier process has left in the log into the file, so that nothing stands on pages which that
/// process could not sync. Where a command holds the log, it stays as it is.
pub(super) fn begin(connection: &Connection) -> Result<(), Fault> {
    checkpoint(connection, "truncate").map_err(|error| fault("checkpoint", &error))
}

/// What came of a commit that failed.
fn after_failure(connection: &Connection, error: &Error) -> Fault {
    let failed = fault("commit", error);
    undo(connection);
    // The page that makes it a commit is written last.
    let is_whole = !has_code(error, &[ffi::SQLITE_FULL, ffi::SQLITE_IOERR_WRITE]);
    match &failed {
        Fault::Unavailable { detail, .. } if is_whole => match overwrite(connection) {
            Ok(()) => failed,
            Err(second) => Fault::Uncertain(format!("{detail}; then {second}")),
        },
        _ => failed,
    }
}

fn is_of_a_sync(error: &Error) -> bool {
    has_code(error, &[ffi::SQLITE_IOERR_FSYNC, ffi::SQLITE_IOERR_DIR_FSYNC])
}

/// Ends a transaction that failed.
pub(super) fn undo(connection: &Connection) {
    if !connection.is_autocommit() {
        // If this fails too, the next `begin` will say so to the next batch.
        let _unheard = frame(connection, "rollback");
    }
}

fn overwrite(connection: &Connection) -> Result<(), Fault> {
    let trouble = |error| fault("overwrite", &error);
    frame(connection, "begin immediate")?;
    let same = || {
        let version: i64 = connection.query_row("pragma user_version", [], |row| row.get(0))?;
        // A number is set, and its page written, also where it stays the same.
        connection.execute_batch(&format!("pragma user_version = {version}"))
    };
    let done = same().map_err(trouble).and_then(|()| frame(connection, "commit"));
    undo(connection);
    done
}

fn checkpoint(connection: &Connection, mode: &str) -> rusqlite::Result<()> {
    connection.query_row(&format!("pragma wal_checkpoint({mode})"), [], |_| Ok(()))
}

fn has_code(error: &Error, extended: &[i32]) -> bool {
    error.sqlite_error().is_some_and(|code| extended.contains(&code.extended_code))
}

/// As many pages as SQLite waits for by itself.
const ENOUGH: i32 = 1000;
