//! What the hash queue counts and measures, and how it is told.
//!
//! The books on which admission decides are in `lanes`, under its lock; here is what only people look at. What must
//! never happen here: a figure that names an account or an address.

use std::time::Duration;

use figures::{Bound, Counters, Figures, LONG, SHORT, Span, Spans, Word, float};

use super::lanes::Shared;
use super::{HashQueue, Lane};

/// What only people look at.
pub(super) struct Tally {
    waited: Spans<1>,
    hash: Span,
    turned_away: Counters<2>,
}

/// Why somebody was turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// The lane was full.
    Full,
    /// The wait would have been too long.
    TooLong,
    /// It was too long.
    TooLate,
    /// The hash could not be computed.
    Failed,
}

impl Tally {
    pub(super) fn new() -> Self {
        let turned_away = Counters::new(["lane", "why"]);
        for lane in [Lane::Known, Lane::Stranger] {
            for why in [Why::Full, Why::TooLong, Why::TooLate, Why::Failed] {
                let _begun = turned_away.of([lane_word(lane), why_word(why)]);
            }
        }
        Self { waited: Spans::new(["lane"], LONG), hash: Span::new(SHORT), turned_away }
    }

    /// A job was taken out of its lane after this time.
    pub(super) fn waited(&self, lane: Lane, time: Duration) {
        self.waited.took([lane_word(lane)], time);
    }

    /// A hash took so long.
    pub(super) fn hashed(&self, time: Duration) {
        self.hash.took(time);
    }

    /// Somebody was turned away.
    pub(super) fn turned_away(&self, lane: Lane, why: Why) {
        self.turned_away.one([lane_word(lane), why_word(why)]);
    }
}

fn lane_word(lane: Lane) -> Word {
    Word::from(lane.word())
}

fn why_word(why: Why) -> Word {
    Word::from(match why {
        Why::Full => "full",
        Why::TooLong => "wait-too-long",
        Why::TooLate => "too-late",
        Why::Failed => "failed",
    })
}

impl HashQueue {
    /// Registers what the queue counts and measures.
    pub fn tell(&self, figures: &mut Figures) {
        let shared = &self.counter.shared;
        let Tally { waited, hash, turned_away } = &shared.tally;
        figures.spans("genkan_hash_wait", "How long a password hash waited for its thread", waited);
        figures.span("genkan_hash", "How long computing a password hash took", hash);
        let help = "Password checks that were turned away because too much was waiting";
        figures.counters("genkan_hash_turned_away", help, turned_away);
        let look = |shared: &std::sync::Arc<Shared>| {
            let shared = std::sync::Arc::clone(shared);
            move || shared.gauge()
        };
        let gauge = look(shared);
        figures.gauges(
            "genkan_hash_waiting",
            "Places waiting in the hash queue",
            ["lane"],
            move || {
                let gauge = gauge();
                let known = float(count(gauge.waiting_known));
                let strangers = float(count(gauge.waiting_strangers));
                vec![([lane_word(Lane::Known)], known), ([lane_word(Lane::Stranger)], strangers)]
            },
        );
        let gauge = look(shared);
        figures.gauge("genkan_hash_running", "Password hashes being computed", move || {
            Some(float(count(gauge().running)))
        });
        let gauge = look(shared);
        let help = "Buffers of hash threads in memory, each as large as one hash needs";
        figures.gauge("genkan_hash_buffers", help, move || Some(float(count(gauge().buffers))));
        let threads = float(shared.threads());
        figures.gauge("genkan_hash_threads", "Threads that compute password hashes", move || {
            Some(threads)
        });
        let gauge = look(shared);
        let help = "Password checks that nobody waited for any more, taken out of the queue";
        figures.totals("genkan_hash_abandoned", help, [], move || vec![([], float(gauge().abandoned))]);
        let limit = count(shared.places());
        let gauge = look(shared);
        figures.bound("hash-queue-known", move || Bound { used: count(gauge().waiting_known), limit });
        let gauge = look(shared);
        figures.bound("hash-queue-strangers", move || Bound {
            used: count(gauge().waiting_strangers),
            limit,
        });
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
