//! What a provider gave to be revoked with when its member leaves, sealed, and when that is due (R-WITHDRAW-1).
//!
//! It belongs to the identity, not to an account, so it can be kept before there is one; where none comes within a day
//! it is due. Whatever ends a login method makes its token due in the same transaction; whoever revokes takes it for a
//! while, so that two nodes do not do the same at once, and a node that dies leaves it to the next. The sealed bytes
//! are opaque here.

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
    let now = Instant(tx.now().await?);
    let values = [
        token.identity.issuer().into(),
        token.identity.subject().into(),
        token.provider.as_str().into(),
        Value::from(token.sealed.as_slice()),
        now.0.into(),
        now.plus(ALONE).0.into(),
    ];
    tx.tell(&KEEP, &values).await
}

pub(crate) async fn due(
    tx: &mut dyn Tx,
    lease: Millis,
    limit: i64,
) -> Result<Vec<IdentityToken>, Fault> {
    let now = Instant(tx.now().await?);
    let values = [now.0.into(), limit.into(), now.plus(lease).0.into()];
    let rows = tx.query(&LEASE, &values).await?;
    rows.iter().map(read).collect()
}

pub(crate) async fn end(tx: &mut dyn Tx, identity: &Identity) -> Result<(), Fault> {
    tx.tell(&END, &[identity.issuer().into(), identity.subject().into()]).await
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

/// A token of an identity that no account has by then is due: somebody came back from a provider and went away.
const ALONE: Millis = Millis::days(1);

pub(crate) const STATEMENTS: &[Statement] = &[KEEP, LEASE, END];

const KEEP: Statement = sql!("token/keep", [Text, Text, Text, Bytes, Int, Int]);
const LEASE: Statement = sql!("token/lease", [Int, Int, Int], twin);
const END: Statement = sql!("token/end", [Text, Text]);
