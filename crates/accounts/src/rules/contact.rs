//! Which addressed method's address the service writes to (R-CONTACT).
//!
//! Only a method whose address is proven can be it, and it is always one of the account's own (R-METHOD-6, I2).

use crate::event::Event;
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::{session, undo};
use crate::snapshot::{Addressed, ChangeKind};

/// Makes another addressed method the contact (R-CONTACT-1). The old and the new address are told (R-METHOD-3).
pub(crate) fn choose(ledger: &mut Ledger<'_>, contact: Addressed) -> Result<Outcome, Reason> {
    let (_, account) = session::freshly_proved(ledger)?;
    let before = account.clone();
    if !before.addressed().any(|method| method == contact) {
        return Err(Reason::NotFound);
    }
    if before.contact != contact {
        let since = ledger.now();
        ledger.record(Event::ContactChanged { account: before.id, contact, since });
        undo::note(ledger, &before, ChangeKind::Contact);
    }
    Ok(Outcome::Done)
}

/// Sends a mail to the contact, so that the member sees whether it arrives (R-CONTACT-3).
pub(crate) fn test(ledger: &mut Ledger<'_>) -> Result<Outcome, Reason> {
    let (_, account) = session::signed_in(ledger)?;
    let account = account.id;
    ledger.record(Event::TestMailAsked { account });
    Ok(Outcome::Done)
}
