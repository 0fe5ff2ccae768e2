//! How many commits a second the store makes: `cargo run --release -p store --example commit_rate [folder]`.
//!
//! Compares the writer thread with 1 and 32 callers against a plain autocommit loop with the same settings of SQLite. Put
//! the folder on the disk in question: the cost of a commit is that disk's. With `GENKAN_TEST_POSTGRES` it also asks a server.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measuring tool reads the time, stops at the first trouble and prints"
)]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use store::{Database, Engine, Kind, PostgresOptions, Role, Statement};

const INSERT: &str = "insert into rates (number, note) values ($1, $2)";
const ADD: Statement = Statement {
    name: "example/add",
    sqlite: INSERT,
    postgres: INSERT,
    params: &[Kind::Int, Kind::Text],
};
const GET: Statement = Statement {
    name: "example/get",
    sqlite: "select note from rates where number = $1",
    postgres: "select note from rates where number = $1",
    params: &[Kind::Int],
};
const COMMITS: i64 = 8_000;
const READS: i64 = 100_000;

#[tokio::main]
async fn main() {
    let folder = std::env::args()
        .nth(1)
        .map_or_else(std::env::temp_dir, PathBuf::from)
        .join(format!("commit-rate-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();

    let plain = plain_loop(&folder.join("plain.db"));
    println!("sqlite, plain autocommit loop   {plain:>9.0} commits/s");
    let file = folder.join("store.db");
    let database = Database::open_sqlite(&file, Role::Server, Arc::new(|| 0)).unwrap();
    measure("sqlite", &database, READS).await;
    database.close().await;
    std::fs::remove_dir_all(&folder).unwrap();

    if let Ok(url) = std::env::var("GENKAN_TEST_POSTGRES") {
        let mut options = PostgresOptions::new(url);
        options.pool_size = 32;
        options.wait_limit = std::time::Duration::from_secs(60);
        let database = Database::open_postgres(options).await.unwrap();
        measure("postgres", &database, READS / 10).await;
        script(&database, "drop table rates").await;
    }
}

async fn measure(name: &str, database: &Database, reads: i64) {
    script(
        database,
        match database.engine() {
            Engine::Sqlite => "create table rates (number integer primary key, note text) strict",
            Engine::Postgres => "create table rates (number bigint primary key, note text)",
        },
    )
    .await;
    let mut first = 0;
    for writers in [1, 32] {
        let begun = Instant::now();
        in_parallel(writers, COMMITS, first, database, write).await;
        first += COMMITS;
        let rate = rate(COMMITS, begun);
        println!("{name}, store, {writers:>2} writers       {rate:>9.0} commits/s");
    }
    for readers in [1, 32] {
        let begun = Instant::now();
        in_parallel(readers, reads, 0, database, read).await;
        let rate = rate(reads, begun);
        println!("{name}, store, {readers:>2} readers       {rate:>9.0} reads/s");
    }
}

async fn in_parallel<F>(
    tasks: i64,
    steps: i64,
    first: i64,
    database: &Database,
    step: fn(Database, i64) -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let tasks: Vec<_> = (0..tasks)
        .map(|task| {
            let database = database.clone();
            tokio::spawn(async move {
                for number in (task..steps).step_by(usize::try_from(tasks).unwrap()) {
                    step(database.clone(), first + number).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

async fn write(database: Database, number: i64) {
    let write = database.write(move |tx| {
        Box::pin(async move { tx.execute(&ADD, &[number.into(), "a note".into()]).await })
    });
    write.await.unwrap();
}

async fn read(database: Database, number: i64) {
    let number = number % (2 * COMMITS);
    let read = database.read(move |tx| {
        Box::pin(async move {
            let rows = tx.query(&GET, &[number.into()]).await?;
            Ok(rows.len())
        })
    });
    assert_eq!(read.await, Ok(1));
}

async fn script(database: &Database, script: &'static str) {
    let run = database.write(move |tx| Box::pin(async move { tx.script(script).await }));
    run.await.unwrap();
}

fn plain_loop(file: &std::path::Path) -> f64 {
    let connection = rusqlite::Connection::open(file).unwrap();
    connection
        .execute_batch(
            "pragma journal_mode = wal; pragma synchronous = full;
             create table rates (number integer primary key, note text) strict;",
        )
        .unwrap();
    let mut insert = connection.prepare(INSERT).unwrap();
    let begun = Instant::now();
    for number in 0..COMMITS {
        insert.execute((number, "a note")).unwrap();
    }
    rate(COMMITS, begun)
}

fn rate(steps: i64, begun: Instant) -> f64 {
    f64::from(u32::try_from(steps).unwrap()) / begun.elapsed().as_secs_f64()
}
