//! The keys by which the house signs: sealed, with the times between which they sign and are published.
//!
//! Of each method they are numbered, and a number is given once: of two nodes that make the next key at the same time
//! one comes first, and the other reads what it made. With a key its predecessors get their ends, in one transaction, so
//! there is no instant without a key or with two. The sealed bytes are opaque here, and nothing here decides when a key
//! is due.

use accounts::Instant;

use crate::driver::{Row, Statement, Tx, Value};
use crate::fault::Fault;
use crate::{Store, sql};

/// A key as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSigningKey {
    /// Its id: the thumbprint of its public half.
    pub id: String,
    /// How it signs.
    pub algorithm: String,
    /// Which of its method it is, from 1 on.
    pub number: i64,
    /// The private half, sealed by a key outside the database.
    pub sealed: Vec<u8>,
    /// When it was made.
    pub made_at: Instant,
    /// From when on it signs.
    pub signs_from: Instant,
    /// From when on it signs no more.
    pub retired_at: Option<Instant>,
    /// From when on nothing that it signed is believed.
    pub gone_at: Option<Instant>,
}

/// A key that is to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSigningKey {
    /// Its id.
    pub id: String,
    /// How it signs.
    pub algorithm: String,
    /// The number after the last.
    pub number: i64,
    /// The private half, sealed.
    pub sealed: Vec<u8>,
    /// The public half, for whoever reads the rows.
    pub jwk: String,
    /// From when on it signs; those before it sign no more then.
    pub signs_from: Instant,
    /// What becomes of those before it.
    pub before: Before,
}

/// What becomes of the keys before a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// What they signed is believed until then.
    Until(Instant),
    /// What they signed is believed no more.
    Revoked,
}

/// Whether a key was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It was.
    Here,
    /// Somebody else gave its number to another key.
    Elsewhere,
}

impl Store {
    /// All signing keys, by method and number, and the time.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn signing_keys(&self) -> Result<(Vec<KeptSigningKey>, Instant), Fault> {
        self.database
            .read(|tx| {
                Box::pin(async move {
                    let now = Instant(tx.now().await?);
                    let rows = tx.query(&LIST, &[]).await?;
                    let mut keys = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
                    keys.sort_by(|a, b| (&a.algorithm, a.number).cmp(&(&b.algorithm, b.number)));
                    Ok((keys, now))
                })
            })
            .await
    }

    /// Adds a key and ends those before it, unless its number is given.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn add_signing_key(&self, key: NewSigningKey) -> Result<Added, Fault> {
        self.database
            .write(move |tx| {
                let key = key.clone();
                Box::pin(async move { add(tx, &key).await })
            })
            .await
    }

    /// Keeps a key sealed anew, where it is still sealed as it was read.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn reseal_signing_key(
        &self,
        id: &str,
        before: Vec<u8>,
        sealed: Vec<u8>,
    ) -> Result<bool, Fault> {
        let values = [sealed.into(), id.into(), before.into()];
        self.database
            .write(move |tx| {
                let values = values.clone();
                Box::pin(async move { Ok(tx.execute(&RESEAL, &values).await? == 1) })
            })
            .await
    }

    /// Deletes the keys that were gone by then.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn sweep_signing_keys(&self, gone_by: Instant) -> Result<u64, Fault> {
        self.database
            .write(move |tx| Box::pin(async move { tx.execute(&SWEEP, &[gone_by.0.into()]).await }))
            .await
    }
}

async fn add(tx: &mut dyn Tx, key: &NewSigningKey) -> Result<Added, Fault> {
    let now = tx.now().await?;
    let values = [
        key.id.as_str().into(),
        key.algorithm.as_str().into(),
        key.number.into(),
        Value::from(key.sealed.as_slice()),
        key.jwk.as_str().into(),
        now.into(),
        key.signs_from.0.into(),
    ];
    if tx.execute(&ADD, &values).await? == 0 {
        return Ok(Added::Elsewhere);
    }
    let (algorithm, number) = (Value::from(key.algorithm.as_str()), Value::from(key.number));
    match key.before {
        Before::Until(gone_at) => {
            let values = [key.signs_from.0.into(), gone_at.0.into(), algorithm, number];
            tx.execute(&RETIRE, &values).await?;
        }
        Before::Revoked => {
            tx.execute(&REVOKE, &[key.signs_from.0.into(), algorithm, number]).await?;
        }
    }
    Ok(Added::Here)
}

fn read(row: &Row) -> Result<KeptSigningKey, Fault> {
    Ok(KeptSigningKey {
        id: row.text("id")?.to_owned(),
        algorithm: row.text("algorithm")?.to_owned(),
        number: row.int("number")?,
        sealed: row.bytes("sealed")?.to_vec(),
        made_at: Instant(row.int("made_at")?),
        signs_from: Instant(row.int("signs_from")?),
        retired_at: row.maybe_int("retired_at")?.map(Instant),
        gone_at: row.maybe_int("gone_at")?.map(Instant),
    })
}

pub(crate) const STATEMENTS: &[Statement] = &[LIST, ADD, RETIRE, REVOKE, RESEAL, SWEEP];

const LIST: Statement = sql!("signing_key/list", []);
const ADD: Statement = sql!("signing_key/add", [Text, Text, Int, Bytes, Text, Int, Int]);
const RETIRE: Statement = sql!("signing_key/retire", [Int, Int, Text, Int]);
const REVOKE: Statement = sql!("signing_key/revoke", [Int, Text, Int]);
const RESEAL: Statement = sql!("signing_key/reseal", [Bytes, Text, Bytes]);
const SWEEP: Statement = sql!("signing_key/sweep", [Int]);
