//! Hundreds and thousands of clients pour in wrong passwords at ever other addresses from ever other networks, and
//! whoever has a right to be served is served (security.md I4, R-LOCK-4).
//!
//! Of a flood it is asserted what is answered, to whom, and what it takes; when the clients have left, the work that
//! nobody waits for is not done.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::flood::{Caller, Watched, call, can_have, is_whole_run, runtime};
use super::house::{Engine, House, PASSWORD, pause};
use super::http::Answer;

/// What a connection may take that asks for a sign-in, beside its hash: buffers of both directions, its task, the request that waits
/// for its hash or for its refusal. It is some 0.03; when what is carried out lay in each request that waits, it was 0.05.
const MIB_A_CONNECTION: f64 = 0.04;
/// What a busy house takes beside connections and hashes, for each processor: caches of statements and pages, the allocator's own.
const MIB_BUSY: f64 = 2.0;
/// The buffer of one hash thread.
const MIB_A_HASH: f64 = 19.0;

#[test]
fn i4_512_clients_guess_and_known_devices_and_session_checks_are_served() {
    flood_of_guesses(512);
}

#[test]
fn i4_5_000_clients_guess_and_known_devices_and_session_checks_are_served() {
    if !is_whole_run() {
        println!("skipped: 5,000 clients guess in ./test full");
        return;
    }
    flood_of_guesses(5_000);
}

const BREATH: Duration = Duration::from_secs(2);

/// The clients of a flood, and what they have heard.
struct Flood {
    clients: JoinSet<()>,
    heard: Arc<[AtomicU32; 3]>,
    stop: Arc<AtomicBool>,
}

const WRONG: usize = 0;
const REFUSED: usize = 1;
const OTHER: usize = 2;

impl Flood {
    fn heard(&self, what: usize) -> u32 {
        self.heard[what].load(Ordering::Relaxed)
    }
}

fn kind_of(answer: &Answer) -> usize {
    let waits = answer.headers.iter().any(|(name, value)| name == "retry-after" && value != "0");
    match (answer.status, answer.code().as_str()) {
        (401, "invalid-credentials") => WRONG,
        (503, "overloaded") if waits => REFUSED,
        _ => OTHER,
    }
}

/// Each client guesses again and again until it is told to leave, or is cut off.
fn pour(runtime: &tokio::runtime::Runtime, port: u16, clients: u32) -> Flood {
    let heard = Arc::new([const { AtomicU32::new(0) }; 3]);
    let stop = Arc::new(AtomicBool::new(false));
    let mut all = JoinSet::new();
    for client in 0..clients {
        let (heard, stop) = (Arc::clone(&heard), Arc::clone(&stop));
        let guesses = async move {
            let mut caller = Caller::connect(port).await.expect("a connection");
            for number in 0_u32.. {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                let network = std::net::Ipv4Addr::from(0x0B00_0000 + client * 64 + number % 64);
                let body =
                    json!({ "email": format!("c{client}n{number}@example.test"), "password": "wrong" });
                let answer = caller.ask(&call("signin/password", &network.to_string(), &body)).await;
                let kind = answer.map_or(OTHER, |answer| kind_of(&answer));
                heard[kind].fetch_add(1, Ordering::Relaxed);
                if kind == REFUSED {
                    // Long enough that a build without optimisation, on a machine with other work, answers the others
                    // too; short enough that more guess at any time than may wait.
                    tokio::time::sleep(BREATH).await;
                }
            }
        };
        all.spawn_on(guesses, runtime.handle());
    }
    Flood { clients: all, heard, stop }
}

#[track_caller]
fn until(what: &str, house: &House, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(90), "{what}:\n{}", tail(&house.log()));
        pause(Duration::from_millis(20));
    }
}

fn tail(log: &str) -> &str {
    &log[log.len().saturating_sub(4_000)..]
}

fn flood_of_guesses(clients: u32) {
    if let Err(why) = can_have(u64::from(clients)) {
        println!("skipped: {why}");
        return;
    }
    let Some(house) = House::build(Engine::Sqlite) else { return };
    let settings = [("GENKAN_PASSWORD__HASH__QUEUE", "200"), ("GENKAN_PASSWORD__HASH__DEADLINE", "3s")];
    let watched = Watched::start(&house, &settings);
    let owner = watched.client("198.51.100.1");
    let email = "owner@example.test";
    let registered = house.register(&owner, email, PASSWORD).expect("a registration");
    let (token, device) = (registered.text("token"), registered.text("device"));
    let threads = watched.figure("genkan_hash_threads", &[]);
    // Not what hash threads hold by now: it is counted in full below.
    let held = watched.figure("genkan_hash_buffers", &[]) * MIB_A_HASH;
    let before = watched.own_memory_mib().1 - held;

    let runtime = runtime();
    let mut flood = pour(&runtime, watched.process.port, clients);
    until("nobody is refused", &house, || {
        flood.heard(REFUSED) > clients / 2 && flood.heard(WRONG) > 20
    });
    // A quick house may have refused half of them before the others have come.
    until("not all have come", &house, || {
        watched.figure("genkan_bound_used", &[("bound", "connections")]) >= f64::from(clients)
    });
    // R-LOCK-4: a device that the account knows goes before all strangers and is never refused.
    let known = json!({ "email": email, "password": PASSWORD, "device": device });
    let mut token = token;
    for _ in 0..4 {
        let answer = owner.call("POST", "signin/password", "", &known).expect("an answer");
        let away =
            |why| watched.figure("genkan_hash_turned_away_total", &[("lane", "known"), ("why", why)]);
        let away = ["full", "wait-too-long", "too-late", "failed"].map(away);
        assert_eq!(answer.status, 200, "{away:?} turned away: {answer:?}");
        token = answer.text("token");
    }
    for _ in 0..8 {
        let answer = owner.call("GET", "session", &token, &Value::Null).expect("an answer");
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    refused_as_a_page(&watched);
    assert!(flood.heard(REFUSED) > 0 && flood.heard(WRONG) > 0);
    assert_eq!(flood.heard(OTHER), 0, "every guess is answered as a guess");
    assert_eq!(watched.figure("genkan_hash_turned_away_total", &[("lane", "known")]), 0.0);
    assert!(watched.figure("genkan_hash_turned_away_total", &[("lane", "stranger")]) > 0.0);
    assert!(watched.figure("genkan_bound_used", &[("bound", "connections")]) >= f64::from(clients));
    let waiting = watched.figure("genkan_bound_used", &[("bound", "hash-queue-strangers")]);
    assert!(waiting <= 200.0, "{waiting} wait");

    // They hang up in the middle of their guesses; then an owner on a new device is let in, and not after all the work
    // that nobody waits for any more.
    flood.stop.store(true, Ordering::Relaxed);
    flood.clients.abort_all();
    runtime.block_on(async { while flood.clients.join_next().await.is_some() {} });
    until("those who left are not noticed", &house, || {
        watched.figure("genkan_hash_waiting", &[]) + watched.figure("genkan_hash_running", &[]) < 1.0
    });
    assert!(watched.figure("genkan_hash_abandoned_total", &[]) > 0.0, "nothing was thrown away");
    let elsewhere = watched.client("203.0.113.9");
    let right = json!({ "email": email, "password": PASSWORD });
    let answer = elsewhere.call("POST", "signin/password", "", &right).expect("an answer");
    assert_eq!(answer.status, 200, "{answer:?}");

    let (peak, _) = watched.own_memory_mib();
    let bound = before + threads * (MIB_A_HASH + MIB_BUSY) + f64::from(clients) * MIB_A_CONNECTION;
    println!("{clients} clients: {before:.0} MiB before, {peak:.0} at most, bound {bound:.0}");
    assert!(peak < bound, "{peak:.0} MiB, where {bound:.0} are enough");
    let counted = [WRONG, REFUSED].map(|kind| flood.heard(kind));
    println!("{counted:?} wrong and refused");
    assert!(watched.process.stop().success(), "{}", tail(&house.log()));
}

/// A browser hears the same on a page, in words, with the time to wait.
fn refused_as_a_page(watched: &Watched) {
    let mut heard = BTreeMap::new();
    for number in 0..200 {
        let browser = watched.client(&format!("10.9.{}.{}", number / 200, number % 200));
        let form = format!("email=b{number}%40example.test&password=wrong+again");
        let answer = browser.form("/signin/email", &form).expect("an answer");
        *heard.entry(answer.status).or_insert(0) += 1;
        if answer.status == 503 {
            let waits = answer.headers.iter().any(|(name, _)| name == "retry-after");
            assert!(waits && answer.body.contains("</html>"), "{answer:?}");
            return;
        }
    }
    panic!("no page is refused: {heard:?}");
}
