//! How many mails anybody can cause at an address without proof (R-RESET-2).
//!
//! At most a few alive at a time, a minute apart, and from the 10th in 24 hours on at most one. A request is
//! left without a mail only while an earlier one is still good, or after a code was verified, so no stranger can
//! use up an owner's codes, and there is no other quota. Resets have a bound of their own: what else anybody can
//! cause does not use it up.

use crate::context::Policy;
use crate::snapshot::{AddressState, Challenge, Purpose};
use crate::values::{Instant, Millis};

/// Purposes that share one bound.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Reset codes.
    Reset,
    /// The other mails that anybody can cause without proof.
    Others,
}

const fn class_of(purpose: Purpose) -> Class {
    match purpose {
        Purpose::Reset => Class::Reset,
        Purpose::Register
        | Purpose::ChangeEmail
        | Purpose::AddEmail
        | Purpose::RegisterIdentity
        | Purpose::Offer => Class::Others,
    }
}

/// Whether a mail for `purpose` may go to the address.
pub(crate) fn allows(address: &AddressState, purpose: Purpose, now: Instant, policy: &Policy) -> bool {
    let cools = address.cooling_until.is_some_and(|until| now < until);
    if purpose == Purpose::Reset && cools {
        return false;
    }
    let of_class =
        || address.challenges.iter().filter(|mail| class_of(mail.purpose) == class_of(purpose));
    let newer_than =
        |length: Millis| of_class().filter(move |mail| now < mail.issued_at.plus(length)).count();
    // What was used, or died, is no code in the mailbox.
    let is_alive = |mail: &&Challenge| mail.spent_at.is_none() && now < mail.expires_at;
    let alive = of_class().filter(is_alive).count();
    let in_a_day = newer_than(Millis::days(1)).saturating_add(1);
    let may_live = if in_a_day >= count(policy.codes_day) { 1 } else { count(policy.codes_alive) };
    newer_than(policy.code_gap) == 0 && alive < may_live
}

fn count(bound: u32) -> usize {
    usize::try_from(bound).unwrap_or(usize::MAX)
}
