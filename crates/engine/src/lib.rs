//! The counter: the only place where time, dice, disk, evidence and rules meet.
//!
//! A route hands in an `Attempt` (raw evidence) and a `Visitor` (what the browser or app presented) and gets
//! an `Answer`. Between them runs one loop (`execute`): pay, load, check, decide and commit. Reads for pages
//! are in `query`. Mail leaves by `deliver`, what is over is swept by `maintenance`. Nothing here knows
//! HTTP, and no secret leaves but to the one who is to keep it.

#![cfg_attr(
    not(test),
    deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)
)]

mod announcement;
mod answer;
mod attempt;
mod clients;
mod clock;
mod codes;
mod cursor;
mod deliver;
mod desk;
mod dice;
mod engine;
mod evidence;
mod execute;
mod fault;
mod herald;
mod heralds;
mod hooks;
mod label;
mod letters;
mod logout;
mod maildir;
mod maintenance;
mod openid;
mod own_methods;
mod passkeys;
mod password;
mod providers;
mod query;
mod rate_limit;
mod record;
mod reports;
mod returns;
mod secret;
mod signing;
mod tally;
mod trips;
mod visitor;
mod way_back;

pub use announcement::{announcement_id, id_text as announcement_text, notice_of};
pub use answer::{Answer, Refusal, Signed};
pub use attempt::Attempt;
pub use clients::{
    ACCOUNT, Client, Clients, Pkce, ReadClient, Trust, fresh_client_secret, read_clients,
};
pub use clock::Clock;
pub use desk::{Desk, Operation};
pub use engine::{Engine, EngineOptions, Limits, MailOptions, PasswordOptions, Running};
pub use fault::Fault;
pub use herald::Endpoint;
pub use hooks::Hooked;
pub use label::label_of;
pub use logout::LOGOUT_TYP;
pub use openid::{
    ACCESS_TYP, Asked, GrantRefusal, Holder, ID_TYP, Issued, OpenIdOptions, Proof, Redeemed, ShownCode,
    Wish, claims, means,
};
pub use passkeys::{PasskeyAsked, PasskeyErrand, Passkeys, authenticator_of};
pub use providers::Providers;
pub use query::{ActivityPage, Lately, Overview, Readiness};
pub use rate_limit::{Allowance, network_of};
pub use record::Record;
pub use reports::Hearing;
pub use returns::{Heard, HookKeys, NamedReport, ReturnOptions, Returns, mail_id};
pub use secret::Secret;
pub use signing::{KeyFace, KeyState, Keyring, LONGEST_TOKEN, OldKeys, SigningOptions};
pub use store::Sighting;
pub use trips::{Arrival, Brought, Departed, Departure, FollowedAddress, Return};
pub use verifiers::openid::{
    AuthSession, ClientSecret, HeldSecret, PROOF_ALGORITHMS, PUSHED_PREFIX, Step, is_challenge,
    thumbprint_bytes,
};
pub use verifiers::signing::{Algorithm, JwkSet};
pub use visitor::Visitor;
