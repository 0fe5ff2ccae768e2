//! The modules of `oidcc-rp-initiated-logout-certification-test-plan` and
//! `oidcc-backchannel-rp-initiated-logout-certification-test-plan` of the OpenID Foundation's conformance suite, under their names
//! (docs/openid-conformance.md).
//!
//! Where the suite has a person photograph a page, the page is looked at. That somebody has signed out is checked as there: by a
//! second request with `prompt=none`, which comes back with an error.

use std::sync::Arc;
use std::time::Duration;

use delivery::{BackChannel, Reach};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::oidf::{
    BYE, ask, came_back, checked, end, error_page, flow, ready, ready_with, refused, signed, suite_told,
};
use crate::site::{claims, text};
use crate::support::{Browser, House, ORIGIN};

/// Signs in at the suite; the ID token that it shows at the end.
async fn hint(house: &House, browser: &mut Browser) -> String {
    let tokens = flow(house, browser, &[]).await;
    let token = text(&tokens, "id_token");
    checked(house, &token).await;
    token
}

async fn is_over(browser: &mut Browser) {
    assert_eq!(refused(&browser.get(&ask(&[("prompt", "none")])).await), "login_required");
}

async fn goes_on(browser: &mut Browser) {
    came_back(&browser.get(&ask(&[("prompt", "none")])).await, "7xK2q");
}

/// Ends the session by the button of the page that a request led to.
async fn confirm(browser: &mut Browser, asked: &crate::support::Answer) {
    asked.leads_to("/account");
    let page = browser.get("/account").await;
    page.is(200).says("action=\"/signout\"");
    goes_on(browser).await;
    let out = browser.post("/signout", &[]).await;
    let page = browser.get(out.is(303).header("location").unwrap()).await;
    page.is(200).says("You have signed out.");
    is_over(browser).await;
}

/// The discovery document names the end of a session.
#[tokio::test]
async fn oidcc_rp_initiated_logout_discovery_endpoint_verification() {
    let (house, mut browser) = ready().await;
    let about = browser.get("/.well-known/openid-configuration").await.is(200).json();
    assert_eq!(about["end_session_endpoint"], format!("{ORIGIN}/oauth/logout"));
    house.close().await;
}

/// OP-RpInitLogout: hint, address and state: signed out, and back at the address with the state.
#[tokio::test]
async fn oidcc_rp_initiated_logout() {
    let (house, mut browser) = ready().await;
    let hint = hint(&house, &mut browser).await;
    let path = end(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE), ("state", "Zk3")]);
    browser.get(&path).await.leads_to(&format!("{BYE}?state=Zk3"));
    is_over(&mut browser).await;
    house.close().await;
}

/// OP-RpInitLogout-Bad-redirect_uri: an address that is not registered shows an error page, and leads nowhere.
#[tokio::test]
async fn oidcc_rp_initiated_logout_bad_post_logout_redirect_uri() {
    let (house, mut browser) = ready().await;
    let hint = hint(&house, &mut browser).await;
    let other = "https://suite.example/test/a/other/post_logout_redirect";
    let path = end(&[("id_token_hint", &hint), ("post_logout_redirect_uri", other), ("state", "Zk3")]);
    error_page(&browser.get(&path).await);
    house.close().await;
}

/// OP-RpInitLogout-Modified-id_token_hint: a hint whose signature does not hold shows an error page.
#[tokio::test]
async fn oidcc_rp_initiated_logout_modified_id_token_hint() {
    let (house, mut browser) = ready().await;
    let hint = hint(&house, &mut browser).await;
    let (rest, signature) = hint.rsplit_once('.').unwrap();
    let turned: String = signature.chars().rev().collect();
    let path = end(&[
        ("id_token_hint", &format!("{rest}.{turned}")),
        ("post_logout_redirect_uri", BYE),
        ("state", "Zk3"),
    ]);
    error_page(&browser.get(&path).await);
    goes_on(&mut browser).await;
    house.close().await;
}

/// OP-RpInitLogout-No-id_token_hint: without a hint nobody is sent anywhere, and the person is asked or sees an error.
#[tokio::test]
async fn oidcc_rp_initiated_logout_no_id_token_hint() {
    let (house, mut browser) = ready().await;
    error_page(&browser.get(&end(&[("post_logout_redirect_uri", BYE), ("state", "Zk3")])).await);
    goes_on(&mut browser).await;
    house.close().await;
}

/// OP-RpInitLogout-No-params: the person is asked, signs out, and reads so.
#[tokio::test]
async fn oidcc_rp_initiated_logout_no_params() {
    let (house, mut browser) = ready().await;
    let asked = browser.get("/oauth/logout").await;
    confirm(&mut browser, &asked).await;
    house.close().await;
}

/// OP-RpInitLogout-No-redirect_uri: a hint alone signs out, and the person reads so.
#[tokio::test]
async fn oidcc_rp_initiated_logout_no_post_logout_redirect_uri() {
    let (house, mut browser) = ready().await;
    let hint = hint(&house, &mut browser).await;
    let out = browser.get(&end(&[("id_token_hint", &hint), ("state", "Zk3")])).await;
    let page = browser.get(out.is(303).header("location").unwrap()).await;
    page.is(200).says("You have signed out.");
    is_over(&mut browser).await;
    house.close().await;
}

/// OP-RpInitLogout-No-state: back at the address without a state.
#[tokio::test]
async fn oidcc_rp_initiated_logout_no_state() {
    let (house, mut browser) = ready().await;
    let hint = hint(&house, &mut browser).await;
    let path = end(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE)]);
    browser.get(&path).await.leads_to(BYE);
    is_over(&mut browser).await;
    house.close().await;
}

/// OP-RpInitLogout-Only-state: as without any parameter.
#[tokio::test]
async fn oidcc_rp_initiated_logout_only_state() {
    let (house, mut browser) = ready().await;
    let asked = browser.get(&end(&[("state", "Zk3")])).await;
    confirm(&mut browser, &asked).await;
    house.close().await;
}

/// OP-RpInitLogout-Unregistered-redirect_uri: a query that was added makes it another address.
#[tokio::test]
async fn oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri() {
    let (house, mut browser) = ready().await;
    let hint = hint(&house, &mut browser).await;
    let other = format!("{BYE}?foo=bar");
    let path = end(&[("id_token_hint", &hint), ("post_logout_redirect_uri", &other), ("state", "Zk3")]);
    error_page(&browser.get(&path).await);
    house.close().await;
}

/// OP-RpInitLogout-Wrong-id_token_hint: a hint that somebody else has signed shows an error page.
#[tokio::test]
async fn oidcc_rp_initiated_logout_bad_id_token_hint() {
    let (house, mut browser) = ready().await;
    let hint = claims(&hint(&house, &mut browser).await);
    let forged = forged(&hint);
    let path = end(&[("id_token_hint", &forged), ("post_logout_redirect_uri", BYE), ("state", "Zk3")]);
    error_page(&browser.get(&path).await);
    goes_on(&mut browser).await;
    house.close().await;
}

/// The same claims under a key of the suite's own.
fn forged(claims: &Value) -> String {
    let key = verifiers::signing::SigningKey::make(engine::Algorithm::Rs256).expect("a key");
    key.sign("JWT", claims).expect("signed")
}

/// The discovery document says that back-channel logout is supported, and with the session.
#[tokio::test]
async fn oidcc_backchannel_logout_discovery_endpoint_verification() {
    let (house, mut browser) = ready().await;
    let about = browser.get("/.well-known/openid-configuration").await.is(200).json();
    assert_eq!(about["backchannel_logout_supported"], true);
    assert_eq!(about["backchannel_logout_session_supported"], true);
    house.close().await;
}

/// Takes one request, answers it, and gives its body.
async fn heard(listener: &TcpListener) -> String {
    let (mut stream, _) = listener.accept().await.expect("a connection");
    let mut came = Vec::new();
    let mut bytes = [0; 8_192];
    loop {
        let read = stream.read(&mut bytes).await.expect("octets");
        came.extend_from_slice(&bytes[..read]);
        let text = String::from_utf8_lossy(&came).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        if body.len() < length.parse().unwrap() {
            continue;
        }
        assert!(head.starts_with("post /test/a/genkan/backchannel_logout "), "{head}");
        assert!(head.contains("content-type: application/x-www-form-urlencoded"), "{head}");
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.expect("answered");
        return body.to_owned();
    }
}

/// OP-BackChannel-RpInitLogout: a sign-out at the suite's wish posts a logout token that holds in everything that the specification
/// asks for, and leads back; then nobody is signed in.
#[tokio::test]
async fn oidcc_backchannel_rp_initiated_logout() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let url = format!("http://127.0.0.1:{port}/test/a/genkan/backchannel_logout");
    let reach = Reach { may_be_private: true, ..Reach::default() };
    let channel = BackChannel::new(&url, reach).unwrap_or_else(|fault| panic!("{fault}"));
    let setup = suite_told(Some(Arc::new(channel)));
    let (house, mut browser) = ready_with(setup).await;
    let hint = hint(&house, &mut browser).await;
    let path = end(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE), ("state", "Zk3")]);
    browser.get(&path).await.leads_to(&format!("{BYE}?state=Zk3"));
    let body =
        tokio::time::timeout(Duration::from_secs(20), heard(&listener)).await.expect("it is told");
    let token = body.strip_prefix("logout_token=").expect("one field");
    let (head, told) = signed(&house, token).await;
    assert_eq!((&head["alg"], &head["typ"]), (&json!("RS256"), &json!("logout+jwt")));
    let (id, now) = (claims(&hint), house.clock.now().0.div_euclid(1_000));
    for same in ["iss", "aud", "sub", "sid"] {
        assert_eq!(told[same], id[same], "{same}");
    }
    assert!(told["iat"].as_i64().is_some_and(|at| at <= now), "{told}");
    assert!(
        told["exp"].as_i64().is_some_and(|at| now < at && at <= now + 120),
        "two minutes at most (4)"
    );
    assert!(text(&told, "jti").len() >= 16);
    assert_eq!(told["events"], json!({ "http://schemas.openid.net/event/backchannel-logout": {} }));
    assert_eq!(told.get("nonce"), None, "2.4: never one");
    is_over(&mut browser).await;
    house.close().await;
}
