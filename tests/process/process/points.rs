//! The process is gone at one numbered instant after the other of a scripted day: between the statements of a
//! transaction, before and after a commit, before an answer, around the mail (Always 1 and 2).
//!
//! The day is lived once in peace, stretch by stretch, with a picture after every step and a copy of the accounts before
//! each stretch. Then a stretch is lived again and again, and each time the process ends itself at another of its instants.
//! What is found afterwards is the picture before the request that was under way or the one after it, and nothing in
//! between; where none was under way, it is exactly what was answered.
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

use super::day::{Day, Picture, SoFar};
use super::house::{Engine, House, Kept, PASSWORD, Process, pause};
use super::kill::Dice;
use super::mail::Mail;

/// Stretches that are lived at the same time.
const AT_ONCE: usize = 3;
/// Steps that one process lives: so many that what it does beside one request goes on beside the next.
const STRETCH: usize = 3;
/// For so long a copy is lived on from. Then a new day is lived, before codes lapse and guesses are forgotten.
const FRESH: Duration = Duration::from_secs(180);
const AT: &str = "FAULT_POINT_AT";
const LIST: &str = "FAULT_POINT_LIST";

#[test]
fn always_2_a_kill_at_any_point_of_a_day_leaves_before_or_after_on_sqlite() {
    kill_at_points(Engine::Sqlite, (48, 8), 7_000);
}

#[test]
fn always_2_a_kill_at_any_point_of_a_day_leaves_before_or_after_on_postgresql() {
    kill_at_points(Engine::Postgres, (16, 4), 3_000);
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
    house: House,
    /// When it was over.
    over: Instant,
    stretches: Vec<Stretch>,
    /// What there was before the first step and after each.
    pictures: Vec<Picture>,
    /// How many letters had come by then.
    letters: Vec<usize>,
}

/// Some steps that one process has lived, and what there was before them.
struct Stretch {
    /// Nothing at all, in the first.
    accounts: Option<Kept>,
    mails: Vec<Mail>,
    so_far: SoFar,
    /// How long its steps lasted, until their mail had gone.
    length: Duration,
    /// The name of each instant.
    points: Vec<String>,
}

/// When the process is killed.
#[derive(Clone, Copy, Debug)]
enum Kill {
    /// At a numbered instant of a stretch, by itself.
    Point { stretch: usize, number: usize },
    /// So long after a stretch began, from outside, as a part of its length.
    After { stretch: usize, part: f64 },
}

fn kill_at_points(engine: Engine, (some, drawn): (usize, usize), in_all: usize) {
    let Ok(program) = std::env::var("GENKAN_TEST_POINTS_BINARY").map(PathBuf::from) else {
        println!("skipped: GENKAN_TEST_POINTS_BINARY is not set");
        return;
    };
    let Some(mut peace) = live_in_peace(engine, &program) else { return };
    let every = std::env::var("GENKAN_TEST_POINTS").is_ok_and(|which| which == "all");
    let points = peace.points(every);
    let of_all = points.len();
    assert!(of_all > 300, "only {of_all} instants in a whole day");
    let some = if every { of_all } else { some.min(of_all) };
    let drawn = if every { in_all.saturating_sub(of_all) } else { drawn };
    let numbered = (0..some).map(|n| points[n * of_all / some]);
    let numbered = numbered.map(|(stretch, number)| Kill::Point { stretch, number });
    let mut dice = Dice::thrown();
    let mut left = numbered.chain((0..drawn).map(|_| peace.drawn(&mut dice))).collect::<Vec<_>>();
    let (mut tried, mut killed) = (0, BTreeMap::new());
    // Mail goes out beside the requests, so two days differ by some instants, and the last may not come.
    let missed = |killed: &BTreeMap<_, usize>| killed.get(&None).copied().unwrap_or(0);
    while !left.is_empty() {
        let lived = live_again((&program, &peace), &left, &mut killed);
        tried += lived;
        left.drain(..lived);
        if left.is_empty() && every {
            let wanted = in_all.saturating_sub(tried - missed(&killed));
            left.extend((0..wanted).map(|_| peace.drawn(&mut dice)));
        }
        if !left.is_empty() {
            peace = live_in_peace(engine, &program).expect("as before");
        }
        assert!(
            missed(&killed) * 4 <= tried,
            "of {tried} kills {} did not come about",
            missed(&killed)
        );
    }
    println!("{of_all} instants, {tried} tried; killed at {killed:?}");
}

/// Lives one stretch for each kill as long as that day is fresh; says how many kills there were.
fn live_again(
    (program, peace): (&Path, &Peace),
    kills: &[Kill],
    killed: &mut BTreeMap<Option<String>, usize>,
) -> usize {
    let (next, places) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while peace.over.elapsed() < FRESH
                    && let Some(kill) = kills.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let place = kill_at(program, *kill, peace);
                    places.lock().unwrap_or_else(PoisonError::into_inner).push(place);
                }
            });
        }
    });
    let places = places.into_inner().unwrap_or_else(PoisonError::into_inner);
    let lived = places.len();
    for place in places {
        *killed.entry(place).or_insert(0) += 1;
    }
    lived
}

fn live_in_peace(engine: Engine, program: &Path) -> Option<Peace> {
    let house = House::build(engine)?;
    let (mut stretches, mut pictures, mut letters) = (Vec::new(), Vec::new(), Vec::new());
    let mut so_far = SoFar::default();
    while so_far.done < Day::length() {
        let accounts = (so_far.done > 0).then(|| house.keep());
        let mails = house.relay.all();
        let list = house.path(&format!("points-{}", stretches.len()));
        let process = house.start(program, &[(LIST, list.clone())]).expect("it serves");
        let mut day = Day::on(&house, &process, so_far.clone());
        if pictures.is_empty() {
            pictures.push(day.picture(&process));
            letters.push(0);
        }
        let mut length = Duration::ZERO;
        for _ in so_far.done..Day::length().min(so_far.done + STRETCH) {
            let began = Instant::now();
            day.step().expect("an answer");
            house.settle_mail();
            length += began.elapsed();
            pictures.push(day.picture(&process));
            letters.push(house.relay.count());
        }
        let list = std::fs::read_to_string(list).expect("the instants");
        let name = |line: &str| line.split_once(' ').map(|(_, name)| name.to_owned());
        let points = list.lines().filter_map(name).collect();
        let lived = std::mem::replace(&mut so_far, day.so_far);
        assert!(process.stop().success());
        stretches.push(Stretch { accounts, mails, so_far: lived, length, points });
    }
    Some(Peace { house, over: Instant::now(), stretches, pictures, letters })
}

impl Peace {
    /// The instants of all stretches, with or without those of each start but the first, which are the same every time.
    fn points(&self, every: bool) -> Vec<(usize, usize)> {
        let of = |(stretch, lived): (usize, &Stretch)| {
            let swept = lived.points.iter().rposition(|name| name.contains("/sweep"));
            let first = if every || stretch == 0 { 0 } else { swept.map_or(0, |last| last + 1) };
            (first..lived.points.len()).map(move |place| (stretch, place + 1))
        };
        self.stretches.iter().enumerate().flat_map(of).collect()
    }

    /// An instant of the whole day, each as likely as any other.
    fn drawn(&self, dice: &mut Dice) -> Kill {
        let whole = self.stretches.iter().map(|stretch| stretch.length).sum::<Duration>();
        let most = usize::try_from(whole.as_micros()).unwrap_or(usize::MAX);
        let mut left = Duration::from_micros(dice.below(most) as u64);
        for (stretch, lived) in self.stretches.iter().enumerate() {
            if left < lived.length {
                return Kill::After { stretch, part: left.div_duration_f64(lived.length) };
            }
            left -= lived.length;
        }
        Kill::After { stretch: 0, part: 0.0 }
    }
}

/// Lives a stretch until the process goes at that instant; says at which place that was, if it came about.
fn kill_at(program: &Path, kill: Kill, peace: &Peace) -> Option<String> {
    let (Kill::Point { stretch, .. } | Kill::After { stretch, .. }) = kill;
    let stretch = &peace.stretches[stretch];
    let house = peace.house.again(stretch.accounts.as_ref());
    house.relay.has_had(&stretch.mails);
    let started = match kill {
        Kill::Point { number, .. } => house.start(program, &[(AT, number.to_string())]),
        Kill::After { .. } => house.start(program, &[]),
    };
    let (mut alive, process) = match started {
        Ok(process) => (true, process),
        Err(_) => {
            house.end_lease_of_migration();
            (false, house.start(program, &[]).expect("it serves again"))
        }
    };
    let mut day = Day::on(&house, &process, stretch.so_far.clone());
    let end = Day::length().min(stretch.so_far.done + STRETCH);
    let mut process = process;
    if alive {
        let wait = match kill {
            Kill::Point { .. } => None,
            Kill::After { part, .. } => Some(stretch.length.mul_f64(part)),
        };
        let killer = Killer::of(&process, wait);
        let mut lived = Ok(());
        while lived.is_ok() && day.so_far.done < end {
            lived = day.step().and_then(|()| day.wait_for_letters(peace.letters[day.so_far.done]));
        }
        alive = wait_for_the_end(&mut process, lived.is_ok());
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
        Kill::After { .. } => Some("an instant drawn by lot"),
        Kill::Point { number, .. } => {
            log.lines().find_map(|line| line.strip_prefix(&format!("fault point {number}: ")))
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
    fn of(process: &Process, wait: Option<Duration>) -> Self {
        let (stop, stopped) = channel::<()>();
        let number = process.number().to_string();
        let waiting = thread::spawn(move || {
            let Some(wait) = wait else { return };
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
fn wait_for_the_end(process: &mut Process, whole: bool) -> bool {
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
    let done = day.so_far.done;
    let found = day.picture(process);
    let (before, after) = (&peace.pictures[done], peace.pictures.get(done + 1));
    let given = found.sessions.len();
    let is = |other: &Picture| found.rows == other.rows && found.sessions == other.sessions[..given];
    let whole = is(before) || day.in_flight && after.is_some_and(is);
    assert!(
        whole,
        "{place}, after {done} steps, {}: found {found:#?}\nneither {before:#?}\nnor {after:#?}",
        if day.in_flight { "one under way" } else { "none under way" }
    );
    // A guess that was paid for stays paid (R-LOCK-8): the one thing that a request does before its decision.
    let paid = day.paid().len();
    let may = usize::from(day.in_flight && day.pays());
    assert!(paid <= may, "{place}, after {done} steps: {paid} guesses are under way");
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
