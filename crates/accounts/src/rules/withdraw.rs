//! The end of an account by its member, and what can be taken back of it (R-WITHDRAW).
//!
//! ```text
//!  member ──▶ withdrawn: signs nobody in, its addresses and identities are free ──▶ grace over: erased
//!                 └── number, or a freed address or identity proven anew ──▶ there again, as far as it is free
//! ```
//!
//! Everything it had open ends in the same step. The id is never used again. No password survives it.

use alloc::vec::Vec;

use crate::email::Email;
use crate::event::{Event, SessionEnd, Told, VoidCause};
use crate::kept::Methods;
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::revoke::{self, Keep};
use crate::rules::{codes, numbers, put_back, session};
use crate::snapshot::{Account, Former, FormerWay, NumberKind, Purpose, Stage, Withdrawal};
use crate::values::{AccountId, Millis};

/// Ends the account of the presented session, which has just shown a login method (R-WITHDRAW-1).
pub(crate) fn withdraw(ledger: &mut Ledger<'_>) -> Result<Outcome, Reason> {
    let (_, account) = session::freshly_proved(ledger)?;
    let account = account.clone();
    Ok(end(ledger, &account))
}

/// An operator ends the account, at its member's wish.
pub(crate) fn by_operator(ledger: &mut Ledger<'_>) -> Result<Outcome, Reason> {
    let account = ledger.account().cloned().ok_or(Reason::NotFound)?;
    match account.withdrawn {
        Some(withdrawal) => Ok(Outcome::Withdrawn { until: withdrawal.until }),
        None => Ok(end(ledger, &account)),
    }
}

fn end(ledger: &mut Ledger<'_>, account: &Account) -> Outcome {
    let (at, grace) = (ledger.now(), ledger.policy().withdraw_grace);
    let until = at.plus(grace);
    let told = told(ledger, account, grace);
    let id = account.id;
    let version = account.password_version.saturating_add(1);
    let cause = VoidCause::Withdrawn;
    ledger.record(Event::PasswordVoided { account: id, version, cause, at });
    revoke::everything(ledger, id, Keep::default(), SessionEnd::Withdrawn);
    let withdrawal = Withdrawal { at, until, methods: Methods::of(account) };
    ledger.record(Event::Withdrawn { account: id, withdrawal, told });
    for link in &account.links {
        let former = Former { account: id, way: FormerWay::Withdrawn, until };
        ledger.record(Event::IdentityFreed { identity: link.identity.clone(), former });
    }
    if grace == Millis(0) && !ledger.policy().awaits_receipts() {
        ledger.record(Event::Erased { account: id });
    }
    Outcome::Withdrawn { until }
}

/// Every address that the account had in the last 72 hours is told, each with a number that takes it back.
fn told(ledger: &mut Ledger<'_>, account: &Account, grace: Millis) -> Vec<Told> {
    let mut addresses = Vec::<Email>::new();
    let now = Methods::of(account);
    let before = account.changes.iter().flat_map(|change| change.before.addresses());
    for email in account.contact_address().into_iter().chain(now.addresses()).chain(before) {
        if addresses.iter().all(|known| !known.same_as(email)) {
            addresses.push(email.clone());
        }
    }
    let number = |ledger: &mut Ledger<'_>, to: &Email| {
        let lasts = grace > Millis(0);
        lasts.then(|| numbers::issue(ledger, account, to, NumberKind::Restore)).flatten()
    };
    addresses.into_iter().map(|to| Told { number: number(ledger, &to), to }).collect()
}

/// Erases a withdrawn account whose grace is over (R-WITHDRAW-2), once the endpoints that owe a receipt of the withdrawal
/// have given it, or have had their time.
pub(crate) fn erase(ledger: &mut Ledger<'_>) -> Result<Outcome, Reason> {
    let account = ledger.account().ok_or(Reason::NotFound)?;
    let (id, due) = (account.id, account.withdrawn.as_ref().map(|withdrawal| withdrawal.until));
    let wait = match ledger.snapshot().awaited.as_slice() {
        [] => Millis(0),
        [_, ..] => ledger.policy().receipts_wait,
    };
    match due.map(|due| due.plus(wait)) {
        Some(due) if due <= ledger.now() => {
            ledger.record(Event::Erased { account: id });
            Ok(Outcome::Done)
        }
        Some(_) | None => Err(Reason::NotFound),
    }
}

/// Takes the withdrawal back of the account that the flow's proven address or identity was (R-WITHDRAW-2).
pub(crate) fn restore_proven(ledger: &mut Ledger<'_>) -> Result<Outcome, Reason> {
    let registers = codes::live_flow(ledger, Purpose::Register);
    let flow = registers.or_else(|_| codes::live_flow(ledger, Purpose::RegisterIdentity))?;
    let former = match (&flow.shown, flow.stage) {
        (Some(_), _) => identity_former(ledger),
        (None, Stage::Proven) => address_former(ledger),
        (None, Stage::Address | Stage::Code) => None,
    };
    let former = former.filter(|former| former.way == FormerWay::Withdrawn);
    let id = former.map(|former| former.account).ok_or(Reason::NotFound)?;
    let account = ledger.account().filter(|account| account.id == id).cloned();
    let account = account.ok_or(Reason::Mismatched)?;
    ledger.record(Event::FlowEnded { flow: flow.digest });
    put_back::restore(ledger, &account, None)
}

/// Whose the identity in question was until lately.
pub(crate) fn identity_former(ledger: &Ledger<'_>) -> Option<Former> {
    let state = ledger.snapshot().identity.as_ref()?;
    state.former.clone().filter(|former| state.owner.is_none() && ledger.now() < former.until)
}

/// Whose the address in question was until it was withdrawn.
pub(crate) fn address_former(ledger: &Ledger<'_>) -> Option<Former> {
    let address = ledger.snapshot().address.as_ref()?;
    let number = numbers::restore_at(address, ledger.now())?;
    let (account, until): (AccountId, _) = (number.account, number.expires_at);
    Some(Former { account, way: FormerWay::Withdrawn, until })
}
