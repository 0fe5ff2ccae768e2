//! Tells the service's endpoints what happened to accounts: claims what is due, sends each by itself, writes down what came of it.
//!
//! One herald for each endpoint, so that none waits for another. What an endpoint does not take is tried again after longer
//! and longer waits, from seconds to hours, and given up visibly when its time is over. An endpoint that says that it is gone
//! (410) is left alone until the next start; one that asks for rest (429, 503) gets it. Clients are told the same way that sessions
//! are over (`logout`). What must never happen: an
//! announcement noted as received that was not, or one that is tried for ever.

use std::sync::Arc;
use std::time::Duration;

use accounts::{Announced, Instant, Line, Millis, told_client};
use delivery::{Taken, Webhook, WebhookFault};
use store::{KeptAnnouncement, Store};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

use crate::announcement::{id_text, notice_of};
use crate::clients::Client;
use crate::clock::Clock;
use crate::desk::Desk;
use crate::dice;
use crate::fault::Fault;
use crate::logout::LogoutTokens;
use crate::tally::{NoticeEnd, Tally};

/// An endpoint of the service, and how it is told.
#[derive(Clone)]
pub struct Endpoint {
    /// Its name in the settings.
    pub name: Line,
    /// Where it is.
    pub webhook: Arc<Webhook>,
    /// How long something is tried before it is given up.
    pub retry_for: Millis,
}

/// Whoever is told something.
pub(crate) struct Told {
    /// As it stands in rows.
    name: Line,
    way: Way,
    retry_for: Millis,
}

/// How something is told.
enum Way {
    /// What happened to accounts, to an endpoint.
    Webhook(Arc<Webhook>),
    /// That sessions are over, to a client.
    Client(Arc<Client>),
}

/// How long a client is tried that does not take what it is told.
const CLIENTS_RETRY_FOR: Millis = Millis::days(1);

impl From<Endpoint> for Told {
    fn from(endpoint: Endpoint) -> Self {
        let Endpoint { name, webhook, retry_for } = endpoint;
        Self { name, way: Way::Webhook(webhook), retry_for }
    }
}

impl From<Arc<Client>> for Told {
    fn from(client: Arc<Client>) -> Self {
        let name = told_client(&client.line());
        Self { name, way: Way::Client(client), retry_for: CLIENTS_RETRY_FOR }
    }
}

impl Way {
    /// Whether whoever is told wants nothing any more. A client that has moved is told again when it is found.
    fn is_gone(&self, fault: &WebhookFault) -> bool {
        matches!(self, Self::Webhook(_)) && fault.is_gone()
    }

    /// Whether another try would bring nothing, as a client says of a token (Back-Channel Logout 2.8).
    fn is_final(&self, fault: &WebhookFault) -> bool {
        matches!(self, Self::Client(_)) && fault.is_final()
    }
}

/// Longer than a send can take, so that no lease runs out under one on its way.
const LEASE: Millis = Millis::minutes(2);
/// Lines of other nodes, and lines whose wait is over, are looked for this often.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
const PARALLEL: usize = 4;
const FIRST_WAIT: Millis = Millis::seconds(5);
const LONGEST_WAIT: Millis = Millis::hours(2);
/// The longest that an endpoint is left alone at its own wish.
const LONGEST_REST: Duration = Duration::from_secs(3_600);
/// After so many failures in a row and then a success, what was put off meanwhile is due.
const BACK_AFTER: u32 = 4;
const HASTENED_AT_ONCE: i64 = 500;

/// Whoever tells one endpoint.
pub(crate) struct Herald {
    errand: Arc<Errand>,
    clock: Clock,
}

/// What one announcement on its way needs.
struct Errand {
    store: Store,
    endpoint: Told,
    worker: [u8; 16],
    tally: Arc<Tally>,
    tokens: LogoutTokens,
}

/// What came of one.
enum Done {
    Received,
    Failed,
    /// The endpoint wants to be left alone for so long.
    Rest(Duration),
    Gone,
}

/// How the endpoint stands, as far as this process has seen.
#[derive(Default)]
struct Standing {
    failures: u32,
    is_back: bool,
    rest: Option<Duration>,
    gone: bool,
}

/// What a herald does next.
enum Next {
    GoOn,
    /// What was put off is due: the endpoint is back.
    Hasten,
    Rest(Duration),
    Stop,
}

impl Standing {
    fn note(&mut self, ended: Result<Done, JoinError>) {
        match ended {
            Ok(Done::Received) => {
                self.is_back |= self.failures >= BACK_AFTER;
                self.failures = 0;
            }
            Ok(Done::Failed) => self.failures = self.failures.saturating_add(1),
            Ok(Done::Rest(length)) => self.rest = Some(length),
            Ok(Done::Gone) => self.gone = true,
            Err(fault) => tracing::error!(%fault, "an announcement was dropped on its way"),
        }
    }

    fn next(&mut self) -> Next {
        if self.gone {
            Next::Stop
        } else if let Some(length) = self.rest.take() {
            Next::Rest(length)
        } else if std::mem::take(&mut self.is_back) {
            Next::Hasten
        } else {
            Next::GoOn
        }
    }
}

impl Herald {
    pub(crate) fn new(desk: &Desk, endpoint: Told, tokens: LogoutTokens) -> Result<Self, Fault> {
        desk.tally.endpoint(endpoint.name.as_str());
        let errand = Errand {
            store: desk.store.clone(),
            endpoint,
            worker: dice::worker_name(desk.clock.now())?,
            tally: Arc::clone(&desk.tally),
            tokens,
        };
        Ok(Self { errand: Arc::new(errand), clock: desk.clock.clone() })
    }

    /// Tells until told to stop, or until the endpoint is gone; what is on its way then is finished first.
    pub(crate) async fn run(self, mut stopping: watch::Receiver<bool>) {
        // Later than any wait or lease: written by a clock that has been set back since.
        self.hasten(LONGEST_WAIT.0.saturating_mul(2)).await;
        let mut on_the_way = JoinSet::new();
        let mut standing = Standing::default();
        while !*stopping.borrow() {
            while let Some(ended) = on_the_way.try_join_next() {
                standing.note(ended);
            }
            match standing.next() {
                Next::Stop => break,
                Next::Rest(length) => {
                    self.rest(length, &mut stopping).await;
                    continue;
                }
                Next::Hasten => self.hasten(0).await,
                Next::GoOn => {}
            }
            let free = PARALLEL.saturating_sub(on_the_way.len());
            let claimed = self.claim(free).await;
            let found_any = !claimed.is_empty();
            for kept in claimed {
                let (errand, clock) = (Arc::clone(&self.errand), self.clock.clone());
                on_the_way.spawn(async move { errand.carry(&kept, &clock).await });
            }
            if found_any && on_the_way.len() < PARALLEL {
                continue;
            }
            tokio::select! {
                Some(ended) = on_the_way.join_next(), if !on_the_way.is_empty() => standing.note(ended),
                () = tokio::time::sleep(LOOK_AGAIN) => {}
                _ = stopping.wait_for(|stop| *stop) => {}
            }
        }
        if standing.gone {
            let endpoint = self.errand.endpoint.name.as_str();
            tracing::warn!(
                endpoint,
                "an endpoint says that it is gone (410) and is told nothing more until the next start"
            );
        }
        while on_the_way.join_next().await.is_some() {}
    }

    async fn rest(&self, length: Duration, stopping: &mut watch::Receiver<bool>) {
        let length = length.min(LONGEST_REST);
        let endpoint = self.errand.endpoint.name.as_str();
        tracing::info!(endpoint, seconds = length.as_secs(), "an endpoint asks for rest");
        tokio::select! {
            () = tokio::time::sleep(length) => {}
            _ = stopping.wait_for(|stop| *stop) => {}
        }
    }

    async fn claim(&self, free: usize) -> Vec<KeptAnnouncement> {
        let limit = i64::try_from(free).unwrap_or(0);
        if limit == 0 {
            return Vec::new();
        }
        let Errand { store, endpoint, worker, .. } = &*self.errand;
        // Looking costs a read; claiming, which writes, is done only when something is due.
        match store.next_announcement_due(&endpoint.name).await {
            Ok(Some(due)) if due <= self.clock.now().plus(Millis::seconds(5)) => {}
            Ok(_) => return Vec::new(),
            Err(fault) => {
                tracing::warn!(%fault, "what endpoints are to be told cannot be read");
                return Vec::new();
            }
        }
        match store.claim_announcements(&endpoint.name, *worker, (LEASE, limit)).await {
            Ok(claimed) => claimed,
            Err(fault) => {
                tracing::warn!(%fault, "no announcement could be claimed");
                Vec::new()
            }
        }
    }

    /// What is due later than in so many milliseconds is due now.
    async fn hasten(&self, later_than: i64) {
        let Errand { store, endpoint, .. } = &*self.errand;
        loop {
            let hastened =
                store.hasten_announcements(&endpoint.name, Millis(later_than), HASTENED_AT_ONCE).await;
            match hastened {
                Ok(count) if i64::try_from(count).unwrap_or(i64::MAX) >= HASTENED_AT_ONCE => {}
                Ok(_) => return,
                Err(fault) => {
                    tracing::warn!(%fault, "what was put off could not be hastened");
                    return;
                }
            }
        }
    }
}

impl Errand {
    async fn carry(&self, kept: &KeptAnnouncement, clock: &Clock) -> Done {
        let began = std::time::Instant::now();
        let sent = self.send(kept, clock.now()).await;
        let name = self.endpoint.name.as_str();
        self.tally.notice_sent(name, began.elapsed());
        let (id, kind) = (id_text(kept.id), kept.announcement.what.kind().name());
        let (done, written) = match sent {
            Ok(Taken { status }) => {
                tracing::info!(endpoint = name, id, kind, "an announcement is received");
                self.tally.notice(name, NoticeEnd::Received);
                let said = status.to_string();
                let written = self.store.announcement_received(kept, self.worker, &said).await;
                (Done::Received, written)
            }
            Err(fault) => {
                let written = self.failed(kept, &fault, clock.now()).await;
                let done = match fault.wants_rest() {
                    _ if self.endpoint.way.is_gone(&fault) => Done::Gone,
                    Some(length) => Done::Rest(length),
                    None => Done::Failed,
                };
                (done, written)
            }
        };
        if let Err(fault) = written {
            tracing::warn!(id, %fault, "what came of an announcement could not be written down");
        }
        done
    }

    async fn send(&self, kept: &KeptAnnouncement, now: Instant) -> Result<Taken, WebhookFault> {
        match (&self.endpoint.way, kept.announcement.what) {
            (Way::Webhook(webhook), _) => webhook.send(&notice_of(kept), now.0).await,
            (Way::Client(client), Announced::SessionEnded(session)) => {
                self.tokens.tell(client, (kept.announcement.account, session)).await
            }
            (Way::Client(_), _) => Err(WebhookFault::Unreachable { text: "nothing for a client" }),
        }
    }

    async fn failed(
        &self,
        kept: &KeptAnnouncement,
        fault: &WebhookFault,
        now: Instant,
    ) -> Result<store::Lease, store::Fault> {
        let (endpoint, id) = (self.endpoint.name.as_str(), id_text(kept.id));
        let (tries, why) = (kept.tries.saturating_add(1), fault.to_string());
        let wait = jittered(wait_after(tries), &kept.id.decision.0, tries);
        let next = now.plus(fault.wants_rest().map_or(wait, |rest| wait.max(millis(rest))));
        if self.endpoint.way.is_final(fault) {
            tracing::warn!(endpoint, id, why, "a client says that what it was told is wrong");
            self.tally.notice(endpoint, NoticeEnd::Refused);
            return self.store.announcement_given_up(kept, self.worker, &why).await;
        }
        if !self.endpoint.way.is_gone(fault) && kept.since.plus(self.endpoint.retry_for) <= next {
            tracing::error!(endpoint, id, tries, why, "an announcement is given up");
            self.tally.notice(endpoint, NoticeEnd::GivenUp);
            return self.store.announcement_given_up(kept, self.worker, &why).await;
        }
        tracing::warn!(endpoint, id, tries, why, "an announcement is not received yet");
        self.tally.notice(endpoint, NoticeEnd::Failed);
        self.store.announcement_retry(kept, self.worker, (next, &why)).await
    }
}

/// 5 s, doubled with every try, at most two hours.
fn wait_after(tries: u32) -> Millis {
    let doublings = tries.saturating_sub(1).min(16);
    Millis(FIRST_WAIT.0.saturating_mul(1_i64 << doublings)).min(LONGEST_WAIT)
}

/// A quarter more or less, by what is random in the id of a decision, so that lines that failed together come apart.
fn jittered(wait: Millis, id: &[u8; 16], tries: u32) -> Millis {
    let tail = id.iter().rev().take(6).fold(u64::from(tries), |sum, byte| {
        sum.wrapping_mul(0x0100_0000_01b3).wrapping_add(u64::from(*byte))
    });
    let thousandths = 750 + i64::try_from(tail % 501).unwrap_or(0);
    Millis(wait.0.saturating_mul(thousandths) / 1_000)
}

fn millis(length: Duration) -> Millis {
    Millis(i64::try_from(length.min(LONGEST_REST).as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_from_five_seconds_to_two_hours() {
        let waits = [1, 2, 3, 10, 11, 12, 1_000].map(|tries| wait_after(tries).0 / 1_000);
        assert_eq!(waits, [5, 10, 20, 2_560, 5_120, 7_200, 7_200]);
    }

    #[test]
    fn lines_that_failed_together_come_apart_by_a_quarter_at_most() {
        let wait = Millis::seconds(100);
        let mut seen = std::collections::BTreeSet::new();
        for n in 0..=255_u8 {
            let Millis(ms) = jittered(wait, &[n; 16], 1);
            assert!((75_000..=125_000).contains(&ms), "{ms}");
            seen.insert(ms);
        }
        assert!(seen.len() > 100, "{}", seen.len());
    }
}
