//! Many at once, and one in many spellings: whose answer is whose, who counts as whom, what visitors leave.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};

use super::house::{Engine, House, settled};

const PASSWORD: &str = "kawa-no-hotori-de-3-nin";
const MEMBERS: usize = 12;
const REQUESTS: usize = 2_400;
const THREADS: usize = 8;

/// A18: under load, with everybody's requests mixed, every answer belongs to its asker.
#[test]
fn a18_every_answer_belongs_to_its_asker() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(house) = House::build(engine) else { continue };
        let process = house.serve();
        let client = process.client("192.0.2.1");
        let member = |number: usize| {
            let address = format!("member{number}@example.test");
            let answer = house.register(&client, &address, PASSWORD).expect("registered");
            (address, answer.text("token"), answer.text("account_id"))
        };
        let members = (0..MEMBERS).map(member).collect::<Vec<_>>();
        let next = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= REQUESTS {
                            return;
                        }
                        let (address, token, id) = &members[number % MEMBERS];
                        let path = ["session", "account", "account/methods"][number % 3];
                        let answer = client.call("GET", path, token, &Value::Null).expect("an answer");
                        assert_eq!(answer.status, 200, "{answer:?}");
                        let others = members.iter().filter(|other| other.0 != *address);
                        for (foreign, _, foreign_id) in others {
                            let leaked = answer.body.contains(&format!("\"{foreign}\""))
                                || answer.body.contains(foreign_id);
                            assert!(!leaked, "{address} was answered with {foreign}'s");
                        }
                        let own = path == "account/methods" || answer.body.contains(id);
                        assert!(own, "{answer:?}");
                    }
                });
            }
        });
    }
}

/// A5: one address in many spellings is one address, with one budget of guesses.
#[test]
fn a5_every_spelling_of_an_address_draws_from_one_budget() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(house) = House::build(engine) else { continue };
        let process = house.serve();
        let spellings = [
            "hanako@example.test",
            "HANAKO@EXAMPLE.TEST",
            "  hanako@example.test ",
            "ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｔｅｓｔ",
            "Hanako@Example.Test\u{3000}",
        ];
        let codes = (0..15).map(|number: usize| {
            let client = process.client(&format!("10.1.{number}.1"));
            let body = json!({ "email": spellings[number % spellings.len()], "password": "wrong" });
            let answer = settled(|| client.call("POST", "signin/password", "", &body));
            answer.expect("an answer").code()
        });
        let codes = codes.collect::<Vec<_>>();
        assert!(codes[..10].iter().all(|code| code == "invalid-credentials"), "{codes:?}");
        assert!(codes[10..].iter().all(|code| code == "account-locked"), "{codes:?}");
    }
}

/// E14: visitors who only look leave no row behind.
#[test]
fn e14_anonymous_visits_leave_no_rows() {
    let Some(house) = House::build(Engine::Sqlite) else { return };
    let process = house.serve();
    for number in 0..300 {
        let client = process.client(&format!("10.2.{}.{}", number / 250, number % 250));
        for path in
            ["/signin", "/signin/email", "/signup/email", "/signup/code", "/account", "/nothing"]
        {
            assert!(client.get(path).is_ok_and(|answer| answer.status < 500), "{path}");
        }
    }
    for table in
        ["flows", "sessions", "devices", "address_guards", "challenges", "network_tries", "mails"]
    {
        let script = "import sqlite3, sys\n\
                      d = sqlite3.connect(sys.argv[1])\n\
                      print(d.execute('select count(*) from ' + sys.argv[2]).fetchone()[0])";
        let file = house.path("genkan.sqlite");
        let counted =
            Command::new("python3").args(["-c", script, &file, table]).output().expect("python3");
        assert_eq!(String::from_utf8_lossy(&counted.stdout).trim(), "0", "{table}: {counted:?}");
    }
}
