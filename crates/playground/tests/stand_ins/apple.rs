//! The stand-in for Apple.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use playground::StandInSetup;
use serde_json::{Value, json};

use crate::house::{Answer, HOUSE, House, ORIGIN, START_S, encoded};

const AUTHORIZE: &str = "/dev/apple/auth/authorize";
const KEYS: &str = "/dev/apple/auth/keys";
const ISSUER: &str = "http://127.0.0.1:7878/dev/apple";
const WEB: &str = "example.genkan.web";
const APP: &str = "example.genkan.app";
const MONTHS_6: i64 = 15_777_000;

fn query(changes: &[(&str, &str)]) -> String {
    let callback = format!("{HOUSE}/callback/apple");
    let usual = [
        ("client_id", WEB),
        ("redirect_uri", &callback),
        ("response_type", "code"),
        ("response_mode", "form_post"),
        ("scope", "name email"),
        ("state", "the state"),
        ("nonce", "the-nonce"),
    ];
    let changed = |name: &str| changes.iter().any(|(known, _)| *known == name);
    let kept = usual.into_iter().filter(|(name, _)| !changed(name));
    let added = changes.iter().copied().filter(|(_, value)| !value.is_empty());
    encoded(&kept.chain(added).collect::<Vec<_>>())
}

async fn choose(house: &House, person: &str, mail: &str, changes: &[(&str, &str)]) -> Answer {
    house.form(&format!("{AUTHORIZE}?{}", query(changes)), &[("person", person), ("mail", mail)]).await
}

/// A client secret as the house makes it, with some claims replaced.
fn secret(house: &House, client_id: &str, changes: Value) -> String {
    let file = StandInSetup::apple_key_file(&house.folder);
    let text = std::fs::read_to_string(file).unwrap();
    let inside = text.lines().filter(|line| !line.starts_with('-')).collect::<String>();
    let bytes = STANDARD.decode(inside).unwrap();
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &bytes).unwrap();
    sign(&key, client_id, changes)
}

fn sign(key: &EcdsaKeyPair, client_id: &str, changes: Value) -> String {
    let mut claims = json!({
        "iss": "DEVTEAM001", "sub": client_id, "aud": ISSUER, "iat": START_S, "exp": START_S + MONTHS_6,
    });
    let mut header = json!({ "alg": "ES256", "kid": "DEVKEY0001" });
    for (name, value) in changes.as_object().unwrap() {
        let place = if header.get(name).is_some() { &mut header } else { &mut claims };
        place[name] = value.clone();
    }
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&header), part(&claims));
    let signature = key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

async fn token(house: &House, secret: &str, fields: &[(&str, &str)]) -> Answer {
    let callback = format!("{HOUSE}/callback/apple");
    let usual = [("client_id", WEB), ("redirect_uri", callback.as_str()), ("client_secret", secret)];
    let changed = |name: &str| fields.iter().any(|(known, _)| *known == name);
    let kept = usual.into_iter().filter(|(name, _)| !changed(name));
    let all = kept.chain(fields.iter().copied()).collect::<Vec<_>>();
    house.form("/dev/apple/auth/token", &all).await
}

async fn redeem(house: &House, code: &str) -> Answer {
    let secret = secret(house, WEB, json!({}));
    token(house, &secret, &[("grant_type", "authorization_code"), ("code", code)]).await
}

async fn claims(house: &House, answer: &Answer) -> Value {
    let answer = answer.json();
    let token = answer["id_token"].as_str().unwrap_or_else(|| panic!("{answer}"));
    house.claims(KEYS, token).await.unwrap()
}

/// The claims after the whole flow, and what was told beside the token.
async fn signed_in(house: &House, person: &str, mail: &str) -> (Value, Option<Value>) {
    let back = choose(house, person, mail, &[]).await;
    let user = back.posted("user").map(|user| serde_json::from_str(&user).unwrap());
    let answer = redeem(house, &back.posted("code").unwrap()).await;
    (claims(house, &answer).await, user)
}

#[tokio::test]
async fn the_discovery_document_is_complete_and_what_it_names_is_there() {
    let house = House::new();
    let found = house.look("/dev/apple/.well-known/openid-configuration").await.json();
    assert_eq!(found["issuer"], ISSUER);
    assert_eq!(found["revocation_endpoint"], format!("{ISSUER}/auth/revoke"));
    assert_eq!(found["subject_types_supported"], json!(["pairwise"]));
    assert_eq!(found["token_endpoint_auth_methods_supported"], json!(["client_secret_post"]));
    assert_eq!(found["id_token_signing_alg_values_supported"], json!(["RS256"]));
    assert!(found["claims_supported"].as_array().unwrap().contains(&json!("is_private_email")));
    for end in ["authorization_endpoint", "token_endpoint", "revocation_endpoint", "jwks_uri"] {
        let path = found[end].as_str().unwrap().strip_prefix(ORIGIN).unwrap().to_owned();
        assert_ne!(house.look(&path).await.status, StatusCode::NOT_FOUND, "{end}");
    }
}

#[tokio::test]
async fn the_answer_is_a_form_that_sends_itself_and_has_a_button() {
    let house = House::new();
    let page = house.look(&format!("{AUTHORIZE}?{}", query(&[]))).await;
    assert!(page.text.contains("Stand-in for Apple — nothing leaves this machine"));
    assert!(page.text.contains("Hide my e-mail") && page.text.contains("/dev/mailbox"));
    let back = choose(&house, "sakura", "share", &[]).await;
    assert!(
        back.text.contains("<form method=\"post\" action=\"http://localhost:7878/callback/apple\">")
    );
    assert!(back.text.contains("<button>Continue</button>"));
    assert_eq!(back.posted("state").as_deref(), Some("the state"));
    let policy = back.header("content-security-policy");
    assert!(
        policy.contains("script-src 'self'")
            && !policy.contains("unsafe")
            && !policy.contains("form-action")
    );
    let (_, script) = back.text.split_once("<script src=\"").unwrap();
    let script = house.look(script.split_once('"').unwrap().0).await;
    assert_eq!(
        (script.status, script.header("content-type")),
        (StatusCode::OK, "text/javascript; charset=utf-8")
    );
    assert!(script.text.contains(".submit()"));
}

#[tokio::test]
async fn who_asks_for_a_name_or_an_address_must_take_a_form_post() {
    let house = House::new();
    for scope in ["name", "email", "name email", "openid email"] {
        for mode in ["", "query"] {
            let changes = [("scope", scope), ("response_mode", mode)];
            let answer = house.look(&format!("{AUTHORIZE}?{}", query(&changes))).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST);
            let sentence = "response_mode must be form_post when name or email scope is requested.";
            assert!(answer.text.contains(sentence), "{scope} {mode}");
        }
    }
    let plain = choose(&house, "sakura", "share", &[("scope", ""), ("response_mode", "query")]).await;
    let answer = redeem(&house, &plain.brought("code").unwrap()).await;
    assert_eq!(claims(&house, &answer).await.get("email"), None);
}

#[tokio::test]
async fn a_request_that_is_not_right_is_never_sent_back() {
    let house = House::new();
    let wrong = [
        ("client_id", APP, "invalid_client"),
        ("redirect_uri", "http://localhost:7878/callback/google", "Invalid web redirect url."),
        ("redirect_uri", "", "Invalid web redirect url."),
        ("response_type", "token", "unsupported_response_type"),
        ("scope", "name email profile", "invalid_scope"),
        ("response_mode", "fragment", "invalid_request"),
    ];
    for (name, value, error) in wrong {
        let answer = choose(&house, "sakura", "share", &[(name, value)]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name}={value}");
        assert!(answer.text.contains(error), "{name}={value}: {}", answer.text);
    }
}

#[tokio::test]
async fn who_cancels_is_sent_back_with_apples_own_word() {
    let house = House::new();
    let back = house.form(&format!("{AUTHORIZE}?{}", query(&[])), &[("cancel", "yes")]).await;
    assert_eq!(back.posted("error").as_deref(), Some("user_cancelled_authorize"));
    assert_eq!(back.posted("state").as_deref(), Some("the state"));
    assert_eq!(back.posted("code"), None);
}

#[tokio::test]
async fn the_name_is_told_once_and_again_after_the_consent_was_withdrawn() {
    let house = House::new();
    let (first, told) = signed_in(&house, "sakura", "share").await;
    let name = json!({ "firstName": "さくら", "lastName": "高橋" });
    assert_eq!(told, Some(json!({ "name": name, "email": "sakura.genkan@icloud.com" })));
    let (second, told) = signed_in(&house, "sakura", "share").await;
    assert_eq!((told, &second["sub"]), (None, &first["sub"]));
    assert_eq!(second["email"], "sakura.genkan@icloud.com", "the token goes on saying it");

    let event = json!({ "event": "consent-revoked", "person": "sakura" });
    house.json("/dev/apple/events.json", event).await;
    let (third, told) = signed_in(&house, "sakura", "share").await;
    assert_eq!((told.unwrap()["name"].clone(), &third["sub"]), (name, &first["sub"]));
}

#[tokio::test]
async fn a_hidden_address_is_one_for_each_person_and_client() {
    let house = House::new();
    let (first, told) = signed_in(&house, "ken", "hide").await;
    let address = first["email"].as_str().unwrap().to_owned();
    assert!(address.ends_with("@privaterelay.appleid.com"));
    assert_eq!(told.unwrap()["email"], address);
    assert_eq!(
        (&first["is_private_email"], &first["email_verified"]),
        (&json!("true"), &json!("true"))
    );
    // What was agreed to stays, whatever is pressed.
    let house = house.again();
    assert_eq!(signed_in(&house, "ken", "share").await.0["email"], address);
    assert_ne!(signed_in(&house, "sakura", "hide").await.0["email"], address);
    let native = json!({ "person": "ken", "client_id": APP, "mail": "hide" });
    let native = house.json("/dev/apple/native-token.json", native).await;
    let native = claims(&house, &native).await;
    assert_ne!(native["email"], address);
    assert_eq!(native["sub"], first["sub"], "one team, one subject");
    house.json("/dev/apple/events.json", json!({ "event": "account-delete", "person": "ken" })).await;
    assert_eq!(signed_in(&house, "ken", "hide").await.0["email"], address);
}

#[tokio::test]
async fn an_id_token_says_what_apple_says() {
    let house = House::new();
    let back = choose(&house, "sakura", "share", &[("response_type", "code id_token")]).await;
    let front = house.claims(KEYS, &back.posted("id_token").unwrap()).await.unwrap();
    let answer = redeem(&house, &back.posted("code").unwrap()).await;
    let found = claims(&house, &answer).await;
    assert!(front["c_hash"].is_string() && found["at_hash"].is_string());
    assert_eq!((&found["iss"], &found["aud"]), (&json!(ISSUER), &json!(WEB)));
    assert_eq!((&found["nonce"], &found["nonce_supported"]), (&json!("the-nonce"), &json!(true)));
    assert_eq!((&found["iat"], &found["exp"]), (&json!(START_S), &json!(START_S + 86_400)));
    assert_eq!((&found["email_verified"], found.get("is_private_email")), (&json!("true"), None));
    assert_eq!(signed_in(&house, "school", "share").await.0["email_verified"], "false");
    house.json("/dev/apple/switches.json", json!({ "verified_as_text": false })).await;
    assert_eq!(signed_in(&house, "sakura", "share").await.0["email_verified"], json!(true));
    assert_eq!(signed_in(&house, "school", "share").await.0["email_verified"], json!(false));
}

#[tokio::test]
async fn a_code_works_once_for_its_client_and_its_return_address() {
    let house = House::new();
    let right = secret(&house, WEB, json!({}));
    let grant = ("grant_type", "authorization_code");
    let code = async || choose(&house, "sakura", "share", &[]).await.posted("code").unwrap();
    let once = code().await;
    assert_eq!(redeem(&house, &once).await.status, StatusCode::OK);
    assert_eq!(redeem(&house, &once).await.json()["error"], "invalid_grant");
    let late = code().await;
    house.advance(300);
    assert_eq!(redeem(&house, &late).await.json()["error"], "invalid_grant");
    let there = code().await;
    let elsewhere = ("redirect_uri", "http://localhost:7878/callback/google");
    let refused = token(&house, &right, &[grant, ("code", &there), elsewhere]).await;
    assert_eq!(refused.json()["error"], "invalid_grant");
    let of_web = code().await;
    let of_app = secret(&house, APP, json!({}));
    let refused = token(&house, &of_app, &[grant, ("code", &of_web), ("client_id", APP)]).await;
    assert_eq!(refused.json()["error"], "invalid_grant");
    let challenged = choose(&house, "sakura", "share", &[("code_challenge", "x")]).await;
    let refused = redeem(&house, &challenged.posted("code").unwrap()).await;
    assert_eq!(refused.json()["error"], "invalid_grant", "who sends a challenge is held to it");
}

#[tokio::test]
async fn a_client_secret_must_be_right_in_every_part() {
    let house = House::new();
    let code = choose(&house, "sakura", "share", &[]).await.posted("code").unwrap();
    let fields = [("grant_type", "authorization_code"), ("code", code.as_str())];
    let wrong = [
        json!({ "iss": "ANOTHERTEAM" }),
        json!({ "sub": APP }),
        json!({ "aud": "https://appleid.apple.com" }),
        json!({ "exp": START_S + MONTHS_6 + 1 }),
        json!({ "exp": START_S }),
        json!({ "iat": START_S + 3_600 }),
        json!({ "kid": "ANOTHERKEY" }),
        json!({ "alg": "HS256" }),
    ];
    for changes in wrong {
        let refused = token(&house, &secret(&house, WEB, changes.clone()), &fields).await;
        let error = (refused.status, refused.json()["error"].clone());
        assert_eq!(error, (StatusCode::BAD_REQUEST, json!("invalid_client")), "{changes}");
    }
    let stranger = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let forged = sign(&stranger, WEB, json!({}));
    for text in [forged.as_str(), "", "a.b.c", "not-a-jwt"] {
        assert_eq!(token(&house, text, &fields).await.json()["error"], "invalid_client");
    }
    assert_eq!(redeem(&house, &code).await.status, StatusCode::OK, "none of that spoilt the code");
}

#[tokio::test]
async fn a_refresh_token_works_until_it_is_revoked_also_over_a_restart() {
    let house = House::new();
    let back = choose(&house, "sakura", "share", &[]).await;
    let answer = redeem(&house, &back.posted("code").unwrap()).await.json();
    let refresh = answer["refresh_token"].as_str().unwrap();
    let house = house.again();
    let right = secret(&house, WEB, json!({}));
    let use_it = async || {
        token(&house, &right, &[("grant_type", "refresh_token"), ("refresh_token", refresh)]).await
    };
    assert_eq!(claims(&house, &use_it().await).await["email"], "sakura.genkan@icloud.com");

    let revoke = async |secret: &str, token: &str| {
        let fields = [("client_id", WEB), ("client_secret", secret), ("token", token)];
        house.form("/dev/apple/auth/revoke", &fields).await
    };
    let forged = secret(&house, WEB, json!({ "iss": "ANOTHERTEAM" }));
    assert_eq!(revoke(&forged, refresh).await.json()["error"], "invalid_client");
    assert_eq!(use_it().await.status, StatusCode::OK);
    assert_eq!(revoke(&right, "a-token-that-nobody-knows").await.status, StatusCode::OK);
    assert_eq!(revoke(&right, refresh).await.status, StatusCode::OK);
    assert_eq!(use_it().await.json()["error"], "invalid_grant");
    assert_eq!(revoke(&right, refresh).await.status, StatusCode::OK, "twice is once");
    assert!(signed_in(&house, "sakura", "share").await.1.is_some(), "the first time again");
}

#[tokio::test]
async fn an_access_token_revokes_the_consent_too() {
    let house = House::new();
    let back = choose(&house, "sakura", "share", &[]).await;
    let answer = redeem(&house, &back.posted("code").unwrap()).await.json();
    let right = secret(&house, WEB, json!({}));
    let fields = [
        ("client_id", WEB),
        ("client_secret", &right),
        ("token", answer["access_token"].as_str().unwrap()),
        ("token_type_hint", "access_token"),
    ];
    assert_eq!(house.form("/dev/apple/auth/revoke", &fields).await.status, StatusCode::OK);
    let refresh = ("refresh_token", answer["refresh_token"].as_str().unwrap());
    let refused = token(&house, &right, &[("grant_type", "refresh_token"), refresh]).await;
    assert_eq!(refused.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn an_app_gets_a_token_a_code_and_once_the_name() {
    let house = House::new();
    let wanted = json!({ "person": "ken", "client_id": APP, "nonce": "n" });
    let answer = house.json("/dev/apple/native-token.json", wanted.clone()).await;
    let found = claims(&house, &answer).await;
    assert_eq!(
        (&found["aud"], &found["nonce"], &found["real_user_status"]),
        (&json!(APP), &json!("n"), &json!(2))
    );
    let answer = answer.json();
    assert_eq!(answer["user"]["name"]["firstName"], "健");
    let code = answer["authorization_code"].as_str().unwrap();
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("client_id", APP),
        ("client_secret", &secret(&house, APP, json!({}))),
    ];
    let redeemed = house.form("/dev/apple/auth/token", &fields).await;
    assert_eq!(claims(&house, &redeemed).await["sub"], found["sub"]);
    assert!(redeemed.json()["refresh_token"].is_string());
    let second = house.json("/dev/apple/native-token.json", wanted).await.json();
    assert_eq!(second.get("user"), None);
}

#[tokio::test]
async fn an_old_key_is_withdrawn() {
    let house = House::new();
    let wanted = json!({ "person": "ken", "client_id": APP });
    let answer = house.json("/dev/apple/native-token.json", wanted.clone()).await.json();
    let old = answer["id_token"].as_str().unwrap();
    house.json("/dev/apple/keys.json", json!({ "old": "keep" })).await;
    assert!(house.claims(KEYS, old).await.is_some());
    house.json("/dev/apple/keys.json", json!({ "old": "withdraw" })).await;
    assert!(house.claims(KEYS, old).await.is_none());
    let fresh = house.json("/dev/apple/native-token.json", wanted).await;
    assert_eq!(claims(&house, &fresh).await["aud"], APP);
}

/// Whether the person would be told of as for the first time in the app.
async fn is_new_in_the_app(house: &House, person: &str) -> bool {
    let wanted = json!({ "person": person, "client_id": APP });
    house.json("/dev/apple/native-token.json", wanted).await.json().get("user").is_some()
}

#[tokio::test]
async fn a_token_of_another_client_revokes_nothing() {
    let house = House::new();
    assert!(is_new_in_the_app(&house, "sakura").await);
    let back = choose(&house, "sakura", "share", &[]).await;
    let answer = redeem(&house, &back.posted("code").unwrap()).await.json();
    let of_app = secret(&house, APP, json!({}));
    for name in ["access_token", "refresh_token"] {
        let token = answer[name].as_str().unwrap();
        let fields = [("client_id", APP), ("client_secret", of_app.as_str()), ("token", token)];
        assert_eq!(house.form("/dev/apple/auth/revoke", &fields).await.status, StatusCode::OK);
    }
    assert!(!is_new_in_the_app(&house, "sakura").await);
    assert!(signed_in(&house, "sakura", "share").await.1.is_none());
}

#[tokio::test]
async fn a_deleted_account_ends_every_consent_and_a_revoked_one_only_its_own() {
    let house = House::new();
    for (event, ends_all) in
        [("consent-revoked", false), ("account-delete", true), ("account-deleted", true)]
    {
        is_new_in_the_app(&house, "ken").await;
        is_new_in_the_app(&house, "sakura").await;
        signed_in(&house, "ken", "share").await;
        house.json("/dev/apple/events.json", json!({ "event": event, "person": "ken" })).await;
        assert!(signed_in(&house, "ken", "share").await.1.is_some(), "{event}");
        assert_eq!(is_new_in_the_app(&house, "ken").await, ends_all, "{event}");
        assert!(!is_new_in_the_app(&house, "sakura").await, "{event}");
    }
}
