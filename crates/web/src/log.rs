//! One log line for each request: method, route, status, milliseconds, under the request's own number.
//!
//! The route is the template of the list (`/api/v1/account/sessions/{id}`), never the path or query that was
//! sent; no header, cookie or body is written (security.md E10, I12). The number is what a visitor can tell
//! the operator when a page did not work. This is the one place of the routes that reads a clock and draws.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use tracing::Instrument;
use uuid::Uuid;

use crate::traffic::{Traffic, UNMATCHED};

/// The request's number.
#[derive(Clone)]
pub(crate) struct RequestNumber(pub(crate) String);

#[expect(clippy::disallowed_methods, reason = "it names a request in the log and decides nothing")]
fn draw() -> String {
    Uuid::now_v7().to_string()
}

/// Writes the line.
pub(crate) async fn line<F>(
    traffic: &Traffic,
    mut request: Request,
    answer: impl FnOnce(Request) -> F,
) -> Response
where
    F: Future<Output = Response>,
{
    let number = draw();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let route = route.unwrap_or_else(|| UNMATCHED.to_owned());
    let method = request.method().clone();
    request.extensions_mut().insert(RequestNumber(number.clone()));
    let began = Instant::now();
    let span = tracing::info_span!("request", number);
    async move {
        let response = answer(request).await;
        let status = response.status().as_u16();
        let took = began.elapsed();
        traffic.answered(&route, &method, response.status(), took);
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        tracing::info!(%method, route, status, milliseconds, "answered");
        response
    }
    .instrument(span)
    .await
}
