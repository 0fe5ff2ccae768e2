//! The authorization endpoint (RFC 6749 3.1, OpenID Connect Core 3.1.2): who wants to know, whether it may, and whether
//! somebody is here who can be told of.
//!
//! As long as it is not sure that the address belongs to the client, nothing is sent anywhere: the person reads what is wrong
//! (RFC 6749 4.1.2.1). Nothing is written: the request goes through the sign-in in its own address, with a sealed mark of when it
//! began, so that what was asked anew is known from what was shown before.

use std::sync::Arc;

use accounts::Seen;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use engine::Client;
use http::header::LOCATION;
use http::{HeaderMap, HeaderValue, StatusCode, Uri};

use super::params::{Params, with_params};
use super::request::{Request, request};
use super::{AUTHORIZE, hint, push, ui_locales};
use crate::House;
use crate::answers::{Answered, see_other};
use crate::problem::{Problem, with_return};
use crate::return_to::ReturnTo;
use crate::visitor::Guest;

/// The mark in our own address.
const STEP: &str = "genkan_step";

/// GET /oauth/authorize.
pub(crate) async fn ask(
    State(house): State<House>,
    guest: Guest,
    headers: HeaderMap,
    uri: Uri,
) -> Answered {
    let params = Params::parse(uri.query().unwrap_or_default()).ok_or(Problem::InvalidRequest)?;
    let answer = answer(&house, &guest, &params).await?;
    Ok(ui_locales::heard(&house, &headers, &params, answer))
}

/// POST /oauth/authorize: another site's form, without our cookies; the browser comes again by itself.
pub(crate) async fn posted(State(_): State<House>, body: Bytes) -> Answered {
    let text = std::str::from_utf8(&body).map_err(|_| Problem::InvalidRequest)?;
    let params = Params::parse(text).ok_or(Problem::InvalidRequest)?;
    Ok(see_other(&format!("{AUTHORIZE}?{}", params.without(STEP))))
}

async fn answer(house: &House, guest: &Guest, params: &Params) -> Answered {
    let client = params.get("client_id").and_then(|id| house.engine.clients().find(id));
    let client = client.ok_or(Problem::InvalidRequest)?;
    let came = Came::new(house, &client, params)?;
    let uri = came.asked().get("redirect_uri").filter(|uri| client.may_redirect_to(uri));
    let back = Back {
        uri: uri.ok_or(Problem::InvalidRequest)?,
        state: came.asked().get("state"),
        issuer: house.engine.signing().issuer(),
    };
    match settle(house, guest, (&client, &back), &came).await? {
        Next::Code(code) => Ok(back.with(&[("code", &code)])),
        Next::Error(error) => Ok(back.with(&[("error", error)])),
        Next::Elsewhere(path) => Ok(see_other(&path)),
    }
}

/// A request, and the way on which it came.
struct Came<'r> {
    /// In the browser's address.
    own: &'r Params,
    /// What the client pushed beforehand; then nothing else counts (RFC 9126 4).
    pushed: Option<Params>,
    /// When this browser began with it, in milliseconds since 1970.
    began_ms: Option<i64>,
}

impl<'r> Came<'r> {
    fn new(house: &House, client: &Client, own: &'r Params) -> Result<Self, Problem> {
        let began_ms = house.engine.step(&own.without(STEP), own.get(STEP)).map(|step| step.since_ms);
        let pushed = match own.get("request_uri").filter(|uri| push::is_pushed(uri)) {
            None => None,
            Some(uri) => {
                let pushed = push::read(house, client, uri, began_ms.is_some());
                Some(pushed.ok_or(Problem::InvalidRequest)?)
            }
        };
        Ok(Self { own, pushed, began_ms })
    }

    fn asked(&self) -> &Params {
        self.pushed.as_ref().unwrap_or(self.own)
    }
}

/// Where an answer goes.
struct Back<'r> {
    uri: &'r str,
    state: Option<&'r str>,
    issuer: &'r str,
}

impl Back<'_> {
    /// Sends the browser to the client, and says who answers (RFC 9207).
    fn with(&self, pairs: &[(&str, &str)]) -> Response {
        let state = self.state.map(|state| ("state", state));
        let all = pairs.iter().copied().chain(state).chain([("iss", self.issuer)]);
        let Ok(location) = HeaderValue::from_str(&with_params(self.uri, all)) else {
            return Problem::InvalidRequest.into_response();
        };
        (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
    }
}

/// How it goes on.
enum Next {
    Code(String),
    Error(&'static str),
    Elsewhere(String),
}

async fn settle(
    house: &House,
    guest: &Guest,
    (client, back): (&Arc<Client>, &Back<'_>),
    came: &Came<'_>,
) -> Result<Next, Problem> {
    let params = came.asked();
    if client.pushes && came.pushed.is_none() {
        return Ok(Next::Error("invalid_request"));
    }
    let request = match request(client, back.uri, params) {
        Ok(request) => request,
        Err(error) => return Ok(Next::Error(error)),
    };
    let seen = house.engine.session(&guest.visitor).await?;
    let hint = match params.get("id_token_hint") {
        None => None,
        Some(token) => match hint::read(house, token).await {
            Some(hint) => Some(hint),
            None => return Ok(Next::Error("invalid_request")),
        },
    };
    let meant = |seen: &Seen| {
        let subject = house.engine.subject(client, seen.account.id);
        hint.as_ref().is_none_or(|hint| Some(&hint.subject) == subject.as_ref())
    };
    let Some(seen) = seen.filter(|seen| meant(seen)) else {
        return sign_in(house, &request, came);
    };
    let since = |at: accounts::Instant| came.began_ms.is_some_and(|began| at.0 >= began);
    if request.prompt.choose && !since(seen.session.started_at) {
        return sign_in(house, &request, came);
    }
    let now = house.engine.now();
    let age = |max: i64| now.0.saturating_sub(seen.session.proved_at.0) > max.saturating_mul(1_000);
    let stale = request.prompt.login || request.max_age_s.is_some_and(age);
    if stale && !since(seen.session.proved_at) {
        if request.prompt.none {
            return Ok(Next::Error("login_required"));
        }
        return on_the_way(house, came, "/proof").map(Next::Elsewhere);
    }
    Ok(Next::Code(house.engine.authorize(client, &request.asked, &seen)?))
}

/// Somebody has to sign in first, or somebody else.
fn sign_in(house: &House, request: &Request, came: &Came<'_>) -> Result<Next, Problem> {
    if request.prompt.none {
        return Ok(Next::Error("login_required"));
    }
    let place = if request.prompt.create { "/signup" } else { "/signin" };
    on_the_way(house, came, place).map(Next::Elsewhere)
}

/// A place of ours that leads back to this very request.
fn on_the_way(house: &House, came: &Came<'_>, place: &str) -> Result<String, Problem> {
    let query = came.own.without(STEP);
    let mark = match came.began_ms {
        Some(_) => came.own.get(STEP).unwrap_or_default().to_owned(),
        None => house.engine.begin_step(&query)?,
    };
    let here = with_params(&format!("{AUTHORIZE}?{query}"), [(STEP, mark.as_str())]);
    let path = ReturnTo::parse(&here).ok_or(Problem::InvalidRequest)?;
    Ok(with_return(place, path.as_str()))
}
