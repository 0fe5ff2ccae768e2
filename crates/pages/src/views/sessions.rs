//! ログイン中の端末: where the member is signed in, and which devices are known.
//!
//! Device names come from what browsers and apps say about themselves: plain text from outside,
//! shortened and cleaned when shown, never trusted.

use serde::Serialize;

use super::View;

/// One place where the member is signed in.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SessionRow {
    pub id: String,
    /// A text id (`device-{device}`) or a plain description such as `Chrome (Windows)`.
    pub device: String,
    /// `browser` or `app`.
    pub kind: String,
    /// The network address it was last used from, when kept.
    pub network: Option<String>,
    pub started_at_ms: i64,
    pub last_used_at_ms: i64,
}

/// One device that is known to the account.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DeviceRow {
    pub id: String,
    pub device: String,
    pub last_used_at_ms: i64,
    /// Whether it is the one this page is shown on.
    pub this_device: bool,
}

/// One site or app that holds something of the account.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ConnectedRow {
    /// Its `client_id`.
    pub client: String,
    /// Its name for people.
    pub name: String,
    /// What it may read: `name`, `email`.
    pub reads: Vec<&'static str>,
    pub started_at_ms: i64,
    pub last_used_at_ms: i64,
}

/// GET /account/sessions.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Sessions {
    pub current: Option<SessionRow>,
    pub others: Vec<SessionRow>,
    pub connected: Vec<ConnectedRow>,
    pub devices: Vec<DeviceRow>,
    /// `session-ended`, `sessions-ended`, `disconnected` or `device-forgotten` after a change.
    pub notice: Option<String>,
}

impl View for Sessions {
    const TEMPLATE: &'static str = "sessions/sessions.html";

    fn title_key(&self) -> &str {
        "sessions-title"
    }
}
