//! The bench of growth works, and the members it makes are ones that the program can read.
//!
//! The bench itself is `benches/growth.rs`; here it runs in houses of a few accounts. What it finds is not looked at, but
//! that it found something for every kind of work is.

mod growth;
mod town;

use growth::{Plan, on_both};

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
