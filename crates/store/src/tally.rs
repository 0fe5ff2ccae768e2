//! What a database counts and measures, and how it is told.
//!
//! Times are those that a caller waited: for a connection, for the writer's turn, for the disk. What must never happen
//! here: a look that asks the database itself, which would hang when the database does.

use std::time::Instant;

use figures::{Count, Counters, Figures, SHORT, Span, Spans, Word};

use crate::fault::{Fault, Outage};

/// What a database counts and measures.
pub(crate) struct Tally {
    transactions: Spans<1>,
    reads: Span,
    writes: Span,
    faults: Counters<1>,
    repeated: Counters<1>,
}

/// Kinds of transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    Read,
    Write,
}

impl Tally {
    pub(crate) fn new() -> Self {
        let transactions = Spans::new(["work"], SHORT);
        Self {
            reads: transactions.of([Word::from("read")]),
            writes: transactions.of([Word::from("write")]),
            transactions,
            faults: Counters::new(["fault"]).beginning(&FAULTS),
            repeated: Counters::new(["why"]).beginning(&["contention", "taken"]),
        }
    }

    /// Books a transaction that began then.
    pub(crate) fn ended<T>(&self, work: Work, began: Instant, answer: &Result<T, Fault>) {
        let span = match work {
            Work::Read => &self.reads,
            Work::Write => &self.writes,
        };
        span.took(began.elapsed());
        if let Err(fault) = answer {
            self.faults.one([Word::from(name(fault))]);
        }
    }

    /// How often transactions were run again for this reason.
    pub(crate) fn repeated(&self, why: &'static str) -> Count {
        self.repeated.of([Word::from(why)])
    }

    /// Registers what is counted on every engine.
    pub(crate) fn tell(&self, figures: &mut Figures) {
        let help = "How long a transaction took, with all waiting and repeating";
        figures.spans("genkan_database_transaction", help, &self.transactions);
        let help = "Transactions that failed; a key that was taken is no trouble by itself";
        figures.counters("genkan_database_faults", help, &self.faults);
        let help = "Transactions run again because others were in the way, or had just taken a key";
        figures.counters("genkan_database_repeated", help, &self.repeated);
    }
}

const FAULTS: [&str; 9] = [
    "contention",
    "unique",
    "lost",
    "timed-out",
    "refused",
    "uncertain",
    "schema",
    "inconsistent",
    "bug",
];

fn name(fault: &Fault) -> &'static str {
    match fault {
        Fault::Contention(_) => "contention",
        Fault::Unique { .. } => "unique",
        Fault::Unavailable { outage: Outage::Lost, .. } => "lost",
        Fault::Unavailable { outage: Outage::TimedOut, .. } => "timed-out",
        Fault::Unavailable { outage: Outage::Refused, .. } => "refused",
        Fault::Uncertain(_) => "uncertain",
        Fault::Schema(_) => "schema",
        Fault::Inconsistent { .. } => "inconsistent",
        Fault::Bug(_) => "bug",
    }
}
