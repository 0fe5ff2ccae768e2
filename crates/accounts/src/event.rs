//! What happened: all that may change a snapshot. The auditor's one list.
//!
//! Events are in the past tense and total: `apply` carries out each of them without asking again. The store
//! writes each in the transaction of the decision.

mod causes;
mod grants;

use alloc::vec::Vec;

use crate::email::Email;
use crate::identity::{Identity, Provider};
use crate::kept::Methods;
use crate::snapshot::{
    Account, Addressed, Backup, Bound, Challenge, Change, CodeTries, Device, EmailMethod, Flow, Former,
    Grant, GuessLimit, Link, Lost, Method, NetworkTries, Number, Passkey, Purpose, Session, Suspension,
    TermsAccepted, Trip, Withdrawal,
};
use crate::values::{
    AccountId, ChallengeId, ChangeId, DeviceId, Digest, Instant, Line, Locale, NumberId, PasskeyId,
    PasswordHash, SessionId,
};

pub use causes::{
    DeviceEnd, GrantCause, GrantEnd, LinkChange, LockNotice, PasswordChange, RemovalCause,
    SessionCause, SessionEnd, Told, VoidCause,
};
pub use grants::GrantEvent;

/// One change, and what it means.
#[expect(
    clippy::large_enum_variant,
    reason = "a decision has a handful of them, and plain values read better"
)]
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
    GuessFailed { account: AccountId },
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
    NetworkTriesCounted { tries: NetworkTries },
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
    FlowStarted { flow: Flow },
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
    /// What was taken away for good is no longer among what an undo or a restoration puts back (I27).
    PicturesCut {
        /// Whose.
        account: AccountId,
        /// What was before which changes, from here on.
        changes: Vec<(ChangeId, Methods)>,
        /// What the withdrawal keeps from here on, where that changes.
        withdrawn: Option<Methods>,
    },
    /// All that was pending for an account (grants, changes) is cancelled (R-METHOD-7, R-RESET-7).
    PendingCancelled {
        /// Whose.
        account: AccountId,
        /// The epoch from here on.
        epoch: i64,
    },
    /// The account that a flow waited for has signed in.
    FlowBound {
        /// Which flow.
        flow: Digest,
        /// The account, and the session that may act.
        bound: Bound,
    },
    /// A trip to a provider began.
    TripStarted { trip: Trip },
    /// A trip is over, whatever it brought.
    TripEnded { state: Digest },
    /// The login method of a provider was added.
    LinkAdded {
        /// Whose.
        account: AccountId,
        /// The method.
        link: Link,
    },
    /// The login method of a provider was removed.
    LinkRemoved {
        /// Whose.
        account: AccountId,
        /// Which.
        provider: Provider,
        /// Why.
        cause: RemovalCause,
    },
    /// What is known of a provider's login method changed.
    LinkChanged {
        /// Whose.
        account: AccountId,
        /// The method as it is now.
        link: Link,
        /// What changed.
        change: LinkChange,
    },
    /// A passkey was added.
    PasskeyAdded {
        /// Whose.
        account: AccountId,
        /// The passkey.
        passkey: Passkey,
    },
    /// A passkey was removed.
    PasskeyRemoved {
        /// Whose.
        account: AccountId,
        /// Which.
        passkey: PasskeyId,
        /// What it was called.
        name: Line,
        /// Why.
        cause: RemovalCause,
    },
    /// A passkey has another name.
    PasskeyRenamed {
        /// Whose.
        account: AccountId,
        /// Which.
        passkey: PasskeyId,
        /// The name now.
        name: Line,
    },
    /// A passkey was shown.
    PasskeyUsed {
        /// Whose.
        account: AccountId,
        /// Which.
        passkey: PasskeyId,
        /// How often it has signed.
        counter: u32,
        /// Whether it stays on one device.
        backup: Backup,
        /// When.
        at: Instant,
    },
    /// A passkey was shown in a way that does not fit what is known of it, and refused (I27, security.md G5 and G10).
    PasskeyDoubted {
        /// Whose.
        account: AccountId,
        /// Which.
        passkey: PasskeyId,
    },
    /// The member does not want to be offered a passkey again.
    PasskeyDeclined {
        /// Whose.
        account: AccountId,
        /// When.
        at: Instant,
    },
    /// A challenge was answered: it is never answered again (security.md G8).
    CeremonySpent {
        /// Digest of the challenge.
        challenge: Digest,
        /// From when on it would be nothing anyway.
        expires_at: Instant,
    },
    /// The `email` method was added.
    EmailAdded {
        /// Whose.
        account: AccountId,
        /// The method, without a password.
        method: EmailMethod,
    },
    /// The `email` method was removed.
    EmailRemoved {
        /// Whose.
        account: AccountId,
        /// Why.
        cause: RemovalCause,
    },
    /// An identity was an account's until now, and can be had back for a while (R-METHOD-10, R-WITHDRAW-2).
    IdentityFreed {
        /// Which.
        identity: Identity,
        /// Whose, and for how long.
        former: Former,
    },
    /// Another addressed method is the contact.
    ContactChanged {
        /// Whose.
        account: AccountId,
        /// Which.
        contact: Addressed,
        /// Since when.
        since: Instant,
    },
    /// Login methods were put back as they were (R-METHOD-10, R-WITHDRAW-2).
    MethodsPutBack {
        /// Whose.
        account: AccountId,
        /// As they are now.
        methods: Methods,
    },
    /// Whoever reads an address's mailbox cannot use the provider, or can after all (R-RESET-8).
    LostNoted {
        /// Whose.
        account: AccountId,
        /// The wait; `None` when it is over.
        lost: Option<Lost>,
    },
    /// The member has ended the account.
    Withdrawn {
        /// Whose.
        account: AccountId,
        /// Since when, and until when it can be taken back.
        withdrawal: Withdrawal,
        /// Who is told, and how it is taken back.
        told: Vec<Told>,
    },
    /// A report of a provider was heard: it is never acted on again.
    ReportHeard {
        /// Its name.
        report: Line,
        /// When.
        at: Instant,
    },
    /// A withdrawal was taken back.
    Restored { account: AccountId },
    /// All that was personal of a withdrawn account is gone.
    Erased { account: AccountId },
    /// The member wants to see whether mail arrives.
    TestMailAsked { account: AccountId },
    /// All that is stored about the account was taken, by its member or by an operator (R-WITHDRAW-3).
    Exported { account: AccountId },
    /// A flow is over.
    FlowEnded { flow: Digest },
    /// An account came to be.
    AccountCreated { account: Account },
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
    /// What a client holds began, went on or is over.
    Grant(GrantEvent),
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
    },
    /// A code that was mailed to an address was read there: mail arrives.
    MailRead { email: Email },
    /// Mail to the address of the `email` method does not arrive, or does again (R-CONTACT-4).
    EmailReached {
        /// Whose.
        account: AccountId,
        /// Since when it does not; `None` where it does.
        unreachable_at: Option<Instant>,
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
    Resumed { account: AccountId },
}
