//! "I cannot use this provider any more": whoever reads the mailbox waits a day, told to the contact, and can then set
//! up an `email` method with that address (R-RESET-8).
//!
//! ```text
//!  reset asked at a provider's address ──▶ mail with a number ──▶ wait 24 h ──▶ reset: a code, then a password
//!                                                    any sign-in ends the wait
//! ```
//!
//! The wait is what a mailbox reader shows less than a reset asks for elsewhere: the member with the provider can stop
//! it by signing in.

use crate::command::TypedNumber;
use crate::email::Email;
use crate::event::Event;
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::numbers::{self, Tried};
use crate::snapshot::{Holder, Lost, NumberKind, OwnEmail};
use crate::values::Instant;

/// Begins the wait, with the number from the mail.
pub(crate) fn report(
    ledger: &mut Ledger<'_>,
    email: &Email,
    typed: TypedNumber,
) -> Result<Outcome, Reason> {
    let number = match numbers::attempt(ledger, typed, |kind| kind == NumberKind::Lost)? {
        Tried::Good(number) => Some(number),
        Tried::JustUsed(_) => None,
    };
    let account = ledger.account().cloned().ok_or(Reason::Mismatched)?;
    let Some(number) = number else {
        let until = account.lost.map(|lost| lost.from).ok_or(Reason::NumberSpent)?;
        return Ok(Outcome::WaitBegun { until });
    };
    if account.id != number.account {
        return Err(Reason::Mismatched);
    }
    let at = ledger.now();
    ledger.record(Event::NumberSpent { number: number.id, at });
    let holds = account.links.iter().filter_map(|link| link.address.as_ref());
    let still = holds.map(|address| &address.email).any(|own| own.same_as(email));
    if !still || account.email.is_some() {
        return Err(Reason::NumberSpent);
    }
    let running = account.lost.filter(|lost| lost.email.same_as(email));
    let from = running.map_or(at.plus(ledger.policy().lost_wait), |lost| lost.from);
    let lost = Some(Lost { email: email.clone(), from });
    ledger.record(Event::LostNoted { account: account.id, lost });
    Ok(Outcome::WaitBegun { until: from })
}

/// Any sign-in ends the wait.
pub(crate) fn cancel(ledger: &mut Ledger<'_>) {
    let waiting = ledger.account().filter(|account| account.lost.is_some()).map(|account| account.id);
    if let Some(account) = waiting {
        ledger.record(Event::LostNoted { account, lost: None });
    }
}

/// Whether a code may set up an `email` method now for the account that has an address through a provider.
pub(crate) fn may_set_up(holder: &Holder, now: Instant) -> bool {
    holder.email == OwnEmail::None && holder.lost_from.is_some_and(|from| from <= now)
}
