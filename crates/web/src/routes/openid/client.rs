//! Which client is asking: its id and, where it can keep one, its secret (RFC 6749 2.3.1).

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::Client;
use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::params::Params;
use super::refusal::Refusal;
use crate::House;
use crate::fields;
use crate::visitor::single;

/// The client that a request shows itself to be of. One that has a secret must show it, in the header or in the body and not
/// in both; one that has none must not pretend to.
pub(super) fn client(
    house: &House,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Arc<Client>, Refusal> {
    let in_body = params.get("client_secret");
    let (id, secret) = if headers.contains_key(AUTHORIZATION) {
        let (id, secret) = basic(headers).ok_or(Refusal::InvalidClient)?;
        if in_body.is_some() || params.get("client_id").is_some_and(|other| other != id) {
            return Err(Refusal::InvalidRequest("The client shows itself in two ways."));
        }
        (id, Some(secret))
    } else {
        let id = params.get("client_id").ok_or(Refusal::InvalidClient)?;
        (id.to_owned(), in_body.map(str::to_owned))
    };
    let client = house.engine.clients().find(&id).ok_or(Refusal::InvalidClient)?;
    let shown = match &secret {
        Some(secret) => client.secrets.iter().any(|known| known.matches(secret)),
        None => client.is_public(),
    };
    if shown { Ok(client) } else { Err(Refusal::InvalidClient) }
}

/// Id and secret of `Authorization: Basic`, each escaped as in a form (RFC 6749 2.3.1).
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let (scheme, text) = single(headers, &AUTHORIZATION)?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") || text.len() > 2_048 {
        return None;
    }
    let plain = String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()?;
    let (id, secret) = plain.split_once(':')?;
    let read = |part: &str| {
        let mut pairs = fields::pairs(&format!("x={part}"))?;
        pairs.pop().map(|(_, value)| value)
    };
    Some((read(id)?, read(secret)?))
}
