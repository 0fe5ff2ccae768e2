//! A tale being told to one store: each step as a real command, in the scope that the engine would give it.
//!
//! After each, what the store loads is what `apply` makes of the snapshot before and the events, and the whole of the
//! rows is what all events say together.

use std::collections::BTreeSet;

use accounts::*;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use store::{OutgoingMail, Store};

use super::naming::name_of;
use super::passkeys::{Errand, KEYS, Key};
use super::whole::Whole;
pub(crate) use super::whole::in_order;
use super::{Guessing, PEOPLE, PLACES, Step, WAITS};
use crate::rows::{self, Dice, Rows, START, Told, line, tell};

pub(super) const TERMS: [&str; 2] = ["2026-11", "2027-01"];

/// Bounds so small that a short tale reaches them.
fn policy(command: &Command) -> Policy {
    // The terms change just before somebody accepts them.
    let terms = match command {
        Command::AcceptTerms { version } => version.clone(),
        _ => line(TERMS[0]),
    };
    Policy {
        terms: Some(terms),
        tries_per_flow: 3,
        tries_per_network: 4,
        tries_until_long: 2,
        guesses: 4,
        guesses_per_device: 2,
        sessions: 3,
        devices: 2,
        undo_numbers: 2,
        ..Policy::default()
    }
}

/// What a browser or app keeps.
#[derive(Clone, Debug, Default)]
pub(super) struct Browser {
    pub(super) session: Option<Digest>,
    pub(super) device: Option<Digest>,
    pub(super) flow: Option<Digest>,
    /// The secrets of the password forms that it was shown, as digests.
    pub(super) forms: Vec<Digest>,
    /// The state of its last trip to a provider and the secret that keeps it here, as digests.
    pub(super) trip: Option<(Digest, Digest)>,
}

/// Whether what means nothing any more is swept after every step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Upkeep {
    Never,
    Always,
}

/// A tale being told to one store.
pub(crate) struct Tale<'r> {
    rows: &'r Rows,
    upkeep: Upkeep,
    pub(super) dice: Dice,
    pub(super) now: Instant,
    pub(super) emails: [Email; PLACES],
    /// Who there is at the providers.
    pub(super) people: [(Provider, Identity); PEOPLE],
    pub(super) browsers: [Browser; PLACES],
    pub(super) tickets: [Option<TicketId>; PLACES],
    /// Everybody who ever had an account, in the order in which they came.
    pub(super) accounts: Vec<AccountId>,
    /// The last report of each person, so far as there is one.
    reports: [Option<Line>; PEOPLE],
    /// The challenge that was answered last.
    pub(super) answered: Option<Ceremony>,
    whole: Whole,
    outcomes: Vec<Outcome>,
    /// The names of the events that came.
    pub(crate) reached: BTreeSet<String>,
}

/// All that is left of a tale.
pub(crate) type Left = (Vec<Outcome>, Vec<Snapshot>, Vec<Activity>, Vec<OutgoingMail>);

impl<'r> Tale<'r> {
    pub(crate) async fn tell(
        rows: &'r Rows,
        upkeep: Upkeep,
        number: u64,
        steps: &[Step],
    ) -> Result<Tale<'r>, TestCaseError> {
        let dice = Dice::of(number);
        // One of them is written as it is compared.
        let taro = Email::parse(dice.email("taro").key()).unwrap();
        let emails = [dice.email("Hanako"), taro, dice.email("a..b.")];
        let now = Instant(START);
        rows.set_clock(now).await;
        let mut tale = Self {
            rows,
            upkeep,
            dice,
            now,
            emails,
            people: std::array::from_fn(|who| person(number, who)),
            accounts: Vec::new(),
            reports: Default::default(),
            answered: None,
            browsers: Default::default(),
            tickets: Default::default(),
            whole: Whole::default(),
            outcomes: Vec::new(),
            reached: BTreeSet::new(),
        };
        rows.store.read_changes().await.unwrap();
        for step in steps {
            tale.take(step).await?;
            if upkeep == Upkeep::Always {
                rows.store.sweep(&Policy::default(), 1_000).await.unwrap();
            }
        }
        Ok(tale)
    }

    pub(super) fn store(&self) -> &'r Store {
        &self.rows.store
    }

    async fn take(&mut self, step: &Step) -> Result<(), TestCaseError> {
        if let Step::Wait(which) = step {
            self.now = self.now.plus(Millis(WAITS[*which]));
            self.rows.set_clock(self.now).await;
            return Ok(());
        }
        if let Step::Enter { browser, at, rehash, kind } = step {
            let (browser, at, kind) = (*browser, self.owned(*at).await, *kind);
            let guess = Guessing { verdict: Verdict::Right, ticket: 1, against: 2, rehash: *rehash };
            self.carry_out(&Step::Pay { browser, at }).await?;
            return self.carry_out(&Step::SignIn { browser, at, guess, kind }).await;
        }
        if let Step::ProveFresh { browser, .. } = step
            && let Some(at) = self.own_place(*browser).await
        {
            self.carry_out(&Step::Pay { browser: *browser, at }).await?;
        }
        self.carry_out(step).await
    }

    async fn carry_out(&mut self, step: &Step) -> Result<(), TestCaseError> {
        let Some((scope, command)) = self.order(step).await else {
            return Ok(());
        };
        let mut draws = self.dice.draws();
        // A browser's device gets a new secret at each sign-in; an app keeps the one it has.
        if let (Some(shown), true) = (scope.device, is_by_app(&command)) {
            draws.device_digest = shown;
        }
        let scope = Scope { numbers: command.numbers(), ..scope };
        let order = (scope.clone(), command.clone());
        let told = tell(self.store(), order, (draws.clone(), policy(&command)), Some(self.now)).await;
        let told = told.map_err(|fault| TestCaseError::fail(format!("{command:?}: {fault}")))?;
        let looked_at = self.agree(&scope, &command, &draws, &told).await?;
        self.whole.carry_out(told.before.clone(), &told.decision);
        self.remember(step, &draws, &told);
        if let Step::Report { who, .. } = step {
            self.reports[*who] = scope.report;
        }
        self.answered = answered(&told.decision.events).or(self.answered);
        // What was swept is no event: then only the answers are compared, by the test.
        if self.upkeep == Upkeep::Never {
            self.whole.agrees(self.store(), &self.everywhere(looked_at.flow)).await?;
            self.remembered_is_true(&command).await?;
        }
        self.reached.extend(told.decision.events.iter().map(name_of));
        self.outcomes.push(told.decision.outcome);
        Ok(())
    }

    /// The property: the rows after are what `apply` says.
    async fn agree(
        &self,
        scope: &Scope,
        command: &Command,
        draws: &Draws,
        told: &Told,
    ) -> Result<Scope, TestCaseError> {
        let applied = told.decision.events.iter().fold(told.before.clone(), apply);
        let after = scope_after(scope, draws, told);
        let (loaded, now) = self.store().load(&after).await.unwrap();
        let (mut applied, mut loaded) = (in_order(applied, &after, now), in_order(loaded, &after, now));
        // What others have now no event of this account says; the whole of the rows is asked about it.
        applied.elsewhere.clear();
        loaded.elsewhere.clear();
        let same = applied == loaded;
        prop_assert!(same, "{command:?}\napplied {applied:#?}\nloaded {loaded:#?}");
        Ok(after)
    }

    /// What the store remembers of a session is what the rows say (R-SESSION-2).
    async fn remembered_is_true(&self, command: &Command) -> Result<(), TestCaseError> {
        for session in self.browsers.iter().filter_map(|browser| browser.session) {
            let remembered = self.store().sighting(session).await.unwrap();
            let there = self.store().session(session).await.unwrap();
            let (remembered, there) =
                (remembered.map(|(seen, _)| (*seen).clone()), there.map(|(s, _)| s));
            prop_assert!(remembered == there, "{command:?}\n{remembered:#?}\n{there:#?}");
        }
        Ok(())
    }

    /// Where the whole of the rows is looked at: every address, and every flow that was touched or can be.
    fn everywhere(&self, touched: Option<Digest>) -> Vec<Scope> {
        let mut all = Vec::new();
        for email in &self.emails {
            for numbers in [Numbers::Undo, Numbers::NotMe, Numbers::Lost] {
                all.push(Scope { numbers, ..rows::at_address(email) });
            }
        }
        let flows = self.browsers.iter().filter_map(|browser| browser.flow).chain(touched);
        let network = Some(self.dice.network());
        let at_flow = |flow| Scope { flow: Some(flow), network: network.clone(), ..Scope::default() };
        all.extend(flows.map(at_flow));
        for (_, identity) in &self.people {
            all.push(Scope { identity: Some(identity.clone()), ..Scope::default() });
        }
        for which in 0..KEYS {
            all.push(Scope { credential: Some(self.credential(which)), ..Scope::default() });
        }
        let ceremony = self.answered.map(|ceremony| ceremony.challenge);
        // An account that no address leads to, and with it a trip, a report and a challenge.
        for (n, account) in self.accounts.iter().enumerate() {
            let trip = self.browsers[n % PLACES].trip.map(|(state, _)| state);
            let report = self.reports[n % PEOPLE].clone();
            let (account, numbers) = (Some(*account), Numbers::Undo);
            all.push(Scope { account, trip, report, ceremony, numbers, ..Scope::default() });
        }
        all
    }

    /// What the visitor's side keeps of an answer.
    fn remember(&mut self, step: &Step, draws: &Draws, told: &Told) {
        match (step, &told.decision.outcome) {
            (Step::Pay { at, .. }, Outcome::Paid(_)) => self.tickets[*at] = Some(draws.ticket),
            (
                Step::SignIn { browser, .. }
                | Step::Complete { browser, .. }
                | Step::Key(Key { browser, errand: Errand::SignIn(..), .. })
                | Step::Arrive { browser, .. },
                Outcome::Welcome(_),
            ) => {
                let browser = &mut self.browsers[*browser];
                browser.session = Some(draws.session_digest);
                browser.device = Some(draws.device_digest);
            }
            (Step::Begin { browser, .. }, Outcome::Done) => {
                self.browsers[*browser].trip = Some((draws.trip_state, draws.trip_browser));
            }
            (Step::Verify { browser, .. }, Outcome::ResetProven { .. }) => {
                self.browsers[*browser].forms.push(draws.form_digest);
            }
            _ => {}
        }
        for event in &told.decision.events {
            match (event, step) {
                (
                    Event::FlowStarted { flow },
                    Step::Ask { browser, .. }
                    | Step::Verify { browser, .. }
                    | Step::Arrive { browser, .. },
                ) => {
                    let browser = &mut self.browsers[*browser];
                    browser.flow = Some(flow.digest);
                    browser.forms.clear();
                }
                (Event::AccountCreated { account }, _) => self.accounts.push(account.id),
                _ => {}
            }
        }
    }

    /// All that is left of the tale.
    pub(crate) async fn end(self) -> Left {
        let store = self.store();
        let (mut snapshots, mut lines) = (Vec::new(), Vec::new());
        for scope in self.everywhere(None) {
            let (snapshot, now) = store.load(&scope).await.unwrap();
            if let (Some(account), Numbers::NotMe) = (&snapshot.account, scope.numbers) {
                let list = store.activity(account.id, None, 1_000).await.unwrap();
                lines.extend(list.into_iter().map(|(_, activity)| activity));
            }
            snapshots.push(in_order(snapshot, &scope, now));
        }
        // PostgreSQL's clock goes on while the tale is told, so a small step may have set it back: all mails are due by now.
        self.rows.set_clock(self.now.plus(Millis::minutes(60))).await;
        let mut mails = store.claim_mails([1; 16], Millis::days(10_000), 10_000).await.unwrap();
        mails.retain(|mail| mail.id.decision.0.starts_with(&self.dice.id()[..8]));
        mails.sort_by_key(|mail| mail.id);
        for mail in &mut mails {
            mail.written_at = mail.mail.at;
        }
        (self.outcomes, snapshots, lines, mails)
    }
}

/// The challenge that was used up.
fn answered(events: &[Event]) -> Option<Ceremony> {
    events.iter().find_map(|event| match event {
        Event::CeremonySpent { challenge, expires_at } => {
            Some(Ceremony { challenge: *challenge, expires_at: *expires_at })
        }
        _ => None,
    })
}

fn is_by_app(command: &Command) -> bool {
    match command {
        Command::SignIn { kind, .. }
        | Command::SignInPasskey { kind, .. }
        | Command::Arrive { kind, .. }
        | Command::RegisterIdentity { kind, .. }
        | Command::CompleteRegistration { kind, .. }
        | Command::CompleteReset { kind, .. } => *kind == SessionKind::App,
        _ => false,
    }
}

/// Where to look for what the decision left: at what it looked at, by the secrets it has handed out.
fn scope_after(scope: &Scope, draws: &Draws, told: &Told) -> Scope {
    let mut after = scope.clone();
    after.address = told.before.address.as_ref().map(|address| address.email.clone());
    // Nobody stays nobody, whoever has the identity.
    after.account = Some(told.before.account.as_ref().map_or(NOBODY, |account| account.id));
    after.identity = told.before.identity.as_ref().map(|state| state.identity.clone());
    for event in &told.decision.events {
        match event {
            Event::AccountCreated { account } => after.account = Some(account.id),
            Event::TripStarted { trip } => after.trip = Some(trip.state),
            Event::FlowStarted { flow } => after.flow = Some(flow.digest),
            Event::DeviceKnown { .. } => after.device = Some(draws.device_digest),
            _ => {}
        }
    }
    after
}

const NOBODY: AccountId = AccountId([0xff; 16]);

/// Two people at each of two providers.
fn person(tale: u64, who: usize) -> (Provider, Identity) {
    let provider = [Provider::GOOGLE, Provider::APPLE][who % 2];
    let issuer = ["https://accounts.google.com", "https://appleid.apple.com"][who % 2];
    (provider, Identity::new(issuer, &format!("{tale}.{who}")).unwrap())
}
