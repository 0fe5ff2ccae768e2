//! How many mails anybody can cause at an address without proof (R-RESET-2).
//!
//! At most a few alive at a time, a minute apart, and from the 10th in 24 hours on at most one. A request is
//! left without a mail only while an earlier one is still good, so no stranger can use up an owner's codes,
//! and there is no other quota.

use crate::context::Policy;
use crate::snapshot::{Challenge, Purpose};
use crate::values::{Instant, Millis};

/// Purposes that share one bound.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Mails that anybody can cause without proof, but the reset's.
    Others,
}

const fn class_of(purpose: Purpose) -> Class {
    match purpose {
        Purpose::Register => Class::Others,
    }
}

/// Whether a mail for `purpose` may go to the address with these mails of the last 24 hours.
pub(crate) fn allows(sent: &[Challenge], purpose: Purpose, now: Instant, policy: &Policy) -> bool {
    let of_class = || sent.iter().filter(|mail| class_of(mail.purpose) == class_of(purpose));
    let newer_than =
        |length: Millis| of_class().filter(move |m| now < m.issued_at.plus(length)).count();
    let in_gap = newer_than(policy.code_gap);
    let alive = newer_than(policy.code_life);
    let in_a_day = newer_than(Millis::days(1)).saturating_add(1);
    let may_live = if in_a_day >= count(policy.codes_day) { 1 } else { count(policy.codes_alive) };
    in_gap == 0 && alive < may_live
}

fn count(bound: u32) -> usize {
    usize::try_from(bound).unwrap_or(usize::MAX)
}
