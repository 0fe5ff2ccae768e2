//! An orderly end: what was asked before the signal is answered whole, mail on its way arrives, and the exit
//! code says that all is well. And one file has one server.

use std::io::ErrorKind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::json;

use super::house::{Engine, House};

const ADDRESS: &str = "hanako@example.test";
const PASSWORD: &str = "kawa-no-hotori-de-3-nin";
const CLIENTS: usize = 4;

/// Signs in again and again until nobody answers; gives the answers and how many were cut off.
fn until_nobody_answers(house: &House, port: u16, answers: &AtomicUsize) -> usize {
    let process = super::http::Client { port, network: "192.0.2.9".to_owned() };
    let body = json!({ "email": ADDRESS, "password": PASSWORD });
    loop {
        match process.call("POST", "signin/password", "", &body) {
            Ok(answer) => {
                assert!(answer.status < 500, "{answer:?}\n{}", house.log());
                answers.fetch_add(1, Ordering::SeqCst);
            }
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return 1,
            Err(_) => return 0,
        }
    }
}

#[test]
fn what_was_asked_before_the_end_is_answered_whole() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(house) = House::build(engine) else { continue };
        let process = house.serve();
        house.register(&process.client("192.0.2.1"), ADDRESS, PASSWORD).expect("registered");
        let answers = AtomicUsize::new(0);
        let port = process.port;
        let cut_off = thread::scope(|scope| {
            let ask = || until_nobody_answers(&house, port, &answers);
            let clients = (0..CLIENTS).map(|_| scope.spawn(ask)).collect::<Vec<_>>();
            while answers.load(Ordering::SeqCst) < 3 * CLIENTS {
                thread::yield_now();
            }
            let status = process.stop();
            assert!(status.success(), "{status}\n{}", house.log());
            clients.into_iter().map(|client| client.join().expect("a client")).sum::<usize>()
        });
        assert_eq!(cut_off, 0, "answers were cut off\n{}", house.log());
        assert!(house.log().contains("genkan has stopped"), "{}", house.log());
    }
}

#[test]
fn one_file_has_one_server_and_commands_run_beside_it() {
    let Some(house) = House::build(Engine::Sqlite) else { return };
    let process = house.serve();
    let second = house.refused(&["serve", "--config", &house.settings()]);
    assert!(second.contains("in use by another genkan"), "{second}");
    house.register(&process.client("192.0.2.1"), ADDRESS, PASSWORD).expect("registered");
    let shown = house.run(&["account", "show", ADDRESS, "--config", &house.settings()]);
    assert!(String::from_utf8_lossy(&shown.stdout).contains("active"));
    let copy = house.path("copy.sqlite");
    house.run(&["db", "backup", "--config", &house.settings(), "--out", &copy]);
    assert!(std::fs::metadata(copy).is_ok_and(|file| file.len() > 0));
}

/// A setting that would put members at risk, or is misspelt, is named, and nothing is served.
#[test]
fn an_unsafe_house_does_not_start() {
    let Some(house) = House::build(Engine::Sqlite) else { return };
    let settings = std::fs::read_to_string(house.settings()).expect("the settings");
    let unsafe_ones = [
        ("http://localhost:7878", "http://accounts.example.test", "https"),
        ("file = ", "# file = ", "keys.file"),
        ("queue = 1000", "que = 1000", "queue"),
    ];
    for (from, to, told) in unsafe_ones {
        std::fs::write(house.settings(), settings.replace(from, to)).expect("the settings");
        let said = house.refused(&["serve", "--config", &house.settings()]);
        assert!(said.contains(told), "{said}");
    }
}
