//! The time of a line: RFC 3339 in UTC, to the microsecond.
//!
//! Within one second only the part behind the point differs, so a thread writes the rest once a second.

use std::cell::Cell;
use std::fmt::{self, Write};
use std::time::{Duration, SystemTime};

/// Up to the seconds: `2026-11-22T03:34:00`.
type Second = [u8; 19];

thread_local! {
    static LAST: Cell<Option<(u64, Second)>> = const { Cell::new(None) };
}

/// Writes the time it is.
#[expect(
    clippy::disallowed_methods,
    reason = "it is the time of a line in the log and decides nothing"
)]
pub(super) fn now(writer: &mut impl Write) -> fmt::Result {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    at(writer, since)
}

/// Writes the instant so long after the beginning of 1970.
fn at(writer: &mut impl Write, since: Duration) -> fmt::Result {
    let second = since.as_secs();
    let known = LAST.get().filter(|(last, _)| *last == second);
    let text = known.map_or_else(|| made(second), |(_, text)| text);
    LAST.set(Some((second, text)));
    writer.write_str(std::str::from_utf8(&text).unwrap_or_default())?;
    let mut rest = *b".000000Z";
    let mut left = since.subsec_micros();
    for digit in rest.iter_mut().skip(1).take(6).rev() {
        *digit = b'0' + u8::try_from(left % 10).unwrap_or_default();
        left /= 10;
    }
    writer.write_str(std::str::from_utf8(&rest).unwrap_or_default())
}

/// Of a clock that is beyond the year 9999 nothing better can be told than the beginning of time.
fn made(second: u64) -> Second {
    let time = i64::try_from(second).ok().and_then(|second| jiff::Timestamp::from_second(second).ok());
    let text = time.unwrap_or_default().to_string();
    text.as_bytes().first_chunk().copied().unwrap_or(*b"1970-01-01T00:00:00")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(since: Duration) -> String {
        let mut text = String::new();
        at(&mut text, since).unwrap();
        text
    }

    #[test]
    fn a_time_is_told_to_the_microsecond_also_in_the_same_second_and_in_an_earlier_one() {
        let told = [
            (0, 0, "1970-01-01T00:00:00.000000Z"),
            (1_795_758_840, 1_000, "2026-11-27T05:54:00.000001Z"),
            (1_795_758_840, 999_999_999, "2026-11-27T05:54:00.999999Z"),
            (1_795_758_841, 120_000_000, "2026-11-27T05:54:01.120000Z"),
            (1_709_251_199, 5_000_000, "2024-02-29T23:59:59.005000Z"),
            (u64::MAX, 0, "1970-01-01T00:00:00.000000Z"),
        ];
        for (seconds, nanoseconds, expected) in told {
            assert_eq!(written(Duration::new(seconds, nanoseconds)), expected);
        }
    }

    #[test]
    fn any_time_is_read_as_what_it_was() {
        for step in 0..5_000_u64 {
            let since = Duration::from_micros(step * 123_456_789_012);
            let read = written(since).parse::<jiff::Timestamp>().unwrap();
            assert_eq!(u128::try_from(read.as_microsecond()).unwrap(), since.as_micros());
        }
    }
}
