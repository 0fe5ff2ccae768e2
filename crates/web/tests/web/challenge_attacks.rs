//! What attackers try where apps sign members in without a browser (security.md 1A, 1E, 1F, 1H), each case by its name.

use std::collections::BTreeSet;

use accounts::Millis;
use http::{Method, Request};
use serde_json::{Value, json};
use web::{AppMinimum, AppOptions, AppVersion, Capability};

use crate::first_party::{APP, HANAKO, PATH, Phone, next, redeem, refresh, refused, signed_in};
use crate::site::{
    BACK, CHALLENGE, SITE, Shows, VERIFIER, brought, code, post, setup, text, userinfo, value,
};
use crate::support::{Answer, House, OTHER_PASSWORD, PASSWORD, Setup, send};

const NOBODY: &str = "nobodyx@example.jp";
const BEGIN: [(&str, &str); 4] = [
    ("client_id", APP),
    ("scope", "openid"),
    ("code_challenge", CHALLENGE),
    ("code_challenge_method", "S256"),
];

async fn open() -> House {
    let mut house = House::with(setup()).await;
    house.registered(HANAKO).await;
    house
}

fn error(answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.is(status).json()["error"], error, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(answer.set_cookies().is_empty());
}

fn changed<'f>(changes: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let kept = BEGIN.iter().filter(|(name, _)| !changes.iter().any(|(other, _)| other == name));
    kept.chain(changes).copied().filter(|(_, value)| !value.is_empty()).collect()
}

/// Only the service's own apps, each as itself.
#[tokio::test]
async fn only_first_party_clients_may_ask() {
    let house = open().await;
    let phone = Phone::default();
    let typed = [("step", "password"), ("email", HANAKO), ("password", PASSWORD)];
    for (id, secret) in [("novel-site", crate::site::SECRET), ("comic-site", "another-secret")] {
        let mut fields = changed(&typed);
        fields.retain(|(name, _)| *name != "client_id");
        error(
            &post(&house, Shows::InBody(id, secret), PATH, &fields).await,
            400,
            "unauthorized_client",
        );
        error(&post(&house, Shows::InBody(id, "wrong"), PATH, &fields).await, 401, "invalid_client");
    }
    error(&phone.send(&house, &changed(&[("client_id", "nobody")])).await, 401, "invalid_client");
    error(&phone.send(&house, &changed(&[("client_id", "")])).await, 401, "invalid_client");
    let pretends = Shows::Basic(APP, "a secret that it has not");
    error(&post(&house, pretends, PATH, &BEGIN).await, 401, "invalid_client");
    assert_eq!(house.seen(HANAKO, None).await.account.expect("an account").sessions.len(), 1);
    house.close().await;
}

/// F2: no code without S256, and no other challenge on the way.
#[tokio::test]
async fn f2_pkce_can_be_left_out_weakened_or_changed_nowhere() {
    let house = open().await;
    let phone = Phone::default();
    for changes in [
        vec![("code_challenge", "")],
        vec![("code_challenge_method", "")],
        vec![("code_challenge_method", "plain")],
        vec![("code_challenge", VERIFIER), ("code_challenge_method", "plain")],
        vec![("code_challenge", "short")],
    ] {
        let mut fields = changed(&changes);
        fields.extend([("step", "password"), ("email", HANAKO), ("password", PASSWORD)]);
        error(&phone.send(&house, &fields).await, 400, "invalid_request");
    }
    let mut phone = Phone::default();
    phone.step(&house, "", &[]).await;
    let typed = [("email", HANAKO), ("password", PASSWORD)];
    let mut other = typed.to_vec();
    let another = "F".repeat(43);
    other.extend([("code_challenge", another.as_str()), ("code_challenge_method", "S256")]);
    error(&phone.step(&house, "password", &other).await, 400, "invalid_session");
    let done = phone.step(&house, "password", &typed).await.is(200).json();
    let code = text(&done, "authorization_code");
    for verifier in ["", "wrong", CHALLENGE, &VERIFIER.replace('d', "e")] {
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", APP),
            ("code", &code),
            ("code_verifier", verifier),
        ];
        error(&post(&house, Shows::Nothing, "/oauth/token", &fields).await, 400, "invalid_grant");
    }
    redeem(&house, &code).await.is(200);
    house.close().await;
}

/// F1, F3, I24: a code of an app is redeemed without an address, by its client, once; a browser's never so.
#[tokio::test]
async fn f1_f3_a_code_of_an_app_and_one_of_a_browser_are_not_each_other() {
    let mut house = House::with(setup()).await;
    let mut browser = house.registered(HANAKO).await;
    let mut phone = Phone::default();
    let of_app = phone.signs_in(&house, HANAKO, PASSWORD).await;
    for uri in ["jp.example.reader:/callback", BACK, "x"] {
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", APP),
            ("code", &of_app),
            ("redirect_uri", uri),
            ("code_verifier", VERIFIER),
        ];
        error(&post(&house, Shows::Nothing, "/oauth/token", &fields).await, 400, "invalid_grant");
    }
    let tokens = redeem(&house, &of_app).await.is(200).json();
    error(&redeem(&house, &of_app).await, 400, "invalid_grant");
    userinfo(&house, &text(&tokens, "access_token")).await.is(401);
    refresh(&house, &text(&tokens, "refresh_token")).await.is(400);
    assert_eq!(house.seen(HANAKO, None).await.account.expect("an account").sessions.len(), 1);
    // The reverse: a browser's code without its address.
    let place = "jp.example.reader:/callback";
    let asked = crate::site::request(&[("client_id", APP), ("redirect_uri", place)]);
    let of_browser = value(&brought(&browser.get(&asked).await), "code").to_owned();
    error(&redeem(&house, &of_browser).await, 400, "invalid_grant");
    // Burnt in another client's hands, and the entry with it.
    let stolen = Phone::default().signs_in(&house, HANAKO, PASSWORD).await;
    let fields = [("grant_type", "authorization_code"), ("code", &stolen), ("code_verifier", VERIFIER)];
    error(&post(&house, SITE, "/oauth/token", &fields).await, 400, "invalid_grant");
    error(&redeem(&house, &stolen).await, 400, "invalid_grant");
    assert_eq!(house.seen(HANAKO, None).await.account.expect("an account").sessions.len(), 1);
    house.close().await;
}

/// E8: what an app holds is nothing in any other place, and nothing else is what an app holds.
#[tokio::test]
async fn e8_an_auth_session_is_nothing_in_any_other_place() {
    let (house, mut phone, tokens) = signed_in().await;
    let mut browser = house.browser();
    browser.sign_in(HANAKO, PASSWORD).await.is(303);
    let session = browser.cookies.iter().find(|(name, _)| name.ends_with("session")).unwrap().1.clone();
    let of_browser = code(&mut browser, &[]).await;
    phone.held = None;
    phone.step(&house, "", &[]).await;
    let begun = phone.held.clone().unwrap();
    phone.step(&house, "reset", &[("email", HANAKO)]).await;
    let under_way = phone.held.clone().unwrap();
    let given = Phone::default().signs_in(&house, HANAKO, PASSWORD).await;
    let after = text(&tokens, "auth_session");
    let (access, again) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
    for held in [&begun, &under_way, &after] {
        userinfo(&house, held).await.is(401);
        refresh(&house, held).await.is(400);
        redeem(&house, held).await.is(400);
        let mut app = house.app();
        app.token = Some(held.chars().take(250).collect());
        app.get("/api/v1/session").await.problem(401, "unauthenticated");
        app.token = Some(held.clone());
        app.get("/api/v1/session").await.problem(401, "unauthenticated");
        for (path, member) in
            [("reset/verify", "code"), ("register/verify", "code"), ("register/complete", "password")]
        {
            let body = json!({"flow": held, member: "123456789012"});
            house.app().post(&format!("/api/v1/{path}"), body).await.problem(410, "flow-expired");
        }
        let mut thief = house.browser();
        for name in ["genkan-session", "genkan-flow", "genkan-device", "genkan-trip"] {
            thief.cookies.insert(name.to_owned(), held.clone());
        }
        thief.get("/account").await.is(303);
        let hint = crate::site::request(&[("prompt", "none"), ("id_token_hint", held)]);
        assert_eq!(value(&brought(&browser.get(&hint).await), "error"), "invalid_request");
    }
    let id = text(&tokens, "id_token");
    let device = phone.device.clone().unwrap_or_else(|| session.clone());
    for other in [&of_browser, &given, &access, &again, &id, &session, &device, &"A".repeat(43)] {
        let fields = changed(&[("auth_session", other)]);
        error(&phone.send(&house, &fields).await, 400, "invalid_session");
    }
    house.close().await;
}

/// F9: a bent, cut or lapsed one is none, and one of another client neither.
#[tokio::test]
async fn f9_an_auth_session_that_is_bent_over_or_anothers_is_none() {
    let house = open().await;
    let mut phone = Phone::default();
    phone.step(&house, "", &[]).await;
    let held = phone.held.clone().unwrap();
    let typed = [("step", "password"), ("email", HANAKO), ("password", PASSWORD)];
    for place in (0..held.len()).step_by(9) {
        let mut bent = held.clone().into_bytes();
        bent[place] = if bent[place] == b'A' { b'B' } else { b'A' };
        let bent = String::from_utf8(bent).unwrap();
        for text in [bent.as_str(), &held[..place.max(1)]] {
            let mut fields = vec![("client_id", APP), ("auth_session", text)];
            fields.extend(typed);
            error(&phone.send(&house, &fields).await, 400, "invalid_session");
        }
    }
    // Another app of the service's own.
    let mut fields = vec![("auth_session", held.as_str())];
    fields.extend(typed);
    let other = Shows::InBody("comic-app", "secret-of-the-other-app");
    error(&post(&house, other, PATH, &fields).await, 400, "invalid_session");
    error(&post(&house, SITE, PATH, &fields).await, 400, "unauthorized_client");
    // Without a client's name it is of the client that is sealed in it.
    let answer = phone.send(&house, &[("auth_session", held.as_str())]).await;
    assert_eq!(next(&answer)[0], "password");
    house.clock.advance(Millis::minutes(15));
    let mut fields = vec![("client_id", APP), ("auth_session", held.as_str())];
    fields.extend(typed);
    error(&phone.send(&house, &fields).await, 400, "invalid_session");
    house.close().await;
}

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

/// E3: nothing that was held before a reset gives a code after it.
#[tokio::test]
async fn e3_what_was_held_before_a_reset_gives_nothing_after_it() {
    let (mut house, phone, tokens) = signed_in().await;
    let mut held = Phone { held: Some(text(&tokens, "auth_session")), ..phone };
    let anew = [("scope", "openid"), ("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    held.step(&house, "", &anew).await;
    let waiting = Phone::default().signs_in(&house, HANAKO, PASSWORD).await;
    let mut browser = house.browser();
    house.verified(&mut browser, HANAKO).await;
    redeem(&house, &waiting).await.is(400);
    refresh(&house, &text(&tokens, "refresh_token")).await.is(400);
    refused(&held.step(&house, "password", &[("password", OTHER_PASSWORD)]).await, "unauthenticated");
    house.close().await;
}

/// E9: whoever is signed in takes no step of a stranger, a stranger none of a member, and neither leaves anything.
#[tokio::test]
async fn e9_a_step_that_is_not_open_is_not_taken() {
    let (house, mut phone, tokens) = signed_in().await;
    phone.held = Some(text(&tokens, "auth_session"));
    let anew = [("scope", "openid"), ("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    phone.step(&house, "", &anew).await;
    for step in ["register", "reset", "identity_address", "restore", "reset_password"] {
        let answer = phone.step(&house, step, &[("email", HANAKO), ("password", PASSWORD)]).await;
        refused(&answer, "flow-expired");
        assert_eq!(next(&answer), ["password"], "{step}");
    }
    assert_eq!(house.resets_counted(HANAKO).await, 0);
    let before = house.seen(HANAKO, None).await;
    let mut stranger = Phone::default();
    for step in ["terms", "offer_accept", "offer_decline"] {
        let answer = stranger.step(&house, step, &[("terms_version", "1")]).await;
        refused(&answer, "flow-expired");
        assert_eq!(next(&answer)[0], "password", "{step}");
    }
    assert_eq!(house.seen(HANAKO, None).await, before);
    house.close().await;
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

/// E10, E15: nothing that was handed out opens the session of an app, and no secret is in a log or on the disk.
#[tokio::test]
async fn e10_e15_the_session_of_an_app_opens_for_nothing_and_no_secret_is_kept() {
    let mut house = open().await;
    let typed = "a password that nobody else types 7";
    let mut phone = Phone::default();
    let mut handed = Vec::new();
    phone.step(&house, "reset", &[("email", HANAKO)]).await;
    handed.extend(phone.held.clone());
    let code = house.digits(HANAKO, "One-time code").await;
    phone.step(&house, "reset_code", &[("code", &code)]).await;
    handed.extend(phone.held.clone());
    let done = phone.step(&house, "reset_password", &[("password", typed)]).await.is(200).json();
    let given = text(&done, "authorization_code");
    let tokens = redeem(&house, &given).await.is(200).json();
    let again = refresh(&house, &text(&tokens, "refresh_token")).await.is(200).json();
    handed.extend([given, text(&done, "device")]);
    for body in [&tokens, &again] {
        for name in ["access_token", "refresh_token", "id_token", "auth_session"] {
            handed.push(text(body, name));
        }
    }
    let log = crate::logged::log().text();
    let mut disk = Vec::new();
    for entry in std::fs::read_dir(&house.folder).expect("the folder") {
        disk.extend(std::fs::read(entry.expect("a file").path()).expect("its bytes"));
    }
    for secret in handed.iter().map(String::as_str).chain([typed]) {
        let mut app = house.app();
        app.token = Some(secret.replace(' ', "-"));
        app.get("/api/v1/session").await.problem(401, "unauthenticated");
        let mut browser = house.browser();
        browser.cookies.insert("genkan-session".to_owned(), secret.replace(' ', "-"));
        browser.get("/account").await.is(303);
        assert!(!log.contains(secret), "in the log: {secret}");
        assert!(!disk.windows(secret.len()).any(|part| part == secret.as_bytes()), "on disk: {secret}");
    }
    house.close().await;
}
