//! What is not read: other spellings of paths, other types of bodies, fields that come twice or are unknown.
//!
//! Rows A7 to A10, A16, C8, D14 and F12 of the catalogue of published flaws.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Method, Request};
use serde_json::json;

use crate::support::{Answer, House, PASSWORD, Setup, send};
use web::WebOptions;

const HANAKO: &str = "hanako@example.jp";

/// A10: no other spelling of a path reaches a route.
#[tokio::test]
async fn a10_other_spellings_of_a_path_are_not_found() {
    let house = House::open().await;
    let mut browser = house.browser();
    let spellings = [
        "//signin",
        "/signin/",
        "/./signin",
        "/%2fsignin",
        "/%2Fsignin",
        "/signin/.",
        "/x/../signin",
        "/SIGNIN",
        "/sign%69n",
        "/signin%20",
        "/signin;a=b",
        "//signin/email",
        "/signin//email",
        "/signin%2femail",
        "/signin/email/",
        "/api//v1/session",
        "//api/v1/session",
        "/api/v1/session/",
        "/api/v1/%73ession",
    ];
    for path in spellings {
        browser.get(path).await.is(404);
        let form = [("email", HANAKO), ("password", "wrong")];
        browser.post(path, &form).await.is(404);
    }
    house.close().await;
}

async fn json_post(house: &House, path: &str, kind: &str, body: &str) -> Answer {
    let peer: SocketAddr = "192.0.2.2:50000".parse().expect("an address");
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .extension(ConnectInfo(peer))
        .header("content-type", kind)
        .body(Body::from(body.to_owned()));
    send(&house.router, request.expect("a request")).await
}

/// A16: one request, at most one guess; C8 and D14: nothing is slipped in.
#[tokio::test]
async fn a16_bodies_that_are_not_the_described_object_are_refused_and_cost_no_guess() {
    let mut house = House::open().await;
    house.registered(HANAKO).await;
    let path = "/api/v1/signin/password";
    let bodies = [
        format!("[\"{HANAKO}\",\"{PASSWORD}\"]"),
        format!("[{{\"email\":\"{HANAKO}\",\"password\":\"{PASSWORD}\"}}]"),
        format!("{{\"email\":\"{HANAKO}\",\"password\":[\"a\",\"{PASSWORD}\"]}}"),
        format!("{{\"email\":\"{HANAKO}\",\"password\":\"a\",\"password\":\"{PASSWORD}\"}}"),
        format!("{{\"email\":\"{HANAKO}\",\"password\":\"{PASSWORD}\",\"account_id\":\"1\"}}"),
        format!("{{\"email\":\"{HANAKO}\",\"password\":\"{PASSWORD}\",\"email_verified\":true}}"),
        format!("{{\"email\":\"{HANAKO}\",\"password\":\"{PASSWORD}\"}} {{}}"),
        format!("{{\"email\":\"{HANAKO}\"}}"),
        format!("{{\"email\":\"{HANAKO}\",\"password\":null}}"),
        format!("{{\"email\":\"{HANAKO}\",\"password\":12345678}}"),
        "[".repeat(60_000),
        format!("{{\"email\":{}", "[".repeat(60_000)),
        String::new(),
        "null".to_owned(),
        "\"x\"".to_owned(),
    ];
    for body in &bodies {
        json_post(&house, path, "application/json", body).await.problem(400, "invalid-request");
    }
    let fine = json!({"email": HANAKO, "password": PASSWORD}).to_string();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/json",
    ] {
        json_post(&house, path, kind, &fine).await.problem(415, "invalid-request");
    }
    let large = json!({"email": HANAKO, "password": "a".repeat(1 << 20)}).to_string();
    json_post(&house, path, "application/json", &large).await.problem(413, "invalid-request");
    for _ in 0..9 {
        house.app().sign_in(HANAKO, "wrong").await.problem(401, "invalid-credentials");
    }
    json_post(&house, path, "application/json", &fine).await.is(200);
    house.close().await;
}

#[tokio::test]
async fn a16_forms_with_fields_twice_or_unknown_are_refused_and_cost_no_guess() {
    let mut house = House::open().await;
    house.registered(HANAKO).await;
    let mut browser = house.browser();
    let address = "email=hanako%40example.jp";
    let bodies = [
        format!("{address}&password=a&password=b"),
        format!("{address}&{address}&password=a"),
        format!("{address}&password[]=a&password[]=b"),
        format!("{address}&password[0]=a"),
        format!("{address}&password=a&account_id=1"),
        format!("{address}&password=a&_method=DELETE"),
        format!("{address}&password=%ff"),
        format!("{address}&password=%zz"),
        "{\"email\":\"hanako@example.jp\",\"password\":\"a\"}".to_owned(),
    ];
    for _ in 0..2 {
        for body in &bodies {
            browser.post_raw("/signin/email", body).await.is(400);
        }
    }
    for kind in ["text/plain", "application/json", "multipart/form-data; boundary=x"] {
        let request = browser.request(Method::POST, "/signin/email").header("content-type", kind);
        let request = request.body(Body::from(format!("{address}&password=a"))).expect("a request");
        browser.send(request).await.is(415);
    }
    browser
        .post_raw("/signin/email", &format!("{address}&password={}", "a".repeat(1 << 20)))
        .await
        .is(413);
    browser.sign_in(HANAKO, PASSWORD).await.leads_to("/account");
    house.close().await;
}

/// F12: a return address that is not a plain path of this origin counts as not given.
#[tokio::test]
async fn f12_only_paths_of_this_origin_are_returned_to() {
    let mut house = House::open().await;
    house.registered(HANAKO).await;
    let evil = [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/%09/evil.example",
        "javascript:x",
    ];
    for target in evil {
        let mut browser = house.browser();
        let form = [("email", HANAKO), ("password", PASSWORD), ("return_to", target)];
        browser.post("/signin/email", &form).await.leads_to("/account");
        let path = format!("/signin?return_to={}", crate::support::escape(target));
        browser.get(&path).await.leads_to("/account");
        let mut out = house.browser();
        let page = out.get(&path).await;
        assert!(!page.is(200).body.contains("evil.example\""), "{}", page.body);
    }
    let mut twice = house.browser();
    let page = twice.get("/signin?return_to=/a&return_to=/b").await;
    assert!(!page.is(200).body.contains("/signin/email?return_to"));
    house.close().await;
}

/// A7, A8, A9: what counts is the network of the socket, whatever headers say.
#[tokio::test]
async fn a7_no_header_moves_a_visitor_out_of_its_network() {
    let house = House::with(Setup { password_guesses: 20, ..Setup::default() }).await;
    let mut refused = 0;
    for number in 0..30 {
        let mut browser = house.browser();
        for header in ["x-forwarded-for", "x-real-ip", "true-client-ip", "cf-connecting-ip"] {
            browser.set(header, &format!("203.0.113.{number}"));
        }
        browser.set("forwarded", &format!("for=203.0.113.{number}"));
        let answer = browser.sign_in(&format!("nobody{number}@example.jp"), "wrong").await;
        if answer.status.as_u16() == 429 {
            assert!(answer.header("retry-after").is_some());
            answer.says("Please wait");
            refused += 1;
        }
    }
    assert_eq!(refused, 10);
    house.close().await;
}

#[tokio::test]
async fn a8_odd_forwarding_headers_skip_no_check_and_break_nothing() {
    let mut web = WebOptions::at(crate::support::ORIGIN);
    web.trusted_proxies = vec!["192.0.2.0/24".parse().expect("a network")];
    let mut house = House::with(Setup { web, ..Setup::default() }).await;
    house.registered(HANAKO).await;
    let long = "a".repeat(100_000);
    for odd in ["a", "", "::ffff:1.2.3.4%x", "1.2.3.4, a", "127.0.0.1", ",,,", &long] {
        let mut browser = house.browser();
        browser.set("x-forwarded-for", odd);
        let mut nobody = browser.clone();
        nobody.sign_in("nobody@example.jp", "wrong").await.is(422);
        browser.get("/account").await.leads_to("/signin?return_to=/account");
    }
    let mut behind = house.browser();
    behind.set("x-forwarded-for", "6.6.6.6, 203.0.113.77");
    behind.sign_in(HANAKO, PASSWORD).await.leads_to("/account");
    behind.get("/account/sessions").await.says("203.0.113.77");
    house.close().await;
}

#[tokio::test]
async fn a9_all_addresses_of_one_ipv6_network_share_one_allowance() {
    let house = House::with(Setup { password_guesses: 20, ..Setup::default() }).await;
    let mut refused = 0;
    for number in 0..30 {
        let mut browser = house.browser();
        browser.peer =
            format!("[2001:db8:1:2:{number:x}::{number:x}]:50000").parse().expect("an address");
        let answer = browser.sign_in(&format!("nobody{number}@example.jp"), "wrong").await;
        refused += u32::from(answer.status.as_u16() == 429);
    }
    assert_eq!(refused, 10);
    house.close().await;
}
