//! Questions on their way to the server: in one go, in one order, and their answers in the same order.
//!
//! Each is answered or fails by itself; inside a transaction all that come after a failed one fail as well, so the first
//! failure is the cause. A statement is either sent as a whole each time (`Statements::Unnamed`), or prepared once for each
//! connection and kept by the server with its plan (`Statements::Named`).

use std::future::{Future as _, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use deadpool_postgres::Object;
use futures_util::TryStreamExt;
use futures_util::future::{BoxFuture, MaybeDone, maybe_done};
use tokio::time::timeout;
use tokio_postgres::types::Type;
use tokio_postgres::{Error, RowStream};

use super::classify::{fault, is_stale, late};
use super::values::{Bound, bind, type_of};
use crate::driver::{Statement, Value};
use crate::fault::Fault;

/// How statements are told to the server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Statements {
    /// With their text each time: behind every pooler, and planned anew each time.
    #[default]
    Unnamed,
    /// Prepared once for each connection, and kept by the server: not behind a pooler that gives each transaction another
    /// connection.
    Named,
}

/// What the server answered to one question.
#[derive(Default)]
pub(super) struct Answered {
    pub(super) rows: Vec<tokio_postgres::Row>,
    pub(super) changed: u64,
}

/// Why there is no answer.
pub(super) enum Trouble {
    /// None within the limit of this side.
    Late,
    Failed(Error),
}

impl Trouble {
    /// In the words of the callers; `at` names the statement, `client` the connection.
    pub(super) fn fault(&self, at: &str, client: &Object) -> Fault {
        match self {
            Self::Late => late(at),
            Self::Failed(error) => {
                if error.as_db_error().is_some_and(is_stale) {
                    forget_statements(client);
                }
                fault(at, error)
            }
        }
    }

    /// Whether the server said no, rather than nothing.
    pub(super) fn is_said(&self) -> bool {
        matches!(self, Self::Failed(error) if error.as_db_error().is_some())
    }
}

/// All is prepared anew, on every connection of the pool: the others hold the same statements.
fn forget_statements(client: &Object) {
    client.statement_cache.clear();
    if let Some(pool) = Object::pool(client) {
        pool.manager().statement_caches.clear();
    }
}

/// A question that has not been sent.
pub(super) type Unsent<'a> = BoxFuture<'a, Result<Answered, Error>>;

/// Sends all in this order, in one go, and waits for the answers, each at most for `limit`. There are as many answers as
/// questions, unless one was late, or could not be sent: then it is the last, and none after it has been sent.
pub(super) async fn in_order(
    limit: Duration,
    asked: Vec<Unsent<'_>>,
) -> Vec<Result<Answered, Trouble>> {
    let mut asked: Vec<MaybeDone<Unsent<'_>>> = asked.into_iter().map(maybe_done).collect();
    let sent = poll_fn(|context| Poll::Ready(send(&mut asked, context))).await;
    asked.truncate(sent);
    let mut answers = Vec::with_capacity(asked.len());
    for mut one in asked {
        let in_time = timeout(limit, &mut one).await.is_ok();
        let Some(answer) = Pin::new(&mut one).take_output().filter(|_| in_time) else {
            answers.push(Err(Trouble::Late));
            break;
        };
        answers.push(answer.map_err(Trouble::Failed));
    }
    answers
}

/// The driver sends what is polled, in the order in which it is polled first. Says how many were tried: what has failed at
/// once was not sent, and what comes after it must not be carried out without it.
fn send(asked: &mut [MaybeDone<Unsent<'_>>], context: &mut Context<'_>) -> usize {
    for (place, one) in asked.iter_mut().enumerate() {
        // Answered or not, it is awaited later.
        let _sent = Pin::new(&mut *one).poll(context);
        if matches!(one, MaybeDone::Done(Err(_))) {
            return place + 1;
        }
    }
    asked.len()
}

/// A script without parameters, such as `begin`.
pub(super) fn script<'a>(client: &'a Object, sql: &'a str) -> Unsent<'a> {
    Box::pin(async move { client.batch_execute(sql).await.map(|()| Answered::default()) })
}

/// Statements that are ready to be sent on a connection.
pub(super) struct Ready<'a> {
    client: &'a Object,
    asked: Vec<(&'a Statement, Vec<Bound<'a>>, Option<tokio_postgres::Statement>)>,
}

impl<'a> Ready<'a> {
    /// Binds the values and, where statements have names, sees to it that the server knows them.
    ///
    /// # Errors
    /// The fault of the first statement that cannot be asked; it names it.
    pub(super) async fn make(
        client: &'a Object,
        (statements, limit): (Statements, Duration),
        asked: &[(&'a Statement, &'a [Value])],
    ) -> Result<Self, Fault> {
        let mut ready = Self { client, asked: Vec::new() };
        for &(statement, values) in asked {
            ready.asked.push((statement, bind(statement, values)?, None));
        }
        if statements == Statements::Named {
            for (statement, _, named) in &mut ready.asked {
                // At once where it is known, which is always but for the first time on a connection.
                let kinds: Vec<Type> = statement.params.iter().map(|kind| type_of(*kind)).collect();
                let prepare = client.prepare_typed_cached(statement.postgres, &kinds);
                let prepared = timeout(limit, prepare).await.map_err(|_| late(statement.name))?;
                *named = Some(prepared.map_err(|error| fault(statement.name, &error))?);
            }
        }
        Ok(ready)
    }

    /// The questions, to be sent together.
    pub(super) fn unsent(self) -> impl Iterator<Item = Unsent<'a>> {
        let client = self.client;
        self.asked.into_iter().map(move |(statement, bound, named)| -> Unsent<'a> {
            Box::pin(async move {
                match named {
                    None => all(client.query_typed_raw(statement.postgres, bound).await?).await,
                    Some(named) => {
                        let values = bound.into_iter().map(|(value, _)| value).collect::<Vec<_>>();
                        all(client.query_raw(&named, values).await?).await
                    }
                }
            })
        })
    }
}

async fn all(stream: RowStream) -> Result<Answered, Error> {
    let mut stream = pin!(stream);
    let mut rows = Vec::new();
    while let Some(row) = stream.try_next().await? {
        rows.push(row);
    }
    Ok(Answered { rows, changed: stream.rows_affected().unwrap_or(0) })
}
