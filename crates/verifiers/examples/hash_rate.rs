//! How many passwords a second this machine hashes: the bare library beside the queue, in one run.
//!
//! `cargo run --release -p verifiers --example hash_rate [seconds]`. Also prints what a known and an unknown
//! address cost (security.md H2) and how long weighing a new password takes.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use verifiers::{HashOptions, HashParams, HashQueue, Lane, Password, weigh};

const TURNS: u32 = 9;

fn main() {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(5);
    let time = Duration::from_secs(seconds);
    let threads = HashOptions::default().threads;
    let HashParams { memory_kib, passes, lanes } = HashParams::default();
    println!("Argon2id m={memory_kib} KiB t={passes} p={lanes}, {threads} threads, {seconds} s each");

    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let queue = HashQueue::start(HashOptions::default()).unwrap();
    // In many short turns, so that a machine that is busy for a while is busy for both; and by processor time,
    // which other programs disturb least.
    let (mut bare, mut queued) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        bare.push(turn(|| bare_hashes(threads, time / TURNS)));
        queued.push(turn(|| runtime.block_on(queue_hashes(&queue, threads, time / TURNS))));
    }
    let (bare, queued) = (Rate::median(bare), Rate::median(queued));
    println!("library, one buffer a thread: {bare}");
    println!("queue, {:3} asking at a time : {queued}", threads * 8);
    println!(
        "queue / library             : {:.3} by the clock, {:.3} by processor time",
        queued.wall / bare.wall,
        queued.cpu / bare.cpu
    );
    runtime.block_on(known_and_unknown(200));
    weighing();
}

/// Hashes a second of the clock, and a second of processor time.
struct Rate {
    wall: f64,
    cpu: f64,
}

impl Rate {
    fn median(turns: Vec<Rate>) -> Rate {
        let middle = |mut rates: Vec<f64>| {
            rates.sort_by(f64::total_cmp);
            rates[rates.len() / 2]
        };
        Rate {
            wall: middle(turns.iter().map(|turn| turn.wall).collect()),
            cpu: middle(turns.iter().map(|turn| turn.cpu).collect()),
        }
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:6.1} a second, {:5.1} a processor second", self.wall, self.cpu)
    }
}

fn turn(hashes: impl FnOnce() -> u64) -> Rate {
    let (began, cpu) = (Instant::now(), cpu_seconds());
    let hashed = hashes() as f64;
    Rate { wall: hashed / began.elapsed().as_secs_f64(), cpu: hashed / (cpu_seconds() - cpu) }
}

/// User and system time of this process, on Linux (in ticks of 10 ms); elsewhere not a number.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = text.split_whitespace().collect();
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok());
    (ticks(13).unwrap_or(f64::NAN) + ticks(14).unwrap_or(f64::NAN)) / 100.0
}

fn bare_hashes(threads: usize, time: Duration) -> u64 {
    let HashParams { memory_kib, passes, lanes } = HashParams::default();
    let hashed = AtomicU64::new(0);
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let params = Params::new(memory_kib, passes, lanes, Some(32)).unwrap();
                let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
                let mut blocks = vec![Block::new(); memory_kib as usize];
                let mut output = [0u8; 32];
                while began.elapsed() < time {
                    let blocks = blocks.as_mut_slice();
                    argon2
                        .hash_password_into_with_memory(b"password", &[7; 16], &mut output, blocks)
                        .unwrap();
                    hashed.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    hashed.into_inner()
}

async fn queue_hashes(queue: &HashQueue, threads: usize, time: Duration) -> u64 {
    let before = queue.gauge().served;
    let began = Instant::now();
    let mut askers = tokio::task::JoinSet::new();
    for _ in 0..threads * 8 {
        let queue = queue.clone();
        askers.spawn(async move {
            while began.elapsed() < time {
                let Ok(place) = queue.place(Lane::Stranger) else {
                    continue;
                };
                let _found = place.verify(Password::typed("password").unwrap(), None).await;
            }
        });
    }
    while askers.join_next().await.is_some() {}
    queue.gauge().served - before
}

/// The medians of interleaved questions about a stored hash and about none.
async fn known_and_unknown(pairs: usize) {
    let queue = HashQueue::start(HashOptions::default()).unwrap();
    let place = || queue.place(Lane::Stranger).unwrap();
    let made = place().hash(Password::typed("the right one").unwrap()).await.unwrap();
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for _ in 0..pairs {
        for (times, stored) in [(&mut known, Some(made.as_str().to_owned())), (&mut unknown, None)] {
            let began = Instant::now();
            let _found = place().verify(Password::typed("a wrong one").unwrap(), stored).await;
            times.push(began.elapsed());
        }
    }
    known.sort();
    unknown.sort();
    println!("median of {pairs}: stored hash {:?}, none {:?}", known[pairs / 2], unknown[pairs / 2]);
}

fn weighing() {
    for text in ["tsuki no ura de mochi", &"a1 S@kura 1990 ".repeat(7)[..100], &"あa1".repeat(33)] {
        let password = Password::chosen(text).unwrap();
        let began = Instant::now();
        for _ in 0..20 {
            let _either = weigh(&password, &["taro.yamamoto@example.jp", "山本太郎", "yomikaki"]);
        }
        println!("weighing {:3} characters: {:?}", text.chars().count(), began.elapsed() / 20);
    }
}
