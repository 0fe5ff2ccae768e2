//! Instants as text for operators: RFC 3339 in UTC.

use accounts::Instant;

/// `2026-11-22T03:34:00Z`.
pub(crate) fn rfc3339(at: Instant) -> String {
    jiff::Timestamp::from_millisecond(at.0).map(|time| time.to_string()).unwrap_or_default()
}
