//! SQLite's error codes in the words of [`Fault`].
//!
//! Only codes and the names in SQLite's own messages are used; a message of a constraint names columns, never values.

use rusqlite::{Error, ErrorCode, ffi};

use crate::fault::{Fault, Outage};

/// Says what an error means; `at` names the statement.
pub(super) fn fault(at: &str, error: &Error) -> Fault {
    let (code, words) = match error {
        Error::SqliteFailure(code, Some(words)) => (code, words.clone()),
        Error::SqliteFailure(code, None) => (code, code.to_string()),
        Error::SqlInputError { error, msg, .. } => (error, msg.clone()),
        // The rest is about how we use the library.
        _ => return Fault::Bug(format!("{at}: {error}")),
    };
    let detail = format!("{at}: {words}");
    let unavailable = |outage| Fault::Unavailable { outage, detail: detail.clone() };
    match code.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Fault::Contention(detail),
        ErrorCode::ConstraintViolation => constraint(code.extended_code, &words, detail),
        ErrorCode::SystemIoFailure
        | ErrorCode::DiskFull
        | ErrorCode::CannotOpen
        | ErrorCode::ReadOnly
        | ErrorCode::PermissionDenied
        | ErrorCode::OutOfMemory
        | ErrorCode::DatabaseCorrupt
        | ErrorCode::NotADatabase
        | ErrorCode::FileLockingProtocolFailed => unavailable(Outage::Refused),
        ErrorCode::OperationInterrupted | ErrorCode::OperationAborted => unavailable(Outage::TimedOut),
        ErrorCode::Unknown if is_about_schema(&words) => Fault::Schema(detail),
        // The enum is open (`non_exhaustive`): whatever else comes was caused by what we asked.
        _ => Fault::Bug(detail),
    }
}

fn constraint(extended: i32, words: &str, detail: String) -> Fault {
    const UNIQUE: [i32; 3] = [
        ffi::SQLITE_CONSTRAINT_UNIQUE,
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
        ffi::SQLITE_CONSTRAINT_ROWID,
    ];
    if !UNIQUE.contains(&extended) {
        return Fault::Bug(detail);
    }
    // "UNIQUE constraint failed: addresses.address, addresses.kind"
    let columns = words.split_once(": ").map_or("", |(_, columns)| columns);
    let table = columns.split('.').next().unwrap_or_default();
    Fault::Unique { table: table.to_owned(), constraint: columns.to_owned() }
}

fn is_about_schema(text: &str) -> bool {
    ["no such table", "no such column", "has no column named"].iter().any(|words| text.contains(words))
}
