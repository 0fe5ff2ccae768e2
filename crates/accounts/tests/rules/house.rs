//! The engine's part, played in memory: a clock that is moved by hand, browsers that keep secrets, and the
//! order pay, check, settle.
//!
//! Personas are browsers: the owner's, a stranger's, and the neighbour who sits down at the owner's. A test
//! says what they do; nothing here knows what the answer ought to be.

use accounts::{
    Account, AccountId, Activity, ActivityKind, Actor, Announcement, Asker, ChallengeId, Command,
    Context, Decision, Digest, Email, Event, Guess, Instant, Line, Locale, Mail, MailKind, Millis,
    Origin, Outcome, PasswordHash, Policy, Reason, Scope, SessionKind, TicketId, TypedCode,
    TypedNumber, Verdict, Welcome, apply, decide,
};

use crate::support::{World, draws, email};

pub(crate) const OWNER: &str = "owner@example.com";
pub(crate) const STRANGER: &str = "stranger@example.net";
pub(crate) const SECRET: &str = "correct horse";

mod agreement;
mod grants;
mod passkeys;
mod providers;
mod way_back;

pub(crate) use grants::{APP, SITE, Token, code, granted, token};
pub(crate) use passkeys::{CEREMONY, credential};
pub(crate) use providers::{APPLE, BY_APPLE, BY_EMAIL, BY_GOOGLE, GOOGLE, shown, unvouched};
pub(crate) use way_back::{around, id_of};

/// A browser or app, and what it keeps.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    pub(crate) name: &'static str,
    pub(crate) kind: SessionKind,
    pub(crate) network: &'static str,
    pub(crate) session: Option<Digest>,
    pub(crate) device: Option<Digest>,
    pub(crate) flow: Option<Digest>,
    /// The secret in the newest password form it was shown.
    pub(crate) form: Option<Digest>,
    /// State and secret of the newest trip to a provider.
    pub(crate) trip: Option<(Digest, Digest)>,
}

impl Browser {
    pub(crate) fn of(name: &'static str, network: &'static str) -> Self {
        let kind = SessionKind::Browser;
        Self { name, kind, network, session: None, device: None, flow: None, form: None, trip: None }
    }

    pub(crate) fn owner() -> Self {
        Self::of("owner's browser", "192.0.2.1")
    }

    pub(crate) fn stranger() -> Self {
        Self::of("stranger's browser", "198.51.100.7")
    }

    /// Another browser of the owner's, that nobody knows yet.
    pub(crate) fn phone() -> Self {
        Self::of("phone", "192.0.2.9")
    }

    /// The same person at the same computer, with nothing kept: a private window.
    pub(crate) fn fresh(&self) -> Self {
        Self { kind: self.kind, ..Self::of(self.name, self.network) }
    }
}

/// The world, the clock, the policy, and the last number drawn.
#[derive(Clone)]
pub(crate) struct House {
    pub(crate) world: World,
    pub(crate) policy: Policy,
    pub(crate) now: Instant,
    drawn: u32,
    pub(crate) mails: Vec<Mail>,
    pub(crate) activities: Vec<Activity>,
    pub(crate) announced: Vec<Announcement>,
    pub(crate) last: Vec<Event>,
}

impl House {
    pub(crate) fn new() -> Self {
        Self::with(Policy::default())
    }

    pub(crate) fn with(policy: Policy) -> Self {
        Self {
            world: World::default(),
            policy,
            now: Instant(1_000_000_000_000),
            drawn: 0,
            mails: Vec::new(),
            activities: Vec::new(),
            announced: Vec::new(),
            last: Vec::new(),
        }
    }

    /// A house with the owner registered and signed in.
    pub(crate) fn with_owner() -> (Self, Browser) {
        let mut house = Self::new();
        let mut owner = Browser::owner();
        house.register(&mut owner, OWNER);
        house.forget_notices();
        (house, owner)
    }

    pub(crate) fn wait(&mut self, length: Millis) {
        self.now = self.now.plus(length);
    }

    pub(crate) fn forget_notices(&mut self) {
        self.mails.clear();
        self.activities.clear();
        self.announced.clear();
    }

    /// Carries a command out for a browser; `address` is named where the command names one.
    pub(crate) fn ask(
        &mut self,
        browser: &mut Browser,
        address: Option<&str>,
        command: &Command,
    ) -> Outcome {
        let scope = self.scope(browser, address, command);
        let decision = self.decide(&scope, command, browser, Actor::Visitor);
        let draws = draws(self.drawn);
        match &decision.outcome {
            Outcome::Welcome(welcome) => {
                browser.session = Some(draws.session_digest);
                browser.device = Some(draws.device_digest);
                // An identity that waited for this account stays in hand (R-REG-5).
                browser.flow = browser.flow.filter(|_| welcome.offer.is_some());
            }
            _ if self.did(|event| matches!(event, Event::FlowStarted { .. })) => {
                browser.flow = Some(draws.flow_digest);
            }
            Outcome::ResetProven { .. } => browser.form = Some(draws.form_digest),
            _ => {}
        }
        decision.outcome
    }

    /// What the engine loads for a command.
    fn scope(&self, browser: &Browser, address: Option<&str>, command: &Command) -> Scope {
        let by_method = self.scope_of_methods(browser, address, command);
        let by_method = by_method.or_else(|| self.scope_of_passkeys(browser, address, command));
        if let Some(scope) = by_method {
            return scope;
        }
        let own = Some(command).filter(|c| matches!(c, Command::ChangePassword { .. }));
        let own = own.and(browser.session).and_then(|digest| self.own_address(digest));
        let all = Scope {
            address: address.map(email).or(own),
            account: self.named(browser, command),
            numbers: command.numbers(),
            session: browser.session,
            device: browser.device,
            flow: browser.flow,
            network: Some(Line::clean(browser.network, 64)),
            ..Scope::default()
        };
        match command {
            // Who asks for a mail is nobody in particular, and so is who reads a number out of one.
            Command::RegisterByEmail { .. } | Command::AskReset { .. } => {
                Scope { session: None, device: None, network: None, ..all }
            }
            Command::ReportNotMe { .. } | Command::Undo { .. } | Command::ReportLost { .. } => {
                Scope { session: None, device: None, flow: None, ..all }
            }
            // What is done in a session is asked with the session alone.
            Command::ProveFresh { .. }
            | Command::EndSession { .. }
            | Command::EndOtherSessions
            | Command::ForgetDevice { .. }
            | Command::TouchSession
            | Command::ChangePassword { .. }
            | Command::ChangeProfile { .. }
            | Command::AcceptTerms { .. } => Scope { device: None, flow: None, network: None, ..all },
            _ => all,
        }
    }

    /// The address of the account whose session a browser presents.
    fn own_address(&self, session: Digest) -> Option<Email> {
        let account = self.world.session(session).map(|session| session.account)?;
        self.world.accounts[&account].email.as_ref().map(|method| method.email.clone())
    }

    /// The account that the engine names: a number's, or for a new address the member's own.
    fn named(&self, browser: &Browser, command: &Command) -> Option<AccountId> {
        match command {
            Command::ReportNotMe { number: TypedNumber::Matches(id), .. }
            | Command::Undo { number: TypedNumber::Matches(id), .. }
            | Command::ReportLost { number: TypedNumber::Matches(id), .. } => {
                let numbers = self.world.addresses.values().flat_map(|address| &address.numbers);
                numbers.filter(|number| number.id == *id).map(|number| number.account).next()
            }
            Command::AskEmailChange { .. } => {
                self.world.session(browser.session?).map(|session| session.account)
            }
            Command::VerifyReset { .. } => self.holder_of_flow(browser),
            _ => None,
        }
    }

    /// Carries an operator's command out on the owner of an address.
    pub(crate) fn operate(&mut self, command: &Command) -> Outcome {
        let scope = Scope { address: Some(email(OWNER)), ..Scope::default() };
        self.decide(&scope, command, &Browser::of("console", "local"), Actor::Operator).outcome
    }

    pub(crate) fn decide(
        &mut self,
        scope: &Scope,
        command: &Command,
        from: &Browser,
        actor: Actor,
    ) -> Decision {
        self.drawn += 1;
        let draws = draws(self.drawn);
        let asker = Asker {
            origin: Origin {
                address: Line::clean(from.network, 64),
                label: Line::clean(from.name, 64),
            },
            network: Line::clean(from.network, 64),
            locale: Locale::Ja,
            actor,
        };
        let context = Context { now: self.now, draws: &draws, policy: &self.policy, asker: &asker };
        let snapshot = self.world.load(scope, self.now, &self.policy);
        let decision = decide(&snapshot, command, &context);
        let after = decision.events.iter().fold(snapshot.clone(), apply);
        self.world.carry_out(snapshot, &decision);
        self.agrees_with(&after);
        self.mails.extend(decision.mails.iter().cloned());
        self.activities.extend(decision.activities.iter().cloned());
        self.announced.extend(decision.announcements.iter().cloned());
        self.last = decision.events.clone();
        decision
    }

    // --- guesses ---------------------------------------------------------------------------------

    /// Pays for a guess; the ticket, or why not.
    pub(crate) fn pay(&mut self, browser: &mut Browser, address: &str) -> Result<TicketId, Reason> {
        match self.ask(browser, Some(address), &Command::PayGuess { email: email(address) }) {
            Outcome::Paid(_) => Ok(draws(self.drawn).ticket),
            Outcome::Refused(reason) => Err(reason),
            other => panic!("paying a guess was answered with {other:?}"),
        }
    }

    /// Hashes the password typed, as the engine would: against the record, or against a dummy.
    pub(crate) fn check(&self, address: &str, secret: &str, ticket: TicketId) -> Guess {
        let account = self.world.accounts.values().find(|a| owns(a, &email(address)));
        let record = account.and_then(Account::password);
        let right = record.is_some_and(|record| record.hash == hash(secret));
        let verdict = if right { Verdict::Right } else { Verdict::Wrong };
        Guess { ticket, against: record.map(|record| record.version), verdict, rehash: None }
    }

    pub(crate) fn settle(&mut self, browser: &mut Browser, address: &str, guess: Guess) -> Outcome {
        let command = Command::SignIn { email: email(address), guess, kind: browser.kind };
        self.ask(browser, Some(address), &command)
    }

    /// Signs in: pays, checks, settles.
    pub(crate) fn sign_in(&mut self, browser: &mut Browser, address: &str, secret: &str) -> Outcome {
        match self.pay(browser, address) {
            Err(reason) => Outcome::Refused(reason),
            Ok(ticket) => {
                let guess = self.check(address, secret, ticket);
                self.settle(browser, address, guess)
            }
        }
    }

    /// Shows the password again in the session.
    pub(crate) fn prove(&mut self, browser: &mut Browser, address: &str, secret: &str) -> Outcome {
        match self.pay(browser, address) {
            Err(reason) => Outcome::Refused(reason),
            Ok(ticket) => {
                let guess = self.check(address, secret, ticket);
                self.ask(browser, Some(address), &Command::ProveFresh { guess })
            }
        }
    }

    /// Lets a stranger guess wrong, from a new browser each time.
    pub(crate) fn guess_wrong(&mut self, times: u32, address: &str) {
        for _ in 0..times {
            let _: Outcome = self.sign_in(&mut Browser::stranger(), address, "wrong");
        }
    }

    pub(crate) fn is_locked(&self, address: &str) -> bool {
        self.world.address(&email(address), self.now).guesses.locked_at.is_some()
    }

    // --- registration ----------------------------------------------------------------------------

    pub(crate) fn ask_code(&mut self, browser: &mut Browser, address: &str) -> Outcome {
        self.ask(browser, Some(address), &Command::RegisterByEmail { email: email(address) })
    }

    /// The newest code mailed to an address.
    pub(crate) fn mailed(&self, address: &str) -> Option<ChallengeId> {
        let to = |mail: &&Mail| mail.kind == MailKind::RegisterCode && mail.to.same_as(&email(address));
        self.mails.iter().rev().find(to).and_then(|mail| mail.challenge)
    }

    pub(crate) fn type_code(&mut self, browser: &mut Browser, code: TypedCode) -> Outcome {
        self.ask(browser, None, &Command::VerifyRegistration { code })
    }

    pub(crate) fn choose_password(&mut self, browser: &mut Browser, secret: &str) -> Outcome {
        let terms = self.policy.terms.clone();
        let command = Command::CompleteRegistration { hash: hash(secret), terms, kind: browser.kind };
        self.ask(browser, None, &command)
    }

    /// Registers from beginning to end.
    pub(crate) fn register(&mut self, browser: &mut Browser, address: &str) -> Welcome {
        let _: Outcome = self.ask_code(browser, address);
        let code = self.mailed(address).expect("a code was mailed");
        let _: Outcome = self.type_code(browser, TypedCode::Matches(code));
        welcome(self.choose_password(browser, SECRET))
    }

    // --- looking ---------------------------------------------------------------------------------

    pub(crate) fn account(&self, address: &str) -> &Account {
        let found = self.world.accounts.values().find(|a| owns(a, &email(address)));
        found.expect("the address has an account")
    }

    /// Whether the browser's session serves a request.
    pub(crate) fn is_signed_in(&mut self, browser: &mut Browser) -> bool {
        self.ask(browser, None, &Command::TouchSession) == Outcome::Done
    }

    pub(crate) fn mail_kinds(&self) -> Vec<MailKind> {
        self.mails.iter().map(|mail| mail.kind).collect()
    }

    pub(crate) fn activity_kinds(&self) -> Vec<ActivityKind> {
        self.activities.iter().map(|line| line.kind).collect()
    }
}

fn owns(account: &Account, email: &Email) -> bool {
    account.email.as_ref().is_some_and(|method| method.email.same_as(email))
}

/// What stands for the hash of a password here.
pub(crate) fn hash(secret: &str) -> PasswordHash {
    PasswordHash(format!("hash of {secret}"))
}

pub(crate) fn welcome(outcome: Outcome) -> Welcome {
    match outcome {
        Outcome::Welcome(welcome) => welcome,
        other => panic!("not let in: {other:?}"),
    }
}

pub(crate) fn refused(reason: Reason) -> Outcome {
    Outcome::Refused(reason)
}
