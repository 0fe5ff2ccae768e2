//! A member's login methods, contact and leaving, by the API: what each needs, and what each leaves.
//!
//! Rows of R-METHOD, R-CONTACT, R-WITHDRAW and R-RESET, as apps meet them.

use accounts::Millis;
use http::Method;
use serde_json::{Value, json};

use crate::support::{App, House, OTHER_PASSWORD, PASSWORD, Setup};
use crate::upstream::Upstream;

const HANAKO: &str = "hanako@example.jp";
const TARO: &str = "taro@example.jp";

async fn house_with(upstream: &std::sync::Arc<Upstream>) -> House {
    House::with(Setup { upstreams: vec![upstream.clone()], ..Setup::default() }).await
}

async fn methods(app: &App) -> Vec<(String, bool)> {
    let found = app.get("/api/v1/account/methods").await.is(200).json();
    let one = |method: &Value| {
        let name = method["method"].as_str().expect("a name").to_owned();
        (name, method["contact"].as_bool().expect("a flag"))
    };
    found["methods"].as_array().expect("methods").iter().map(one).collect()
}

fn named(methods: &[(&str, bool)]) -> Vec<(String, bool)> {
    methods.iter().map(|(name, contact)| ((*name).to_owned(), *contact)).collect()
}

/// R-METHOD-2: an account of a provider gets an address and a password.
#[tokio::test]
async fn r_method_2_an_app_adds_an_address_with_a_password() {
    let google = Upstream::start("google");
    let mut house = house_with(&google).await;
    let mut app = house.app();
    app.joins((&house, &google), ("g-1", HANAKO)).await;
    let asked = app.post("/api/v1/account/methods/email", json!({"email": TARO})).await;
    let flow = asked.is(200).json()["flow"].clone();
    let early = json!({"flow": flow, "password": PASSWORD});
    app.post("/api/v1/account/methods/email/complete", early.clone())
        .await
        .problem(410, "flow-expired");
    let code = house.code(TARO).await;
    let body = json!({"flow": flow, "code": code});
    let proven = app.post("/api/v1/account/methods/email/verify", body).await;
    assert_eq!(proven.is(200).json()["flow"], flow);
    assert_eq!(methods(&app).await, named(&[("google", true)]));
    // I21: by the session that began it alone.
    let mut other = house.app();
    other.enters((&house, &google), ("g-1", HANAKO)).await;
    other
        .post("/api/v1/account/methods/email/complete", early.clone())
        .await
        .problem(410, "flow-expired");
    house.app().post("/api/v1/account/methods/email/complete", early.clone()).await.is(401);
    let weak = json!({"flow": flow, "password": "password"});
    app.post("/api/v1/account/methods/email/complete", weak).await.problem(422, "password-too-weak");
    app.post("/api/v1/account/methods/email/complete", early).await.is(204);
    assert_eq!(methods(&app).await, named(&[("email", false), ("google", true)]));
    house.app().sign_in(TARO, PASSWORD).await.is(200);
    house.close().await;
}

/// R-METHOD-5, R-METHOD-6, R-CONTACT-1: an addressed method stays, and the contact is always one of one's own.
#[tokio::test]
async fn r_method_5_a_method_is_removed_and_the_contact_named() {
    let google = Upstream::start("google");
    let mut house = house_with(&google).await;
    house.registered(HANAKO).await;
    let mut app = house.app();
    app.sign_in(HANAKO, PASSWORD).await.is(200);
    let path = |rest: &str| format!("/api/v1/account/methods/{rest}");
    app.delete(&path("google")).await.problem(404, "not-found");
    app.delete(&path("email")).await.problem(409, "last-addressed-method");
    app.goes((&house, &google), "link", ("g-1", "hanako@gmail.com")).await.is(200);
    app.delete(&path("email")).await.problem(409, "contact-needs-successor");
    app.delete(&path("email?contact=email")).await.problem(409, "contact-needs-successor");
    app.delete(&path("email?contact=apple")).await.problem(409, "contact-needs-successor");
    for bad in ["email?contact=", "email?x=google", "email?contact=google&contact=google"] {
        app.delete(&path(bad)).await.problem(400, "invalid-request");
    }
    for unknown in ["passkeys", "Google", "0190a000-0000-7000-8000-000000000000"] {
        app.delete(&path(unknown)).await.problem(404, "not-found");
    }
    house.app().delete(&path("google")).await.problem(401, "unauthenticated");
    let put = |method: &str| Some(json!({ "method": method }));
    let contact = "/api/v1/account/contact";
    app.call(Method::PUT, contact, put("apple")).await.problem(404, "not-found");
    app.call(Method::PUT, contact, put("google")).await.is(204);
    assert_eq!(methods(&app).await, named(&[("email", false), ("google", true)]));
    house.letter(HANAKO, "Your contact address has been changed").await;
    house.letter("hanako@gmail.com", "Your contact address has been changed").await;
    app.post("/api/v1/account/contact/test-mail", json!({})).await.is(204);
    house.letter("hanako@gmail.com", "Test email").await;
    app.call(Method::PUT, contact, put("email")).await.is(204);
    house.clock.advance(Millis::minutes(10));
    for answer in [
        app.delete(&path("email?contact=google")).await,
        app.call(Method::PUT, contact, put("google")).await,
    ] {
        answer.problem(403, "fresh-proof-required");
    }
    app.post("/api/v1/proof/password", json!({"password": PASSWORD})).await.is(200);
    app.delete(&path("email?contact=google")).await.is(204);
    assert_eq!(methods(&app).await, named(&[("google", true)]));
    house.app().sign_in(HANAKO, PASSWORD).await.problem(401, "invalid-credentials");
    house.close().await;
}

/// R-WITHDRAW-1 and 2: ended at once; had back by the number, by the identity, or by the address.
#[tokio::test]
async fn r_withdraw_2_an_account_is_had_back_by_whoever_proves_it() {
    let google = Upstream::start("google");
    let mut house = house_with(&google).await;
    let who = ("g-1", HANAKO);
    let mut app = house.app();
    let id = app.joins((&house, &google), who).await.json()["account_id"].clone();
    house.clock.advance(Millis::minutes(10));
    app.delete("/api/v1/account").await.problem(403, "fresh-proof-required");
    // By the identity.
    app.enters((&house, &google), who).await;
    let gone = app.delete("/api/v1/account").await;
    assert!(gone.is(200).json()["until"].is_string());
    app.get("/api/v1/session").await.problem(401, "unauthenticated");
    let met = app.goes((&house, &google), "signin", who).await.is(202).json();
    assert_eq!(met["former"]["way"], "withdrawn");
    let back = app.post("/api/v1/restore", json!({"flow": met["flow"]})).await;
    assert_eq!(back.is(200).json(), json!({"restored": true}));
    assert_eq!(app.enters((&house, &google), who).await.json()["account_id"], id);
    // By the number from the mail.
    app.delete("/api/v1/account").await.is(200);
    house.letter(HANAKO, "Your account has been closed").await;
    let number = house.digits(HANAKO, "Your account has been closed").await;
    let wrong = json!({"email": TARO, "number": number});
    app.post("/api/v1/undo", wrong).await.problem(422, "invalid-code");
    let right = json!({"email": HANAKO, "number": number});
    assert_eq!(app.post("/api/v1/undo", right).await.is(200).json(), json!({"restored": true}));
    app.enters((&house, &google), who).await;
    // By the address.
    app.delete("/api/v1/account").await.is(200);
    house.clock.advance(Millis::minutes(2));
    let asked = app.post("/api/v1/register/email", json!({"email": HANAKO})).await.is(200).json();
    let unproven = app.post("/api/v1/restore", json!({"flow": asked["flow"]})).await;
    unproven.problem(404, "not-found");
    let body = json!({"flow": asked["flow"], "code": house.code(HANAKO).await});
    let proven = app.post("/api/v1/register/verify", body).await.is(200).json();
    assert_eq!(proven["former"]["way"], "withdrawn");
    assert!(!proven.to_string().contains(id.as_str().expect("an id")));
    app.post("/api/v1/restore", json!({"flow": proven["flow"]})).await.is(200);
    assert_eq!(app.enters((&house, &google), who).await.json()["account_id"], id);
    app.post("/api/v1/restore", json!({"flow": proven["flow"]})).await.problem(410, "flow-expired");
    house.close().await;
}

/// R-RESET-7: what was added lately is shown, and what is not kept is gone.
#[tokio::test]
async fn r_reset_7_what_is_not_kept_of_the_last_days_is_removed() {
    let google = Upstream::start("google");
    let mut house = house_with(&google).await;
    house.registered(HANAKO).await;
    let mut app = house.app();
    app.sign_in(HANAKO, PASSWORD).await.is(200);
    app.goes((&house, &google), "link", ("g-1", "other@gmail.com")).await.is(200);
    for (kept, left) in [(json!(["google"]), 2), (json!([]), 1)] {
        house.clock.advance(Millis::hours(1));
        let asked = app.post("/api/v1/reset", json!({"email": HANAKO})).await.is(200).json();
        let code = house.digits(HANAKO, "One-time code").await;
        let body = json!({"flow": asked["flow"], "code": code});
        let verified = app.post("/api/v1/reset/verify", body).await.is(200).json();
        assert_eq!(verified["recent"], json!(["google"]));
        let (flow, form) = (&verified["flow"], &verified["form"]);
        let bad = json!({"flow": flow, "form": form, "password": OTHER_PASSWORD, "kept": ["email"]});
        app.post("/api/v1/reset/password", bad).await.problem(400, "invalid-request");
        let body = json!({"flow": flow, "form": form, "password": OTHER_PASSWORD, "kept": kept});
        let done = app.post("/api/v1/reset/password", body).await;
        app.keep(done.is(200));
        assert_eq!(methods(&app).await.len(), left);
    }
    house.close().await;
}

/// R-RESET-8: who cannot use the provider any more waits a day; any sign-in ends the wait.
#[tokio::test]
async fn r_reset_8_a_lost_provider_is_a_wait_that_a_sign_in_ends() {
    let google = Upstream::start("google");
    let mut house = house_with(&google).await;
    house.app().joins((&house, &google), ("g-1", HANAKO)).await;
    let app = house.app();
    for back in [true, false] {
        house.clock.advance(Millis::hours(2));
        app.post("/api/v1/reset", json!({"email": HANAKO})).await.is(200);
        let number = house.digits(HANAKO, "About resetting your password").await;
        let wrong = json!({"email": HANAKO, "number": "0000000000000000"});
        app.post("/api/v1/provider-lost", wrong).await.problem(422, "invalid-code");
        let right = json!({"email": HANAKO, "number": number});
        let waits = app.post("/api/v1/provider-lost", right).await;
        assert!(waits.is(200).json()["until"].is_string());
        if back {
            house.app().enters((&house, &google), ("g-1", HANAKO)).await;
        }
        house.clock.advance(Millis::hours(25));
        let asked = app.post("/api/v1/reset", json!({"email": HANAKO})).await.is(200).json();
        if back {
            house.letter(HANAKO, "About resetting your password").await;
            continue;
        }
        let body = json!({"flow": asked["flow"], "code": house.digits(HANAKO, "One-time code").await});
        let verified = app.post("/api/v1/reset/verify", body).await.is(200).json();
        let body = json!({"flow": verified["flow"], "form": verified["form"], "password": PASSWORD});
        app.post("/api/v1/reset/password", body).await.is(200);
        house.app().sign_in(HANAKO, PASSWORD).await.is(200);
    }
    house.close().await;
}

/// R-WITHDRAW-3, I10: the member has everything, and nothing in it opens anything.
#[tokio::test]
async fn r_withdraw_3_an_app_has_all_that_is_stored_about_its_member() {
    let google = Upstream::start("google");
    let house = house_with(&google).await;
    let mut app = house.app();
    app.joins((&house, &google), ("g-1", HANAKO)).await;
    house.app().get("/api/v1/account/export").await.problem(401, "unauthenticated");
    let export = app.get("/api/v1/account/export").await;
    let stored = export.is(200).json();
    assert_eq!(stored["account"]["contact_address"], HANAKO);
    assert_eq!(stored["methods"][0]["subject"], "g-1");
    assert_eq!(stored["sessions"][0]["current"], true);
    assert_eq!(stored["activity"][0]["kind"], "exported");
    assert!(!export.body.contains(app.token.as_deref().expect("a token")));
    house.close().await;
}
