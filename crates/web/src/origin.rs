//! The cross-origin refusal: a form counts only when our own page sent it.
//! ```text
//!  Sec-Fetch-Site sent ──▶ same-origin or none: go on; same-site, cross-site, anything else: refuse
//!  else Origin sent ─────▶ exactly our origin: go on; null, another, twice: refuse
//!  else Referer sent ────▶ below our origin: go on; another: refuse
//!  else ─────────────────▶ a cookie of ours came along: refuse; none did: go on
//! ```
//! The last line is for scripts, which send none of the three: a stranger without a cookie of ours has nothing
//! to lose, and browsers have sent `Origin` with every cross-site POST for years. The API is left out: bearer
//! tokens and `application/json` are what no other site can make a browser send unasked (E11).

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{HeaderName, ORIGIN, REFERER};
use http::{HeaderMap, Method};

use crate::House;
use crate::cookies::Names;
use crate::problem::Problem;
use crate::routes::{gate, openid};
use crate::visitor::single;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses what another origin sent.
pub(crate) async fn guard(house: &House, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_api(request.uri().path()) || comes_from_elsewhere(request.uri().path()) {
        return next.run(request).await;
    }
    match judge(request.headers(), &house.options.base_url, house.names) {
        Verdict::Ours => next.run(request).await,
        Verdict::Foreign => Problem::CrossOrigin.into_response(),
    }
}

/// Whether a path is the door at which proxies ask.
pub(crate) fn is_gate(path: &str) -> bool {
    path == gate::PATH || path == gate::OPTIONAL
}

/// Whether a path belongs to the API.
pub(crate) fn is_api(path: &str) -> bool {
    path.starts_with("/api/")
}

/// Whether a path is where the service's own apps sign members in, in steps of their own.
pub(crate) fn is_challenge(path: &str) -> bool {
    path == openid::CHALLENGE
}

/// Whether anything in a request was said by a browser that carries out what some page wants.
pub(crate) fn is_of_a_page(headers: &HeaderMap) -> bool {
    let by_hand = |value: &http::HeaderValue| value.as_bytes() == b"none";
    headers.contains_key(ORIGIN) || headers.get_all(SEC_FETCH_SITE).iter().any(|value| !by_hand(value))
}

/// Whether a path is there to be posted to by others: a provider's form that leads back, whose state is looked at when
/// the browser comes by itself, reports, which are signed, the question of a proxy, which changes nothing, and what sites and
/// apps ask of the OpenID provider, which reads no cookie in a form.
fn comes_from_elsewhere(path: &str) -> bool {
    let places = ["/callback/", "/events/", "/hooks/", "/oauth/"];
    is_gate(path) || places.iter().any(|place| path.starts_with(place))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Ours,
    Foreign,
}

fn judge(headers: &HeaderMap, origin: &str, names: Names) -> Verdict {
    let fine = if headers.contains_key(SEC_FETCH_SITE) {
        matches!(single(headers, &SEC_FETCH_SITE), Some("same-origin" | "none"))
    } else if headers.contains_key(ORIGIN) {
        single(headers, &ORIGIN) == Some(origin)
    } else if headers.contains_key(REFERER) {
        let rest = single(headers, &REFERER).and_then(|page| page.strip_prefix(origin));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    } else {
        !names.any(headers)
    };
    if fine { Verdict::Ours } else { Verdict::Foreign }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: &str = "https://id.example.jp";

    fn ask(lines: &[(&'static str, &str)]) -> Verdict {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().expect("a header"));
        }
        judge(&headers, HOME, Names::new(true))
    }

    #[test]
    fn e11_what_the_browser_says_about_the_sender_decides() {
        assert_eq!(ask(&[("sec-fetch-site", "same-origin")]), Verdict::Ours);
        assert_eq!(ask(&[("sec-fetch-site", "none")]), Verdict::Ours);
        for foreign in ["cross-site", "same-site", "", "same-origin, none", "Same-Origin"] {
            let headers = [("sec-fetch-site", foreign), ("origin", HOME)];
            assert_eq!(ask(&headers), Verdict::Foreign, "{foreign}");
        }
        let twice = [("sec-fetch-site", "same-origin"), ("sec-fetch-site", "same-origin")];
        assert_eq!(ask(&twice), Verdict::Foreign);
    }

    #[test]
    fn e11_the_origin_is_compared_exactly_and_null_is_refused() {
        assert_eq!(ask(&[("origin", HOME)]), Verdict::Ours);
        for foreign in [
            "null",
            "https://id.example.jp.evil.example",
            "https://evil-id.example.jp",
            "https://id.example.jp:444",
            "http://id.example.jp",
            "https://ID.example.jp",
            "https://id.example.jp/",
            "",
        ] {
            assert_eq!(ask(&[("origin", foreign)]), Verdict::Foreign, "{foreign}");
            let with_referer = [("origin", foreign), ("referer", "https://id.example.jp/signin")];
            assert_eq!(ask(&with_referer), Verdict::Foreign, "{foreign}");
        }
    }

    #[test]
    fn the_referer_is_the_last_word_of_old_browsers() {
        assert_eq!(ask(&[("referer", "https://id.example.jp/signin")]), Verdict::Ours);
        assert_eq!(ask(&[("referer", "https://id.example.jp.evil.example/")]), Verdict::Foreign);
        assert_eq!(
            ask(&[("referer", "https://evil.example/?https://id.example.jp/")]),
            Verdict::Foreign
        );
        assert_eq!(ask(&[("referer", "https://id.example.jp@evil.example/")]), Verdict::Foreign);
    }

    #[test]
    fn without_a_word_about_the_sender_only_a_stranger_may_post() {
        assert_eq!(ask(&[]), Verdict::Ours);
        assert_eq!(ask(&[("cookie", "other=1")]), Verdict::Ours);
        assert_eq!(ask(&[("cookie", "__Host-genkan-lang=ja")]), Verdict::Foreign);
        assert_eq!(ask(&[("cookie", "a=b; __Host-genkan-session=x")]), Verdict::Foreign);
    }
}
