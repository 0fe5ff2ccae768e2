//! Backup and restoration with the real program: what was ended since does not come back to life.

use serde_json::{Value, json};

use crate::process::house::{Engine, House};
use crate::process::http::Client;

const ADDRESS: &str = "hanako@example.test";
const PASSWORD: &str = "nureta kasa to hashira";

fn told(output: &std::process::Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// A backup is tried out beside the running service, and put in place when it has stopped. Sessions of the backup, which may
/// have been ended since, serve nobody; accounts and passwords are those of the backup.
#[test]
fn a_restored_backup_holds_the_accounts_and_no_open_session() {
    let Some(house) = House::build(Engine::Sqlite) else { return };
    let process = house.serve();
    let client = process.client("192.0.2.1");
    let token = house.register(&client, ADDRESS, PASSWORD).expect("registered").text("token");
    let config = house.settings();
    let copy = house.path("copy.sqlite");
    house.run(&["db", "backup", "--config", &config, "--out", &copy]);
    let drill = told(&house.run(&["--json", "db", "drill", "--config", &config]));
    assert_eq!((&drill["ok"], &drill["accounts"]), (&Value::from(true), &Value::from(1)), "{drill}");
    let asks = |client: &Client| {
        client.call("GET", "session", &token, &Value::Null).expect("an answer").status
    };
    assert_eq!(asks(&client), 200);
    let taken = house.refused(&["db", "restore", "--config", &config, "--from", &copy]);
    assert!(taken.contains("in use by another genkan"), "{taken}");
    assert!(process.stop().success());

    let restored = told(&house.run(&["--json", "db", "restore", "--config", &config, "--from", &copy]));
    assert_eq!(restored["ended"]["sessions"], 1, "{restored}");
    let before = restored["before"].as_str().expect("the old file's name");
    assert!(std::fs::metadata(before).is_ok_and(|file| file.len() > 0));
    let process = house.serve();
    let client = process.client("192.0.2.1");
    assert_eq!(asks(&client), 401);
    let body = json!({ "email": ADDRESS, "password": PASSWORD });
    assert_eq!(client.call("POST", "signin/password", "", &body).expect("an answer").status, 200);
    let left = std::fs::read_dir(house.path("")).expect("the folder");
    let names = left.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"));
    let odd =
        names.filter(|name| name.contains("drill") || name.contains("restoring")).collect::<Vec<_>>();
    assert!(odd.is_empty(), "{odd:?}");
}

/// What is no backup of this program changes nothing.
#[test]
fn what_is_no_backup_is_not_put_in_place() {
    let Some(house) = House::build(Engine::Sqlite) else { return };
    let process = house.serve();
    house.register(&process.client("192.0.2.1"), ADDRESS, PASSWORD).expect("registered");
    assert!(process.stop().success());
    let config = house.settings();
    let text = house.path("text.sqlite");
    std::fs::write(
        &text,
        "no database at all, but long enough to be read as the head of one".repeat(9),
    )
    .expect("a file");
    for from in [text, house.path("missing.sqlite")] {
        house.refused(&["db", "restore", "--config", &config, "--from", &from]);
        let shown = house.run(&["account", "show", ADDRESS, "--config", &config]);
        assert!(String::from_utf8_lossy(&shown.stdout).contains("active"));
    }
}
