//! Does the time of an answer tell who is registered? A comparison, for people to read; nothing is asserted.
//!
//! ```text
//! cargo run --release -p web --example timing            # two minutes; 2 000 pairs of each question
//! cargo run --release -p web --example timing -- 2 FOLDER    # 2 rounds, the database in that folder
//! ```
//!
//! In each round every address is asked once, in drawn order: members, other members, and nobody's. The line of a question
//! compares members with nobody, and beside it, from the same moments, members with other members: what chance and the
//! machine do. Before each question nothing is left to do of the last one.

mod figures;
mod house;

use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::PathBuf;

use figures::Times;
use house::{Answer, House, PASSWORD};
use serde_json::{Value, json};

/// Members, other members and nobody's addresses: so many each.
const ADDRESSES: usize = 100;
const ROUNDS: usize = 20;
/// Of one length, so that a length tells nothing.
const GROUPS: [&str; 3] = ["member", "fellow", "nobody"];
const QUESTIONS: [&str; 4] = ["sign in, wrong", "reset", "reset code, wrong", "not-me number, wrong"];

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let rounds = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    let place = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = place.join(format!("genkan-timing-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut house = House::open(&folder).await;
    for group in &GROUPS[..2] {
        for number in 0..ADDRESSES {
            house.register(&address(group, number)).await;
        }
    }
    let mut times: [Times; 4] = Default::default();
    // The first round warms up: caches, kept statements, memory.
    for round in 0..=rounds {
        let heard = ask_all(&house).await;
        if round > 0 {
            for (question, group, time) in heard {
                times[question].of(group).push(time);
            }
        }
        house.pass_a_month().await;
    }
    println!("{}", figures::head());
    for (name, times) in QUESTIONS.iter().zip(&times) {
        println!("{}", times.line(name));
    }
    println!(
        "|t| above 4.5 is no chance; the null compares members with other members of the same run."
    );
    house.close().await;
    std::fs::remove_dir_all(&folder).expect("an end");
}

fn address(group: &str, number: usize) -> String {
    format!("{group}{number:03}@example.jp")
}

/// Every question at every address: which, of which group, and the time in microseconds.
async fn ask_all(house: &House) -> Vec<(usize, usize, f64)> {
    let mut heard = Vec::new();
    let mut flows = vec![Value::Null; 3 * ADDRESSES];
    // Members have numbers in their mailboxes, as real ones do.
    for group in &GROUPS[..2] {
        for number in 0..ADDRESSES {
            let body = json!({ "email": address(group, number), "password": PASSWORD });
            house.done("signin/password", body).await;
        }
    }
    house.settle().await;
    for question in 0..QUESTIONS.len() {
        for number in 0..ADDRESSES {
            for group in drawn_order() {
                let flow = &mut flows[group * ADDRESSES + number];
                let answer = ask(house, question, &address(GROUPS[group], number), flow).await;
                heard.push((question, group, answer.took.as_secs_f64() * 1e6));
                house.settle().await;
            }
        }
    }
    heard
}

async fn ask(house: &House, question: usize, email: &str, flow: &mut Value) -> Answer {
    let (path, body, expected) = match question {
        0 => ("signin/password", json!({ "email": email, "password": "a wrong one" }), 401),
        1 => ("reset", json!({ "email": email }), 200),
        2 => ("reset/verify", json!({ "flow": flow, "code": "1234 5678 9012" }), 422),
        _ => ("not-me", json!({ "email": email, "number": "1234 5678 9012 3456" }), 422),
    };
    let answer = house.call(path, body).await;
    assert_eq!(answer.status.as_u16(), expected, "{path}: {}", answer.body);
    if question == 1 {
        *flow = answer.body["flow"].clone();
    }
    answer
}

fn drawn_order() -> [usize; 3] {
    const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let drawn = RandomState::new().build_hasher().finish();
    ORDERS[usize::try_from(drawn % 6).unwrap_or(0)]
}
