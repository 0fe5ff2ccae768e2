//! The token endpoint (RFC 6749 3.2) and the one where tokens are given back (RFC 7009).

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use engine::{Client, Issued, ShownCode, Wish};
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};

use super::client::client;
use super::params::Params;
use super::refusal::{Refusal, answer};
use super::{TOKEN, dpop};
use crate::House;
use crate::fields;
use crate::visitor::Caller;

/// POST /oauth/token.
pub(crate) async fn exchange(
    State(house): State<House>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let params = form(&headers, &body)?;
    let client = client(&house, &headers, &params)?;
    let key = dpop::of_client(&house, &client, &headers, TOKEN)?;
    let (bound, asked) = (key.is_some(), Asked { params: &params, key });
    let issued = match params.get("grant_type") {
        Some("authorization_code") => by_code(&house, &client, asked, &caller).await?,
        Some("refresh_token") => by_refresh(&house, &client, asked, &caller).await?,
        Some(_) => return Err(Refusal::UnsupportedGrantType),
        None => return Err(Refusal::InvalidRequest("There is no grant_type.")),
    };
    Ok(answer(StatusCode::OK, &tokens(issued, bound)))
}

/// POST /oauth/revoke. A token that is none is given back as well (RFC 7009 2.2).
pub(crate) async fn revoke(
    State(house): State<House>,
    caller: Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let params = form(&headers, &body)?;
    let client = client(&house, &headers, &params)?;
    let token = params.get("token").ok_or(Refusal::InvalidRequest("There is no token."))?;
    house.engine.revoke(&client, token, &caller.0).await?;
    Ok(answer(StatusCode::OK, &json!({})))
}

/// A form's parameters.
pub(super) fn form(headers: &HeaderMap, body: &[u8]) -> Result<Params, Refusal> {
    if !fields::is_type(headers, "application/x-www-form-urlencoded") {
        return Err(Refusal::InvalidRequest("The body must be application/x-www-form-urlencoded."));
    }
    let params = std::str::from_utf8(body).ok().and_then(Params::parse);
    params.ok_or(Refusal::InvalidRequest("A parameter comes twice, is too long, or is no text."))
}

/// What is asked for, and the thumbprint of the key that was shown.
struct Asked<'r> {
    params: &'r Params,
    key: Option<String>,
}

async fn by_code(
    house: &House,
    client: &Client,
    Asked { params, key }: Asked<'_>,
    caller: &Caller,
) -> Result<Issued, Refusal> {
    let code = params.get("code").ok_or(Refusal::InvalidRequest("There is no code."))?;
    let uri = params.get("redirect_uri").unwrap_or_default();
    let verifier = params.get("code_verifier").unwrap_or_default();
    let shown = ShownCode { code, redirect_uri: uri, verifier, key: key.as_deref() };
    let redeemed = house.engine.redeem_code(client, shown, &caller.0).await?;
    let redeemed = redeemed.map_err(|_| Refusal::InvalidGrant)?;
    let asked = redeemed.code.claims.as_deref().map(Wishes::read).unwrap_or_default();
    let account =
        if asked.id.is_empty() { None } else { house.engine.grants_account(&redeemed.grant).await? };
    let wish = Wish {
        scope: None,
        nonce: redeemed.code.nonce.clone(),
        id_claims: asked.id,
        userinfo_claims: asked.userinfo,
        key,
    };
    Ok(house.engine.tokens(client, (&redeemed.grant, account.as_ref()), &wish).await?)
}

async fn by_refresh(
    house: &House,
    client: &Client,
    Asked { params, key }: Asked<'_>,
    caller: &Caller,
) -> Result<Issued, Refusal> {
    let token =
        params.get("refresh_token").ok_or(Refusal::InvalidRequest("There is no refresh_token."))?;
    let grant = house.engine.use_refresh_token(client, (token, key.as_deref()), &caller.0).await?;
    let grant = grant.map_err(|_| Refusal::InvalidGrant)?;
    let scope = match params.get("scope") {
        None => None,
        Some(wish) => {
            let has = |value: &str| grant.scope.as_str().split(' ').any(|one| one == value);
            if !wish.split(' ').all(has) {
                return Err(Refusal::InvalidScope);
            }
            Some(wish.to_owned())
        }
    };
    Ok(house.engine.tokens(client, (&grant, None), &Wish { scope, key, ..Wish::default() }).await?)
}

fn tokens(issued: Issued, bound: bool) -> Value {
    let mut body = Map::new();
    body.insert("access_token".to_owned(), json!(issued.access));
    body.insert("token_type".to_owned(), json!(if bound { "DPoP" } else { "Bearer" }));
    body.insert("expires_in".to_owned(), json!(issued.expires_in));
    body.insert("scope".to_owned(), json!(issued.scope));
    if let Some(refresh) = issued.refresh {
        body.insert("refresh_token".to_owned(), json!(refresh));
    }
    if let Some(held) = issued.auth_session {
        body.insert("auth_session".to_owned(), json!(held));
    }
    if let Some(id) = issued.id {
        body.insert("id_token".to_owned(), json!(id));
    }
    Value::Object(body)
}

/// Claims that were asked for one by one (OpenID Connect Core 5.5). That they are essential, or what they should be, changes
/// nothing: the house tells what it knows.
#[derive(Default)]
struct Wishes {
    id: Vec<String>,
    userinfo: Vec<String>,
}

/// The claims that there are.
pub(super) const CLAIMS: [&str; 4] = ["name", "locale", "email", "email_verified"];

impl Wishes {
    fn read(text: &str) -> Self {
        let Ok(asked) = serde_json::from_str::<Value>(text) else { return Self::default() };
        let names = |member: &str| {
            let named = asked.get(member).and_then(Value::as_object);
            let known = |name: &&str| named.is_some_and(|named| named.contains_key(*name));
            CLAIMS.into_iter().filter(known).map(str::to_owned).collect()
        };
        Self { id: names("id_token"), userinfo: names("userinfo") }
    }
}
