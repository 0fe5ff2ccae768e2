//! Signing out at a client's wish (OpenID Connect RP-Initiated Logout 1.0).
//!
//! A client that shows an ID token of the very session that is open here may end it at once: the token is signed, is nobody
//! else's, and does nothing in a browser without that session's cookie. Everybody else is asked first. Where a person goes
//! afterwards is compared byte for byte with what the settings say of the client; anything else leads nowhere.

use std::sync::Arc;

use accounts::Seen;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use engine::{Answer, Attempt, Client};
use http::header::LOCATION;
use http::{HeaderValue, StatusCode, Uri};

use super::hint;
use super::params::{Params, with_params};
use crate::House;
use crate::answers::{Answered, see_other, signed_out};
use crate::problem::Problem;
use crate::visitor::Guest;

/// GET /oauth/logout.
pub(crate) async fn ask(State(house): State<House>, guest: Guest, uri: Uri) -> Answered {
    let params = Params::parse(uri.query().unwrap_or_default()).ok_or(Problem::InvalidRequest)?;
    end(&house, &guest, &params).await
}

/// POST /oauth/logout: another site's form, without our cookies; the browser comes again by itself.
pub(crate) async fn leave(State(_): State<House>, body: Bytes) -> Answered {
    let text = std::str::from_utf8(&body).map_err(|_| Problem::InvalidRequest)?;
    let params = Params::parse(text).ok_or(Problem::InvalidRequest)?;
    Ok(see_other(&format!("{}?{}", super::LOGOUT, params.without(""))))
}

async fn end(house: &House, guest: &Guest, params: &Params) -> Answered {
    let hint = match params.get("id_token_hint") {
        None => None,
        Some(token) => Some(hint::read(house, token).await.ok_or(Problem::InvalidRequest)?),
    };
    let named = match params.get("client_id") {
        None => None,
        Some(id) => Some(house.engine.clients().find(id).ok_or(Problem::InvalidRequest)?),
    };
    // Whom the hint was made for and who asks must be one.
    let same = |hint: &hint::Hint| named.as_ref().is_none_or(|named| named.id == hint.client.id);
    if hint.as_ref().is_some_and(|hint| !same(hint)) {
        return Err(Problem::InvalidRequest);
    }
    let client = hint.as_ref().map(|hint| Arc::clone(&hint.client)).or(named);
    let after = after(client.as_deref(), params)?;
    let seen = house.engine.session(&guest.visitor).await?;
    let Some(seen) = seen else {
        return Ok(after.unwrap_or_else(|| see_other("/signin?notice=signed-out")));
    };
    let of_session = |hint: hint::Hint| hint.session == Some(name_of(&seen));
    if !hint.is_some_and(of_session) {
        // The person ends it on a page of ours.
        return Ok(see_other("/account"));
    }
    match house.engine.execute(Attempt::SignOut, &guest.visitor).await? {
        Answer::Done => {
            let mut response = after.unwrap_or_else(|| see_other("/signin?notice=signed-out"));
            signed_out(house, response.headers_mut());
            Ok(response)
        }
        Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

fn name_of(seen: &Seen) -> String {
    uuid::Uuid::from_bytes(seen.session.id.0).to_string()
}

/// Where a person goes afterwards, if the client is known and may say so.
fn after(client: Option<&Client>, params: &Params) -> Result<Option<Response>, Problem> {
    let Some(uri) = params.get("post_logout_redirect_uri") else { return Ok(None) };
    if !client.is_some_and(|client| client.may_end_at(uri)) {
        return Err(Problem::InvalidRequest);
    }
    let whole = match params.get("state") {
        Some(state) => with_params(uri, [("state", state)]),
        None => uri.to_owned(),
    };
    let location = HeaderValue::from_str(&whole).map_err(|_| Problem::InvalidRequest)?;
    Ok(Some((StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()))
}
