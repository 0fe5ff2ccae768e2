//! What a member says about themself: name, language, and the terms they accepted.

use crate::event::Event;
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::session;
use crate::snapshot::TermsAccepted;
use crate::values::{Line, Locale};

/// Changes what is given and leaves the rest.
pub(crate) fn change(
    ledger: &mut Ledger<'_>,
    display_name: Option<&Line>,
    locale: Option<Locale>,
) -> Result<Outcome, Reason> {
    let (_, account) = session::signed_in(ledger)?;
    let display_name = display_name.unwrap_or(&account.display_name).clone();
    let locale = locale.unwrap_or(account.locale);
    if display_name != account.display_name || locale != account.locale {
        let account = account.id;
        ledger.record(Event::ProfileChanged { account, display_name, locale });
    }
    Ok(Outcome::Done)
}

/// Records that the version in force was accepted; another version than that is refused (R-SIGNIN-11).
pub(crate) fn accept_terms(ledger: &mut Ledger<'_>, version: &Line) -> Result<Outcome, Reason> {
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
