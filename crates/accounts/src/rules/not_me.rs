//! "This was not me": the number from the mail about a sign-in ends everything (R-SIGNIN-6).
//!
//! It needs no sign-in and gives none. Whoever reads the mailbox has shown less than a reset asks for and gets
//! less: what somebody else may hold is taken away, also the login methods which that session added, and the way on
//! is the reset or the provider. A suspension stays.

use alloc::vec::Vec;

use crate::command::TypedNumber;
use crate::event::{Event, RemovalCause, SessionEnd, VoidCause};
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::numbers::{self, Tried};
use crate::rules::revoke::{self, Keep};
use crate::rules::{link, passkeys, pictures, put_back};
use crate::snapshot::{Account, Addressed, NumberKind};
use crate::values::SessionId;

/// Ends every session, device, grant and pending change, removes what the session added, and makes the password
/// unusable.
pub(crate) fn report(ledger: &mut Ledger<'_>, typed: TypedNumber) -> Result<Outcome, Reason> {
    let number = match numbers::attempt(ledger, typed, |kind| matches!(kind, NumberKind::NotMe(_)))? {
        Tried::Good(number) => number,
        Tried::JustUsed(_) => return Ok(Outcome::TakenBack),
    };
    let account = ledger.account().filter(|a| a.id == number.account).cloned();
    let account = account.ok_or(Reason::Mismatched)?;
    let NumberKind::NotMe(session) = number.kind else {
        return Err(Reason::Mismatched);
    };
    let (id, at) = (account.id, ledger.now());
    ledger.record(Event::NumberSpent { number: number.id, at });
    remove_added(ledger, &account, session);
    revoke::password(ledger, id, VoidCause::NotMe)?;
    revoke::everything(ledger, id, Keep::default(), SessionEnd::NotMe);
    Ok(Outcome::TakenBack)
}

/// Removes what the session added. Where nothing with an address would be left, because it has removed the others, those
/// are put back first, as far as that is still known (R-METHOD-6).
fn remove_added(ledger: &mut Ledger<'_>, account: &Account, session: SessionId) {
    if is_all(account, &added_by(account, session)) {
        let first = account.changes.iter().find(|change| change.by == Some(session));
        let before = first.and_then(|c| put_back::still_free(ledger, account, &c.before).ok());
        if let Some(before) = before {
            put_back::methods(ledger, account, before);
        }
    }
    let Some(account) = ledger.account().cloned() else {
        return;
    };
    let added = added_by(&account, session);
    // What came back may hold what the session had added before: its first changes may be too old to be known.
    if !is_all(&account, &added) {
        for method in added {
            link::remove(ledger, method, RemovalCause::NotMe);
        }
    }
    for passkey in account.passkeys.iter().filter(|known| known.added.by == Some(session)) {
        passkeys::remove(ledger, passkey.id, RemovalCause::NotMe, None);
    }
    pictures::forget(ledger, |_, added| added.by == Some(session));
}

/// Whether these are all that have an address.
fn is_all(account: &Account, methods: &[Addressed]) -> bool {
    account.addressed().all(|method| methods.contains(&method))
}

fn added_by(account: &Account, session: SessionId) -> Vec<Addressed> {
    let email = account.email.as_ref().filter(|method| method.added.by == Some(session));
    let email = email.map(|_| Addressed::Email);
    let linked = account.links.iter().filter(|link| link.added.by == Some(session));
    email.into_iter().chain(linked.map(|link| Addressed::Provider(link.provider))).collect()
}
