//! What a decision sees: a closed small world, loaded under lock and changed only by events.
//!
//! `Snapshot` holds the address a command is about (with its guess limit, also for addresses that nobody
//! owns, so that known and unknown walk one path), the account in question, the session and the flow that
//! the browser presented, and the network it came from. What is not in here cannot be decided on.

use alloc::vec::Vec;

use crate::email::Email;
use crate::values::{
    AccountId, ChallengeId, ChangeId, DeviceId, Digest, Instant, Line, Locale, NumberId, PasswordHash,
    SessionId, TicketId,
};

/// Everything one decision may look at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Snapshot {
    /// The address the command is about.
    pub address: Option<AddressState>,
    /// The account in question: the named one; else, where no address is named, the flow's; else the owner of
    /// the address, which may be nobody; and only where neither address nor flow is named, the presented
    /// session's.
    pub account: Option<Account>,
    /// The live session whose secret was presented, whoever owns it.
    pub presented: Option<Session>,
    /// The device whose secret was presented, as `account` knows it.
    pub device: Option<DeviceId>,
    /// The multi-step flow whose secret was presented.
    pub flow: Option<Flow>,
    /// The network the request came from; loaded where its tries count.
    pub network: Option<NetworkTries>,
}

/// The keys by which a snapshot is loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Scope {
    /// Load this address, its guards and its owner.
    pub address: Option<Email>,
    /// Load this account.
    pub account: Option<AccountId>,
    /// Load the session with this digest, and its account where no address, account or flow is named.
    pub session: Option<Digest>,
    /// Look this device up among the account's.
    pub device: Option<Digest>,
    /// Load this flow, and its address where none is named.
    pub flow: Option<Digest>,
    /// Load this network's tries.
    pub network: Option<Line>,
    /// Load the numbers that were mailed to the address, and the account's changes.
    pub numbers: Numbers,
}

/// Which mailed numbers a decision may look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Numbers {
    /// None.
    #[default]
    Unasked,
    /// Those that undo a change, and the account's changes.
    Undo,
    /// Those that say "this was not me".
    NotMe,
}

/// An address, whether or not an account has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AddressState {
    /// The address as the command gave it.
    pub email: Email,
    /// Whose `email` method it is.
    pub owner: Option<AccountId>,
    /// How that account spells it: mail goes there, never to what was typed later (Always-5).
    pub stored: Option<Email>,
    /// Password guesses at it (R-LOCK).
    pub guesses: GuessLimit,
    /// Wrong codes typed at it.
    pub code_tries: CodeTries,
    /// Until when no reset code is issued (R-RESET-4).
    pub cooling_until: Option<Instant>,
    /// Mails with codes, or in their place, of the last 24 hours; oldest first.
    pub challenges: Vec<Challenge>,
    /// Numbers that were mailed to it, as far as the scope asked for them; oldest first.
    pub numbers: Vec<Number>,
}

/// How many wrong passwords an address has taken, and who may still guess (R-SIGNIN-3, R-LOCK-4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct GuessLimit {
    /// Wrong guesses by strangers since the last owner's proof.
    pub wrong: u32,
    /// When the last of them was.
    pub last_wrong_at: Option<Instant>,
    /// Since when strangers are refused.
    pub locked_at: Option<Instant>,
    /// When the owner was last told of a lock.
    pub told_at: Option<Instant>,
    /// Guesses that are paid for and not settled.
    pub tickets: Vec<Ticket>,
    /// Known devices that have guessed wrong.
    pub devices: Vec<DeviceGuesses>,
}

/// A paid guess under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ticket {
    /// Its number.
    pub id: TicketId,
    /// Whose budget paid.
    pub lane: Lane,
    /// When.
    pub taken_at: Instant,
}

/// Whose budget a guess is paid from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lane {
    /// The one budget that everybody unknown shares.
    Strangers,
    /// A known device's own.
    Device(DeviceId),
}

/// Wrong guesses of one known device.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DeviceGuesses {
    /// The device.
    pub device: DeviceId,
    /// Wrong guesses since its last right one.
    pub wrong: u32,
    /// When the last was.
    pub last_wrong_at: Instant,
}

/// Wrong one-time codes typed at an address, counted by the day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CodeTries {
    /// Wrong codes in the running 24 hours.
    pub wrong: u32,
    /// When those began.
    pub since: Option<Instant>,
    /// Until when codes for this address have 16 digits.
    pub long_until: Option<Instant>,
}

/// Wrong one-time codes from one network.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NetworkTries {
    /// The network (IPv4 address, or IPv6 /64).
    pub network: Line,
    /// Wrong codes in the running window.
    pub wrong: u32,
    /// When the window began.
    pub since: Instant,
}

/// What a code is for. A code serves one purpose only (I10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Purpose {
    /// To prove an address before an account exists (R-REG-2).
    Register,
    /// To reset a forgotten password (R-RESET).
    Reset,
    /// To prove the new address of the `email` method (R-METHOD-8).
    ChangeEmail,
}

/// How long a code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Digits {
    /// The usual length.
    Twelve,
    /// After many wrong tries at the address.
    Sixteen,
}

/// Whether a mail carries a code or takes a code's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChallengeKind {
    /// A code that can be typed.
    Code,
    /// "You have an account already": counts like a code and matches nothing (R-REG-3).
    AccountExists,
    /// Nobody has the address: counts like a code, matches nothing, and no mail goes out (R-RESET-6).
    Nobody,
    /// The address was an account's until lately: the mail repeats the number that undoes it (R-METHOD-10).
    UndoOffered,
}

/// One mailed code. The code itself is derived from the id and a key, never stored (R-RESET-9).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Challenge {
    /// Its id, from which the code is derived.
    pub id: ChallengeId,
    /// What for.
    pub purpose: Purpose,
    /// Code, or a mail in its place.
    pub kind: ChallengeKind,
    /// Its length.
    pub digits: Digits,
    /// Which key derives it.
    pub key: u32,
    /// When it was asked for.
    pub issued_at: Instant,
    /// From when on it is nothing.
    pub expires_at: Instant,
    /// When it was used, or died with another.
    pub spent_at: Option<Instant>,
}

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
}

/// What was changed, and what an undo puts back.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// The password. An undo makes it unusable; it never revives one.
    Password,
    /// The address of the `email` method.
    Email {
        /// The address before.
        from: Email,
        /// When that one was proven.
        proven_at: Instant,
    },
}

/// A way through several steps, bound to one browser or app by a secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Flow {
    /// Digest of its secret.
    pub digest: Digest,
    /// What it is for.
    pub purpose: Purpose,
    /// The address that was typed.
    pub email: Email,
    /// How far it is.
    pub stage: Stage,
    /// Codes tried and found wrong in this browser.
    pub wrong: u32,
    /// When it began.
    pub started_at: Instant,
    /// From when on it is nothing.
    pub expires_at: Instant,
    /// Whose account it acts on, once that is known.
    pub bound: Option<Bound>,
    /// What the proven code has opened.
    pub grant: Option<Grant>,
}

/// The account that a flow acts on, as it was when the flow was bound to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bound {
    /// Which.
    pub account: AccountId,
    /// Its epoch then: where that has risen, the flow is over (R-METHOD-7, R-RESET-7).
    pub epoch: i64,
    /// The session that began it, where only that one may finish it (I21).
    pub session: Option<SessionId>,
}

/// What a verified reset code gives: the password form, once (R-RESET-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Grant {
    /// The code that was verified, and that opens the form again.
    pub code: ChallengeId,
    /// Digest of the secret that the newest form carries.
    pub form: Digest,
}

/// How far a flow is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Waiting for the code.
    Code,
    /// The address is proven.
    Proven,
}

/// An account with all that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Account {
    /// Who.
    pub id: AccountId,
    /// Since when.
    pub created_at: Instant,
    /// What the member wants to be called; may be empty.
    pub display_name: Line,
    /// The language we write in.
    pub locale: Locale,
    /// The `email` login method.
    pub email: Option<EmailMethod>,
    /// Which addressed method receives the service's mail (R-CONTACT).
    pub contact: Addressed,
    /// An operator's refusal of every method (R-LOCK-7).
    pub suspended: Option<Suspension>,
    /// The newest terms accepted.
    pub terms: Option<TermsAccepted>,
    /// Rises whenever all that is pending (grants, changes) is cancelled.
    pub epoch: i64,
    /// What can still be undone, oldest first, as far as the scope asked for it.
    pub changes: Vec<Change>,
    /// Live sessions, oldest first.
    pub sessions: Vec<Session>,
    /// Known devices, least recently used first.
    pub devices: Vec<Device>,
}

impl Account {
    /// The address that receives the service's mail. `None` cannot happen while R-METHOD-6 holds.
    #[must_use]
    pub fn contact_address(&self) -> Option<&Email> {
        match self.contact {
            Addressed::Email => self.email.as_ref().map(|method| &method.email),
        }
    }

    /// The password of the `email` method.
    #[must_use]
    pub fn password(&self) -> Option<&PasswordRecord> {
        self.email.as_ref().and_then(|method| method.password.as_ref())
    }
}

/// A login method that has a mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Addressed {
    /// Address and password.
    Email,
}

/// The ways to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// Address and password.
    Email,
}

/// Address and password.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EmailMethod {
    /// The address, as first proven.
    pub email: Email,
    /// When it was proven.
    pub proven_at: Instant,
    /// The number of the newest password, void or not. It never falls, so that a check against an old one can
    /// never fit a new one (I14).
    pub last_version: i64,
    /// The password; `None` while it is void.
    pub password: Option<PasswordRecord>,
}

/// A password hash and its number, by which a check that was made against another is told apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PasswordRecord {
    /// Rises with every new password or hash.
    pub version: i64,
    /// PHC string.
    pub hash: PasswordHash,
    /// When the member last chose it.
    pub set_at: Instant,
}

/// An operator's refusal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Suspension {
    /// Since when.
    pub at: Instant,
    /// The operator's words, for operators.
    pub reason: Line,
}

/// A version of the terms and when it was accepted (R-SIGNIN-11).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TermsAccepted {
    /// The service's name for the version.
    pub version: Line,
    /// When.
    pub at: Instant,
}

/// Browser or app: they live by different clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SessionKind {
    /// A browser's cookie.
    Browser,
    /// An app's bearer token.
    App,
}

/// One browser or app installation that is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Session {
    /// Its name.
    pub id: SessionId,
    /// Whose.
    pub account: AccountId,
    /// Digest of its secret.
    pub digest: Digest,
    /// Browser or app.
    pub kind: SessionKind,
    /// The device it runs on.
    pub device: DeviceId,
    /// By which method it was begun.
    pub method: Method,
    /// When it was begun.
    pub started_at: Instant,
    /// When it was last used (kept to the hour).
    pub seen_at: Instant,
    /// When a login method was last shown in it (fresh proof).
    pub proved_at: Instant,
    /// Where it was begun.
    pub origin: Origin,
}

/// A browser or app installation that has signed in before.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Device {
    /// Its name within the account.
    pub id: DeviceId,
    /// Digest of the secret it keeps.
    pub digest: Digest,
    /// What it calls itself.
    pub label: Line,
    /// When it first signed in.
    pub first_at: Instant,
    /// When it last did.
    pub last_at: Instant,
}

/// Where a request came from, as shown to the member.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The client's network address.
    pub address: Line,
    /// Kind of device and browser, or the app's name.
    pub label: Line,
}
