//! The end of sessions: at a member's wish, here and at genkan (RP-Initiated Logout 1.0), and at genkan's word (Back-Channel
//! Logout 1.0).
//!
//! A logout token comes from anywhere in the world, so nothing is done before its signature and every claim are checked. Told
//! twice, it does nothing the second time: no session comes back under an id that has ended.

use std::sync::Arc;
use std::time::Instant;

use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use openidconnect::{
    ClaimsVerificationError, JsonWebTokenType, LogoutRequest, Nonce, NormalizedJsonWebTokenType,
    PostLogoutRedirectUrl,
};
use serde::Deserialize;

use crate::Site;
use crate::pages::Failure;
use crate::provider::{Claims, IdToken, OpenId, Trouble};
use crate::sessions::Visit;
use crate::sign_in::{no_session, see_other};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// POST /sign-out: our session first, whatever becomes of the other.
pub(crate) async fn sign_out(State(site): State<Arc<Site>>, visit: Visit) -> Result<Response, Failure> {
    let gone = (SET_COOKIE, no_session(&site));
    let Some(member) = &visit.member else { return Ok(see_other("/", [gone])) };
    site.sessions.take(&member.key, Instant::now(), |_| true);
    let published = site.provider.published(Instant::now()).await.ok();
    let Some(end) = published.and_then(|published| published.end_session.clone()) else {
        return Ok(see_other("/", [gone]));
    };
    let home =
        PostLogoutRedirectUrl::new(format!("{}/", site.origin)).map_err(|_| Failure::NotFound)?;
    let (state, cookie) = site.sees_off(&visit);
    let request = LogoutRequest::from(end)
        .set_id_token_hint(&member.id_token)
        .set_client_id(site.provider.id().clone())
        .set_post_logout_redirect_uri(home)
        .set_state(state);
    Ok(see_other(request.http_get_url().as_str(), [gone, (SET_COOKIE, cookie)]))
}

#[derive(Deserialize)]
pub(crate) struct Told {
    logout_token: String,
}

/// POST /backchannel-logout: genkan says that a session is over.
pub(crate) async fn hear(State(site): State<Arc<Site>>, Form(told): Form<Told>) -> StatusCode {
    let Ok(token) = told.logout_token.parse::<IdToken>() else { return StatusCode::BAD_REQUEST };
    match site.provider.check(Instant::now(), |client| read(client, &token)).await {
        Ok(claims) => {
            let ended = end(&site, &claims);
            tracing::info!(ended, "told that a session is over");
            StatusCode::OK
        }
        // It will be told again.
        Err(Trouble::Away(why)) => {
            tracing::warn!(why, "a logout token cannot be checked for now");
            StatusCode::SERVICE_UNAVAILABLE
        }
        Err(trouble) => {
            tracing::warn!(%trouble, "a logout token is not believed");
            StatusCode::BAD_REQUEST
        }
    }
}

/// All of the member's sessions here that hang from that session there.
fn end(site: &Site, claims: &Claims) -> usize {
    let sid = claims.additional_claims().sid.as_ref();
    let sub = claims.subject().as_str();
    site.sessions
        .end(|session| session.sub == sub && sid.is_none_or(|sid| session.sid.as_ref() == Some(sid)))
}

/// Back-Channel Logout 1.0, 2.6: the library checks signature, issuer, audience and time; the rest tells a logout token from
/// an ID token, so that none can be used for the other.
fn read(client: &OpenId, token: &IdToken) -> Result<Claims, ClaimsVerificationError> {
    let none = |nonce: Option<&Nonce>| match nonce {
        None => Ok(()),
        Some(_) => Err("a logout token has no nonce".to_owned()),
    };
    let kind = client.id_token_verifier().set_allowed_jose_types(kind()?);
    let claims = token.claims(&kind, none)?;
    let event = claims.additional_claims().events.as_ref().and_then(|events| events.get(EVENT));
    if event.is_some_and(serde_json::Value::is_object) {
        Ok(claims.clone())
    } else {
        Err(ClaimsVerificationError::Other("it says of no session that it is over".to_owned()))
    }
}

fn kind() -> Result<[NormalizedJsonWebTokenType; 1], ClaimsVerificationError> {
    let kind = JsonWebTokenType::new("logout+jwt".to_owned()).normalize();
    kind.map(|kind| [kind]).map_err(|fault| ClaimsVerificationError::Other(fault.to_string()))
}
