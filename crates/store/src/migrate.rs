//! Bringing the tables to the state this program knows, step by step, forwards only.
//!
//! Several nodes may start at once: a lease row lets one of them work, and each step renews that lease in its own
//! transaction, so two nodes can never apply the same step. No advisory locks: they do not pass a pooler. A database that
//! is newer than the program, or was changed by other steps than ours, is refused and left as it is.

use std::fmt;
use std::time::Duration;

use crate::chance::draw;
use crate::database::{Lasting, Patience};
use crate::driver::{Engine, Statement, Tx};
use crate::fault::Fault;
use crate::{Database, sql};

/// One step, with its text for each engine.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// 1, 2, 3, … without gaps.
    pub number: i64,
    /// The name in `migrations/NNNN_name.*.sql`.
    pub name: &'static str,
    /// The script for SQLite.
    pub sqlite: &'static str,
    /// The script for PostgreSQL.
    pub postgres: &'static str,
    /// Rows as they stood right after this step, for the tests of the steps that follow; the same on both engines.
    pub sample: &'static str,
}

/// Makes a [`Migration`] from `migrations/<file>.sqlite.sql`, `.postgres.sql` and `.sample.sql`.
#[macro_export]
macro_rules! migration {
    ($number:literal, $file:literal) => {
        $crate::Migration {
            number: $number,
            name: $file,
            sqlite: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/migrations/",
                $file,
                ".sqlite.sql"
            )),
            postgres: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/migrations/",
                $file,
                ".postgres.sql"
            )),
            sample: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/migrations/",
                $file,
                ".sample.sql"
            )),
        }
    };
}

/// All steps, in order.
pub const MIGRATIONS: &[Migration] = &[
    migration!(1, "0001_accounts"),
    migration!(2, "0002_reset"),
    migration!(3, "0003_providers"),
    migration!(4, "0004_passkeys"),
    migration!(5, "0005_account_changes"),
    migration!(6, "0006_device_index"),
    migration!(7, "0007_reports_of_mail"),
    migration!(8, "0008_paces"),
    migration!(9, "0009_grants"),
    migration!(10, "0010_signing_keys"),
    migration!(11, "0011_announcements"),
    migration!(12, "0012_clients"),
    migration!(13, "0013_packed_passwords"),
];

/// A step that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Its number.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// The checksum of its script for this engine.
    pub checksum: String,
    /// When, by the database's clock, in milliseconds since 1970-01-01 UTC.
    pub applied_at: i64,
}

/// How far a database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The applied steps, in order.
    pub applied: Vec<Applied>,
    /// The names of the steps that are still to be applied, in order.
    pub pending: Vec<&'static str>,
}

/// Why the tables are not as this program needs them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MigrateFault {
    /// The database is ahead of the program.
    Newer {
        /// The schema of the database.
        found: i64,
        /// The newest schema the program knows.
        known: i64,
    },
    /// A step was applied with another content.
    Changed {
        /// The step.
        number: i64,
        /// Its name in the database.
        name: String,
    },
    /// Another node has been at work for too long.
    Busy,
    /// A step failed; it left nothing behind.
    Step {
        /// The step.
        name: &'static str,
        /// Why.
        fault: Fault,
    },
    /// The database failed.
    Database(Fault),
}

impl fmt::Display for MigrateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Newer { found, known } => write!(
                f,
                "This database has schema {found}, this genkan knows up to {known}. Start a newer genkan or restore a backup."
            ),
            Self::Changed { number, name } => write!(
                f,
                "Step {number} ({name}) of this database was not made by this genkan: its content differs. Start the genkan that made it or restore a backup."
            ),
            Self::Busy => f.write_str(
                "Another genkan has been changing the tables of this database for too long. Look at its log, then start again.",
            ),
            Self::Step { name, fault } => {
                write!(f, "The migration {name} failed and left nothing behind. {fault}")
            }
            Self::Database(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for MigrateFault {}

impl From<Fault> for MigrateFault {
    fn from(fault: Fault) -> Self {
        Self::Database(fault)
    }
}

/// Applies what is missing of [`MIGRATIONS`] and says what this call applied.
///
/// # Errors
/// See [`MigrateFault`].
pub async fn migrate(database: &Database) -> Result<Vec<Applied>, MigrateFault> {
    migrate_list(database, MIGRATIONS).await
}

/// How far a database is. Changes nothing.
///
/// # Errors
/// See [`MigrateFault`].
pub async fn status(database: &Database) -> Result<Status, MigrateFault> {
    status_list(database, MIGRATIONS).await
}

/// [`status`] for another list of steps.
///
/// # Errors
/// See [`MigrateFault`].
pub async fn status_list(
    database: &Database,
    list: &'static [Migration],
) -> Result<Status, MigrateFault> {
    let applied = if has_basis(database).await? { applied(database).await? } else { Vec::new() };
    let pending = pending(database.engine(), list, &applied)?;
    Ok(Status { applied, pending: pending.iter().map(|step| step.name).collect() })
}

/// [`migrate`] for another list of steps.
///
/// # Errors
/// See [`MigrateFault`].
pub async fn migrate_list(
    database: &Database,
    list: &'static [Migration],
) -> Result<Vec<Applied>, MigrateFault> {
    make_basis(database).await?;
    let holder = format!("{:016x}", draw());
    let mut looks = 0;
    loop {
        // Looked at before the lease, so that a node of an up-to-date database starts without writing.
        if pending(database.engine(), list, &applied(database).await?)?.is_empty() {
            return Ok(Vec::new());
        }
        if take_lease(database, &holder).await? {
            break;
        }
        looks += 1;
        if looks > LOOKS {
            return Err(MigrateFault::Busy);
        }
        database.pause(BETWEEN_LOOKS).await;
    }
    let done = apply_all(database, list, &holder).await;
    let released = release_lease(database, holder).await;
    let done = done?;
    released?;
    Ok(done)
}

async fn apply_all(
    database: &Database,
    list: &'static [Migration],
    holder: &str,
) -> Result<Vec<Applied>, MigrateFault> {
    let before = applied(database).await?;
    let mut done = Vec::new();
    for step in pending(database.engine(), list, &before)? {
        done.push(apply(database, step, holder.to_owned()).await?);
    }
    Ok(done)
}

/// One step and its row in `migrations`, in one transaction that begins by renewing the lease: the row lock this takes
/// keeps other nodes out even if the step outlasts the lease.
async fn apply(
    database: &Database,
    step: &'static Migration,
    holder: String,
) -> Result<Applied, MigrateFault> {
    database
        .write_with(Patience::Migration, Lasting::OnDisk, move |tx| {
            let holder = holder.clone();
            Box::pin(apply_in(tx, step, holder))
        })
        .await
        .map_err(|fault| MigrateFault::Step { name: step.name, fault })
}

async fn apply_in(tx: &mut dyn Tx, step: &'static Migration, holder: String) -> Result<Applied, Fault> {
    let now = tx.now().await?;
    let kept = tx.execute(&KEEP_LEASE, &[(now + LEASE_MS).into(), holder.into()]).await?;
    if kept == 0 {
        return Err(Fault::Contention("another node took over the migration".to_owned()));
    }
    let engine = tx.engine();
    tx.script(step.script(engine)).await?;
    let row = Applied {
        number: step.number,
        name: step.name.to_owned(),
        checksum: step.checksum(engine),
        applied_at: now,
    };
    let values = [
        row.number.into(),
        row.name.as_str().into(),
        row.checksum.as_str().into(),
        row.applied_at.into(),
    ];
    tx.execute(&RECORD, &values).await?;
    Ok(row)
}

impl Migration {
    fn script(&self, engine: Engine) -> &'static str {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        }
    }

    /// Finds changes made by accident, not by malice: whoever can write the table can write its checksum (FNV-1a, 64 bits).
    fn checksum(&self, engine: Engine) -> String {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        // A checkout with other line ends is the same script.
        for byte in self.script(engine).bytes().filter(|byte| *byte != b'\r') {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        format!("{hash:016x}")
    }
}

/// What is to be done, or why this database cannot be worked with.
fn pending(
    engine: Engine,
    list: &'static [Migration],
    applied: &[Applied],
) -> Result<Vec<&'static Migration>, MigrateFault> {
    let known = list.last().map_or(0, |step| step.number);
    let found = applied.last().map_or(0, |step| step.number);
    if found > known {
        return Err(MigrateFault::Newer { found, known });
    }
    for (position, row) in applied.iter().enumerate() {
        let same = list.get(position).is_some_and(|step| {
            step.number == row.number && step.name == row.name && step.checksum(engine) == row.checksum
        });
        if !same {
            return Err(MigrateFault::Changed { number: row.number, name: row.name.clone() });
        }
    }
    Ok(list.iter().skip(applied.len()).collect())
}

async fn applied(database: &Database) -> Result<Vec<Applied>, Fault> {
    database
        .read(|tx| {
            Box::pin(async move {
                let rows = tx.query(&LIST, &[]).await?;
                rows.iter()
                    .map(|row| {
                        Ok(Applied {
                            number: row.int("number")?,
                            name: row.text("name")?.to_owned(),
                            checksum: row.text("checksum")?.to_owned(),
                            applied_at: row.int("applied_at")?,
                        })
                    })
                    .collect()
            })
        })
        .await
}

async fn has_basis(database: &Database) -> Result<bool, Fault> {
    database
        .read(|tx| {
            Box::pin(async move {
                let rows = tx.query(&HAS_BASIS, &[]).await?;
                rows.first().map_or(Ok(false), |row| Ok(row.int("found")? > 0))
            })
        })
        .await
}

/// Makes the tables that the migrations themselves need.
async fn make_basis(database: &Database) -> Result<(), Fault> {
    let mut tries = 0;
    while !has_basis(database).await? {
        let made = database
            .write(|tx| {
                Box::pin(async move {
                    let script = match tx.engine() {
                        Engine::Sqlite => include_str!("../migrations/basis.sqlite.sql"),
                        Engine::Postgres => include_str!("../migrations/basis.postgres.sql"),
                    };
                    tx.script(script).await
                })
            })
            .await;
        tries += 1;
        match made {
            Ok(()) => return Ok(()),
            // PostgreSQL: another node makes the same tables right now; "if not exists" does not cover that.
            Err(Fault::Unique { .. } | Fault::Schema(_)) if tries < LOOKS => {
                database.pause(BETWEEN_LOOKS).await;
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok(())
}

async fn take_lease(database: &Database, holder: &str) -> Result<bool, Fault> {
    let holder = holder.to_owned();
    let taken = database
        .write(move |tx| {
            let holder = holder.clone();
            Box::pin(async move {
                let now = tx.now().await?;
                let values = [holder.into(), (now + LEASE_MS).into(), now.into()];
                tx.execute(&TAKE_LEASE, &values).await
            })
        })
        .await;
    match taken {
        Ok(rows) => Ok(rows == 1),
        // The holder's step has the row; it is waited for like the lease itself.
        Err(Fault::Contention(_) | Fault::Unavailable { outage: crate::Outage::TimedOut, .. }) => {
            Ok(false)
        }
        Err(fault) => Err(fault),
    }
}

async fn release_lease(database: &Database, holder: String) -> Result<u64, Fault> {
    database
        .write(move |tx| {
            let holder = holder.clone();
            Box::pin(async move { tx.execute(&RELEASE_LEASE, &[holder.into()]).await })
        })
        .await
}

/// The statements by which migrations are kept, for the test that prepares all of them.
pub const MIGRATION_STATEMENTS: &[Statement] =
    &[LIST, RECORD, TAKE_LEASE, KEEP_LEASE, RELEASE_LEASE, HAS_BASIS];

const LIST: Statement = sql!("migrate/list", []);
const RECORD: Statement = sql!("migrate/record", [Int, Text, Text, Int]);
const TAKE_LEASE: Statement = sql!("migrate/take_lease", [Text, Int, Int]);
const KEEP_LEASE: Statement = sql!("migrate/keep_lease", [Int, Text]);
const RELEASE_LEASE: Statement = sql!("migrate/release_lease", [Text]);
const HAS_BASIS: Statement = sql!("migrate/has_basis", [], twin);

const LEASE_MS: i64 = 60_000;
const BETWEEN_LOOKS: Duration = Duration::from_millis(250);
/// Five minutes in all.
const LOOKS: u32 = 1200;
