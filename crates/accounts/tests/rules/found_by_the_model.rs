//! Defects that the exhaustive model has found, each as the shortest path to it.
//!
//! The model walks all orders of steps; here the one order that went wrong is kept, named after the rule it broke.

use accounts::{
    Actor, Asker, Command, Context, Decision, Digest, Draws, Identity, Instant, Line, Locale, MailKind,
    Millis, Origin, Outcome, PasswordHash, Policy, Provider, Reason, Relay, Scope, SessionKind, Shown,
    TripErrand, TypedCode, TypedNumber, Vouched, decide,
};

use crate::support::{World, draws, email};

const OWNER: &str = "owner@a.jp";
const GMAIL: &str = "owner@gmail.com";
const BROWSER: Digest = Digest([9; 32]);
const START: Instant = Instant(1_000_000_000_000);

/// One browser that keeps nothing but its flow.
struct House {
    world: World,
    now: Instant,
    next: u32,
    flow: Option<Digest>,
}

impl House {
    fn decide(&mut self, scope: &Scope, command: &Command) -> Decision {
        self.next += 1;
        let drawn = Draws { trip_browser: BROWSER, ..draws(self.next) };
        let line = || Line::clean("", 0);
        let origin = Origin { address: line(), label: line() };
        let asker = Asker { origin, network: line(), locale: Locale::Ja, actor: Actor::Visitor };
        let policy = Policy::default();
        let context = Context { now: self.now, draws: &drawn, policy: &policy, asker: &asker };
        let scope = Scope { flow: self.flow, numbers: command.numbers(), ..scope.clone() };
        let snapshot = self.world.load(&scope, self.now, &policy);
        let decision = decide(&snapshot, command, &context);
        self.world.carry_out(snapshot, &decision);
        decision
    }

    /// Registers by e-mail and is signed in.
    fn registered() -> (Self, Scope) {
        let mut house = Self { world: World::default(), now: START, next: 0, flow: None };
        let at = Scope { address: Some(email(OWNER)), ..Scope::default() };
        house.decide(&at, &Command::RegisterByEmail { email: email(OWNER) });
        house.flow = Some(draws(house.next).flow_digest);
        let code = TypedCode::Matches(draws(house.next).challenge);
        house.decide(&Scope::default(), &Command::VerifyRegistration { code });
        let (hash, kind) = (PasswordHash("first".to_owned()), SessionKind::Browser);
        let complete = Command::CompleteRegistration { hash, terms: None, kind };
        let registered = house.decide(&Scope::default(), &complete);
        assert!(matches!(registered.outcome, Outcome::Welcome(_)));
        house.flow = None;
        let account = house.world.accounts.values().next().map(|account| account.id);
        let session = Some(draws(house.next).session_digest);
        (house, Scope { session, account, ..at })
    }

    /// Registers with Google; the browser keeps nothing of it.
    fn registered_with_google() -> Self {
        let mut house = Self { world: World::default(), now: START, next: 0, flow: None };
        assert!(matches!(house.with_google(), Outcome::IdentityFree(_)));
        house.flow = Some(draws(house.next).flow_digest);
        let (display_name, kind) = (Line::clean("", 0), SessionKind::Browser);
        let register = Command::RegisterIdentity { display_name, terms: None, kind };
        let registered = house.decide(&Scope::default(), &register);
        assert!(matches!(registered.outcome, Outcome::Welcome(_)));
        house.flow = None;
        house
    }

    /// Asks for a reset at Google's address, in this browser.
    fn asks(&mut self) -> Decision {
        let scope = Scope { address: Some(email(GMAIL)), ..Scope::default() };
        let asked = self.decide(&scope, &Command::AskReset { email: email(GMAIL) });
        if matches!(asked.outcome, Outcome::CodeAsked { .. }) {
            self.flow = Some(draws(self.next).flow_digest);
        }
        asked
    }

    /// A trip to Google and back, with what the engine loads for it.
    fn with_google(&mut self) -> Outcome {
        let (provider, errand) = (Provider::GOOGLE, TripErrand::SignIn);
        let begin = Command::BeginTrip { provider, errand, next: Line::clean("", 0) };
        self.decide(&Scope::default(), &begin);
        let shown = Shown {
            provider,
            identity: Identity::new("https://accounts.google.com", "1").expect("sound"),
            address: Some(email(GMAIL)),
            vouched: Vouched::Yes,
            relay: Relay::Own,
            name: Line::clean("", 0),
        };
        let owned = self.world.identity(&shown.identity).owner.is_some();
        let address = shown.address.clone().filter(|_| !owned);
        let scope = Scope {
            trip: Some(draws(self.next).trip_state),
            identity: Some(shown.identity.clone()),
            address,
            ..Scope::default()
        };
        let command = Command::Arrive { browser: BROWSER, shown, kind: SessionKind::Browser };
        self.decide(&scope, &command).outcome
    }
}

/// A browser in which somebody has asked for a code, and who then continues with a provider instead: the address they
/// had typed is not the account's, and must not be waited for.
#[test]
fn r_signin_1_a_provider_signs_in_also_where_an_address_was_typed_before() {
    let mut house = House::registered_with_google();
    assert!(matches!(house.asks().outcome, Outcome::CodeAsked { .. }));
    assert!(matches!(house.with_google(), Outcome::Welcome(_)));
}

/// The right to undo a change keeps an address taken; after a withdrawal it is free for whoever proves it.
#[test]
fn r_withdraw_1_an_address_is_free_also_where_a_change_could_be_undone() {
    let (mut house, own) = House::registered();
    let hash = PasswordHash("second".to_owned());
    let changed = house.decide(&own, &Command::ChangePassword { hash });
    assert!(changed.mails.iter().any(|mail| mail.number.is_some()));
    let ended = house.decide(&own, &Command::Withdraw);
    assert!(matches!(ended.outcome, Outcome::Withdrawn { .. }));
    house.now = START.plus(Millis::minutes(2));
    let at = Scope { address: Some(email(OWNER)), ..Scope::default() };
    let asked = house.decide(&at, &Command::RegisterByEmail { email: email(OWNER) });
    assert_eq!(asked.mails.iter().map(|mail| mail.kind).collect::<Vec<_>>(), [MailKind::RegisterCode]);
}

/// Who has lost the provider and verified the code is told of the cooldown like everybody else, and keeps the form.
#[test]
fn r_reset_4_the_browser_that_verified_at_a_providers_address_hears_of_the_cooldown() {
    let mut house = House::registered_with_google();
    let number = house.asks().mails.iter().find_map(|mail| mail.number).expect("a number was mailed");
    let account = house.world.accounts.values().next().map(|account| account.id);
    let at = Scope { address: Some(email(GMAIL)), account, ..Scope::default() };
    let number = TypedNumber::Matches(number);
    let waits = house.decide(&at, &Command::ReportLost { email: email(GMAIL), number });
    assert!(matches!(waits.outcome, Outcome::WaitBegun { .. }));
    house.now = START.plus(Policy::default().lost_wait);
    let code = house.asks().mails.iter().find_map(|mail| mail.challenge).expect("a code was mailed");
    let verify = Command::VerifyReset { code: TypedCode::Matches(code) };
    let verified = house.decide(&Scope { account, ..Scope::default() }, &verify);
    assert!(matches!(verified.outcome, Outcome::ResetProven { .. }));
    assert_eq!(house.asks().outcome, Outcome::Refused(Reason::CodeCooldown));
}
