//! Documents below `/.well-known/`, asked of a server on this machine that answers as a test wants it.

use std::time::Duration;

use serde_json::json;
use verifiers::site_files::{Redirects, SiteFileFault, SiteFiles};

#[path = "federated/hostile.rs"]
#[expect(dead_code, reason = "shared with the tests of the relying party, which need more of it")]
mod hostile;

use hostile::{Answer, Hostile, redirect};

const FILE: &str = "/.well-known/webauthn";

async fn read(server: &Hostile, redirects: Redirects) -> Result<serde_json::Value, SiteFileFault> {
    SiteFiles::default().read(&format!("{}{FILE}", server.base), redirects).await
}

fn typed(content_type: &str, body: &str) -> Answer {
    let length = body.len();
    Answer::Raw(
        format!(
            "HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\
             connection: close\r\n\r\n{body}"
        )
        .into(),
    )
}

#[tokio::test]
async fn a_document_is_read_as_browsers_read_it() {
    let server = Hostile::start();
    server.put(FILE, Answer::Json(json!({ "origins": ["https://example.com"] })));
    let read_now = read(&server, Redirects::Followed).await.unwrap();
    assert_eq!(read_now["origins"][0], "https://example.com");
    server.put(FILE, typed("Application/JSON; charset=utf-8", "{}"));
    assert_eq!(read(&server, Redirects::Refused).await, Ok(json!({})));
    for request in server.all() {
        let head = request.head.to_ascii_lowercase();
        assert!(!head.contains("cookie:") && !head.contains("referer:"), "{head}");
    }
}

#[tokio::test]
async fn what_browsers_would_not_take_is_told() {
    let server = Hostile::start();
    let long = format!("\"{}\"", "a".repeat(128 * 1024));
    let cases = [
        (Answer::Status(404, json!({})), SiteFileFault::Status(404)),
        (Answer::Status(500, json!({})), SiteFileFault::Status(500)),
        (Answer::Status(201, json!({})), SiteFileFault::Status(201)),
        (typed("text/html", "{}"), SiteFileFault::ContentType),
        (typed("text/json", "{}"), SiteFileFault::ContentType),
        (typed("application/json", "<html>"), SiteFileFault::NotJson),
        (typed("application/json", &long), SiteFileFault::TooLong),
        (
            Answer::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".to_vec()),
            SiteFileFault::ContentType,
        ),
    ];
    for (answer, fault) in cases {
        server.put(FILE, answer);
        assert_eq!(read(&server, Redirects::Followed).await, Err(fault));
    }
    server.put(FILE, Answer::HangUp);
    assert!(read(&server, Redirects::Followed).await.is_err());
    for slow in [Answer::Silence, Answer::Stall, Answer::Endless] {
        server.put(FILE, slow);
        let brief = SiteFiles::within(Duration::from_millis(300));
        let asked = brief.read(&format!("{}{FILE}", server.base), Redirects::Followed).await;
        assert!(asked.is_err(), "{asked:?}");
    }
    let closed = "http://127.0.0.1:1/.well-known/webauthn";
    assert_eq!(
        SiteFiles::default().read(closed, Redirects::Followed).await,
        Err(SiteFileFault::Connect)
    );
}

#[tokio::test]
async fn a_redirect_is_followed_by_browsers_a_few_times_and_by_systems_never() {
    let server = Hostile::start();
    server.put("/elsewhere", Answer::Json(json!({ "origins": [] })));
    server.put(FILE, redirect("/elsewhere"));
    assert!(read(&server, Redirects::Followed).await.is_ok());
    assert_eq!(read(&server, Redirects::Refused).await, Err(SiteFileFault::Redirected(302)));
    server.put(FILE, redirect(FILE));
    assert_eq!(read(&server, Redirects::Followed).await, Err(SiteFileFault::Redirected(302)));
    assert!(server.count(FILE) < 12, "{}", server.count(FILE));
    server.put(FILE, redirect("http://example.invalid/"));
    assert_eq!(read(&server, Redirects::Followed).await, Err(SiteFileFault::Redirected(302)));
}

#[tokio::test]
async fn only_https_is_asked_off_this_machine() {
    for address in ["http://example.invalid/x", "ftp://example.invalid/x", "example.invalid", ""] {
        let asked = SiteFiles::default().read(address, Redirects::Followed).await;
        assert_eq!(asked, Err(SiteFileFault::Address), "{address}");
    }
}
