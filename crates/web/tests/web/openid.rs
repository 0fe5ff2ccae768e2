//! The OpenID provider through its own addresses: the ways of a code and of the tokens that it gives.

use accounts::Millis;
use serde_json::json;

use crate::site::{
    BACK, SECRET, SITE, Shows, VERIFIER, brought, claims, code, house, plain, post, redeem, refresh,
    request, setup, text, userinfo, value,
};
use crate::support::{House, ORIGIN, PASSWORD};

#[tokio::test]
async fn r_app_1_a_member_who_is_signed_in_is_told_of_at_once() {
    let (house, mut browser) = house().await;
    let answer = browser.get(&request(&[])).await;
    let back = brought(&answer);
    assert!(answer.header("location").unwrap().starts_with(&format!("{BACK}?code=")));
    assert_eq!((value(&back, "state"), value(&back, "iss")), ("a state", ORIGIN));
    let tokens = redeem(&house, value(&back, "code")).await;
    let tokens = tokens.is(200).json();
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(600)));
    let id = claims(&text(&tokens, "id_token"));
    assert_eq!((&id["iss"], &id["aud"]), (&json!(ORIGIN), &json!("novel-site")));
    assert_eq!((&id["nonce"], &id["amr"]), (&json!("n-0S6_WzA2Mj"), &json!(["pwd"])));
    let told = userinfo(&house, &text(&tokens, "access_token")).await.is(200).json();
    assert_eq!(told["sub"], id["sub"]);
    assert_eq!((&told["email"], &told["email_verified"]), (&json!("hanako@example.jp"), &json!(true)));
    house.close().await;
}

#[tokio::test]
async fn no_answer_of_the_provider_is_kept_by_a_cache() {
    let (house, mut browser) = house().await;
    let code = code(&mut browser, &[]).await;
    let good = redeem(&house, &code).await;
    let bad = redeem(&house, "nothing").await;
    let told = userinfo(&house, "nothing").await;
    for answer in [good, bad, told] {
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{}", answer.body);
    }
    house.close().await;
}

#[tokio::test]
async fn whoever_is_not_signed_in_signs_in_and_comes_back_to_the_site() {
    let mut house = House::with(setup()).await;
    house.registered("hanako@example.jp").await;
    let mut browser = house.browser();
    let first = browser.get(&request(&[])).await;
    let place = first.is(303).header("location").unwrap().to_owned();
    assert!(place.starts_with("/signin?return_to=/oauth/authorize%3F"), "{place}");
    let page = browser.get(&place).await;
    let fields = [("email", "hanako@example.jp"), ("password", PASSWORD)];
    let form = page.is(200).body.split("href=\"").find(|link| link.starts_with("/signin/email?"));
    let form = form.and_then(|link| link.split('"').next()).unwrap().replace("&amp;", "&");
    let form = browser.get(&form).await;
    let return_to = plain(&form.is(200).hidden("return_to"));
    let fields = fields.into_iter().chain([("return_to", return_to.as_str())]).collect::<Vec<_>>();
    let entered = browser.post("/signin/email", &fields).await;
    let again = entered.is(303).header("location").unwrap().to_owned();
    let back = brought(&browser.get(&again).await);
    redeem(&house, value(&back, "code")).await.is(200);
    house.close().await;
}

#[tokio::test]
async fn prompt_none_shows_no_page() {
    let (house, mut browser) = house().await;
    code(&mut browser, &[("prompt", "none")]).await;
    let mut stranger = house.browser();
    let back = brought(&stranger.get(&request(&[("prompt", "none")])).await);
    assert_eq!(value(&back, "error"), "login_required");
    let back = brought(&browser.get(&request(&[("prompt", "none login")])).await);
    assert_eq!(value(&back, "error"), "invalid_request");
    house.close().await;
}

#[tokio::test]
async fn e9_prompt_login_and_max_age_ask_for_a_proof_that_is_younger_than_the_request() {
    let (house, mut browser) = house().await;
    for changes in [[("prompt", "login")], [("max_age", "0")]] {
        house.clock.advance(Millis::seconds(5));
        let place = browser.get(&request(&changes)).await;
        let place = place.is(303).header("location").unwrap().to_owned();
        assert!(place.starts_with("/proof?return_to="), "{place}");
        let page = browser.get(&place).await;
        let return_to = plain(&page.is(200).hidden("return_to"));
        // Without the proof the way leads to it again, however often it is tried.
        assert!(browser.get(&return_to).await.header("location").unwrap().starts_with("/proof"));
        house.clock.advance(Millis::seconds(1));
        let before = house.clock.now().0.div_euclid(1_000);
        let fields = [("password", PASSWORD), ("return_to", return_to.as_str())];
        let proved = browser.post("/proof", &fields).await;
        let back = brought(&browser.get(proved.is(303).header("location").unwrap()).await);
        let tokens = redeem(&house, value(&back, "code")).await.is(200).json();
        let id = claims(&text(&tokens, "id_token"));
        let after = house.clock.now().0.div_euclid(1_000);
        assert!((before..=after).contains(&id["auth_time"].as_i64().unwrap()), "{id}");
        // The mark is of that request alone: of another one nothing is believed.
        let step = return_to.rsplit_once("&genkan_step=").unwrap().1.to_owned();
        let other = request(&[("prompt", "login"), ("state", "another"), ("genkan_step", &step)]);
        assert!(browser.get(&other).await.header("location").unwrap().starts_with("/proof"));
    }
    // A proof that is young enough is taken as it is.
    code(&mut browser, &[("max_age", "3600")]).await;
    house.clock.advance(Millis::hours(2));
    let back = brought(&browser.get(&request(&[("max_age", "3600"), ("prompt", "none")])).await);
    assert_eq!(value(&back, "error"), "login_required");
    house.close().await;
}

#[tokio::test]
async fn e2_somebody_else_is_asked_for_without_the_first_ones_place() {
    let (mut house, mut browser) = house().await;
    house.registered("taro@example.jp").await;
    let place = browser.get(&request(&[("prompt", "select_account")])).await;
    let place = place.is(303).header("location").unwrap().to_owned();
    let page = browser.get(&place).await;
    page.is(200);
    // Going away leaves everything as it was.
    browser.get("/account").await.is(200);
    let form = browser.get(&place.replace("/signin?", "/signin/email?")).await;
    let return_to = plain(&form.is(200).hidden("return_to"));
    house.clock.advance(Millis::seconds(1));
    let fields =
        [("email", "taro@example.jp"), ("password", PASSWORD), ("return_to", return_to.as_str())];
    let entered = browser.post("/signin/email", &fields).await;
    let back = brought(&browser.get(entered.is(303).header("location").unwrap()).await);
    let tokens = redeem(&house, value(&back, "code")).await.is(200).json();
    let told = userinfo(&house, &text(&tokens, "access_token")).await.json();
    assert_eq!(told["email"], "taro@example.jp");
    house.close().await;
}

#[tokio::test]
async fn a_hint_of_somebody_else_is_no_answer() {
    let (mut house, mut browser) = house().await;
    let first = code(&mut browser, &[]).await;
    let hint = text(&redeem(&house, &first).await.json(), "id_token");
    code(&mut browser, &[("prompt", "none"), ("id_token_hint", &hint)]).await;
    let mut other = house.registered("taro@example.jp").await;
    let asked = request(&[("prompt", "none"), ("id_token_hint", &hint)]);
    assert_eq!(value(&brought(&other.get(&asked).await), "error"), "login_required");
    // It may be over; it must be ours.
    house.clock.advance(Millis::hours(3));
    code(&mut browser, &[("prompt", "none"), ("id_token_hint", &hint)]).await;
    let (before, after) = (&hint[..hint.len() - 40], &hint[hint.len() - 39..]);
    let other = if hint[before.len()..].starts_with('x') { 'y' } else { 'x' };
    let bent = format!("{before}{other}{after}");
    let asked = request(&[("prompt", "none"), ("id_token_hint", &bent)]);
    assert_eq!(value(&brought(&browser.get(&asked).await), "error"), "invalid_request");
    house.close().await;
}

#[tokio::test]
async fn i25_r_app_1_refresh_tokens_take_each_others_place_and_a_lost_reply_harms_nobody() {
    let (house, mut browser) = house().await;
    let code = code(&mut browser, &[("scope", "openid offline_access")]).await;
    let first = text(&redeem(&house, &code).await.json(), "refresh_token");
    let lost = text(&refresh(&house, SITE, &first).await.is(200).json(), "refresh_token");
    let second = text(&refresh(&house, SITE, &first).await.is(200).json(), "refresh_token");
    assert_ne!(lost, second);
    let third = text(&refresh(&house, SITE, &second).await.is(200).json(), "refresh_token");
    // The one that was lost, after its twin was used: a thief, or the thief's victim.
    let refused = refresh(&house, SITE, &lost).await;
    assert_eq!(refused.is(400).json()["error"], "invalid_grant");
    assert_eq!(refresh(&house, SITE, &third).await.is(400).json()["error"], "invalid_grant");
    house.close().await;
}

#[tokio::test]
async fn a_refresh_may_ask_for_less_and_never_for_more() {
    let (house, mut browser) = house().await;
    let code = code(&mut browser, &[]).await;
    let token = text(&redeem(&house, &code).await.json(), "refresh_token");
    let send = async |scope: &str| {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", &token), ("scope", scope)];
        post(&house, SITE, "/oauth/token", &fields).await
    };
    let less = send("openid").await.is(200).json();
    assert_eq!(less["scope"], "openid");
    let told = userinfo(&house, &text(&less, "access_token")).await.is(200).json();
    assert!(told.get("email").is_some(), "what the grant lets be known is the grant's");
    assert_eq!(send("openid offline_access").await.is(400).json()["error"], "invalid_scope");
    house.close().await;
}

#[tokio::test]
async fn what_is_given_back_is_over_at_once() {
    let (house, mut browser) = house().await;
    for by in ["refresh_token", "access_token"] {
        let code = code(&mut browser, &[]).await;
        let tokens = redeem(&house, &code).await.json();
        let (access, other) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
        userinfo(&house, &access).await.is(200);
        let stranger = Shows::InBody("comic-site", "another-secret");
        post(&house, stranger, "/oauth/revoke", &[("token", &text(&tokens, by))]).await.is(200);
        userinfo(&house, &access).await.is(200);
        post(&house, SITE, "/oauth/revoke", &[("token", &text(&tokens, by))]).await.is(200);
        userinfo(&house, &access).await.is(401);
        refresh(&house, SITE, &other).await.is(400);
    }
    post(&house, SITE, "/oauth/revoke", &[("token", "nothing")]).await.is(200);
    house.close().await;
}

#[tokio::test]
async fn a_token_is_looked_at_by_those_whom_it_is_for() {
    let (house, mut browser) = house().await;
    let comic = [("client_id", "comic-site"), ("redirect_uri", "https://comic.example.jp/callback")];
    let code = code(&mut browser, &comic).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", "https://comic.example.jp/callback"),
        ("code_verifier", VERIFIER),
    ];
    let own = Shows::InBody("comic-site", "another-secret");
    let tokens = post(&house, own, "/oauth/token", &fields).await.is(200).json();
    let access = text(&tokens, "access_token");
    let look = |shows| post_token(&house, shows, &access);
    assert_eq!(look(own).await["active"], true);
    let api = look(Shows::Basic("comic-api", "api-secret")).await;
    assert_eq!((&api["active"], &api["client_id"]), (&json!(true), &json!("comic-site")));
    assert_eq!(look(SITE).await, json!({ "active": false }));
    assert_eq!(post_token(&house, own, "nothing").await, json!({ "active": false }));
    // I23: another sector knows the member by another name.
    let account = house.seen("hanako@example.jp", None).await.account.unwrap().id;
    let name = uuid::Uuid::from_bytes(account.0).to_string();
    let told = userinfo(&house, &access).await.json();
    assert!(told["sub"] != json!(name) && told["sub"] == api["sub"], "{told}");
    let public = post(
        &house,
        Shows::Nothing,
        "/oauth/introspect",
        &[("token", &access), ("client_id", "reader-app")],
    )
    .await;
    public.is(401);
    house.close().await;
}

async fn post_token(house: &House, shows: Shows<'_>, token: &str) -> serde_json::Value {
    post(house, shows, "/oauth/introspect", &[("token", token)]).await.is(200).json()
}

#[tokio::test]
async fn signing_out_at_a_sites_wish_ends_the_session_and_what_hung_from_it() {
    let (house, mut browser) = house().await;
    let code = code(&mut browser, &[]).await;
    let tokens = redeem(&house, &code).await.json();
    let hint = text(&tokens, "id_token");
    let bye = "https://novel.example.jp/bye";
    let path = |pairs: &[(&str, &str)]| {
        let pairs =
            pairs.iter().map(|(name, value)| format!("{name}={}", crate::support::escape(value)));
        format!("/oauth/logout?{}", pairs.collect::<Vec<_>>().join("&"))
    };
    // Nothing happens for a site that cannot say whose session it means, nor for an address that is nobody's.
    browser.get(&path(&[("client_id", "novel-site")])).await.leads_to("/account");
    let evil = path(&[("id_token_hint", &hint), ("post_logout_redirect_uri", "https://evil.example/")]);
    browser.get(&evil).await.is(400);
    let mismatched = path(&[("id_token_hint", &hint), ("client_id", "reader-app")]);
    browser.get(&mismatched).await.is(400);
    browser.get("/account").await.is(200);
    // In a browser without that session nothing is ended either.
    let whole = path(&[("id_token_hint", &hint), ("post_logout_redirect_uri", bye), ("state", "s")]);
    house.browser().get(&whole).await.leads_to(&format!("{bye}?state=s"));
    browser.get("/account").await.is(200);
    browser.get(&whole).await.leads_to(&format!("{bye}?state=s"));
    browser.get("/account").await.is(303);
    userinfo(&house, &text(&tokens, "access_token")).await.is(401);
    refresh(&house, SITE, &text(&tokens, "refresh_token")).await.is(400);
    house.close().await;
}

#[tokio::test]
async fn an_app_stays_signed_in_when_its_browser_signs_out() {
    let (house, mut browser) = house().await;
    let app = [
        ("client_id", "reader-app"),
        ("redirect_uri", "jp.example.reader:/callback"),
        ("scope", "openid offline_access"),
    ];
    let code = code(&mut browser, &app).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "reader-app"),
        ("code", code.as_str()),
        ("redirect_uri", "jp.example.reader:/callback"),
        ("code_verifier", VERIFIER),
    ];
    let tokens = post(&house, Shows::Nothing, "/oauth/token", &fields).await.is(200).json();
    browser.post("/signout", &[]).await.is(303);
    userinfo(&house, &text(&tokens, "access_token")).await.is(200);
    refresh(&house, Shows::Nothing, &text(&tokens, "refresh_token")).await.is(200);
    house.close().await;
}

#[tokio::test]
async fn the_configuration_is_true() {
    let (house, mut browser) = house().await;
    let told = browser.get("/.well-known/openid-configuration").await.is(200).json();
    assert_eq!(told["issuer"], ORIGIN);
    let same = browser.get("/.well-known/oauth-authorization-server").await.is(200).json();
    assert_eq!(told, same);
    for name in ["authorization_endpoint", "end_session_endpoint", "jwks_uri", "userinfo_endpoint"] {
        let path = text(&told, name).strip_prefix(ORIGIN).unwrap().to_owned();
        assert_ne!(browser.get(&path).await.status, 404, "{path}");
    }
    for name in ["token_endpoint", "introspection_endpoint", "revocation_endpoint"] {
        let path = text(&told, name).strip_prefix(ORIGIN).unwrap().to_owned();
        assert_eq!(browser.get(&path).await.status, 405, "{path}");
    }
    let none = House::open().await;
    none.browser().get("/.well-known/openid-configuration").await.is(404);
    none.close().await;
    house.close().await;
}

#[tokio::test]
async fn a_client_shows_its_secret_in_one_way_and_none_that_is_wrong() {
    let (house, mut browser) = house().await;
    let code = code(&mut browser, &[]).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ];
    for shows in [
        Shows::Basic("novel-site", "wrong"),
        Shows::Basic("nobody", SECRET),
        Shows::InBody("novel-site", ""),
        Shows::InBody("novel-site", "wrong"),
        Shows::Nothing,
    ] {
        let refused = post(&house, shows, "/oauth/token", &fields).await;
        assert_eq!(refused.is(401).json()["error"], "invalid_client");
        assert!(refused.header("www-authenticate").unwrap().starts_with("Basic"));
    }
    // None of them has used the code up.
    post(&house, Shows::InBody("novel-site", SECRET), "/oauth/token", &fields).await.is(200);
    house.close().await;
}
