//! What attackers try at what an app holds where it signs members in without a browser (security.md 1E, 1F), each case by its name.
//!
//! What strangers can learn and how often they may ask is in `challenge_strangers`.

use accounts::Millis;
use serde_json::json;

use crate::first_party::{APP, HANAKO, PATH, Phone, next, redeem, refresh, refused, signed_in};
use crate::site::{
    BACK, CHALLENGE, SITE, Shows, VERIFIER, brought, code, post, setup, text, userinfo, value,
};
use crate::support::{Answer, House, OTHER_PASSWORD, PASSWORD};

const BEGIN: [(&str, &str); 4] = [
    ("client_id", APP),
    ("scope", "openid"),
    ("code_challenge", CHALLENGE),
    ("code_challenge_method", "S256"),
];

pub(crate) async fn open() -> House {
    let mut house = House::with(setup()).await;
    house.registered(HANAKO).await;
    house
}

pub(crate) fn error(answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.is(status).json()["error"], error, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(answer.set_cookies().is_empty());
}

pub(crate) fn changed<'f>(changes: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
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
