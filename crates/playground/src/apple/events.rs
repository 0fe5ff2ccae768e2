//! What the stand-in for Apple tells the house about accounts: a JSON object with one signed token a POST, and the
//! house's answer. The `events` claim is JSON within a string, as Apple writes it.
//!
//! `consent-revoked` and `account-delete` end the consent here as well, so that the next sign-in is the first again. The
//! last event can be sent again as it was.

use std::sync::{Arc, PoisonError};

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use serde::Deserialize;
use serde_json::json;

use super::people::Person;
use super::{Apple, WHOM};
use crate::Playground;
use crate::frame::escape;
use crate::issuer::answer::{delivered, unprocessable};
use crate::issuer::deliver::{Delivery, Event};
use crate::issuer::{StandInFault, draw, filled, put};

/// How long Apple's event tokens are good.
const EVENT_S: i64 = 24 * 3_600;

/// The events, and what has happened. Apple's documents have had both spellings of the last.
const EVENTS: [(&str, &str); 5] = [
    ("email-disabled", "Passes no more mail on"),
    ("email-enabled", "Passes mail on again"),
    ("consent-revoked", "Stopped using it for this service"),
    ("account-delete", "Deleted the account at Apple"),
    ("account-deleted", "Deleted it (the newer spelling)"),
];

/// An event to be sent.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default, deserialize_with = "filled")]
    event: Option<String>,
    #[serde(default, deserialize_with = "filled")]
    person: Option<String>,
    /// The id of the event; a new one by default.
    #[serde(default, deserialize_with = "filled")]
    jti: Option<String>,
    /// Whom it is for; the client of the web pages by default.
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
        Ok(Ok(delivery)) => delivered(&house, WHOM, "/dev/apple", &delivery),
        Ok(Err(sentence)) => unprocessable(sentence),
        Err(fault) => fault.into_response(),
    }
}

async fn send(
    house: &Playground,
    wanted: Wanted,
) -> Result<Result<Delivery, &'static str>, StandInFault> {
    let apple = house.apple();
    let last = || apple.last_event.lock().unwrap_or_else(PoisonError::into_inner);
    let event = if wanted.again {
        last().clone().ok_or("No event has been sent yet.")
    } else {
        apple.event(wanted, (house.now)())?
    };
    let event = match event {
        Ok(event) => event,
        Err(sentence) => return Ok(Err(sentence)),
    };
    *last() = Some(event.clone());
    event.deliver().await.map(Ok)
}

impl Apple {
    fn event(&self, wanted: Wanted, now_ms: i64) -> Result<Result<Event, &'static str>, StandInFault> {
        let name = wanted.event.unwrap_or_default();
        if !EVENTS.iter().any(|(known, _)| *known == name) {
            return Ok(Err("There is no such event."));
        }
        let id = wanted.person.unwrap_or_default();
        let Some(person) = self.book.read(|book| book.person(&id).cloned()) else {
            return Ok(Err("There is no such person."));
        };
        let client_id = wanted.client_id.unwrap_or_else(|| self.client.services_id.clone());
        let jti = wanted.jti.map_or_else(|| draw(16), Ok)?;
        let inside = self.inside(&name, &person, &client_id, now_ms);
        match name.as_str() {
            "consent-revoked" => self.book.change(|book| book.withdraw(&id, Some(&client_id)))?,
            "account-delete" | "account-deleted" => {
                self.book.change(|book| book.withdraw(&id, None))?;
            }
            _ => {}
        }
        let now_s = now_ms.div_euclid(1_000);
        let claims = json!({
            "iss": self.issuer, "aud": client_id, "iat": now_s, "exp": now_s + EVENT_S,
            "jti": jti, "events": inside,
        });
        let token = self.keys.sign("JWT", &claims)?;
        let body = json!({ "payload": token }).to_string();
        let to = self.events.clone();
        Ok(Ok(Event { to, content_type: "application/json", body, token, jti }))
    }

    /// The event itself; its time is in milliseconds.
    fn inside(&self, name: &str, person: &Person, client_id: &str, now_ms: i64) -> String {
        let sub = person.sub(&self.client.team_id);
        let mut inside = json!({ "type": name, "sub": sub, "event_time": now_ms });
        if name.starts_with("email-") {
            put(&mut inside, "email", json!(person.relay(client_id)));
            put(&mut inside, "is_private_email", json!("true"));
        }
        inside.to_string()
    }
}

/// A button for each event.
pub(crate) fn buttons() -> String {
    let button = |(name, words): &(&str, &str)| {
        format!(
            "<button class=\"second small\" name=\"event\" value=\"{name}\">{}</button>",
            escape(words)
        )
    };
    EVENTS.iter().map(button).collect()
}
