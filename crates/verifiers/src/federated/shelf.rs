//! What was fetched from a provider and is still good: kept for an hour, renewed by one asker at a time.
//!
//! A provider that is down must not close a door that stood open a moment ago, so what is held outlives a failed
//! renewal, for a day at most. And nobody's question may make the house ask the provider more often than this.
//!
//! What must never happen here: a fetch for every visitor, an unbounded life, a wait by the wall.

use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Mutex;

use super::problems::UpstreamFault;

/// How long a document is good.
const KEEP_MS: i64 = 3_600_000;
/// How long it is used when it cannot be renewed.
const OUTLIVE_MS: i64 = 24 * 3_600_000;
/// The time between two renewals that a token asks for, and between two tries while an old document is held.
const RENEW_MS: i64 = 60_000;
/// The time between two tries while nothing is held.
const RETRY_MS: i64 = 5_000;

pub(super) struct Shelf<T> {
    held: RwLock<Option<Held<T>>>,
    gate: Mutex<Tries>,
}

struct Held<T> {
    value: Arc<T>,
    at_ms: i64,
}

#[derive(Default)]
struct Tries {
    failed: Option<(i64, UpstreamFault)>,
    renewed_at_ms: Option<i64>,
}

impl<T> Shelf<T> {
    pub(super) fn new() -> Shelf<T> {
        Shelf { held: RwLock::new(None), gate: Mutex::new(Tries::default()) }
    }

    /// What is held, or what `fetch` brings.
    pub(super) async fn get<F, Fut>(&self, now_ms: i64, fetch: F) -> Result<Arc<T>, UpstreamFault>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, UpstreamFault>>,
    {
        if let Some(value) = self.held_for(now_ms, KEEP_MS) {
            return Ok(value);
        }
        let old = self.held_for(now_ms, OUTLIVE_MS);
        let mut tries = match (self.gate.try_lock(), old) {
            (Ok(tries), _) => tries,
            // Somebody is renewing it; what is held will do until then.
            (Err(_), Some(old)) => return Ok(old),
            (Err(_), None) => self.gate.lock().await,
        };
        if let Some(value) = self.held_for(now_ms, KEEP_MS) {
            return Ok(value);
        }
        let old = self.held_for(now_ms, OUTLIVE_MS);
        let wait_ms = if old.is_some() { RENEW_MS } else { RETRY_MS };
        let recent = tries.failed.filter(|(at_ms, _)| within(now_ms, *at_ms, wait_ms));
        let outcome = match recent {
            Some((_, fault)) => Err(fault),
            None => fetch().await.inspect_err(|fault| tries.failed = Some((now_ms, *fault))),
        };
        match (outcome, old) {
            (Ok(value), _) => {
                tries.failed = None;
                Ok(self.hold(value, now_ms))
            }
            (Err(fault), Some(old)) => {
                tracing::warn!(%fault, "what was fetched before is used on");
                Ok(old)
            }
            (Err(fault), None) => Err(fault),
        }
    }

    /// Fetches anew because `seen` does not have what is looked for, once a minute at most; what is held stays
    /// where that fails.
    pub(super) async fn renew<F, Fut>(&self, now_ms: i64, seen: &Arc<T>, fetch: F) -> Arc<T>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, UpstreamFault>>,
    {
        let mut tries = self.gate.lock().await;
        let held = self.held_for(now_ms, OUTLIVE_MS);
        if let Some(newer) = held.filter(|held| !Arc::ptr_eq(held, seen)) {
            return newer;
        }
        if tries.renewed_at_ms.is_some_and(|at_ms| within(now_ms, at_ms, RENEW_MS)) {
            return Arc::clone(seen);
        }
        tries.renewed_at_ms = Some(now_ms);
        match fetch().await {
            Ok(value) => self.hold(value, now_ms),
            Err(fault) => {
                tracing::warn!(%fault, "what was fetched before is used on");
                Arc::clone(seen)
            }
        }
    }

    fn held_for(&self, now_ms: i64, life_ms: i64) -> Option<Arc<T>> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.as_ref()
            .filter(|held| within(now_ms, held.at_ms, life_ms))
            .map(|held| Arc::clone(&held.value))
    }

    fn hold(&self, value: T, now_ms: i64) -> Arc<T> {
        let value = Arc::new(value);
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        *held = Some(Held { value: Arc::clone(&value), at_ms: now_ms });
        value
    }
}

/// A clock that was set back makes nothing good for longer.
fn within(now_ms: i64, at_ms: i64, life_ms: i64) -> bool {
    (0..life_ms).contains(&now_ms.saturating_sub(at_ms))
}
