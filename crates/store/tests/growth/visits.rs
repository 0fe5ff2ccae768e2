//! The work that is measured, done as the engine does it: through the store, with the real rules.
//!
//! Members are chosen from all over the house, others for each kind of work, so that the session that is checked is not
//! one that a sign-in has just replaced. Whatever work leaves or needs to find is made before its turn and is not timed.

use accounts::*;
use store::Engine;

use super::place::House;
use super::usage::{Began, Usage};
use crate::town::spelling::Spelling;
use crate::town::{MAX, NOW, tables};

/// A kind of work.
#[derive(Clone, Copy)]
pub(crate) enum Visit {
    Check,
    CheckAgain,
    Password,
    Passkey,
    Register,
    List,
    Claim,
    Sweep,
    SweepNothing,
}

/// What is told of it, and how many there are in a turn for each sign-in by password.
pub(crate) const KINDS: [(&str, (usize, usize), Visit); 9] = [
    ("session check", (25, 1), Visit::Check),
    ("session check, remembered", (25, 1), Visit::CheckAgain),
    ("sign-in by password, without the hash", (1, 1), Visit::Password),
    ("sign-in by passkey, without the signature", (1, 1), Visit::Passkey),
    ("registration, without the hash", (1, 2), Visit::Register),
    ("activity list, 20 lines", (5, 1), Visit::List),
    ("20 mails claimed", (1, 10), Visit::Claim),
    ("sweep of 100 rows of each kind", (1, 20), Visit::Sweep),
    ("sweep that finds nothing", (1, 2), Visit::SweepNothing),
];

/// A member, as a visitor shows up.
struct Member {
    account: AccountId,
    email: Email,
    session: Digest,
    device: Digest,
    credential: CredentialId,
}

/// Whoever visits a house.
pub(crate) struct Visits<'h> {
    house: &'h House,
    checking: Vec<Member>,
    typing: Vec<Member>,
    showing: Vec<Member>,
    /// How many have come so far.
    come: usize,
    /// How many passing rows were made so far.
    made: i64,
    drawn: u64,
}

impl Visit {
    pub(crate) async fn turn(self, visits: &mut Visits<'_>, times: usize) -> Usage {
        let count = i64::try_from(times).unwrap();
        match self {
            Self::Claim => visits.leave_mails(count * CLAIMED).await,
            Self::Sweep => visits.leave_what_is_over(count * SWEPT).await,
            Self::SweepNothing => visits.sweep_all().await,
            Self::CheckAgain => visits.be_seen().await,
            _ => {}
        }
        let servers = visits.house.servers().await;
        let began = Began::now(&servers);
        for _ in 0..times {
            match self {
                Self::Check => visits.check().await,
                Self::CheckAgain => visits.check_again().await,
                Self::Password => visits.type_password().await,
                Self::Passkey => visits.show_passkey().await,
                Self::Register => visits.register().await,
                Self::List => visits.list().await,
                Self::Claim => visits.claim().await,
                Self::Sweep => visits.sweep(SWEPT.unsigned_abs()).await,
                Self::SweepNothing => visits.sweep(0).await,
            }
        }
        began.each(&servers, times)
    }
}

impl<'h> Visits<'h> {
    /// Chooses the members, and sweeps what was over when the house was built.
    pub(crate) async fn of(house: &'h House) -> Self {
        let [checking, typing, showing] = [2, 3, 5];
        let visits = Self {
            house,
            checking: members(house, checking).await,
            typing: members(house, typing).await,
            showing: members(house, showing).await,
            come: 0,
            made: 2 * MAX,
            drawn: 0,
        };
        visits.sweep_all().await;
        house.settle().await;
        visits
    }

    async fn check(&mut self) {
        let session = self.next(|visits| &visits.checking).session;
        assert!(self.house.store.session(session).await.unwrap().is_some());
    }

    /// Everybody who is asked about has been asked about a moment ago.
    async fn be_seen(&mut self) {
        self.house.store.read_changes().await.unwrap();
        for member in &self.checking {
            assert!(self.house.store.sighting(member.session).await.unwrap().is_some());
        }
        self.house.store.read_changes().await.unwrap();
    }

    async fn check_again(&mut self) {
        let session = self.next(|visits| &visits.checking).session;
        assert!(self.house.store.sighting(session).await.unwrap().is_some());
    }

    async fn list(&mut self) {
        let account = self.next(|visits| &visits.checking).account;
        assert!(!self.house.store.activity(account, None, 20).await.unwrap().is_empty());
    }

    /// The guess is paid for, the hash is looked up, and the decision is made.
    async fn type_password(&mut self) {
        let member = self.next(|visits| &visits.typing);
        let (email, device) = (member.email.clone(), member.device);
        let scope = Scope { address: Some(email.clone()), device: Some(device), ..Scope::default() };
        let draws = self.draws();
        let ticket = draws.ticket;
        self.carry(scope.clone(), Command::PayGuess { email: email.clone() }, draws).await;
        let (snapshot, _) = self.house.store.load(&scope).await.unwrap();
        let password = snapshot.account.unwrap().email.unwrap().password.unwrap();
        let against = Some(password.version);
        let guess = Guess { ticket, against, verdict: Verdict::Right, rehash: None };
        let command = Command::SignIn { email, guess, kind: SessionKind::Browser };
        let draws = Draws { device_digest: device, ..self.draws() };
        let outcome = self.carry(scope, command, draws).await;
        assert!(matches!(outcome, Outcome::Welcome(_)), "{outcome:?}");
    }

    /// The passkey is looked up, and the decision is made.
    async fn show_passkey(&mut self) {
        let member = self.next(|visits| &visits.showing);
        let (credential, device) = (member.credential.clone(), member.device);
        let owned = self.house.store.passkey(&credential).await.unwrap().unwrap();
        let ceremony =
            Ceremony { challenge: self.digest(), expires_at: Instant(NOW).plus(Millis::days(1)) };
        let (passkey, backup) = (owned.passkey.id, owned.passkey.backup);
        let shown =
            PasskeyShown { passkey, credential: credential.clone(), counter: 0, backup, ceremony };
        let scope = Scope {
            address: owned.email,
            device: Some(device),
            credential: Some(credential),
            ceremony: Some(ceremony.challenge),
            ..Scope::default()
        };
        let command = Command::SignInPasskey { shown, kind: SessionKind::Browser };
        let draws = Draws { device_digest: device, ..self.draws() };
        let outcome = self.carry(scope, command, draws).await;
        assert!(matches!(outcome, Outcome::Welcome(_)), "{outcome:?}");
    }

    /// An address is typed, then the code, then a password is chosen.
    async fn register(&mut self) {
        let email = Email::parse(&format!("{:016x}@example.jp", self.draw())).unwrap();
        let scope = Scope { address: Some(email.clone()), ..Scope::default() };
        let draws = self.draws();
        let (flow, code) = (draws.flow_digest, TypedCode::Matches(draws.challenge));
        self.carry(scope, Command::RegisterByEmail { email }, draws).await;
        let network = Some(Line::clean(&format!("2001:db8:{:x}::/64", self.draw() >> 48), 64));
        let scope = Scope { flow: Some(flow), network, ..Scope::default() };
        let draws = self.draws();
        self.carry(scope.clone(), Command::VerifyRegistration { code }, draws).await;
        let command = Command::CompleteRegistration {
            hash: PasswordHash(HASH.to_owned()),
            terms: None,
            kind: SessionKind::Browser,
        };
        let draws = self.draws();
        let outcome = self.carry(scope, command, draws).await;
        assert!(matches!(outcome, Outcome::Welcome(_)), "{outcome:?}");
    }

    async fn claim(&mut self) {
        let store = &self.house.store;
        let claimed = store.claim_mails([1; 16], Millis::minutes(10), CLAIMED).await.unwrap();
        assert_eq!(i64::try_from(claimed.len()), Ok(CLAIMED));
        // The newest may be codes for those who have no account yet.
        let of_accounts = claimed.iter().filter(|mail| mail.methods.is_some()).count();
        assert!(of_accounts * 2 >= claimed.len(), "{of_accounts} of {}", claimed.len());
    }

    async fn sweep(&mut self, least: u64) {
        let swept = self.house.store.sweep(&Policy::default(), SWEPT).await.unwrap();
        assert!(swept.most() >= least, "{swept:?}");
    }

    async fn sweep_all(&self) {
        while self.house.store.sweep(&Policy::default(), 10_000).await.unwrap().most() > 0 {}
    }

    async fn leave_mails(&mut self, count: i64) {
        let whose = format!("(n * 7919 % {} + 1)", self.house.accounts);
        let at = format!("{}", NOW - 3_600_000);
        let spelling = Spelling(self.house.engine());
        let range = self.make(count);
        self.house.run(&tables::mails(spelling, range, (&whose, &at), "'waiting'")).await;
    }

    async fn leave_what_is_over(&mut self, count: i64) {
        let at = format!("({} + n % 1000)", NOW - 8_640_000_000);
        let spelling = Spelling(self.house.engine());
        let range = self.make(count);
        for statement in tables::passing(spelling, range, &at) {
            self.house.run(&statement).await;
        }
    }

    fn make(&mut self, count: i64) -> (i64, i64) {
        let first = self.made + 1;
        self.made += count;
        (first, self.made)
    }

    fn next<'v>(&'v mut self, of: fn(&'v Self) -> &'v Vec<Member>) -> &'v Member {
        self.come += 1;
        let (come, members) = (self.come, of(self));
        &members[come % members.len()]
    }

    async fn carry(&self, scope: Scope, command: Command, draws: Draws) -> Outcome {
        let (decision, policy, asker) = (draws.decision, Policy::default(), asker());
        let decide = move |snapshot: &Snapshot, now| {
            let context = Context { now, draws: &draws, policy: &policy, asker: &asker };
            decide(snapshot, &command, &context)
        };
        self.house.store.transact(scope, decision, decide).await.unwrap()
    }

    /// The next number of SplitMix64.
    fn draw(&mut self) -> u64 {
        self.drawn = self.drawn.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.drawn;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn digest(&mut self) -> Digest {
        let mut digest = [0; 32];
        for part in digest.chunks_mut(8) {
            part.copy_from_slice(&self.draw().to_be_bytes());
        }
        Digest(digest)
    }

    /// A UUID of version 7: it begins with the time.
    fn id(&mut self) -> [u8; 16] {
        let (high, low) = (u128::from(self.draw()), u128::from(self.draw()));
        let time = u128::from(NOW.unsigned_abs()) << 80;
        (time | 0x7 << 76 | (high & 0xfff) << 64 | 0b10 << 62 | low >> 2).to_be_bytes()
    }

    fn draws(&mut self) -> Draws {
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

/// Members whose numbers end with this digit, from all over the house.
async fn members(house: &House, digit: i64) -> Vec<Member> {
    let spelling = Spelling(house.engine());
    let tens = house.accounts / 10;
    let chosen = tens.min(CHOSEN);
    let numbers = (0..chosen).map(|n| format!("({})", n * tens / chosen * 10 + digit));
    let hex = |bytes: String| match house.engine() {
        Engine::Sqlite => format!("lower(hex({bytes}))"),
        Engine::Postgres => format!("encode({bytes}, 'hex')"),
    };
    let all = [
        hex(tables::account(spelling, "n")),
        hex(spelling.digest(tables::SESSION, "n")),
        hex(spelling.digest(tables::DEVICE, "n")),
        hex(spelling.digest(tables::PASSKEY, "n")),
    ];
    let sql = format!(
        "with v(m) as (values {}), g(n) as (select cast(m as bigint) from v) select {}, {}, n from g",
        numbers.collect::<Vec<_>>().join(", "),
        tables::address(spelling, "n"),
        all.join(" || ")
    );
    let read = |(address, hex, _): (String, String, i64)| {
        let bytes = |part: std::ops::Range<usize>| {
            let each = part.map(|n| u8::from_str_radix(&hex[n * 2..n * 2 + 2], 16).unwrap());
            each.collect::<Vec<_>>()
        };
        let digest = |from: usize| Digest(bytes(from..from + 32).try_into().unwrap());
        Member {
            account: AccountId(bytes(0..16).try_into().unwrap()),
            email: Email::parse(&address).unwrap(),
            session: digest(16),
            device: digest(48),
            credential: CredentialId::new(&bytes(80..112)).unwrap(),
        }
    };
    house.ask(&sql).await.into_iter().map(read).collect()
}

fn asker() -> Asker {
    Asker {
        origin: Origin {
            address: Line::clean("203.0.113.7", 64),
            label: Line::clean("Firefox · Windows", 64),
        },
        network: Line::clean("203.0.113.7", 64),
        locale: Locale::Ja,
        actor: Actor::Visitor,
    }
}

/// Mails that are claimed at a time.
const CLAIMED: i64 = 20;
/// Rows of a kind that a sweep takes at most.
const SWEPT: i64 = 100;
/// Members that are chosen for each kind of work.
const CHOSEN: i64 = 5_000;
const HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
