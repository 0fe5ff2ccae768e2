//! Passkeys joined to an account, shown, and parted from it again (R-PASSKEY, I26, I27).
//!
//! ```text
//!  question ──▶ answered once ──▶ known passkey, counter ahead ──▶ shown: the door, or a fresh proof
//!                            └──▶ credential nobody has ────────▶ added, told, can be undone
//! ```
//!
//! A passkey is no addressed method: it never makes an account and never keeps one (R-METHOD-6).

use alloc::vec::Vec;

use crate::command::PasskeyShown;
use crate::event::{Event, RemovalCause, SessionEnd};
use crate::ledger::Ledger;
use crate::outcome::Reason;
use crate::rules::session;
use crate::snapshot::{Account, Backup, Ceremony, Method, Passkey};
use crate::values::{PasskeyId, SessionId};

/// Uses up the question that was answered. It is answered once, and not after its time (security.md G8).
pub(crate) fn spend(ledger: &mut Ledger<'_>, ceremony: Ceremony) -> Result<(), Reason> {
    let spent = ledger.snapshot().spent == Some(ceremony.challenge);
    if spent || ceremony.expires_at <= ledger.now() {
        return Err(Reason::CeremonyGone);
    }
    let Ceremony { challenge, expires_at } = ceremony;
    ledger.record(Event::CeremonySpent { challenge, expires_at });
    Ok(())
}

/// Takes what a passkey of the account in question has shown, and keeps its counter.
pub(crate) fn accept(ledger: &mut Ledger<'_>, shown: &PasskeyShown) -> Result<Method, Reason> {
    let account = ledger.account().filter(|account| account.withdrawn.is_none());
    let known =
        account.and_then(|account| own(account, shown).map(|known| (account.id, known.clone())));
    let (account, known) = known.ok_or(Reason::PasskeyUnknown)?;
    let passkey = known.id;
    if !fits(&known, shown.counter, shown.backup) {
        ledger.record(Event::PasskeyDoubted { account, passkey });
        return Err(Reason::PasskeyDoubtful);
    }
    let (counter, backup, at) = (shown.counter, shown.backup, ledger.now());
    ledger.record(Event::PasskeyUsed { account, passkey, counter, backup, at });
    Ok(Method::Passkey(passkey))
}

fn own<'a>(account: &'a Account, shown: &PasskeyShown) -> Option<&'a Passkey> {
    account.passkey(shown.passkey).filter(|known| known.credential == shown.credential)
}

/// A counter that has not moved ahead is a copy's, unless the authenticator does not count (WebAuthn Level 3
/// section 7.2, step 22); whether a passkey can be synced never changes (step 17).
fn fits(known: &Passkey, counter: u32, backup: Backup) -> bool {
    let uncounted = known.counter == 0 && counter == 0;
    let ahead = uncounted || counter > known.counter;
    ahead && known.backup.is_eligible() == backup.is_eligible()
}

/// Takes a passkey away, for whatever cause. Sessions that were begun with it end with it, but for `keep`.
pub(crate) fn remove(
    ledger: &mut Ledger<'_>,
    passkey: PasskeyId,
    cause: RemovalCause,
    keep: Option<SessionId>,
) {
    let Some(account) = ledger.account().cloned() else {
        return;
    };
    let Some(known) = account.passkey(passkey) else {
        return;
    };
    let name = known.name.clone();
    ledger.record(Event::PasskeyRemoved { account: account.id, passkey, name, cause });
    let method = Method::Passkey(passkey);
    let begun = account.sessions.iter().filter(|s| s.method == method && Some(s.id) != keep);
    for session in begun.map(|session| session.id).collect::<Vec<_>>() {
        session::end_by_rule(ledger, account.id, session, SessionEnd::MethodGone);
    }
}
