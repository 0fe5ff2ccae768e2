//! Upkeep: what is swept and what must stay, plain questions, and rows that cannot be read.
//!
//! A sweep may never change an answer of the rules; a damaged row may never be guessed at.

mod leaving;
mod past;
mod rows;
mod support;

use accounts::*;
use rows::passkeys::{self, Door};
use rows::{Dice, Rows, at_address, at_flow, both_with_rows, register, say};
use store::{Fault, Statement, Store, Swept};
use support::statement;

async fn wait(rows: &Rows, length: Millis) {
    let now = rows.store.now().await.unwrap();
    rows.set_clock(now.plus(length)).await;
}

async fn pay(store: &Store, dice: &Dice, email: &Email) -> TicketId {
    let draws = dice.draws();
    let ticket = draws.ticket;
    say(store, at_address(email), Command::PayGuess { email: email.clone() }, draws).await;
    ticket
}

async fn guess(store: &Store, dice: &Dice, email: &Email, verdict: Verdict) -> Outcome {
    let ticket = pay(store, dice, email).await;
    let guess = Guess { ticket, against: Some(1), verdict, rehash: None };
    let command = Command::SignIn { email: email.clone(), guess, kind: SessionKind::App };
    say(store, at_address(email), command, dice.draws()).await.decision.outcome
}

async fn sweep(rows: &Rows) -> Swept {
    rows.store.sweep(&Policy::default(), 100).await.unwrap()
}

#[tokio::test]
async fn what_means_nothing_any_more_is_swept_and_nothing_else() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let (hanako, locked, counted) =
            (dice.email("hanako"), dice.email("locked"), dice.email("counted"));
        register(store, &dice, &hanako).await;
        for _ in 0..10 {
            guess(store, &dice, &locked, Verdict::Wrong).await;
        }
        guess(store, &dice, &counted, Verdict::Wrong).await;
        // A flow that waits, and a wrong code from a network.
        let draws = dice.draws();
        let flow = draws.flow_digest;
        let command = Command::RegisterByEmail { email: counted.clone() };
        say(store, at_address(&counted), command, draws).await;
        let wrong = Command::VerifyRegistration { code: TypedCode::Unknown };
        say(store, at_flow(flow), wrong, dice.draws()).await;
        // The guard of `hanako` was made for the registration and counts nothing.
        assert_eq!(sweep(&rows).await, Swept { guards: 1, ..Swept::default() });
        assert_eq!(sweep(&rows).await, Swept::default());

        wait(&rows, Millis::minutes(31)).await;
        assert_eq!(sweep(&rows).await, Swept { flows: 1, networks: 1, ..Swept::default() });
        wait(&rows, Millis::days(1)).await;
        assert_eq!(sweep(&rows).await, Swept { challenges: 2, ..Swept::default() });
        wait(&rows, Millis::days(30)).await;
        // The browser's session has lapsed; the count of `counted` is forgotten; the lock stays.
        assert_eq!(sweep(&rows).await, Swept { sessions: 1, guards: 1, ..Swept::default() });
        assert_eq!(sweep(&rows).await, Swept::default());
        let (snapshot, _) = store.load(&at_address(&locked)).await.unwrap();
        assert!(snapshot.address.unwrap().guesses.locked_at.is_some());
        rows.leave().await;
    }
}

#[tokio::test]
async fn mails_are_kept_for_thirty_days_when_sent_and_ninety_when_not() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        for name in ["hanako", "taro", "jiro", "saburo"] {
            let email = dice.email(name);
            let command = Command::RegisterByEmail { email: email.clone() };
            say(store, at_address(&email), command, dice.draws()).await;
        }
        let worker = [1; 16];
        let mails = store.claim_mails(worker, Millis::days(200), 3).await.unwrap();
        store.mail_sent(mails[0].id, worker, "250 ok").await.unwrap();
        store.mail_given_up(mails[1].id, worker, "550 no").await.unwrap();
        store.mail_dropped(mails[2].id, worker).await.unwrap();
        wait(&rows, Millis::days(29)).await;
        assert_eq!(sweep(&rows).await.mails, 0);
        wait(&rows, Millis::days(1)).await;
        assert_eq!(sweep(&rows).await.mails, 1);
        wait(&rows, Millis::days(60)).await;
        assert_eq!(sweep(&rows).await.mails, 2);
        assert_eq!(store.mail_counts().await.unwrap().waiting, 1);
        rows.leave().await;
    }
}

#[tokio::test]
async fn a_sweep_takes_small_steps() {
    for rows in both_with_rows().await {
        let dice = Dice::new();
        for n in 0..5 {
            let email = dice.email(&format!("member{n}"));
            let command = Command::RegisterByEmail { email: email.clone() };
            say(&rows.store, at_address(&email), command, dice.draws()).await;
        }
        wait(&rows, Millis::minutes(30)).await;
        let mut flows = Vec::new();
        for _ in 0..4 {
            let swept = rows.store.sweep(&Policy::default(), 2).await.unwrap();
            assert_eq!(swept.most(), swept.flows.max(swept.guards));
            flows.push(swept.flows);
        }
        assert_eq!(flows, [2, 2, 1, 0]);
        rows.leave().await;
    }
}

/// A guard that is swept between two guesses is made anew; its paid guesses are never swept.
#[tokio::test]
async fn a_paid_guess_is_never_swept_away() {
    for rows in both_with_rows().await {
        let dice = Dice::new();
        let email = dice.email("nobody");
        pay(&rows.store, &dice, &email).await;
        wait(&rows, Millis::days(29)).await;
        assert_eq!(sweep(&rows).await, Swept::default());
        pay(&rows.store, &dice, &email).await;
        let (snapshot, _) = rows.store.load(&at_address(&email)).await.unwrap();
        // The lapsed one was counted as wrong (R-SIGNIN-3), and is not old enough to be forgotten.
        assert_eq!(snapshot.address.unwrap().guesses.wrong, 1);
        rows.leave().await;
    }
}

#[tokio::test]
async fn a_plain_load_leaves_no_trace_and_a_decision_makes_the_guard() {
    const GUARDS: Statement = statement("test/guards", "select count(*) as n from address_guards", &[]);
    for rows in both_with_rows().await {
        let dice = Dice::new();
        let email = dice.email("nobody");
        let (snapshot, _) = rows.store.load(&at_address(&email)).await.unwrap();
        let address = snapshot.address.unwrap();
        assert_eq!((address.guesses, address.code_tries), Default::default());
        assert_eq!(rows.house.count(&GUARDS).await, 0);
        pay(&rows.store, &dice, &email).await;
        assert_eq!(rows.house.count(&GUARDS).await, 1);
        rows.leave().await;
    }
}

/// Whoever happens to be signed in is not meant where an address or a flow is named.
#[tokio::test]
async fn the_account_in_question_is_the_addresss_owner_or_nobody() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let (welcome, draws) = register(store, &dice, &dice.email("hanako")).await;
        let signed_in = Scope { session: Some(draws.session_digest), ..Scope::default() };
        let nobody = Scope { address: Some(dice.email("nobody")), ..signed_in.clone() };
        let gone = Scope { flow: Some(dice.digest()), ..signed_in.clone() };
        for scope in [nobody, gone] {
            let (snapshot, _) = store.load(&scope).await.unwrap();
            assert_eq!((snapshot.account, snapshot.device), (None, None));
            assert_eq!(snapshot.presented.unwrap().id, welcome.session);
        }
        let (snapshot, _) = store.load(&signed_in).await.unwrap();
        assert_eq!(snapshot.account.unwrap().id, welcome.account);
        assert_eq!(snapshot.device, Some(welcome.device));
        rows.leave().await;
    }
}

#[tokio::test]
async fn a_session_is_looked_up_with_its_account_and_without_the_lists() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let email = dice.email("Hanako");
        let (welcome, draws) = register(store, &dice, &email).await;
        let (seen, now) = store.session(draws.session_digest).await.unwrap().unwrap();
        assert_eq!((seen.session.id, seen.account.id), (welcome.session, welcome.account));
        assert_eq!(seen.account.contact_address(), Some(&email));
        assert_eq!((seen.account.sessions.len(), seen.account.devices.len()), (0, 0));
        assert!(now >= seen.session.started_at);
        assert_eq!(store.session(dice.digest()).await.unwrap(), None);
        assert_eq!(store.account_by_address(&email).await.unwrap(), Some(welcome.account));
        rows.leave().await;
    }
}

#[tokio::test]
async fn the_activity_list_is_read_page_by_page_newest_first() {
    for rows in both_with_rows().await {
        let (dice, store) = (Dice::new(), &rows.store);
        let email = dice.email("hanako");
        let (welcome, _) = register(store, &dice, &email).await;
        for n in 0..6 {
            wait(&rows, Millis::seconds(i64::from(n % 2))).await;
            guess(store, &dice, &email, Verdict::Wrong).await;
        }
        let whole = store.activity(welcome.account, None, 100).await.unwrap();
        assert_eq!(whole.len(), 7);
        assert_eq!(whole[6].1.kind, ActivityKind::Registered);
        assert!(whole.windows(2).all(|pair| pair[0].0 > pair[1].0));
        let (mut pages, mut before) = (Vec::new(), None);
        loop {
            let page = store.activity(welcome.account, before, 3).await.unwrap();
            let Some((last, _)) = page.last() else { break };
            before = Some(*last);
            pages.extend(page);
        }
        assert_eq!(pages, whole);
        rows.leave().await;
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_a_fault_that_names_its_place_and_not_its_value() {
    let damages = [
        ("update address_guards set tickets = 'secret'", "guard/find", "tickets"),
        ("update address_guards set tickets = '', devices = 'secret'", "guard/find", "devices"),
        ("update address_guards set devices = '', wrong = -1", "guard/find", "wrong"),
        ("update address_guards set wrong = 0", "", ""),
        ("update accounts set locale = 'secret'", "account/find", "locale"),
        ("update accounts set locale = 'ja', suspended_at = 5", "account/find", "suspended_reason"),
        ("update accounts set suspended_at = null", "", ""),
        ("update numbers set kind = 'secret'", "", ""),
        ("update numbers set kind = 'undo', about = X'01'", "number/of_address", "about"),
        ("delete from numbers", "", ""),
        ("update changes set kind = 'secret'", "change/of_account", "kind"),
        ("update changes set kind = 'added', method = null", "change/of_account", "kind"),
        ("update changes set method = 'passkey:1'", "change/of_account", "method"),
        ("update changes set method = 'Email'", "change/of_account", "method"),
        (
            "update changes set kind = 'email', method = null, before = 'secret'",
            "change/of_account",
            "before",
        ),
        ("update changes set before = null, from_proven_at = 5", "change/of_account", "from_stored"),
        ("delete from changes", "", ""),
        ("update passkeys set backup = 'secret'", "account/methods", "backup"),
        ("update passkeys set backup = 'single', counter = -1", "account/methods", "counter"),
        ("update passkeys set counter = 0, credential = X''", "account/methods", "credential"),
        ("update passkeys set credential = X'01', aaguid = X'01'", "account/methods", "aaguid"),
        ("delete from passkeys", "", ""),
        ("update emails set stored = 'secret@'", "email/owner", "stored"),
    ];
    for rows in both_with_rows().await {
        let dice = Dice::new();
        let email = dice.email("hanako");
        let (welcome, draws) = register(&rows.store, &dice, &email).await;
        passkeys::add(&rows.store, &dice, Door::of(&welcome, &draws)).await;
        let change = Command::ChangePassword { hash: PasswordHash("$second".to_owned()) };
        let scope = Scope { session: Some(draws.session_digest), ..at_address(&email) };
        say(&rows.store, scope, change, dice.draws()).await;
        for (damage, at, place) in damages {
            rows.house.script(damage).await;
            let scope = Scope { numbers: Numbers::Undo, ..at_address(&email) };
            let loaded = rows.store.load(&scope).await;
            match loaded {
                Ok(_) => assert_eq!(place, "", "{damage}"),
                Err(fault) => {
                    let text = fault.to_string();
                    assert!(!text.contains("secret"), "{text}");
                    let Fault::Inconsistent { statement, column, .. } = fault else {
                        panic!("{fault:?}");
                    };
                    assert_eq!((statement, column.as_str()), (at, place));
                }
            }
        }
        rows.leave().await;
    }
}

/// What a decision says about an address that it has not loaded is refused as a mistake, not lost.
#[tokio::test]
async fn a_count_at_an_address_that_was_not_loaded_is_a_fault() {
    for rows in both_with_rows().await {
        let dice = Dice::new();
        let (here, elsewhere, id) =
            (dice.email("here"), dice.email("elsewhere"), dice.draws().decision);
        let fault = rows.store.transact(at_address(&here), id, move |_, _| Decision {
            outcome: Outcome::Done,
            events: vec![Event::GuessesCounted {
                email: elsewhere.clone(),
                limit: GuessLimit::default(),
            }],
            activities: Vec::new(),
            mails: Vec::new(),
            announcements: Vec::new(),
        });
        assert!(matches!(fault.await, Err(Fault::Bug(_))));
        rows.leave().await;
    }
}
