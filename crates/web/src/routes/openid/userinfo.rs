//! The userinfo endpoint (OpenID Connect Core 5.3): what a client may know of whoever gave it the token, as it is now.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::refusal::{Refusal, answer};
use super::token::form;
use crate::House;
use crate::fields;
use crate::visitor::single;

/// GET /oauth/userinfo.
pub(crate) async fn tell(State(house): State<House>, headers: HeaderMap) -> Result<Response, Refusal> {
    of_holder(&house, access_token(&headers)?).await
}

/// POST /oauth/userinfo: the token in the head, or in a form (RFC 6750 2.2), and not in both.
pub(crate) async fn posted(
    State(house): State<House>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    if body.is_empty() || !fields::is_type(&headers, FORM) {
        return of_holder(&house, access_token(&headers)?).await;
    }
    let params = form(&headers, &body)?;
    match (params.get("access_token"), headers.contains_key(AUTHORIZATION)) {
        (Some(_), true) => Err(Refusal::InvalidRequest("The access token comes twice.")),
        (Some(token), false) => of_holder(&house, token).await,
        (None, _) => of_holder(&house, access_token(&headers)?).await,
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

async fn of_holder(house: &House, token: &str) -> Result<Response, Refusal> {
    let holder = house.engine.holder(token).await?.ok_or(Refusal::InvalidToken)?;
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

/// The token of `Authorization: Bearer` (RFC 6750 2.1). It is never looked for in an address, where it would be kept by logs
/// (security.md E10).
fn access_token(headers: &HeaderMap) -> Result<&str, Refusal> {
    if !headers.contains_key(AUTHORIZATION) {
        return Err(Refusal::NoToken);
    }
    let parts = single(headers, &AUTHORIZATION).and_then(|value| value.split_once(' '));
    let (scheme, token) = parts.ok_or(Refusal::InvalidToken)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token) } else { Err(Refusal::InvalidToken) }
}
