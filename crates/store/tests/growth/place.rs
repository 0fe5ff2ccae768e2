//! A house of a given size, on either engine: built, filled, and gone at the end.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use store::{Database, Engine, PostgresOptions, Role, Statements, Store, migrate};
use tokio_postgres::{Client, NoTls};

use crate::town::{NOW, Town};

/// Where houses are built.
pub(crate) enum Where<'w> {
    /// SQLite, in files of this folder.
    Folder(&'w Path),
    /// PostgreSQL, in databases of this server.
    Server(&'w str),
}

/// A house.
pub(crate) struct House {
    pub(crate) accounts: i64,
    pub(crate) store: Store,
    ground: Ground,
}

enum Ground {
    File(PathBuf),
    Server { client: Client, server: String, name: String },
}

/// Builds a house, and lets it settle as a database does in time.
pub(crate) async fn build(place: &Where<'_>, town: Town) -> House {
    let began = Instant::now();
    let house = match place {
        Where::Folder(folder) => on_file(folder, town).await,
        Where::Server(server) => on_server(server, town).await,
    };
    println!("  {} accounts made in {:.0} s", town.accounts, began.elapsed().as_secs_f64());
    house
}

async fn on_file(folder: &Path, town: Town) -> House {
    std::fs::create_dir_all(folder).unwrap();
    let file = folder.join(format!("{}.sqlite", town.accounts));
    let open = || Database::open_sqlite(&file, Role::Server, Arc::new(clock())).unwrap();
    let database = open();
    migrate(&database).await.unwrap();
    database.close().await;
    let connection = rusqlite::Connection::open(&file).unwrap();
    // Nobody is in the house yet: what goes wrong here is begun anew.
    connection
        .execute_batch(
            "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -1000000;",
        )
        .unwrap();
    for statement in town.statements(Engine::Sqlite) {
        connection.execute_batch(&statement).unwrap();
    }
    drop(connection);
    House { accounts: town.accounts, store: Store::new(open()), ground: Ground::File(file) }
}

/// The clock of a house: it begins when its rows end.
fn clock() -> impl Fn() -> i64 {
    let began = Instant::now();
    move || NOW + i64::try_from(began.elapsed().as_millis()).unwrap()
}

async fn on_server(server: &str, town: Town) -> House {
    let name = format!("genkan_growth_{}_{}", std::process::id(), town.accounts);
    let asked = connect(server).await;
    asked.batch_execute(&format!("create database {name}")).await.unwrap();
    let url = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
    let mut options = PostgresOptions::new(&url);
    if std::env::var("GENKAN_TEST_STATEMENTS").is_ok_and(|word| word == "named") {
        options.statements = Statements::Named;
    }
    let moved = Arc::clone(&options.clock_offset_ms);
    let store = Store::new(Database::open_postgres(options).await.unwrap());
    moved.store(NOW - store.now().await.unwrap().0, std::sync::atomic::Ordering::SeqCst);
    migrate(store.database()).await.unwrap();
    let client = connect(&url).await;
    for statement in town.statements(Engine::Postgres) {
        client.batch_execute(&statement).await.unwrap();
    }
    let ground = Ground::Server { client, server: server.to_owned(), name };
    let house = House { accounts: town.accounts, store, ground };
    house.settle().await;
    house
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

impl House {
    pub(crate) fn engine(&self) -> Engine {
        self.store.database().engine()
    }

    /// Runs a statement in a transaction of the store's own, so that nothing it has at hand becomes stale.
    pub(crate) async fn run(&self, sql: &str) {
        let sql = sql.to_owned();
        let run = self.store.database().write(move |tx| {
            let sql = sql.clone();
            Box::pin(async move { tx.script(&sql).await })
        });
        run.await.unwrap();
    }

    /// What a server does by itself in time.
    pub(crate) async fn settle(&self) {
        if let Ground::Server { client, .. } = &self.ground {
            client.batch_execute("vacuum analyze").await.unwrap();
            client.batch_execute("checkpoint").await.unwrap();
        }
    }

    /// Rows of two texts or bytes as hexadecimal texts, and a number.
    pub(crate) async fn ask(&self, sql: &str) -> Vec<(String, String, i64)> {
        match &self.ground {
            Ground::File(file) => {
                let connection = rusqlite::Connection::open(file).unwrap();
                let mut asked = connection.prepare(sql).unwrap();
                let rows = asked.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
                rows.unwrap().collect::<Result<_, _>>().unwrap()
            }
            Ground::Server { client, .. } => {
                let rows = client.query(sql, &[]).await.unwrap();
                rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
            }
        }
    }

    /// The server's processes for this house.
    pub(crate) async fn servers(&self) -> Vec<i32> {
        match &self.ground {
            Ground::File(_) => Vec::new(),
            Ground::Server { client, .. } => {
                let sql = "select pid from pg_stat_activity where datname = current_database()";
                client.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
            }
        }
    }

    pub(crate) async fn leave(self) {
        self.store.database().close().await;
        match self.ground {
            Ground::File(file) => {
                for ending in ["", "-wal", "-shm", ".lock"] {
                    // Some of them are gone already.
                    drop(std::fs::remove_file(format!("{}{ending}", file.display())));
                }
            }
            Ground::Server { client, server, name } => {
                drop(client);
                let asked = connect(&server).await;
                asked.batch_execute(&format!("drop database {name} with (force)")).await.unwrap();
            }
        }
    }
}
