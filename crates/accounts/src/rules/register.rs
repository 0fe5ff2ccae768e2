//! What every way to register shares: whether it is open, the terms, and the new account (R-SIGNIN-11, R-REG).

use alloc::vec::Vec;

use crate::context::Registration;
use crate::ledger::Ledger;
use crate::outcome::Reason;
use crate::snapshot::{Account, Addressed, TermsAccepted};
use crate::values::Line;

/// Refuses where nobody may register, on any surface (security.md D16).
pub(crate) fn require_open(ledger: &Ledger<'_>) -> Result<(), Reason> {
    match ledger.policy().registration {
        Registration::Open => Ok(()),
        Registration::Closed => Err(Reason::RegistrationClosed),
    }
}

/// Refuses where the terms in force were not the ones accepted.
pub(crate) fn require_terms(ledger: &Ledger<'_>, accepted: Option<&Line>) -> Result<(), Reason> {
    let wanted = ledger.policy().terms.as_ref();
    if wanted.is_some() && wanted != accepted { Err(Reason::TermsMissing) } else { Ok(()) }
}

/// A new account without a login method; the caller gives it the one that is its contact (R-METHOD-6).
pub(crate) fn new_account(ledger: &Ledger<'_>, contact: Addressed) -> Account {
    let now = ledger.now();
    let version = ledger.policy().terms.clone();
    Account {
        id: ledger.context().draws.account,
        created_at: now,
        display_name: Line::clean("", 0),
        locale: ledger.context().asker.locale,
        email: None,
        password_version: 0,
        links: Vec::new(),
        passkeys: Vec::new(),
        passkey_declined: None,
        contact,
        contact_since: now,
        suspended: None,
        withdrawn: None,
        lost: None,
        terms: version.map(|version| TermsAccepted { version, at: now }),
        epoch: 0,
        changes: Vec::new(),
        sessions: Vec::new(),
        devices: Vec::new(),
        grants: Vec::new(),
    }
}
