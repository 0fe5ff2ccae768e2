//! The service's own app, played by hand: it signs a member in step by step, without a browser.
//!
//! It keeps what it is told to keep (`auth_session`, `device`) and nothing else, and sends forms that no library sets right.

use http::{Method, Request};
use serde_json::Value;

use crate::site::{CHALLENGE, Shows, VERIFIER, post, setup, text};
use crate::support::{Answer, House, PASSWORD, escape, send};

pub(crate) const PATH: &str = "/oauth/authorization-challenge";
pub(crate) const APP: &str = "reader-app";
pub(crate) const HANAKO: &str = "hanako@example.jp";

/// An installation of the app.
#[derive(Clone)]
pub(crate) struct Phone {
    pub(crate) held: Option<String>,
    pub(crate) device: Option<String>,
    pub(crate) language: &'static str,
    pub(crate) version: &'static str,
    pub(crate) scope: &'static str,
}

impl Default for Phone {
    fn default() -> Self {
        let scope = "openid profile email offline_access";
        Self { held: None, device: None, language: "en", version: "Reader/1.0 (iOS)", scope }
    }
}

impl Phone {
    /// Sends a step as it stands, and keeps what the answer says to keep.
    pub(crate) async fn step(&mut self, house: &House, step: &str, fields: &[(&str, &str)]) -> Answer {
        let held = self.held.clone().unwrap_or_default();
        let device = self.device.clone().unwrap_or_default();
        let mut all = vec![("client_id", APP)];
        if self.held.is_some() {
            all.push(("auth_session", &held));
        } else {
            all.extend([
                ("response_type", "code"),
                ("scope", self.scope),
                ("code_challenge", CHALLENGE),
                ("code_challenge_method", "S256"),
            ]);
        }
        all.extend(
            [("device", device.as_str()), ("step", step)].into_iter().filter(|pair| !pair.1.is_empty()),
        );
        all.extend(fields);
        let answer = Box::pin(self.send(house, &all)).await;
        let body = answer.json();
        if let Some(sealed) = body["auth_session"].as_str() {
            assert_ne!(Some(sealed), self.held.as_deref(), "it rotates");
            self.held = Some(sealed.to_owned());
        }
        if let Some(device) = body["device"].as_str() {
            self.device = Some(device.to_owned());
        }
        answer
    }

    /// Sends exactly these fields.
    pub(crate) async fn send(&self, house: &House, fields: &[(&str, &str)]) -> Answer {
        let body = fields.iter().map(|(name, value)| format!("{name}={}", escape(value)));
        let request = Request::builder()
            .method(Method::POST)
            .uri(PATH)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("genkan-app", self.version)
            .header("accept-language", self.language);
        let body = body.collect::<Vec<_>>().join("&");
        send(&house.router, request.body(body.into()).unwrap()).await
    }

    /// Signs in with address and password, to a code.
    pub(crate) async fn signs_in(&mut self, house: &House, address: &str, password: &str) -> String {
        self.held = None;
        let fields = [("email", address), ("password", password)];
        text(&self.step(house, "password", &fields).await.is(200).json(), "authorization_code")
    }
}

/// Redeems a code as the app does: without an address.
pub(crate) async fn redeem(house: &House, code: &str) -> Answer {
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", APP),
        ("code", code),
        ("code_verifier", VERIFIER),
    ];
    post(house, Shows::Nothing, "/oauth/token", &fields).await
}

pub(crate) async fn refresh(house: &House, token: &str) -> Answer {
    crate::site::refresh(house, Shows::Nothing, token).await
}

pub(crate) async fn revoke(house: &House, token: &str) -> Answer {
    let fields = [("client_id", APP), ("token", token)];
    post(house, Shows::Nothing, "/oauth/revoke", &fields).await
}

/// A house with a member and a phone that is signed in, with its tokens.
pub(crate) async fn signed_in() -> (House, Phone, Value) {
    let mut house = House::with(setup()).await;
    house.registered(HANAKO).await;
    let mut phone = Phone::default();
    let code = phone.signs_in(&house, HANAKO, PASSWORD).await;
    let tokens = redeem(&house, &code).await.is(200).json();
    (house, phone, tokens)
}

/// The steps that an answer says are open.
pub(crate) fn next(answer: &Answer) -> Vec<String> {
    let body = answer.json();
    let steps = body["next"].as_array().unwrap_or_else(|| panic!("no next in {body}"));
    steps.iter().map(|step| step.as_str().unwrap().to_owned()).collect()
}

/// It says that something is missing, and why.
pub(crate) fn refused(answer: &Answer, code: &str) {
    let body = answer.is(403).json();
    assert_eq!((&body["error"], &body["code"]), (&"insufficient_authorization".into(), &code.into()));
    assert!(body["auth_session"].is_string() && body["message"].is_string(), "{body}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}
