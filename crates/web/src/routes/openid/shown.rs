//! An access token as it is shown at a resource of the house: by whom, and with the key that it is bound to, where it is to one
//! (RFC 6750 2.1, RFC 9449 7.1). The one place that says whether it counts.

use engine::Holder;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use serde_json::Value;

use super::dpop;
use super::refusal::Refusal;
use crate::House;
use crate::visitor::single;

/// How a token is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Bearer,
    Dpop,
}

/// The token in the head of a request. It is never looked for in an address, where it would be kept by logs (security.md E10).
pub(crate) fn in_head(headers: &HeaderMap) -> Option<(Scheme, &str)> {
    let (scheme, token) = single(headers, &AUTHORIZATION)?.split_once(' ')?;
    let schemes = [("bearer", Scheme::Bearer), ("dpop", Scheme::Dpop)];
    let known = schemes.into_iter().find(|(name, _)| scheme.eq_ignore_ascii_case(name))?;
    Some((known.1, token))
}

/// Who is behind a token that was shown with a request of this method and path; `None` where it is over, or shown without its key.
/// One that is bound is good with its key alone, and one that is not is no bound one.
///
/// # Errors
/// The proof of the key is none, or is to be made anew; or a fault of the house.
pub(crate) async fn holder(
    house: &House,
    headers: &HeaderMap,
    request: (&str, &str),
    (scheme, token): (Scheme, &str),
) -> Result<Option<Holder>, Refusal> {
    let key = match scheme {
        Scheme::Bearer => None,
        Scheme::Dpop => dpop::shown_at_resource(house, headers, request, token)?,
    };
    let holder = house.engine.holder(token).await?;
    Ok(holder.filter(|holder| {
        let bound = holder.claims.pointer("/cnf/jkt").and_then(Value::as_str);
        bound == key.as_deref() && (scheme == Scheme::Dpop) == bound.is_some()
    }))
}
