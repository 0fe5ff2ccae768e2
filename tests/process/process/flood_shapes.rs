//! Requests that are too large, too many-headed or not of a shape of this house: the right refusal, before much of it is
//! read, and no memory for it (security.md I5, A16).
//!
//! Each is asked over a connection of its own by a client that never stops sending by itself.

use super::flood::{Watched, ask_once, can_have, request, runtime};
use super::house::{Engine, House};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";
const JSON: &str = "Content-Type: application/json\r\n";
const ROUNDS: usize = 12;
const AT_ONCE: usize = 40;
/// What forty at a time may add to a house that has seen each of them once.
const MIB: f64 = 40.0;

struct Shape {
    what: &'static str,
    bytes: Vec<u8>,
    statuses: &'static [u16],
}

fn shape(what: &'static str, bytes: Vec<u8>, statuses: &'static [u16]) -> Shape {
    Shape { what, bytes, statuses }
}

fn post(path: &str, head: &str, body: &str) -> Vec<u8> {
    request("POST", path, "10.4.0.1", (head, body))
}

fn get(path: &str, head: &str) -> Vec<u8> {
    request("GET", path, "10.4.0.1", (head, ""))
}

/// A head that promises more than it sends.
fn declared(length: &str, more: &str) -> Vec<u8> {
    let line = "POST /api/v1/signin/password HTTP/1.1\r\nHost: localhost\r\n";
    format!("{line}{JSON}Content-Length: {length}\r\n{more}\r\n{{").into_bytes()
}

fn bodies() -> Vec<Shape> {
    let password = "/api/v1/signin/password";
    let deep = format!("{}{}", "{\"email\":".repeat(10_000), "}".repeat(10_000));
    let arrays = format!("{{\"email\":{}", "[".repeat(60_000));
    let twice = r#"{"email":"a@example.test","email":"b@example.test","password":"wrong"}"#;
    let both = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n";
    let chunk = format!("8000\r\n{}\r\n", "x".repeat(0x8000));
    let chunked = format!(
        "POST {password} HTTP/1.1\r\nHost: localhost\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n"
    );
    let fields = (0..10_000).map(|number| format!("f{number}=1")).collect::<Vec<_>>().join("&");
    vec![
        shape("a declared body of ten gigabytes", declared("10737418240", ""), &[413]),
        shape(
            "the same, asked whether to send it",
            declared("10737418240", "Expect: 100-continue\r\n"),
            &[413],
        ),
        shape("more than a number can hold", declared("99999999999999999999999", ""), &[400]),
        shape("chunks without an end", format!("{chunked}{}", chunk.repeat(64)).into_bytes(), &[413]),
        shape("a megabyte of password", post("/signin/email", FORM, &"p".repeat(1_048_576)), &[413]),
        shape("ten thousand fields", post("/signin/email", FORM, &fields[..60_000]), &[400]),
        shape(
            "a field twice",
            post("/signin/email", FORM, "email=a%40b.example&email=c%40d.example&password=x"),
            &[400],
        ),
        shape("JSON of great depth", post(password, JSON, &deep[..60_000]), &[400]),
        shape("arrays of great depth", post(password, JSON, &arrays), &[400]),
        shape("a member twice", post(password, JSON, twice), &[400]),
        shape("both lengths", request("POST", password, "10.4.0.1", (both, "0\r\n\r\n")), &[400]),
    ]
}

fn heads() -> Vec<Shape> {
    let lines = |number: usize| (0..number).map(|n| format!("X-{n}: y\r\n")).collect::<String>();
    let cookies = (0..1_500).map(|n| format!("c{n}=v{n}")).collect::<Vec<_>>().join("; ");
    let hops = (0..2_000).map(|n| format!("10.0.0.{}", n % 250)).collect::<Vec<_>>().join(", ");
    vec![
        shape(
            "a header of 100,000 bytes",
            get("/signin", &format!("X: {}\r\n", "y".repeat(100_000))),
            &[431],
        ),
        shape("two hundred headers", get("/signin", &lines(200)), &[431]),
        shape("ninety headers", get("/signin", &lines(90)), &[200]),
        shape("a path of 100,000 bytes", get(&format!("/{}", "a".repeat(100_000)), ""), &[414, 431]),
        shape("a path of 20,000 bytes", get(&format!("/{}", "a".repeat(20_000)), ""), &[404]),
        shape(
            "a query of 20,000 pairs' bytes",
            get(&format!("/signin?{}", "a=b&".repeat(5_000)), ""),
            &[200],
        ),
        shape("1,500 cookies", get("/signin", &format!("Cookie: {cookies}\r\n")), &[200]),
        shape("2,000 hops", get("/signin", &format!("X-Forwarded-For: {hops}\r\n")), &[200]),
        shape(
            "a method of its own",
            b"FLOOD /signin HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
            &[405],
        ),
        shape("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec(), &[400]),
    ]
}

#[test]
fn i5_what_is_too_large_or_of_no_shape_is_refused_at_once_and_takes_no_memory() {
    if let Err(why) = can_have(200) {
        println!("skipped: {why}");
        return;
    }
    let Some(house) = House::build(Engine::Sqlite) else { return };
    let watched = Watched::start(&house, &[]);
    let port = watched.process.port;
    let runtime = runtime();
    let shapes = bodies().into_iter().chain(heads()).collect::<Vec<_>>();
    for shape in &shapes {
        let answer = runtime.block_on(ask_once(port, &shape.bytes));
        let answer = answer.unwrap_or_else(|fault| panic!("{}: no answer: {fault}", shape.what));
        assert!(shape.statuses.contains(&answer.status), "{}: {answer:?}", shape.what);
    }
    let refused = watched.figure("genkan_requests_refused_total", &[("bound", "request-body")]);
    assert_eq!(refused, 4.0);
    let large = watched.figure("genkan_connections_closed_total", &[("why", "head-too-large")]);
    assert_eq!(large, 3.0);

    let (_, before) = watched.memory_mib();
    for _ in 0..ROUNDS {
        runtime.block_on(async {
            let mut all = tokio::task::JoinSet::new();
            for shape in shapes.iter().cycle().take(AT_ONCE) {
                let bytes = shape.bytes.clone();
                all.spawn(async move { ask_once(port, &bytes).await.is_ok() });
            }
            while let Some(answered) = all.join_next().await {
                assert!(answered.expect("a client"), "an answer is cut off");
            }
        });
    }
    let (peak, _) = watched.memory_mib();
    println!("{before:.0} MiB before, {peak:.0} at most");
    assert!(peak < before + MIB, "{peak:.0} MiB, where {before:.0} and {MIB:.0} are enough");
    assert!(watched.process.stop().success(), "{}", house.log());
}
