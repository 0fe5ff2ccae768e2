//! The undo: changes are noted with a right to take them back, and taken back (R-METHOD-10).
//!
//! ```text
//!  change ──▶ noted, told ──▶ 72 h ──▶ stays
//!                  └── number ──▶ that change and everything later is taken back; the way on is the reset
//! ```
//!
//! The right belongs to addresses that were established before the change: the contact or the changed method's for
//! 72 hours, or since registration. So a thief who makes his own address the account's gets no right by it, and an
//! undo is no change: it mails no number, can itself not be undone, and takes away every number made since. A change
//! made with the proof of an established provider or passkey is told and gives no right. Nothing here may revive a password.

use alloc::vec::Vec;

use crate::command::TypedNumber;
use crate::email::Email;
use crate::event::{Event, SessionEnd, Told, VoidCause};
use crate::kept::Methods;
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::numbers::{self, Tried};
use crate::rules::put_back;
use crate::rules::revoke::{self, Keep};
use crate::rules::standing::{self, Right};
use crate::snapshot::{Account, Addressed, Change, ChangeKind, Number, NumberKind};
use crate::values::{ChangeId, NumberId, SessionId};

/// Notes a change that has just been made of `before`, and tells the addresses concerned. `Held` where somebody has
/// got the right to take it back.
pub(crate) fn note(ledger: &mut Ledger<'_>, before: &Account, kind: ChangeKind) -> Right {
    let (id, at) = (ledger.context().draws.change, ledger.now());
    let by = presented(ledger);
    let until = at.plus(ledger.policy().undo_life);
    let change = Change { id, kind, at, until, by, before: Methods::of(before) };
    let given = standing::of_proof(ledger, before);
    let mut told = Vec::<Told>::new();
    for (to, right) in concerned(ledger, before, kind) {
        let number = match (right, given) {
            (Right::Held, Right::Held) => number_for(ledger, before, &to, &change),
            (Right::None, _) | (_, Right::None) => None,
        };
        told.push(Told { to, number });
    }
    let right = if told.iter().any(|t| t.number.is_some()) { Right::Held } else { Right::None };
    ledger.record(Event::ChangeNoted { account: before.id, change, told });
    right
}

/// The addresses that a change is told to, each once (the contact is often the changed method's own), with whether it was
/// established: the contact before it, the changed method's, and the contact after it, which never has a right by that.
fn concerned(ledger: &Ledger<'_>, before: &Account, kind: ChangeKind) -> Vec<(Email, Right)> {
    let (now, policy) = (ledger.now(), ledger.policy());
    let changed = match kind {
        ChangeKind::Email => Some(Addressed::Email),
        ChangeKind::Removed(method) => Some(method),
        ChangeKind::Password
        | ChangeKind::Added(_)
        | ChangeKind::PasskeyAdded(_)
        | ChangeKind::PasskeyRemoved(_)
        | ChangeKind::Contact => None,
    };
    let mut all = Vec::new();
    if let Some(to) = before.contact_address() {
        join(&mut all, to, standing::of_contact(before, now, policy));
    }
    let own = changed.and_then(|method| Some((method, before.address_of(method)?)));
    if let Some((method, to)) = own {
        join(&mut all, to, standing::of_method(before, method, now, policy));
    }
    let after = ledger.account();
    let new = [after.and_then(Account::contact_address), added_address(after, kind)];
    new.into_iter().flatten().for_each(|to| join(&mut all, to, Right::None));
    // A passkey that somebody else has added lets in without any mailbox: every address hears of it (security.md G11).
    if let (ChangeKind::PasskeyAdded(_), Some(account)) = (kind, after) {
        let own = account.addressed().filter_map(|method| account.address_of(method));
        own.for_each(|to| join(&mut all, to, Right::None));
    }
    all
}

fn join(all: &mut Vec<(Email, Right)>, to: &Email, right: Right) {
    match all.iter_mut().find(|(known, _)| known.same_as(to)) {
        Some((_, known)) => *known = standing::either(*known, right),
        None => all.push((to.clone(), right)),
    }
}

/// The new address of a changed `email` method is told too.
fn added_address(after: Option<&Account>, kind: ChangeKind) -> Option<&Email> {
    match kind {
        ChangeKind::Email => after?.address_of(Addressed::Email),
        ChangeKind::Password
        | ChangeKind::Added(_)
        | ChangeKind::Removed(_)
        | ChangeKind::PasskeyAdded(_)
        | ChangeKind::PasskeyRemoved(_)
        | ChangeKind::Contact => None,
    }
}

/// Takes back the change or the withdrawal that a number belongs to, and everything later.
pub(crate) fn undo(ledger: &mut Ledger<'_>, typed: TypedNumber) -> Result<Outcome, Reason> {
    let takes_back = |kind| matches!(kind, NumberKind::Undo(_) | NumberKind::Restore);
    let number = match numbers::attempt(ledger, typed, takes_back)? {
        Tried::Good(number) => number,
        Tried::JustUsed(NumberKind::Restore) => return Ok(Outcome::Restored),
        Tried::JustUsed(_) => return Ok(Outcome::TakenBack),
    };
    let account = ledger.account().filter(|a| a.id == number.account).cloned();
    let account = account.ok_or(Reason::Mismatched)?;
    match number.kind {
        NumberKind::Restore => put_back::restore(ledger, &account, Some(number.id)),
        NumberKind::Undo(change) => take_back(ledger, &account, &number, change),
        NumberKind::NotMe(_) | NumberKind::Lost => Err(Reason::Mismatched),
    }
}

fn take_back(
    ledger: &mut Ledger<'_>,
    account: &Account,
    number: &Number,
    change: ChangeId,
) -> Result<Outcome, Reason> {
    let back = from_on(&account.changes, change);
    let first = back.first().ok_or(Reason::NumberSpent)?;
    let methods = put_back::still_free(ledger, account, &first.before)?;
    let (since, at) = (first.at, ledger.now());
    ledger.record(Event::NumberSpent { number: number.id, at });
    let left = put_back::methods(ledger, account, methods);
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

fn presented(ledger: &Ledger<'_>) -> Option<SessionId> {
    ledger.snapshot().presented.as_ref().map(|session| session.id)
}

/// The number for a mail about `change`.
fn number_for(
    ledger: &mut Ledger<'_>,
    account: &Account,
    to: &Email,
    change: &Change,
) -> Option<NumberId> {
    if let Some(newest) = spare(ledger, to, change) {
        return Some(newest);
    }
    numbers::issue(ledger, account, to, NumberKind::Undo(change.id))
}

/// Somebody who changes the password over and over makes no endless list of numbers: past the bound the mail
/// repeats the newest, which takes back the same and more.
fn spare(ledger: &Ledger<'_>, to: &Email, change: &Change) -> Option<NumberId> {
    let now = ledger.now();
    let address = ledger.snapshot().address.as_ref().filter(|address| address.email.same_as(to))?;
    let is_good = |n: &&Number| {
        n.spent_at.is_none() && now < n.expires_at && matches!(n.kind, NumberKind::Undo(_))
    };
    let good = address.numbers.iter().filter(is_good).collect::<Vec<_>>();
    let bound = usize::try_from(ledger.policy().undo_numbers).unwrap_or(usize::MAX);
    let full = change.kind == ChangeKind::Password && good.len() >= bound;
    if full { good.last().map(|number| number.id) } else { None }
}
