//! The question that a browser is sent away with.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::json;
use verifiers::federated::{Ask, Preset};

use crate::hostile::Answer;
use crate::house::{CLIENT, DISCOVERY, House, discovery, house, house_of};
use crate::signing::b64;

async fn question(house: &House, ask: Ask) -> BTreeMap<String, String> {
    let url = house.provider.authorization_url(&house.trip, ask).await.unwrap();
    let url = reqwest::Url::parse(&url).unwrap();
    assert_eq!(url.path(), "/authorize");
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let map: BTreeMap<String, String> = pairs.iter().cloned().collect();
    assert_eq!(map.len(), pairs.len(), "no parameter twice");
    map
}

#[tokio::test]
async fn the_question_has_state_nonce_and_pkce_by_s256() {
    let house = house();
    let asked = question(&house, Ask::default()).await;
    assert_eq!(asked["response_type"], "code");
    assert_eq!(asked["client_id"], CLIENT);
    assert_eq!(asked["redirect_uri"], "https://service.example/callback/stand-in");
    assert_eq!(asked["scope"], "openid email profile");
    assert_eq!(asked["state"], house.trip.state());
    assert_eq!(asked["nonce"], house.trip.nonce());
    assert_eq!(asked["code_challenge_method"], "S256");
    assert_eq!(asked["tenant"], "1", "what the endpoint's address has already stays");
    for absent in ["prompt", "max_age", "response_mode", "login_hint", "ui_locales"] {
        assert!(!asked.contains_key(absent), "{absent}");
    }
    // What is redeemed with is what the question committed to.
    house.grants(&house.token(CLIENT));
    assert!(house.redeem().await.is_ok());
    let form = house.hostile.asked("/token").remove(0).body;
    let verifier = form.split('&').find_map(|pair| pair.strip_prefix("code_verifier=")).unwrap();
    assert_eq!(verifier.len(), 43);
    assert_eq!(asked["code_challenge"], b64(digest(&SHA256, verifier.as_bytes())));
    let url = house.provider.authorization_url(&house.trip, Ask::default()).await.unwrap();
    assert!(!url.contains(verifier), "the verifier does not travel with the question");
}

#[tokio::test]
async fn a_fresh_proof_is_asked_for_as_each_provider_honours_it() {
    let fresh =
        || Ask { fresh: true, locale: Some("ja".into()), login_hint: Some("a+b@example.jp".into()) };
    let other = question(&house(), fresh()).await;
    assert_eq!((other["prompt"].as_str(), other["max_age"].as_str()), ("login", "0"));
    assert_eq!((other["ui_locales"].as_str(), other["login_hint"].as_str()), ("ja", "a+b@example.jp"));

    let google = question(&house_of(Preset::Google, |_| {}), fresh()).await;
    assert_eq!((google["prompt"].as_str(), google["max_age"].as_str()), ("select_account", "0"));
    assert_eq!(google["hl"], "ja");
    let google = question(&house_of(Preset::Google, |_| {}), Ask::default()).await;
    assert_eq!(google["prompt"], "select_account");
    assert!(!google.contains_key("max_age"));

    let apple = question(&house_of(Preset::Apple, |_| {}), fresh()).await;
    assert_eq!((apple["response_mode"].as_str(), apple["scope"].as_str()), ("form_post", "name email"));
    for absent in ["prompt", "max_age", "hl", "ui_locales"] {
        assert!(!apple.contains_key(absent), "{absent}");
    }
}

#[tokio::test]
async fn what_a_visitor_brings_is_the_value_of_one_parameter_or_left_out() {
    let house = house();
    let bad = Ask {
        fresh: false,
        locale: Some("ja&prompt=none".into()),
        login_hint: Some("a@b.jp\r\nx: y".into()),
    };
    let asked = question(&house, bad).await;
    assert!(!asked.contains_key("ui_locales") && !asked.contains_key("login_hint"));
    let odd = Ask { login_hint: Some("a&prompt=none#x".into()), ..Ask::default() };
    let asked = question(&house, odd).await;
    assert_eq!(asked["login_hint"], "a&prompt=none#x");
    assert!(!asked.contains_key("prompt"));
    let long =
        Ask { login_hint: Some("x".repeat(321)), locale: Some("x".repeat(36)), ..Ask::default() };
    assert!(!question(&house, long).await.contains_key("login_hint"));
}

#[tokio::test]
async fn openid_is_asked_for_whatever_scopes_are_configured() {
    let house = house_of(Preset::Other, |options| options.scopes = vec!["email".to_owned()]);
    assert_eq!(question(&house, Ask::default()).await["scope"], "openid email");
}

#[tokio::test]
async fn a_client_shows_itself_as_the_provider_wants_it() {
    let secret_of = |house: &House| {
        let request = house.hostile.asked("/token").pop().unwrap();
        let head =
            request.head.lines().find(|line| line.to_ascii_lowercase().starts_with("authorization:"));
        (head.map(str::to_owned), request.body)
    };
    let house = house();
    house.grants(&house.token(CLIENT));
    assert!(house.redeem().await.is_ok());
    let (head, body) = secret_of(&house);
    assert!(head.is_none() && body.contains("client_secret=client-secret-93aa"), "by the form");

    for methods in [
        json!(["client_secret_basic"]),
        json!(["client_secret_post", "client_secret_basic"]),
        json!(null),
    ] {
        let house = house_of(Preset::Other, |options| {
            let secret = zeroize::Zeroizing::new("a:b é/".to_owned());
            options.secret = verifiers::federated::ClientSecret::Static(secret);
        });
        let mut document = discovery(&house.hostile.base);
        document["token_endpoint_auth_methods_supported"] = methods;
        house.hostile.put(DISCOVERY, Answer::Json(document));
        house.grants(&house.token(CLIENT));
        assert!(house.redeem().await.is_ok());
        let (head, body) = secret_of(&house);
        let pair = base64::Engine::encode(
            &base64::engine::general_purpose::STANDARD,
            "web.client:a%3Ab%20%C3%A9%2F",
        );
        assert_eq!(head.unwrap().split(' ').next_back(), Some(pair.as_str()), "by the header");
        assert!(!body.contains("client_secret"), "in one place only");
    }
    let public = house_of(Preset::Other, |options| {
        options.secret = verifiers::federated::ClientSecret::None;
    });
    public.grants(&public.token(CLIENT));
    assert!(public.redeem().await.is_ok());
    let (head, body) = secret_of(&public);
    assert!(head.is_none() && body.contains("client_id=web.client") && !body.contains("secret"));
}
