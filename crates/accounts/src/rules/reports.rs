//! What a provider reports of somebody's account there: that method issues nothing afterwards, and the account here
//! stays recoverable (I1, I35, R-METHOD-9, R-CONTACT-4).
//!
//! A report is heard once, and one that is older than the login method is of a former time. A method that is over is
//! removed where another with an address is left; else it stays as the account's address and lets nobody in. A
//! report never lifts a suspension and never moves an identity.

use alloc::vec::Vec;

use crate::command::News;
use crate::email::Email;
use crate::event::{Event, LinkChange, RemovalCause, SessionEnd};
use crate::identity::Provider;
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::{link, session};
use crate::snapshot::{Account, Addressed, Link, LinkAddress, Method, Relay};
use crate::values::{Instant, Line};

/// Hears a report about the identity in question.
pub(crate) fn hear(
    ledger: &mut Ledger<'_>,
    report: &Line,
    at: Instant,
    news: &News,
) -> Result<Outcome, Reason> {
    if ledger.snapshot().heard.as_ref() == Some(report) {
        return Ok(Outcome::Done);
    }
    let now = ledger.now();
    ledger.record(Event::ReportHeard { report: report.clone(), at: now });
    let Some((account, link)) = concerned(ledger) else {
        return Ok(Outcome::Done);
    };
    if at < whole_second(link.added.at) {
        return Ok(Outcome::Done);
    }
    match news {
        News::SessionsRevoked => end_begun_with(ledger, &account, &link),
        News::ConsentRevoked => {
            end_begun_with(ledger, &account, &link);
            remove(ledger, &account, &link);
        }
        News::Purged => {
            end_begun_with(ledger, &account, &link);
            if !remove(ledger, &account, &link) {
                hold(ledger, &account, &link, Some(now));
            }
        }
        News::Hijacked => {
            session::end_all(ledger, account.id, None, SessionEnd::MethodGone);
            hold(ledger, &account, &link, Some(now));
        }
        News::Enabled => hold(ledger, &account, &link, None),
        News::AddressOff(email) => reach(ledger, &account, &link, email, Some(now)),
        News::AddressOn(email) => reach(ledger, &account, &link, email, None),
    }
    Ok(Outcome::Done)
}

/// A provider's clock tells seconds.
fn whole_second(at: Instant) -> Instant {
    Instant(at.0.div_euclid(1_000).saturating_mul(1_000))
}

fn concerned(ledger: &Ledger<'_>) -> Option<(Account, Link)> {
    let identity = &ledger.snapshot().identity.as_ref()?.identity;
    let account = ledger.account()?;
    let link = account.links.iter().find(|link| link.identity == *identity)?;
    Some((account.clone(), link.clone()))
}

fn end_begun_with(ledger: &mut Ledger<'_>, account: &Account, link: &Link) {
    let method = Method::Provider(link.provider);
    let begun = account.sessions.iter().filter(|session| session.method == method);
    for session in begun.map(|session| session.id).collect::<Vec<_>>() {
        session::end_by_rule(ledger, account.id, session, SessionEnd::MethodGone);
    }
}

/// Whether the method could be removed: not the last one with an address (R-METHOD-6).
fn remove(ledger: &mut Ledger<'_>, account: &Account, link: &Link) -> bool {
    let method = Addressed::Provider(link.provider);
    let others = account.addressed().any(|other| other != method);
    if others {
        link::remove(ledger, method, RemovalCause::Provider);
    }
    others
}

fn hold(ledger: &mut Ledger<'_>, account: &Account, link: &Link, held_at: Option<Instant>) {
    if link.held_at.is_some() != held_at.is_some() {
        let link = Link { held_at, ..link.clone() };
        let (account, change) = (account.id, LinkChange::Held);
        ledger.record(Event::LinkChanged { account, link, change });
    }
}

fn reach(
    ledger: &mut Ledger<'_>,
    account: &Account,
    link: &Link,
    email: &Email,
    unreachable_at: Option<Instant>,
) {
    let Some(address) = link.address.clone().filter(|address| address.email.same_as(email)) else {
        return;
    };
    if address.unreachable_at.is_some() != unreachable_at.is_some() {
        let address = Some(LinkAddress { unreachable_at, ..address });
        let link = Link { address, ..link.clone() };
        let (account, change) = (account.id, LinkChange::Reach);
        ledger.record(Event::LinkChanged { account, link, change });
    }
}

/// The provider names another address, which it vouches for: the method's address follows (R-METHOD-9). One that is
/// on another account is left where it is.
pub(crate) fn follow(
    ledger: &mut Ledger<'_>,
    provider: Provider,
    email: &Email,
    relay: Relay,
) -> Result<Outcome, Reason> {
    let (_, account) = session::signed_in(ledger)?;
    let account = account.clone();
    let link = account.link(provider).cloned().ok_or(Reason::NotFound)?;
    let same = |address: &LinkAddress| address.email.same_as(email) && address.relay == relay;
    if link.address.as_ref().is_some_and(same) {
        return Ok(Outcome::Done);
    }
    let address = ledger.snapshot().address.as_ref().ok_or(Reason::Mismatched)?;
    let others = address.holders.iter().any(|holder| holder.account != account.id);
    if others || address.owner.is_some_and(|owner| owner != account.id) {
        return Err(Reason::AddressTaken);
    }
    let proven_at = ledger.now();
    let address = LinkAddress { email: email.clone(), proven_at, relay, unreachable_at: None };
    let from = link.address.as_ref().map(|address| address.email.clone());
    let link = Link { address: Some(address), ..link };
    let (account, change) = (account.id, LinkChange::Address { from });
    ledger.record(Event::LinkChanged { account, link, change });
    Ok(Outcome::Done)
}
