//! The undo: changes are noted with a right to take them back, and taken back (R-METHOD-10).
//!
//! ```text
//!  change ──▶ noted, told ──▶ 72 h ──▶ stays
//!                  └── number ──▶ that change and everything later is taken back; the way on is the reset
//! ```
//!
//! The right belongs to addresses that were established before the change: there for 72 hours, or since
//! registration. So a thief who makes his own address the account's gets no right by it, and an undo is no
//! change: it mails no number, can itself not be undone, and takes away every number made since. Nothing here
//! may revive a password.

use alloc::vec::Vec;

use crate::command::TypedNumber;
use crate::context::Policy;
use crate::email::Email;
use crate::event::{EmailCause, Event, SessionEnd, Told, VoidCause};
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::numbers::{self, Tried};
use crate::rules::revoke::{self, Keep};
use crate::snapshot::{Account, Change, ChangeKind, EmailMethod, Number, NumberKind};
use crate::values::{ChangeId, Instant, NumberId};

/// Notes a change that has just been made of `before`, and tells the addresses concerned.
pub(crate) fn note(ledger: &mut Ledger<'_>, before: &Account, kind: ChangeKind) {
    let (id, at) = (ledger.context().draws.change, ledger.now());
    let change = Change { id, kind, at, until: at.plus(ledger.policy().undo_life) };
    let mut told = Vec::new();
    if let Some(method) = before.email.as_ref() {
        let number = right_of(ledger, before, method, &change);
        told.push(Told { to: method.email.clone(), number });
    }
    let now_at = ledger.account().and_then(Account::contact_address).cloned();
    let is_new = |to: &Email| told.iter().all(|told| !told.to.same_as(to));
    if let Some(to) = now_at.filter(is_new) {
        told.push(Told { to, number: None });
    }
    ledger.record(Event::ChangeNoted { account: before.id, change, told });
}

/// Takes back the change that a number belongs to, and everything later.
pub(crate) fn undo(ledger: &mut Ledger<'_>, typed: TypedNumber) -> Result<Outcome, Reason> {
    let number = match numbers::attempt(ledger, typed, |kind| matches!(kind, NumberKind::Undo(_)))? {
        Tried::Good(number) => number,
        Tried::JustUsed => return Ok(Outcome::TakenBack),
    };
    let account = ledger.account().filter(|a| a.id == number.account).cloned();
    let account = account.ok_or(Reason::Mismatched)?;
    let NumberKind::Undo(change) = number.kind else {
        return Err(Reason::Mismatched);
    };
    let back = from_on(&account.changes, change);
    let since = back.first().map(|change| change.at).ok_or(Reason::NumberSpent)?;
    let at = ledger.now();
    ledger.record(Event::NumberSpent { number: number.id, at });
    let left = put_back_address(ledger, &account, &back);
    let changes = back.iter().map(|change| change.id).collect();
    ledger.record(Event::ChangesUndone { account: account.id, changes });
    revoke::password(ledger, account.id, VoidCause::Undone { left })?;
    revoke::everything(ledger, account.id, Keep::default(), SessionEnd::Undone);
    ledger.record(Event::NumbersVoided { account: account.id, since, at });
    Ok(Outcome::TakenBack)
}

/// The changes from `first` on; none where that one has been undone already.
fn from_on(changes: &[Change], first: ChangeId) -> Vec<Change> {
    changes.iter().skip_while(|change| change.id != first).cloned().collect()
}

/// Puts the oldest of the changed addresses back, and says which one it replaces.
fn put_back_address(ledger: &mut Ledger<'_>, account: &Account, back: &[Change]) -> Option<Email> {
    let (from, proven_at) = back.iter().find_map(|change| match &change.kind {
        ChangeKind::Email { from, proven_at } => Some((from.clone(), *proven_at)),
        ChangeKind::Password => None,
    })?;
    let left = account.email.as_ref().map(|method| method.email.clone());
    let cause = EmailCause::Undone;
    ledger.record(Event::EmailChanged { account: account.id, email: from, proven_at, cause });
    left
}

/// The number for a mail about `change`, where the address has the right to one.
fn right_of(
    ledger: &mut Ledger<'_>,
    account: &Account,
    method: &EmailMethod,
    change: &Change,
) -> Option<NumberId> {
    if !is_established(account, method, ledger.now(), ledger.policy()) {
        return None;
    }
    if let Some(newest) = spare(ledger, change) {
        return Some(newest);
    }
    let number = numbers::make(ledger, account, NumberKind::Undo(change.id));
    let id = number.id;
    ledger.record(Event::NumberIssued { email: method.email.clone(), number });
    Some(id)
}

/// Whether an address was there for 72 hours, or since registration.
fn is_established(account: &Account, method: &EmailMethod, now: Instant, policy: &Policy) -> bool {
    method.proven_at == account.created_at || method.proven_at.plus(policy.undo_life) <= now
}

/// Somebody who changes the password over and over makes no endless list of numbers: past the bound the mail
/// repeats the newest, which takes back the same and more.
fn spare(ledger: &Ledger<'_>, change: &Change) -> Option<NumberId> {
    let now = ledger.now();
    let address = ledger.snapshot().address.as_ref()?;
    let is_good = |n: &&Number| n.spent_at.is_none() && now < n.expires_at;
    let good = address.numbers.iter().filter(is_good).collect::<Vec<_>>();
    let bound = usize::try_from(ledger.policy().undo_numbers).unwrap_or(usize::MAX);
    let full = change.kind == ChangeKind::Password && good.len() >= bound;
    if full { good.last().map(|number| number.id) } else { None }
}
