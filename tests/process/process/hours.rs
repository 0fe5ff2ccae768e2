//! Hours that pass in a moment: the relay is away for hours and days, and the clock of the machine is set forwards and back.
//!
//! The clock is `tests/parts/stepped-clock.c`, put before the C library of the one process; on SQLite it is the clock of
//! every decision. The relay is behind a way that can be cut.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::house::{Engine, House, PASSWORD, Process, free_port, pause, settled};
use super::http::{Answer, Client};
use super::proxy::{Proxy, Way};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const TEN_YEARS: i64 = 3652 * DAY;

/// A service whose clock is in the hand of the test.
struct Timed {
    house: House,
    figures: u16,
}

impl Timed {
    fn built() -> Option<Self> {
        let house = House::build(Engine::Sqlite)?;
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/parts/stepped-clock.c");
        let made = Command::new("cc")
            .args(["-O2", "-shared", "-fPIC", "-o"])
            .args([&house.path("stepped-clock.so"), source, "-ldl"])
            .status();
        assert!(made.is_ok_and(|status| status.success()), "cc makes the clock");
        let timed = Self { house, figures: free_port() };
        timed.set(0);
        Some(timed)
    }

    fn serve(&self) -> Process {
        let variables = [
            ("LD_PRELOAD", self.house.path("stepped-clock.so")),
            ("STEPPED_CLOCK", self.house.path("clock")),
            ("GENKAN_LISTEN__METRICS_ADDRESS", format!("127.0.0.1:{}", self.figures)),
        ];
        let started = self.house.start(Path::new(env!("CARGO_BIN_EXE_genkan")), &variables);
        started.unwrap_or_else(|over| panic!("not ready ({over}):\n{}", self.house.log()))
    }

    /// Sets the clock so many milliseconds off the true time.
    fn set(&self, off: i64) {
        // In place: the process has mapped it.
        let file =
            fs::File::options().create(true).truncate(false).write(true).open(self.house.path("clock"));
        std::io::Write::write_all(&mut file.expect("the clock"), &off.to_ne_bytes())
            .expect("the clock");
    }

    /// A number that a query brings.
    fn number(&self, query: &str) -> i64 {
        self.house.rows(query).concat().parse().unwrap_or(0)
    }

    /// Waits for what another process does beside us.
    fn until(&self, what: &str, mut is_so: impl FnMut() -> bool) {
        let began = Instant::now();
        while !is_so() {
            let late = began.elapsed() > Duration::from_secs(60);
            let mails = self
                .house
                .rows("select kind || ' ' || state || ' ' || tries || ' ' || due_at from mails");
            assert!(!late, "{what} never comes about: {mails:?}\n{}", self.house.log());
            pause(Duration::from_millis(10));
        }
    }
}

fn true_time() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "the clock of another process is set by it")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    i64::try_from(now.as_millis()).expect("before the year 292 million")
}

fn ask_code(client: &Client, address: &str) -> Answer {
    let body = json!({ "email": address });
    let answer = settled(|| client.call("POST", "register/email", "", &body)).expect("an answer");
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

fn sign_in(client: &Client, address: &str) -> Answer {
    let body = json!({ "email": address, "password": PASSWORD });
    settled(|| client.call("POST", "signin/password", "", &body)).expect("an answer")
}

fn session(client: &Client, token: &str) -> u16 {
    client.call("GET", "session", token, &Value::Null).expect("an answer").status
}

/// Codes whose time is over are dropped; what still means something waits longer and longer, is given up visibly after a
/// day, and goes out once when the relay is back.
#[test]
fn a_relay_that_is_away_for_hours_loses_no_mail_that_still_means_something() {
    let Some(timed) = Timed::built() else { return };
    let way = timed.house.put_before_relay();
    let process = timed.serve();
    let (house, client) = (&timed.house, process.client("192.0.2.1"));
    house.register(&client, "hanako@example.test", PASSWORD).expect("registered");
    house.settle_mail();
    way.becomes(Way::Away);
    assert_eq!(sign_in(&client, "hanako@example.test").status, 200);
    for number in 0..6 {
        // The answer and the page are the ones of every day: the code is on its way.
        ask_code(
            &process.client(&format!("10.5.{number}.1")),
            &format!("visitor-{number}@example.test"),
        );
    }
    let waits = let_hours_pass(&timed, 5 * HOUR);
    assert!(waits.windows(2).all(|two| two[0] <= two[1] + MINUTE), "the waits do not grow: {waits:?}");
    assert!(waits.len() < 20 && waits.last().is_some_and(|last| *last > 50 * MINUTE), "{waits:?}");
    assert_eq!(
        timed.number("select count(*) from mails where state = 'dropped' and kind = 'register-code'"),
        6
    );
    assert_eq!(timed.number("select count(*) from mails where state = 'waiting'"), 1);
    let told = figures(&timed);
    let ages = told.lines().filter(|line| line.starts_with("genkan_mails_waiting_oldest_seconds{"));
    let oldest = ages.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok()).reduce(f64::max);
    assert!(oldest.is_some_and(|seconds| seconds > 4.0 * 3600.0), "{oldest:?}\n{told}");
    assert!(house.log().contains("mail not sent yet") && house.log().contains("its time is over"));
    comes_back(&timed, &way);
    assert_eq!(house.relay.letters("hanako@example.test", "New sign-in"), 1);
    // Whoever waited for a code asks for a new one, which comes.
    let late = house.register(&process.client("10.5.9.1"), "visitor-0@example.test", PASSWORD);
    assert_eq!(late.expect("an answer").status, 201);
    is_given_up_after_a_day(&timed, &way, &client);
    assert!(process.stop().success());
}

fn comes_back(timed: &Timed, way: &Proxy) {
    way.becomes(Way::Open);
    let due = timed.number("select max(due_at) from mails where state = 'waiting'");
    timed.set(due - true_time() + 1000);
    timed.until("the mail goes out", || {
        timed.number("select count(*) from mails where state = 'waiting'") == 0
    });
}

fn is_given_up_after_a_day(timed: &Timed, way: &Proxy, client: &Client) {
    timed.house.settle_mail();
    way.becomes(Way::Away);
    assert_eq!(sign_in(client, "hanako@example.test").status, 200);
    let_hours_pass(timed, 26 * HOUR);
    assert_eq!(timed.number("select count(*) from mails where state = 'given-up'"), 1);
    assert!(timed.house.log().contains("mail given up"), "{}", timed.house.log());
    let list = ["mail", "list", "--state", "given-up", "--config", &timed.house.settings()];
    let shown = String::from_utf8_lossy(&timed.house.run(&list).stdout).into_owned();
    assert!(shown.contains("hanako@example.test"), "{shown}");
}

/// Moves the clock from one try to the next, until so much has passed or nothing waits; gives the waits of the last mail.
fn let_hours_pass(timed: &Timed, length: i64) -> Vec<i64> {
    let waiting = "select count(*) from mails where state = 'waiting'";
    let mut waits = Vec::new();
    let (began, mut now) = (timed.now(), timed.now());
    while now < began + length && timed.number(waiting) > 0 {
        // Every mail that is due has been tried, and nobody holds one.
        timed.until("every mail is tried", || {
            let held = format!("{waiting} and (worker is not null or due_at <= {now})");
            timed.number(&held) == 0
        });
        let next = timed.number("select min(due_at) from mails where state = 'waiting'");
        if next == 0 {
            break;
        }
        waits.push(timed.number("select max(due_at) from mails where state = 'waiting'") - now);
        now = next + 1;
        timed.set(now - true_time());
    }
    waits
}

impl Timed {
    /// What the clock of the service shows.
    fn now(&self) -> i64 {
        let bytes = fs::read(self.house.path("clock")).expect("the clock");
        true_time() + i64::from_ne_bytes(bytes.try_into().expect("eight bytes"))
    }
}

fn figures(timed: &Timed) -> String {
    let client = Client { port: timed.figures, network: "127.0.0.1".to_owned() };
    client.get("/metrics").expect("the figures").body
}

/// An hour forwards, ten years forwards, and back again.
#[test]
fn a_clock_that_is_set_leaves_nobody_in_or_out_for_ever() {
    let Some(timed) = Timed::built() else { return };
    let way = timed.house.put_before_relay();
    let process = timed.serve();
    let (house, client) = (&timed.house, process.client("192.0.2.1"));
    let (hanako, taro) = ("hanako@example.test", "taro@example.test");
    let done = house.register(&client, hanako, PASSWORD).expect("registered");
    let token = done.text("token");
    let flow = ask_code(&client, taro).text("flow");
    timed.until("a code comes", || house.relay.code(taro).is_some());
    let verify = |code: &str| {
        let body = json!({ "flow": flow, "code": code });
        settled(|| client.call("POST", "register/verify", "", &body)).expect("an answer")
    };
    // An hour later a member is still in, and a code is over.
    timed.set(HOUR);
    assert_eq!(session(&client, &token), 200);
    let over = verify(&house.relay.code(taro).expect("a code"));
    assert!(over.status >= 400, "{over:?}");
    // Back again: what was used stays used, and what was done stays done.
    timed.set(0);
    assert_eq!(session(&client, &token), 200);
    let again = house.register(&client, taro, PASSWORD).expect("an answer");
    assert_eq!(again.status, 201, "{again:?}");
    let used = verify(&house.relay.code(taro).expect("a code"));
    assert!(used.status >= 400, "a used code is good again: {used:?}");
    // Ten years ahead everybody is out and may come in; what is begun there is not believed ten years earlier.
    timed.set(TEN_YEARS);
    assert_eq!(session(&client, &token), 401);
    let ahead = sign_in(&client, hanako);
    assert_eq!(ahead.status, 200, "{ahead:?}");
    way.becomes(Way::Away);
    assert_eq!(sign_in(&client, taro).status, 200);
    timed.until("the mail is tried", || {
        timed.number(
            "select count(*) from mails where tries > 0 and state = 'waiting' and worker is null",
        ) > 0
    });
    timed.set(0);
    assert_eq!(
        session(&client, &ahead.text("token")),
        401,
        "a session of the future would live for ten years"
    );
    let entered = sign_in(&client, hanako);
    assert_eq!((entered.status, session(&client, &entered.text("token"))), (200, 200), "{entered:?}");
    // A mail that would wait for ten years goes out with the next upkeep, which a start begins with.
    way.becomes(Way::Open);
    assert!(process.stop().success());
    let process = timed.serve();
    timed.until("the mail of the future goes out", || {
        timed.number("select count(*) from mails where state = 'waiting'") == 0
    });
    assert!(process.stop().success());
}
