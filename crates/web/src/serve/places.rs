//! The places of the connections: how many there may be, and who leaves when somebody comes and all are taken.
//!
//! A connection either works (its request is being answered) or waits for its client: for the next request, for the rest
//! of one, or for the answer to be read. When all places are taken, those that have waited longest are closed, so that
//! whoever opens connections and says nothing keeps nobody out (security.md I5). One that works, or has only just come, is
//! never closed for another.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// How often it is looked again for somebody who waits, while all work.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// Whoever has waited for less has had no time to speak yet.
const TIME_TO_SPEAK_MS: u64 = 1_000;
/// At once a part of all places is freed, so that a flood does not make us look through all of them for each.
const PART: usize = 64;

/// All places.
pub(super) struct Places {
    began: Instant,
    room: Arc<Semaphore>,
    most: usize,
    taken: Mutex<HashMap<u64, Arc<Place>>>,
    next: AtomicU64,
}

impl Places {
    pub(super) fn new(room: Arc<Semaphore>, most: usize) -> Self {
        Self { began: Instant::now(), room, most, taken: Mutex::default(), next: AtomicU64::new(0) }
    }

    /// A place, when there is one: at once, or as soon as somebody has left. `None` when the house is closed.
    pub(super) async fn take(self: &Arc<Self>) -> Option<Taken> {
        loop {
            if let Ok(permit) = Arc::clone(&self.room).try_acquire_owned() {
                return Some(self.seat(permit));
            }
            self.make_room();
            let soon = tokio::time::timeout(LOOK_AGAIN, Arc::clone(&self.room).acquire_owned()).await;
            if let Ok(permit) = soon {
                return Some(self.seat(permit.ok()?));
            }
        }
    }

    fn seat(self: &Arc<Self>, permit: OwnedSemaphorePermit) -> Taken {
        let place =
            Arc::new(Place { began: self.began, waits_since: AtomicU64::new(0), leave: Notify::new() });
        place.waits();
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.held().insert(number, Arc::clone(&place));
        Taken { places: Arc::clone(self), number, place, _permit: permit }
    }

    /// Asks those to leave who have waited longest for their client.
    fn make_room(&self) {
        let taken = self.held();
        let now = milliseconds(self.began);
        let waiting = taken.values().filter_map(|place| Some((place.waiting_since()?, place)));
        let waiting = waiting.filter(|(since, _)| since.saturating_add(TIME_TO_SPEAK_MS) <= now);
        let mut waiting = waiting.collect::<Vec<_>>();
        let part = (self.most / PART).max(1);
        if part < waiting.len() {
            waiting.select_nth_unstable_by_key(part, |(since, _)| *since);
        }
        for (_, place) in waiting.into_iter().take(part) {
            place.leave.notify_one();
        }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<u64, Arc<Place>>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place that is held; it is free again when this is dropped.
pub(super) struct Taken {
    places: Arc<Places>,
    number: u64,
    pub(super) place: Arc<Place>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.places.held().remove(&self.number);
    }
}

/// What one connection is doing.
pub(super) struct Place {
    began: Instant,
    /// Since when it waits for its client, in milliseconds from the beginning on; nought while it works.
    waits_since: AtomicU64,
    leave: Notify,
}

impl Place {
    /// A request is being answered.
    pub(super) fn works(&self) {
        self.waits_since.store(0, Ordering::Relaxed);
    }

    /// From now on it waits for its client.
    pub(super) fn waits(&self) {
        self.waits_since.store(milliseconds(self.began), Ordering::Relaxed);
    }

    /// Returns when it has been asked to leave and still waits.
    pub(super) async fn asked_to_leave(&self) {
        loop {
            self.leave.notified().await;
            if self.waiting_since().is_some() {
                return;
            }
        }
    }

    fn waiting_since(&self) -> Option<u64> {
        Some(self.waits_since.load(Ordering::Relaxed)).filter(|since| *since > 0)
    }
}

/// From the beginning on, and never nought.
fn milliseconds(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
}

/// A request's body: while it does not come, its connection waits, since its first byte that was waited for.
pub(super) struct Awaited {
    body: Incoming,
    place: Arc<Place>,
    since: Option<u64>,
}

impl Awaited {
    pub(super) fn new(body: Incoming, place: Arc<Place>) -> Self {
        Self { body, place, since: None }
    }
}

impl Body for Awaited {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if frame.is_pending() {
            let since = self.since.unwrap_or_else(|| milliseconds(self.place.began));
            self.since = Some(since);
            self.place.waits_since.store(since, Ordering::Relaxed);
        } else if self.since.is_some() {
            self.place.works();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
