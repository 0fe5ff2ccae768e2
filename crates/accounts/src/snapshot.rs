//! What a decision sees: a closed small world, loaded under lock and changed only by events.
//!
//! `Snapshot` holds the address a command is about (with its guess limit, also for addresses that nobody
//! owns, so that known and unknown walk one path), the account in question, the session and the flow that
//! the browser presented, and the network it came from. What is not in here cannot be decided on.

mod account;
mod address;
mod flow;
mod grant;
mod number;
mod passkey;
mod session;

use alloc::vec::Vec;

use crate::email::Email;
use crate::identity::Identity;
use crate::values::{AccountId, DeviceId, Digest, GrantId, Line};

pub use account::{
    Account, Addressed, EmailMethod, Link, LinkAddress, Lost, Method, PasswordRecord, Suspension,
    TermsAccepted, Withdrawal,
};
pub use address::{
    AddressState, Challenge, ChallengeKind, Claim, CodeTries, DeviceGuesses, Digits, Former, FormerWay,
    GuessLimit, Holder, IdentityState, Lane, NetworkTries, OwnEmail, Ticket,
};
pub use flow::{Bound, Flow, Grant, Intent, Purpose, Relay, Shown, Stage, Trip, Vouched};
pub use grant::{ClientGrant, GrantReach};
pub use number::{Change, ChangeKind, Number, NumberKind};
pub use passkey::{Backup, Ceremony, CredentialId, CredentialState, Passkey, PublicKey};
pub use session::{Device, Origin, Session, SessionKind};

/// Everything one decision may look at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Snapshot {
    /// The address the command is about.
    pub address: Option<AddressState>,
    /// The account in question: the named one; else the owner of the named identity or credential, which may be
    /// nobody; else,
    /// where no address is named, the flow's; else the owner of the address, which may be nobody; and only where
    /// neither address nor flow is named, the presented session's.
    pub account: Option<Account>,
    /// The live session whose secret was presented, whoever owns it.
    pub presented: Option<Session>,
    /// What hangs from the presented session, where that is another account's than the one in question.
    pub hanging: Vec<ClientGrant>,
    /// The device whose secret was presented, as `account` knows it.
    pub device: Option<DeviceId>,
    /// The multi-step flow whose secret was presented.
    pub flow: Option<Flow>,
    /// The trip to a provider whose state came back.
    pub trip: Option<Trip>,
    /// The provider's report that the scope named, where it was heard before.
    pub heard: Option<Line>,
    /// The identity the command is about, or else the flow's.
    pub identity: Option<IdentityState>,
    /// The credential id the command is about.
    pub credential: Option<CredentialState>,
    /// The challenge that the scope named, where it was answered before.
    pub spent: Option<Digest>,
    /// What the account's changes would put back and somebody else has proven since; loaded with its changes.
    pub elsewhere: Vec<Claim>,
    /// The network the request came from; loaded where its tries count.
    pub network: Option<NetworkTries>,
    /// The grant the command is about, over or not.
    pub grant: Option<ClientGrant>,
    /// Endpoints that owe the receipt of the account's withdrawal; loaded where the scope asked for them.
    pub awaited: Vec<Line>,
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
    /// Load this flow, and its address and identity where none is named.
    pub flow: Option<Digest>,
    /// Load the trip with this state.
    pub trip: Option<Digest>,
    /// Load this identity, and its owner's account where no account is named.
    pub identity: Option<Identity>,
    /// Load this credential id, and its owner's account where no account is named.
    pub credential: Option<CredentialId>,
    /// Look whether this challenge was answered before.
    pub ceremony: Option<Digest>,
    /// Look whether this report of a provider was heard before.
    pub report: Option<Line>,
    /// Load this network's tries.
    pub network: Option<Line>,
    /// Load the account's grant of this name.
    pub grant: Option<GrantId>,
    /// Load the numbers that were mailed to the address, and the account's changes.
    pub numbers: Numbers,
    /// Look which endpoints owe the receipt of the account's withdrawal.
    pub receipts: bool,
}

/// Which mailed numbers a decision may look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Numbers {
    /// None.
    #[default]
    Unasked,
    /// Those that undo a change or a withdrawal, and the account's changes.
    Undo,
    /// Those that say "this was not me", and the account's changes.
    NotMe,
    /// Those that say "I cannot use this provider any more".
    Lost,
}
