//! Journeys through the API, as an app walks them.
//!
//! What the pages do is walked in `pages`; here is what is the API's own, and that both are one house.

use accounts::{Line, Millis, Policy};
use axum::body::Body;
use http::{Method, StatusCode};
use pages::PerLocale;
use serde_json::json;
use web::{TermsOptions, WebOptions};

use crate::support::{House, OTHER_PASSWORD, PASSWORD, Setup, send};

const TARO: &str = "taro@example.jp";

#[tokio::test]
async fn an_app_registers_signs_in_and_keeps_its_device() {
    let mut house = House::open().await;
    let mut app = house.app();
    let asked = app.post("/api/v1/register/email", json!({"email": TARO})).await;
    let flow = asked.is(200).json()["flow"].as_str().expect("a flow").to_owned();
    assert!(asked.json()["expires_at"].as_str().is_some_and(|at| at.ends_with('Z')));
    let wrong = json!({"flow": flow, "code": "000000000000"});
    app.post("/api/v1/register/verify", wrong).await.problem(422, "invalid-code");
    let early = json!({"flow": flow, "password": PASSWORD});
    app.post("/api/v1/register/complete", early).await.problem(410, "flow-expired");
    let code = house.code(TARO).await;
    let verified = app.post("/api/v1/register/verify", json!({"flow": flow, "code": code})).await;
    assert_eq!(verified.is(200).json()["flow"], flow);
    let weak = json!({"flow": flow, "password": "password"});
    app.post("/api/v1/register/complete", weak).await.problem(422, "password-too-weak");
    let complete = json!({"flow": flow, "password": PASSWORD});
    let done = app.post("/api/v1/register/complete", complete).await;
    done.is(201);
    assert!(done.set_cookies().is_empty());
    let device = done.json()["device"].as_str().expect("a device").to_owned();
    app.token = done.json()["token"].as_str().map(str::to_owned);
    let who = app.get("/api/v1/session").await;
    assert_eq!(who.is(200).json()["account"]["email"], TARO);
    assert_eq!(who.json()["account"]["id"], done.json()["account_id"]);
    assert_eq!(who.json()["session"]["kind"], "app");
    app.post("/api/v1/signout", json!({})).await.is(204);
    app.get("/api/v1/session").await.problem(401, "unauthenticated");
    let again = json!({"email": TARO, "password": PASSWORD, "device": device});
    let signed = app.post("/api/v1/signin/password", again).await;
    assert_eq!(signed.is(200).json()["device"], device);
    let letter = house.letter(TARO, "New sign-in").await;
    assert!(letter.text.contains("novel-app"), "{}", letter.text);
    house.close().await;
}

#[tokio::test]
async fn an_app_manages_the_account() {
    let mut house = House::open().await;
    house.registered(TARO).await;
    let mut app = house.app();
    app.sign_in(TARO, PASSWORD).await.is(200);
    let change = json!({"display_name": "太郎", "locale": "ja"});
    let changed = app.call(Method::PATCH, "/api/v1/account", Some(change)).await;
    assert_eq!(changed.is(200).json()["display_name"], "太郎");
    assert_eq!(app.get("/api/v1/account").await.is(200).json()["locale"], "ja");
    let only_locale = json!({"locale": "en"});
    let changed = app.call(Method::PATCH, "/api/v1/account", Some(only_locale)).await;
    assert_eq!(changed.is(200).json()["display_name"], "太郎");
    for bad in [json!({"locale": "fr"}), json!({"display_name": "あ".repeat(51)})] {
        app.call(Method::PATCH, "/api/v1/account", Some(bad)).await.problem(400, "invalid-request");
    }
    let methods = app.get("/api/v1/account/methods").await;
    assert_eq!(methods.is(200).json()["methods"][0]["address"], TARO);
    let activity = app.get("/api/v1/account/activity").await;
    assert_eq!(activity.is(200).json()["entries"][0]["kind"], "profile-changed");
    app.get("/api/v1/account/activity?before=x").await.problem(400, "invalid-request");
    app.get("/api/v1/account/activity?sort=at").await.problem(400, "invalid-request");
    house.close().await;
}

/// R-METHOD-3 and R-METHOD-7; E9: a proof in one session serves no other.
#[tokio::test]
async fn e9_a_proof_serves_its_own_session_only_and_grows_old() {
    let mut house = House::open().await;
    let mut browser = house.registered(TARO).await;
    let (mut one, mut two) = (house.app(), house.app());
    one.sign_in(TARO, PASSWORD).await.is(200);
    two.sign_in(TARO, PASSWORD).await.is(200);
    house.clock.advance(Millis::minutes(10));
    let change = json!({"new_password": OTHER_PASSWORD});
    one.post("/api/v1/account/password", change.clone()).await.problem(403, "fresh-proof-required");
    let wrong = json!({"password": "wrong"});
    one.post("/api/v1/proof/password", wrong).await.problem(401, "invalid-credentials");
    let right = json!({"password": PASSWORD});
    let fresh = one.post("/api/v1/proof/password", right).await;
    assert!(fresh.is(200).json()["fresh_until"].is_string());
    two.post("/api/v1/account/password", change.clone()).await.problem(403, "fresh-proof-required");
    one.post("/api/v1/account/password", change).await.is(204);
    two.get("/api/v1/session").await.problem(401, "unauthenticated");
    browser.get("/account").await.leads_to("/signin?return_to=/account");
    one.get("/api/v1/session").await.is(200);
    house.close().await;
}

#[tokio::test]
async fn sessions_and_devices_are_ended_by_their_owner_alone() {
    let mut house = House::open().await;
    house.registered(TARO).await;
    let mut browser = house.registered("jiro@example.jp").await;
    let (mut one, mut two, mut stranger) = (house.app(), house.app(), house.app());
    one.sign_in(TARO, PASSWORD).await.is(200);
    two.sign_in(TARO, PASSWORD).await.is(200);
    stranger.sign_in("jiro@example.jp", PASSWORD).await.is(200);
    let list = one.get("/api/v1/account/sessions").await.is(200).json();
    let sessions = list["sessions"].as_array().expect("sessions");
    assert_eq!(sessions.len(), 3);
    assert_eq!(sessions.iter().filter(|line| line["current"] == true).count(), 1);
    for line in sessions.iter().filter(|line| line["kind"] == "app" && line["current"] == false) {
        let path = format!("/api/v1/account/sessions/{}", line["id"].as_str().expect("an id"));
        // I8: nobody else's.
        stranger.delete(&path).await.problem(404, "not-found");
        two.get("/api/v1/session").await.is(200);
        one.delete(&path).await.is(204);
        two.get("/api/v1/session").await.is(401);
        one.delete(&path).await.problem(404, "not-found");
    }
    for device in list["devices"].as_array().expect("devices") {
        let path = format!("/api/v1/account/devices/{}", device["id"].as_str().expect("an id"));
        stranger.delete(&path).await.problem(404, "not-found");
        one.delete(&path).await.is(204);
    }
    one.delete("/api/v1/account/sessions/nonsense").await.problem(404, "not-found");
    one.delete("/api/v1/account/sessions").await.is(204);
    let left = one.get("/api/v1/account/sessions").await.json();
    assert_eq!(left["sessions"].as_array().map(Vec::len), Some(1));
    browser.get("/account").await.is(200);
    house.close().await;
}

#[tokio::test]
async fn a_browsers_cookie_answers_who_it_is_and_opens_nothing_else() {
    let mut house = House::open().await;
    let browser = house.registered(TARO).await;
    let with_cookie = |method: Method, path: &str| {
        let request = browser.request(method, path).header("content-type", "application/json");
        request.body(Body::from("{}")).expect("a request")
    };
    let who = send(&browser.router, with_cookie(Method::GET, "/api/v1/session")).await;
    assert_eq!(who.is(200).json()["session"]["kind"], "browser");
    for (method, path) in [
        (Method::GET, "/api/v1/account"),
        (Method::GET, "/api/v1/account/sessions"),
        (Method::POST, "/api/v1/signout"),
        (Method::PATCH, "/api/v1/account"),
        (Method::DELETE, "/api/v1/account/sessions"),
    ] {
        send(&browser.router, with_cookie(method, path)).await.problem(401, "unauthenticated");
    }
    house.close().await;
}

#[tokio::test]
async fn refusals_are_sentences_in_the_asked_language() {
    let house = House::open().await;
    let mut app = house.app();
    let english = app.sign_in(TARO, "wrong").await;
    english.problem(401, "invalid-credentials");
    assert_eq!(english.json()["detail"], "The address or password is not right.");
    assert_eq!(english.json()["type"], "urn:genkan:problem:invalid-credentials");
    assert_eq!(english.json()["title"], "Invalid credentials");
    assert_eq!(english.header("www-authenticate"), Some("Bearer"));
    app.language = "ja";
    let japanese = app.sign_in(TARO, "wrong").await;
    assert!(!japanese.json()["detail"].as_str().unwrap_or_default().is_ascii());
    assert_eq!(japanese.json()["title"], "Invalid credentials");
    let nowhere = app.get("/api/v1/nowhere").await;
    nowhere.problem(404, "not-found");
    let wrong_method = app.get("/api/v1/signout").await;
    wrong_method.problem(405, "invalid-request");
    assert_eq!(wrong_method.header("allow"), Some("POST"));
    assert_eq!(app.get("/api/").await.status, StatusCode::NOT_FOUND);
    house.close().await;
}

/// R-LOCK-1, R-SIGNIN-3: the API draws from the same guesses as the pages (A4).
#[tokio::test]
async fn a4_pages_and_api_share_one_budget_of_guesses() {
    let mut house = House::open().await;
    house.registered(TARO).await;
    let mut member = house.app();
    member.sign_in(TARO, PASSWORD).await.is(200);
    let mut browser = house.browser();
    let mut app = house.app();
    for _ in 0..5 {
        browser.sign_in(TARO, "wrong").await.is(422);
        app.sign_in(TARO, "wrong").await.problem(401, "invalid-credentials");
    }
    app.sign_in(TARO, PASSWORD).await.problem(403, "account-locked");
    browser.sign_in(TARO, PASSWORD).await.is(403);
    member.get("/api/v1/session").await.is(200);
    house.close().await;
}

/// R-SIGNIN-11, for apps.
#[tokio::test]
async fn an_app_is_told_of_new_terms_and_accepts_the_version_it_has_shown() {
    let setup = |version: &str| {
        let mut web = WebOptions::at(crate::support::ORIGIN);
        let url = PerLocale::same("https://example.jp/terms");
        web.terms = Some(TermsOptions { version: version.to_owned(), url });
        let policy = Policy { terms: Some(Line::clean(version, 40)), ..Policy::default() };
        Setup { web, policy, ..Setup::default() }
    };
    let mut house = House::with(setup("1")).await;
    let asked = house.app().post("/api/v1/register/email", json!({"email": TARO})).await;
    let flow = asked.json()["flow"].clone();
    let code = house.code(TARO).await;
    house.app().post("/api/v1/register/verify", json!({"flow": flow, "code": code})).await.is(200);
    let without = json!({"flow": flow, "password": PASSWORD});
    house.app().post("/api/v1/register/complete", without).await.problem(422, "terms-required");
    let with = json!({"flow": flow, "password": PASSWORD, "terms_version": "1"});
    let done = house.app().post("/api/v1/register/complete", with).await;
    assert!(done.is(201).json()["terms_due"].is_null());
    let house = house.again(setup("2")).await;
    let mut app = house.app();
    assert_eq!(app.sign_in(TARO, PASSWORD).await.is(200).json()["terms_due"], "2");
    app.post("/api/v1/account/terms", json!({"version": "1"})).await.problem(422, "terms-required");
    app.post("/api/v1/account/terms", json!({"version": "2"})).await.is(204);
    assert!(app.sign_in(TARO, PASSWORD).await.json()["terms_due"].is_null());
    house.close().await;
}

/// C8, D14: an account's own flags and ids are nobody's to send.
#[tokio::test]
async fn c8_nothing_is_slipped_into_a_change_of_the_profile() {
    let mut house = House::open().await;
    house.registered(TARO).await;
    let mut app = house.app();
    app.sign_in(TARO, PASSWORD).await.is(200);
    for slipped in [
        json!({"email": "evil@example.jp"}),
        json!({"display_name": "x", "email_verified": true}),
        json!({"display_name": "x", "account_id": "0190a000-0000-7000-8000-000000000000"}),
        json!({"display_name": "x", "verified_at": "2026-01-01T00:00:00Z"}),
    ] {
        app.call(Method::PATCH, "/api/v1/account", Some(slipped)).await.problem(400, "invalid-request");
    }
    let now = app.get("/api/v1/account").await.json();
    assert_eq!((now["email"].as_str(), now["display_name"].as_str()), (Some(TARO), Some("")));
    house.close().await;
}
