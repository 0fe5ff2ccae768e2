//! What is Apple's alone: the signed secret, the form with a name, the code of an app, the end of a token.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use verifiers::Provider;
use verifiers::federated::{
    Callback, ClientSecret, Part, Preset, ProviderFault, Shown, TokenProblem, UpstreamFault,
};
use zeroize::Zeroizing;

use crate::hostile::{Answer, Hostile};
use crate::house::{
    APP, CLIENT, CODE, DISCOVERY, House, REFRESH, discovery, header, house, house_of, options, problem,
    refused, upstream,
};
use crate::signing::{Key, p384_pem, ring, signed};

fn field(body: &str, name: &str) -> String {
    let url = reqwest::Url::parse(&format!("http://x/?{body}")).unwrap();
    let mut values = url.query_pairs().filter(|(key, _)| key == name);
    let (_, value) = values.next().unwrap_or_else(|| panic!("{name} in {body}"));
    assert!(values.next().is_none());
    value.into_owned()
}

/// Header and claims of a client secret, whose signature is checked by its public key.
fn opened(secret: &str) -> (Value, Value) {
    let (message, signature) = secret.rsplit_once('.').unwrap();
    let Key::Ec(pair) = &ring().other_ec else { panic!("an EC key") };
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key().as_ref());
    key.verify(message.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    let (head, claims) = message.split_once('.').unwrap();
    let read = |part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    (read(head), read(claims))
}

async fn secret_now(house: &House) -> String {
    let shown = house.redeem_token(&house.token(CLIENT)).await;
    assert!(shown.is_ok());
    field(&house.hostile.asked("/token").pop().unwrap().body, "client_secret")
}

fn apple() -> House {
    house_of(Preset::Apple, |_| {})
}

#[tokio::test]
async fn the_client_secret_is_signed_for_an_hour_and_anew_before_it_runs_out() {
    let house = apple();
    let first = secret_now(&house).await;
    let (head, claims) = opened(&first);
    assert_eq!((&head["alg"], &head["kid"]), (&json!("ES256"), &json!("KEY1234567")));
    assert_eq!(claims["iss"], "TEAM123456");
    assert_eq!(claims["sub"], CLIENT);
    assert_eq!(claims["aud"], house.hostile.base);
    assert_eq!(claims["iat"], house.now_s());
    assert_eq!(claims["exp"], house.now_s() + 3_600);
    house.pass_s(2_999);
    assert_eq!(secret_now(&house).await, first, "kept while it has ten minutes left");
    house.pass_s(1);
    let second = secret_now(&house).await;
    assert_ne!(second, first);
    assert_eq!(opened(&second).1["iat"], house.now_s());
    house.pass_s(-10_000);
    assert_eq!(opened(&secret_now(&house).await).1["iat"], house.now_s(), "a clock that was set back");
}

#[test]
fn a_key_that_cannot_sign_is_refused_at_the_start() {
    let hostile = Hostile::start();
    let good = ring().other_ec.private_pem();
    let fault = |pem: &str, team: &str, key: &str| {
        let (mut options, _) = options(&hostile, Preset::Apple);
        options.secret = ClientSecret::Apple {
            team_id: team.to_owned(),
            key_id: key.to_owned(),
            private_key_pem: Zeroizing::new(pem.to_owned()),
        };
        Provider::new(options).err()
    };
    assert_eq!(fault(&good, "TEAM123456", "KEY1234567"), None);
    assert_eq!(fault(&format!("\n{good}\n"), "TEAM123456", "KEY1234567"), None);
    let bad = [
        String::new(),
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".to_owned(),
        good.replace("BEGIN PRIVATE", "BEGIN"),
        good[..good.len() / 2].to_owned(),
        ring().ec.public_pem(),
        ring().rsa.public_pem(),
        p384_pem(),
    ];
    for pem in bad {
        assert_eq!(fault(&pem, "TEAM123456", "KEY1234567"), Some(ProviderFault::AppleKey), "{pem}");
    }
    assert_eq!(fault(&good, "", "KEY1234567"), Some(ProviderFault::AppleKey));
    assert_eq!(fault(&good, "TEAM123456", "a b"), Some(ProviderFault::AppleKey));
}

async fn with_form(house: &House, bend: impl FnOnce(&mut Value), user: &str) -> Shown {
    let mut claims = house.claims(CLIENT);
    claims.as_object_mut().unwrap().remove("name");
    bend(&mut claims);
    house.grants(&signed(&header(&ring().rsa), &claims, &ring().rsa));
    let answer = Callback { code: CODE.to_owned(), iss: None, user: Some(user.to_owned()) };
    house.provider.redeem(&house.trip, answer).await.unwrap_or_else(|why| panic!("{why}"))
}

/// security.md D5: whoever holds the browser writes the form.
#[tokio::test]
async fn d5_the_address_in_the_form_is_ignored_and_only_the_name_is_taken() {
    let house = apple();
    let user = json!({
        "name": {"firstName": "Taro", "lastName": "Yamada"},
        "email": "victim@example.jp", "email_verified": true, "sub": "victim",
    });
    let shown = with_form(&house, |_| {}, &user.to_string()).await;
    assert_eq!(shown.address.as_deref(), Some("taro@example.jp"));
    assert_eq!(shown.subject, "subject-1");
    assert_eq!(shown.name.as_deref(), Some("Taro Yamada"));
    let without = |claims: &mut Value| drop(claims.as_object_mut().unwrap().remove("email"));
    let shown = with_form(&house, without, &user.to_string()).await;
    assert!(shown.address.is_none() && !shown.vouched && !shown.private_relay);
}

#[tokio::test]
async fn the_name_in_the_form_is_read_as_people_write_it_or_not_at_all() {
    let house = apple();
    let cases = [
        (r#"{"name":{"firstName":"太郎","lastName":"山田"}}"#, Some("山田 太郎")),
        (r#"{"name":{"firstName":"Taro","lastName":"山田"}}"#, Some("Taro 山田")),
        (r#"{"name":{"firstName":"Taro"}}"#, Some("Taro")),
        (r#"{"name":{"lastName":"Yamada","firstName":""}}"#, Some("Yamada")),
        (r#"{"name":{"firstName":"a\u202eb","lastName":"\r\nBcc: x"}}"#, Some("ab Bcc: x")),
        (r#"{"name":{"firstName":7}}"#, None),
        (r#"{"name":"Taro"}"#, None),
        (r#"{"email":"victim@example.jp"}"#, None),
        ("{", None),
        ("", None),
    ];
    for (user, name) in cases {
        assert_eq!(with_form(&house, |_| {}, user).await.name.as_deref(), name, "{user}");
    }
    let long = format!(r#"{{"name":{{"firstName":"{}"}}}}"#, "x".repeat(5_000));
    assert_eq!(with_form(&house, |_| {}, &long).await.name, None);
    let other = house_of(Preset::Other, |_| {});
    let user = r#"{"name":{"firstName":"Taro"}}"#;
    assert_eq!(with_form(&other, |_| {}, user).await.name, None, "the form is Apple's alone");
}

#[tokio::test]
async fn an_address_that_forwards_is_told_apart() {
    let house = apple();
    let cases = [
        ("x@privaterelay.appleid.com", None, true),
        ("x@PrivateRelay.appleid.com", Some(json!(false)), true),
        ("taro@example.jp", Some(json!("true")), true),
        ("taro@example.jp", Some(json!(true)), true),
        ("taro@example.jp", Some(json!("false")), false),
        ("x@privaterelay.appleid.com.evil.example", None, false),
    ];
    for (address, said, relay) in cases {
        let bend = |claims: &mut Value| {
            claims["email"] = json!(address);
            if let Some(said) = &said {
                claims["is_private_email"] = said.clone();
            }
        };
        assert_eq!(with_form(&house, bend, "").await.private_relay, relay, "{address} {said:?}");
    }
}

async fn handed_in(house: &House, granted: &Value) -> Result<Shown, verifiers::federated::Redeem> {
    house.grants(&signed(&header(&ring().rsa), granted, &ring().rsa));
    let token = house.token(APP);
    house.provider.native(&house.trip, &token, Some(CODE), Some(" 山田 太郎 ")).await
}

#[tokio::test]
async fn an_apps_code_is_exchanged_in_the_apps_name_for_a_token_that_can_be_ended() {
    let house = apple();
    let mut granted = house.claims(APP);
    granted.as_object_mut().unwrap().remove("nonce");
    let shown = handed_in(&house, &granted).await.unwrap_or_else(|why| panic!("{why}"));
    let body = house.hostile.asked("/token").pop().unwrap().body;
    assert_eq!((field(&body, "client_id"), field(&body, "code")), (APP.to_owned(), CODE.to_owned()));
    assert_eq!(opened(&field(&body, "client_secret")).1["sub"], APP);
    assert!(!body.contains("redirect_uri"));
    let kept = shown.refresh_token.unwrap();
    house.provider.revoke(&kept).await.unwrap();
    let body = house.hostile.asked("/revoke").pop().unwrap().body;
    assert_eq!(
        (field(&body, "token"), field(&body, "client_id")),
        (REFRESH.to_owned(), APP.to_owned())
    );
    assert_eq!(field(&body, "token_type_hint"), "refresh_token");
    assert_eq!(
        opened(&field(&body, "client_secret")).1["sub"],
        APP,
        "ended in the name it was given to"
    );
}

#[tokio::test]
async fn an_apps_code_of_somebody_else_is_refused() {
    let house = apple();
    let bent = |name: &str, value: Value| {
        let mut claims = house.claims(APP);
        claims[name] = value;
        claims
    };
    let cases = [
        ("sub", json!("subject-2"), TokenProblem::AnotherSubject),
        ("aud", json!(CLIENT), TokenProblem::Audience),
        ("nonce", json!("another"), TokenProblem::Nonce),
        ("iss", json!("https://evil.example"), TokenProblem::Issuer),
    ];
    for (name, value, expected) in cases {
        assert_eq!(problem(handed_in(&house, &bent(name, value)).await), refused(expected), "{name}");
    }
    assert!(handed_in(&house, &house.claims(APP)).await.is_ok());
    house.hostile.put("/token", Answer::Status(400, json!({"error": "invalid_grant"})));
    let outcome = house.provider.native(&house.trip, &house.token(APP), Some(CODE), None).await;
    assert_eq!(problem(outcome), refused(TokenProblem::Code));
}

#[tokio::test]
async fn a_code_of_another_providers_app_is_left_alone() {
    let house = house();
    let token = house.token(APP);
    let shown = house.provider.native(&house.trip, &token, Some(CODE), None).await;
    assert!(shown.is_ok_and(|shown| shown.refresh_token.is_none()));
    assert_eq!(house.hostile.count("/token"), 0);
}

#[tokio::test]
async fn the_name_an_app_was_told_is_taken_where_the_token_has_none() {
    let house = apple();
    let mut claims = house.claims(APP);
    claims.as_object_mut().unwrap().remove("name");
    let token = signed(&header(&ring().rsa), &claims, &ring().rsa);
    let shown = house.provider.native(&house.trip, &token, None, Some(" 花子\u{0} ")).await;
    assert_eq!(shown.ok().and_then(|shown| shown.name).as_deref(), Some("花子"));
}

#[tokio::test]
async fn a_token_is_ended_only_where_the_provider_says_so() {
    let house = apple();
    let mut document = discovery(&house.hostile.base);
    document.as_object_mut().unwrap().remove("revocation_endpoint");
    house.hostile.put(DISCOVERY, Answer::Json(document.clone()));
    house.hostile.put("/auth/revoke", Answer::Json(json!({})));
    house.provider.revoke("plain-token").await.unwrap();
    let body = house.hostile.asked("/auth/revoke").pop().unwrap().body;
    assert_eq!(
        (field(&body, "token"), field(&body, "client_id")),
        ("plain-token".into(), CLIENT.into())
    );
    house.hostile.put("/auth/revoke", Answer::Status(503, json!({})));
    let part = Part::Revocation;
    assert_eq!(house.provider.revoke("t").await, Err(UpstreamFault::Status(part, 503)));
    house.hostile.put("/auth/revoke", Answer::Status(400, json!({"error": "invalid_client"})));
    assert_eq!(house.provider.revoke("t").await, Err(UpstreamFault::ClientRefused));
    house.hostile.put("/auth/revoke", Answer::HangUp);
    assert_eq!(house.provider.revoke("t").await, Err(UpstreamFault::Transfer(part)));

    let other = house_of(Preset::Other, |_| {});
    document["issuer"] = json!(other.hostile.base);
    for name in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
        document[name] = discovery(&other.hostile.base)[name].clone();
    }
    other.hostile.put(DISCOVERY, Answer::Json(document));
    assert_eq!(other.provider.revoke("t").await, Err(UpstreamFault::NoRevocation));
    let down = apple();
    down.hostile.put(DISCOVERY, Answer::HangUp);
    assert_eq!(down.provider.revoke("t").await, Err(UpstreamFault::Transfer(Part::Discovery)));
    assert_eq!(problem(down.redeem().await), upstream(UpstreamFault::Transfer(Part::Discovery)));
}
