//! Password hashing behind a counter: a fixed number of threads, one reused buffer each, two bounded lanes.
//!
//! Argon2id costs memory and time on purpose, so it is what a flood of sign-ins would exhaust (security.md I4).
//! Here memory never exceeds the threads' buffers, which are given back when nobody asks; a place is granted or refused
//! at once, work that nobody waits for any more is not done, and known devices go before strangers. The order of
//! R-SIGNIN-3 is: place, ticket, hash.
//!
//! What must never happen here: a queue without bound, a buffer more than threads (but for one oversized stored
//! hash at a time), a password left in memory after its hash, a match against anything but a well-formed hash.

mod argon2id;
mod lanes;
mod tally;
mod worker;

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::password::Password;
use argon2id::{Buffer, Recipe};
use lanes::{Shared, Work};
use worker::Worker;

/// What the queue is made of. `Default` is what production runs.
#[derive(Clone, Debug)]
pub struct HashOptions {
    /// The threads that hash, each with a buffer of `params.memory_kib`. Default: the machine's parallelism.
    pub threads: usize,
    /// The cost of one hash.
    pub params: HashParams,
    /// The longest that work may wait for its thread, counted from when it is handed in. What its asker does between
    /// place and hand-in (paying for a guess) is slow just when the house is flooded, and must not make a known device's
    /// work too late before it has begun to wait. Default: 3 s.
    pub deadline: Duration,
    /// The most places that may wait in each lane. Default: 1024; the estimated wait refuses earlier.
    pub queue_places: usize,
    /// How long a thread without work keeps its buffer. Default: 10 s; a buffer anew costs about a millisecond.
    pub rest: Duration,
}

impl Default for HashOptions {
    fn default() -> Self {
        HashOptions {
            threads: std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
            params: HashParams::default(),
            deadline: Duration::from_secs(3),
            queue_places: 1024,
            rest: Duration::from_secs(10),
        }
    }
}

/// The cost of one Argon2id hash (RFC 9106). The default is the first choice of the OWASP Password Storage Cheat
/// Sheet: 19 MiB, two passes, one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashParams {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes of the memory; one thread computes them all.
    pub lanes: u32,
}

impl Default for HashParams {
    fn default() -> Self {
        HashParams { memory_kib: 19_456, passes: 2, lanes: 1 }
    }
}

/// Who asks. Known devices are served before strangers, so that guessing keeps no owner out (R-LOCK-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// A device known to the account, or somebody who is signed in.
    Known,
    /// Anybody else.
    Stranger,
}

impl Lane {
    /// Its word in figures and traces.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Stranger => "stranger",
        }
    }
}

/// The counter where hashing is asked for. Clones share it; when the last clone and the last place are gone, the
/// threads stop.
#[derive(Clone)]
pub struct HashQueue {
    counter: Arc<Counter>,
}

impl HashQueue {
    /// Starts the threads. The first of them learns at once how long a hash takes here; until it knows, a guess on the
    /// safe side is taken for the mean.
    ///
    /// # Errors
    /// When the options make no sense, or randomness or threads cannot be had.
    pub fn start(options: HashOptions) -> Result<HashQueue, HashFault> {
        if options.threads == 0 || options.queue_places == 0 || options.deadline.is_zero() {
            return Err(HashFault::Nothing);
        }
        let recipe = Arc::new(Recipe::new(options.params)?);
        let oversize = Arc::new(Mutex::new(()));
        let shared = Arc::new(Shared::new(&options));
        let counter = Counter { shared: Arc::clone(&shared) };
        for index in 0..options.threads {
            let buffer = Buffer::new(options.params, Arc::clone(&oversize))?;
            let (shared, recipe) = (Arc::clone(&shared), Arc::clone(&recipe));
            let serve = move || {
                let mut worker = Worker { shared: &shared, recipe: &recipe, buffer };
                if index == 0 {
                    worker.measure();
                }
                worker.serve();
            };
            let thread = std::thread::Builder::new().name(format!("hash-{index}"));
            thread.spawn(serve).map_err(HashFault::Thread)?;
        }
        Ok(HashQueue { counter: Arc::new(counter) })
    }

    /// Reserves a place at once, or refuses at once. A reservation counts as work for everybody behind it;
    /// dropping it frees it.
    ///
    /// # Errors
    /// [`Overloaded`] when the lane is full or the estimated wait exceeds the deadline.
    pub fn place(&self, lane: Lane) -> Result<Place, Overloaded> {
        self.counter.shared.reserve(lane)?;
        Ok(Place { counter: Arc::clone(&self.counter), lane, queued: None })
    }

    /// What the queue is doing.
    #[must_use]
    pub fn gauge(&self) -> HashGauge {
        self.counter.shared.gauge()
    }
}

/// Held by every queue handle and place; closes the counter when the last of them goes.
struct Counter {
    shared: Arc<Shared>,
}

impl Drop for Counter {
    fn drop(&mut self) {
        self.shared.close();
    }
}

/// A reserved place in the queue, for one hash.
#[must_use = "a place that is not used is freed again"]
pub struct Place {
    counter: Arc<Counter>,
    lane: Lane,
    queued: Option<u64>,
}

impl Place {
    /// Compares a password with a stored hash. `None`, and whatever is not a well-formed Argon2 hash within
    /// bounds, costs one hash at the current parameters and never matches (R-SIGNIN-2, security.md H2, I3). A stored
    /// hash of other parameters costs what those cost, so until its owner has signed in once more, its time tells
    /// it from an address that nobody has.
    ///
    /// # Errors
    /// [`Overloaded`] when the deadline passed while it waited; nothing was computed then.
    pub async fn verify(
        mut self,
        password: Password,
        stored: Option<String>,
    ) -> Result<Verified, Overloaded> {
        let (reply, answer) = oneshot::channel();
        self.submit(Work::Verify { password, stored: stored.map(Zeroizing::new), reply });
        answer.await.unwrap_or(Err(Overloaded::SOON))
    }

    /// Hashes a new password with a fresh salt, at the current parameters.
    ///
    /// # Errors
    /// [`Overloaded`] when the deadline passed while it waited; nothing was computed then.
    pub async fn hash(mut self, password: Password) -> Result<HashedPassword, Overloaded> {
        let (reply, answer) = oneshot::channel();
        self.submit(Work::Hash { password, reply });
        answer.await.unwrap_or(Err(Overloaded::SOON))
    }

    fn submit(&mut self, work: Work) {
        self.queued = Some(self.counter.shared.submit(self.lane, work));
    }
}

impl Drop for Place {
    /// Also runs when the future of `verify` or `hash` is dropped: work still in the queue is taken out of it, so
    /// that a client who hangs up costs no hash and holds no place.
    fn drop(&mut self) {
        match self.queued {
            None => self.counter.shared.free(self.lane),
            Some(number) => self.counter.shared.abandon(self.lane, number),
        }
    }
}

/// What a comparison found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The password is the one that was hashed.
    pub matched: bool,
    /// The stored hash has other parameters than new ones get: hash anew after a match.
    pub outdated: bool,
}

/// A hash with its parameters and salt, as a PHC string. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct HashedPassword {
    phc: Zeroizing<String>,
}

impl HashedPassword {
    pub(crate) fn new(phc: String) -> HashedPassword {
        HashedPassword { phc: Zeroizing::new(phc) }
    }

    /// The PHC string, to be stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.phc
    }
}

impl fmt::Debug for HashedPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashedPassword(..)")
    }
}

/// Too much is waiting. Nothing was computed, and no guess may be charged for it (R-SIGNIN-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overloaded {
    /// When it is worth asking again.
    pub retry_after: Duration,
}

impl Overloaded {
    /// The answer when no better estimate is at hand.
    pub(crate) const SOON: Overloaded = Overloaded { retry_after: Duration::from_secs(1) };
}

impl fmt::Display for Overloaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "too many passwords are being checked; retry after {:?}", self.retry_after)
    }
}

impl std::error::Error for Overloaded {}

/// A look at the queue. The totals count since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HashGauge {
    /// Places of known devices that wait, reserved or queued.
    pub waiting_known: usize,
    /// Places of strangers that wait, reserved or queued.
    pub waiting_strangers: usize,
    /// Hashes being computed now.
    pub running: usize,
    /// Buffers in memory: at most one a thread.
    pub buffers: usize,
    /// Hashes computed.
    pub served: u64,
    /// Answered "overloaded", at the place or because the deadline passed.
    pub refused: u64,
    /// Taken out of the queue because nobody waited any more.
    pub abandoned: u64,
    /// The moving mean of one hash, in microseconds.
    pub mean_micros: u64,
}

/// Why the queue cannot start.
#[derive(Debug)]
pub enum HashFault {
    /// No threads, no places or no time.
    Nothing,
    /// Argon2 does not know these parameters.
    Params,
    /// A hash would need more than 1 GiB or more than a few seconds.
    TooCostly,
    /// The buffers cannot be had.
    Memory,
    /// The system's random source gave nothing.
    Randomness,
    /// A thread cannot be started.
    Thread(std::io::Error),
}

impl fmt::Display for HashFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HashFault::Nothing => f.write_str("hashing needs a thread, a place and a deadline"),
            HashFault::Params => f.write_str("Argon2 does not know these parameters"),
            HashFault::TooCostly => f.write_str("one hash would take too much memory or time"),
            HashFault::Memory => f.write_str("the memory for hashing cannot be had"),
            HashFault::Randomness => f.write_str("the system's random source gave nothing"),
            HashFault::Thread(error) => write!(f, "a hashing thread cannot start: {error}"),
        }
    }
}

impl std::error::Error for HashFault {}
