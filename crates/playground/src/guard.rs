//! The door of the playground: same-site requests only, nothing cached, nothing framed, nothing foreign.
//!
//! A page of another site that a developer has open must not be able to read the mailbox or move the clock,
//! so the `Host` must be this machine's and a cross-site request is refused. One kind is let through: a browser that is
//! sent to a stand-in in order to sign in, as it is sent to the real ones from everywhere.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Where a browser may be sent from elsewhere.
const ENTRANCES: [&str; 2] = ["/dev/google/authorize", "/dev/apple/auth/authorize"];
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";
/// A mail's HTML part brings its own inline styles, and nothing else may run or load in it.
const MAIL_POLICY: &str =
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

pub(crate) async fn guard(request: Request, next: Next) -> Response {
    if !is_from_here(&request) {
        return (StatusCode::FORBIDDEN, "The playground answers to this machine only.").into_response();
    }
    let is_mail_part = request.uri().path().ends_with("/html");
    let mut response = next.run(request).await;
    let policy = if is_mail_part { MAIL_POLICY } else { POLICY };
    let headers = response.headers_mut();
    // What a stand-in says of its own answers stays.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(policy));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// DNS rebinding brings a foreign name in `Host`; a foreign page brings `Sec-Fetch-Site: cross-site`.
fn is_from_here(request: &Request) -> bool {
    let host = text(request.headers(), "host").unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let local = matches!(name, "localhost" | "127.0.0.1" | "[::1]" | "");
    let site = text(request.headers(), "sec-fetch-site");
    local && (matches!(site, None | Some("same-origin" | "none")) || comes_to_sign_in(request))
}

fn comes_to_sign_in(request: &Request) -> bool {
    let says = |name, value| text(request.headers(), name) == Some(value);
    request.method() == Method::GET
        && ENTRANCES.contains(&request.uri().path())
        && says("sec-fetch-mode", "navigate")
        && says("sec-fetch-dest", "document")
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
