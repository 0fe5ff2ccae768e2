//! What happened: all that may change a snapshot. The auditor's one list.
//!
//! Events are in the past tense and total: `apply` carries out each of them without asking again. The store
//! writes each in the transaction of the decision.

use crate::email::Email;
use crate::snapshot::{
    Account, Challenge, CodeTries, Device, Flow, GuessLimit, Method, NetworkTries, Purpose, Session,
    Suspension, TermsAccepted,
};
use crate::values::{
    AccountId, ChallengeId, DeviceId, Digest, Instant, Line, Locale, PasswordHash, SessionId,
};

/// One change, and what it means.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// The guess limit of an address changed: paid, settled, forgotten or set back.
    GuessesCounted {
        /// Which address.
        email: Email,
        /// The limit as it is now.
        limit: GuessLimit,
    },
    /// A password guess was wrong, at an account.
    GuessFailed {
        /// Whose.
        account: AccountId,
    },
    /// Strangers are refused from now on (R-LOCK-1).
    Locked {
        /// The address.
        email: Email,
        /// Its owner, if it has one.
        account: Option<AccountId>,
        /// Whether the owner is told by mail now.
        notice: LockNotice,
    },
    /// The lock was lifted by an owner's proof or an operator.
    Unlocked {
        /// The address.
        email: Email,
        /// Its owner, if it has one.
        account: Option<AccountId>,
    },
    /// Wrong codes at an address were counted.
    CodeTriesCounted {
        /// The address.
        email: Email,
        /// The count as it is now.
        tries: CodeTries,
    },
    /// Wrong codes from a network were counted.
    NetworkTriesCounted {
        /// The count as it is now.
        tries: NetworkTries,
    },
    /// A code, or a mail in its place, was issued.
    ChallengeIssued {
        /// To which address.
        email: Email,
        /// Whose account that is, if anybody's.
        owner: Option<AccountId>,
        /// The code.
        challenge: Challenge,
    },
    /// A code was used or died.
    ChallengeSpent {
        /// At which address.
        email: Email,
        /// Which.
        challenge: ChallengeId,
        /// When.
        at: Instant,
    },
    /// A way through several steps began.
    FlowStarted {
        /// The flow.
        flow: Flow,
    },
    /// A wrong code was typed in a flow.
    FlowTried {
        /// Which flow.
        flow: Digest,
        /// Wrong codes so far.
        wrong: u32,
    },
    /// The address of a flow was proven.
    FlowProven {
        /// Which flow.
        flow: Digest,
        /// For what.
        purpose: Purpose,
        /// Until when the next step can be taken.
        expires_at: Instant,
    },
    /// A flow is over.
    FlowEnded {
        /// Which flow.
        flow: Digest,
    },
    /// An account came to be.
    AccountCreated {
        /// The account, without sessions and devices.
        account: Account,
    },
    /// Somebody is signed in.
    SessionStarted {
        /// The session.
        session: Session,
        /// By registering or by signing in.
        cause: SessionCause,
    },
    /// A session is over.
    SessionEnded {
        /// Whose.
        account: AccountId,
        /// Which.
        session: SessionId,
        /// Why.
        reason: SessionEnd,
    },
    /// A session was used.
    SessionSeen {
        /// Whose.
        account: AccountId,
        /// Which.
        session: SessionId,
        /// When.
        at: Instant,
    },
    /// A login method was shown again in a session.
    SessionProved {
        /// Whose.
        account: AccountId,
        /// Which.
        session: SessionId,
        /// By which method.
        method: Method,
        /// When.
        at: Instant,
    },
    /// A device signed in: it is known from now on.
    DeviceKnown {
        /// To whom.
        account: AccountId,
        /// The device.
        device: Device,
    },
    /// A device is not known any more.
    DeviceForgotten {
        /// To whom.
        account: AccountId,
        /// Which.
        device: DeviceId,
        /// Why.
        reason: DeviceEnd,
    },
    /// A valid method was shown, and refused all the same.
    SignInRefused {
        /// Whose.
        account: AccountId,
        /// By which method.
        method: Method,
    },
    /// The password hash was replaced.
    PasswordSet {
        /// Whose.
        account: AccountId,
        /// The new number.
        version: i64,
        /// The new hash.
        hash: PasswordHash,
        /// A new password, or the same one hashed anew.
        change: PasswordChange,
        /// When.
        at: Instant,
    },
    /// Name or language changed.
    ProfileChanged {
        /// Whose.
        account: AccountId,
        /// The name now.
        display_name: Line,
        /// The language now.
        locale: Locale,
    },
    /// A version of the terms was accepted.
    TermsAccepted {
        /// By whom.
        account: AccountId,
        /// Which and when.
        terms: TermsAccepted,
    },
    /// An operator refuses every method.
    Suspended {
        /// Whose.
        account: AccountId,
        /// Since when and why.
        suspension: Suspension,
    },
    /// The suspension was lifted.
    Resumed {
        /// Whose.
        account: AccountId,
    },
}

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
    /// An operator did it.
    Operator,
    /// Its time was over.
    Lapsed,
    /// The account has too many.
    Crowded,
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
    /// The account knows enough younger ones, or it was unused too long.
    Outlived,
}

/// A new password, or the same one hashed anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PasswordChange {
    /// The member chose another.
    Chosen,
    /// The parameters were raised.
    Rehashed,
}
