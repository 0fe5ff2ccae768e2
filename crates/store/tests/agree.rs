//! The agreement property: rows and `apply` never part.
//!
//! Random tales of real commands, told by two browsers at two addresses under a moving clock, go through `transact`.
//! After each, what the store loads is what `apply` makes of the snapshot before and the events; and the same tale ends
//! alike on both engines, answer by answer and row by row.

mod rows;
mod support;
mod tales;

use std::collections::BTreeSet;

use accounts::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use rows::{Dice, Rows, START, Told, line, tell};
use store::OutgoingMail;
use support::{postgres, sqlite};
use tales::{Guessing, Operator, Own, Step, WAITS, steps};

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
        ..Policy::default()
    }
}

/// What a browser or app keeps.
#[derive(Clone, Debug, Default)]
struct Browser {
    session: Option<Digest>,
    device: Option<Digest>,
    flow: Option<Digest>,
}

/// A tale being told to one store.
struct Tale<'r> {
    rows: &'r Rows,
    dice: Dice,
    now: Instant,
    emails: [Email; 2],
    browsers: [Browser; 2],
    tickets: [Option<TicketId>; 2],
    outcomes: Vec<Outcome>,
    /// The names of the events that came.
    reached: BTreeSet<String>,
}

impl<'r> Tale<'r> {
    async fn begin(rows: &'r Rows, number: u64) -> Self {
        let dice = Dice::of(number);
        let emails = [dice.email("Hanako"), dice.email("taro")];
        let now = Instant(START);
        rows.set_clock(now).await;
        let (browsers, tickets) = (Default::default(), Default::default());
        Self {
            rows,
            dice,
            now,
            emails,
            browsers,
            tickets,
            outcomes: Vec::new(),
            reached: BTreeSet::new(),
        }
    }

    async fn take(&mut self, step: &Step) -> Result<(), TestCaseError> {
        if let Step::Wait(which) = step {
            self.now = self.now.plus(Millis(WAITS[*which]));
            self.rows.set_clock(self.now).await;
            return Ok(());
        }
        if let Step::Enter { browser, at, guess, kind } = step {
            let (browser, at, guess, kind) = (*browser, *at, guess.clone(), *kind);
            self.carry_out(&Step::Pay { browser, at }).await?;
            return self.carry_out(&Step::SignIn { browser, at, guess, kind }).await;
        }
        if let Step::ProveFresh { browser, .. } = step {
            // Mostly, a browser is its own member's.
            self.carry_out(&Step::Pay { browser: *browser, at: *browser }).await?;
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
        let order = (scope.clone(), command.clone());
        let told =
            tell(&self.rows.store, order, (draws.clone(), policy(&command)), Some(self.now)).await;
        let told = told.map_err(|fault| TestCaseError::fail(format!("{command:?}: {fault}")))?;
        self.agree(&scope, &command, &draws, &told).await?;
        self.remember(step, &draws, &told);
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
    ) -> Result<(), TestCaseError> {
        let applied = told.decision.events.iter().fold(told.before.clone(), apply);
        let (loaded, now) = self.rows.store.load(&scope_after(scope, draws, told)).await.unwrap();
        let (applied, loaded) = (in_order(applied, now), in_order(loaded, now));
        let same = applied == loaded;
        prop_assert!(same, "{command:?}\napplied {applied:#?}\nloaded {loaded:#?}");
        Ok(())
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
                let scope = self.scope(*browser, Some(&email));
                Some((scope, Command::SignIn { email, guess, kind: *kind }))
            }
            Step::ProveFresh { browser, guess } => {
                let (seen, _) =
                    self.rows.store.session(self.browsers[*browser].session?).await.unwrap()?;
                let email = seen.account.email?.email;
                let at = self.emails.iter().position(|known| known.same_as(&email))?;
                let guess = self.guess(at, guess).await;
                Some((self.scope(*browser, Some(&email)), Command::ProveFresh { guess }))
            }
            Step::Register { browser, at } => {
                let email = self.emails[*at].clone();
                let flow = self.browsers[*browser].flow;
                let scope = Scope { flow, ..self.scope(*browser, Some(&email)) };
                Some((scope, Command::RegisterByEmail { email }))
            }
            Step::Verify { browser, code } => {
                let scope = self.in_flow(*browser)?;
                let codes = self.rows.store.load(&scope).await.unwrap().0.address;
                let codes = codes.map(|address| address.challenges).unwrap_or_default();
                let newest = codes.iter().rev().nth(usize::from(*code == 1)).filter(|_| *code != 0);
                let code = newest.map_or(TypedCode::Unknown, |code| TypedCode::Matches(code.id));
                Some((scope, Command::VerifyRegistration { code }))
            }
            Step::Complete { browser, kind } => {
                let (hash, terms) = (PasswordHash("$first".to_owned()), Some(line(TERMS[0])));
                let command = Command::CompleteRegistration { hash, terms, kind: *kind };
                Some((self.in_flow(*browser)?, command))
            }
            Step::Own { browser, what } => {
                let scope = self.scope(*browser, None);
                let account = self.rows.store.load(&scope).await.unwrap().0.account;
                Some((scope, own(what, account.as_ref())))
            }
            Step::Operator { at, what } => self.operator(*at, what).await,
        }
    }

    async fn operator(&self, at: usize, what: &Operator) -> Option<(Scope, Command)> {
        let email = self.emails[at].clone();
        let owner = self.rows.store.account_by_address(&email).await.unwrap();
        let on_account = Scope { account: owner, ..Scope::default() };
        match what {
            Operator::Unlock => Some((rows::at_address(&email), Command::Unlock { email })),
            Operator::Suspend => Some((on_account, Command::Suspend { reason: line("看板の件") })),
            Operator::Resume => Some((on_account, Command::Resume)),
            Operator::SignOutEverywhere => Some((on_account, Command::SignOutEverywhere)),
        }
    }

    fn scope(&self, browser: usize, address: Option<&Email>) -> Scope {
        let Browser { session, device, flow: _ } = self.browsers[browser].clone();
        Scope { address: address.cloned(), session, device, ..Scope::default() }
    }

    fn in_flow(&self, browser: usize) -> Option<Scope> {
        let flow = Some(self.browsers[browser].flow?);
        Some(Scope { flow, network: Some(self.dice.network()), ..self.scope(browser, None) })
    }

    async fn guess(&self, at: usize, guessing: &Guessing) -> Guess {
        let (snapshot, _) = self.rows.store.load(&rows::at_address(&self.emails[at])).await.unwrap();
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
        match step {
            Step::Pay { at, .. } if matches!(told.decision.outcome, Outcome::Paid(_)) => {
                self.tickets[*at] = Some(draws.ticket);
            }
            Step::SignIn { browser, .. } | Step::Complete { browser, .. }
                if matches!(told.decision.outcome, Outcome::Welcome(_)) =>
            {
                let browser = &mut self.browsers[*browser];
                browser.session = Some(draws.session_digest);
                browser.device = Some(draws.device_digest);
            }
            Step::Register { browser, .. } => self.browsers[*browser].flow = Some(draws.flow_digest),
            _ => {}
        }
    }

    /// All that is left of the tale.
    async fn end(self) -> (Vec<Outcome>, Vec<Snapshot>, Vec<Activity>, Vec<OutgoingMail>) {
        let store = &self.rows.store;
        let (mut snapshots, mut lines) = (Vec::new(), Vec::new());
        for email in &self.emails {
            let (snapshot, now) = store.load(&rows::at_address(email)).await.unwrap();
            if let Some(account) = &snapshot.account {
                let list = store.activity(account.id, None, 1_000).await.unwrap();
                lines.extend(list.into_iter().map(|(_, activity)| activity));
            }
            snapshots.push(in_order(snapshot, now));
        }
        for browser in 0..2 {
            let scope = Scope { flow: self.browsers[browser].flow, ..self.scope(browser, None) };
            let (snapshot, now) = store.load(&scope).await.unwrap();
            snapshots.push(in_order(snapshot, now));
        }
        // PostgreSQL's clock goes on while the tale is told, so a small step may have set it back: all mails are due by now.
        self.rows.set_clock(self.now.plus(Millis::minutes(60))).await;
        let mut mails = store.claim_mails([1; 16], Millis::days(10_000), 1_000).await.unwrap();
        mails.retain(|mail| mail.id.decision.0.starts_with(&self.dice.id()[..8]));
        mails.sort_by_key(|mail| mail.id);
        for mail in &mut mails {
            mail.written_at = mail.mail.at;
        }
        (self.outcomes, snapshots, lines, mails)
    }
}

/// The name of an event; a password that was hashed anew and codes that got longer count apart.
fn name_of(event: &Event) -> String {
    match event {
        Event::PasswordSet { change, .. } => format!("PasswordSet {change:?}"),
        Event::CodeTriesCounted { tries, .. } if tries.long_until.is_some() => "LongCodes".to_owned(),
        event => format!("{event:?}").split(' ').next().unwrap_or_default().to_owned(),
    }
}

/// Every event there is must be reached, or its rows are not tested.
const ALL: [&str; 27] = [
    "GuessesCounted",
    "GuessFailed",
    "Locked",
    "Unlocked",
    "CodeTriesCounted",
    "LongCodes",
    "NetworkTriesCounted",
    "ChallengeIssued",
    "ChallengeSpent",
    "FlowStarted",
    "FlowTried",
    "FlowProven",
    "FlowEnded",
    "AccountCreated",
    "SessionStarted",
    "SessionEnded",
    "SessionSeen",
    "SessionProved",
    "DeviceKnown",
    "DeviceForgotten",
    "SignInRefused",
    "PasswordSet Chosen",
    "PasswordSet Rehashed",
    "ProfileChanged",
    "TermsAccepted",
    "Suspended",
    "Resumed",
];

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
    let app = SessionKind::App;
    matches!(command, Command::SignIn { kind, .. } | Command::CompleteRegistration { kind, .. } if *kind == app)
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

/// `apply` keeps things in the order in which they came; rows of one instant have no order but their ids'. Mails of more
/// than a day ago are not loaded any more.
fn in_order(mut snapshot: Snapshot, now: Instant) -> Snapshot {
    if let Some(account) = &mut snapshot.account {
        account.sessions.sort_by_key(|session| (session.started_at, session.id));
        account.devices.sort_by_key(|device| (device.last_at, device.id));
    }
    if let Some(address) = &mut snapshot.address {
        address.challenges.retain(|challenge| now < challenge.issued_at.plus(Millis::days(1)));
        address.challenges.sort_by_key(|challenge| (challenge.issued_at, challenge.id));
    }
    snapshot
}

async fn tell_all<'r>(rows: &'r Rows, number: u64, steps: &[Step]) -> Result<Tale<'r>, TestCaseError> {
    let mut tale = Tale::begin(rows, number).await;
    for step in steps {
        tale.take(step).await?;
    }
    Ok(tale)
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases,
        max_shrink_iters: 300,
        failure_persistence: None,
        ..Config::default()
    })
}

#[test]
fn what_is_loaded_is_what_the_events_say() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let rows = runtime.block_on(Rows::over(sqlite()));
    let number = std::cell::Cell::new(1_000);
    let reached = std::cell::RefCell::new(BTreeSet::new());
    let told = runner(96).run(&steps(), |steps| {
        number.set(number.get() + 1);
        let tale = runtime.block_on(tell_all(&rows, number.get(), &steps))?;
        reached.borrow_mut().extend(tale.reached);
        Ok(())
    });
    told.unwrap_or_else(|failure| panic!("{failure}"));
    let reached = reached.into_inner();
    let missing = ALL.into_iter().filter(|name| !reached.contains(*name)).collect::<Vec<_>>();
    assert!(missing.is_empty(), "no tale reached {missing:?}");
    runtime.block_on(rows.leave());
}

#[test]
fn the_same_tale_ends_alike_on_both_engines() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let Some(house) = runtime.block_on(postgres()) else {
        return;
    };
    let ours = runtime.block_on(Rows::over(sqlite()));
    let theirs = runtime.block_on(Rows::over(house));
    let number = std::cell::Cell::new(5_000);
    let told = runner(8).run(&steps(), |steps| {
        number.set(number.get() + 1);
        let one = runtime.block_on(tell_all(&ours, number.get(), &steps))?;
        let other = runtime.block_on(tell_all(&theirs, number.get(), &steps))?;
        prop_assert_eq!(runtime.block_on(one.end()), runtime.block_on(other.end()));
        Ok(())
    });
    told.unwrap_or_else(|failure| panic!("{failure}"));
    runtime.block_on(ours.leave());
    runtime.block_on(theirs.leave());
}
