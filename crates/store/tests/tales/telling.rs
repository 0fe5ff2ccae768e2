//! A tale being told to one store: each step as a real command, in the scope that the engine would give it.
//!
//! After each, what the store loads is what `apply` makes of the snapshot before and the events, and the whole of the
//! rows is what all events say together.

use std::collections::BTreeSet;

use accounts::rules::session::is_live;
use accounts::*;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use store::{OutgoingMail, Store};

use super::whole::Whole;
pub(crate) use super::whole::in_order;
use super::{Guessing, Operator, Own, PLACES, Printed, Step, THE_GRANTS, WAITS};
use crate::rows::{self, Dice, Rows, START, Told, line, tell};

const TERMS: [&str; 2] = ["2026-11", "2027-01"];

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
struct Browser {
    session: Option<Digest>,
    device: Option<Digest>,
    flow: Option<Digest>,
    /// The secrets of the password forms that it was shown, as digests.
    forms: Vec<Digest>,
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
    dice: Dice,
    now: Instant,
    emails: [Email; PLACES],
    browsers: [Browser; PLACES],
    tickets: [Option<TicketId>; PLACES],
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
        let emails = [dice.email("Hanako"), dice.email("taro"), dice.email("a..b.")];
        let now = Instant(START);
        rows.set_clock(now).await;
        let mut tale = Self {
            rows,
            upkeep,
            dice,
            now,
            emails,
            browsers: Default::default(),
            tickets: Default::default(),
            whole: Whole::default(),
            outcomes: Vec::new(),
            reached: BTreeSet::new(),
        };
        for step in steps {
            tale.take(step).await?;
            if upkeep == Upkeep::Always {
                rows.store.sweep(&Policy::default(), 1_000).await.unwrap();
            }
        }
        Ok(tale)
    }

    fn store(&self) -> &'r Store {
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
        // What was swept is no event: then only the answers are compared, by the test.
        if self.upkeep == Upkeep::Never {
            self.whole.agrees(self.store(), &self.everywhere(looked_at.flow)).await?;
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
        let (applied, loaded) = (in_order(applied, &after, now), in_order(loaded, &after, now));
        let same = applied == loaded;
        prop_assert!(same, "{command:?}\napplied {applied:#?}\nloaded {loaded:#?}");
        Ok(after)
    }

    /// Where the whole of the rows is looked at: every address, and every flow that was touched or can be.
    fn everywhere(&self, touched: Option<Digest>) -> Vec<Scope> {
        let mut all = Vec::new();
        for email in &self.emails {
            for numbers in [Numbers::Undo, Numbers::NotMe] {
                all.push(Scope { numbers, ..rows::at_address(email) });
            }
        }
        let flows = self.browsers.iter().filter_map(|browser| browser.flow).chain(touched);
        let network = Some(self.dice.network());
        let at_flow = |flow| Scope { flow: Some(flow), network: network.clone(), ..Scope::default() };
        all.extend(flows.map(at_flow));
        all
    }

    /// The scope and command of a step, as things are; `None` where there is nobody to do it.
    async fn order(&self, step: &Step) -> Option<(Scope, Command)> {
        match step {
            Step::Wait(_) | Step::Enter { .. } => None,
            Step::Pay { browser, at } => {
                let email = self.emails[*at].clone();
                Some((self.scope(*browser, Some(&email)), Command::PayGuess { email }))
            }
            Step::SignIn { browser, at, guess, kind } => {
                let email = self.emails[*at].clone();
                let guess = self.guess(*at, guess).await;
                let flow = self.browsers[*browser].flow;
                let scope = Scope { flow, ..self.scope(*browser, Some(&email)) };
                Some((scope, Command::SignIn { email, guess, kind: *kind }))
            }
            Step::ProveFresh { browser, guess } => {
                let at = self.own_place(*browser).await?;
                let guess = self.guess(at, guess).await;
                let scope = self.scope(*browser, Some(&self.emails[at]));
                Some((scope, Command::ProveFresh { guess }))
            }
            Step::Ask { browser, at, purpose } => self.ask(*browser, *at, *purpose).await,
            Step::Verify { browser, code } => self.verify(*browser, *code).await,
            Step::Complete { browser, kind, form } => self.complete(*browser, *kind, *form).await,
            Step::Number { at, printed, number, .. } => self.number(*at, *printed, *number).await,
            Step::Own { browser, what } => {
                let scope = self.scope(*browser, None);
                let account = self.store().load(&scope).await.unwrap().0.account;
                Some((scope, own(what, account.as_ref())))
            }
            Step::Operator { at, what } => self.operator(*at, what).await,
        }
    }

    async fn ask(&self, browser: usize, at: usize, purpose: Purpose) -> Option<(Scope, Command)> {
        let (email, flow) = (self.emails[at].clone(), self.browsers[browser].flow);
        let scope = Scope { flow, ..rows::at_address(&email) };
        match purpose {
            Purpose::Register => Some((scope, Command::RegisterByEmail { email })),
            Purpose::Reset => Some((scope, Command::AskReset { email })),
            Purpose::ChangeEmail => {
                let seen = self.signed_in(browser).await?;
                let Browser { session, device, .. } = self.browsers[browser].clone();
                let account = Some(seen.account.id);
                let scope = Scope { account, session, device, ..scope };
                Some((scope, Command::AskEmailChange { email }))
            }
        }
    }

    /// Enters a code for what the flow is for; rarely as if it were for another thing.
    async fn verify(&self, browser: usize, code: usize) -> Option<(Scope, Command)> {
        let scope = self.in_flow(browser)?;
        let snapshot = self.store().load(&scope).await.unwrap().0;
        let purpose = snapshot.flow.as_ref().map_or(Purpose::Reset, |flow| flow.purpose);
        let codes = snapshot.address.map(|address| address.challenges).unwrap_or_default();
        let newest = codes.iter().rev().find(|code| code.purpose == purpose).map(|code| code.id);
        let id = match code {
            0 => None,
            1 => codes.iter().rev().nth(1).map(|code| code.id),
            THE_GRANTS => snapshot.flow.and_then(|flow| flow.grant).map(|grant| grant.code),
            _ => newest,
        };
        let typed = id.map_or(TypedCode::Unknown, TypedCode::Matches);
        let command = match (purpose, code) {
            (Purpose::Register, _) => Command::VerifyRegistration { code: typed },
            (Purpose::ChangeEmail, 1) => Command::VerifyRegistration { code: typed },
            (Purpose::Reset, _) => Command::VerifyReset { code: typed },
            (Purpose::ChangeEmail, _) => Command::VerifyEmailChange { code: typed },
        };
        Some((scope, command))
    }

    async fn complete(
        &self,
        browser: usize,
        kind: SessionKind,
        form: usize,
    ) -> Option<(Scope, Command)> {
        let scope = self.in_flow(browser)?;
        let flow = self.store().load(&scope).await.unwrap().0.flow;
        if flow.is_some_and(|flow| flow.purpose == Purpose::Reset) {
            let forms = &self.browsers[browser].forms;
            let form = if form == 0 { forms.first() } else { forms.last() };
            let form = form.copied().unwrap_or(Digest([0; 32]));
            let hash = PasswordHash("$reset".to_owned());
            return Some((scope, Command::CompleteReset { form, hash, kind }));
        }
        let (hash, terms) = (PasswordHash("$first".to_owned()), Some(line(TERMS[0])));
        Some((scope, Command::CompleteRegistration { hash, terms, kind }))
    }

    /// A number from a mail to an address, about whosever account it is.
    async fn number(&self, at: usize, printed: Printed, which: usize) -> Option<(Scope, Command)> {
        let email = self.emails[at].clone();
        let command = |number| match printed {
            Printed::NotMe => Command::ReportNotMe { email: email.clone(), number },
            Printed::Undo => Command::Undo { email: email.clone(), number },
        };
        let numbers = command(TypedNumber::Unknown).numbers();
        let scope = Scope { numbers, ..rows::at_address(&email) };
        let snapshot = self.store().load(&scope).await.unwrap().0;
        let mailed = snapshot.address.map(|address| address.numbers).unwrap_or_default();
        let number = match which {
            0 => None,
            1 => mailed.first(),
            2 => mailed.iter().find(|number| number.spent_at.is_none()),
            _ => mailed.last(),
        };
        let account = number.map(|number| number.account);
        let typed = number.map_or(TypedNumber::Unknown, |number| TypedNumber::Matches(number.id));
        Some((Scope { account, network: Some(self.dice.network()), ..scope }, command(typed)))
    }

    async fn operator(&self, at: usize, what: &Operator) -> Option<(Scope, Command)> {
        let email = self.emails[at].clone();
        let owner = self.store().account_by_address(&email).await.unwrap();
        let on_account = Scope { account: owner, ..Scope::default() };
        match what {
            Operator::Unlock => Some((rows::at_address(&email), Command::Unlock { email })),
            Operator::Suspend => Some((on_account, Command::Suspend { reason: line("看板の件") })),
            Operator::Resume => Some((on_account, Command::Resume)),
            Operator::SignOutEverywhere => Some((on_account, Command::SignOutEverywhere)),
        }
    }

    fn scope(&self, browser: usize, address: Option<&Email>) -> Scope {
        let Browser { session, device, .. } = self.browsers[browser].clone();
        Scope { address: address.cloned(), session, device, ..Scope::default() }
    }

    fn in_flow(&self, browser: usize) -> Option<Scope> {
        let flow = Some(self.browsers[browser].flow?);
        Some(Scope { flow, network: Some(self.dice.network()), ..self.scope(browser, None) })
    }

    /// The first address from `at` on that somebody owns.
    async fn owned(&self, at: usize) -> usize {
        for place in (at..PLACES).chain(0..at) {
            if self.store().account_by_address(&self.emails[place]).await.unwrap().is_some() {
                return place;
            }
        }
        at
    }

    /// The address of whoever is signed in.
    async fn own_place(&self, browser: usize) -> Option<usize> {
        let email = self.signed_in(browser).await?.account.email?.email;
        self.emails.iter().position(|known| known.same_as(&email))
    }

    /// Whoever is signed in. A session that has lapsed is nobody's, whether or not its row is still there.
    async fn signed_in(&self, browser: usize) -> Option<Seen> {
        let (seen, _) = self.store().session(self.browsers[browser].session?).await.unwrap()?;
        Some(seen).filter(|seen| is_live(&seen.session, self.now, &Policy::default()))
    }

    async fn guess(&self, at: usize, guessing: &Guessing) -> Guess {
        let (snapshot, _) = self.store().load(&rows::at_address(&self.emails[at])).await.unwrap();
        let version = snapshot.account.as_ref().and_then(|a| a.password()).map(|p| p.version);
        let against = match guessing.against {
            0 => None,
            1 => version.map(|version| version - 1),
            _ => version,
        };
        let rehash = guessing.rehash.then(|| PasswordHash("$raised".to_owned()));
        let paid = self.tickets[at].filter(|_| guessing.ticket != 0);
        let ticket = paid.unwrap_or(TicketId([0; 16]));
        Guess { ticket, against, verdict: guessing.verdict, rehash }
    }

    /// What the visitor's side keeps of an answer.
    fn remember(&mut self, step: &Step, draws: &Draws, told: &Told) {
        match (step, &told.decision.outcome) {
            (Step::Pay { at, .. }, Outcome::Paid(_)) => self.tickets[*at] = Some(draws.ticket),
            (Step::SignIn { browser, .. } | Step::Complete { browser, .. }, Outcome::Welcome(_)) => {
                let browser = &mut self.browsers[*browser];
                browser.session = Some(draws.session_digest);
                browser.device = Some(draws.device_digest);
            }
            (Step::Ask { browser, .. }, Outcome::CodeAsked { .. }) => {
                let browser = &mut self.browsers[*browser];
                browser.flow = Some(draws.flow_digest);
                browser.forms.clear();
            }
            (Step::Verify { browser, .. }, Outcome::ResetProven { .. }) => {
                self.browsers[*browser].forms.push(draws.form_digest);
            }
            _ => {}
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

/// The name of an event. Where one event has several writings or several meanings for what comes after, each has a name.
fn name_of(event: &Event) -> String {
    let of = |name: &str, kind: &dyn std::fmt::Debug| {
        let kind = format!("{kind:?}");
        format!("{name} {}", kind.split([' ', '(']).next().unwrap_or_default())
    };
    match event {
        Event::PasswordSet { change, .. } => of("PasswordSet", change),
        Event::PasswordVoided { cause, .. } => of("PasswordVoided", cause),
        Event::EmailChanged { cause, .. } => of("EmailChanged", cause),
        Event::NumberIssued { number, .. } => of("NumberIssued", &number.kind),
        Event::ChangeNoted { change, .. } => of("ChangeNoted", &change.kind),
        Event::ChallengeIssued { challenge, .. } => of("ChallengeIssued", &challenge.kind),
        Event::FlowStarted { flow } => of("FlowStarted", &flow.purpose),
        Event::CodeTriesCounted { tries, .. } if tries.long_until.is_some() => "LongCodes".to_owned(),
        event => format!("{event:?}").split(' ').next().unwrap_or_default().to_owned(),
    }
}

fn own(what: &Own, account: Option<&Account>) -> Command {
    let session = |n: usize| account.and_then(|a| a.sessions.get(n)).map(|s| s.id);
    let device = |n: usize| account.and_then(|a| a.devices.get(n)).map(|d| d.id);
    match what {
        Own::SignOut => Command::SignOut,
        Own::EndSession(n) => {
            Command::EndSession { session: session(*n).unwrap_or(SessionId([0; 16])) }
        }
        Own::EndOthers => Command::EndOtherSessions,
        Own::ForgetDevice(n) => {
            Command::ForgetDevice { device: device(*n).unwrap_or(DeviceId([0; 16])) }
        }
        Own::Touch => Command::TouchSession,
        Own::ChangePassword => Command::ChangePassword { hash: PasswordHash("$second".to_owned()) },
        Own::ChangeProfile(n) => Command::ChangeProfile {
            display_name: [None, Some(line("花子")), Some(line(""))][*n].clone(),
            locale: [Some(Locale::En), None, Some(Locale::Ja)][*n],
        },
        Own::AcceptTerms(n) => Command::AcceptTerms { version: line(TERMS[*n]) },
    }
}

fn is_by_app(command: &Command) -> bool {
    match command {
        Command::SignIn { kind, .. }
        | Command::CompleteRegistration { kind, .. }
        | Command::CompleteReset { kind, .. } => *kind == SessionKind::App,
        _ => false,
    }
}

/// Where to look for what the decision left: at what it looked at, by the secrets it has handed out.
fn scope_after(scope: &Scope, draws: &Draws, told: &Told) -> Scope {
    let mut after = scope.clone();
    after.address = told.before.address.as_ref().map(|address| address.email.clone());
    after.account = told.before.account.as_ref().map(|account| account.id);
    for event in &told.decision.events {
        match event {
            Event::FlowStarted { flow } => after.flow = Some(flow.digest),
            Event::DeviceKnown { .. } => after.device = Some(draws.device_digest),
            _ => {}
        }
    }
    after
}
