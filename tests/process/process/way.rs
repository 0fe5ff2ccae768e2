//! The way to PostgreSQL is disturbed: cut, silent, or gone at the very moment of a commit. Nobody waits for long, everybody
//! hears clearly, nothing is done twice, and the service goes on by itself.
//!
//! An answer that is lost is found by asking the server for the transaction; where it cannot be asked, the page says that
//! nobody knows.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::house::{Engine, House, PASSWORD, Process, pause, settled};
use super::http::{Answer, Client};
use super::proxy::{Proxy, Way};

/// The longest that anybody may wait for an answer while the database is silent: connecting, a statement, and a look for
/// what became of a commit, each within its limit.
const LONGEST: Duration = Duration::from_secs(12);
const BACK_WITHIN: Duration = Duration::from_secs(20);

fn built() -> Option<(House, Proxy, Process)> {
    let house = House::build(Engine::Postgres)?;
    let proxy = house.put_between();
    let process = started(&house);
    Some((house, proxy, process))
}

pub(crate) fn started(house: &House) -> Process {
    let variables = [("GENKAN_DATABASE__STATEMENT_TIMEOUT", "1s".to_owned())];
    let started = house.start(std::path::Path::new(env!("CARGO_BIN_EXE_genkan")), &variables);
    started.unwrap_or_else(|over| panic!("genkan serve is not ready ({over}):\n{}", house.log()))
}

/// An answer, and that it came in time.
fn in_time(send: impl FnOnce() -> std::io::Result<Answer>) -> Answer {
    let began = Instant::now();
    let answer = send().expect("the process lives");
    assert!(began.elapsed() < LONGEST, "it took {:?}: {answer:?}", began.elapsed());
    answer
}

/// Waits until the service says that it is ready, which it must by itself.
pub(crate) fn comes_back(process: &Process, house: &House) -> Duration {
    let (client, began) = (process.client("192.0.2.250"), Instant::now());
    while !client.get("/readyz").is_ok_and(|answer| answer.status == 200) {
        assert!(began.elapsed() < BACK_WITHIN, "it does not come back:\n{}", house.log());
        pause(Duration::from_millis(20));
    }
    began.elapsed()
}

/// Every request of the steps to an account meets a lost answer, or a lost commit, once.
#[test]
fn a_commit_whose_answer_is_lost_is_found_and_done_once() {
    let Some((house, proxy, process)) = built() else { return };
    for (number, way) in [Way::CutsTheAnswer, Way::CutsTheCommit].into_iter().enumerate() {
        let client = process.client(&format!("10.8.{number}.1"));
        let address = format!("member-{number}@example.test");
        let disturbed = |path: &str, body: &Value| {
            let before = proxy.disturbed();
            proxy.becomes(way);
            let answer = in_time(|| client.call("POST", path, "", body));
            proxy.becomes(Way::Open);
            let met = proxy.disturbed() > before;
            if way == Way::CutsTheAnswer || answer.status != 503 {
                // Upkeep or mail may have met it in place of this request; then it is answered as ever.
                return (answer, met);
            }
            assert_eq!(answer.code(), "overloaded", "{answer:?}");
            (settled(|| client.call("POST", path, "", body)).expect("an answer"), met)
        };
        let (asked, first) = disturbed("register/email", &json!({ "email": address }));
        assert_eq!(asked.status, 200, "{way:?}: {asked:?}\n{}", house.log());
        let code = house.wait_for_code(&client, &address).expect("a code");
        let body = json!({ "flow": asked.text("flow"), "code": code });
        let (verified, second) = disturbed("register/verify", &body);
        assert_eq!(verified.status, 200, "{way:?}: {verified:?}\n{}", house.log());
        let body = json!({ "flow": verified.text("flow"), "password": PASSWORD });
        let (done, third) = disturbed("register/complete", &body);
        assert_eq!(done.status, 201, "{way:?}: {done:?}\n{}", house.log());
        assert!(first || second || third, "{way:?}: no commit was met");
        let session = client.call("GET", "session", &done.text("token"), &Value::Null);
        assert_eq!(session.expect("an answer").status, 200);
        let mails = format!("select kind from mails where recipient = '{address}' order by kind");
        assert_eq!(house.rows(&mails), ["register-code", "welcome"], "{way:?}");
    }
    assert_eq!(house.rows("select count(*) from accounts"), ["2"]);
    assert!(process.stop().success());
}

/// The server cannot be asked either: the page says honestly that nobody knows, in both languages.
#[test]
fn where_nobody_can_say_whether_it_was_done_the_page_says_so() {
    let Some((house, proxy, process)) = built() else { return };
    let told = [("ja", "済んでいることも"), ("en", "may have been done")];
    let mut said = 0;
    for (number, (language, words)) in told.into_iter().enumerate() {
        let client = process.client(&format!("10.8.{number}.2"));
        // What is done beside the requests may meet it first; then it is tried again.
        for round in 0..5 {
            let address = format!("nobody-{number}-{round}%40example.test");
            proxy.becomes(Way::CutsTheAnswerAndStaysAway);
            let page = in_time(|| {
                client.form_in(language, "/signin/email", &format!("email={address}&password=wrong"))
            });
            proxy.becomes(Way::Open);
            comes_back(&process, &house);
            assert_eq!(page.status, 503, "{page:?}");
            if page.body.contains(words) {
                said += 1;
                break;
            }
        }
    }
    assert_eq!(said, 2, "{}", house.log());
}

/// A server that takes everything and answers nothing, and one that is not there.
#[test]
fn a_silent_database_costs_nobody_more_than_the_deadline_and_is_told_clearly() {
    let Some((house, proxy, process)) = built() else { return };
    let client = process.client("192.0.2.1");
    let member = house.register(&client, "hanako@example.test", PASSWORD).expect("registered");
    let token = member.text("token");
    for way in [Way::Swallows, Way::Away] {
        proxy.becomes(way);
        thread::scope(|scope| {
            // More than the pool has connections.
            for number in 0..12 {
                let (house, process, token) = (&house, &process, &token);
                scope.spawn(move || {
                    let client = process.client(&format!("10.8.3.{number}"));
                    is_told_clearly(&client, number, token, house);
                });
            }
        });
        assert_eq!(in_time(|| client.get("/readyz")).status, 503, "{way:?}");
        assert_eq!(in_time(|| client.get("/healthz")).status, 200, "{way:?}");
        proxy.becomes(Way::Open);
        let back = comes_back(&process, &house);
        println!("{way:?}: back after {back:?}");
        let session = client.call("GET", "session", &token, &Value::Null).expect("an answer");
        assert_eq!(session.status, 200, "{session:?}");
    }
    assert!(process.stop().success());
}

fn is_told_clearly(client: &Client, number: usize, token: &str, house: &House) {
    let form = "email=hanako%40example.test&password=wrong";
    let answer = match number % 3 {
        0 => in_time(|| client.form_in("ja", "/signin/email", form)),
        1 => in_time(|| client.form_in("en", "/signin/email", form)),
        _ => in_time(|| client.call("GET", "account", token, &Value::Null)),
    };
    assert_eq!(answer.status, 503, "{answer:?}\n{}", house.log());
    assert!(answer.headers.iter().any(|(name, _)| name == "retry-after"), "{answer:?}");
    let clear = match number % 3 {
        0 => answer.body.contains("秒ほど待ってから"),
        1 => answer.body.contains("Please wait 5 seconds"),
        _ => answer.code() == "overloaded",
    };
    assert!(clear, "{answer:?}");
}
