//! The service is told what happened to its accounts, by the real program to a receiver that believes a library nobody here
//! wrote: every event, in the order of its account, also while the receiver fails half of the time and genkan is killed.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::house::{Engine, House, PASSWORD, Process, pause, settled};
use super::http::Client;

const OLD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NEW: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const MEMBERS: usize = 5;
const ROUNDS: usize = 4;

/// A receiver, and what it told so far.
struct Service {
    process: Child,
    port: u16,
    lines: Receiver<Value>,
}

impl Service {
    /// `None`, said aloud, where the library is not installed.
    fn start(mood: &str) -> Option<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parts/webhook-receiver.py");
        let mut import = Command::new("python3");
        import.args(["-c", "import standardwebhooks"]).stderr(Stdio::null());
        if !import.status().is_ok_and(|status| status.success()) {
            let note = "skipped: Python has no standardwebhooks (tests/parts/requirements.txt)\n";
            std::io::stderr().write_all(note.as_bytes()).expect("said");
            return None;
        }
        let mut process = Command::new("python3")
            .arg(script)
            .args([NEW, mood])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the receiver starts");
        let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let port = lines.next().expect("a line").expect("a line").parse().expect("its port");
        let (tell, told) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let told = serde_json::from_str(&line).expect("JSON");
                if tell.send(told).is_err() {
                    return;
                }
            }
        });
        Some(Self { process, port, lines: told })
    }

    fn settings(&self, house: &House, more: &str) {
        let mut file = fs::File::options().append(true).open(house.settings()).expect("the settings");
        let port = self.port;
        let text = format!(
            "[webhook.web]\nurl = \"http://127.0.0.1:{port}/hooks\"\nsecrets = \"{OLD} {NEW}\"\nallow_private = true\n{more}"
        );
        file.write_all(text.as_bytes()).expect("written");
    }

    /// What comes next, within a while.
    fn next(&self, patience: Duration) -> Option<Value> {
        match self.lines.recv_timeout(patience) {
            Ok(told) => {
                assert_eq!(told["holds"], true, "{told}");
                Some(told)
            }
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => panic!("the receiver is gone"),
        }
    }

    /// Takes whatever comes until so many different events were taken.
    fn until(&self, heard: &mut Heard, wanted: usize, house: &House) {
        let began = Instant::now();
        while heard.taken.len() < wanted {
            if let Some(told) = self.next(Duration::from_millis(200)) {
                heard.note(&told);
            } else {
                // What was put off is due: the waits are somebody else's test.
                house.sql("update announcement_lines set due_at = 0 where worker is null");
            }
            let late = began.elapsed() > Duration::from_secs(120);
            assert!(!late, "{} of {wanted}: {heard:?}\n{}", heard.taken.len(), house.log());
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// What was taken: the first time that each event came.
#[derive(Debug, Default)]
struct Heard {
    taken: BTreeMap<String, Value>,
    /// Of each account, the events in the order in which they were first taken.
    order: BTreeMap<String, Vec<String>>,
    requests: usize,
    again: usize,
}

impl Heard {
    fn note(&mut self, told: &Value) {
        self.requests += 1;
        if told["fate"] == "refused" {
            return;
        }
        let (id, event) = (told["id"].as_str().expect("an id").to_owned(), &told["event"]);
        if self.taken.insert(id, event.clone()).is_some() {
            self.again += 1;
            return;
        }
        let account = event["data"]["account"].as_str().expect("an account").to_owned();
        let mut word = event["type"].as_str().expect("a type").to_owned();
        if let Some(changed) = event["data"]["changed"].as_array() {
            word = format!("{word} {changed:?}");
        }
        self.order.entry(account).or_default().push(word);
    }
}

#[test]
fn every_event_comes_in_order_though_the_receiver_fails_half_and_genkan_is_killed_on_sqlite() {
    storm(Engine::Sqlite);
}

#[test]
fn every_event_comes_in_order_though_the_receiver_fails_half_and_genkan_is_killed_on_postgresql() {
    storm(Engine::Postgres);
}

fn storm(engine: Engine) {
    let Some(house) = House::build(engine) else { return };
    let Some(service) = Service::start("moody") else { return };
    service.settings(&house, "include_email = true\n");
    let mut heard = Heard::default();
    let mut members = Vec::new();
    let mut expected = 0;
    // Two of them only where the database is shared.
    let nodes = if matches!(engine, Engine::Postgres) { 2 } else { 1 };
    for round in 0..ROUNDS {
        let processes: Vec<Process> = (0..nodes).map(|_| house.serve()).collect();
        let client = processes[round % nodes].client(&format!("10.9.{round}.1"));
        if round == 0 {
            for number in 0..MEMBERS {
                let address = format!("m{number}@example.test");
                let answer = house.register(&client, &address, PASSWORD).expect("an answer");
                assert_eq!(answer.status, 201, "{answer:?}");
                members.push(answer.text("token"));
                expected += 1;
            }
        }
        for token in &members {
            // Name and language in turn, so that the order can be told by what came.
            let body = if round % 2 == 0 {
                json!({ "display_name": format!("round {round}") })
            } else {
                json!({ "locale": if round % 4 == 1 { "ja" } else { "en" } })
            };
            let answer = settled(|| client.call("PATCH", "account", token, &body)).expect("an answer");
            assert!((200..300).contains(&answer.status), "{answer:?}");
            expected += 1;
        }
        // Killed in the midst of what is told.
        service.until(&mut heard, expected * 2 / 3, &house);
        processes.into_iter().for_each(Process::kill);
        house.sql("update announcement_lines set due_at = 0, worker = null");
    }
    let process = house.serve();
    service.until(&mut heard, expected, &house);
    let (name, language) =
        ("account.changed [String(\"name\")]", "account.changed [String(\"language\")]");
    let right = ["account.created", name, language, name, language];
    assert_eq!(heard.order.len(), MEMBERS);
    for (account, order) in &heard.order {
        assert_eq!(order.as_slice(), right, "{account}");
    }
    let emails = heard.taken.values().filter_map(|event| event["data"]["email"].as_str());
    let mut emails: Vec<&str> = emails.collect();
    emails.sort_unstable();
    let all: Vec<String> = (0..MEMBERS).map(|number| format!("m{number}@example.test")).collect();
    assert_eq!(emails, all, "the address stands in what tells of a new account, and nowhere else");
    assert!(heard.requests > expected + heard.again, "the receiver refused none: {}", heard.requests);
    let waiting = || house.rows("select count(*) from announcements where state <> 'received'");
    let began = Instant::now();
    while waiting() != ["0"] && began.elapsed() < Duration::from_secs(60) {
        house.sql("update announcement_lines set due_at = 0 where worker is null");
        pause(Duration::from_millis(100));
    }
    assert_eq!(waiting(), ["0"]);
    assert_eq!(house.rows("select count(*) from announcement_lines"), ["0"]);
    process.stop();
}

#[test]
fn an_operator_tests_an_endpoint_lists_what_it_was_told_and_repeats_it() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(house) = House::build(engine) else { continue };
        let Some(service) = Service::start("calm") else { return };
        service.settings(&house, "receipts = true\n");
        house.run(&["config", "check", "--config", &house.settings()]);
        let figures = super::house::free_port();
        let told = [("GENKAN_LISTEN__METRICS_ADDRESS", format!("127.0.0.1:{figures}"))];
        let process = house.start(Path::new(env!("CARGO_BIN_EXE_genkan")), &told).expect("it starts");
        let figures = Client { port: figures, network: "127.0.0.1".to_owned() };
        let client = process.client("192.0.2.4");
        let answer = house.register(&client, "hanako@example.test", PASSWORD).expect("an answer");
        let created = service.next(Duration::from_secs(30)).expect("it comes");
        assert_eq!(created["event"]["type"], "account.created");
        assert_eq!(created["event"]["data"]["email"], Value::Null, "not without include_email");
        assert_eq!(created["agent"], "genkan");
        let token = answer.text("token");
        let gone =
            settled(|| client.call("DELETE", "account", &token, &Value::Null)).expect("an answer");
        assert_eq!(gone.status, 200, "{gone:?}");
        let withdrawn = service.next(Duration::from_secs(30)).expect("it comes");
        assert_eq!(withdrawn["event"]["type"], "account.withdrawn");

        let json_of = |arguments: &[&str]| -> Value {
            let settings = house.settings();
            let all = [arguments, &["--json", "--config", &settings]].concat();
            serde_json::from_slice(&house.run(&all).stdout).expect("JSON")
        };
        let (id, account) = (&withdrawn["id"], &withdrawn["event"]["data"]["account"]);
        let account = account.as_str().expect("an account");
        let began = Instant::now();
        let listed = loop {
            let listed = json_of(&["webhook", "list", "--account", account, "--state", "received"]);
            if listed["events"].as_array().is_some_and(|events| events.len() == 2) {
                break listed;
            }
            assert!(began.elapsed() < Duration::from_secs(30), "{listed}");
            pause(Duration::from_millis(50));
        };
        assert_eq!(&listed["events"][0]["id"], id);
        assert_eq!(listed["events"][0]["endpoint"], "web");
        let id = id.as_str().expect("an id");
        let shown = json_of(&["webhook", "show", id]);
        let body: Value = serde_json::from_str(shown["body"].as_str().expect("a body")).expect("JSON");
        assert_eq!(body, withdrawn["event"], "as it was sent");
        assert_eq!(shown["event"]["erasure_waits"], false, "it has the receipt");

        assert_eq!(json_of(&["webhook", "replay", id])["replayed"], 1);
        let again = service.next(Duration::from_secs(30)).expect("it comes again");
        assert_eq!((&again["id"], &again["event"]), (&withdrawn["id"], &withdrawn["event"]));
        let mut told =
            house.command(&["webhook", "replay", "--endpoint", "web", "--config", &house.settings()]);
        let told = told.output().expect("it runs");
        let line = String::from_utf8_lossy(&told.stderr);
        assert!(line.contains("\"command\":\"webhook-replay\""), "{line}");
        let both = [0, 1]
            .map(|_| service.next(Duration::from_secs(30)).expect("they come again")["id"].clone());
        assert_eq!(both, [created["id"].clone(), withdrawn["id"].clone()], "in their order");

        let wanted = [
            "genkan_webhooks_total{endpoint=\"web\",result=\"given-up\"} 0",
            "genkan_webhooks_total{endpoint=\"web\",result=\"received\"} 5",
            "genkan_webhooks_waiting{endpoint=\"web\"} 0",
            "genkan_webhook_send_seconds_count{endpoint=\"web\"} 5",
        ];
        // The receiver tells before it answers.
        let began = Instant::now();
        loop {
            let told = figures.get("/metrics").expect("figures").body;
            if wanted.iter().all(|line| told.contains(line)) {
                break;
            }
            assert!(began.elapsed() < Duration::from_secs(30), "{told}");
            pause(Duration::from_millis(50));
        }

        let tested = json_of(&["webhook", "test", "web"]);
        assert_eq!(tested["status"], 200);
        let test = service.next(Duration::from_secs(30)).expect("it comes");
        assert_eq!((&test["event"]["type"], &test["id"]), (&json!("genkan.test"), &tested["id"]));
        let refused = house.refused(&["webhook", "test", "shop", "--config", &house.settings()]);
        assert!(refused.contains("no endpoint “shop”; there are web"), "{refused}");
        process.stop();
        let log = house.log();
        assert!(!log.contains("whsec_") && !log.contains(&NEW[6..]), "no secret in the log");
    }
}

/// A settings file whose endpoint is at this port.
fn moved_to(house: &House, from: u16, to: u16) {
    let text = fs::read_to_string(house.settings()).expect("the settings");
    let place = |port: u16| format!("http://127.0.0.1:{port}/hooks");
    assert!(text.contains(&place(from)));
    fs::write(house.settings(), text.replace(&place(from), &place(to))).expect("written");
}

/// Waits until a query brings this.
fn until_rows(house: &House, query: &str, wanted: &[&str]) {
    let began = Instant::now();
    while house.rows(query) != wanted {
        let late = began.elapsed() > Duration::from_secs(60);
        assert!(!late, "{query}: {:?}\n{}", house.rows(query), house.log());
        pause(Duration::from_millis(50));
    }
}

#[test]
fn an_erasure_waits_for_its_receipt_and_what_is_given_up_is_seen() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(house) = House::build(engine) else { continue };
        let Some(service) = Service::start("calm") else { return };
        service.settings(&house, "receipts = true\nretry_for = \"10m\"\n[withdraw]\ngrace = \"0d\"\n");
        // First nobody is there.
        let nobody = super::house::free_port();
        moved_to(&house, service.port, nobody);
        let process = house.serve();
        let client = process.client("192.0.2.4");
        let answer = house.register(&client, "hanako@example.test", PASSWORD).expect("an answer");
        let token = answer.text("token");
        let gone =
            settled(|| client.call("DELETE", "account", &token, &Value::Null)).expect("an answer");
        assert_eq!(gone.status, 200, "{gone:?}");
        until_rows(
            &house,
            "select tries from announcements where kind = 'account.created' and tries > 0",
            &["1"],
        );
        process.stop();
        // What happened at the start of upkeep is that nothing was erased; and that its time is over is noticed.
        house.sql(
            "update announcements set since_at = since_at - 601000 where kind = 'account.created'",
        );
        house.sql("update announcement_lines set due_at = 0, worker = null");
        let process = house.serve();
        until_rows(
            &house,
            "select state from announcements where kind = 'account.created'",
            &["given-up"],
        );
        until_rows(&house, "select count(*) from accounts where erase_at is not null", &["1"]);
        process.stop();
        assert_eq!(
            house.rows("select count(*) from accounts"),
            ["1"],
            "not erased without the receipt"
        );
        assert!(house.log().contains("an announcement is given up"), "{}", house.log());
        // Then it is.
        moved_to(&house, nobody, service.port);
        house.sql("update announcement_lines set due_at = 0, worker = null");
        house.sql("update accounts set erase_at = null");
        let process = house.serve();
        let withdrawn = service.next(Duration::from_secs(30)).expect("it comes");
        assert_eq!(withdrawn["event"]["type"], "account.withdrawn");
        until_rows(&house, "select count(*) from announcements where awaited is not null", &["0"]);
        // Whether upkeep has come by since, or comes by at the next start: now it is erased.
        process.stop();
        house.sql("update accounts set erase_at = null");
        let process = house.serve();
        let erased = service.next(Duration::from_secs(30)).expect("it comes");
        assert_eq!(erased["event"]["type"], "account.erased");
        assert_eq!(erased["event"]["data"]["account"], withdrawn["event"]["data"]["account"]);
        assert_eq!(house.rows("select count(*) from accounts"), ["0"]);
        process.stop();
        assert!(!house.log().contains("without the receipts"), "{}", house.log());
    }
}

#[test]
fn an_endpoint_that_is_gone_is_left_alone_until_the_next_start_and_one_that_is_tired_gets_its_rest() {
    for (mood, comes_again) in [("gone", false), ("tired", true)] {
        let Some(house) = House::build(Engine::Sqlite) else { continue };
        let Some(service) = Service::start(mood) else { return };
        service.settings(&house, "");
        let process = house.serve();
        let client = process.client("192.0.2.4");
        let began = Instant::now();
        house.register(&client, "hanako@example.test", PASSWORD).expect("an answer");
        let first = service.next(Duration::from_secs(30)).expect("it comes");
        let answered = Instant::now();
        // Another account: it does not wait for the first, but for the endpoint.
        house.register(&client, "taro@example.test", PASSWORD).expect("an answer");
        house.sql("update announcement_lines set due_at = 0 where worker is null");
        let again = service.next(Duration::from_secs(if comes_again { 30 } else { 4 }));
        assert_eq!(again.is_some(), comes_again, "{mood}: {again:?}");
        if let Some(again) = again {
            assert!(answered.elapsed() > Duration::from_millis(1_900), "{mood}: {again}");
            process.stop();
            continue;
        }
        assert!(house.log().contains("says that it is gone (410)"), "{}", house.log());
        assert_eq!(house.rows("select count(*) from announcements where state = 'waiting'"), ["2"]);
        process.stop();
        house.sql("update announcement_lines set due_at = 0, worker = null");
        let process = house.serve();
        let ids = [0, 1].map(|_| service.next(Duration::from_secs(30)).expect("it is asked once more"));
        assert!(ids.iter().any(|told| told["id"] == first["id"]), "{:?}", began.elapsed());
        process.stop();
    }
}

#[test]
fn an_account_is_erased_all_the_same_when_no_receipt_comes_and_the_log_says_so() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(house) = House::build(engine) else { continue };
        let nobody = super::house::free_port();
        let mut file = fs::File::options().append(true).open(house.settings()).expect("the settings");
        let text = format!(
            "[webhook.web]\nurl = \"http://127.0.0.1:{nobody}/hooks\"\nsecrets = \"{NEW}\"\nallow_private = true\n\
             receipts = true\n[withdraw]\ngrace = \"0d\"\nerase_at_latest = \"1d\"\n"
        );
        file.write_all(text.as_bytes()).expect("written");
        let process = house.serve();
        let client = process.client("192.0.2.4");
        let answer = house.register(&client, "hanako@example.test", PASSWORD).expect("an answer");
        let token = answer.text("token");
        let gone =
            settled(|| client.call("DELETE", "account", &token, &Value::Null)).expect("an answer");
        assert_eq!(gone.status, 200, "{gone:?}");
        process.stop();
        for (hours, left) in [(23, "1"), (2, "0")] {
            let moved = hours * 3_600_000;
            house.sql(&format!(
                "update accounts set withdrawn_until = withdrawn_until - {moved}, erase_at = null"
            ));
            let process = house.serve();
            let seen = if left == "1" { "where erase_at is not null" } else { "" };
            until_rows(&house, &format!("select count(*) from accounts {seen}"), &[left]);
            process.stop();
            let told =
                house.log().contains("an account is erased without the receipts that were awaited");
            assert_eq!(told, left == "0", "{}", house.log());
        }
    }
}
