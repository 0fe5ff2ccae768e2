//! The two lanes of the hash queue and their bookkeeping, under one lock.
//!
//! Every number that admission decides on (places reserved, jobs queued, hashes running, their mean time) changes
//! under the same lock as the lanes themselves, so the gauge never shows a state that was not.
//!
//! What must never happen here: a hash computed under the lock, a place counted twice or never freed, a stranger
//! taken while a known device waits.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::tally::{Tally, Why};
use super::{HashGauge, HashOptions, HashParams, HashedPassword, Lane, Overloaded, Verified};
use crate::password::Password;

/// What is to be computed, and for whom.
pub(super) enum Work {
    Verify {
        password: Password,
        stored: Option<Zeroizing<String>>,
        reply: oneshot::Sender<Result<Verified, Overloaded>>,
    },
    Hash {
        password: Password,
        reply: oneshot::Sender<Result<HashedPassword, Overloaded>>,
    },
}

/// Work with the time after which nobody wants it.
pub(super) struct Job {
    pub(super) work: Work,
    pub(super) lane: Lane,
    pub(super) until: Instant,
    pub(super) place: traces::Place,
}

/// What the handles and the threads share.
pub(super) struct Shared {
    state: Mutex<State>,
    work_came: Condvar,
    threads: u64,
    deadline: Duration,
    places: usize,
    rest: Duration,
    pub(super) tally: Tally,
}

/// What a thread does next.
pub(super) enum Next {
    Job(Job),
    /// Nobody has asked for a while: nothing, and without its buffer.
    Rest,
    /// The counter is closed and nothing is left.
    End,
}

struct State {
    known: Queue,
    strangers: Queue,
    next_number: u64,
    running: usize,
    buffers: usize,
    served: u64,
    refused: u64,
    abandoned: u64,
    mean_micros: u64,
    open: bool,
}

/// One lane: `waiting` counts the places reserved and the jobs queued; `jobs` is in the order of arrival, and a
/// job can be taken out of its middle.
#[derive(Default)]
struct Queue {
    waiting: usize,
    jobs: BTreeMap<u64, Job>,
}

impl State {
    fn lane(&mut self, lane: Lane) -> &mut Queue {
        match lane {
            Lane::Known => &mut self.known,
            Lane::Stranger => &mut self.strangers,
        }
    }

    /// Jobs that will be served before a new one of that lane.
    fn ahead(&self, lane: Lane) -> usize {
        match lane {
            Lane::Known => self.running + self.known.waiting,
            Lane::Stranger => self.running + self.known.waiting + self.strangers.waiting,
        }
    }

    fn take(&mut self) -> Option<Job> {
        let lane = if self.known.jobs.is_empty() { Lane::Stranger } else { Lane::Known };
        let queue = self.lane(lane);
        let (_, job) = queue.jobs.pop_first()?;
        queue.waiting = queue.waiting.saturating_sub(1);
        self.running += 1;
        Some(job)
    }
}

impl Shared {
    pub(super) fn new(options: &HashOptions) -> Shared {
        Shared {
            state: Mutex::new(State {
                known: Queue::default(),
                strangers: Queue::default(),
                next_number: 0,
                running: 0,
                buffers: 0,
                served: 0,
                refused: 0,
                abandoned: 0,
                mean_micros: assumed_micros(options.params),
                open: true,
            }),
            work_came: Condvar::new(),
            threads: u64::try_from(options.threads).unwrap_or(u64::MAX).max(1),
            deadline: options.deadline,
            places: options.queue_places,
            rest: options.rest,
            tally: Tally::new(),
        }
    }

    /// Grants a place.
    pub(super) fn reserve(&self, lane: Lane) -> Result<(), Overloaded> {
        let mut state = self.lock();
        let wait = self.estimate(&state, lane);
        let full = state.lane(lane).waiting >= self.places;
        if full || wait > self.deadline {
            state.refused += 1;
            self.tally.turned_away(lane, if full { Why::Full } else { Why::TooLong });
            return Err(Overloaded { retry_after: retry_after(wait, self.deadline) });
        }
        state.lane(lane).waiting += 1;
        Ok(())
    }

    /// Queues the job of a reserved place; its number is the way to take it back.
    pub(super) fn submit(&self, lane: Lane, work: Work) -> u64 {
        let now = monotonic_now();
        // A deadline that no clock can tell is none.
        let until = now.checked_add(self.deadline).unwrap_or(now);
        let job = Job { work, lane, until, place: traces::Place::waiting(lane.word()) };
        let mut state = self.lock();
        let number = state.next_number;
        state.next_number += 1;
        state.lane(lane).jobs.insert(number, job);
        drop(state);
        self.work_came.notify_one();
        number
    }

    /// Frees a place that was reserved and not used.
    pub(super) fn free(&self, lane: Lane) {
        let mut state = self.lock();
        let queue = state.lane(lane);
        queue.waiting = queue.waiting.saturating_sub(1);
    }

    /// Takes a job out of the queue because nobody waits for it; does nothing if a thread has it already.
    pub(super) fn abandon(&self, lane: Lane, number: u64) {
        let mut state = self.lock();
        let queue = state.lane(lane);
        let Some(job) = queue.jobs.remove(&number) else {
            return;
        };
        queue.waiting = queue.waiting.saturating_sub(1);
        state.abandoned += 1;
        drop(state);
        drop(job);
    }

    /// The next job, waiting for one. Who holds a buffer is sent to rest when none comes.
    pub(super) fn next_job(&self, holds_buffer: bool) -> Next {
        let mut state = self.lock();
        let until = monotonic_now().checked_add(self.rest);
        loop {
            if let Some(job) = state.take() {
                return Next::Job(job);
            }
            if !state.open {
                return Next::End;
            }
            let left =
                until.map_or(self.rest, |until| until.saturating_duration_since(monotonic_now()));
            if !holds_buffer {
                state = self.work_came.wait(state).unwrap_or_else(PoisonError::into_inner);
            } else if left.is_zero() {
                return Next::Rest;
            } else {
                let woken = self.work_came.wait_timeout(state, left);
                state = woken.unwrap_or_else(PoisonError::into_inner).0;
            }
        }
    }

    /// Books whether a thread has a buffer, if that has changed.
    pub(super) fn settle_buffer(&self, had: bool, has: bool) {
        if had != has {
            let mut state = self.lock();
            state.buffers = if has { state.buffers + 1 } else { state.buffers.saturating_sub(1) };
        }
    }

    /// Books what one hash takes here.
    pub(super) fn settle_mean(&self, mean_micros: u64) {
        self.lock().mean_micros = mean_micros.max(1);
    }

    /// Books a hash that was computed.
    pub(super) fn settle_served(&self, took: Duration) {
        let mut state = self.lock();
        state.running = state.running.saturating_sub(1);
        state.served += 1;
        self.tally.hashed(took);
        // A moving mean over about eight hashes: quick to follow the machine, slow to believe one outlier.
        let sum = state.mean_micros.saturating_mul(7).saturating_add(micros(took));
        state.mean_micros = (sum / 8).max(1);
    }

    /// Books a job that came too late, or failed; gives the answer for it.
    pub(super) fn settle_refused(&self, lane: Lane, why: Why) -> Overloaded {
        self.tally.turned_away(lane, why);
        let mut state = self.lock();
        state.running = state.running.saturating_sub(1);
        state.refused += 1;
        let wait = self.estimate(&state, Lane::Stranger);
        Overloaded { retry_after: retry_after(wait, self.deadline) }
    }

    /// Books how long a job waited since it was handed in.
    pub(super) fn settle_wait(&self, job: &Job, now: Instant) {
        let left = job.until.saturating_duration_since(now);
        let late = now.saturating_duration_since(job.until);
        self.tally.waited(job.lane, self.deadline.saturating_sub(left).saturating_add(late));
    }

    pub(super) fn threads(&self) -> u64 {
        self.threads
    }

    pub(super) fn places(&self) -> usize {
        self.places
    }

    pub(super) fn close(&self) {
        self.lock().open = false;
        self.work_came.notify_all();
    }

    pub(super) fn gauge(&self) -> HashGauge {
        let state = self.lock();
        HashGauge {
            waiting_known: state.known.waiting,
            waiting_strangers: state.strangers.waiting,
            running: state.running,
            buffers: state.buffers,
            served: state.served,
            refused: state.refused,
            abandoned: state.abandoned,
            mean_micros: state.mean_micros,
        }
    }

    fn estimate(&self, state: &State, lane: Lane) -> Duration {
        let ahead = u64::try_from(state.ahead(lane)).unwrap_or(u64::MAX);
        Duration::from_micros(ahead.saturating_mul(state.mean_micros) / self.threads)
    }

    /// The state stays whole whoever panics: nothing that can panic runs while the lock is held.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What must have drained before a place is granted again; at least a second, at most half a minute.
fn retry_after(wait: Duration, deadline: Duration) -> Duration {
    wait.saturating_sub(deadline).clamp(Duration::from_secs(1), Duration::from_secs(30))
}

/// What a hash is taken to last until one was measured: a microsecond for each KiB and pass, some twice what machines of
/// 2026 need.
fn assumed_micros(params: HashParams) -> u64 {
    u64::from(params.memory_kib).saturating_mul(u64::from(params.passes)).max(1)
}

pub(super) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// The monotonic clock, for waiting and measuring alone; no rule of the accounts ever sees it.
pub(super) fn monotonic_now() -> Instant {
    Instant::now()
}
