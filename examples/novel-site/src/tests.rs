//! The site with keys of a house that the test makes: what it believes of logout tokens, and how it dresses what it hands out.
//!
//! Signing in and out is driven in a browser, with the real house (`tests/browser/novel_site.test.mjs`).

mod town;

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::Nonce;
use serde_json::{Value, json};

use crate::provider::{IdToken, OpenId};
use town::{EVENT, Town, head, key, now, signed};

#[tokio::test]
async fn a_logout_token_ends_the_sessions_that_hang_from_its_session_and_no_other() {
    let town = Town::open("http://localhost:3000").await;
    let telephone = town.member("hanako", "1").await;
    let again = town.member("hanako", "1").await;
    let desk = town.member("hanako", "2").await;
    let other = town.member("taro", "3").await;
    // A session of that name, but another member's: nothing of theirs ends.
    assert_eq!(town.tell(&town.logout_token("taro", "1", &json!({}))).await, StatusCode::OK);
    assert!(town.is_signed_in(&telephone).await && town.is_signed_in(&other).await);
    let token = town.logout_token("hanako", "1", &json!({}));
    for _ in 0..2 {
        assert_eq!(town.tell(&token).await, StatusCode::OK);
    }
    assert!(!town.is_signed_in(&telephone).await && !town.is_signed_in(&again).await);
    assert!(town.is_signed_in(&desk).await && town.is_signed_in(&other).await);
    // Of no session in particular: of all that the member has.
    let token = town.logout_token("hanako", "", &json!({ "sid": null }));
    assert_eq!(town.tell(&token).await, StatusCode::OK);
    assert!(!town.is_signed_in(&desk).await && town.is_signed_in(&other).await);
}

#[tokio::test]
async fn what_is_no_logout_token_of_ours_ends_nothing() {
    let town = Town::open("http://localhost:3000").await;
    let cookie = town.member("hanako", "1").await;
    let bent = |others: Value| town.logout_token("hanako", "1", &others);
    let whole = town.claims("hanako", "1", &json!({}));
    let good = bent(json!({}));
    let (body, signature) = good.rsplit_once('.').unwrap();
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"logout+jwt"}"#);
    let wrong = [
        ("another issuer's", bent(json!({ "iss": "https://evil.example" }))),
        ("another client's", bent(json!({ "aud": "reader-app" }))),
        ("over", bent(json!({ "exp": now() - 1 }))),
        ("with a nonce", bent(json!({ "nonce": "n" }))),
        ("without an event", bent(json!({ "events": null }))),
        (
            "of another event",
            bent(json!({ "events": { "http://schemas.openid.net/event/other": {} } })),
        ),
        ("of an event that is none", bent(json!({ "events": { EVENT: true } }))),
        ("an ID token", signed(&key("one", 1), &head("JWT"), &whole)),
        ("an access token", signed(&key("one", 1), &head("at+jwt"), &whole)),
        ("by another key of that name", signed(&key("one", 2), &head("logout+jwt"), &whole)),
        ("by nobody", format!("{none}.{}.", body.split_once('.').unwrap().1)),
        ("cut", body.to_owned()),
        ("spoilt", format!("{body}.{}", signature.chars().rev().collect::<String>())),
        ("nothing", String::new()),
    ];
    for (what, token) in wrong {
        assert_eq!(town.tell(&token).await, StatusCode::BAD_REQUEST, "{what}");
        assert!(town.is_signed_in(&cookie).await, "{what}");
    }
    assert_eq!(town.tell(&good).await, StatusCode::OK);
    assert!(!town.is_signed_in(&cookie).await);
}

#[tokio::test]
async fn a_key_that_is_new_is_asked_for_and_not_for_every_token() {
    let town = Town::open("http://localhost:3000").await;
    let (head, claims) =
        (json!({ "alg": "EdDSA", "kid": "two" }), town.claims("hanako", "1", &json!({})));
    let token = signed(&key("two", 2), &head, &claims).parse::<IdToken>().unwrap();
    let any = |_: Option<&Nonce>| Ok(());
    let read = |client: &OpenId| token.claims(&client.id_token_verifier(), any).cloned();
    let now = Instant::now();
    assert!(town.site.provider.check(now, read).await.is_err());
    town.publish(&key("two", 2));
    assert!(town.site.provider.check(now, read).await.is_err(), "it was asked a moment ago");
    let later = now + Duration::from_secs(10);
    assert_eq!(town.site.provider.check(later, read).await.unwrap().subject().as_str(), "hanako");
}

#[tokio::test]
async fn while_the_house_is_away_members_stay_for_an_hour_and_no_longer() {
    let town = Town::open("http://localhost:3000").await;
    let cookie = town.member("hanako", "1").await;
    let key = cookie.split(['=', ';']).nth(1).unwrap();
    let now = Instant::now();
    // The house of this test has no endpoint for tokens.
    for minutes in [1, 10, 59] {
        let later = now + Duration::from_mins(minutes);
        assert!(town.site.member(key.to_owned(), later).await.is_some(), "{minutes}");
    }
    let later = now + Duration::from_mins(61);
    assert!(town.site.member(key.to_owned(), later).await.is_none());
    assert!(town.site.member(key.to_owned(), now).await.is_none(), "it does not come back");
}

#[tokio::test]
async fn behind_https_the_cookie_is_of_this_host_alone() {
    let town = Town::open("https://novel.example.jp").await;
    let cookie = town.member("hanako", "1").await;
    assert!(cookie.starts_with("__Host-novel-site-session="), "{cookie}");
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
        assert!(cookie.contains(part), "{part}");
    }
    assert!(town.is_signed_in(&cookie).await);
    assert!(!town.is_signed_in(cookie.trim_start_matches("__Host-")).await);
}
