//! Sweeping: rows whose time is over are taken away in small steps, in the background.
//!
//! No rule depends on the sweeping (a code is over when its time is over, swept or not); it keeps the tables small
//! and what is personal no longer than needed. What a withdrawal leaves to be done later is done here too.

use std::time::Duration;

use std::sync::Arc;

use accounts::{Command, Line, Scope, client_of};
use store::Store;
use tokio::sync::watch;
use verifiers::CodeKeys;

use crate::clients::Reading;
use crate::desk::Desk;
use crate::fault::Fault;
use crate::maildir;
use crate::providers::Providers;
use crate::reports;
use crate::returns::Returns;
use crate::signing::Keyring;

const EVERY: Duration = Duration::from_secs(60);
const READ_EVERY: Duration = Duration::from_millis(400);
const STEP_ROWS: i64 = 500;
/// A step that found this much has left some.
const FULL_STEP: u64 = 500;

/// What upkeep needs.
pub(crate) struct Upkeep {
    pub(crate) desk: Desk,
    pub(crate) providers: Providers,
    pub(crate) codes: Arc<CodeKeys>,
    pub(crate) returns: Returns,
    pub(crate) signing: Keyring,
    /// How the clients are read that were added by command: who is to hear of an end must be known before it.
    pub(crate) clients: Option<Arc<Reading>>,
}

impl Upkeep {
    /// What has become due: accounts to be erased, and what was given to be revoked.
    async fn due(&self) -> Result<(), Fault> {
        reports::erase_due(&self.desk).await?;
        reports::revoke_due(&self.desk, &self.providers, &self.codes).await?;
        self.providers.look_for_pages(&self.desk.tally).await;
        Ok(())
    }
}

/// Reads twice a second what other nodes have changed, until told to stop (R-SESSION-2).
pub(crate) async fn read_changes(store: Store, stopping: watch::Receiver<bool>) {
    let words = Words {
        lost: "the changes of other nodes are not read; every session check asks the database",
        back: "the changes of other nodes are read again",
    };
    keep_at(READ_EVERY, stopping, words, || store.read_changes()).await;
}

/// What the log says when something that is done again and again fails, and when it works again.
pub(crate) struct Words {
    pub(crate) lost: &'static str,
    pub(crate) back: &'static str,
}

/// Does something at once and so often, until told to stop. That it fails is said once, and that it works again.
pub(crate) async fn keep_at<F, E>(
    every: Duration,
    mut stopping: watch::Receiver<bool>,
    words: Words,
    mut work: impl FnMut() -> F,
) where
    F: Future<Output = Result<(), E>>,
    E: std::fmt::Display,
{
    let mut tick = tokio::time::interval(every);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut failed = false;
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            _ = stopping.wait_for(|stop| *stop) => return,
        }
        let answer = work().await;
        match &answer {
            Ok(()) if failed => tracing::info!("{}", words.back),
            Err(fault) if !failed => tracing::warn!(%fault, "{}", words.lost),
            Ok(()) | Err(_) => {}
        }
        failed = answer.is_err();
    }
}

/// Says which endpoints something waits for that are no longer in the settings: nobody sends it.
async fn warn_of_gone_endpoints(desk: &Desk) {
    let waiting = desk.store.waiting_announcements().await.unwrap_or_default();
    let known = |name: &Line| match client_of(name) {
        Some(client) => desk.clients.told().iter().any(|told| told.id == client),
        None => desk.policy.endpoints.iter().any(|endpoint| endpoint.name == *name),
    };
    for of in waiting.iter().filter(|of| !known(&of.endpoint)) {
        let (endpoint, waiting) = (of.endpoint.as_str(), of.announcements);
        tracing::warn!(endpoint, waiting, "events wait for an endpoint that is not in the settings");
    }
}

/// Has what is over end by a decision before its rows go, so that whoever hangs from it is told.
async fn end_lapsed(upkeep: &Upkeep) -> Result<(), Fault> {
    if let Some(clients) = &upkeep.clients {
        clients.once().await?;
    }
    let desk = &upkeep.desk;
    for account in desk.store.lapsed(&desk.policy, STEP_ROWS).await? {
        let scope = Scope { account: Some(account), ..Scope::default() };
        reports::decide_alone(desk, scope, Command::EndLapsed).await?;
    }
    Ok(())
}

/// Sweeps until told to stop.
pub(crate) async fn run(upkeep: Upkeep, mut stopping: watch::Receiver<bool>) {
    warn_of_gone_endpoints(&upkeep.desk).await;
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            _ = stopping.wait_for(|stop| *stop) => return,
        }
        let mut done = maildir::read(&upkeep.returns).await;
        if let Err(fault) = upkeep.signing.refresh().await {
            tracing::warn!(%fault, "the signing keys could not be looked after; it is tried again in a minute");
            done = false;
        }
        if let Err(fault) = upkeep.due().await {
            tracing::warn!(%fault, "what is due could not be done; it is tried again in a minute");
            done = false;
        }
        let desk = &upkeep.desk;
        while !*stopping.borrow() {
            if let Err(fault) = end_lapsed(&upkeep).await {
                tracing::warn!(%fault, "what is over could not be ended; it is tried again in a minute");
                done = false;
                break;
            }
            let swept = desk.store.sweep(&desk.policy, STEP_ROWS).await;
            let _told = swept.as_ref().inspect(|swept| desk.tally.swept(swept));
            match swept {
                Ok(swept) if swept.most() >= FULL_STEP => tokio::task::yield_now().await,
                Ok(_) => break,
                Err(fault) => {
                    tracing::warn!(%fault, "sweeping failed; it is tried again in a minute");
                    done = false;
                    break;
                }
            }
        }
        let now = Duration::from_millis(desk.clock.now().0.unsigned_abs()).as_secs_f64();
        desk.tally.upkeep(if done { Ok(now) } else { Err(()) });
    }
}
