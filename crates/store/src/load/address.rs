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
use crate::driver::{Row, Statement};
use crate::fault::Fault;
use crate::questions::{Asked, Questions, each, first};
use crate::sql;
use crate::text::{self, Read, bytes};

/// The flow with this digest, over or not.
pub(super) fn flow(asking: &mut Questions, digest: &Digest, hold: Hold) -> Asked<Option<Flow>> {
    let statement = match hold {
        Hold::Nothing => &FLOW,
        Hold::Rows => &LOCK_FLOW,
    };
    asking.ask(statement, [bytes(&digest.0)], first(read_flow))
}

/// What guards an address.
#[derive(Default)]
pub(super) struct Guard {
    pub(super) guesses: GuessLimit,
    pub(super) code_tries: CodeTries,
    pub(super) cooling_until: Option<Instant>,
}

/// How a row is looked for that is locked even where it is missing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// It is read where it is.
    Plainly,
    /// It is locked where it is.
    Locking,
    /// It is made where it is missing, and locked.
    Making,
}

/// What guards an address; `None` where nothing was counted yet.
pub(super) fn guard(asking: &mut Questions, email: &Email, look: Look) -> Asked<Option<Guard>> {
    let statement = match look {
        Look::Plainly => &GUARD,
        Look::Locking => &LOCK_GUARD,
        Look::Making => &MAKE_GUARD,
    };
    asking.ask(statement, [email.key().into()], first(read_guard))
}

/// Wrong codes from a network; `None` where there is no row.
pub(super) fn network(
    asking: &mut Questions,
    network: &Line,
    look: Look,
) -> Asked<Option<NetworkTries>> {
    let statement = match look {
        Look::Plainly => &NETWORK,
        Look::Locking => &LOCK_NETWORK,
        Look::Making => &MAKE_NETWORK,
    };
    let line = network.clone();
    let read = |row: &Row| {
        Ok(NetworkTries { network: line, wrong: row.count("wrong")?, since: row.instant("since")? })
    };
    asking.ask(statement, [network.as_str().into()], first(read))
}

/// Whose `email` method the address with this key is, and how it is spelt there.
pub(crate) fn owner(asking: &mut Questions, key: &str) -> Asked<Option<(AccountId, Email)>> {
    let read = |row: &Row| Ok((AccountId(row.array("account_id")?), row.email("stored")?));
    asking.ask(&OWNER, [key.into()], first(read))
}

/// The codes, and mails in their place, that were issued for an address after `after`, oldest first.
pub(super) fn challenges(
    asking: &mut Questions,
    email: &Email,
    after: Instant,
) -> Asked<Vec<Challenge>> {
    asking.ask(&CHALLENGES, [email.key().into(), after.0.into()], each(read_challenge))
}

/// One code by its id.
pub(crate) fn find_challenge(asking: &mut Questions, id: ChallengeId) -> Asked<Option<Challenge>> {
    asking.ask(&CHALLENGE, [bytes(&id.0)], first(read_challenge))
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
pub(super) const OWNER: Statement = sql!("email/owner", [Text]);
const CHALLENGES: Statement = sql!("challenge/of_address", [Text, Int]);
const CHALLENGE: Statement = sql!("challenge/find", [Bytes]);
