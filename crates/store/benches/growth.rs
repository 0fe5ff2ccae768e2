//! What decisions and accounts cost in a house of a thousand accounts, and in one of a million.
//!
//! `cargo bench -p store --bench growth -- --accounts 1000,100000,1000000`; with `GENKAN_TEST_POSTGRES` (a server's URL)
//! on PostgreSQL as well. `--smoke` shows in a few seconds that the bench works. `docs/performance.md` says what the
//! figures mean. No figure is asserted.

#[path = "../tests/growth/mod.rs"]
mod growth;
#[path = "../tests/town/mod.rs"]
mod town;

use std::path::Path;

use growth::{Plan, on_both};

fn main() {
    let arguments = std::env::args().skip(1).collect::<Vec<_>>();
    let after = |name: &str| {
        let at = arguments.iter().position(|word| word == name);
        at.and_then(|at| arguments.get(at + 1)).cloned()
    };
    // `cargo test --benches` runs this as well, without `--bench`: it wants to know whether it works.
    let measures = arguments.iter().any(|word| word == "--bench")
        && !arguments.iter().any(|word| word == "--smoke");
    let plan = if measures {
        let accounts = after("--accounts").unwrap_or_else(|| "1000,10000,100000,1000000".to_owned());
        let accounts = accounts.split(',').map(|word| word.parse().expect("--accounts 1000,100000"));
        let lines = after("--lines").map_or(20, |word| word.parse().expect("--lines 20"));
        Plan { accounts: accounts.collect(), lines, rounds: 7, times: 200 }
    } else {
        Plan { accounts: vec![20, 40], lines: 2, rounds: 1, times: 20 }
    };
    assert!(
        plan.accounts.iter().all(|accounts| (20..=town::MAX).contains(accounts)),
        "a house has 20 to {} accounts",
        town::MAX
    );
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("growth.{}", std::process::id()));
    runtime.block_on(on_both(&plan, &folder));
    std::fs::remove_dir_all(folder).expect("the folder is the bench's own");
}
