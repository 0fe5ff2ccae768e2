//! A primary and its synchronous standby; under load the primary dies by `kill -9` and the standby is promoted. What was
//! answered is there, the service finds its new server by itself, and meanwhile nobody waits for long.
//!
//! Both servers are the test's own and end with it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::house::{House, PASSWORD, free_port, pause};
use super::http::Client;
use super::way::{comes_back, started};

const WORKERS: usize = 4;
/// So many members before the primary dies, and so many after it.
const MEMBERS: usize = 8;

/// A primary and a standby that confirms each commit.
struct Pair {
    folder: PathBuf,
    binaries: PathBuf,
    ports: [u16; 2],
}

impl Pair {
    fn started() -> Option<Self> {
        let Some(binaries) = std::env::var_os("GENKAN_TEST_POSTGRES_BINARIES").map(PathBuf::from)
        else {
            println!("skipped: GENKAN_TEST_POSTGRES_BINARIES is not set");
            return None;
        };
        let folder = std::env::temp_dir().join(format!("genkan-pair-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        if is_root() {
            let owned = Command::new("chown").arg("postgres").arg(&folder).status();
            assert!(owned.is_ok_and(|status| status.success()), "a folder for the servers");
        }
        let pair = Self { folder, binaries, ports: [free_port(), free_port()] };
        let (first, second) = (pair.data(0), pair.data(1));
        pair.run("initdb", &["-D", &first, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8"]);
        pair.start(0, "-c synchronous_standby_names=*");
        let from =
            format!("host=127.0.0.1 port={} user=postgres application_name=second", pair.ports[0]);
        pair.run(
            "pg_basebackup",
            &["-D", &second, "-d", &from, "-R", "-X", "stream", "-c", "fast", "-N"],
        );
        // When it takes over, it stands alone.
        pair.start(1, "-c synchronous_standby_names=");
        let began = Instant::now();
        let state = "select sync_state from pg_stat_replication";
        while pair.ask(0, state) != "sync" {
            assert!(began.elapsed() < Duration::from_secs(30), "the standby does not follow");
            pause(Duration::from_millis(20));
        }
        Some(pair)
    }

    fn data(&self, which: usize) -> String {
        self.folder.join(["first", "second"][which]).display().to_string()
    }

    /// PostgreSQL refuses to run as root.
    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.binaries.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(&program);
            command
        } else {
            Command::new(&program)
        };
        let output = command.args(arguments).current_dir(&self.folder).output().expect("it runs");
        assert!(output.status.success(), "{program:?} {arguments:?}: {output:?}");
    }

    fn start(&self, which: usize, option: &str) {
        let folder = self.folder.display();
        let port = self.ports[which];
        let options = format!("-p {port} -h 127.0.0.1 -k {folder} -c max_connections=60 {option}");
        let log = format!("{}.log", self.data(which));
        self.run("pg_ctl", &["-D", &self.data(which), "-s", "-w", "-l", &log, "-o", &options, "start"]);
    }

    fn url(&self, which: usize) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.ports[which])
    }

    fn ask(&self, which: usize, query: &str) -> String {
        let output = Command::new("psql").args(["-qXAt", "-c", query]).arg(self.url(which)).output();
        String::from_utf8_lossy(&output.expect("psql runs").stdout).trim().to_owned()
    }

    /// `kill -9` of the server and each of its processes, by their numbers; once, since a number may be another's later.
    fn kill(&self, which: usize) {
        let file = PathBuf::from(self.data(which)).join("postmaster.pid");
        let told = fs::read_to_string(&file).unwrap_or_default();
        let Some(own) = told.lines().next() else { return };
        let children =
            Command::new("ps").args(["-o", "pid=", "--ppid", own]).output().expect("ps runs");
        let children = String::from_utf8_lossy(&children.stdout).into_owned();
        for number in std::iter::once(own).chain(children.split_whitespace()) {
            // A process of the server may end by itself when the first is gone.
            drop(Command::new("kill").args(["-9", number]).output());
        }
        fs::remove_file(file).expect("its file");
    }

    fn promote(&self, which: usize) {
        self.run("pg_ctl", &["-D", &self.data(which), "-s", "-w", "promote"]);
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        self.kill(0);
        self.kill(1);
        drop(fs::remove_dir_all(&self.folder));
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id runs");
    id.stdout.starts_with(b"0\n")
}

/// What was answered.
struct Member {
    address: String,
    token: String,
}

#[test]
fn what_was_answered_outlives_the_primary_and_the_service_finds_the_next() {
    let Some(pair) = Pair::started() else { return };
    let both = format!("127.0.0.1:{},127.0.0.1:{}", pair.ports[0], pair.ports[1]);
    let house = House::at(&format!("postgres://postgres@{both}/postgres"));
    let process = started(&house);
    let (stop, answered, longest) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    let members: Vec<Member> = thread::scope(|scope| {
        let work = |number: usize| {
            let (house, stop, answered, longest) = (&house, &stop, &answered, &longest);
            let client = process.client(&format!("10.6.{number}.1"));
            scope.spawn(move || register_until(stop, house, &client, (number, answered, longest)))
        };
        let workers: Vec<_> = (0..WORKERS).map(work).collect();
        let reach = |wanted: usize| {
            let began = Instant::now();
            while answered.load(Ordering::SeqCst) < wanted {
                assert!(
                    began.elapsed() < Duration::from_secs(60),
                    "nobody is answered\n{}",
                    house.log()
                );
                pause(Duration::from_millis(5));
            }
        };
        reach(MEMBERS);
        pair.kill(0);
        let client = process.client("192.0.2.1");
        let began = Instant::now();
        while client.get("/readyz").expect("the process lives").status != 503 {
            assert!(
                began.elapsed() < Duration::from_secs(15),
                "it says that it is ready without a server"
            );
            pause(Duration::from_millis(10));
        }
        let promoted = Instant::now();
        pair.promote(1);
        let waited = comes_back(&process, &house);
        println!("ready {waited:?} after the promotion, which took {:?}", promoted.elapsed() - waited);
        reach(answered.load(Ordering::SeqCst) + MEMBERS);
        stop.store(true, Ordering::SeqCst);
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker")).collect()
    });
    let longest = Duration::from_millis(longest.into_inner() as u64);
    println!("{} members; the longest wait was {longest:?}", members.len());
    assert!(longest < Duration::from_secs(25), "somebody waited for {longest:?}");
    let client = process.client("192.0.2.3");
    for member in &members {
        let session = client.call("GET", "session", &member.token, &Value::Null).expect("an answer");
        assert_eq!(session.status, 200, "{} was answered and is gone", member.address);
        let accounts = format!("select count(*) from emails where address = '{}'", member.address);
        assert_eq!(pair.ask(1, &accounts), "1", "{}", member.address);
    }
    // In full or not at all, also what nobody was told of: an account has its address, password and line, or is not.
    let halves = "select count(*) from accounts a where not exists (select 1 from emails e where e.account_id = a.id)
        or not exists (select 1 from passwords p where p.account_id = a.id)
        or not exists (select 1 from activity l where l.account_id = a.id)";
    assert_eq!(pair.ask(1, halves), "0");
    assert!(process.stop().success());
}

/// Registers one address after the other; an answer that is no answer leaves that address behind.
fn register_until(
    stop: &AtomicBool,
    house: &House,
    client: &Client,
    (worker, answered, longest): (usize, &AtomicUsize, &AtomicUsize),
) -> Vec<Member> {
    let mut members = Vec::new();
    let mut number = 0;
    while !stop.load(Ordering::SeqCst) {
        number += 1;
        let address = format!("member-{worker}-{number}@example.test");
        let call = |path: &str, body: Value| {
            let began = Instant::now();
            let answer = client.call("POST", path, "", &body).expect("the process lives");
            let took = usize::try_from(began.elapsed().as_millis()).unwrap_or(usize::MAX);
            longest.fetch_max(took, Ordering::SeqCst);
            assert!(answer.status < 300 || answer.status == 503, "{path}: {answer:?}\n{}", house.log());
            (answer.status < 300).then_some(answer)
        };
        let registered = (|| {
            let asked = call("register/email", json!({ "email": address }))?;
            let code = house.wait_for_code(client, &address).ok()?;
            let verified =
                call("register/verify", json!({ "flow": asked.text("flow"), "code": code }))?;
            let body = json!({ "flow": verified.text("flow"), "password": PASSWORD });
            Some(call("register/complete", body)?.text("token"))
        })();
        if let Some(token) = registered {
            answered.fetch_add(1, Ordering::SeqCst);
            members.push(Member { address, token });
        }
    }
    members
}
