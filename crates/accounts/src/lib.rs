//! The account rules of genkan, and nothing else.
//!
//! `decide` looks at a `Snapshot` and a `Command` and answers with an `Outcome`, the `Event`s that make it
//! true, and the activity lines and mails that follow from them. `apply` carries an event out on a snapshot.
//! Both are total, pure functions: no I/O, no clock, no dice, no dependency. Production runs exactly these
//! functions inside one database transaction, and the model checker runs exactly these functions over every
//! interleaving, so the rules that are proven are the rules that are served.
//!
//! Inside: `methods` (the ways in) may use `rules` (what every way in shares), which use the nouns
//! (`snapshot`, `command`, `context`, `event`, `outcome`), which use `values`. A method never uses a method,
//! and only `rules/admit` starts a session.

#![cfg_attr(
    not(test),
    deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)
)]
#![cfg_attr(not(test), deny(clippy::wildcard_enum_match_arm))]
#![no_std]

extern crate alloc;

mod apply;
mod command;
mod context;
mod decide;
mod email;
mod event;
mod identity;
mod kept;
mod ledger;
mod methods;
mod notices;
mod outcome;
pub mod rules;
mod snapshot;
mod values;

pub use apply::apply;
pub use command::{
    Command, Creation, Guess, NewPasskey, News, PasskeyShown, Person, RedeemedCode, ShownToken,
    TripErrand, TypedCode, TypedNumber, Verdict,
};
pub use context::{Actor, Asker, Context, Draws, LockScope, NUMBERS_DRAWN, Policy, Registration};
pub use decide::{Decision, decide};
pub use email::Email;
pub use event::{
    DeviceEnd, Event, GrantCause, GrantEnd, GrantEvent, LinkChange, LockNotice, PasswordChange,
    RemovalCause, SessionCause, SessionEnd, Told, VoidCause,
};
pub use identity::{Identity, Provider};
pub use kept::{Added, KeptEmail, Methods};
pub use notices::{
    Activity, ActivityKind, Announced, Announcement, AnnouncementKind, Because, Endpoint, Mail,
    MailKind, PasswordState, client_of, told_client,
};
pub use outcome::{
    AddressNeed, IdentityNeeds, Outcome, PasskeyOffer, Public, Reach, Reason, Seen, TermsState, Welcome,
};
pub use snapshot::{
    Account, AddressState, Addressed, Backup, Bound, Ceremony, Challenge, ChallengeKind, Change,
    ChangeKind, Claim, ClientGrant, CodeTries, CredentialId, CredentialState, Device, DeviceGuesses,
    Digits, EmailMethod, Flow, Former, FormerWay, Grant, GrantReach, GuessLimit, Holder, IdentityState,
    Intent, Lane, Link, LinkAddress, Lost, Method, NetworkTries, Number, NumberKind, Numbers, Origin,
    OwnEmail, Passkey, PasswordRecord, PublicKey, Purpose, Relay, Scope, Session, SessionKind, Shown,
    Snapshot, Stage, Suspension, TermsAccepted, Ticket, Trip, Vouched, Withdrawal,
};
pub use values::{
    AccountId, ChallengeId, ChangeId, DecisionId, DeviceId, Digest, GrantId, Instant, Line, Locale,
    Millis, NumberId, PasskeyId, PasswordHash, SessionId, TicketId,
};
