//! What an undo or a restoration would put back, when some of it was taken away for good (R-SIGNIN-6, R-RESET-7).
//!
//! "This was not me", and a reset, remove what a stranger may have added. A number of an older change must not bring it
//! back: neither the stranger's way in, nor a passkey whose newest counter nobody remembers (I27).

use alloc::vec::Vec;

use crate::event::Event;
use crate::kept::{Added, Methods};
use crate::ledger::Ledger;
use crate::snapshot::{Account, Method};

/// Takes out of the pictures what `gone` says and the account does not have (any more).
pub(crate) fn forget(ledger: &mut Ledger<'_>, gone: impl Fn(Method, Added) -> bool) {
    let Some(account) = ledger.account() else {
        return;
    };
    let here = Methods::of(account);
    let cut = |picture: &Methods| {
        let rest = picture.retaining(|method, added| !gone(method, added) || here.has(method, added));
        (rest != *picture).then_some(rest)
    };
    let changes = account.changes.iter().filter_map(|change| Some((change.id, cut(&change.before)?)));
    let changes = changes.collect::<Vec<_>>();
    let withdrawn = account.withdrawn.as_ref().and_then(|withdrawal| cut(&withdrawal.methods));
    if !changes.is_empty() || withdrawn.is_some() {
        let account = account.id;
        ledger.record(Event::PicturesCut { account, changes, withdrawn });
    }
}

/// As they were added, those of `methods` that the account has.
pub(crate) fn as_added(account: &Account, methods: &[Method]) -> Vec<(Method, Added)> {
    let all = Methods::of(account);
    all.each().filter(|(method, _)| methods.contains(method)).collect()
}
