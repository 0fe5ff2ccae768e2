//! Where the service's own apps sign members in without a browser (OAuth 2.0 for First-Party Applications): one more spelling
//! of what pages and API do, over the same attempts.
//!
//! A request names a step and what was typed for it; the answer is a code, or what can be done next and an `auth_session` that
//! stands for the way so far. It is sealed and nothing is kept of it. No rule is here: refusals, budgets and mails are those of
//! the pages. No cookie and no bearer token is read, and what a page of some site sends is refused.

mod ask;
mod begin;
mod identity;
mod member;
mod register;
mod reset;
mod stage;
mod told;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use engine::{AuthSession, Client, Trust};
use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::client::client;
use super::params::Params;
use super::refusal::Refusal;
use super::{CHALLENGE, dpop};
use crate::House;
use crate::app::Demands;
use crate::fields;
use crate::origin;
use crate::problem::Problem;
use crate::visitor::{self, Caller};
use ask::Ask;
use stage::Step;
use told::{Told, Wrong};

/// Longer values are none of ours: an ID token or a passkey's answer is the longest (security.md F10).
const LONGEST_VALUE: usize = 16 * 1_024;

/// POST /oauth/authorization-challenge.
pub(crate) async fn answer(
    State(house): State<House>,
    Caller(caller): Caller,
    demands: Demands,
    request: Request,
) -> Response {
    let headers = request.headers().clone();
    let locale = visitor::api_locale(&house, &headers);
    let params = match form(&house, request).await {
        Ok(params) => params,
        Err(refused) => return refused,
    };
    let (client, held) = match whose(&house, &headers, &params) {
        Ok(found) => found,
        Err(wrong) => return wrong.into_response(),
    };
    let step = match Step::of(params.get("step")) {
        Ok(step) => step,
        Err(wrong) => return wrong.into_response(),
    };
    if let Some(needed) = step.and_then(|step| demands.needed(step.capability(&held)?)) {
        return told::too_old(&house, locale, &needed);
    }
    let mut caller = caller;
    caller.session = None;
    let mut ask = Ask::new((&house, &client), &params, caller, held);
    let told = ask.answer(step).await;
    told::write(ask, locale, told)
}

/// What was posted, by something that is no page of anybody's.
async fn form(house: &House, request: Request) -> Result<Params, Response> {
    if origin::is_of_a_page(request.headers()) {
        return Err(Wrong::ACCESS_DENIED.into_response());
    }
    if !fields::is_type(request.headers(), "application/x-www-form-urlencoded") {
        return Err(
            Wrong::request("The body must be application/x-www-form-urlencoded.").into_response()
        );
    }
    let body = fields::body(request, house).await.map_err(Problem::into_response)?;
    let params = std::str::from_utf8(&body).ok().and_then(|text| Params::within(LONGEST_VALUE, text));
    params.ok_or_else(|| {
        Wrong::request("A parameter comes twice, is too long, or is no text.").into_response()
    })
}

/// Which client asks, and how far it has come. What it brings is of it, or nothing.
fn whose(
    house: &House,
    headers: &HeaderMap,
    params: &Params,
) -> Result<(Arc<Client>, AuthSession), Wrong> {
    let brought = params.get("auth_session");
    let read = brought.map(|text| house.engine.read_auth_session(text).ok_or(Wrong::INVALID_SESSION));
    let held = read.transpose();
    let named = headers.contains_key(AUTHORIZATION) || params.get("client_id").is_some();
    let client = match (&held, named) {
        // What was sealed says of which client it is; one with a secret has to show it all the same.
        (Ok(Some(held)), false) => {
            let found = house.engine.clients().find(&held.client).filter(|client| client.is_public());
            found.ok_or(Wrong::Client(Refusal::InvalidClient))?
        }
        _ => client(house, headers, params).map_err(Wrong::Client)?,
    };
    if client.trust != Trust::FirstParty {
        return Err(Wrong::UNAUTHORIZED_CLIENT);
    }
    let key = dpop::of_client(house, &client, headers, CHALLENGE).map_err(Wrong::Client)?;
    let Some(held) = held? else {
        let fresh = (AuthSession::default(), key);
        return begin::begin(&client, params, fresh).map(|held| (client, held));
    };
    let of_key = held.key.is_none() || held.key == key;
    if held.client != client.id || !of_key {
        return Err(Wrong::INVALID_SESSION);
    }
    if held.challenge.is_empty() {
        return begin::begin(&client, params, (held, key)).map(|held| (client, held));
    }
    match params.get("code_challenge") {
        Some(other) if other != held.challenge => Err(Wrong::INVALID_SESSION),
        _ => Ok((client, held)),
    }
}

/// What a step leads to.
type Stepped = Result<Told, Problem>;
