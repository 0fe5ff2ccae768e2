//! An address and an identity, whether or not an account has them, and what guards them.
//!
//! Guards belong to the address, so that known and unknown walk one path (R-SIGNIN-4, R-RESET-6). Nothing in here
//! is ever made from what an account says of itself.

use alloc::vec::Vec;

use super::{CredentialId, Number, Purpose};
use crate::email::Email;
use crate::identity::{Identity, Provider};
use crate::values::{AccountId, ChallengeId, DeviceId, Instant, Line, Locale, TicketId};

/// An address, whether or not an account has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AddressState {
    /// The address as the command gave it.
    pub email: Email,
    /// Whose `email` method it is.
    pub owner: Option<AccountId>,
    /// How that account spells it: mail goes there, never to what was typed later (Always-5).
    pub stored: Option<Email>,
    /// The accounts that have it through a provider, oldest first (R-REG-3, R-RESET-8).
    pub holders: Vec<Holder>,
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

/// An account that has an address through a provider.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Holder {
    /// Whose.
    pub account: AccountId,
    /// Through which.
    pub provider: Provider,
    /// How it is spelt there.
    pub stored: Email,
    /// The language of the account.
    pub locale: Locale,
    /// Whether the account has an `email` method too, with another address.
    pub email: OwnEmail,
    /// From when on a code sets up an `email` method with this address (R-RESET-8).
    pub lost_from: Option<Instant>,
}

/// Whether an account has an `email` method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OwnEmail {
    /// It has.
    Has,
    /// It has not.
    None,
}

/// An identity, whether or not an account has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdentityState {
    /// Which.
    pub identity: Identity,
    /// Whose login method it is.
    pub owner: Option<AccountId>,
    /// Whose it was until lately, where that can be taken back.
    pub former: Option<Former>,
}

/// The account that had an identity until lately, and how long that can be taken back (R-METHOD-10,
/// R-WITHDRAW-2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Former {
    /// Which.
    pub account: AccountId,
    /// By a removal, or by a withdrawal.
    pub way: FormerWay,
    /// From when on it cannot be taken back.
    pub until: Instant,
}

/// How an account came to lose an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FormerWay {
    /// It was removed: an undo puts it back.
    Removed,
    /// The account was withdrawn: a restoration does.
    Withdrawn,
}

/// An identifier that can be only one account's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Claim {
    /// The address of an `email` method.
    Email(Email),
    /// A provider's identity.
    Identity(Identity),
    /// A passkey's credential id.
    Credential(CredentialId),
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
    /// An account has the address through a provider only: the mail says how it signs in (R-RESET-8).
    ProviderOnly,
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
