//! Taking away what somebody else may hold: sessions, known devices, and whatever is pending.
//!
//! A new password, a reset, "this was not me" and an undo all end the same things; here is the one list of them
//! (R-METHOD-7, R-RESET-7, R-SIGNIN-6, I16). What is kept is named, never guessed.

use crate::event::{DeviceEnd, Event, SessionEnd, VoidCause};
use crate::ledger::Ledger;
use crate::outcome::Reason;
use crate::rules::{codes, session};
use crate::snapshot::Purpose;
use crate::values::{AccountId, DeviceId, SessionId};

/// What stays.
#[derive(Clone, Copy, Default)]
pub(crate) struct Keep {
    /// This session.
    pub(crate) session: Option<SessionId>,
    /// This known device.
    pub(crate) device: Option<DeviceId>,
}

/// Ends the account's sessions and forgets its known devices, but for what stays; cancels every grant and
/// pending change, and kills the reset codes in the mailbox (B6).
pub(crate) fn everything(ledger: &mut Ledger<'_>, account: AccountId, keep: Keep, why: SessionEnd) {
    session::end_all(ledger, account, keep.session, why);
    session::forget_all(ledger, account, keep.device, device_end(why));
    let epoch = ledger.account().map_or(0, |a| a.epoch).saturating_add(1);
    ledger.record(Event::PendingCancelled { account, epoch });
    codes_of(ledger, account);
}

/// Kills the reset codes at the address in question, where it is the account's.
pub(crate) fn codes_of(ledger: &mut Ledger<'_>, account: AccountId) {
    if ledger.snapshot().address.as_ref().is_some_and(|address| address.owner == Some(account)) {
        codes::kill(ledger, Purpose::Reset);
    }
}

/// Makes the password unusable. What was checked against it before fits nothing any more (I14).
pub(crate) fn password(
    ledger: &mut Ledger<'_>,
    account: AccountId,
    cause: VoidCause,
) -> Result<(), Reason> {
    let version = ledger.account().ok_or(Reason::Mismatched)?.password_version.saturating_add(1);
    let at = ledger.now();
    ledger.record(Event::PasswordVoided { account, version, cause, at });
    Ok(())
}

const fn device_end(why: SessionEnd) -> DeviceEnd {
    match why {
        SessionEnd::Reset => DeviceEnd::Reset,
        SessionEnd::NotMe => DeviceEnd::NotMe,
        SessionEnd::Undone => DeviceEnd::Undone,
        SessionEnd::Withdrawn => DeviceEnd::Withdrawn,
        SessionEnd::PasswordChanged
        | SessionEnd::SignedOut
        | SessionEnd::Ended
        | SessionEnd::Replaced
        | SessionEnd::MethodGone
        | SessionEnd::Operator
        | SessionEnd::Lapsed
        | SessionEnd::Crowded => DeviceEnd::PasswordChanged,
    }
}
