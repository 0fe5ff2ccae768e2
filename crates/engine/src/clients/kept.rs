//! Reads the clients that operators have added, until the service ends.
//!
//! What cannot be read as a client is none, and is warned of once; the others are served. When the database does not answer, those
//! that are known stay.

use std::time::Duration;

use store::{KeptClient, Store};
use tokio::sync::watch;

use super::{Client, Clients};
use crate::fault::Fault;
use crate::maintenance::{Words, keep_at};
use crate::openid::OpenIdOptions;

/// How a row is read as a client. What is wrong with it is said for the operator.
pub type ReadClient = fn(&KeptClient) -> Result<Client, String>;

/// So long may an added client be unknown, and a removed one known, on any node.
const EVERY: Duration = Duration::from_secs(2);

/// All clients, as they are now, for a command.
///
/// # Errors
/// A fault of the database.
pub async fn read_clients(store: &Store, options: OpenIdOptions) -> Result<Clients, Fault> {
    let OpenIdOptions { clients, kept, .. } = options;
    if let Some(read) = kept {
        Reading::new(store.clone(), clients.clone(), read).once().await?;
    }
    Ok(clients)
}

/// The rows, and what they were read as.
pub(crate) struct Reading {
    store: Store,
    clients: Clients,
    read: ReadClient,
    known: tokio::sync::Mutex<Vec<KeptClient>>,
}

impl Reading {
    pub(crate) fn new(store: Store, clients: Clients, read: ReadClient) -> Self {
        Self { store, clients, read, known: tokio::sync::Mutex::default() }
    }

    /// Reads the rows once.
    pub(crate) async fn once(&self) -> Result<(), Fault> {
        let mut known = self.known.lock().await;
        let rows = self.store.clients().await?;
        if *known == rows {
            return Ok(());
        }
        let mut all = Vec::new();
        for row in &rows {
            if self.clients.is_fixed(&row.id) {
                let client = row.id.as_str();
                tracing::warn!(
                    client,
                    "a client was added by command whose name is in the settings; the settings count"
                );
                continue;
            }
            match (self.read)(row) {
                Ok(client) => all.push(client),
                Err(problem) => {
                    let client = row.id.as_str();
                    tracing::warn!(
                        client,
                        problem,
                        "a client that was added by command cannot be used"
                    );
                }
            }
        }
        let names = all.iter().map(|client| client.id.as_str()).collect::<Vec<_>>().join(" ");
        tracing::info!(clients = names, "the clients that were added by command have changed");
        self.clients.put_kept(all);
        *known = rows;
        Ok(())
    }

    /// Reads them again and again, until told to stop.
    pub(crate) async fn run(self: std::sync::Arc<Self>, stopping: watch::Receiver<bool>) {
        let words = Words {
            lost: "the clients that were added by command are not read; those that are known stay",
            back: "the clients are read again",
        };
        keep_at(EVERY, stopping, words, || self.once()).await;
    }
}
