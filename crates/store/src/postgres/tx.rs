//! A transaction on a PostgreSQL connection, and how a statement is run on it.
//!
//! Statements are unnamed and carry the types of their parameters, so a pooler may put any server connection behind each
//! transaction. For a read, `begin` travels together with the first statement. Every answer has a limit on this side.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Column, Error};

use super::classify::{fault, late};
use crate::driver::{Engine, Kind, Row, Statement, Tx, Value, Work};
use crate::fault::{Fault, Outage};

pub(super) struct PostgresTx<'c> {
    client: &'c Client,
    limit: Duration,
    clock_offset_ms: i64,
    /// What must be sent before the first statement.
    begin: Option<&'c str>,
    spoiled: Option<Fault>,
    /// A statement got no answer on this side; nothing more can be asked of this connection.
    stuck: bool,
}

impl<'c> PostgresTx<'c> {
    pub(super) fn new(
        client: &'c Client,
        limit: Duration,
        clock_offset_ms: i64,
        begin: Option<&'c str>,
    ) -> Self {
        Self { client, limit, clock_offset_ms, begin, spoiled: None, stuck: false }
    }

    /// The answer of the work, unless a statement failed: a commit would then keep nothing and yet say "done".
    pub(super) fn verdict<T>(self, answer: Result<T, Fault>) -> Result<T, Fault> {
        match (answer, self.spoiled) {
            (Ok(_), Some(fault)) | (Err(_), Some(fault @ Fault::Contention(_))) => Err(fault),
            (answer, _) => answer,
        }
    }

    /// May the connection be used again once the transaction has been ended?
    pub(super) fn is_sound(&self) -> bool {
        let lost = matches!(self.spoiled, Some(Fault::Unavailable { outage: Outage::Lost, .. }));
        !lost && !self.stuck
    }

    async fn step<T>(
        &mut self,
        name: &str,
        ask: impl Future<Output = Result<T, Error>> + Send,
    ) -> Result<T, Fault> {
        if let Some(fault) = &self.spoiled {
            return Err(fault.clone());
        }
        let begin = self.begin.take();
        let client = self.client;
        let both = async {
            let Some(begin) = begin else {
                return ask.await;
            };
            // Polled in this order, so sent in this order, in one go.
            let (begun, answer) = futures_util::future::join(client.batch_execute(begin), ask).await;
            begun.and(answer)
        };
        let answer = match timeout(self.limit, both).await {
            Ok(answer) => answer.map_err(|error| fault(name, &error)),
            Err(_) => {
                self.stuck = true;
                Err(late(name))
            }
        };
        self.spoil(answer)
    }

    fn spoil<T>(&mut self, answer: Result<T, Fault>) -> Result<T, Fault> {
        if let Err(fault) = &answer {
            self.spoiled = Some(fault.clone());
        }
        answer
    }
}

impl Tx for PostgresTx<'_> {
    fn engine(&self) -> Engine {
        Engine::Postgres
    }

    fn query<'a>(&'a mut self, statement: &'a Statement, values: &'a [Value]) -> Work<'a, Vec<Row>> {
        Box::pin(async move {
            let bound = bind(statement, values);
            let bound = self.spoil(bound)?;
            let client = self.client;
            let rows =
                self.step(statement.name, client.query_typed(statement.postgres, &bound)).await?;
            let rows = read_all(statement.name, &rows);
            self.spoil(rows)
        })
    }

    fn execute<'a>(&'a mut self, statement: &'a Statement, values: &'a [Value]) -> Work<'a, u64> {
        Box::pin(async move {
            let bound = bind(statement, values);
            let bound = self.spoil(bound)?;
            let client = self.client;
            self.step(statement.name, client.execute_typed(statement.postgres, &bound)).await
        })
    }

    fn now(&mut self) -> Work<'_, i64> {
        Box::pin(async move {
            let rows = self.query(&NOW, &[]).await?;
            let row = rows.first().ok_or_else(|| Fault::Bug("the clock gave no row".to_owned()))?;
            Ok(row.int("now")?.saturating_add(self.clock_offset_ms))
        })
    }

    fn clock_moved_by(&self) -> i64 {
        self.clock_offset_ms
    }

    fn script<'a>(&'a mut self, sql: &'a str) -> Work<'a, ()> {
        Box::pin(async move {
            let client = self.client;
            self.step("script", client.batch_execute(sql)).await
        })
    }
}

/// Not `now()`, which stands still inside a transaction.
const NOW: Statement = Statement {
    name: "clock/now",
    sqlite: "",
    postgres: "select (extract(epoch from clock_timestamp()) * 1000)::bigint as now",
    params: &[],
};

/// Prepares a statement without running it, and looks at the types of what it would bring. For tests: the statement has a
/// name on the server, which a pooler would lose.
pub(super) async fn prepare(client: &Client, statement: &Statement) -> Result<(), Fault> {
    let kinds: Vec<Type> = statement.params.iter().map(|kind| type_of(*kind)).collect();
    let prepared = client
        .prepare_typed(statement.postgres, &kinds)
        .await
        .map_err(|error| fault(statement.name, &error))?;
    if prepared.params().len() != kinds.len() {
        return Err(Fault::Bug(format!(
            "{}: the text has {} placeholders and the statement names {}",
            statement.name,
            prepared.params().len(),
            kinds.len()
        )));
    }
    for column in prepared.columns() {
        if !is_readable(column.type_()) {
            return Err(unreadable(statement.name, column));
        }
    }
    Ok(())
}

fn is_readable(kind: &Type) -> bool {
    [Type::INT8, Type::INT4, Type::BOOL, Type::BYTEA, Type::VOID, Type::TEXT, Type::VARCHAR, Type::NAME]
        .contains(kind)
}

fn unreadable(name: &str, column: &Column) -> Fault {
    Fault::Bug(format!(
        "{name}: column {} is of the type {}; cast it to bigint, text or bytea",
        column.name(),
        column.type_()
    ))
}

fn type_of(kind: Kind) -> Type {
    match kind {
        Kind::Int => Type::INT8,
        Kind::Text => Type::TEXT,
        Kind::Bytes => Type::BYTEA,
    }
}

type Bound<'a> = (&'a (dyn ToSql + Sync), Type);

fn bind<'a>(statement: &Statement, values: &'a [Value]) -> Result<Vec<Bound<'a>>, Fault> {
    statement.check(values)?;
    let bound = values.iter().zip(statement.params);
    Ok(bound
        .map(|(value, kind)| -> Bound<'a> {
            let kind = type_of(*kind);
            let value: &(dyn ToSql + Sync) = match value {
                Value::Int(number) => number,
                Value::Text(text) => text,
                Value::Bytes(bytes) => bytes,
                Value::Null if kind == Type::INT8 => &None::<i64>,
                Value::Null if kind == Type::TEXT => &None::<&str>,
                Value::Null => &None::<&[u8]>,
            };
            (value, kind)
        })
        .collect())
}

fn read_all(name: &'static str, rows: &[tokio_postgres::Row]) -> Result<Vec<Row>, Fault> {
    let Some(first) = rows.first() else {
        return Ok(Vec::new());
    };
    let columns: Arc<[String]> =
        first.columns().iter().map(|column| column.name().to_owned()).collect();
    rows.iter()
        .map(|row| {
            let values = row
                .columns()
                .iter()
                .enumerate()
                .map(|(position, column)| read(name, row, position, column))
                .collect::<Result<_, _>>()?;
            Ok(Row::new(name, Arc::clone(&columns), values))
        })
        .collect()
}

fn read(
    name: &'static str,
    row: &tokio_postgres::Row,
    position: usize,
    column: &Column,
) -> Result<Value, Fault> {
    let kind = column.type_();
    let value = if *kind == Type::INT8 {
        row.try_get::<_, Option<i64>>(position).map(Value::from)
    } else if *kind == Type::INT4 {
        row.try_get::<_, Option<i32>>(position).map(|number| number.map(i64::from).into())
    } else if *kind == Type::BOOL {
        // As in SQLite, where a truth is 1 or 0.
        row.try_get::<_, Option<bool>>(position).map(|truth| truth.map(i64::from).into())
    } else if *kind == Type::BYTEA {
        row.try_get::<_, Option<Vec<u8>>>(position).map(Value::from)
    } else if *kind == Type::VOID {
        Ok(Value::Null)
    } else if is_readable(kind) {
        row.try_get::<_, Option<String>>(position).map(Value::from)
    } else {
        return Err(unreadable(name, column));
    };
    value.map_err(|_| Fault::Inconsistent {
        statement: name,
        column: column.name().to_owned(),
        problem: "it cannot be read as what the server says it is",
    })
}
