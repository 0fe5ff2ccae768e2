//! What operators may do to an account: lift a lock, suspend, resume, sign out (R-LOCK-2 and 7).
//!
//! A suspension and a lock are two things: lifting one never touches the other. Nobody here can read or
//! choose a password.

use crate::email::Email;
use crate::event::{Event, SessionEnd};
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::{guess_limit, session};
use crate::snapshot::Suspension;
use crate::values::Line;

/// Sets all guess counts of an address back and lifts its lock.
pub(crate) fn unlock(ledger: &mut Ledger<'_>, email: &Email) -> Result<Outcome, Reason> {
    guess_limit::set_back(ledger, email)?;
    Ok(Outcome::Done)
}

/// Refuses every method from now on and ends every session.
pub(crate) fn suspend(ledger: &mut Ledger<'_>, reason: &Line) -> Result<Outcome, Reason> {
    let account = ledger.account().ok_or(Reason::NotFound)?;
    let (id, already) = (account.id, account.suspended.is_some());
    if !already {
        let suspension = Suspension { at: ledger.now(), reason: reason.clone() };
        ledger.record(Event::Suspended { account: id, suspension });
    }
    session::end_all(ledger, id, None, SessionEnd::Operator);
    Ok(Outcome::Done)
}

/// Lifts a suspension.
pub(crate) fn resume(ledger: &mut Ledger<'_>) -> Result<Outcome, Reason> {
    let account = ledger.account().ok_or(Reason::NotFound)?;
    if account.suspended.is_some() {
        let account = account.id;
        ledger.record(Event::Resumed { account });
    }
    Ok(Outcome::Done)
}

/// Notes that all that is stored is taken, at the member's wish (R-WITHDRAW-3).
pub(crate) fn note_export(ledger: &mut Ledger<'_>) -> Result<Outcome, Reason> {
    let account = ledger.account().map(|account| account.id).ok_or(Reason::NotFound)?;
    ledger.record(Event::Exported { account });
    Ok(Outcome::Done)
}

/// Ends every session.
pub(crate) fn sign_out_everywhere(ledger: &mut Ledger<'_>) -> Result<Outcome, Reason> {
    let account = ledger.account().map(|account| account.id).ok_or(Reason::NotFound)?;
    session::end_all(ledger, account, None, SessionEnd::Operator);
    Ok(Outcome::Done)
}
