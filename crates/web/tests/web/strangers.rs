//! What a stranger can learn or do: nothing that differs, no guess that is free, no form from elsewhere.
//!
//! Rows A1, A17, E11 and H1 of the catalogue of published flaws.

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::{Answer, App, Browser, House, PASSWORD, Setup};
use accounts::Policy;

const MEMBER: &str = "aaaa@example.jp";
const NOBODY: &str = "bbbb@example.jp";
const SUSPENDED: &str = "cccc@example.jp";

/// An answer as bytes, with what must differ masked: the address itself, times and fresh secrets.
pub(crate) fn masked(answer: &Answer, address: &str) -> String {
    let mut whole = format!("{}\n", answer.status);
    for (name, value) in &answer.headers {
        let value = value.to_str().expect("text");
        let value = if name == "set-cookie" { mask_cookie(value) } else { value.to_owned() };
        whole.push_str(&format!("{name}: {value}\n"));
    }
    let mut body = answer.body.replace(address, "ADDRESS");
    if let Ok(mut document) = serde_json::from_str::<serde_json::Value>(&body) {
        for name in ["flow", "expires_at"] {
            if let Some(text) = document[name].as_str() {
                let mask = "x".repeat(text.len());
                document[name] = json!(mask);
            }
        }
        body = document.to_string();
    }
    whole + &body
}

fn mask_cookie(line: &str) -> String {
    let (pair, rest) = line.split_once(';').expect("attributes");
    let (name, value) = pair.split_once('=').expect("a pair");
    format!("{name}={};{rest}", "x".repeat(value.len()))
}

/// All that a stranger can see of an address.
async fn seen(browser: &mut Browser, app: &mut App, address: &str) -> Vec<String> {
    let mut all = Vec::new();
    all.push(masked(&browser.sign_in(address, "wrong").await, address));
    all.push(masked(&app.sign_in(address, "wrong").await, address));
    all
}

/// H1, R-SIGNIN-2, R-SIGNIN-4.
#[tokio::test]
async fn h1_sign_in_answers_alike_for_every_address_at_every_count() {
    let mut house = House::open().await;
    house.registered(MEMBER).await;
    house.registered(SUSPENDED).await;
    house.suspend(SUSPENDED).await;
    for count in [0, 9, 10] {
        let mut answers = BTreeSet::new();
        for address in [MEMBER, NOBODY, SUSPENDED] {
            let (mut browser, mut app) = (house.browser(), house.app());
            if count > 0 {
                // The count stands at 2 after the round before; at 9, one more locks.
                let more = if count == 9 { 7 } else { 1 };
                for _ in 0..more {
                    browser.sign_in(address, "wrong").await;
                }
            }
            answers.insert(seen(&mut browser, &mut app, address).await);
        }
        assert_eq!(answers.len(), 1, "at {count}: {answers:#?}");
        let told = answers.first().expect("an answer").concat();
        assert_eq!(told.contains("account-locked"), count >= 9, "{told}");
    }
    house.close().await;
}

/// H1, R-REG-3: also the pages after the address, and the answer of the API.
#[tokio::test]
async fn h1_registration_answers_alike_for_every_address() {
    let mut house = House::open().await;
    house.registered(MEMBER).await;
    house.registered(SUSPENDED).await;
    house.suspend(SUSPENDED).await;
    let mut answers = BTreeSet::new();
    for address in [MEMBER, NOBODY, SUSPENDED] {
        let mut browser = house.browser();
        let asked = browser.post("/signup/email", &[("email", address)]).await;
        let page = browser.get("/signup/code").await;
        let wrong = browser.post("/signup/code", &[("code", "123456789012")]).await;
        let again = browser.post("/signup/email", &[("email", address)]).await;
        let by_app = house.app().post("/api/v1/register/email", json!({"email": address})).await;
        let all = [asked, page, wrong, again, by_app];
        answers.insert(all.map(|answer| masked(&answer, address)));
    }
    assert_eq!(answers.len(), 1, "{answers:#?}");
    house.close().await;
}

/// A17: every call that takes a password or a code as evidence draws from the budget of its address.
#[tokio::test]
async fn a17_no_call_takes_evidence_for_nothing() {
    let document = serde_json::to_value(web::document()).expect("a description");
    let schemas = &document["components"]["schemas"];
    let mut takes = BTreeSet::new();
    for (path, calls) in document["paths"].as_object().expect("paths") {
        for call in calls.as_object().expect("calls").values() {
            let body = &call["requestBody"]["content"]["application/json"]["schema"]["$ref"];
            let name = body.as_str().and_then(|name| name.rsplit('/').next()).unwrap_or_default();
            let members = schemas[name]["properties"].as_object().cloned().unwrap_or_default();
            let evidence = |name: &&String| {
                name.contains("password") || ["code", "number"].contains(&name.as_str())
            };
            for member in members.keys().filter(evidence) {
                takes.insert((path.trim_start_matches("/api/v1/").to_owned(), member.clone()));
            }
        }
    }
    let known = [
        // Chosen, not shown.
        ("account/methods/email/complete", "password"),
        ("account/methods/email/verify", "code"),
        ("account/password", "new_password"),
        ("not-me", "number"),
        ("proof/password", "password"),
        ("provider-lost", "number"),
        ("register/complete", "password"),
        ("register/identity/verify", "code"),
        ("register/verify", "code"),
        ("reset/password", "password"),
        ("reset/verify", "code"),
        ("signin/password", "password"),
        ("undo", "number"),
    ];
    let known = known.map(|(path, member)| (path.to_owned(), member.to_owned()));
    assert_eq!(
        takes,
        BTreeSet::from(known),
        "a new call takes evidence: prove here that it is paid for"
    );

    let mut house = House::open().await;
    house.registered(MEMBER).await;
    let mut member = house.app();
    member.sign_in(MEMBER, PASSWORD).await.is(200);
    // The proof: five from the known device, then the strangers' ten; then nothing is evaluated any more.
    let wrong = json!({"password": "wrong"});
    let mut evaluated = 0;
    for _ in 0..30 {
        evaluated +=
            u32::from(member.post("/api/v1/proof/password", wrong.clone()).await.status == 401);
    }
    assert!(evaluated <= 15, "{evaluated} guesses were evaluated");
    member
        .post("/api/v1/proof/password", json!({"password": PASSWORD}))
        .await
        .problem(403, "account-locked");
    house.app().sign_in(MEMBER, PASSWORD).await.problem(403, "account-locked");
    // The code: ten in one flow.
    let asked = house.app().post("/api/v1/register/email", json!({"email": NOBODY})).await;
    let flow = asked.json()["flow"].clone();
    for _ in 0..10 {
        let body = json!({"flow": flow, "code": "000000000000"});
        house.app().post("/api/v1/register/verify", body).await.problem(422, "invalid-code");
    }
    let code = house.code(NOBODY).await;
    let right = json!({"flow": flow, "code": code});
    house.app().post("/api/v1/register/verify", right).await.problem(429, "code-used-up");
    codes_and_numbers_are_counted(&mut house).await;
    // Choosing a password is no oracle: it needs the flow or the session and compares nothing.
    let chosen = json!({"flow": "A".repeat(43), "password": PASSWORD});
    house.app().post("/api/v1/register/complete", chosen).await.problem(410, "flow-expired");
    let chosen = json!({"new_password": PASSWORD});
    house.app().post("/api/v1/account/password", chosen).await.problem(401, "unauthenticated");
    house.close().await;
}

/// Ten codes in one flow, whatever it is for; and a hundred codes and numbers from one network.
async fn codes_and_numbers_are_counted(house: &mut House) {
    let curious = "curious@example.jp";
    let mut member = house.app();
    house.registered(curious).await;
    member.sign_in(curious, PASSWORD).await.is(200);
    let number = house.digits(curious, "New sign-in").await;
    let address = json!({"email": curious});
    let reset = member.post("/api/v1/reset", address).await.is(200).json()["flow"].clone();
    let code = house.digits(curious, "One-time code").await;
    let address = json!({"email": "other@example.jp"});
    let change = member.post("/api/v1/account/methods/email", address).await;
    let change = change.is(200).json()["flow"].clone();
    for (path, flow) in
        [("/api/v1/reset/verify", reset.clone()), ("/api/v1/account/methods/email/verify", change)]
    {
        let wrong = json!({"flow": flow, "code": "000000000000"});
        for _ in 0..10 {
            member.post(path, wrong.clone()).await.problem(422, "invalid-code");
        }
        member.post(path, wrong).await.problem(429, "code-used-up");
    }
    let right = json!({"flow": reset, "code": code});
    member.post("/api/v1/reset/verify", right).await.problem(429, "code-used-up");
    // Thirty were wrong by now, all from one network.
    for count in 30..100 {
        let path = ["/api/v1/not-me", "/api/v1/undo", "/api/v1/provider-lost"][count % 3];
        let wrong = json!({"email": curious, "number": "0000000000000000"});
        member.post(path, wrong).await.problem(422, "invalid-code");
    }
    let right = json!({"email": curious, "number": number});
    member.post("/api/v1/not-me", right).await.problem(429, "code-used-up");
    let mut elsewhere = house.browser();
    let fields = [("email", curious), ("number", number.as_str())];
    elsewhere.post("/not-me", &fields).await.leads_to("/not-me/done");
}

/// A1, R-SIGNIN-3: in parallel, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a1_parallel_guesses_are_all_paid_for() {
    let policy = Policy { guesses: 10, ..Policy::default() };
    let mut house = House::with(Setup { policy, ..Setup::default() }).await;
    house.registered(MEMBER).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..60 {
        let mut app = house.app();
        tasks.spawn(async move { app.sign_in(MEMBER, "wrong").await.status.as_u16() });
    }
    let answers = tasks.join_all().await;
    assert_eq!(answers.iter().filter(|status| **status == 401).count(), 10, "{answers:?}");
    house.app().sign_in(MEMBER, PASSWORD).await.problem(403, "account-locked");
    house.close().await;
}

/// E11: a form that another site sent does nothing: no login, no sign-out, no switch of language.
#[tokio::test]
async fn e11_forms_from_elsewhere_change_nothing() {
    let mut house = House::open().await;
    let member = house.registered(MEMBER).await;
    let foreign: [&[(&str, &str)]; 5] = [
        &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
        &[("sec-fetch-site", "same-site"), ("origin", "http://evil.localhost:7878")],
        &[("origin", "null")],
        &[("origin", "https://evil.example")],
        &[("referer", "https://evil.example/")],
    ];
    for headers in foreign {
        let mut browser = house.browser();
        browser.unset("sec-fetch-site");
        let mut signed_in = member.clone();
        signed_in.unset("sec-fetch-site");
        for (name, value) in headers {
            browser.set(name, value);
            signed_in.set(name, value);
        }
        let login = browser.sign_in(MEMBER, PASSWORD).await;
        login.is(403).says("not accepted");
        assert!(login.set_cookies().is_empty());
        browser.post("/signup/email", &[("email", NOBODY)]).await.is(403);
        browser.post("/language", &[("locale", "ja")]).await.is(403);
        signed_in.post("/signout", &[]).await.is(403);
        signed_in.post("/account/sessions/end-others", &[]).await.is(403);
        let profile = [("display_name", "x"), ("locale", "ja")];
        signed_in.post("/account/profile", &profile).await.is(403);
    }
    // Silent about where it comes from, and with a cookie to lose: refused. A stranger's script: taken.
    let mut silent = member.clone();
    silent.unset("sec-fetch-site");
    silent.post("/signout", &[]).await.is(403);
    let mut script = house.browser();
    script.unset("sec-fetch-site");
    script.sign_in(MEMBER, PASSWORD).await.leads_to("/account");
    member.clone().get("/account").await.is(200);
    house.close().await;
}

#[tokio::test]
async fn closed_registration_is_closed_for_apps_too() {
    let policy = Policy { registration: accounts::Registration::Closed, ..Policy::default() };
    let house = House::with(Setup { policy, ..Setup::default() }).await;
    let body = json!({"email": NOBODY});
    house.app().post("/api/v1/register/email", body).await.problem(403, "registration-closed");
    house.close().await;
}
