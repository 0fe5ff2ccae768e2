//! From a listening socket to the routes: bounds on connections, headers and time, and an orderly end.
//!
//! HTTP/1.1 only: TLS and HTTP/2 belong to the proxy in front, and what is not spoken cannot be flooded
//! (security.md I5). A connection must send its headers and read its answers within a bound; when all places are
//! taken, whoever has waited longest for its client leaves; at the end requests under way may be finished, within a
//! bound too. What all bounds are is told in docs/limits.md.

mod alarm;
mod patient;
mod places;

use std::future::{Future, ready};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::response::{IntoResponse, Response};
use futures_util::future::Either;
use http::Method;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::House;
use crate::glance::Glance;
use crate::problem::Problem;
use crate::traffic::Traffic;
use alarm::Alarm;
use patient::Patient;
use places::{Awaited, Place, Places, Taken};

/// Bounds of the server.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// The most connections at a time. When somebody comes beyond that, those leave who have waited longest for their
    /// client; where all are being answered, it waits until one is done.
    pub connections: usize,
    /// The longest a connection may take to send a request's headers, also when it is idle between requests. It
    /// must be longer than the proxy in front keeps idle connections (nginx: 60 s), or a form could meet a
    /// connection that is just being closed.
    pub header_timeout: Duration,
    /// The longest a client may take to read an answer, from the moment on at which nothing more can be sent to it.
    pub answer_timeout: Duration,
    /// The largest request line and headers together, in bytes.
    pub header_bytes: usize,
    /// How long running requests may go on after the end was asked for.
    pub grace: Duration,
    /// Where connections are counted.
    pub traffic: Traffic,
    /// What is looked at before the routes.
    pub glance: Option<Glance>,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            connections: 10_000,
            header_timeout: Duration::from_secs(75),
            answer_timeout: Duration::from_secs(60),
            header_bytes: 32 * 1024,
            grace: Duration::from_secs(20),
            traffic: Traffic::default(),
            glance: None,
        }
    }
}

/// The fewest bytes that hyper takes for a buffer.
const LEAST_BUFFER: usize = 8 * 1024;
const MOST_HEADERS: usize = 100;
/// At the end, whoever has just come may still say what for: a connection that was not read from yet is closed as idle, also when
/// its request is on the way or waits to be read.
const FIRST_WORD: Duration = Duration::from_millis(50);
/// What to wait when the system has no more sockets, before asking again.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `shutdown` comes about, then lets running requests finish within the grace.
pub async fn serve<F>(listener: TcpListener, router: Router, options: ServeOptions, shutdown: F)
where
    F: Future<Output = ()> + Send,
{
    serve_until(listener, router, options, Box::pin(shutdown)).await;
}

/// Behind a pointer, so that what a connection is made of is compiled here, once, and not with whoever asks for it.
fn serve_until<'a>(
    listener: TcpListener,
    router: Router,
    options: ServeOptions,
    shutdown: Pin<Box<dyn Future<Output = ()> + Send + 'a>>,
) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
    Box::pin(accept_until(listener, router, options, shutdown))
}

async fn accept_until(
    listener: TcpListener,
    router: Router,
    options: ServeOptions,
    mut shutdown: Pin<Box<dyn Future<Output = ()> + Send + '_>>,
) {
    let places = options.connections.min(Semaphore::MAX_PERMITS);
    let room = Arc::new(Semaphore::new(places));
    options.traffic.room(&room, places);
    let places = Arc::new(Places::new(room, places));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let builder = builder(&options);
    loop {
        while connections.try_join_next().is_some() {}
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener, &places) => accepted,
        };
        let Some((stream, peer, taken)) = accepted else { continue };
        let who = (peer, Arc::clone(&taken.place));
        let service = service(router.clone(), options.glance.clone(), who);
        let stream = TokioIo::new(Patient::new(stream, options.answer_timeout));
        let mut builder = builder.clone();
        builder.timer(Alarm::default());
        let connection = graceful.watch(builder.serve_connection(stream, service));
        let traffic = options.traffic.clone();
        connections.spawn(async move {
            let ended = tokio::select! {
                biased;
                ended = connection => ended.map_err(|fault| (why(&fault), fault.to_string())),
                () = taken.place.asked_to_leave() => Err(("made-room", String::new())),
            };
            if let Err((why, fault)) = ended {
                traffic.closed(why);
                tracing::debug!(why, fault, "a connection ended early");
            }
            drop(taken);
        });
    }
    drop(listener);
    tokio::time::sleep(FIRST_WORD).await;
    let finished = tokio::time::timeout(options.grace, graceful.shutdown()).await;
    if finished.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    connections.shutdown().await;
}

fn builder(options: &ServeOptions) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .header_read_timeout(options.header_timeout)
        .max_buf_size(options.header_bytes.max(LEAST_BUFFER))
        .max_headers(MOST_HEADERS)
        .half_close(false);
    builder
}

/// Why a connection ended before its time, as a figure tells it.
fn why(fault: &hyper::Error) -> &'static str {
    let source = std::error::Error::source(fault).and_then(|source| source.downcast_ref());
    let late = |fault: &std::io::Error| fault.kind() == std::io::ErrorKind::TimedOut;
    if fault.is_timeout() {
        "silent"
    } else if fault.is_parse_too_large() {
        "head-too-large"
    } else if fault.is_parse() {
        "malformed"
    } else if source.is_some_and(late) {
        "answer-not-read"
    } else {
        "broken-off"
    }
}

/// What becomes a figure when a connection ends before its time.
pub(crate) const ENDS: [&str; 6] =
    ["made-room", "silent", "head-too-large", "malformed", "answer-not-read", "broken-off"];

/// Waits for a connection, then for a place. `None` after a failure of one connection or a pause.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Places>,
) -> Option<(TcpStream, SocketAddr, Taken)> {
    match listener.accept().await {
        Ok((stream, peer)) => {
            stream.set_nodelay(true).ok();
            Some((stream, peer, places.take().await?))
        }
        Err(fault) => {
            tracing::warn!(%fault, "a connection could not be accepted");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

fn service(
    router: Router,
    glance: Option<Glance>,
    (peer, place): (SocketAddr, Arc<Place>),
) -> impl hyper::service::Service<
    http::Request<Incoming>,
    Response = Response,
    Error = std::convert::Infallible,
    Future: Send,
> {
    hyper::service::service_fn(move |request: http::Request<Incoming>| {
        if let Some(answer) = glance.as_ref().and_then(|glance| glance.answer(&request)) {
            place.waits();
            return Either::Left(ready(Ok(answer)));
        }
        place.works();
        let own = Arc::clone(&place);
        let body = |body| axum::body::Body::new(Awaited::new(body, Arc::clone(&place)));
        let mut request = request.map(body);
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = router.clone().oneshot(request);
        Either::Right(async move {
            let answered = answer.await;
            own.waits();
            answered
        })
    })
}

/// Ends a request that takes too long (503). A guess it has paid for stays paid (R-LOCK-8); what it asked for may be done.
pub(crate) async fn bounded(
    house: &House,
    method: &Method,
    answer: impl Future<Output = Response>,
) -> Response {
    let answered = tokio::time::timeout(house.options.request_timeout, answer).await;
    let late = if method.is_safe() { Problem::TooSlow } else { Problem::Unfinished };
    answered.unwrap_or_else(|_| {
        house.traffic.refused("request-time");
        late.into_response()
    })
}
