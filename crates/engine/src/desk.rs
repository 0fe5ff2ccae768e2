//! Decide and commit: the last step of every attempt, and all there is to an operator's command.
//!
//! One transaction locks and loads the snapshot, reads the database's clock, asks the rules, and writes what
//! they say. The answer leaves only after the commit.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use accounts::{
    AccountId, Actor, Asker, Command, Context, Email, Line, Locale, Origin, Outcome, Policy, Scope,
    decide,
};
use store::Store;

use crate::clients::Clients;
use crate::clock::Clock;
use crate::dice::{self, Fresh, Kept};
use crate::fault::Fault;
use crate::own_methods::own_address;
use crate::tally::{Decided, Tally, names};

/// What deciding needs. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    pub(crate) store: Store,
    pub(crate) policy: Arc<Policy>,
    /// The sites and apps, of whom some hear of sign-outs.
    pub(crate) clients: Clients,
    now: Arc<RwLock<PolicyNow>>,
    pub(crate) clock: Clock,
    pub(crate) code_key: u32,
    pub(crate) tally: Arc<Tally>,
}

/// The policy, and of which clients it speaks.
struct PolicyNow {
    clients: u64,
    policy: Arc<Policy>,
}

impl PolicyNow {
    fn of(policy: &Policy, clients: &Clients) -> Self {
        // Asked before they are, so that what changes meanwhile is seen the next time.
        let version = clients.version();
        let logouts = clients.told().iter().map(|client| client.line()).collect();
        Self { clients: version, policy: Arc::new(Policy { logouts, ..policy.clone() }) }
    }
}

/// What an operator may do to an account or address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Lift the lock of an address and set its counts back.
    Unlock(Email),
    /// Refuse every method, for a reason.
    Suspend(AccountId, Line),
    /// Lift the suspension.
    Resume(AccountId),
    /// End every session.
    SignOut(AccountId),
    /// Note that all that is stored is taken, at the member's wish (R-WITHDRAW-3).
    NoteExport(AccountId),
    /// End the account at its member's wish (R-WITHDRAW).
    Withdraw(AccountId),
}

/// Whom a decision is told to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// A visitor, or an operator: it must outlive a power cut.
    Answer,
    /// Nobody: the next decision is told.
    Inner,
}

impl Desk {
    /// A desk over a store. Commands need no more than this.
    #[must_use]
    pub fn new(store: Store, policy: Policy, clock: Clock, code_key: u32) -> Self {
        let policy = Arc::new(policy);
        let now = PolicyNow { clients: 0, policy: Arc::clone(&policy) };
        let (clients, now) = (Clients::default(), Arc::new(RwLock::new(now)));
        Self { store, policy, clients, now, clock, code_key, tally: Arc::default() }
    }

    /// As it was, and some of these hear of sign-outs.
    #[must_use]
    pub fn with_clients(self, clients: Clients) -> Self {
        let now = PolicyNow::of(&self.policy, &clients);
        Self { clients, now: Arc::new(RwLock::new(now)), ..self }
    }

    /// The policy with the clients that hear of sign-outs at this moment.
    pub(crate) fn policy_now(&self) -> Arc<Policy> {
        let version = self.clients.version();
        let known = |now: &PolicyNow| (now.clients == version).then(|| Arc::clone(&now.policy));
        let kept = known(&self.now.read().unwrap_or_else(PoisonError::into_inner));
        kept.unwrap_or_else(|| {
            let now = PolicyNow::of(&self.policy, &self.clients);
            let policy = Arc::clone(&now.policy);
            *self.now.write().unwrap_or_else(PoisonError::into_inner) = now;
            policy
        })
    }

    /// The bounds and switches in force.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The rows below, for commands that show them.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Carries out an operator's command.
    ///
    /// # Errors
    /// A fault of the house; that there is no such account is an outcome.
    pub async fn operate(&self, operation: Operation, who: &str) -> Result<Outcome, Fault> {
        let (account, address, command) = match operation {
            Operation::Unlock(email) => (None, Some(email.clone()), Command::Unlock { email }),
            Operation::Suspend(id, reason) => (Some(id), None, Command::Suspend { reason }),
            Operation::Resume(id) => (Some(id), None, Command::Resume),
            Operation::SignOut(id) => (Some(id), None, Command::SignOutEverywhere),
            Operation::NoteExport(id) => (Some(id), None, Command::NoteExportFor),
            // Its own address is named too: what was mailed there ends with the account.
            Operation::Withdraw(id) => {
                let scope = Scope { account: Some(id), ..Scope::default() };
                let (seen, _) = self.store.load(&scope).await?;
                (Some(id), seen.account.as_ref().and_then(own_address), Command::WithdrawFor)
            }
        };
        let scope = Scope { account, address, ..Scope::default() };
        let origin = Origin { address: Line::clean("", 0), label: Line::clean(who, 60) };
        let network = Line::clean("", 0);
        let asker = Asker { origin, network, locale: Locale::Ja, actor: Actor::Operator };
        let fresh = dice::fresh(self.clock.now(), self.code_key, Kept::default())?;
        self.decide(scope, command, asker, &fresh).await
    }

    /// Decides a command in one transaction.
    pub(crate) async fn decide(
        &self,
        scope: Scope,
        command: Command,
        asker: Asker,
        fresh: &Fresh,
    ) -> Result<Outcome, Fault> {
        let scope = Scope { numbers: command.numbers(), ..scope };
        // A ticket is told to nobody; what the guess comes to is, and is written after it.
        let step = if matches!(command, Command::PayGuess { .. } | Command::ReturnGuess { .. }) {
            Step::Inner
        } else {
            Step::Answer
        };
        self.take(step, (scope, asker), fresh, move |_| command.clone()).await
    }

    /// Decides a command that is made from the snapshot, inside the transaction: for evidence that costs
    /// nothing to check, such as a one-time code, so that checking and counting are one step.
    pub(crate) async fn decide_with(
        &self,
        scope: Scope,
        asker: Asker,
        fresh: &Fresh,
        command: impl Fn(&accounts::Snapshot) -> Command + Send + Sync + 'static,
    ) -> Result<Outcome, Fault> {
        self.take(Step::Answer, (scope, asker), fresh, command).await
    }

    async fn take(
        &self,
        step: Step,
        (scope, asker): (Scope, Asker),
        fresh: &Fresh,
        command: impl Fn(&accounts::Snapshot) -> Command + Send + Sync + 'static,
    ) -> Result<Outcome, Fault> {
        let policy = self.policy_now();
        let draws = fresh.draws.clone();
        let decision = draws.decision;
        // Decided again where others were in the way, so what is told of is the last of them, once it is kept.
        let last = Arc::new(Mutex::new(Decided::default()));
        let noted = Arc::clone(&last);
        let work = move |snapshot: &accounts::Snapshot, now| {
            let context = Context { now, draws: &draws, policy: &policy, asker: &asker };
            let command = command(snapshot);
            let decision = decide(snapshot, &command, &context);
            let decided = Decided::new(names::command(&command), &decision);
            *noted.lock().unwrap_or_else(PoisonError::into_inner) = decided;
            decision
        };
        let outcome = match step {
            Step::Answer => self.store.transact(scope, decision, work).await?,
            Step::Inner => self.store.transact_in_order(scope, decision, work).await?,
        };
        let decided = last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.tally.decided(&decided);
        decided.log(&outcome);
        Ok(outcome)
    }
}
