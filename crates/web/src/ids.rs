//! Ids as UUID text and back.
//!
//! One spelling is read: 36 characters with hyphens. Another spelling of an id is nobody's id.

use accounts::{AccountId, DeviceId, PasskeyId, SessionId};
use uuid::Uuid;

/// The UUID text of an account's id.
pub(crate) fn account(id: AccountId) -> String {
    Uuid::from_bytes(id.0).to_string()
}

/// The UUID text of a session's id.
pub(crate) fn session(id: SessionId) -> String {
    Uuid::from_bytes(id.0).to_string()
}

/// The UUID text of a device's id.
pub(crate) fn device(id: DeviceId) -> String {
    Uuid::from_bytes(id.0).to_string()
}

/// The UUID text of a passkey's id, which is not its credential id.
pub(crate) fn passkey(id: PasskeyId) -> String {
    Uuid::from_bytes(id.0).to_string()
}

/// Reads a passkey's id.
pub(crate) fn parse_passkey(text: &str) -> Option<PasskeyId> {
    parse(text).map(PasskeyId)
}

/// Reads a session's id.
pub(crate) fn parse_session(text: &str) -> Option<SessionId> {
    parse(text).map(SessionId)
}

/// Reads a device's id.
pub(crate) fn parse_device(text: &str) -> Option<DeviceId> {
    parse(text).map(DeviceId)
}

fn parse(text: &str) -> Option<[u8; 16]> {
    if text.len() != 36 {
        return None;
    }
    Uuid::try_parse(text).ok().map(Uuid::into_bytes)
}
