//! People who come by a provider, without a provider: the rules decide on what one would have shown.
//!
//! The trip, the identity, the flow and the session are real rows, decided by the real rules; only the page of the
//! provider is left out, which has tests of its own.

use accounts::{
    AccountId, Actor, Asker, ChallengeId, ChangeId, Command, Context, DecisionId, DeviceId, Digest,
    Draws, Email, Identity, Line, Locale, NUMBERS_DRAWN, News, NumberId, Origin, Outcome, Provider,
    Relay, Scope, SessionId, SessionKind, Shown, TicketId, TripErrand, Vouched, decide,
};
use verifiers::{Token, TokenKind};

use crate::support::{Browser, House};

/// Somebody as a provider knows them.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) provider: &'static str,
    pub(crate) subject: &'static str,
    pub(crate) address: Option<&'static str>,
    pub(crate) relay: Relay,
}

/// Somebody at Google.
pub(crate) const fn at_google(address: &'static str) -> Person {
    Person { provider: "google", subject: address, address: Some(address), relay: Relay::Own }
}

/// Somebody at Apple who hides their address.
pub(crate) const fn at_apple(address: &'static str) -> Person {
    Person { provider: "apple", subject: address, address: Some(address), relay: Relay::Private }
}

impl Person {
    pub(crate) fn provider(&self) -> Provider {
        Provider::parse(self.provider).expect("a provider's name")
    }

    pub(crate) fn shown(&self) -> Shown {
        let issuer = format!("https://{}.example", self.provider);
        Shown {
            provider: self.provider(),
            identity: Identity::new(&issuer, self.subject).expect("an identity"),
            address: self.address.and_then(Email::parse),
            vouched: if self.address.is_some() { Vouched::Yes } else { Vouched::No },
            relay: self.relay,
            name: Line::clean("", 50),
        }
    }
}

/// What was drawn for a decision, and the secrets behind it.
struct Drawn {
    draws: Draws,
    session: Token,
    device: Token,
    flow: Token,
}

fn drawn() -> Drawn {
    let token = || Token::fresh().expect("randomness");
    let id = || *token().digest().first_chunk::<16>().expect("16 bytes");
    let (session, device, flow, state, browser) = (token(), token(), token(), token(), token());
    let draws = Draws {
        decision: DecisionId(id()),
        account: AccountId(id()),
        session: SessionId(id()),
        session_digest: Digest(session.digest_for(TokenKind::Session)),
        device: DeviceId(id()),
        device_digest: Digest(device.digest_for(TokenKind::Device)),
        flow_digest: Digest(flow.digest_for(TokenKind::Flow)),
        form_digest: Digest(token().digest_for(TokenKind::Form)),
        trip_state: Digest(state.digest_for(TokenKind::State)),
        trip_browser: Digest(browser.digest_for(TokenKind::Trip)),
        challenge: ChallengeId(id()),
        numbers: [(); NUMBERS_DRAWN].map(|()| NumberId(id())),
        change: ChangeId(id()),
        passkey: accounts::PasskeyId(id()),
        code_key: 1,
        ticket: TicketId(id()),
    };
    Drawn { draws, session, device, flow }
}

impl House {
    /// Has the rules decide a command, as the engine would.
    async fn decided(&self, scope: Scope, command: Command, drawn: &Drawn) -> Outcome {
        let policy = self.desk.policy().clone();
        let draws = drawn.draws.clone();
        let decision = draws.decision;
        let scope = Scope { numbers: command.numbers(), ..scope };
        let origin = Origin {
            address: Line::clean("192.0.2.1", 64),
            label: Line::clean("iPhone · Safari", 60),
        };
        let network = Line::clean("192.0.2.1", 64);
        let asker = Asker { origin, network, locale: Locale::En, actor: Actor::Visitor };
        let work = move |snapshot: &accounts::Snapshot, now| {
            let context = Context { now, draws: &draws, policy: &policy, asker: &asker };
            decide(snapshot, &command, &context)
        };
        self.desk.store().transact(scope, decision, work).await.expect("decided")
    }

    /// A browser goes to a provider, shows who it is there, and comes back.
    pub(crate) async fn trip(
        &self,
        browser: &mut Browser,
        errand: TripErrand,
        person: &Person,
    ) -> Outcome {
        let provider = person.provider();
        let begun = drawn();
        let command = Command::BeginTrip { provider, errand, next: Line::clean("", 10) };
        let session = digest(browser, "genkan-session", TokenKind::Session);
        let scope = Scope { session, ..Scope::default() };
        assert_eq!(self.decided(scope, command, &begun).await, Outcome::Done);
        let shown = person.shown();
        let identity = Some(shown.identity.clone());
        let look = Scope { identity: identity.clone(), ..Scope::default() };
        let (seen, _) = self.desk.store().load(&look).await.expect("a look-up");
        let own = match (errand, seen.account) {
            (TripErrand::SignIn, Some(owner)) => owner.email.map(|method| method.email),
            _ => shown.address.clone(),
        };
        let member = Scope { session, ..Scope::default() };
        let (seen, _) = self.desk.store().load(&member).await.expect("a look-up");
        let account = seen.account.map(|account| account.id).filter(|_| errand != TripErrand::SignIn);
        let scope = Scope {
            account,
            address: own,
            identity,
            trip: Some(begun.draws.trip_state),
            session,
            device: digest(browser, "genkan-device", TokenKind::Device),
            flow: digest(browser, "genkan-flow", TokenKind::Flow),
            ..Scope::default()
        };
        let kind = SessionKind::Browser;
        let command = Command::Arrive { browser: begun.draws.trip_browser, shown, kind };
        let come = drawn();
        let outcome = self.decided(scope, command, &come).await;
        keep(browser, &outcome, &come);
        outcome
    }

    /// Registers with a provider; the browser is signed in afterwards.
    pub(crate) async fn joined(&self, person: &Person) -> Browser {
        let mut browser = self.browser();
        let met = self.trip(&mut browser, TripErrand::SignIn, person).await;
        assert!(matches!(met, Outcome::IdentityFree(_)), "{met:?}");
        let display_name = Line::clean("", 50);
        let terms = self.desk.policy().terms.clone();
        let command = Command::RegisterIdentity { display_name, terms, kind: SessionKind::Browser };
        let scope =
            Scope { flow: digest(&browser, "genkan-flow", TokenKind::Flow), ..Scope::default() };
        let come = drawn();
        let outcome = self.decided(scope, command, &come).await;
        assert!(matches!(outcome, Outcome::Welcome(_)), "{outcome:?}");
        keep(&mut browser, &outcome, &come);
        browser
    }

    /// A provider reports something of somebody.
    pub(crate) async fn heard(&self, person: &Person, name: &str, news: News) {
        let identity = person.shown().identity;
        let report = Line::clean(name, 40);
        let scope = Scope {
            identity: Some(identity.clone()),
            report: Some(report.clone()),
            ..Scope::default()
        };
        let (provider, at) = (person.provider(), self.clock.now());
        let command = Command::HearProvider { report, provider, identity, at, news };
        assert_eq!(self.decided(scope, command, &drawn()).await, Outcome::Done);
    }

    /// Adds a provider to the account that the browser is signed in to; its proof must be fresh.
    pub(crate) async fn link(&self, browser: &mut Browser, person: &Person) {
        let outcome = self.trip(browser, TripErrand::Link, person).await;
        assert_eq!(outcome, Outcome::Linked(person.provider()));
    }
}

/// What a browser is given at the end.
fn keep(browser: &mut Browser, outcome: &Outcome, come: &Drawn) {
    let mut set = |name: &str, token: &Token| {
        browser.cookies.insert(name.to_owned(), token.as_text().as_str().to_owned());
    };
    match outcome {
        Outcome::Welcome(welcome) => {
            set("genkan-session", &come.session);
            set("genkan-device", &come.device);
            if welcome.offer.is_none() {
                browser.cookies.remove("genkan-flow");
            }
        }
        Outcome::IdentityFree(_) | Outcome::OfferMade { .. } => set("genkan-flow", &come.flow),
        _ => {}
    }
}

fn digest(browser: &Browser, name: &str, kind: TokenKind) -> Option<Digest> {
    let value = browser.cookies.get(name)?;
    let token = Token::parse(value.split('.').next().unwrap_or_default())?;
    Some(Digest(token.digest_for(kind)))
}
