//! An app of the service's own that manages its member's account: an access token with the scope `account` in the place of a
//! session's secret (R-APP-1).
//!
//! The token stands for the session that the app's sign-in began, and for no other: what needs a fresh proof needs it here as well,
//! and what ends the session ends this. Such a token is made out to nobody but the house, so no service that reads tokens can have
//! one of another audience and act with it here.

use accounts::{Digest, GrantReach};
use axum::response::{IntoResponse, Response};
use engine::Trust;
use http::header::AUTHORIZATION;
use http::request::Parts;
use serde_json::Value;

use crate::House;
use crate::problem::Problem;
use crate::routes::openid::shown_at_resource;
use crate::visitor::single;

/// Longer ones are none of ours (security.md F10).
const LONGEST: usize = 4_096;

/// The session for which an access token stands that may manage the account; `None` where none was shown, or it is nothing.
///
/// # Errors
/// The answer to whoever has to show the key anew, or where nothing can be looked up.
pub(crate) async fn session(house: &House, parts: &Parts) -> Result<Option<Digest>, Response> {
    let Some((scheme, token)) = shown(parts) else { return Ok(None) };
    let request = (parts.method.as_str(), parts.uri.path());
    let key = match scheme {
        Scheme::Bearer => None,
        Scheme::Dpop => shown_at_resource(house, &parts.headers, request, token)
            .map_err(IntoResponse::into_response)?,
    };
    let fault = |fault| Problem::from(fault).into_response();
    let Some(holder) = house.engine.holder(token).await.map_err(fault)? else { return Ok(None) };
    let text = |name: &str| holder.claims.pointer(name).and_then(Value::as_str);
    let bound = text("/cnf/jkt");
    let fits = bound == key.as_deref() && (scheme == Scheme::Dpop) == bound.is_some();
    let may =
        text("/scope").is_some_and(|scope| scope.split(' ').any(|value| value == engine::ACCOUNT));
    let client = house.engine.clients().find(holder.grant.client.as_str());
    let own = client.is_some_and(|client| client.trust == Trust::FirstParty);
    if !(fits && may && own && holder.grant.reach == GrantReach::App) {
        return Ok(None);
    }
    let mut sessions = holder.account.sessions.iter();
    Ok(sessions.find(|session| session.id == holder.grant.session).map(|session| session.digest))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Bearer,
    Dpop,
}

/// An access token, which has dots where a session's secret has none.
fn shown(parts: &Parts) -> Option<(Scheme, &str)> {
    let (scheme, token) = single(&parts.headers, &AUTHORIZATION)?.split_once(' ')?;
    let signs = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let sound = token.contains('.') && token.len() <= LONGEST && token.bytes().all(signs);
    let scheme = match scheme {
        bearer if bearer.eq_ignore_ascii_case("bearer") => Scheme::Bearer,
        dpop if dpop.eq_ignore_ascii_case("dpop") => Scheme::Dpop,
        _ => return None,
    };
    sound.then_some((scheme, token))
}
