//! Read-only connections, used in place on the calling task.
//!
//! A point read takes microseconds, less than a hop to another thread. A connection is out only while the work runs
//! without a pause, so there are never more of them than threads that run tasks; up to that many are kept.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use super::classify::fault;
use super::{Clock, open_readable, tx};
use crate::driver::{Statement, Tx, Work};
use crate::fault::{Fault, Outage};

pub(super) struct Readers {
    file: PathBuf,
    /// The connections at rest; `None` after closing.
    rest: Mutex<Option<Vec<Connection>>>,
}

impl Readers {
    pub(super) fn open(file: &Path) -> Result<Self, Fault> {
        let first = open_readable(file)?;
        Ok(Self { file: file.to_owned(), rest: Mutex::new(Some(vec![first])) })
    }

    pub(super) fn run<T>(
        &self,
        clock: &Clock,
        work: impl for<'a> Fn(&'a mut dyn Tx) -> Work<'a, T>,
    ) -> Result<T, Fault> {
        // If the work panics, the connection is dropped on the way and with it the transaction.
        let mut connection = self.take()?;
        frame(&connection, "begin")?;
        let answer = tx::run(&mut connection, clock, &work);
        frame(&connection, "commit")?;
        self.put(connection);
        answer
    }

    pub(super) fn prepare(&self, statement: &Statement) -> Result<(), Fault> {
        let connection = self.take()?;
        let answer = tx::prepare(&connection, statement);
        self.put(connection);
        answer
    }

    pub(super) fn close(&self) {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    fn take(&self) -> Result<Connection, Fault> {
        let kept = {
            let mut rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner);
            match rest.as_mut() {
                Some(rest) => rest.pop(),
                None => return Err(closed()),
            }
        };
        kept.map_or_else(|| open_readable(&self.file), Ok)
    }

    fn put(&self, connection: Connection) {
        let mut rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rest) = rest.as_mut()
            && rest.len() < KEPT
        {
            rest.push(connection);
        }
    }
}

/// What is said when the database was closed.
pub(super) fn closed() -> Fault {
    Fault::Unavailable { outage: Outage::Refused, detail: "the database was closed".to_owned() }
}

/// Begins or ends a transaction.
pub(super) fn frame(connection: &Connection, sql: &'static str) -> Result<(), Fault> {
    connection
        .prepare_cached(sql)
        .and_then(|mut prepared| prepared.raw_execute())
        .map(drop)
        .map_err(|error| fault(sql, &error))
}

const KEPT: usize = 32;
