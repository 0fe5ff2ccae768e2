//! Values on their way to the server and back.
//!
//! The server is told the kind of every parameter, and only the few kinds of columns that the rows have are read. No value
//! may get into a fault.

use std::sync::Arc;

use tokio_postgres::Column;
use tokio_postgres::types::{ToSql, Type};

use crate::driver::{Kind, Row, Statement, Value};
use crate::fault::Fault;

pub(super) fn is_readable(kind: &Type) -> bool {
    [Type::INT8, Type::INT4, Type::BOOL, Type::BYTEA, Type::VOID, Type::TEXT, Type::VARCHAR, Type::NAME]
        .contains(kind)
}

pub(super) fn unreadable(name: &str, column: &Column) -> Fault {
    Fault::Bug(format!(
        "{name}: column {} is of the type {}; cast it to bigint, text or bytea",
        column.name(),
        column.type_()
    ))
}

pub(super) fn type_of(kind: Kind) -> Type {
    match kind {
        Kind::Int => Type::INT8,
        Kind::Text => Type::TEXT,
        Kind::Bytes => Type::BYTEA,
    }
}

pub(super) type Bound<'a> = (&'a (dyn ToSql + Sync), Type);

pub(super) fn bind<'a>(statement: &Statement, values: &'a [Value]) -> Result<Vec<Bound<'a>>, Fault> {
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

pub(super) fn read_all(name: &'static str, rows: &[tokio_postgres::Row]) -> Result<Vec<Row>, Fault> {
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
