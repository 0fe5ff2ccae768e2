//! Google, Apple and other providers on pages: there and back, through a provider that really signs.
//!
//! D1, D10 to D12, D15, D16, F16, E1; R-REG-4 and 5, R-SIGNIN-7 and 10, R-METHOD-4.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::hostile;
use crate::support::{Answer, Browser, House, PASSWORD, Setup};
use crate::upstream::{Upstream, WEB};

/// A house with Google and Apple, and how to play them.
struct Street {
    house: House,
    google: Arc<Upstream>,
    apple: Arc<Upstream>,
}

/// What a browser was sent away with.
struct Away {
    state: String,
    nonce: String,
}

impl Street {
    async fn open() -> Self {
        Self::with(Setup::default()).await
    }

    async fn with(setup: Setup) -> Self {
        let (google, apple) = (Upstream::start("google"), Upstream::start("apple"));
        let upstreams = vec![Arc::clone(&google), Arc::clone(&apple)];
        let mut setup = Setup { upstreams, ..setup };
        setup.web.methods = vec!["email".to_owned(), "google".to_owned(), "apple".to_owned()];
        Self { house: House::with(setup).await, google, apple }
    }

    /// The button is pressed.
    async fn leave(&self, browser: &mut Browser, name: &str, fields: &[(&str, &str)]) -> Away {
        let answer = browser.post(&format!("/signin/{name}"), fields).await;
        let there = answer.header("location").unwrap_or_default().to_owned();
        let base = if name == "apple" { &self.apple.hostile.base } else { &self.google.hostile.base };
        assert!(there.starts_with(base.as_str()), "{there} {}", answer.body);
        Away { state: parameter(&there, "state"), nonce: parameter(&there, "nonce") }
    }

    /// What the provider says when its code is redeemed.
    fn says(&self, name: &str, away: &Away, who: (&str, &str), change: impl FnOnce(&mut Value)) {
        let upstream = if name == "apple" { &self.apple } else { &self.google };
        let mut claims = upstream.claims(&self.house.clock, &away.nonce, who);
        claims["aud"] = json!(WEB);
        change(&mut claims);
        let tokens = json!({
            "id_token": upstream.token(&claims),
            "access_token": "at",
            "token_type": "Bearer",
        });
        upstream.hostile.put("/token", hostile::Answer::Json(tokens));
    }

    /// There and back.
    async fn come(&self, browser: &mut Browser, who: (&str, &str), fields: &[(&str, &str)]) -> Answer {
        let away = self.leave(browser, "google", fields).await;
        self.says("google", &away, who, |_| {});
        browser.get(&format!("/callback/google?code=c&state={}", away.state)).await
    }

    /// A member who came by Google.
    async fn member(&self, who: (&str, &str)) -> Browser {
        let mut browser = self.house.browser();
        self.come(&mut browser, who, &[]).await.leads_to("/signup/confirm");
        let done = browser.post("/signup/confirm", &[("display_name", "Hanako")]).await;
        done.leads_to("/account?notice=welcome");
        browser
    }
}

fn parameter(url: &str, name: &str) -> String {
    let query = url.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).expect(name)
}

const HANAKO: &str = "hanako@example.jp";
const TARO: &str = "taro@example.jp";
const WHO: (&str, &str) = ("hanako-1", "hanako@gmail.com");

#[tokio::test]
async fn r_reg_4_an_unknown_identity_leads_to_one_page_and_then_to_an_account() {
    let mut street = Street::open().await;
    let mut browser = street.house.browser();
    street
        .come(&mut browser, WHO, &[("return_to", "/account/sessions")])
        .await
        .leads_to("/signup/confirm");
    // Nothing exists before the person confirms.
    assert!(browser.get("/account").await.header("location").is_some());
    browser.get("/signup/confirm").await.is(200).says("hanako@gmail.com").says("山田 太郎");
    browser.post("/signup/confirm", &[("display_name", "花子")]).await.leads_to("/account/sessions");
    browser.get("/account").await.is(200).says("花子");
    // R-REG-6: a welcome mail, not a sign-in notice; and the next time, a notice that names the method.
    street.house.letter("hanako@gmail.com", "registration is complete").await;
    let mut again = street.house.browser();
    street.come(&mut again, WHO, &[]).await.leads_to("/account");
    let notice = street.house.letter("hanako@gmail.com", "New sign-in").await;
    assert!(notice.text.contains("Google"), "{}", notice.text);
    again.get("/signin").await;
    assert_eq!(again.cookie("genkan-last"), "google");
}

#[tokio::test]
async fn r_signin_10_only_get_with_a_state_of_this_browser_uses_a_return() {
    let street = Street::open().await;
    let mut browser = street.house.browser();
    let away = street.leave(&mut browser, "google", &[]).await;
    street.says("google", &away, WHO, |_| {});
    let back = format!("/callback/google?code=c&state={}", away.state);
    browser.head(&back).await.is(405);
    assert_eq!(street.google.hostile.count("/token"), 0, "HEAD asks nobody");
    // D10: the same address in another browser is nothing there, and stays good here.
    let mut other = street.house.browser();
    other.get(&back).await.is(410);
    let mut third = street.house.browser();
    street.leave(&mut third, "google", &[]).await;
    third.get(&back).await.is(410);
    assert_eq!(street.google.hostile.count("/token"), 0, "nobody is asked for a foreign state");
    browser.get(&back).await.leads_to("/signup/confirm");
    // D11: a return works once.
    browser.get(&back).await.is(410);
    // D12: a state that was made up.
    let forged = back.replace(&away.state, &"A".repeat(43));
    browser.get(&forged).await.is(410);
    browser.get("/callback/google?code=c&state=x").await.is(410);
    browser.get("/callback/google").await.is(410);
}

#[tokio::test]
async fn f16_the_answer_of_another_provider_is_not_taken() {
    let street = Street::open().await;
    let mut browser = street.house.browser();
    let away = street.leave(&mut browser, "google", &[]).await;
    street.says("apple", &away, WHO, |_| {});
    browser.get(&format!("/callback/apple?code=c&state={}", away.state)).await.is(410);
    let elsewhere = format!("/callback/google?code=c&state={}&iss=https://evil.example", away.state);
    browser.get(&elsewhere).await.is(403).says("Google");
    assert_eq!(street.google.hostile.count("/token"), 0);
}

#[tokio::test]
async fn apple_comes_back_by_a_form_of_another_site_and_its_code_is_in_no_address() {
    let mut street = Street::open().await;
    let mut browser = street.house.browser();
    let away = street.leave(&mut browser, "apple", &[]).await;
    let relay = ("apple-1", "x7q2@privaterelay.appleid.com");
    street.says("apple", &away, relay, |claims| {
        claims["email_verified"] = json!("true");
        claims["is_private_email"] = json!("true");
        claims["name"] = Value::Null;
    });
    // A browser sends a form of another site without our cookies.
    let mut form = browser.clone();
    form.cookies.clear();
    form.set("sec-fetch-site", "cross-site");
    form.set("origin", "https://appleid.apple.com");
    // D5: an address in the form is nobody's; the name is told once, and here alone.
    let user = r#"{"name":{"firstName":"さくら","lastName":"高橋"},"email":"victim@example.jp"}"#;
    let fields = [("state", away.state.as_str()), ("code", "apple-code"), ("user", user)];
    let posted = form.post("/callback/apple", &fields).await;
    posted.leads_to("/callback/apple");
    browser.cookies.extend(form.cookies);
    browser.get("/callback/apple").await.leads_to("/signup/confirm");
    let page = browser.get("/signup/confirm").await;
    page.is(200).says("さくら").says("x7q2@privaterelay.appleid.com");
    assert!(!page.body.contains("victim@example.jp"));
    browser.post("/signup/confirm", &[("display_name", "さくら")]).await.is(303);
    street.house.letter("x7q2@privaterelay.appleid.com", "registration is complete").await;
    assert!(
        !browser.cookies.contains_key("genkan-back"),
        "what was posted is kept for the next step alone"
    );
}

#[tokio::test]
async fn d1_d2_r_reg_5_an_address_of_another_account_is_offered_to_that_account_alone() {
    let mut street = Street::open().await;
    street.house.registered(HANAKO).await;
    street.house.registered(TARO).await;
    let mut browser = street.house.browser();
    let page = street.come(&mut browser, ("new-sub", HANAKO), &[]).await;
    page.is(200).says("/offer/cancel");
    browser.get("/account").await.leads_to("/signin?return_to=/account");
    // Somebody else signs in in this browser: nothing is offered, and nothing is left.
    let mut stranger = browser.clone();
    let form = [("email", TARO), ("password", PASSWORD)];
    stranger.post("/signin/email", &form).await.leads_to("/account");
    // The account itself signs in: one step, and the identity is its own.
    let form = [("email", HANAKO), ("password", PASSWORD)];
    let mut owner = street.house.browser();
    street.come(&mut owner, ("new-sub", HANAKO), &[]).await.is(200);
    owner.post("/signin/email", &form).await.leads_to("/account/methods/offer");
    // Cancelled, it is gone.
    let mut other = street.house.browser();
    street.come(&mut other, ("new-sub", HANAKO), &[]).await.is(200);
    other.post("/offer/cancel", &[]).await.leads_to("/signin");
    other.post("/signin/email", &form).await.leads_to("/account");
}

#[tokio::test]
async fn an_address_that_the_provider_does_not_vouch_for_is_proven_by_a_code() {
    let mut street = Street::open().await;
    let mut browser = street.house.browser();
    let away = street.leave(&mut browser, "google", &[]).await;
    // Google is not authoritative for an address elsewhere (security.md 2.6).
    street.says("google", &away, ("jiro-1", "jiro@example.net"), |claims| claims["hd"] = Value::Null);
    let back = format!("/callback/google?code=c&state={}", away.state);
    browser.get(&back).await.leads_to("/signup/address");
    browser.get("/signup/confirm").await.leads_to("/signup/address");
    browser.post("/signup/confirm", &[("display_name", "")]).await.is(410);
    browser.get("/signup/address").await.is(200).says("jiro@example.net");
    let asked = browser.post("/signup/address", &[("email", "jiro@example.net")]).await;
    asked.leads_to("/signup/address/code");
    let code = street.house.code("jiro@example.net").await;
    browser.post("/signup/address/code", &[("code", "0000 0000 0000")]).await.is(422);
    browser.post("/signup/address/code", &[("code", &code)]).await.leads_to("/signup/confirm");
    browser.post("/signup/confirm", &[("display_name", "")]).await.leads_to("/account?notice=welcome");
}

#[tokio::test]
async fn d15_a_provider_that_is_switched_off_meanwhile_signs_nobody_in() {
    let street = Street::open().await;
    let mut browser = street.house.browser();
    let away = street.leave(&mut browser, "google", &[]).await;
    street.says("google", &away, WHO, |_| {});
    let Street { house, google, .. } = street;
    let house = house.again(Setup::default()).await;
    browser.router = house.router.clone();
    let back = format!("/callback/google?code=c&state={}", away.state);
    browser.get(&back).await.is(404).says("Google");
    assert_eq!(google.hostile.count("/token"), 0);
    browser.post("/signin/google", &[]).await.is(404);
    browser.post("/signin/no-such-thing", &[]).await.is(404);
    browser.get("/signin/google").await.is(404);
}

#[tokio::test]
async fn d16_where_registration_is_closed_a_provider_makes_no_account_and_lets_members_in() {
    let street = Street::open().await;
    street.member(WHO).await;
    let Street { house, google, apple } = street;
    let mut setup =
        Setup { upstreams: vec![Arc::clone(&google), Arc::clone(&apple)], ..Setup::default() };
    setup.policy.registration = accounts::Registration::Closed;
    let street = Street { house: house.again(setup).await, google, apple };
    let mut stranger = street.house.browser();
    street.come(&mut stranger, ("new", "new@gmail.com"), &[]).await.is(403);
    stranger.post("/signup/confirm", &[("display_name", "")]).await.is(410);
    let mut member = street.house.browser();
    street.come(&mut member, WHO, &[]).await.leads_to("/account");
}

#[tokio::test]
async fn r_method_4_an_identity_of_another_account_is_refused_and_stays_there() {
    let mut street = Street::open().await;
    street.member(WHO).await;
    let mut taro = street.house.registered(TARO).await;
    let refused = street.come(&mut taro, WHO, &[("intent", "link")]).await;
    refused.is(409).says("Google");
    // The identity is where it was, and Taro's account is as it was.
    let mut hanako = street.house.browser();
    street.come(&mut hanako, WHO, &[]).await.leads_to("/account");
    hanako.get("/account").await.says("Hanako");
    let free = ("taro-1", "taro@gmail.com");
    let linked = street.come(&mut taro, free, &[("intent", "link")]).await;
    linked.leads_to("/account/methods?notice=method-added");
    street.house.letter(TARO, "sign-in method").await;
    let mut by_google = street.house.browser();
    street.come(&mut by_google, free, &[]).await.leads_to("/account");
}

#[tokio::test]
async fn i21_a_link_is_finished_only_by_the_session_that_began_it() {
    let mut street = Street::open().await;
    let mut taro = street.house.registered(TARO).await;
    let away = street.leave(&mut taro, "google", &[("intent", "link")]).await;
    street.says("google", &away, WHO, |_| {});
    // The member has signed out and in again meanwhile: another session.
    taro.post("/signout", &[]).await.is(303);
    let form = [("email", TARO), ("password", PASSWORD)];
    taro.post("/signin/email", &form).await.leads_to("/account");
    taro.get(&format!("/callback/google?code=c&state={}", away.state)).await.is(410);
    let mut nobody = street.house.browser();
    street.come(&mut nobody, WHO, &[]).await.leads_to("/signup/confirm");
    // Who is not signed in begins none.
    let mut guest = street.house.browser();
    guest
        .post("/signin/google", &[("intent", "link")])
        .await
        .leads_to("/signin?return_to=/account/methods/add");
}

#[tokio::test]
async fn e1_signing_in_by_a_provider_replaces_the_session_and_only_paths_of_this_site_are_followed() {
    let street = Street::open().await;
    let mut browser = street.member(WHO).await;
    let before = browser.cookie("genkan-session");
    let mut old = browser.clone();
    street
        .come(&mut browser, WHO, &[("return_to", "https://evil.example/")])
        .await
        .leads_to("/account");
    assert_ne!(before, browser.cookie("genkan-session"));
    old.get("/account").await.leads_to("/signin?return_to=/account");
    for evil in ["//evil.example", "/\\evil.example", "javascript:alert(1)", "/x/../../evil"] {
        street.come(&mut browser, WHO, &[("return_to", evil)]).await.leads_to("/account");
    }
}

#[tokio::test]
async fn what_the_person_or_the_provider_refused_is_a_page_with_the_next_step() {
    let street = Street::open().await;
    let mut browser = street.house.browser();
    let away = street.leave(&mut browser, "google", &[]).await;
    let cancelled = format!("/callback/google?error=access_denied&state={}", away.state);
    browser.get(&cancelled).await.is(403).says("Google").says("/signin");
    browser.get(&cancelled).await.is(410);
    let away = street.leave(&mut browser, "google", &[]).await;
    street.google.hostile.put("/token", hostile::Answer::Json(json!({"error": "invalid_grant"})));
    let back = format!("/callback/google?code=c&state={}", away.state);
    let answer = browser.get(&back).await;
    assert!(matches!(answer.status.as_u16(), 403 | 502), "{}", answer.body);
    answer.says("Google");
    browser.get("/account").await.is(303);
}

#[tokio::test]
async fn reports_are_heard_only_with_the_providers_signature() {
    let street = Street::open().await;
    let mut nobody = street.house.browser();
    nobody.headers.clear();
    let forged = "eyJhbGciOiJub25lIn0.e30.";
    for path in ["/events/google", "/events/apple"] {
        let answer = nobody.post_raw(path, forged).await;
        answer.is(400);
        assert!(answer.body.is_empty());
    }
    nobody.post_raw("/events/nobody", forged).await.is(404);
    nobody.get("/events/google").await.is(405);
}
