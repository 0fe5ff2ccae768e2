//! Apps that sign members in without a browser: every way, and what is left of it afterwards.

use accounts::{Line, Millis, Policy};
use pages::PerLocale;
use serde_json::json;
use web::TermsOptions;

use crate::first_party::{APP, HANAKO, Phone, next, redeem, refresh, refused, revoke, signed_in};
use crate::site::{claims, setup, text, userinfo};
use crate::support::{House, OTHER_PASSWORD, PASSWORD, Setup};

/// R-APP-1: one sign-in, one entry for the member, and ending it ends the app.
#[tokio::test]
async fn r_app_1_an_app_signs_in_and_is_one_entry_that_ends_with_it() {
    let (mut house, _, tokens) = signed_in().await;
    let id = claims(&text(&tokens, "id_token"));
    assert_eq!((&id["aud"], &id["amr"]), (&json!(APP), &json!(["pwd"])));
    let access = text(&tokens, "access_token");
    let told = userinfo(&house, &access).await.is(200).json();
    assert_eq!((&told["sub"], &told["email"]), (&id["sub"], &json!(HANAKO)));
    let again = refresh(&house, &text(&tokens, "refresh_token")).await.is(200).json();
    house.letter(HANAKO, "New sign-in").await;
    // The member sees it beside the browser and ends it there.
    let mut browser = house.browser();
    browser.sign_in(HANAKO, PASSWORD).await.is(303);
    let page = browser.get("/account/sessions").await;
    let entries = page.is(200).body.split("<li>").filter(|entry| entry.contains("<dt>Signed in"));
    assert_eq!(entries.filter(|entry| entry.contains("Reader/1.0")).count(), 1, "{}", page.body);
    assert!(!page.body.contains("/account/connected/end"), "and nowhere else: {}", page.body);
    browser.post("/account/sessions/end-others", &[]).await.is(303);
    userinfo(&house, &access).await.is(401);
    refresh(&house, &text(&again, "refresh_token")).await.is(400);
    house.close().await;
}

/// The app signs out: its entry goes, and what it still holds of the way in is nothing.
#[tokio::test]
async fn an_app_that_gives_back_its_token_is_gone_from_the_list() {
    let (house, phone, tokens) = signed_in().await;
    let account = house.seen(HANAKO, None).await.account.expect("an account");
    assert_eq!((account.sessions.len(), account.grants.len()), (2, 1));
    revoke(&house, &text(&tokens, "refresh_token")).await.is(200);
    let account = house.seen(HANAKO, None).await.account.expect("an account");
    assert_eq!((account.sessions.len(), account.grants.len()), (1, 0), "the browser's alone");
    let mut later = Phone { held: Some(text(&tokens, "auth_session")), ..phone };
    let answer = later
        .step(
            &house,
            "password",
            &[
                ("password", PASSWORD),
                ("scope", "openid"),
                ("code_challenge", crate::site::CHALLENGE),
                ("code_challenge_method", "S256"),
            ],
        )
        .await;
    refused(&answer, "unauthenticated");
    house.close().await;
}

/// R-SIGNIN-7: an installation that signs in again is one entry, and its old tokens are over.
#[tokio::test]
async fn an_installation_that_signs_in_again_is_one_entry() {
    let (house, mut phone, first) = signed_in().await;
    // It has nothing else to stay signed in by, whatever it asked for.
    phone.scope = "openid";
    let code = phone.signs_in(&house, HANAKO, PASSWORD).await;
    let second = redeem(&house, &code).await.is(200).json();
    refresh(&house, &text(&first, "refresh_token")).await.is(400);
    refresh(&house, &text(&second, "refresh_token")).await.is(200);
    let account = house.seen(HANAKO, None).await.account.expect("an account");
    assert_eq!((account.sessions.len(), account.grants.len()), (2, 1));
    house.close().await;
}

/// R-APP-1: an app in use stays signed in, and so does its entry; one that rests for 90 days does not.
#[tokio::test]
async fn an_entry_lives_as_long_as_its_app_is_used() {
    let (house, _, tokens) = signed_in().await;
    let mut token = text(&tokens, "refresh_token");
    for _ in 0..3 {
        house.clock.advance(Millis::days(80));
        token = text(&refresh(&house, &token).await.is(200).json(), "refresh_token");
    }
    house.clock.advance(Millis::days(91));
    refresh(&house, &token).await.is(400);
    house.close().await;
}

/// Who only asks is told the ways, and nothing is written.
#[tokio::test]
async fn whoever_only_asks_is_told_the_ways_and_leaves_nothing() {
    let house = House::with(setup()).await;
    let before = house.seen(HANAKO, None).await;
    let mut phone = Phone::default();
    let answer = phone.step(&house, "", &[]).await;
    assert_eq!(answer.is(403).json()["error"], "insufficient_authorization");
    assert_eq!(next(&answer), ["password", "passkey_options", "register", "reset"]);
    assert!(answer.json()["code"].is_null() && answer.set_cookies().is_empty());
    assert_eq!(house.seen(HANAKO, None).await, before);
    house.close().await;
}

/// R-REG: address, code, password, in Japanese, and signed in.
#[tokio::test]
async fn r_reg_an_app_registers_with_the_code_from_the_mail() {
    let mut house = House::with(setup()).await;
    let mut phone = Phone { language: "ja", ..Phone::default() };
    let asked = phone.step(&house, "register", &[("email", "かな")]).await;
    refused(&asked, "invalid-address");
    let asked = phone.step(&house, "register", &[("email", HANAKO)]).await;
    assert_eq!(
        (next(&asked).as_slice(), &asked.json()["mail_refused"]),
        (["register_code".to_owned(), "register".to_owned()].as_slice(), &json!(false))
    );
    let letter = house.letter(HANAKO, "").await;
    let code = crate::support::digits_in(&letter.text).expect("a code");
    let wrong = phone.step(&house, "register_code", &[("code", "0000 0000 0000")]).await;
    refused(&wrong, "invalid-code");
    assert!(wrong.json()["message"].as_str().unwrap().contains('。'), "{}", wrong.body);
    assert_eq!(next(&wrong), ["register_code", "register"]);
    let proven = phone.step(&house, "register_code", &[("code", &code)]).await;
    assert_eq!(next(&proven), ["register_password"]);
    assert!(house.seen(HANAKO, None).await.account.is_none(), "no account before the last step");
    refused(
        &phone.step(&house, "register_password", &[("password", "password")]).await,
        "password-too-weak",
    );
    let held = phone.held.clone();
    let done = phone.step(&house, "register_password", &[("password", PASSWORD)]).await.is(200).json();
    redeem(&house, &text(&done, "authorization_code")).await.is(200);
    // What was used up cannot be used again, by whatever was held before.
    phone.held = held;
    let again = phone.step(&house, "register_password", &[("password", PASSWORD)]).await;
    refused(&again, "flow-expired");
    assert_eq!(next(&again), ["password", "passkey_options", "register", "reset"]);
    house.close().await;
}

/// R-LOCK-1, R-LOCK-2, R-RESET: locked out, and unlocked by the reset.
#[tokio::test]
async fn r_lock_2_a_locked_address_is_unlocked_by_the_reset() {
    let mut house = House::with(setup()).await;
    house.registered(HANAKO).await;
    let mut phone = Phone::default();
    for _ in 0..10 {
        let answer = phone.step(&house, "password", &[("email", HANAKO), ("password", "wrong")]).await;
        refused(&answer, "invalid-credentials");
    }
    let locked = phone.step(&house, "password", &[("email", HANAKO), ("password", PASSWORD)]).await;
    refused(&locked, "account-locked");
    assert!(next(&locked).contains(&"reset".to_owned()));
    let asked = phone.step(&house, "reset", &[("email", HANAKO)]).await;
    assert_eq!(next(&asked), ["reset_code", "reset"]);
    let code = house.digits(HANAKO, "One-time code").await;
    refused(&phone.step(&house, "reset_code", &[("code", "1111 1111 1111")]).await, "invalid-code");
    let verified = phone.step(&house, "reset_code", &[("code", &code)]).await;
    assert_eq!(next(&verified), ["reset_password", "reset_code"]);
    assert_eq!(verified.json()["recent"], json!([]));
    let older = phone.held.clone();
    phone.step(&house, "reset_code", &[("code", &code)]).await.is(403);
    house.clock.advance(Millis::minutes(5));
    let told = phone.clone().step(&house, "reset", &[("email", HANAKO)]).await;
    refused(&told, "code-cooldown");
    assert!(told.json()["retry_after"].is_u64() && told.header("retry-after").is_some());
    // The form of the first time is worthless since the second (R-RESET-5).
    let mut stale = Phone { held: older, ..phone.clone() };
    let fields = [("password", OTHER_PASSWORD)];
    refused(&stale.step(&house, "reset_password", &fields).await, "flow-expired");
    refused(
        &phone.step(&house, "reset_password", &[("password", "password")]).await,
        "password-too-weak",
    );
    let done = phone.step(&house, "reset_password", &fields).await.is(200).json();
    redeem(&house, &text(&done, "authorization_code")).await.is(200);
    let mut other = Phone::default();
    let old = other.step(&house, "password", &[("email", HANAKO), ("password", PASSWORD)]).await;
    refused(&old, "invalid-credentials");
    other.signs_in(&house, HANAKO, OTHER_PASSWORD).await;
    house.close().await;
}

/// R-SIGNIN-11: new terms are accepted on the way, and there is no code before that.
#[tokio::test]
async fn r_signin_11_the_terms_are_accepted_on_the_way() {
    let with = |version: &str| {
        let mut web = web::WebOptions::at(crate::support::ORIGIN);
        let url = PerLocale::new("https://example.jp/kiyaku", "https://example.jp/terms");
        web.terms = Some(TermsOptions { version: version.to_owned(), url });
        let policy = Policy { terms: Some(Line::clean(version, 40)), ..Policy::default() };
        Setup { policy, web, ..setup() }
    };
    let mut house = House::with(with("1")).await;
    let mut phone = Phone { language: "ja", ..Phone::default() };
    phone.step(&house, "register", &[("email", HANAKO)]).await;
    let letter = house.letter(HANAKO, "").await;
    let code = crate::support::digits_in(&letter.text).expect("a code");
    let proven = phone.step(&house, "register_code", &[("code", &code)]).await;
    assert_eq!(proven.json()["terms"], json!({"version": "1", "url": "https://example.jp/kiyaku"}));
    refused(
        &phone.step(&house, "register_password", &[("password", PASSWORD)]).await,
        "terms-required",
    );
    let again = phone.step(&house, "", &[]).await;
    assert_eq!(again.json()["terms"]["version"], "1", "it is told as long as it can be agreed to");
    let fields = [("password", PASSWORD), ("terms_version", "1")];
    phone.step(&house, "register_password", &fields).await.is(200);
    let house = house.again(with("2")).await;
    let mut phone = Phone::default();
    let due = phone.step(&house, "password", &[("email", HANAKO), ("password", PASSWORD)]).await;
    assert_eq!((next(&due), &due.json()["terms"]["version"]), (vec!["terms".to_owned()], &json!("2")));
    assert!(due.json()["device"].is_string());
    refused(&phone.step(&house, "terms", &[("terms_version", "1")]).await, "terms-required");
    assert_eq!(next(&phone.step(&house, "", &[]).await), ["terms"]);
    let done = phone.step(&house, "terms", &[("terms_version", "2")]).await.is(200).json();
    redeem(&house, &text(&done, "authorization_code")).await.is(200);
    house.close().await;
}

/// R-WITHDRAW-2: within the grace the account can be had back, and the reset leads in.
#[tokio::test]
async fn r_withdraw_2_a_withdrawn_account_is_had_back_by_its_address() {
    let mut house = House::with(setup()).await;
    let mut browser = house.registered(HANAKO).await;
    browser.post("/account/withdraw", &[]).await.leads_to("/withdrawn");
    house.letter(HANAKO, "").await;
    let mut phone = Phone::default();
    let gone = phone.step(&house, "password", &[("email", HANAKO), ("password", PASSWORD)]).await;
    refused(&gone, "invalid-credentials");
    house.clock.advance(Millis::minutes(2));
    phone.step(&house, "register", &[("email", HANAKO)]).await;
    let code = house.code(HANAKO).await;
    let proven = phone.step(&house, "register_code", &[("code", &code)]).await;
    assert_eq!(proven.json()["former"]["way"], "withdrawn");
    assert_eq!(next(&proven), ["register_password", "restore"]);
    let back = phone.step(&house, "restore", &[]).await;
    assert_eq!((back.json()["restored"].as_bool(), next(&back)[0].as_str()), (Some(true), "password"));
    assert!(house.seen(HANAKO, None).await.account.is_some());
    house.close().await;
}

/// The way on of whoever is signed in and has to show it once more (RFC 9470).
#[tokio::test]
async fn an_app_shows_its_member_once_more_in_the_same_entry() {
    let (house, mut phone, tokens) = signed_in().await;
    house.clock.advance(Millis::minutes(9));
    let first = claims(&text(&tokens, "id_token"));
    phone.held = Some(text(&tokens, "auth_session"));
    let fresh = [
        ("scope", "openid"),
        ("max_age", "0"),
        ("code_challenge", crate::site::CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let asked = phone.step(&house, "", &fresh).await;
    assert_eq!(next(&asked), ["password"], "it alone is nothing");
    refused(&phone.step(&house, "password", &[("password", "wrong")]).await, "invalid-credentials");
    let done = phone.step(&house, "password", &[("password", PASSWORD)]).await.is(200).json();
    assert!(done["device"].is_null(), "it is no sign-in");
    let second = redeem(&house, &text(&done, "authorization_code")).await.is(200).json();
    let id = claims(&text(&second, "id_token"));
    assert_eq!(id["sid"], first["sid"]);
    let age = |id: &serde_json::Value| {
        house.clock.now().0.div_euclid(1_000) - id["auth_time"].as_i64().expect("a time")
    };
    assert!(age(&id) < 60 && age(&first) >= 9 * 60, "{id} {first}");
    // What it held before has made way, and the entry is the same one.
    refresh(&house, &text(&tokens, "refresh_token")).await.is(400);
    refresh(&house, &text(&second, "refresh_token")).await.is(200);
    let account = house.seen(HANAKO, None).await.account.expect("an account");
    assert_eq!((account.sessions.len(), account.grants.len()), (2, 1));
    house.close().await;
}

/// What is mailed is what the API's calls mail, to the letter: registering, a sign-in on a new device, a reset.
#[tokio::test]
async fn the_mails_are_the_apis() {
    let mut by_api = House::with(setup()).await;
    let app = by_api.app();
    let flow =
        app.post("/api/v1/register/email", json!({"email": HANAKO})).await.json()["flow"].clone();
    let mut api = vec![by_api.letter(HANAKO, "").await];
    let code = crate::support::digits_in(&api[0].text).expect("a code");
    app.post("/api/v1/register/verify", json!({"flow": flow, "code": code})).await.is(200);
    app.post("/api/v1/register/complete", json!({"flow": flow, "password": PASSWORD})).await.is(201);
    api.push(by_api.letter(HANAKO, "").await);
    by_api.clock.advance(Millis::minutes(2));
    by_api.app().sign_in(HANAKO, PASSWORD).await.is(200);
    api.push(by_api.letter(HANAKO, "").await);
    let flow = app.post("/api/v1/reset", json!({"email": HANAKO})).await.json()["flow"].clone();
    api.push(by_api.letter(HANAKO, "").await);
    let code = crate::support::digits_in(&api[3].text).expect("a code");
    let proven = app.post("/api/v1/reset/verify", json!({"flow": flow, "code": code})).await.json();
    api.push(by_api.letter(HANAKO, "").await);
    let set = json!({"flow": flow, "form": proven["form"], "password": OTHER_PASSWORD});
    app.post("/api/v1/reset/password", set).await.is(200);
    api.push(by_api.letter(HANAKO, "").await);
    by_api.close().await;

    let mut house = House::with(setup()).await;
    let mut phone = Phone { version: "novel-app/2.1.0", ..Phone::default() };
    phone.step(&house, "register", &[("email", HANAKO)]).await;
    let mut own = vec![house.letter(HANAKO, "").await];
    let code = crate::support::digits_in(&own[0].text).expect("a code");
    phone.step(&house, "register_code", &[("code", &code)]).await;
    phone.step(&house, "register_password", &[("password", PASSWORD)]).await.is(200);
    own.push(house.letter(HANAKO, "").await);
    house.clock.advance(Millis::minutes(2));
    Phone { version: "novel-app/2.1.0", ..Phone::default() }.signs_in(&house, HANAKO, PASSWORD).await;
    own.push(house.letter(HANAKO, "").await);
    let mut phone = Phone { version: "novel-app/2.1.0", ..Phone::default() };
    phone.step(&house, "reset", &[("email", HANAKO)]).await;
    own.push(house.letter(HANAKO, "").await);
    let code = crate::support::digits_in(&own[3].text).expect("a code");
    phone.step(&house, "reset_code", &[("code", &code)]).await;
    own.push(house.letter(HANAKO, "").await);
    phone.step(&house, "reset_password", &[("password", OTHER_PASSWORD)]).await.is(200);
    own.push(house.letter(HANAKO, "").await);
    house.close().await;

    // Numbers, times and the network differ between any two.
    let masked = |letter: &delivery::Letter| {
        let whole = format!("{}\n{}", letter.subject, letter.text);
        let marks = whole.chars().map(|sign| if sign.is_ascii_digit() { '#' } else { sign });
        let mut marks = marks.collect::<Vec<_>>();
        marks.dedup_by(|one, other| *one == '#' && *other == '#');
        marks.into_iter().collect::<String>()
    };
    let of = |letters: &[delivery::Letter]| letters.iter().map(masked).collect::<Vec<_>>();
    assert_eq!(of(&own), of(&api));
}
