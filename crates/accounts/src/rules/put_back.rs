//! Login methods put back as they were, as far as they are still free (R-METHOD-10, R-WITHDRAW-2).
//!
//! What somebody else has proven since does not come back, and an account is never left without a method that has
//! an address (R-METHOD-6). A provider's method that never went away stays as it is now: its address follows the
//! provider, not the undo. No password is revived.

use alloc::vec::Vec;

use crate::email::Email;
use crate::event::{Event, VoidCause};
use crate::kept::Methods;
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::revoke;
use crate::snapshot::{Account, Claim, Link, Passkey};
use crate::values::NumberId;

/// Those of `kept` that the account can have back.
pub(crate) fn still_free(
    ledger: &Ledger<'_>,
    account: &Account,
    kept: &Methods,
) -> Result<Methods, Reason> {
    let elsewhere = ledger.snapshot().elsewhere.as_slice();
    let email_taken = |email: &Email| {
        elsewhere.iter().any(|claim| matches!(claim, Claim::Email(other) if other.same_as(email)))
    };
    let taken = |link: &Link| elsewhere.contains(&Claim::Identity(link.identity.clone()));
    let held = |passkey: &Passkey| elsewhere.contains(&Claim::Credential(passkey.credential.clone()));
    let as_now = |link: &Link| {
        let now = account.links.iter().find(|known| known.identity == link.identity);
        now.unwrap_or(link).clone()
    };
    let mut methods = Methods {
        email: kept.email.clone().filter(|method| !email_taken(&method.email)),
        links: kept.links.iter().filter(|link| !taken(link)).map(as_now).collect(),
        passkeys: kept.passkeys.iter().filter(|p| !held(p)).map(|p| last_known(account, p)).collect(),
        contact: kept.contact,
        contact_since: kept.contact_since,
    };
    let first = methods.addressed().next().ok_or(Reason::NothingLeft)?;
    let holds = methods.addressed().any(|method| method == methods.contact);
    if !holds {
        methods.contact = first;
        methods.contact_since = ledger.now();
    }
    Ok(methods)
}

/// A passkey as it was last seen: its counter never falls, also where it was used after the picture was taken (I27).
fn last_known(account: &Account, kept: &Passkey) -> Passkey {
    let withdrawn = account.withdrawn.iter().flat_map(|withdrawal| &withdrawal.methods.passkeys);
    let changed = account.changes.iter().rev().flat_map(|change| &change.before.passkeys);
    let mut seen = account.passkeys.iter().chain(withdrawn).chain(changed);
    seen.find(|known| known.id == kept.id).unwrap_or(kept).clone()
}

/// Puts them back and names the addresses that the account has lost by it.
pub(crate) fn methods(ledger: &mut Ledger<'_>, account: &Account, methods: Methods) -> Vec<Email> {
    let before = Methods::of(account);
    let stays = |email: &Email| methods.addresses().any(|other| other.same_as(email));
    let left = before.addresses().filter(|email| !stays(email)).cloned().collect();
    if methods != before {
        ledger.record(Event::MethodsPutBack { account: account.id, methods });
    }
    if account.withdrawn.is_some() {
        ledger.record(Event::Restored { account: account.id });
    }
    left
}

/// Takes a withdrawal back. It signs nobody in: the way on is the reset, or the provider.
pub(crate) fn restore(
    ledger: &mut Ledger<'_>,
    account: &Account,
    number: Option<NumberId>,
) -> Result<Outcome, Reason> {
    let withdrawal = account.withdrawn.as_ref().ok_or(Reason::NumberSpent)?;
    if withdrawal.until <= ledger.now() {
        return Err(Reason::NumberExpired);
    }
    let back = still_free(ledger, account, &withdrawal.methods)?;
    let (since, at) = (withdrawal.at, ledger.now());
    if let Some(number) = number {
        ledger.record(Event::NumberSpent { number, at });
    }
    methods(ledger, account, back);
    revoke::password(ledger, account.id, VoidCause::Restored)?;
    ledger.record(Event::NumbersVoided { account: account.id, since, at });
    Ok(Outcome::Restored)
}
