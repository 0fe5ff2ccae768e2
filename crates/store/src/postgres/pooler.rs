//! Whether a pooler between here and the server gives each transaction another connection to it.
//!
//! Statements that the server keeps by name are numbered by each process for itself. Behind such a pooler two processes would
//! use each other's names, and nobody would notice: so connections are watched for it at the start, and every transaction
//! begins with a look at a word that this process has left on the connection.

use deadpool_postgres::{ClientWrapper, Hook, HookError, Object};

use super::Postgres;
use super::classify::fault;
use crate::database::Patience;
use crate::fault::Fault;

impl Postgres {
    /// Whether the server's processes behind two connections change places, or are others in a second transaction. With a
    /// pool of one connection nobody can say.
    ///
    /// # Errors
    /// The fault of the database.
    pub(crate) async fn is_pooled(&self) -> Result<Option<bool>, Fault> {
        if self.settings.pool_size < 2 {
            return Ok(None);
        }
        let (one, other) = (self.lease().await?, self.lease().await?);
        let mut known: Option<[i32; 2]> = None;
        // A pooler hands out what came back last, or what came back first: in one of the orders they change places.
        for last_ends_first in [false, true, false, true] {
            let mut seen = [0; 2];
            for (leased, seen) in [&one, &other].into_iter().zip(&mut seen) {
                self.begin_read(leased.client()?).await?;
                *seen = process(leased.client()?).await?;
            }
            let ending = if last_ends_first { [&other, &one] } else { [&one, &other] };
            for leased in ending {
                let ended = leased.client()?.batch_execute("commit").await;
                ended.map_err(|error| fault("commit", &error))?;
            }
            if known.replace(seen).is_some_and(|known| known != seen) {
                return Ok(Some(true));
            }
        }
        one.give_back();
        other.give_back();
        Ok(Some(false))
    }

    async fn begin_read(&self, client: &Object) -> Result<(), Fault> {
        let begun = client.batch_execute(self.settings.begin_plain());
        let limit = self.settings.limit(Patience::Request);
        let begun = tokio::time::timeout(limit, begun).await;
        begun.map_err(|_| super::late("begin"))?.map_err(|error| fault("begin", &error))
    }
}

async fn process(client: &Object) -> Result<i32, Fault> {
    let rows = client.query_typed("select pg_backend_pid()", &[]).await;
    let rows = rows.map_err(|error| fault("pg_backend_pid", &error))?;
    let pid = rows.first().and_then(|row| row.try_get(0).ok());
    pid.ok_or_else(|| Fault::Bug("the server has no number of its process".to_owned()))
}

/// Leaves a word on each new connection.
pub(super) fn mark(word: &str) -> Hook {
    let script = format!("set {WORD} = '{word}'");
    Hook::async_fn(move |client: &mut ClientWrapper, _| {
        let script = script.clone();
        Box::pin(async move { client.batch_execute(&script).await.map_err(HookError::Backend) })
    })
}

/// What a transaction begins with, so that it fails at once where the connection is another's.
pub(super) fn look(word: &str) -> String {
    format!("select 1 / (coalesce(current_setting('{WORD}', true), '') = '{word}')::int")
}

const WORD: &str = "genkan.process";

/// What it means when `begin` divides by nought, or a name is not known to the server, or known too well.
pub(super) const POOLED: &str = "a pooler gives each transaction another connection, and database.statements is \"named\"; \
     set it to \"unnamed\", or let the pooler keep a connection for each session";
