//! Versions of apps that are too old: what is demanded, of which app, for what, from when on (R-APP-2).
//!
//! Each demand has a name, so that a message about it can say which. Nothing here knows what a call needs.

use accounts::Instant;

use super::problem::Problem;
use super::table;
use super::typed::Rest;
use super::value::LocaleText;

const GROUP: &str = "app.minimum";

/// A demand, as it is written.
pub(crate) struct AppMinimum {
    pub client: String,
    pub platform: Option<String>,
    pub capability: String,
    pub version: String,
    pub from: Option<String>,
    pub message: Option<LocaleText>,
    pub update_url: Option<String>,
}

pub(super) fn take(rest: &mut Rest) -> Result<Vec<AppMinimum>, Problem> {
    let names = table::names_in(GROUP, rest.found.keys());
    let names = names.into_iter().map(str::to_owned).collect::<Vec<_>>();
    names.iter().map(|name| one(rest, name)).collect()
}

fn one(rest: &mut Rest, name: &str) -> Result<AppMinimum, Problem> {
    let path = |key: &str| format!("{GROUP}.{name}.{key}");
    Ok(AppMinimum {
        client: rest.value(&path("client"))?,
        platform: rest.maybe(&path("platform"))?,
        capability: rest.value(&path("capability"))?,
        version: rest.value(&path("version"))?,
        from: rest.maybe(&path("from"))?,
        message: rest.maybe(&path("message"))?,
        update_url: rest.maybe(&path("update_url"))?,
    })
}

/// The instant at which a day begins there, or the one that is written.
pub(crate) fn instant_of(text: &str, time_zone: &str) -> Option<Instant> {
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Some(Instant(instant.as_millisecond()));
    }
    let day = text.parse::<jiff::civil::Date>().ok().filter(|_| text.len() == "2026-12-01".len())?;
    let begins = day.in_tz(time_zone).ok()?;
    Some(Instant(begins.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_where_the_service_is() {
        let at = |text, zone| instant_of(text, zone).map(|at| at.0 / 1_000);
        assert_eq!(at("2026-12-01", "UTC"), Some(1_796_083_200));
        assert_eq!(at("2026-12-01", "Asia/Tokyo"), Some(1_796_083_200 - 9 * 3_600));
        assert_eq!(at("2026-12-01T09:00:00+09:00", "UTC"), Some(1_796_083_200));
        assert_eq!(at("2026-12-01T00:00:00Z", "Asia/Tokyo"), Some(1_796_083_200));
        for odd in ["", "2026-13-01", "2026-12-01T00:00:00", "1.12.2026", "tomorrow", "20261201"] {
            assert_eq!(instant_of(odd, "UTC"), None, "{odd}");
        }
    }
}
