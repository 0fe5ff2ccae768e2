//! The plan of every statement, on both engines: none reads a table that grows from end to end, none sorts without bound,
//! and there is no index that none needs.
//!
//! SQLite plans by the text alone; PostgreSQL by what is in the tables, so they hold thousands of rows here and were
//! analysed. Each index is taken away once: then some statement must be found guilty, or nothing needs that index.

mod look;
mod support;
mod town;

use std::collections::BTreeSet;

use look::{LARGE, LIMIT, Plans, SMALLER, excused, indexes_without_need, visited};
use support::{House, both, postgres, sqlite};

#[tokio::test]
async fn no_statement_scans_a_table_that_grows() {
    let mut needed = BTreeSet::new();
    let houses = both().await;
    let are_both = houses.len() == 2;
    for house in houses {
        let plans = Plans::of(&house, LARGE).await;
        needed.extend(plans.are_good().await);
        plans.leave().await;
        house.leave().await;
    }
    assert!(needed.is_subset(&excused()), "{needed:?}");
    // An exception that no plan needs any more goes; some are PostgreSQL's alone.
    if are_both {
        assert_eq!(needed, excused());
    }
}

async fn every_index_is_needed(house: House) {
    let plans = Plans::of(&house, LARGE).await;
    assert_eq!(indexes_without_need(&plans).await, Vec::<String>::new());
    // One that serves nothing is found.
    plans.run("create index useless on accounts (display_name)").await;
    assert_eq!(indexes_without_need(&plans).await, ["useless"]);
    plans.leave().await;
    house.leave().await;
}

#[tokio::test]
async fn without_any_one_index_some_statement_scans_or_sorts() {
    every_index_is_needed(sqlite()).await;
}

#[tokio::test]
async fn without_any_one_index_some_statement_scans_or_sorts_on_postgres() {
    if let Some(house) = postgres().await {
        every_index_is_needed(house).await;
    }
}

/// Both looks find a table read from end to end, a sort, and a search that hits half a table.
#[tokio::test]
async fn the_look_at_plans_finds_scans_sorts_and_searches_that_hit_too_much() {
    const GUILTY: [&str; 4] = [
        "select address from emails where stored = 'x'",
        "select count(*) as n from sessions",
        "select id from devices where label = 'x' order by first_at",
        "select decision from mails where state = 'sent'",
    ];
    for house in both().await {
        let plans = Plans::of(&house, LARGE).await;
        for text in GUILTY {
            assert!(!plans.faults_of(text).await.is_empty(), "{text}");
        }
        plans.leave().await;
        house.leave().await;
    }
}

/// A sweep, a claim, a page: what has a limit costs the same in a house three times as large, whether much is due or
/// nothing. Counted are the steps of SQLite's machine, and the rows that PostgreSQL comes by.
#[tokio::test]
async fn what_has_a_limit_visits_no_more_in_a_larger_house() {
    let mut small = Vec::new();
    for town in [SMALLER, LARGE] {
        for (n, house) in both().await.into_iter().enumerate() {
            let plans = Plans::of(&house, town).await;
            let visited = visited(&plans).await;
            assert!(visited.len() > 15, "{visited:?}");
            if let Plans::Postgres(_) = plans {
                for (name, [nothing, all]) in &visited {
                    // Found, and found again to be changed; each by a heap and maybe an index of it.
                    assert!(nothing.max(*all) <= 4.0 * LIMIT, "{name}: {nothing}, {all}");
                }
            }
            match small.get(n) {
                Some(small) => assert_eq!(&visited, small),
                None => small.push(visited),
            }
            plans.leave().await;
            house.leave().await;
        }
    }
}
