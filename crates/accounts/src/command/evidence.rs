//! Evidence as a command carries it: verified, and naming what it was checked against.

use crate::email::Email;
use crate::snapshot::{Backup, Ceremony, CredentialId, GrantReach, Method, PublicKey};
use crate::values::{
    ChallengeId, Digest, GrantId, Instant, Line, NumberId, PasskeyId, PasswordHash, SessionId, TicketId,
};

/// What a trip to a provider is begun for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TripErrand {
    /// To sign in or register.
    SignIn,
    /// To add the identity to one's account.
    Link,
    /// To show the method again (fresh proof).
    Prove,
}

/// What a provider reports of an identity (security.md 2.6).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum News {
    /// The person's sign-ins there were ended.
    SessionsRevoked,
    /// The person has ended the connection with this service.
    ConsentRevoked,
    /// The person's account there is no more.
    Purged,
    /// The person's account there is in wrong hands.
    Hijacked,
    /// It is in order again.
    Enabled,
    /// Mail to this address is not passed on any more.
    AddressOff(Email),
    /// Mail to this address is passed on again.
    AddressOn(Email),
}

/// What a passkey has shown: facts, already verified with its public key (WebAuthn Level 3 section 7.2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PasskeyShown {
    /// The passkey whose key it was checked with.
    pub passkey: PasskeyId,
    /// Its credential id.
    pub credential: CredentialId,
    /// How often it has signed, as it says.
    pub counter: u32,
    /// Whether it stays on one device, as it says.
    pub backup: Backup,
    /// The question it has answered.
    pub ceremony: Ceremony,
}

/// What an authenticator has made: facts, already verified (WebAuthn Level 3 section 7.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NewPasskey {
    /// Its credential id.
    pub credential: CredentialId,
    /// Its public key.
    pub key: PublicKey,
    /// What its member calls it.
    pub name: Line,
    /// Which kind of authenticator made it; zeroes where it does not say.
    pub aaguid: [u8; 16],
    /// How it can be reached, as the browser said.
    pub transports: Line,
    /// Whether it stays on one device.
    pub backup: Backup,
    /// How often it has signed.
    pub counter: u32,
    /// Whether the authenticator has verified the person (UV).
    pub person: Person,
    /// How it came to be made.
    pub creation: Creation,
    /// The session that asked for it, and that alone may add it (security.md G1).
    pub session: SessionId,
    /// The question it has answered.
    pub ceremony: Ceremony,
}

/// Whether an authenticator has verified the person (WebAuthn Level 3 section 6.1: the flag UV).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Person {
    /// By a finger, a face or a code of its own.
    Verified,
    /// It has not.
    Unverified,
}

/// How a passkey came to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Creation {
    /// The member asked for it.
    Asked,
    /// The browser made it by itself after a sign-in with the password (R-PASSKEY-2).
    Upgrade,
}

/// A paid password guess and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Guess {
    /// The ticket that paid for it.
    pub ticket: TicketId,
    /// The password version it was checked against; `None` when there was none (a dummy hash was computed,
    /// which can match nothing).
    pub against: Option<i64>,
    /// Whether it matched.
    pub verdict: Verdict,
    /// The same password hashed anew, where the stored hash has outdated parameters.
    pub rehash: Option<PasswordHash>,
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It matched.
    Right,
    /// It did not.
    Wrong,
}

/// A typed code, compared with every code of the address and purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TypedCode {
    /// It is this one's number (alive or not: the rules decide).
    Matches(ChallengeId),
    /// It is nobody's.
    Unknown,
}

/// A typed number, compared with every number that was mailed to the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TypedNumber {
    /// It is this one (good or not: the rules decide).
    Matches(NumberId),
    /// It is nobody's.
    Unknown,
}

/// An authorization code that is ours, for this client, this redirect URI and this verifier.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RedeemedCode {
    /// Its name, by which it is used once.
    pub grant: GrantId,
    /// Which client it was given to.
    pub client: Line,
    /// Which client shows it.
    pub shown_by: Line,
    /// The session in which it was given.
    pub session: SessionId,
    /// Whether what it gives outlives that session.
    pub reach: GrantReach,
    /// What it gives: scope values with a space between them.
    pub scope: Line,
    /// When a login method was last shown before it was given.
    pub proved_at: Instant,
    /// Which one that was.
    pub proved_by: Method,
    /// From when on it is nothing.
    pub expires_at: Instant,
}

/// A refresh token that is ours. That it is the right one is for the rules to say.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ShownToken {
    /// The client that shows it.
    pub client: Line,
    /// How many of its grant were before it, and itself.
    pub number: i64,
    /// Digest of the whole token.
    pub digest: Digest,
}
