//! What the two engines have in common: values, rows, named statements, a transaction.
//!
//! Three column types (integer, text, bytes) and null are all there is; whatever else a row means is told by the code
//! that reads it, through checked accessors. No value of a row may be printed from here: `Debug` shows kinds only.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::fault::Fault;

/// The answer of a piece of work in a transaction.
pub type Work<'a, T> = BoxFuture<'a, Result<T, Fault>>;

/// Which of the two engines is below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// One file, in this process.
    Sqlite,
    /// A PostgreSQL server, or what speaks its language.
    Postgres,
}

/// The kind of a parameter or column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `INTEGER` or `BIGINT`.
    Int,
    /// `TEXT`.
    Text,
    /// `BLOB` or `BYTEA`.
    Bytes,
}

/// A value on its way to or from a row.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// A whole number of 64 bits.
    Int(i64),
    /// Text; may not hold U+0000, which PostgreSQL refuses.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Nothing; fits every kind.
    Null,
}

impl Value {
    fn fits(&self, kind: Kind) -> bool {
        match self {
            Self::Int(_) => kind == Kind::Int,
            Self::Text(_) => kind == Kind::Text,
            Self::Bytes(_) => kind == Kind::Bytes,
            Self::Null => true,
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(_) => f.write_str("Int"),
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Self::Null => f.write_str("Null"),
        }
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A named SQL text, in the words of both engines, with the kinds of its parameters.
///
/// The placeholders are `$1`, `$2`, … and first appear in this order (see [`crate::check_placeholders`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    /// `feature/name`, which is also where the text is stored: `sql/feature/name.sql`.
    pub name: &'static str,
    /// The text for SQLite.
    pub sqlite: &'static str,
    /// The text for PostgreSQL; the same one, if no dialect forces a twin.
    pub postgres: &'static str,
    /// The kinds of `$1`, `$2`, …; PostgreSQL is told them, so that no statement needs a name on the server.
    pub params: &'static [Kind],
}

impl Statement {
    /// Does it change rows? Some statements do and bring rows as well: a guard that is made, mails that are claimed.
    pub(crate) fn writes(&self) -> bool {
        let begins = |line: &str| VERBS.iter().any(|verb| line.trim_start().starts_with(verb));
        self.sqlite.lines().chain(self.postgres.lines()).any(begins)
    }

    /// Do the values fit the parameters? Asked by both drivers, so that both refuse alike.
    ///
    /// # Errors
    /// [`Fault::Bug`], which names the statement and never a value.
    pub(crate) fn check(&self, values: &[Value]) -> Result<(), Fault> {
        if values.len() != self.params.len() {
            return Err(Fault::Bug(format!(
                "{} takes {} parameters and was given {}",
                self.name,
                self.params.len(),
                values.len()
            )));
        }
        for (position, (value, kind)) in values.iter().zip(self.params).enumerate() {
            if !value.fits(*kind) {
                return Err(Fault::Bug(format!(
                    "{}: parameter ${} should be {kind:?} and is {value:?}",
                    self.name,
                    position + 1
                )));
            }
            if matches!(value, Value::Text(text) if text.contains('\0')) {
                return Err(Fault::Bug(format!(
                    "{}: parameter ${} holds U+0000",
                    self.name,
                    position + 1
                )));
            }
        }
        Ok(())
    }
}

/// What a line begins with that changes something; a script in a statement may do anything.
const VERBS: [&str; 4] = ["insert", "update", "delete", "do "];

/// A statement with its values, asked together with others.
#[derive(Clone, Debug)]
pub struct Question {
    /// Which.
    pub statement: Statement,
    /// `$1`, `$2`, …
    pub values: Vec<Value>,
}

/// Makes a [`Statement`] from the file `sql/feature/name.sql` of the calling crate; with `twin` at the end, PostgreSQL
/// gets `sql/feature/name.postgres.sql` instead.
///
/// ```text
/// const FIND: Statement = sql!("session/find", [Bytes]);
/// const CLAIM: Statement = sql!("outbox/claim", [Int, Text], twin);
/// ```
#[macro_export]
macro_rules! sql {
    ($name:literal, [$($kind:ident),* $(,)?]) => {
        $crate::Statement {
            name: $name,
            sqlite: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $name, ".sql")),
            postgres: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $name, ".sql")),
            params: &[$($crate::Kind::$kind),*],
        }
    };
    ($name:literal, [$($kind:ident),* $(,)?], twin) => {
        $crate::Statement {
            name: $name,
            sqlite: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $name, ".sql")),
            postgres: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $name, ".postgres.sql")),
            params: &[$($crate::Kind::$kind),*],
        }
    };
}

/// A transaction under way.
///
/// The first statement that fails spoils it: later ones answer with the same fault, and nothing is kept, whatever the
/// work returns (PostgreSQL demands this; SQLite is made to do likewise).
pub trait Tx: Send {
    /// Which engine is below.
    fn engine(&self) -> Engine;

    /// Runs a statement and brings its rows.
    fn query<'a>(&'a mut self, statement: &'a Statement, values: &'a [Value]) -> Work<'a, Vec<Row>>;

    /// Runs statements one after the other, in this order, and brings the rows of each. On a server they travel together: one
    /// way there and back. Each sees what those before it locked and wrote.
    fn query_all<'a>(&'a mut self, questions: &'a [Question]) -> Work<'a, Vec<Vec<Row>>>;

    /// Runs a statement and says how many rows it changed.
    fn execute<'a>(&'a mut self, statement: &'a Statement, values: &'a [Value]) -> Work<'a, u64>;

    /// Runs a statement, of which nobody needs to know how many rows it changed. On a server it may be kept back until
    /// something is asked or the work is done, and then travels with that: in its order, in the same transaction. If it fails,
    /// it spoils the transaction as any other, and the fault names it.
    fn tell<'a>(&'a mut self, statement: &'a Statement, values: &'a [Value]) -> Work<'a, ()>;

    /// The database's clock, in milliseconds since 1970-01-01 UTC.
    fn now(&mut self) -> Work<'_, i64>;

    /// How far that clock is moved, in milliseconds, for a statement that reads the server's own clock beside its rows:
    /// 0 in production, and where the clock is not the server's.
    fn clock_moved_by(&self) -> i64;

    /// Runs a script of several statements without parameters. For migrations only.
    fn script<'a>(&'a mut self, sql: &'a str) -> Work<'a, ()>;
}

/// The question for the database's clock, for those who ask it together with others. What it brings is to be moved by
/// [`Tx::clock_moved_by`]. Not `now()`, which stands still inside a transaction.
pub(crate) const CLOCK: Statement = Statement {
    name: "clock/now",
    // Never prepared: the clock of a file is this machine's.
    sqlite: "select 0 as now",
    postgres: "select (extract(epoch from clock_timestamp()) * 1000)::bigint as now",
    params: &[],
};

/// A row, with accessors that check.
#[derive(Clone)]
pub struct Row {
    statement: &'static str,
    columns: Arc<[String]>,
    values: Vec<Value>,
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row")
            .field("statement", &self.statement)
            .field("columns", &self.columns)
            .field("values", &self.values)
            .finish()
    }
}

impl Row {
    pub(crate) fn new(statement: &'static str, columns: Arc<[String]>, values: Vec<Value>) -> Self {
        Self { statement, columns, values }
    }

    /// A number.
    ///
    /// # Errors
    /// As all accessors: [`Fault::Inconsistent`] if the column is missing or of another kind, or null.
    pub fn int(&self, column: impl Column) -> Result<i64, Fault> {
        match self.value(column)? {
            Value::Int(number) => Ok(*number),
            other => Err(self.fault(column, unexpected(other))),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// See [`Row::int`].
    pub fn text(&self, column: impl Column) -> Result<&str, Fault> {
        match self.value(column)? {
            Value::Text(text) => Ok(text),
            other => Err(self.fault(column, unexpected(other))),
        }
    }

    /// Bytes.
    ///
    /// # Errors
    /// See [`Row::int`].
    pub fn bytes(&self, column: impl Column) -> Result<&[u8], Fault> {
        match self.value(column)? {
            Value::Bytes(bytes) => Ok(bytes),
            other => Err(self.fault(column, unexpected(other))),
        }
    }

    /// Bytes of a known length, such as an id or a digest.
    ///
    /// # Errors
    /// See [`Row::int`]; also if the length is another.
    pub fn array<const N: usize>(&self, column: impl Column) -> Result<[u8; N], Fault> {
        self.bytes(column)?.try_into().map_err(|_| self.fault(column, "bytes of another length"))
    }

    /// A number or nothing.
    ///
    /// # Errors
    /// See [`Row::int`]; null is no fault here.
    pub fn maybe_int(&self, column: impl Column) -> Result<Option<i64>, Fault> {
        self.maybe(column, |row| row.int(column))
    }

    /// A text or nothing.
    ///
    /// # Errors
    /// See [`Row::int`]; null is no fault here.
    pub fn maybe_text(&self, column: impl Column) -> Result<Option<&str>, Fault> {
        self.maybe(column, |row| row.text(column))
    }

    /// Bytes or nothing.
    ///
    /// # Errors
    /// See [`Row::int`]; null is no fault here.
    pub fn maybe_bytes(&self, column: impl Column) -> Result<Option<&[u8]>, Fault> {
        self.maybe(column, |row| row.bytes(column))
    }

    /// The fault to return when a value of the right kind still makes no sense, such as an unknown word.
    #[must_use]
    pub fn fault(&self, column: impl Column, problem: &'static str) -> Fault {
        Fault::Inconsistent { statement: self.statement, column: column.label(&self.columns), problem }
    }

    fn maybe<'a, T>(
        &'a self,
        column: impl Column,
        read: impl FnOnce(&'a Self) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Int(_) | Value::Text(_) | Value::Bytes(_) => read(self).map(Some),
        }
    }

    fn value(&self, column: impl Column) -> Result<&Value, Fault> {
        column
            .position(&self.columns)
            .and_then(|position| self.values.get(position))
            .ok_or_else(|| self.fault(column, "no such column"))
    }
}

fn unexpected(value: &Value) -> &'static str {
    match value {
        Value::Int(_) => "an integer where another kind was expected",
        Value::Text(_) => "a text where another kind was expected",
        Value::Bytes(_) => "bytes where another kind was expected",
        Value::Null => "null where a value was expected",
    }
}

/// How to name a column: by its place, counted from 0, or by its name.
pub trait Column: Copy {
    /// Its place among the columns.
    fn position(self, columns: &[String]) -> Option<usize>;
    /// Its name for people.
    fn label(self, columns: &[String]) -> String;
}

impl Column for usize {
    fn position(self, _columns: &[String]) -> Option<usize> {
        Some(self)
    }

    fn label(self, columns: &[String]) -> String {
        columns.get(self).cloned().unwrap_or_else(|| format!("number {self}"))
    }
}

impl Column for &str {
    fn position(self, columns: &[String]) -> Option<usize> {
        columns.iter().position(|name| name == self)
    }

    fn label(self, _columns: &[String]) -> String {
        self.to_owned()
    }
}
