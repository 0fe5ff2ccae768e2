//! What a hashing thread does: take the next job, hash in its own buffer, book it, answer; without work, give the buffer
//! back.
//!
//! What must never happen here: a hash after the deadline, an answer before the books are right, a thread lost
//! to a panic of the library.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use super::argon2id::{Buffer, NotComputed, Recipe};
use super::lanes::{Job, Next, Shared, Work, micros, monotonic_now};
use super::tally::Why;
use super::{HashedPassword, Lane, Overloaded, Verified};

/// A thread at work.
pub(super) struct Worker<'q> {
    pub(super) shared: &'q Shared,
    pub(super) recipe: &'q Recipe,
    pub(super) buffer: Buffer,
}

impl Worker<'_> {
    /// Learns how long one hash takes here: the better of two, as the first one touches fresh memory.
    pub(super) fn measure(&mut self) {
        let mut best = u64::MAX;
        for _ in 0..2 {
            let began = monotonic_now();
            let held = self.buffer.is_held();
            let done =
                catch_unwind(AssertUnwindSafe(|| self.recipe.verify(&mut self.buffer, b"", None)));
            self.shared.settle_buffer(held, self.buffer.is_held());
            if !matches!(done, Ok(Ok(_))) {
                tracing::error!("no memory for password hashes");
                return;
            }
            best = best.min(micros(monotonic_now().duration_since(began)));
        }
        self.shared.settle_mean(best);
    }

    /// Serves until the counter is closed and empty.
    pub(super) fn serve(&mut self) {
        loop {
            match self.shared.next_job(self.buffer.is_held()) {
                Next::Job(job) => self.take(job),
                Next::Rest => {
                    self.buffer.give_back();
                    self.shared.settle_buffer(true, false);
                }
                Next::End => return,
            }
        }
    }

    fn take(&mut self, job: Job) {
        let Self { shared, recipe, buffer } = self;
        let now = monotonic_now();
        shared.settle_wait(&job, now);
        let Job { work, lane, until, mut place } = job;
        place.taken();
        if now > until {
            return refuse(work, shared.settle_refused(lane, Why::TooLate));
        }
        let held = buffer.is_held();
        match work {
            Work::Verify { password, stored, reply } => {
                let stored = stored.as_ref().map(|text| text.as_str());
                let found = compute((shared, lane), &place, || {
                    recipe.verify(buffer, password.text().as_bytes(), stored)
                });
                drop(password);
                answer(reply, found);
            }
            Work::Hash { password, reply } => {
                let made =
                    compute((shared, lane), &place, || recipe.hash(buffer, password.text().as_bytes()));
                drop(password);
                answer(reply, made);
            }
        }
        shared.settle_buffer(held, buffer.is_held());
    }
}

/// Runs one hash and books it. A panic of the library costs that one answer, not the thread.
fn compute<T>(
    (shared, lane): (&Shared, Lane),
    place: &traces::Place,
    hash: impl FnOnce() -> Result<T, NotComputed>,
) -> Result<T, Overloaded> {
    let began = monotonic_now();
    let traced = traces::hash(place);
    let made = catch_unwind(AssertUnwindSafe(hash));
    drop(traced);
    match made {
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
