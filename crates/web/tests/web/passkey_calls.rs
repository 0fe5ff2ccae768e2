//! Passkeys by the API: what an app asks its authenticator, and what it brings (R-PASSKEY, security.md 1G).

use accounts::Millis;
use http::Method;
use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::support::{App, House, PASSWORD};

const HANAKO: &str = "hanako@example.jp";
const TARO: &str = "taro@example.jp";
const ADD: &str = "/api/v1/account/methods/passkey";
const SIGNIN: &str = "/api/v1/signin/passkey";
const PROOF: &str = "/api/v1/proof/passkey";

/// The flow, and what the platform's API is asked.
async fn asked(app: &App, path: &str) -> (Value, Value) {
    let options = app.post(&format!("{path}/options"), json!({})).await.is(200).json();
    (options["flow"].clone(), options["publicKey"].clone())
}

/// An app that is signed in with the password, and its authenticator with a passkey of the account.
async fn with_passkey(house: &mut House, address: &str) -> (App, Authenticator, String) {
    house.registered(address).await;
    let mut app = house.app();
    app.sign_in(address, PASSWORD).await.is(200);
    let mut authenticator = Authenticator::new(address.as_bytes());
    let (flow, options) = asked(&app, ADD).await;
    let body = json!({"flow": flow, "credential": authenticator.create(&options), "name": "電話"});
    let added = app.post(ADD, body).await.is(200).json();
    let id = added["id"].as_str().expect("an id").to_owned();
    (app, authenticator, id)
}

async fn signs_in(house: &House, authenticator: &Authenticator) -> App {
    let mut app = house.app();
    let (flow, options) = asked(&app, SIGNIN).await;
    let body = json!({"flow": flow, "credential": authenticator.show(&options)});
    let signed = app.post(SIGNIN, body).await.is(200).json();
    app.token = signed["token"].as_str().map(str::to_owned);
    app
}

/// R-APP-1, R-PASSKEY-1: an app adds a passkey and signs in with it; it is listed, never with its key or credential id.
#[tokio::test]
async fn r_app_1_r_passkey_1_an_app_adds_a_passkey_and_signs_in_with_it() {
    let mut house = House::open().await;
    let (app, authenticator, id) = with_passkey(&mut house, HANAKO).await;
    let second = signs_in(&house, &authenticator).await;
    let listed = second.get("/api/v1/account/methods").await.is(200).json();
    let passkey = &listed["passkeys"][0];
    assert_eq!((&passkey["id"], &passkey["name"]), (&json!(id), &json!("電話")));
    assert_eq!(passkey["synced"], false);
    assert!(passkey["used_at"].is_string(), "{passkey}");
    let members = passkey.as_object().expect("an object");
    assert!(!members.contains_key("key") && !members.contains_key("credential"), "{passkey}");
    assert_eq!(app.get("/api/v1/account").await.is(200).json()["passkeys"], listed["passkeys"]);
    house.letter(HANAKO, "電話").await;
}

/// security.md G1, G8: the flow is one installation's, for one errand and session, and works once.
#[tokio::test]
async fn g1_g8_a_flow_is_one_errands_and_works_once() {
    let mut house = House::open().await;
    let (hanako, authenticator, _) = with_passkey(&mut house, HANAKO).await;
    let (taro, _, _) = with_passkey(&mut house, TARO).await;
    let (flow, options) = asked(&house.app(), SIGNIN).await;
    let body = json!({"flow": flow, "credential": authenticator.show(&options)});
    house.app().post(SIGNIN, body.clone()).await.is(200);
    house.app().post(SIGNIN, body.clone()).await.problem(410, "flow-expired");
    hanako.post(PROOF, body).await.problem(410, "flow-expired");
    // Another flow's answer.
    let (other, _) = asked(&house.app(), SIGNIN).await;
    let crossed = json!({"flow": other, "credential": authenticator.show(&options)});
    house.app().post(SIGNIN, crossed).await.problem(410, "flow-expired");
    // What one session asked for, another does not add.
    let (flow, options) = asked(&hanako, ADD).await;
    let made = Authenticator::new(b"another").create(&options);
    let body = json!({"flow": flow, "credential": made});
    taro.post(ADD, body.clone()).await.problem(410, "flow-expired");
    house.app().post(ADD, body.clone()).await.problem(401, "unauthenticated");
    house.clock.advance(Millis::minutes(5));
    hanako.post(ADD, body).await.problem(410, "flow-expired");
    for nonsense in [json!({}), json!({"id": "AA"}), json!([]), json!("x")] {
        let (flow, _) = asked(&house.app(), SIGNIN).await;
        let body = json!({"flow": flow, "credential": nonsense});
        house.app().post(SIGNIN, body).await.problem(403, "passkey-refused");
    }
}

/// R-PASSKEY-4 and 5, G7: named, removed, unknown afterwards; an id finds nothing but one's own (I8).
#[tokio::test]
async fn r_passkey_4_an_app_names_and_removes_a_passkey() {
    let mut house = House::open().await;
    let (app, authenticator, id) = with_passkey(&mut house, HANAKO).await;
    let (taro, _, _) = with_passkey(&mut house, TARO).await;
    let path = format!("/api/v1/account/methods/{id}");
    let rename = |name: &str| Some(json!({"name": name}));
    app.call(Method::PATCH, &path, rename("古い電話")).await.is(204);
    app.call(Method::PATCH, &path, rename("")).await.problem(422, "invalid-request");
    taro.call(Method::PATCH, &path, rename("mine")).await.problem(404, "not-found");
    taro.delete(&path).await.problem(404, "not-found");
    house.app().delete(&path).await.problem(401, "unauthenticated");
    let listed = app.get("/api/v1/account/methods").await.json();
    assert_eq!(listed["passkeys"][0]["name"], "古い電話");
    // The same credential id, for the other account.
    let (flow, options) = asked(&taro, ADD).await;
    let same = Authenticator::new(&authenticator.id).create(&options);
    let body = json!({"flow": flow, "credential": same});
    taro.post(ADD, body).await.problem(409, "passkey-already-added");
    app.delete(&path).await.is(204);
    app.delete(&path).await.problem(404, "not-found");
    let (flow, options) = asked(&house.app(), SIGNIN).await;
    let body = json!({"flow": flow, "credential": authenticator.show(&options)});
    house.app().post(SIGNIN, body).await.problem(404, "passkey-unknown");
}

/// R-METHOD-3, R-PASSKEY-2: a passkey is a fresh proof, in the session it was asked in.
#[tokio::test]
async fn r_method_3_a_passkey_is_a_fresh_proof_in_its_session() {
    let mut house = House::open().await;
    let (app, authenticator, id) = with_passkey(&mut house, HANAKO).await;
    house.clock.advance(Millis::minutes(10));
    let path = format!("/api/v1/account/methods/{id}");
    app.delete(&path).await.problem(403, "fresh-proof-required");
    app.post(&format!("{ADD}/options"), json!({})).await.problem(403, "fresh-proof-required");
    let (flow, options) = asked(&app, PROOF).await;
    let body = json!({"flow": flow, "credential": authenticator.show(&options)});
    let (taro, others, _) = with_passkey(&mut house, TARO).await;
    taro.post(PROOF, body.clone()).await.problem(410, "flow-expired");
    app.post(PROOF, body).await.is(200);
    // Somebody else's passkey proves nothing.
    let (flow, options) = asked(&app, PROOF).await;
    let body = json!({"flow": flow, "credential": others.show(&options)});
    app.post(PROOF, body).await.problem(404, "passkey-unknown");
    app.delete(&path).await.is(204);
}

/// R-RESET-7: of the passkeys that were added lately, those that are not named are gone after a reset.
#[tokio::test]
async fn r_reset_7_a_passkey_that_is_not_kept_is_gone_after_a_reset() {
    let mut house = House::open().await;
    let (app, authenticator, id) = with_passkey(&mut house, HANAKO).await;
    let (flow, options) = asked(&app, ADD).await;
    let mut thief = Authenticator::new(b"the thief's");
    let body = json!({"flow": flow, "credential": thief.create(&options)});
    app.post(ADD, body).await.is(200);
    let owner = house.app();
    let flow =
        owner.post("/api/v1/reset", json!({"email": HANAKO})).await.is(200).json()["flow"].clone();
    let code = house.digits(HANAKO, "One-time code").await;
    let body = json!({"flow": flow, "code": code});
    let verified = owner.post("/api/v1/reset/verify", body).await.is(200).json();
    assert_eq!(verified["recent"].as_array().map(Vec::len), Some(2), "{verified}");
    let form = &verified["form"];
    let wrong = json!({"flow": flow, "form": form, "password": PASSWORD, "kept": ["nobody's"]});
    owner.post("/api/v1/reset/password", wrong).await.problem(400, "invalid-request");
    let body =
        json!({"flow": flow, "form": form, "password": "hidari no mado wa akanai", "kept": [id]});
    owner.post("/api/v1/reset/password", body).await.is(200);
    signs_in(&house, &authenticator).await;
    let (flow, options) = asked(&house.app(), SIGNIN).await;
    let body = json!({"flow": flow, "credential": thief.show(&options)});
    house.app().post(SIGNIN, body).await.problem(404, "passkey-unknown");
}

/// R-METHOD-10: the number from the mail takes an added passkey away and puts a removed one back.
#[tokio::test]
async fn r_method_10_an_undo_takes_an_added_passkey_away_and_puts_a_removed_one_back() {
    let mut house = House::open().await;
    let (app, authenticator, id) = with_passkey(&mut house, HANAKO).await;
    house.letter(HANAKO, "has been added").await;
    app.delete(&format!("/api/v1/account/methods/{id}")).await.is(204);
    let (flow, options) = asked(&app, ADD).await;
    let mut thief = Authenticator::new(b"the thief's");
    let body = json!({"flow": flow, "credential": thief.create(&options)});
    app.post(ADD, body).await.is(200);
    let number = house.digits(HANAKO, "has been removed").await;
    let body = json!({"email": HANAKO, "number": number});
    house.app().post("/api/v1/undo", body).await.is(204);
    signs_in(&house, &authenticator).await;
    let (flow, options) = asked(&house.app(), SIGNIN).await;
    let body = json!({"flow": flow, "credential": thief.show(&options)});
    house.app().post(SIGNIN, body).await.problem(404, "passkey-unknown");
}

/// R-WITHDRAW: a withdrawn account's passkey signs nobody in, and is back with it.
#[tokio::test]
async fn r_withdraw_a_passkey_goes_and_comes_back_with_its_account() {
    let mut house = House::open().await;
    let (app, authenticator, _) = with_passkey(&mut house, HANAKO).await;
    app.delete("/api/v1/account").await.is(200);
    let (flow, options) = asked(&house.app(), SIGNIN).await;
    let body = json!({"flow": flow, "credential": authenticator.show(&options)});
    house.app().post(SIGNIN, body).await.problem(404, "passkey-unknown");
    let number = house.digits(HANAKO, "closed").await;
    house.app().post("/api/v1/undo", json!({"email": HANAKO, "number": number})).await.is(200);
    signs_in(&house, &authenticator).await;
}
