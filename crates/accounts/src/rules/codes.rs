//! One-time codes: issuing, trying, using (R-RESET-2, 6, 9; "Why 12 digits").
//!
//! A code belongs to an address and a purpose, works once, in whatever browser gives that address, and takes
//! the others of its purpose with it. Wrong tries are bounded per browser and per network but not per
//! address, else a stranger could shut the owner out by typing rubbish. Nothing here may look at an account:
//! counts and answers belong to the typed address.

use alloc::vec::Vec;

use crate::command::TypedCode;
use crate::context::Policy;
use crate::email::Email;
use crate::event::Event;
use crate::ledger::Ledger;
use crate::outcome::Reason;
use crate::rules::mail_bound;
use crate::snapshot::{
    AddressState, Challenge, ChallengeKind, CodeTries, Digits, Flow, NetworkTries, Purpose, Stage,
};
use crate::values::{ChallengeId, Instant, Millis};

/// Begins a flow for a typed address and issues a code, or the mail in its place, if the bound allows.
/// The answer to the asker is the same in every case.
pub(crate) fn ask(
    ledger: &mut Ledger<'_>,
    email: &Email,
    purpose: Purpose,
    kind: ChallengeKind,
) -> Result<Flow, Reason> {
    let address = ledger.snapshot().address.clone().ok_or(Reason::Mismatched)?;
    let policy = ledger.policy();
    let now = ledger.now();
    // The tries of a browser survive a new request (I12), but not the flow's end: whether a row that is over
    // has been swept away must make no difference, and a browser is not shut out for ever.
    let live = ledger.snapshot().flow.as_ref().filter(|flow| now < flow.expires_at);
    let wrong = live.map_or(0, |flow| flow.wrong);
    if let Some(old) = ledger.snapshot().flow.as_ref().map(|flow| flow.digest) {
        ledger.record(Event::FlowEnded { flow: old });
    }
    let flow = Flow {
        digest: ledger.context().draws.flow_digest,
        purpose,
        email: email.clone(),
        stage: Stage::Code,
        wrong,
        started_at: now,
        expires_at: now.plus(policy.code_life),
    };
    ledger.record(Event::FlowStarted { flow: flow.clone() });
    if mail_bound::allows(&address.challenges, purpose, now, policy) {
        let challenge = Challenge {
            id: ledger.context().draws.challenge,
            purpose,
            kind,
            digits: length(&address.code_tries, now),
            key: ledger.context().draws.code_key,
            issued_at: now,
            expires_at: now.plus(policy.code_life),
            spent_at: None,
        };
        let owner = address.owner;
        ledger.record(Event::ChallengeIssued { email: email.clone(), owner, challenge });
    }
    Ok(flow)
}

/// Tries a typed code in the presented flow. On success the flow is proven and the code, with all others of
/// its address and purpose, is spent.
pub(crate) fn verify(
    ledger: &mut Ledger<'_>,
    purpose: Purpose,
    code: TypedCode,
) -> Result<Instant, Reason> {
    let flow = live_flow(ledger, purpose)?;
    let policy = ledger.policy();
    let now = ledger.now();
    if flow.stage == Stage::Proven {
        return Ok(flow.expires_at);
    }
    let address = ledger.snapshot().address.clone().ok_or(Reason::Mismatched)?;
    let tries = network_tries(ledger);
    if flow.wrong >= policy.tries_per_flow {
        return Err(Reason::FlowUsedUp);
    }
    if tries.wrong >= policy.tries_per_network {
        return Err(Reason::NetworkUsedUp);
    }
    match matching(&address, purpose, code).map(|challenge| state(challenge, now)) {
        Some(CodeState::Alive) => {}
        Some(CodeState::Expired) => return Err(Reason::CodeExpired),
        Some(CodeState::Spent) => return Err(count_wrong(ledger, &flow, tries, Reason::CodeSpent)),
        None => return Err(count_wrong(ledger, &flow, tries, Reason::WrongCode)),
    }
    spend_all(ledger, &address, purpose);
    let expires_at = now.plus(policy.code_life);
    ledger.record(Event::FlowProven { flow: flow.digest, purpose, expires_at });
    Ok(expires_at)
}

/// The presented flow, if it is for this purpose and its time is not over.
pub(crate) fn live_flow(ledger: &Ledger<'_>, purpose: Purpose) -> Result<Flow, Reason> {
    let flow = ledger.snapshot().flow.as_ref();
    let live = flow.filter(|flow| flow.purpose == purpose && ledger.now() < flow.expires_at);
    live.cloned().ok_or(Reason::FlowGone)
}

enum CodeState {
    Alive,
    Expired,
    Spent,
}

fn state(challenge: &Challenge, now: Instant) -> CodeState {
    if challenge.spent_at.is_some() {
        CodeState::Spent
    } else if now < challenge.expires_at {
        CodeState::Alive
    } else {
        CodeState::Expired
    }
}

fn matching(address: &AddressState, purpose: Purpose, code: TypedCode) -> Option<&Challenge> {
    let TypedCode::Matches(id) = code else {
        return None;
    };
    let fits = |c: &&Challenge| c.id == id && c.purpose == purpose && c.kind == ChallengeKind::Code;
    address.challenges.iter().find(fits)
}

fn spend_all(ledger: &mut Ledger<'_>, address: &AddressState, purpose: Purpose) {
    let alive = |c: &&Challenge| c.purpose == purpose && c.spent_at.is_none();
    let ids = address.challenges.iter().filter(alive).map(|c| c.id).collect::<Vec<ChallengeId>>();
    for challenge in ids {
        let at = ledger.now();
        ledger.record(Event::ChallengeSpent { email: address.email.clone(), challenge, at });
    }
}

fn count_wrong(ledger: &mut Ledger<'_>, flow: &Flow, mut network: NetworkTries, why: Reason) -> Reason {
    ledger.record(Event::FlowTried { flow: flow.digest, wrong: flow.wrong.saturating_add(1) });
    network.wrong = network.wrong.saturating_add(1);
    ledger.record(Event::NetworkTriesCounted { tries: network });
    if let Some(address) = ledger.snapshot().address.as_ref() {
        let tries = one_more(&address.code_tries, ledger.now(), ledger.policy());
        ledger.record(Event::CodeTriesCounted { email: address.email.clone(), tries });
    }
    why
}

fn network_tries(ledger: &Ledger<'_>) -> NetworkTries {
    let now = ledger.now();
    let fresh =
        || NetworkTries { network: ledger.context().asker.network.clone(), wrong: 0, since: now };
    let known = ledger.snapshot().network.clone();
    let running = known.filter(|tries| now < tries.since.plus(ledger.policy().tries_window));
    running.unwrap_or_else(fresh)
}

fn length(tries: &CodeTries, now: Instant) -> Digits {
    if tries.long_until.is_some_and(|until| now < until) { Digits::Sixteen } else { Digits::Twelve }
}

fn one_more(tries: &CodeTries, now: Instant, policy: &Policy) -> CodeTries {
    let day = Millis::days(1);
    let running = tries.since.filter(|since| now < since.plus(day));
    let wrong = if running.is_some() { tries.wrong.saturating_add(1) } else { 1 };
    let hot = wrong >= policy.tries_until_long;
    let long_until = if hot { Some(now.plus(day)) } else { tries.long_until };
    CodeTries { wrong, since: running.or(Some(now)), long_until }
}
