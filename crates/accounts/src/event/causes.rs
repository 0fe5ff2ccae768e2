//! Why something happened, and who is told: the words that events use.
//!
//! A cause never changes what an event does to a snapshot; it decides which line and which letter it becomes.

use alloc::vec::Vec;

use crate::email::Email;
use crate::values::{Instant, NumberId};

/// Whether a lock is told by mail (R-LOCK-3: at most once in 24 hours).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LockNotice {
    /// Tell the owner now.
    Tell,
    /// The owner was told lately, or there is none.
    Quiet,
}

/// What a session began with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionCause {
    /// A new account: a welcome mail (R-REG-6).
    Registered,
    /// A sign-in: a notice (R-SIGNIN-5).
    SignedIn,
    /// A new password was set through the reset: the notice says so (R-RESET-7).
    Reset,
}

/// Why a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionEnd {
    /// Signed out in it.
    SignedOut,
    /// Ended from another one.
    Ended,
    /// The browser signed in again (R-SIGNIN-7).
    Replaced,
    /// The password was changed (R-METHOD-7).
    PasswordChanged,
    /// The password was reset (R-RESET-7).
    Reset,
    /// Somebody said "this was not me" (R-SIGNIN-6).
    NotMe,
    /// A change was undone (R-METHOD-10).
    Undone,
    /// The login method it was begun with was removed, or its provider ended it.
    MethodGone,
    /// The account was withdrawn (R-WITHDRAW-1).
    Withdrawn,
    /// An operator did it.
    Operator,
    /// Its time was over.
    Lapsed,
    /// The account has too many.
    Crowded,
}

/// Whether a client is new to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GrantCause {
    /// It held nothing before.
    Connected,
    /// It holds something more.
    Again,
}

/// Why a client holds nothing any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GrantEnd {
    /// The client gave it back (RFC 7009).
    Revoked,
    /// The session it hung from is over, for this reason.
    Session(SessionEnd),
    /// The member ended it.
    Ended,
    /// The same installation holds another one in its place.
    Replaced,
    /// Its code was shown a second time (RFC 6749 4.1.2).
    CodeReplayed,
    /// A refresh token was shown after another one had taken its place (RFC 9700 4.14.2).
    TokenReplayed,
    /// The account has too many.
    Crowded,
    /// Its time was over.
    Lapsed,
}

/// Why a device is not known any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeviceEnd {
    /// The member forgot it.
    Forgotten,
    /// It guessed wrong too often (R-LOCK-4).
    GuessedWrong,
    /// The password was changed.
    PasswordChanged,
    /// The password was reset.
    Reset,
    /// Somebody said "this was not me".
    NotMe,
    /// A change was undone.
    Undone,
    /// The account was withdrawn.
    Withdrawn,
    /// The account knows enough younger ones, or it was unused too long.
    Outlived,
}

/// A new password, or the same one hashed anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PasswordChange {
    /// The member chose another.
    Chosen,
    /// Set through the reset.
    Reset,
    /// The first of an `email` method that was added.
    Added,
    /// The parameters were raised.
    Rehashed,
}

/// Why a login method was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RemovalCause {
    /// The member did it; the change is noted, and told with it (R-METHOD-5).
    Member,
    /// The member did not tick it after a reset (R-RESET-7).
    Unticked,
    /// The session that had added it was not the member's (R-SIGNIN-6).
    NotMe,
    /// The provider reports that it is over (I35).
    Provider,
}

/// What changed of a provider's login method.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LinkChange {
    /// Its address, which follows the provider (R-METHOD-9).
    Address {
        /// The one before.
        from: Option<Email>,
    },
    /// Whether mail to its address arrives (R-CONTACT-4).
    Reach,
    /// Whether its provider lets anybody come in by it (I35).
    Held,
}

/// Why a password is void.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum VoidCause {
    /// A reset code was verified.
    Reset {
        /// Until when the new one can be set, and from when on a new code can be had.
        until: Instant,
    },
    /// Somebody said "this was not me".
    NotMe,
    /// A change was undone.
    Undone {
        /// The addresses that the account had until then, and that the undo took away.
        left: Vec<Email>,
    },
    /// The account was withdrawn, so that no restoration revives it.
    Withdrawn,
    /// A withdrawal was taken back.
    Restored,
    /// The `email` method was removed.
    Removed,
}

/// One address that is told of a change.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Told {
    /// Which.
    pub to: Email,
    /// The number with which it can take the change back, where it has that right.
    pub number: Option<NumberId>,
}
