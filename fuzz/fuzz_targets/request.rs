//! A whole request of a stranger: method, path, query, headers, cookies, body, as text.
//!
//! What must hold, for every route: no fault of the house's own; the headers that protect pages are on every answer; nobody is led
//! to another origin than the house's and its sites'; nothing that was sent becomes markup of a page; and since nobody here has an
//! account, no session begins.

#![no_main]

use axum::body::Body;
use genkan_fuzz::house::{Answer, House, ORIGIN, SITE};
use http::Request;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, SET_COOKIE};
use http::header::{HeaderName, X_CONTENT_TYPE_OPTIONS};
use libfuzzer_sys::fuzz_target;
use url::Url;

/// A tag that no template has.
const TAG: &str = "<zq";

thread_local! {
    static HOUSE: House = House::open();
}

fuzz_target!(|octets: &[u8]| {
    let Some(request) = request(octets) else { return };
    let path = request.uri().to_string();
    let answer = HOUSE.with(|house| house.ask(request));
    assert!(answer.status.as_u16() < 500, "{path}: {}", answer.status);
    is_protected(&answer);
    leads_home(&answer);
    let header = |name: HeaderName| answer.headers.get(name).and_then(|value| value.to_str().ok());
    if header(CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/html")) {
        assert!(!answer.body.contains(TAG), "{path}: what was sent is markup");
    }
    for cookie in answer.headers.get_all(SET_COOKIE) {
        let cookie = cookie.to_str().expect("a cookie is text");
        let begins = cookie.strip_prefix("__Host-genkan-session=");
        assert!(begins.is_none_or(|value| value.starts_with(';')), "{path}: a session of nobody");
        let marked = cookie.contains("; HttpOnly; SameSite=Lax; Secure");
        assert!(marked, "{path}: a cookie without its marks: {cookie}");
    }
});

/// `METHOD /path?query …`, a line for each header, an empty line, the body. `None` for what no server would hand on.
fn request(octets: &[u8]) -> Option<Request<Body>> {
    let (head, body) = match octets.windows(2).position(|two| two == b"\n\n") {
        Some(at) => (&octets[..at], &octets[at + 2..]),
        None => (octets, &[][..]),
    };
    let mut lines = head.split(|octet| *octet == b'\n');
    let mut first = lines.next()?.split(|octet| *octet == b' ');
    let mut request = Request::builder().method(first.next()?).uri(first.next()?);
    for line in lines.take(100) {
        let colon = line.iter().position(|octet| *octet == b':')?;
        request = request.header(&line[..colon], line[colon + 1..].trim_ascii());
    }
    let request = request.body(Body::from(body.to_vec())).ok()?;
    request.uri().path().starts_with('/').then_some(request)
}

fn is_protected(answer: &Answer) {
    let header = |name: HeaderName| answer.headers.get(name).and_then(|value| value.to_str().ok());
    assert_eq!(header(X_CONTENT_TYPE_OPTIONS), Some("nosniff"));
    assert!(
        header(CONTENT_SECURITY_POLICY).is_some_and(|policy| policy.contains("default-src 'none'"))
    );
    assert!(header(CACHE_CONTROL).is_some());
}

fn leads_home(answer: &Answer) {
    let Some(location) = answer.headers.get(LOCATION) else { return };
    let location = location.to_str().expect("a location is text");
    let here = Url::parse(ORIGIN).expect("an address");
    let led =
        here.join(location).expect("an address that browsers read").origin().ascii_serialization();
    assert!(led == ORIGIN || led == SITE, "somebody is led to {location}");
}
