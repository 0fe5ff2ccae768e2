//! Keys that come, go, and are asked for though nobody has them.

use serde_json::{Value, json};
use verifiers::federated::{Part, TokenProblem, UpstreamFault};

use crate::hostile::Answer;
use crate::house::{APP, House, header, house, jwks, problem, refused, upstream};
use crate::signing::{Key, b64, ring, signed};

fn token_by(house: &House, key: &Key, kid: &str) -> String {
    let mut head = header(key);
    head["kid"] = json!(kid);
    signed(&head, &house.claims(APP), key)
}

fn publish(house: &House, keys: &[Value]) {
    house.hostile.put("/jwks", Answer::Json(json!({ "keys": keys })));
}

#[tokio::test]
async fn a_new_key_is_fetched_when_a_token_names_it() {
    let house = house();
    assert!(house.native(&house.token(APP)).await.is_ok());
    let new = &ring().other_rsa;
    publish(&house, &[ring().rsa.jwk("rsa-key"), new.jwk("new-key")]);
    house.pass_s(1);
    assert!(house.native(&token_by(&house, new, "new-key")).await.is_ok());
    assert!(house.native(&house.token(APP)).await.is_ok(), "the old one is still there");
    assert_eq!(house.hostile.count("/jwks"), 2);
}

#[tokio::test]
async fn a_key_that_is_withdrawn_is_good_for_an_hour_at_most() {
    let house = house();
    assert!(house.native(&house.token(APP)).await.is_ok());
    publish(&house, &[ring().other_rsa.jwk("new-key")]);
    house.pass_s(3_599);
    assert!(house.native(&house.token(APP)).await.is_ok());
    house.pass_s(1);
    assert_eq!(problem(house.native(&house.token(APP)).await), refused(TokenProblem::UnknownKey));
}

#[tokio::test]
async fn a_flood_of_unknown_keys_makes_one_fetch_a_minute() {
    let house = house();
    assert!(house.native(&house.token(APP)).await.is_ok());
    for round in 1..=3 {
        for number in 0..100 {
            let token = token_by(&house, &ring().other_ec, &format!("nobody-{round}-{number}"));
            assert_eq!(problem(house.native(&token).await), refused(TokenProblem::UnknownKey));
        }
        assert_eq!(house.hostile.count("/jwks"), 1 + round);
        house.pass_s(60);
    }
    assert!(house.hostile.all().iter().all(|request| !request.line.contains("nobody")));
}

#[tokio::test]
async fn a_crowd_at_once_makes_one_fetch() {
    let house = house();
    let token = house.token(APP);
    let crowd = (0..50).map(|_| house.native(&token)).collect::<Vec<_>>();
    for one in join_all(crowd).await {
        assert!(one.is_ok());
    }
    assert_eq!((house.hostile.count("/jwks"), house.hostile.count(crate::house::DISCOVERY)), (1, 1));
    let unknown = token_by(&house, &ring().other_ec, "nobody");
    let crowd = (0..50).map(|_| house.native(&unknown)).collect::<Vec<_>>();
    for one in join_all(crowd).await {
        assert_eq!(problem(one), refused(TokenProblem::UnknownKey));
    }
    assert_eq!(house.hostile.count("/jwks"), 2);
}

/// Polls all of them in one task, each whenever any of them can go on.
async fn join_all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = futures.into_iter().map(|future| Some(Box::pin(future))).collect();
    let mut done: Vec<Option<F::Output>> = waiting.iter().map(|_| None).collect();
    std::future::poll_fn(move |context| {
        for (future, done) in waiting.iter_mut().zip(&mut done) {
            if let Some(running) = future
                && let std::task::Poll::Ready(output) = running.as_mut().poll(context)
            {
                *done = Some(output);
                *future = None;
            }
        }
        if done.iter().all(Option::is_some) {
            return std::task::Poll::Ready(done.iter_mut().filter_map(Option::take).collect());
        }
        std::task::Poll::Pending
    })
    .await
}

#[tokio::test]
async fn a_failed_fetch_leaves_the_old_keys() {
    let house = house();
    assert!(house.native(&house.token(APP)).await.is_ok());
    let failures = [
        Answer::Status(500, json!({})),
        Answer::HangUp,
        Answer::Endless,
        Answer::Json(json!({"keys": []})),
        Answer::Json(json!({"error": "sorry"})),
    ];
    for failure in failures {
        house.hostile.put("/jwks", failure);
        house.pass_s(60);
        let unknown = token_by(&house, &ring().other_ec, "nobody");
        assert_eq!(problem(house.native(&unknown).await), refused(TokenProblem::UnknownKey));
        assert!(house.native(&house.token(APP)).await.is_ok());
    }
    assert_eq!(house.hostile.count("/jwks"), 6);
    house.pass_s(3_600);
    assert!(house.native(&house.token(APP)).await.is_ok(), "also past the hour");
    house.hostile.put("/jwks", Answer::Json(jwks()));
    house.pass_s(60);
    assert!(house.native(&house.token(APP)).await.is_ok());
}

#[tokio::test]
async fn without_any_keys_nobody_is_believed() {
    let house = house();
    house
        .hostile
        .put("/jwks", Answer::Json(json!({"keys": [{"kty": "oct", "kid": "rsa-key", "k": "AA"}]})));
    let outcome = house.native(&house.token(APP)).await;
    assert_eq!(problem(outcome), upstream(UpstreamFault::NoKeys(Part::Keys)));
}

#[tokio::test]
async fn what_is_no_signing_key_for_us_is_passed_over() {
    let house = house();
    let (rsa, ec) = (&ring().rsa, &ring().ec);
    let bent = |mut key: Value, name: &str, value: Value| {
        key[name] = value;
        key
    };
    let short = json!({"kty": "RSA", "kid": "short", "n": b64([0xC5; 128]), "e": "AQAB"});
    publish(
        &house,
        &[
            json!(7),
            json!({}),
            json!({"kty": "RSA", "kid": "no-modulus"}),
            json!({"kty": "oct", "kid": "secret", "k": b64("secret")}),
            bent(rsa.jwk("for-encryption"), "use", json!("enc")),
            bent(rsa.jwk("other-method"), "alg", json!("RS512")),
            bent(ec.jwk("other-curve"), "crv", json!("P-384")),
            bent(ec.jwk("short-point"), "x", json!("AAAA")),
            short,
            rsa.jwk("good"),
        ],
    );
    let useless =
        [(rsa, "for-encryption"), (rsa, "other-method"), (ec, "other-curve"), (ec, "short-point")];
    for (key, kid) in useless {
        let outcome = house.native(&token_by(&house, key, kid)).await;
        assert_eq!(problem(outcome), refused(TokenProblem::UnknownKey), "{kid}");
    }
    for kid in ["secret", "short", "no-modulus"] {
        let outcome = house.native(&token_by(&house, rsa, kid)).await;
        assert_eq!(problem(outcome), refused(TokenProblem::UnknownKey), "{kid}");
    }
    assert!(house.native(&token_by(&house, rsa, "good")).await.is_ok());
}

/// OpenID Connect Core §10.1.
#[tokio::test]
async fn a_token_without_a_key_id_is_taken_only_where_there_is_one_key() {
    let house = house();
    let mut head = header(&ring().rsa);
    head.as_object_mut().unwrap().remove("kid");
    let token = signed(&head, &house.claims(APP), &ring().rsa);
    assert!(house.native(&token).await.is_ok(), "one RSA key is published");
    publish(&house, &[ring().rsa.jwk("a"), ring().other_rsa.jwk("b")]);
    house.pass_s(3_600);
    let token = signed(&head, &house.claims(APP), &ring().rsa);
    assert_eq!(problem(house.native(&token).await), refused(TokenProblem::UnknownKey));
}

#[tokio::test]
async fn of_two_keys_with_one_id_the_one_that_signed_is_found() {
    let house = house();
    publish(&house, &[ring().other_rsa.jwk("same"), ring().rsa.jwk("same")]);
    assert!(house.native(&token_by(&house, &ring().rsa, "same")).await.is_ok());
    assert!(house.native(&token_by(&house, &ring().other_rsa, "same")).await.is_ok());
    let foreign = Key::fresh_ec();
    let outcome = house.native(&token_by(&house, &foreign, "same")).await;
    assert_eq!(problem(outcome), refused(TokenProblem::UnknownKey));
}
