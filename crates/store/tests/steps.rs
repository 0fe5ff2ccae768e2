//! Migrations: step by step over sample rows, several nodes at once, and what is refused.
//!
//! The step test takes any list, so it guards the real one as soon as that has steps; a list of its own shows that it can fail.

mod support;

use std::sync::Arc;

use store::{Engine, Fault, MIGRATIONS, MigrateFault, Migration, Statement, migrate_list, status_list};
use support::{House, both, postgres, sqlite, statement};

const FIRST: Migration = Migration {
    number: 1,
    name: "0001_pots",
    sqlite: "create table pots (id integer primary key, colour text not null) strict;",
    postgres: "create table pots (id bigint primary key, colour text not null);",
    sample: "insert into pots (id, colour) values (1, 'red'), (2, 'blue');",
};
const SECOND: Migration = Migration {
    number: 2,
    name: "0002_shelves",
    sqlite: "create table shelves (id integer primary key) strict;
             alter table pots add column shelf integer references shelves (id);
             insert into shelves (id) values (1);
             update pots set shelf = 1;",
    postgres: "create table shelves (id bigint primary key);
             alter table pots add column shelf bigint references shelves (id);
             insert into shelves (id) values (1);
             update pots set shelf = 1;",
    sample: "insert into pots (id, colour, shelf) values (3, 'green', 1);",
};
const BROKEN: Migration = Migration {
    number: 3,
    name: "0003_broken",
    sqlite: "create table lids (id integer primary key) strict; insert into nowhere values (1);",
    postgres: "create table lids (id bigint primary key); insert into nowhere values (1);",
    sample: "",
};
const LIST: &[Migration] = &[FIRST, SECOND];
const ON_SHELF: Statement =
    statement("test/on_shelf", "select count(*) as n from pots where shelf = 1", &[]);
const LIDS: Statement = statement("test/lids", "select count(*) as n from lids", &[]);

/// Applies each step over the sample rows of all steps before it.
async fn step_by_step(house: &House, list: &'static [Migration]) {
    for (position, step) in list.iter().enumerate() {
        let known = list.get(..=position).unwrap();
        let done = migrate_list(&house.database, known).await.unwrap();
        let names: Vec<_> = done.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, [step.name]);
        if !step.sample.is_empty() {
            house.script(step.sample).await;
        }
    }
    assert_eq!(migrate_list(&house.database, list).await, Ok(vec![]));
    let status = status_list(&house.database, list).await.unwrap();
    assert_eq!(status.applied.len(), list.len());
    assert!(status.pending.is_empty());
}

#[tokio::test]
async fn each_step_can_be_applied_over_the_rows_of_the_steps_before() {
    for house in both().await {
        step_by_step(&house, LIST).await;
        assert_eq!(house.count(&ON_SHELF).await, 3);
        house.leave().await;
    }
}

#[tokio::test]
async fn each_step_of_the_real_list_can_be_applied_over_the_rows_of_the_steps_before() {
    for house in both().await {
        step_by_step(&house, MIGRATIONS).await;
        house.leave().await;
    }
}

#[test]
fn the_real_steps_are_numbered_without_gaps_and_end_no_transaction_themselves() {
    for (position, step) in MIGRATIONS.iter().enumerate() {
        assert_eq!(step.number, i64::try_from(position).unwrap() + 1);
        assert!(step.name.starts_with(&format!("{:04}_", step.number)), "{}", step.name);
        for script in [step.sqlite, step.postgres, step.sample] {
            for word in script.to_lowercase().split(|c: char| !c.is_alphanumeric()) {
                assert!(!["commit", "rollback"].contains(&word), "{}", step.name);
            }
        }
    }
}

#[tokio::test]
async fn the_status_of_an_untouched_database_is_all_pending_and_changes_nothing() {
    for house in both().await {
        for _ in 0..2 {
            let status = status_list(&house.database, LIST).await.unwrap();
            assert!(status.applied.is_empty());
            assert_eq!(status.pending, ["0001_pots", "0002_shelves"]);
        }
        house.leave().await;
    }
}

#[tokio::test]
async fn an_older_program_refuses_a_newer_database() {
    for house in both().await {
        migrate_list(&house.database, LIST).await.unwrap();
        let older: &'static [Migration] = &[FIRST];
        let fault = migrate_list(&house.database, older).await.unwrap_err();
        assert_eq!(fault, MigrateFault::Newer { found: 2, known: 1 });
        assert_eq!(
            fault.to_string(),
            "This database has schema 2, this genkan knows up to 1. Start a newer genkan or restore a backup."
        );
        assert_eq!(status_list(&house.database, older).await, Err(fault));
        house.leave().await;
    }
}

#[tokio::test]
async fn a_step_that_was_changed_after_it_was_applied_is_refused() {
    const OTHER: Migration = Migration {
        sqlite: "create table pots (id integer primary key) strict;",
        postgres: "create table pots (id bigint primary key);",
        ..FIRST
    };
    const RENAMED: Migration = Migration { name: "0001_pans", ..FIRST };
    for house in both().await {
        migrate_list(&house.database, &[FIRST]).await.unwrap();
        for list in [&[OTHER, SECOND], &[RENAMED, SECOND]] {
            let fault = migrate_list(&house.database, list).await.unwrap_err();
            let name = "0001_pots".to_owned();
            assert_eq!(fault, MigrateFault::Changed { number: 1, name });
        }
        let done = migrate_list(&house.database, LIST).await.unwrap();
        assert_eq!(done.len(), 1);
        house.leave().await;
    }
}

#[tokio::test]
async fn a_step_that_fails_leaves_nothing_of_itself_and_can_be_tried_again() {
    for house in both().await {
        for _ in 0..2 {
            let fault = migrate_list(&house.database, &[FIRST, SECOND, BROKEN]).await.unwrap_err();
            assert!(
                matches!(&fault, MigrateFault::Step { name: "0003_broken", fault: Fault::Schema(_) }),
                "{fault:?}"
            );
            let status = status_list(&house.database, &[FIRST, SECOND, BROKEN]).await.unwrap();
            assert_eq!(status.pending, ["0003_broken"]);
            let lids =
                house.database.read(|tx| Box::pin(async move { tx.query(&LIDS, &[]).await })).await;
            assert!(matches!(lids, Err(Fault::Schema(_))));
        }
        house.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_together_apply_each_step_once() {
    let mut houses = vec![sqlite()];
    houses.extend(postgres().await);
    for house in houses {
        let mut nodes = Vec::new();
        for _ in 0..4 {
            nodes.push(match house.database.engine() {
                Engine::Sqlite => house.database.clone(),
                Engine::Postgres => {
                    let url = house.url.clone().unwrap();
                    let options = store::PostgresOptions::new(url);
                    store::Database::open_postgres(options).await.unwrap()
                }
            });
        }
        let start = Arc::new(tokio::sync::Barrier::new(4));
        let tasks: Vec<_> = nodes
            .into_iter()
            .map(|node| {
                let start = Arc::clone(&start);
                tokio::spawn(async move {
                    start.wait().await;
                    migrate_list(&node, LIST).await
                })
            })
            .collect();
        let mut applied = Vec::new();
        for task in tasks {
            let done = task.await.unwrap().unwrap();
            applied.extend(done.into_iter().map(|row| row.number));
        }
        assert_eq!(applied, [1, 2]);
        house.leave().await;
    }
}
