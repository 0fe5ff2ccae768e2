//! A consistent copy of an open SQLite file, made while others read and write it.
//!
//! The copy holds one committed state; it is checked before it is called done. The original is only read.

use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::{fault, open_readable};
use crate::fault::{Fault, Outage};

/// Copies the database into an existing empty file. Blocks the thread until the copy is on the disk.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), Fault> {
    let trouble = |error| fault("backup", &error);
    let source = open_readable(from)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut copy = Connection::open_with_flags(to, flags).map_err(trouble)?;
    copy.execute_batch("pragma synchronous = full;").map_err(trouble)?;
    {
        let backup = Backup::new(&source, &mut copy).map_err(trouble)?;
        // All pages in one step: one state of the database, and writers are not held up in WAL mode.
        match backup.step(-1).map_err(trouble)? {
            StepResult::Done => {}
            _ => {
                return Err(Fault::Contention("backup: the file was locked by another".to_owned()));
            }
        }
    }
    // The copy says "WAL" as the original does; alone it must be one file that needs no other.
    copy.query_row("pragma journal_mode = delete", [], |_| Ok(())).map_err(trouble)?;
    let verdict: String =
        copy.query_row("pragma integrity_check(1)", [], |row| row.get(0)).map_err(trouble)?;
    if verdict != "ok" {
        return Err(Fault::Unavailable {
            outage: Outage::Refused,
            detail: format!("the copy is damaged, and so may be the original: {verdict}"),
        });
    }
    copy.close().map_err(|(_, error)| trouble(error))
}
