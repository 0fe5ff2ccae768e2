//! The languages in which a client would have its person addressed (`ui_locales`, OpenID Connect Core 3.1.2.1): heard where the
//! person has chosen none, for the time of a sign-in.
//!
//! A cookie carries it, as it does a choice; it is kept only for an hour. What must never happen: a client that overrules a person.

use axum::response::Response;
use http::HeaderMap;
use http::header::LOCATION;
use pages::Locale;

use super::params::Params;
use crate::House;
use crate::cookies::Kind;

/// As long as a sign-in or a registration takes at most.
const SECONDS: i64 = 3_600;

/// The answer, with the first of the wanted languages that there is, where the person reads a page of ours next.
pub(super) fn heard(
    house: &House,
    headers: &HeaderMap,
    params: &Params,
    mut answer: Response,
) -> Response {
    let place = answer.headers().get(LOCATION).and_then(|place| place.to_str().ok());
    let ours = place.is_some_and(|place| place.starts_with('/'));
    let chosen = house.names.read(headers, Kind::Lang).is_some();
    let wanted = params.get("ui_locales").unwrap_or_default().split(' ').find_map(spoken);
    if let Some(locale) = wanted.filter(|_| ours && !chosen) {
        house.names.set(answer.headers_mut(), Kind::Lang, locale.tag(), SECONDS);
    }
    answer
}

/// The language of a tag, whatever else the tag says (RFC 5646): `ja-JP` is `ja`.
fn spoken(tag: &str) -> Option<Locale> {
    let language = tag.split('-').next().unwrap_or_default();
    Locale::ALL.into_iter().find(|locale| locale.tag().eq_ignore_ascii_case(language))
}
