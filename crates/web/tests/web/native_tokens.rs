//! Tokens, flows and answers that an app may not bring, and the fresh proof and the link that it may.
//!
//! Rows D4, D7, D8, D10 to D12, D14, D15, E9, F7 and H1 of the catalogue of published flaws, on the native path.

use accounts::Millis;
use serde_json::{Value, json};

use crate::hostile::Answer;
use crate::signing::{hs256, ring, signed, unsigned};
use crate::support::{House, PASSWORD, Setup};
use crate::upstream::{Upstream, WEB, signed_by};

const HANAKO: &str = "hanako@example.jp";
const TARO: &str = "taro@example.jp";
const WHO: (&str, &str) = ("g-1", HANAKO);

async fn house_with(upstreams: &[&std::sync::Arc<Upstream>]) -> House {
    let upstreams = upstreams.iter().map(|upstream| (*upstream).clone()).collect();
    House::with(Setup { upstreams, ..Setup::default() }).await
}

/// D4, D7, D8, F7: a token that is wrong in one thing opens nothing, and uses its flow up.
#[tokio::test]
async fn d7_d8_a_token_that_is_wrong_in_one_thing_opens_nothing() {
    let (google, other) = (Upstream::start("google"), Upstream::start("idp"));
    let house = house_with(&[&google, &other]).await;
    house.app().joins((&house, &google), WHO).await;
    let now_s = house.clock.now().0 / 1_000;
    let bent: Vec<(&str, &str, Option<Value>)> = vec![
        ("no nonce", "nonce", None),
        ("another nonce", "nonce", Some(json!("n-0S6_WzA2Mj"))),
        ("no issuer", "iss", None),
        ("another issuer", "iss", Some(json!(other.hostile.base))),
        ("no audience", "aud", None),
        ("the browser's audience", "aud", Some(json!(WEB))),
        ("another audience", "aud", Some(json!("jp.evil.app"))),
        ("no expiry", "exp", None),
        ("expired", "exp", Some(json!(now_s - 301))),
        ("no time", "iat", None),
        ("no subject", "sub", None),
        ("a subject that is a number", "sub", Some(json!(1))),
        ("another party", "azp", Some(json!("jp.evil.app"))),
    ];
    let app = house.app();
    for (case, name, value) in bent {
        let begun = app.begins("google", "signin").await;
        let good = google.claims(&house.clock, &begun.nonce, WHO);
        let mut claims = good.clone();
        match value {
            Some(value) => claims[name] = value,
            None => drop(claims.as_object_mut().expect("claims").remove(name)),
        }
        let answer = app.brings("google", &begun.flow, &google.token(&claims)).await;
        assert_eq!(answer.status, 403, "{case}: {}", answer.body);
        answer.problem(403, "provider-refused");
        let again = app.brings("google", &begun.flow, &google.token(&good)).await;
        again.problem(410, "flow-expired");
    }
    let header = json!({"alg": "RS256", "kid": "rsa-key", "typ": "JWT"});
    let none = json!({"alg": "none", "typ": "JWT"});
    let confused = json!({"alg": "HS256", "kid": "rsa-key", "typ": "JWT"});
    for case in ["own key", "none", "HS256", "cut", "another's signature"] {
        let begun = app.begins("google", "signin").await;
        let claims = google.claims(&house.clock, &begun.nonce, WHO);
        let token = match case {
            "own key" => signed_by(&ring().other_rsa, &claims),
            "none" => format!("{}.", unsigned(&none, &claims.to_string())),
            "HS256" => hs256(&confused, &claims, ring().rsa.public_pem().as_bytes()),
            "cut" => {
                signed(&header, &claims, &ring().rsa).trim_end_matches(|_| true).to_owned() + "e30"
            }
            _ => {
                let one = signed(&header, &json!({"sub": "x"}), &ring().rsa);
                let signature = one.rsplit('.').next().expect("a signature").to_owned();
                format!("{}.{signature}", unsigned(&header, &claims.to_string()))
            }
        };
        let answer = app.brings("google", &begun.flow, &token).await;
        assert_eq!(answer.json()["code"], "provider-refused", "{case}");
    }
    house.close().await;
}

/// D8: a good token of one trip serves no other, and its nonce's hash serves as the nonce (Apple's SDK).
#[tokio::test]
async fn d8_a_token_serves_the_trip_whose_nonce_it_carries() {
    let google = Upstream::start("google");
    let house = house_with(&[&google]).await;
    house.app().joins((&house, &google), WHO).await;
    let app = house.app();
    let (one, two) = (app.begins("google", "signin").await, app.begins("google", "signin").await);
    let token = google.token(&google.claims(&house.clock, &one.nonce, WHO));
    app.brings("google", &two.flow, &token).await.problem(403, "provider-refused");
    app.brings("google", &one.flow, &token).await.is(200);
    let (right, wrong) = (app.begins("google", "signin").await, app.begins("google", "signin").await);
    let token = google.token(&google.claims(&house.clock, &hashed(&right.nonce), WHO));
    app.brings("google", &wrong.flow, &token).await.problem(403, "provider-refused");
    app.brings("google", &right.flow, &token).await.is(200);
    house.close().await;
}

fn hashed(nonce: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, nonce.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// D11: once, also when brought many times at the same moment; D12: and only what was handed out.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn d11_d12_a_flow_works_once_and_no_other_flow_works() {
    let google = Upstream::start("google");
    let house = house_with(&[&google]).await;
    house.app().joins((&house, &google), WHO).await;
    let app = house.app();
    let begun = app.begins("google", "signin").await;
    let token = google.token(&google.claims(&house.clock, &begun.nonce, WHO));
    for forged in ["", "x", &"A".repeat(43), &begun.nonce, &format!("{}A", begun.flow)] {
        app.brings("google", forged, &token).await.problem(410, "flow-expired");
    }
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (app, flow, token) = (app.clone(), begun.flow.clone(), token.clone());
        tasks.spawn(async move { app.brings("google", &flow, &token).await.status.as_u16() });
    }
    let answers = tasks.join_all().await;
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 410).count(), 9, "{answers:?}");
    app.brings("google", &begun.flow, &token).await.problem(410, "flow-expired");
    // And not after its time.
    let begun = app.begins("google", "signin").await;
    house.clock.advance(Millis::minutes(10));
    let token = google.token(&google.claims(&house.clock, &begun.nonce, WHO));
    app.brings("google", &begun.flow, &token).await.problem(410, "flow-expired");
    house.close().await;
}

/// D10, I21: what one session began, another does not end; nothing is linked to anybody.
#[tokio::test]
async fn d10_a_link_is_ended_by_the_session_that_began_it_alone() {
    let google = Upstream::start("google");
    let mut house = house_with(&[&google]).await;
    for address in ["mallory@example.jp", TARO] {
        house.registered(address).await;
    }
    let (mut attacker, mut victim, mut second) = (house.app(), house.app(), house.app());
    attacker.sign_in("mallory@example.jp", PASSWORD).await.is(200);
    victim.sign_in(TARO, PASSWORD).await.is(200);
    second.sign_in("mallory@example.jp", PASSWORD).await.is(200);
    let stranger = house.app();
    for thief in [&victim, &second, &stranger] {
        let begun = attacker.begins("google", "link").await;
        let token = google.token(&google.claims(&house.clock, &begun.nonce, WHO));
        thief.brings("google", &begun.flow, &token).await.problem(410, "flow-expired");
    }
    for app in [&attacker, &victim] {
        let methods = app.get("/api/v1/account/methods").await.json();
        assert_eq!(methods["methods"].as_array().map(Vec::len), Some(1));
    }
    // Whose session it is, a link needs one; and a flow of a sign-in links nothing.
    let ask = json!({"intent": "link"});
    stranger.post("/api/v1/signin/google/options", ask).await.problem(401, "unauthenticated");
    victim.goes((&house, &google), "signin", WHO).await.is(202);
    let methods = victim.get("/api/v1/account/methods").await.json();
    assert_eq!(methods["methods"].as_array().map(Vec::len), Some(1));
    house.close().await;
}

/// D15: a provider that is switched off answers as one that never was, also to what was begun before.
#[tokio::test]
async fn d15_a_provider_that_is_switched_off_opens_nothing() {
    let (google, apple) = (Upstream::start("google"), Upstream::start("apple"));
    let house = house_with(&[&google, &apple]).await;
    let mut member = house.app();
    member.joins((&house, &google), WHO).await;
    let app = house.app();
    let begun = app.begins("google", "signin").await;
    let token = google.token(&google.claims(&house.clock, &begun.nonce, WHO));
    // A flow of one provider is none at another.
    app.brings("apple", &begun.flow, &token).await.problem(410, "flow-expired");
    let setup = Setup { upstreams: vec![apple.clone()], ..Setup::default() };
    let house = house.again(setup).await;
    let app = house.app();
    app.brings("google", &begun.flow, &token).await.problem(404, "not-found");
    for unknown in ["google", "nobody", "email", "Apple", "apple%20", "a%2Fb"] {
        let path = format!("/api/v1/signin/{unknown}/options");
        app.post(&path, json!({})).await.problem(404, "not-found");
        let path = format!("/api/v1/signin/{unknown}");
        let body = json!({"flow": begun.flow, "id_token": token});
        app.post(&path, body).await.problem(404, "not-found");
    }
    app.post("/api/v1/signin/apple/options", json!({})).await.is(200);
    house.close().await;
}

/// D14, C8: no body can say whose account, whose identity or how proven it is.
#[tokio::test]
async fn d14_no_body_says_whose_account_it_is() {
    let google = Upstream::start("google");
    let house = house_with(&[&google]).await;
    let mut app = house.app();
    app.joins((&house, &google), WHO).await;
    let f = "A".repeat(43);
    let bodies = [
        ("signin/google/options", json!({"intent": "signin"})),
        ("signin/google", json!({"flow": f, "id_token": "x"})),
        ("proof/google", json!({"flow": f, "id_token": "x"})),
        ("register/identity", json!({"flow": f, "display_name": ""})),
        ("register/identity/address", json!({"flow": f, "email": TARO})),
        ("register/identity/verify", json!({"flow": f, "code": "1"})),
        ("restore", json!({ "flow": f })),
        ("provider-lost", json!({"email": TARO, "number": "1"})),
        ("account/methods/offer", json!({ "flow": f })),
        ("account/methods/offer/cancel", json!({ "flow": f })),
        ("account/methods/email/complete", json!({"flow": f, "password": PASSWORD})),
        ("reset/password", json!({"flow": f, "form": f, "password": PASSWORD, "kept": []})),
        ("signin/password", json!({"email": TARO, "password": PASSWORD, "offer": f})),
    ];
    let names = ["account_id", "user_id", "sub", "issuer", "provider", "email_verified"];
    for (path, body) in bodies {
        for name in names {
            let mut slipped = body.clone();
            slipped[name] = json!("0190a000-0000-7000-8000-000000000000");
            let answer = app.post(&format!("/api/v1/{path}"), slipped).await;
            assert_eq!(answer.json()["code"], "invalid-request", "{path} {name}");
            answer.is(400);
        }
    }
    let put = json!({"method": "google", "account_id": "x"});
    let answer = app.call(http::Method::PUT, "/api/v1/account/contact", Some(put)).await;
    answer.problem(400, "invalid-request");
    for intent in [json!("prove"), json!("Signin"), json!(1), Value::Null] {
        let body = json!({ "intent": intent });
        app.post("/api/v1/signin/google/options", body).await.problem(400, "invalid-request");
    }
    house.close().await;
}

/// E9, R-METHOD-3: the proof by a provider is the same identity, in the same session, and no sign-in.
#[tokio::test]
async fn e9_the_proof_by_a_provider_is_the_same_identity_in_the_same_session() {
    let google = Upstream::start("google");
    let house = house_with(&[&google]).await;
    let (mut one, mut two) = (house.app(), house.app());
    one.joins((&house, &google), WHO).await;
    two.enters((&house, &google), WHO).await;
    house.clock.advance(Millis::minutes(10));
    one.delete("/api/v1/account").await.problem(403, "fresh-proof-required");
    let bring = |flow: String, token: String| json!({"flow": flow, "id_token": token});
    // Somebody else, a sign-in, another session, nobody.
    let begun = one.begins("google", "proof").await;
    let claims = google.claims(&house.clock, &begun.nonce, ("g-2", HANAKO));
    let body = bring(begun.flow, google.token(&claims));
    one.post("/api/v1/proof/google", body).await.problem(403, "identity-not-yours");
    let begun = one.begins("google", "signin").await;
    let claims = google.claims(&house.clock, &begun.nonce, WHO);
    let body = bring(begun.flow, google.token(&claims));
    one.post("/api/v1/proof/google", body).await.problem(410, "flow-expired");
    let begun = one.begins("google", "proof").await;
    let body = bring(begun.flow.clone(), google.token(&google.claims(&house.clock, &begun.nonce, WHO)));
    house.app().post("/api/v1/proof/google", body.clone()).await.problem(401, "unauthenticated");
    two.post("/api/v1/proof/google", body).await.problem(410, "flow-expired");
    one.delete("/api/v1/account").await.problem(403, "fresh-proof-required");
    let begun = one.begins("google", "proof").await;
    let body = bring(begun.flow, google.token(&google.claims(&house.clock, &begun.nonce, WHO)));
    let fresh = one.post("/api/v1/proof/google", body).await;
    assert!(fresh.is(200).json()["fresh_until"].is_string());
    assert!(fresh.json()["token"].is_null());
    two.delete("/api/v1/account").await.problem(403, "fresh-proof-required");
    one.delete("/api/v1/account").await.is(200);
    house.close().await;
}

/// R-METHOD-2 to 4: added in one go; with a proof that has grown old on the way, after one more.
#[tokio::test]
async fn r_method_3_a_provider_is_added_with_a_fresh_proof() {
    let (google, apple) = (Upstream::start("google"), Upstream::start("apple"));
    let mut house = house_with(&[&google, &apple]).await;
    house.registered(TARO).await;
    house.app().joins((&house, &apple), ("a-1", HANAKO)).await;
    let mut app = house.app();
    app.sign_in(TARO, PASSWORD).await.is(200);
    // R-METHOD-4: somebody else's, said so once it is shown.
    let taken = app.goes((&house, &apple), "link", ("a-1", HANAKO)).await;
    taken.problem(409, "identity-on-other-account");
    let added = app.goes((&house, &google), "link", ("g-7", "taro@gmail.com")).await;
    assert_eq!(added.is(200).json(), json!({"method": "google"}));
    let ask = json!({"intent": "link"});
    app.post("/api/v1/signin/google/options", ask).await.problem(409, "provider-already-added");
    let methods = app.get("/api/v1/account/methods").await.json();
    assert_eq!(methods["methods"][1]["address"], "taro@gmail.com");
    // The proof grows old on the way.
    let begun = app.begins("apple", "link").await;
    house.clock.advance(Millis::minutes(9));
    app.post("/api/v1/proof/password", json!({"password": PASSWORD})).await.is(200);
    let token = apple.token(&apple.claims(&house.clock, &begun.nonce, ("a-2", "x@example.jp")));
    app.brings("apple", &begun.flow, &token).await.is(200);
    app.delete("/api/v1/account/methods/apple").await.is(204);
    house.clock.advance(Millis::minutes(5));
    let begun = app.begins("apple", "link").await;
    house.clock.advance(Millis::minutes(6));
    let token = apple.token(&apple.claims(&house.clock, &begun.nonce, ("a-2", "x@example.jp")));
    let stale = app.brings("apple", &begun.flow, &token).await;
    stale.problem(403, "fresh-proof-required");
    let offer = json!({"flow": stale.json()["flow"]});
    app.post("/api/v1/account/methods/offer", offer.clone()).await.problem(403, "fresh-proof-required");
    app.post("/api/v1/proof/password", json!({"password": PASSWORD})).await.is(200);
    app.post("/api/v1/account/methods/offer", offer).await.is(200);
    house.close().await;
}

/// A provider that is away is said to be, and who comes back later begins again.
#[tokio::test]
async fn a_provider_that_is_away_is_no_refusal() {
    let google = Upstream::start("google");
    let house = house_with(&[&google]).await;
    google.hostile.put("/jwks", Answer::HangUp);
    let app = house.app();
    let away = app.goes((&house, &google), "signin", WHO).await;
    away.problem(502, "provider-unreachable");
    assert_eq!(away.json()["detail"], "There was no connection. Please wait a moment and try again.");
    house.close().await;
}

/// H1, E10: the answers name no token; refusals are the same whatever the identity is.
#[tokio::test]
async fn h1_a_refused_token_tells_nothing_about_whose_it_is() {
    let google = Upstream::start("google");
    let house = house_with(&[&google]).await;
    house.app().joins((&house, &google), WHO).await;
    let mut bodies = Vec::new();
    for who in [WHO, ("nobody", "nobody@example.jp")] {
        let claims = |nonce: &str| {
            let mut claims = google.claims(&house.clock, nonce, who);
            claims["aud"] = json!("jp.evil.app");
            claims
        };
        let answer = house.app().goes_as(&google, "signin", claims).await;
        bodies.push(answer.problem(403, "provider-refused").body.clone());
    }
    assert_eq!(bodies[0], bodies[1]);
    house.close().await;
}
