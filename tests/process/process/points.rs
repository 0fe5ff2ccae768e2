//! The process is gone at one numbered instant after the other of a scripted day: between the statements of a
//! transaction, before and after a commit, before an answer, around the mail (Always 1 and 2).
//!
//! The day is lived once in peace, with a picture after every step. Then it is lived again and again, and each time the
//! process ends itself at another of its instants. What is found afterwards is the picture before the request that was
//! under way or the one after it, and nothing in between; where none was under way, it is exactly what was answered.
//!
//! Numbered instants lie around the statements. So the process is also killed from outside at instants drawn by lot, until
//! it was killed 10,000 times on both engines together (`GENKAN_TEST_POINTS=all`). `GENKAN_TEST_SEED` draws the same ones.
//!
//! It needs the program with the feature `fault-points` (`GENKAN_TEST_POINTS_BINARY`, see `docs/decisions/0015`).
//! `GENKAN_TEST_POINTS=all` takes every instant in place of some.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::day::{Day, Picture};
use super::house::{Engine, House, PASSWORD, Process, pause};
use super::kill::Dice;

/// Days that are lived at the same time.
const AT_ONCE: usize = 3;
const AT: &str = "FAULT_POINT_AT";
const LIST: &str = "FAULT_POINT_LIST";

#[test]
fn always_2_a_kill_at_any_point_of_a_day_leaves_before_or_after_on_sqlite() {
    kill_at_points(Engine::Sqlite, (40, 4), 7_000);
}

#[test]
fn always_2_a_kill_at_any_point_of_a_day_leaves_before_or_after_on_postgresql() {
    kill_at_points(Engine::Postgres, (12, 2), 3_000);
}

/// The program that is shipped has no such instants: the variables that choose one mean nothing to it.
#[test]
fn without_the_feature_no_point_is_counted() {
    let Some(house) = House::build(Engine::Sqlite) else { return };
    let list = house.path("points");
    let variables = [(AT, "1".to_owned()), (LIST, list.clone())];
    let program = Path::new(env!("CARGO_BIN_EXE_genkan"));
    let process = house.start(program, &variables).expect("it serves");
    let client = process.client("192.0.2.1");
    let answer = house.register(&client, "hanako@example.test", PASSWORD).expect("an answer");
    assert_eq!(answer.status, 201, "{answer:?}");
    assert!(!Path::new(&list).exists());
}

/// A day in peace.
struct Peace {
    /// How long it lasted.
    length: Duration,
    /// What there was before the first step and after each.
    pictures: Vec<Picture>,
    /// How many letters had come by then.
    letters: Vec<usize>,
    /// The name of each instant.
    points: Vec<String>,
}

/// When the process is killed.
#[derive(Clone, Copy, Debug)]
enum Kill {
    /// At a numbered instant, by itself.
    Point(usize),
    /// So long after it was ready, from outside.
    After(Duration),
}

fn kill_at_points(engine: Engine, (some, drawn): (usize, usize), in_all: usize) {
    let Ok(program) = std::env::var("GENKAN_TEST_POINTS_BINARY").map(PathBuf::from) else {
        println!("skipped: GENKAN_TEST_POINTS_BINARY is not set");
        return;
    };
    let Some(house) = House::build(engine) else { return };
    let peace = live_in_peace(&house, &program);
    let points = peace.points.len();
    assert!(points > 300, "only {points} instants in a whole day");
    let every = std::env::var("GENKAN_TEST_POINTS").is_ok_and(|which| which == "all");
    let some = if every { points } else { some.min(points) };
    let drawn = if every { in_all.saturating_sub(points) } else { drawn };
    let mut dice = Dice::thrown();
    let most = usize::try_from(peace.length.as_micros()).unwrap_or(usize::MAX);
    let by_lot = (0..drawn).map(|_| Duration::from_micros(dice.below(most) as u64)).map(Kill::After);
    let chosen =
        (0..some).map(|n| Kill::Point(1 + n * points / some)).chain(by_lot).collect::<Vec<_>>();
    let (next, killed) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(point) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let place = kill_at(engine, &program, *point, &peace);
                    let mut killed = killed.lock().unwrap_or_else(PoisonError::into_inner);
                    *killed.entry(place).or_insert(0) += 1;
                }
            });
        }
    });
    let killed = killed.into_inner().unwrap_or_else(PoisonError::into_inner);
    println!("{points} instants and {drawn} drawn; killed at {killed:?}");
    // Mail goes out beside the requests, so two days differ by some instants, and the last may not come.
    let missed = killed.get(&None).copied().unwrap_or(0);
    let wanted = chosen.len();
    assert!(missed * 4 <= wanted, "of {wanted} kills {missed} did not come about");
}

fn live_in_peace(house: &House, program: &Path) -> Peace {
    let list = house.path("points");
    let process = house.start(program, &[(LIST, list.clone())]).expect("it serves");
    let mut day = Day::new(house, &process);
    let began = Instant::now();
    let mut peace =
        Peace { length: Duration::ZERO, pictures: Vec::new(), letters: Vec::new(), points: Vec::new() };
    for step in 0..=Day::length() {
        if step > 0 {
            day.step().expect("an answer");
        }
        house.settle_mail();
        peace.pictures.push(day.picture(&process));
        peace.letters.push(house.relay.count());
    }
    peace.length = began.elapsed();
    assert!(process.stop().success());
    let list = std::fs::read_to_string(list).expect("the instants");
    let name = |line: &str| line.split_once(' ').map(|(_, name)| name.to_owned());
    peace.points = list.lines().filter_map(name).collect();
    peace
}

/// Lives the day until the process goes at that instant; says at which place that was, if it came about.
fn kill_at(engine: Engine, program: &Path, kill: Kill, peace: &Peace) -> Option<String> {
    let house = House::build(engine).expect("as before");
    let started = match kill {
        Kill::Point(point) => house.start(program, &[(AT, point.to_string())]),
        Kill::After(_) => house.start(program, &[]),
    };
    let (mut alive, process) = match started {
        Ok(process) => (true, process),
        Err(_) => {
            house.end_lease_of_migration();
            (false, house.start(program, &[]).expect("it serves again"))
        }
    };
    let mut day = Day::new(&house, &process);
    let mut process = process;
    if alive {
        let killer = Killer::of(&process, kill);
        for step in 0..Day::length() {
            let lived = day.step().and_then(|()| day.wait_for_letters(peace.letters[step + 1]));
            if lived.is_err() {
                break;
            }
        }
        alive = wait_for_the_end(&mut process, &day);
        // Before its number may be another's.
        killer.stop();
        if alive {
            return None;
        }
        drop(process);
        process = house.start(program, &[]).expect("it serves again");
    }
    let log = house.log();
    let place = match kill {
        Kill::After(_) => Some("an instant drawn by lot"),
        Kill::Point(point) => {
            log.lines().find_map(|line| line.strip_prefix(&format!("fault point {point}: ")))
        }
    };
    let place = place.unwrap_or_else(|| panic!("it ended otherwise than at {kill:?}:\n{log}"));
    compare(&day, &process, peace, place);
    look_over(&house, place);
    Some(place.to_owned())
}

/// Kills a process from outside when its time has come, unless it is stopped before.
struct Killer {
    stop: Sender<()>,
    waiting: thread::JoinHandle<()>,
}

impl Killer {
    fn of(process: &Process, kill: Kill) -> Self {
        let (stop, stopped) = channel::<()>();
        let number = process.number().to_string();
        let waiting = thread::spawn(move || {
            let Kill::After(wait) = kill else { return };
            if stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                let killed = Command::new("kill").args(["-9", &number]).status();
                assert!(killed.is_ok(), "a signal can be sent");
            }
        });
        Self { stop, waiting }
    }

    fn stop(self) {
        drop(self.stop);
        self.waiting.join().expect("the killer");
    }
}

/// Whether it goes on living. A cut-off answer is heard of a moment before the end of the process.
fn wait_for_the_end(process: &mut Process, day: &Day<'_>) -> bool {
    let whole = day.done == Day::length() && !day.in_flight;
    let began = Instant::now();
    while process.over().is_none() {
        if whole {
            return true;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "an answer was cut off and nobody died");
        pause(Duration::from_millis(5));
    }
    false
}

fn compare(day: &Day<'_>, process: &Process, peace: &Peace, place: &str) {
    let found = day.picture(process);
    let (before, after) = (&peace.pictures[day.done], peace.pictures.get(day.done + 1));
    let given = found.sessions.len();
    let is = |other: &Picture| found.rows == other.rows && found.sessions == other.sessions[..given];
    let whole = is(before) || day.in_flight && after.is_some_and(is);
    assert!(
        whole,
        "{place}, after {} steps, {}: found {found:#?}\nneither {before:#?}\nnor {after:#?}",
        day.done,
        if day.in_flight { "one under way" } else { "none under way" }
    );
    // A guess that was paid for stays paid (R-LOCK-8): the one thing that a request does before its decision.
    let paid = day.paid().len();
    let may = usize::from(day.in_flight && day.pays());
    assert!(paid <= may, "{place}, after {} steps: {paid} guesses are under way", day.done);
}

/// The file is sound, and every mail of what is there has come, each as one letter.
fn look_over(house: &House, place: &str) {
    if house.is_one_file() {
        assert_eq!(house.rows("pragma integrity_check"), ["ok"], "{place}");
    }
    // A mail on its way when its process was killed is leased for some minutes. Let them pass.
    house.sql("update mails set due_at = 0 where state = 'waiting'");
    house.settle_mail();
    let written = house.rows("select recipient from mails where state = 'sent'").len();
    let all = house.rows("select recipient from mails").len();
    assert_eq!((written, all), (house.relay.count(), house.relay.count()), "{place}: {}", house.log());
}
