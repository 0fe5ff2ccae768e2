//! Apps without a browser that show a key (DPoP, RFC 9449): what they hold on the way, the code and the tokens are worth nothing
//! without it.

use accounts::Millis;
use engine::{Client, Clients, OpenIdOptions};
use serde_json::{Value, json};

use crate::first_party::{APP, HANAKO, PATH, next};
use crate::openid_dpop::{Key, ask};
use crate::site::{CHALLENGE, VERIFIER, setup, text};
use crate::support::{Answer, House, PASSWORD, Setup};

const BEGIN: [(&str, &str); 4] = [
    ("client_id", APP),
    ("scope", "openid"),
    ("code_challenge", CHALLENGE),
    ("code_challenge_method", "S256"),
];
const PASSWORD_STEP: [(&str, &str); 4] =
    [("client_id", APP), ("step", "password"), ("email", HANAKO), ("password", PASSWORD)];

async fn member(with: Setup) -> House {
    let mut house = House::with(with).await;
    house.registered(HANAKO).await;
    house
}

async fn step(house: &House, key: Option<&Key>, held: &str, fields: &[(&str, &str)]) -> Answer {
    let proof = key.map(|key| key.proof("POST", PATH, house.clock.now().0, &json!({})));
    let mut all = fields.to_vec();
    if !held.is_empty() {
        all.push(("auth_session", held));
    }
    ask(house, PATH, &proof.iter().map(String::as_str).collect::<Vec<_>>(), &all).await
}

async fn redeem(house: &House, key: Option<&Key>, code: &str) -> Answer {
    let proof = key.map(|key| key.proof("POST", "/oauth/token", house.clock.now().0, &json!({})));
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", APP),
        ("code", code),
        ("code_verifier", VERIFIER),
    ];
    ask(house, "/oauth/token", &proof.iter().map(String::as_str).collect::<Vec<_>>(), &fields).await
}

fn error(answer: &Answer, error: &str) {
    assert_eq!(answer.is(400).json()["error"], error, "{}", answer.body);
}

#[tokio::test]
async fn what_an_app_with_a_key_holds_is_worth_nothing_without_it() {
    let house = member(setup()).await;
    let (own, other) = (Key::new(), Key::new());
    let begun = step(&house, Some(&own), "", &BEGIN).await;
    assert_eq!(next(&begun)[0], "password");
    let held = text(&begun.json(), "auth_session");
    for thief in [None, Some(&other)] {
        error(&step(&house, thief, &held, &PASSWORD_STEP).await, "invalid_session");
    }
    let done = step(&house, Some(&own), &held, &PASSWORD_STEP).await.is(200).json();
    let code = text(&done, "authorization_code");
    for thief in [None, Some(&other)] {
        error(&redeem(&house, thief, &code).await, "invalid_grant");
    }
    let tokens = redeem(&house, Some(&own), &code).await.is(200).json();
    assert_eq!(tokens["token_type"], "DPoP");
    // The way to a fresh proof is bound as the tokens are, from the first request on.
    let after = text(&tokens, "auth_session");
    for thief in [None, Some(&other)] {
        error(&step(&house, thief, &after, &BEGIN).await, "invalid_session");
    }
    let again = step(&house, Some(&own), &after, &BEGIN).await;
    let held = text(&again.json(), "auth_session");
    error(&step(&house, Some(&other), &held, &PASSWORD_STEP).await, "invalid_session");
    let done = step(&house, Some(&own), &held, &PASSWORD_STEP).await.is(200).json();
    let second = redeem(&house, Some(&own), &text(&done, "authorization_code")).await.is(200).json();
    assert_eq!(second["token_type"], "DPoP");
    house.close().await;
}

#[tokio::test]
async fn what_is_no_proof_is_refused_before_anything_is_paid() {
    let house = member(setup()).await;
    let key = Key::new();
    let guesses = house.seen(HANAKO, None).await.address.map(|address| address.guesses);
    let now = house.clock.now().0;
    let wrong = [("step", "password"), ("email", HANAKO), ("password", "wrong")];
    let fields = [&BEGIN[..], &wrong[..]].concat();
    let elsewhere = key.proof("POST", "/oauth/token", now, &json!({}));
    let by_get = key.proof("GET", PATH, now, &json!({}));
    let good = key.proof("POST", PATH, now, &json!({}));
    for proofs in [&[elsewhere.as_str()][..], &[&by_get], &["x"], &[&good, &good]] {
        error(&ask(&house, PATH, proofs, &fields).await, "invalid_dpop_proof");
    }
    // A telephone whose clock is wrong is told a time of ours.
    let late = key.proof("POST", PATH, now - Millis::hours(1).0, &json!({}));
    let told = ask(&house, PATH, &[&late], &fields).await;
    error(&told, "use_dpop_nonce");
    assert_eq!(house.seen(HANAKO, None).await.address.map(|address| address.guesses), guesses);
    let nonce = told.header("dpop-nonce").expect("a time of ours");
    let helped = key.proof("POST", PATH, now - Millis::hours(1).0, &json!({ "nonce": nonce }));
    let answer = ask(&house, PATH, &[&helped], &fields).await;
    assert_eq!(answer.is(403).json()["code"], "invalid-credentials");
    house.close().await;
}

#[tokio::test]
async fn an_app_that_must_show_a_key_gets_nowhere_without_one() {
    let with = setup();
    let app = with.openid.clients.find(APP).expect("the app");
    let app = Client { shows_key: true, ..Client::clone(&app) };
    let openid = OpenIdOptions { clients: Clients::new(vec![app]), ..OpenIdOptions::default() };
    let house = member(Setup { openid, ..with }).await;
    error(&step(&house, None, "", &BEGIN).await, "invalid_dpop_proof");
    let fields = [&BEGIN[..], &PASSWORD_STEP[1..]].concat();
    let done: Value = step(&house, Some(&Key::new()), "", &fields).await.is(200).json();
    error(&redeem(&house, None, &text(&done, "authorization_code")).await, "invalid_dpop_proof");
    house.close().await;
}
