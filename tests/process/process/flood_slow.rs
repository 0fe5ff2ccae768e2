//! Clients that are slow on purpose: each is cut off at its bound and keeps nobody else waiting (security.md I5).
//!
//! The other side is a real client that would go on for ever. Bounds are short here; what they are by default is in
//! docs/limits.md.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::flood::{Caller, Watched, ask_once, request, runtime};
use super::house::{Engine, House};

const SHORT: [(&str, &str); 3] = [
    ("GENKAN_LIMITS__HEADER_TIMEOUT", "2s"),
    ("GENKAN_LIMITS__ANSWER_TIMEOUT", "2s"),
    ("GENKAN_LIMITS__REQUEST_TIMEOUT", "3s"),
];
/// Nothing here takes as long, unless it is not cut off at all.
const PATIENCE: Duration = Duration::from_secs(45);
/// Pages that somebody asks for and does not read: more than the system's buffers of both sides hold.
const UNREAD: usize = 40_000;

/// Sends bytes one by one, for as long as the other side takes them.
async fn drip(port: u16, begin: Vec<u8>) {
    let mut caller = Caller::connect(port).await.expect("a connection");
    if caller.send(&begin).await.is_err() {
        return;
    }
    let mut tick = tokio::time::interval(Duration::from_millis(100));
    let drops = async {
        loop {
            tick.tick().await;
            if caller.send(b"a").await.is_err() {
                return;
            }
        }
    };
    drops.await;
}

/// Opens and says nothing.
async fn silent(port: u16) {
    Caller::connect(port).await.expect("a connection").until_closed().await;
}

/// Asks again and again in one go and reads nothing.
async fn unread(port: u16) {
    drip(port, request("GET", "/signin", "10.3.0.1", ("", "")).repeat(UNREAD)).await;
}

#[test]
fn i5_who_sends_or_reads_slowly_or_says_nothing_is_cut_off_and_holds_nobody_up() {
    let Some(house) = House::build(Engine::Sqlite) else { return };
    let watched = Watched::start(&house, &SHORT);
    let port = watched.process.port;
    let runtime = runtime();
    let began = Instant::now();
    let mut slow = JoinSet::new();
    let head = "POST /signin/email HTTP/1.1\r\nHost: localhost\r\n";
    let form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\nemail=";
    for _ in 0..20 {
        let handle = runtime.handle();
        slow.spawn_on(silent(port), handle);
        slow.spawn_on(drip(port, format!("{head}X-Slow: ").into_bytes()), handle);
        slow.spawn_on(drip(port, format!("{head}{form}").into_bytes()), handle);
    }
    for _ in 0..3 {
        slow.spawn_on(unread(port), runtime.handle());
    }
    // Meanwhile everybody else is answered.
    let others = async {
        while !slow.is_empty() {
            let question = request("GET", "/signin", "10.3.0.2", ("Connection: close\r\n", ""));
            let answer = ask_once(port, &question).await.expect("an answer");
            assert_eq!(answer.status, 200);
            assert!(began.elapsed() < PATIENCE, "{} slow clients are still there", slow.len());
            while let Some(ended) = slow.try_join_next() {
                ended.expect("a client that was cut off");
            }
        }
    };
    runtime.block_on(others);
    let closed = |why| watched.figure("genkan_connections_closed_total", &[("why", why)]);
    assert!(closed("silent") >= 40.0, "{} were silent", closed("silent"));
    assert_eq!(closed("answer-not-read"), 3.0);
    let refused = watched.figure("genkan_requests_refused_total", &[("bound", "request-time")]);
    assert_eq!(refused, 20.0);
    assert!(watched.process.stop().success(), "{}", house.log());
}

/// A slow body is answered, in words, before its connection is closed.
#[test]
fn i5_a_body_that_does_not_come_is_answered_at_its_bound() {
    let Some(house) = House::build(Engine::Sqlite) else { return };
    let watched = Watched::start(&house, &SHORT);
    let question = "POST /api/v1/signin/password HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                    Content-Length: 100\r\n\r\n{";
    let answer = runtime().block_on(ask_once(watched.process.port, question.as_bytes()));
    let answer = answer.expect("an answer");
    assert_eq!((answer.status, answer.code().as_str()), (503, "overloaded"), "{answer:?}");
    assert!(answer.headers.iter().any(|(name, _)| name == "retry-after"), "{answer:?}");
}

/// When all places are taken by clients who say nothing, they make room for whoever comes.
#[test]
fn i5_at_the_most_connections_who_has_waited_longest_makes_room() {
    let Some(house) = House::build(Engine::Sqlite) else { return };
    let settings = [("GENKAN_LIMITS__CONNECTIONS", "64"), ("GENKAN_LIMITS__HEADER_TIMEOUT", "10m")];
    let watched = Watched::start(&house, &settings);
    let port = watched.process.port;
    runtime().block_on(async {
        let mut quiet = JoinSet::new();
        for _ in 0..200 {
            quiet.spawn(silent(port));
        }
        for number in 0..200 {
            let question = request("GET", "/signin", "10.3.0.3", ("Connection: close\r\n", ""));
            let answer = tokio::time::timeout(PATIENCE, ask_once(port, &question)).await;
            let answer = answer.unwrap_or_else(|_| panic!("visitor {number} stands outside"));
            assert_eq!(answer.expect("an answer").status, 200);
        }
        assert!(quiet.len() <= 200);
    });
    assert!(watched.figure("genkan_connections_closed_total", &[("why", "made-room")]) >= 100.0);
    assert_eq!(watched.figure("genkan_bound_limit", &[("bound", "connections")]), 64.0);
    assert!(watched.figure("genkan_bound_used", &[("bound", "connections")]) <= 64.0);
}
