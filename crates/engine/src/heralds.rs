//! The heralds of clients: one for each that hears of sign-outs, begun and ended as clients come, change and go.
//!
//! Operators may add clients while the service runs, so who is told is looked at again and again. A herald that ends finishes what
//! is on its way; two of one client never send one thing at once, for each row is leased.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::clients::Client;
use crate::desk::Desk;
use crate::herald::Herald;
use crate::logout::LogoutTokens;

const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Tells clients until told to stop.
pub(crate) async fn of_clients(desk: Desk, tokens: LogoutTokens, mut stopping: watch::Receiver<bool>) {
    let mut heralds: BTreeMap<String, (Arc<Client>, watch::Sender<bool>)> = BTreeMap::new();
    let mut running = JoinSet::new();
    while !*stopping.borrow() {
        let told = desk.clients.told();
        heralds.retain(|id, (client, stop)| {
            let stays = told.iter().any(|now| now.id == *id && Arc::ptr_eq(now, client));
            if !stays {
                stop.send_replace(true);
            }
            stays
        });
        for client in told {
            if !heralds.contains_key(&client.id) {
                let (stop, stopped) = watch::channel(false);
                let herald = match Herald::new(&desk, Arc::clone(&client).into(), tokens.clone()) {
                    Ok(herald) => herald,
                    Err(fault) => {
                        tracing::error!(%fault, "a client cannot be told yet");
                        continue;
                    }
                };
                running.spawn(herald.run(stopped));
                heralds.insert(client.id.clone(), (client, stop));
            }
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_AGAIN) => {}
            Some(ended) = running.join_next(), if !running.is_empty() => {
                if let Err(fault) = ended {
                    tracing::error!(%fault, "whoever tells a client has ended early");
                }
            }
            _ = stopping.wait_for(|stop| *stop) => {}
        }
    }
    for (_, stop) in heralds.values() {
        stop.send_replace(true);
    }
    while running.join_next().await.is_some() {}
}
