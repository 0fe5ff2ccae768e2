//! `genkan mail` beside a running service: the mail that was sent is found by its address and its Message-ID, and its
//! code is nowhere in what is printed.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::house::{Engine, House, pause};

#[test]
fn a_mail_is_found_by_its_address_and_its_message_id_and_its_code_is_not_told() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(house) = House::build(engine) else { continue };
        let process = house.serve();
        let client = process.client("192.0.2.1");
        let address = "hanako@example.test";
        let asked = client.call("POST", "register/email", "", &json!({ "email": address }));
        assert_eq!(asked.expect("an answer").status, 200);
        let settings = house.settings();
        let list = |more: &[&str]| {
            let all = [&["mail", "list", "--config", &settings], more].concat();
            String::from_utf8(house.run(&all).stdout).expect("UTF-8")
        };
        // The relay's answer is noted a moment after it was given.
        let began = Instant::now();
        let mut told = Value::Null;
        while told["mails"][0].is_null() {
            assert!(began.elapsed() < Duration::from_secs(60), "{}", house.log());
            pause(Duration::from_millis(20));
            let printed = list(&["--to", "HANAKO@example.test", "--state", "sent", "--json"]);
            told = serde_json::from_str(&printed).expect("JSON");
        }
        let mail = &told["mails"][0];
        assert_eq!((&mail["to"], &mail["kind"]), (&json!(address), &json!("register-code")));
        assert_eq!(
            (&mail["state"], &mail["tries"], &mail["due_at"]),
            (&json!("sent"), &json!(1), &Value::Null)
        );
        assert_eq!(mail["reply"], json!("250 taken"));
        let sent = house.relay.to(address).remove(0);
        assert!(
            sent.id.starts_with(&format!("<{}@", mail["id"].as_str().expect("an id"))),
            "{mail} {sent:?}"
        );

        let shown = house.run(&["mail", "show", &sent.id, "--config", &settings]);
        let shown = String::from_utf8(shown.stdout).expect("UTF-8");
        assert!(shown.contains(&format!("register-code to {address}")), "{shown}");
        assert!(shown.contains("1 try, sent 2") && shown.ends_with("\n    250 taken\n"), "{shown}");
        let code = house.relay.code(address).expect("a code");
        let all = [list(&[]), list(&["--json"]), shown].concat();
        let digits: String = all.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        assert!(!digits.contains(&code), "the code is told");

        assert_eq!(list(&["--state", "given-up"]), "There is no such mail.\n");
        let absent = "0194f5e08a0070008000000000000001.0";
        assert!(
            house.refused(&["mail", "show", absent, "--config", &settings]).contains("no such mail")
        );
        let refused = house.refused(&["mail", "list", "--to", "nobody", "--config", &settings]);
        assert!(refused.contains("“nobody” is no mail address"), "{refused}");
    }
}
