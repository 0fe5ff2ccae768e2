//! What stays of a method that is over and of a member who has left: tokens until they are revoked, former identities
//! while they can be had back, and in the end nothing but an id.
//!
//! A part of the upkeep test. The look through all tables reads whatever columns there are, so that one which is added
//! later is looked at too.

use accounts::*;
use store::{Engine, IdentityToken, Store, Swept};

use crate::rows::passkeys::{self, Door};
use crate::rows::{Dice, Rows, asker, at_address, both_with_rows, line, register, say};
use crate::{sweep, wait};

const LEASE: Millis = Millis::minutes(5);

/// A member with an address of her own who has added Google, as the rules let her.
struct Member {
    account: AccountId,
    session: Digest,
    email: Email,
    shown: Shown,
}

impl Member {
    async fn with_google(store: &Store, dice: &Dice) -> Self {
        let email = dice.email("hanako");
        let (welcome, draws) = register(store, dice, &email).await;
        let subject = format!("subject {}", dice.network().as_str());
        let shown = Shown {
            provider: Provider::GOOGLE,
            identity: Identity::new("https://accounts.google.com", &subject).unwrap(),
            address: Some(dice.email("hanako.at.google")),
            vouched: Vouched::Yes,
            relay: Relay::Own,
            name: line("看板花子"),
        };
        let session = draws.session_digest;
        let member = Self { account: welcome.account, session, email, shown };
        let trip = dice.draws();
        let (provider, errand, next) = (Provider::GOOGLE, TripErrand::Link, line("/account"));
        let command = Command::BeginTrip { provider, errand, next };
        say(store, member.signed_in(), command, trip.clone()).await;
        let scope = Scope {
            trip: Some(trip.trip_state),
            identity: Some(member.shown.identity.clone()),
            account: Some(member.account),
            ..member.signed_in()
        };
        let (browser, kind) = (trip.trip_browser, SessionKind::Browser);
        let command = Command::Arrive { browser, shown: member.shown.clone(), kind };
        let told = say(store, scope, command, dice.draws()).await;
        assert_eq!(told.decision.outcome, Outcome::Linked(Provider::GOOGLE));
        member
    }

    fn signed_in(&self) -> Scope {
        Scope { session: Some(self.session), ..Scope::default() }
    }

    /// What a member does with the methods; answers with the number for the first who is told.
    async fn ask(&self, store: &Store, dice: &Dice, command: Command) -> NumberId {
        let scope = Scope { account: Some(self.account), ..at_address(&self.email) };
        let draws = dice.draws();
        let scope = Scope { session: Some(self.session), ..scope };
        let told = say(store, scope, command, draws.clone()).await;
        assert!(!matches!(told.decision.outcome, Outcome::Refused(_)), "{:?}", told.decision.outcome);
        draws.numbers[0]
    }

    async fn take_back(&self, store: &Store, dice: &Dice, number: NumberId) {
        let (email, number) = (self.email.clone(), TypedNumber::Matches(number));
        let scope = Scope { account: Some(self.account), ..at_address(&email) };
        let told = say(store, scope, Command::Undo { email, number }, dice.draws()).await;
        assert!(!matches!(told.decision.outcome, Outcome::Refused(_)), "{:?}", told.decision.outcome);
    }

    fn token(&self, sealed: &[u8]) -> IdentityToken {
        let identity = self.shown.identity.clone();
        IdentityToken { identity, provider: Provider::GOOGLE, sealed: sealed.to_vec(), tries: 0 }
    }

    const PART: Command =
        Command::RemoveMethod { method: Addressed::Provider(Provider::GOOGLE), successor: None };
}

async fn due(store: &Store) -> Vec<IdentityToken> {
    store.tokens_due(LEASE, 10).await.unwrap()
}

/// R-WITHDRAW-1: the end of a method makes its token due in the same transaction, and what takes that back takes it away.
#[tokio::test]
async fn r_withdraw_1_a_token_is_due_from_when_its_method_is_over_and_not_when_it_is_back() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let member = Member::with_google(store, &dice).await;
        store.keep_token(member.token(&[1])).await.unwrap();
        wait(&rows, Millis::minutes(2)).await;
        assert_eq!(due(store).await, []);
        let number = member.ask(store, &dice, Member::PART).await;
        let once = IdentityToken { tries: 1, ..member.token(&[1]) };
        assert_eq!(due(store).await, [once]);
        member.take_back(store, &dice, number).await;
        wait(&rows, Millis::minutes(6)).await;
        assert_eq!(due(store).await, []);
        rows.leave().await;
    }
}

#[tokio::test]
async fn r_withdraw_1_a_withdrawal_makes_tokens_due_and_a_restoration_keeps_them() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let member = Member::with_google(store, &dice).await;
        store.keep_token(member.token(&[1])).await.unwrap();
        // A newer one takes the place of the last.
        store.keep_token(member.token(&[2])).await.unwrap();
        let number = member.ask(store, &dice, Command::Withdraw).await;
        let taken = |tries| IdentityToken { tries, ..member.token(&[2]) };
        assert_eq!(due(store).await, [taken(1)]);
        // Leased: nobody else gets it, until the lease has run out.
        assert_eq!(due(store).await, []);
        wait(&rows, LEASE).await;
        assert_eq!(due(store).await, [taken(2)]);
        wait(&rows, LEASE).await;
        member.take_back(store, &dice, number).await;
        assert_eq!(due(store).await, []);
        // Ended is what was revoked, not what is in use again.
        store.token_ended(&member.shown.identity).await.unwrap();
        member_leaves_again(&rows, &dice, &member).await;
        assert_eq!(due(store).await, [taken(1)]);
        store.token_ended(&member.shown.identity).await.unwrap();
        wait(&rows, LEASE).await;
        assert_eq!(due(store).await, []);
        rows.leave().await;
    }
}

async fn member_leaves_again(rows: &Rows, dice: &Dice, member: &Member) {
    let scope = Scope { account: Some(member.account), ..Scope::default() };
    let told = say(&rows.store, scope, Command::WithdrawFor, dice.draws()).await;
    assert!(matches!(told.decision.outcome, Outcome::Withdrawn { .. }));
}

/// Whoever comes back from a provider and goes away leaves a token that nobody would ever revoke.
#[tokio::test]
async fn a_token_of_nobody_is_due_after_a_day_and_one_of_a_member_never() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let member = Member::with_google(store, &dice).await;
        store.keep_token(member.token(&[1])).await.unwrap();
        let identity = Identity::new("https://accounts.google.com", "nobody").unwrap();
        let alone = IdentityToken { identity, ..member.token(&[2]) };
        store.keep_token(alone.clone()).await.unwrap();
        wait(&rows, Millis::hours(23)).await;
        assert_eq!(due(store).await, []);
        wait(&rows, Millis::hours(2)).await;
        assert_eq!(due(store).await, [IdentityToken { tries: 1, ..alone }]);
        rows.leave().await;
    }
}

#[tokio::test]
async fn trips_reports_and_former_identities_go_at_their_end_and_not_before() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let member = Member::with_google(store, &dice).await;
        let (provider, errand, next) = (Provider::GOOGLE, TripErrand::SignIn, line("/"));
        say(store, Scope::default(), Command::BeginTrip { provider, errand, next }, dice.draws()).await;
        let (report, identity) = (line("report 1"), member.shown.identity.clone());
        let at = store.now().await.unwrap();
        let heard = Scope {
            report: Some(report.clone()),
            identity: Some(identity.clone()),
            ..Scope::default()
        };
        let news = News::SessionsRevoked;
        let command = Command::HearProvider { report, provider, identity, at, news };
        say(store, heard, command, dice.draws()).await;
        member.ask(store, &dice, Member::PART).await;
        let ended = |swept: Swept| (swept.trips, swept.formers, swept.reports);
        wait(&rows, Millis::minutes(9)).await;
        assert_eq!(ended(sweep(&rows).await), (0, 0, 0));
        wait(&rows, Millis::minutes(2)).await;
        assert_eq!(ended(sweep(&rows).await), (1, 0, 0));
        wait(&rows, Millis::hours(71)).await;
        assert_eq!(ended(sweep(&rows).await), (0, 0, 0));
        wait(&rows, Millis::hours(1)).await;
        assert_eq!(ended(sweep(&rows).await), (0, 1, 0));
        // A report that is up to a week old may still come again.
        wait(&rows, Millis::days(4)).await;
        assert_eq!(ended(sweep(&rows).await), (0, 0, 0));
        wait(&rows, Millis::days(2)).await;
        assert_eq!(ended(sweep(&rows).await), (0, 0, 1));
        rows.leave().await;
    }
}

/// Where one of the words stands, in whatever column of whatever table; of the outbox what does not wait any more.
async fn places(rows: &Rows, words: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for (table, values) in everything(rows).await {
        let says = |word: &&String| values.iter().any(|value| value.contains(word.as_str()));
        found.extend(words.iter().filter(says).map(|word| format!("{table}: {word}")));
    }
    found
}

/// Every value of every table, in small letters; bytes as text and as hexadecimal digits.
async fn everything(rows: &Rows) -> Vec<(String, Vec<String>)> {
    let of = |table: &str| match table {
        "mails" => "select * from mails where state <> 'waiting'".to_owned(),
        table => format!("select * from {table}"),
    };
    let mut all = Vec::new();
    match rows.house.database.engine() {
        Engine::Sqlite => {
            let file = rusqlite::Connection::open(rows.house.file()).unwrap();
            let names = "select name from sqlite_master where type = 'table'";
            for table in values_of(&file, names) {
                let values = values_of(&file, &of(&table));
                all.push((table, values));
            }
        }
        Engine::Postgres => {
            let url = rows.house.url.clone().unwrap();
            let (client, connection) =
                tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
            let driving = tokio::spawn(connection);
            let names = "select tablename from pg_tables where schemaname = 'public'";
            for row in client.query(names, &[]).await.unwrap() {
                let table = row.get::<_, String>(0);
                let mut values = Vec::new();
                for message in client.simple_query(&of(&table)).await.unwrap() {
                    let tokio_postgres::SimpleQueryMessage::Row(row) = message else { continue };
                    let columns = (0..row.len()).filter_map(|column| row.get(column));
                    values.extend(columns.map(str::to_lowercase));
                }
                all.push((table, values));
            }
            drop(client);
            driving.await.unwrap().unwrap();
        }
    }
    all
}

fn values_of(file: &rusqlite::Connection, text: &str) -> Vec<String> {
    let mut statement = file.prepare(text).unwrap();
    let columns = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut values = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        for column in 0..columns {
            match row.get_ref(column).unwrap() {
                rusqlite::types::ValueRef::Text(text) => {
                    values.push(String::from_utf8_lossy(text).to_lowercase());
                }
                rusqlite::types::ValueRef::Blob(bytes) => {
                    values.push(String::from_utf8_lossy(bytes).to_lowercase());
                    values.push(hex(bytes));
                }
                _ => {}
            }
        }
    }
    values
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// R-WITHDRAW-2: after the grace nothing personal is left in any column of any table, and what must be kept names the id
/// alone. Letters that still wait to be sent are the exception; they go the way of all letters.
#[tokio::test]
async fn r_withdraw_2_erasing_leaves_the_id_and_nothing_personal() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let member = Member::with_google(store, &dice).await;
        store.keep_token(member.token(b"sealed")).await.unwrap();
        let session = store.session(member.session).await.unwrap().unwrap().0.session.id;
        let door = Door { account: member.account, session, secret: member.session };
        let passkey = passkeys::add(store, &dice, door).await;
        let name = Some(line("看板花子"));
        let command = Command::ChangeProfile { display_name: name, locale: None };
        say(store, member.signed_in(), command, dice.draws()).await;
        let contact = Addressed::Provider(Provider::GOOGLE);
        member.ask(store, &dice, Command::ChooseContact { contact }).await;
        // Some letters were sent, and one was never to be sent.
        let letters = store.claim_mails([1; 16], LEASE, 10).await.unwrap();
        let refused = letters.iter().find(|letter| letter.mail.kind == MailKind::Welcome).unwrap();
        store.mail_given_up(refused.id, [1; 16], "550 hanako is not here").await.unwrap();
        for letter in letters.iter().filter(|letter| letter.id != refused.id) {
            store.mail_sent(letter.id, [1; 16], "250 ok").await.unwrap();
        }
        member.ask(store, &dice, Command::Withdraw).await;
        let google = member.shown.address.clone().unwrap();
        let origin = asker().origin;
        let words = [
            member.email.key(),
            google.key(),
            "hanako",
            member.shown.identity.subject(),
            "看板花子",
            origin.address.as_str(),
            origin.label.as_str(),
        ];
        let words = words.map(str::to_lowercase);
        let words = words.iter().flat_map(|word| [word.clone(), hex(word.as_bytes())]);
        let credential = hex(passkey.credential.as_bytes());
        let words = words.chain([credential, hex(&passkey.key.0)]).collect::<Vec<_>>();
        // The look finds what there is: the tables of the account, of its letters, and of what it can be had back by.
        let before = places(&rows, &words).await;
        for table in
            ["accounts", "activity", "mails", "numbers", "former_identities", "identity_tokens"]
        {
            assert!(before.iter().any(|place| place.starts_with(table)), "{table}: {before:?}");
        }

        wait(&rows, Millis::days(31)).await;
        for token in due(store).await {
            store.token_ended(&token.identity).await.unwrap();
        }
        while sweep(&rows).await.most() > 0 {}
        assert_eq!(store.due_to_be_erased(10).await.unwrap(), [member.account]);
        let scope = Scope { account: Some(member.account), ..Scope::default() };
        let told = say(store, scope, Command::Erase, dice.draws()).await;
        assert_eq!(told.decision.outcome, Outcome::Done);

        assert_eq!(places(&rows, &words).await, Vec::<String>::new());
        let lines = store.activity(member.account, None, 100).await.unwrap();
        assert!(lines.iter().any(|(_, line)| line.kind == ActivityKind::Registered), "{lines:?}");
        assert!(lines.iter().all(|(_, line)| line.origin.address.as_str().is_empty()));
        let scope = Scope { account: Some(member.account), ..Scope::default() };
        assert_eq!(store.load(&scope).await.unwrap().0.account, None);
        assert_eq!(store.due_to_be_erased(10).await.unwrap(), []);
        rows.leave().await;
    }
}
