//! Many strangers guess at one address at once: ten guesses are evaluated and not one more (R-SIGNIN-3), and
//! nothing tells whether anybody is registered there (R-SIGNIN-2, R-SIGNIN-4).

use std::collections::BTreeMap;
use std::thread;

use serde_json::json;

use super::house::{Engine, House, PASSWORD, Process, settled};
use super::http::{Answer, Client};

const GUESSES: usize = 200;
const ALLOWED: usize = 10;

#[test]
fn two_hundred_guesses_at_once_buy_ten_on_sqlite() {
    many_guesses(Engine::Sqlite, 1);
}

/// A1, A2: no read-modify-write of the counter loses a guess, on however many nodes.
#[test]
fn two_hundred_guesses_at_once_buy_ten_on_two_nodes_of_postgresql() {
    many_guesses(Engine::Postgres, 2);
}

#[test]
fn two_hundred_guesses_at_once_buy_ten_through_a_pooler() {
    many_guesses(Engine::Pooled, 2);
}

#[test]
fn answers_do_not_tell_who_is_registered_on_sqlite() {
    equal_answers(Engine::Sqlite, 1);
}

#[test]
fn answers_do_not_tell_who_is_registered_on_two_nodes_of_postgresql() {
    equal_answers(Engine::Postgres, 2);
}

fn many_guesses(engine: Engine, nodes: usize) {
    let Some(house) = House::build(engine) else { return };
    let nodes: Vec<Process> = (0..nodes).map(|_| house.serve()).collect();
    let owner = nodes[0].client("198.51.100.1");
    let registered =
        house.register(&owner, "registered@example.test", PASSWORD).expect("a registration");
    assert_eq!(registered.status, 201, "{registered:?}");
    for address in ["registered@example.test", "nobody@example.test"] {
        let answers = storm(&nodes, address);
        let mut counts = BTreeMap::new();
        for answer in &answers {
            *counts.entry((answer.status, answer.code())).or_insert(0) += 1;
        }
        let wanted = BTreeMap::from([
            ((401, "invalid-credentials".to_owned()), ALLOWED),
            ((403, "account-locked".to_owned()), GUESSES - ALLOWED),
        ]);
        assert_eq!(counts, wanted, "{address}");
        // R-LOCK-1: also for the right password; R-LOCK-3: the session that exists goes on.
        for node in &nodes {
            let stranger = node.client("203.0.113.77");
            assert_eq!(guess(&stranger, address, PASSWORD).code(), "account-locked");
        }
    }
    let token = registered.text("token");
    let me = nodes[nodes.len() - 1].client("198.51.100.1").call("GET", "session", &token, &json!(null));
    assert_eq!(me.expect("an answer").status, 200);
}

/// Everybody guesses at once, each from a network of its own, until everybody has an answer.
fn storm(nodes: &[Process], address: &str) -> Vec<Answer> {
    thread::scope(|scope| {
        let guessers: Vec<_> = (0..GUESSES)
            .map(|number| {
                let client = nodes[number % nodes.len()].client(&format!("10.0.{number}.1"));
                scope.spawn(move || guess(&client, address, &format!("a wrong guess, number {number}")))
            })
            .collect();
        guessers.into_iter().map(|guesser| guesser.join().expect("an answer")).collect()
    })
}

fn guess(client: &Client, address: &str, password: &str) -> Answer {
    let body = json!({ "email": address, "password": password });
    settled(|| client.call("POST", "signin/password", "", &body)).expect("an answer")
}

fn equal_answers(engine: Engine, nodes: usize) {
    let Some(house) = House::build(engine) else { return };
    let nodes: Vec<Process> = (0..nodes).map(|_| house.serve()).collect();
    let owner = nodes[0].client("198.51.100.1");
    // Of one length, so that a length tells nothing either.
    let addresses = ["registered@example.test", "suspended1@example.test", "nobodyhere@example.test"];
    for address in &addresses[..2] {
        assert_eq!(house.register(&owner, address, PASSWORD).expect("a registration").status, 201);
    }
    let settings = house.settings();
    house.run(&["account", "suspend", addresses[1], "--config", &settings, "--reason", "a test"]);
    // Count 0, count 9, count 10 (locked), and the right password once locked.
    for number in 0..=ALLOWED + 1 {
        let client = nodes[number % nodes.len()].client(&format!("10.1.{number}.1"));
        let password = if number > ALLOWED { PASSWORD } else { "not the right password" };
        // By the API and by the page in turn: both count.
        let answers = addresses.map(|address| match number % 2 {
            0 => guess(&client, address, password),
            _ => by_page(&client, address, password),
        });
        let expected = match (number < ALLOWED, number % 2) {
            (true, 0) => 401,
            (true, _) => 422,
            (false, _) => 403,
        };
        assert_eq!(answers[0].status, expected, "guess {number}: {:?}", answers[0]);
        let [registered, suspended, nobody] = [0, 1, 2].map(|i| answers[i].masked(addresses[i]));
        assert_eq!(registered, suspended, "guess {number}");
        assert_eq!(registered, nobody, "guess {number}");
    }
}

fn by_page(client: &Client, address: &str, password: &str) -> Answer {
    let body = format!("email={}&password={}", address.replace('@', "%40"), password.replace(' ', "+"));
    settled(|| client.form("/signin/email", &body)).expect("an answer")
}
