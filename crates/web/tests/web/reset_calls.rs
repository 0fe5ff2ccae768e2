//! The forgotten password by the API, as an app walks it, and what its calls refuse.
//!
//! The same house and the same rules as by pages; here is that the calls say so in their own words.

use accounts::{Line, Millis, Policy};
use pages::PerLocale;
use serde_json::{Value, json};
use web::{TermsOptions, WebOptions};

use crate::support::{App, House, OTHER_PASSWORD, PASSWORD, Setup};

const HANAKO: &str = "hanako@example.jp";

async fn asked(app: &App, address: &str) -> Value {
    let answer = app.post("/api/v1/reset", json!({"email": address})).await;
    answer.is(200).json()["flow"].clone()
}

/// R-RESET-3, 5, 7 and 11, R-LOCK-2.
#[tokio::test]
async fn r_reset_3_an_app_resets_the_password_and_is_signed_in_by_the_new_one_alone() {
    let mut house = House::open().await;
    let mut browser = house.registered(HANAKO).await;
    let mut app = house.app();
    let signed = app.sign_in(HANAKO, PASSWORD).await;
    let device = signed.is(200).json()["device"].clone();
    let mut forgetful = house.app();
    let flow = asked(&forgetful, HANAKO).await;
    let wrong = json!({"flow": flow, "code": "000000000000"});
    forgetful.post("/api/v1/reset/verify", wrong).await.problem(422, "invalid-code");
    let early = json!({"flow": flow, "form": flow, "password": OTHER_PASSWORD});
    forgetful.post("/api/v1/reset/password", early).await.problem(410, "flow-expired");
    let code = house.digits(HANAKO, "One-time code").await;
    let right = json!({"flow": flow, "code": code});
    let verified = forgetful.post("/api/v1/reset/verify", right.clone()).await;
    assert_eq!(verified.is(200).json()["flow"], flow);
    let members = verified.json().as_object().map(|body| body.keys().cloned().collect::<Vec<_>>());
    assert_eq!(members, Some(["expires_at", "flow", "form", "recent"].map(str::to_owned).to_vec()));
    app.get("/api/v1/session").await.problem(401, "unauthenticated");
    browser.get("/account").await.leads_to("/signin?return_to=/account");
    house.app().sign_in(HANAKO, PASSWORD).await.problem(401, "invalid-credentials");
    // Said to this flow alone, with the time to wait.
    house.clock.advance(Millis::minutes(5));
    let again = json!({"email": HANAKO, "flow": flow});
    let told = forgetful.post("/api/v1/reset", again).await;
    told.problem(429, "code-cooldown");
    let wait = told.json()["retry_after"].as_u64().expect("seconds");
    assert!((1_490..=1_500).contains(&wait), "{wait}");
    assert_eq!(told.header("retry-after"), Some(wait.to_string().as_str()));
    asked(&house.app(), HANAKO).await;
    // The same code once more: another form, no more time, and the older form is worthless.
    let second = forgetful.post("/api/v1/reset/verify", right).await;
    assert_eq!(second.is(200).json()["expires_at"], verified.json()["expires_at"]);
    let (older, newest) = (verified.json()["form"].clone(), second.json()["form"].clone());
    assert_ne!(older, newest);
    let stale = json!({"flow": flow, "form": older, "password": OTHER_PASSWORD});
    forgetful.post("/api/v1/reset/password", stale).await.problem(410, "flow-expired");
    let weak = json!({"flow": flow, "form": newest, "password": "password"});
    forgetful.post("/api/v1/reset/password", weak).await.problem(422, "password-too-weak");
    let set = json!({"flow": flow, "form": newest, "password": OTHER_PASSWORD, "device": device});
    let done = forgetful.post("/api/v1/reset/password", set.clone()).await;
    // The installation keeps its secret; that it was known before has been forgotten (R-RESET-7).
    assert_eq!(done.is(200).json()["device"], device);
    assert!(done.set_cookies().is_empty() && done.json()["terms_due"].is_null());
    forgetful.token = done.json()["token"].as_str().map(str::to_owned);
    forgetful.get("/api/v1/session").await.is(200);
    forgetful.post("/api/v1/reset/password", set).await.problem(410, "flow-expired");
    house.app().sign_in(HANAKO, OTHER_PASSWORD).await.is(200);
    house.close().await;
}

/// R-RESET-6: a code is the address's, whatever surface asked for it.
#[tokio::test]
async fn r_reset_6_a_code_asked_for_by_pages_works_in_an_app() {
    let mut house = House::open().await;
    house.registered(HANAKO).await;
    let mut browser = house.browser();
    browser.post("/reset", &[("email", HANAKO)]).await.leads_to("/reset/code");
    let code = house.digits(HANAKO, "One-time code").await;
    let app = house.app();
    let flow = asked(&app, HANAKO).await;
    app.post("/api/v1/reset/verify", json!({"flow": flow, "code": code})).await.is(200);
    browser.post("/reset/code", &[("code", &code)]).await.is(422);
    house.close().await;
}

/// I10, E8: a flow for one purpose is none for another, and no secret serves in another's slot.
#[tokio::test]
async fn e8_flows_of_other_purposes_and_other_secrets_open_no_step() {
    let mut house = House::open().await;
    house.registered(HANAKO).await;
    let mut member = house.app();
    let device = member.sign_in(HANAKO, PASSWORD).await.is(200).json()["device"].clone();
    let session = json!(member.token.clone());
    let app = house.app();
    let registering = app.post("/api/v1/register/email", json!({"email": "new@example.jp"})).await;
    let registering = registering.is(200).json()["flow"].clone();
    let changing = member.post("/api/v1/account/methods/email", json!({"email": "a@example.jp"})).await;
    let changing = changing.is(200).json()["flow"].clone();
    let flow = asked(&app, HANAKO).await;
    let code = house.digits(HANAKO, "One-time code").await;
    for other in [&registering, &changing, &session, &device] {
        let body = json!({"flow": other, "code": code});
        app.post("/api/v1/reset/verify", body).await.problem(410, "flow-expired");
    }
    let body = json!({"flow": flow, "code": code});
    app.post("/api/v1/register/verify", body.clone()).await.problem(410, "flow-expired");
    member
        .post("/api/v1/account/methods/email/verify", body.clone())
        .await
        .problem(410, "flow-expired");
    let chosen = json!({"flow": flow, "password": OTHER_PASSWORD});
    app.post("/api/v1/register/complete", chosen).await.problem(410, "flow-expired");
    let form = app.post("/api/v1/reset/verify", body).await.is(200).json()["form"].clone();
    for (flow, form) in
        [(&flow, &flow), (&form, &form), (&form, &flow), (&flow, &session), (&flow, &device)]
    {
        let body = json!({"flow": flow, "form": form, "password": OTHER_PASSWORD});
        app.post("/api/v1/reset/password", body).await.problem(410, "flow-expired");
    }
    for secret in [&flow, &form] {
        let thief = App { token: secret.as_str().map(str::to_owned), ..house.app() };
        thief.get("/api/v1/session").await.problem(401, "unauthenticated");
        let chosen = json!({"flow": secret, "password": OTHER_PASSWORD});
        app.post("/api/v1/register/complete", chosen).await.problem(410, "flow-expired");
    }
    let body = json!({"flow": flow, "form": form, "password": OTHER_PASSWORD});
    app.post("/api/v1/reset/password", body).await.is(200);
    house.close().await;
}

/// B8, B9, C1, D14: one address, one code, one object; a refused body causes no mail.
#[tokio::test]
async fn b9_arrays_lists_and_doubles_are_refused_and_cause_no_mail() {
    let mut house = House::open().await;
    house.registered(HANAKO).await;
    let evil = "evil@example.jp";
    let mut browser = house.browser();
    for body in [
        "email=hanako%40example.jp&email=evil%40example.jp",
        "email[]=hanako%40example.jp&email[]=evil%40example.jp",
        "email=hanako%40example.jp&to=evil%40example.jp",
        "email=hanako%40example.jp&redirect=https%3A%2F%2Fevil.example",
        "email=hanako%40example.jp&return_to=%2Fa",
    ] {
        browser.post_raw("/reset", body).await.is(400);
    }
    let app = house.app();
    for body in [
        json!({"email": [HANAKO, evil]}),
        json!({"email": HANAKO, "cc": evil}),
        json!({"email": HANAKO, "account_id": "0190a000-0000-7000-8000-000000000000"}),
        json!({"email": null}),
        json!({}),
        json!([HANAKO]),
    ] {
        app.post("/api/v1/reset", body).await.problem(400, "invalid-request");
    }
    for several in [
        "hanako@example.jp,evil@example.jp",
        "hanako@example.jp;evil@example.jp",
        "hanako@example.jp evil@example.jp",
        "Hanako <hanako@example.jp>",
        "a:hanako@example.jp;",
        "hanako@example.jp\r\nBcc: evil@example.jp",
        "",
    ] {
        app.post("/api/v1/reset", json!({"email": several})).await.problem(422, "invalid-address");
        browser.post("/reset", &[("email", several)]).await.is(422).says("id=\"email-error\"");
    }
    assert_eq!((house.resets_counted(HANAKO).await, house.resets_counted(evil).await), (0, 0));
    let flow = asked(&app, HANAKO).await;
    for bad in [json!(null), json!([]), json!(0), json!(["1"]), json!({})] {
        let body = json!({"flow": flow, "code": bad});
        app.post("/api/v1/reset/verify", body).await.problem(400, "invalid-request");
    }
    app.post("/api/v1/reset/verify", json!({"flow": flow})).await.problem(400, "invalid-request");
    for blank in ["", "0", "null", "[]"] {
        let body = json!({"flow": flow, "code": blank});
        app.post("/api/v1/reset/verify", body).await.problem(422, "invalid-code");
    }
    let code = house.digits(HANAKO, "One-time code").await;
    app.post("/api/v1/reset/verify", json!({"flow": flow, "code": code})).await.is(200);
    house.close().await;
}

/// R-LOCK-7: also for apps, at either step.
#[tokio::test]
async fn a11_a_suspended_account_is_refused_at_the_code_and_at_the_password() {
    let mut house = House::open().await;
    house.registered(HANAKO).await;
    house.registered("taro@example.jp").await;
    let app = house.app();
    let flow = asked(&app, HANAKO).await;
    let code = house.digits(HANAKO, "One-time code").await;
    let form = app.post("/api/v1/reset/verify", json!({"flow": flow, "code": code})).await;
    let form = form.is(200).json()["form"].clone();
    house.suspend(HANAKO).await;
    let body = json!({"flow": flow, "form": form, "password": OTHER_PASSWORD});
    app.post("/api/v1/reset/password", body).await.problem(403, "account-suspended");
    let flow = asked(&app, "taro@example.jp").await;
    let code = house.digits("taro@example.jp", "One-time code").await;
    house.suspend("taro@example.jp").await;
    let body = json!({"flow": flow, "code": code});
    app.post("/api/v1/reset/verify", body).await.problem(403, "account-suspended");
    house.close().await;
}

/// R-SIGNIN-11: whoever comes in by the reset is asked for new terms like everybody.
#[tokio::test]
async fn r_signin_11_new_terms_are_asked_for_after_a_reset_too() {
    let setup = |version: &str| {
        let mut web = WebOptions::at(crate::support::ORIGIN);
        let url = PerLocale::same("https://example.jp/terms");
        web.terms = Some(TermsOptions { version: version.to_owned(), url });
        let policy = Policy { terms: Some(Line::clean(version, 40)), ..Policy::default() };
        Setup { web, policy, ..Setup::default() }
    };
    let mut house = House::with(setup("1")).await;
    let app = house.app();
    let flow =
        app.post("/api/v1/register/email", json!({"email": HANAKO})).await.json()["flow"].clone();
    let code = house.code(HANAKO).await;
    app.post("/api/v1/register/verify", json!({"flow": flow, "code": code})).await.is(200);
    let with = json!({"flow": flow, "password": PASSWORD, "terms_version": "1"});
    app.post("/api/v1/register/complete", with).await.is(201);
    let mut house = house.again(setup("2")).await;
    let mut browser = house.browser();
    house.verified(&mut browser, HANAKO).await;
    let form = browser.get("/reset/password").await.is(200).hidden("form");
    let fields = [("form", form.as_str()), ("password", OTHER_PASSWORD)];
    let due = "/terms?return_to=/account%3Fnotice%3Dpassword-changed";
    browser.post("/reset/password", &fields).await.leads_to(due);
    house.clock.advance(Millis::minutes(31));
    let app = house.app();
    let flow = asked(&app, HANAKO).await;
    let code = house.digits(HANAKO, "One-time code").await;
    let form = app.post("/api/v1/reset/verify", json!({"flow": flow, "code": code})).await;
    let form = form.is(200).json()["form"].clone();
    let body = json!({"flow": flow, "form": form, "password": PASSWORD});
    let done = app.post("/api/v1/reset/password", body).await;
    assert_eq!(done.is(200).json()["terms_due"], "2");
    house.close().await;
}
