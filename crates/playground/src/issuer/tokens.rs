//! Codes and access tokens that wait in memory for the one who comes with them.
//!
//! They run out by the house's clock and are forgotten at a restart, as short-lived things may be. A code is
//! taken: it works once, even where what comes with it turns out wrong.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{StandInFault, draw};

/// What waits, by its token.
pub(crate) struct Tokens<T> {
    prefix: &'static str,
    lifetime_s: i64,
    waiting: Mutex<HashMap<String, Waiting<T>>>,
}

struct Waiting<T> {
    until_s: i64,
    value: T,
}

impl<T: Clone> Tokens<T> {
    pub(crate) fn new(prefix: &'static str, lifetime_s: i64) -> Self {
        Self { prefix, lifetime_s, waiting: Mutex::new(HashMap::new()) }
    }

    /// A new token for `value`.
    pub(crate) fn put(&self, now_s: i64, value: T) -> Result<String, StandInFault> {
        let token = format!("{}{}", self.prefix, draw(32)?);
        let mut waiting = self.live(now_s);
        waiting.insert(token.clone(), Waiting { until_s: now_s + self.lifetime_s, value });
        Ok(token)
    }

    /// What the token stands for. It stands for nothing afterwards.
    pub(crate) fn take(&self, now_s: i64, token: &str) -> Option<T> {
        self.live(now_s).remove(token).map(|waiting| waiting.value)
    }

    /// What the token stands for.
    pub(crate) fn read(&self, now_s: i64, token: &str) -> Option<T> {
        self.live(now_s).get(token).map(|waiting| waiting.value.clone())
    }

    fn live(&self, now_s: i64) -> MutexGuard<'_, HashMap<String, Waiting<T>>> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, one| now_s < one.until_s);
        waiting
    }
}
