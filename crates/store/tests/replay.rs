//! Long tales from a fixed list of seeds: the same ones in every run, on both engines.
//!
//! The tales of the agreement test are drawn anew each time and are short, so that they can be shrunk. These are several
//! times as long, so that what takes many steps to go wrong (a count, an epoch, numbers of changes that were undone) has
//! the room to, and the whole of the rows is compared with the events after every step. `GENKAN_TEST_ROUNDS` asks for
//! more of them.

mod rows;
mod support;
mod tales;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rows::Rows;
use store::Engine;
use support::{postgres, sqlite};
use tales::telling::{Tale, Upkeep};
use tales::{Step, steps};

/// How many steps, or ways of several steps, a tale has.
const LENGTH: usize = 60;

/// The tale of a seed.
fn tale(seed: u64) -> Vec<Step> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let dice = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), dice);
    steps(LENGTH).new_tree(&mut runner).unwrap().current()
}

fn rounds() -> Option<u64> {
    std::env::var("GENKAN_TEST_ROUNDS").ok().and_then(|text| text.parse().ok())
}

/// Tells the tales of these seeds in a database of their own, if there is one.
fn replay(engine: Engine, seeds: std::ops::Range<u64>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let house = match engine {
            Engine::Sqlite => Some(sqlite()),
            Engine::Postgres => postgres().await,
        };
        let Some(house) = house else { return };
        let rows = Rows::over(house).await;
        for seed in seeds {
            let told = Tale::tell(&rows, Upkeep::Never, seed, &tale(seed)).await;
            assert!(told.is_ok(), "seed {seed}: {}", told.err().unwrap());
        }
        rows.leave().await;
    });
}

#[test]
fn a_seed_always_tells_the_same_tale_and_another_one_another() {
    assert_eq!(format!("{:?}", tale(1)), format!("{:?}", tale(1)));
    assert_ne!(format!("{:?}", tale(1)), format!("{:?}", tale(2)));
}

#[test]
fn long_tales_keep_rows_and_events_together_on_sqlite() {
    let half = rounds().map_or(24, |rounds| rounds * 20);
    std::thread::scope(|scope| {
        for seeds in [0..half, half..2 * half] {
            scope.spawn(|| replay(Engine::Sqlite, seeds));
        }
    });
}

#[test]
fn long_tales_keep_rows_and_events_together_on_postgresql() {
    replay(Engine::Postgres, 0..rounds().map_or(5, |rounds| rounds * 4));
}
