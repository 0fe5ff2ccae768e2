//! One log line for each request: method, route, status, milliseconds, under the request's own number.
//!
//! The route is the template of the list (`/api/v1/account/sessions/{id}`), never the path or query that was
//! sent; no header, cookie or body is written (security.md E10, I12). The number is what a visitor can tell
//! the operator when a page did not work. This is the one place of the routes that reads a clock and draws.

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use axum::extract::{ConnectInfo, MatchedPath, Request};
use axum::response::Response;
use figures::Word;
use http::{Method, StatusCode};
use tracing::Instrument;
use uuid::{Builder, Uuid};

use crate::House;
use crate::client_address::Cidr;
use crate::traffic::{Route, Traffic, UNMATCHED};

/// The request's number.
#[derive(Clone)]
pub(crate) struct RequestNumber(pub(crate) String);

/// A UUIDv7 whose random part is drawn once a start and counted on: unique, and without a question to the system each
/// time. It is no secret, so it may be guessed.
#[expect(clippy::disallowed_methods, reason = "it names a request in the log and decides nothing")]
fn draw() -> Uuid {
    static START: OnceLock<u128> = OnceLock::new();
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let start = START.get_or_init(|| Uuid::new_v4().as_u128());
    let tail = start.wrapping_add(u128::from(COUNT.fetch_add(1, Ordering::Relaxed))).to_be_bytes();
    let tail = tail.last_chunk().copied().unwrap_or_default();
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let millis = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
}

/// Writes the line of an answer that was had at once.
pub(crate) fn at_once(
    traffic: &Traffic,
    (method, route): (&Method, &Route),
    answer: impl FnOnce() -> Option<Response>,
) -> Option<Response> {
    let began = Instant::now();
    let response = answer()?;
    let (status, took) = (response.status(), began.elapsed());
    let mut room = Uuid::encode_buffer();
    let number: &str = draw().hyphenated().encode_lower(&mut room);
    traffic.booked(route, (method, status), took);
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    // No span: the number stands where that of a span would, and nothing else can happen under it.
    tracing::info!(
        method = method.as_str(),
        route = route.template,
        status = status.as_u16(),
        milliseconds,
        number,
        "answered"
    );
    Some(response)
}

fn answered(traffic: &Traffic, (method, route): (&Method, &str), status: StatusCode, took: Duration) {
    traffic.answered(route, method, status, took);
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(%method, route, status = status.as_u16(), milliseconds, "answered");
}

/// Writes the line.
pub(crate) async fn line<F>(
    house: &House,
    mut request: Request,
    answer: impl FnOnce(Request) -> F,
) -> Response
where
    F: Future<Output = Response>,
{
    let number = draw().to_string();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let route = route.unwrap_or_else(|| UNMATCHED.to_owned());
    let method = request.method().clone();
    request.extensions_mut().insert(RequestNumber(number.clone()));
    let began = Instant::now();
    let span = tracing::info_span!("request", number);
    let parent = begun_elsewhere(&house.options.trusted_proxies, &request);
    let traced = traces::request(method.as_str(), &Word::listed(&route), parent);
    let told = traced.clone();
    async move {
        let response = answer(request).await;
        traces::request_answered(&told, response.status().as_u16());
        answered(&house.traffic, (&method, &route), response.status(), began.elapsed());
        response
    }
    .instrument(traced)
    .instrument(span)
    .await
}

/// The trace that a trusted proxy has begun; from anybody else the header is nothing.
fn begun_elsewhere(proxies: &[Cidr], request: &Request) -> Option<traces::Parent> {
    let header = request.headers().get("traceparent")?.to_str().ok()?;
    let ConnectInfo(peer) = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
    let peer = peer.ip().to_canonical();
    let trusted = proxies.iter().any(|proxy| proxy.contains(peer));
    if trusted { traces::Parent::parse(header) } else { None }
}
