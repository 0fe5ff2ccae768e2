//! Sites and apps that operators have added by command: their settings as they were written, and digests of their secrets.
//!
//! What the settings mean is not known here. A change is made to what was read, or not at all, so that of two operators at once
//! none undoes the other's work unseen.

use accounts::Instant;

use crate::driver::{Row, Statement, Value};
use crate::fault::Fault;
use crate::{Store, sql};

/// A client as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptClient {
    /// Its `client_id`.
    pub id: String,
    /// Its settings, as JSON.
    pub settings: String,
    /// Digests of its secrets; none for a public client.
    pub secrets: Vec<[u8; 32]>,
    /// When it was last changed.
    pub changed_at: Instant,
}

impl Store {
    /// All of them, by name.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn clients(&self) -> Result<Vec<KeptClient>, Fault> {
        self.database
            .read(|tx| {
                Box::pin(async move {
                    let rows = tx.query(&LIST, &[]).await?;
                    rows.iter().map(read).collect()
                })
            })
            .await
    }

    /// Adds a client, unless its name is taken.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn add_client(
        &self,
        id: &str,
        settings: &str,
        secrets: &[[u8; 32]],
    ) -> Result<bool, Fault> {
        let values = [id.into(), settings.into(), Value::from(written(secrets).as_str())];
        self.database
            .write(move |tx| {
                let [id, settings, secrets] = values.clone();
                Box::pin(async move {
                    let now = tx.now().await?;
                    Ok(tx.execute(&ADD, &[id, settings, secrets, now.into()]).await? == 1)
                })
            })
            .await
    }

    /// Keeps a client as it is given, where it still is as it was read at `changed_at`.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn change_client(&self, client: &KeptClient) -> Result<bool, Fault> {
        let client = client.clone();
        self.database
            .write(move |tx| {
                let client = client.clone();
                Box::pin(async move {
                    // Two changes within a millisecond are two all the same.
                    let now = tx.now().await?.max(client.changed_at.0.saturating_add(1));
                    let values = [
                        client.settings.as_str().into(),
                        Value::from(written(&client.secrets).as_str()),
                        now.into(),
                        client.id.as_str().into(),
                        client.changed_at.0.into(),
                    ];
                    Ok(tx.execute(&CHANGE, &values).await? == 1)
                })
            })
            .await
    }

    /// Takes a client away; whether there was one.
    ///
    /// # Errors
    /// See [`Store::load`].
    pub async fn remove_client(&self, id: &str) -> Result<bool, Fault> {
        let id = Value::from(id);
        self.database
            .write(move |tx| {
                let id = id.clone();
                Box::pin(async move { Ok(tx.execute(&REMOVE, &[id]).await? == 1) })
            })
            .await
    }
}

fn written(secrets: &[[u8; 32]]) -> String {
    let hex = |digest: &[u8; 32]| digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    secrets.iter().map(hex).collect::<Vec<_>>().join(" ")
}

fn digest(hex: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    for (place, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * place..2 * place + 2)?, 16).ok()?;
    }
    Some(digest)
}

fn read(row: &Row) -> Result<KeptClient, Fault> {
    let secrets = row.text("secrets")?.split_ascii_whitespace().map(digest).collect::<Option<_>>();
    let secrets = secrets.ok_or_else(|| row.fault("secrets", "not digests in hex"))?;
    Ok(KeptClient {
        id: row.text("client")?.to_owned(),
        settings: row.text("settings")?.to_owned(),
        secrets,
        changed_at: Instant(row.int("changed_at")?),
    })
}

pub(crate) const STATEMENTS: &[Statement] = &[LIST, ADD, CHANGE, REMOVE];

const LIST: Statement = sql!("client/list", []);
const ADD: Statement = sql!("client/add", [Text, Text, Text, Int]);
const CHANGE: Statement = sql!("client/change", [Text, Text, Int, Text, Int]);
const REMOVE: Statement = sql!("client/remove", [Text]);
