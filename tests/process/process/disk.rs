//! The service on a disk that fails: at its k-th write or sync, for a while, full, and for good. Whoever asks meanwhile
//! gets a clear page, what was answered is there afterwards, and the service goes on by itself when the disk does.
//!
//! The disk is `tests/parts/failing-disk.c`, put before the C library of the one process. That no commit is lost or half
//! there, whichever operation fails and whatever follows, is proved on the store alone (`crates/store/tests/disk.rs`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::house::{Engine, House, PASSWORD, Process, pause};
use super::http::{Answer, Client};

/// How the disk fails, as it knows it.
pub(crate) const EIO: u64 = 1;
const ENOSPC: u64 = 2;
const HALF: u64 = 3;
const SYNC_OF_THE_FILE: u64 = 4;
pub(crate) const FOR_EVER: u64 = 1 << 40;
/// So many refusals are heard before a disk that fails for ever is mended.
const HEARD: usize = 3;
/// What the log says last when only a fresh process can keep what was committed.
const ENDS: &str = "genkan stops to be started anew";

pub(crate) struct Disk {
    library: PathBuf,
    control: PathBuf,
    file: String,
}

impl Disk {
    pub(crate) fn made(house: &House) -> Self {
        let library = house.folder.join("failing-disk.so");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/parts/failing-disk.c");
        let made = Command::new("cc")
            .args(["-O2", "-shared", "-fPIC", "-o"])
            .arg(&library)
            .args([source, "-ldl", "-lpthread"])
            .status();
        assert!(made.is_ok_and(|status| status.success()), "cc makes the failing disk");
        let control = house.folder.join("control");
        let disk = Self { library, control, file: house.path("genkan.sqlite") };
        disk.fails(0, 0, EIO);
        disk
    }

    fn serve(&self, house: &House) -> Process {
        let started = house.start(Path::new(env!("CARGO_BIN_EXE_genkan")), &self.variables());
        started.unwrap_or_else(|over| panic!("genkan serve is not ready ({over}):\n{}", house.log()))
    }

    /// What puts it before a process.
    pub(crate) fn variables(&self) -> [(&'static str, String); 3] {
        let text = |path: &Path| path.display().to_string();
        [
            ("LD_PRELOAD", text(&self.library)),
            ("FAILING_DISK_FILE", self.file.clone()),
            ("FAILING_DISK_CONTROL", text(&self.control)),
        ]
    }

    /// From its `first` operation on, counted from now, `many` fail.
    pub(crate) fn fails(&self, first: u64, many: u64, how: u64) {
        // A truncation is as good as seen, so that each sync of the file itself may fail.
        let numbers = [0, first, many, how, 0, 0, 1, 0, 0];
        // In place: the process has mapped it.
        let mut file = fs::File::options().create(true).truncate(false).write(true).open(&self.control);
        let bytes = numbers.map(u64::to_ne_bytes).concat();
        std::io::Write::write_all(file.as_mut().expect("the control"), &bytes).expect("the control");
    }

    pub(crate) fn is_well(&self) {
        self.fails(0, 0, EIO);
    }

    fn failed(&self) -> u64 {
        let told = fs::read(&self.control).expect("the control");
        u64::from_ne_bytes(told[32..40].try_into().expect("eight bytes"))
    }
}

/// A member whose every step was answered.
struct Member {
    address: String,
    password: String,
    token: String,
}

/// Sends until it is done; counts the refusals, each of which must be a clear one. None if nobody listens any more.
fn insist(
    disk: &Disk,
    refused: &mut usize,
    mut send: impl FnMut() -> std::io::Result<Answer>,
) -> Option<Answer> {
    let began = Instant::now();
    loop {
        let answer = send().ok()?;
        if answer.status < 500 && answer.code() != "try-again" {
            return Some(answer);
        }
        if answer.status >= 500 {
            let of_kind = |(name, value): &(String, String)| {
                name == "content-type" && value == "application/problem+json"
            };
            let clear = answer.headers.iter().any(of_kind) && answer.code() == "overloaded";
            assert!(answer.status == 503 && clear, "{answer:?}");
            *refused += 1;
            if *refused >= HEARD {
                disk.is_well();
            }
        }
        assert!(began.elapsed() < Duration::from_secs(60), "it does not go on: {answer:?}");
        pause(Duration::from_millis(5));
    }
}

/// Registers, changes the password and signs in, and counts how often that was refused for a while. None if the process
/// ended meanwhile.
fn live(
    house: &House,
    disk: &Disk,
    client: &Client,
    number: u64,
    refused: &mut usize,
) -> Option<Member> {
    let address = format!("member-{number}@example.test");
    let call = |path: &str, token: &str, body: &Value| client.call("POST", path, token, body);
    let asked = insist(disk, refused, || call("register/email", "", &json!({ "email": address })))?;
    let (began, ended_before) = (Instant::now(), ends(house));
    let code = loop {
        if let Some(code) = house.relay.code(&address) {
            break code;
        }
        if ends(house) > ended_before {
            return None;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "no code comes:\n{}", house.log());
        // Mail alone may be what the disk refuses now.
        if disk.failed() >= HEARD as u64 {
            disk.is_well();
        }
        pause(Duration::from_millis(5));
    };
    let body = json!({ "flow": asked.text("flow"), "code": code });
    let verified = insist(disk, refused, || call("register/verify", "", &body))?;
    let body = json!({ "flow": verified.text("flow"), "password": PASSWORD });
    let done = insist(disk, refused, || call("register/complete", "", &body))?;
    assert_eq!(done.status, 201, "{done:?}");
    let password = format!("{PASSWORD}-{number}");
    let (token, body) = (done.text("token"), json!({ "new_password": password }));
    let changed = insist(disk, refused, || call("account/password", &token, &body))?;
    assert_eq!(changed.status, 204, "{changed:?}");
    let body = json!({ "email": address, "password": password });
    let entered = insist(disk, refused, || call("signin/password", "", &body))?;
    assert_eq!(entered.status, 200, "{entered:?}");
    Some(Member { address, password, token: entered.text("token") })
}

fn ends(house: &House) -> usize {
    house.log().matches(ENDS).count()
}

/// After a sync that failed while other commits relied on it the process must have ended by itself, for the `nth` time; it
/// is started anew.
fn starts_anew(house: &House, disk: &Disk, process: &mut Process, nth: usize) -> Process {
    let began = Instant::now();
    let over = loop {
        if let Some(over) = process.over() {
            break over;
        }
        assert!(began.elapsed() < Duration::from_secs(40), "it goes on:\n{}", house.log());
        pause(Duration::from_millis(10));
    };
    assert!(over.code() == Some(1) && ends(house) == nth, "{over}:\n{}", house.log());
    disk.is_well();
    disk.serve(house)
}

#[test]
fn whichever_operation_of_the_disk_fails_members_hear_it_clearly_and_lose_nothing() {
    let Some(house) = House::build(Engine::Sqlite) else { return };
    let disk = Disk::made(&house);
    let every = std::env::var("GENKAN_TEST_POINTS").is_ok_and(|which| which == "all");
    let (last, step) = if every { (200, 1) } else { (130, 11) };
    let mut process = disk.serve(&house);
    let mut members: Vec<Member> = Vec::new();
    let (mut refused, mut failed, mut ended) = (0, 0, 0);
    for (round, first) in (1..=last).step_by(step).enumerate() {
        let many = [1, 4, FOR_EVER][round % 3];
        let client = process.client(&format!("10.{}.{}.1", first / 200, first % 200));
        disk.fails(first, many, [EIO, ENOSPC, HALF][(round / 3) % 3]);
        if let Some(member) = live(&house, &disk, &client, first, &mut refused) {
            members.push(member);
        } else {
            ended += 1;
            process = starts_anew(&house, &disk, &mut process, ended);
            check(&process, &members);
        }
        failed += disk.failed();
        if round % 4 == 3 {
            // It is killed in the middle of its trouble, and started on a disk that is well.
            disk.fails(1, FOR_EVER, EIO);
            let body = json!({ "email": "nobody@example.test" });
            let answer = client.call("POST", "register/email", "", &body).expect("an answer");
            assert_eq!((answer.status, answer.code().as_str()), (503, "overloaded"), "{answer:?}");
            process.kill();
            disk.is_well();
            process = disk.serve(&house);
            check(&process, &members);
        }
    }
    disk.is_well();
    check(&process, &members);
    assert_eq!(house.rows("pragma integrity_check"), ["ok"]);
    println!(
        "{} members, {failed} operations failed, {refused} requests were refused, {ended} fresh starts",
        members.len()
    );
    assert!(members.len() > ended, "{ended} ends for {} members", members.len());
    assert!(refused >= 4, "the disk failed where nobody noticed");
    assert!(process.stop().success());
}

fn check(process: &Process, members: &[Member]) {
    let client = process.client("192.0.2.7");
    for member in members {
        let session = client.call("GET", "session", &member.token, &Value::Null).expect("an answer");
        assert_eq!(session.status, 200, "the session of {} is gone", member.address);
    }
    let Some(last) = members.last() else { return };
    let body = json!({ "email": last.address, "password": last.password });
    let entered = client.call("POST", "signin/password", "", &body).expect("an answer");
    assert_eq!(entered.status, 200, "{}: {entered:?}", last.address);
}

#[test]
fn a_full_disk_is_told_in_both_languages_and_looking_goes_on() {
    let Some(house) = House::build(Engine::Sqlite) else { return };
    let disk = Disk::made(&house);
    let process = disk.serve(&house);
    let client = process.client("192.0.2.1");
    let member = live(&house, &disk, &client, 1, &mut 0).expect("the disk is well");
    disk.fails(1, FOR_EVER, ENOSPC);
    for (language, told) in [("ja", "混み合っています"), ("en", "It is busy")] {
        let page = client.form_in(language, "/signin/email", "email=a%40example.test&password=wrong");
        let page = page.expect("an answer");
        assert_eq!(page.status, 503, "{page:?}");
        assert!(page.body.contains(told), "{page:?}");
    }
    // What only looks is answered, and so is the load balancer: there is something to be had here.
    let session = client.call("GET", "session", &member.token, &Value::Null).expect("an answer");
    assert_eq!(session.status, 200, "{session:?}");
    assert!(house.log().contains("database or disk is full"), "{}", house.log());
    disk.is_well();
    live(&house, &disk, &client, 2, &mut 0).expect("the disk is well again");
}

/// A sync of the file itself that fails leaves pages of which nobody knows whether they are on the disk. A fresh process
/// writes them anew from the log; this one ends, and says why.
#[test]
fn a_sync_of_the_file_that_fails_ends_the_process_with_its_cause_and_loses_nothing() {
    let Some(house) = House::build(Engine::Sqlite) else { return };
    let disk = Disk::made(&house);
    let mut process = disk.serve(&house);
    disk.fails(FOR_EVER, 1, SYNC_OF_THE_FILE);
    let mut acknowledged = 0;
    for number in 0..600 {
        let client = process.client(&format!("10.7.{}.{}", number / 200, number % 200));
        let body = json!({ "email": format!("visitor-{number}@example.test") });
        match client.call("POST", "register/email", "", &body) {
            Ok(answer) if answer.status == 200 => acknowledged += 1,
            Ok(answer) => assert_eq!(answer.status, 503, "{answer:?}"),
            Err(_) => break,
        }
    }
    let began = Instant::now();
    let over = loop {
        if let Some(over) = process.over() {
            break over;
        }
        assert!(began.elapsed() < Duration::from_secs(40), "it goes on: {}", house.log());
        pause(Duration::from_millis(10));
    };
    assert_eq!(over.code(), Some(1), "systemd starts it anew");
    assert!(house.log().contains("The disk did not take"), "{}", house.log());
    assert!(acknowledged > 20, "{acknowledged}");
    let process = disk.serve(&house);
    let flows = house.rows("select count(*) from flows").concat().parse::<usize>();
    assert!(flows.as_ref().is_ok_and(|flows| *flows >= acknowledged), "{acknowledged}, {flows:?}");
    assert!(process.stop().success());
}
