//! What the stand-in for Google tells the house about accounts (Cross-Account Protection, RISC): one signed token
//! (RFC 8417) a POST, and the house's answer.
//!
//! An event only says that something happened. The person stays as they are, so that it can be tried again; and the
//! last event can be sent again as it was, because the real ones come twice at times.

use std::sync::{Arc, PoisonError};

use aws_lc_rs::digest::{SHA512, digest};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Google, WHOM};
use crate::Playground;
use crate::frame::escape;
use crate::issuer::answer::{delivered, unprocessable};
use crate::issuer::deliver::{Delivery, Event};
use crate::issuer::{StandInFault, draw, filled, put};

const RISC: &str = "https://schemas.openid.net/secevent/risc/event-type/";
const OAUTH: &str = "https://schemas.openid.net/secevent/oauth/event-type/";

/// The events: namespace, name, reason, and what has happened.
const EVENTS: [(&str, &str, &str, &str); 10] = [
    (RISC, "sessions-revoked", "", "All sessions at Google ended"),
    (OAUTH, "tokens-revoked", "", "Access of this service revoked"),
    (OAUTH, "token-revoked", "", "One token revoked"),
    (RISC, "account-disabled", "hijacking", "Account disabled: hijacked"),
    (RISC, "account-disabled", "bulk-account", "Account disabled: made in bulk"),
    (RISC, "account-disabled", "", "Account disabled: no reason given"),
    (RISC, "account-enabled", "", "Account enabled again"),
    (RISC, "account-credential-change-required", "", "Must change the password"),
    (RISC, "account-purged", "", "Account deleted for good"),
    (RISC, "verification", "", "Only a test of the delivery"),
];

/// An event to be sent.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    /// Its name, and after a colon its reason.
    #[serde(default, deserialize_with = "filled")]
    event: Option<String>,
    #[serde(default, deserialize_with = "filled")]
    person: Option<String>,
    #[serde(default, deserialize_with = "filled")]
    reason: Option<String>,
    /// The id of the event; a new one by default.
    #[serde(default, deserialize_with = "filled")]
    jti: Option<String>,
    #[serde(default, deserialize_with = "filled")]
    state: Option<String>,
    /// Whom it is for; the house's client by default.
    #[serde(default, deserialize_with = "filled")]
    client_id: Option<String>,
    /// The last one as it was, and nothing else.
    #[serde(default)]
    again: bool,
}

pub(crate) async fn send_json(
    State(house): State<Arc<Playground>>,
    Json(wanted): Json<Wanted>,
) -> Response {
    match send(&house, wanted).await {
        Ok(Ok(delivery)) => Json(delivery.json()).into_response(),
        Ok(Err(sentence)) => unprocessable(sentence),
        Err(fault) => fault.into_response(),
    }
}

pub(crate) async fn send_form(
    State(house): State<Arc<Playground>>,
    Form(wanted): Form<Wanted>,
) -> Response {
    match send(&house, wanted).await {
        Ok(Ok(delivery)) => delivered(&house, WHOM, "/dev/google", &delivery),
        Ok(Err(sentence)) => unprocessable(sentence),
        Err(fault) => fault.into_response(),
    }
}

async fn send(
    house: &Playground,
    wanted: Wanted,
) -> Result<Result<Delivery, &'static str>, StandInFault> {
    let google = house.google();
    let last = || google.last_event.lock().unwrap_or_else(PoisonError::into_inner);
    let event = if wanted.again {
        last().clone().ok_or("No event has been sent yet.")
    } else {
        google.event(wanted, house.now_s())?
    };
    let event = match event {
        Ok(event) => event,
        Err(sentence) => return Ok(Err(sentence)),
    };
    *last() = Some(event.clone());
    event.deliver().await.map(Ok)
}

impl Google {
    fn event(&self, wanted: Wanted, now_s: i64) -> Result<Result<Event, &'static str>, StandInFault> {
        let asked = wanted.event.unwrap_or_default();
        let (name, after) = asked.split_once(':').unwrap_or((&asked, ""));
        let reason = wanted.reason.unwrap_or_else(|| after.to_owned());
        let Some((namespace, ..)) = EVENTS.iter().find(|(_, known, ..)| *known == name) else {
            return Ok(Err("There is no such event."));
        };
        let id = wanted.person.unwrap_or_default();
        let sub = self.book.read(|book| book.person(&id).map(|person| person.sub.clone()));
        let slash = if self.book.read(|book| book.switches.slash_in_events) { "/" } else { "" };
        let issuer = format!("{}{slash}", self.issuer);
        let mut about = match (name, sub) {
            ("verification", _) => json!({ "state": wanted.state.unwrap_or_default() }),
            ("token-revoked", _) => json!({ "subject": one_token(&draw(32)?) }),
            (_, Some(sub)) => {
                json!({ "subject": { "subject_type": "iss-sub", "iss": issuer, "sub": sub } })
            }
            (_, None) => return Ok(Err("There is no such person.")),
        };
        if !reason.is_empty() {
            put(&mut about, "reason", json!(reason));
        }
        let jti = wanted.jti.map_or_else(|| draw(16), Ok)?;
        let mut events = json!({});
        put(&mut events, &format!("{namespace}{name}"), about);
        let claims = json!({
            "iss": issuer,
            "aud": wanted.client_id.unwrap_or_else(|| self.client.client_id.clone()),
            "iat": now_s,
            "jti": jti,
            "events": events,
        });
        self.sealed(jti, &claims).map(Ok)
    }

    fn sealed(&self, jti: String, claims: &Value) -> Result<Event, StandInFault> {
        let token = self.keys.sign("secevent+jwt", claims)?;
        let (to, body) = (self.events.clone(), token.clone());
        Ok(Event { to, content_type: "application/secevent+jwt", body, token, jti })
    }
}

/// A token is named by its digest, and whose it was is not said.
fn one_token(token: &str) -> Value {
    let twice = digest(&SHA512, digest(&SHA512, token.as_bytes()).as_ref());
    json!({
        "subject_type": "oauth_token",
        "token_type": "refresh_token",
        "token_identifier_alg": "hash_base64_sha512_sha512",
        "token": STANDARD.encode(twice),
    })
}

/// A button for each event.
pub(crate) fn buttons() -> String {
    let button = |(_, name, reason, words): &(&str, &str, &str, &str)| {
        let colon = if reason.is_empty() { "" } else { ":" };
        let words = escape(words);
        format!(
            "<button class=\"second small\" name=\"event\" value=\"{name}{colon}{reason}\">{words}</button>"
        )
    };
    EVENTS.iter().map(button).collect()
}
