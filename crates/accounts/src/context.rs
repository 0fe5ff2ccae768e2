//! What a decision cannot know by itself: the time, fresh draws, the policy, and who is asking from where.
//!
//! The core reads no clock and rolls no dice. Everything random is drawn beforehand, whether it is used or
//! not, so that a decision is a plain function and can be repeated.

use alloc::vec::Vec;

use crate::notices::Endpoint;
use crate::snapshot::Origin;
use crate::values::{
    AccountId, ChallengeId, ChangeId, DecisionId, DeviceId, Digest, Instant, Line, Locale, Millis,
    NumberId, PasskeyId, SessionId, TicketId,
};

/// Everything a decision gets beside the snapshot and the command.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The time of the decision: the database's clock.
    pub now: Instant,
    /// Fresh ids and digests.
    pub draws: &'a Draws,
    /// Bounds and switches.
    pub policy: &'a Policy,
    /// Who asks from where.
    pub asker: &'a Asker,
}

/// Who asks from where.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Asker {
    /// As shown to the member.
    pub origin: Origin,
    /// The network that per-network bounds count.
    pub network: Line,
    /// The language the asker reads.
    pub locale: Locale,
    /// A member's browser or app, or an operator's command.
    pub actor: Actor,
}

/// On whose behalf something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Actor {
    /// A visitor or member.
    Visitor,
    /// An operator at the command line.
    Operator,
    /// genkan itself.
    System,
}

/// Fresh ids and digests for one decision, each used at most once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Draws {
    /// The decision.
    pub decision: DecisionId,
    /// A new account.
    pub account: AccountId,
    /// A new session.
    pub session: SessionId,
    /// Digest of the new session's secret.
    pub session_digest: Digest,
    /// A new known device.
    pub device: DeviceId,
    /// Digest of the secret the device keeps (a new one, or the one it presented).
    pub device_digest: Digest,
    /// Digest of a new flow's secret.
    pub flow_digest: Digest,
    /// Digest of the secret that a password form carries (R-RESET-5).
    pub form_digest: Digest,
    /// Digest of a new trip's state.
    pub trip_state: Digest,
    /// Digest of the secret that keeps a trip to its browser (a new one, or the one it presented).
    pub trip_browser: Digest,
    /// A new passkey.
    pub passkey: PasskeyId,
    /// A new mailed code.
    pub challenge: ChallengeId,
    /// New numbers in mails, one for each address that gets one.
    pub numbers: [NumberId; NUMBERS_DRAWN],
    /// A new change that can be undone.
    pub change: ChangeId,
    /// The key that derives new codes and numbers.
    pub code_key: u32,
    /// A new guess.
    pub ticket: TicketId,
}

/// How many numbers one decision can mail: an account has at most two addresses that a change is told to, and a
/// withdrawal is told to those it had lately.
pub const NUMBERS_DRAWN: usize = 8;

/// The bounds and switches of the rules.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Policy {
    /// Whether anybody may register (R-SIGNIN-11).
    pub registration: Registration,
    /// The version of the terms that must be accepted.
    pub terms: Option<Line>,
    /// How long a code lives.
    pub code_life: Millis,
    /// The least time between two mails of one kind to one address.
    pub code_gap: Millis,
    /// How many codes of one purpose may be alive at an address.
    pub codes_alive: u32,
    /// From this mail of 24 hours on, only one may be alive.
    pub codes_day: u32,
    /// After a verified reset code: how long no new one is issued, and how long the new password can be set
    /// (R-RESET-4 and 5).
    pub reset_cooldown: Millis,
    /// How long a "this was not me" number is good (R-SIGNIN-6).
    pub not_me_life: Millis,
    /// How long a change can be undone, and how long an address must have been there to have that right
    /// (R-METHOD-10).
    pub undo_life: Millis,
    /// How many undo numbers for password changes an address may hold; later mails repeat the newest.
    pub undo_numbers: u32,
    /// How long a trip to a provider may take.
    pub trip_life: Millis,
    /// How long an identity in hand waits for its account to sign in (R-REG-5).
    pub offer_life: Millis,
    /// How many passkeys an account may have.
    pub passkeys: u32,
    /// How long somebody who cannot use the provider any more waits (R-RESET-8).
    pub lost_wait: Millis,
    /// How long a withdrawal can be taken back (R-WITHDRAW-2).
    pub withdraw_grace: Millis,
    /// Wrong codes in one browser.
    pub tries_per_flow: u32,
    /// Wrong codes from one network within `tries_window`.
    pub tries_per_network: u32,
    /// The window of `tries_per_network`.
    pub tries_window: Millis,
    /// Wrong codes at an address within 24 hours after which codes get longer.
    pub tries_until_long: u32,
    /// What a lock refuses (R-LOCK-5).
    pub lock_scope: LockScope,
    /// Wrong passwords by strangers until the lock.
    pub guesses: u32,
    /// Wrong passwords a known device has of its own.
    pub guesses_per_device: u32,
    /// How long a guess may be under way before it counts as wrong.
    pub ticket_life: Millis,
    /// After this long without a wrong guess a count below the limit is forgotten.
    pub guesses_forgotten: Millis,
    /// The least time between two mails about a lock.
    pub lock_told_gap: Millis,
    /// A browser session ends after this long without use.
    pub browser_idle: Millis,
    /// A browser session ends after this long in any case.
    pub browser_total: Millis,
    /// An app session ends after this long without use.
    pub app_idle: Millis,
    /// How long a fresh proof is fresh.
    pub fresh: Millis,
    /// How often a session's last use is written down.
    pub seen_step: Millis,
    /// How many sessions an account may have; the oldest ends first.
    pub sessions: u32,
    /// How many grants clients may hold of an account; the oldest ends first.
    pub grants: u32,
    /// How many devices stay known.
    pub devices: u32,
    /// How long a device stays known without use.
    pub device_life: Millis,
    /// The service's endpoints that are told what happens to accounts.
    pub endpoints: Vec<Endpoint>,
    /// Clients that are told when the session is over in which they were given something (OpenID Connect Back-Channel Logout).
    pub logouts: Vec<Line>,
    /// How long what endpoints have received is kept.
    pub announcements_kept: Millis,
    /// How long an erasure that is due waits at most for receipts (R-WITHDRAW-2).
    pub receipts_wait: Millis,
}

impl Policy {
    /// Whether an erasure waits for an endpoint.
    #[must_use]
    pub fn awaits_receipts(&self) -> bool {
        self.endpoints.iter().any(Endpoint::owes_receipts)
    }
}

/// What a lock refuses on devices that the account does not know (R-LOCK-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LockScope {
    /// The password: what can be guessed.
    Password,
    /// Every method.
    Account,
}

/// Whether new accounts are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Registration {
    /// Anybody may register.
    Open,
    /// Nobody may, on any surface.
    Closed,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            registration: Registration::Open,
            terms: None,
            code_life: Millis::minutes(30),
            code_gap: Millis::seconds(60),
            codes_alive: 3,
            codes_day: 10,
            reset_cooldown: Millis::minutes(30),
            not_me_life: Millis::days(7),
            undo_life: Millis::hours(72),
            undo_numbers: 20,
            trip_life: Millis::minutes(10),
            offer_life: Millis::minutes(10),
            passkeys: 20,
            lost_wait: Millis::hours(24),
            withdraw_grace: Millis::days(30),
            tries_per_flow: 10,
            tries_per_network: 100,
            tries_window: Millis::minutes(30),
            tries_until_long: 100,
            lock_scope: LockScope::Password,
            guesses: 10,
            guesses_per_device: 5,
            ticket_life: Millis::seconds(30),
            guesses_forgotten: Millis::days(30),
            lock_told_gap: Millis::days(1),
            browser_idle: Millis::days(30),
            browser_total: Millis::days(400),
            app_idle: Millis::days(90),
            fresh: Millis::minutes(10),
            seen_step: Millis::minutes(60),
            sessions: 50,
            grants: 100,
            devices: 10,
            device_life: Millis::days(400),
            endpoints: Vec::new(),
            logouts: Vec::new(),
            announcements_kept: Millis::days(30),
            receipts_wait: Millis::days(30),
        }
    }
}
