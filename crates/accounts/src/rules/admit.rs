//! The one door: every way in ends here, and every session is asked for here (R-LOCK-7, R-SIGNIN-5 and 7).
//!
//! A method comes with its proof already accepted. The door asks what holds for all methods alike: is the
//! account suspended, and does the lock refuse every method (R-LOCK-5)? Only then is a session begun. Nothing else in the house may call `session::start`.

use crate::context::LockScope;
use crate::event::{Event, SessionCause};
use crate::ledger::Ledger;
use crate::outcome::{Outcome, PasskeyOffer, Reason, Welcome};
use crate::rules::{reach, session, terms};
use crate::snapshot::{Account, Method, Purpose, SessionKind};

/// Lets the account in question in by `method`, or refuses it.
pub(crate) fn admit(
    ledger: &mut Ledger<'_>,
    method: Method,
    kind: SessionKind,
    cause: SessionCause,
) -> Result<Outcome, Reason> {
    let account = ledger.account().cloned().ok_or(Reason::Mismatched)?;
    if account.withdrawn.is_some() {
        return Err(Reason::NotFound);
    }
    if account.suspended.is_some() {
        ledger.record(Event::SignInRefused { account: account.id, method });
        return Err(Reason::Suspended);
    }
    if cause == SessionCause::SignedIn && lock_refuses(ledger, &account) {
        return Err(Reason::Locked);
    }
    let session = session::start(ledger, method, kind, cause)?;
    let waiting = ledger.snapshot().flow.as_ref().filter(|flow| flow.purpose == Purpose::Offer);
    let offer = waiting.and_then(|flow| flow.shown.as_ref()).map(|shown| shown.provider);
    Ok(Outcome::Welcome(Welcome {
        account: account.id,
        session: session.id,
        device: session.device,
        expires_at: session::expires_at(&session, ledger.policy()),
        terms: terms::state(&account, ledger.policy()),
        offer,
        passkey: passkey_offer(&account, method),
        contact: reach::of(&account, account.contact),
    }))
}

/// A passkey is offered to whoever has just typed the password, has none, and has not declined one.
fn passkey_offer(account: &Account, method: Method) -> PasskeyOffer {
    let open = account.passkeys.is_empty() && account.passkey_declined.is_none();
    if method == Method::Email && open { PasskeyOffer::May } else { PasskeyOffer::MayNot }
}

/// The lock of the account's address refuses every method on devices that the account does not know, where the
/// service reads the help page that way. Resetting and registering are proofs of the mailbox: no lock refuses
/// them (R-LOCK-2, L3).
fn lock_refuses(ledger: &Ledger<'_>, account: &Account) -> bool {
    let locked = ledger.snapshot().address.as_ref().is_some_and(|address| {
        address.owner == Some(account.id) && address.guesses.locked_at.is_some()
    });
    match ledger.policy().lock_scope {
        LockScope::Password => false,
        LockScope::Account => locked && ledger.snapshot().device.is_none(),
    }
}

#[cfg(test)]
mod tests;
