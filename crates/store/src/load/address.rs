//! An address with its guards, whether or not anybody owns it; flows, codes and networks.
//!
//! Known and unknown addresses walk the same statements. What is missing while it must be locked is made, so that two
//! first comers meet at one row.

use accounts::{
    AccountId, Challenge, ChallengeId, CodeTries, Digest, Email, Flow, Grant, GuessLimit, Instant,
    Line, NetworkTries, Shown,
};

use super::identity::read_bound;
use super::{Hold, locking};
use crate::driver::{Row, Statement, Tx};
use crate::fault::Fault;
use crate::sql;
use crate::text::{self, Read, bytes};

/// The flow with this digest, over or not.
pub(super) async fn flow(tx: &mut dyn Tx, digest: &Digest, hold: Hold) -> Result<Option<Flow>, Fault> {
    let statement = match hold {
        Hold::Nothing => &FLOW,
        Hold::Rows => &LOCK_FLOW,
    };
    let rows = tx.query(statement, &[bytes(&digest.0)]).await?;
    rows.first().map(read_flow).transpose()
}

/// What guards an address.
#[derive(Default)]
pub(super) struct Guard {
    pub(super) guesses: GuessLimit,
    pub(super) code_tries: CodeTries,
    pub(super) cooling_until: Option<Instant>,
}

/// What guards an address.
pub(super) async fn guard(tx: &mut dyn Tx, email: &Email, hold: Hold) -> Result<Guard, Fault> {
    let key = [email.key().into()];
    let rows = match hold {
        Hold::Nothing => tx.query(&GUARD, &key).await?,
        Hold::Rows => {
            let found = tx.query(&LOCK_GUARD, &key).await?;
            if found.is_empty() { tx.query(&MAKE_GUARD, &key).await? } else { found }
        }
    };
    rows.first().map_or_else(|| Ok(Default::default()), read_guard)
}

/// Wrong codes from a network; `None` where none are counted.
pub(super) async fn network(
    tx: &mut dyn Tx,
    network: &Line,
    hold: Hold,
) -> Result<Option<NetworkTries>, Fault> {
    let key = [network.as_str().into()];
    let rows = match hold {
        Hold::Nothing => tx.query(&NETWORK, &key).await?,
        Hold::Rows => {
            let found = tx.query(&LOCK_NETWORK, &key).await?;
            if found.is_empty() { tx.query(&MAKE_NETWORK, &key).await? } else { found }
        }
    };
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let network = network.clone();
    let tries = NetworkTries { network, wrong: row.count("wrong")?, since: row.instant("since")? };
    // A row that was made to be locked counts nothing.
    Ok(Some(tries).filter(|tries| tries.wrong > 0))
}

/// Whose `email` method the address with this key is, and how it is spelt there.
pub(crate) async fn owner(tx: &mut dyn Tx, key: &str) -> Result<Option<(AccountId, Email)>, Fault> {
    let rows = tx.query(&OWNER, &[key.into()]).await?;
    let read = |row: &Row| Ok((AccountId(row.array("account_id")?), row.email("stored")?));
    rows.first().map(read).transpose()
}

/// The codes, and mails in their place, that were issued for an address after `after`, oldest first.
pub(super) async fn challenges(
    tx: &mut dyn Tx,
    email: &Email,
    after: Instant,
) -> Result<Vec<Challenge>, Fault> {
    let rows = tx.query(&CHALLENGES, &[email.key().into(), after.0.into()]).await?;
    rows.iter().map(read_challenge).collect()
}

/// One code by its id.
pub(crate) async fn find_challenge(
    tx: &mut dyn Tx,
    id: ChallengeId,
) -> Result<Option<Challenge>, Fault> {
    let rows = tx.query(&CHALLENGE, &[bytes(&id.0)]).await?;
    rows.first().map(read_challenge).transpose()
}

fn read_flow(row: &Row) -> Result<Flow, Fault> {
    Ok(Flow {
        digest: Digest(row.array("digest")?),
        purpose: row.word("purpose")?,
        email: read_flow_email(row)?,
        shown: read_flow_shown(row)?,
        waits_for: row.maybe_array("waits_for")?.map(AccountId),
        stage: row.word("stage")?,
        wrong: row.count("wrong")?,
        started_at: row.instant("started_at")?,
        expires_at: row.instant("expires_at")?,
        bound: read_bound(row)?,
        grant: read_grant(row)?,
    })
}

/// An address, or none where the person has still to say one.
fn read_flow_email(row: &Row) -> Result<Option<Email>, Fault> {
    let stored = row.text("stored")?;
    if stored.is_empty() { Ok(None) } else { row.email("stored").map(Some) }
}

fn read_flow_shown(row: &Row) -> Result<Option<Shown>, Fault> {
    let Some(text) = row.maybe_text("shown")? else {
        return Ok(None);
    };
    text::read_shown(text).map(Some).ok_or_else(|| row.fault("shown", "no identity in hand"))
}

fn read_grant(row: &Row) -> Result<Option<Grant>, Fault> {
    let Some(code) = row.maybe_array("code_id")?.map(ChallengeId) else {
        return Ok(None);
    };
    Ok(Some(Grant { code, form: Digest(row.array("form")?) }))
}

fn read_guard(row: &Row) -> Result<Guard, Fault> {
    let guesses = GuessLimit {
        wrong: row.count("wrong")?,
        last_wrong_at: row.maybe_instant("last_wrong_at")?,
        locked_at: row.maybe_instant("locked_at")?,
        told_at: row.maybe_instant("told_at")?,
        tickets: row.tickets("tickets")?,
        devices: row.device_guesses("devices")?,
    };
    let code_tries = CodeTries {
        wrong: row.count("code_wrong")?,
        since: row.maybe_instant("code_since")?,
        long_until: row.maybe_instant("code_long_until")?,
    };
    Ok(Guard { guesses, code_tries, cooling_until: row.maybe_instant("cooling_until")? })
}

fn read_challenge(row: &Row) -> Result<Challenge, Fault> {
    Ok(Challenge {
        id: ChallengeId(row.array("id")?),
        purpose: row.word("purpose")?,
        kind: row.word("kind")?,
        digits: row.digits("digits")?,
        key: row.count("key_id")?,
        issued_at: row.instant("issued_at")?,
        expires_at: row.instant("expires_at")?,
        spent_at: row.maybe_instant("spent_at")?,
    })
}

pub(super) const STATEMENTS: &[Statement] = &[
    FLOW,
    LOCK_FLOW,
    GUARD,
    LOCK_GUARD,
    MAKE_GUARD,
    NETWORK,
    LOCK_NETWORK,
    MAKE_NETWORK,
    OWNER,
    CHALLENGES,
    CHALLENGE,
];

const FLOW: Statement = sql!("flow/find", [Bytes]);
const LOCK_FLOW: Statement = locking!("flow/find", [Bytes]);
const GUARD: Statement = sql!("guard/find", [Text]);
const LOCK_GUARD: Statement = locking!("guard/find", [Text]);
const MAKE_GUARD: Statement = sql!("guard/make", [Text]);
const NETWORK: Statement = sql!("network/find", [Text]);
const LOCK_NETWORK: Statement = locking!("network/find", [Text]);
const MAKE_NETWORK: Statement = sql!("network/make", [Text]);
const OWNER: Statement = sql!("email/owner", [Text]);
const CHALLENGES: Statement = sql!("challenge/of_address", [Text, Int]);
const CHALLENGE: Statement = sql!("challenge/find", [Bytes]);
