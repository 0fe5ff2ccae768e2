//! What happened to what a client holds of an account (`rules/grants`).
//!
//! As with every event: in the past tense, carried out without asking again.

use super::causes::{GrantCause, GrantEnd};
use crate::snapshot::{ClientGrant, GrantReach};
use crate::values::{AccountId, Digest, GrantId, Instant, Line, SessionId};

/// One change of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum GrantEvent {
    /// A client has redeemed an authorization code.
    Started {
        /// What it holds from now on.
        grant: ClientGrant,
        /// Whether the account had a grant of this client before.
        cause: GrantCause,
    },
    /// A refresh token was used for the first time.
    Used {
        /// Whose.
        account: AccountId,
        /// Which grant.
        grant: GrantId,
        /// How many of its tokens have been used with this one.
        used: i64,
        /// Digest of this one.
        live: Digest,
        /// When.
        at: Instant,
    },
    /// A client holds nothing any more.
    Ended {
        /// Whose.
        account: AccountId,
        /// Which grant.
        grant: GrantId,
        /// Which client.
        client: Line,
        /// The session in which it was given.
        session: SessionId,
        /// Whether it would have outlived that one.
        reach: GrantReach,
        /// Why.
        reason: GrantEnd,
        /// When.
        at: Instant,
    },
}
