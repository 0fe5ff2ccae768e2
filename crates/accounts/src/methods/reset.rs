//! The forgotten password: a code to the mailbox, then a new password (R-RESET).
//!
//! ```text
//!  address typed ──▶ code mailed ──▶ code typed: the old password is void,   ──▶ new password set:
//!   (any address: the same answer)    all sessions end, no new code for 30 min    unlocked, signed in
//!                                        │  ▲ form opened again: the same code once more
//!                                        └──┘
//! ```
//!
//! Verifying a code signs nobody in. What it gives is a grant: one browser, one account as it was then, 30
//! minutes, and the newest password form alone. Whatever ends everything else (an undo, "this was not me",
//! another reset) ends the grant too.

use crate::command::TypedCode;
use crate::email::Email;
use crate::event::{Event, PasswordChange, SessionCause, SessionEnd, VoidCause};
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::codes::{self, Asked};
use crate::rules::revoke::{self, Keep};
use crate::rules::{admit, guess_limit, numbers};
use crate::snapshot::{
    Account, Bound, ChallengeKind, Flow, Grant, Method, Purpose, SessionKind, Stage,
};
use crate::values::{Digest, PasswordHash, SessionId};

/// Asks for a code. The answer does not depend on whether the address has an account, or in which state.
pub(crate) fn ask(ledger: &mut Ledger<'_>, email: &Email) -> Result<Outcome, Reason> {
    if was_verified_here(ledger, email) {
        return Err(Reason::CodeCooldown);
    }
    let address = ledger.snapshot().address.as_ref().ok_or(Reason::Mismatched)?;
    let repeated = numbers::undo_at(address, ledger.now()).map(|number| number.id);
    let (kind, number) = match (address.owner, repeated) {
        (Some(_), _) => (ChallengeKind::Code, None),
        (None, Some(number)) => (ChallengeKind::UndoOffered, Some(number)),
        (None, None) => (ChallengeKind::Nobody, None),
    };
    let asked = Asked { purpose: Purpose::Reset, kind, bound: None, number };
    let flow = codes::ask(ledger, email, asked)?;
    Ok(Outcome::CodeAsked { expires_at: flow.expires_at })
}

/// Whether the presented flow has verified a code of this address, and can still be gone on with.
fn was_verified_here(ledger: &Ledger<'_>, email: &Email) -> bool {
    let flow = codes::live_flow(ledger, Purpose::Reset).ok();
    flow.is_some_and(|flow| {
        let bound = ledger.account().is_some_and(|account| is_bound(&flow, account));
        flow.stage == Stage::Proven && flow.email.same_as(email) && bound
    })
}

fn is_bound(flow: &Flow, account: &Account) -> bool {
    flow.bound.is_some_and(|bound| bound.account == account.id && bound.epoch == account.epoch)
}

/// Enters the code; from here on the old password is nothing (R-RESET-3). Entered once more, it opens the
/// password form again.
pub(crate) fn verify(ledger: &mut Ledger<'_>, code: TypedCode) -> Result<Outcome, Reason> {
    let flow = codes::live_flow(ledger, Purpose::Reset)?;
    if flow.stage == Stage::Proven {
        return open_again(ledger, &flow, code);
    }
    let owner = ledger.account().map(|a| (a.id, a.suspended.is_some()));
    // A code whose address has lost its account meanwhile is nobody's.
    let code = if owner.is_some() { code } else { TypedCode::Unknown };
    let code = codes::attempt(ledger, &flow, code)?;
    let (id, suspended) = owner.ok_or(Reason::Mismatched)?;
    if suspended {
        ledger.record(Event::SignInRefused { account: id, method: Method::Email });
        return Err(Reason::Suspended);
    }
    let until = ledger.now().plus(ledger.policy().reset_cooldown);
    ledger.record(Event::ResetCoolingDown { email: flow.email.clone(), until });
    revoke::password(ledger, id, VoidCause::Reset { until })?;
    let keep = Keep { session: own_session(ledger), device: None };
    revoke::everything(ledger, id, keep, SessionEnd::Reset);
    let epoch = ledger.account().map_or(0, |account| account.epoch);
    ledger.record(Event::FlowProven {
        flow: flow.digest,
        purpose: Purpose::Reset,
        expires_at: until,
        bound: Some(Bound { account: id, epoch, session: None }),
        grant: Some(Grant { code, form: ledger.context().draws.form_digest }),
    });
    Ok(Outcome::ResetProven { until })
}

/// "Every other session": whoever is signed in in this very browser stays so (R-RESET-7 and 10).
fn own_session(ledger: &Ledger<'_>) -> Option<SessionId> {
    let account = ledger.account().map(|account| account.id);
    let presented = ledger.snapshot().presented.as_ref();
    presented.filter(|session| Some(session.account) == account).map(|session| session.id)
}

/// The next at a shared computer must not go on: only the code that was verified opens the form (R-RESET-5).
fn open_again(ledger: &mut Ledger<'_>, flow: &Flow, code: TypedCode) -> Result<Outcome, Reason> {
    require_bound(ledger, flow)?;
    codes::require_flow_tries(ledger, flow)?;
    codes::require_network_tries(ledger)?;
    let opens = |grant: &Grant| code == TypedCode::Matches(grant.code);
    if !flow.grant.as_ref().is_some_and(opens) {
        return Err(codes::count_wrong(ledger, flow, Reason::WrongCode));
    }
    let form = ledger.context().draws.form_digest;
    ledger.record(Event::FormOpened { flow: flow.digest, form });
    Ok(Outcome::ResetProven { until: flow.expires_at })
}

/// The flow still acts on the account as it was when the code was verified.
fn require_bound(ledger: &Ledger<'_>, flow: &Flow) -> Result<(), Reason> {
    let account = ledger.account().filter(|account| is_bound(flow, account));
    let owner = ledger.snapshot().address.as_ref().and_then(|address| address.owner);
    let sound = account.is_some_and(|account| owner == Some(account.id));
    if sound { Ok(()) } else { Err(Reason::FlowGone) }
}

/// Sets the new password: unlocked and signed in, and nobody else is (R-RESET-7, I16).
pub(crate) fn complete(
    ledger: &mut Ledger<'_>,
    form: Digest,
    hash: &PasswordHash,
    kind: SessionKind,
) -> Result<Outcome, Reason> {
    let flow = codes::live_flow(ledger, Purpose::Reset)?;
    let newest = flow.grant.filter(|_| flow.stage == Stage::Proven).map(|grant| grant.form);
    if newest != Some(form) {
        return Err(Reason::FlowElsewhere);
    }
    require_bound(ledger, &flow)?;
    let account = ledger.account().ok_or(Reason::Mismatched)?;
    let (id, suspended) = (account.id, account.suspended.is_some());
    if suspended {
        ledger.record(Event::SignInRefused { account: id, method: Method::Email });
        return Err(Reason::Suspended);
    }
    let last = account.email.as_ref().ok_or(Reason::NoPassword)?.last_version;
    let (version, at) = (last.saturating_add(1), ledger.now());
    ledger.record(Event::FlowEnded { flow: flow.digest });
    let (hash, change) = (hash.clone(), PasswordChange::Reset);
    ledger.record(Event::PasswordSet { account: id, version, hash, change, at });
    revoke::everything(ledger, id, Keep::default(), SessionEnd::Reset);
    guess_limit::set_back(ledger, &flow.email)?;
    admit::admit(ledger, Method::Email, kind, SessionCause::Reset)
}
