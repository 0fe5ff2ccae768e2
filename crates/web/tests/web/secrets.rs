//! Secrets stay in their slots: no fixation, no swapping, none in URLs, pages, logs or on disk.
//!
//! Rows E1, E6, E8, E10 and E15 of the catalogue of published flaws.

use axum::body::Body;
use http::{Method, StatusCode};
use serde_json::json;

use crate::logged::log;
use crate::support::{App, House, OTHER_PASSWORD, PASSWORD};

const HANAKO: &str = "hanako@example.jp";

/// E1: what the browser held before is nothing afterwards.
#[tokio::test]
async fn e1_signing_in_makes_a_new_session_whatever_was_presented() {
    let mut house = House::open().await;
    house.registered(HANAKO).await;
    let mut attacker = house.registered("mallory@example.jp").await;
    for planted in ["A".repeat(43), attacker.cookie("genkan-session")] {
        let mut victim = house.browser();
        victim.cookies.insert("genkan-session".to_owned(), planted.clone());
        victim.sign_in(HANAKO, PASSWORD).await.leads_to("/account");
        assert_ne!(victim.cookie("genkan-session"), planted);
        victim.get("/account/profile").await.is(200).says(HANAKO);
        let mut other = house.browser();
        other.cookies.insert("genkan-session".to_owned(), planted);
        other.get("/account").await.leads_to("/signin?return_to=/account");
    }
    // The session that was presented at sign-in has been replaced (R-SIGNIN-7).
    attacker.get("/account").await.leads_to("/signin?return_to=/account");
    let mut twice = house.browser();
    twice.sign_in(HANAKO, PASSWORD).await.leads_to("/account");
    let before = twice.cookie("genkan-session");
    twice.sign_in(HANAKO, PASSWORD).await.leads_to("/account");
    assert_ne!(twice.cookie("genkan-session"), before);
    house.close().await;
}

/// E1: a flow lives in the browser that began it, and nowhere in a link.
#[tokio::test]
async fn e1_a_flow_is_useless_in_another_browser() {
    let mut house = House::open().await;
    let mut browser = house.browser();
    browser.post("/signup/email", &[("email", HANAKO)]).await.leads_to("/signup/code");
    let flow = browser.cookie("genkan-flow");
    let code = house.code(HANAKO).await;
    let mut other = house.browser();
    other.get(&format!("/signup/code?flow={flow}&genkan-flow={flow}")).await.is(410);
    other.post("/signup/code", &[("code", &code)]).await.is(410);
    other.post("/signup/code", &[("code", &code), ("flow", &flow)]).await.is(400);
    browser.post("/signup/code", &[("code", &code)]).await.leads_to("/signup/password");
    house.close().await;
}

/// E8: every kind of secret in every other slot opens nothing.
#[tokio::test]
async fn e8_a_secret_of_one_kind_is_nothing_in_the_slot_of_another() {
    let mut house = House::open().await;
    let mut browser = house.registered(HANAKO).await;
    let mut second = house.browser();
    second.post("/signup/email", &[("email", "new@example.jp")]).await.leads_to("/signup/code");
    let flow = second.cookie("genkan-flow");
    let session = browser.cookie("genkan-session");
    let device = browser.cookie("genkan-device");
    for planted in [&flow, &device] {
        let mut thief = house.browser();
        thief.cookies.insert("genkan-session".to_owned(), planted.clone());
        thief.get("/account").await.leads_to("/signin?return_to=/account");
        let app = App { token: Some(planted.clone()), ..house.app() };
        app.get("/api/v1/session").await.problem(401, "unauthenticated");
    }
    for planted in [&session, &device] {
        let mut thief = house.browser();
        thief.cookies.insert("genkan-flow".to_owned(), planted.clone());
        thief.get("/signup/code").await.is(410);
        let body = json!({"flow": planted, "code": "1"});
        house.app().post("/api/v1/register/verify", body).await.problem(410, "flow-expired");
    }
    // A session's or flow's secret makes no known device: ten wrong guesses lock it out (R-LOCK-4).
    for _ in 0..10 {
        house.browser().sign_in(HANAKO, "wrong").await.is(422);
    }
    for planted in [&session, &flow] {
        let mut thief = house.browser();
        thief.cookies.insert("genkan-device".to_owned(), planted.clone());
        thief.sign_in(HANAKO, PASSWORD).await.is(403);
    }
    browser.get("/account").await.is(200);
    house.close().await;
}

/// E10: no secret is in any address, page or body it does not belong to.
#[tokio::test]
async fn e10_no_secret_is_in_a_url_or_a_page() {
    let mut house = House::open().await;
    let mut browser = house.browser();
    let mut seen = Vec::new();
    seen.push(browser.post("/signup/email", &[("email", HANAKO), ("return_to", "/a")]).await);
    let code = house.code(HANAKO).await;
    let flow = browser.cookie("genkan-flow");
    seen.push(browser.get("/signup/code").await);
    seen.push(browser.post("/signup/code", &[("code", &code)]).await);
    seen.push(browser.get("/signup/password").await);
    seen.push(browser.post("/signup/password", &[("password", "short")]).await);
    seen.push(browser.post("/signup/password", &[("password", PASSWORD)]).await);
    let (session, device) = (browser.cookie("genkan-session"), browser.cookie("genkan-device"));
    for path in [
        "/account",
        "/account/methods",
        "/account/profile",
        "/account/sessions",
        "/account/activity",
        "/account/password",
        "/proof",
        "/nowhere",
    ] {
        seen.push(browser.get(path).await);
    }
    seen.push(browser.post("/proof", &[("password", "a wrong one")]).await);
    let flow = flow.split('.').next().expect("a secret");
    for answer in &seen {
        let location = answer.header("location").unwrap_or_default();
        for secret in [flow, &session, &device, &code, PASSWORD, "a wrong one", "value=\"short\""] {
            assert!(!answer.body.contains(secret), "{}", answer.body);
            assert!(!location.contains(secret), "{location}");
        }
    }
    house.close().await;
}

/// E10 on the way back: the form's secret is in the one page that shows it, and nothing else is anywhere.
#[tokio::test]
async fn e10_the_way_back_shows_the_secret_of_its_form_and_no_other() {
    let mut house = House::open().await;
    house.registered(HANAKO).await;
    let mut browser = house.browser();
    let mut seen = Vec::new();
    seen.push(browser.post("/reset", &[("email", HANAKO)]).await);
    let code = house.digits(HANAKO, "One-time code").await;
    seen.push(browser.get("/reset/code").await);
    seen.push(browser.post("/reset/code", &[("code", &code)]).await);
    let (flow, form) = (browser.cookie("genkan-flow"), browser.cookie("genkan-form"));
    let page = browser.get("/reset/password").await;
    assert_eq!(page.is(200).body.matches(form.as_str()).count(), 1);
    seen.push(browser.get("/reset/password").await);
    seen.push(browser.get("/reset/code").await);
    let weak = browser.post("/reset/password", &[("form", &form), ("password", "password1")]).await;
    assert_eq!(weak.is(422).body.matches(form.as_str()).count(), 1);
    for page in [&page, &weak] {
        for secret in [&flow, &code, &code.replace(' ', ""), "password1"] {
            assert!(!page.body.contains(secret), "{}", page.body);
        }
    }
    seen.push(browser.post("/reset/password", &[("form", &form), ("password", PASSWORD)]).await);
    seen.push(browser.get("/account?notice=password-changed").await);
    let number = house.digits(HANAKO, "A new password was set").await;
    seen.push(browser.post("/not-me", &[("email", HANAKO), ("number", &number)]).await);
    seen.push(browser.get("/not-me/done").await);
    for answer in &seen {
        let location = answer.header("location").unwrap_or_default();
        for secret in [&flow, &form, &code, &code.replace(' ', ""), &number, PASSWORD] {
            assert!(!answer.body.contains(secret), "{}", answer.body);
            assert!(!location.contains(secret), "{location}");
        }
    }
    house.close().await;
}

/// E8 for what a verified code gives, in browsers.
#[tokio::test]
async fn e8_the_secret_of_a_form_is_nothing_in_the_slot_of_another() {
    let mut house = House::open().await;
    let mut member = house.registered("taro@example.jp").await;
    house.registered(HANAKO).await;
    let mut browser = house.browser();
    house.verified(&mut browser, HANAKO).await;
    let form = browser.get("/reset/password").await.is(200).hidden("form");
    let flow = browser.cookie("genkan-flow");
    let mut thief = house.browser();
    for planted in [&form, &flow] {
        thief.cookies.insert("genkan-session".to_owned(), planted.clone());
        thief.get("/account").await.leads_to("/signin?return_to=/account");
        thief.get("/account/methods/email").await.is(303);
    }
    thief.cookies.remove("genkan-session");
    for planted in [&form, &member.cookie("genkan-session"), &member.cookie("genkan-device")] {
        thief.cookies.insert("genkan-flow".to_owned(), planted.clone());
        thief.cookies.insert("genkan-form".to_owned(), form.clone());
        thief.get("/reset/password").await.is(410);
        thief.get("/reset/code").await.is(410);
        let fields = [("form", form.as_str()), ("password", OTHER_PASSWORD)];
        thief.post("/reset/password", &fields).await.is(410);
    }
    // With the flow, a page can be had for any form; it sets no password.
    thief.cookies.insert("genkan-flow".to_owned(), flow.clone());
    for planted in [&flow, &member.cookie("genkan-session"), &member.cookie("genkan-device")] {
        let fields = [("form", planted.as_str()), ("password", OTHER_PASSWORD)];
        thief.post("/reset/password", &fields).await.leads_to("/reset/code");
    }
    for planted in [&form, &flow] {
        let mut stranger = house.browser();
        stranger.cookies.insert("genkan-device".to_owned(), planted.clone());
        stranger.sign_in(HANAKO, PASSWORD).await.is(422);
    }
    member.get("/account").await.is(200);
    house.close().await;
}

/// E7, E15, I12: neither a password nor a bearer secret is on disk, whatever came of it.
#[tokio::test]
async fn e7_e15_neither_passwords_nor_bearer_secrets_are_on_disk() {
    let mut house = House::open().await;
    let mut browser = house.registered(HANAKO).await;
    browser.sign_in(HANAKO, "a wrong passphrase").await.is(422);
    browser.sign_in("nobody@example.jp", "another wrong passphrase").await.is(422);
    let session = browser.cookie("genkan-session");
    let device = browser.cookie("genkan-device");
    let mut forgetful = house.browser();
    let code = house.verified(&mut forgetful, HANAKO).await;
    let (flow, form) = (forgetful.cookie("genkan-flow"), forgetful.cookie("genkan-form"));
    let fields = [("form", form.as_str()), ("password", "a wrong one")];
    forgetful.post("/reset/password", &fields).await.is(303);
    let number = house.digits(HANAKO, "New sign-in").await;
    let [bare_code, bare_number] = [&code, &number].map(|digits| digits.replace(' ', ""));
    let secrets = [
        PASSWORD,
        "a wrong passphrase",
        "another wrong passphrase",
        "a wrong one",
        &session,
        &device,
        &flow,
        &form,
        &code,
        &bare_code,
        &number,
        &bare_number,
    ];
    let mut files = 0;
    for entry in std::fs::read_dir(&house.folder).expect("a folder") {
        let bytes = std::fs::read(entry.expect("an entry").path()).expect("a file");
        files += 1;
        for secret in secrets {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "a secret is on disk");
        }
    }
    assert!(files > 0);
    house.close().await;
}

/// E6 over the whole house: many cookies, odd cookies, two of one name.
#[tokio::test]
async fn e6_odd_cookies_sign_nobody_in_and_break_nothing() {
    let mut house = House::open().await;
    let browser = house.registered(HANAKO).await;
    let session = browser.cookie("genkan-session");
    let many = (0..200).map(|n| format!("c{n}=x")).collect::<Vec<_>>().join("; ");
    let cases = [
        (format!("genkan-session={session}; genkan-session={session}"), false),
        (format!("%67enkan-session={session}"), false),
        (format!("Genkan-Session={session}"), false),
        (format!("genkan-session=\"{session}\""), false),
        (format!("genkan-session={}", "A".repeat(9_000)), false),
        (format!("{many}; genkan-session={session}"), true),
        (format!("genkan-session={session}"), true),
    ];
    for (cookies, signed_in) in cases {
        let mut other = house.browser();
        other.set("cookie", &cookies);
        let request = other.request(Method::GET, "/account").body(Body::empty()).expect("a request");
        let answer = other.send(request).await;
        let wanted = if signed_in { StatusCode::OK } else { StatusCode::SEE_OTHER };
        assert_eq!(answer.status, wanted, "{}", cookies.chars().take(60).collect::<String>());
    }
    house.close().await;
}

/// E10, I12: a line for each request, without query, cookie, body or address of a member. The log is that of all
/// tests that run in this process, at every level.
#[tokio::test]
async fn e10_the_log_names_routes_and_no_secrets() {
    let mut house = House::open().await;
    let mut browser = house.registered(HANAKO).await;
    browser.sign_in(HANAKO, "a wrong passphrase").await.is(422);
    browser.get("/signin?return_to=/novel/42").await.leads_to("/novel/42");
    let mut app = house.app();
    app.sign_in(HANAKO, PASSWORD).await.is(200);
    app.delete("/api/v1/account/sessions/0190a000-0000-7000-8000-000000000000").await.is(404);
    browser.get("/nowhere/token=abc").await.is(404);
    let mut forgetful = house.browser();
    let code = house.verified(&mut forgetful, HANAKO).await;
    let (flow, form) = (forgetful.cookie("genkan-flow"), forgetful.cookie("genkan-form"));
    let fields = [("form", form.as_str()), ("password", OTHER_PASSWORD)];
    forgetful.post("/reset/password", &fields).await.is(303);
    let number = house.digits(HANAKO, "A new password was set").await;
    let fields = [("email", HANAKO), ("number", number.as_str())];
    forgetful.post("/not-me", &fields).await.leads_to("/not-me/done");
    forgetful.get("/reset?code=query-secret").await.is(200);
    let text = log().text();
    for words in [
        "route=\"/reset/code\" status=303",
        "route=\"/not-me\" status=303",
        "route=\"/signin/email\" status=422",
        "/api/v1/account/sessions/{id}",
        "route=\"unmatched\" status=404",
    ] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    let token = app.token.clone().unwrap_or_default();
    let (session, device) = (browser.cookie("genkan-session"), browser.cookie("genkan-device"));
    let [bare_code, bare_number] = [&code, &number].map(|digits| digits.replace(' ', ""));
    for secret in [
        PASSWORD,
        OTHER_PASSWORD,
        "a wrong passphrase",
        &session,
        &device,
        &token,
        &flow,
        &form,
        &code,
        &bare_code,
        &number,
        &bare_number,
        HANAKO,
        "novel/42",
        "token=abc",
        "query-secret",
    ] {
        assert!(!text.contains(secret), "{secret} is in the log");
    }
    house.close().await;
}
