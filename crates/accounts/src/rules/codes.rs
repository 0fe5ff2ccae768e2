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
use crate::outcome::{Outcome, Reason};
use crate::rules::{mail_bound, numbers, reach};
use crate::snapshot::{
    AddressState, Bound, Challenge, ChallengeKind, CodeTries, Digits, Flow, NetworkTries, Purpose,
    Shown, Stage,
};
use crate::values::{AccountId, ChallengeId, Instant, Millis, NumberId};

/// What is asked for at an address.
pub(crate) struct Asked {
    /// What the code is for.
    pub(crate) purpose: Purpose,
    /// Code, or a mail in its place.
    pub(crate) kind: ChallengeKind,
    /// The account that the flow acts on from its beginning.
    pub(crate) bound: Option<Bound>,
    /// The number that the mail carries or repeats.
    pub(crate) number: Option<NumberId>,
    /// The identity that the flow goes on with.
    pub(crate) shown: Option<Shown>,
    /// Whose account the mail is about, where not the owner's of the address.
    pub(crate) about: Option<AccountId>,
}

impl Asked {
    /// A code, or a mail in its place, and nothing besides.
    pub(crate) const fn plain(purpose: Purpose, kind: ChallengeKind) -> Self {
        Self { purpose, kind, bound: None, number: None, shown: None, about: None }
    }
}

/// Begins a flow for a typed address and issues a code, or the mail in its place, if the bound allows.
/// The answer to the asker is the same in every case.
pub(crate) fn ask(ledger: &mut Ledger<'_>, email: &Email, asked: Asked) -> Result<Flow, Reason> {
    let Asked { purpose, kind, bound, number, shown, about } = asked;
    let address = ledger.snapshot().address.clone().ok_or(Reason::Mismatched)?;
    let policy = ledger.policy();
    let now = ledger.now();
    // The tries of a browser survive a new request (I12), but not the flow's end: whether a row that is over
    // has been swept away must make no difference, and a browser is not shut out for ever.
    let live = ledger.snapshot().flow.as_ref().filter(|flow| now < flow.expires_at);
    let wrong = live.map_or(0, |flow| flow.wrong);
    end_presented_flow(ledger);
    let flow = Flow {
        digest: ledger.context().draws.flow_digest,
        purpose,
        email: Some(email.clone()),
        shown,
        waits_for: None,
        stage: Stage::Code,
        wrong,
        started_at: now,
        expires_at: now.plus(policy.code_life),
        bound,
        grant: None,
    };
    ledger.record(Event::FlowStarted { flow: flow.clone() });
    if mail_bound::allows(&address, purpose, now, policy) {
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
        let owner = address.owner.or(about);
        ledger.record(Event::ChallengeIssued { email: email.clone(), owner, challenge, number });
    }
    Ok(flow)
}

/// Whether a mail that is asked for now at the address in question would go out (R-RESET-2).
pub(crate) fn mail_goes_out(ledger: &Ledger<'_>, purpose: Purpose) -> bool {
    let address = ledger.snapshot().address.as_ref();
    address.is_some_and(|a| mail_bound::allows(a, purpose, ledger.now(), ledger.policy()))
}

/// Tries a typed code in a flow that waits for one. The right one is spent, with all others of its address and
/// purpose, and named.
pub(crate) fn attempt(
    ledger: &mut Ledger<'_>,
    flow: &Flow,
    code: TypedCode,
) -> Result<ChallengeId, Reason> {
    require_flow_tries(ledger, flow)?;
    require_network_tries(ledger)?;
    let address = ledger.snapshot().address.as_ref().ok_or(Reason::Mismatched)?;
    let found = matching(address, flow.purpose, code);
    match found.map(|challenge| (challenge.id, state(challenge, ledger.now()))) {
        Some((id, CodeState::Alive)) => {
            kill(ledger, flow.purpose);
            reach::arrived(ledger);
            Ok(id)
        }
        Some((_, CodeState::Expired)) => Err(Reason::CodeExpired),
        Some((_, CodeState::Spent)) => Err(count_wrong(ledger, flow, Reason::CodeSpent)),
        None => Err(count_wrong(ledger, flow, Reason::WrongCode)),
    }
}

/// Refuses a browser that has used its tries up.
pub(crate) fn require_flow_tries(ledger: &Ledger<'_>, flow: &Flow) -> Result<(), Reason> {
    if flow.wrong < ledger.policy().tries_per_flow { Ok(()) } else { Err(Reason::FlowUsedUp) }
}

/// Refuses a network that has used its tries up.
pub(crate) fn require_network_tries(ledger: &Ledger<'_>) -> Result<(), Reason> {
    let left = network_tries(ledger).wrong < ledger.policy().tries_per_network;
    if left { Ok(()) } else { Err(Reason::NetworkUsedUp) }
}

/// Whether an address is on an account by any method, or was until lately and can be put back (R-REG-3,
/// R-METHOD-10). What `own` has through a provider does not count.
pub(crate) fn is_spoken_for(address: &AddressState, now: Instant, own: Option<AccountId>) -> bool {
    let held = address.holders.iter().any(|holder| Some(holder.account) != own);
    held || address.owner.is_some() || numbers::claim_at(address, now).is_some()
}

/// Drops what the browser was in the middle of.
pub(crate) fn drop_flow(ledger: &mut Ledger<'_>) -> Result<Outcome, Reason> {
    end_presented_flow(ledger);
    Ok(Outcome::Done)
}

/// Ends the flow that the browser was in: a new one takes its place.
pub(crate) fn end_presented_flow(ledger: &mut Ledger<'_>) {
    if let Some(flow) = ledger.snapshot().flow.as_ref().map(|flow| flow.digest) {
        ledger.record(Event::FlowEnded { flow });
    }
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

/// Spends every code of that purpose at the address in question, and every mail in a code's place.
pub(crate) fn kill(ledger: &mut Ledger<'_>, purpose: Purpose) {
    let Some(address) = ledger.snapshot().address.as_ref() else {
        return;
    };
    let (email, at) = (address.email.clone(), ledger.now());
    let alive = |c: &&Challenge| c.purpose == purpose && c.spent_at.is_none();
    let ids = address.challenges.iter().filter(alive).map(|c| c.id).collect::<Vec<ChallengeId>>();
    for challenge in ids {
        ledger.record(Event::ChallengeSpent { email: email.clone(), challenge, at });
    }
}

/// Counts a wrong code in its flow, its network and at its address.
pub(crate) fn count_wrong(ledger: &mut Ledger<'_>, flow: &Flow, why: Reason) -> Reason {
    ledger.record(Event::FlowTried { flow: flow.digest, wrong: flow.wrong.saturating_add(1) });
    count_wrong_try(ledger);
    why
}

/// Counts a wrong code or number in its network and at its address.
pub(crate) fn count_wrong_try(ledger: &mut Ledger<'_>) {
    let mut network = network_tries(ledger);
    network.wrong = network.wrong.saturating_add(1);
    ledger.record(Event::NetworkTriesCounted { tries: network });
    if let Some(address) = ledger.snapshot().address.as_ref() {
        let tries = one_more(&address.code_tries, ledger.now(), ledger.policy());
        ledger.record(Event::CodeTriesCounted { email: address.email.clone(), tries });
    }
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
