//! Many at once: guesses, registrations and workers that come in parallel, also through several nodes.
//!
//! What may happen once happens once, whatever the order: ten paid guesses, one account to an address, one worker to a
//! mail; what the way back in takes away (`way_back`), passkeys (`passkeys`), and what a node remembers (`sightings`). On PostgreSQL the crowd comes through
//! two stores with pools of their own.

mod parting;
mod passkeys;
mod rows;
mod sightings;
mod support;
mod way_back;

use std::sync::Arc;

use accounts::*;
use rows::{
    Dice, Rows, Told, at_address, at_flow, both_with_rows, complete, prove, register, say, tell,
};
use store::{Database, Fault, Lease, PostgresOptions, Store};

/// The store itself and, on a server, another node's.
async fn nodes(rows: &Rows) -> Vec<Store> {
    let mut nodes = vec![rows.store.clone()];
    if let Some(url) = &rows.house.url {
        let mut options = PostgresOptions::new(url);
        options.clock_offset_ms = Arc::clone(&rows.house.clock);
        nodes.push(Store::new(Database::open_postgres(options).await.unwrap()));
    } else {
        nodes.push(rows.store.clone());
    }
    nodes
}

/// What is asked, where to look for it, and with which draws.
type Order = (Scope, Command, Draws);

/// Sends all through the nodes in turn, patiently: a busy database is asked again, as a visitor would.
async fn all_at_once(nodes: &[Store], orders: Vec<Order>) -> Vec<Told> {
    let mut tasks = Vec::new();
    for (n, (scope, command, draws)) in orders.into_iter().enumerate() {
        let store = nodes[n % nodes.len()].clone();
        tasks.push(tokio::spawn(async move {
            for _ in 0..20 {
                let order = (scope.clone(), command.clone());
                match tell(&store, order, (draws.clone(), Policy::default()), None).await {
                    Err(Fault::Contention(_) | Fault::Unavailable { .. }) => {}
                    told => return told.unwrap(),
                }
            }
            panic!("the database was busy for too long");
        }));
    }
    let mut all = Vec::new();
    for task in tasks {
        all.push(task.await.unwrap());
    }
    all
}

fn outcomes(told: Vec<Told>) -> Vec<Outcome> {
    told.into_iter().map(|told| told.decision.outcome).collect()
}

/// R-SIGNIN-3: at most ten guesses are ever under way, whatever runs in parallel and on however many nodes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_hundred_guesses_at_once_ten_are_paid_for_known_and_unknown_addresses_alike() {
    for rows in both_with_rows().await {
        let nodes = nodes(&rows).await;
        let dice = Dice::new();
        let (known, unknown) = (dice.email("hanako"), dice.email("nobody"));
        register(&rows.store, &dice, &known).await;
        for email in [known, unknown] {
            let order = || {
                let command = Command::PayGuess { email: email.clone() };
                (at_address(&email), command, dice.draws())
            };
            let outcomes = outcomes(all_at_once(&nodes, (0..200).map(|_| order()).collect()).await);
            let paid = outcomes.iter().filter(|o| **o == Outcome::Paid(Lane::Strangers)).count();
            let later = Outcome::Refused(Reason::GuessesInFlight);
            let waiting = outcomes.iter().filter(|o| **o == later).count();
            assert_eq!((paid, waiting), (10, 190));
            let (snapshot, _) = rows.store.load(&at_address(&email)).await.unwrap();
            assert_eq!(snapshot.address.unwrap().guesses.tickets.len(), 10);
        }
        drop(nodes);
        rows.leave().await;
    }
}

/// R-REG-3: an address is unique among `email` methods.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_flows_that_proved_one_address_one_makes_the_account() {
    for rows in both_with_rows().await {
        let nodes = nodes(&rows).await;
        for _ in 0..8 {
            let dice = Dice::new();
            let email = dice.email("hanako");
            let first = prove(&rows.store, &dice, &email).await;
            let now = rows.store.now().await.unwrap();
            rows.set_clock(now.plus(Millis::minutes(2))).await;
            let second = prove(&rows.store, &dice, &email).await;
            let order = |flow| (at_flow(flow), complete(), dice.draws());
            let orders = vec![order(first), order(second), order(first), order(second)];
            let outcomes = outcomes(all_at_once(&nodes, orders).await);
            let welcome = |o: &&Outcome| matches!(o, Outcome::Welcome(_));
            assert_eq!(outcomes.iter().filter(welcome).count(), 1, "{outcomes:?}");
            let taken = Outcome::Refused(Reason::AddressTaken);
            assert_eq!(outcomes.iter().filter(|o| **o == taken).count(), 1, "{outcomes:?}");
        }
        drop(nodes);
        rows.leave().await;
    }
}

/// The last wall: also where the guard does not stand in the way, the key of the address does, and the second look
/// refuses properly.
#[tokio::test]
async fn an_address_that_was_taken_unseen_is_refused_at_the_second_look() {
    for rows in both_with_rows().await {
        let dice = Dice::new();
        let email = dice.email("hanako");
        let flow = prove(&rows.store, &dice, &email).await;
        let now = rows.store.now().await.unwrap();
        rows.set_clock(now.plus(Millis::minutes(2))).await;
        let other = prove(&rows.store, &dice, &email).await;
        say(&rows.store, at_flow(other), complete(), dice.draws()).await;
        let (draws, looks) = (dice.draws(), Arc::new(std::sync::atomic::AtomicU32::new(0)));
        let counted = Arc::clone(&looks);
        let outcome = rows.store.transact(at_flow(flow), draws.decision, move |before, now| {
            let look = counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let mut before = before.clone();
            if look == 0 {
                // What a node would see that is late by one commit.
                before.account = None;
                before.address.as_mut().unwrap().owner = None;
            }
            let (policy, asker) = (Policy::default(), rows::asker());
            let context = Context { now, draws: &draws, policy: &policy, asker: &asker };
            decide(&before, &complete(), &context)
        });
        assert_eq!(outcome.await.unwrap(), Outcome::Refused(Reason::AddressTaken));
        assert_eq!(looks.load(std::sync::atomic::Ordering::SeqCst), 2);
        rows.leave().await;
    }
}

/// Many wrong codes of a network at once are counted one by one, also its first ones.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_wrong_codes_of_a_network_are_all_counted() {
    for rows in both_with_rows().await {
        let nodes = nodes(&rows).await;
        let dice = Dice::new();
        let mut orders = Vec::new();
        for n in 0..12 {
            let (email, draws) = (dice.email(&format!("member{n}")), dice.draws());
            let flow = draws.flow_digest;
            let command = Command::RegisterByEmail { email: email.clone() };
            say(&rows.store, at_address(&email), command, draws).await;
            let command = Command::VerifyRegistration { code: TypedCode::Unknown };
            orders.push((at_flow(flow), command, dice.draws()));
        }
        let wrong = Outcome::Refused(Reason::WrongCode);
        assert_eq!(outcomes(all_at_once(&nodes, orders).await), vec![wrong; 12]);
        let scope = Scope { network: Some(rows::asker().network), ..Scope::default() };
        let (snapshot, _) = rows.store.load(&scope).await.unwrap();
        assert_eq!(snapshot.network.unwrap().wrong, 12);
        drop(nodes);
        rows.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_claim_disjoint_mails() {
    for rows in both_with_rows().await {
        let nodes = nodes(&rows).await;
        let dice = Dice::new();
        for n in 0..40 {
            let email = dice.email(&format!("member{n}"));
            let command = Command::RegisterByEmail { email: email.clone() };
            say(&rows.store, at_address(&email), command, dice.draws()).await;
        }
        let work = |worker: u8| {
            let store = nodes[usize::from(worker) % 2].clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let got = store.claim_mails([worker; 16], Millis::minutes(1), 3).await.unwrap();
                    if got.is_empty() {
                        return mine;
                    }
                    for mail in got {
                        let said = store.mail_sent(mail.id, [worker; 16], "250 ok").await.unwrap();
                        assert_eq!(said, Lease::Held);
                        mine.push(mail.id);
                    }
                }
            })
        };
        let (one, other) = (work(1), work(2));
        let mut all = [one.await.unwrap(), other.await.unwrap()].concat();
        assert_eq!(all.len(), 40);
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 40);
        assert_eq!(rows.store.mail_counts().await.unwrap().sent, 40);
        drop(nodes);
        rows.leave().await;
    }
}
