//! Empties the outbox: claims mails that are due, sends each by itself, writes down what came of it.
//!
//! Several nodes share the work by leases. A mail is sent at least once: its row is marked only after the
//! relay has taken it, so a crash in between sends it again under the same Message-ID. One bad address or
//! slow relay holds one slot, never the line. What has become useless (an expired code) is dropped, and what
//! fails for too long is given up visibly: a row with its last error, and a line in the log.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use accounts::rules::pace::Paces;
use accounts::rules::suppression::{Alone, Sending, sending};
use accounts::{Instant, Millis};
use delivery::{Fate, Outlet, SendFault, Sender, fate_of_reply};
use pages::Pages;
use store::{OutgoingMail, Store};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use traces::Instrument;
use verifiers::CodeKeys;

use crate::clock::Clock;
use crate::dice;
use crate::engine::MailOptions;
use crate::fault::Fault;
use crate::letters::{self, NoLetter};
use crate::returns::Returns;
use crate::tally::{MailEnd, Tally};

/// Longer than a send can take, so that no lease runs out under a letter on its way.
const LEASE: Millis = Millis::minutes(5);
/// Mails of other nodes, and mails whose wait is over, are looked for this often.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
const FIRST_WAIT: Millis = Millis::seconds(10);
const LONGEST_WAIT: Millis = Millis::minutes(60);
/// A relay that refuses us is asked again sooner: it is one setting that is wrong, not this mail.
const RELAY_WAIT: Millis = Millis::seconds(60);

/// Whoever carries the mail of this node.
pub(crate) struct Courier {
    round: Arc<Round>,
    clock: Clock,
    parallel: usize,
    /// Whether mails were put off at the last look, behind which others may stand.
    looks_on: AtomicBool,
}

/// What one mail on its way needs.
struct Round {
    store: Store,
    returns: Returns,
    codes: Arc<CodeKeys>,
    pages: Arc<Pages>,
    outlet: Outlet,
    sender: Sender,
    retry_for: Millis,
    paces: Arc<Paces>,
    /// How long somebody who lost the provider waits (R-RESET-8).
    wait_hours: u32,
    name: [u8; 16],
    tally: Arc<Tally>,
}

impl Courier {
    pub(crate) fn new(
        returns: Returns,
        codes: Arc<CodeKeys>,
        pages: Arc<Pages>,
        mail: MailOptions,
    ) -> Result<Self, Fault> {
        if mail.parallel == 0 {
            return Err(Fault::Setting("mail.workers must be at least 1".to_owned()));
        }
        let desk = returns.desk.clone();
        let round = Round {
            returns,
            store: desk.store.clone(),
            codes,
            pages,
            outlet: mail.outlet,
            sender: mail.sender,
            retry_for: mail.retry_for,
            paces: mail.paces,
            wait_hours: hours(desk.policy().lost_wait),
            name: dice::worker_name(desk.clock.now())?,
            tally: Arc::clone(&desk.tally),
        };
        let parallel = usize::from(mail.parallel);
        let looks_on = AtomicBool::new(false);
        Ok(Self { round: Arc::new(round), clock: desk.clock.clone(), parallel, looks_on })
    }

    /// Carries mail until told to stop; what is on its way then is finished first.
    pub(crate) async fn run(self, waiting: Arc<Notify>, mut stopping: watch::Receiver<bool>) {
        let mut on_the_way = JoinSet::new();
        while !*stopping.borrow() {
            while on_the_way.try_join_next().is_some() {}
            let free = self.parallel.saturating_sub(on_the_way.len());
            let claimed = self.claim(free).await;
            let found_any = !claimed.is_empty() || self.looks_on.swap(false, Ordering::Relaxed);
            for row in claimed {
                let (round, clock) = (Arc::clone(&self.round), self.clock.clone());
                let traced = traces::mail(row.mail.kind.name());
                on_the_way.spawn(async move { round.carry(row, &clock).await }.instrument(traced));
            }
            self.round.tally.mails_on_the_way(on_the_way.len(), self.parallel);
            if found_any && on_the_way.len() < self.parallel {
                continue;
            }
            tokio::select! {
                () = waiting.notified(), if on_the_way.len() < self.parallel => {}
                Some(_) = on_the_way.join_next(), if !on_the_way.is_empty() => {}
                () = tokio::time::sleep(LOOK_AGAIN) => {}
                _ = stopping.wait_for(|stop| *stop) => {}
            }
        }
        while on_the_way.join_next().await.is_some() {}
    }

    async fn claim(&self, free: usize) -> Vec<OutgoingMail> {
        let limit = i64::try_from(free).unwrap_or(0);
        if limit == 0 {
            return Vec::new();
        }
        // Looking costs a read; claiming, which writes, is done only when something is due.
        match self.round.store.next_mail_due().await {
            Ok(Some(due)) if due <= self.clock.now().plus(Millis::seconds(5)) => {}
            Ok(_) => return Vec::new(),
            Err(fault) => {
                tracing::warn!(%fault, "the outbox cannot be read");
                return Vec::new();
            }
        }
        let round = &self.round;
        match round.store.claim_paced_mails(round.name, LEASE, limit, &round.paces).await {
            Ok(claimed) => {
                self.looks_on.store(!claimed.put_off.is_empty(), Ordering::Relaxed);
                for receiver in &claimed.put_off {
                    round.tally.mail_put_off(round.listed(receiver));
                }
                claimed.mails
            }
            Err(fault) => {
                tracing::warn!(%fault, "no mail could be claimed");
                Vec::new()
            }
        }
    }
}

impl Round {
    async fn carry(&self, mut row: OutgoingMail, clock: &Clock) {
        let id = uuid::Uuid::from_bytes(row.id.decision.0);
        let kind = row.mail.kind.name();
        let done = match self.way(&mut row, clock.now()).await {
            Way::Open => self.deliver(&row, clock.now()).await,
            Way::Closed(done) => done,
        };
        self.tally.mail(row.mail.kind, done.end());
        let written = match done {
            Done::Sent(reply) => {
                let waited = clock.now().0.saturating_sub(row.written_at.0).unsigned_abs();
                self.tally.mail_left(Duration::from_millis(waited));
                tracing::info!(%id, kind, "mail sent");
                self.store.mail_sent(row.id, self.name, &reply).await
            }
            Done::Again(at, why) => {
                tracing::warn!(%id, kind, tries = row.tries, why, "mail not sent yet");
                self.store.mail_retry(row.id, self.name, at, &why).await
            }
            Done::Never(why) => {
                tracing::error!(%id, kind, tries = row.tries, why, "mail given up");
                self.store.mail_given_up(row.id, self.name, &why).await
            }
            Done::Refused(why) => {
                tracing::warn!(%id, kind, why, "mail refused: there is no such mailbox");
                let written = self.store.mail_given_up(row.id, self.name, &why).await;
                if let Err(fault) = self.returns.refused_at_once(row.id, &why).await {
                    tracing::warn!(%id, %fault, "a refused address could not be noted");
                }
                written
            }
            Done::KeptBack => {
                tracing::info!(%id, kind, "mail kept back: its address refuses mail");
                self.store.mail_kept_back(row.id, self.name).await
            }
            Done::Useless => {
                tracing::info!(%id, kind, "mail dropped: its time is over");
                self.store.mail_dropped(row.id, self.name).await
            }
        };
        if let Err(fault) = written {
            tracing::warn!(%id, %fault, "what came of a mail could not be written down");
        }
    }

    async fn deliver(&self, row: &OutgoingMail, now: Instant) -> Done {
        if row.mail.useless_at.is_some_and(|end| end <= now) {
            return Done::Useless;
        }
        let back_to = self.returns.address_of(row.id, &row.mail.to);
        let letter = match letters::write(row, &self.codes, (&self.pages, self.wait_hours), back_to) {
            Ok(letter) => letter,
            Err(fault @ NoLetter::KeyGone) => return Done::Never(fault.to_string()),
            Err(fault @ NoLetter::Pages(_)) => return self.again(row, now, fault.to_string()),
        };
        let began = std::time::Instant::now();
        let sent = self.outlet.send(&letter, &self.sender).instrument(traces::smtp()).await;
        self.tally.handed_over(began.elapsed(), sent.as_ref().err());
        if sent.as_ref().is_err_and(SendFault::is_too_many) {
            self.ease(row).await;
        }
        match sent {
            Ok(receipt) => Done::Sent(receipt.reply),
            Err(SendFault::Temporary { text }) => self.again(row, now, text),
            Err(fault @ SendFault::Permanent { .. }) => given_up(&fault),
            Err(SendFault::Relay { text }) => {
                let wait = wait_after(row.tries).max(RELAY_WAIT);
                self.again_in(row, now, wait, text)
            }
        }
    }

    /// The receiver has asked for fewer mails: all nodes send it fewer for a while.
    async fn ease(&self, row: &OutgoingMail) {
        let domain = row.mail.to.key().rsplit_once('@').map_or("", |(_, domain)| domain);
        let (receiver, gap) = self.paces.lane(domain);
        let listed = self.listed(receiver);
        self.tally.receiver_eased(listed);
        tracing::warn!(receiver = listed, "a receiver asks for fewer mails");
        if let Err(fault) = self.store.ease_receiver(receiver, gap).await {
            tracing::warn!(%fault, "a receiver's wish could not be noted");
        }
    }

    /// A receiver by its name in the settings; any other is somebody's domain and named nowhere.
    fn listed<'r>(&'r self, receiver: &str) -> &'r str {
        self.paces.named.get_key_value(receiver).map_or(OTHERS, |(name, _)| name.as_str())
    }

    /// Whether the mail may go out now, and where to (R-CONTACT-4).
    async fn way(&self, row: &mut OutgoingMail, now: Instant) -> Way {
        let known = match self.store.suppressed(&row.mail.to).await {
            Ok(Some(known)) => known,
            Ok(None) => return Way::Open,
            Err(fault) => return Way::Closed(self.again(row, now, fault.to_string())),
        };
        let alone = match sending(row.mail.kind, &known, now) {
            Sending::Now => return Way::Open,
            Sending::At(at) => return Way::Closed(Done::Again(at, RESTS.to_owned())),
            Sending::Never => return Way::Closed(Done::KeptBack),
            Sending::Elsewhere(alone) => alone,
        };
        match self.elsewhere(row).await {
            Ok(true) => Way::Open,
            Ok(false) => match alone {
                Alone::At(at) if now < at => Way::Closed(Done::Again(at, RESTS.to_owned())),
                Alone::At(_) => Way::Open,
                Alone::Never => Way::Closed(Done::KeptBack),
            },
            Err(fault) => Way::Closed(self.again(row, now, fault.to_string())),
        }
    }

    /// Turns the mail to another proven address of its account that refuses nothing. Whether there is one.
    async fn elsewhere(&self, row: &mut OutgoingMail) -> Result<bool, store::Fault> {
        let others = row.methods.iter().flat_map(accounts::Methods::addresses);
        let others = others.filter(|other| !other.same_as(&row.mail.to)).cloned().collect::<Vec<_>>();
        for other in others {
            if self.store.suppressed(&other).await?.is_none() {
                self.store.mail_elsewhere(row.id, self.name, &other).await?;
                row.mail.to = other;
                row.mail.number = None;
                row.number = None;
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn again(&self, row: &OutgoingMail, now: Instant, why: String) -> Done {
        self.again_in(row, now, wait_after(row.tries), why)
    }

    fn again_in(&self, row: &OutgoingMail, now: Instant, wait: Millis, why: String) -> Done {
        let next = now.plus(wait);
        if row.written_at.plus(self.retry_for) <= next {
            return Done::Never(why);
        }
        Done::Again(next, why)
    }
}

/// Whether a mail may go out.
enum Way {
    Open,
    Closed(Done),
}

/// The relay will not take the mail: for what it says of the recipient, or for another reason.
fn given_up(fault: &SendFault) -> Done {
    let SendFault::Permanent { code, text } = fault else { return Done::Never(fault.to_string()) };
    let why = format!("{code} {text}");
    let of_the_recipient = fault.stage() == "recipient" && fate_of_reply(&why) == Fate::Hard;
    if of_the_recipient { Done::Refused(why) } else { Done::Never(why) }
}

/// The word for receivers that the settings do not name.
const OTHERS: &str = "other";

/// What stands with a mail that waits because its address has just refused one.
const RESTS: &str = "the address has just refused a mail for good: this one waits";

/// What came of a mail.
enum Done {
    Refused(String),
    KeptBack,
    Sent(String),
    Again(Instant, String),
    Never(String),
    Useless,
}

impl Done {
    const fn end(&self) -> MailEnd {
        match self {
            Self::Sent(_) => MailEnd::Sent,
            Self::Again(..) => MailEnd::Again,
            Self::Never(_) | Self::Refused(_) => MailEnd::GivenUp,
            Self::Useless | Self::KeptBack => MailEnd::Dropped,
        }
    }
}

/// 10 s, doubled with every try, at most an hour.
fn wait_after(tries: u32) -> Millis {
    let doublings = tries.saturating_sub(1).min(16);
    Millis(FIRST_WAIT.0.saturating_mul(1_i64 << doublings)).min(LONGEST_WAIT)
}

/// Whole hours, for the words of a letter.
fn hours(length: Millis) -> u32 {
    u32::try_from(length.0 / 3_600_000).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_from_ten_seconds_to_an_hour() {
        let waits = [1, 2, 3, 9, 10, 1_000].map(|tries| wait_after(tries).0 / 1_000);
        assert_eq!(waits, [10, 20, 40, 2_560, 3_600, 3_600]);
    }
}
