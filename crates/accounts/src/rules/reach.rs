//! Whether mail arrives at an address of an account (R-CONTACT-4).
//!
//! An address that refuses a mail for good is marked on every login method that has it, as an address that Apple no longer
//! passes on is; a code that was read at the address takes the mark away. A mail that was written before the address was last
//! proven is of a former time. What must never happen here: a mark that refuses anybody anything.

use alloc::vec::Vec;

use crate::email::Email;
use crate::event::{Event, LinkChange};
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reach, Reason};
use crate::snapshot::{Account, Addressed, Link, LinkAddress, Relay};
use crate::values::Instant;

/// Whether mail to a login method's address arrives. A method without an address has none that refuses.
#[must_use]
pub fn of(account: &Account, method: Addressed) -> Reach {
    let (unreachable_at, relay) = match method {
        Addressed::Email => (account.email.as_ref().and_then(|own| own.unreachable_at), Relay::Own),
        Addressed::Provider(provider) => {
            let address = account.link(provider).and_then(|link| link.address.as_ref());
            let relay = address.map_or(Relay::Own, |address| address.relay);
            (address.and_then(|address| address.unreachable_at), relay)
        }
    };
    match (unreachable_at, relay) {
        (None, _) => Reach::Arrives,
        (Some(_), Relay::Own) => Reach::Bounces,
        (Some(_), Relay::Private) => Reach::NotForwarded,
    }
}

/// What a member is offered in place of a contact that mail does not reach: own methods whose address it reaches,
/// `email` first, then by age. None where the contact is in order.
#[must_use]
pub fn better(account: &Account) -> Vec<Addressed> {
    if of(account, account.contact) == Reach::Arrives {
        return Vec::new();
    }
    account.addressed().filter(|method| of(account, *method) == Reach::Arrives).collect()
}

/// A mail to an address, written at that time, was refused for good.
pub(crate) fn refused(
    ledger: &mut Ledger<'_>,
    email: &Email,
    written_at: Instant,
) -> Result<Outcome, Reason> {
    let now = ledger.now();
    mark(ledger, email, Some(now), |proven_at| proven_at <= written_at);
    Ok(Outcome::Done)
}

/// A mail to the address in question was read.
pub(crate) fn arrived(ledger: &mut Ledger<'_>) {
    if let Some(email) = ledger.snapshot().address.as_ref().map(|address| address.email.clone()) {
        ledger.record(Event::MailRead { email: email.clone() });
        mark(ledger, &email, None, |_| true);
    }
}

/// Sets or clears the mark where it is not so already, on the account in question.
fn mark(
    ledger: &mut Ledger<'_>,
    email: &Email,
    unreachable_at: Option<Instant>,
    counts: impl Fn(Instant) -> bool,
) {
    let Some(account) = ledger.account().cloned() else { return };
    let changes = |proven_at, marked: Option<Instant>| {
        marked.is_some() != unreachable_at.is_some() && counts(proven_at)
    };
    let own = account.email.as_ref().filter(|method| method.email.same_as(email));
    if own.is_some_and(|method| changes(method.proven_at, method.unreachable_at)) {
        ledger.record(Event::EmailReached { account: account.id, unreachable_at });
    }
    let Account { id: account, links, .. } = account;
    for link in links {
        let same = link.address.clone().filter(|address| address.email.same_as(email));
        if let Some(address) = same.filter(|a| changes(a.proven_at, a.unreachable_at)) {
            let address = Some(LinkAddress { unreachable_at, ..address });
            let link = Link { address, ..link };
            ledger.record(Event::LinkChanged { account, link, change: LinkChange::Reach });
        }
    }
}
