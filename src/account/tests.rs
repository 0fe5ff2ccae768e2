//! The commands about one account, over a real database with a member who came by a provider.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};

use accounts::{
    Actor, Asker, Ceremony, ChallengeId, ChangeId, Command, Context, Creation, CredentialId,
    DecisionId, DeviceId, Digest, Draws, Identity, Instant, NUMBERS_DRAWN, NewPasskey, NumberId,
    Origin, PasskeyId, Person, Policy, Provider, PublicKey, Relay, SessionId, SessionKind, Shown,
    TicketId, TripErrand, Vouched, decide,
};
use store::{Database, Store};

use super::*;
use crate::command::ConfigFile;

const MAIL: &str = "hanako@gmail.com";

struct House {
    desk: Desk,
    database: Database,
    folder: std::path::PathBuf,
}

static FOLDERS: AtomicU32 = AtomicU32::new(0);
static DRAWN: AtomicU8 = AtomicU8::new(1);

fn draws() -> Draws {
    let next = || [DRAWN.fetch_add(1, Ordering::Relaxed); 16];
    let digest = || Digest([DRAWN.fetch_add(1, Ordering::Relaxed); 32]);
    Draws {
        decision: DecisionId(next()),
        account: AccountId(next()),
        session: SessionId(next()),
        session_digest: digest(),
        device: DeviceId(next()),
        device_digest: digest(),
        flow_digest: digest(),
        form_digest: digest(),
        trip_state: digest(),
        trip_browser: digest(),
        passkey: PasskeyId(next()),
        challenge: ChallengeId(next()),
        numbers: [(); NUMBERS_DRAWN].map(|()| NumberId(next())),
        change: ChangeId(next()),
        code_key: 1,
        ticket: TicketId(next()),
    }
}

impl House {
    async fn open() -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("genkan-desk-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let clock = Clock::system();
        let ticking = clock.clone();
        let now = Arc::new(move || ticking.now().0);
        let database = Database::open_sqlite(&folder.join("genkan.db"), Role::Server, now).unwrap();
        store::migrate(&database).await.unwrap();
        let desk = Desk::new(Store::new(database.clone()), Policy::default(), clock, 1);
        Self { desk, database, folder }
    }

    async fn close(self) {
        self.database.close().await;
        std::fs::remove_dir_all(&self.folder).ok();
    }

    async fn decided(&self, scope: Scope, command: Command, draws: &Draws) -> Outcome {
        let (policy, draws) = (self.desk.policy().clone(), draws.clone());
        let (decision, scope) = (draws.decision, Scope { numbers: command.numbers(), ..scope });
        let line = |text: &str| Line::clean(text, 60);
        let origin = Origin { address: line("192.0.2.1"), label: line("iPhone · Safari") };
        let (network, locale) = (line("192.0.2.1"), Locale::En);
        let asker = Asker { origin, network, locale, actor: Actor::Visitor };
        let work = move |seen: &accounts::Snapshot, now| {
            let context = Context { now, draws: &draws, policy: &policy, asker: &asker };
            decide(seen, &command, &context)
        };
        self.desk.store().transact(scope, decision, work).await.unwrap()
    }

    /// Somebody registers with Google; what was drawn for the account and its session.
    async fn joined(&self) -> Draws {
        let shown = Shown {
            provider: Provider::parse("google").unwrap(),
            identity: Identity::new("https://accounts.google.com", "10769150350006150715113").unwrap(),
            address: Email::parse(MAIL),
            vouched: Vouched::Yes,
            relay: Relay::Own,
            name: Line::clean("Hanako", 50),
        };
        let (begun, come, made) = (draws(), draws(), draws());
        let begin = Command::BeginTrip {
            provider: shown.provider,
            errand: TripErrand::SignIn,
            next: Line::clean("", 1),
        };
        assert_eq!(self.decided(Scope::default(), begin, &begun).await, Outcome::Done);
        let scope = Scope {
            address: shown.address.clone(),
            identity: Some(shown.identity.clone()),
            trip: Some(begun.trip_state),
            ..Scope::default()
        };
        let kind = SessionKind::Browser;
        let arrive = Command::Arrive { browser: begun.trip_browser, shown, kind };
        let met = self.decided(scope, arrive, &come).await;
        assert!(matches!(met, Outcome::IdentityFree(_)), "{met:?}");
        let display_name = Line::clean("Hanako", 50);
        let register = Command::RegisterIdentity { display_name, terms: None, kind };
        let scope = Scope { flow: Some(come.flow_digest), ..Scope::default() };
        let done = self.decided(scope, register, &made).await;
        assert!(matches!(done, Outcome::Welcome(_)), "{done:?}");
        made
    }

    /// The member of that session adds a passkey of iCloud's that is synced.
    async fn added_passkey(&self, member: &Draws) {
        let credential = CredentialId::new(&[0xab; 32]).unwrap();
        let ceremony = Ceremony { challenge: Digest([0xcd; 32]), expires_at: Instant(i64::MAX) };
        let made = NewPasskey {
            credential: credential.clone(),
            key: PublicKey(vec![0xef; 77]),
            name: Line::clean("Hanako’s iPhone", 64),
            aaguid: 0xfbfc_3007_154e_4ecc_8c0b_6e02_0557_d7bd_u128.to_be_bytes(),
            transports: Line::clean("internal,hybrid", 64),
            backup: Backup::BackedUp,
            counter: 0,
            person: Person::Verified,
            creation: Creation::Asked,
            session: member.session,
            ceremony,
        };
        let scope = Scope {
            account: Some(member.account),
            session: Some(member.session_digest),
            credential: Some(credential),
            ceremony: Some(ceremony.challenge),
            ..Scope::default()
        };
        let added = self.decided(scope, Command::AddPasskey { made }, &draws()).await;
        assert!(matches!(added, Outcome::PasskeyAdded(_)), "{added:?}");
    }

    async fn says(&self, command: fn(AccountArguments) -> AccountCommand, whom: &str) -> String {
        self.answers(command, whom, Output::Text).await.unwrap().result
    }

    async fn answers(
        &self,
        command: fn(AccountArguments) -> AccountCommand,
        whom: &str,
        output: Output,
    ) -> Result<Answer, Trouble> {
        let config = ConfigFile { config: None };
        let arguments = AccountArguments { account: whom.to_owned(), reason: None, by: None, config };
        with_desk(&command(arguments), &self.desk, output).await.map(|(answer, _)| answer)
    }
}

#[tokio::test]
async fn an_address_that_is_held_through_a_provider_alone_is_shown_with_its_account() {
    let house = House::open().await;
    house.joined().await;
    let text = house.says(AccountCommand::Show, MAIL).await;
    assert!(text.contains("Contact   hanako@gmail.com"), "{text}");
    assert!(text.contains("Methods   google hanako@gmail.com since "), "{text}");
    assert!(text.contains(", contact\n"), "{text}");
    let shown = house.answers(AccountCommand::Show, MAIL, Output::Json).await.unwrap().result;
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["account"]["login_methods"][0]["method"], "google");
    assert_eq!(shown["account"]["login_methods"][0]["contact"], true);
    let id = shown["account"]["id"].as_str().unwrap();
    assert!(house.says(AccountCommand::Show, id).await.contains(id));
    let nobody = house.says(AccountCommand::Show, "nobody@example.jp").await;
    assert!(nobody.starts_with("Nobody has this address."), "{nobody}");
    house.close().await;
}

/// R-WITHDRAW-3, for whoever asks the operator.
#[tokio::test]
async fn r_withdraw_3_the_operator_writes_the_members_file() {
    let house = House::open().await;
    house.joined().await;
    let text = house.says(AccountCommand::Export, MAIL).await;
    let file: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(file["account"]["display_name"], "Hanako");
    assert_eq!(file["methods"][0]["subject"], "10769150350006150715113");
    assert_eq!(file["sessions"][0]["current"], false);
    // That it was taken stands in it, as the operator's doing (Always 4).
    let line = |n: usize, name: &str| file["activity"][n][name].clone();
    assert_eq!((line(0, "kind"), line(0, "actor")), ("exported".into(), "operator".into()));
    assert_eq!(line(1, "kind"), "registered");
    let unknown = house.answers(AccountCommand::Export, "nobody@example.jp", Output::Text).await;
    assert_eq!(unknown.unwrap_err(), "There is no such account.");
    house.close().await;
}

/// R-PASSKEY-4: the support desk sees what its member sees, and nothing that only the device and the rows need.
#[tokio::test]
async fn r_passkey_4_passkeys_are_shown_by_name_and_without_credential_or_key() {
    let house = House::open().await;
    let member = house.joined().await;
    house.added_passkey(&member).await;
    let text = house.says(AccountCommand::Show, MAIL).await;
    assert!(text.contains("\n          passkey “Hanako’s iPhone” since "), "{text}");
    assert!(text.contains(", iCloud Keychain, synced, never used, id "), "{text}");
    let shown = house.answers(AccountCommand::Show, MAIL, Output::Json).await.unwrap().result;
    let parsed: Value = serde_json::from_str(&shown).unwrap();
    let passkey = &parsed["account"]["login_methods"][1];
    assert_eq!((&passkey["method"], &passkey["name"]), (&json!("passkey"), &json!("Hanako’s iPhone")));
    assert_eq!(
        (&passkey["authenticator"], &passkey["synced"]),
        (&json!("iCloud Keychain"), &json!(true))
    );
    assert!(passkey["added_at"].is_string() && passkey["used_at"].is_null(), "{passkey}");
    let id = passkey["id"].as_str().unwrap();
    assert!(text.ends_with(id) || text.contains(&format!("id {id}\n")), "{text}");

    let file = house.says(AccountCommand::Export, MAIL).await;
    let written: Value = serde_json::from_str(&file).unwrap();
    let stored = &written["passkeys"][0];
    assert_eq!((&stored["id"], &stored["name"]), (&json!(id), &json!("Hanako’s iPhone")));
    assert_eq!(stored["credential_id"], "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s");
    assert_eq!(stored["aaguid"], "fbfc3007-154e-4ecc-8c0b-6e020557d7bd");
    assert_eq!((&stored["synced"], &stored["can_be_synced"]), (&json!(true), &json!(true)));
    assert_eq!(stored["transports"], json!(["internal", "hybrid"]));
    assert_eq!(written["changes"][0]["method"], "passkey");
    assert_eq!(written["changes"][0]["passkey"], id);
    assert_eq!(written["changes"][0]["before"]["passkeys"], json!([]));
    assert_eq!(
        (&written["activity"][1]["kind"], &written["activity"][1]["passkey"]),
        (&json!("method-added"), &json!(id))
    );
    // The credential id stands in the member's own file alone, the key nowhere, however it is written.
    for shown in [&text, &shown] {
        assert!(!shown.contains("q6urq6ur") && !shown.to_lowercase().contains("abababab"), "{shown}");
    }
    for shown in [&text, &shown, &file] {
        assert!(!shown.contains("7-_v7-_v") && !shown.contains("7+/v7+/v"), "{shown}");
        assert!(!shown.to_lowercase().contains("efefefef") && !shown.contains("239,239"), "{shown}");
    }
    house.close().await;
}

/// R-WITHDRAW-1, at the member's wish: ended at once, its address free, and told with a number that undoes it.
#[tokio::test]
async fn r_withdraw_1_the_operator_ends_an_account_at_its_members_wish() {
    let house = House::open().await;
    house.joined().await;
    let shown = house.answers(AccountCommand::Show, MAIL, Output::Json).await.unwrap().result;
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let id = shown["account"]["id"].as_str().unwrap().to_owned();
    let text = house.says(AccountCommand::Withdraw, MAIL).await;
    assert!(text.starts_with("Withdrawn") && text.contains("Everything is erased at "), "{text}");
    assert!(house.says(AccountCommand::Show, MAIL).await.starts_with("Nobody has this address."));
    let after = house.says(AccountCommand::Show, &id).await;
    assert!(after.contains("State     withdrawn ") && after.contains("Methods   none"), "{after}");
    assert!(after.contains("Sessions  0"), "{after}");
    let file: Value = serde_json::from_str(&house.says(AccountCommand::Export, &id).await).unwrap();
    assert_eq!(file["account"]["withdrawn_methods"]["methods"][0]["address"], MAIL);
    // Once more says the same.
    assert!(house.says(AccountCommand::Withdraw, &id).await.contains("Everything is erased at "));
    let scope =
        Scope { address: Email::parse(MAIL), numbers: accounts::Numbers::Undo, ..Scope::default() };
    let (seen, _) = house.desk.store().load(&scope).await.unwrap();
    let kinds: Vec<_> = seen.address.unwrap().numbers.iter().map(|number| number.kind).collect();
    assert_eq!(kinds, [accounts::NumberKind::Restore]);
    house.close().await;
}
