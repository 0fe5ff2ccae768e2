//! How a moment is written: in the service's time zone, as the reader's language writes dates.
//!
//! It is given every moment; it never asks what time it is now.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::{Locale, PagesFault};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The zone of that IANA name. Japan's is known even where no time zone database is installed.
pub(crate) fn zone(name: &str) -> Result<TimeZone, PagesFault> {
    let name = if name.is_empty() { "Asia/Tokyo" } else { name };
    TimeZone::get(name).or_else(|error| match name {
        "Asia/Tokyo" => TimeZone::posix("JST-9").map_err(|error| fault(name, &error)),
        "UTC" => Ok(TimeZone::UTC),
        _ => Err(fault(name, &error)),
    })
}

fn fault(name: &str, error: &jiff::Error) -> PagesFault {
    PagesFault::setting("time_zone", format!("{name} is not a time zone known here ({error})"))
}

/// `2026年11月22日 12:34` or `22 Nov 2026, 12:34`.
pub(crate) fn moment(at_ms: i64, zone: &TimeZone, locale: Locale) -> String {
    let Ok(at) = Timestamp::from_millisecond(at_ms) else {
        return String::new();
    };
    let at = at.to_zoned(zone.clone());
    let (year, month, day, hour, minute) = (at.year(), at.month(), at.day(), at.hour(), at.minute());
    match locale {
        Locale::Ja => format!("{year}年{month}月{day}日 {hour}:{minute:02}"),
        Locale::En => {
            let index = usize::try_from(month).unwrap_or_default().saturating_sub(1);
            let name = MONTHS.get(index).copied().unwrap_or_default();
            format!("{day} {name} {year}, {hour}:{minute:02}")
        }
    }
}

/// `12:34`, for a moment so near that its day need not be said.
pub(crate) fn clock(at_ms: i64, zone: &TimeZone) -> String {
    let Ok(at) = Timestamp::from_millisecond(at_ms) else {
        return String::new();
    };
    let at = at.to_zoned(zone.clone());
    format!("{}:{:02}", at.hour(), at.minute())
}

/// The zone's name at that moment: `日本標準時` or `JST`.
pub(crate) fn zone_name(at_ms: i64, zone: &TimeZone, locale: Locale) -> String {
    let Ok(at) = Timestamp::from_millisecond(at_ms) else {
        return String::new();
    };
    let short = at.to_zoned(zone.clone()).strftime("%Z").to_string();
    match (locale, short.as_str()) {
        (Locale::Ja, "JST") => "日本標準時".to_owned(),
        (Locale::Ja, "UTC") => "協定世界時".to_owned(),
        _ => short,
    }
}

/// The moment with its zone: `2026年11月22日 12:34（日本標準時）`, `22 Nov 2026, 12:34 (JST)`.
pub(crate) fn moment_with_zone(at_ms: i64, zone: &TimeZone, locale: Locale) -> String {
    let (moment, name) = (moment(at_ms, zone, locale), zone_name(at_ms, zone, locale));
    match locale {
        Locale::Ja => format!("{moment}（{name}）"),
        Locale::En => format!("{moment} ({name})"),
    }
}

/// The moment for programs (RFC 3339, UTC), for the `datetime` attribute.
pub(crate) fn machine(at_ms: i64) -> String {
    Timestamp::from_millisecond(at_ms).map(|at| at.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{machine, moment_with_zone, zone};
    use crate::Locale;

    const AT: i64 = 1_795_318_447_000;

    #[test]
    fn a_moment_is_written_in_the_zone_and_names_it() {
        let tokyo = zone("Asia/Tokyo").unwrap();
        assert_eq!(machine(AT), "2026-11-22T03:34:07Z");
        assert_eq!(moment_with_zone(AT, &tokyo, Locale::Ja), "2026年11月22日 12:34（日本標準時）");
        assert_eq!(moment_with_zone(AT, &tokyo, Locale::En), "22 Nov 2026, 12:34 (JST)");
        let utc = zone("UTC").unwrap();
        assert_eq!(moment_with_zone(AT, &utc, Locale::Ja), "2026年11月22日 3:34（協定世界時）");
    }

    #[test]
    fn an_unknown_zone_is_refused_by_name() {
        assert!(zone("Mars/Olympus").unwrap_err().to_string().contains("Mars/Olympus"));
    }

    #[test]
    fn a_moment_out_of_range_is_written_as_nothing_rather_than_failing() {
        let tokyo = zone("").unwrap();
        assert_eq!(super::moment(i64::MAX, &tokyo, Locale::Ja), "");
    }
}
