//! From a listening socket to the routes: bounds on connections, headers and time, and an orderly end.
//!
//! HTTP/1.1 only: TLS and HTTP/2 belong to the proxy in front, and what is not spoken cannot be flooded
//! (security.md I5). A connection is accepted when there is room for it, must send its headers within a bound,
//! and at the end may finish what it is answering, within a bound too.

use std::future::{Future, ready};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::response::{IntoResponse, Response};
use futures_util::future::Either;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::House;
use crate::glance::Glance;
use crate::problem::Problem;
use crate::traffic::Traffic;

/// Bounds of the server.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// The most connections at a time; further ones wait to be accepted.
    pub connections: usize,
    /// The longest a connection may take to send a request's headers, also when it is idle between requests. It
    /// must be longer than the proxy in front keeps idle connections (nginx: 60 s), or a form could meet a
    /// connection that is just being closed.
    pub header_timeout: Duration,
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
/// What to wait when the system has no more sockets, before asking again.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `shutdown` comes about, then lets running requests finish within the grace.
pub async fn serve<F>(listener: TcpListener, router: Router, options: ServeOptions, shutdown: F)
where
    F: Future<Output = ()> + Send,
{
    let places = options.connections.min(Semaphore::MAX_PERMITS);
    let room = Arc::new(Semaphore::new(places));
    options.traffic.room(&room, places);
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(options.header_timeout)
        .max_buf_size(options.header_bytes.max(LEAST_BUFFER))
        .max_headers(MOST_HEADERS)
        .half_close(false);
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        while connections.try_join_next().is_some() {}
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener, &room) => accepted,
        };
        let Some((stream, peer, permit)) = accepted else { continue };
        let service = service(router.clone(), options.glance.clone(), peer);
        let connection = graceful.watch(builder.serve_connection(TokioIo::new(stream), service));
        connections.spawn(async move {
            if let Err(fault) = connection.await {
                tracing::debug!(%fault, "a connection ended early");
            }
            drop(permit);
        });
    }
    drop(listener);
    let finished = tokio::time::timeout(options.grace, graceful.shutdown()).await;
    if finished.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    connections.shutdown().await;
}

type Accepted = (TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit);

/// Waits for room, then for a connection. `None` after a failure of one connection or a pause.
async fn accept(listener: &TcpListener, room: &Arc<Semaphore>) -> Option<Accepted> {
    let permit = Arc::clone(room).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            stream.set_nodelay(true).ok();
            Some((stream, peer, permit))
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
    peer: SocketAddr,
) -> impl hyper::service::Service<
    http::Request<Incoming>,
    Response = Response,
    Error = std::convert::Infallible,
    Future: Send,
> {
    hyper::service::service_fn(move |request: http::Request<Incoming>| {
        let seen = glance.as_ref().and_then(|glance| glance.answer(&request));
        if let Some(answer) = seen {
            return Either::Left(ready(Ok(answer)));
        }
        let mut request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        Either::Right(router.clone().oneshot(request))
    })
}

/// Ends a request that takes too long (503). A guess it has paid for stays paid (R-LOCK-8).
pub(crate) async fn bounded(house: &House, answer: impl Future<Output = Response>) -> Response {
    let answered = tokio::time::timeout(house.options.request_timeout, answer).await;
    answered.unwrap_or_else(|_| Problem::TooSlow.into_response())
}
