//! What a connected site or app holds of an account: the family of refresh tokens that began with one authorization code
//! (RFC 6749, RFC 9700 4.14).
//!
//! No token is stored. A token says by itself which grant it is of and how many came before it; the grant keeps how far its
//! client has come, and the digest of the token that it came with, so that of two tokens with one number the first that is used
//! is the right one.

use super::Method;
use crate::values::{AccountId, Digest, GrantId, Instant, Line, SessionId};

/// One client's hold on an account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClientGrant {
    /// Its name, which is also that of the code it began with.
    pub id: GrantId,
    /// Whose account.
    pub account: AccountId,
    /// Which client.
    pub client: Line,
    /// The session in which it was given.
    pub session: SessionId,
    /// Whether it outlives that session.
    pub reach: GrantReach,
    /// What the client may ask for: scope values with a space between them.
    pub scope: Line,
    /// When a login method was last shown in that session before it was given (`auth_time`).
    pub proved_at: Instant,
    /// Which one that was (`amr`).
    pub proved_by: Method,
    /// When the code was redeemed.
    pub started_at: Instant,
    /// When a refresh token of it was last used for the first time.
    pub seen_at: Instant,
    /// How many of its refresh tokens have been used.
    pub used: i64,
    /// Digest of the last one that was; `None` before the first.
    pub live: Option<Digest>,
    /// Since when it is over. It is remembered for a while, so that its code stays used.
    pub ended_at: Option<Instant>,
}

/// Whether a grant outlives the session that it was given in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GrantReach {
    /// It ends with the session: a site in the same browser.
    Session,
    /// It is one with the session, which nobody else opens: an installation that signed in without a browser. Neither outlives
    /// the other.
    App,
    /// It goes on until it is revoked or not used any more (`offline_access`): an app.
    Offline,
}
