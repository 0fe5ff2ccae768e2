//! Who is signed in where, and which devices an account knows.
//!
//! A session's secret is held by its browser or app alone; here is its digest (R-SESSION-3).

use super::Method;
use crate::values::{AccountId, DeviceId, Digest, Instant, Line, SessionId};

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
    /// Which one that was.
    pub proved_by: Method,
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
