//! "This was not me": the number from the mail about a sign-in ends everything (R-SIGNIN-6).
//!
//! It needs no sign-in and gives none. Whoever reads the mailbox has shown less than a reset asks for and gets
//! less: what somebody else may hold is taken away, and the way on is the reset. A suspension stays.

use crate::command::TypedNumber;
use crate::event::{Event, SessionEnd, VoidCause};
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::numbers::{self, Tried};
use crate::rules::revoke::{self, Keep};
use crate::snapshot::NumberKind;

/// Ends every session, device, grant and pending change, and makes the password unusable.
pub(crate) fn report(ledger: &mut Ledger<'_>, typed: TypedNumber) -> Result<Outcome, Reason> {
    let number = match numbers::attempt(ledger, typed, |kind| matches!(kind, NumberKind::NotMe(_)))? {
        Tried::Good(number) => number,
        Tried::JustUsed => return Ok(Outcome::TakenBack),
    };
    let account = ledger.account().map(|a| a.id).filter(|id| *id == number.account);
    let account = account.ok_or(Reason::Mismatched)?;
    let at = ledger.now();
    ledger.record(Event::NumberSpent { number: number.id, at });
    revoke::password(ledger, account, VoidCause::NotMe)?;
    revoke::everything(ledger, account, Keep::default(), SessionEnd::NotMe);
    Ok(Outcome::TakenBack)
}
