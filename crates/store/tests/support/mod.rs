//! Fresh databases of both engines for the tests of this crate.
//!
//! PostgreSQL is used when `GENKAN_TEST_POSTGRES` names one (a superuser's URL); otherwise its half says that it is
//! skipped. Each test gets a database of its own, so tests may run side by side. Nothing here may hide a failure.
#![expect(dead_code, reason = "each test file uses its own part of this")]

use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use store::{Clock, Database, Engine, Kind, PostgresOptions, Role, Statement, Statements};
use tokio_postgres::NoTls;

/// A database of one test.
pub(crate) struct House {
    pub(crate) database: Database,
    /// The clock of the SQLite half, in milliseconds; what is added to the clock of the PostgreSQL half.
    pub(crate) clock: Arc<AtomicI64>,
    /// The URL of the PostgreSQL half.
    pub(crate) url: Option<String>,
    folder: PathBuf,
    server_name: Option<String>,
}

impl House {
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.join("test.db")
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// Cleans up. A test that fails leaves its database behind, to be looked at.
    pub(crate) async fn leave(self) {
        self.database.close().await;
        std::fs::remove_dir_all(&self.folder).unwrap();
        if let Some(name) = self.server_name {
            let url = std::env::var("GENKAN_TEST_POSTGRES").unwrap();
            on_server(&url, &format!("drop database {name} with (force)")).await;
        }
    }

    /// Runs a script, such as `create table`, in one transaction. Bytes are written `X'..'`, as SQLite spells them.
    pub(crate) async fn script(&self, script: &'static str) {
        let script = match self.database.engine() {
            Engine::Sqlite => script.to_owned(),
            Engine::Postgres => script.replace("X'", "'\\x"),
        };
        self.database
            .write(move |tx| {
                let script = script.clone();
                Box::pin(async move { tx.script(&script).await })
            })
            .await
            .unwrap();
    }

    pub(crate) async fn count(&self, statement: &'static Statement) -> i64 {
        count(&self.database, statement).await
    }
}

/// The one number that a statement brings.
pub(crate) async fn count(database: &Database, statement: &'static Statement) -> i64 {
    database
        .read(move |tx| Box::pin(async move { tx.query(statement, &[]).await?[0].int(0) }))
        .await
        .unwrap()
}

/// One database of each engine that there is.
pub(crate) async fn both() -> Vec<House> {
    let mut houses = vec![sqlite()];
    houses.extend(postgres().await);
    houses
}

pub(crate) fn sqlite() -> House {
    let folder = folder();
    let clock = Arc::new(AtomicI64::new(1_000_000));
    let database =
        Database::open_sqlite(&folder.join("test.db"), Role::Server, ticking(&clock)).unwrap();
    House { database, clock, url: None, folder, server_name: None }
}

pub(crate) fn ticking(clock: &Arc<AtomicI64>) -> Clock {
    let clock = Arc::clone(clock);
    Arc::new(move || clock.load(Ordering::SeqCst))
}

pub(crate) async fn postgres() -> Option<House> {
    let Ok(url) = std::env::var("GENKAN_TEST_POSTGRES") else {
        eprintln!("skipped: GENKAN_TEST_POSTGRES is not set");
        return None;
    };
    let name = format!("genkan_test_{}", unique());
    on_server(&url, &format!("create database {name}")).await;
    let (server, _) = url.rsplit_once('/').unwrap();
    let url = format!("{server}/{name}");
    let options = PostgresOptions { statements: statements(), ..PostgresOptions::new(&url) };
    let clock = Arc::clone(&options.clock_offset_ms);
    let database = Database::open_postgres(options).await.unwrap();
    Some(House { database, clock, url: Some(url), folder: folder(), server_name: Some(name) })
}

/// As `postgres`, on a server that keeps statements by name.
pub(crate) async fn postgres_by_name() -> Option<House> {
    let house = postgres().await?;
    house.database.close().await;
    let options = PostgresOptions::new(house.url.clone().unwrap());
    let clock = Arc::clone(&options.clock_offset_ms);
    let options = PostgresOptions { statements: Statements::Named, ..options };
    Some(House { database: Database::open_postgres(options).await.unwrap(), clock, ..house })
}

/// `GENKAN_TEST_STATEMENTS=named` runs every test with statements that the server keeps.
fn statements() -> Statements {
    match std::env::var("GENKAN_TEST_STATEMENTS").as_deref() {
        Ok("named") => Statements::Named,
        Ok(other) => panic!("GENKAN_TEST_STATEMENTS is {other}"),
        Err(_) => Statements::Unnamed,
    }
}

/// Runs a statement that no transaction may hold.
pub(crate) async fn on_server(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let driving = tokio::spawn(connection);
    client.batch_execute(sql).await.unwrap();
    drop(client);
    driving.await.unwrap().unwrap();
}

pub(crate) fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("genkan-store-{}", unique()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Process numbers come again, and what a failed test left behind may still be there.
fn unique() -> String {
    format!("{}_{:016x}", std::process::id(), RandomState::new().build_hasher().finish())
}

/// The same text for both engines.
pub(crate) const fn statement(
    name: &'static str,
    text: &'static str,
    params: &'static [Kind],
) -> Statement {
    Statement { name, sqlite: text, postgres: text, params }
}

/// A table of numbers, made for the engine.
pub(crate) async fn make_numbers(house: &House) {
    house
        .script(match house.database.engine() {
            Engine::Sqlite => "create table numbers (number integer primary key, note text) strict",
            Engine::Postgres => "create table numbers (number bigint primary key, note text)",
        })
        .await;
}

pub(crate) const ADD: Statement = statement(
    "test/add",
    "insert into numbers (number, note) values ($1, $2)",
    &[Kind::Int, Kind::Text],
);
pub(crate) const COUNT: Statement = statement("test/count", "select count(*) as n from numbers", &[]);
pub(crate) const BROKEN: Statement = statement("test/broken", "select something from nowhere", &[]);
pub(crate) const NOUGHT: Statement = statement("test/nought", "select count(*) as n from meta", &[]);
