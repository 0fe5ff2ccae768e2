//! The page a decision is written on: the snapshot as it stands, and what has been recorded so far.
//!
//! Recording an event carries it out on the snapshot at once and notes what follows from it, so that a rule
//! always sees the world as the events before have left it, and no mail or activity line can be forgotten.

use alloc::vec::Vec;

use crate::apply::apply;
use crate::context::{Context, Policy};
use crate::event::Event;
use crate::notices::{Activity, Announcement, Before, Mail, Notices, notices};
use crate::snapshot::{Account, Snapshot};
use crate::values::{Instant, NumberId};

/// A decision being made.
pub(crate) struct Ledger<'a> {
    snapshot: Snapshot,
    context: Context<'a>,
    events: Vec<Event>,
    activities: Vec<Activity>,
    mails: Vec<Mail>,
    announcements: Vec<Announcement>,
}

/// What a decision leaves behind.
pub(crate) struct Written {
    pub(crate) events: Vec<Event>,
    pub(crate) activities: Vec<Activity>,
    pub(crate) mails: Vec<Mail>,
    pub(crate) announcements: Vec<Announcement>,
}

impl<'a> Ledger<'a> {
    pub(crate) fn open(snapshot: Snapshot, context: Context<'a>) -> Self {
        let (events, activities) = (Vec::new(), Vec::new());
        let (mails, announcements) = (Vec::new(), Vec::new());
        Self { snapshot, context, events, activities, mails, announcements }
    }

    pub(crate) fn record(&mut self, event: Event) {
        let before = Before::of(&self.snapshot, self.context.policy);
        self.snapshot = apply(core::mem::take(&mut self.snapshot), &event);
        let Notices { activity, mails, announcements } =
            notices(before.as_ref(), &self.snapshot, &event, &self.context);
        self.activities.extend(activity);
        self.mails.extend(mails);
        self.announcements.extend(announcements);
        self.events.push(event);
    }

    /// A number that this decision has not mailed yet.
    pub(crate) fn next_number(&self) -> Option<NumberId> {
        let mailed = self.events.iter().filter(|e| matches!(e, Event::NumberIssued { .. })).count();
        self.context.draws.numbers.get(mailed).copied()
    }

    pub(crate) fn close(self) -> Written {
        let Self { events, activities, mails, announcements, .. } = self;
        Written { events, activities, mails, announcements }
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
