//! The door at which a proxy asks before it lets a request through to another service of this origin (forward-auth).
//!
//! It answers who a session belongs to, in headers that the proxy hands on, and in a signed identity that the service can
//! check by itself. It changes nothing and reads no body, whatever the method. It stands on the same remembered check as
//! the API's question (R-SESSION-2): an ended session is let through nowhere from that moment on.
//!
//! What must never happen here: an identity for a guest, one that outlives the check by more than its minute, a way to
//! another origin.

use std::sync::Arc;

use accounts::rules::session::fresh_until;
use accounts::{Instant, Millis};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use engine::{Algorithm, Sighting};
use http::header::{ACCEPT, VARY};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use serde_json::json;

use crate::answers::see_other;
use crate::json::time;
use crate::problem::{Problem, with_return};
use crate::return_to::ReturnTo;
use crate::visitor::{Asked, single};
use crate::{House, fields, ids};

/// Where proxies ask.
pub(crate) const PATH: &str = "/forward-auth";

/// Where they ask who also let guests through.
pub(crate) const OPTIONAL: &str = "/forward-auth/optional";

/// `typ` of the identity: it is taken for nothing else that is signed here (RFC 8725 section 3.11).
const TYP: &str = "genkan-identity+jwt";
/// How long an identity is good.
const LIFE: Millis = Millis::seconds(60);
/// A kept one is handed out while so much of that is left.
const LEFT: Millis = Millis::seconds(30);

const ACCOUNT: HeaderName = HeaderName::from_static("x-genkan-account");
const SESSION: HeaderName = HeaderName::from_static("x-genkan-session");
const PROVED_AT: HeaderName = HeaderName::from_static("x-genkan-proved-at");
const IDENTITY: HeaderName = HeaderName::from_static("x-genkan-identity");
const FORWARDED_METHOD: HeaderName = HeaderName::from_static("x-forwarded-method");
const FORWARDED_URI: HeaderName = HeaderName::from_static("x-forwarded-uri");
const DEPENDS_ON: HeaderValue = HeaderValue::from_static("Cookie, Authorization");

/// Whom the proxy lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    /// Whoever is signed in.
    Member,
    /// Whoever has shown a login method lately.
    Fresh,
    /// Everybody; of members it is said who they are.
    Anybody,
}

/// Any method of /forward-auth.
pub(crate) async fn ask(
    State(house): State<House>,
    uri: Uri,
    headers: HeaderMap,
    Asked(visitor): Asked,
) -> Response {
    // A word that is not known may be a misspelt demand: then nobody is let through.
    let mut response = match wanted(uri.path(), uri.query().unwrap_or_default()) {
        None => Problem::InvalidRequest.into_response(),
        Some(wanted) => match house.engine.sighting(&visitor).await {
            Ok(seen) => answer(&house, wanted, seen.as_ref(), &headers).await,
            Err(fault) => Problem::from(fault).into_response(),
        },
    };
    response.headers_mut().insert(VARY, DEPENDS_ON);
    response
}

/// The answer about a session whose identity is kept, as the route would give it.
pub(crate) fn at_once(house: &House, seen: &Sighting) -> Option<HeaderMap> {
    let identity = kept(seen, house.engine.signing().now())?;
    let mut headers = told(seen, &identity)?;
    headers.insert(VARY, DEPENDS_ON);
    Some(headers)
}

/// What demands more may stand in the query, which some proxies fill with the visitor's own. What demands less may not.
fn wanted(path: &str, query: &str) -> Option<Wanted> {
    let pairs = fields::pairs(query)?;
    let mut words = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    match (path, words.next(), words.next()) {
        (PATH, None, None) => Some(Wanted::Member),
        (PATH, Some(("fresh", "1")), None) => Some(Wanted::Fresh),
        (OPTIONAL, None, None) => Some(Wanted::Anybody),
        _ => None,
    }
}

async fn answer(
    house: &House,
    wanted: Wanted,
    seen: Option<&Arc<Sighting>>,
    headers: &HeaderMap,
) -> Response {
    let Some(seen) = seen else {
        return match wanted {
            Wanted::Anybody => StatusCode::OK.into_response(),
            Wanted::Member | Wanted::Fresh => {
                refuse(house, headers, ("/signin", Problem::UNAUTHENTICATED))
            }
        };
    };
    let now = house.engine.signing().now();
    if wanted == Wanted::Fresh && now >= fresh_until(&seen.session, house.engine.policy()) {
        return refuse(house, headers, ("/proof", Problem::PROOF_FIRST));
    }
    match identity(house, seen, now).await {
        Ok(identity) => {
            let answer = told(seen, &identity).map(|told| (StatusCode::OK, told).into_response());
            answer.unwrap_or_else(|| Problem::Internal.into_response())
        }
        Err(problem) => problem.into_response(),
    }
}

/// Sends a person to where it can be done, where the proxy says that one was on the way to a page and passes our answer on;
/// anything else is told what is missing.
fn refuse(house: &House, headers: &HeaderMap, (way, problem): (&str, Problem)) -> Response {
    let visits = single(headers, &FORWARDED_METHOD) == Some("GET");
    if !(house.options.gate.leads && visits && reads_pages(headers)) {
        return problem.into_response();
    }
    let back = single(headers, &FORWARDED_URI).and_then(ReturnTo::parse);
    see_other(&with_return(way, back.as_ref().map_or("", ReturnTo::as_str)))
}

/// Whether the asker names HTML among what it takes (RFC 9110 section 12.5.1).
fn reads_pages(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(ACCEPT).iter().filter_map(|line| line.to_str().ok());
    let mut kinds = lines.flat_map(|line| line.split(','));
    kinds.any(|kind| {
        let mut parts = kind.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("text/html"));
        let refused = |part: &str| {
            let weight = part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="));
            weight.is_some_and(|weight| weight.bytes().all(|byte| matches!(byte, b'0' | b'.')))
        };
        named && !parts.any(refused)
    })
}

fn told(seen: &Sighting, identity: &str) -> Option<HeaderMap> {
    let values = [
        (ACCOUNT, ids::account(seen.account.id)),
        (SESSION, ids::session(seen.session.id)),
        (PROVED_AT, time(seen.session.proved_at)),
    ];
    let mut headers = HeaderMap::with_capacity(values.len() + 2);
    for (name, value) in values {
        headers.insert(name, HeaderValue::from_str(&value).ok()?);
    }
    let mut identity = HeaderValue::from_str(identity).ok()?;
    identity.set_sensitive(true);
    headers.insert(IDENTITY, identity);
    Some(headers)
}

/// The signed identity. It is kept with the remembered check, so it ends with the session and costs no signature each time.
async fn identity(house: &House, seen: &Sighting, now: Instant) -> Result<Arc<str>, Problem> {
    if let Some(kept) = kept(seen, now) {
        return Ok(kept);
    }
    let signing = house.engine.signing();
    let seconds = |at: Instant| at.0.div_euclid(1_000);
    let until = now.plus(LIFE);
    let claims = json!({
        "iss": signing.issuer(),
        "aud": house.options.gate.audience,
        "sub": ids::account(seen.account.id),
        "sid": ids::session(seen.session.id),
        "iat": seconds(now),
        "exp": seconds(until),
        "auth_time": seconds(seen.session.proved_at),
        "amr": engine::means(seen.session.proved_by),
    });
    let token: Arc<str> = signing.sign(Algorithm::EdDsa, TYP, &claims).await?.into();
    seen.keep_identity(until, Arc::clone(&token));
    Ok(token)
}

fn kept(seen: &Sighting, now: Instant) -> Option<Arc<str>> {
    seen.identity().filter(|(until, _)| now.plus(LEFT) < *until).map(|(_, token)| token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demand_that_is_not_known_lets_nobody_through() {
        assert_eq!(wanted(PATH, ""), Some(Wanted::Member));
        assert_eq!(wanted(PATH, "fresh=1"), Some(Wanted::Fresh));
        assert_eq!(wanted(OPTIONAL, ""), Some(Wanted::Anybody));
        assert_eq!(wanted(OPTIONAL, "fresh=1"), None);
        for odd in [
            "fersh=1",
            "fresh",
            "fresh=0",
            "fresh=1&fresh=1",
            "optional=1",
            "optional=1&fresh=1",
            "x=y",
            "%zz",
        ] {
            assert_eq!(wanted(PATH, odd), None, "{odd}");
        }
    }

    #[test]
    fn who_reads_pages_says_so() {
        let reads = |accept: &'static str| {
            reads_pages(&HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]))
        };
        for page in [
            "text/html",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "application/json, Text/HTML;q=0.1",
        ] {
            assert!(reads(page), "{page}");
        }
        for other in [
            "",
            "*/*",
            "application/json",
            "text/*",
            "text/html;q=0",
            "text/html; q=0.000",
            "text/htmlx",
        ] {
            assert!(!reads(other), "{other}");
        }
        assert!(!reads_pages(&HeaderMap::new()));
    }
}
