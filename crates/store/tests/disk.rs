//! A disk that fails at its k-th write, sync or truncation, for every k over a scripted piece of work: nothing that was
//! answered is lost, nothing is half there, and what was said to be undone stays undone, also when the power goes next.
//! What waits for no disk (`write_in_order`) outlives a kill, and a power cut if anything that came later does.
//!
//! The disk is `tests/parts/failing-disk.c`, put before the C library of a process of its own. What a power cut leaves
//! follows Linux: pages that were written and whose sync failed never reach the disk unless they are written anew.
//! `GENKAN_TEST_POINTS=all` takes every k in place of some.

mod support;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rusqlite::Connection;
use store::{Clock, Database, Fault, Kind, Role, Statement, Tx, Work};
use support::{folder, statement};

const FILE: &str = "FAILING_DISK_FILE";
const CONTROL: &str = "FAILING_DISK_CONTROL";
/// Transactions of the piece of work; together more pages than one checkpoint waits for.
const WORK: i64 = 32;
/// While another reads an old state, a checkpoint cannot come further than that.
const OLD_STATE: std::ops::Range<i64> = 6..29;
const BYTES: usize = 160 * 1024;
/// What is written in order has its number and this.
const ORDERED: i64 = 1_000;
const FOR_EVER: u64 = 1 << 40;

const ADD: Statement = statement(
    "test/add_one_of_two",
    "insert into pairs (number, bytes) values ($1, $2)",
    &[Kind::Int, Kind::Bytes],
);
const HALVES: Statement =
    statement("test/halves", "select count(*) as n from pairs where number in ($1, -$1)", &[Kind::Int]);

/// How the disk fails.
#[derive(Clone, Copy, Debug)]
struct Trouble {
    first: u64,
    many: u64,
    /// As the disk knows it: EIO, ENOSPC, half a write, EIO at syncs of the file, EIO at its truncations.
    how: u64,
}

#[test]
fn whichever_write_or_sync_fails_nothing_answered_is_lost_and_nothing_is_half_there() {
    let disk = Disk::made();
    let peace = disk.live(Trouble { first: 0, many: 0, how: 1 });
    let operations = peace.operations;
    assert!(operations > 2_000, "only {operations} operations");
    let every = std::env::var("GENKAN_TEST_POINTS").is_ok_and(|which| which == "all");
    let troubles = if every { all(operations) } else { some(&peace) };
    let next = AtomicUsize::new(0);
    let (undone, unsure, failed) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(trouble) = troubles.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let lived = disk.live(*trouble);
                    undone.fetch_add(lived.undone.len(), Ordering::Relaxed);
                    unsure.fetch_add(lived.unsure.len(), Ordering::Relaxed);
                    failed.fetch_or(lived.failed, Ordering::Relaxed);
                }
            });
        }
    });
    let failed = failed.into_inner();
    println!(
        "{operations} operations, the ends {:?}, {} troubles: {} undone, {} unsure, kinds {failed:#o}",
        peace.ends,
        troubles.len(),
        undone.into_inner(),
        unsure.into_inner()
    );
    // Writes, syncs and truncations of the file, writes and syncs of -wal: each has failed.
    assert_eq!(failed & 0o37, 0o37, "some kind of operation never failed");
    fs::remove_dir_all(&disk.folder).unwrap();
}

fn all(operations: u64) -> Vec<Trouble> {
    let with = |first| {
        [(1, 1), (3, 1), (FOR_EVER, 1), (1, 2), (3, 2), (FOR_EVER, 2), (2, 3)]
            .map(|(many, how)| Trouble { first, many, how })
    };
    (1..=operations).flat_map(with).chain([4, 5].map(at_a_checkpoint)).collect()
}

/// After a checkpoint that came half-way, the next has written the file, and its truncation or sync fails.
fn at_a_checkpoint(how: u64) -> Trouble {
    Trouble { first: FOR_EVER, many: 2, how }
}

/// Spread over the work, its first and last operations, and those where a checkpoint or a commit ends.
fn some(peace: &Lived) -> Vec<Trouble> {
    let operations = peace.operations;
    let spread = (0..28).map(|n| 1 + n * operations / 28);
    let ends = peace.ends.into_iter().flat_map(|end| [end; 3]);
    let firsts = ends.chain(spread).chain(1..6).chain(operations - 6..=operations);
    let many = [1, 2, FOR_EVER];
    let with =
        |(n, first): (usize, u64)| Trouble { first, many: many[n % 3], how: 1 + (n as u64 / 3) % 3 };
    firsts.enumerate().map(with).chain([4, 5].map(at_a_checkpoint)).collect()
}

/// What the piece of work has said.
#[derive(Debug, Default)]
struct Lived {
    operations: u64,
    /// A truncation and a sync of the file itself, where a checkpoint ends, and the sync of a commit.
    ends: [u64; 3],
    failed: usize,
    kept: Vec<i64>,
    /// Answered before the disk had them.
    ordered: Vec<i64>,
    undone: Vec<i64>,
    unsure: Vec<i64>,
    goes_on: bool,
}

struct Disk {
    folder: PathBuf,
    library: PathBuf,
    lives: AtomicUsize,
}

impl Disk {
    fn made() -> Self {
        let folder = folder();
        let library = folder.join("failing-disk.so");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/parts/failing-disk.c");
        let made = Command::new("cc")
            .args(["-O2", "-shared", "-fPIC", "-o"])
            .arg(&library)
            .args([source, "-ldl", "-lpthread"])
            .status();
        assert!(made.is_ok_and(|status| status.success()), "cc makes the failing disk");
        let empty = Connection::open(folder.join("empty.db")).unwrap();
        empty
            .execute_batch(
                "create table pairs (number integer primary key, bytes blob not null) strict;",
            )
            .unwrap();
        Self { folder, library, lives: AtomicUsize::new(0) }
    }

    /// Does the piece of work on a disk with this trouble, and looks at what a kill and what a power cut leave.
    fn live(&self, trouble: Trouble) -> Lived {
        let life = self.folder.join(self.lives.fetch_add(1, Ordering::Relaxed).to_string());
        fs::create_dir(&life).unwrap();
        let (file, control) = (life.join("test.db"), life.join("control"));
        for copy in ["test.db", "test.db.disk"] {
            fs::copy(self.folder.join("empty.db"), life.join(copy)).unwrap();
        }
        let numbers = [0, trouble.first, trouble.many, trouble.how, 0, 0, 0, 0, 0];
        fs::write(&control, numbers.map(u64::to_ne_bytes).concat()).unwrap();
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_that_works_on_a_failing_disk", "--nocapture"])
            .env("LD_PRELOAD", &self.library)
            .env(FILE, &file)
            .env(CONTROL, &control)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut lived = Lived::read(&said);
        let told = fs::read(&control).unwrap();
        let number = |place: usize| u64::from_ne_bytes(told[8 * place..][..8].try_into().unwrap());
        lived.operations = number(0);
        lived.ends = [number(6), number(7), number(8)];
        lived.failed = usize::try_from(number(5)).unwrap();
        let at = format!("{trouble:?}: {}\n{output:?}", life.display());
        assert!(said.contains("the end"), "{at}");
        if trouble.first + trouble.many < lived.operations / 2 && lived.goes_on {
            let last = lived.kept.last();
            assert_eq!(last, Some(&WORK), "the disk is well again and nothing is kept: {at}");
        }
        let cut = life.join("cut");
        fs::create_dir(&cut).unwrap();
        for (from, to) in [("test.db.disk", "test.db"), ("test.db-wal.disk", "test.db-wal")] {
            if life.join(from).exists() {
                fs::copy(life.join(from), cut.join(to)).unwrap();
            }
        }
        lived.agrees_with(&file, i64::MAX, &format!("after a kill, {at}"));
        let last = lived.kept.last().copied().unwrap_or(0);
        lived.agrees_with(&cut.join("test.db"), last, &format!("after a power cut, {at}"));
        fs::remove_dir_all(life).unwrap();
        lived
    }
}

impl Lived {
    fn read(said: &str) -> Self {
        let of = |word: &str| {
            let number = |line: &str| line.strip_prefix(word)?.trim().parse().ok();
            said.lines().filter_map(number).collect()
        };
        Self {
            kept: of("kept "),
            ordered: of("ordered "),
            undone: of("undone "),
            unsure: of("unsure "),
            // It was opened, and nothing came about that only a fresh process can mend.
            goes_on: !said.contains("not opened: ") && !said.contains("doubted: "),
            ..Self::default()
        }
    }

    /// `last` is the last number before which all that was written in order must be there.
    fn agrees_with(&self, file: &Path, last: i64, at: &str) {
        let clock: Clock = Arc::new(|| 0);
        let opened = Database::open_sqlite(file, Role::Server, clock)
            .unwrap_or_else(|fault| panic!("it cannot be opened: {fault}: {at}"));
        drop(opened);
        let looker = Connection::open(file).unwrap();
        let verdict: String = looker.query_row("pragma integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(verdict, "ok", "{at}");
        let halves = |number: &i64| -> i64 {
            let query = "select count(*) from pairs where number in (?1, -?1)";
            looker.query_row(query, [number], |row| row.get(0)).unwrap()
        };
        for number in &self.kept {
            assert_eq!(halves(number), 2, "{number} was answered: {at}");
        }
        for number in &self.ordered {
            let found = halves(&(number + ORDERED));
            let kept = if *number <= last { found == 2 } else { [0, 2].contains(&found) };
            assert!(kept, "{number} was written before {last}, {found} halves are there: {at}");
        }
        for number in &self.undone {
            assert_eq!(halves(number), 0, "{number} was said to be undone: {at}");
        }
        for number in &self.unsure {
            assert!([0, 2].contains(&halves(number)), "{number} is half there: {at}");
        }
    }
}

/// Not a test of its own: the one above runs it in a process of its own, which has the failing disk.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn child_that_works_on_a_failing_disk() {
    let Some(file) = std::env::var_os(FILE).map(PathBuf::from) else { return };
    let say = |word: &str, number: i64| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "\n{word} {number}").unwrap();
        out.flush().unwrap();
    };
    let clock: Clock = Arc::new(|| 0);
    match Database::open_sqlite(&file, Role::Server, clock) {
        Err(fault) => println!("not opened: {fault}"),
        Ok(database) => {
            let mut old_state = None;
            for number in 1..=WORK {
                if number == OLD_STATE.start {
                    old_state = read_now(&file);
                }
                if number == OLD_STATE.end {
                    old_state = None;
                }
                let ordered = database.write_in_order(move |tx| two_halves(tx, number + ORDERED, 64));
                if ordered.await.is_ok() {
                    say("ordered", number);
                }
                match add(&database, number).await {
                    Ok(()) => say("kept", number),
                    Err(Fault::Unavailable { detail, .. }) => {
                        println!("{detail}");
                        say("undone", number);
                    }
                    Err(Fault::Uncertain(_)) => say("unsure", number),
                    Err(other) => panic!("{number}: {other}"),
                }
            }
            drop(old_state);
            // Ready at once, if at all.
            if let Some(why) = futures_util::FutureExt::now_or_never(database.doubted()) {
                println!("\ndoubted: {why}");
            }
        }
    }
    say("the end", 0);
    // Nothing is closed in order: the process is gone, as with `kill -9`.
    std::process::abort();
}

async fn add(database: &Database, number: i64) -> Result<(), Fault> {
    let answer = database.write(move |tx| two_halves(tx, number, BYTES)).await;
    let look = database.read(move |tx| {
        Box::pin(async move { tx.query(&HALVES, &[number.into()]).await?[0].int("n") })
    });
    // A disk that fails may also fail at the look.
    if let Ok(halves) = look.await {
        let fits = match &answer {
            Ok(()) => halves == 2,
            Err(Fault::Uncertain(_)) => halves == 0 || halves == 2,
            Err(_) => halves == 0,
        };
        assert!(fits, "{number}: {answer:?}, and {halves} halves are there");
    }
    answer
}

fn two_halves(tx: &mut dyn Tx, number: i64, bytes: usize) -> Work<'_, ()> {
    Box::pin(async move {
        let bytes = vec![u8::try_from(number).unwrap_or(0); bytes];
        tx.execute(&ADD, &[number.into(), bytes.into()]).await?;
        tx.execute(&ADD, &[(-number).into(), b"other half".as_slice().into()]).await.map(drop)
    })
}

/// Another who reads: a state that no checkpoint may go past.
fn read_now(file: &Path) -> Option<Connection> {
    let reader = Connection::open(file).ok()?;
    reader.execute_batch("begin").ok()?;
    reader.query_row("select count(*) from pairs", [], |_| Ok(())).ok()?;
    Some(reader)
}
