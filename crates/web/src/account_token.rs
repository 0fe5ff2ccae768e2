//! An app of the service's own that manages its member's account: an access token with the scope `account` in the place of a
//! session's secret (R-APP-1).
//!
//! The token stands for the session that the app's sign-in began, and for no other: what needs a fresh proof needs it here as well,
//! and what ends the session ends this. Such a token is made out to nobody but the house, so no service that reads tokens can have
//! one of another audience and act with it here.

use accounts::{Digest, GrantReach};
use axum::response::{IntoResponse, Response};
use engine::Trust;
use http::request::Parts;
use serde_json::Value;

use crate::House;
use crate::routes::openid::shown;

/// Longer ones are none of ours (security.md F10).
const LONGEST: usize = 4_096;

/// The session for which an access token stands that may manage the account; `None` where none was shown, or it is nothing.
///
/// # Errors
/// The answer to whoever has to show the key anew, or where nothing can be looked up.
pub(crate) async fn session(house: &House, parts: &Parts) -> Result<Option<Digest>, Response> {
    let Some(token) = shown::in_head(&parts.headers).filter(|(_, token)| is_one(token)) else {
        return Ok(None);
    };
    let request = (parts.method.as_str(), parts.uri.path());
    let holder = shown::holder(house, &parts.headers, request, token).await;
    let Some(holder) = holder.map_err(IntoResponse::into_response)? else { return Ok(None) };
    let scope = holder.claims.get("scope").and_then(Value::as_str).unwrap_or_default();
    let may = scope.split(' ').any(|value| value == engine::ACCOUNT);
    let client = house.engine.clients().find(holder.grant.client.as_str());
    let own = client.is_some_and(|client| client.trust == Trust::FirstParty);
    if !(may && own && holder.grant.reach == GrantReach::App) {
        return Ok(None);
    }
    let mut sessions = holder.account.sessions.iter();
    Ok(sessions.find(|session| session.id == holder.grant.session).map(|session| session.digest))
}

/// An access token has dots, where a session's secret has none.
fn is_one(token: &str) -> bool {
    let signs = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    token.contains('.') && token.len() <= LONGEST && token.bytes().all(signs)
}
