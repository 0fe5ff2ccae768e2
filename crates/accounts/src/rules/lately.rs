//! What was added lately and may be a stranger's (R-RESET-7, R-METHOD-7).
//!
//! Whoever has just shown the mailbox is asked which of it stays. What an account began with is not in question.

use crate::context::Policy;
use crate::snapshot::{Account, Link};
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
