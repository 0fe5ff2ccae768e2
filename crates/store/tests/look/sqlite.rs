//! Plans of SQLite. It was never told what the tables hold, so a plan follows from the text and the indexes alone.
//!
//! A search is told with the columns that it searches by. One by nothing but a word of few values (`state`, `kind`) reads
//! a good part of the table, unless a limit stands beside it and the index brings the rows in order.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::{Connection, StatementStatus};
use store::Statement;

use super::{Fault, is_small, value};

pub(crate) struct Plans {
    connection: Connection,
}

impl Plans {
    pub(crate) fn of(file: &Path) -> Self {
        Self { connection: Connection::open(file).unwrap() }
    }

    pub(crate) fn run(&self, sql: &str) {
        self.connection.execute_batch(sql).unwrap();
    }

    pub(crate) fn tables(&self) -> BTreeSet<String> {
        self.names("select name, tbl_name from sqlite_schema where type = 'table'")
            .into_iter()
            .map(|(name, _)| name)
            .collect()
    }

    pub(crate) fn indexes(&self) -> Vec<(String, String)> {
        self.names(
            "select name, tbl_name from sqlite_schema where type = 'index' and sql is not null order by name",
        )
    }

    fn names(&self, sql: &str) -> Vec<(String, String)> {
        let mut asked = self.connection.prepare(sql).unwrap();
        let names = asked.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        names.collect::<Result<_, _>>().unwrap()
    }

    /// How many steps SQLite's machine takes for it.
    pub(crate) fn visited(&self, statement: &Statement, at: i64) -> f64 {
        let mut text = statement.sqlite.to_owned();
        for (n, kind) in statement.params.iter().enumerate().rev() {
            let value = value(statement.sqlite, n + 1, *kind, at).replace("'\\x", "X'");
            text = text.replace(&format!("${}", n + 1), &value);
        }
        let mut prepared = self.connection.prepare(&text).unwrap();
        let mut rows = prepared.raw_query();
        while rows.next().unwrap().is_some() {}
        drop(rows);
        f64::from(prepared.get_status(StatementStatus::VmStep))
    }

    pub(crate) fn faults(&self, text: &str) -> Vec<Fault> {
        let mut explained = self.connection.prepare(&format!("explain query plan {text}")).unwrap();
        let steps = explained.raw_query().mapped(|row| row.get::<_, String>(3));
        steps.map(Result::unwrap).filter_map(|step| fault(text, step)).collect()
    }
}

fn fault(text: &str, step: String) -> Option<Fault> {
    let words = step.split(' ').collect::<Vec<_>>();
    match words.as_slice() {
        // `due` is what the statement itself has just searched for, up to its limit.
        ["SCAN", "due", ..] if text.contains("with due as (") => None,
        ["SCAN", "CONSTANT", "ROW"] | ["SCAN", "ANY_subquery", ..] => None,
        ["SCAN", table, ..] if is_small(table) || *table == "sqlite_schema" => None,
        ["SCAN", ..] => Some(Fault::Scan(step)),
        ["USE", "TEMP", "B-TREE", ..] => Some(Fault::Sort(step)),
        ["SEARCH", ..] if step.contains("AUTOMATIC") => Some(Fault::Scan(step)),
        ["SEARCH", ..] if is_wide(&step) && text.contains("limit") => Some(Fault::Queue(step)),
        ["SEARCH", ..] if is_wide(&step) => Some(Fault::Scan(step)),
        _ => None,
    }
}

/// Whether a search is by words of few values alone, or by a bound on one side alone. A key is no such word.
fn is_wide(step: &str) -> bool {
    let by = step.split_once('(').map_or("", |(_, by)| by);
    let common = |term: &str| {
        matches!(term.trim_end_matches(')'), "state=?" | "kind=?") && !step.contains("PRIMARY KEY")
    };
    !by.split(" AND ").any(|term| term.contains("=?") && !common(term))
}
