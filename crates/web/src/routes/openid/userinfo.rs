//! The userinfo endpoint (OpenID Connect Core 5.3): what a client may know of whoever gave it the token, as it is now.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};

use super::refusal::{Refusal, answer};
use super::token::form;
use super::{USERINFO, dpop};
use crate::House;
use crate::fields;
use crate::visitor::single;

/// GET /oauth/userinfo.
pub(crate) async fn tell(
    State(house): State<House>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (token, scheme) = access_token(&headers)?;
    let key = match scheme {
        Scheme::Bearer => None,
        Scheme::Dpop => dpop::shown_at_resource(&house, &headers, (method.as_str(), USERINFO), token)?,
    };
    of_holder(&house, token, (scheme, key)).await
}

/// POST /oauth/userinfo: the token in the head, or in a form (RFC 6750 2.2), and not in both. One that is bound is good in the head
/// alone, with its proof.
pub(crate) async fn posted(
    State(house): State<House>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    if body.is_empty() || !fields::is_type(&headers, FORM) {
        return tell(State(house), method, headers).await;
    }
    let params = form(&headers, &body)?;
    match (params.get("access_token"), headers.contains_key(AUTHORIZATION)) {
        (Some(_), true) => Err(Refusal::InvalidRequest("The access token comes twice.")),
        (Some(token), false) => of_holder(&house, token, (Scheme::Bearer, None)).await,
        (None, _) => tell(State(house), method, headers).await,
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

async fn of_holder(
    house: &House,
    token: &str,
    (scheme, key): (Scheme, Option<String>),
) -> Result<Response, Refusal> {
    let holder = house.engine.holder(token).await?.ok_or(Refusal::InvalidToken)?;
    // A token that is bound is good with its key alone, and one that is not is no bound one (RFC 9449 7.1).
    let bound = holder.claims.pointer("/cnf/jkt").and_then(Value::as_str);
    if bound != key.as_deref() || (scheme == Scheme::Dpop) != bound.is_some() {
        return Err(Refusal::InvalidToken);
    }
    let client = house.engine.clients().find(holder.grant.client.as_str());
    let client = client.ok_or(Refusal::InvalidToken)?;
    let scope = holder.claims.get("scope").and_then(Value::as_str).unwrap_or_default();
    if !scope.split(' ').any(|value| value == "openid") {
        return Err(Refusal::InvalidToken);
    }
    let asked = holder.claims.get("userinfo_claims").and_then(Value::as_array);
    let asked = asked.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    let mut told = engine::claims(&holder.account, &holder.grant, &asked.collect::<Vec<_>>());
    let subject = house.engine.subject(&client, holder.account.id).ok_or(Refusal::InvalidToken)?;
    told.insert("sub".to_owned(), json!(subject));
    Ok(answer(StatusCode::OK, &Value::Object(told)))
}

/// How a token is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Bearer,
    Dpop,
}

/// The token of `Authorization: Bearer` (RFC 6750 2.1) or `DPoP` (RFC 9449 7.1). It is never looked for in an address, where it would be kept by
/// logs (security.md E10).
fn access_token(headers: &HeaderMap) -> Result<(&str, Scheme), Refusal> {
    if !headers.contains_key(AUTHORIZATION) {
        return Err(Refusal::NoToken);
    }
    let parts = single(headers, &AUTHORIZATION).and_then(|value| value.split_once(' '));
    let (scheme, token) = parts.ok_or(Refusal::InvalidToken)?;
    if scheme.eq_ignore_ascii_case("bearer") {
        Ok((token, Scheme::Bearer))
    } else if scheme.eq_ignore_ascii_case("dpop") {
        Ok((token, Scheme::Dpop))
    } else {
        Err(Refusal::InvalidToken)
    }
}
