//! The page a decision is written on: the snapshot as it stands, and what has been recorded so far.
//!
//! Recording an event carries it out on the snapshot at once and notes what follows from it, so that a rule
//! always sees the world as the events before have left it, and no mail or activity line can be forgotten.

use alloc::vec::Vec;

use crate::apply::apply;
use crate::context::{Context, Policy};
use crate::event::Event;
use crate::notices::{Activity, Mail, notices};
use crate::snapshot::{Account, Snapshot};
use crate::values::{Instant, NumberId};

/// A decision being made.
pub(crate) struct Ledger<'a> {
    snapshot: Snapshot,
    context: Context<'a>,
    events: Vec<Event>,
    activities: Vec<Activity>,
    mails: Vec<Mail>,
}

/// What a decision leaves behind: events, activity lines, mails.
pub(crate) type Written = (Vec<Event>, Vec<Activity>, Vec<Mail>);

impl<'a> Ledger<'a> {
    pub(crate) fn open(snapshot: Snapshot, context: Context<'a>) -> Self {
        Self { snapshot, context, events: Vec::new(), activities: Vec::new(), mails: Vec::new() }
    }

    pub(crate) fn record(&mut self, event: Event) {
        self.snapshot = apply(core::mem::take(&mut self.snapshot), &event);
        let (activity, mails) = notices(&self.snapshot, &event, &self.context);
        self.activities.extend(activity);
        self.mails.extend(mails);
        self.events.push(event);
    }

    /// A number that this decision has not mailed yet.
    pub(crate) fn next_number(&self) -> Option<NumberId> {
        let mailed = self.events.iter().filter(|e| matches!(e, Event::NumberIssued { .. })).count();
        self.context.draws.numbers.get(mailed).copied()
    }

    pub(crate) fn close(self) -> Written {
        (self.events, self.activities, self.mails)
    }

    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    pub(crate) fn account(&self) -> Option<&Account> {
        self.snapshot.account.as_ref()
    }

    pub(crate) fn context(&self) -> &Context<'a> {
        &self.context
    }

    pub(crate) fn policy(&self) -> &'a Policy {
        self.context.policy
    }

    pub(crate) fn now(&self) -> Instant {
        self.context.now
    }
}
