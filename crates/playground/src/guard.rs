//! The door of the playground: same-site requests only, nothing cached, nothing framed, nothing foreign.
//!
//! A page of another site that a developer has open must not be able to read the mailbox or move the clock,
//! so the `Host` must be this machine's and a cross-site request is refused.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";
/// A mail's HTML part brings its own inline styles, and nothing else may run or load in it.
const MAIL_POLICY: &str =
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

pub(crate) async fn guard(request: Request, next: Next) -> Response {
    if !is_from_here(request.headers()) {
        return (StatusCode::FORBIDDEN, "The playground answers to this machine only.").into_response();
    }
    let is_mail_part = request.uri().path().ends_with("/html");
    let mut response = next.run(request).await;
    let policy = if is_mail_part { MAIL_POLICY } else { POLICY };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// DNS rebinding brings a foreign name in `Host`; a foreign page brings `Sec-Fetch-Site: cross-site`.
fn is_from_here(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let local = matches!(name, "localhost" | "127.0.0.1" | "[::1]" | "");
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    local && matches!(site, None | Some("same-origin" | "none"))
}
