//! The rows of genkan as the rules see them: load a snapshot, carry a decision out, answer the few plain questions.
//!
//! `transact` is the only way in which anything of an account changes: it locks, loads, asks the rules and writes all
//! that they answered in one transaction, so that nothing is answered that is not on the disk. Nothing here decides.

use std::collections::HashSet;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use accounts::{
    AccountId, Activity, CredentialId, Decision, DecisionId, Digest, Email, Identity, Instant, Millis,
    Outcome, Policy, Scope, Seen, Snapshot,
};

use traces::Instrument;

use crate::database::{Database, Lasting, Patience};
use crate::fault::Fault;
use crate::fault_points::pass;
use crate::kept_mail::{KeptMail, MailState};
use crate::outbox::{Lease, MailCounts, MailId, OutgoingMail, WaitingMails};
use crate::query::{ActivityCursor, OwnedPasskey};
use crate::questions::{Questions, one};
use crate::sightings::{Sighting, Sightings, Steady};
use crate::sweep::Swept;
use crate::tokens::IdentityToken;
use crate::{changed, kept_mail, load, outbox, query, sweep, tokens, write};

/// The rows of one database. Clones share it.
#[derive(Clone)]
pub struct Store {
    pub(crate) database: Database,
    sightings: Arc<Sightings>,
    /// The notes of other nodes as they were read last.
    read: Arc<Mutex<Reading>>,
    /// Which end of the line of mails is next.
    pub(crate) turn: Arc<AtomicU64>,
}

/// The last reading of the notes: when, and which.
#[derive(Default)]
struct Reading {
    at: Option<Instant>,
    notes: HashSet<(Instant, AccountId)>,
}

impl Store {
    /// The store over a database that was migrated.
    #[must_use]
    pub fn new(database: Database) -> Self {
        let began = std::time::Instant::now();
        Self::with_steady_clock(database, Arc::new(move || began.elapsed()))
    }

    /// As [`Store::new`], with a clock for what is remembered: one that never goes back.
    #[must_use]
    pub fn with_steady_clock(database: Database, steady: Steady) -> Self {
        Self {
            database,
            sightings: Arc::new(Sightings::new(steady)),
            read: Arc::default(),
            turn: Arc::default(),
        }
    }

    /// The database below.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// What a decision would see now, and the time. Locks nothing, writes nothing.
    ///
    /// # Errors
    /// As every function here: the [`Fault`] of the database, or of a row that cannot be read.
    pub async fn load(&self, scope: &Scope) -> Result<(Snapshot, Instant), Fault> {
        let scope = Arc::new(scope.clone());
        self.database
            .read(move |tx| {
                let scope = Arc::clone(&scope);
                Box::pin(async move { load::plainly(tx, &scope).await })
            })
            .instrument(traces::read())
            .await
    }

    /// Carries a decision out in one transaction: locks and loads by `scope`, asks `decide`, writes every event,
    /// activity line and mail of its answer under the id `decision`, commits, and only then answers.
    ///
    /// `decide` must be pure: where others were in the way it is asked again, on what they left.
    ///
    /// # Errors
    /// A [`Fault`]; then nothing was changed, except maybe for [`Fault::Uncertain`].
    pub async fn transact(
        &self,
        scope: Scope,
        decision: DecisionId,
        decide: impl Fn(&Snapshot, Instant) -> Decision + Send + Sync + 'static,
    ) -> Result<Outcome, Fault> {
        self.carry_out((scope, Lasting::OnDisk), decision, decide).await
    }

    /// As `transact`, but answers before the disk has it: for an inner step that nobody outside is told of (a ticket for a
    /// guess). A killed process loses nothing of it. A power cut may, and then whatever comes after it is lost as well, as
    /// far as it was not answered.
    ///
    /// # Errors
    /// See [`Store::transact`].
    pub async fn transact_in_order(
        &self,
        scope: Scope,
        decision: DecisionId,
        decide: impl Fn(&Snapshot, Instant) -> Decision + Send + Sync + 'static,
    ) -> Result<Outcome, Fault> {
        self.carry_out((scope, Lasting::InOrder), decision, decide).await
    }

    async fn carry_out(
        &self,
        (scope, lasting): (Scope, Lasting),
        decision: DecisionId,
        decide: impl Fn(&Snapshot, Instant) -> Decision + Send + Sync + 'static,
    ) -> Result<Outcome, Fault> {
        let scope = Arc::new(scope);
        let decide = Arc::new(decide);
        let mut tries = 0;
        loop {
            let (scope, decide) = (Arc::clone(&scope), Arc::clone(&decide));
            let answer = self.database.write_with(Patience::Request, lasting, move |tx| {
                let (scope, decide) = (Arc::clone(&scope), Arc::clone(&decide));
                Box::pin(async move {
                    let (snapshot, now) = load::locked(tx, &scope).await?;
                    let decided = decide(&snapshot, now);
                    write::all(tx, (decision, now), &snapshot, &decided).await?;
                    Ok((changed::accounts(&decided), decided.outcome))
                })
            });
            let answer = answer.instrument(traces::transaction()).await.map(|(changed, outcome)| {
                changed.into_iter().for_each(|account| self.sightings.change(account));
                outcome
            });
            tries += 1;
            // The last wall: somebody else has just taken the address, the identity or the credential id, heard the
            // report, or answered the challenge. The second look gives the proper answer.
            let taken =
                matches!(&answer, Err(Fault::Unique { table, .. }) if UNIQUE.contains(&table.as_str()));
            if !taken || tries >= TRIES {
                // Written, and the visitor has heard nothing yet.
                pass("before the answer");
                return answer;
            }
            self.database.is_repeated();
        }
    }

    /// Who a session's digest is: the session and its account, without the lists of sessions and devices, live or
    /// not, suspended or not: the rules judge. One query.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn session(&self, digest: Digest) -> Result<Option<(Seen, Instant)>, Fault> {
        self.database.read(move |tx| Box::pin(query::session(tx, digest))).await
    }

    /// As [`Store::session`], for those who ask at every request: without a query where it was answered lately and the
    /// account has not changed since, as far as this node has read (see [`Store::read_changes`]). What this node has
    /// changed it knows at once.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn sighting(&self, digest: Digest) -> Result<Option<(Arc<Sighting>, Instant)>, Fault> {
        if let Some(remembered) = self.remembered(&digest) {
            return Ok(Some(remembered));
        }
        let look = self.sightings.look();
        let found = self.session(digest).await?.map(|(seen, now)| (Arc::new(Sighting::new(seen)), now));
        if let Some((seen, now)) = &found {
            self.sightings.keep(digest, (Arc::clone(seen), *now), look);
        }
        Ok(found)
    }

    /// The sighting that needs no query, if there is one.
    #[must_use]
    pub fn remembered(&self, digest: &Digest) -> Option<(Arc<Sighting>, Instant)> {
        let (seen, now) = self.sightings.find(digest)?;
        Some((seen, self.database.machine_clock().map_or(now, Instant)))
    }

    /// Reads which accounts others have changed, so that sessions can be remembered for the next 0.9 seconds: until the
    /// first reading, and where it was not repeated in time, every session check asks the database.
    ///
    /// # Errors
    /// See [`Store::load`]; then nothing new is believed.
    pub async fn read_changes(&self) -> Result<(), Fault> {
        let began = self.sightings.now();
        let last = self.reading().at;
        let news = self.database.read(move |tx| Box::pin(changed::news(tx, last))).await?;
        {
            let mut reading = self.reading();
            if news.cut {
                self.sightings.forget_all();
            }
            let unread = news.notes.iter().filter(|note| !reading.notes.contains(note));
            unread.for_each(|(_, account)| self.sightings.change(*account));
            *reading = Reading { at: Some(news.now), notes: news.notes.into_iter().collect() };
        }
        self.sightings.read(began);
        Ok(())
    }

    fn reading(&self) -> MutexGuard<'_, Reading> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The passkey with a credential id, and whose it is.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn passkey(&self, credential: &CredentialId) -> Result<Option<OwnedPasskey>, Fault> {
        let credential = credential.clone();
        self.database
            .read(move |tx| {
                let credential = credential.clone();
                Box::pin(async move { query::passkey(tx, &credential).await })
            })
            .await
    }

    /// The activity list of an account, newest first, from after `before` on.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn activity(
        &self,
        account: AccountId,
        before: Option<ActivityCursor>,
        limit: i64,
    ) -> Result<Vec<(ActivityCursor, Activity)>, Fault> {
        self.database.read(move |tx| Box::pin(query::activity(tx, account, before, limit))).await
    }

    /// Whose `email` method an address is.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn account_by_address(&self, email: &Email) -> Result<Option<AccountId>, Fault> {
        let key = email.key().to_owned();
        self.database
            .read(move |tx| {
                let key = key.clone();
                Box::pin(async move {
                    Ok(one(tx, |asking| load::owner(asking, &key)).await?.map(|(account, _)| account))
                })
            })
            .await
    }

    /// The accounts that have an address: as their `email` method, or else through a provider, oldest first.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn accounts_by_address(&self, email: &Email) -> Result<Vec<AccountId>, Fault> {
        let email = email.clone();
        self.database
            .read(move |tx| {
                let email = email.clone();
                Box::pin(async move {
                    let mut asking = Questions::default();
                    let owner = load::owner(&mut asking, email.key());
                    let held = load::holders(&mut asking, &email);
                    let answers = asking.together(tx).await?;
                    let owner = answers.read(owner)?.map(|(account, _)| account);
                    let held = answers.read(held)?.into_iter().map(|h| h.account);
                    let mut all = Vec::new();
                    for account in owner.into_iter().chain(held) {
                        if !all.contains(&account) {
                            all.push(account);
                        }
                    }
                    Ok(all)
                })
            })
            .await
    }

    /// Withdrawn accounts whose grace is over, the oldest first.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn due_to_be_erased(&self, limit: i64) -> Result<Vec<AccountId>, Fault> {
        self.database.read(move |tx| Box::pin(query::due_to_be_erased(tx, limit))).await
    }

    /// Keeps what a provider gave to be revoked with at the end; the newest takes the place of the last.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn keep_token(&self, token: IdentityToken) -> Result<(), Fault> {
        let token = Arc::new(token);
        self.database
            .write(move |tx| {
                let token = Arc::clone(&token);
                Box::pin(async move { tokens::keep(tx, &token).await })
            })
            .await
    }

    /// Tokens that are due to be revoked; each is put off by `lease`, so that nobody else takes it meanwhile.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn tokens_due(&self, lease: Millis, limit: i64) -> Result<Vec<IdentityToken>, Fault> {
        self.database.write(move |tx| Box::pin(tokens::due(tx, lease, limit))).await
    }

    /// A token was revoked, or is given up.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn token_ended(&self, identity: &Identity) -> Result<(), Fault> {
        let identity = identity.clone();
        self.database
            .write(move |tx| {
                let identity = identity.clone();
                Box::pin(async move { tokens::end(tx, &identity).await })
            })
            .await
    }

    /// The database's clock.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn now(&self) -> Result<Instant, Fault> {
        self.database.read(|tx| Box::pin(async move { tx.now().await.map(Instant) })).await
    }

    /// Takes mails that are due, for `lease`: nobody else gets them before it has run out.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn claim_mails(
        &self,
        worker: [u8; 16],
        lease: Millis,
        limit: i64,
    ) -> Result<Vec<OutgoingMail>, Fault> {
        let paces = Arc::default();
        self.claim_paced_mails(worker, lease, limit, &paces).await.map(|claimed| claimed.mails)
    }

    /// A mail was taken by the relay, which said `reply`.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn mail_sent(&self, id: MailId, worker: [u8; 16], reply: &str) -> Result<Lease, Fault> {
        self.end_mail(id, worker, outbox::State::Sent, reply).await
    }

    /// A mail could not be sent now: again at `due_at`.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn mail_retry(
        &self,
        id: MailId,
        worker: [u8; 16],
        due_at: Instant,
        error: &str,
    ) -> Result<Lease, Fault> {
        let error = error.to_owned();
        self.database
            .write_in_order(move |tx| {
                let error = error.clone();
                Box::pin(async move { outbox::retry(tx, id, worker, due_at, &error).await })
            })
            .await
    }

    /// A mail will not be tried again.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn mail_given_up(
        &self,
        id: MailId,
        worker: [u8; 16],
        error: &str,
    ) -> Result<Lease, Fault> {
        self.end_mail(id, worker, outbox::State::GivenUp, error).await
    }

    /// A mail had become useless before it was sent.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn mail_dropped(&self, id: MailId, worker: [u8; 16]) -> Result<Lease, Fault> {
        self.end_mail(id, worker, outbox::State::Dropped, "").await
    }

    /// A mail was kept back: its address is written to with care.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn mail_kept_back(&self, id: MailId, worker: [u8; 16]) -> Result<Lease, Fault> {
        self.end_mail(id, worker, outbox::State::Dropped, KEPT_BACK).await
    }

    async fn end_mail(
        &self,
        id: MailId,
        worker: [u8; 16],
        state: outbox::State,
        reply: &str,
    ) -> Result<Lease, Fault> {
        let reply = reply.to_owned();
        self.database
            .write_in_order(move |tx| {
                let reply = reply.clone();
                Box::pin(async move { outbox::end(tx, id, worker, state, &reply).await })
            })
            .await
    }

    /// When the next mail is due; in the past if one is waiting now.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn next_mail_due(&self) -> Result<Option<Instant>, Fault> {
        self.database.read(|tx| Box::pin(outbox::next_due(tx))).await
    }

    /// How many mails are in which state.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn mail_counts(&self) -> Result<MailCounts, Fault> {
        self.database.read(|tx| Box::pin(outbox::counts(tx))).await
    }

    /// What waits to be sent, by kind.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn waiting_mails(&self) -> Result<Vec<WaitingMails>, Fault> {
        self.database.read(|tx| Box::pin(outbox::waiting(tx))).await
    }

    /// The mails in a state, to one address or to all, as operators see them: what is due last, or ended last, first.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn mails(
        &self,
        state: MailState,
        to: Option<&Email>,
        limit: i64,
    ) -> Result<Vec<KeptMail>, Fault> {
        let to = to.cloned();
        self.database
            .read(move |tx| {
                let to = to.clone();
                Box::pin(async move { kept_mail::list(tx, state, to.as_ref(), limit).await })
            })
            .await
    }

    /// One mail, as operators see it.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn mail(&self, id: MailId) -> Result<Option<KeptMail>, Fault> {
        self.database.read(move |tx| Box::pin(kept_mail::find(tx, id))).await
    }

    /// Deletes rows that mean nothing any more, at most `limit` of each kind, each kind in a transaction of its own.
    /// Where [`Swept::most`] is `limit`, there may be more.
    ///
    /// # Errors
    /// See [`Store::load`]; what was deleted before stays deleted.
    pub async fn sweep(&self, policy: &Policy, limit: i64) -> Result<Swept, Fault> {
        sweep::all(&self.database, policy, limit).await
    }
}

/// What stands with a mail that was kept back.
pub const KEPT_BACK: &str = "kept back: the address is on the list of suppressed addresses";
/// How often a taken address is looked at again.
const TRIES: u32 = 4;
/// The tables whose keys can be only one account's, and those of what is heard or answered once.
const UNIQUE: [&str; 5] = ["emails", "identities", "passkeys", "provider_reports", "spent_ceremonies"];
