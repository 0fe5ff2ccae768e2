//! A database, whichever engine it is: two ways to work with it, `write` and `read`.
//!
//! Work is a closure over a transaction; it may be run again when others were in the way, so it must not change anything
//! but through the transaction. Nothing outside this crate learns which driver is below, except by `engine()`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use figures::Figures;

use crate::driver::{Engine, Statement, Tx, Work};
use crate::fault::{Fault, OpenFault};
use crate::postgres::{Postgres, PostgresOptions};
use crate::sqlite::{Clock, Role, Sqlite};
use crate::tally::{self, Tally};

/// An open database. Clones share it.
#[derive(Clone)]
pub struct Database {
    db: Db,
    tally: Arc<Tally>,
}

#[derive(Clone)]
enum Db {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// What a write waits for before it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lasting {
    /// Until it is on the disk.
    OnDisk,
    /// Only until it stands before all that is written later. A killed process loses nothing of it; a power cut may, and
    /// then loses whatever was not yet answered after it as well. For what nobody outside was told.
    InOrder,
}

/// How long a transaction may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    /// The usual limits.
    Request,
    /// A migration, or what else touches all rows, may take as long as it needs.
    Migration,
}

impl Database {
    /// Opens or makes an SQLite file. `clock` gives milliseconds since 1970-01-01 UTC.
    ///
    /// # Errors
    /// [`OpenFault::InUse`] if another server works on the file; [`OpenFault::Database`] if it cannot be used.
    pub fn open_sqlite(path: &Path, role: Role, clock: Clock) -> Result<Self, OpenFault> {
        let sqlite = Sqlite::open(path, role, clock)?;
        Ok(Self { db: Db::Sqlite(sqlite), tally: Arc::new(Tally::new()) })
    }

    /// Prepares a pool for a PostgreSQL server and makes sure that it answers.
    ///
    /// # Errors
    /// [`OpenFault::Settings`] if the URL or a certificate cannot be used; [`OpenFault::Database`] if nobody answers.
    pub async fn open_postgres(options: PostgresOptions) -> Result<Self, OpenFault> {
        let tally = Arc::new(Tally::new());
        let postgres = Postgres::open(options, tally.repeated("contention")).await?;
        Ok(Self { db: Db::Postgres(postgres), tally })
    }

    /// Which engine is below.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match &self.db {
            Db::Sqlite(_) => Engine::Sqlite,
            Db::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs the work in one transaction and answers when it is durably committed.
    ///
    /// The work may be run several times; a [`Fault::Contention`] from a statement or from the work itself brings a
    /// retry (PostgreSQL), for about two seconds at most. On SQLite the work may wait for nothing but this transaction.
    ///
    /// # Errors
    /// The fault of the work or of the engine; then nothing was changed, except maybe for [`Fault::Uncertain`].
    pub async fn write<T, W>(&self, work: W) -> Result<T, Fault>
    where
        T: Send + 'static,
        W: for<'a> Fn(&'a mut dyn Tx) -> Work<'a, T> + Send + Sync + 'static,
    {
        self.write_with(Patience::Request, Lasting::OnDisk, work).await
    }

    /// As `write`, but answers before the disk has it, for what nobody outside is told. A killed process loses nothing of
    /// it. A power cut may, and then loses everything that was written after it, which cannot have been answered yet.
    ///
    /// # Errors
    /// See [`Database::write`].
    pub async fn write_in_order<T, W>(&self, work: W) -> Result<T, Fault>
    where
        T: Send + 'static,
        W: for<'a> Fn(&'a mut dyn Tx) -> Work<'a, T> + Send + Sync + 'static,
    {
        self.write_with(Patience::Request, Lasting::InOrder, work).await
    }

    pub(crate) async fn write_with<T, W>(
        &self,
        patience: Patience,
        lasting: Lasting,
        work: W,
    ) -> Result<T, Fault>
    where
        T: Send + 'static,
        W: for<'a> Fn(&'a mut dyn Tx) -> Work<'a, T> + Send + Sync + 'static,
    {
        #[cfg(feature = "fault-points")]
        let work = crate::fault_points::around(work);
        let began = Instant::now();
        let answer = match &self.db {
            Db::Sqlite(sqlite) => sqlite.write(lasting, work).await,
            Db::Postgres(postgres) => postgres.write(patience, lasting, work).await,
        };
        self.tally.ended(tally::Work::Write, began, &answer);
        answer
    }

    /// Runs the work on one consistent state of the database; it cannot change anything.
    ///
    /// # Errors
    /// The fault of the work or of the engine.
    pub async fn read<T, W>(&self, work: W) -> Result<T, Fault>
    where
        T: Send + 'static,
        W: for<'a> Fn(&'a mut dyn Tx) -> Work<'a, T> + Send + Sync + 'static,
    {
        let began = Instant::now();
        let answer = match &self.db {
            Db::Sqlite(sqlite) => sqlite.read(work),
            Db::Postgres(postgres) => postgres.read(work).await,
        };
        self.tally.ended(tally::Work::Read, began, &answer);
        answer
    }

    /// Registers what this database counts and measures. Telling it asks the database nothing.
    pub fn tell(&self, figures: &mut Figures) {
        self.tally.tell(figures);
        match &self.db {
            Db::Sqlite(sqlite) => sqlite.tell(figures),
            Db::Postgres(postgres) => postgres.tell(figures),
        }
    }

    /// A transaction is run again, because somebody has just taken a key.
    pub(crate) fn is_repeated(&self) {
        self.tally.repeated("taken").one();
    }

    /// Prepares a statement without running it: for the test that does so with every statement on both engines. Not
    /// through a pooler.
    ///
    /// # Errors
    /// What the engine dislikes about the text, the number of its placeholders, or the types of its columns.
    pub async fn prepare(&self, statement: &Statement) -> Result<(), Fault> {
        match &self.db {
            Db::Sqlite(sqlite) => sqlite.prepare(statement),
            Db::Postgres(postgres) => postgres.prepare(statement).await,
        }
    }

    /// Ends the work: what was asked before is answered, what is asked later is refused. Gives an SQLite file free.
    pub async fn close(&self) {
        match &self.db {
            Db::Sqlite(sqlite) => sqlite.close().await,
            Db::Postgres(postgres) => postgres.close(),
        }
    }

    /// Comes about when what was committed can only be kept by a fresh process, which reads the SQLite log anew from its
    /// start: a sync has failed. Says why. From then on nothing is written any more; what was answered is in the log.
    pub async fn doubted(&self) -> String {
        match &self.db {
            Db::Sqlite(sqlite) => sqlite.doubted().await,
            Db::Postgres(_) => std::future::pending().await,
        }
    }

    /// Whether something between here and a server gives each transaction another connection to it. `None` where that
    /// cannot be seen, or there is no server.
    ///
    /// # Errors
    /// The fault of the database.
    pub async fn is_pooled(&self) -> Result<Option<bool>, Fault> {
        match &self.db {
            Db::Sqlite(_) => Ok(None),
            Db::Postgres(postgres) => postgres.is_pooled().await,
        }
    }

    /// The clock, where it is this machine's; a server has its own.
    pub(crate) fn machine_clock(&self) -> Option<i64> {
        match &self.db {
            Db::Sqlite(sqlite) => Some(sqlite.now()),
            Db::Postgres(_) => None,
        }
    }

    /// The SQLite file, or `None` on a server.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        match &self.db {
            Db::Sqlite(sqlite) => Some(sqlite.file()),
            Db::Postgres(_) => None,
        }
    }

    /// A pause, such as between two looks at a lease.
    pub(crate) async fn pause(&self, length: Duration) {
        tokio::time::sleep(length).await;
    }
}
