//! The embedded engine: one SQLite file in WAL mode, one writer thread, readers in place.
//!
//! Writes go through a single thread that commits what waits together (`writer`); reads run on the calling task, since a
//! point read takes microseconds (`reader`). A commit is answered only when it is on the disk (`synchronous=FULL`).
//! One server works on a file at a time; an operating system lock on `<file>.lock` keeps it so.

mod classify;
pub(crate) mod copy;
mod durable;
mod reader;
mod tx;
mod writer;

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use figures::{Bound, Figures, float};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use self::classify::fault;
use self::reader::Readers;
use self::writer::Writer;
use crate::database::Lasting;
use crate::driver::{Statement, Tx, Work};
use crate::fault::{Fault, OpenFault, Outage};

/// Where the time comes from, in milliseconds since 1970-01-01 UTC.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// For what a file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The one server of this file.
    Server,
    /// A command of the operator, which may run beside the server.
    Command,
}

/// An open SQLite file.
#[derive(Clone)]
pub(crate) struct Sqlite {
    inner: Arc<Inner>,
}

struct Inner {
    file: PathBuf,
    clock: Clock,
    writer: Writer,
    readers: Readers,
}

impl Sqlite {
    pub(crate) fn open(path: &Path, role: Role, clock: Clock) -> Result<Self, OpenFault> {
        let file = make_file(path)?;
        let lock = match role {
            Role::Server => Some(lock(&file)?),
            Role::Command => None,
        };
        let connection = open_writable(&file)?;
        if role == Role::Server {
            durable::begin(&connection)?;
        }
        let readers = Readers::open(&file)?;
        let writer = Writer::start(connection, lock, Arc::clone(&clock))?;
        Ok(Self { inner: Arc::new(Inner { file, clock, writer, readers }) })
    }

    pub(crate) async fn write<T, W>(&self, lasting: Lasting, work: W) -> Result<T, Fault>
    where
        T: Send + 'static,
        W: for<'a> Fn(&'a mut dyn Tx) -> Work<'a, T> + Send + Sync + 'static,
    {
        self.inner.writer.run(lasting, work).await
    }

    /// Not `async`: a connection is never held over a point where the task could be put aside.
    pub(crate) fn read<T, W>(&self, work: W) -> Result<T, Fault>
    where
        W: for<'a> Fn(&'a mut dyn Tx) -> Work<'a, T>,
    {
        self.inner.readers.run(&self.inner.clock, work)
    }

    pub(crate) fn prepare(&self, statement: &Statement) -> Result<(), Fault> {
        self.inner.readers.prepare(statement)
    }

    pub(crate) async fn close(&self) {
        self.inner.writer.stop().await;
        self.inner.readers.close();
    }

    pub(crate) async fn doubted(&self) -> String {
        self.inner.writer.doubted().await
    }

    pub(crate) fn now(&self) -> i64 {
        (self.inner.clock)()
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.inner.file.clone()
    }

    pub(crate) fn tell(&self, figures: &mut Figures) {
        let size = |ending: &str| {
            let mut name = self.inner.file.as_os_str().to_owned();
            name.push(ending);
            move || std::fs::metadata(Path::new(&name)).ok().map(|file| float(file.len()))
        };
        figures.gauge("genkan_database_file_bytes", "Size of the SQLite file", size(""));
        let help = "Size of the SQLite write-ahead log beside the file";
        figures.gauge("genkan_database_wal_bytes", help, size("-wal"));
        let queue = self.inner.writer.queue();
        figures.bound("database-writer", move || {
            let (used, limit) = queue();
            Bound { used, limit }
        });
    }
}

/// Takes the server's lock of a file, making the file if it is missing.
pub(crate) fn lock_file(path: &Path) -> Result<File, OpenFault> {
    lock(&make_file(path)?)
}

/// Makes the file if it is missing, readable by its owner only, and names it by its true path, so that two names of one
/// file share one lock.
fn make_file(path: &Path) -> Result<PathBuf, OpenFault> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
        .and_then(|_| path.canonicalize())
        .map_err(|error| {
            OpenFault::Settings(format!(
                "The database file {} cannot be opened: {error}.",
                path.display()
            ))
        })
}

/// Takes the server's lock, or says who holds it.
fn lock(file: &Path) -> Result<File, OpenFault> {
    let mut name = file.as_os_str().to_owned();
    name.push(".lock");
    let trouble = |error: std::io::Error| {
        OpenFault::Settings(format!(
            "The lock file {} cannot be used: {error}.",
            Path::new(&name).display()
        ))
    };
    let mut lock = OpenOptions::new()
        .create(true)
        .read(true)
        .write(true)
        .truncate(false)
        .mode(0o600)
        .open(&name)
        .map_err(trouble)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut pid = String::new();
            // Whose lock it is helps the operator; that it is held is already known without.
            let _unread = lock.read_to_string(&mut pid);
            return Err(OpenFault::InUse { file: file.to_owned(), pid: pid.trim().to_owned() });
        }
        Err(TryLockError::Error(error)) => return Err(trouble(error)),
    }
    lock.set_len(0)
        .and_then(|()| lock.rewind())
        .and_then(|()| writeln!(lock, "{}", std::process::id()))
        .map_err(trouble)?;
    Ok(lock)
}

fn open_writable(file: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = open(file, flags)?;
    let mode = wal_mode(&connection).map_err(|error| fault("open", &error))?;
    if mode != "wal" {
        return Err(Fault::Unavailable {
            outage: Outage::Refused,
            detail: format!("the file system does not allow the WAL mode, only {mode}"),
        });
    }
    // FULL: a commit that was answered survives a power cut; the writer says where that is not needed.
    connection
        .execute_batch(
            "pragma synchronous = full; pragma foreign_keys = on; pragma temp_store = memory;",
        )
        .map_err(|error| fault("open", &error))?;
    Ok(connection)
}

/// Turns the WAL mode on, and looks whether it is: the word that the first statement answers comes before its commit.
fn wal_mode(connection: &Connection) -> rusqlite::Result<String> {
    let mut turned = connection.prepare("pragma journal_mode = wal")?;
    let mut rows = turned.query([])?;
    while rows.next()?.is_some() {}
    connection.query_row("pragma journal_mode", [], |row| row.get(0))
}

fn open_readable(file: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = open(file, flags)?;
    connection.execute_batch("pragma query_only = on;").map_err(|error| fault("open", &error))?;
    Ok(connection)
}

fn open(file: &Path, flags: OpenFlags) -> Result<Connection, Fault> {
    let open = || {
        let connection = Connection::open_with_flags(file, flags)?;
        connection.busy_timeout(BUSY_LIMIT)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        // A misspelt column in double quotes would pass as a text; PostgreSQL refuses it, so must SQLite.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        // Every query is by key or index, so no plan may depend on the values that are bound: else a kept
        // statement is planned anew each time it is used.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.execute_batch("pragma trusted_schema = off;")?;
        Ok(connection)
    };
    open().map_err(|error| fault("open", &error))
}

/// How long another process may hold the file before work is given up.
const BUSY_LIMIT: Duration = Duration::from_secs(5);
const STATEMENTS_KEPT: usize = 256;
