//! Apps of the service's own that manage their member's account by the API, with an access token in the place of a session's
//! secret (the scope `account`).

use accounts::Millis;
use engine::{Client, Clients, OpenIdOptions};
use http::{Method, Request};
use serde_json::{Value, json};

use crate::first_party::{APP, HANAKO, Phone, redeem, refresh};
use crate::site::{VERIFIER, brought, claims, post, request, setup, text, userinfo, value};
use crate::support::{Answer, House, PASSWORD, Setup, send};

const BACK: &str = "jp.example.reader:/callback";

/// Everybody may ask for `account`; only the app is the service's own.
fn with_account() -> Setup {
    let mut setup = setup();
    let known = setup.openid.clients.all();
    let all = known.iter().map(|client| {
        let mut client = Client::clone(client);
        client.scopes.push("account".to_owned());
        client.audience.push("comic-api".to_owned());
        client
    });
    setup.openid = OpenIdOptions { clients: Clients::new(all.collect()), ..OpenIdOptions::default() };
    setup
}

async fn signed_in(scope: &'static str) -> (House, Value) {
    let mut house = House::with(with_account()).await;
    house.registered(HANAKO).await;
    let mut phone = Phone { scope, ..Phone::default() };
    let code = phone.signs_in(&house, HANAKO, PASSWORD).await;
    let tokens = redeem(&house, &code).await.is(200).json();
    (house, tokens)
}

async fn call(house: &House, method: Method, path: &str, token: &str, body: Option<Value>) -> Answer {
    let asking = Request::builder().method(method).uri(path);
    let asking =
        asking.header("authorization", format!("Bearer {token}")).header("accept-language", "en");
    let asking = match body {
        Some(body) => asking.header("content-type", "application/json").body(body.to_string().into()),
        None => asking.body("".into()),
    };
    send(&house.router, asking.expect("a request")).await
}

async fn is_nobody(house: &House, token: &str) {
    for path in ["/api/v1/session", "/api/v1/account", "/api/v1/account/sessions"] {
        call(house, Method::GET, path, token, None).await.problem(401, "unauthenticated");
    }
}

/// R-APP-1: the app manages the account, with the fresh proof that a page would need, and signs out.
#[tokio::test]
async fn r_app_1_an_app_of_the_service_manages_its_members_account() {
    let (house, tokens) = signed_in("openid offline_access account").await;
    let access = text(&tokens, "access_token");
    let session = call(&house, Method::GET, "/api/v1/session", &access, None).await;
    assert_eq!(session.is(200).json()["account"]["id"], claims(&text(&tokens, "id_token"))["sub"]);
    let named = json!({ "display_name": "はな" });
    call(&house, Method::PATCH, "/api/v1/account", &access, Some(named)).await.is(200);
    let told =
        call(&house, Method::GET, "/api/v1/account/sessions", &access, None).await.is(200).json();
    let current =
        told["sessions"].as_array().expect("a list").iter().filter(|one| one["current"] == true);
    assert_eq!(current.count(), 1, "{told}");

    // What needs a fresh proof needs it here.
    house.clock.advance(Millis::minutes(11));
    let next = refresh(&house, &text(&tokens, "refresh_token")).await.is(200).json();
    let access = text(&next, "access_token");
    let stale = json!({ "new_password": "mori no oku ni nana hiki" });
    let path = "/api/v1/account/password";
    call(&house, Method::POST, path, &access, Some(stale.clone()))
        .await
        .problem(403, "fresh-proof-required");
    let proof = json!({ "password": PASSWORD });
    call(&house, Method::POST, "/api/v1/proof/password", &access, Some(proof)).await.is(200);
    call(&house, Method::POST, path, &access, Some(stale)).await.is(204);

    call(&house, Method::POST, "/api/v1/signout", &access, None).await.is(204);
    is_nobody(&house, &access).await;
    userinfo(&house, &access).await.is(401);
    refresh(&house, &text(&next, "refresh_token")).await.is(400);
    house.close().await;
}

/// Security.md F9 and E8: a token that others may read manages nothing, and one that manages is made out to nobody else.
#[tokio::test]
async fn e8_a_token_that_others_may_hold_manages_nothing() {
    let (house, tokens) = signed_in("openid offline_access account").await;
    let access = text(&tokens, "access_token");
    assert_eq!(claims(&access)["aud"].as_array().map(Vec::len), Some(1), "{}", claims(&access));
    // For a service of the app's own it asks for less.
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", APP),
        ("refresh_token", &text(&tokens, "refresh_token")),
        ("scope", "openid"),
    ];
    let less = post(&house, crate::site::Shows::Nothing, "/oauth/token", &fields).await.is(200).json();
    let less = text(&less, "access_token");
    assert!(claims(&less)["aud"].as_array().is_some_and(|all| all.contains(&json!("comic-api"))));
    is_nobody(&house, &less).await;
    for token in [
        text(&tokens, "refresh_token"),
        text(&tokens, "id_token"),
        format!("{access}x"),
        ".".repeat(5_000),
    ] {
        is_nobody(&house, &token).await;
    }
    house.clock.advance(Millis::minutes(11));
    is_nobody(&house, &access).await;
    house.close().await;
}

/// What came by a browser is the browser's session, and no app's: it manages nothing, whatever it asked for; and whose client is
/// not the service's own is not given the scope at all.
#[tokio::test]
async fn what_came_by_a_browser_manages_nothing() {
    let mut house = House::with(with_account()).await;
    let mut browser = house.registered(HANAKO).await;
    let asked =
        [("client_id", APP), ("redirect_uri", BACK), ("scope", "openid offline_access account")];
    let back = brought(&browser.get(&request(&asked)).await);
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", APP),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
        ("code", value(&back, "code")),
    ];
    let tokens =
        post(&house, crate::site::Shows::Nothing, "/oauth/token", &fields).await.is(200).json();
    assert_eq!(tokens["scope"], json!("openid offline_access account"));
    is_nobody(&house, &text(&tokens, "access_token")).await;
    let back = brought(&browser.get(&request(&[("scope", "openid account")])).await);
    let tokens = crate::site::redeem(&house, value(&back, "code")).await.is(200).json();
    assert_eq!(tokens["scope"], json!("openid"));
    house.close().await;
}

/// A member who ends the entry, or changes the password elsewhere, ends what the app may do at once.
#[tokio::test]
async fn what_ends_the_entry_ends_what_the_app_may_do_at_once() {
    let (house, tokens) = signed_in("openid offline_access account").await;
    let access = text(&tokens, "access_token");
    let mut browser = house.browser();
    browser.sign_in(HANAKO, PASSWORD).await.is(303);
    call(&house, Method::GET, "/api/v1/account", &access, None).await.is(200);
    browser.post("/account/sessions/end-others", &[]).await.is(303);
    is_nobody(&house, &access).await;
    house.close().await;
}
