//! What happened: all that may change a snapshot. The auditor's one list.
//!
//! Events are in the past tense and total: `apply` carries out each of them without asking again. The store
//! writes each in the transaction of the decision.

use alloc::vec::Vec;

use crate::email::Email;
use crate::snapshot::{
    Account, Bound, Challenge, Change, CodeTries, Device, Flow, Grant, GuessLimit, Method,
    NetworkTries, Number, Purpose, Session, Suspension, TermsAccepted,
};
use crate::values::{
    AccountId, ChallengeId, ChangeId, DeviceId, Digest, Instant, Line, Locale, NumberId, PasswordHash,
    SessionId,
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
        /// The number that the mail repeats.
        number: Option<NumberId>,
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
        /// Whose account it acts on from here on.
        bound: Option<Bound>,
        /// What it opens.
        grant: Option<Grant>,
    },
    /// The password form of a proven flow was opened again; an older form is worth nothing (R-RESET-5).
    FormOpened {
        /// Which flow.
        flow: Digest,
        /// Digest of the secret that the new form carries.
        form: Digest,
    },
    /// A reset code was verified: no new one at this address for a while (R-RESET-4).
    ResetCoolingDown {
        /// At which address.
        email: Email,
        /// Until when.
        until: Instant,
    },
    /// A number was made for a mail.
    NumberIssued {
        /// To which address.
        email: Email,
        /// The number.
        number: Number,
    },
    /// A number was used.
    NumberSpent {
        /// Which.
        number: NumberId,
        /// When.
        at: Instant,
    },
    /// An undo took away all younger numbers of an account, at whatever address (R-METHOD-10).
    NumbersVoided {
        /// Whose.
        account: AccountId,
        /// Made since when.
        since: Instant,
        /// When.
        at: Instant,
    },
    /// A change was made that can be undone, and its mails are due.
    ChangeNoted {
        /// Whose.
        account: AccountId,
        /// The change.
        change: Change,
        /// Who is told.
        told: Vec<Told>,
    },
    /// Changes were taken back.
    ChangesUndone {
        /// Whose.
        account: AccountId,
        /// Which.
        changes: Vec<ChangeId>,
    },
    /// All that was pending for an account (grants, changes) is cancelled (R-METHOD-7, R-RESET-7).
    PendingCancelled {
        /// Whose.
        account: AccountId,
        /// The epoch from here on.
        epoch: i64,
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
        /// By registering, signing in or resetting.
        cause: SessionCause,
        /// The "this was not me" number that its mail carries.
        number: Option<NumberId>,
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
    /// The password is void: nothing matches it (R-RESET-3).
    PasswordVoided {
        /// Whose.
        account: AccountId,
        /// The number that no check fits.
        version: i64,
        /// Why.
        cause: VoidCause,
        /// When.
        at: Instant,
    },
    /// The `email` method has another address.
    EmailChanged {
        /// Whose.
        account: AccountId,
        /// The address now.
        email: Email,
        /// When it was proven.
        proven_at: Instant,
        /// By a code, or by an undo.
        cause: EmailCause,
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
    /// The password was reset.
    Reset,
    /// Somebody said "this was not me".
    NotMe,
    /// A change was undone.
    Undone,
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
    /// The parameters were raised.
    Rehashed,
}

/// Why the `email` method has another address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EmailCause {
    /// The member has proven the new one.
    Proven,
    /// An undo has put the old one back.
    Undone,
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
        /// The address that the account had until then, where the undo took it away.
        left: Option<Email>,
    },
}

/// One address that is told of a change.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Told {
    /// Which.
    pub to: Email,
    /// The number with which it can take the change back, where it has that right.
    pub number: Option<NumberId>,
}
