//! Spans that have ended, until they are sent: a heap of a fixed size that nobody waits for.
//!
//! What finds it full is dropped and counted, as is what the collector did not take. What must never happen here: a request
//! that is held up, or memory that grows while a collector is away.

use figures::{Counters, Figures, Word};
use tokio::sync::mpsc::{self, Receiver, Sender};

use crate::ids::{SpanId, TraceId};

/// Spans that can lie here: some seconds of a busy house, and a few MiB at most.
pub(crate) const PLACES: usize = 8_192;

/// A span from its beginning to its end.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    pub(crate) trace: TraceId,
    pub(crate) span: SpanId,
    pub(crate) parent: Option<SpanId>,
    pub(crate) name: &'static str,
    /// Nanoseconds since 1970.
    pub(crate) since: u64,
    pub(crate) until: u64,
    pub(crate) said: Vec<Said>,
}

/// One thing that a span says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) key: &'static str,
    pub(crate) value: Value,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    Number(i64),
}

/// What became of spans. Clones share it.
#[derive(Clone, Debug)]
pub struct Tally {
    spans: Counters<1>,
}

/// What can become of one.
const ENDS: [&str; 3] = ["sent", "dropped-full", "dropped-refused"];

impl Default for Tally {
    fn default() -> Self {
        Self { spans: Counters::new(["end"]).beginning(&ENDS) }
    }
}

impl Tally {
    /// Registers what is counted.
    pub fn tell(&self, figures: &mut Figures) {
        let help = "Spans of traces, by what became of them";
        figures.counters("genkan_trace_spans", help, &self.spans);
    }

    pub(crate) fn sent(&self, count: usize) {
        self.add("sent", count);
    }

    pub(crate) fn refused(&self, count: usize) {
        self.add("dropped-refused", count);
    }

    fn add(&self, end: &'static str, count: usize) {
        self.spans.add([Word::from(end)], u64::try_from(count).unwrap_or(u64::MAX));
    }
}

/// Where spans are put when they end.
#[derive(Debug)]
pub struct Heap {
    spans: Sender<Ended>,
    tally: Tally,
}

impl Heap {
    pub(crate) fn new(places: usize) -> (Self, Receiver<Ended>) {
        let (spans, taken) = mpsc::channel(places);
        (Self { spans, tally: Tally::default() }, taken)
    }

    /// Puts one there, or drops it.
    pub(crate) fn put(&self, span: Ended) {
        if self.spans.try_send(span).is_err() {
            self.tally.add("dropped-full", 1);
        }
    }

    /// What became of spans.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.tally.clone()
    }
}
