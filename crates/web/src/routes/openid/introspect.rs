//! Introspection (RFC 7662): whether a token is good now, for those whom it is for. Why one is not is never told.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use engine::Client;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::client::client;
use super::params::Params;
use super::refusal::{Refusal, answer};
use super::token::form;
use crate::House;

/// POST /oauth/introspect. A client without a secret may not ask (RFC 7662 2.1).
pub(crate) async fn introspect(
    State(house): State<House>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let params = form(&headers, &body)?;
    let client = client(&house, &headers, &params)?;
    if client.is_public() {
        return Err(Refusal::InvalidClient);
    }
    let told = look(&house, &client, &params).await?;
    Ok(answer(StatusCode::OK, &told.unwrap_or_else(|| json!({ "active": false }))))
}

async fn look(house: &House, client: &Client, params: &Params) -> Result<Option<Value>, Refusal> {
    let token = params.get("token").ok_or(Refusal::InvalidRequest("There is no token."))?;
    if let Some(holder) = house.engine.holder(token).await? {
        let of_client = holder.grant.client.as_str() == client.id;
        let audience = holder.claims.get("aud").and_then(Value::as_array);
        let for_client = audience.is_some_and(|all| all.iter().any(|one| one == client.id.as_str()));
        let mut claims = holder.claims;
        if let Some(object) = claims.as_object_mut() {
            object.insert("active".to_owned(), json!(true));
            let bound = object.contains_key("cnf");
            let kind = if bound { "DPoP" } else { "Bearer" };
            object.insert("token_type".to_owned(), json!(kind));
            object.remove("userinfo_claims");
        }
        return Ok((of_client || for_client).then_some(claims));
    }
    let grant = house.engine.refresh_holder(token).await?;
    let grant = grant.filter(|grant| grant.client.as_str() == client.id);
    Ok(grant.map(|grant| {
        json!({
            "active": true,
            "client_id": client.id,
            "scope": grant.scope.as_str(),
            "sub": house.engine.subject(client, grant.account),
            "iss": house.engine.signing().issuer(),
            "iat": grant.started_at.0.div_euclid(1_000),
        })
    }))
}
