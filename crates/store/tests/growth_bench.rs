//! The bench of growth works, and the members it makes are ones that the program can read.
//!
//! The bench itself is `benches/growth.rs`; here it runs in houses of a few accounts. What it finds is not looked at, but
//! that it found something for every kind of work is. What an account weighs is no matter of the machine, and has a bound.

mod growth;
mod town;

use growth::place::{Where, build};
use growth::{Plan, on_both, sizes};
use town::Town;

#[tokio::test]
async fn the_bench_measures_every_kind_of_work_in_every_house() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = folder.join(format!("growth-test.{}", std::process::id()));
    let plan = Plan { accounts: vec![20, 40], lines: 2, rounds: 2, times: 20 };
    let costs = on_both(&plan, &folder).await;
    assert!(costs.len() >= 8, "{}", costs.len());
    for cost in costs {
        assert_eq!(cost.houses.len(), 2, "{}", cost.work);
        for rounds in cost.houses {
            assert!(rounds.len() == 2 && rounds.iter().all(|usage| usage.wall > 0.0), "{}", cost.work);
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
}

/// Itself, its address and its password, with all indexes and with what is free in the pages.
const CORE_BYTES: f64 = 320.0;

#[tokio::test]
async fn the_core_of_an_account_weighs_no_more_on_sqlite_than_is_promised() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = folder.join(format!("growth-weight.{}", std::process::id()));
    let town = Town { accounts: 5_000, left: 200, lines: 0, passing: 50 };
    let house = build(&Where::Folder(&folder), town).await;
    let weights = sizes::weights(&house).await;
    let core = sizes::sum(&weights, &sizes::is_core);
    house.leave().await;
    std::fs::remove_dir_all(folder).unwrap();
    // Its ids and times alone are more than 150.
    assert!((150.0..CORE_BYTES).contains(&core), "{core} bytes an account");
}
