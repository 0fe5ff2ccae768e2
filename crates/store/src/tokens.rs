//! What a provider gave to be revoked with when its member leaves, sealed, and when that is due (R-WITHDRAW-1).
//!
//! It belongs to the identity, not to an account, so it can be kept before there is one. A withdrawal makes it due in
//! the same transaction; whoever revokes takes it for a while, so that two nodes do not do the same at once, and a
//! node that dies leaves it to the next. The sealed bytes are opaque here.

use accounts::{Identity, Instant, Millis, Provider};

use crate::driver::{Row, Statement, Tx, Value};
use crate::fault::Fault;
use crate::sql;
use crate::text::Read;

/// A sealed token of an identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityToken {
    /// Whose.
    pub identity: Identity,
    /// From which provider.
    pub provider: Provider,
    /// The token, sealed by a key outside the database.
    pub sealed: Vec<u8>,
    /// How often its revocation was tried.
    pub tries: u32,
}

pub(crate) async fn keep(tx: &mut dyn Tx, token: &IdentityToken) -> Result<(), Fault> {
    let now = tx.now().await?;
    let values = [
        token.identity.issuer().into(),
        token.identity.subject().into(),
        token.provider.as_str().into(),
        Value::from(token.sealed.as_slice()),
        now.into(),
    ];
    tx.execute(&KEEP, &values).await.map(drop)
}

pub(crate) async fn due(
    tx: &mut dyn Tx,
    lease: Millis,
    limit: i64,
) -> Result<Vec<IdentityToken>, Fault> {
    let now = Instant(tx.now().await?);
    let rows = tx.query(&WAITING, &[now.0.into(), limit.into()]).await?;
    let tokens = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    for token in &tokens {
        let values = [
            now.plus(lease).0.into(),
            i64::from(token.tries.saturating_add(1)).into(),
            token.identity.issuer().into(),
            token.identity.subject().into(),
        ];
        tx.execute(&LATER, &values).await?;
    }
    Ok(tokens)
}

pub(crate) async fn end(tx: &mut dyn Tx, identity: &Identity) -> Result<(), Fault> {
    tx.execute(&END, &[identity.issuer().into(), identity.subject().into()]).await.map(drop)
}

fn read(row: &Row) -> Result<IdentityToken, Fault> {
    let identity = Identity::new(row.text("issuer")?, row.text("subject")?);
    Ok(IdentityToken {
        identity: identity.ok_or_else(|| row.fault("subject", "no identity"))?,
        provider: row.provider("provider")?,
        sealed: row.bytes("sealed")?.to_vec(),
        tries: row.count("tries")?,
    })
}

pub(crate) const STATEMENTS: &[Statement] = &[KEEP, WAITING, LATER, END];

const KEEP: Statement = sql!("token/keep", [Text, Text, Text, Bytes, Int]);
const WAITING: Statement = sql!("token/waiting", [Int, Int]);
const LATER: Statement = sql!("token/later", [Int, Int, Text, Text]);
const END: Statement = sql!("token/end", [Text, Text]);
