//! Sweeping: rows whose time is over are taken away in small steps, in the background.
//!
//! No rule depends on it (a code is over when its time is over, swept or not); it keeps the tables small and
//! what is personal no longer than needed.

use std::time::Duration;

use crate::desk::Desk;

const EVERY: Duration = Duration::from_secs(60);
const STEP_ROWS: i64 = 500;
/// A step that found this much has left some.
const FULL_STEP: u64 = 500;

/// Sweeps until told to stop.
pub(crate) async fn run(desk: Desk, mut stopping: tokio::sync::watch::Receiver<bool>) {
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            _ = stopping.wait_for(|stop| *stop) => return,
        }
        while !*stopping.borrow() {
            match desk.store.sweep(&desk.policy, STEP_ROWS).await {
                Ok(swept) if swept.most() >= FULL_STEP => tokio::task::yield_now().await,
                Ok(_) => break,
                Err(fault) => {
                    tracing::warn!(%fault, "sweeping failed; it is tried again in a minute");
                    break;
                }
            }
        }
    }
}
