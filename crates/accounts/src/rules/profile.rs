//! What a member says about themself, and what is told them of themself: name, language, all that is stored.

use crate::event::Event;
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::session;
use crate::values::{Line, Locale};

/// Notes that the member takes all that is stored (R-WITHDRAW-3): who does so in somebody else's session is seen by it (Always 4).
pub(crate) fn note_export(ledger: &mut Ledger<'_>) -> Result<Outcome, Reason> {
    let (_, account) = session::signed_in(ledger)?;
    let account = account.id;
    ledger.record(Event::Exported { account });
    Ok(Outcome::Done)
}

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
