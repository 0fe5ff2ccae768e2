//! What a request holds in memory while it waits for its answer: nothing of what was read of it.
//!
//! A connection reads into a buffer, and each part of a request that is kept keeps all of that buffer. In a flood, hundreds wait at
//! the same time.

use std::future::Future;
use std::sync::{Arc, Weak};
use std::task::{Context, Waker};

use axum::body::{Body, Bytes};
use http::{HeaderValue, Method, Request, StatusCode, Uri};
use tower::ServiceExt;

use crate::support::House;

/// A buffer that tells whether it is still there.
struct Buffer {
    bytes: Vec<u8>,
    _there: Arc<()>,
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

fn part(text: &str, there: &Arc<()>) -> Bytes {
    Bytes::from_owner(Buffer { bytes: text.as_bytes().to_vec(), _there: Arc::clone(there) })
}

/// A sign-in whose every part lies in a buffer of its own, and whether each of them is still there.
fn sign_in() -> (Request<Body>, Vec<(&'static str, Weak<()>)>) {
    let mut watched = Vec::new();
    let mut lies = |name, text: &str| {
        let there = Arc::new(());
        watched.push((name, Arc::downgrade(&there)));
        part(text, &there)
    };
    let body = r#"{"email":"nobody@example.jp","password":"a wrong one"}"#;
    let mut request = Request::new(Body::from(lies("body", body)));
    *request.method_mut() = Method::POST;
    let path = lies("path", "/api/v1/signin/password");
    *request.uri_mut() = Uri::from_maybe_shared(path).expect("an address");
    let header = |value| HeaderValue::from_maybe_shared(value).expect("a value");
    let headers = request.headers_mut();
    headers.insert("content-type", header(lies("content-type", "application/json")));
    headers.insert("user-agent", header(lies("user-agent", "Mozilla/5.0 (iPhone)")));
    headers.insert("accept-language", header(lies("accept-language", "ja")));
    headers.insert("accept-encoding", header(lies("accept-encoding", "gzip")));
    (request, watched)
}

#[tokio::test]
async fn what_was_read_of_a_request_is_let_go_while_it_waits() {
    let house = House::open().await;
    let (request, watched) = sign_in();
    let mut answer = Box::pin(house.router.clone().oneshot(request));
    let once = answer.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(once.is_pending(), "it waits for its hash: {once:?}");
    let held = watched.iter().filter(|(_, there)| there.strong_count() > 0);
    let held = held.map(|(name, _)| *name).collect::<Vec<_>>();
    assert_eq!(held, Vec::<&str>::new(), "kept until the answer");
    let answer = answer.await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    house.close().await;
}
