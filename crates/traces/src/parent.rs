//! Where a trace was begun before it came here: the `traceparent` of a proxy (W3C Trace Context, level 1, §3.2).
//!
//! Read strictly: what is not exactly of version 00 is none, and the trace begins here. What must never happen here: a
//! header of somebody who is no trusted proxy; whoever calls sees to that.

use crate::ids::{SpanId, TraceId};

/// A span elsewhere, of which ours are a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parent {
    pub(crate) trace: TraceId,
    pub(crate) span: SpanId,
    pub(crate) sampled: bool,
}

impl Parent {
    /// Reads `00-` trace `-` span `-` flags, in lower case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (version, trace) = (parts.next()?, parts.next()?);
        let (span, flags) = (parts.next()?, parts.next()?);
        if version != "00" || parts.next().is_some() {
            return None;
        }
        let trace = number(trace, 32).filter(|id| *id != 0)?;
        let span = number(span, 16).filter(|id| *id != 0)?;
        let flags = number(flags, 2)?;
        let span = SpanId(u64::try_from(span).ok()?);
        Some(Self { trace: TraceId(trace), span, sampled: flags & 1 == 1 })
    }

    /// As it is handed on.
    #[must_use]
    pub fn text(&self) -> String {
        let flags = u8::from(self.sampled);
        format!("00-{}-{}-{flags:02x}", self.trace.text(), self.span.text())
    }
}

fn number(digits: &str, length: usize) -> Option<u128> {
    let plain = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if digits.len() != length || !digits.bytes().all(plain) {
        return None;
    }
    u128::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::Parent;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn what_the_recommendation_gives_as_an_example_is_read_and_written_alike() {
        let parent = Parent::parse(GOOD).expect("good");
        assert!(parent.sampled);
        assert_eq!(parent.text(), GOOD);
        let quiet = Parent::parse(&GOOD.replace("-01", "-00")).expect("good");
        assert!(!quiet.sampled);
    }

    #[test]
    fn anything_else_is_none() {
        for wrong in [
            "",
            "00",
            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
            "00-+bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            assert_eq!(Parent::parse(wrong), None, "{wrong}");
        }
    }
}
