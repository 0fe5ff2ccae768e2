//! The headers on every answer, and what is compressed and kept.
//!
//! Asked of every kind of path, of refusals and of requests that look like another site's.

use std::io::Read;

use axum::body::Body;
use http::Method;
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::support::{Answer, House, Setup, send};
use web::WebOptions;

fn is_dressed(what: &str, answer: &Answer) {
    let policy = answer.header("content-security-policy").unwrap_or_else(|| panic!("{what}"));
    for part in
        ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"]
    {
        assert!(policy.contains(part), "{what}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{what}: {policy}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{what}");
    assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{what}");
    assert_eq!(answer.header("referrer-policy"), Some("same-origin"), "{what}");
    assert_eq!(answer.header("cross-origin-opener-policy"), Some("same-origin"), "{what}");
    assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"), "{what}");
    assert!(answer.header("permissions-policy").is_some(), "{what}");
    for never in
        ["server", "x-powered-by", "access-control-allow-origin", "access-control-allow-credentials"]
    {
        assert_eq!(answer.header(never), None, "{what}");
    }
}

/// E13, and E12: no answer names another origin, whoever asks.
#[tokio::test]
async fn e13_every_answer_is_dressed_also_refusals_and_faults() {
    let house = House::open().await;
    let mut browser = house.browser();
    browser.set("origin", "https://evil.example");
    let pages = [
        "/",
        "/signin",
        "/signin/email",
        "/signup",
        "/signup/email",
        "/signup/code",
        "/reset",
        "/reset/code",
        "/reset/password",
        "/not-me",
        "/not-me/done",
        "/undo",
        "/undo/done",
        "/account",
        "/account/methods/email",
        "/account/methods/email/code",
        "/terms",
        "/proof",
        "/healthz",
        "/readyz",
        "/nowhere",
        "/signout",
        "/assets/none.css",
        "/api/v1/session",
        "/api/v1/nowhere",
        "/api/v1/openapi.json",
        "/account/activity?before=x",
        "/signin?return_to=%2Faccount",
        "//signin",
        "/a%00b",
    ];
    for path in pages {
        let answer = browser.get(path).await;
        is_dressed(path, &answer);
        let noindex = (!["/signin", "/signup"].contains(&path)).then_some("noindex");
        assert_eq!(answer.header("x-robots-tag"), noindex, "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("strict-transport-security"), None, "{path}");
    }
    is_dressed("422", browser.sign_in("x", "y").await.is(422));
    is_dressed("400", browser.post_raw("/signin/email", "a=%zz").await.is(400));
    is_dressed("413", browser.post_raw("/signin/email", &"a".repeat(70_000)).await.is(413));
    browser.set("sec-fetch-site", "cross-site");
    is_dressed("403", browser.sign_in("x", "y").await.is(403));
    let preflight = browser.request(Method::OPTIONS, "/api/v1/session");
    let preflight = preflight.header("access-control-request-method", "GET").body(Body::empty());
    let answer = send(&browser.router, preflight.expect("a request")).await;
    is_dressed("preflight", answer.is(405));
    house.close().await;
}

#[tokio::test]
async fn on_https_browsers_are_told_to_stay_there_and_cookies_are_host_only() {
    let setup = Setup { web: WebOptions::at("https://id.example.jp"), ..Setup::default() };
    let mut house = House::with(setup).await;
    let mut browser = house.browser();
    browser.unset("sec-fetch-site");
    browser.set("origin", "https://id.example.jp");
    let asked = browser.post("/signup/email", &[("email", "hanako@example.jp")]).await;
    let stay = asked.leads_to("/signup/code").header("strict-transport-security");
    assert_eq!(stay, Some("max-age=63072000; includeSubDomains"));
    browser.cookie("__Host-genkan-flow");
    let code = house.code("hanako@example.jp").await;
    browser.post("/signup/code", &[("code", &code)]).await.leads_to("/signup/password");
    let done = browser.post("/signup/password", &[("password", crate::support::PASSWORD)]).await;
    done.is(303);
    assert_eq!(done.set_cookies().len(), 5);
    for line in done.set_cookies() {
        assert!(line.starts_with("__Host-genkan-"), "{line}");
        assert!(
            line.contains("; Path=/;") && line.contains("; HttpOnly") && line.contains("; Secure"),
            "{line}"
        );
        assert!(line.contains("; SameSite=Lax") && !line.contains("Domain"), "{line}");
    }
    // E6: a cookie without the prefix, as a neighbouring host could set it, is nobody's.
    let mut tossed = house.browser();
    tossed.cookies.insert("genkan-session".to_owned(), browser.cookie("__Host-genkan-session"));
    tossed.get("/account").await.leads_to("/signin?return_to=/account");
    house.close().await;
}

#[tokio::test]
async fn files_named_by_their_content_are_kept_for_ever_and_pages_never() {
    let house = House::open().await;
    let mut browser = house.browser();
    let page = browser.get("/signin").await;
    let (_, rest) = page.body.split_once("href=\"/assets/style.").expect("a stylesheet");
    let name = rest.split('"').next().expect("a name");
    let style = browser.get(&format!("/assets/style.{name}")).await;
    assert_eq!(style.is(200).header("content-type"), Some("text/css; charset=utf-8"));
    assert_eq!(style.header("cache-control"), Some("public, max-age=31536000, immutable"));
    let other = browser.get("/assets/style.000000000000.css").await;
    assert_eq!(other.is(200).header("cache-control"), Some("no-cache"));
    browser.get("/assets/../Cargo.toml").await.is(404);
    browser.get("/assets/%2e%2e%2fCargo.toml").await.is(404);
    house.close().await;
}

#[tokio::test]
async fn pages_are_compressed_and_tokens_are_not() {
    let house = House::open().await;
    let mut browser = house.browser();
    browser.set("accept-encoding", "gzip");
    let request = browser.request(Method::GET, "/signin").body(Body::empty()).expect("a request");
    let answer = house.router.clone().oneshot(request).await.expect("an answer");
    assert_eq!(
        answer.headers().get("content-encoding").map(http::HeaderValue::as_bytes),
        Some(b"gzip".as_slice())
    );
    let bytes = answer.into_body().collect().await.expect("a body").to_bytes();
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes.as_ref()).read_to_string(&mut text).expect("gzip");
    assert!(text.contains("</html>"));
    let api = browser.get("/api/v1/openapi.json").await;
    assert_eq!(api.is(200).header("content-encoding"), None);
    house.close().await;
}
