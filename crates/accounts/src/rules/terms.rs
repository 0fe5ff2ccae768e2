//! The terms of use: which version is in force, who has accepted it, and when (R-SIGNIN-11).

use crate::context::Policy;
use crate::event::Event;
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason, TermsState};
use crate::rules::session;
use crate::snapshot::{Account, TermsAccepted};
use crate::values::Line;

/// Whether the version in force waits to be accepted by this account.
#[must_use]
pub fn state(account: &Account, policy: &Policy) -> TermsState {
    let wanted = policy.terms.as_ref();
    let accepted = account.terms.as_ref().map(|terms| &terms.version);
    if wanted.is_none() || wanted == accepted { TermsState::Accepted } else { TermsState::Due }
}

/// Records that the version in force was accepted; another version than that is refused (R-SIGNIN-11).
pub(crate) fn accept(ledger: &mut Ledger<'_>, version: &Line) -> Result<Outcome, Reason> {
    let (_, account) = session::signed_in(ledger)?;
    if ledger.policy().terms.as_ref() != Some(version) {
        return Err(Reason::TermsMissing);
    }
    if account.terms.as_ref().map(|terms| &terms.version) != Some(version) {
        let terms = TermsAccepted { version: version.clone(), at: ledger.now() };
        let account = account.id;
        ledger.record(Event::TermsAccepted { account, terms });
    }
    Ok(Outcome::Done)
}
