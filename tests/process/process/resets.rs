//! The way back in, taken by many at once over two processes: one reset code is good once (I9), and whatever is asked, a
//! mailbox gets no more than three codes in half an hour (R-RESET-2 and 6a).
//!
//! The crowd of the store's own tests has one process with two pools; here nothing is shared but the database and the
//! keys, and each request comes as a visitor's would.

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::house::{Engine, House, PASSWORD, Process, pause, settled};
use super::http::{Answer, Client};

const SUBMITS: usize = 100;
const OWNER: &str = "registered@example.test";
const NOBODY: &str = "nobody-here@example.test";
const SUBJECT: &str = "reset your password";

#[test]
fn i9_a_reset_code_submitted_a_hundred_times_at_once_works_once_on_sqlite() {
    one_code_many_submits(Engine::Sqlite, 1);
}

/// B3, B16: reading the code and marking it used are one step, on however many nodes.
#[test]
fn i9_a_reset_code_submitted_a_hundred_times_at_once_works_once_on_two_nodes_of_postgresql() {
    one_code_many_submits(Engine::Postgres, 2);
}

#[test]
fn i9_a_reset_code_submitted_a_hundred_times_at_once_works_once_through_a_pooler() {
    one_code_many_submits(Engine::Pooled, 2);
}

#[test]
fn r_reset_6a_two_nodes_that_are_asked_at_once_mail_three_codes_and_no_more() {
    many_questions(Engine::Postgres);
}

#[test]
fn r_reset_6a_two_nodes_behind_a_pooler_that_are_asked_at_once_mail_three_codes_and_no_more() {
    many_questions(Engine::Pooled);
}

fn serve(house: &House, nodes: usize) -> Vec<Process> {
    let nodes: Vec<Process> = (0..nodes).map(|_| house.serve()).collect();
    let client = nodes[0].client("198.51.100.1");
    let registered = house.register(&client, OWNER, PASSWORD).expect("a registration");
    assert_eq!(registered.status, 201, "{registered:?}");
    nodes
}

/// Everybody at once, each over a node in turn and from a network of its own.
fn at_once<T: Send>(nodes: &[Process], ask: impl Fn(usize, Client) -> T + Sync) -> Vec<T> {
    let ask = &ask;
    thread::scope(|scope| {
        let askers: Vec<_> = (0..SUBMITS)
            .map(|number| {
                let client = nodes[number % nodes.len()].client(&format!("10.3.{number}.1"));
                scope.spawn(move || ask(number, client))
            })
            .collect();
        askers.into_iter().map(|asker| asker.join().expect("an answer")).collect()
    })
}

fn ask(client: &Client, address: &str) -> Answer {
    let answer = settled(|| client.call("POST", "reset", "", &json!({ "email": address })));
    let answer = answer.expect("an answer");
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

/// How many answers there were of each kind.
fn kinds(answers: &[Answer]) -> BTreeMap<(u16, String), usize> {
    let mut kinds = BTreeMap::new();
    for answer in answers {
        *kinds.entry((answer.status, answer.code())).or_insert(0) += 1;
    }
    kinds
}

fn one_code_many_submits(engine: Engine, nodes: usize) {
    let Some(house) = House::build(engine) else { return };
    let nodes = serve(&house, nodes);
    // A hundred browsers have asked; the mailbox got one code.
    let flows = at_once(&nodes, |_, client| ask(&client, OWNER).text("flow"));
    let code = house.wait_for(OWNER, SUBJECT);
    assert_eq!(house.relay.letters(OWNER, SUBJECT), 1);
    let answers = at_once(&nodes, |number, client| {
        let body = json!({ "flow": flows[number], "code": code });
        settled(|| client.call("POST", "reset/verify", "", &body)).expect("an answer")
    });
    let wanted =
        BTreeMap::from([((200, String::new()), 1), ((422, "invalid-code".to_owned()), SUBMITS - 1)]);
    assert_eq!(kinds(&answers), wanted);
    // The same hundred in the one browser that was let on: each opens a form, and one form of them all serves, once.
    let first = answers.iter().position(|answer| answer.status == 200).expect("one was let on");
    let forms = at_once(&nodes, |_, client| {
        let body = json!({ "flow": flows[first], "code": code });
        let answer = settled(|| client.call("POST", "reset/verify", "", &body)).expect("an answer");
        answer.text("form")
    });
    let answers = at_once(&nodes, |number, client| {
        let password = format!("{PASSWORD}-{number}");
        let body = json!({ "flow": flows[first], "form": forms[number], "password": password });
        settled(|| client.call("POST", "reset/password", "", &body)).expect("an answer")
    });
    let wanted =
        BTreeMap::from([((200, String::new()), 1), ((410, "flow-expired".to_owned()), SUBMITS - 1)]);
    assert_eq!(kinds(&answers), wanted);
    let winner = answers.iter().find(|answer| answer.status == 200).expect("one was let in");
    let session =
        nodes[0].client("192.0.2.1").call("GET", "session", &winner.text("token"), &Value::Null);
    assert_eq!(session.expect("an answer").status, 200);
    for (subject, letters) in [("Your password has been reset", 1), ("New sign-in", 1), (SUBJECT, 1)] {
        house.wait_for_letters(OWNER, subject, letters);
        assert_eq!(house.relay.letters(OWNER, subject), letters, "{subject}");
    }
}

fn many_questions(engine: Engine) {
    let Some(house) = House::build(engine) else { return };
    let nodes = serve(&house, 2);
    // Every round comes after the gap between two codes. By the fourth, three are alive.
    for round in 1..=5 {
        for address in [OWNER, NOBODY] {
            at_once(&nodes, |_, client| ask(&client, address));
        }
        house.wait_for_letters(OWNER, SUBJECT, round.min(3));
        // The clock of two processes cannot be moved; what is in the database can be made a minute older.
        house.sql(
            "update challenges set issued_at = issued_at - 61000, expires_at = expires_at - 61000",
        );
    }
    house.settle_mail();
    assert_eq!(house.relay.letters(OWNER, SUBJECT), 3);
    assert!(house.relay.to(NOBODY).is_empty());
}

impl House {
    /// Waits until a mail with these words in its subject has come, and gives the number in it.
    fn wait_for(&self, to: &str, subject: &str) -> String {
        self.wait_for_letters(to, subject, 1);
        self.relay.number(to, subject).expect("a number")
    }

    fn wait_for_letters(&self, to: &str, subject: &str, letters: usize) {
        let began = Instant::now();
        while self.relay.letters(to, subject) < letters {
            let late = began.elapsed() > Duration::from_secs(60);
            assert!(
                !late,
                "{subject}: {} of {letters}\n{}",
                self.relay.letters(to, subject),
                self.log()
            );
            pause(Duration::from_millis(10));
        }
    }

    /// Waits until no mail waits.
    pub(crate) fn settle_mail(&self) {
        let began = Instant::now();
        while !self.rows("select recipient from mails where state = 'waiting'").is_empty() {
            let late = began.elapsed() > Duration::from_secs(60);
            assert!(!late, "mail stays:\n{}", self.log());
            pause(Duration::from_millis(10));
        }
    }
}
