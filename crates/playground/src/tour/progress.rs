//! What of the tour has been tried, found out from what came of it: a letter in the mailbox, tokens for a site, a clock that was
//! moved.
//!
//! Nobody ticks anything off, and nothing but the tour reads this. It is kept in memory: after a restart the letters say it
//! again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;

use super::{STEPS, Sign};
use crate::mailbox::Letter;

/// Where the house hands out tokens.
const TOKENS: &str = "/oauth/token";

/// How far the tour has come.
#[derive(Clone, Default)]
pub struct Progress {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    /// What came of a step, by its place in the tour: the newest letter that tells of it.
    done: BTreeMap<usize, Option<Letter>>,
    /// Letters from before the tour was begun anew.
    before: BTreeSet<String>,
}

impl Progress {
    /// Takes note of the letters, newest first, and gives what came of each step.
    pub(crate) fn note(&self, letters: &[Letter]) -> BTreeMap<usize, Option<Letter>> {
        let mut inner = self.lock();
        for (index, step) in STEPS.iter().enumerate() {
            let Sign::Letter(subjects) = step.sign else { continue };
            let tells = |letter: &&Letter| {
                !inner.before.contains(&letter.id)
                    && subjects.iter().any(|words| letter.subject.contains(words))
            };
            if let Some(letter) = letters.iter().find(tells) {
                inner.done.insert(index, Some(letter.clone()));
            }
        }
        inner.done.clone()
    }

    /// The clock was moved.
    pub(crate) fn moved(&self) {
        self.done(STEPS.iter().position(|step| matches!(step.sign, Sign::Clock)));
    }

    /// The house's routes, watched for a site that gets tokens: somebody has signed in there.
    pub fn watch(&self, routes: Router) -> Router {
        routes.layer(from_fn_with_state(self.clone(), Self::see))
    }

    async fn see(State(progress): State<Self>, request: Request, next: Next) -> Response {
        let tokens = request.uri().path() == TOKENS;
        let response = next.run(request).await;
        if tokens && response.status() == StatusCode::OK {
            progress.done(STEPS.iter().position(|step| matches!(step.sign, Sign::Site)));
        }
        response
    }

    fn done(&self, step: Option<usize>) {
        self.lock().done.extend(step.map(|index| (index, None)));
    }

    /// Begins anew: what was tried until now no longer counts.
    pub(crate) fn anew(&self, letters: &[Letter]) {
        let mut inner = self.lock();
        inner.done.clear();
        inner.before = letters.iter().map(|letter| letter.id.clone()).collect();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
