//! The headers on every answer, also on refusals, faults and paths that do not exist (security.md E13).
//!
//! Nothing may be framed, sniffed, cached (but for files whose name holds their content's hash) or loaded from
//! elsewhere, and no header tells what runs here. `Referrer-Policy` is `same-origin` and not `no-referrer`:
//! under the latter browsers send `Origin: null` with our own forms, which the cross-origin refusal must refuse.
//! No CORS header is ever set: no other origin may read an answer (E12).

use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, SERVER,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderValue};

use crate::House;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// The policy with the providers' origins: a button of ours leads there, and browsers hold the whole way of a form to
/// the policy.
fn policy(house: &House) -> HeaderValue {
    let origins = house.engine.providers().page_origins();
    let configured = house.options.provider_origins.iter();
    let elsewhere = origins.iter().filter(|origin| !house.options.provider_origins.contains(origin));
    let text = configured.chain(elsewhere).fold(POLICY.to_owned(), |text, origin| text + " " + origin);
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(POLICY))
}

const NO_FEATURES: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), fullscreen=(), \
     geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

const TWO_YEARS: &str = "max-age=63072000; includeSubDomains";

const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
/// Who may load an answer. A file that is meant for other origins has said so itself.
pub(crate) const RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const FEATURES: HeaderName = HeaderName::from_static("permissions-policy");

/// Puts them on an answer.
pub(crate) async fn put(house: &House, answer: impl Future<Output = Response>) -> Response {
    let mut response = answer.await;
    let headers = response.headers_mut();
    dress(headers);
    headers.insert(CONTENT_SECURITY_POLICY, policy(house));
    if house.options.is_https() {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TWO_YEARS));
    }
    response
}

fn dress(headers: &mut HeaderMap) {
    let fixed = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "same-origin"),
        (OPENER, "same-origin"),
        (FEATURES, NO_FEATURES),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in [(CACHE_CONTROL, "no-store"), (RESOURCE, "same-origin")] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.remove(SERVER);
}
