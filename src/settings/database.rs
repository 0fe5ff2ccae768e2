//! Where the accounts are kept, and how the database is spoken to.
//!
//! What the two engines have in common is said here as well; the driver reads the URL in full.

use std::time::Duration;

use secrecy::SecretString;

use super::problem::Problem;
use super::typed::{Held, Rest};
use super::value::{DatabasePlace, Value};

pub(crate) struct Database {
    pub place: DatabasePlace,
    pub password: Option<SecretString>,
    pub pool: u32,
    pub statement_timeout: Duration,
    pub statements: KeptStatements,
}

/// Whether PostgreSQL keeps statements and their plans by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeptStatements {
    Unnamed,
    Named,
}

impl Held for KeptStatements {
    fn held(value: Value) -> Option<Self> {
        match String::held(value)?.as_str() {
            "unnamed" => Some(Self::Unnamed),
            "named" => Some(Self::Named),
            _ => None,
        }
    }
}

pub(super) fn take(rest: &mut Rest) -> Result<Database, Problem> {
    Ok(Database {
        place: rest.value("database.url")?,
        password: rest.maybe("database.password")?,
        pool: rest.value("database.pool")?,
        statement_timeout: rest.value("database.statement_timeout")?,
        statements: rest.value("database.statements")?,
    })
}
