//! Numbers printed in mails, and the changes that some of them take back.
//!
//! A number is derived from its id and a key, never stored (R-RESET-9). A change keeps what was before it, and never
//! a password.

use super::Addressed;
use crate::kept::Methods;
use crate::values::{AccountId, ChangeId, Instant, NumberId, PasskeyId, SessionId};

/// A number printed in a mail: good once, for one thing, with the address it was sent to. Derived like a code,
/// never stored (R-RESET-9).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Number {
    /// Its id, from which the number is derived.
    pub id: NumberId,
    /// What it does.
    pub kind: NumberKind,
    /// To whose account.
    pub account: AccountId,
    /// Which key derives it.
    pub key: u32,
    /// When it was made.
    pub issued_at: Instant,
    /// From when on it is nothing.
    pub expires_at: Instant,
    /// When it was used, or taken away.
    pub spent_at: Option<Instant>,
}

/// What a number in a mail does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NumberKind {
    /// "This was not me", of one session (R-SIGNIN-6).
    NotMe(SessionId),
    /// Takes back one change and all that came after it (R-METHOD-10).
    Undo(ChangeId),
    /// Takes a withdrawal back (R-WITHDRAW-2).
    Restore,
    /// Says that the provider cannot be used any more (R-RESET-8).
    Lost,
}

/// A change that can be undone for a while (R-METHOD-10).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Change {
    /// Which.
    pub id: ChangeId,
    /// What.
    pub kind: ChangeKind,
    /// When.
    pub at: Instant,
    /// From when on it stays.
    pub until: Instant,
    /// By which session.
    pub by: Option<SessionId>,
    /// The login methods before it: what an undo puts back. It holds no password; none is ever revived.
    pub before: Methods,
}

/// What was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChangeKind {
    /// The password.
    Password,
    /// The address of the `email` method.
    Email,
    /// A login method was added.
    Added(Addressed),
    /// A login method was removed.
    Removed(Addressed),
    /// A passkey was added.
    PasskeyAdded(PasskeyId),
    /// A passkey was removed.
    PasskeyRemoved(PasskeyId),
    /// Another addressed method became the contact.
    Contact,
}
