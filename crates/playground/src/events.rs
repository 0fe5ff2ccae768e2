//! The events that a service would be told of its accounts: an endpoint that lives here, and its page beside the mailbox.
//!
//! They come as they come to a service, by a signed webhook over HTTP, so what is seen here is what a receiver gets. The newest
//! are kept in memory, and go with the process. The time of the signature is not looked at: the house's clock can be moved.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::hmac;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Html;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::Playground;
use crate::frame::{Language, escape, page};

/// Where they come in.
pub const EVENTS_PATH: &str = "/dev/events/hook";
/// What they are signed with: everybody on this machine may know it.
pub const EVENTS_SECRET: &str = "whsec_Z2Vua2FuIGRldiBldmVudHMgb24gbG9vcGJhY2s=";
const KEPT: usize = 500;

/// Those that came.
#[derive(Clone, Default)]
pub struct Events {
    inner: Arc<Mutex<VecDeque<(String, Value)>>>,
}

impl Events {
    /// The newest first, each once: its id, and its body.
    fn newest(&self) -> Vec<(String, Value)> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.iter().rev().cloned().collect()
    }

    fn put(&self, id: &str, event: Value) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.iter().all(|(known, _)| known != id) {
            inner.push_back((id.to_owned(), event));
        }
        while inner.len() > KEPT {
            inner.pop_front();
        }
    }
}

/// Takes one in, if it is signed.
pub(crate) async fn hear(
    State(house): State<Arc<Playground>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (id, time) = (text("webhook-id"), text("webhook-timestamp"));
    if !is_signed(id, time, &body, text("webhook-signature")) {
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(event) = serde_json::from_slice(&body) else { return StatusCode::BAD_REQUEST };
    house.events.put(id, event);
    StatusCode::NO_CONTENT
}

fn is_signed(id: &str, time: &str, body: &[u8], signatures: &str) -> bool {
    let secret = EVENTS_SECRET.trim_start_matches("whsec_");
    let Ok(secret) = STANDARD.decode(secret) else { return false };
    let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
    let signed = [id.as_bytes(), b".", time.as_bytes(), b".", body].concat();
    let mut given = signatures.split(' ').filter_map(|one| one.strip_prefix("v1,"));
    given.any(|one| STANDARD.decode(one).is_ok_and(|tag| hmac::verify(&key, &signed, &tag).is_ok()))
}

pub(crate) async fn list(State(house): State<Arc<Playground>>, headers: HeaderMap) -> Html<String> {
    let language = Language::of(&headers);
    let events = house.events.newest();
    let lead = language.say(
        "アカウントに起きたことを、サービスへ署名付きのWebhookで知らせます。ここは、その受け取り側です。",
        "What happens to accounts is told to your service by signed webhooks. This is a receiver.",
    );
    let rows = events.iter().map(row).collect::<String>();
    let rows = if rows.is_empty() {
        let empty = language.say(
            "まだ何も届いていません。ユーザー登録をすると、account.createdが届きます。",
            "Nothing yet. Register, and account.created arrives.",
        );
        format!("<p>{empty}</p>")
    } else {
        format!("<ul class=\"rows\">{rows}</ul>")
    };
    let title = language.say("サービスへの通知", "Events to the service");
    page(&house, language, title, &format!("<p class=\"soft\">{lead}</p>{rows}"))
}

fn row((id, event): &(String, Value)) -> String {
    let text = |field: &str| event.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let data = event.get("data").map(Value::to_string).unwrap_or_default();
    format!(
        "<li><strong>{}</strong><br><code>{}</code><br><span class=\"soft\">{} · {}</span></li>",
        escape(&text("type")),
        escape(&data),
        escape(&text("timestamp")),
        escape(id),
    )
}

pub(crate) async fn json(State(house): State<Arc<Playground>>) -> Json<Value> {
    let events = house.events.newest().into_iter();
    Json(events.map(|(id, event)| json!({ "id": id, "event": event })).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_signed_over_id_time_and_body_is_believed_and_each_comes_once() {
        let secret = STANDARD.decode(EVENTS_SECRET.trim_start_matches("whsec_")).unwrap();
        let sign = |text: &str| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
            format!("v1,{}", STANDARD.encode(hmac::sign(&key, text.as_bytes())))
        };
        let good = sign("evt_1.7.{}");
        assert!(is_signed("evt_1", "7", b"{}", &good));
        assert!(is_signed("evt_1", "7", b"{}", &format!("v1,AAAA {good}")));
        for (id, time, body, signature) in [
            ("evt_2", "7", "{}", good.as_str()),
            ("evt_1", "8", "{}", &good),
            ("evt_1", "7", "{ }", &good),
            ("evt_1", "7", "{}", &good[3..]),
            ("evt_1", "7", "{}", ""),
        ] {
            assert!(!is_signed(id, time, body.as_bytes(), signature), "{id} {time} {body}");
        }
        let events = Events::default();
        for (id, value) in [("a", 1), ("b", 2), ("a", 3)] {
            events.put(id, json!(value));
        }
        assert_eq!(events.newest(), [("b".to_owned(), json!(2)), ("a".to_owned(), json!(1))]);
    }
}
