//! Puts a backup in the place of the database file, for SQLite.
//!
//! ```text
//!  lock the file ──▶ copy the backup beside it, checked ──▶ tables of this version, what was open ends
//!                ──▶ the old file gets a second name ──▶ the copy takes the first one
//! ```
//! Until the last step the old file is in its place and whole; after it the new one is. What must never happen here: a name
//! without a file, for a service that starts then would begin with no members.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::backup::{BackupFault, copy_file};
use crate::database::Database;
use crate::fault::{Fault, OpenFault};
use crate::restored::{Restored, restored};
use crate::sqlite::{Clock, Role, lock_file};
use crate::{MigrateFault, migrate, status};

/// Why nothing was restored. The database is as it was.
#[derive(Debug)]
pub enum RestoreFault {
    /// The database cannot be taken, or the copy cannot be opened.
    Open(OpenFault),
    /// The backup cannot be copied: it is damaged or no database, or there is no room.
    Copy(BackupFault),
    /// The copy's tables cannot be brought to this version.
    Migrate(MigrateFault),
    /// The backup is a database of something else.
    Foreign(PathBuf),
    /// The copy cannot be worked on.
    Database(Fault),
    /// What was written to the copy is not all in its one file.
    Left(PathBuf),
    /// A file cannot be named.
    File(PathBuf, io::Error),
}

impl std::fmt::Display for RestoreFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Open(fault) => fault.fmt(f),
            Self::Copy(fault) => fault.fmt(f),
            Self::Migrate(fault) => fault.fmt(f),
            Self::Foreign(path) => write!(f, "{} holds no accounts of genkan.", path.display()),
            Self::Database(fault) => fault.fmt(f),
            Self::Left(path) => {
                write!(f, "{} still holds a part of the copy. Try again.", path.display())
            }
            Self::File(path, error) => write!(f, "{} cannot be named: {error}.", path.display()),
        }
    }
}

impl std::error::Error for RestoreFault {}

/// What was put in place.
#[derive(Debug, PartialEq, Eq)]
pub struct Replaced {
    /// Where the old file is now, if there was one.
    pub before: Option<PathBuf>,
    /// What has ended; nothing, if sessions were to be kept.
    pub ended: Option<Restored>,
}

/// Puts the backup `from` in the place of the file `to`. With `keep_open`, what was open when the backup was made stays so.
///
/// # Errors
/// See [`RestoreFault`]; also when a server has the file. Then `to` is as it was.
pub async fn restore(
    from: &Path,
    to: &Path,
    keep_open: bool,
    clock: Clock,
) -> Result<Replaced, RestoreFault> {
    // An empty file that this makes where there was none is replaced below.
    let existed = to.exists();
    let lock = lock_file(to).map_err(RestoreFault::Open)?;
    let stamp = clock();
    let part = beside(to, &format!(".restoring-{stamp}"));
    let copied = {
        let (from, part) = (from.to_owned(), part.clone());
        tokio::task::spawn_blocking(move || copy_file(&from, &part)).await
    };
    if let Err(fault) = copied.map_err(broke_off).and_then(|done| done.map_err(RestoreFault::Copy)) {
        if !existed {
            let _absent = fs::remove_file(to);
        }
        return Err(fault);
    }
    let before = existed.then(|| beside(to, &format!(".before-{stamp}")));
    let done = match make_ready(&part, from, keep_open, clock).await {
        Ok(ended) => place(&part, to, before.as_deref()).map(|()| Replaced { before, ended }),
        Err(fault) => Err(fault),
    };
    remove_all(&part);
    if done.is_err() && !existed {
        let _absent = fs::remove_file(to);
    }
    drop(lock);
    done
}

fn broke_off(error: tokio::task::JoinError) -> RestoreFault {
    RestoreFault::Database(Fault::Bug(format!("the restoration broke off: {error}")))
}

/// Brings the copy to this version, and ends what was open.
async fn make_ready(
    part: &Path,
    from: &Path,
    keep_open: bool,
    clock: Clock,
) -> Result<Option<Restored>, RestoreFault> {
    let copy =
        Database::open_sqlite(part, Role::Command, Arc::clone(&clock)).map_err(RestoreFault::Open)?;
    let work = async {
        // Else the tables would be made in whatever file this is.
        if status(&copy).await.map_err(RestoreFault::Migrate)?.applied.is_empty() {
            return Err(RestoreFault::Foreign(from.to_owned()));
        }
        migrate(&copy).await.map_err(RestoreFault::Migrate)?;
        if keep_open {
            return Ok(None);
        }
        restored(&copy).await.map(Some).map_err(RestoreFault::Database)
    };
    let done = work.await;
    copy.close().await;
    done
}

fn place(part: &Path, to: &Path, before: Option<&Path>) -> Result<(), RestoreFault> {
    let named = |path: &Path| {
        let path = path.to_owned();
        move |error| RestoreFault::File(path, error)
    };
    // The last connection to the copy has moved everything into the one file, or something is wrong.
    let left = beside(part, "-wal");
    if fs::metadata(&left).is_ok_and(|log| log.len() > 0) {
        return Err(RestoreFault::Left(left));
    }
    File::open(part).and_then(|file| file.sync_all()).map_err(named(part))?;
    if let Some(before) = before {
        fs::hard_link(to, before).map_err(named(before))?;
        for ending in ["-wal", "-shm"] {
            let old = beside(to, ending);
            if old.exists() {
                fs::rename(&old, beside(before, ending)).map_err(named(&old))?;
            }
        }
    }
    fs::rename(part, to).map_err(named(to))?;
    let folder = to.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(named(folder))
}

/// Nothing of the copy's own is left behind. What is not there needs no removing.
fn remove_all(part: &Path) {
    for ending in ["", "-wal", "-shm", ".lock"] {
        let _absent = fs::remove_file(beside(part, ending));
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
