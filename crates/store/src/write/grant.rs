//! What events change of what clients hold.
//!
//! A grant is claimed by its primary key, which is the name of its code: a code that is redeemed twice at once is redeemed once.

use accounts::{AccountId, ClientGrant, Digest, GrantEvent, GrantId, Instant};

use crate::driver::{Statement, Tx};
use crate::fault::Fault;
use crate::sql;
use crate::text::{Word, bytes, maybe_at};

pub(super) async fn write(tx: &mut dyn Tx, event: &GrantEvent) -> Result<(), Fault> {
    match event {
        GrantEvent::Started { grant, cause: _ } => started(tx, grant).await,
        GrantEvent::Used { account, grant, used: number, live, at } => {
            used(tx, (*account, *grant), (*number, live), *at).await
        }
        GrantEvent::Ended { account, grant, at, .. } => {
            let values = [at.0.into(), bytes(&account.0), bytes(&grant.0)];
            tx.tell(&ENDED, &values).await
        }
    }
}

async fn started(tx: &mut dyn Tx, grant: &ClientGrant) -> Result<(), Fault> {
    let values = [
        bytes(&grant.account.0),
        bytes(&grant.id.0),
        grant.client.as_str().into(),
        bytes(&grant.session.0),
        grant.reach.word().into(),
        grant.scope.as_str().into(),
        grant.proved_at.0.into(),
        grant.proved_by.key().into(),
        grant.started_at.0.into(),
        grant.seen_at.0.into(),
        grant.used.into(),
        maybe_at(grant.ended_at),
    ];
    tx.tell(&STARTED, &values).await
}

async fn used(
    tx: &mut dyn Tx,
    (account, grant): (AccountId, GrantId),
    (number, live): (i64, &Digest),
    at: Instant,
) -> Result<(), Fault> {
    let values = [number.into(), bytes(&live.0), at.0.into(), bytes(&account.0), bytes(&grant.0)];
    tx.tell(&USED, &values).await
}

pub(super) const STATEMENTS: &[Statement] = &[STARTED, USED, ENDED];

const STARTED: Statement =
    sql!("grant/start", [Bytes, Bytes, Text, Bytes, Text, Text, Int, Text, Int, Int, Int, Int]);
const USED: Statement = sql!("grant/use", [Int, Bytes, Int, Bytes, Bytes]);
const ENDED: Statement = sql!("grant/end", [Int, Bytes, Bytes]);
