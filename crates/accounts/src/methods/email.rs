//! The `email` method: another address for it, or the method added to an account that has none (R-METHOD-2 and 8).
//!
//! ```text
//!  fresh proof, address ──▶ code mailed there ──▶ code typed in the same session: changed, old address told
//!                           (or a mail that the                              └─▶ without `email`: password chosen: added
//!                            address is taken)
//! ```
//!
//! Only the session that began it finishes it, and only while nothing has cancelled it. Until then nothing
//! under either address is different.

use crate::command::TypedCode;
use crate::email::Email;
use crate::event::{Event, PasswordChange};
use crate::kept::Added;
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::codes::{self, Asked};
use crate::rules::{guess_limit, session, undo};
use crate::snapshot::{
    Account, Addressed, Bound, ChallengeKind, ChangeKind, EmailMethod, Flow, Purpose, Session, Stage,
};
use crate::values::PasswordHash;

/// Asks for a code at the address. The answer is the same for a free and a taken one (R-METHOD-4).
pub(crate) fn ask(ledger: &mut Ledger<'_>, email: &Email) -> Result<Outcome, Reason> {
    let (bound, purpose) = own(ledger)?;
    let address = ledger.snapshot().address.as_ref().ok_or(Reason::Mismatched)?;
    let taken = codes::is_spoken_for(address, ledger.now(), Some(bound.account));
    // Where mail does not reach one's own, a code there shows that it does again (R-CONTACT-4).
    let doubted = own_at(ledger, email).is_some_and(|method| method.unreachable_at.is_some());
    let taken = taken && !doubted;
    let kind = if taken { ChallengeKind::AccountExists } else { ChallengeKind::Code };
    let asked = Asked { bound: Some(bound), ..Asked::plain(purpose, kind) };
    let flow = codes::ask(ledger, email, asked)?;
    Ok(Outcome::CodeAsked { expires_at: flow.expires_at })
}

/// Enters the code: the address changes, and the old one can take that back (R-METHOD-10). Where the method is added,
/// the password comes next.
pub(crate) fn verify(ledger: &mut Ledger<'_>, code: TypedCode) -> Result<Outcome, Reason> {
    // A flow that is over is that, whoever asks: with it the account in question is gone from sight.
    let flow = live(ledger)?;
    let (bound, purpose) = own(ledger)?;
    if flow.bound != Some(bound) || flow.purpose != purpose {
        return Err(Reason::FlowGone);
    }
    if flow.stage == Stage::Proven {
        return Ok(Outcome::Proven { expires_at: flow.expires_at, former: None });
    }
    codes::attempt(ledger, &flow, code)?;
    require_free(ledger, &flow, bound)?;
    let email = flow.email.clone().ok_or(Reason::Mismatched)?;
    guess_limit::set_back(ledger, &email)?;
    match purpose {
        Purpose::AddEmail => prove(ledger, &flow),
        Purpose::ChangeEmail
        | Purpose::Register
        | Purpose::Reset
        | Purpose::RegisterIdentity
        | Purpose::Offer => change(ledger, &flow, email),
    }
}

fn prove(ledger: &mut Ledger<'_>, flow: &Flow) -> Result<Outcome, Reason> {
    let expires_at = ledger.now().plus(ledger.policy().code_life);
    let (bound, purpose) = (flow.bound, flow.purpose);
    ledger.record(Event::FlowProven { flow: flow.digest, purpose, expires_at, bound, grant: None });
    Ok(Outcome::Proven { expires_at, former: None })
}

fn change(ledger: &mut Ledger<'_>, flow: &Flow, email: Email) -> Result<Outcome, Reason> {
    ledger.record(Event::FlowEnded { flow: flow.digest });
    let before = ledger.account().cloned().ok_or(Reason::Mismatched)?;
    // The address it has already: its mailbox was read, which is all there was to show.
    if own_at(ledger, &email).is_some() {
        return Ok(Outcome::Done);
    }
    let proven_at = ledger.now();
    ledger.record(Event::EmailChanged { account: before.id, email, proven_at });
    codes::kill(ledger, Purpose::Reset);
    undo::note(ledger, &before, ChangeKind::Email);
    Ok(Outcome::Done)
}

/// Chooses the password of a method that is added: from here on it is there (R-METHOD-2).
pub(crate) fn complete(ledger: &mut Ledger<'_>, hash: &PasswordHash) -> Result<Outcome, Reason> {
    let flow = codes::live_flow(ledger, Purpose::AddEmail)?;
    let (bound, purpose) = own(ledger)?;
    if flow.bound != Some(bound) || purpose != Purpose::AddEmail {
        return Err(Reason::FlowGone);
    }
    if flow.stage != Stage::Proven {
        return Err(Reason::FlowElsewhere);
    }
    require_free(ledger, &flow, bound)?;
    ledger.record(Event::FlowEnded { flow: flow.digest });
    let before = ledger.account().cloned().ok_or(Reason::Mismatched)?;
    let email = flow.email.clone().ok_or(Reason::Mismatched)?;
    let (account, at) = (before.id, ledger.now());
    let added = Added { at, by: bound.session };
    let method = EmailMethod { email, proven_at: at, added, password: None, unreachable_at: None };
    ledger.record(Event::EmailAdded { account, method });
    let version = before.password_version.saturating_add(1);
    let (hash, change) = (hash.clone(), PasswordChange::Added);
    ledger.record(Event::PasswordSet { account, version, hash, change, at });
    codes::kill(ledger, Purpose::Reset);
    undo::note(ledger, &before, ChangeKind::Added(Addressed::Email));
    Ok(Outcome::Done)
}

/// An address that somebody else has taken meanwhile ends the flow.
fn require_free(ledger: &mut Ledger<'_>, flow: &Flow, bound: Bound) -> Result<(), Reason> {
    let address = ledger.snapshot().address.as_ref().ok_or(Reason::Mismatched)?;
    let own = own_at(ledger, &address.email).is_some();
    if !own && codes::is_spoken_for(address, ledger.now(), Some(bound.account)) {
        ledger.record(Event::FlowEnded { flow: flow.digest });
        return Err(Reason::AddressTaken);
    }
    Ok(())
}

/// The `email` method of the account in question, where it has this address.
fn own_at<'l>(ledger: &'l Ledger<'_>, email: &Email) -> Option<&'l EmailMethod> {
    let method = ledger.account().and_then(|account| account.email.as_ref());
    method.filter(|method| method.email.same_as(email))
}

fn live(ledger: &Ledger<'_>) -> Result<Flow, Reason> {
    let changes = codes::live_flow(ledger, Purpose::ChangeEmail);
    changes.or_else(|_| codes::live_flow(ledger, Purpose::AddEmail))
}

/// The member with a fresh proof, as a flow is bound to them, and what the flow would be for.
fn own(ledger: &Ledger<'_>) -> Result<(Bound, Purpose), Reason> {
    let (session, account) = session::freshly_proved(ledger)?;
    let purpose = if account.email.is_some() { Purpose::ChangeEmail } else { Purpose::AddEmail };
    Ok((bound(session, account), purpose))
}

fn bound(session: &Session, account: &Account) -> Bound {
    Bound { account: account.id, epoch: account.epoch, session: Some(session.id) }
}
