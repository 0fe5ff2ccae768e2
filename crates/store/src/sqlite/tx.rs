//! A transaction on an SQLite connection, and how a statement is run on it.
//!
//! Nothing here ever waits: each call is answered at once, so the futures are ready when they are made. The caller begins
//! and ends the transaction.

use std::future::ready;
use std::sync::Arc;

use futures_util::FutureExt;
use rusqlite::Connection;
use rusqlite::types::{ToSqlOutput, ValueRef};

use super::Clock;
use super::classify::fault;
use crate::driver::{CLOCK, Engine, Question, Row, Statement, Tx, Value, Work};
use crate::fault::Fault;

pub(super) struct SqliteTx<'c> {
    connection: &'c mut Connection,
    clock: &'c Clock,
    spoiled: Option<Fault>,
}

/// Runs work on a connection; the transaction around it is the caller's.
///
/// # Errors
/// The fault of the work, or of the first statement that failed, even if the work took no notice of it.
pub(super) fn run<T>(
    connection: &mut Connection,
    clock: &Clock,
    work: &impl for<'a> Fn(&'a mut dyn Tx) -> Work<'a, T>,
) -> Result<T, Fault> {
    let mut tx = SqliteTx { connection, clock, spoiled: None };
    let answer = work(&mut tx).now_or_never();
    let Some(answer) = answer else {
        return Err(Fault::Bug(
            "the work in a transaction waited for something else than the database".to_owned(),
        ));
    };
    match (answer, tx.spoiled) {
        (Ok(_), Some(fault)) => Err(fault),
        (answer, _) => answer,
    }
}

impl SqliteTx<'_> {
    /// Runs one step unless an earlier one failed, and remembers a failure.
    fn step<T>(&mut self, step: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Fault> {
        if let Some(fault) = &self.spoiled {
            return Err(fault.clone());
        }
        let answer = step(self.connection);
        self.spoiled = answer.as_ref().err().cloned();
        answer
    }
}

impl Tx for SqliteTx<'_> {
    fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    fn query<'a>(&'a mut self, statement: &'a Statement, values: &'a [Value]) -> Work<'a, Vec<Row>> {
        let clock = self.clock;
        Box::pin(ready(self.step(|connection| query(connection, clock, statement, values))))
    }

    fn query_all<'a>(&'a mut self, questions: &'a [Question]) -> Work<'a, Vec<Vec<Row>>> {
        let clock = self.clock;
        let ask = |asked: &Question| {
            self.step(|connection| query(connection, clock, &asked.statement, &asked.values))
        };
        Box::pin(ready(questions.iter().map(ask).collect()))
    }

    fn execute<'a>(&'a mut self, statement: &'a Statement, values: &'a [Value]) -> Work<'a, u64> {
        Box::pin(ready(self.step(|connection| execute(connection, statement, values))))
    }

    fn tell<'a>(&'a mut self, statement: &'a Statement, values: &'a [Value]) -> Work<'a, ()> {
        let told = self.step(|connection| execute(connection, statement, values));
        Box::pin(ready(told.map(drop)))
    }

    fn now(&mut self) -> Work<'_, i64> {
        Box::pin(ready(Ok((self.clock)())))
    }

    fn clock_moved_by(&self) -> i64 {
        0
    }

    fn script<'a>(&'a mut self, sql: &'a str) -> Work<'a, ()> {
        Box::pin(ready(
            self.step(|connection| {
                connection.execute_batch(sql).map_err(|error| fault("script", &error))
            }),
        ))
    }
}

fn bind<'c>(
    connection: &'c Connection,
    statement: &Statement,
    values: &[Value],
) -> Result<rusqlite::CachedStatement<'c>, Fault> {
    statement.check(values)?;
    let trouble = |error| fault(statement.name, &error);
    let mut prepared = connection.prepare_cached(statement.sqlite).map_err(trouble)?;
    if prepared.parameter_count() != values.len() {
        return Err(Fault::Bug(format!(
            "{}: the text has {} placeholders and the statement names {}",
            statement.name,
            prepared.parameter_count(),
            values.len()
        )));
    }
    for (position, value) in values.iter().enumerate() {
        prepared.raw_bind_parameter(position + 1, Bound(value)).map_err(trouble)?;
    }
    Ok(prepared)
}

/// Prepares a statement without running it.
pub(super) fn prepare(connection: &Connection, statement: &Statement) -> Result<(), Fault> {
    let nothing = vec![Value::Null; statement.params.len()];
    bind(connection, statement, &nothing).map(drop)
}

fn execute(connection: &Connection, statement: &Statement, values: &[Value]) -> Result<u64, Fault> {
    let mut prepared = bind(connection, statement, values)?;
    let changed = prepared.raw_execute().map_err(|error| fault(statement.name, &error))?;
    u64::try_from(changed).map_err(|_| Fault::Bug("too many rows".to_owned()))
}

fn query(
    connection: &Connection,
    clock: &Clock,
    statement: &Statement,
    values: &[Value],
) -> Result<Vec<Row>, Fault> {
    if *statement == CLOCK {
        let columns = Arc::from(["now".to_owned()]);
        return Ok(vec![Row::new(statement.name, columns, vec![Value::Int(clock())])]);
    }
    let mut prepared = bind(connection, statement, values)?;
    let columns: Arc<[String]> = prepared.column_names().map(str::to_owned).collect();
    let trouble = |error| fault(statement.name, &error);
    let mut found = Vec::new();
    let mut rows = prepared.raw_query();
    while let Some(row) = rows.next().map_err(trouble)? {
        let mut values = Vec::with_capacity(columns.len());
        for (position, column) in columns.iter().enumerate() {
            let value = row.get_ref(position).map_err(trouble)?;
            values.push(read(value).map_err(|problem| Fault::Inconsistent {
                statement: statement.name,
                column: column.clone(),
                problem,
            })?);
        }
        found.push(Row::new(statement.name, Arc::clone(&columns), values));
    }
    Ok(found)
}

fn read(value: ValueRef<'_>) -> Result<Value, &'static str> {
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Int(number)),
        ValueRef::Real(_) => Err("a number with a fraction"),
        ValueRef::Text(text) => std::str::from_utf8(text)
            .map(|text| Value::Text(text.to_owned()))
            .map_err(|_| "a text that is not UTF-8"),
        ValueRef::Blob(bytes) => Ok(Value::Bytes(bytes.to_vec())),
    }
}

/// A value on loan to SQLite.
struct Bound<'v>(&'v Value);

impl rusqlite::ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
            Value::Null => ValueRef::Null,
        }))
    }
}
