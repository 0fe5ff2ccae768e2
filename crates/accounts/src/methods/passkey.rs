//! Passkeys: signing in without typing an address, showing one again, adding, naming and removing them (R-PASSKEY).
//!
//! ```text
//!  authenticator's answer, verified ──▶ question unspent ──▶ passkey known ──▶ the door, or a fresh proof
//!                                                     └──▶ made in this session, nobody's ──▶ added
//! ```
//!
//! Verified means: by the public key that the proof names. Adding is for the session that asked, with a fresh proof
//! (security.md G1, G11); what the browser makes by itself after a sign-in with the password need not have verified the
//! person.

use crate::command::{Creation, NewPasskey, PasskeyShown, Person};
use crate::event::{Event, RemovalCause, SessionCause};
use crate::kept::Added;
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::{admit, passkeys, session, undo};
use crate::snapshot::{ChangeKind, Method, Passkey, SessionKind};
use crate::values::{Line, PasskeyId};

/// Signs in with a passkey.
pub(crate) fn sign_in(
    ledger: &mut Ledger<'_>,
    shown: &PasskeyShown,
    kind: SessionKind,
) -> Result<Outcome, Reason> {
    if !sees_own_address(ledger) {
        return Ok(Outcome::Stale);
    }
    passkeys::spend(ledger, shown.ceremony)?;
    let method = passkeys::accept(ledger, shown)?;
    admit::admit(ledger, method, kind, SessionCause::SignedIn)
}

/// The address in question is the account's own, whose lock may refuse (R-LOCK-5).
fn sees_own_address(ledger: &Ledger<'_>) -> bool {
    let own = ledger.account().and_then(|account| account.email.as_ref());
    let seen = ledger.snapshot().address.as_ref();
    own.is_none_or(|method| seen.is_some_and(|address| address.email.same_as(&method.email)))
}

/// Shows a passkey again in the presented session.
pub(crate) fn prove(ledger: &mut Ledger<'_>, shown: &PasskeyShown) -> Result<Outcome, Reason> {
    let (session, account) = session::signed_in(ledger)?;
    let (session, account) = (session.id, account.id);
    passkeys::spend(ledger, shown.ceremony)?;
    let method = passkeys::accept(ledger, shown)?;
    let at = ledger.now();
    ledger.record(Event::SessionProved { account, session, method, at });
    Ok(Outcome::Fresh { until: at.plus(ledger.policy().fresh) })
}

/// Adds a passkey to the account of the presented session.
pub(crate) fn add(ledger: &mut Ledger<'_>, made: &NewPasskey) -> Result<Outcome, Reason> {
    let (session, account) = session::freshly_proved(ledger)?;
    if session.id != made.session {
        return Err(Reason::CeremonyGone);
    }
    let (by, before, proved_by) = (session.id, account.clone(), session.proved_by);
    passkeys::spend(ledger, made.ceremony)?;
    require_person(made, proved_by)?;
    let state = ledger.snapshot().credential.as_ref().ok_or(Reason::Mismatched)?;
    if state.credential != made.credential {
        return Err(Reason::Mismatched);
    }
    if state.owner.is_some() {
        return Err(Reason::CredentialTaken);
    }
    let most = usize::try_from(ledger.policy().passkeys).unwrap_or(usize::MAX);
    if before.passkeys.len() >= most {
        return Err(Reason::TooManyPasskeys);
    }
    let id = ledger.context().draws.passkey;
    let passkey = Passkey {
        id,
        credential: made.credential.clone(),
        key: made.key.clone(),
        name: made.name.clone(),
        aaguid: made.aaguid,
        transports: made.transports.clone(),
        backup: made.backup,
        counter: made.counter,
        added: Added { at: ledger.now(), by: Some(by) },
        used_at: None,
    };
    ledger.record(Event::PasskeyAdded { account: before.id, passkey });
    undo::note(ledger, &before, ChangeKind::PasskeyAdded(id));
    Ok(Outcome::PasskeyAdded(id))
}

/// Only what the browser makes by itself, right after the password was shown, may lack it (R-PASSKEY-2).
fn require_person(made: &NewPasskey, proved_by: Method) -> Result<(), Reason> {
    match (made.creation, made.person) {
        (Creation::Asked, Person::Verified) => Ok(()),
        (Creation::Upgrade, _) if proved_by == Method::Email => Ok(()),
        (Creation::Asked, Person::Unverified) | (Creation::Upgrade, _) => Err(Reason::PersonUnverified),
    }
}

/// Gives a passkey another name. It is a word for its member and no change of who gets in.
pub(crate) fn rename(
    ledger: &mut Ledger<'_>,
    passkey: PasskeyId,
    name: &Line,
) -> Result<Outcome, Reason> {
    let (_, account) = session::signed_in(ledger)?;
    let known = account.passkey(passkey).ok_or(Reason::NotFound)?;
    if known.name != *name {
        let account = account.id;
        ledger.record(Event::PasskeyRenamed { account, passkey, name: name.clone() });
    }
    Ok(Outcome::Done)
}

/// Removes a passkey at the wish of its member (R-PASSKEY-4).
pub(crate) fn remove(ledger: &mut Ledger<'_>, passkey: PasskeyId) -> Result<Outcome, Reason> {
    let (session, account) = session::freshly_proved(ledger)?;
    let (keep, before) = (session.id, account.clone());
    before.passkey(passkey).ok_or(Reason::NotFound)?;
    passkeys::remove(ledger, passkey, RemovalCause::Member, Some(keep));
    undo::note(ledger, &before, ChangeKind::PasskeyRemoved(passkey));
    Ok(Outcome::Done)
}

/// Declines the offer of a passkey, for good.
pub(crate) fn decline(ledger: &mut Ledger<'_>) -> Result<Outcome, Reason> {
    let (_, account) = session::signed_in(ledger)?;
    if account.passkey_declined.is_none() {
        let (account, at) = (account.id, ledger.now());
        ledger.record(Event::PasskeyDeclined { account, at });
    }
    Ok(Outcome::Done)
}
