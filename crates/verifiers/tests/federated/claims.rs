//! What is read from a good token, and what each bound still lets through.

use serde_json::{Value, json};
use verifiers::federated::{Callback, Preset, Shown, TokenProblem};

use crate::hostile::Answer;
use crate::house::{
    ACCESS, APP, CLIENT, CODE, DISCOVERY, House, discovery, header, house, house_of, problem, refused,
};
use crate::signing::{b64, ring, signed};

async fn shown(house: &House, bend: impl FnOnce(&mut Value)) -> Shown {
    let mut claims = house.claims(CLIENT);
    bend(&mut claims);
    house.redeem_claims(&claims).await.unwrap_or_else(|why| panic!("{why}"))
}

async fn refusal(house: &House, bend: impl FnOnce(&mut Value)) -> TokenProblem {
    let mut claims = house.claims(CLIENT);
    bend(&mut claims);
    match problem(house.redeem_claims(&claims).await) {
        verifiers::federated::Redeem::Refused(problem) => problem,
        other => panic!("{other}"),
    }
}

/// The bounds themselves: one second further is in `forgeries`.
#[tokio::test]
async fn d7_the_times_have_five_minutes_and_an_hour_of_play_and_no_more() {
    let house = house();
    let now = house.now_s();
    let ending = |claims: &mut Value| {
        claims["iat"] = json!(now - 600);
        claims["exp"] = json!(now - 299);
    };
    shown(&house, ending).await;
    shown(&house, |claims| claims["iat"] = json!(now - 3_600)).await;
    shown(&house, |claims| claims["iat"] = json!(now + 300)).await;
    shown(&house, |claims| claims["nbf"] = json!(now + 300)).await;
    shown(&house, |claims| claims["iat"] = json!(f64::from(u32::try_from(now).unwrap()) - 0.5)).await;
    let late = refusal(&house, |claims| {
        claims["iat"] = json!(now + 100);
        claims["exp"] = json!(now + 100);
    });
    assert_eq!(late.await, TokenProblem::IssuedAt, "an end before the beginning");
}

#[tokio::test]
async fn d7_a_token_is_good_by_the_houses_clock_alone() {
    let house = house();
    let token = house.token(CLIENT);
    house.grants(&token);
    house.pass_s(600 + 299);
    assert!(house.redeem().await.is_ok());
    house.pass_s(1);
    assert_eq!(problem(house.redeem().await), refused(TokenProblem::Expired));
}

#[tokio::test]
async fn d7_several_audiences_are_taken_only_when_it_was_us_who_asked() {
    let house = house();
    shown(&house, |claims| claims["aud"] = json!([CLIENT])).await;
    shown(&house, |claims| claims["azp"] = json!(CLIENT)).await;
    shown(&house, |claims| {
        claims["aud"] = json!(["other", CLIENT]);
        claims["azp"] = json!(CLIENT);
    })
    .await;
    let foreign = refusal(&house, |claims| {
        claims["aud"] = json!(["other", CLIENT]);
        claims["azp"] = json!("other");
    });
    assert_eq!(foreign.await, TokenProblem::AuthorizedParty);
    let without_us = refusal(&house, |claims| {
        claims["aud"] = json!(["other", "another"]);
        claims["azp"] = json!(CLIENT);
    });
    assert_eq!(without_us.await, TokenProblem::Audience);
}

/// Google's library for Android asks with the app's id for a token to the web's.
#[tokio::test]
async fn d7_an_apps_token_may_be_asked_for_by_another_of_our_clients() {
    let house = house();
    let token = |party: &str| {
        let mut claims = house.claims(APP);
        claims["azp"] = json!(party);
        signed(&header(&ring().rsa), &claims, &ring().rsa)
    };
    for ours in [APP, "jp.example.other-app", CLIENT] {
        assert!(house.native(&token(ours)).await.is_ok(), "{ours}");
    }
    assert_eq!(problem(house.native(&token("other")).await), refused(TokenProblem::AuthorizedParty));
}

/// security.md D8: Apple's and Firebase's libraries are given the hash; a browser's answer carries the nonce.
#[tokio::test]
async fn d8_an_apps_token_may_carry_the_small_hex_hash_of_the_nonce() {
    let house = house();
    let hash = sha256_hex(house.trip.nonce());
    let token = |audience: &str, nonce: &str| {
        let mut claims = house.claims(audience);
        claims["nonce"] = json!(nonce);
        signed(&header(&ring().rsa), &claims, &ring().rsa)
    };
    assert!(house.native(&token(APP, &hash)).await.is_ok());
    let wrong = [hash.to_uppercase(), hash[..63].to_owned(), sha256_hex(&hash), sha256_hex("")];
    for nonce in wrong {
        assert_eq!(problem(house.native(&token(APP, &nonce)).await), refused(TokenProblem::Nonce));
    }
    let browser = house.redeem_token(&token(CLIENT, &hash)).await;
    assert_eq!(
        problem(browser),
        refused(TokenProblem::Nonce),
        "a browser's answer carries the nonce itself"
    );
}

fn sha256_hex(text: &str) -> String {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// security.md D3.
#[tokio::test]
async fn d3_nothing_but_true_is_verified() {
    let said = [
        (json!(true), true, true),
        (json!("true"), false, true),
        (json!(false), false, false),
        (json!("false"), false, false),
        (json!("True"), false, false),
        (json!("yes"), false, false),
        (json!("no"), false, false),
        (json!("1"), false, false),
        (json!(""), false, false),
        (json!(1), false, false),
        (json!(0), false, false),
        (json!({}), false, false),
        (json!([true]), false, false),
        (json!({"true": true}), false, false),
        (json!(null), false, false),
    ];
    let [google, apple, other] =
        [Preset::Google, Preset::Apple, Preset::Other].map(|p| house_of(p, |_| {}));
    for (value, plain, of_apple) in said {
        let bend = |claims: &mut Value| {
            claims["email_verified"] = value.clone();
            claims["hd"] = json!("example.jp");
        };
        assert_eq!(shown(&other, bend).await.vouched, plain, "other: {value}");
        assert_eq!(shown(&google, bend).await.vouched, plain, "google: {value}");
        assert_eq!(shown(&apple, bend).await.vouched, of_apple, "apple: {value}");
    }
    for house in [&google, &apple, &other] {
        let absent =
            |claims: &mut Value| drop(claims.as_object_mut().unwrap().remove("email_verified"));
        assert!(!shown(house, absent).await.vouched, "absent");
    }
}

#[tokio::test]
async fn google_vouches_for_its_own_mailboxes_and_for_hosted_domains_alone() {
    let house = house_of(Preset::Google, |_| {});
    let cases = [
        ("taro@gmail.com", None, true),
        ("taro@GMail.com", None, true),
        ("taro@googlemail.com", None, true),
        ("taro@example.jp", None, false),
        ("taro@example.jp", Some(json!("example.jp")), true),
        ("taro@example.jp", Some(json!("")), false),
        ("taro@example.jp", Some(json!(true)), false),
        ("taro@notgmail.com", None, false),
        ("taro@gmail.com.evil.example", None, false),
        ("taro@evil.example@gmail.com", None, false),
        ("gmail.com", None, false),
    ];
    for (address, hosted, vouched) in cases {
        let bent = shown(&house, |claims| {
            claims["email"] = json!(address);
            if let Some(domain) = &hosted {
                claims["hd"] = domain.clone();
            }
        });
        assert_eq!(bent.await.vouched, vouched, "{address} {hosted:?}");
    }
}

#[tokio::test]
async fn an_operator_may_not_believe_a_provider_in_its_addresses() {
    for preset in [Preset::Other, Preset::Google, Preset::Apple] {
        let house = house_of(preset, |options| options.believes_email = false);
        let shown = shown(&house, |claims| claims["email"] = json!("taro@gmail.com")).await;
        assert!(!shown.vouched && shown.address.is_some());
    }
}

/// security.md C9: what is no address is for the caller's parser; what is no text is for nobody.
#[tokio::test]
async fn an_address_is_one_text_without_control_characters_or_none() {
    let house = house();
    let none = [
        json!(7),
        json!(["a@b.jp"]),
        json!({}),
        json!(null),
        json!(""),
        json!("a@b.jp\r\nBcc: c@d.jp"),
    ];
    for value in none {
        let shown = shown(&house, |claims| claims["email"] = value.clone()).await;
        assert!(shown.address.is_none() && !shown.vouched, "{value}");
    }
    let double = shown(&house, |claims| claims["email"] = json!("a@evil.example@b.jp")).await;
    assert_eq!(
        double.address.as_deref(),
        Some("a@evil.example@b.jp"),
        "refused by the caller's parser"
    );
}

/// security.md D6: nothing but issuer and subject says who it is.
#[tokio::test]
async fn d6_every_claim_but_the_subject_may_change_and_it_is_the_same_identity() {
    let house = house();
    let bent = shown(&house, |claims| {
        claims["email"] = json!("victim@example.jp");
        claims["preferred_username"] = json!("victim");
        claims["name"] = json!("victim");
    });
    let bent = bent.await;
    assert_eq!(
        (bent.issuer.as_str(), bent.subject.as_str()),
        (house.hostile.base.as_str(), "subject-1")
    );
    assert_eq!(shown(&house, |claims| claims["sub"] = json!("subject-2")).await.subject, "subject-2");
    let long = "十".repeat(255);
    assert_eq!(shown(&house, |claims| claims["sub"] = json!(long)).await.subject, long);
}

#[tokio::test]
async fn a_name_is_words_for_people_to_read() {
    let house = house();
    let cases = [
        (json!("  山田\t 太郎\n"), Some("山田 太郎".to_owned())),
        (json!("a\u{202E}b\u{200B}c\u{0}d"), Some("abcd".to_owned())),
        (json!("x".repeat(5_000)), Some("x".repeat(100))),
        (json!("<b>Taro</b>"), Some("<b>Taro</b>".to_owned())),
        (json!("\u{202E}"), None),
        (json!(7), None),
    ];
    for (value, name) in cases {
        assert_eq!(shown(&house, |claims| claims["name"] = value.clone()).await.name, name, "{value}");
    }
}

#[tokio::test]
async fn the_time_of_the_last_sign_in_there_is_given_out_where_it_is_one() {
    let house = house();
    let now = house.now_s();
    let cases = [
        (json!(now - 60), Some((now - 60) * 1_000)),
        (json!(now + 301), None),
        (json!(-1), None),
        (json!(now.to_string()), None),
    ];
    for (value, at) in cases {
        let shown = shown(&house, |claims| claims["auth_time"] = value.clone()).await;
        assert_eq!(shown.authenticated_at_ms, at, "{value}");
    }
}

#[tokio::test]
async fn a_hash_of_the_access_token_or_the_code_is_compared_where_it_is_sent() {
    let house = house();
    let half = |text: &str| {
        b64(&aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()).as_ref()[..16])
    };
    shown(&house, |claims| claims["at_hash"] = json!(half(ACCESS))).await;
    shown(&house, |claims| claims["c_hash"] = json!(half(CODE))).await;
    for wrong in [json!(half("other")), json!(""), json!(7), json!([])] {
        let problem = refusal(&house, |claims| claims["at_hash"] = wrong.clone()).await;
        assert_eq!(problem, TokenProblem::AccessTokenHash, "{wrong}");
        let problem = refusal(&house, |claims| claims["c_hash"] = wrong.clone()).await;
        assert_eq!(problem, TokenProblem::CodeHash, "{wrong}");
    }
    let mut claims = house.claims(CLIENT);
    claims["at_hash"] = json!(half(ACCESS));
    let token = signed(&header(&ring().rsa), &claims, &ring().rsa);
    house.hostile.put("/token", Answer::Json(json!({ "id_token": token })));
    assert_eq!(
        problem(house.redeem().await),
        refused(TokenProblem::AccessTokenHash),
        "no access token"
    );
    claims["aud"] = json!(APP);
    claims["c_hash"] = json!(half("other"));
    let token = signed(&header(&ring().rsa), &claims, &ring().rsa);
    let handed = house.provider.native(&house.trip, &token, Some(CODE), None).await;
    assert_eq!(problem(handed), refused(TokenProblem::CodeHash), "a code of somebody else's");
}

/// security.md F16, RFC 9207 §2.4.
#[tokio::test]
async fn f16_an_answer_that_names_another_issuer_is_not_redeemed() {
    let house = house();
    let base = house.hostile.base.clone();
    house.grants(&house.token(CLIENT));
    let answer =
        |iss: Option<&str>| Callback { code: CODE.to_owned(), iss: iss.map(str::to_owned), user: None };
    for wrong in ["https://evil.example", "", &format!("{base}/"), &base.to_uppercase()] {
        let outcome = house.provider.redeem(&house.trip, answer(Some(wrong))).await;
        assert_eq!(problem(outcome), refused(TokenProblem::CallbackIssuer), "{wrong}");
    }
    assert_eq!(house.hostile.count("/token"), 0, "the code was not shown to anybody");
    assert!(house.provider.redeem(&house.trip, answer(Some(&base))).await.is_ok());
    assert!(house.provider.redeem(&house.trip, answer(None)).await.is_ok(), "nothing was promised");

    let mut document = discovery(&base);
    document["authorization_response_iss_parameter_supported"] = json!(true);
    house.hostile.put(DISCOVERY, Answer::Json(document));
    house.pass_s(3_600);
    house.grants(&house.token(CLIENT));
    let outcome = house.provider.redeem(&house.trip, answer(None)).await;
    assert_eq!(problem(outcome), refused(TokenProblem::CallbackIssuer), "promised and not sent");
    assert!(house.provider.redeem(&house.trip, answer(Some(&base))).await.is_ok());
}

#[tokio::test]
async fn googles_two_spellings_are_one_issuer() {
    let house = house_of(Preset::Google, |_| {});
    let bare = house.hostile.base.replace("http://", "");
    let other = shown(&house, |claims| claims["iss"] = json!(bare)).await;
    assert_eq!(other.issuer, house.hostile.base);
    let longer = refusal(&house, |claims| claims["iss"] = json!(format!("{bare}.evil"))).await;
    assert_eq!(longer, TokenProblem::Issuer);
}
