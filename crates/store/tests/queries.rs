//! Every SQL text: it is used, both engines take it, and its parameters are in order.
//!
//! How each is carried out is looked at by `plans`.

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use store::{MIGRATION_STATEMENTS, Statement, check_placeholders, migrate, row_statements};
use support::both;

fn statements() -> Vec<Statement> {
    [row_statements(), MIGRATION_STATEMENTS.to_vec()].concat()
}

#[test]
fn every_sql_file_is_a_statement_and_every_statement_a_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("sql");
    let mut files = BTreeSet::new();
    for folder in std::fs::read_dir(&root).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            files.insert(name);
        }
    }
    let mut used = BTreeSet::new();
    for statement in statements() {
        let twin = format!("{}.postgres.sql", statement.name);
        if files.contains(&twin) {
            used.insert(twin);
        }
        used.insert(format!("{}.sql", statement.name));
    }
    assert_eq!(files, used);
}

#[test]
fn the_parameters_of_every_text_appear_in_order() {
    for statement in statements() {
        for text in [statement.sqlite, statement.postgres] {
            assert_eq!(check_placeholders(text), Ok(statement.params.len()), "{}", statement.name);
        }
    }
}

#[tokio::test]
async fn every_statement_can_be_prepared_on_both_engines() {
    for house in both().await {
        migrate(&house.database).await.unwrap();
        for statement in statements() {
            house.database.prepare(&statement).await.unwrap();
        }
        house.leave().await;
    }
}
