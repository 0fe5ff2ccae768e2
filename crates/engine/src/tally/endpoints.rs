//! What is counted and measured of the service's endpoints, by their names in the settings.
//!
//! Each endpoint is told from nought on, so that an alert sees the first announcement that is given up. What waits is looked at
//! in the database, for all processes.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use figures::{Counters, Figures, LONG, Spans, Word, float};

use super::Tally;
use super::looks::seconds;

/// What is counted and measured of endpoints.
pub(super) struct Endpoints {
    notices: Counters<2>,
    time: Spans<1>,
    /// Those of the settings.
    names: Mutex<Vec<String>>,
}

/// What came of an announcement that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoticeEnd {
    Received,
    Failed,
    GivenUp,
    /// A client said that the token is wrong, or of a session that it does not know: it is not tried again.
    Refused,
}

impl NoticeEnd {
    const ALL: [Self; 4] = [Self::Received, Self::Failed, Self::GivenUp, Self::Refused];

    const fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Failed => "failed",
            Self::GivenUp => "given-up",
            Self::Refused => "refused",
        }
    }
}

impl Endpoints {
    pub(super) fn new() -> Self {
        Self {
            notices: Counters::new(["endpoint", "result"]),
            time: Spans::new(["endpoint"], LONG),
            names: Mutex::default(),
        }
    }
}

impl Tally {
    /// There is an endpoint of this name.
    pub(crate) fn endpoint(&self, name: &str) {
        for end in NoticeEnd::ALL {
            let _begun = self.endpoints.notices.of([Word::listed(name), Word::from(end.word())]);
        }
        let mut names = self.endpoints.names.lock().unwrap_or_else(PoisonError::into_inner);
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }

    /// An announcement was sent, and this came of it.
    pub(crate) fn notice(&self, endpoint: &str, end: NoticeEnd) {
        self.endpoints.notices.one([Word::listed(endpoint), Word::from(end.word())]);
    }

    /// An endpoint took so long to answer, or not to.
    pub(crate) fn notice_sent(&self, endpoint: &str, took: Duration) {
        self.endpoints.time.took([Word::listed(endpoint)], took);
    }

    pub(super) fn tell_endpoints(self: &Arc<Self>, figures: &mut Figures) {
        let help = "Announcements that were sent to an endpoint, by what came of it";
        figures.counters("genkan_webhooks", help, &self.endpoints.notices);
        let help = "How long endpoints took to answer";
        figures.spans("genkan_webhook_send", help, &self.endpoints.time);
        let help = "Announcements that wait for an endpoint, of all processes";
        let look = self.waiting_for_endpoints(|count, _| count);
        figures.gauges("genkan_webhooks_waiting", help, ["endpoint"], look);
        let help = "Age of the oldest announcement that waits for an endpoint";
        let look = self.waiting_for_endpoints(|_, oldest| oldest);
        figures.gauges("genkan_webhooks_waiting_oldest_seconds", help, ["endpoint"], look);
    }

    /// What waits for each endpoint: also where that is nothing, and where it waits for one that is no more.
    fn waiting_for_endpoints(
        self: &Arc<Self>,
        read: fn(f64, f64) -> f64,
    ) -> impl Fn() -> Vec<([Word; 1], f64)> + Send + Sync + 'static {
        let tally = Arc::clone(self);
        move || {
            let names = tally.endpoints.names.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let waiting = tally.seen().announcements.clone();
            let found = waiting.iter().map(|of| {
                let count = float(of.announcements);
                ([Word::listed(of.endpoint.as_str())], read(count, seconds(of.oldest)))
            });
            let none = |name: &&String| waiting.iter().all(|of| of.endpoint.as_str() != name.as_str());
            let quiet = names.iter().filter(none).map(|name| ([Word::listed(name)], read(0.0, 0.0)));
            found.chain(quiet).collect()
        }
    }
}
