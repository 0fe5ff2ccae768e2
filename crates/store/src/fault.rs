//! What can go wrong below the rules, for the operator's eyes.
//!
//! Both engines speak in these words, so that the callers never look at an engine's own codes. A refusal of a rule is
//! not a fault. No fault may carry a stored value: its text goes to logs.

use std::fmt;
use std::path::PathBuf;

/// Why a transaction gave no answer. `Clone`, because one failed commit answers a whole batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Others were in the way (PostgreSQL 40001, 40P01, 55P03; SQLite busy), also after the retries. Nothing was
    /// changed. A closure given to `Database::write` may return it itself to be run again.
    Contention(String),
    /// A unique key is taken. Nothing was changed. `table` is the same on both engines; `constraint` is PostgreSQL's
    /// name of the key, or SQLite's list of its columns.
    Unique {
        /// The table whose key is taken.
        table: String,
        /// The engine's name for the key.
        constraint: String,
    },
    /// The database could not be reached or did not answer in time. Nothing was changed.
    Unavailable {
        /// What kind of outage it was.
        outage: Outage,
        /// The words of the driver.
        detail: String,
    },
    /// The connection went away during the commit: the change may be there, or not.
    Uncertain(String),
    /// The tables are not as this program expects: most likely a migration is missing.
    Schema(String),
    /// A stored row cannot be read as what it should be.
    Inconsistent {
        /// The statement that read the row.
        statement: &'static str,
        /// The column in question.
        column: String,
        /// What is wrong with it; never its value.
        problem: &'static str,
    },
    /// A mistake in this program.
    Bug(String),
}

/// The kinds of [`Fault::Unavailable`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outage {
    /// The connection broke, or the server goes down.
    Lost,
    /// No answer within the limit.
    TimedOut,
    /// No connection could be made, or the server refuses work (start-up, read-only, disk full).
    Refused,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Contention(detail) => {
                write!(f, "The database was too busy with the same rows ({detail}).")
            }
            Self::Unique { table, constraint } => {
                write!(f, "The key {constraint} of the table {table} is taken.")
            }
            Self::Unavailable { outage, detail } => {
                let what = match outage {
                    Outage::Lost => "The connection to the database was lost",
                    Outage::TimedOut => "The database did not answer in time",
                    Outage::Refused => "The database cannot be used now",
                };
                write!(f, "{what} ({detail}).")
            }
            Self::Uncertain(detail) => write!(
                f,
                "The database went away during a commit; the change may or may not have been kept ({detail})."
            ),
            Self::Schema(detail) => write!(
                f,
                "The tables are not as this genkan expects them ({detail}). Run the migrations."
            ),
            Self::Inconsistent { statement, column, problem } => {
                write!(f, "A stored row is damaged: column {column} read by {statement}: {problem}.")
            }
            Self::Bug(detail) => write!(f, "A mistake in genkan: {detail}."),
        }
    }
}

impl std::error::Error for Fault {}

/// Why a database could not be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenFault {
    /// Another server works on this SQLite file.
    InUse {
        /// The database file.
        file: PathBuf,
        /// The process id written in the lock file; empty if it could not be read.
        pid: String,
    },
    /// The settings cannot be used. The text never holds the URL: there is a password in it.
    Settings(String),
    /// The database itself failed.
    Database(Fault),
}

impl fmt::Display for OpenFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse { file, pid } => {
                let by = if pid.is_empty() { String::new() } else { format!(" (process {pid})") };
                write!(
                    f,
                    "The database file {} is in use by another genkan server{by}. Stop that one first, or give this one another file.",
                    file.display()
                )
            }
            Self::Settings(text) => f.write_str(text),
            Self::Database(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for OpenFault {}

impl From<Fault> for OpenFault {
    fn from(fault: Fault) -> Self {
        Self::Database(fault)
    }
}
