//! A transaction on a PostgreSQL connection, and how a statement is run on it.
//!
//! What must happen in order travels together: `begin` with the first question, unless that changes something (else it could
//! be done outside of a transaction that never began); writes whose count nobody needs with the next question or with the
//! commit. Every answer has a limit on this side.

use std::time::Duration;

use deadpool_postgres::Object;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use super::asking::{Answered, Ready, Statements, Trouble, in_order, script};
use super::classify::fault;
use super::commit::{self, Committed};
use super::values::{is_readable, read_all, type_of, unreadable};
use crate::driver::{CLOCK, Engine, Question, Row, Statement, Tx, Value, Work};
use crate::fault::{Fault, Outage};

pub(super) struct PostgresTx<'c> {
    client: &'c Object,
    manner: Manner,
    /// What must be sent before the first statement.
    begin: Option<&'c str>,
    /// Writes that were told and not sent yet, in their order.
    kept: Vec<Question>,
    spoiled: Option<Fault>,
    /// A statement got no answer on this side; nothing more can be asked of this connection.
    stuck: bool,
}

/// How statements are asked.
#[derive(Clone, Copy)]
pub(super) struct Manner {
    pub(super) statements: Statements,
    /// How long one answer is waited for.
    pub(super) limit: Duration,
    pub(super) clock_offset_ms: i64,
}

impl<'c> PostgresTx<'c> {
    pub(super) fn new(client: &'c Object, manner: Manner, begin: &'c str) -> Self {
        Self { client, manner, begin: Some(begin), kept: Vec::new(), spoiled: None, stuck: false }
    }

    /// The answer of the work, unless a statement failed: a commit would then keep nothing and yet say "done".
    pub(super) fn verdict<T>(&self, answer: Result<T, Fault>) -> Result<T, Fault> {
        match (answer, &self.spoiled) {
            (Ok(_), Some(fault)) | (Err(_), Some(fault @ Fault::Contention(_))) => Err(fault.clone()),
            (answer, _) => answer,
        }
    }

    /// May the connection be used again once the transaction has been ended?
    pub(super) fn is_sound(&self) -> bool {
        !self.is_lost() && !self.stuck
    }

    /// The connection was dead before anything was done on it: all may be done again on another.
    pub(super) fn was_dead(&self) -> bool {
        self.is_lost() && self.begin.is_some()
    }

    /// Nothing was asked or told, so there is nothing to end.
    pub(super) fn is_unused(&self) -> bool {
        self.begin.is_some() && self.kept.is_empty()
    }

    fn is_lost(&self) -> bool {
        matches!(self.spoiled, Some(Fault::Unavailable { outage: Outage::Lost, .. }))
    }

    /// Sends what was kept back, for those who do not commit.
    pub(super) async fn send_kept(&mut self) {
        if !self.kept.is_empty() {
            // The verdict will tell it.
            let _spoiled = self.send(&[]).await;
        }
    }

    /// Begins, where nothing was asked but something is to be committed.
    pub(super) async fn begin(&mut self) {
        if self.spoiled.is_none() && !self.kept.is_empty() {
            let _spoiled = self.begin_alone().await;
        }
    }

    /// Sends what was kept back and the commit; with `marked` the server is asked for the transaction's number on the way.
    pub(super) async fn commit(self, marked: bool) -> Committed {
        let Manner { statements, limit, .. } = self.manner;
        let kept = self.kept.iter().map(|told| (&told.statement, told.values.as_slice()));
        match Ready::make(self.client, (statements, limit), &kept.collect::<Vec<_>>()).await {
            Ok(ready) => {
                let names = self.kept.iter().map(|asked| asked.statement.name).collect();
                commit::commit((self.client, limit), (names, ready.unsent().collect()), marked).await
            }
            Err(fault) => Committed::Refused(fault),
        }
    }

    async fn begin_alone(&mut self) -> Result<(), Fault> {
        if let Some(begin) = self.begin {
            let answers = in_order(self.manner.limit, vec![script(self.client, begin)]).await;
            for answer in answers {
                self.read("begin", answer)?;
            }
            self.begin = None;
        }
        Ok(())
    }

    /// Asks all in this order, after what was kept back.
    async fn send(&mut self, asked: &[(&Statement, &[Value])]) -> Result<Vec<Answered>, Fault> {
        if let Some(fault) = &self.spoiled {
            return Err(fault.clone());
        }
        if !self.kept.is_empty() || asked.iter().any(|(statement, _)| statement.writes()) {
            self.begin_alone().await?;
        }
        let kept = std::mem::take(&mut self.kept);
        let before = kept.iter().map(|told| (&told.statement, told.values.as_slice()));
        let all: Vec<_> = before.chain(asked.iter().copied()).collect();
        let Manner { statements, limit, .. } = self.manner;
        let ready = Ready::make(self.client, (statements, limit), &all).await;
        let ready = self.spoil(ready)?;
        let begin = self.begin.map(|begin| script(self.client, begin));
        let names = begin.iter().map(|_| "begin").chain(all.iter().map(|(asked, _)| asked.name));
        let names: Vec<_> = names.collect();
        let answers = in_order(limit, begin.into_iter().chain(ready.unsent()).collect()).await;
        let mut answered = Vec::with_capacity(names.len());
        for (name, answer) in names.iter().zip(answers) {
            answered.push(self.read(name, answer)?);
            // Whatever was answered first, it has begun.
            self.begin = None;
        }
        Ok(answered.split_off(names.len().saturating_sub(asked.len())))
    }

    fn read(&mut self, name: &str, answer: Result<Answered, Trouble>) -> Result<Answered, Fault> {
        self.stuck |= matches!(answer, Err(Trouble::Late));
        self.spoil(answer.map_err(|trouble| trouble.fault(name, self.client)))
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
            let answered = self.send(&[(statement, values)]).await?;
            let rows = answered.iter().map(|one| read_all(statement.name, &one.rows)).collect();
            let rows: Vec<_> = self.spoil(rows)?;
            Ok(rows.into_iter().flatten().collect())
        })
    }

    fn query_all<'a>(&'a mut self, questions: &'a [Question]) -> Work<'a, Vec<Vec<Row>>> {
        Box::pin(async move {
            let asked = questions.iter().map(|asked| (&asked.statement, asked.values.as_slice()));
            let answered = self.send(&asked.collect::<Vec<_>>()).await?;
            let read = |(asked, one): (&Question, &Answered)| read_all(asked.statement.name, &one.rows);
            let rows = questions.iter().zip(&answered).map(read).collect();
            self.spoil(rows)
        })
    }

    fn execute<'a>(&'a mut self, statement: &'a Statement, values: &'a [Value]) -> Work<'a, u64> {
        Box::pin(async move {
            let answered = self.send(&[(statement, values)]).await?;
            Ok(answered.iter().map(|one| one.changed).sum())
        })
    }

    fn tell<'a>(&'a mut self, statement: &'a Statement, values: &'a [Value]) -> Work<'a, ()> {
        let told = match &self.spoiled {
            Some(fault) => Err(fault.clone()),
            None => self.spoil(statement.check(values)),
        };
        if told.is_ok() {
            self.kept.push(Question { statement: *statement, values: values.to_vec() });
        }
        Box::pin(std::future::ready(told))
    }

    fn now(&mut self) -> Work<'_, i64> {
        Box::pin(async move {
            let rows = self.query(&CLOCK, &[]).await?;
            let row = rows.first().ok_or_else(|| Fault::Bug("the clock gave no row".to_owned()))?;
            Ok(row.int("now")?.saturating_add(self.manner.clock_offset_ms))
        })
    }

    fn clock_moved_by(&self) -> i64 {
        self.manner.clock_offset_ms
    }

    fn script<'a>(&'a mut self, sql: &'a str) -> Work<'a, ()> {
        Box::pin(async move {
            self.send(&[]).await?;
            self.begin_alone().await?;
            for answer in in_order(self.manner.limit, vec![script(self.client, sql)]).await {
                self.read("script", answer)?;
            }
            Ok(())
        })
    }
}

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
