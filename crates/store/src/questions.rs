//! Questions that do not wait for each other's answers: collected, asked in one go, and read one by one.
//!
//! Whoever needs something of the rows names it (`ask`) and gets a ticket that knows how to read the answer; when all are named
//! they go to the database together, in the order in which they were named. So the order of locks is the order of the lines.

use accounts::Instant;

use crate::driver::{CLOCK, Question, Row, Statement, Tx, Value};
use crate::fault::Fault;

/// Questions that were named and not asked yet.
#[derive(Default)]
pub(crate) struct Questions {
    asked: Vec<Question>,
}

/// The ticket for one answer.
pub(crate) struct Asked<T> {
    place: usize,
    read: Reader<T>,
}

type Reader<T> = Box<dyn FnOnce(&[Row]) -> Result<T, Fault> + Send>;

/// The rows of all that was asked together.
pub(crate) struct Answers {
    rows: Vec<Vec<Row>>,
}

impl Questions {
    /// Names a question, and says how its rows are read.
    pub(crate) fn ask<T, const N: usize>(
        &mut self,
        statement: &Statement,
        values: [Value; N],
        read: impl FnOnce(&[Row]) -> Result<T, Fault> + Send + 'static,
    ) -> Asked<T> {
        let place = self.asked.len();
        self.asked.push(Question { statement: *statement, values: Vec::from(values) });
        Asked { place, read: Box::new(read) }
    }

    /// The database's clock at this place among the questions; `moved_by` is [`Tx::clock_moved_by`].
    pub(crate) fn clock(&mut self, moved_by: i64) -> Asked<Instant> {
        self.ask(&CLOCK, [], move |rows| {
            let row = rows.first().ok_or_else(|| Fault::Bug("the clock gave no row".to_owned()))?;
            Ok(Instant(row.int("now")?.saturating_add(moved_by)))
        })
    }

    /// Asks all, in the order in which they were named. Nothing is sent where nothing was named.
    pub(crate) async fn together(self, tx: &mut dyn Tx) -> Result<Answers, Fault> {
        let rows = match self.asked.as_slice() {
            [] => Vec::new(),
            asked => tx.query_all(asked).await?,
        };
        Ok(Answers { rows })
    }
}

impl Answers {
    /// Reads one answer.
    pub(crate) fn read<T>(&self, asked: Asked<T>) -> Result<T, Fault> {
        let rows = self.rows.get(asked.place);
        let rows =
            rows.ok_or_else(|| Fault::Bug("an answer was read that nobody asked for".to_owned()))?;
        (asked.read)(rows)
    }

    /// Reads one answer, where it was asked for.
    pub(crate) fn maybe<T>(&self, asked: Option<Asked<T>>) -> Result<Option<T>, Fault> {
        asked.map(|asked| self.read(asked)).transpose()
    }
}

/// Asks one question by itself.
pub(crate) async fn one<T>(
    tx: &mut dyn Tx,
    ask: impl FnOnce(&mut Questions) -> Asked<T> + Send,
) -> Result<T, Fault> {
    let mut questions = Questions::default();
    let asked = ask(&mut questions);
    questions.together(tx).await?.read(asked)
}

/// Reads every row.
pub(crate) fn each<T>(
    read: impl Fn(&Row) -> Result<T, Fault> + Send,
) -> impl FnOnce(&[Row]) -> Result<Vec<T>, Fault> + Send {
    move |rows| rows.iter().map(read).collect()
}

/// Reads the first row, where there is one.
pub(crate) fn first<T>(
    read: impl FnOnce(&Row) -> Result<T, Fault> + Send,
) -> impl FnOnce(&[Row]) -> Result<Option<T>, Fault> + Send {
    move |rows| rows.first().map(read).transpose()
}
