//! Joining a login method to an account and parting it again (R-METHOD-3 to 6, I1 to I3).
//!
//! One place adds a provider's identity and one place takes a method away, whoever asks. An account always keeps a
//! method that has an address, and its contact always names one of its own. An identity is never moved from one
//! account to another.

use alloc::vec::Vec;

use crate::event::{Event, RemovalCause, SessionEnd, VoidCause};
use crate::identity::Identity;
use crate::kept::Added;
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::standing::Right;
use crate::rules::{revoke, session, undo};
use crate::snapshot::{
    Account, Addressed, ChangeKind, Former, FormerWay, Link, LinkAddress, Method, Shown, Vouched,
};
use crate::values::{Instant, SessionId};

/// Adds the identity to the account of the presented session, which has just shown a login method.
pub(crate) fn add(ledger: &mut Ledger<'_>, shown: &Shown) -> Result<Outcome, Reason> {
    let (session, account) = session::freshly_proved(ledger)?;
    let (by, before) = (session.id, account.clone());
    let state = ledger.snapshot().identity.as_ref().ok_or(Reason::Mismatched)?;
    if state.identity != shown.identity {
        return Err(Reason::Mismatched);
    }
    match state.owner {
        Some(owner) if owner == before.id => return Ok(Outcome::Linked(shown.provider)),
        Some(_) => return Err(Reason::IdentityTaken),
        None => {}
    }
    if before.link(shown.provider).is_some() {
        return Err(Reason::ProviderTaken);
    }
    let link = new_link(shown, ledger.now(), Some(by));
    ledger.record(Event::LinkAdded { account: before.id, link });
    undo::note(ledger, &before, ChangeKind::Added(Addressed::Provider(shown.provider)));
    Ok(Outcome::Linked(shown.provider))
}

/// A login method made of what a provider has shown. Its address counts only where it is vouched for.
pub(crate) fn new_link(shown: &Shown, now: Instant, by: Option<SessionId>) -> Link {
    let vouched = shown.vouched == Vouched::Yes;
    let address = shown.address.clone().filter(|_| vouched).map(|email| LinkAddress {
        email,
        proven_at: now,
        relay: shown.relay,
        unreachable_at: None,
    });
    Link {
        provider: shown.provider,
        identity: shown.identity.clone(),
        address,
        added: Added { at: now, by },
        held_at: None,
    }
}

/// Removes a login method at the wish of its member (R-METHOD-5).
pub(crate) fn part(
    ledger: &mut Ledger<'_>,
    method: Addressed,
    successor: Option<Addressed>,
) -> Result<Outcome, Reason> {
    let (session, account) = session::freshly_proved(ledger)?;
    let (keep, before) = (session.id, account.clone());
    let has = match method {
        Addressed::Email => before.email.is_some(),
        Addressed::Provider(provider) => before.link(provider).is_some(),
    };
    if !has {
        return Err(Reason::NotFound);
    }
    let others = before.addressed().filter(|other| *other != method).collect::<Vec<_>>();
    if others.is_empty() {
        return Err(Reason::LastAddressed);
    }
    if before.contact == method {
        let contact = successor.filter(|s| others.contains(s)).ok_or(Reason::NoSuccessor)?;
        let (account, since) = (before.id, ledger.now());
        ledger.record(Event::ContactChanged { account, contact, since });
    }
    remove(ledger, method, RemovalCause::Member);
    end_begun_with(ledger, &before, method, Some(keep));
    let right = undo::note(ledger, &before, ChangeKind::Removed(method));
    if let (Right::Held, Some(identity)) = (right, identity_of(&before, method)) {
        let until = ledger.now().plus(ledger.policy().undo_life);
        let former = Former { account: before.id, way: FormerWay::Removed, until };
        ledger.record(Event::IdentityFreed { identity, former });
    }
    Ok(Outcome::Done)
}

fn identity_of(account: &Account, method: Addressed) -> Option<Identity> {
    match method {
        Addressed::Email => None,
        Addressed::Provider(provider) => account.link(provider).map(|link| link.identity.clone()),
    }
}

/// Takes a method away, for whatever cause; the last one with an address stays. Where it was the contact, the first
/// of those that are left takes its place.
pub(crate) fn remove(ledger: &mut Ledger<'_>, method: Addressed, cause: RemovalCause) {
    let Some(account) = ledger.account().cloned() else {
        return;
    };
    let Some(heir) = account.addressed().find(|other| *other != method) else {
        return;
    };
    if account.contact == method {
        let since = ledger.now();
        ledger.record(Event::ContactChanged { account: account.id, contact: heir, since });
    }
    match method {
        Addressed::Provider(provider) => {
            ledger.record(Event::LinkRemoved { account: account.id, provider, cause });
        }
        Addressed::Email => {
            let version = account.password_version.saturating_add(1);
            let (account, at) = (account.id, ledger.now());
            let void = VoidCause::Removed;
            ledger.record(Event::PasswordVoided { account, version, cause: void, at });
            revoke::codes_of(ledger, account);
            ledger.record(Event::EmailRemoved { account, cause });
        }
    }
}

/// Ends the sessions that were begun with a method which is gone.
pub(crate) fn end_begun_with(
    ledger: &mut Ledger<'_>,
    account: &Account,
    method: Addressed,
    keep: Option<SessionId>,
) {
    let method: Method = method.method();
    let begun = account.sessions.iter().filter(|s| s.method == method && Some(s.id) != keep);
    for session in begun.map(|session| session.id).collect::<Vec<_>>() {
        session::end_by_rule(ledger, account.id, session, SessionEnd::MethodGone);
    }
}
