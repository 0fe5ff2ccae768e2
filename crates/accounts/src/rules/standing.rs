//! Who was there before: addresses and providers that have been on an account for 72 hours (R-METHOD-10).
//!
//! What a thief has brought in lately has no standing. "Since registration" counts as long enough: whoever made the
//! account was there first.

use crate::context::Policy;
use crate::ledger::Ledger;
use crate::snapshot::{Account, Addressed, Method};
use crate::values::Instant;

/// Whether somebody has the right to take a change back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Right {
    /// Somebody has.
    Held,
    /// Nobody has.
    None,
}

/// Of the contact's address: it must have been the contact for that long, and the method's address.
pub(crate) fn of_contact(account: &Account, now: Instant, policy: &Policy) -> Right {
    let contact = since(account, account.contact_since, now, policy);
    both(contact, of_method(account, account.contact, now, policy))
}

/// Of a method's address.
pub(crate) fn of_method(account: &Account, method: Addressed, now: Instant, policy: &Policy) -> Right {
    let proven_at = match method {
        Addressed::Email => account.email.as_ref().map(|method| method.proven_at),
        Addressed::Provider(provider) => {
            account.link(provider).and_then(|link| link.address.as_ref()).map(|a| a.proven_at)
        }
    };
    proven_at.map_or(Right::None, |at| since(account, at, now, policy))
}

/// Whether a change that is made now gives a right at all: not where the proof behind it is that of a provider or a
/// passkey that has been on the account for 72 hours, so that an owner can leave a mailbox that somebody else reads.
pub(crate) fn of_proof(ledger: &Ledger<'_>, before: &Account) -> Right {
    let session = ledger.snapshot().presented.as_ref();
    // Here "since registration" does not count: whoever has just registered may be anybody.
    let added = match session.map(|session| session.proved_by) {
        Some(Method::Provider(provider)) => before.link(provider).map(|link| link.added.at),
        Some(Method::Passkey(passkey)) => before.passkey(passkey).map(|known| known.added.at),
        Some(Method::Email) | None => return Right::Held,
    };
    let old = added.is_some_and(|at| at.plus(ledger.policy().undo_life) <= ledger.now());
    if old { Right::None } else { Right::Held }
}

fn since(account: &Account, at: Instant, now: Instant, policy: &Policy) -> Right {
    let long = at == account.created_at || at.plus(policy.undo_life) <= now;
    if long { Right::Held } else { Right::None }
}

/// Of one address that is concerned in two ways.
pub(crate) fn either(one: Right, other: Right) -> Right {
    match (one, other) {
        (Right::None, Right::None) => Right::None,
        (Right::Held, _) | (_, Right::Held) => Right::Held,
    }
}

fn both(one: Right, other: Right) -> Right {
    match (one, other) {
        (Right::Held, Right::Held) => Right::Held,
        (Right::None, _) | (_, Right::None) => Right::None,
    }
}
