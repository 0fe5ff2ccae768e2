//! What a decision sees: a closed small world, loaded under lock and changed only by events.
//!
//! `Snapshot` holds the address a command is about (with its guess limit, also for addresses that nobody
//! owns, so that known and unknown walk one path), the account in question, the session and the flow that
//! the browser presented, and the network it came from. What is not in here cannot be decided on.

use alloc::vec::Vec;

use crate::email::Email;
use crate::values::{
    AccountId, ChallengeId, DeviceId, Digest, Instant, Line, Locale, PasswordHash, SessionId, TicketId,
};

/// Everything one decision may look at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Snapshot {
    /// The address the command is about.
    pub address: Option<AddressState>,
    /// The account in question: the named one; else the owner of the address, which may be nobody; and only where no address is named, the presented session's.
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
}

/// An address, whether or not an account has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AddressState {
    /// The address as the command gave it.
    pub email: Email,
    /// Whose `email` method it is.
    pub owner: Option<AccountId>,
    /// Password guesses at it (R-LOCK).
    pub guesses: GuessLimit,
    /// Wrong codes typed at it.
    pub code_tries: CodeTries,
    /// Mails with codes, or in their place, of the last 24 hours; oldest first.
    pub challenges: Vec<Challenge>,
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
