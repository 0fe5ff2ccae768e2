//! The sample rows of the migrations, loaded by the program of today.
//!
//! The sample of a step is what its program wrote: whatever later steps do to it, the rules must be able to read it. A
//! change of a stored spelling without a migration is found here.

mod members;
mod rows;
mod support;

use accounts::*;
use rows::{Rows, line};
use store::{MIGRATIONS, MailCounts, Store, migrate_list};
use support::both;

fn id(last: u8) -> [u8; 16] {
    let mut id = *b"\x01\x92\xf0\xc0\x00\x00\x70\x00\x80\x00\x00\x00\x00\x00\x00\x00";
    id[15] = last;
    id
}

fn digest(first: u8, last: u8) -> Digest {
    let mut digest = [0; 32];
    (digest[0], digest[31]) = (first, last);
    Digest(digest)
}

fn at(seconds: i64) -> Instant {
    Instant(1_790_000_000_000 + seconds * 1_000)
}

async fn with_samples() -> Vec<Rows> {
    let mut all = Vec::new();
    for house in both().await {
        // As it was: each step comes over the rows that the programs before it wrote.
        for (n, step) in MIGRATIONS.iter().enumerate() {
            migrate_list(&house.database, &MIGRATIONS[..=n]).await.unwrap();
            house.script(step.sample).await;
        }
        let rows = Rows::over(house).await;
        rows.set_clock(at(470)).await;
        all.push(rows);
    }
    all
}

fn hanako() -> Account {
    let (desk, phone) = (DeviceId(id(0x21)), DeviceId(id(0x22)));
    let here = Origin { address: line("192.0.2.7"), label: line("Firefox · Windows") };
    let away = Origin { address: line("2001:db8::7"), label: line("読書アプリ") };
    let session = Session {
        id: SessionId(id(0x11)),
        account: AccountId(id(1)),
        digest: digest(0xd1, 1),
        kind: SessionKind::Browser,
        device: desk,
        method: Method::Email,
        started_at: at(0),
        seen_at: at(300),
        proved_at: at(0),
        proved_by: Method::Email,
        origin: here.clone(),
    };
    let by_app = Session {
        id: SessionId(id(0x12)),
        digest: digest(0xd1, 2),
        kind: SessionKind::App,
        device: phone,
        started_at: at(400),
        seen_at: at(400),
        proved_at: at(400),
        origin: away.clone(),
        ..session.clone()
    };
    let device = |id, last, label: &Line, at| {
        let label = label.clone();
        Device { id, digest: digest(0xd2, last), label, first_at: at, last_at: at }
    };
    let hash = PasswordHash("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA".to_owned());
    Account {
        id: AccountId(id(1)),
        created_at: at(0),
        display_name: line("花子"),
        locale: Locale::Ja,
        email: Some(EmailMethod {
            email: Email::parse("Hanako@Example.jp").unwrap(),
            proven_at: at(0),
            added: Added { at: at(0), by: None },
            password: Some(PasswordRecord { version: 3, hash, set_at: at(200) }),
            unreachable_at: None,
        }),
        password_version: 3,
        links: vec![nameless()],
        passkeys: Vec::new(),
        passkey_declined: None,
        contact: Addressed::Email,
        contact_since: at(0),
        withdrawn: None,
        lost: None,
        suspended: Some(Suspension { at: at(500), reason: line("看板の件") }),
        terms: Some(TermsAccepted { version: line("2026-11"), at: at(0) }),
        epoch: 0,
        changes: Vec::new(),
        sessions: vec![session, by_app],
        devices: vec![device(desk, 1, &here.label, at(0)), device(phone, 2, &away.label, at(400))],
        grants: vec![apps_grant()],
    }
}

/// Of the two grants of the sample the one that is not over.
fn apps_grant() -> ClientGrant {
    ClientGrant {
        id: GrantId(id(0x91)),
        account: AccountId(id(1)),
        client: line("reader-app"),
        session: SessionId(id(0x11)),
        reach: GrantReach::Offline,
        scope: line("openid profile offline_access"),
        proved_at: at(0),
        proved_by: Method::Email,
        started_at: at(100),
        seen_at: at(200),
        used: 1,
        live: Some(digest(0x91, 1)),
        ended_at: None,
    }
}

/// A method that never had an address, added by her first session.
fn nameless() -> Link {
    Link {
        provider: Provider::parse("example-id").unwrap(),
        identity: Identity::new("https://id.example.org", "nameless").unwrap(),
        address: None,
        added: Added { at: at(-40_000), by: Some(SessionId(id(0x11))) },
        held_at: None,
    }
}

fn hanakos_address() -> AddressState {
    let (desk, phone) = (DeviceId(id(0x21)), DeviceId(id(0x22)));
    let ticket = |last, lane, taken_at| Ticket { id: TicketId(id(last)), lane, taken_at };
    let code = Challenge {
        id: ChallengeId(id(0x41)),
        purpose: Purpose::Register,
        kind: ChallengeKind::Code,
        digits: Digits::Twelve,
        key: 7,
        issued_at: at(-100),
        expires_at: at(1_700),
        spent_at: Some(at(0)),
    };
    let mail = Challenge {
        id: ChallengeId(id(0x42)),
        kind: ChallengeKind::AccountExists,
        digits: Digits::Sixteen,
        issued_at: at(400),
        expires_at: at(2_200),
        spent_at: None,
        ..code.clone()
    };
    AddressState {
        email: Email::parse("Hanako@Example.jp").unwrap(),
        owner: Some(AccountId(id(1))),
        stored: Some(Email::parse("Hanako@Example.jp").unwrap()),
        holders: Vec::new(),
        guesses: GuessLimit {
            wrong: 2,
            last_wrong_at: Some(at(400)),
            locked_at: None,
            told_at: Some(at(100)),
            tickets: vec![
                ticket(0x31, Lane::Strangers, at(450)),
                ticket(0x32, Lane::Device(desk), at(460)),
            ],
            devices: vec![DeviceGuesses { device: phone, wrong: 1, last_wrong_at: at(430) }],
        },
        code_tries: CodeTries { wrong: 120, since: Some(at(0)), long_until: Some(at(86_400)) },
        cooling_until: Some(at(2_200)),
        challenges: vec![code, mail],
        numbers: Vec::new(),
    }
}

#[tokio::test]
async fn the_sample_of_a_member_is_loaded_whole() {
    for rows in with_samples().await {
        let scope = Scope {
            session: Some(digest(0xd1, 1)),
            device: Some(digest(0xd2, 2)),
            flow: Some(digest(0xd3, 1)),
            network: Some(line("192.0.2.7")),
            ..Scope::default()
        };
        let account = hanako();
        let flow = Flow {
            digest: digest(0xd3, 1),
            purpose: Purpose::Register,
            email: Some(Email::parse("Hanako@Example.jp").unwrap()),
            shown: None,
            waits_for: None,
            stage: Stage::Proven,
            wrong: 1,
            started_at: at(400),
            expires_at: at(2_200),
            bound: None,
            grant: None,
        };
        let expected = Snapshot {
            address: Some(hanakos_address()),
            presented: account.sessions.first().cloned(),
            hanging: Vec::new(),
            device: account.devices.last().map(|device| device.id),
            account: Some(account),
            flow: Some(flow),
            trip: None,
            heard: None,
            identity: None,
            credential: None,
            spent: None,
            elsewhere: Vec::new(),
            network: Some(NetworkTries { network: line("192.0.2.7"), wrong: 4, since: at(300) }),
            grant: None,
            awaited: Vec::new(),
        };
        assert_eq!(rows.store.load(&scope).await.unwrap().0, expected);
        rows.leave().await;
    }
}

#[tokio::test]
async fn the_samples_of_addresses_lines_and_mails_are_read() {
    for rows in with_samples().await {
        let store = &rows.store;
        let nobody = Email::parse("NOBODY@example.jp").unwrap();
        let (snapshot, _) = store.load(&rows::at_address(&nobody)).await.unwrap();
        let address = snapshot.address.unwrap();
        assert_eq!((address.owner, snapshot.account), (None, None));
        assert_eq!((address.guesses.wrong, address.guesses.locked_at), (10, Some(at(400))));
        let lines = store.activity(AccountId(id(1)), None, 10).await.unwrap();
        let kinds = lines.iter().map(|(_, line)| (line.kind, line.actor)).collect::<Vec<_>>();
        let expected = [
            (ActivityKind::Suspended, Actor::Operator),
            (ActivityKind::SignedIn, Actor::Visitor),
            (ActivityKind::Registered, Actor::Visitor),
        ];
        assert_eq!(kinds, expected);
        mails_are_read(store).await;
        rows.leave().await;
    }
}

async fn mails_are_read(store: &Store) {
    let counts = store.mail_counts().await.unwrap();
    assert_eq!(counts, MailCounts { waiting: 5, sent: 1, given_up: 1, dropped: 1 });
    let mails = store.claim_mails([9; 16], Millis::minutes(1), 10).await.unwrap();
    // The fourth one is leased to somebody until later.
    let [changed, removed, code, verified] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!((code.mail.kind, code.tries), (MailKind::RegisterCode, 1));
    assert_eq!(code.challenge.as_ref().map(|code| code.id), Some(ChallengeId(id(0x41))));
    assert_eq!(code.mail.useless_at, Some(at(2_200)));
    assert_eq!((code.mail.number, code.mail.until), (None, None));
    assert_eq!((changed.mail.kind, changed.number.as_ref()), (MailKind::EmailChanged, Some(&undo())));
    assert_eq!((verified.mail.kind, verified.number.as_ref()), (MailKind::ResetVerified, None));
    assert_eq!(verified.mail.until, Some(at(2_200)));
    members::passkeys::letter_is_read(removed);
}

fn undo() -> Number {
    Number {
        id: NumberId(id(0x71)),
        kind: NumberKind::Undo(ChangeId(id(0x61))),
        account: AccountId(id(2)),
        key: 7,
        issued_at: at(-10_000),
        expires_at: at(249_200),
        spent_at: None,
    }
}

/// A reset under way: the password is void, the code is spent, and one form can set a new one.
#[tokio::test]
async fn the_sample_of_a_reset_is_loaded_whole() {
    for rows in with_samples().await {
        let flow = Flow {
            digest: digest(0xd3, 3),
            purpose: Purpose::Reset,
            email: Some(Email::parse("a..b.@docomo.ne.jp").unwrap()),
            shown: None,
            waits_for: None,
            stage: Stage::Proven,
            wrong: 0,
            started_at: at(300),
            expires_at: at(2_200),
            bound: Some(Bound { account: AccountId(id(2)), epoch: 3, session: None }),
            grant: Some(Grant { code: ChallengeId(id(0x43)), form: digest(0xd4, 1) }),
        };
        let scope = Scope { flow: Some(flow.digest), numbers: Numbers::Undo, ..Scope::default() };
        let (snapshot, _) = rows.store.load(&scope).await.unwrap();
        assert_eq!(snapshot.flow, Some(flow));
        let account = snapshot.account.unwrap();
        assert_eq!((account.id, account.epoch), (AccountId(id(2)), 3));
        // They were noted when an account had one method: the picture is what is there now, with the address of then.
        let now = Methods::of(&account);
        let added = Added { at: at(100), by: None };
        let email = Email::parse("former@example.jp").unwrap();
        let former = KeptEmail { email, proven_at: at(-10_000_000), added };
        let then = Methods { email: Some(former), ..now.clone() };
        let change = |last, kind, from, until, before: &Methods| Change {
            id: ChangeId(id(last)),
            kind,
            at: at(from),
            until: at(until),
            by: None,
            before: before.clone(),
        };
        let changes = [
            change(0x61, ChangeKind::Email, -10_000, 249_200, &then),
            change(0x62, ChangeKind::Password, -9_900, 249_300, &now),
        ];
        assert_eq!(account.changes, changes);
        assert_eq!(now.email.as_ref().map(|kept| kept.added), Some(added));
        assert_eq!((account.password_version, account.email.unwrap().password), (5, None));
        let address = snapshot.address.unwrap();
        assert_eq!(address.owner, Some(AccountId(id(2))));
        assert_eq!(address.challenges[0].spent_at, Some(at(400)));
        rows.leave().await;
    }
}

#[tokio::test]
async fn the_samples_of_numbers_and_of_a_change_of_address_are_read() {
    for rows in with_samples().await {
        let at_address = |address, numbers| Scope {
            address: Some(Email::parse(address).unwrap()),
            numbers,
            ..Scope::default()
        };
        let former = at_address("former@example.jp", Numbers::Undo);
        let address = rows.store.load(&former).await.unwrap().0.address.unwrap();
        assert_eq!((address.owner, address.numbers), (None, vec![undo()]));
        let kinds = |address: &AddressState| address.challenges[0].kind;
        assert_eq!(
            kinds(&rows.store.load(&former).await.unwrap().0.address.unwrap()),
            ChallengeKind::UndoOffered
        );
        let own = at_address("hanako@example.jp", Numbers::NotMe);
        let address = rows.store.load(&own).await.unwrap().0.address.unwrap();
        let number = Number {
            id: NumberId(id(0x72)),
            kind: NumberKind::NotMe(SessionId(id(0x12))),
            account: AccountId(id(1)),
            key: 7,
            issued_at: at(400),
            expires_at: at(605_200),
            spent_at: Some(at(450)),
        };
        assert_eq!(address.numbers, [number]);
        let nobody = at_address("nobody@example.jp", Numbers::Undo);
        let address = rows.store.load(&nobody).await.unwrap().0.address.unwrap();
        assert_eq!((kinds(&address), address.numbers), (ChallengeKind::Nobody, vec![]));
        let scope = Scope { flow: Some(digest(0xd3, 4)), ..Scope::default() };
        let flow = rows.store.load(&scope).await.unwrap().0.flow.unwrap();
        let session = Some(SessionId(id(0x11)));
        assert_eq!(flow.bound, Some(Bound { account: AccountId(id(1)), epoch: 0, session }));
        assert_eq!((flow.purpose, flow.grant), (Purpose::ChangeEmail, None));
        rows.leave().await;
    }
}

/// The password is kept as bytes, and the address is written as it is compared.
#[tokio::test]
async fn the_sample_of_a_packed_password_is_read() {
    for rows in with_samples().await {
        let email = Email::parse("KIYOSHI@example.jp").unwrap();
        let snapshot = rows.store.load(&rows::at_address(&email)).await.unwrap().0;
        let email = Email::parse("kiyoshi@example.jp").unwrap();
        assert_eq!(snapshot.address.unwrap().stored.as_ref(), Some(&email));
        let hash = PasswordHash(rows::HASH.to_owned());
        let method = EmailMethod {
            email,
            proven_at: at(0),
            added: Added { at: at(0), by: None },
            password: Some(PasswordRecord { version: 2, hash, set_at: at(100) }),
            unreachable_at: None,
        };
        let account = snapshot.account.unwrap();
        assert_eq!((account.id, account.email), (AccountId(id(6)), Some(method)));
        rows.leave().await;
    }
}

#[test]
fn every_table_has_a_sample_row_and_both_engines_have_the_same_tables() {
    let samples = MIGRATIONS.iter().map(|step| step.sample).collect::<String>();
    for step in MIGRATIONS {
        for table in step.sqlite.split("create table ").skip(1) {
            let name = table.split_whitespace().next().unwrap();
            assert!(
                samples.contains(&format!("insert into {name} ("))
                    || samples.contains(&format!("insert into {name}\n")),
                "{name}"
            );
        }
        let in_postgres_words = step
            .sqlite
            .replace(" blob", " bytea")
            .replace(" integer", " bigint")
            .replace(") strict, without rowid;", ");");
        assert_eq!(in_postgres_words, step.postgres, "{}", step.name);
    }
}
