//! What events change of an address, its codes and flows, and of a network.
//!
//! The guard of an address is updated, never made: loading it under lock has made it (`counts_where_it_looked`).

use accounts::{
    Bound, Challenge, ChallengeId, CodeTries, Digest, Email, Event, Flow, Grant, GuessLimit, Instant,
    NetworkTries, Stage,
};

use crate::driver::{Statement, Tx};
use crate::fault::Fault;
use crate::sql;
use crate::text::{self, Word, bytes, maybe_at};

pub(super) async fn guesses(
    tx: &mut dyn Tx,
    email: &Email,
    limit: &GuessLimit,
    now: Instant,
) -> Result<(), Fault> {
    let values = [
        i64::from(limit.wrong).into(),
        maybe_at(limit.last_wrong_at),
        maybe_at(limit.locked_at),
        maybe_at(limit.told_at),
        text::tickets(&limit.tickets).into(),
        text::device_guesses(&limit.devices).into(),
        now.0.into(),
        email.key().into(),
    ];
    tx.tell(&GUESSES, &values).await
}

pub(super) async fn codes(
    tx: &mut dyn Tx,
    email: &Email,
    tries: &CodeTries,
    now: Instant,
) -> Result<(), Fault> {
    let values = [
        i64::from(tries.wrong).into(),
        maybe_at(tries.since),
        maybe_at(tries.long_until),
        now.0.into(),
        email.key().into(),
    ];
    tx.tell(&CODES, &values).await
}

pub(super) async fn network(tx: &mut dyn Tx, tries: &NetworkTries) -> Result<(), Fault> {
    let values = [tries.network.as_str().into(), i64::from(tries.wrong).into(), tries.since.0.into()];
    tx.tell(&NETWORK, &values).await
}

pub(super) async fn challenge(
    tx: &mut dyn Tx,
    email: &Email,
    challenge: &Challenge,
) -> Result<(), Fault> {
    let values = [
        bytes(&challenge.id.0),
        email.key().into(),
        challenge.purpose.word().into(),
        challenge.kind.word().into(),
        text::digits(challenge.digits).into(),
        i64::from(challenge.key).into(),
        challenge.issued_at.0.into(),
        challenge.expires_at.0.into(),
        maybe_at(challenge.spent_at),
    ];
    tx.tell(&CHALLENGE, &values).await
}

pub(super) async fn spent(tx: &mut dyn Tx, id: ChallengeId, at: Instant) -> Result<(), Fault> {
    tx.tell(&SPENT, &[at.0.into(), bytes(&id.0)]).await
}

/// Writes those events that `write` sends here.
#[expect(clippy::wildcard_enum_match_arm, reason = "`write` lists the events that come here")]
pub(super) async fn about_flows(tx: &mut dyn Tx, event: &Event) -> Result<(), Fault> {
    match event {
        Event::FlowStarted { flow } => flow_started(tx, flow).await,
        Event::FlowTried { flow, wrong } => flow_tried(tx, flow, *wrong).await,
        Event::FlowProven { flow, purpose: _, expires_at, bound, grant } => {
            flow_proven(tx, flow, *expires_at, (*bound, *grant)).await
        }
        Event::FormOpened { flow, form } => form_opened(tx, flow, form).await,
        Event::FlowBound { flow, bound } => flow_bound(tx, flow, bound).await,
        Event::FlowEnded { flow } => flow_ended(tx, flow).await,
        _ => Err(Fault::Bug("an event came to the wrong place".to_owned())),
    }
}

async fn flow_started(tx: &mut dyn Tx, flow: &Flow) -> Result<(), Fault> {
    let values = [
        bytes(&flow.digest.0),
        flow.purpose.word().into(),
        flow.email.as_ref().map_or("", Email::as_stored).into(),
        flow.stage.word().into(),
        i64::from(flow.wrong).into(),
        flow.started_at.0.into(),
        flow.expires_at.0.into(),
        flow.bound.as_ref().map(|bound| bound.account.0.as_slice()).into(),
        flow.bound.map(|bound| bound.epoch).into(),
        session_of(flow.bound.as_ref()).into(),
        flow.shown.as_ref().map(text::shown).into(),
        flow.waits_for.as_ref().map(|account| account.0.as_slice()).into(),
    ];
    tx.tell(&FLOW_STARTED, &values).await
}

async fn flow_bound(tx: &mut dyn Tx, flow: &Digest, bound: &Bound) -> Result<(), Fault> {
    let values =
        [bytes(&bound.account.0), bound.epoch.into(), session_of(Some(bound)).into(), bytes(&flow.0)];
    tx.tell(&FLOW_BOUND, &values).await
}

async fn flow_tried(tx: &mut dyn Tx, flow: &Digest, wrong: u32) -> Result<(), Fault> {
    tx.tell(&FLOW_TRIED, &[i64::from(wrong).into(), bytes(&flow.0)]).await
}

async fn flow_proven(
    tx: &mut dyn Tx,
    flow: &Digest,
    expires_at: Instant,
    (bound, grant): (Option<Bound>, Option<Grant>),
) -> Result<(), Fault> {
    let values = [
        Stage::Proven.word().into(),
        expires_at.0.into(),
        bound.as_ref().map(|bound| bound.account.0.as_slice()).into(),
        bound.map(|bound| bound.epoch).into(),
        session_of(bound.as_ref()).into(),
        grant.as_ref().map(|grant| grant.code.0.as_slice()).into(),
        grant.as_ref().map(|grant| grant.form.0.as_slice()).into(),
        bytes(&flow.0),
    ];
    tx.tell(&FLOW_PROVEN, &values).await
}

pub(super) fn session_of(bound: Option<&Bound>) -> Option<&[u8]> {
    bound.and_then(|bound| bound.session.as_ref()).map(|session| session.0.as_slice())
}

async fn form_opened(tx: &mut dyn Tx, flow: &Digest, form: &Digest) -> Result<(), Fault> {
    tx.tell(&FORM_OPENED, &[bytes(&form.0), bytes(&flow.0)]).await
}

pub(super) async fn cooling(
    tx: &mut dyn Tx,
    email: &Email,
    until: Instant,
    now: Instant,
) -> Result<(), Fault> {
    tx.tell(&COOLING, &[until.0.into(), now.0.into(), email.key().into()]).await
}

async fn flow_ended(tx: &mut dyn Tx, flow: &Digest) -> Result<(), Fault> {
    tx.tell(&FLOW_ENDED, &[bytes(&flow.0)]).await
}

pub(super) const STATEMENTS: &[Statement] = &[
    GUESSES,
    CODES,
    COOLING,
    NETWORK,
    CHALLENGE,
    SPENT,
    FLOW_STARTED,
    FLOW_BOUND,
    FLOW_TRIED,
    FLOW_PROVEN,
    FORM_OPENED,
    FLOW_ENDED,
];

const GUESSES: Statement = sql!("guard/guesses", [Int, Int, Int, Int, Text, Text, Int, Text]);
const CODES: Statement = sql!("guard/codes", [Int, Int, Int, Int, Text]);
const COOLING: Statement = sql!("guard/cooling", [Int, Int, Text]);
const NETWORK: Statement = sql!("network/count", [Text, Int, Int]);
const CHALLENGE: Statement =
    sql!("challenge/issue", [Bytes, Text, Text, Text, Int, Int, Int, Int, Int]);
const SPENT: Statement = sql!("challenge/spend", [Int, Bytes]);
const FLOW_STARTED: Statement =
    sql!("flow/start", [Bytes, Text, Text, Text, Int, Int, Int, Bytes, Int, Bytes, Text, Bytes]);
const FLOW_BOUND: Statement = sql!("flow/bound", [Bytes, Int, Bytes, Bytes]);
const FLOW_TRIED: Statement = sql!("flow/tried", [Int, Bytes]);
const FLOW_PROVEN: Statement = sql!("flow/proven", [Text, Int, Bytes, Int, Bytes, Bytes, Bytes, Bytes]);
const FORM_OPENED: Statement = sql!("flow/form", [Bytes, Bytes]);
const FLOW_ENDED: Statement = sql!("flow/end", [Bytes]);
