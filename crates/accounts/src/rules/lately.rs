//! What was added lately and may be a stranger's (R-RESET-7, R-METHOD-7).
//!
//! Whoever has just shown the mailbox is asked which of it stays. What an account began with is not in question.

use crate::context::Policy;
use crate::snapshot::{Account, Link, Method, Passkey};
use crate::values::Instant;

/// The providers that some session added within the last 72 hours.
pub fn added<'a>(
    account: &'a Account,
    now: Instant,
    policy: &Policy,
) -> impl Iterator<Item = &'a Link> + use<'a> {
    let life = policy.undo_life;
    account.links.iter().filter(move |link| link.added.by.is_some() && now < link.added.at.plus(life))
}

/// The passkeys that some session added within the last 72 hours.
pub fn passkeys<'a>(
    account: &'a Account,
    now: Instant,
    policy: &Policy,
) -> impl Iterator<Item = &'a Passkey> + use<'a> {
    let life = policy.undo_life;
    account
        .passkeys
        .iter()
        .filter(move |known| known.added.by.is_some() && now < known.added.at.plus(life))
}

/// All of them, as ways to sign in.
pub fn methods<'a>(
    account: &'a Account,
    now: Instant,
    policy: &Policy,
) -> impl Iterator<Item = Method> + use<'a> {
    let linked = added(account, now, policy).map(|link| Method::Provider(link.provider));
    linked.chain(passkeys(account, now, policy).map(|known| Method::Passkey(known.id)))
}
