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

use alloc::vec::Vec;

use crate::command::TypedCode;
use crate::email::Email;
use crate::event::{Event, PasswordChange, RemovalCause, SessionCause, SessionEnd, VoidCause};
use crate::kept::Added;
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::codes::{self, Asked};
use crate::rules::revoke::{self, Keep};
use crate::rules::{admit, guess_limit, lately, link, lost, numbers, passkeys, pictures};
use crate::snapshot::{
    Account, Addressed, Bound, ChallengeKind, EmailMethod, Flow, Grant, Holder, Method, NumberKind,
    OwnEmail, Purpose, SessionKind, Stage,
};
use crate::values::{AccountId, Digest, PasswordHash, SessionId};

/// Asks for a code. The answer does not depend on whether the address has an account, or in which state.
pub(crate) fn ask(ledger: &mut Ledger<'_>, email: &Email) -> Result<Outcome, Reason> {
    if was_verified_here(ledger, email) {
        return Err(Reason::CodeCooldown);
    }
    let address = ledger.snapshot().address.as_ref().ok_or(Reason::Mismatched)?;
    let now = ledger.now();
    let repeated = numbers::undo_at(address, now).or_else(|| numbers::restore_at(address, now));
    let repeated = repeated.map(|number| number.id);
    let plain = |kind| Asked::plain(Purpose::Reset, kind);
    let holder = address.holders.first().cloned();
    let asked = match (address.owner, holder, repeated) {
        (Some(_), _, _) => plain(ChallengeKind::Code),
        (None, Some(holder), _) => at_provider(ledger, &holder),
        (None, None, Some(number)) => {
            Asked { number: Some(number), ..plain(ChallengeKind::UndoOffered) }
        }
        (None, None, None) => plain(ChallengeKind::Nobody),
    };
    let flow = codes::ask(ledger, email, asked)?;
    Ok(Outcome::CodeAsked { expires_at: flow.expires_at })
}

/// The address is on an account through a provider only: the mail says how that account signs in. After the wait of
/// somebody who cannot use the provider any more it is a code (R-RESET-8).
fn at_provider(ledger: &mut Ledger<'_>, holder: &Holder) -> Asked {
    let about = Some(holder.account);
    if lost::may_set_up(holder, ledger.now()) {
        return Asked { about, ..Asked::plain(Purpose::Reset, ChallengeKind::Code) };
    }
    let goes_out = codes::mail_goes_out(ledger, Purpose::Reset);
    let lonely = goes_out && holder.email == OwnEmail::None;
    let number = if lonely {
        numbers::issue_for(ledger, holder.account, &holder.stored, NumberKind::Lost)
    } else {
        None
    };
    Asked { about, number, ..Asked::plain(Purpose::Reset, ChallengeKind::ProviderOnly) }
}

/// Whether the presented flow has verified a code of this address, and can still be gone on with.
fn was_verified_here(ledger: &Ledger<'_>, email: &Email) -> bool {
    let flow = codes::live_flow(ledger, Purpose::Reset).ok();
    flow.is_some_and(|flow| {
        let bound = match ledger.account() {
            Some(account) => is_bound(&flow, account),
            None => sets_up(ledger, &flow),
        };
        let same = flow.email.as_ref().is_some_and(|own| own.same_as(email));
        flow.stage == Stage::Proven && same && bound
    })
}

/// The address in question has no account of its own: the flow's has it through a provider that is lost.
fn sets_up(ledger: &Ledger<'_>, flow: &Flow) -> bool {
    let holders = ledger.snapshot().address.iter().flat_map(|address| &address.holders);
    let own = |h: &Holder| flow.bound.is_some_and(|bound| bound.account == h.account);
    holders.into_iter().any(|h| own(h) && lost::may_set_up(h, ledger.now()))
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
    let owner = ledger.account().filter(|a| has_address(ledger, a.id));
    let owner = owner.map(|a| (a.id, a.suspended.is_some()));
    // A code whose address has lost its account meanwhile is nobody's.
    let code = if owner.is_some() { code } else { TypedCode::Unknown };
    let code = codes::attempt(ledger, &flow, code)?;
    let (id, suspended) = owner.ok_or(Reason::Mismatched)?;
    if suspended {
        ledger.record(Event::SignInRefused { account: id, method: Method::Email });
        return Err(Reason::Suspended);
    }
    let until = ledger.now().plus(ledger.policy().reset_cooldown);
    let email = flow.email.clone().ok_or(Reason::Mismatched)?;
    ledger.record(Event::ResetCoolingDown { email, until });
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
    let sound = account.is_some_and(|account| has_address(ledger, account.id));
    if sound { Ok(()) } else { Err(Reason::FlowGone) }
}

/// Whether a code at the address in question resets this account: it is its `email` method's, or may become it.
fn has_address(ledger: &Ledger<'_>, account: AccountId) -> bool {
    let Some(address) = ledger.snapshot().address.as_ref() else {
        return false;
    };
    let may = |h: &Holder| h.account == account && lost::may_set_up(h, ledger.now());
    address.owner == Some(account) || (address.owner.is_none() && address.holders.iter().any(may))
}

/// Sets the new password: unlocked and signed in, and nobody else is (R-RESET-7, I16).
pub(crate) fn complete(
    ledger: &mut Ledger<'_>,
    form: Digest,
    (hash, kept): (&PasswordHash, &[Method]),
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
    let (version, at) = (account.password_version.saturating_add(1), ledger.now());
    let set_up = account.email.is_none();
    let email = flow.email.clone().ok_or(Reason::Mismatched)?;
    ledger.record(Event::FlowEnded { flow: flow.digest });
    if set_up {
        let added = Added { at, by: None };
        let email = email.clone();
        let method = EmailMethod { email, proven_at: at, added, password: None, unreachable_at: None };
        ledger.record(Event::EmailAdded { account: id, method });
    }
    let (hash, change) = (hash.clone(), PasswordChange::Reset);
    ledger.record(Event::PasswordSet { account: id, version, hash, change, at });
    revoke::everything(ledger, id, Keep::default(), SessionEnd::Reset);
    remove_unticked(ledger, kept);
    guess_limit::set_back(ledger, &email)?;
    admit::admit(ledger, Method::Email, kind, SessionCause::Reset)
}

/// What was added in the last 72 hours and is not ticked may be a stranger's (R-RESET-7).
fn remove_unticked(ledger: &mut Ledger<'_>, kept: &[Method]) {
    let (now, policy) = (ledger.now(), ledger.policy());
    let Some(account) = ledger.account() else {
        return;
    };
    let added = lately::methods(account, now, policy).filter(|method| !kept.contains(method));
    let added = added.collect::<Vec<_>>();
    let gone = pictures::as_added(account, &added);
    for method in added {
        match method {
            Method::Email => {}
            Method::Provider(provider) => {
                link::remove(ledger, Addressed::Provider(provider), RemovalCause::Unticked);
            }
            Method::Passkey(passkey) => {
                passkeys::remove(ledger, passkey, RemovalCause::Unticked, None);
            }
        }
    }
    pictures::forget(ledger, |method, added| gone.contains(&(method, added)));
}
