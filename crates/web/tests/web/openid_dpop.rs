//! Tokens that are bound to a key of the client's (DPoP, RFC 9449), at each place where one is shown.

use accounts::Millis;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::{Client, Clients, OpenIdOptions};
use http::{Method, Request};
use serde_json::{Value, json};

use crate::site::{CHALLENGE, SECRET, VERIFIER, brought, claims, house, request, setup, text, value};
use crate::support::{Answer, Browser, House, ORIGIN, escape, send};

const APP: &str = "reader-app";
const BACK: &str = "jp.example.reader:/callback";

/// A key that an app holds.
pub(crate) struct Key(Ed25519KeyPair);

impl Key {
    pub(crate) fn new() -> Self {
        Self(Ed25519KeyPair::generate().expect("a key"))
    }

    fn jwk(&self) -> Value {
        let x = URL_SAFE_NO_PAD.encode(self.0.public_key().as_ref());
        json!({ "crv": "Ed25519", "kty": "OKP", "x": x })
    }

    fn thumbprint(&self) -> String {
        // RFC 7638: the members in the order of their names.
        let jwk = self.jwk();
        let text = format!("{{\"crv\":{},\"kty\":{},\"x\":{}}}", jwk["crv"], jwk["kty"], jwk["x"]);
        URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()))
    }

    pub(crate) fn proof(&self, method: &str, path: &str, at_ms: i64, more: &Value) -> String {
        let head = json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": self.jwk() });
        let mut body = json!({
            "jti": at_ms.to_string(), "htm": method, "htu": format!("{ORIGIN}{path}"), "iat": at_ms / 1_000,
        });
        for (name, value) in more.as_object().expect("members") {
            body[name] = value.clone();
        }
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&head), part(&body));
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(self.0.sign(signed.as_bytes())))
    }
}

pub(crate) async fn ask(house: &House, path: &str, proofs: &[&str], fields: &[(&str, &str)]) -> Answer {
    let mut asking = Request::builder().method(Method::POST).uri(path);
    asking = asking.header("content-type", "application/x-www-form-urlencoded");
    for proof in proofs {
        asking = asking.header("dpop", *proof);
    }
    let body = fields.iter().map(|(name, value)| format!("{name}={}", escape(value)));
    let body = body.collect::<Vec<_>>().join("&");
    send(&house.router, asking.body(body.into()).expect("a request")).await
}

async fn told(house: &House, scheme: &str, token: &str, proof: Option<&str>) -> Answer {
    let asking = Request::builder().uri("/oauth/userinfo");
    let mut asking = asking.header("authorization", format!("{scheme} {token}"));
    if let Some(proof) = proof {
        asking = asking.header("dpop", proof);
    }
    send(&house.router, asking.body("".into()).expect("a request")).await
}

fn redeemed(code: &str) -> [(&'static str, String); 5] {
    [
        ("grant_type", "authorization_code".to_owned()),
        ("client_id", APP.to_owned()),
        ("redirect_uri", BACK.to_owned()),
        ("code_verifier", VERIFIER.to_owned()),
        ("code", code.to_owned()),
    ]
}

async fn redeem(house: &House, proofs: &[&str], code: &str) -> Answer {
    let fields = redeemed(code);
    let fields = fields.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>();
    ask(house, "/oauth/token", proofs, &fields).await
}

async fn refresh(house: &House, proofs: &[&str], token: &str) -> Answer {
    let fields = [("grant_type", "refresh_token"), ("client_id", APP), ("refresh_token", token)];
    ask(house, "/oauth/token", proofs, &fields).await
}

async fn code(browser: &mut Browser, changes: &[(&str, &str)]) -> String {
    let usual = [("client_id", APP), ("redirect_uri", BACK), ("scope", "openid offline_access")];
    let all = usual.iter().chain(changes).copied().collect::<Vec<_>>();
    let back = brought(&browser.get(&request(&all)).await);
    assert_eq!(value(&back, "error"), "", "{back:?}");
    value(&back, "code").to_owned()
}

#[tokio::test]
async fn a_bound_token_is_good_with_its_key_alone() {
    let (house, mut browser) = house().await;
    let (key, thief) = (Key::new(), Key::new());
    let now = house.clock.now().0;
    let to_token = |key: &Key| key.proof("POST", "/oauth/token", now, &json!({}));
    let code = code(&mut browser, &[]).await;
    let tokens = redeem(&house, &[&to_token(&key)], &code).await.is(200).json();
    assert_eq!(tokens["token_type"], json!("DPoP"));
    let access = text(&tokens, "access_token");
    assert_eq!(claims(&access)["cnf"]["jkt"], json!(key.thumbprint()));

    let ath = URL_SAFE_NO_PAD.encode(digest(&SHA256, access.as_bytes()));
    let to_userinfo = |key: &Key, more: Value| key.proof("GET", "/oauth/userinfo", now, &more);
    let good = to_userinfo(&key, json!({ "ath": ath }));
    told(&house, "DPoP", &access, Some(&good)).await.is(200);
    for (scheme, proof, status) in [
        ("Bearer", None, 401),
        ("Bearer", Some(good.clone()), 401),
        ("DPoP", None, 401),
        ("DPoP", Some(to_userinfo(&key, json!({}))), 401),
        ("DPoP", Some(to_userinfo(&thief, json!({ "ath": ath }))), 401),
        ("DPoP", Some(to_token(&key)), 401),
    ] {
        let answer = told(&house, scheme, &access, proof.as_deref()).await;
        answer.is(status);
    }
    let refused = told(&house, "Bearer", &access, None).await;
    assert_eq!(
        refused.header("www-authenticate"),
        Some("Bearer realm=\"genkan\", error=\"invalid_token\"")
    );

    // A stolen refresh token is worth nothing, and whoever tries it ends nothing.
    let next = text(&tokens, "refresh_token");
    for proofs in [vec![], vec![to_token(&thief)]] {
        let proofs = proofs.iter().map(String::as_str).collect::<Vec<_>>();
        let answer = refresh(&house, &proofs, &next).await;
        assert_eq!(answer.is(400).json()["error"], json!("invalid_grant"));
    }
    let again = refresh(&house, &[&to_token(&key)], &next).await.is(200).json();
    assert_eq!(claims(&text(&again, "access_token"))["cnf"]["jkt"], json!(key.thumbprint()));
    refresh(&house, &[], &text(&again, "refresh_token")).await.is(400);
    house.close().await;
}

#[tokio::test]
async fn what_is_no_proof_uses_nothing_up() {
    let (house, mut browser) = house().await;
    let key = Key::new();
    let now = house.clock.now().0;
    let good = key.proof("POST", "/oauth/token", now, &json!({}));
    let code = code(&mut browser, &[]).await;
    for proofs in [
        vec!["nothing"],
        vec![good.as_str(), good.as_str()],
        vec![&key.proof("POST", "/oauth/par", now, &json!({}))],
        vec![&key.proof("GET", "/oauth/token", now, &json!({}))],
    ] {
        let answer = redeem(&house, &proofs, &code).await;
        assert_eq!(answer.is(400).json()["error"], json!("invalid_dpop_proof"), "{proofs:?}");
    }
    // A telephone whose clock is an hour slow is told our time, and is served with it.
    let slow = key.proof("POST", "/oauth/token", now - 3_600_000, &json!({}));
    let answer = redeem(&house, &[&slow], &code).await;
    assert_eq!(answer.is(400).json()["error"], json!("use_dpop_nonce"));
    let nonce = answer.header("dpop-nonce").expect("a nonce").to_owned();
    let helped = key.proof("POST", "/oauth/token", now - 3_600_000, &json!({ "nonce": nonce }));
    redeem(&house, &[&helped], &code).await.is(200);
    house.clock.advance(Millis::minutes(6));
    let over = redeem(&house, &[&helped], &code).await;
    assert_eq!(over.is(400).json()["error"], json!("use_dpop_nonce"));
    house.close().await;
}

#[tokio::test]
async fn a_code_that_was_asked_for_with_a_key_is_redeemed_with_it() {
    let (house, mut browser) = house().await;
    let (key, thief) = (Key::new(), Key::new());
    let now = house.clock.now().0;
    let to = |key: &Key, path: &str| key.proof("POST", path, now, &json!({}));
    let bound = code(&mut browser, &[("dpop_jkt", &key.thumbprint())]).await;
    for proofs in [vec![], vec![to(&thief, "/oauth/token")]] {
        let proofs = proofs.iter().map(String::as_str).collect::<Vec<_>>();
        let answer = redeem(&house, &proofs, &bound).await;
        assert_eq!(answer.is(400).json()["error"], json!("invalid_grant"));
    }
    redeem(&house, &[&to(&key, "/oauth/token")], &bound).await.is(200);
    let back = brought(
        &browser
            .get(&request(&[("client_id", APP), ("redirect_uri", BACK), ("dpop_jkt", "short")]))
            .await,
    );
    assert_eq!(value(&back, "error"), "invalid_request");

    // The key that is shown when the request is pushed is that of the code (RFC 9449 10.1).
    let fields = [
        ("client_id", APP),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", "openid"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let pushed = ask(&house, "/oauth/par", &[&to(&key, "/oauth/par")], &fields).await;
    let uri = text(&pushed.is(201).json(), "request_uri");
    let place = format!("/oauth/authorize?client_id={APP}&request_uri={}", escape(&uri));
    let code = brought(&browser.get(&place).await);
    redeem(&house, &[&to(&thief, "/oauth/token")], value(&code, "code")).await.is(400);
    redeem(&house, &[&to(&key, "/oauth/token")], value(&code, "code")).await.is(200);
    let named = thief.thumbprint();
    let other = [&fields[..], &[("dpop_jkt", named.as_str())]].concat();
    let answer = ask(&house, "/oauth/par", &[&to(&key, "/oauth/par")], &other).await;
    assert_eq!(answer.is(400).json()["error"], json!("invalid_dpop_proof"));
    house.close().await;
}

#[tokio::test]
async fn a_client_that_must_show_a_key_gets_nothing_without() {
    let mut setup = setup();
    let known = setup.openid.clients.all();
    let all =
        known.iter().map(|client| Client { shows_key: client.id == APP, ..Client::clone(client) });
    setup.openid = OpenIdOptions { clients: Clients::new(all.collect()), ..OpenIdOptions::default() };
    let mut house = House::with(setup).await;
    let mut browser = house.registered("hanako@example.jp").await;
    let code = code(&mut browser, &[]).await;
    let answer = redeem(&house, &[], &code).await;
    assert_eq!(answer.is(400).json()["error"], json!("invalid_dpop_proof"));
    let proof = Key::new().proof("POST", "/oauth/token", house.clock.now().0, &json!({}));
    redeem(&house, &[&proof], &code).await.is(200);
    house.close().await;
}

#[tokio::test]
async fn a_site_with_a_secret_gets_bound_access_tokens_and_hears_of_it() {
    let (house, mut browser) = house().await;
    let key = Key::new();
    let proof = key.proof("POST", "/oauth/token", house.clock.now().0, &json!({}));
    let code = crate::site::code(&mut browser, &[]).await;
    let site = [("client_id", "novel-site"), ("client_secret", SECRET)];
    let back = crate::site::BACK;
    let fields =
        [("grant_type", "authorization_code"), ("redirect_uri", back), ("code_verifier", VERIFIER)];
    let all = [&site[..], &fields, &[("code", code.as_str())]].concat();
    let tokens = ask(&house, "/oauth/token", &[&proof], &all).await.is(200).json();
    let asked = [&site[..], &[("token", tokens["access_token"].as_str().expect("a token"))]].concat();
    let looked = ask(&house, "/oauth/introspect", &[], &asked).await.is(200).json();
    assert_eq!((&looked["active"], &looked["token_type"]), (&json!(true), &json!("DPoP")));
    assert_eq!(looked["cnf"]["jkt"], json!(key.thumbprint()));
    // Its refresh token hangs from the secret, not from the key (RFC 9449 5).
    let next = text(&tokens, "refresh_token");
    let more = [&site[..], &[("grant_type", "refresh_token"), ("refresh_token", &next)]].concat();
    let plain = ask(&house, "/oauth/token", &[], &more).await.is(200).json();
    assert_eq!(plain["token_type"], json!("Bearer"));
    house.close().await;
}
