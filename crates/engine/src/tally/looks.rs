//! What is not counted but looked at when the figures are told: the outbox, the database, the bounds in use.
//!
//! The database is asked by `Engine::look`, for a bounded time and before the text is written; the text says what that
//! look saw. Where the database did not answer, what only it knows is left out, and never told from memory.

use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use figures::{Bound, Figures, Word, float};
use store::{Reported, SuppressedCounts, WaitingMails};

use super::{Seen, Tally};
use crate::engine::Engine;
use crate::rate_limit::Ask;

/// The longest that telling the figures waits for the database.
const PATIENCE: Duration = Duration::from_secs(2);

impl Engine {
    /// Registers everything that the counter, the queue and the database count and measure.
    pub fn tell(self: &Arc<Self>, figures: &mut Figures) {
        self.desk.tally.tell(figures);
        self.queue.tell(figures);
        self.desk.store.database().tell(figures);
        let help = "Attempts that cost something, by the bound of their network";
        figures.counters("genkan_limits", help, &self.limits.takes);
        for (ask, name) in [
            (Ask::Password, "networks-passwords"),
            (Ask::Code, "networks-codes"),
            (Ask::Write, "networks-writes"),
        ] {
            let engine = Arc::clone(self);
            figures.bound(name, move || engine.limits.networks(ask));
        }
    }

    /// Looks at what only the database knows. To be called before the figures are told.
    pub async fn look(&self) {
        let waiting = tokio::time::timeout(PATIENCE, self.desk.store.waiting_mails()).await;
        let waiting = waiting.ok().and_then(Result::ok);
        let returned = tokio::time::timeout(PATIENCE, self.returned()).await;
        let returned = returned.ok().and_then(Result::ok);
        let announcements = self.desk.store.waiting_announcements();
        let announcements = tokio::time::timeout(PATIENCE, announcements).await;
        let mut seen = self.desk.tally.seen();
        seen.announcements = announcements.ok().and_then(Result::ok).unwrap_or_default();
        seen.database = Some(waiting.is_some());
        seen.waiting = waiting;
        (seen.reported, seen.suppressed) = returned.unwrap_or_default();
    }

    async fn returned(&self) -> Result<(Vec<(Reported, u64)>, SuppressedCounts), store::Fault> {
        let store = &self.desk.store;
        Ok((store.mails_reported().await?, store.suppressed_counts().await?))
    }
}

impl Tally {
    pub(super) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// So many mails are on their way.
    pub(crate) fn mails_on_the_way(&self, used: usize, limit: usize) {
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        self.seen().mails = (count(used), count(limit));
    }

    fn tell_returned(self: &Arc<Self>, figures: &mut Figures) {
        let tally = Arc::clone(self);
        let help =
            "Mails that servers or readers reported on within the last 24 hours, of all processes";
        figures.gauges("genkan_mails_reported", help, ["report"], move || {
            let seen = tally.seen().reported.clone();
            let of = |reported: Reported| {
                seen.iter().find(|(one, _)| *one == reported).map_or(0, |(_, n)| *n)
            };
            Reported::ALL.map(|reported| ([Word::from(reported.word())], float(of(reported)))).to_vec()
        });
        let tally = Arc::clone(self);
        let help = "Addresses that are written to with care, of all processes";
        figures.gauges("genkan_addresses_suppressed", help, ["reason"], move || {
            let SuppressedCounts { refused, complained } = tally.seen().suppressed;
            let of = |word: &'static str, count| ([Word::from(word)], float(count));
            [of("bounced", refused), of("complained", complained)].to_vec()
        });
    }

    pub(super) fn tell_looks(self: &Arc<Self>, figures: &mut Figures) {
        let look = |read: fn(&WaitingMails) -> f64| {
            let tally = Arc::clone(self);
            move || {
                let seen = tally.seen().waiting.clone().unwrap_or_default();
                seen.iter().map(|of| ([Word::from(of.kind.name())], read(of))).collect()
            }
        };
        self.tell_returned(figures);
        let help = "Mails that wait in the outbox, of all processes";
        figures.gauges("genkan_mails_waiting", help, ["kind"], look(|of| float(of.mails)));
        let help = "Age of the oldest mail that waits";
        let oldest = look(|of| seconds(of.oldest));
        figures.gauges("genkan_mails_waiting_oldest_seconds", help, ["kind"], oldest);
        let tally = Arc::clone(self);
        let help = "How long the first mail that is due has waited for somebody to take it up";
        figures.gauge("genkan_outbox_lag_seconds", help, move || {
            let waiting = tally.seen().waiting.clone()?;
            Some(waiting.iter().map(|of| seconds(of.overdue)).fold(0.0, f64::max))
        });
        let tally = Arc::clone(self);
        let help = "Whether the database answered when these figures were asked for";
        figures.gauge("genkan_database_up", help, move || {
            tally.seen().database.map(|up| if up { 1.0 } else { 0.0 })
        });
        let tally = Arc::clone(self);
        let help = "When upkeep last ended well, in seconds since 1970";
        figures.gauge("genkan_upkeep_done_time_seconds", help, move || tally.seen().upkeep);
        let tally = Arc::clone(self);
        figures.bound("mail-workers", move || {
            let (used, limit) = tally.seen().mails;
            Bound { used, limit }
        });
    }
}

pub(super) fn seconds(length: accounts::Millis) -> f64 {
    Duration::from_millis(length.0.unsigned_abs()).as_secs_f64()
}

/// The word of a bound per network.
pub(crate) const fn ask_word(ask: Ask) -> &'static str {
    match ask {
        Ask::Password => "passwords",
        Ask::Code => "codes",
        Ask::Write => "writes",
    }
}
