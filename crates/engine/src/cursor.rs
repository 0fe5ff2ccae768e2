//! A place in the activity list as a text that can stand in a link. It is checked when it comes back; it
//! names no account, and whose list is read is decided by the session alone (security.md I6).

use accounts::{DecisionId, Instant};
use store::ActivityCursor;
use uuid::Uuid;

/// `{milliseconds}-{decision}-{line}`.
pub(crate) fn write(cursor: &ActivityCursor) -> String {
    let decision = Uuid::from_bytes(cursor.decision.0);
    format!("{}-{}-{}", cursor.at.0, decision.simple(), cursor.n)
}

/// Reads it back; `None` for anything that `write` does not write.
pub(crate) fn read(text: &str) -> Option<ActivityCursor> {
    let mut parts = text.split('-');
    let (at, decision, n) = (parts.next()?, parts.next()?, parts.next()?);
    let cursor = ActivityCursor {
        at: Instant(at.parse().ok()?),
        decision: DecisionId(*Uuid::try_parse(decision).ok()?.as_bytes()),
        n: n.parse().ok()?,
    };
    (parts.next().is_none() && write(&cursor) == text).then_some(cursor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went_and_nothing_else_does() {
        let cursor =
            ActivityCursor { at: Instant(1_763_800_000_000), decision: DecisionId([7; 16]), n: 3 };
        assert_eq!(read(&write(&cursor)), Some(cursor));
        for bad in [
            "",
            "1",
            "1-2-3",
            "1-07070707070707070707070707070707-3-4",
            "+1-07070707070707070707070707070707-3",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
