//! A database of one test on each engine, and keyrings over it as different processes would have them.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::PathBuf;
use std::sync::Arc;

use accounts::Policy;
use engine::{Clock, Desk, Keyring, SigningOptions};
use store::{Database, PostgresOptions, Role, Store};
use tokio_postgres::NoTls;
use verifiers::CodeKeys;

pub(crate) const ISSUER: &str = "https://id.example.jp";

type Secret = (u32, [u8; 32]);
pub(crate) const OLDER: Secret = (1, *b"k9Zt!q2Lw7#rXe4Vb0Yd@u6Hs8Pj3Gm1");
pub(crate) const NEWER: Secret = (2, *b"a2Zt!q2Lw7#rXe4Vb0Yd@u6Hs8Pj3Gm7");

pub(crate) struct House {
    pub(crate) clock: Clock,
    database: Database,
    folder: PathBuf,
    /// The server, and the name of the test's database there.
    server: Option<(String, String)>,
}

/// One of each engine that there is.
pub(crate) async fn both() -> Vec<House> {
    let mut houses = vec![House::sqlite()];
    houses.extend(House::postgres().await);
    houses
}

impl House {
    pub(crate) fn sqlite() -> Self {
        let folder = std::env::temp_dir().join(format!("genkan-engine-{}", unique()));
        std::fs::create_dir_all(&folder).unwrap();
        let clock = Clock::system();
        let ticking = clock.clone();
        let file = folder.join("test.db");
        let database = Database::open_sqlite(&file, Role::Server, Arc::new(move || ticking.now().0));
        Self { clock, database: database.unwrap(), folder, server: None }
    }

    async fn postgres() -> Option<Self> {
        let Ok(url) = std::env::var("GENKAN_TEST_POSTGRES") else {
            eprintln!("skipped: GENKAN_TEST_POSTGRES is not set");
            return None;
        };
        let name = format!("genkan_test_{}", unique());
        on_server(&url, &format!("create database {name}")).await;
        let clock = Clock::system();
        let database = open(&url, &name, &clock).await;
        Some(Self { clock, database, folder: PathBuf::new(), server: Some((url, name)) })
    }

    /// A keyring that has read its keys, as a process that has started.
    pub(crate) async fn keyring(&self) -> Keyring {
        self.keyring_of(vec![OLDER]).await
    }

    pub(crate) async fn keyring_of(&self, secrets: Vec<Secret>) -> Keyring {
        let keys = self.over(self.database.clone(), secrets).await;
        keys.refresh().await.unwrap();
        keys
    }

    /// A keyring that has read nothing yet; over connections of its own, as another node has them.
    pub(crate) async fn fresh_keyring(&self) -> Keyring {
        let database = match &self.server {
            Some((url, name)) => open(url, name, &self.clock).await,
            None => self.database.clone(),
        };
        self.over(database, vec![OLDER]).await
    }

    async fn over(&self, database: Database, secrets: Vec<Secret>) -> Keyring {
        store::migrate(&database).await.unwrap();
        let current = secrets.last().unwrap().0;
        let codes = Arc::new(CodeKeys::new(current, secrets).unwrap());
        let desk = Desk::new(Store::new(database), Policy::default(), self.clock.clone(), current);
        Keyring::new(&desk, codes, SigningOptions::of(ISSUER))
    }

    pub(crate) async fn script(&self, script: &'static str) {
        let write = self.database.write(move |tx| Box::pin(async move { tx.script(script).await }));
        write.await.unwrap();
    }

    pub(crate) async fn leave(self) {
        self.database.close().await;
        if let Some((url, name)) = self.server {
            on_server(&url, &format!("drop database {name} with (force)")).await;
        } else {
            std::fs::remove_dir_all(&self.folder).unwrap();
        }
    }
}

async fn open(url: &str, name: &str, clock: &Clock) -> Database {
    let (server, _) = url.rsplit_once('/').unwrap();
    let mut options = PostgresOptions::new(format!("{server}/{name}"));
    options.clock_offset_ms = clock.shared_offset();
    Database::open_postgres(options).await.unwrap()
}

async fn on_server(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let driving = tokio::spawn(connection);
    client.batch_execute(sql).await.unwrap();
    drop(client);
    driving.await.unwrap().unwrap();
}

fn unique() -> String {
    format!("{}_{:016x}", std::process::id(), RandomState::new().build_hasher().finish())
}

/// The bytes of base64url without padding.
pub(crate) fn base64url(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes() {
        let value = ALPHABET.iter().position(|known| *known == letter).unwrap();
        (held, bits) = (held << 6 | u32::try_from(value).unwrap(), bits + 6);
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).unwrap());
        }
    }
    bytes
}
