//! What strangers can learn where apps sign members in without a browser, how often they may ask, and what is refused as it comes
//! (security.md 1A, 1F, 1H; R-APP-2).

use std::collections::BTreeSet;

use accounts::Millis;
use http::{Method, Request};
use serde_json::{Value, json};
use web::{AppMinimum, AppOptions, AppVersion, Capability};

use crate::challenge_attacks::{changed, error, open};
use crate::first_party::{APP, HANAKO, PATH, Phone, next, refused, signed_in};
use crate::site::{CHALLENGE, Shows, post, setup, text};
use crate::support::{Answer, House, PASSWORD, Setup, send};

const NOBODY: &str = "nobodyx@example.jp";

/// H1: known, unknown and suspended addresses hear the same, to the length of what is sealed.
#[tokio::test]
async fn h1_every_address_hears_the_same_at_every_step() {
    let mut house = open().await;
    let suspended = "gone-x@example.jp";
    house.registered(suspended).await;
    house.suspend(suspended).await;
    let mut heard = BTreeSet::new();
    for address in [HANAKO, NOBODY, suspended] {
        let mut all = Vec::new();
        let mut phone = Phone { language: "ja", ..Phone::default() };
        for (step, typed) in [
            ("register", vec![("email", address)]),
            ("register_code", vec![("code", "3333 3333 3333")]),
            ("reset", vec![("email", address)]),
            ("reset_code", vec![("code", "3333 3333 3333")]),
        ] {
            all.push(masked(&phone.step(&house, step, &typed).await, address));
        }
        phone.held = None;
        for _ in 0..12 {
            let typed = [("email", address), ("password", "wrong")];
            all.push(masked(&phone.step(&house, "password", &typed).await, address));
        }
        heard.insert(all);
    }
    assert_eq!(heard.len(), 1, "{heard:#?}");
    assert!(heard.first().unwrap().last().unwrap().contains("account-locked"));
    house.close().await;
}

fn masked(answer: &Answer, address: &str) -> String {
    let mut body = answer.json();
    for name in ["auth_session", "expires_at"] {
        if let Some(text) = body[name].as_str() {
            body[name] = json!("x".repeat(text.len()));
        }
    }
    let headers = answer.headers.iter().map(|(name, value)| format!("{name}: {value:?}\n"));
    format!("{}\n{}{body}", answer.status, headers.collect::<String>()).replace(address, "ADDRESS")
}

/// The same refusal has the same code, sentence and wait as in the API, in both languages.
#[tokio::test]
async fn every_refusal_is_the_apis() {
    let house = open().await;
    for language in ["ja", "en"] {
        let mut app = house.app();
        app.language = language;
        let phone = Phone { language, ..Phone::default() };
        for (path, body, step, typed) in [
            (
                "signin/password",
                json!({"email": NOBODY, "password": "x"}),
                "password",
                vec![("email", NOBODY), ("password", "x")],
            ),
            (
                "signin/password",
                json!({"email": "no address", "password": "x"}),
                "password",
                vec![("email", "no address"), ("password", "x")],
            ),
            (
                "register/email",
                json!({"email": "no address"}),
                "register",
                vec![("email", "no address")],
            ),
            ("reset", json!({"email": "@"}), "reset", vec![("email", "@")]),
            (
                "register/verify",
                json!({"flow": "x", "code": "1"}),
                "register_code",
                vec![("code", "1")],
            ),
            (
                "register/complete",
                json!({"flow": "x", "password": PASSWORD}),
                "register_password",
                vec![("password", PASSWORD)],
            ),
            ("reset/verify", json!({"flow": "x", "code": "1"}), "reset_code", vec![("code", "1")]),
            (
                "reset/password",
                json!({"flow": "x", "form": "x", "password": PASSWORD}),
                "reset_password",
                vec![("password", PASSWORD)],
            ),
            ("restore", json!({"flow": "x"}), "restore", vec![]),
            ("register/identity", json!({"flow": "x", "display_name": ""}), "identity_confirm", vec![]),
            (
                "register/identity/verify",
                json!({"flow": "x", "code": "1"}),
                "identity_code",
                vec![("code", "1")],
            ),
        ] {
            let said = app.post(&format!("/api/v1/{path}"), body).await.json();
            let mut phone = phone.clone();
            let told = phone.step(&house, step, &typed).await.json();
            let of_api = (&said["code"], &said["detail"], &said["retry_after"]);
            assert_eq!((&told["code"], &told["message"], &told["retry_after"]), of_api, "{step}");
        }
    }
    house.close().await;
}

/// A4: pages, API and apps draw from one budget of guesses, and the proof of an app as well.
#[tokio::test]
async fn a4_pages_api_and_apps_draw_from_one_budget() {
    let house = open().await;
    let (mut browser, mut app, mut phone) = (house.browser(), house.app(), Phone::default());
    let typed = [("email", HANAKO), ("password", "wrong")];
    for _ in 0..3 {
        browser.sign_in(HANAKO, "wrong").await.is(422);
        app.sign_in(HANAKO, "wrong").await.problem(401, "invalid-credentials");
        refused(&phone.step(&house, "password", &typed).await, "invalid-credentials");
    }
    app.sign_in(HANAKO, "wrong").await.problem(401, "invalid-credentials");
    refused(&phone.step(&house, "password", &typed).await, "account-locked");
    app.sign_in(HANAKO, PASSWORD).await.problem(403, "account-locked");
    house.close().await;
    // The proof: five from the known device, then the strangers' ten.
    let (house, mut phone, tokens) = signed_in().await;
    phone.held = Some(text(&tokens, "auth_session"));
    let anew = [("scope", "openid"), ("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    phone.step(&house, "", &anew).await;
    let mut evaluated = 0;
    for _ in 0..30 {
        let answer = phone.step(&house, "password", &[("password", "wrong")]).await;
        evaluated += u32::from(answer.json()["code"] == "invalid-credentials");
    }
    assert!(evaluated <= 15, "{evaluated} guesses were evaluated");
    refused(&phone.step(&house, "password", &[("password", PASSWORD)]).await, "account-locked");
    house.close().await;
}

/// A17: the same auth_session again is another guess that is paid, and ten codes are all there are.
#[tokio::test]
async fn a17_a_replayed_auth_session_buys_no_guess() {
    let mut house = open().await;
    let mut phone = Phone::default();
    phone.step(&house, "reset", &[("email", HANAKO)]).await;
    let code = house.digits(HANAKO, "One-time code").await;
    let held = phone.held.clone();
    let mut wrong = 0;
    for n in 0..40 {
        phone.held.clone_from(&held);
        let guess = format!("{n:012}");
        let answer = phone.step(&house, "reset_code", &[("code", &guess)]).await;
        wrong += u32::from(answer.json()["code"] == "invalid-code");
    }
    assert!(wrong <= 10, "{wrong} codes were compared");
    phone.held = held;
    let right = phone.step(&house, "reset_code", &[("code", &code)]).await;
    assert_ne!(next(&right), ["reset_password", "reset_code"], "{}", right.body);
    house.close().await;
}

/// A1, I9: of thirty at once with one auth_session, one registers, and no more guesses are evaluated than ten.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a1_thirty_at_once_with_one_auth_session_are_one() {
    let mut house = House::with(setup()).await;
    let mut phone = Phone::default();
    phone.step(&house, "register", &[("email", HANAKO)]).await;
    let code = house.code(HANAKO).await;
    phone.step(&house, "register_code", &[("code", &code)]).await;
    let held = phone.held.clone().unwrap();
    let register = [("step", "register_password"), ("password", PASSWORD)];
    let answers = at_once(&house, &held, &register).await;
    assert_eq!(answers.iter().filter(|body| body["authorization_code"].is_string()).count(), 1);
    assert_eq!(house.seen(HANAKO, None).await.account.expect("an account").sessions.len(), 1);
    let mut stranger = Phone::default();
    stranger.step(&house, "", &[]).await;
    let held = stranger.held.clone().unwrap();
    let guess = [("step", "password"), ("email", HANAKO), ("password", "wrong")];
    let answers = at_once(&house, &held, &guess).await;
    let evaluated = answers.iter().filter(|body| body["code"] == "invalid-credentials").count();
    assert!((1..=10).contains(&evaluated), "{evaluated} guesses were evaluated");
    house.close().await;
}

/// What thirty hear who send the same at once.
async fn at_once(house: &House, held: &str, fields: &[(&str, &str)]) -> Vec<Value> {
    let all = [("client_id", APP), ("auth_session", held)].into_iter().chain(fields.iter().copied());
    let body = all.map(|(name, value)| format!("{name}={}", crate::support::escape(value)));
    let body = body.collect::<Vec<_>>().join("&");
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..30 {
        let (router, body) = (house.router.clone(), body.clone());
        tasks.spawn(async move {
            let request = Request::builder().method(Method::POST).uri(PATH);
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            send(&router, request.body(body.into()).unwrap()).await.json()
        });
    }
    tasks.join_all().await
}

/// F11, F14, F10: no other kind of answer, no unknown step, nothing twice and nothing absurdly long; and nothing by GET (F5).
#[tokio::test]
async fn f11_what_is_no_request_of_an_app_is_refused() {
    let house = open().await;
    let phone = Phone::default();
    let long = "a".repeat(17_000);
    let (odd, most) = ("\u{1}".repeat(512), "\"".repeat(400));
    // The longest that is taken can be gone on with.
    let mut fullest = Phone::default();
    let fields = [("nonce", most.as_str()), ("claims", most.as_str())];
    fullest.step(&house, "reset", &[&[("email", HANAKO)], &fields[..]].concat()).await.is(403);
    refused(&fullest.step(&house, "reset_code", &[("code", "1")]).await, "invalid-code");
    for (changes, what) in [
        (vec![("response_type", "token")], "unsupported_response_type"),
        (vec![("response_type", "code id_token")], "unsupported_response_type"),
        (vec![("request", "x")], "request_not_supported"),
        (vec![("request_uri", "urn:x")], "request_uri_not_supported"),
        (vec![("scope", "")], "invalid_scope"),
        (vec![("scope", "admin")], "invalid_scope"),
        (vec![("max_age", "-1")], "invalid_request"),
        (vec![("nonce", &long[..600])], "invalid_request"),
        (vec![("claims", &odd)], "invalid_request"),
        (vec![("step", "admin")], "invalid_request"),
        (vec![("step", "password"), ("password", &long)], "invalid_request"),
        (vec![("step", "password"), ("step", "reset")], "invalid_request"),
    ] {
        error(&phone.send(&house, &changed(&changes)).await, 400, what);
    }
    let fields =
        [("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"), ("client_id", APP)];
    error(&post(&house, Shows::Nothing, "/oauth/token", &fields).await, 400, "unsupported_grant_type");
    for method in [Method::GET, Method::HEAD, Method::PUT] {
        let query = format!("{PATH}?client_id={APP}&step=password&email=x&password=y");
        let request = Request::builder().method(&method).uri(query).body(String::new().into()).unwrap();
        assert_eq!(send(&house.router, request).await.status, 405, "{method}");
    }
    let request =
        Request::builder().method(Method::POST).uri(PATH).header("content-type", "application/json");
    let answer = send(&house.router, request.body("{}".to_owned().into()).unwrap()).await;
    error(&answer, 400, "invalid_request");
    house.close().await;
}

/// E11, E12: a page of whatever site can neither send a step nor read an answer.
#[tokio::test]
async fn e11_a_page_of_any_site_is_refused_before_anything_is_paid() {
    let house = open().await;
    let guesses = house.seen(HANAKO, None).await.address.map(|address| address.guesses);
    let body = format!(
        "client_id={APP}&scope=openid&code_challenge={CHALLENGE}&code_challenge_method=S256&\
         step=password&email=hanako%40example.jp&password=wrong"
    );
    for (name, said) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", crate::support::ORIGIN),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-origin"),
    ] {
        let request = Request::builder().method(Method::POST).uri(PATH).header(name, said);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = send(&house.router, request.body(body.clone().into()).unwrap()).await;
        error(&answer, 403, "access_denied");
        assert!(answer.header("access-control-allow-origin").is_none());
    }
    assert_eq!(house.seen(HANAKO, None).await.address.map(|address| address.guesses), guesses);
    house.close().await;
}

/// R-APP-2: by what the step does, before anything is paid; what an owner defends the account with is never refused.
#[tokio::test]
async fn r_app_2_an_old_app_is_refused_by_the_capability_of_the_step() {
    let minimum = |capability, version: &str| AppMinimum {
        client: "Reader".to_owned(),
        platform: None,
        capability: Some(capability),
        version: AppVersion::parse(version).unwrap(),
        from: None,
        message: None,
        update_url: Some("https://example.jp/update".to_owned()),
    };
    let mut with = setup();
    let minimum = vec![minimum(Capability::SignIn, "2"), minimum(Capability::Register, "3")];
    with.web.apps = AppOptions { minimum, refuses_unknown: false };
    let mut house = House::with(with).await;
    house.registered(HANAKO).await;
    let guesses = house.seen(HANAKO, None).await.address.map(|address| address.guesses);
    for (language, words) in [("ja", "アプリを最新バージョンに"), ("en", "Please update the app.")]
    {
        let mut old = Phone { language, ..Phone::default() };
        for (step, version) in [
            ("password", "2"),
            ("passkey_options", "2"),
            ("provider", "2"),
            ("register", "3"),
            ("identity_code", "3"),
        ] {
            let typed = [("email", HANAKO), ("password", "wrong")];
            let answer = old.step(&house, step, &typed).await;
            error(&answer, 403, "access_denied");
            let said = answer.json();
            assert_eq!(
                (&said["code"], &said["minimum_version"], &said["update_url"]),
                (&json!("app-update-required"), &json!(version), &json!("https://example.jp/update"))
            );
            assert!(said["message"].as_str().unwrap().contains(words), "{said}");
        }
    }
    assert_eq!(house.seen(HANAKO, None).await.address.map(|address| address.guesses), guesses);
    let mut old = Phone::default();
    assert_eq!(next(&old.step(&house, "reset", &[("email", HANAKO)]).await), ["reset_code", "reset"]);
    Phone { version: "Reader/2.0", ..Phone::default() }.signs_in(&house, HANAKO, PASSWORD).await;
    house.close().await;
}

/// R-APP-2: a demand is announced here as well, before it is made.
#[tokio::test]
async fn r_app_2_a_coming_demand_is_announced() {
    let now = {
        let house = House::open().await;
        let now = house.clock.now();
        house.close().await;
        now
    };
    let mut with = setup();
    let coming = AppMinimum {
        client: "Reader".to_owned(),
        platform: None,
        capability: None,
        version: AppVersion::parse("2").unwrap(),
        from: Some(now.plus(Millis::days(3))),
        message: None,
        update_url: None,
    };
    with.web.apps = AppOptions { minimum: vec![coming], refuses_unknown: false };
    let house = House::with(with).await;
    let answer = Phone::default().step(&house, "", &[]).await;
    let line = answer.header("genkan-app-minimum").expect("an announcement");
    assert!(line.starts_with("2; from="), "{line}");
    house.close().await;
}

/// The bounds of a flood are those of the API, and who is turned away may go on with what is held.
#[tokio::test]
async fn a_flood_is_turned_away_and_may_come_again() {
    let house = House::with(Setup { password_guesses: 3, ..setup() }).await;
    let mut phone = Phone::default();
    let typed = [("email", NOBODY), ("password", "wrong")];
    for _ in 0..3 {
        refused(&phone.step(&house, "password", &typed).await, "invalid-credentials");
    }
    let away = phone.step(&house, "password", &typed).await;
    let said: Value = away.is(429).json();
    assert_eq!(
        (&said["error"], &said["code"]),
        (&json!("temporarily_unavailable"), &json!("rate-limited"))
    );
    assert!(said["retry_after"].is_u64() && away.header("retry-after").is_some());
    assert_eq!(next(&away)[0], "password");
    house.close().await;
}
