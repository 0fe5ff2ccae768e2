//! How fast the front door is: sign-ins, session checks, checks during a flood of guesses, and what the house needs.
//!
//! `cargo bench`, or `cargo bench -- --smoke` for a few seconds that only show that the bench itself works, or
//! `cargo bench -- --only checks,floods` for parts of it (sign-ins, passkeys, exchanges, checks, gate, floods, needs). With
//! `GENKAN_TEST_POSTGRES` (a server's URL) everything is measured on PostgreSQL, too. Each figure stands beside a
//! reference from the same minutes: house and reference take short turns, and what is printed is the median over
//! the rounds. `-- --nodes` compares one node with three on one PostgreSQL instead; with `GENKAN_TEST_STATEMENTS=named` the
//! PostgreSQL keeps statements. `docs/performance.md` says what the figures mean. No figure is asserted.

#[path = "../../crates/web/tests/web/authenticator.rs"]
#[expect(dead_code, reason = "shared with the tests of the routes, which need more of it")]
mod authenticator;
mod exchanges;
mod gate;
mod house;
mod load;
mod measure;
mod needs;
mod nodes;
mod page;
mod passkeys;
mod postgres;
mod reference;
mod relay;

use std::io::{Error, Result};
use std::path::{Path, PathBuf};
use std::time::Duration;

use house::{House, Member};
use load::{Answered, Pace, Script, pour};
use measure::{Memory, Turn, cpu_seconds, median, peak_mib, within};
use passkeys::Passkey;
use reference::BareServer;
use tokio::runtime::Runtime;

/// How much is measured, and what.
struct Plan {
    rounds: usize,
    turn: Duration,
    /// How long nothing happens before memory at rest is read: longer than a hash thread keeps its buffer.
    rest: Duration,
    /// Nothing named is everything.
    only: Vec<String>,
}

/// What can be measured by itself.
const PARTS: [&str; 7] = ["sign-ins", "passkeys", "exchanges", "checks", "gate", "floods", "needs"];

impl Plan {
    fn of(arguments: &[String]) -> Result<Self> {
        // `cargo test --benches` runs this as well, without `--bench`: it wants to know whether it works.
        let measures = arguments.iter().any(|word| word == "--bench")
            && !arguments.iter().any(|word| word == "--smoke");
        let (rounds, turn, rest) = if measures { (7, 1_500, 15_000) } else { (1, 200, 200) };
        let (turn, rest) = (Duration::from_millis(turn), Duration::from_millis(rest));
        let named = arguments.iter().skip_while(|word| *word != "--only").nth(1);
        let only = named.map(|names| names.split(',').map(str::to_owned).collect::<Vec<_>>());
        let only = only.unwrap_or_default();
        match only.iter().find(|name| !PARTS.contains(&name.as_str())) {
            Some(name) => Err(Error::other(format!("{name} is none of {}", PARTS.join(", ")))),
            None => Ok(Self { rounds, turn, rest, only }),
        }
    }

    fn has(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == part)
    }
}

const MEMBERS: usize = 64;
const CHECKERS: usize = 16;
/// Sign-ins by passkey in a turn: their answers are made before it.
const PASSKEYS_A_TURN: usize = 1_024;
const GUESSERS: usize = 64;
/// The clients of a flood.
const FLOOD: usize = 512;
/// The askers whose answers are timed during a flood, and how often each asks.
const PROBES: usize = 4;
const PROBE_GAP: Duration = Duration::from_millis(10);

fn main() -> Result<()> {
    let arguments = std::env::args().skip(1).collect::<Vec<_>>();
    if let [word, body, answer, ..] = arguments.as_slice()
        && word == reference::SERVE
    {
        let number = |text: &String| text.parse().map_err(Error::other);
        return reference::serve(number(body)?, number(answer)?);
    }
    let plan = Plan::of(&arguments)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("front_door.{}", std::process::id()));
    println!("{} threads, {} rounds of {:?} a turn", threads(), plan.rounds, plan.turn);
    if arguments.iter().any(|word| word == "--nodes") {
        nodes::measured(&runtime, &plan, &folder.join("nodes"))?;
        return std::fs::remove_dir_all(folder);
    }
    let file = folder.join("sqlite");
    let url = format!("sqlite:{}", file.join("genkan.sqlite").display());
    measured(&runtime, &plan, "SQLite", file, &url)?;
    if let Ok(server) = std::env::var("GENKAN_TEST_POSTGRES") {
        let database = runtime.block_on(postgres::make(&server))?;
        let done = measured(&runtime, &plan, "PostgreSQL", folder.join("postgres"), &database.url);
        runtime.block_on(database.drop())?;
        done?;
    }
    std::fs::remove_dir_all(folder)
}

fn measured(runtime: &Runtime, plan: &Plan, name: &str, folder: PathBuf, url: &str) -> Result<()> {
    println!("\n{name}");
    let house = runtime.block_on(House::build(&folder, url))?;
    let first = house.started_in;
    let mut house = runtime.block_on(house.restart())?;
    if plan.has("needs") {
        needs::measured(runtime, plan, &house, first)?;
        house = runtime.block_on(house.restart())?;
    }
    let members = runtime.block_on(house.register(MEMBERS))?;
    let bench = Bench { runtime, plan, house: &house, members: &members };
    if plan.has("sign-ins") {
        for clients in [8, MEMBERS] {
            bench.sign_ins(clients, "known devices", Member::signs_in)?;
        }
        bench.sign_ins(MEMBERS, "new devices", Member::signs_in_elsewhere)?;
        // Eight at once for each member: as many guesses as one address may have under way, but for two.
        bench.sign_ins(FLOOD, "new devices", Member::signs_in_elsewhere)?;
    }
    for clients in [8, MEMBERS].into_iter().filter(|_| plan.has("passkeys")) {
        // A sign-in takes the place of the session before, with which the passkeys are added.
        let members = runtime.block_on(house.sign_in(&members))?;
        Bench { runtime, plan, house: &house, members: &members }.passkeys(clients)?;
    }
    let members = runtime.block_on(house.sign_in(&members))?;
    let bench = Bench { runtime, plan, house: &house, members: &members };
    for clients in [8, MEMBERS].into_iter().filter(|_| plan.has("exchanges")) {
        bench.exchanges(clients)?;
    }
    if plan.has("checks") {
        bench.session_checks()?;
    }
    if plan.has("gate") {
        bench.behind_nginx(&folder)?;
    }
    if plan.has("floods") {
        bench.checks_during_a_flood(GUESSERS)?;
        bench.checks_during_a_flood(FLOOD)?;
        bench.after_a_flood()?;
    }
    println!(
        "  in all of this at most {:.0} MiB, now {}; {:.1} s of processor",
        peak_mib(house.pid()),
        Memory::of(house.pid()),
        cpu_seconds(house.pid()),
    );
    Ok(())
}

/// What the authenticator of the tests is told of where it is; it is told anew for each house.
mod support {
    pub(crate) const ORIGIN: &str = "http://localhost";
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

struct Bench<'a> {
    runtime: &'a Runtime,
    plan: &'a Plan,
    house: &'a House,
    members: &'a [Member],
}

impl Bench<'_> {
    /// A turn of load on the house: how many answers, at what price for the house.
    fn turn(&self, pid: u32, load: impl FnOnce() -> Result<usize>) -> Result<Turn> {
        let mut done = Ok(0);
        let turn = Turn::of(pid, || {
            done = load();
            done.as_ref().copied().unwrap_or(0)
        });
        done.map(|_| turn)
    }

    fn sign_ins(&self, clients: usize, kind: &str, script: fn(&Member) -> Script) -> Result<()> {
        let scripts = self.members.iter().cycle().take(clients).map(script).collect::<Vec<_>>();
        let (own, plan, house) = (std::process::id(), self.plan, self.house);
        let (letters, mut rounds, mut all) = (house.relay.letters(), Vec::new(), Answered::default());
        for _ in 0..plan.rounds {
            let bare = Turn::of(own, || reference::bare_hashes(threads(), plan.turn));
            let signed = self.turn(house.pid(), || {
                let pace = Pace::Flat(plan.turn);
                let answered = self.runtime.block_on(pour(house.address, &scripts, pace, 200))?;
                let signed = answered.times.len();
                all.add(answered);
                Ok(signed)
            })?;
            rounds.push((bare, signed));
        }
        all.times.sort();
        println!(
            "  sign-ins, {clients:2} clients, {kind}: {:5.1} a second of {:5.1} bare hashes: {:.3}; \
             {:.2} ms of processor beside the hash threads', a bare hash {:.2}; p50 {} p99 {}; {} turned away, {} letters",
            median(&rounds, |(_, signed)| signed.rate()),
            median(&rounds, |(bare, _)| bare.rate()),
            median(&rounds, |(bare, signed)| signed.rate() / bare.rate()),
            median(&rounds, |(_, signed)| signed.cost_beside() * 1e3),
            median(&rounds, |(bare, _)| bare.cost() * 1e3),
            milliseconds(within(50, &all.times)),
            milliseconds(within(99, &all.times)),
            all.refusals.len(),
            house.relay.letters() - letters,
        );
        Ok(())
    }

    /// A sign-in is two requests: what to ask, and what the passkey has shown.
    fn passkeys(&self, clients: usize) -> Result<()> {
        let (own, plan, house, runtime) = (std::process::id(), self.plan, self.house, self.runtime);
        let mut passkeys = Vec::new();
        for member in self.members.iter().take(clients) {
            passkeys.push(runtime.block_on(Passkey::add(house, (member, clients)))?);
        }
        let times = PASSKEYS_A_TURN.div_ceil(clients);
        let (letters, mut rounds) = (house.relay.letters(), Vec::new());
        for _ in 0..plan.rounds {
            let mut scripts = Vec::new();
            for passkey in &passkeys {
                scripts.push(runtime.block_on(passkey.signs_in(house, times))?);
            }
            let bare = Turn::of(own, || passkeys::bare_verifications(threads(), plan.turn));
            let signed = self.turn(house.pid(), || {
                let answered = runtime.block_on(pour(house.address, &scripts, Pace::Once, 200))?;
                Ok(answered.times.len() / 2)
            })?;
            rounds.push((bare, signed));
        }
        println!(
            "  passkeys, {clients:2} clients: {:6.1} sign-ins a second of {:7.1} bare ES256 checks: {:.4}; \
             {:.2} ms of processor, of which the check's {:.3}; {} letters",
            median(&rounds, |(_, signed)| signed.rate()),
            median(&rounds, |(bare, _)| bare.rate()),
            median(&rounds, |(bare, signed)| signed.rate() / bare.rate()),
            median(&rounds, |(_, signed)| signed.cost() * 1e3),
            median(&rounds, |(bare, _)| bare.cost() * 1e3),
            house.relay.letters() - letters,
        );
        Ok(())
    }

    /// The bare server with answers as long as the house's.
    fn bare_server(&self, scripts: &[Script]) -> Result<BareServer> {
        let question = scripts.first().and_then(|script| script.first()).cloned().unwrap_or_default();
        let ask = |address| self.runtime.block_on(load::ask(address, &question));
        let model = ask(self.house.address)?;
        let server = BareServer::start(model.body.len(), model.head.len() + model.body.len())?;
        let bare = ask(server.address)?;
        let equal = (bare.head.len(), bare.body.len()) == (model.head.len(), model.body.len());
        if !equal || model.status != 200 {
            let heads = format!("{}{}", model.head, bare.head);
            return Err(Error::other(format!("the answers are not equally long:\n{heads}")));
        }
        Ok(server)
    }

    fn checks(&self) -> Vec<Script> {
        self.members.iter().take(CHECKERS).map(Member::is_asked_for).collect()
    }

    fn session_checks(&self) -> Result<()> {
        let scripts = self.checks();
        let server = self.bare_server(&scripts)?;
        let (mut rounds, mut all) = (Vec::new(), [Answered::default(), Answered::default()]);
        // The first round warms caches and is not counted.
        for round in 0..=self.plan.rounds {
            let mut turns = Vec::new();
            let places = [(server.pid(), server.address), (self.house.pid(), self.house.address)];
            for ((pid, address), all) in places.into_iter().zip(&mut all) {
                turns.push(self.turn(pid, || {
                    let pace = Pace::Flat(self.plan.turn);
                    let answered = self.runtime.block_on(pour(address, &scripts, pace, 200))?;
                    let checked = answered.times.len();
                    all.add(answered);
                    Ok(checked)
                })?);
            }
            if let ([bare, checked], 1..) = (turns.as_slice(), round) {
                rounds.push((*bare, *checked));
            }
        }
        all.iter_mut().for_each(|all| all.times.sort());
        let [Answered { times: bare_times, .. }, Answered { times: house_times, .. }] = all;
        println!(
            "  session checks, {CHECKERS} clients: {:6.0} a second of {:6.0} bare answers: {:.3}; \
             {:.1} µs of processor for {:.1} bare: {:.2}; p50 {} p99 {}, bare p50 {} p99 {}",
            median(&rounds, |(_, checked)| checked.rate()),
            median(&rounds, |(bare, _)| bare.rate()),
            median(&rounds, |(bare, checked)| checked.rate() / bare.rate()),
            median(&rounds, |(_, checked)| checked.cost() * 1e6),
            median(&rounds, |(bare, _)| bare.cost() * 1e6),
            median(&rounds, |(bare, checked)| checked.cost() / bare.cost()),
            milliseconds(within(50, &house_times)),
            milliseconds(within(99, &house_times)),
            milliseconds(within(50, &bare_times)),
            milliseconds(within(99, &bare_times)),
        );
        Ok(())
    }

    /// A page behind nginx that asks here first, beside one that it gives to anybody.
    fn behind_nginx(&self, folder: &Path) -> Result<()> {
        let Some(nginx) = gate::Nginx::start(self.house, &folder.join("nginx"))? else {
            println!("  forward-auth: skipped, nginx is not installed");
            return Ok(());
        };
        let members = || self.members.iter().take(CHECKERS);
        let open = members().map(|member| gate::page(member, "/static/page")).collect::<Vec<_>>();
        let asked = members().map(|member| gate::page(member, "/app/page")).collect::<Vec<_>>();
        let (mut rounds, mut all) = (Vec::new(), [Answered::default(), Answered::default()]);
        // The first round warms caches and is not counted.
        for round in 0..=self.plan.rounds {
            let mut turns = Vec::new();
            for (scripts, all) in [&open, &asked].into_iter().zip(&mut all) {
                turns.push(self.turn(self.house.pid(), || {
                    let pace = Pace::Flat(self.plan.turn);
                    let answered = self.runtime.block_on(pour(nginx.address, scripts, pace, 200))?;
                    let pages = answered.times.len();
                    all.add(answered);
                    Ok(pages)
                })?);
            }
            if let ([open, asked], 1..) = (turns.as_slice(), round) {
                rounds.push((*open, *asked));
            }
        }
        all.iter_mut().for_each(|all| all.times.sort());
        let [Answered { times: open_times, .. }, Answered { times: asked_times, .. }] = all;
        println!(
            "  pages behind nginx, {CHECKERS} clients: {:6.0} a second with forward-auth of {:6.0} without: {:.3}; \
             {:.1} µs of the house's processor each; p50 {} p99 {}, without p50 {} p99 {}",
            median(&rounds, |(_, asked)| asked.rate()),
            median(&rounds, |(open, _)| open.rate()),
            median(&rounds, |(open, asked)| asked.rate() / open.rate()),
            median(&rounds, |(_, asked)| asked.cost() * 1e6),
            milliseconds(within(50, &asked_times)),
            milliseconds(within(99, &asked_times)),
            milliseconds(within(50, &open_times)),
            milliseconds(within(99, &open_times)),
        );
        Ok(())
    }

    fn checks_during_a_flood(&self, guessers: usize) -> Result<()> {
        let probes = self.checks().into_iter().take(PROBES).collect::<Vec<_>>();
        let server = self.bare_server(&probes)?;
        let (plan, house) = (self.plan, self.house);
        let (mut idle, mut flood) = (Timed::default(), Timed::default());
        let mut guesses = Answered::default();
        for _ in 0..plan.rounds {
            let scripts = house::guessers(guessers);
            self.runtime.block_on(async {
                let pace = Pace::Every(PROBE_GAP, plan.turn);
                idle.add(probe(house.address, &server, &probes, pace).await?);
                // The guesses begin before the probes and end after them.
                let longer = Pace::Flat(plan.turn * 2 + plan.turn / 2);
                let pouring = pour(house.address, &scripts, longer, 401);
                let probing = async {
                    tokio::time::sleep(plan.turn / 4).await;
                    probe(house.address, &server, &probes, pace).await
                };
                let (guessed, probed) = tokio::try_join!(pouring, probing)?;
                guesses.add(guessed);
                flood.add(probed);
                Ok::<_, Error>(())
            })?;
        }
        guesses.refusals.sort();
        println!(
            "  session checks beside {guessers} guessers ({} guesses at as many addresses, {} turned away: p50 {} p99 {}):",
            guesses.times.len(),
            guesses.refusals.len(),
            milliseconds(within(50, &guesses.refusals)),
            milliseconds(within(99, &guesses.refusals)),
        );
        for (name, timed) in [("idle", &mut idle), ("flood", &mut flood)] {
            let (house, bare) = timed.sorted();
            println!(
                "    {name:5}  p50 {} p99 {}, bare p50 {} p99 {}",
                milliseconds(within(50, house)),
                milliseconds(within(99, house)),
                milliseconds(within(50, bare)),
                milliseconds(within(99, bare)),
            );
        }
        Ok(())
    }

    /// A member signs in on a new device in the moment at which all who guess have hung up.
    fn after_a_flood(&self) -> Result<()> {
        let (plan, house) = (self.plan, self.house);
        let (mut bare, mut signed) = (Vec::new(), Vec::new());
        for (_, member) in (0..plan.rounds).zip(self.members) {
            let hashes = Turn::of(std::process::id(), || reference::bare_hashes(1, plan.turn / 4));
            bare.push(Duration::from_secs_f64(hashes.wall / hashes.done));
            let script = member.signs_in_elsewhere();
            let question = script.first().cloned().unwrap_or_default();
            let scripts = house::guessers(FLOOD);
            let took = self.runtime.block_on(async {
                let flood = pour(house.address, &scripts, Pace::Flat(plan.turn * 10), 401);
                // What is dropped hangs up.
                if let Ok(ended) = tokio::time::timeout(plan.turn, flood).await {
                    ended?;
                }
                let began = std::time::Instant::now();
                loop {
                    let answer = load::ask(house.address, &question).await?;
                    match answer.status {
                        200 => return Ok(began.elapsed()),
                        // It has not noticed yet that they are gone.
                        load::OVERLOADED => tokio::time::sleep(PROBE_GAP).await,
                        _ => return Err(Error::other(answer.head)),
                    }
                }
            })?;
            signed.push(took);
        }
        bare.sort();
        signed.sort();
        println!(
            "  a sign-in right after {FLOOD} guessers have hung up: {}, at most {}; a bare hash {}",
            milliseconds(within(50, &signed)),
            milliseconds(within(100, &signed)),
            milliseconds(within(50, &bare)),
        );
        Ok(())
    }
}

/// Answer times of house and bare server from the same seconds.
#[derive(Default)]
struct Timed {
    house: Vec<Duration>,
    bare: Vec<Duration>,
}

impl Timed {
    fn add(&mut self, (house, bare): (Vec<Duration>, Vec<Duration>)) {
        self.house.extend(house);
        self.bare.extend(bare);
    }

    fn sorted(&mut self) -> (&[Duration], &[Duration]) {
        self.house.sort();
        self.bare.sort();
        (&self.house, &self.bare)
    }
}

/// Asks house and bare server at the same time.
async fn probe(
    house: std::net::SocketAddr,
    bare: &BareServer,
    probes: &[Script],
    pace: Pace,
) -> Result<(Vec<Duration>, Vec<Duration>)> {
    let both = tokio::try_join!(pour(house, probes, pace, 200), pour(bare.address, probes, pace, 200));
    both.map(|(house, bare)| (house.times, bare.times))
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}
