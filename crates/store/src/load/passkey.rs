//! Passkeys, whose a credential id is, and the challenges that were answered.
//!
//! A passkey is found by its credential id and by nothing else; an account's come with its other methods, in one
//! question (`account`). Whether a challenge was answered is looked for after the account was locked.

use accounts::{
    Account, AccountId, Added, CredentialId, CredentialState, Digest, Passkey, PasskeyId, PublicKey,
    SessionId,
};

use crate::driver::{Row, Statement};
use crate::fault::Fault;
use crate::questions::{Asked, Questions, first};
use crate::sql;
use crate::text::{Read, bytes};

/// Whose passkey a credential id is.
pub(super) fn owner(asking: &mut Questions, credential: &CredentialId) -> Asked<Option<AccountId>> {
    let read = |row: &Row| row.array("account_id").map(AccountId);
    asking.ask(&OWNER, [bytes(credential.as_bytes())], first(read))
}

/// Whether the account came to the credential, or parted from it, between the look at it and the lock of the account.
pub(super) fn has_moved(account: Option<&Account>, state: Option<&CredentialState>) -> bool {
    let (Some(account), Some(state)) = (account, state) else {
        return false;
    };
    let has = account.passkeys.iter().any(|known| known.credential == state.credential);
    has != (state.owner == Some(account.id))
}

/// The challenge with this digest, where it was answered before.
pub(super) fn spent(asking: &mut Questions, challenge: &Digest) -> Asked<Option<Digest>> {
    asking.ask(&SPENT, [bytes(&challenge.0)], first(|row| row.array("challenge").map(Digest)))
}

/// A passkey, where the row has one.
pub(super) fn read_maybe(row: &Row) -> Result<Option<Passkey>, Fault> {
    match row.maybe_bytes("credential")? {
        Some(_) => read_passkey(row).map(Some),
        None => Ok(None),
    }
}

pub(crate) fn read_passkey(row: &Row) -> Result<Passkey, Fault> {
    let credential = CredentialId::new(row.bytes("credential")?);
    let by = row.maybe_array("added_by")?.map(SessionId);
    Ok(Passkey {
        id: PasskeyId(row.array("id")?),
        credential: credential.ok_or_else(|| row.fault("credential", "no credential id"))?,
        key: PublicKey(row.bytes("public_key")?.to_vec()),
        name: row.line("name")?,
        aaguid: row.array("aaguid")?,
        transports: row.line("transports")?,
        backup: row.word("backup")?,
        counter: row.count("counter")?,
        added: Added { at: row.instant("added_at")?, by },
        used_at: row.maybe_instant("used_at")?,
    })
}

pub(super) const STATEMENTS: &[Statement] = &[OWNER, SPENT];

const OWNER: Statement = sql!("passkey/owner", [Bytes]);
const SPENT: Statement = sql!("ceremony/find", [Bytes]);
