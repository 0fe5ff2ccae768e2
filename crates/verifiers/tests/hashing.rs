//! Guards of the hash queue: what it answers, whom it serves first, what it refuses and what it skips.
//!
//! The one thread is kept busy by a stored hash of many passes; jobs are queued by polling their futures once, and
//! everything is waited for by looking at the gauge. Nothing here depends on a hash taking a certain time but
//! that many passes take longer than the queueing of a few jobs.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use verifiers::{
    HashFault, HashGauge, HashOptions, HashParams, HashQueue, Lane, Overloaded, Password, Verified,
};

const SMALL: HashParams = HashParams { memory_kib: 64, passes: 1, lanes: 1 };
const NO_MATCH: Verified = Verified { matched: false, outdated: false };

fn options() -> HashOptions {
    let deadline = Duration::from_secs(60);
    HashOptions { threads: 1, params: SMALL, deadline, queue_places: 100, ..HashOptions::default() }
}

fn start(options: HashOptions) -> HashQueue {
    HashQueue::start(options).unwrap()
}

fn typed(text: &str) -> Password {
    Password::typed(text).unwrap()
}

/// A well-formed hash of nothing, with as many passes as the bounds allow at 64 KiB: a second or more of work.
fn slow_hash() -> Option<String> {
    passes(60_000)
}

fn passes(passes: u32) -> Option<String> {
    let tail = "c2FsdHNhbHRzYWx0c2FsdA$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI";
    Some(format!("$argon2id$v=19$m=64,t={passes},p=1${tail}"))
}

type Asked = Pin<Box<dyn Future<Output = Result<Verified, Overloaded>> + Send>>;

/// Reserves, submits (one poll) and hands back the future that waits.
fn ask(queue: &HashQueue, lane: Lane, stored: Option<String>) -> Asked {
    let place = queue.place(lane).unwrap();
    let mut asked: Asked = Box::pin(place.verify(typed("whatever"), stored));
    let first = asked.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(first, Poll::Pending), "answered before it was computed");
    asked
}

/// Looks at the gauge until it is as wanted.
fn until(queue: &HashQueue, wanted: impl Fn(&HashGauge) -> bool) {
    watch(queue, |_| {}, wanted);
}

fn watch(queue: &HashQueue, each: impl Fn(&HashGauge), wanted: impl Fn(&HashGauge) -> bool) {
    let limit = Instant::now() + Duration::from_secs(60);
    loop {
        let gauge = queue.gauge();
        each(&gauge);
        if wanted(&gauge) {
            return;
        }
        assert!(Instant::now() < limit, "never came: {gauge:?}");
        std::thread::yield_now();
    }
}

/// One job that keeps the one thread at work.
fn occupy(queue: &HashQueue) -> Asked {
    let asked = ask(queue, Lane::Known, slow_hash());
    until(queue, |gauge| gauge.running == 1 && gauge.waiting_known == 0);
    asked
}

#[tokio::test]
async fn a_password_matches_its_own_hash_and_no_other() {
    let queue = start(options());
    let place = || queue.place(Lane::Stranger).unwrap();
    let made = place().hash(typed("correct horse")).await.unwrap();
    assert!(made.as_str().starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "carries its parameters");
    let again = place().hash(typed("correct horse")).await.unwrap();
    assert_ne!(made.as_str(), again.as_str(), "each hash has a salt of its own");
    assert_eq!(format!("{made:?}"), "HashedPassword(..)");

    let stored = || Some(made.as_str().to_owned());
    let right = place().verify(typed("correct horse"), stored()).await.unwrap();
    assert_eq!(right, Verified { matched: true, outdated: false });
    assert_eq!(place().verify(typed("correct horsf"), stored()).await.unwrap(), NO_MATCH);
    assert_eq!(place().verify(typed("correct horse"), None).await.unwrap(), NO_MATCH);
    assert_eq!(place().verify(typed(""), None).await.unwrap(), NO_MATCH);
}

/// security.md I2: what other systems cut off or trim counts here.
#[tokio::test]
async fn i2_no_part_of_a_password_is_ignored() {
    let queue = start(options());
    let base = "x".repeat(72);
    let pairs = [
        (format!("{base}one"), format!("{base}two")),
        ("before\0after".to_owned(), "before\0other".to_owned()),
        ("trailing".to_owned(), "trailing ".to_owned()),
        ("Capital".to_owned(), "capital".to_owned()),
        ("x".repeat(255), "x".repeat(256)),
    ];
    for (one, other) in pairs {
        let made = queue.place(Lane::Known).unwrap().hash(typed(&one)).await.unwrap();
        let stored = || Some(made.as_str().to_owned());
        let same = queue.place(Lane::Known).unwrap().verify(typed(&one), stored()).await.unwrap();
        assert!(same.matched, "{one:?}");
        let apart = queue.place(Lane::Known).unwrap().verify(typed(&other), stored()).await.unwrap();
        assert!(!apart.matched, "{one:?} and {other:?}");
    }
}

/// security.md H2: every question costs exactly one hash, whether there is something to compare with or not.
/// security.md I3: foreign and broken hashes are answered like no hash.
#[tokio::test]
async fn h2_i3_a_missing_foreign_or_broken_hash_costs_one_hash_and_never_matches() {
    let queue = start(options());
    let long = "$argon2id$".repeat(1000);
    let stored = [
        None,
        Some(""),
        Some("$"),
        Some("$$$$$$"),
        Some("plain text"),
        Some("$2b$12$abcdefghijklmnopqrstuuKHFKDhgMwHr1pnH5nZbYbZhWqEJ5rQm"),
        Some("$2b$12$"),
        Some("$2y$99$\u{0}"),
        Some("pbkdf2_sha256$600000$salt$hash"),
        Some("$scrypt$ln=17,r=8,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo"),
        Some("$argon2id$v=19$m=64,t=1,p=1"),
        Some("$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ"),
        Some("$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$"),
        Some("$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$AAAA"),
        Some("$argon2id$v=19$m=64,t=1,p=1$c2Fs$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI"),
        Some("$argon2id$v=19$m=64,t=1,p=1,x=1$c2FsdHNhbHRzYWx0c2FsdA$MTIzNDU2Nzg5MDEyMzQ1Njc4OTA"),
        Some("$argon2id$v=19$m=-1,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$MTIzNDU2Nzg5MDEyMzQ1Njc4OTA"),
        Some("$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$MTIzNDU2Nzg5MDEyMzQ1Njc4OTA"),
        Some("パスワード"),
        Some(long.as_str()),
    ];
    for (index, text) in stored.iter().enumerate() {
        let before = queue.gauge().served;
        let place = queue.place(Lane::Stranger).unwrap();
        let found = place.verify(typed("password"), text.map(str::to_owned)).await.unwrap();
        assert_eq!(found, NO_MATCH, "case {index}");
        assert_eq!(queue.gauge().served, before + 1, "case {index}");
    }
}

#[tokio::test]
async fn a_hash_of_other_parameters_matches_and_is_outdated() {
    let older = start(options());
    let made = older.place(Lane::Known).unwrap().hash(typed("from before")).await.unwrap();
    for params in [
        HashParams { passes: 2, ..SMALL },
        HashParams { memory_kib: 128, ..SMALL },
        HashParams { lanes: 2, ..SMALL },
        HashParams { memory_kib: 32, ..SMALL },
    ] {
        let newer = start(HashOptions { params, ..options() });
        let stored = Some(made.as_str().to_owned());
        let found = newer.place(Lane::Known).unwrap().verify(typed("from before"), stored).await;
        assert_eq!(found.unwrap(), Verified { matched: true, outdated: true }, "{params:?}");
    }
}

/// R-LOCK-4 in the queue: strangers never go before a known device.
#[test]
fn known_devices_are_served_before_strangers() {
    let queue = start(options());
    let busy = occupy(&queue);
    let strangers: Vec<Asked> = (0..5).map(|_| ask(&queue, Lane::Stranger, passes(200))).collect();
    let known: Vec<Asked> = (0..5).map(|_| ask(&queue, Lane::Known, passes(200))).collect();
    assert_eq!((queue.gauge().waiting_strangers, queue.gauge().waiting_known), (5, 5));

    // The gauge is taken under the queue's own lock: at no instant has a stranger gone before a known device.
    let in_order = |gauge: &HashGauge| {
        assert!(gauge.waiting_strangers == 5 || gauge.waiting_known == 0, "{gauge:?}");
    };
    watch(&queue, in_order, |gauge| gauge.served == 11);
    drop((busy, strangers, known));
}

/// security.md I4: work that nobody waits for any more is not done.
#[tokio::test]
async fn work_whose_asker_has_gone_is_skipped() {
    let queue = start(options());
    let busy = occupy(&queue);
    let gone: Vec<Asked> = (0..5).map(|_| ask(&queue, Lane::Stranger, None)).collect();
    let stays = ask(&queue, Lane::Stranger, None);
    assert_eq!(queue.gauge().waiting_strangers, 6);
    drop(gone);
    let gauge = queue.gauge();
    assert_eq!((gauge.abandoned, gauge.waiting_strangers), (5, 1), "their places are free at once");

    assert_eq!(stays.await.unwrap(), NO_MATCH);
    drop(busy);
    let gauge = queue.gauge();
    assert_eq!((gauge.served, gauge.abandoned, gauge.refused), (2, 5, 0));
}

#[test]
fn a_full_lane_refuses_at_once_and_does_not_fill_the_other() {
    let queue = start(HashOptions { queue_places: 2, ..options() });
    let busy = occupy(&queue);
    let one = queue.place(Lane::Stranger).unwrap();
    let two = ask(&queue, Lane::Stranger, None);
    let refused = queue.place(Lane::Stranger).err().unwrap();
    assert!(refused.retry_after >= Duration::from_secs(1));
    assert_eq!(queue.gauge().refused, 1);
    assert_eq!(queue.gauge().running, 1, "answered while the thread was still at work");

    let known = queue.place(Lane::Known).unwrap();
    drop(one);
    assert_eq!(queue.gauge().waiting_strangers, 1, "a dropped place is free");
    let again = queue.place(Lane::Stranger).unwrap();
    drop((busy, two, known, again));
    assert_eq!(queue.gauge().waiting_strangers + queue.gauge().waiting_known, 0);
}

/// R-SIGNIN-3: who could not be served in time is refused before a ticket is taken.
#[test]
fn an_estimated_wait_beyond_the_deadline_is_refused_at_the_place() {
    // The mean is measured at the start: tens of milliseconds, against a deadline of one.
    let params = HashParams { passes: 3000, ..SMALL };
    let queue = start(HashOptions { params, deadline: Duration::from_millis(1), ..options() });
    assert!(queue.gauge().mean_micros > 2000, "{:?}", queue.gauge());
    let first = queue.place(Lane::Stranger).unwrap();
    assert!(queue.place(Lane::Stranger).is_err(), "a reservation counts as work ahead");
    let known = queue.place(Lane::Known).unwrap();
    drop(first);
    assert!(queue.place(Lane::Stranger).is_err(), "a known device's place is ahead of a stranger");
    drop(known);
    assert!(queue.place(Lane::Stranger).is_ok());
    assert_eq!(queue.gauge().refused, 2);
}

/// Between place and hand-in its asker pays for the guess, which takes long when everybody does: no reason to refuse what
/// a free thread could do at once.
#[tokio::test]
async fn a_place_that_was_long_in_use_is_good_when_its_work_comes() {
    let deadline = Duration::from_millis(300);
    let queue = start(HashOptions { deadline, ..options() });
    let limit = Instant::now() + deadline * 2;
    let place = queue.place(Lane::Known).expect("a place");
    while Instant::now() < limit {
        std::thread::yield_now();
    }
    assert_eq!(place.verify(typed("any"), None).await, Ok(NO_MATCH));
}

#[tokio::test]
async fn a_job_whose_deadline_passed_in_the_queue_is_refused_and_not_hashed() {
    let deadline = Duration::from_millis(400);
    let queue = start(HashOptions { deadline, ..options() });
    let busy = occupy(&queue);
    let late = ask(&queue, Lane::Known, None);
    let limit = Instant::now() + deadline;
    while Instant::now() <= limit {
        std::thread::yield_now();
    }
    assert_eq!(
        queue.gauge().served,
        0,
        "the thread must still be at work for this test to mean anything"
    );
    assert!(late.await.is_err());
    assert!(busy.await.is_ok());
    let gauge = queue.gauge();
    assert_eq!((gauge.served, gauge.refused, gauge.running), (1, 1, 0));
}

/// security.md I4: a flood is served or refused, all of it, and the queue is empty and at work afterwards.
#[tokio::test]
async fn i4_a_flood_is_served_or_refused_and_leaves_nothing_behind() {
    let queue = start(HashOptions { threads: 2, queue_places: 50, ..options() });
    let mut flood = tokio::task::JoinSet::new();
    for number in 0..5000 {
        let queue = queue.clone();
        let lane = if number % 2 == 0 { Lane::Stranger } else { Lane::Known };
        flood.spawn(async move { queue.place(lane)?.verify(typed("guess"), None).await });
    }
    let (mut served, mut refused) = (0, 0);
    while let Some(answer) = flood.join_next().await {
        match answer.unwrap() {
            Ok(found) => {
                assert_eq!(found, NO_MATCH);
                served += 1;
            }
            Err(Overloaded { .. }) => refused += 1,
        }
    }
    assert_eq!(served + refused, 5000);
    assert!(served >= 100 && refused > 0, "{served} served, {refused} refused");
    let gauge = queue.gauge();
    assert_eq!((gauge.served, gauge.refused), (served, refused));
    assert_eq!((gauge.waiting_known, gauge.waiting_strangers, gauge.running), (0, 0, 0));
    assert!(queue.place(Lane::Stranger).unwrap().verify(typed("after"), None).await.is_ok());
}

#[tokio::test]
async fn work_in_hand_is_finished_after_the_last_handle_is_gone() {
    let queue = start(options());
    let place = queue.place(Lane::Known).unwrap();
    drop(queue);
    assert_eq!(place.verify(typed("still served"), None).await.unwrap(), NO_MATCH);
}

#[test]
fn options_without_threads_places_or_time_do_not_start() {
    for options in [
        HashOptions { threads: 0, ..options() },
        HashOptions { queue_places: 0, ..options() },
        HashOptions { deadline: Duration::ZERO, ..options() },
    ] {
        assert!(matches!(HashQueue::start(options), Err(HashFault::Nothing)));
    }
}
