//! One node against three on one PostgreSQL: what a request costs the houses and what it costs the server they share.
//!
//! `cargo bench -- --nodes`, with `GENKAN_TEST_POSTGRES`, and with `GENKAN_TEST_STATEMENTS=named` for statements that the server
//! keeps. All of it runs on one machine, so the figures are prices (time of
//! processors, transactions, log written), and no rates: what three machines could do follows from the prices. Each turn
//! is taken by one node and by three, one after the other, and what is printed is the median over the rounds.

use std::io::{Error, Result};
use std::path::Path;

use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls};

use crate::house::{House, Member, statements};
use crate::load::{self, Pace, Script, pour, request};
use crate::measure::{cpu_seconds, median, seconds_beside_hashes};
use crate::passkeys::Passkey;
use crate::{MEMBERS, Plan, postgres};

const NODES: usize = 3;
const CLIENTS: usize = 24;

/// Measures, or says what is missing.
pub(crate) fn measured(runtime: &Runtime, plan: &Plan, folder: &Path) -> Result<()> {
    let Ok(server) = std::env::var("GENKAN_TEST_POSTGRES") else {
        return Err(Error::other("--nodes needs a PostgreSQL server: set GENKAN_TEST_POSTGRES"));
    };
    let database = runtime.block_on(postgres::make(&server))?;
    let done = on(runtime, plan, (folder, &database.url));
    runtime.block_on(database.drop())?;
    done
}

fn on(runtime: &Runtime, plan: &Plan, (folder, url): (&Path, &str)) -> Result<()> {
    let kept = statements()?;
    println!(
        "\nOne node and {NODES} on one PostgreSQL ({kept} statements), {CLIENTS} clients; prices of one request"
    );
    let first = runtime.block_on(House::build(folder, url))?;
    let members = runtime.block_on(first.register(MEMBERS))?;
    let members = runtime.block_on(first.sign_in(&members))?;
    let mut houses = vec![first];
    for number in 1..NODES {
        let next = houses.first().map(|first| runtime.block_on(first.node(number)));
        houses.extend(next.transpose()?);
    }
    let server = Server::of(runtime, url)?;
    let bench = Nodes { runtime, plan, houses: &houses, server: &server };
    let mine = &members[..CLIENTS];
    bench.line("sign-in by password", 200, || Ok(mine.iter().map(Member::signs_in).collect()))?;
    let members = first_of(&houses)?.sign_in(&members);
    let members = runtime.block_on(members)?;
    let mut passkeys = Vec::new();
    for member in &members[..CLIENTS] {
        let passkey = Passkey::add(first_of(&houses)?, (member, CLIENTS));
        passkeys.push(runtime.block_on(passkey)?);
    }
    bench.line("sign-in by passkey (two requests)", 200, || {
        let scripts =
            passkeys.iter().map(|one| runtime.block_on(one.signs_in(first_of(&houses)?, ONCE)));
        scripts.collect()
    })?;
    let members = runtime.block_on(first_of(&houses)?.sign_in(&members))?;
    let mine = &members[..CLIENTS];
    bench.line("session check, remembered", 200, || {
        Ok(mine.iter().map(Member::is_asked_for).collect())
    })?;
    bench.line("session check, not remembered", 303, || Ok(mine.iter().map(looks).collect()))
}

/// Sign-ins of each passkey in a turn; their answers are made before it.
const ONCE: usize = 16;

fn first_of(houses: &[House]) -> Result<&House> {
    houses.first().ok_or_else(|| Error::other("no house"))
}

/// A page that asks who is there and says nothing: pages do not remember.
fn looks(member: &Member) -> Script {
    let cookie = format!("genkan-session={}", member.token);
    vec![request("GET", "/", &[("cookie", &cookie)], "")]
}

struct Nodes<'a> {
    runtime: &'a Runtime,
    plan: &'a Plan,
    houses: &'a [House],
    server: &'a Server,
}

/// What has been used so far, or in a turn.
#[derive(Clone, Copy, Default)]
struct Used {
    done: f64,
    houses: f64,
    beside: f64,
    server: f64,
    reads: f64,
    writes: f64,
    log: f64,
}

impl Nodes<'_> {
    fn line(&self, name: &str, status: u16, scripts: impl Fn() -> Result<Vec<Script>>) -> Result<()> {
        let (mut one, mut three) = (Vec::new(), Vec::new());
        for _ in 0..self.plan.rounds {
            for (houses, rounds) in [(1, &mut one), (NODES, &mut three)] {
                let scripts = scripts()?;
                rounds.push(self.turn(&self.houses[..houses], &scripts, status)?);
            }
        }
        println!("  {name}");
        for (nodes, rounds) in [(1, &one), (NODES, &three)] {
            let of = |figure: fn(&Used) -> f64| median(rounds, |used| figure(used) / used.done);
            println!(
                "    {nodes} node{} houses {:8.1} µs ({:7.1} beside hash threads), PostgreSQL {:7.1} µs; \
                 {:.3} reads, {:.3} writing transactions, {:6.0} bytes of log; {:.0} requests a turn",
                if nodes == 1 { ": " } else { "s:" },
                of(|used| used.houses) * 1e6,
                of(|used| used.beside) * 1e6,
                of(|used| used.server) * 1e6,
                of(|used| used.reads),
                of(|used| used.writes),
                of(|used| used.log),
                median(rounds, |used| used.done),
            );
        }
        Ok(())
    }

    fn turn(&self, houses: &[House], scripts: &[Script], status: u16) -> Result<Used> {
        let pace = if scripts.first().is_some_and(|script| script.len() > 1) {
            Pace::Once
        } else {
            Pace::Flat(self.plan.turn)
        };
        let before = self.used()?;
        let answered = self.runtime.block_on(async {
            let share = scripts.len().div_ceil(houses.len());
            let mut pours = tokio::task::JoinSet::new();
            for (house, scripts) in houses.iter().zip(scripts.chunks(share)) {
                let (address, scripts) = (house.address, scripts.to_vec());
                pours.spawn(async move { pour(address, &scripts, pace, status).await });
            }
            let mut answered = 0;
            for pouring in pours.join_all().await {
                answered += pouring?.times.len();
            }
            Ok::<_, Error>(answered)
        })?;
        let after = self.used()?;
        let requests = if matches!(pace, Pace::Once) { answered / 2 } else { answered };
        Ok(Used {
            done: requests as f64,
            houses: after.houses - before.houses,
            beside: after.beside - before.beside,
            server: after.server - before.server,
            reads: after.reads - before.reads,
            writes: after.writes - before.writes,
            log: after.log - before.log,
        })
    }

    /// All houses count, also those that nobody asks: what idle ones do to the server is part of the price.
    fn used(&self) -> Result<Used> {
        let mut used = Used { server: self.server.cpu_seconds(), ..Used::default() };
        used.log = self.runtime.block_on(self.server.log_bytes())?;
        for house in self.houses {
            used.houses += cpu_seconds(house.pid());
            used.beside += seconds_beside_hashes(house.pid());
            let figures = self
                .runtime
                .block_on(load::ask(house.figures, &request("GET", "/metrics", &[], "")))?;
            let text = String::from_utf8_lossy(&figures.body).into_owned();
            used.reads += count(&text, "read");
            used.writes += count(&text, "write");
        }
        Ok(used)
    }
}

fn count(figures: &str, work: &str) -> f64 {
    let line = format!("genkan_database_transaction_seconds_count{{work=\"{work}\"}} ");
    let found = figures.lines().find_map(|known| known.strip_prefix(&line));
    found.and_then(|number| number.parse().ok()).unwrap_or(0.0)
}

/// The server's processes, by the one above the backend that answers us.
struct Server {
    client: Client,
    postmaster: u32,
}

impl Server {
    fn of(runtime: &Runtime, url: &str) -> Result<Self> {
        runtime.block_on(async {
            let (client, connection) =
                tokio_postgres::connect(url, NoTls).await.map_err(Error::other)?;
            tokio::spawn(connection);
            let row = client.query_one("select pg_backend_pid()", &[]).await.map_err(Error::other)?;
            let backend = u32::try_from(row.get::<_, i32>(0)).map_err(Error::other)?;
            let postmaster = parent(backend);
            let postmaster =
                postmaster.ok_or_else(|| Error::other("the server is not on this machine"))?;
            Ok(Self { client, postmaster })
        })
    }

    /// Of the server with all its processes so far, also those that have ended.
    fn cpu_seconds(&self) -> f64 {
        let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids =
            all.filter_map(|entry| entry.file_name().to_str().and_then(|name| name.parse().ok()));
        let children = pids.filter_map(fields).filter(|of| of[0] == f64::from(self.postmaster));
        let living: f64 = children.map(|of| of[1] + of[2]).sum();
        let own = fields(self.postmaster).map_or(f64::NAN, |of| of[1..].iter().sum());
        (living + own) / 100.0
    }

    async fn log_bytes(&self) -> Result<f64> {
        let asked = "select (pg_current_wal_lsn() - '0/0')::float8";
        let row = self.client.query_one(asked, &[]).await.map_err(Error::other)?;
        Ok(row.get(0))
    }
}

fn parent(pid: u32) -> Option<u32> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    text.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

/// Of `/proc/PID/stat`: parent, then user and system ticks, own and of children that were waited for.
fn fields(pid: u32) -> Option<[f64; 5]> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, after) = text.rsplit_once(") ")?;
    let all: Vec<f64> = after.split(' ').map(|field| field.parse().unwrap_or(0.0)).collect();
    Some([*all.get(1)?, *all.get(11)?, *all.get(12)?, *all.get(13)?, *all.get(14)?])
}
