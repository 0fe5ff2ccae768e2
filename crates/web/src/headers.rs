//! The headers on every answer, also on refusals, faults and paths that do not exist (security.md E13).
//!
//! Nothing may be framed, sniffed, cached (but for files whose name holds their content's hash) or loaded from
//! elsewhere, and no header tells what runs here. `Referrer-Policy` is `same-origin` and not `no-referrer`:
//! under the latter browsers send `Origin: null` with our own forms, which the cross-origin refusal must refuse.
//! No CORS header is ever set: no other origin may read an answer (E12). Search engines may know the two pages at which
//! people begin, and none of the others.

use std::sync::{Arc, PoisonError, RwLock};

use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, SERVER,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderValue, Uri};

use crate::House;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// What every answer carries, made once, and anew when a provider has said where its pages are, or clients have changed.
#[derive(Default)]
pub(crate) struct Dress {
    made: RwLock<Option<(Known, Arc<Made>)>>,
}

/// How many providers' pages are known, and how often the clients have changed.
type Known = (usize, u64);

pub(crate) struct Made {
    /// Those of every answer.
    pub(crate) all: HeaderMap,
    /// Those of an answer that is JSON and adds nothing of its own.
    pub(crate) json: HeaderMap,
}

impl Dress {
    /// The headers, as things stand.
    pub(crate) fn of(&self, house: &House) -> Arc<Made> {
        let known = (house.engine.providers().page_origins_known(), house.engine.clients().version());
        {
            let made = self.made.read().unwrap_or_else(PoisonError::into_inner);
            if let Some((then, headers)) = &*made
                && *then == known
            {
                return Arc::clone(headers);
            }
        }
        let all = common(house);
        let mut json = HeaderMap::with_capacity(all.len() + 1);
        json.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        json.extend(all.clone());
        let headers = Arc::new(Made { all, json });
        *self.made.write().unwrap_or_else(PoisonError::into_inner) =
            Some((known, Arc::clone(&headers)));
        headers
    }
}

/// The policy with the providers' origins: a button of ours leads there, and browsers hold the whole way of a form to
/// the policy.
fn policy(house: &House) -> HeaderValue {
    let origins = house.engine.providers().page_origins();
    let configured = house.options.provider_origins.iter();
    let elsewhere = origins.iter().filter(|origin| !house.options.provider_origins.contains(origin));
    let clients = house.engine.clients().all();
    let uris = clients.iter().flat_map(|client| &client.redirect_uris);
    let mut sites = uris.filter_map(|uri| source_of(uri)).collect::<Vec<_>>();
    sites.sort();
    sites.dedup();
    let all = configured.chain(elsewhere).chain(&sites);
    let text = all.fold(POLICY.to_owned(), |text, origin| text + " " + origin);
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(POLICY))
}

/// A client's address as a source of the policy: its origin, or its scheme where it is an app's own.
fn source_of(uri: &str) -> Option<String> {
    let (scheme, rest) = uri.split_once(':')?;
    match rest.strip_prefix("//") {
        Some(rest) if matches!(scheme, "http" | "https") => {
            let host = rest.split(['/', '?']).next()?;
            // An app on loopback listens on a port of its own choice.
            let loopback =
                scheme == "http" && (host.starts_with("127.0.0.1") || host.starts_with("[::1]"));
            Some(if loopback { "http://127.0.0.1:*".to_owned() } else { format!("{scheme}://{host}") })
        }
        _ => Some(format!("{scheme}:")),
    }
}

const NO_FEATURES: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), fullscreen=(), \
     geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

const TWO_YEARS: &str = "max-age=63072000; includeSubDomains";

const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
/// Who may load an answer. A file that is meant for other origins has said so itself.
pub(crate) const RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");
/// What people look for with a search engine. With a query it is one visitor's way and nobody else's.
const BEGINNINGS: [&str; 2] = ["/signin", "/signup"];
const FEATURES: HeaderName = HeaderName::from_static("permissions-policy");

/// Whether a page is one that people look for. Asked before the request is handed on: an address that is kept keeps all that was
/// read together with it.
pub(crate) fn begins(uri: &Uri) -> bool {
    uri.query().is_none() && BEGINNINGS.contains(&uri.path())
}

/// Puts them on an answer.
pub(crate) async fn put(
    house: &House,
    begins: bool,
    answer: impl Future<Output = Response>,
) -> Response {
    let mut response = answer.await;
    let headers = response.headers_mut();
    for (name, value) in &house.dress.of(house).all {
        if OWN.contains(name) {
            headers.entry(name).or_insert_with(|| value.clone());
        } else {
            headers.insert(name, value.clone());
        }
    }
    if begins {
        headers.remove(ROBOTS);
    }
    headers.remove(SERVER);
    response
}

/// Those of which an answer may have said something else itself.
const OWN: [HeaderName; 2] = [CACHE_CONTROL, RESOURCE];

fn common(house: &House) -> HeaderMap {
    let fixed = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "same-origin"),
        (OPENER, "same-origin"),
        (FEATURES, NO_FEATURES),
        (CACHE_CONTROL, "no-store"),
        (RESOURCE, "same-origin"),
        (ROBOTS, "noindex"),
    ];
    let fixed = fixed.map(|(name, value)| (name, HeaderValue::from_static(value)));
    let mut headers = HeaderMap::from_iter(fixed);
    headers.insert(CONTENT_SECURITY_POLICY, policy(house));
    if house.options.is_https() {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TWO_YEARS));
    }
    headers
}
