//! A backup of the whole database to one file.
//!
//! Only an SQLite file is copied here; a PostgreSQL server has a better tool of its own. An existing file is never
//! overwritten, and a file with the final name is always a complete and checked copy.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::Database;
use crate::fault::Fault;
use crate::sqlite::copy::copy;

/// Why there is no backup.
#[derive(Debug)]
pub enum BackupFault {
    /// The target exists.
    Exists(PathBuf),
    /// The database is a PostgreSQL server.
    Server,
    /// The target cannot be written.
    Target(PathBuf, io::Error),
    /// The database failed.
    Database(Fault),
}

impl fmt::Display for BackupFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exists(path) => write!(
                f,
                "{} exists already. A backup never overwrites a file; name another one.",
                path.display()
            ),
            Self::Server => f.write_str(
                "This database is a PostgreSQL server. Back it up with pg_dump (or the server's own archiving), which keeps it consistent.",
            ),
            Self::Target(path, error) => {
                write!(f, "The backup {} cannot be written: {error}.", path.display())
            }
            Self::Database(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for BackupFault {}

/// Copies the database to a new file, while it is in use.
///
/// # Errors
/// See [`BackupFault`]; nothing with the target's name is left behind then.
pub async fn backup(database: &Database, to: &Path) -> Result<(), BackupFault> {
    let Some(from) = database.file() else {
        return Err(BackupFault::Server);
    };
    let to = to.to_owned();
    tokio::task::spawn_blocking(move || copy_file(&from, &to)).await.unwrap_or_else(|error| {
        Err(BackupFault::Database(Fault::Bug(format!("the backup broke off: {error}"))))
    })
}

pub(crate) fn copy_file(from: &Path, to: &Path) -> Result<(), BackupFault> {
    if to.symlink_metadata().is_ok() {
        return Err(BackupFault::Exists(to.to_owned()));
    }
    let mut part = to.as_os_str().to_owned();
    part.push(format!(".part-{}", std::process::id()));
    let part = PathBuf::from(part);
    OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(&part)
        .map_err(|error| BackupFault::Target(part.clone(), error))?;
    let done = copy(from, &part).map_err(BackupFault::Database).and_then(|()| publish(&part, to));
    if let Err(error) = fs::remove_file(&part)
        && done.is_ok()
    {
        return Err(BackupFault::Target(part, error));
    }
    done
}

/// Gives the finished copy its name. A hard link, because it fails if the name was taken meanwhile; renaming would not.
fn publish(part: &Path, to: &Path) -> Result<(), BackupFault> {
    let folder = match to.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    File::open(part)
        .and_then(|file| file.sync_all())
        .and_then(|()| fs::hard_link(part, to))
        .and_then(|()| File::open(folder))
        .and_then(|folder| folder.sync_all())
        .map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => BackupFault::Exists(to.to_owned()),
            _ => BackupFault::Target(to.to_owned(), error),
        })
}
