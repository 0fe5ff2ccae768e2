//! Numbers in mails: made, tried, used (R-SIGNIN-6, R-METHOD-10).
//!
//! ```text
//!  made with a notice ──▶ good for days ──▶ used once      (or taken away by an undo of an older change)
//!                              └──────────▶ too old
//! ```
//!
//! A number works with the address it was sent to, whether or not that address is still the account's, and
//! needs no sign-in. Wrong ones are counted like wrong codes, per network and address. Nothing here may give a
//! session.

use crate::command::TypedNumber;
use crate::email::Email;
use crate::event::Event;
use crate::ledger::Ledger;
use crate::outcome::Reason;
use crate::rules::codes;
use crate::snapshot::{Account, AddressState, Number, NumberKind};
use crate::values::{AccountId, Instant, Millis, NumberId};

/// A new number of that kind for the account, mailed to that address; none where a decision has mailed all it can.
pub(crate) fn issue(
    ledger: &mut Ledger<'_>,
    account: &Account,
    to: &Email,
    kind: NumberKind,
) -> Option<NumberId> {
    issue_for(ledger, account.id, to, kind)
}

/// As `issue`, for an account that is known by its id.
pub(crate) fn issue_for(
    ledger: &mut Ledger<'_>,
    account: AccountId,
    to: &Email,
    kind: NumberKind,
) -> Option<NumberId> {
    let (now, policy) = (ledger.now(), ledger.policy());
    let life = match kind {
        NumberKind::NotMe(_) => policy.not_me_life,
        NumberKind::Undo(_) => policy.undo_life,
        NumberKind::Restore => policy.withdraw_grace,
        NumberKind::Lost => policy.code_life,
    };
    let id = ledger.next_number()?;
    let number = Number {
        id,
        kind,
        account,
        key: ledger.context().draws.code_key,
        issued_at: now,
        expires_at: now.plus(life),
        spent_at: None,
    };
    ledger.record(Event::NumberIssued { email: to.clone(), number });
    Some(id)
}

/// What a typed number turned out to be.
pub(crate) enum Tried {
    /// It is good.
    Good(Number),
    /// It has just been used: the second press of a button, answered like the first.
    JustUsed(NumberKind),
}

/// Tries a typed number at the address in question. Wrong ones are counted; the tries of a network that has
/// used its own up are not looked at.
pub(crate) fn attempt(
    ledger: &mut Ledger<'_>,
    typed: TypedNumber,
    is_kind: impl Fn(NumberKind) -> bool,
) -> Result<Tried, Reason> {
    codes::require_network_tries(ledger)?;
    let address = ledger.snapshot().address.as_ref().ok_or(Reason::Mismatched)?;
    let found = match typed {
        TypedNumber::Matches(id) => address.numbers.iter().find(|n| n.id == id && is_kind(n.kind)),
        TypedNumber::Unknown => None,
    };
    let Some(number) = found.cloned() else {
        codes::count_wrong_try(ledger);
        return Err(Reason::WrongNumber);
    };
    let now = ledger.now();
    match number.spent_at {
        Some(spent) if now < spent.plus(PRESSED_TWICE) => Ok(Tried::JustUsed(number.kind)),
        Some(_) => Err(Reason::NumberSpent),
        None if now < number.expires_at => Ok(Tried::Good(number)),
        None => Err(Reason::NumberExpired),
    }
}

/// The oldest good undo number of an address: it takes back the most. While there is one, the address is spoken
/// for, also when no account has it.
#[must_use]
pub(crate) fn undo_at(address: &AddressState, now: Instant) -> Option<&Number> {
    let good = |n: &&Number| n.spent_at.is_none() && now < n.expires_at;
    address.numbers.iter().filter(good).find(|n| matches!(n.kind, NumberKind::Undo(_)))
}

/// The good undo number for which an address counts as taken. Where the account has been withdrawn since, the address
/// is free (R-WITHDRAW-1): then the number that takes that back lies there too.
#[must_use]
pub(crate) fn spoken_for_at(address: &AddressState, now: Instant) -> Option<&Number> {
    let good = |n: &&Number| n.spent_at.is_none() && now < n.expires_at;
    let restores = |account| {
        let mut good = address.numbers.iter().filter(good);
        good.any(|n| n.account == account && n.kind == NumberKind::Restore)
    };
    let undoes = |n: &&Number| matches!(n.kind, NumberKind::Undo(_)) && !restores(n.account);
    address.numbers.iter().filter(good).find(undoes)
}

/// The good number at an address that takes a withdrawal back. The address is free all the same (R-WITHDRAW-1).
#[must_use]
pub(crate) fn restore_at(address: &AddressState, now: Instant) -> Option<&Number> {
    let good = |n: &&Number| n.spent_at.is_none() && now < n.expires_at;
    address.numbers.iter().filter(good).find(|n| n.kind == NumberKind::Restore)
}

/// Within this time a used number is answered as when it was used.
const PRESSED_TWICE: Millis = Millis::minutes(10);
