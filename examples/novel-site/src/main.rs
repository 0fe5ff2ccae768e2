//! A small site of web novels in front of genkan: everybody reads, members keep a shelf.
//!
//! It knows of its members what genkan says when asked (OpenID Connect), keeps what is its own by `sub`, and never sees an
//! address or a password. `README.md` says how to run it.

#![cfg_attr(
    not(test),
    deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)
)]

mod http;
mod kept;
mod language;
mod logout;
mod pages;
mod place;
mod provider;
mod sessions;
mod shelves;
mod sign_in;
#[cfg(test)]
mod tests;
mod tokens;
mod views;
mod works;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use clap::Parser;

use crate::kept::Kept;
use crate::provider::Provider;
use crate::sessions::Session;
use crate::shelves::Shelves;
use crate::sign_in::Trip;

/// Without any of these it stands in front of `genkan dev`.
#[derive(Parser)]
struct Arguments {
    /// Where genkan is: its `service.base_url`
    #[arg(long, env = "NOVEL_SITE_ISSUER", default_value = "http://localhost:7878")]
    issuer: String,
    /// The client's name in genkan's settings
    #[arg(long, env = "NOVEL_SITE_CLIENT_ID", default_value = "novel-site")]
    client_id: String,
    /// Its secret; by default the one of development mode, which is none
    #[arg(long, env = "NOVEL_SITE_CLIENT_SECRET", hide_env_values = true)]
    #[arg(default_value = "novel-site-secret-of-development-mode")]
    client_secret: String,
    /// Where browsers find this site
    #[arg(long, env = "NOVEL_SITE_ORIGIN", default_value = "http://localhost:3000")]
    origin: String,
    /// What it listens on
    #[arg(long, env = "NOVEL_SITE_LISTEN", default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// Asks genkan about each member at least every so many seconds; otherwise whenever a token is over (10 minutes)
    #[arg(long, env = "NOVEL_SITE_ASK_EVERY", value_name = "SECONDS")]
    ask_every: Option<u64>,
    /// A file in which shelves outlive a restart
    #[arg(long, env = "NOVEL_SITE_SHELVES")]
    shelves: Option<PathBuf>,
}

/// All that the site is.
struct Site {
    origin: String,
    secure: bool,
    policy: HeaderValue,
    provider: Provider,
    trips: Kept<Trip>,
    sessions: Kept<Arc<Session>>,
    shelves: Shelves,
    views: minijinja::Environment<'static>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env();
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).init();
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("{trouble}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), String> {
    let (listen, site) = (arguments.listen, Arc::new(Site::open(arguments)?));
    let listener = tokio::net::TcpListener::bind(listen);
    let listener =
        listener.await.map_err(|fault| format!("{listen} cannot be listened on: {fault}"))?;
    println!("よみさし文庫: {}/", site.origin);
    let stopped = async {
        let _stop = tokio::signal::ctrl_c().await;
    };
    let served = axum::serve(listener, routes(site)).with_graceful_shutdown(stopped).await;
    served.map_err(|fault| fault.to_string())
}

impl Site {
    fn open(arguments: Arguments) -> Result<Self, String> {
        let Arguments { issuer, client_id, client_secret, origin, shelves, ask_every, .. } = arguments;
        let origin = origin.trim_end_matches('/').to_owned();
        let back = format!("{origin}/callback");
        let mut provider = Provider::new(&issuer, client_id, client_secret, back)?;
        provider.ask_every = ask_every.map(Duration::from_secs);
        // A form of ours may lead to genkan: browsers hold the whole way of a form to `form-action`.
        let policy = format!(
            "default-src 'none'; style-src 'self'; form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
            provider.issuer.url().origin().ascii_serialization()
        );
        Ok(Self {
            secure: origin.starts_with("https:"),
            policy: HeaderValue::try_from(policy).map_err(|fault| fault.to_string())?,
            origin,
            provider,
            trips: Kept::new(sign_in::LIFE, sign_in::MOST),
            sessions: Kept::new(sessions::LIFE, sessions::MOST),
            shelves: Shelves::open(shelves)?,
            views: views::open()?,
        })
    }
}

fn routes(site: Arc<Site>) -> Router {
    Router::new()
        .route("/", get(pages::home))
        .route("/works/{slug}/{chapter}", get(pages::chapter))
        .route("/shelf", get(pages::shelf))
        .route("/bookmarks", post(pages::bookmark))
        .route("/pen-name", get(pages::pen_name).post(pages::rename))
        .route("/prove", post(sign_in::prove))
        .route("/sign-in", post(sign_in::sign_in))
        .route("/register", post(sign_in::register))
        .route("/callback", get(sign_in::callback))
        .route("/sign-out", post(logout::sign_out))
        .layer(from_fn_with_state(Arc::clone(&site), own_forms_only))
        // Not a browser's: genkan itself comes here.
        .route("/backchannel-logout", post(logout::hear))
        .route("/style.css", get(pages::style))
        .fallback(pages::nowhere)
        .layer(from_fn_with_state(Arc::clone(&site), dress))
        .layer(DefaultBodyLimit::max(16 * 1024))
        .with_state(site)
}

/// A form is taken from our own pages alone. `SameSite` would let those of our neighbours on this domain through.
async fn own_forms_only(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN);
    let own = origin.is_some_and(|origin| origin.as_bytes() == site.origin.as_bytes());
    if request.method() == Method::POST && !own {
        return pages::Failure::Elsewhere.into_response();
    }
    next.run(request).await
}

/// What every answer wears. Pages hang from who asks, so nobody may keep them.
async fn dress(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, site.policy.clone());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    let opener = HeaderName::from_static("cross-origin-opener-policy");
    headers.insert(opener, HeaderValue::from_static("same-origin"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if site.secure {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    response
}
