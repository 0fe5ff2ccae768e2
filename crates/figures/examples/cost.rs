//! What counting costs: nanoseconds for each kind of figure, on one thread and on two that meet at the same one.
//!
//! `cargo run --release -p figures --example cost`. A request of a session check is one span and one count under kept
//! handles, and one span more for its transaction; a decision is a few counts that are looked up by their labels.

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use figures::{Count, Counters, SHORT, Span, Spans, Word};

const ROUNDS: u32 = 7;
const TIMES: u32 = 1_000_000;

fn main() {
    let (count, span) = (Count::default(), Span::new(SHORT));
    let counters = Counters::new(["command", "outcome"]);
    let spans = Spans::new(["route", "method"], SHORT);
    let kept = spans.of([Word::listed("/api/v1/session"), Word::from("GET")]);
    let took = Duration::from_micros(60);
    println!("nanoseconds each, the median of {ROUNDS} rounds of {TIMES}");
    println!("{:40} {:>10} {:>12}", "", "one thread", "two threads");
    told("the clock, asked twice", || {
        black_box(Instant::now().elapsed());
    });
    told("a count under a kept handle", || count.one());
    told("a span under a kept handle", || span.took(black_box(took)));
    told("a span with labels, kept", || kept.took(black_box(took)));
    told("a count looked up by two labels", || {
        counters.one([Word::from("sign-in"), Word::from("welcome")]);
    });
    told("a session check: two spans, one count", || {
        kept.took(black_box(took));
        span.took(black_box(took));
        count.one();
    });
}

fn told(what: &str, work: impl Fn() + Sync) {
    let alone = median(|| timed(&work));
    let together = median(|| {
        thread::scope(|scope| {
            let other = scope.spawn(|| timed(&work));
            timed(&work).max(other.join().unwrap_or_default())
        })
    });
    println!("{what:40} {alone:>10.1} {together:>12.1}");
}

fn timed(work: &impl Fn()) -> Duration {
    let began = Instant::now();
    for _ in 0..TIMES {
        work();
    }
    began.elapsed()
}

fn median(round: impl Fn() -> Duration) -> f64 {
    let mut rounds = (0..ROUNDS).map(|_| round()).collect::<Vec<_>>();
    rounds.sort();
    let middle = rounds.get(rounds.len() / 2).copied().unwrap_or_default();
    middle.as_secs_f64() * 1e9 / f64::from(TIMES)
}
