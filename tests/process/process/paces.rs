//! Mail to a receiver that likes it slow, and to one that says that it gets too much, from two processes of the real program.
//!
//! The relay tells when each mail came. Nothing here waits for a time: what must be slow is measured when it is there.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::house::{Engine, House, pause};

#[test]
fn two_processes_keep_one_pace_and_nobody_else_waits_for_it() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(house) = House::build(engine) else { continue };
        let mut file = fs::File::options().append(true).open(house.settings()).expect("the settings");
        file.write_all(b"[mail.pace]\ndomains = [\"slow.test 60\"]\n").expect("written");
        let first = house.serve();
        // Two of them only where the database is shared.
        let second = matches!(engine, Engine::Postgres).then(|| house.serve());
        let processes = [Some(&first), second.as_ref()];
        let ask = |number: usize, address: &str| {
            let process = processes.iter().flatten().cycle().nth(number).expect("a process");
            let client = process.client(&format!("192.0.2.{}", number + 1));
            let told = client.call("POST", "register/email", "", &json!({ "email": address }));
            assert_eq!(told.expect("an answer").status, 200);
        };
        let slow: Vec<String> = (0..14).map(|n| format!("m{n}@slow.test")).collect();
        for (number, address) in slow.iter().enumerate() {
            ask(number, address);
        }
        let busy: Vec<String> = (0..4).map(|n| format!("m{n}@busy.test")).collect();
        for (number, address) in busy.iter().enumerate() {
            ask(20 + number, address);
        }
        ask(30, "hanako@example.test");
        let began = Instant::now();
        let came = |address: &str| house.relay.to(address).first().map(|mail| mail.came);
        let all = slow.iter().chain(&busy).map(String::as_str).chain(["hanako@example.test"]);
        let all: BTreeSet<&str> = all.collect();
        while all.iter().any(|address| came(address).is_none()) {
            assert!(began.elapsed() < Duration::from_secs(180), "{}", house.log());
            pause(Duration::from_millis(50));
        }
        let mut slow: Vec<Instant> = slow.iter().filter_map(|address| came(address)).collect();
        slow.sort();
        let quick = came("hanako@example.test").expect("it came");
        assert!(quick < slow[8], "it waits for no place in the line of another receiver");
        for (at, (earlier, later)) in slow.iter().zip(&slow[8..]).enumerate() {
            // Seven at once and one a second: the eighth after any mail is a second behind it, less what the way takes.
            assert!(*later - *earlier > Duration::from_millis(600), "{at}");
        }
        assert!(slow[13] - slow[0] > Duration::from_secs(5), "{:?}", slow[13] - slow[0]);
        let busy: BTreeSet<Instant> = busy.iter().filter_map(|address| came(address)).collect();
        let (soonest, last) = (busy.first().expect("one"), busy.last().expect("one"));
        assert!(*last - *soonest > Duration::from_secs(3), "it gets no more than it takes");
        let log = house.log();
        let eased = log.lines().filter(|line| line.contains("a receiver asks for fewer mails"));
        let eased: Vec<Value> = eased.filter_map(|line| serde_json::from_str(line).ok()).collect();
        assert!(!eased.is_empty(), "{log}");
        assert!(
            eased.iter().all(|line| line.to_string().contains("\"other\"")),
            "no domain that somebody typed"
        );
        drop(second);
        first.stop();
    }
}
