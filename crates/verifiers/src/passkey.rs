//! Ways in by a passkey: the relying party of WebAuthn Level 3.
//!
//! What a browser or an app sends is read strictly ([`Creation`], [`Assertion`]), then judged against a
//! [`RelyingParty`] and a challenge that was opened before ([`open`]). What comes out are bytes and enums; whose
//! passkey that is, whether its counter may stand there and whether the challenge was spent is decided elsewhere.
//! No attestation is asked for, so none is believed (`docs/decisions/0019`).
//!
//! What must never happen here: a message believed in part, an origin compared by anything but its whole text, a
//! key of an algorithm that was not offered, anything of a message in an error or a log line.

mod asserted;
mod authenticator_data;
mod cbor;
mod challenge;
mod client_data;
mod cose;
mod created;
mod edwards;
mod message;
mod names;
mod options;
mod origins;
mod refusal;

pub use asserted::{Asserted, Assertion, Known};
pub use authenticator_data::Backup;
pub use challenge::{
    Ceremony, Challenge, ChallengeFault, ChallengeRefusal, OpenedChallenge, issue, open,
};
pub use cose::Algorithm;
pub use created::{Created, Creation};
pub use message::Transport;
pub use names::authenticator_name;
pub use options::{CreationOptions, Excluded, RequestOptions, User};
pub use origins::{RelyingParty, RelyingPartyFault, UserVerification, android_origin};
pub use refusal::Refusal;

/// How a passkey came to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mediation {
    /// The person asked for it and the device's dialogue was shown.
    Ordinary,
    /// The browser made it by itself after a sign-in with a password (`mediation: "conditional"`): the person may
    /// have been neither asked nor verified (WebAuthn §5.1.3).
    Conditional,
}
