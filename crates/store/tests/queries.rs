//! Every SQL text: it is used, both engines take it, its parameters are in order, and none scans a table that grows.

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use store::{Kind, MIGRATION_STATEMENTS, Statement, check_placeholders, migrate, row_statements};
use support::{both, postgres, sqlite};

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

/// Statements that may look at every row: those of the few rows of the migrations, and the operator's overview.
const MAY_SCAN: [&str; 5] =
    ["migrate/list", "migrate/has_basis", "migrate/take_lease", "migrate/keep_lease", "mail/counts"];

#[tokio::test]
async fn no_statement_scans_a_table_that_grows() {
    let house = sqlite();
    migrate(&house.database).await.unwrap();
    let connection = rusqlite::Connection::open(house.file()).unwrap();
    let mut searched = 0;
    for statement in statements().iter().filter(|statement| !MAY_SCAN.contains(&statement.name)) {
        let plan = plan(&connection, statement);
        // `due` is what the claim itself has just searched for.
        let scans =
            plan.iter().filter(|step| step.starts_with("SCAN") && !step.starts_with("SCAN due"));
        assert_eq!(scans.count(), 0, "{}: {plan:?}", statement.name);
        assert!(!plan.iter().any(|step| step.contains("AUTOMATIC")), "{}: {plan:?}", statement.name);
        searched += plan.iter().filter(|step| step.starts_with("SEARCH")).count();
    }
    assert!(searched > 30, "{searched}");
    drop(connection);
    house.leave().await;
}

#[tokio::test]
async fn the_look_at_plans_would_find_a_scan() {
    let house = sqlite();
    migrate(&house.database).await.unwrap();
    let connection = rusqlite::Connection::open(house.file()).unwrap();
    let text = "select address from emails where stored = $1";
    let scanning = Statement { name: "test/scan", sqlite: text, postgres: text, params: &[] };
    assert!(plan(&connection, &scanning)[0].starts_with("SCAN"));
    drop(connection);
    house.leave().await;
}

/// A small table is scanned whatever there is; with scans forbidden, what still scans has no index to use.
#[tokio::test]
async fn on_postgres_every_statement_has_an_index_to_use() {
    let Some(house) = postgres().await else { return };
    migrate(&house.database).await.unwrap();
    let url = house.url.clone().unwrap();
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    let driving = tokio::spawn(connection);
    let settings = "set enable_seqscan = off; set plan_cache_mode = force_generic_plan;";
    client.batch_execute(settings).await.unwrap();
    let mut searched = 0;
    for statement in statements().iter().filter(|statement| !MAY_SCAN.contains(&statement.name)) {
        let plan = plan_of_postgres(&client, statement).await;
        let count = |words: &str| plan.iter().filter(|step| step.contains(words)).count();
        assert_eq!(count("Seq Scan"), 0, "{}: {plan:#?}", statement.name);
        // An index that is read from end to end is a scan, too.
        assert_eq!(
            count("Index Scan") + count("Index Only Scan"),
            count("Index Cond"),
            "{}: {plan:#?}",
            statement.name
        );
        searched += count("Index Cond");
    }
    assert!(searched > 30, "{searched}");
    drop(client);
    driving.await.unwrap().unwrap();
    house.leave().await;
}

async fn plan_of_postgres(client: &tokio_postgres::Client, statement: &Statement) -> Vec<String> {
    let kind = |kind: &Kind| match kind {
        Kind::Int => "bigint",
        Kind::Text => "text",
        Kind::Bytes => "bytea",
    };
    let kinds = statement.params.iter().map(kind).collect::<Vec<_>>().join(", ");
    let nulls = vec!["null"; statement.params.len()].join(", ");
    let (kinds, nulls) = match statement.params.len() {
        0 => Default::default(),
        _ => (format!("({kinds})"), format!("({nulls})")),
    };
    let prepare = format!("prepare looked_at{kinds} as {}", statement.postgres);
    client.batch_execute(&prepare).await.unwrap();
    let rows = client.query(&format!("explain execute looked_at{nulls}"), &[]).await.unwrap();
    client.batch_execute("deallocate looked_at").await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

fn plan(connection: &rusqlite::Connection, statement: &Statement) -> Vec<String> {
    let mut explained =
        connection.prepare(&format!("explain query plan {}", statement.sqlite)).unwrap();
    let rows = explained.raw_query().mapped(|row| row.get::<_, String>(3));
    rows.collect::<Result<_, _>>().unwrap()
}
