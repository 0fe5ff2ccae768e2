//! Mail as it leaves the real program and as a relay takes it that somebody else wrote: both signatures are good.
//!
//! The keys are those of `genkan keys dkim`, the records those that it prints, the settings those that it tells to
//! write. aiosmtpd takes the mails and dkimpy judges them (tests/parts/requirements.txt).

use std::fs;
use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::house::{Engine, House};

/// A script of another implementation, spoken to line by line.
struct Python {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Python {
    fn start(script: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/delivery/tests/support");
        let mut command = Command::new("python3");
        command.arg("-B").arg(folder.join(script)).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("python3");
        let lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        Self { process, lines }
    }

    fn line(&mut self) -> String {
        self.lines.next().expect("the program ended").expect("a line")
    }

    fn next(&mut self) -> Value {
        serde_json::from_str(&self.line()).expect("JSON")
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        drop(self.process.wait());
    }
}

fn is_there(module: &str) -> bool {
    let import = format!("import {module}");
    let found = Command::new("python3").args(["-c", &import]).stderr(Stdio::null()).status();
    let there = found.is_ok_and(|status| status.success());
    if !there {
        println!("skipped: Python has no {module}");
    }
    there
}

/// Makes keys, writes down what is printed, and gives the records.
pub(super) fn sign_mail(house: &House, relay: &Value) -> Value {
    let made =
        house.run(&["keys", "dkim", "--domain", "example.test", "--out", &house.path(""), "--json"]);
    let made: Value = serde_json::from_slice(&made.stdout).expect("JSON");
    let mut settings = fs::read_to_string(house.settings()).expect("the settings");
    let own = format!("smtp://127.0.0.1:{}", house.relay.port);
    settings = settings.replace(&own, &format!("smtp://127.0.0.1:{relay}"));
    settings.push_str("[mail.dkim]\ndomain = \"example.test\"\n");
    let mut records = Map::new();
    for key in made["keys"].as_array().expect("keys") {
        let kind = key["kind"].as_str().expect("a kind");
        settings.push_str(&format!(
            "{kind}_selector = {}\n{kind}_key_file = {}\n",
            key["selector"], key["file"]
        ));
        let name = key["record"]["name"].as_str().expect("a name");
        records.insert(name.to_owned(), key["record"]["value"].clone());
    }
    fs::write(house.settings(), settings).expect("the settings");
    house.run(&["config", "check", "--config", &house.settings()]);
    Value::Object(records)
}

#[test]
fn every_mail_of_the_program_is_signed_twice_and_both_are_good() {
    if !["aiosmtpd", "dkim", "nacl"].into_iter().all(is_there) {
        return;
    }
    let Some(house) = House::build(Engine::Sqlite) else { return };
    let mut relay = Python::start("aiosmtpd_relay.py");
    let mut judge = Python::start("dkimpy_judge.py");
    assert_eq!(judge.line(), "ready");
    let records = sign_mail(&house, &relay.next());
    let process = house.serve();
    let client = process.client("192.0.2.1");
    let mut judged = |octets: &[u8]| {
        let question = json!({ "mail": STANDARD.encode(octets), "records": records });
        writeln!(judge.process.stdin.as_ref().expect("its input"), "{question}").expect("a question");
        judge.next()
    };
    for (language, word) in [("ja", "コード"), ("en", "code")] {
        let address = format!("{language}@example.test");
        let asked = client.call_in(language, "register/email", &json!({ "email": address }));
        assert_eq!(asked.expect("an answer").status, 200, "{}", house.log());
        let mail = relay.next();
        assert_eq!(mail["to"], json!([address]));
        assert!(mail["subject"].as_str().expect("a subject").contains(word), "{mail}");
        assert_eq!(mail["from_count"], json!(1));
        let octets = STANDARD.decode(mail["octets"].as_str().expect("octets")).expect("base64");
        assert_eq!(judged(&octets), json!([true, true]));
        let text = String::from_utf8(octets).expect("ASCII");
        let second = format!("From: bank@example.net\r\n{text}");
        let subject = text.replacen("Subject: ", "Subject: x", 1);
        let longer = format!("{text}more\r\n");
        for bent in [second, subject, longer] {
            assert_eq!(judged(bent.as_bytes()), json!([false, false]));
        }
    }
}
