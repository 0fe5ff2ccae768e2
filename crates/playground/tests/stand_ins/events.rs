//! What the stand-ins tell the house: over a real connection, to a receiver that looks at what came.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::{Value, json};

use crate::house::{House, START_MS, START_S, head};

const GOOGLE: &str = "/dev/google/events.json";
const APPLE: &str = "/dev/apple/events.json";

/// What came: the path's last part, the content type, the body.
type Came = Arc<Mutex<Vec<(&'static str, String, String)>>>;

/// A house whose events go to a listener of this test.
async fn listening() -> (House, Came) {
    let came = Came::default();
    let receive = |name: &'static str| {
        post(async move |State(came): State<Came>, headers: HeaderMap, body: String| {
            let kind = headers["content-type"].to_str().unwrap().to_owned();
            came.lock().unwrap().push((name, kind, body));
            StatusCode::ACCEPTED
        })
    };
    let router = Router::new()
        .route("/events/google", receive("google"))
        .route("/events/apple", receive("apple"))
        .with_state(came.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (House::with_events_to(&origin), came)
}

fn last(came: &Came) -> (&'static str, String, String) {
    came.lock().unwrap().last().unwrap().clone()
}

async fn subject(house: &House, of: &str, person: &str) -> Value {
    let people = house.look(&format!("/dev/{of}/people.json")).await.json();
    let found = people.as_array().unwrap().iter().find(|one| one["id"] == person).unwrap();
    found["sub"].clone()
}

#[tokio::test]
async fn every_event_of_google_arrives_signed_and_names_the_person() {
    let (house, came) = listening().await;
    let sub = subject(&house, "google", "hanako").await;
    let risc = "https://schemas.openid.net/secevent/risc/event-type";
    let events = [
        ("sessions-revoked", None, format!("{risc}/sessions-revoked")),
        (
            "tokens-revoked",
            None,
            "https://schemas.openid.net/secevent/oauth/event-type/tokens-revoked".to_owned(),
        ),
        ("account-disabled:hijacking", Some("hijacking"), format!("{risc}/account-disabled")),
        ("account-disabled:bulk-account", Some("bulk-account"), format!("{risc}/account-disabled")),
        ("account-disabled", None, format!("{risc}/account-disabled")),
        ("account-enabled", None, format!("{risc}/account-enabled")),
        (
            "account-credential-change-required",
            None,
            format!("{risc}/account-credential-change-required"),
        ),
        ("account-purged", None, format!("{risc}/account-purged")),
    ];
    for (event, reason, uri) in events {
        let answer = house.json(GOOGLE, json!({ "event": event, "person": "hanako" })).await.json();
        assert_eq!(answer["status"], 202, "{answer}");
        let (place, kind, token) = last(&came);
        assert_eq!((place, kind.as_str()), ("google", "application/secevent+jwt"));
        assert_eq!(head(&token)["typ"], "secevent+jwt");
        let claims = house.claims("/dev/google/certs", &token).await.unwrap();
        assert_eq!(claims["iss"], "http://127.0.0.1:7878/dev/google");
        assert_eq!(claims["aud"], house.setup.google.client_id);
        assert_eq!((&claims["iat"], claims.get("exp")), (&json!(START_S), None));
        assert_eq!(claims["jti"], answer["jti"]);
        let about = &claims["events"][&uri];
        let expected = json!({ "subject_type": "iss-sub", "iss": claims["iss"], "sub": sub });
        assert_eq!(about["subject"], expected, "{event}");
        assert_eq!(about.get("reason").and_then(Value::as_str), reason, "{event}");
        assert_eq!(claims["events"].as_object().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn one_token_and_a_test_of_the_delivery_name_nobody() {
    let (house, came) = listening().await;
    house.json(GOOGLE, json!({ "event": "token-revoked", "person": "hanako" })).await;
    let claims = house.claims("/dev/google/certs", &last(&came).2).await.unwrap();
    let subject = &claims["events"]["https://schemas.openid.net/secevent/oauth/event-type/token-revoked"]
        ["subject"];
    assert_eq!((&subject["subject_type"], subject.get("sub")), (&json!("oauth_token"), None));
    assert_eq!(subject["token"].as_str().unwrap().len(), 88);
    house.json(GOOGLE, json!({ "event": "verification", "state": "the state" })).await;
    let claims = house.claims("/dev/google/certs", &last(&came).2).await.unwrap();
    let uri = "https://schemas.openid.net/secevent/risc/event-type/verification";
    assert_eq!(claims["events"], json!({ uri: { "state": "the state" } }));
}

#[tokio::test]
async fn an_event_can_come_twice_and_be_for_somebody_else() {
    let (house, came) = listening().await;
    assert_eq!(
        house.json(GOOGLE, json!({ "again": true })).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let wanted = json!({ "event": "sessions-revoked", "person": "hanako", "jti": "one", "client_id": "another" });
    let first = house.json(GOOGLE, wanted).await.json();
    let second = house.json(GOOGLE, json!({ "again": true })).await.json();
    assert_eq!((&first["jti"], &first["token"]), (&json!("one"), &second["token"]));
    let bodies = came.lock().unwrap().iter().map(|(_, _, body)| body.clone()).collect::<Vec<_>>();
    assert_eq!(bodies.len(), 2);
    assert_eq!(bodies[0], bodies[1]);
    let claims = house.claims("/dev/google/certs", &bodies[0]).await.unwrap();
    assert_eq!(claims["aud"], "another");
    house.json(GOOGLE, json!({ "event": "account-enabled", "person": "hanako", "jti": "one" })).await;
    let other = house.claims("/dev/google/certs", &last(&came).2).await.unwrap();
    assert_eq!(other["jti"], "one", "another event under an id that was used");
}

#[tokio::test]
async fn the_issuer_of_events_can_end_in_a_slash() {
    let (house, came) = listening().await;
    house.json("/dev/google/switches.json", json!({ "slash_in_events": true })).await;
    house.json(GOOGLE, json!({ "event": "account-enabled", "person": "hanako" })).await;
    let claims = house.claims("/dev/google/certs", &last(&came).2).await.unwrap();
    assert_eq!(claims["iss"], "http://127.0.0.1:7878/dev/google/");
}

#[tokio::test]
async fn every_event_of_apple_arrives_as_a_string_within_a_signed_payload() {
    let (house, came) = listening().await;
    let sub = subject(&house, "apple", "ken").await;
    let hidden = json!({ "person": "ken", "client_id": house.setup.apple.services_id, "mail": "hide" });
    let hidden = house.json("/dev/apple/native-token.json", hidden).await.json();
    let hidden =
        house.claims("/dev/apple/auth/keys", hidden["id_token"].as_str().unwrap()).await.unwrap();
    for event in
        ["email-disabled", "email-enabled", "consent-revoked", "account-delete", "account-deleted"]
    {
        let answer = house.json(APPLE, json!({ "event": event, "person": "ken" })).await.json();
        assert_eq!(answer["status"], 202, "{answer}");
        let (place, kind, body) = last(&came);
        assert_eq!((place, kind.as_str()), ("apple", "application/json"));
        let body = serde_json::from_str::<Value>(&body).unwrap();
        let token = body["payload"].as_str().unwrap();
        let claims = house.claims("/dev/apple/auth/keys", token).await.unwrap();
        assert_eq!(claims["iss"], "http://127.0.0.1:7878/dev/apple");
        assert_eq!(claims["aud"], house.setup.apple.services_id);
        assert_eq!((&claims["iat"], &claims["jti"]), (&json!(START_S), &answer["jti"]));
        let inside = serde_json::from_str::<Value>(claims["events"].as_str().unwrap()).unwrap();
        assert_eq!((&inside["type"], &inside["sub"]), (&json!(event), &sub));
        assert_eq!(inside["event_time"], START_MS);
        let told = event.starts_with("email-").then_some(&hidden["email"]);
        assert_eq!(
            (inside.get("email"), inside.get("is_private_email").is_some()),
            (told, told.is_some())
        );
    }
    let first = last(&came);
    house.json(APPLE, json!({ "again": true })).await;
    assert_eq!(last(&came), first);
}

#[tokio::test]
async fn what_the_receiver_says_is_shown() {
    let (house, came) = listening().await;
    let fields = [("event", "account-disabled:hijacking"), ("person", "hanako")];
    let page = house.form("/dev/google/events", &fields).await;
    assert!(page.text.contains("The receiver says 202."), "{}", page.text);
    let again = house.form("/dev/google/events", &[("again", "true")]).await;
    assert!(again.text.contains("The receiver says 202."));
    assert_eq!(came.lock().unwrap().len(), 2);
    let page = house.form("/dev/apple/events", &[("event", "email-disabled"), ("person", "ken")]).await;
    assert!(page.text.contains("The receiver says 202."));
    for wrong in
        [json!({ "event": "no-such", "person": "hanako" }), json!({ "event": "account-purged" })]
    {
        assert_eq!(house.json(GOOGLE, wrong.clone()).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(house.json(APPLE, wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn a_receiver_that_refuses_or_is_not_there_is_told_apart() {
    let elsewhere = Router::new().route(
        "/events/google",
        post(async || (StatusCode::BAD_REQUEST, "{\"err\":\"invalid_audience\"}")),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let task = tokio::spawn(async move { axum::serve(listener, elsewhere).await });
    let house = House::with_events_to(&origin);
    let wanted = json!({ "event": "account-enabled", "person": "hanako" });
    let answer = house.json(GOOGLE, wanted.clone()).await.json();
    assert_eq!(
        (&answer["status"], &answer["answer"]),
        (&json!(400), &json!("{\"err\":\"invalid_audience\"}"))
    );
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    let answer = house.json(GOOGLE, wanted).await.json();
    assert_eq!(answer["status"], Value::Null);
    assert!(answer["answer"].as_str().unwrap().starts_with("The receiver could not be reached"));
}
