//! What events change of passkeys, and of the challenges that were answered.
//!
//! A credential id is claimed by its primary key, and so is an answered challenge: if somebody else has it after all, the
//! whole decision is undone and the second look gives the proper answer (I26).

use accounts::{AccountId, Event, Passkey};

use crate::driver::{Statement, Tx};
use crate::fault::Fault;
use crate::sql;
use crate::text::{Word, bytes, maybe_at};

/// Writes those events that `write` sends here.
#[expect(clippy::wildcard_enum_match_arm, reason = "`write` lists the events that come here")]
pub(super) async fn write(tx: &mut dyn Tx, event: &Event) -> Result<(), Fault> {
    match event {
        Event::PasskeyAdded { account, passkey } => claim(tx, *account, passkey).await,
        Event::PasskeyRemoved { account, passkey, name: _, cause: _ } => {
            tx.tell(&LEFT, &[bytes(&account.0), bytes(&passkey.0)]).await
        }
        Event::PasskeyRenamed { account, passkey, name } => {
            let values = [name.as_str().into(), bytes(&account.0), bytes(&passkey.0)];
            tx.tell(&RENAMED, &values).await
        }
        Event::PasskeyUsed { account, passkey, counter, backup, at } => {
            let values = [
                i64::from(*counter).into(),
                backup.word().into(),
                at.0.into(),
                bytes(&account.0),
                bytes(&passkey.0),
            ];
            tx.tell(&USED, &values).await
        }
        Event::PasskeyDeclined { account, at } => {
            tx.tell(&DECLINED, &[at.0.into(), bytes(&account.0)]).await
        }
        Event::CeremonySpent { challenge, expires_at } => {
            tx.tell(&SPENT, &[bytes(&challenge.0), expires_at.0.into()]).await
        }
        _ => Err(Fault::Bug("an event came to the wrong place".to_owned())),
    }
}

/// Makes a credential id the account's.
pub(super) async fn claim(tx: &mut dyn Tx, account: AccountId, passkey: &Passkey) -> Result<(), Fault> {
    let values = [
        bytes(passkey.credential.as_bytes()),
        bytes(&account.0),
        bytes(&passkey.id.0),
        bytes(&passkey.key.0),
        passkey.name.as_str().into(),
        bytes(&passkey.aaguid),
        passkey.transports.as_str().into(),
        passkey.backup.word().into(),
        i64::from(passkey.counter).into(),
        passkey.added.at.0.into(),
        passkey.added.by.as_ref().map(|session| session.0.as_slice()).into(),
        maybe_at(passkey.used_at),
    ];
    tx.tell(&CLAIMED, &values).await
}

/// As `claim`, in one order, so that two accounts which take the same back at once do not wait for each other.
pub(super) async fn claim_all(
    tx: &mut dyn Tx,
    account: AccountId,
    passkeys: &[Passkey],
) -> Result<(), Fault> {
    let mut passkeys = passkeys.iter().collect::<Vec<_>>();
    passkeys.sort_by_key(|passkey| &passkey.credential);
    for passkey in passkeys {
        claim(tx, account, passkey).await?;
    }
    Ok(())
}

pub(super) async fn all_left(tx: &mut dyn Tx, account: AccountId) -> Result<(), Fault> {
    tx.tell(&ALL_LEFT, &[bytes(&account.0)]).await
}

pub(super) const STATEMENTS: &[Statement] = &[CLAIMED, LEFT, ALL_LEFT, RENAMED, USED, DECLINED, SPENT];

const CLAIMED: Statement =
    sql!("passkey/claim", [Bytes, Bytes, Bytes, Bytes, Text, Bytes, Text, Text, Int, Int, Bytes, Int]);
const LEFT: Statement = sql!("passkey/leave", [Bytes, Bytes]);
pub(super) const ALL_LEFT: Statement = sql!("passkey/leave_all", [Bytes]);
const RENAMED: Statement = sql!("passkey/rename", [Text, Bytes, Bytes]);
const USED: Statement = sql!("passkey/used", [Int, Text, Int, Bytes, Bytes]);
const DECLINED: Statement = sql!("passkey/decline", [Int, Bytes]);
const SPENT: Statement = sql!("ceremony/spend", [Bytes, Int]);
