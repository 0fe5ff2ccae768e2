//! The userinfo endpoint (OpenID Connect Core 5.3): what a client may know of whoever gave it the token, as it is now.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};

use super::USERINFO;
use super::refusal::{Refusal, answer};
use super::shown::{self, Scheme};
use super::token::form;
use crate::House;
use crate::fields;

/// GET /oauth/userinfo.
pub(crate) async fn tell(
    State(house): State<House>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    if !headers.contains_key(AUTHORIZATION) {
        return Err(Refusal::NoToken);
    }
    let token = shown::in_head(&headers).ok_or(Refusal::InvalidToken)?;
    of_holder(&house, (&method, &headers), token).await
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
        (Some(token), false) => of_holder(&house, (&method, &headers), (Scheme::Bearer, token)).await,
        (None, _) => tell(State(house), method, headers).await,
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

async fn of_holder(
    house: &House,
    (method, headers): (&Method, &HeaderMap),
    token: (Scheme, &str),
) -> Result<Response, Refusal> {
    let holder = shown::holder(house, headers, (method.as_str(), USERINFO), token).await?;
    let holder = holder.ok_or(Refusal::InvalidToken)?;
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
