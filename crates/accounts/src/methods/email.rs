//! Another address for the `email` method: proven by a code before anything changes (R-METHOD-8).
//!
//! ```text
//!  fresh proof, new address ──▶ code mailed there ──▶ code typed in the same session: changed, old address told
//!                               (or, at an address that is taken, a mail that says so; the page is the same)
//! ```
//!
//! Only the session that began it finishes it, and only while nothing has cancelled it. Until then nothing
//! under either address is different.

use crate::command::TypedCode;
use crate::email::Email;
use crate::event::{EmailCause, Event};
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::codes::{self, Asked};
use crate::rules::{guess_limit, session, undo};
use crate::snapshot::{Bound, ChallengeKind, ChangeKind, Purpose};

/// Asks for a code at the new address. The answer is the same for a free and a taken one (R-METHOD-4).
pub(crate) fn ask(ledger: &mut Ledger<'_>, email: &Email) -> Result<Outcome, Reason> {
    let bound = own(ledger)?;
    let address = ledger.snapshot().address.as_ref().ok_or(Reason::Mismatched)?;
    let taken = codes::is_spoken_for(address, ledger.now());
    let kind = if taken { ChallengeKind::AccountExists } else { ChallengeKind::Code };
    let asked = Asked { purpose: Purpose::ChangeEmail, kind, bound: Some(bound), number: None };
    let flow = codes::ask(ledger, email, asked)?;
    Ok(Outcome::CodeAsked { expires_at: flow.expires_at })
}

/// Enters the code: the address changes, and the old one can take that back (R-METHOD-10).
pub(crate) fn verify(ledger: &mut Ledger<'_>, code: TypedCode) -> Result<Outcome, Reason> {
    let flow = codes::live_flow(ledger, Purpose::ChangeEmail)?;
    if flow.bound != Some(own(ledger)?) {
        return Err(Reason::FlowGone);
    }
    codes::attempt(ledger, &flow, code)?;
    let address = ledger.snapshot().address.as_ref().ok_or(Reason::Mismatched)?;
    let taken = codes::is_spoken_for(address, ledger.now());
    ledger.record(Event::FlowEnded { flow: flow.digest });
    if taken {
        return Err(Reason::AddressTaken);
    }
    let before = ledger.account().cloned().ok_or(Reason::Mismatched)?;
    let old = before.email.as_ref().ok_or(Reason::NotFound)?;
    let change = ChangeKind::Email { from: old.email.clone(), proven_at: old.proven_at };
    let proven_at = ledger.now();
    let email = flow.email.clone();
    let cause = EmailCause::Proven;
    ledger.record(Event::EmailChanged { account: before.id, email, proven_at, cause });
    guess_limit::set_back(ledger, &flow.email)?;
    codes::kill(ledger, Purpose::Reset);
    undo::note(ledger, &before, change);
    Ok(Outcome::Done)
}

/// The member with a fresh proof, as a flow is bound to them.
fn own(ledger: &Ledger<'_>) -> Result<Bound, Reason> {
    let (session, account) = session::freshly_proved(ledger)?;
    if account.email.is_none() {
        return Err(Reason::NotFound);
    }
    Ok(Bound { account: account.id, epoch: account.epoch, session: Some(session.id) })
}
