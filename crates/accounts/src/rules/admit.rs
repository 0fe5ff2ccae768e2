//! The one door: every way in ends here, and every session is asked for here (R-LOCK-7, R-SIGNIN-5 and 7).
//!
//! A method comes with its proof already accepted. The door asks what holds for all methods alike: is the
//! account suspended? Only then is a session begun. Nothing else in the house may call `session::start`.

use crate::event::{Event, SessionCause};
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason, Welcome};
use crate::rules::{session, terms};
use crate::snapshot::{Method, SessionKind};

/// Lets the account in question in by `method`, or refuses it.
pub(crate) fn admit(
    ledger: &mut Ledger<'_>,
    method: Method,
    kind: SessionKind,
    cause: SessionCause,
) -> Result<Outcome, Reason> {
    let account = ledger.account().cloned().ok_or(Reason::Mismatched)?;
    if account.suspended.is_some() {
        ledger.record(Event::SignInRefused { account: account.id, method });
        return Err(Reason::Suspended);
    }
    let session = session::start(ledger, method, kind, cause)?;
    Ok(Outcome::Welcome(Welcome {
        account: account.id,
        session: session.id,
        device: session.device,
        expires_at: session::expires_at(&session, ledger.policy()),
        terms: terms::state(&account, ledger.policy()),
    }))
}
