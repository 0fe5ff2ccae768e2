//! What an operator did: one line of the log with the name, JSON for programs, and for the member that the operator did it and
//! never who.

use std::process::Output;

use serde_json::{Value, json};

use super::house::{Engine, House, PASSWORD};

const HANAKO: &str = "hanako@example.test";
const OPERATOR: &str = "canary-operator";

fn run(house: &House, command: &str, more: &[&str]) -> Output {
    let settings = house.settings();
    let plain = ["account", command, HANAKO, "--json", "--by", OPERATOR, "--config", &settings];
    house.run(&[&plain, more].concat())
}

/// The one line on standard error.
fn line(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(text.lines().count(), 1, "{text}");
    serde_json::from_str(&text).expect("a line of JSON")
}

#[test]
fn what_an_operator_does_is_a_line_with_the_name_and_the_member_reads_that_it_was_the_operator() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(house) = House::build(engine) else { continue };
        let process = house.serve();
        let client = process.client("192.0.2.1");
        house.register(&client, HANAKO, PASSWORD).expect("an account");
        let shown = run(&house, "show", &[]);
        assert!(shown.stderr.is_empty(), "looking is nothing that is done");
        let shown: Value = serde_json::from_slice(&shown.stdout).expect("JSON");
        let reason = ["--reason", "stolen phone"];
        for (command, word, more) in [
            ("unlock", "unlock", [].as_slice()),
            ("suspend", "suspend", reason.as_slice()),
            ("resume", "resume", &[]),
            ("signout", "sign-out-everywhere", &[]),
            ("export", "export", &[]),
            ("withdraw", "withdraw-for", &[]),
        ] {
            let output = run(&house, command, more);
            serde_json::from_slice::<Value>(&output.stdout).expect("JSON");
            let line = line(&output);
            let told = |name: &str| line[name].clone();
            assert_eq!((told("command"), told("by")), (json!(word), json!(OPERATOR)));
            assert_eq!((told("message"), told("outcome")), (json!("decided"), json!("done")));
            assert_eq!(told("account"), shown["account"]["id"], "{line}");
            assert_eq!(line.get("reason").is_some(), command == "suspend", "{line}");
            assert!(!line.to_string().contains(HANAKO), "{line}");
        }
        // The address is free again; the account is still known by its id.
        let (id, settings) = (shown["account"]["id"].as_str().expect("an id"), house.settings());
        let record = house.run(&["account", "export", id, "--json", "--config", &settings]);
        let text = String::from_utf8_lossy(&record.stdout).into_owned();
        assert!(!text.contains(OPERATOR), "the member never reads who it was");
        let record: Value = serde_json::from_str(&text).expect("JSON");
        let lines = record["activity"].as_array().expect("the list").iter();
        let by: Vec<&str> = lines
            .filter(|line| line["actor"] == "operator")
            .map(|line| line["kind"].as_str().expect("a kind"))
            .collect();
        for kind in ["suspended", "resumed", "exported", "withdrawn"] {
            assert!(by.contains(&kind), "{kind} is not among {by:?}");
        }
        let refused = house.refused(&["account", "suspend", HANAKO, "--config", &house.settings()]);
        assert!(!refused.contains("decided"), "what was refused is nothing that was done: {refused}");
        process.stop();
    }
}
