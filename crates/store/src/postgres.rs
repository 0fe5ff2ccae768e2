//! The server engine: PostgreSQL 15 or newer through a pool, also behind a pooler in transaction mode.
//!
//! Everything said to the server stays inside one transaction: unnamed statements, `set local`, no listening, no advisory
//! locks, no session state. A connection whose transaction did not end cleanly is thrown away, never given back.

mod asking;
mod classify;
mod commit;
mod pooler;
mod settings;
mod tx;
mod values;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_postgres::{
    HookError, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime,
};
use figures::{Bound, Count, Figures, float};
use futures_util::FutureExt;
use tokio::time::{Instant, timeout};
use tokio_postgres_rustls::MakeRustlsConnect;

pub use self::asking::Statements;
use self::classify::{fault, late};
use self::commit::{Committed, Fate, Mark};
use self::pooler::POOLED;
pub use self::settings::PostgresOptions;
use self::settings::Settings;
use self::tx::PostgresTx;
use crate::chance::draw;
use crate::database::{Lasting, Patience};
use crate::driver::{Statement, Tx, Work};
use crate::fault::{Fault, OpenFault, Outage};
use crate::fault_points::pass;

/// A pool of connections to one database.
#[derive(Clone)]
pub(crate) struct Postgres {
    pool: Pool,
    settings: Arc<Settings>,
    repeated: Count,
    /// Whether the server can be asked for a transaction; not every one that speaks the language can.
    marks: Arc<AtomicBool>,
}

impl Postgres {
    pub(crate) async fn open(options: PostgresOptions, repeated: Count) -> Result<Self, OpenFault> {
        let (settings, config, tls) = Settings::parse(options)?;
        let manager = Manager::from_config(
            config,
            MakeRustlsConnect::new(tls),
            ManagerConfig { recycling_method: RecyclingMethod::Fast },
        );
        let builder = match &settings.word {
            Some(word) => Pool::builder(manager).post_create(pooler::mark(word)),
            None => Pool::builder(manager),
        };
        let pool = builder
            .max_size(settings.pool_size)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(settings.wait_limit))
            .create_timeout(Some(settings.connect_limit))
            .recycle_timeout(Some(settings.wait_limit))
            .build()
            .map_err(|error| OpenFault::Settings(format!("The pool cannot be made: {error}.")))?;
        let marks = Arc::new(AtomicBool::new(true));
        let postgres = Self { pool, settings: Arc::new(settings), repeated, marks };
        if postgres.settings.word.is_some() && postgres.is_pooled().await? == Some(true) {
            return Err(OpenFault::Settings(format!(
                "The database cannot be used this way: {POOLED}."
            )));
        }
        postgres.read(|tx| Box::pin(async move { tx.now().await.map(drop) })).await?;
        Ok(postgres)
    }

    pub(crate) fn close(&self) {
        self.pool.close();
    }

    pub(crate) fn tell(&self, figures: &mut Figures) {
        let pool = self.pool.clone();
        figures.gauge("genkan_database_pool_connections", "Connections that are open", move || {
            Some(float(count(pool.status().size)))
        });
        let pool = self.pool.clone();
        figures.gauge("genkan_database_pool_waiting", "Work that waits for a connection", move || {
            Some(float(count(pool.status().waiting)))
        });
        let pool = self.pool.clone();
        figures.bound("database-pool", move || {
            let status = pool.status();
            let used = count(status.size.saturating_sub(status.available));
            Bound { used, limit: count(status.max_size) }
        });
    }

    pub(crate) async fn write<T>(
        &self,
        patience: Patience,
        lasting: Lasting,
        work: impl for<'a> Fn(&'a mut dyn Tx) -> Work<'a, T> + Send + Sync,
    ) -> Result<T, Fault>
    where
        T: Send,
    {
        let deadline = Instant::now() + RETRY_LIMIT;
        let mut tries = 0;
        loop {
            tries += 1;
            let answer = self.write_once(patience, lasting, &work).await;
            let Err(Fault::Contention(_)) = answer else {
                return answer;
            };
            // Half fixed, half drawn, so that those who collided part; doubled each time up to 160 ms.
            let step = 10_u64 << tries.min(4);
            let pause = Duration::from_millis(step / 2 + draw() % step / 2);
            if tries >= TRIES || Instant::now() + pause >= deadline {
                return answer;
            }
            self.repeated.one();
            tokio::time::sleep(pause).await;
        }
    }

    async fn write_once<T>(
        &self,
        patience: Patience,
        lasting: Lasting,
        work: &(impl for<'a> Fn(&'a mut dyn Tx) -> Work<'a, T> + Send + Sync),
    ) -> Result<T, Fault>
    where
        T: Send,
    {
        pass("before begin");
        let mut dead = 0;
        let begin = self.settings.begin(patience, lasting);
        loop {
            let leased = self.lease().await?;
            let manner = self.settings.manner(patience);
            let mut tx = PostgresTx::new(leased.client()?, manner, begin);
            let answer = work(&mut tx).await;
            if answer.is_ok() {
                tx.begin().await;
            }
            let answer = tx.verdict(answer);
            // A connection may have died at rest. Nothing was done on it, so all is done again on a fresh one.
            if answer.is_err() && tx.was_dead() && dead < self.settings.pool_size {
                dead += 1;
                continue;
            }
            if tx.is_unused() && tx.is_sound() {
                leased.give_back();
                return answer;
            }
            let Ok(answer) = answer else {
                let sound = tx.is_sound();
                if sound
                    && let Ok(Ok(())) =
                        timeout(manner.limit, leased.client()?.batch_execute("rollback")).await
                {
                    leased.give_back();
                }
                return answer;
            };
            pass("before commit");
            // Who was told nothing need not learn whether it was kept.
            let marks = lasting == Lasting::OnDisk && self.marks.load(Ordering::Relaxed);
            let committed = tx.commit(marks).await;
            return self.ended(committed, leased).await.map(|()| answer);
        }
    }

    /// What a commit means for the caller and for its connection.
    async fn ended(&self, committed: Committed, leased: Leased) -> Result<(), Fault> {
        match committed {
            Committed::Kept => {
                pass("after commit");
                leased.give_back();
                Ok(())
            }
            Committed::Undone(fault) => {
                leased.give_back();
                Err(fault)
            }
            Committed::Refused(fault) => Err(fault),
            Committed::NoMark => {
                self.marks.store(false, Ordering::Relaxed);
                Err(Fault::Contention("the server keeps no number of a transaction".to_owned()))
            }
            Committed::Unanswered(why, mark) => {
                drop(leased);
                match self.fate(mark).await {
                    Fate::Kept => Ok(()),
                    Fate::Undone => Err(Fault::Unavailable {
                        outage: Outage::Lost,
                        detail: format!("commit: {why}"),
                    }),
                    Fate::UnderWay | Fate::Unknown => Err(Fault::Uncertain(why)),
                }
            }
        }
    }

    /// What became of a transaction whose commit was not answered, as far as it can be learnt while somebody waits.
    async fn fate(&self, mark: Option<Mark>) -> Fate {
        let Some(mark) = mark else { return Fate::Unknown };
        let asking = async {
            loop {
                if let Ok(leased) = self.lease().await
                    && let Ok(client) = leased.client()
                    && let Ok(fate) = commit::fate(client, &mark).await
                {
                    leased.give_back();
                    if fate != Fate::UnderWay {
                        return fate;
                    }
                }
                tokio::time::sleep(ASK_AGAIN).await;
            }
        };
        timeout(self.settings.limit(Patience::Request), asking).await.unwrap_or(Fate::Unknown)
    }

    pub(crate) async fn read<T>(
        &self,
        work: impl for<'a> Fn(&'a mut dyn Tx) -> Work<'a, T> + Send + Sync,
    ) -> Result<T, Fault>
    where
        T: Send,
    {
        let mut dead = 0;
        loop {
            let answer = self.read_once(&work).await;
            // A read may be asked again without harm: a connection may have died at rest, or have kept a statement too long.
            let again = |fault: &Fault| is_lost(fault) || matches!(fault, Fault::Contention(_));
            if !matches!(&answer, Err(fault) if again(fault)) || dead >= self.settings.pool_size {
                return answer;
            }
            dead += 1;
        }
    }

    async fn read_once<T>(
        &self,
        work: &(impl for<'a> Fn(&'a mut dyn Tx) -> Work<'a, T> + Send + Sync),
    ) -> Result<T, Fault>
    where
        T: Send,
    {
        let leased = self.lease().await?;
        let manner = self.settings.manner(Patience::Request);
        let mut tx = PostgresTx::new(leased.client()?, manner, self.settings.begin_read());
        let answer = work(&mut tx).await;
        tx.send_kept().await;
        let sound = tx.is_sound();
        let answer = tx.verdict(answer);
        if sound {
            // Nothing was changed, so nobody needs to wait for the end: it is sent, and its answer is not awaited.
            let _sent = leased.client()?.batch_execute("commit").now_or_never();
            leased.give_back();
        }
        answer
    }

    pub(crate) async fn prepare(&self, statement: &Statement) -> Result<(), Fault> {
        tx::prepare(self.lease().await?.client()?, statement).await
    }

    async fn lease(&self) -> Result<Leased, Fault> {
        let object = self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => fault("connect", &error),
            PoolError::Timeout(_) => late("connect"),
            PoolError::PostCreateHook(HookError::Backend(error)) => fault("connect", &error),
            PoolError::Closed | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
                Fault::Unavailable {
                    outage: Outage::Refused,
                    detail: "the database was closed".to_owned(),
                }
            }
        })?;
        Ok(Leased { object: Some(object) })
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn is_lost(fault: &Fault) -> bool {
    matches!(fault, Fault::Unavailable { outage: Outage::Lost, .. })
}

/// A connection on loan. Unless it is given back, it is thrown away, and the server undoes what it was doing: this is what
/// happens when a caller goes away in the middle.
struct Leased {
    object: Option<Object>,
}

impl Leased {
    fn client(&self) -> Result<&Object, Fault> {
        self.object
            .as_ref()
            .ok_or_else(|| Fault::Bug("a connection was used after it was given back".to_owned()))
    }

    fn give_back(mut self) {
        drop(self.object.take());
    }
}

impl Drop for Leased {
    fn drop(&mut self) {
        if let Some(object) = self.object.take() {
            drop(Object::take(object));
        }
    }
}

/// How long a contended write is tried again, in all.
const RETRY_LIMIT: Duration = Duration::from_secs(2);
const TRIES: u32 = 12;
/// Between two questions for a transaction that has not ended.
const ASK_AGAIN: Duration = Duration::from_millis(100);
