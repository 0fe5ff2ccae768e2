//! Rows: one SQL text, two drivers.
//!
//! The lower half of the store: a database (SQLite or PostgreSQL) seen as transactions that run named statements, its
//! migrations and its backup. What the rows mean is the business of the upper half, which is built over this.
//!
//! Only `driver`, `sqlite` and `postgres` may name a database crate; nothing here may know an account rule.

mod backup;
mod chance;
mod database;
mod driver;
mod fault;
mod migrate;
mod placeholders;
mod postgres;
mod sqlite;

pub use backup::{BackupFault, backup};
pub use database::Database;
pub use driver::{Column, Engine, Kind, Row, Statement, Tx, Value, Work};
pub use fault::{Fault, OpenFault, Outage};
pub use migrate::{
    Applied, MIGRATION_STATEMENTS, MIGRATIONS, MigrateFault, Migration, Status, migrate,
    migrate_list, status, status_list,
};
pub use placeholders::check_placeholders;
pub use postgres::PostgresOptions;
pub use sqlite::{Clock, Role};
