//! Google, Apple and others, as the engine walks it: trips, identities in hand, own methods, reports.
//!
//! Each step is asked with the scope that the engine loads for it, and a browser keeps what it would be handed: the
//! state and the secret of its trip, and the flow with the identity in hand.

use accounts::{
    Account, AccountId, Actor, Addressed, Command, Digest, Email, FormerWay, Identity, Instant, Line,
    Link, Methods, News, NumberKind, Numbers, Outcome, Provider, Relay, Scope, Shown, Stage,
    TripErrand, TypedCode, TypedNumber, Vouched, Welcome,
};

use super::{Browser, House, MailKind, hash, welcome};
use crate::support::{draws, email};

pub(crate) const GOOGLE: Provider = Provider::GOOGLE;
pub(crate) const APPLE: Provider = Provider::APPLE;
pub(crate) const BY_GOOGLE: Addressed = Addressed::Provider(GOOGLE);
pub(crate) const BY_APPLE: Addressed = Addressed::Provider(APPLE);
pub(crate) const BY_EMAIL: Addressed = Addressed::Email;

/// Somebody at a provider, with an address that it vouches for.
pub(crate) fn shown(provider: Provider, subject: &str, address: &str) -> Shown {
    let issuer = format!("https://{}.example", provider.as_str());
    Shown {
        provider,
        identity: Identity::new(&issuer, subject).expect("a sound identity"),
        address: Some(email(address)),
        vouched: Vouched::Yes,
        relay: Relay::Own,
        name: Line::clean("", 0),
    }
}

/// The same person, with an address that the provider does not vouch for.
pub(crate) fn unvouched(shown: &Shown) -> Shown {
    Shown { vouched: Vouched::No, ..shown.clone() }
}

impl House {
    /// A house with a member who has registered with Google and is signed in.
    pub(crate) fn with_google_member(who: &Shown) -> (Self, Browser) {
        let mut house = Self::new();
        let mut member = Browser::owner();
        house.register_with(&mut member, who);
        house.forget_notices();
        (house, member)
    }

    // --- trips -----------------------------------------------------------------------------------

    pub(crate) fn begin_trip(
        &mut self,
        browser: &mut Browser,
        provider: Provider,
        errand: TripErrand,
    ) -> Outcome {
        let command = Command::BeginTrip { provider, errand, next: Line::clean("/", 10) };
        let outcome = self.ask(browser, None, &command);
        if outcome == Outcome::Done {
            let draws = draws(self.drawn);
            browser.trip = Some((draws.trip_state, draws.trip_browser));
        }
        outcome
    }

    /// Comes back from the newest trip.
    pub(crate) fn arrive(&mut self, browser: &mut Browser, shown: &Shown) -> Outcome {
        let secret = browser.trip.map_or(Digest([0; 32]), |(_, secret)| secret);
        let command = Command::Arrive { browser: secret, shown: shown.clone(), kind: browser.kind };
        self.ask(browser, None, &command)
    }

    fn travel(&mut self, browser: &mut Browser, shown: &Shown, errand: TripErrand) -> Outcome {
        match self.begin_trip(browser, shown.provider, errand) {
            Outcome::Done => self.arrive(browser, shown),
            other => other,
        }
    }

    /// "Continue with": a trip to sign in or register.
    pub(crate) fn sign_in_with(&mut self, browser: &mut Browser, shown: &Shown) -> Outcome {
        self.travel(browser, shown, TripErrand::SignIn)
    }

    /// A member adds the identity.
    pub(crate) fn link(&mut self, browser: &mut Browser, shown: &Shown) -> Outcome {
        self.travel(browser, shown, TripErrand::Link)
    }

    /// A member shows the method again.
    pub(crate) fn prove_with(&mut self, browser: &mut Browser, shown: &Shown) -> Outcome {
        self.travel(browser, shown, TripErrand::Prove)
    }

    // --- an identity in hand ---------------------------------------------------------------------

    pub(crate) fn confirm(&mut self, browser: &mut Browser) -> Outcome {
        let terms = self.policy.terms.clone();
        let display_name = Line::clean("Hanako", 20);
        let command = Command::RegisterIdentity { display_name, terms, kind: browser.kind };
        self.ask(browser, None, &command)
    }

    /// Registers with a provider from beginning to end.
    pub(crate) fn register_with(&mut self, browser: &mut Browser, shown: &Shown) -> Welcome {
        let met = self.sign_in_with(browser, shown);
        assert!(matches!(met, Outcome::IdentityFree(_)), "{met:?}");
        welcome(self.confirm(browser))
    }

    pub(crate) fn ask_identity_address(&mut self, browser: &mut Browser, address: &str) -> Outcome {
        let command = Command::AskIdentityAddress { email: email(address) };
        self.ask(browser, Some(address), &command)
    }

    pub(crate) fn type_identity_code(&mut self, browser: &mut Browser, code: TypedCode) -> Outcome {
        self.ask(browser, None, &Command::VerifyIdentityAddress { code })
    }

    /// The newest code in the mailbox that proves an address to register with.
    pub(crate) fn identity_code(&self, address: &str) -> TypedCode {
        TypedCode::Matches(self.mailed(address).expect("a code was mailed"))
    }

    pub(crate) fn accept(&mut self, browser: &mut Browser) -> Outcome {
        self.ask(browser, None, &Command::AcceptOffer)
    }

    pub(crate) fn cancel(&mut self, browser: &mut Browser) -> Outcome {
        self.ask(browser, None, &Command::DropFlow)
    }

    pub(crate) fn sign_out(&mut self, browser: &mut Browser) -> Outcome {
        self.ask(browser, None, &Command::SignOut)
    }

    // --- one's own methods -----------------------------------------------------------------------

    pub(crate) fn remove(
        &mut self,
        browser: &mut Browser,
        method: Addressed,
        successor: Option<Addressed>,
    ) -> Outcome {
        self.ask(browser, None, &Command::RemoveMethod { method, successor })
    }

    pub(crate) fn choose(&mut self, browser: &mut Browser, contact: Addressed) -> Outcome {
        self.ask(browser, None, &Command::ChooseContact { contact })
    }

    pub(crate) fn complete_email(&mut self, browser: &mut Browser, secret: &str) -> Outcome {
        self.ask(browser, None, &Command::CompleteEmail { hash: hash(secret) })
    }

    /// Adds the `email` method from beginning to end.
    pub(crate) fn add_email(&mut self, browser: &mut Browser, address: &str) {
        let _: Outcome = self.ask_email(browser, address);
        let code = self.email_code(address).expect("a code was mailed");
        let typed = self.type_email(browser, code);
        assert!(matches!(typed, Outcome::Proven { .. }), "{typed:?}");
        assert_eq!(self.complete_email(browser, super::SECRET), Outcome::Done);
    }

    /// What the provider names as the member's address, seen at a sign-in.
    pub(crate) fn follow(&mut self, browser: &mut Browser, shown: &Shown) -> Outcome {
        let (provider, relay) = (shown.provider, shown.relay);
        let address = shown.address.clone().expect("one that it vouches for");
        let command = Command::FollowAddress { provider, email: address.clone(), relay };
        self.ask(browser, Some(address.as_stored()), &command)
    }

    pub(crate) fn withdraw(&mut self, browser: &mut Browser) -> Outcome {
        self.ask(browser, None, &Command::Withdraw)
    }

    /// The same, with the provider shown again before.
    pub(crate) fn withdraw_freshly(&mut self, browser: &mut Browser, shown: &Shown) {
        let fresh = self.prove_with(browser, shown);
        assert!(matches!(fresh, Outcome::Fresh { .. }), "{fresh:?}");
        let withdrawn = self.withdraw(browser);
        assert!(matches!(withdrawn, Outcome::Withdrawn { .. }), "{withdrawn:?}");
    }

    pub(crate) fn restore_proven(&mut self, browser: &mut Browser) -> Outcome {
        self.ask(browser, None, &Command::RestoreProven)
    }

    pub(crate) fn erase(&mut self, account: AccountId) -> Outcome {
        self.by_rule(account, &Command::Erase, Actor::System)
    }

    /// An operator's command on an account by its id.
    pub(crate) fn operate_on(&mut self, account: AccountId, command: &Command) -> Outcome {
        self.by_rule(account, command, Actor::Operator)
    }

    fn by_rule(&mut self, account: AccountId, command: &Command, actor: Actor) -> Outcome {
        let (numbers, receipts) = (command.numbers(), true);
        let scope = Scope { account: Some(account), numbers, receipts, ..Scope::default() };
        self.decide(&scope, command, &Browser::of("console", "local"), actor).outcome
    }

    pub(crate) fn report_lost(&mut self, address: &str, number: TypedNumber) -> Outcome {
        let mut reader = Browser::of("mail reader", "192.0.2.77");
        let command = Command::ReportLost { email: email(address), number };
        self.ask(&mut reader, Some(address), &command)
    }

    /// A provider reports something of somebody, at a time by its clock.
    pub(crate) fn hear(&mut self, name: &str, about: &Shown, at: Instant, news: News) -> Outcome {
        let report = Line::clean(name, 80);
        let identity = about.identity.clone();
        let scope = Scope {
            identity: Some(identity.clone()),
            report: Some(report.clone()),
            ..Scope::default()
        };
        let provider = about.provider;
        let command = Command::HearProvider { report, provider, identity, at, news };
        self.decide(&scope, &command, &Browser::of("provider", "provider"), Actor::System).outcome
    }

    /// A mail to an address, written at a time, is refused for good.
    pub(crate) fn refuse(&mut self, address: &str, written_at: Instant) -> Outcome {
        let (email, account) = (email(address), Some(self.account(super::OWNER).id));
        let scope = Scope { account, ..Scope::default() };
        let command = Command::HearRefused { email, written_at };
        self.decide(&scope, &command, &Browser::of("mail", "mail"), Actor::System).outcome
    }

    // --- scopes ----------------------------------------------------------------------------------

    /// What the engine loads for a command about identities or one's own methods.
    pub(super) fn scope_of_methods(
        &self,
        browser: &Browser,
        address: Option<&str>,
        command: &Command,
    ) -> Option<Scope> {
        let account = browser.session.and_then(|digest| self.member(digest)).map(|a| a.id);
        let base = Scope { session: browser.session, numbers: command.numbers(), ..Scope::default() };
        let by_flow = Scope { flow: browser.flow, device: browser.device, ..base.clone() };
        Some(match command {
            Command::BeginTrip { .. } | Command::TestMail => base,
            Command::AbandonTrip { .. } => Scope { trip: browser.trip.map(|(state, _)| state), ..base },
            Command::Arrive { shown, .. } => self.scope_of_arrival(browser, address, shown),
            Command::AskIdentityAddress { .. } => {
                Scope { address: address.map(email), flow: browser.flow, ..Scope::default() }
            }
            Command::VerifyIdentityAddress { .. } => {
                let network = Some(Line::clean(browser.network, 64));
                Scope { flow: browser.flow, network, ..base }
            }
            Command::RegisterIdentity { .. } | Command::DropFlow | Command::SignOut => by_flow,
            Command::AcceptOffer | Command::CompleteEmail { .. } => Scope { account, ..by_flow },
            Command::RestoreProven => Scope { account: self.withdrawn(browser), ..by_flow },
            Command::RemoveMethod { .. } | Command::ChooseContact { .. } | Command::Withdraw => {
                let member = browser.session.and_then(|digest| self.member(digest));
                let own = member.and_then(|a| a.address_of(BY_EMAIL).or_else(|| a.contact_address()));
                Scope { account, address: own.cloned(), ..base }
            }
            Command::FollowAddress { .. } => Scope { account, address: address.map(email), ..base },
            _ => return None,
        })
    }

    /// A trip to sign in looks at the account's own address, or at the one the provider names; `address` is what an
    /// engine saw that looked too early.
    fn scope_of_arrival(&self, browser: &Browser, address: Option<&str>, shown: &Shown) -> Scope {
        let state = browser.trip.map(|(state, _)| state);
        let trip = state.and_then(|state| self.world.trips.get(&state));
        let numbers = Numbers::Undo;
        let scope = Scope {
            trip: state,
            identity: Some(shown.identity.clone()),
            session: browser.session,
            flow: browser.flow,
            numbers,
            ..Scope::default()
        };
        if trip.is_none_or(|trip| trip.intent == accounts::Intent::SignIn) {
            let owner = self.world.identity(&shown.identity).owner;
            let own = owner.map(|id| self.world.accounts[&id].address_of(BY_EMAIL).cloned());
            let seen = own.unwrap_or_else(|| shown.address.clone());
            let seen = address.map(email).or(seen);
            Scope { address: seen, device: browser.device, ..scope }
        } else {
            let account = browser.session.and_then(|digest| self.member(digest)).map(|a| a.id);
            Scope { address: shown.address.clone(), account, ..scope }
        }
    }

    /// The withdrawn account that the flow's address or identity was.
    fn withdrawn(&self, browser: &Browser) -> Option<AccountId> {
        let scope = Scope { flow: browser.flow, numbers: Numbers::Undo, ..Scope::default() };
        let seen = self.world.load(&scope, self.now, &self.policy);
        let identity = seen.identity.and_then(|state| state.former);
        let former = identity.filter(|former| former.way == FormerWay::Withdrawn);
        let numbers = seen.address.map(|address| address.numbers).unwrap_or_default();
        let number = numbers.iter().find(|number| number.kind == NumberKind::Restore);
        former.map(|former| former.account).or(number.map(|number| number.account))
    }

    /// A reset code at an address that is on an account through a provider only is about that account.
    pub(super) fn holder_of_flow(&self, browser: &Browser) -> Option<AccountId> {
        let flow = self.world.flows.get(&browser.flow?)?;
        let address = self.world.address(flow.email.as_ref()?, self.now);
        let holder = address.holders.first().filter(|_| address.owner.is_none());
        flow.bound.map(|bound| bound.account).or(holder.map(|holder| holder.account))
    }

    // --- looking ---------------------------------------------------------------------------------

    pub(crate) fn member(&self, session: Digest) -> Option<&Account> {
        let account = self.world.session(session)?.account;
        self.world.accounts.get(&account)
    }

    /// The account that a browser is signed in to.
    pub(crate) fn of(&self, browser: &Browser) -> &Account {
        browser.session.and_then(|digest| self.member(digest)).expect("it is signed in")
    }

    pub(crate) fn by_id(&self, account: AccountId) -> &Account {
        &self.world.accounts[&account]
    }

    /// The method of that provider, of the account that a browser is signed in to.
    pub(crate) fn link_of(&self, browser: &Browser, provider: Provider) -> Option<Link> {
        self.of(browser).link(provider).cloned()
    }

    pub(crate) fn methods(&self, account: AccountId) -> Methods {
        Methods::of(self.by_id(account))
    }

    /// Whose an identity is.
    pub(crate) fn owner_of(&self, who: &Shown) -> Option<AccountId> {
        self.world.identity(&who.identity).owner
    }

    /// To whom mails of that kind went, and whether with a number.
    pub(crate) fn told(&self, kind: MailKind) -> Vec<(String, bool)> {
        let of_kind = self.mails.iter().filter(|mail| mail.kind == kind);
        of_kind.map(|mail| (mail.to.as_stored().to_owned(), mail.number.is_some())).collect()
    }

    /// Whether a flow is over, or was never there.
    pub(crate) fn has_flow(&self, browser: &Browser) -> bool {
        browser.flow.is_some_and(|digest| self.world.flows.get(&digest).is_some())
    }

    pub(crate) fn stage(&self, browser: &Browser) -> Option<Stage> {
        browser.flow.and_then(|digest| self.world.flows.get(&digest)).map(|flow| flow.stage)
    }

    /// Every address that an account has.
    pub(crate) fn addresses(&self, account: AccountId) -> Vec<Email> {
        self.methods(account).addresses().cloned().collect()
    }
}
