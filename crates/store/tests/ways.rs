//! How often a sign-in goes to a PostgreSQL server and back, counted on the wire.
//!
//! A proxy between the two reads the protocol: a way begins when this side says something while it waits for nothing. Time
//! plays no part, for both sides and the proxy take turns on one thread. The sign-ins are those of the growth bench.

#[expect(dead_code, reason = "the bench measures more than is counted here")]
mod growth;
mod town;

use std::cell::Cell;
use std::rc::Rc;

use growth::place::{Where, build};
use growth::visits::{Visit, Visits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use town::Town;

/// What was counted on all connections.
#[derive(Default)]
struct Counted {
    ways: Cell<u64>,
    statements: Cell<u64>,
}

/// What one connection waits for.
#[derive(Default)]
struct Waiting(Cell<i64>);

fn more(cell: &Cell<u64>) {
    cell.set(cell.get() + 1);
}

/// Carries whole messages and shows each; the first of a client has no kind.
async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, starts: bool, show: impl Fn(u8)) {
    let mut held = Vec::new();
    let mut starts = starts;
    let mut chunk = vec![0; 65_536];
    loop {
        let read = from.read(&mut chunk).await.unwrap_or(0);
        if read == 0 {
            return;
        }
        held.extend_from_slice(&chunk[..read]);
        let mut done = 0;
        loop {
            let kind = usize::from(!starts);
            let Some(length) = held.get(done + kind..done + kind + 4) else { break };
            let length = u32::from_be_bytes(length.try_into().unwrap()) as usize + kind;
            if held.len() < done + length {
                break;
            }
            if !starts {
                show(held[done]);
            }
            starts = false;
            done += length;
        }
        if to.write_all(&held[..done]).await.is_err() {
            return;
        }
        held.drain(..done);
    }
}

/// Listens in front of a server and counts.
async fn proxy(server: &str, counted: Rc<Counted>) -> String {
    let rest = server.strip_prefix("postgres://").unwrap();
    let (user, rest) = rest.split_once('@').unwrap();
    let (there, name) = rest.split_once('/').unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://{user}@{}/{name}", listener.local_addr().unwrap());
    let there = there.to_owned();
    tokio::task::spawn_local(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&there).await.unwrap();
            let (from_client, to_client) = client.into_split();
            let (from_server, to_server) = server.into_split();
            let waiting = Rc::new(Waiting::default());
            let (seen, counted) = (Rc::clone(&waiting), Rc::clone(&counted));
            tokio::task::spawn_local(carry(from_client, to_server, true, move |kind| {
                // Sync and a simple query: each is answered by "ready".
                if [b'S', b'Q'].contains(&kind) {
                    if seen.0.get() == 0 {
                        more(&counted.ways);
                    }
                    seen.0.set(seen.0.get() + 1);
                    more(&counted.statements);
                }
            }));
            tokio::task::spawn_local(carry(from_server, to_client, false, move |kind| {
                // The first "ready" ends the greeting.
                if kind == b'Z' {
                    waiting.0.set((waiting.0.get() - 1).max(0));
                }
            }));
        }
    });
    url
}

#[tokio::test]
async fn a_sign_in_goes_to_the_server_and_back_few_times() {
    let Ok(server) = std::env::var("GENKAN_TEST_POSTGRES") else {
        eprintln!("skipped: GENKAN_TEST_POSTGRES is not set");
        return;
    };
    let everything = async {
        let counted = Rc::new(Counted::default());
        let url = proxy(&server, Rc::clone(&counted)).await;
        let town = Town { accounts: 100, left: 200, lines: 2, passing: 50 };
        let house = build(&Where::Server(&url), town).await;
        let mut visits = Visits::of(&house).await;
        let kinds = [
            ("session check", Visit::Check, CHECK),
            ("sign-in by password", Visit::Password, PASSWORD),
            ("sign-in by passkey", Visit::Passkey, PASSKEY),
        ];
        for (name, visit, (ways, statements)) in kinds {
            // The first opens a connection.
            visit.turn(&mut visits, 1).await;
            let before = (counted.ways.get(), counted.statements.get());
            visit.turn(&mut visits, TIMES).await;
            let each = |now: u64, before: u64| (now - before) as f64 / TIMES as f64;
            let (went, said) =
                (each(counted.ways.get(), before.0), each(counted.statements.get(), before.1));
            println!("{name}: {went:.1} ways, {said:.1} statements");
            assert!(went >= 1.0 && said >= went, "{name}: nothing was counted");
            // The question for the server's processes, once in a turn, is counted as well.
            assert!(went <= ways + 0.5, "{name}: {went} ways");
            assert!(said <= statements + 0.5, "{name}: {said} statements");
        }
        drop(visits);
        house.leave().await;
    };
    tokio::task::LocalSet::new().run_until(everything).await;
}

const TIMES: usize = 10;

/// Ways and statements at most; the end of a read, which nobody waits for, is one of each.
const CHECK: (f64, f64) = (2.0, 3.0);
const PASSWORD: (f64, f64) = (8.0, 53.0);
const PASSKEY: (f64, f64) = (4.0, 32.0);
