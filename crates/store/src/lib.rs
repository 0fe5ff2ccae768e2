//! Rows: one SQL text, two drivers.
//!
//! The upper half knows what the rows mean: `load` makes a snapshot of them, `write` carries events out on them, `outbox`
//! keeps the mails, `outgoing` what endpoints are told, `query` answers plain questions, `sightings` remembers answered session checks, `sweep` deletes what
//! means nothing any more; `Store` is their door.
//! The lower half is a database (SQLite or PostgreSQL) seen as transactions that run named statements, its migrations
//! and its backup.
//!
//! Only `driver`, `sqlite` and `postgres` may name a database crate; nothing here may decide what a rule decides.

#![cfg_attr(
    not(test),
    deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)
)]

mod backup;
mod chance;
#[deny(clippy::wildcard_enum_match_arm)]
mod changed;
mod clients;
mod database;
mod driver;
mod fault;
mod fault_points;
mod kept_announcement;
mod kept_mail;
#[deny(clippy::wildcard_enum_match_arm)]
mod load;
mod migrate;
mod outbox;
mod outgoing;
mod pace;
mod placeholders;
mod postgres;
mod query;
mod questions;
mod restore;
mod restored;
mod sightings;
mod signing_keys;
mod sqlite;
mod statements;
mod store;
mod suppressed;
mod sweep;
mod tally;
mod text;
mod tokens;
#[deny(clippy::wildcard_enum_match_arm)]
mod write;

pub use backup::{BackupFault, backup};
pub use clients::KeptClient;
pub use database::Database;
pub use driver::{Column, Engine, Kind, Question, Row, Statement, Tx, Value, Work};
pub use fault::{Fault, OpenFault, Outage};
pub use kept_announcement::{
    AnnouncementId, AnnouncementState, KeptAnnouncement, Replay, ReplayOf, WaitingAnnouncements,
};
pub use kept_mail::{KeptMail, MailState};
pub use migrate::{
    Applied, MIGRATION_STATEMENTS, MIGRATIONS, MigrateFault, Migration, Status, migrate, migrate_list,
    status, status_list,
};
pub use outbox::{ClaimedMails, Lease, MailCounts, MailId, OutgoingMail, WaitingMails};
pub use placeholders::check_placeholders;
pub use postgres::{PostgresOptions, Statements};
pub use query::{ActivityCursor, OwnedPasskey};
pub use restore::{Replaced, RestoreFault, restore};
pub use restored::{Restored, accounts, restored};
pub use sightings::{Sighting, Steady};
pub use signing_keys::{Added, Before, KeptSigningKey, NewSigningKey};
pub use sqlite::{Clock, Role};
pub use statements::row_statements;
pub use store::{KEPT_BACK, Store};
pub use suppressed::{Reported, SuppressedAddress, SuppressedCounts};
pub use sweep::Swept;
pub use tokens::IdentityToken;
