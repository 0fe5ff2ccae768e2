//! Providers that say the address at the userinfo endpoint alone.

use serde_json::{Value, json};
use verifiers::federated::{Preset, Shown};

use crate::hostile::{Answer, redirect};
use crate::house::{ACCESS, CLIENT, DISCOVERY, House, discovery, house_of};

const PATH: &str = "/userinfo";

/// A provider whose ID tokens carry no address, and which answers this where it is asked for one.
fn thin(preset: Preset, answer: Answer) -> House {
    let house = house_of(preset, |_| {});
    let mut document = discovery(&house.hostile.base);
    document["userinfo_endpoint"] = json!(format!("{}{PATH}", house.hostile.base));
    house.hostile.put(DISCOVERY, Answer::Json(document));
    house.hostile.put(PATH, answer);
    house
}

async fn shown(house: &House, bend: impl FnOnce(&mut Value)) -> Shown {
    let mut claims = house.claims(CLIENT);
    for name in ["email", "email_verified", "name"] {
        claims.as_object_mut().unwrap().remove(name);
    }
    bend(&mut claims);
    house.redeem_claims(&claims).await.unwrap_or_else(|why| panic!("{why}"))
}

fn told() -> Value {
    json!({"sub": "subject-1", "email": "hanako@example.jp", "email_verified": true, "name": "花子"})
}

#[tokio::test]
async fn an_address_is_asked_for_by_the_access_token_where_the_id_token_has_none() {
    let house = thin(Preset::Other, Answer::Json(told()));
    let got = shown(&house, |_| {}).await;
    assert_eq!((got.address.as_deref(), got.vouched), (Some("hanako@example.jp"), true));
    assert_eq!((got.name.as_deref(), got.subject.as_str()), (Some("花子"), "subject-1"));
    let asked = house.hostile.asked(PATH).remove(0);
    assert!(asked.head.contains(&format!("Bearer {ACCESS}")), "{}", asked.head);
    assert!(!asked.line.contains(ACCESS));
}

#[tokio::test]
async fn what_the_id_token_says_is_not_said_again() {
    let house = thin(Preset::Other, Answer::Json(told()));
    let got = shown(&house, |claims| claims["email"] = json!("taro@example.jp")).await;
    assert_eq!((got.address.as_deref(), got.vouched), (Some("taro@example.jp"), false));
    assert_eq!(house.hostile.count(PATH), 0);
    let broken = shown(&house, |claims| claims["email"] = json!(7)).await;
    assert!(broken.address.is_none());
    assert_eq!(house.hostile.count(PATH), 0);
}

/// OpenID Connect Core §5.3.2, §5.3.4; security.md D3, D6.
#[tokio::test]
async fn d6_userinfo_decides_nobodys_identity_and_is_of_the_same_subject_or_not_listened_to() {
    let mut other = told();
    other["sub"] = json!("victim");
    let mut nobody = told();
    nobody.as_object_mut().unwrap().remove("sub");
    let mut number = told();
    number["sub"] = json!(1);
    let answers = [
        Answer::Json(other),
        Answer::Json(nobody),
        Answer::Json(number),
        Answer::Json(json!([told()])),
        Answer::Status(401, told()),
        Answer::Endless,
        Answer::HangUp,
        Answer::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\na.jwt.xyz".to_vec()),
        redirect("/elsewhere"),
    ];
    for answer in answers {
        let house = thin(Preset::Other, answer);
        let got = shown(&house, |_| {}).await;
        assert_eq!(got.subject, "subject-1");
        assert!(got.address.is_none() && !got.vouched && got.name.is_none());
        assert_eq!((house.hostile.count(PATH), house.hostile.count("/elsewhere")), (1, 0));
    }
}

#[tokio::test]
async fn d3_an_address_from_userinfo_is_vouched_for_by_the_same_rules() {
    for (said, preset, vouched) in [
        (json!("true"), Preset::Other, false),
        (json!(1), Preset::Other, false),
        (json!(null), Preset::Other, false),
        (json!(true), Preset::Google, false),
        (json!(true), Preset::Other, true),
    ] {
        let mut told = told();
        told["email_verified"] = said.clone();
        let house = thin(preset, Answer::Json(told));
        let got = shown(&house, |_| {}).await;
        assert!(got.address.is_some());
        assert_eq!(got.vouched, vouched, "{said} {preset:?}");
    }
    // A word in the token about another address does not vouch for this one.
    let house = thin(Preset::Other, Answer::Json(json!({"sub": "subject-1", "email": "x@example.jp"})));
    assert!(!shown(&house, |claims| claims["email_verified"] = json!(true)).await.vouched);
}
