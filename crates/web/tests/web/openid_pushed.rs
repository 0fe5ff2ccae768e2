//! Requests that a client pushes before it sends a browser (RFC 9126), and the address that it believes to be the person's.

use accounts::Millis;
use engine::{Client, Clients, OpenIdOptions};
use serde_json::json;

use crate::site::{
    BACK, CHALLENGE, SITE, Shows, brought, claims, house, plain, post, redeem, request, setup, text,
    value,
};
use crate::support::{Answer, House, PASSWORD, escape};

const USUAL: [(&str, &str); 7] = [
    ("redirect_uri", BACK),
    ("response_type", "code"),
    ("scope", "openid email"),
    ("state", "a state"),
    ("nonce", "n-pushed"),
    ("code_challenge", CHALLENGE),
    ("code_challenge_method", "S256"),
];

async fn pushed(house: &House, changes: &[(&str, &str)]) -> Answer {
    let changed = |name: &str| changes.iter().any(|(other, _)| *other == name);
    let kept = USUAL.iter().filter(|(name, _)| !changed(name)).chain(changes);
    let fields = kept.filter(|(_, value)| !value.is_empty()).copied().collect::<Vec<_>>();
    post(house, SITE, "/oauth/par", &fields).await
}

/// Where a browser is sent with it.
fn carried(told: &Answer) -> String {
    let uri = text(&told.json(), "request_uri");
    format!("/oauth/authorize?client_id=novel-site&request_uri={}", escape(&uri))
}

#[tokio::test]
async fn a_client_pushes_what_it_asks_for_and_the_browser_carries_a_name() {
    let (house, mut browser) = house().await;
    let told = pushed(&house, &[]).await;
    assert_eq!(told.is(201).json()["expires_in"], json!(90));
    assert_eq!(told.header("cache-control"), Some("no-store"));
    let place = carried(&told);
    assert!(!place.contains("nonce") && !place.contains("novel.example"), "{place}");
    // What a browser says beside it counts for nothing (RFC 9126 4).
    let bent =
        format!("{place}&scope=openid+profile&state=another&redirect_uri=https%3A%2F%2Fevil.example");
    for place in [place, bent] {
        let back = brought(&browser.get(&place).await);
        assert_eq!(value(&back, "state"), "a state");
        let tokens = redeem(&house, value(&back, "code")).await.is(200).json();
        assert_eq!(tokens["scope"], json!("openid email"));
        assert_eq!(claims(&text(&tokens, "id_token"))["nonce"], json!("n-pushed"));
    }
    house.close().await;
}

#[tokio::test]
async fn a_pushed_request_waits_for_a_sign_in_but_not_to_be_begun_with() {
    let mut house = House::with(setup()).await;
    house.registered("hanako@example.jp").await;
    let place =
        carried(&pushed(&house, &[("prompt", "login"), ("login_hint", "hanako@example.jp")]).await);
    let mut browser = house.browser();
    let signin = browser.get(&place).await;
    let signin = signin.is(303).header("location").unwrap().to_owned();
    house.clock.advance(Millis::minutes(5));
    let form = browser.get(&signin.replace("/signin?", "/signin/email?")).await;
    form.is(200).says("value=\"hanako@example.jp\"");
    let return_to = plain(&form.hidden("return_to"));
    let fields = [("email", "hanako@example.jp"), ("password", PASSWORD), ("return_to", &return_to)];
    let entered = browser.post("/signin/email", &fields).await;
    let back = brought(&browser.get(entered.is(303).header("location").unwrap()).await);
    redeem(&house, value(&back, "code")).await.is(200);
    // Whoever comes for the first time that late is told so, and nothing is sent anywhere.
    browser.get(&place).await.is(400);
    house.close().await;
}

#[tokio::test]
async fn f1_f2_f3_what_a_browser_may_not_ask_for_cannot_be_pushed_either() {
    let (house, mut browser) = house().await;
    for (changes, code) in [
        (vec![("redirect_uri", "https://novel.example.jp/callback/")], "invalid_request"),
        (vec![("redirect_uri", "")], "invalid_request"),
        (vec![("code_challenge", "")], "invalid_request"),
        (vec![("code_challenge_method", "plain")], "invalid_request"),
        (vec![("response_type", "token")], "unsupported_response_type"),
        (vec![("scope", "everything")], "invalid_scope"),
        (vec![("prompt", "none login")], "invalid_request"),
        (vec![("request", "eyJ")], "request_not_supported"),
        (vec![("request_uri", "urn:ietf:params:oauth:request_uri:AAAA")], "invalid_request"),
    ] {
        let answer = pushed(&house, &changes).await;
        assert_eq!(answer.is(400).json()["error"], json!(code), "{changes:?}");
    }
    let secret = Shows::Basic("novel-site", "a-wrong-secret");
    let answer = post(&house, secret, "/oauth/par", &USUAL).await;
    assert_eq!(answer.is(401).json()["error"], json!("invalid_client"));
    // Another client's, a bent one, and one that is none give nothing.
    let good = carried(&pushed(&house, &[]).await);
    for place in [
        good.replace("client_id=novel-site", "client_id=comic-site"),
        good.replace("request_uri=urn", "request_uri=urm"),
        format!("{good}A"),
        good[..good.len() - 1].to_owned(),
    ] {
        assert_eq!(browser.get(&place).await.is(400).header("location"), None, "{place}");
    }
    house.close().await;
}

#[tokio::test]
async fn what_a_browser_cannot_carry_is_refused_where_the_developer_reads_it() {
    let (house, mut browser) = house().await;
    let long = "あ".repeat(150);
    let told = pushed(&house, &[("state", &long), ("claims", "{\"userinfo\":{\"name\":null}}")]).await;
    let back = brought(&browser.get(&carried(&told)).await);
    assert_eq!(value(&back, "state"), long);
    // Nothing that could be packed.
    let mixed = |seed: &u32| {
        let once = seed ^ (seed << 13);
        let twice = once ^ (once >> 17);
        Some(twice ^ (twice << 5))
    };
    let dice = std::iter::successors(Some(1), mixed).map(|seed| format!("{seed:08x}"));
    let dice = dice.take(500).collect::<String>();
    let answer = pushed(&house, &[("state", &dice)]).await;
    assert_eq!(answer.is(400).json()["error"], json!("invalid_request"));
    house.close().await;
}

#[tokio::test]
async fn a_client_that_must_push_is_not_served_without() {
    let mut setup = setup();
    let known = setup.openid.clients.all();
    let all = known
        .iter()
        .map(|client| Client { pushes: client.id == "novel-site", ..Client::clone(client) });
    setup.openid = OpenIdOptions { clients: Clients::new(all.collect()), ..OpenIdOptions::default() };
    let mut house = House::with(setup).await;
    let mut browser = house.registered("hanako@example.jp").await;
    let back = brought(&browser.get(&request(&[])).await);
    assert_eq!(value(&back, "error"), "invalid_request");
    let back = brought(&browser.get(&carried(&pushed(&house, &[]).await)).await);
    assert!(!value(&back, "code").is_empty());
    house.close().await;
}

#[tokio::test]
async fn a_hint_fills_in_the_field_of_both_forms_and_nothing_else() {
    let (house, _) = house().await;
    let mut stranger = house.browser();
    for (hint, shown) in [
        ("hanako@example.jp", "value=\"hanako@example.jp\""),
        ("<script>@x", "value=\"&lt;script&gt;@x\""),
        ("hanako", "value=\"\""),
    ] {
        let place = stranger.get(&request(&[("login_hint", hint)])).await;
        let place = place.is(303).header("location").unwrap().to_owned();
        for form in ["/signin/email?", "/signup/email?"] {
            let page = stranger.get(&place.replace("/signin?", form)).await;
            page.is(200);
            let given = page.body.contains(&shown.replace("value=\"\"", "value=\"hanako"));
            assert_eq!(given, !shown.ends_with("\"\""), "{form} {hint}: {}", page.body);
        }
    }
    house.close().await;
}
