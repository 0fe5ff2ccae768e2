//! What a member says about themself: name and language.

use crate::event::Event;
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::session;
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
