//! PostgreSQL's error codes in the words of [`Fault`] (PostgreSQL manual, appendix A).
//!
//! The `DETAIL` of an error is never passed on: it holds stored values.

use std::error::Error as _;

use tokio_postgres::Error;
use tokio_postgres::error::DbError;

use super::pooler::POOLED;
use crate::fault::{Fault, Outage};

/// Says what an error means; `at` names the statement.
pub(super) fn fault(at: &str, error: &Error) -> Fault {
    if let Some(said) = error.as_db_error() {
        return said_by_server(at, said);
    }
    let cause = error.source().map(|cause| format!(": {cause}"));
    let detail = format!("{at}: {error}{}", cause.unwrap_or_default());
    let outage = match error.to_string().as_str() {
        // The driver does not show its kinds of error but by their words.
        text if text.starts_with("error connecting") || text.starts_with("authentication") => {
            Outage::Refused
        }
        text if text.starts_with("error performing TLS") => Outage::Refused,
        text if text.starts_with("error communicating") => Outage::Lost,
        text if text.starts_with("unexpected message") => Outage::Lost,
        _ if error.is_closed() => Outage::Lost,
        _ => return Fault::Bug(detail),
    };
    Fault::Unavailable { outage, detail }
}

/// No answer within the limit of this side.
pub(super) fn late(at: &str) -> Fault {
    Fault::Unavailable { outage: Outage::TimedOut, detail: format!("{at}: no answer within the limit") }
}

/// Whether a statement that the server keeps brings other columns now than when it was prepared.
pub(super) fn is_stale(said: &DbError) -> bool {
    // feature_not_supported means much else; the function that says it does not.
    said.code().code() == "0A000" && said.routine() == Some("RevalidateCachedQuery")
}

fn said_by_server(at: &str, said: &DbError) -> Fault {
    let code = said.code().code();
    let detail = format!("{at}: {} ({code})", said.message());
    let unavailable = |outage| Fault::Unavailable { outage, detail: detail.clone() };
    let pooled =
        || Fault::Unavailable { outage: Outage::Refused, detail: format!("{detail}: {POOLED}") };
    match code {
        // serialization_failure, deadlock_detected, lock_not_available
        "40001" | "40P01" | "55P03" => Fault::Contention(detail),
        "23505" => Fault::Unique {
            table: said.table().unwrap_or_default().to_owned(),
            constraint: said.constraint().unwrap_or_default().to_owned(),
        },
        // division_by_zero: the look at the connection failed. invalid_sql_statement_name, duplicate_prepared_statement
        "22012" if at == "begin" => pooled(),
        "26000" | "42P05" => pooled(),
        // A step of a newer node has changed the type of a column: the statement is to be prepared anew.
        "0A000" if is_stale(said) => Fault::Contention(detail),
        // query_canceled: the server's own limit
        "57014" => unavailable(Outage::TimedOut),
        // The server goes down or restarts; the connection idled too long inside a transaction.
        "57P01" | "57P02" | "57P05" | "25P03" | "25P04" => unavailable(Outage::Lost),
        // cannot_connect_now; read_only_sql_transaction: not the primary (any more)
        "57P03" | "25006" => unavailable(Outage::Refused),
        _ if code.starts_with("08") => unavailable(Outage::Lost),
        // No room, no such login, disk trouble.
        _ if ["53", "28", "58", "3D"].iter().any(|class| code.starts_with(class)) => {
            unavailable(Outage::Refused)
        }
        // undefined_table, undefined_column, undefined_object, duplicate_table, duplicate_object (the type of a
        // table that another node makes at this moment), invalid_schema_name
        "42P01" | "42703" | "42704" | "42P07" | "42710" | "3F000" => Fault::Schema(detail),
        _ => Fault::Bug(detail),
    }
}
