//! A house with rows: a migrated store on each engine, a test clock, and draws that are the same on every engine.
//!
//! Nothing here stands in for a part: decisions are made by the real rules and stored by the real store. Each tale has
//! addresses and ids of its own, so many can be told in one database.
#![expect(dead_code, reason = "each test file uses its own part of this")]

pub(crate) mod passkeys;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use accounts::*;
use store::{Engine, Fault, Store, migrate};

use crate::support::{House, both};

/// Where the test clock begins.
pub(crate) const START: i64 = 1_800_000_000_000;

pub(crate) struct Rows {
    pub(crate) house: House,
    pub(crate) store: Store,
}

impl Rows {
    pub(crate) async fn over(house: House) -> Self {
        migrate(&house.database).await.unwrap();
        // No time passes for what the store remembers: what a test reads is believed until it reads again.
        let store = Store::with_steady_clock(house.database.clone(), Arc::new(|| Duration::ZERO));
        let rows = Self { house, store };
        rows.set_clock(Instant(START)).await;
        rows
    }

    /// Moves the database's clock: exactly on SQLite; on PostgreSQL it goes on from there.
    pub(crate) async fn set_clock(&self, now: Instant) {
        match self.house.database.engine() {
            Engine::Sqlite => self.house.clock.store(now.0, Ordering::SeqCst),
            Engine::Postgres => {
                self.house.clock.store(0, Ordering::SeqCst);
                let real = self.store.now().await.unwrap();
                self.house.clock.store(now.0 - real.0, Ordering::SeqCst);
            }
        }
    }

    pub(crate) async fn leave(self) {
        drop(self.store);
        self.house.leave().await;
    }
}

/// A house with rows on each engine that there is.
pub(crate) async fn both_with_rows() -> Vec<Rows> {
    let mut all = Vec::new();
    for house in both().await {
        all.push(Rows::over(house).await);
    }
    all
}

/// Ids and digests, each once, and the same again for another dice of the same number.
pub(crate) struct Dice {
    tale: u64,
    drawn: AtomicU64,
}

impl Dice {
    /// Dice that no other tale of this run has.
    pub(crate) fn new() -> Self {
        static TALES: AtomicU64 = AtomicU64::new(1);
        Self::of(TALES.fetch_add(1, Ordering::SeqCst))
    }

    pub(crate) fn of(tale: u64) -> Self {
        Self { tale, drawn: AtomicU64::new(1) }
    }

    pub(crate) fn id(&self) -> [u8; 16] {
        let number = self.drawn.fetch_add(1, Ordering::SeqCst);
        let wide = (u128::from(self.tale) << 64) | u128::from(number);
        wide.to_be_bytes()
    }

    pub(crate) fn digest(&self) -> Digest {
        let mut digest = [0xd1; 32];
        digest[..16].copy_from_slice(&self.id());
        Digest(digest)
    }

    pub(crate) fn email(&self, name: &str) -> Email {
        Email::parse(&format!("{name}.{}@Example.jp", self.tale)).unwrap()
    }

    /// A network that no other tale comes from.
    pub(crate) fn network(&self) -> Line {
        line(&format!("2001:db8:0:{:x}::/64", self.tale))
    }

    pub(crate) fn draws(&self) -> Draws {
        Draws {
            decision: DecisionId(self.id()),
            account: AccountId(self.id()),
            session: SessionId(self.id()),
            session_digest: self.digest(),
            device: DeviceId(self.id()),
            device_digest: self.digest(),
            flow_digest: self.digest(),
            form_digest: self.digest(),
            passkey: PasskeyId(self.id()),
            challenge: ChallengeId(self.id()),
            trip_state: self.digest(),
            trip_browser: self.digest(),
            numbers: [(); NUMBERS_DRAWN].map(|()| NumberId(self.id())),
            change: ChangeId(self.id()),
            code_key: 7,
            ticket: TicketId(self.id()),
        }
    }
}

pub(crate) fn asker() -> Asker {
    Asker {
        origin: Origin { address: line("192.0.2.7"), label: line("Firefox · Windows") },
        network: line("192.0.2.7"),
        locale: Locale::Ja,
        actor: Actor::Visitor,
    }
}

pub(crate) fn line(text: &str) -> Line {
    Line::clean(text, 200)
}

/// What a decision saw and said.
#[derive(Clone)]
pub(crate) struct Told {
    pub(crate) before: Snapshot,
    pub(crate) now: Instant,
    pub(crate) decision: Decision,
}

/// Carries a command out, with the time given, or the database's.
pub(crate) async fn tell(
    store: &Store,
    (scope, command): (Scope, Command),
    (draws, policy): (Draws, Policy),
    at: Option<Instant>,
) -> Result<Told, Fault> {
    let told = Arc::new(Mutex::new(None));
    let heard = Arc::clone(&told);
    let network = scope.network.clone().unwrap_or(asker().network);
    let (id, asker) = (draws.decision, Asker { network, ..asker() });
    let scope = Scope { numbers: command.numbers(), ..scope };
    let outcome = store
        .transact(scope, id, move |before, now| {
            let now = at.unwrap_or(now);
            let context = Context { now, draws: &draws, policy: &policy, asker: &asker };
            let decision = decide(before, &command, &context);
            *heard.lock().unwrap() =
                Some(Told { before: before.clone(), now, decision: decision.clone() });
            decision
        })
        .await?;
    let told = told.lock().unwrap().take().unwrap();
    assert_eq!(outcome, told.decision.outcome);
    Ok(told)
}

/// As [`tell`], with the usual policy and the database's time.
pub(crate) async fn say(store: &Store, scope: Scope, command: Command, draws: Draws) -> Told {
    tell(store, (scope, command), (draws, Policy::default()), None).await.unwrap()
}

pub(crate) fn at_address(email: &Email) -> Scope {
    Scope { address: Some(email.clone()), ..Scope::default() }
}

pub(crate) fn at_flow(flow: Digest) -> Scope {
    Scope { flow: Some(flow), network: Some(asker().network), ..Scope::default() }
}

/// Asks for a code and enters it; answers with the flow, whose address is proven then.
pub(crate) async fn prove(store: &Store, dice: &Dice, email: &Email) -> Digest {
    let draws = dice.draws();
    let (flow, challenge) = (draws.flow_digest, draws.challenge);
    let command = Command::RegisterByEmail { email: email.clone() };
    let told = say(store, at_address(email), command, draws).await;
    assert!(matches!(told.decision.outcome, Outcome::CodeAsked { .. }));
    let command = Command::VerifyRegistration { code: TypedCode::Matches(challenge) };
    let told = say(store, at_flow(flow), command, dice.draws()).await;
    assert!(matches!(told.decision.outcome, Outcome::Proven { .. }), "{:?}", told.decision.outcome);
    flow
}

/// A hash as they are made, which rows keep as bytes. Those of other spellings are kept as text.
pub(crate) const HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8";

pub(crate) fn complete() -> Command {
    Command::CompleteRegistration {
        hash: PasswordHash(HASH.to_owned()),
        terms: None,
        kind: SessionKind::Browser,
    }
}

/// Registers an account; answers with the digest of its first session.
pub(crate) async fn register(store: &Store, dice: &Dice, email: &Email) -> (Welcome, Draws) {
    let flow = prove(store, dice, email).await;
    let draws = dice.draws();
    let told = say(store, at_flow(flow), complete(), draws.clone()).await;
    let Outcome::Welcome(welcome) = told.decision.outcome else {
        panic!("not registered: {:?}", told.decision.outcome);
    };
    (welcome, draws)
}

/// Pays for a guess and signs in with the right password, which is of that version.
pub(crate) async fn enter(store: &Store, dice: &Dice, email: &Email, version: i64) -> (Told, Draws) {
    let draws = dice.draws();
    let ticket = draws.ticket;
    say(store, at_address(email), Command::PayGuess { email: email.clone() }, draws).await;
    let guess = Guess { ticket, against: Some(version), verdict: Verdict::Right, rehash: None };
    let command = Command::SignIn { email: email.clone(), guess, kind: SessionKind::Browser };
    let draws = dice.draws();
    (say(store, at_address(email), command, draws.clone()).await, draws)
}

/// Enters a number from a mail, about that account.
pub(crate) async fn enter_number(
    store: &Store,
    dice: &Dice,
    account: AccountId,
    command: Command,
) -> Outcome {
    let email = match &command {
        Command::ReportNotMe { email, .. }
        | Command::Undo { email, .. }
        | Command::ReportLost { email, .. } => email.clone(),
        other => panic!("{other:?} enters no number"),
    };
    let network = Some(asker().network);
    let scope = Scope { account: Some(account), network, ..at_address(&email) };
    say(store, scope, command, dice.draws()).await.decision.outcome
}
