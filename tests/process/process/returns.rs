//! Mail that comes back to the real program: by a pipe, by a Maildir, and refused by the relay itself (R-CONTACT-4).
//!
//! The reports are written here as Postfix writes them, to the address that the mail really came from.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::house::{Engine, House, pause};
use super::mail::Mail;

const FOLDER: &str = "returned";

/// A house whose mail comes back to an address of its own.
fn house(engine: Engine) -> Option<House> {
    let house = House::build(engine)?;
    let folder = house.path(FOLDER);
    for part in ["new", "cur", "tmp"] {
        fs::create_dir_all(Path::new(&folder).join(part)).expect("a Maildir");
    }
    let mut file = fs::File::options().append(true).open(house.settings()).expect("the settings");
    let text = format!("[mail.reports]\naddress = \"bounces@example.test\"\nmaildir = \"{folder}\"\n");
    file.write_all(text.as_bytes()).expect("written");
    Some(house)
}

fn report(mail: &Mail, came_to: &str) -> String {
    let (to, id) = (&mail.to, &mail.id);
    format!(
        "Return-Path: <>\nDelivered-To: {came_to}\nFrom: MAILER-DAEMON@mx.test\nTo: {came_to}\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n--b\n\
         Content-Type: text/plain\n\nIt could not be delivered.\n\n--b\n\
         Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.test\n\n\
         Final-Recipient: rfc822; {to}\nAction: failed\nStatus: 5.1.1\n\
         Diagnostic-Code: smtp; 550 5.1.1 no such user\n\n--b\nContent-Type: text/rfc822-headers\n\n\
         Message-ID: {id}\nTo: {to}\n\n--b--\n"
    )
}

/// What `genkan mail bounced` says, and its exit code.
fn pipe(house: &House, octets: &str) -> (Value, Option<i32>) {
    let mut command = house.command(&["mail", "bounced", "--json", "--config", &house.settings()]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("genkan runs");
    child.stdin.take().expect("a pipe").write_all(octets.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("its end");
    let told = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (told, output.status.code())
}

fn json_of(house: &House, arguments: &[&str]) -> Value {
    let settings = house.settings();
    let all = [arguments, &["--json", "--config", &settings]].concat();
    serde_json::from_slice(&house.run(&all).stdout).expect("JSON")
}

fn until(house: &House, mut done: impl FnMut() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < Duration::from_secs(60), "{}", house.log());
        pause(Duration::from_millis(50));
    }
}

fn suppressed(house: &House) -> Vec<String> {
    let told = json_of(house, &["mail", "suppressed", "list"]);
    let addresses = told["addresses"].as_array().expect("addresses");
    addresses.iter().map(|one| one["address"].as_str().expect("an address").to_owned()).collect()
}

fn asked(house: &House, client: &super::http::Client, address: &str) -> Mail {
    let told = client.call("POST", "register/email", "", &json!({ "email": address }));
    assert_eq!(told.expect("an answer").status, 200);
    until(house, || !house.relay.to(address).is_empty());
    house.relay.to(address).remove(0)
}

#[test]
fn c12_a_mail_that_comes_back_is_known_by_its_signed_address_alone_and_once() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(house) = house(engine) else { continue };
        let process = house.serve();
        let client = process.client("192.0.2.1");
        let mail = asked(&house, &client, "a@example.test");
        assert!(mail.from.starts_with("bounces+") && mail.from.ends_with("@example.test"), "{mail:?}");

        let mut wrong = mail.from.clone().into_bytes();
        wrong[60] = if wrong[60] == b'a' { b'b' } else { b'a' };
        let wrong = String::from_utf8(wrong).expect("ascii");
        for came_to in ["bounces@example.test", wrong.as_str()] {
            let (told, code) = pipe(&house, &report(&mail, came_to));
            assert_eq!((&told["result"], code), (&json!("not-ours"), Some(0)), "{came_to}");
        }
        assert_eq!(pipe(&house, "Subject: hello\n\nI am away.\n").0["result"], json!("unreadable"));
        assert_eq!(suppressed(&house), Vec::<String>::new());

        let good = report(&mail, &mail.from);
        assert_eq!(pipe(&house, &good).0["result"], json!("bounced"));
        assert_eq!(pipe(&house, &good).0["result"], json!("known"));
        assert_eq!(suppressed(&house), ["a@example.test"]);
        let shown = json_of(&house, &["mail", "show", &mail.id]);
        assert_eq!(shown["mail"]["report"], json!("bounced"));
        house.run(&["mail", "suppressed", "lift", "a@example.test", "--config", &house.settings()]);
        assert_eq!(suppressed(&house), Vec::<String>::new());
        let shown = json_of(&house, &["mail", "show", &mail.id]);
        let words = shown["mail"]["report_words"].as_str().expect("words");
        assert!(words.contains("[lifted 20") && words.contains(" by "), "{words}");
        assert_eq!(pipe(&house, &good).0["result"], json!("known"), "a replay changes nothing");
        assert_eq!(suppressed(&house), Vec::<String>::new());
        let absent = house.refused(&[
            "mail",
            "suppressed",
            "lift",
            "a@example.test",
            "--config",
            &house.settings(),
        ]);
        assert!(absent.contains("not on the list"), "{absent}");
    }
}

#[test]
fn r_contact_4_what_comes_back_by_a_maildir_marks_the_member_and_a_relays_refusal_the_address() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(house) = house(engine) else { continue };
        let process = house.serve();
        let client = process.client("192.0.2.1");
        let address = "hanako@example.test";
        house.register(&client, address, "correct horse battery staple").expect("an account");
        until(&house, || house.relay.to(address).len() == 2);
        let welcome = house.relay.to(address).remove(1);
        let gone = json!({ "email": "gone@example.test" });
        assert_eq!(client.call("POST", "register/email", "", &gone).expect("an answer").status, 200);
        until(&house, || suppressed(&house) == ["gone@example.test"]);
        let listed = json_of(&house, &["mail", "list", "--to", "gone@example.test"]);
        let refused = &listed["mails"][0];
        assert_eq!((&refused["state"], &refused["report"]), (&json!("given-up"), &json!("bounced")));

        let folder = house.path(FOLDER);
        fs::write(Path::new(&folder).join("new/1.report"), report(&welcome, &welcome.from))
            .expect("put");
        fs::write(Path::new(&folder).join("new/2.spam"), "Subject: buy\n\nnow\n").expect("put");
        // The next process reads it in its first round.
        process.stop();
        let second = house.serve();
        let cur = Path::new(&folder).join("cur");
        until(&house, || cur.join("1.report:2,S").exists() && cur.join("2.spam:2,FS").exists());
        assert_eq!(suppressed(&house), ["gone@example.test", address]);
        let shown = json_of(&house, &["account", "show", address]);
        let text = shown.to_string();
        assert!(text.contains("\"unreachable_at\":\"20"), "{text}");
        second.stop();
    }
}

#[test]
fn c12_postmark_is_heard_by_the_real_program_on_either_store() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(house) = house(engine) else { continue };
        let secret = "c0ffee00c0ffee00c0ffee00";
        let mut file = fs::File::options().append(true).open(house.settings()).expect("the settings");
        file.write_all(format!("postmark_secret = \"{secret}\"\n").as_bytes()).expect("written");
        let process = house.serve();
        let client = process.client("192.0.2.1");
        let mail = asked(&house, &client, "a@example.test");
        let message = json!({ "RecordType": "Bounce", "Type": "HardBounce", "Email": "a@example.test",
            "Details": "smtp;550 5.1.1 no such user", "Metadata": { "genkan": mail.id } });
        let post = |text: &str| {
            let shown = format!("Basic {}", STANDARD.encode(text));
            let head = format!("Authorization: {shown}\r\nContent-Type: application/json\r\n");
            let answer = client.post_with("/hooks/mail/postmark", &head, &message.to_string());
            answer.expect("an answer").status
        };
        assert_eq!(post("postmark:another"), 400);
        assert_eq!(suppressed(&house), Vec::<String>::new());
        assert_eq!(post(&format!("postmark:{secret}")), 200);
        assert_eq!(suppressed(&house), ["a@example.test"]);
        let told = client.call("POST", "register/email", "", &json!({ "email": "a@example.test" }));
        let told: Value = serde_json::from_str(&told.expect("an answer").body).expect("JSON");
        assert_eq!(told["mail_refused"], json!(true));
    }
}
