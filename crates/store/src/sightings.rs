//! Session checks that were answered lately, remembered by this node (R-SESSION-2).
//!
//! An answer is given again as long as nothing has changed its account. What this node changes is known before the change is
//! answered. What others change they note in `account_changes`, and every node reads these notes twice a second: while it
//! could not read them for most of a second, nothing is remembered and every check asks the database.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use accounts::{AccountId, Digest, Instant, Seen};

/// A clock that never goes back and is never moved: the time since some moment.
pub type Steady = Arc<dyn Fn() -> Duration + Send + Sync>;

/// How long after the notes were read what is remembered may be believed. With the reading itself it stays below the second
/// that a session may outlive its end on another node.
const BELIEVED: Duration = Duration::from_millis(900);
/// How old a remembered answer may be, whatever was read: less than the notes are kept.
const OLDEST: Duration = Duration::from_secs(20);
/// How many answers one shelf holds.
const SHELF: usize = 1_024;
const SHELVES: usize = 16;

/// What this node remembers.
pub(crate) struct Sightings {
    steady: Steady,
    /// Counts looks and changes, so that it can be told which came first.
    order: AtomicU64,
    /// Nothing that was looked up before this is believed.
    floor: AtomicU64,
    /// Until when, on the steady clock and in milliseconds, the notes have been read.
    read_until: AtomicU64,
    answers: [Mutex<HashMap<Digest, Kept>>; SHELVES],
    changed: [Mutex<HashMap<AccountId, Change>>; SHELVES],
}

/// A session and its account, as they were found; what was made of them may be kept with them.
#[derive(Debug)]
pub struct Sighting {
    seen: Seen,
    /// The answer as it was written, which is the same as long as this is believed.
    pub written: OnceLock<Arc<[u8]>>,
    /// What was signed of it, and until when that is good.
    identity: Mutex<Option<(Instant, Arc<str>)>>,
}

impl Sighting {
    pub(crate) fn new(seen: Seen) -> Self {
        Self { seen, written: OnceLock::new(), identity: Mutex::default() }
    }

    /// What was signed of it lately.
    #[must_use]
    pub fn identity(&self) -> Option<(Instant, Arc<str>)> {
        self.identity.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps what was signed of it, as long as it is remembered itself.
    pub fn keep_identity(&self, until: Instant, identity: Arc<str>) {
        *self.identity.lock().unwrap_or_else(PoisonError::into_inner) = Some((until, identity));
    }
}

impl Deref for Sighting {
    type Target = Seen;

    fn deref(&self) -> &Seen {
        &self.seen
    }
}

/// An answer.
struct Kept {
    seen: Arc<Sighting>,
    /// The database's clock at the look.
    now: Instant,
    look: Look,
}

/// When an answer was looked up: before it was asked for.
#[derive(Clone, Copy)]
pub(crate) struct Look {
    order: u64,
    at: Duration,
}

/// When an account was last changed.
struct Change {
    order: u64,
    at: Duration,
}

impl Sightings {
    pub(crate) fn new(steady: Steady) -> Self {
        Self {
            steady,
            order: AtomicU64::new(0),
            floor: AtomicU64::new(0),
            read_until: AtomicU64::new(0),
            answers: Default::default(),
            changed: Default::default(),
        }
    }

    /// A look begins.
    pub(crate) fn look(&self) -> Look {
        Look { order: self.next(), at: (self.steady)() }
    }

    /// Remembers what a look has found.
    pub(crate) fn keep(&self, digest: Digest, (seen, now): (Arc<Sighting>, Instant), look: Look) {
        if !self.is_read(look.at) {
            return;
        }
        let mut shelf = held(&self.answers, digest.0.first());
        if shelf.len() >= SHELF {
            let fresh = |known: &mut Kept| look.at.saturating_sub(known.look.at) < OLDEST;
            shelf.retain(|_, known| fresh(known));
            if shelf.len() >= SHELF {
                shelf.clear();
            }
        }
        shelf.insert(digest, Kept { seen, now, look });
    }

    /// The remembered answer, and the database's time by now, where it can still be believed.
    pub(crate) fn find(&self, digest: &Digest) -> Option<(Arc<Sighting>, Instant)> {
        let at = (self.steady)();
        if !self.is_read(at) {
            return None;
        }
        let (seen, now, look) = {
            let shelf = held(&self.answers, digest.0.first());
            let known = shelf.get(digest)?;
            (Arc::clone(&known.seen), known.now, known.look)
        };
        let age = at.saturating_sub(look.at);
        let changed = {
            let shelf = held(&self.changed, seen.account.id.0.last());
            shelf.get(&seen.account.id).is_some_and(|change| look.order < change.order)
        };
        if changed || age >= OLDEST || look.order <= self.floor.load(Ordering::Acquire) {
            return None;
        }
        let passed = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
        Some((seen, Instant(now.0.saturating_add(passed))))
    }

    /// Something of the account has changed, and is on the disk.
    pub(crate) fn change(&self, account: AccountId) {
        let (order, at) = (self.next(), (self.steady)());
        let mut shelf = held(&self.changed, account.0.last());
        if shelf.len() >= SHELF {
            // What is older than any answer that is believed tells nothing any more.
            shelf.retain(|_, change| at.saturating_sub(change.at) < OLDEST);
        }
        if shelf.len() >= SHELF {
            shelf.clear();
            self.forget_all();
        }
        shelf.insert(account, Change { order, at });
    }

    /// Nothing that was looked up until now is believed.
    pub(crate) fn forget_all(&self) {
        self.floor.fetch_max(self.next(), Ordering::AcqRel);
    }

    /// The notes were read; the reading began at `began`.
    pub(crate) fn read(&self, began: Duration) {
        self.read_until.fetch_max(millis(began.saturating_add(BELIEVED)), Ordering::AcqRel);
    }

    /// The steady clock.
    pub(crate) fn now(&self) -> Duration {
        (self.steady)()
    }

    fn is_read(&self, at: Duration) -> bool {
        millis(at) < self.read_until.load(Ordering::Acquire)
    }

    fn next(&self) -> u64 {
        self.order.fetch_add(1, Ordering::AcqRel).saturating_add(1)
    }
}

fn millis(length: Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}

/// One of the shelves, by a byte that is spread evenly. Whoever panicked with it in hand has left it whole.
fn held<'s, T>(shelves: &'s [Mutex<T>; SHELVES], byte: Option<&u8>) -> MutexGuard<'s, T> {
    let [first, ..] = shelves;
    let shelf = shelves.get(usize::from(byte.copied().unwrap_or(0)) % SHELVES).unwrap_or(first);
    shelf.lock().unwrap_or_else(PoisonError::into_inner)
}
