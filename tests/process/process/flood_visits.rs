//! Visitors who only look, in numbers: no row is written, and no memory is kept for them (security.md E14).
//!
//! Each comes from a network of its own, since what is remembered of networks is what could grow. `./test full` lets a
//! million come.

use std::collections::BTreeMap;

use super::flood::{Caller, Watched, is_whole_run, request, runtime};
use super::house::{Engine, House};

const SAMPLE: u32 = 9_000;
const WHOLE: u32 = 1_000_000;
const CLIENTS: u32 = 8;
/// What a house that has been looked at by a few thousand may grow by, however many more come.
const MIB: f64 = 32.0;

const LOOKS: [(&str, &str, u16); 9] = [
    ("GET", "/signin", 200),
    ("GET", "/signin/email", 200),
    ("GET", "/signup/email", 200),
    ("GET", "/reset", 200),
    ("GET", "/account", 303),
    ("GET", "/nothing", 404),
    ("GET", "/api/v1/session", 401),
    ("POST", "/signin/passkey/options", 200),
    ("POST", "/api/v1/signin/passkey/options", 200),
];

/// How many rows each table has.
fn rows(house: &House, engine: Engine) -> BTreeMap<String, u64> {
    let names = match engine {
        Engine::Sqlite => {
            "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
        }
        Engine::Postgres | Engine::Pooled => {
            "select table_name from information_schema.tables where table_schema = 'public'"
        }
    };
    let count = |table: String| {
        let counted = house.rows(&format!("select count(*) from {table}"));
        (table, counted[0].parse().expect("a number"))
    };
    let counted = house.rows(names).into_iter().map(count).collect::<BTreeMap<_, _>>();
    assert!(counted.len() > 15, "the tables are found: {counted:?}");
    counted
}

/// Visits from so many networks, beginning with this one.
fn visit(watched: &Watched, first: u32, visits: u32) {
    let port = watched.process.port;
    runtime().block_on(async {
        let mut clients = tokio::task::JoinSet::new();
        for client in 0..CLIENTS {
            clients.spawn(async move {
                let mut caller = Caller::connect(port).await.expect("a connection");
                for number in (client..visits).step_by(8) {
                    let (method, path, status) = LOOKS[(number / CLIENTS) as usize % LOOKS.len()];
                    let network = first + number;
                    let network = format!("2001:db8:{:x}:{:x}::1", network >> 16, network & 0xFFFF);
                    let question = request(method, path, &network, ("", ""));
                    let answer = caller.ask(&question).await.expect("an answer");
                    assert_eq!(answer.status, status, "{method} {path}: {answer:?}");
                }
            });
        }
        while let Some(ended) = clients.join_next().await {
            ended.expect("a client");
        }
    });
}

fn visits(engine: Engine, visits: u32) {
    let Some(house) = House::build(engine) else { return };
    let watched = Watched::start(&house, &[]);
    let empty = rows(&house, engine);
    let warm = visits / 10;
    visit(&watched, 0, warm);
    let (_, before) = watched.memory_mib();
    visit(&watched, warm, visits - warm);
    let (peak, _) = watched.memory_mib();
    assert_eq!(rows(&house, engine), empty, "visitors have left rows");
    println!("{visits} visits: {before:.0} MiB after a tenth of them, {peak:.0} at most");
    assert!(peak < before + MIB, "{peak:.0} MiB, where {before:.0} and {MIB:.0} are enough");
    for bound in ["networks-passwords", "networks-codes", "networks-writes"] {
        let bound = [("bound", bound)];
        let used = watched.figure("genkan_bound_used", &bound);
        assert!(used < watched.figure("genkan_bound_limit", &bound), "{used} networks remembered");
    }
    assert!(watched.process.stop().success(), "{}", house.log());
}

#[test]
fn e14_visitors_who_only_look_leave_no_row_and_no_memory_on_sqlite() {
    visits(Engine::Sqlite, if is_whole_run() { WHOLE } else { SAMPLE });
}

#[test]
fn e14_visitors_who_only_look_leave_no_row_and_no_memory_on_postgresql() {
    visits(Engine::Postgres, SAMPLE / 3);
}
