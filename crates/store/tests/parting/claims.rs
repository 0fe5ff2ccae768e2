//! One identity, one address, one trip, and several who want it at the same time.
//!
//! Whoever is first has it; the others get the answer that they would have got a moment later, never a fault.

use store::{Database, PostgresOptions, Store};

use super::*;

fn shown(identity: &Identity, address: &Email) -> Shown {
    Shown {
        provider: GOOGLE,
        identity: identity.clone(),
        address: Some(address.clone()),
        vouched: Vouched::Yes,
        relay: Relay::Own,
        name: line(""),
    }
}

/// A trip to sign in that has just begun: its state, and the secret of its browser.
async fn begin(rows: &Rows, dice: &Dice) -> (Digest, Digest) {
    let draws = dice.draws();
    let errand = TripErrand::SignIn;
    let command = Command::BeginTrip { provider: GOOGLE, errand, next: line("/") };
    let told = say(&rows.store, Scope::default(), command, draws.clone()).await;
    assert_eq!(told.decision.outcome, Outcome::Done);
    (draws.trip_state, draws.trip_browser)
}

fn arrive(dice: &Dice, (state, browser): (Digest, Digest), address: &Email, shown: Shown) -> Order {
    let (trip, identity) = (Some(state), Some(shown.identity.clone()));
    let scope = Scope { trip, identity, ..at_address(address) };
    (scope, Command::Arrive { browser, shown, kind: SessionKind::Browser }, dice.draws())
}

/// Comes from Google as somebody unknown; the flow that is ready for the confirmation.
async fn meet(rows: &Rows, dice: &Dice, identity: &Identity, address: &Email) -> Digest {
    let trip = begin(rows, dice).await;
    let (scope, command, draws) = arrive(dice, trip, address, shown(identity, address));
    let flow = draws.flow_digest;
    let told = say(&rows.store, scope, command, draws).await;
    assert!(matches!(told.decision.outcome, Outcome::IdentityFree(_)), "{:?}", told.decision.outcome);
    flow
}

fn confirm(dice: &Dice, flow: Digest) -> Order {
    let (display_name, kind) = (line("花子"), SessionKind::Browser);
    (at_flow(flow), Command::RegisterIdentity { display_name, terms: None, kind }, dice.draws())
}

fn count(outcomes: &[Outcome], which: &Outcome) -> usize {
    outcomes.iter().filter(|outcome| *outcome == which).count()
}

fn welcomes(outcomes: &[Outcome]) -> usize {
    outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Welcome(_))).count()
}

async fn owner(rows: &Rows, identity: &Identity) -> Option<AccountId> {
    let scope = Scope { identity: Some(identity.clone()), ..Scope::default() };
    rows.store.load(&scope).await.unwrap().0.identity.unwrap().owner
}

/// R-METHOD-4, I3: two browsers came with one identity and confirm at once. They name different addresses, so nothing but
/// the identity itself stands between them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i3_of_two_registrations_with_one_identity_one_makes_the_account() {
    for rows in both_with_rows().await {
        let nodes = nodes(&rows).await;
        for _ in 0..50 {
            let dice = Dice::new();
            let identity = google(&dice, "hanako");
            let mut orders = Vec::new();
            for name in ["hanako", "other"] {
                let flow = meet(&rows, &dice, &identity, &dice.email(name)).await;
                orders.push(confirm(&dice, flow));
            }
            let answers = outcomes(all_at_once(&nodes, orders).await);
            assert_eq!(welcomes(&answers), 1, "{answers:?}");
            let taken = Outcome::Refused(Reason::IdentityTaken);
            assert_eq!(count(&answers, &taken), 1, "{answers:?}");
            let mut holders = Vec::new();
            for name in ["hanako", "other"] {
                holders.extend(rows.store.accounts_by_address(&dice.email(name)).await.unwrap());
            }
            assert_eq!(holders, [owner(&rows, &identity).await.unwrap()]);
        }
        drop(nodes);
        rows.leave().await;
    }
}

/// Nodes whose connections go through a pooler in transaction mode, where there is one.
pub(crate) async fn nodes_behind_a_pooler(rows: &Rows) -> Option<Vec<Store>> {
    let Ok(pooler) = std::env::var("GENKAN_TEST_PGBOUNCER") else {
        eprintln!("skipped: GENKAN_TEST_PGBOUNCER is not set");
        return None;
    };
    let (_, name) = rows.house.url.as_ref()?.rsplit_once('/')?;
    let (server, _) = pooler.rsplit_once('/')?;
    let mut nodes = Vec::new();
    for _ in 0..2 {
        let mut options = PostgresOptions::new(format!("{server}/{name}"));
        options.clock_offset_ms = std::sync::Arc::clone(&rows.house.clock);
        nodes.push(Store::new(Database::open_postgres(options).await.unwrap()));
    }
    Some(nodes)
}

/// D11, I21: a hundred copies of one return from a provider; one of them signs in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d11_of_a_hundred_returns_of_one_trip_one_is_let_in() {
    for rows in both_with_rows().await {
        let dice = Dice::new();
        let members = members(&rows, &dice, 2).await;
        let direct = nodes(&rows).await;
        let pooled = nodes_behind_a_pooler(&rows).await;
        for (nodes, member) in [Some(direct), pooled].into_iter().flatten().zip(&members) {
            let trip = begin(&rows, &dice).await;
            let link = &member.account.links[0];
            let order = || arrive(&dice, trip, &member.email, shown(&link.identity, &member.email));
            let answers = outcomes(all_at_once(&nodes, (0..100).map(|_| order()).collect()).await);
            assert_eq!(welcomes(&answers), 1, "{answers:?}");
            assert_eq!(count(&answers, &Outcome::Refused(Reason::TripGone)), 99);
            let scope = Scope { account: Some(member.account.id), ..Scope::default() };
            let account = rows.store.load(&scope).await.unwrap().0.account.unwrap();
            // The one that was there, and the one that came.
            assert_eq!(account.sessions.len(), 2);
        }
        rows.leave().await;
    }
}

/// R-REG-3, R-REG-5: an address that is proven by a code here and vouched for by Google there, at once, becomes one
/// account's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_reg_5_registrations_by_mail_and_by_google_at_one_address_make_one_account() {
    for rows in both_with_rows().await {
        let nodes = nodes(&rows).await;
        for round in 0..30 {
            let dice = Dice::new();
            let email = dice.email("hanako");
            let by_mail = prove(&rows.store, &dice, &email).await;
            let flow = meet(&rows, &dice, &google(&dice, "hanako"), &email).await;
            let by_mail = (at_flow(by_mail), rows::complete(), dice.draws());
            let mut orders = vec![by_mail, confirm(&dice, flow)];
            orders.rotate_left(round % 2);
            let answers = outcomes(all_at_once(&nodes, orders).await);
            assert_eq!(welcomes(&answers), 1, "{answers:?}");
            let taken = Outcome::Refused(Reason::AddressTaken);
            assert_eq!(count(&answers, &taken), 1, "{answers:?}");
            assert_eq!(rows.store.accounts_by_address(&email).await.unwrap().len(), 1);
        }
        drop(nodes);
        rows.leave().await;
    }
}

/// R-METHOD-10: a method was removed; while its owner takes that back, somebody registers with the freed identity. It ends
/// on one of the two accounts, and the undo does the rest of its work either way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_method_10_an_undo_and_a_registration_of_the_freed_identity_leave_it_with_one() {
    for rows in both_with_rows().await {
        let nodes = nodes(&rows).await;
        for round in 0..30 {
            let dice = Dice::new();
            let member = members(&rows, &dice, 1).await.remove(0);
            let (id, identity) = (member.account.id, member.account.links[0].identity.clone());
            let (scope, command, draws) = remove(&dice, &member, BY_GOOGLE);
            let number = draws.numbers[0];
            let told = say(&rows.store, scope, command, draws).await;
            assert_eq!(told.decision.outcome, Outcome::Done);
            let flow = meet(&rows, &dice, &identity, &dice.email("other")).await;
            let undo = restore(&dice, &member, number);
            let mut orders = vec![undo, confirm(&dice, flow)];
            orders.rotate_left(round % 2);
            let answers = outcomes(all_at_once(&nodes, orders).await);
            assert_eq!(count(&answers, &Outcome::TakenBack), 1, "{answers:?}");
            let scope = Scope { account: Some(id), ..Scope::default() };
            let account = rows.store.load(&scope).await.unwrap().0.account.unwrap();
            let back = account.link(GOOGLE).is_some();
            assert_eq!(owner(&rows, &identity).await == Some(id), back);
            assert_eq!(welcomes(&answers), usize::from(!back), "{answers:?}");
            assert_eq!((account.contact, account.sessions), (Addressed::Email, vec![]));
        }
        drop(nodes);
        rows.leave().await;
    }
}

/// The number that takes a change or a withdrawal back, entered at the member's own address.
fn restore(dice: &Dice, member: &Member, number: NumberId) -> Order {
    let (account, network) = (Some(member.account.id), Some(rows::asker().network));
    let scope = Scope { account, network, ..at_address(&member.email) };
    let number = TypedNumber::Matches(number);
    (scope, Command::Undo { email: member.email.clone(), number }, dice.draws())
}

/// Two accounts left with the same two identities in their pictures, in opposite order, and are taken back at once: neither
/// waits for the other without end, and each identity is one account's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_withdraw_2_two_restorations_that_cross_each_get_what_is_free() {
    for rows in both_with_rows().await {
        let nodes = nodes(&rows).await;
        for _ in 0..30 {
            let dice = Dice::new();
            let pair = members(&rows, &dice, 2).await;
            let at = rows.store.now().await.unwrap();
            let until = at.plus(Millis::days(30));
            let links = [0, 1].map(|n: usize| {
                let issuer = format!("https://id{n}.example");
                let identity = Identity::new(&issuer, pair[0].email.as_stored()).unwrap();
                let provider = Provider::parse(&format!("id{n}")).unwrap();
                Link { provider, ..link(&identity, &dice.email(&format!("id{n}")), at) }
            });
            let mut orders = Vec::new();
            for (n, member) in pair.iter().enumerate() {
                let mut methods = Methods::of(&member.account);
                methods.links = links.to_vec();
                methods.links.rotate_left(n);
                let number = Number {
                    id: NumberId(dice.id()),
                    kind: NumberKind::Restore,
                    account: member.account.id,
                    key: 7,
                    issued_at: at,
                    expires_at: until,
                    spent_at: None,
                };
                orders.push(restore(&dice, member, number.id));
                let account = member.account.id;
                let withdrawal = Withdrawal { at, until, methods };
                let left = Event::Withdrawn { account, withdrawal, told: Vec::new() };
                let email = member.email.clone();
                state(&rows, &dice, vec![left, Event::NumberIssued { email, number }]).await;
            }
            let answers = outcomes(all_at_once(&nodes, orders).await);
            assert_eq!(count(&answers, &Outcome::Restored), 2, "{answers:?}");
            let mut had = 0;
            for member in &pair {
                let scope = Scope { account: Some(member.account.id), ..Scope::default() };
                let account = rows.store.load(&scope).await.unwrap().0.account.unwrap();
                assert!(account.withdrawn.is_none() && account.contact_address().is_some());
                had += account.links.len();
            }
            assert_eq!(had, 2);
        }
        drop(nodes);
        rows.leave().await;
    }
}
