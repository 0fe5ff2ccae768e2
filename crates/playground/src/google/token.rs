//! Where the stand-in for Google hands out tokens: for a code, and for an app as the SDK on a phone would.
//!
//! A code is used up by the first try of a client that has shown its secret, right or wrong. The token for an app
//! is made for any client id, because the real Google has millions of clients and an app may show somebody else's.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use super::people::Person;
use super::{ACCESS_S, Google};
use crate::Playground;
use crate::issuer::answer::{oauth_error, unprocessable};
use crate::issuer::jwt::{fits, half_digest};
use crate::issuer::request::{Grant, Presented, basic};
use crate::issuer::{StandInFault, put};

/// How long an ID token is good.
const ID_TOKEN_S: i64 = 3_600;

pub(crate) async fn redeem(
    State(house): State<Arc<Playground>>,
    headers: HeaderMap,
    Form(presented): Form<Presented>,
) -> Response {
    let google = house.google();
    let both =
        basic(&headers).or_else(|| presented.client_id.clone().zip(presented.client_secret.clone()));
    let right = (google.client.client_id.clone(), google.client.client_secret.clone());
    if both.as_ref() != Some(&right) {
        return oauth_error(StatusCode::UNAUTHORIZED, "invalid_client", "Unauthorized");
    }
    if presented.grant_type.as_deref() != Some("authorization_code") {
        return oauth_error(StatusCode::BAD_REQUEST, "unsupported_grant_type", "Invalid grant_type");
    }
    let code = presented.code.as_deref().unwrap_or_default();
    let Some(grant) = google.codes.take(house.now_s(), code) else {
        return oauth_error(StatusCode::BAD_REQUEST, "invalid_grant", "Malformed auth code.");
    };
    if presented.redirect_uri != grant.redirect_uri {
        return oauth_error(StatusCode::BAD_REQUEST, "redirect_uri_mismatch", "Bad Request");
    }
    let verifier = presented.code_verifier.as_deref();
    let is_proved = grant.challenge.as_deref().is_none_or(|it| verifier.is_some_and(|v| fits(it, v)));
    if !is_proved || (grant.challenge.is_none() && verifier.is_some()) {
        return oauth_error(StatusCode::BAD_REQUEST, "invalid_grant", "Invalid code verifier.");
    }
    match google.answer(house.now_s(), &grant) {
        Ok(Some(answer)) => Json(answer).into_response(),
        Ok(None) => oauth_error(StatusCode::BAD_REQUEST, "invalid_grant", "Account not found."),
        Err(fault) => fault.into_response(),
    }
}

/// An access token ends here; the real one needs no proof of the client either.
pub(crate) async fn revoke(
    State(house): State<Arc<Playground>>,
    Form(presented): Form<Presented>,
) -> Response {
    let token = presented.token.as_deref().unwrap_or_default();
    match house.google().access.take(house.now_s(), token) {
        Some(_) => Json(json!({})).into_response(),
        None => oauth_error(StatusCode::BAD_REQUEST, "invalid_token", "Token expired or revoked"),
    }
}

pub(crate) async fn userinfo(State(house): State<Arc<Playground>>, headers: HeaderMap) -> Response {
    let google = house.google();
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = value.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    let grant = google.access.read(house.now_s(), token);
    let person = grant.as_ref().and_then(|grant| google.person(&grant.person));
    match grant.zip(person) {
        Some((grant, person)) => Json(about(&person, &grant)).into_response(),
        None => oauth_error(StatusCode::UNAUTHORIZED, "invalid_request", "Invalid Credentials"),
    }
}

/// What an app asks the SDK for.
#[derive(Deserialize)]
pub(crate) struct Native {
    person: String,
    /// The audience: the client of the server, or the app's own.
    client_id: String,
    nonce: Option<String>,
    /// The app's own client, where it asks for a token for its server.
    azp: Option<String>,
}

pub(crate) async fn native(
    State(house): State<Arc<Playground>>,
    Json(wanted): Json<Native>,
) -> Response {
    let google = house.google();
    let Some(person) = google.person(&wanted.person) else {
        return unprocessable("There is no such person.");
    };
    let now_s = house.now_s();
    let grant = Grant {
        person: wanted.person,
        client_id: wanted.client_id,
        redirect_uri: None,
        scope: "openid email profile".to_owned(),
        nonce: wanted.nonce,
        challenge: None,
        auth_time: now_s,
    };
    let mut claims = google.claims(&person, &grant, now_s);
    if let Some(azp) = wanted.azp {
        put(&mut claims, "azp", json!(azp));
    }
    match google.keys.sign("JWT", &claims) {
        Ok(token) => Json(json!({ "id_token": token })).into_response(),
        Err(fault) => fault.into_response(),
    }
}

impl Google {
    fn person(&self, id: &str) -> Option<Person> {
        self.book.read(|book| book.person(id).cloned())
    }

    fn answer(&self, now_s: i64, grant: &Grant) -> Result<Option<Value>, StandInFault> {
        let Some(person) = self.person(&grant.person) else { return Ok(None) };
        let access = self.access.put(now_s, grant.clone())?;
        let mut answer = json!({
            "access_token": access, "expires_in": ACCESS_S, "scope": grant.scope, "token_type": "Bearer",
        });
        if grant.has_scope("openid") {
            let mut claims = self.claims(&person, grant, now_s);
            put(&mut claims, "at_hash", json!(half_digest(&access)));
            if self.book.read(|book| book.switches.asks_again) {
                put(&mut claims, "auth_time", json!(grant.auth_time));
            }
            put(&mut answer, "id_token", json!(self.keys.sign("JWT", &claims)?));
        }
        Ok(Some(answer))
    }

    fn claims(&self, person: &Person, grant: &Grant, now_s: i64) -> Value {
        let mut claims = about(person, grant);
        put(&mut claims, "iss", json!(self.token_issuer()));
        put(&mut claims, "aud", json!(grant.client_id));
        put(&mut claims, "azp", json!(grant.client_id));
        put(&mut claims, "iat", json!(now_s));
        put(&mut claims, "exp", json!(now_s + ID_TOKEN_S));
        if let Some(nonce) = &grant.nonce {
            put(&mut claims, "nonce", json!(nonce));
        }
        claims
    }
}

/// What the scopes let a client know.
fn about(person: &Person, grant: &Grant) -> Value {
    let mut claims = json!({ "sub": person.sub });
    if let Some(hd) = &person.hd {
        put(&mut claims, "hd", json!(hd));
    }
    if grant.has_scope("email") {
        put(&mut claims, "email", json!(person.email));
        put(&mut claims, "email_verified", json!(person.email_verified));
    }
    if grant.has_scope("profile") {
        put(&mut claims, "name", json!(person.name()));
        put(&mut claims, "given_name", json!(person.given_name));
        put(&mut claims, "family_name", json!(person.family_name));
    }
    claims
}
