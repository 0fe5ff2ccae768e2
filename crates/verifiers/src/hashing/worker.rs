//! What a hashing thread does: take the next job, hash in its own buffer, book it, answer.
//!
//! What must never happen here: a hash after the deadline, an answer before the books are right, a thread lost
//! to a panic of the library.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use super::argon2id::{Buffer, NotComputed, Recipe};
use super::lanes::{Job, Shared, Work, monotonic_now};
use super::tally::Why;
use super::{HashedPassword, Lane, Overloaded, Verified};

/// Serves until the counter is closed and empty.
pub(super) fn serve(shared: &Shared, recipe: &Recipe, mut buffer: Buffer) {
    while let Some(job) = shared.next_job() {
        let now = monotonic_now();
        shared.settle_wait(&job, now);
        let Job { work, lane, until } = job;
        if now > until {
            refuse(work, shared.settle_refused(lane, Why::TooLate));
            continue;
        }
        match work {
            Work::Verify { password, stored, reply } => {
                let stored = stored.as_ref().map(|text| text.as_str());
                let found = compute(shared, lane, || {
                    recipe.verify(&mut buffer, password.text().as_bytes(), stored)
                });
                drop(password);
                answer(reply, found);
            }
            Work::Hash { password, reply } => {
                let made =
                    compute(shared, lane, || recipe.hash(&mut buffer, password.text().as_bytes()));
                drop(password);
                answer(reply, made);
            }
        }
    }
}

/// Runs one hash and books it. A panic of the library costs that one answer, not the thread.
fn compute<T>(
    shared: &Shared,
    lane: Lane,
    hash: impl FnOnce() -> Result<T, NotComputed>,
) -> Result<T, Overloaded> {
    let began = monotonic_now();
    match catch_unwind(AssertUnwindSafe(hash)) {
        Ok(Ok(value)) => {
            shared.settle_served(monotonic_now().duration_since(began));
            Ok(value)
        }
        Ok(Err(NotComputed)) => {
            tracing::error!("a password hash could not be computed: no memory or no randomness");
            Err(shared.settle_refused(lane, Why::Failed))
        }
        Err(_) => {
            tracing::error!("a password hash panicked");
            Err(shared.settle_refused(lane, Why::Failed))
        }
    }
}

fn refuse(work: Work, overloaded: Overloaded) {
    match work {
        Work::Verify { reply, .. } => answer::<Verified>(reply, Err(overloaded)),
        Work::Hash { reply, .. } => answer::<HashedPassword>(reply, Err(overloaded)),
    }
}

/// Whoever asked may have gone meanwhile; then the answer is for nobody.
fn answer<T>(reply: oneshot::Sender<Result<T, Overloaded>>, result: Result<T, Overloaded>) {
    drop(reply.send(result));
}
