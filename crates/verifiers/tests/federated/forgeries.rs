//! ID tokens that are wrong in one thing each, refused on the way of a browser and on that of an app alike.

use serde_json::{Value, json};
use verifiers::federated::TokenProblem::{self, *};

use crate::house::{APP, CLIENT, House, header, house, problem, refused};
use crate::signing::{b64, hs256, ring, signed, signed_text, unsigned};

/// A name for the case, what must be said of it, and the token.
type Forgery = (&'static str, TokenProblem, String);

/// A claim or header changed; `null` in `json!` is a null, `None` drops it.
fn with(mut of: Value, name: &str, value: Option<Value>) -> Value {
    let map = of.as_object_mut().unwrap();
    match value {
        Some(value) => map.insert(name.to_owned(), value),
        None => map.remove(name),
    };
    of
}

/// security.md D7: each claim dropped or changed.
fn bent_claims(house: &House, audience: &str) -> Vec<Forgery> {
    let base = house.hostile.base.as_str();
    let now = house.now_s();
    let cases: Vec<(&str, TokenProblem, &str, Option<Value>)> = vec![
        ("iss dropped", Issuer, "iss", None),
        ("iss null", Issuer, "iss", Some(json!(null))),
        ("iss of another", Issuer, "iss", Some(json!("https://evil.example"))),
        ("iss with a slash more", Issuer, "iss", Some(json!(format!("{base}/")))),
        ("iss in capitals", Issuer, "iss", Some(json!(base.to_uppercase()))),
        ("iss without its scheme", Issuer, "iss", Some(json!(base.replace("http://", "")))),
        ("iss in a list", Issuer, "iss", Some(json!([base]))),
        ("aud dropped", Audience, "aud", None),
        ("aud null", Audience, "aud", Some(json!(null))),
        ("aud empty", Audience, "aud", Some(json!(""))),
        ("aud an empty list", Audience, "aud", Some(json!([]))),
        ("aud of another", Audience, "aud", Some(json!("other.client"))),
        ("aud a list of another", Audience, "aud", Some(json!(["other.client"]))),
        ("aud a longer one", Audience, "aud", Some(json!(format!("{audience}.evil")))),
        ("aud with a number in it", Audience, "aud", Some(json!([audience, 7]))),
        ("aud an object", Audience, "aud", Some(json!({ audience: true }))),
        ("two audiences, nobody asked", AuthorizedParty, "aud", Some(json!([audience, "other"]))),
        ("azp of another", AuthorizedParty, "azp", Some(json!("other.client"))),
        ("azp not a text", AuthorizedParty, "azp", Some(json!([audience]))),
        ("exp dropped", Expired, "exp", None),
        ("exp null", Expired, "exp", Some(json!(null))),
        ("exp a text", Expired, "exp", Some(json!((now + 600).to_string()))),
        ("exp true", Expired, "exp", Some(json!(true))),
        ("exp beyond the calendar", Expired, "exp", Some(json!(1e300))),
        ("exp five minutes ago", Expired, "exp", Some(json!(now - 300))),
        ("exp below zero", Expired, "exp", Some(json!(-1))),
        ("iat dropped", IssuedAt, "iat", None),
        ("iat a text", IssuedAt, "iat", Some(json!(now.to_string()))),
        ("iat more than an hour ago", IssuedAt, "iat", Some(json!(now - 3_601))),
        ("iat more than five minutes ahead", IssuedAt, "iat", Some(json!(now + 301))),
        ("nbf more than five minutes ahead", NotYet, "nbf", Some(json!(now + 301))),
        ("nbf a text", NotYet, "nbf", Some(json!("0"))),
        ("nonce dropped", Nonce, "nonce", None),
        ("nonce null", Nonce, "nonce", Some(json!(null))),
        ("nonce empty", Nonce, "nonce", Some(json!(""))),
        ("nonce of another trip", Nonce, "nonce", Some(json!("n".repeat(43)))),
        ("nonce cut", Nonce, "nonce", Some(json!(&house.trip.nonce()[..42]))),
        ("nonce in a list", Nonce, "nonce", Some(json!([house.trip.nonce()]))),
        ("nonce is the state", Nonce, "nonce", Some(json!(house.trip.state()))),
        ("sub dropped", Subject, "sub", None),
        ("sub empty", Subject, "sub", Some(json!(""))),
        ("sub a number", Subject, "sub", Some(json!(7))),
        ("sub of 256 characters", Subject, "sub", Some(json!("s".repeat(256)))),
        ("sub with a control character", Subject, "sub", Some(json!("subject-1\u{0}"))),
    ];
    let forge = |(name, problem, claim, value): (&'static str, _, _, _)| {
        let claims = with(house.claims(audience), claim, value);
        (name, problem, signed(&header(&ring().rsa), &claims, &ring().rsa))
    };
    cases.into_iter().map(forge).collect()
}

/// security.md F7, F8, F9: the envelope bent.
fn bent_envelopes(house: &House, audience: &str) -> Vec<Forgery> {
    let claims = house.claims(audience);
    let (rsa, ec, evil) = (&ring().rsa, &ring().ec, &ring().other_rsa);
    let head = header(rsa);
    let bent = |name: &str, value: Value| with(head.clone(), name, Some(value));
    let good = signed(&head, &claims, rsa);
    let body = unsigned(&head, &claims.to_string());
    let none = |alg: &str| format!("{}.", unsigned(&bent("alg", json!(alg)), &claims.to_string()));
    let hmac = bent("alg", json!("HS256"));
    let modulus = rsa.jwk("rsa-key")["n"].as_str().unwrap().to_owned();
    let evil_jwk = evil.jwk("rsa-key");
    let twice = claims.to_string().replacen('{', "{\"sub\":\"victim\",", 1);
    let swapped = with(claims.clone(), "sub", Some(json!("victim")));
    let swapped = format!("{}.{}", unsigned(&head, &swapped.to_string()), last(&good));
    vec![
        ("alg none", Algorithm, none("none")),
        ("alg NoNe", Algorithm, none("NoNe")),
        ("alg empty", Algorithm, none("")),
        ("alg none with the good signature", Algorithm, format!("{}{}", none("none"), last(&good))),
        ("alg dropped", Malformed, signed(&with(head.clone(), "alg", None), &claims, rsa)),
        (
            "HS256 by the public key's file",
            Algorithm,
            hs256(&hmac, &claims, rsa.public_pem().as_bytes()),
        ),
        ("HS256 by the modulus", Algorithm, hs256(&hmac, &claims, modulus.as_bytes())),
        ("HS256 by an empty key", Algorithm, hs256(&hmac, &claims, b"")),
        ("HS256 by the client secret", Algorithm, hs256(&hmac, &claims, b"client-secret-93aa")),
        ("RS384 said of RS256", Algorithm, signed(&bent("alg", json!("RS384")), &claims, rsa)),
        ("PS256 said of RS256", Algorithm, signed(&bent("alg", json!("PS256")), &claims, rsa)),
        ("EdDSA", Algorithm, signed(&bent("alg", json!("EdDSA")), &claims, rsa)),
        ("ES256 said of an RSA key", UnknownKey, signed(&bent("alg", json!("ES256")), &claims, ec)),
        ("signed by another key", Signature, signed(&head, &claims, evil)),
        ("signed by the key of the other method", Signature, signed(&head, &claims, ec)),
        ("key in the header", Signature, signed(&bent("jwk", evil_jwk.clone()), &claims, evil)),
        ("address of keys", Signature, signed(&bent("jku", json!(jku(house))), &claims, evil)),
        ("address of a certificate", Signature, signed(&bent("x5u", json!(jku(house))), &claims, evil)),
        ("certificate", Signature, signed(&bent("x5c", json!(["MIIB"])), &claims, evil)),
        ("kid of nobody", UnknownKey, signed(&bent("kid", json!("evil")), &claims, rsa)),
        ("kid an address", UnknownKey, signed(&bent("kid", json!(jku(house))), &claims, evil)),
        ("kid a path", UnknownKey, signed(&bent("kid", json!("../../dev/null")), &claims, evil)),
        ("kid a query", UnknownKey, signed(&bent("kid", json!("' or 1=1 --")), &claims, evil)),
        ("kid too long", Malformed, signed(&bent("kid", json!("k".repeat(257))), &claims, rsa)),
        ("kid a number", Algorithm, signed(&bent("kid", json!(7)), &claims, rsa)),
        ("crit", Kind, signed(&bent("crit", json!(["exp"])), &claims, rsa)),
        ("crit empty", Kind, signed(&bent("crit", json!([])), &claims, rsa)),
        ("a token within", Kind, signed(&bent("cty", json!("JWT")), &claims, rsa)),
        ("packed", Kind, signed(&bent("zip", json!("DEF")), &claims, rsa)),
        ("an access token", Kind, signed(&bent("typ", json!("at+jwt")), &claims, rsa)),
        ("an event token", Kind, signed(&bent("typ", json!("secevent+jwt")), &claims, rsa)),
        ("a logout token", Kind, signed(&bent("typ", json!("logout+jwt")), &claims, rsa)),
        ("claims swapped under the signature", Signature, swapped),
        ("a claim twice", Malformed, signed_text(&head, &twice, rsa)),
        ("claims not an object", Malformed, signed_text(&head, "[1]", rsa)),
        ("claims not JSON", Malformed, signed_text(&head, "{", rsa)),
        ("signature empty", Signature, format!("{body}.")),
        ("signature cut", Signature, good[..good.len() - 2].to_owned()),
        ("signature not base64", Malformed, format!("{body}.****")),
        ("signature padded", Malformed, format!("{good}==")),
        ("no signature", Malformed, body.clone()),
        ("four parts", Malformed, format!("{good}.e30")),
        ("five parts", Malformed, format!("{good}.e30.e30")),
        ("a space before", Malformed, format!(" {good}")),
        ("a line after", Malformed, format!("{good}\n")),
        ("empty", Malformed, String::new()),
        ("two dots", Malformed, "..".to_owned()),
        ("dots", Malformed, ".".repeat(1 << 17)),
        ("header not JSON", Malformed, format!("{}.{}.{}", b64("{"), b64("{}"), last(&good))),
    ]
}

fn jku(house: &House) -> String {
    format!("{}/evil-jwks", house.hostile.base)
}

fn last(token: &str) -> &str {
    token.rsplit('.').next().unwrap()
}

fn forgeries(house: &House, audience: &str) -> Vec<Forgery> {
    let mut all = bent_claims(house, audience);
    all.extend(bent_envelopes(house, audience));
    assert!(all.len() >= 80, "{}", all.len());
    all
}

#[tokio::test]
async fn d7_f7_f8_no_forged_token_is_taken_from_a_browser() {
    let house = house();
    assert!(house.redeem_token(&house.token(CLIENT)).await.is_ok(), "the good one is taken");
    for (name, expected, token) in forgeries(&house, CLIENT) {
        assert_eq!(problem(house.redeem_token(&token).await), refused(expected), "{name}");
    }
    assert_eq!(house.hostile.count("/evil-jwks"), 0, "no address from a token is fetched");
    assert!(house.hostile.count("/jwks") <= 2);
}

#[tokio::test]
async fn d4_d7_f7_f8_no_forged_token_is_taken_from_an_app() {
    let house = house();
    assert!(house.native(&house.token(APP)).await.is_ok(), "the good one is taken");
    for (name, expected, token) in forgeries(&house, APP) {
        assert_eq!(problem(house.native(&token).await), refused(expected), "{name}");
    }
    assert_eq!(house.hostile.count("/evil-jwks"), 0, "no address from a token is fetched");
    assert!(house.hostile.count("/jwks") <= 2);
}

/// security.md D4: a token of an issuer and keys of the attacker's own, whole and well signed.
#[tokio::test]
async fn d4_a_token_of_another_issuer_with_keys_of_its_own_is_refused() {
    let (house, other) = (house(), house());
    let mut claims = other.claims(APP);
    claims["nonce"] = json!(house.trip.nonce());
    let evil = &ring().other_rsa;
    let token = signed(&header(evil), &claims, evil);
    assert_eq!(problem(house.native(&token).await), refused(Signature));
    // The same keys at both providers: then it is the issuer that tells.
    let token = signed(&header(&ring().rsa), &claims, &ring().rsa);
    assert_eq!(problem(house.native(&token).await), refused(Issuer));
}

#[tokio::test]
async fn d7_the_token_of_a_browser_is_not_an_apps_nor_the_other_way_round() {
    let house = house();
    assert_eq!(problem(house.native(&house.token(CLIENT)).await), refused(Audience));
    assert_eq!(problem(house.redeem_token(&house.token(APP)).await), refused(Audience));
}

/// security.md F8: what a token brings along is not looked at, so a good token stays good with it.
#[tokio::test]
async fn f8_addresses_in_the_header_of_a_good_token_are_not_fetched() {
    let house = house();
    let mut head = header(&ring().rsa);
    head["jku"] = json!(jku(&house));
    head["x5u"] = json!(jku(&house));
    head["jwk"] = ring().other_rsa.jwk("rsa-key");
    let token = signed(&head, &house.claims(APP), &ring().rsa);
    assert!(house.native(&token).await.is_ok());
    assert_eq!(house.hostile.count("/evil-jwks"), 0);
}
