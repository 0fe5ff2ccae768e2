//! Where the stand-in for Apple hands out tokens, and takes them back.
//!
//! The client proves itself by a JWT that it signed with its key, good for at most six months. Revoking any token of a
//! consent ends the consent: the next sign-in is the first again. The token for an app is made for any client id, because
//! an app may show somebody else's.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use super::people::{Mail, Person, Refresh};
use super::{ACCESS_S, Apple};
use crate::Playground;
use crate::issuer::answer::{oauth_error, unprocessable};
use crate::issuer::jwt::{fits, half_digest, read_es256};
use crate::issuer::request::{Grant, Presented};
use crate::issuer::{StandInFault, draw, put};

/// How long an ID token is good.
const ID_TOKEN_S: i64 = 24 * 3_600;
/// How far ahead a client secret may run out: Apple's six months.
const SECRET_S: i64 = 15_777_000;

/// What is said where a request is refused.
type Refused = (&'static str, &'static str);

pub(crate) async fn redeem(
    State(house): State<Arc<Playground>>,
    Form(presented): Form<Presented>,
) -> Response {
    let apple = house.apple();
    let Some(client_id) = apple.proven_client(&presented, house.now_s()) else {
        return refused(("invalid_client", "The client secret is not one."));
    };
    let answer = match presented.grant_type.as_deref() {
        Some("authorization_code") => apple.by_code(&presented, &client_id, house.now_s()),
        Some("refresh_token") => apple.by_refresh(&presented, &client_id, house.now_s()),
        _ => return refused(("unsupported_grant_type", "grant_type is not supported.")),
    };
    match answer {
        Ok(Ok(answer)) => Json(answer).into_response(),
        Ok(Err(why)) => refused(why),
        Err(fault) => fault.into_response(),
    }
}

pub(crate) async fn revoke(
    State(house): State<Arc<Playground>>,
    Form(presented): Form<Presented>,
) -> Response {
    let apple = house.apple();
    let Some(client_id) = apple.proven_client(&presented, house.now_s()) else {
        return refused(("invalid_client", "The client secret is not one."));
    };
    let Some(token) = presented.token else {
        return refused(("invalid_request", "token is missing."));
    };
    // A token that is not known is revoked already (RFC 7009 §2.2).
    let person = apple.access.read(house.now_s(), &token).filter(|(_, client)| *client == client_id);
    let done = apple.book.change(|book| {
        let refresh = book.refresh.iter().find(|one| one.token == token && one.client_id == client_id);
        let person = person.map(|(person, _)| person).or_else(|| refresh.map(|one| one.person.clone()));
        if let Some(person) = person {
            book.withdraw(&person, Some(&client_id));
        }
    });
    match done {
        Ok(()) => StatusCode::OK.into_response(),
        Err(fault) => fault.into_response(),
    }
}

fn refused((error, description): Refused) -> Response {
    oauth_error(StatusCode::BAD_REQUEST, error, description)
}

/// What an app asks the phone for.
#[derive(Deserialize)]
pub(crate) struct Native {
    person: String,
    /// The app's bundle id.
    client_id: String,
    nonce: Option<String>,
    #[serde(default = "shared")]
    mail: Mail,
}

const fn shared() -> Mail {
    Mail::Share
}

pub(crate) async fn native(
    State(house): State<Arc<Playground>>,
    Json(wanted): Json<Native>,
) -> Response {
    let Some(person) = house.apple().person(&wanted.person) else {
        return unprocessable("There is no such person.");
    };
    match house.apple().for_app(&person, wanted, house.now_s()) {
        Ok(answer) => Json(answer).into_response(),
        Err(fault) => fault.into_response(),
    }
}

impl Apple {
    fn person(&self, id: &str) -> Option<Person> {
        self.book.read(|book| book.person(id).cloned())
    }

    /// The client that the secret proves: signed with its key, for itself, for this issuer, not for too long.
    fn proven_client(&self, presented: &Presented, now_s: i64) -> Option<String> {
        let client_id = presented.client_id.as_ref()?;
        let ours = client_id == &self.client.services_id || self.client.bundle_ids.contains(client_id);
        let secret = presented.client_secret.as_deref()?;
        let (header, claims) = read_es256(secret, &self.client.public_key)?;
        let is = |name: &str, value: &str| claims.get(name).is_some_and(|claim| claim == value);
        let ends_s = claims.get("exp")?.as_i64()?;
        let begins_s = claims.get("iat")?.as_i64()?;
        let is_right = ours
            && header.get("kid")? == self.client.key_id.as_str()
            && is("iss", &self.client.team_id)
            && is("sub", client_id)
            && is("aud", &self.issuer)
            && now_s < ends_s
            && ends_s <= now_s + SECRET_S
            && begins_s <= now_s + 60;
        is_right.then(|| client_id.clone())
    }

    fn by_code(
        &self,
        presented: &Presented,
        client_id: &str,
        now_s: i64,
    ) -> Result<Result<Value, Refused>, StandInFault> {
        let code = presented.code.as_deref().unwrap_or_default();
        let Some(grant) = self.codes.take(now_s, code) else {
            return Ok(Err(("invalid_grant", "The code has expired or has been revoked.")));
        };
        if grant.client_id != client_id {
            return Ok(Err(("invalid_grant", "The code was not issued to this client.")));
        }
        if grant.redirect_uri.is_some() && presented.redirect_uri != grant.redirect_uri {
            return Ok(Err(("invalid_grant", "redirect_uri does not match the one of the request.")));
        }
        // Apple documents no PKCE. Who sends a challenge all the same is held to it.
        let verifier = presented.code_verifier.as_deref();
        if grant.challenge.as_deref().is_some_and(|it| !verifier.is_some_and(|v| fits(it, v))) {
            return Ok(Err(("invalid_grant", "The code verifier does not match.")));
        }
        let (Some(person), true) = (self.person(&grant.person), self.agreed(&grant)) else {
            return Ok(Err(("invalid_grant", "The code has expired or has been revoked.")));
        };
        let token = format!("r{}", draw(32)?);
        let refresh = Refresh {
            token: token.clone(),
            person: person.id.clone(),
            client_id: client_id.to_owned(),
        };
        self.book.change(|book| book.refresh.push(refresh))?;
        let mut answer = self.answer(&person, &grant, now_s)?;
        put(&mut answer, "refresh_token", json!(token));
        Ok(Ok(answer))
    }

    fn by_refresh(
        &self,
        presented: &Presented,
        client_id: &str,
        now_s: i64,
    ) -> Result<Result<Value, Refused>, StandInFault> {
        let is_it = |one: &&Refresh| {
            presented.refresh_token.as_ref() == Some(&one.token) && one.client_id == client_id
        };
        let found = self.book.read(|book| book.refresh.iter().find(is_it).cloned());
        let Some(person) = found.and_then(|one| self.person(&one.person)) else {
            return Ok(Err(("invalid_grant", "The token has expired or has been revoked.")));
        };
        let grant = Grant {
            person: person.id.clone(),
            client_id: client_id.to_owned(),
            redirect_uri: None,
            scope: String::new(),
            nonce: None,
            challenge: None,
            auth_time: now_s,
        };
        self.answer(&person, &grant, now_s).map(Ok)
    }

    fn agreed(&self, grant: &Grant) -> bool {
        self.book.read(|book| book.consent(&grant.person, &grant.client_id).is_some())
    }

    fn answer(&self, person: &Person, grant: &Grant, now_s: i64) -> Result<Value, StandInFault> {
        let access = self.access.put(now_s, (person.id.clone(), grant.client_id.clone()))?;
        let mut claims = self.claims(person, grant, now_s);
        put(&mut claims, "at_hash", json!(half_digest(&access)));
        let id_token = self.keys.sign("JWT", &claims)?;
        Ok(json!({
            "access_token": access, "token_type": "Bearer", "expires_in": ACCESS_S, "id_token": id_token,
        }))
    }

    fn for_app(&self, person: &Person, wanted: Native, now_s: i64) -> Result<Value, StandInFault> {
        let grant = Grant {
            person: wanted.person,
            client_id: wanted.client_id,
            redirect_uri: None,
            scope: "name email".to_owned(),
            nonce: wanted.nonce,
            challenge: None,
            auth_time: now_s,
        };
        let user = self.agree(person, &grant, wanted.mail)?;
        let code = self.codes.put(now_s, grant.clone())?;
        let mut claims = self.claims(person, &grant, now_s);
        put(&mut claims, "c_hash", json!(half_digest(&code)));
        // 2: likely a person. Only phones say so.
        put(&mut claims, "real_user_status", json!(2));
        let mut answer = json!({
            "id_token": self.keys.sign("JWT", &claims)?, "authorization_code": code,
        });
        if let Some(user) = user.and_then(|user| serde_json::from_str(&user).ok()) {
            put(&mut answer, "user", user);
        }
        Ok(answer)
    }

    pub(super) fn claims(&self, person: &Person, grant: &Grant, now_s: i64) -> Value {
        let (mail, as_text) = self.book.read(|book| {
            let consent = book.consent(&person.id, &grant.client_id);
            (consent.and_then(|consent| consent.mail), book.switches.verified_as_text)
        });
        let mut claims = json!({
            "iss": self.issuer,
            "aud": grant.client_id,
            "sub": person.sub(&self.client.team_id),
            "iat": now_s,
            "exp": now_s + ID_TOKEN_S,
            "auth_time": grant.auth_time,
            "nonce_supported": true,
        });
        if let Some(nonce) = &grant.nonce {
            put(&mut claims, "nonce", json!(nonce));
        }
        if let Some(mail) = mail {
            let is_verified = mail == Mail::Hide || person.email_verified;
            let verified = if as_text { json!(is_verified.to_string()) } else { json!(is_verified) };
            put(&mut claims, "email", json!(person.address(mail, &grant.client_id)));
            put(&mut claims, "email_verified", verified);
            if mail == Mail::Hide {
                put(&mut claims, "is_private_email", json!("true"));
            }
        }
        claims
    }
}
