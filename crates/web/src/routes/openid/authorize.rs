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
use engine::{Asked, Client, is_challenge};
use http::header::LOCATION;
use http::{HeaderMap, HeaderValue, StatusCode, Uri};

use super::params::{Params, with_params};
use super::{AUTHORIZE, hint, ui_locales};
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
    let uri = params.get("redirect_uri").filter(|uri| client.may_redirect_to(uri));
    let back = Back {
        uri: uri.ok_or(Problem::InvalidRequest)?,
        state: params.get("state"),
        issuer: house.engine.signing().issuer(),
    };
    match settle(house, guest, (&client, &back), params).await? {
        Next::Code(code) => Ok(back.with(&[("code", &code)])),
        Next::Error(error) => Ok(back.with(&[("error", error)])),
        Next::Elsewhere(path) => Ok(see_other(&path)),
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

/// What was asked for, where it can be given at all.
struct Request {
    asked: Asked,
    prompt: Prompt,
    max_age_s: Option<i64>,
}

#[derive(Clone, Copy, Default)]
struct Prompt {
    none: bool,
    login: bool,
    choose: bool,
    create: bool,
}

async fn settle(
    house: &House,
    guest: &Guest,
    (client, back): (&Arc<Client>, &Back<'_>),
    params: &Params,
) -> Result<Next, Problem> {
    let request = match request(client, back.uri, params) {
        Ok(request) => request,
        Err(error) => return Ok(Next::Error(error)),
    };
    let step = house.engine.step(&params.without(STEP), params.get(STEP));
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
        return sign_in(house, &request, params);
    };
    let began = step.map(|step| step.since_ms);
    let since = |at: accounts::Instant| began.is_some_and(|began| at.0 >= began);
    if request.prompt.choose && !since(seen.session.started_at) {
        return sign_in(house, &request, params);
    }
    let now = house.engine.now();
    let age = |max: i64| now.0.saturating_sub(seen.session.proved_at.0) > max.saturating_mul(1_000);
    let stale = request.prompt.login || request.max_age_s.is_some_and(age);
    if stale && !since(seen.session.proved_at) {
        if request.prompt.none {
            return Ok(Next::Error("login_required"));
        }
        return on_the_way(house, params, "/proof").map(Next::Elsewhere);
    }
    Ok(Next::Code(house.engine.authorize(client, &request.asked, &seen)?))
}

/// Somebody has to sign in first, or somebody else.
fn sign_in(house: &House, request: &Request, params: &Params) -> Result<Next, Problem> {
    if request.prompt.none {
        return Ok(Next::Error("login_required"));
    }
    let place = if request.prompt.create { "/signup" } else { "/signin" };
    on_the_way(house, params, place).map(Next::Elsewhere)
}

/// A place of ours that leads back to this very request.
fn on_the_way(house: &House, params: &Params, place: &str) -> Result<String, Problem> {
    let query = params.without(STEP);
    let mark = match house.engine.step(&query, params.get(STEP)) {
        Some(_) => params.get(STEP).unwrap_or_default().to_owned(),
        None => house.engine.begin_step(&query)?,
    };
    let here = with_params(&format!("{AUTHORIZE}?{query}"), [(STEP, mark.as_str())]);
    let path = ReturnTo::parse(&here).ok_or(Problem::InvalidRequest)?;
    Ok(with_return(place, path.as_str()))
}

/// Reads what a client that is known asks for. What it hears is one of the words of RFC 6749 4.1.2.1 and OpenID Connect Core
/// 3.1.2.6.
fn request(client: &Client, redirect_uri: &str, params: &Params) -> Result<Request, &'static str> {
    if params.get("request").is_some() {
        return Err("request_not_supported");
    }
    if params.get("request_uri").is_some() {
        return Err("request_uri_not_supported");
    }
    match params.get("response_type") {
        Some("code") => {}
        Some(_) => return Err("unsupported_response_type"),
        None => return Err("invalid_request"),
    }
    if params.get("response_mode").is_some_and(|mode| mode != "query") {
        return Err("invalid_request");
    }
    let scope = client.granted(params.get("scope").unwrap_or_default());
    if scope.is_empty() {
        return Err("invalid_scope");
    }
    let challenge = challenge(client, params)?;
    let prompt = prompt(params.get("prompt").unwrap_or_default())?;
    let max_age_s = match params.get("max_age") {
        None => None,
        Some(text) => Some(text.parse::<u32>().map(i64::from).map_err(|_| "invalid_request")?),
    };
    let short = |name: &str| match params.get(name) {
        Some(value) if value.len() > 512 => Err("invalid_request"),
        value => Ok(value.map(str::to_owned)),
    };
    let asked = Asked {
        redirect_uri: redirect_uri.to_owned(),
        challenge,
        scope,
        nonce: short("nonce")?,
        claims: short("claims")?,
    };
    Ok(Request { asked, prompt, max_age_s })
}

/// Who began must be able to end: S256, always, but for a client with a secret of which the settings say otherwise
/// (RFC 9700 2.1.1).
fn challenge(client: &Client, params: &Params) -> Result<String, &'static str> {
    let method = params.get("code_challenge_method");
    match params.get("code_challenge") {
        Some(challenge) if method == Some("S256") && is_challenge(challenge) => {
            Ok(challenge.to_owned())
        }
        None if method.is_none() && client.may_go_without_pkce() => Ok(String::new()),
        _ => Err("invalid_request"),
    }
}

fn prompt(text: &str) -> Result<Prompt, &'static str> {
    let mut prompt = Prompt::default();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match word {
            "none" => prompt.none = true,
            "login" => prompt.login = true,
            "select_account" => prompt.choose = true,
            "create" => prompt.create = true,
            // The service's own sites ask for no consent; and what is not known is passed over.
            _ => {}
        }
    }
    let alone = text.trim() == "none";
    if prompt.none && !alone { Err("invalid_request") } else { Ok(prompt) }
}
