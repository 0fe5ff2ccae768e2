//! The OpenID provider as clients speak to it: names of parameters, errors and addresses (OpenID Connect Core and Discovery,
//! RFC 6749, 6750, 7009, 7662, 9068, 9126, 9207, 9449).
//!
//! What is decided here is spelling and order of checks; what a code or token gives is decided below. No answer of these
//! paths is kept by a cache, and none tells why a code or token was refused. Nothing here changes anything on GET but a
//! sign-out that the site proves by an ID token of this very session.

pub(crate) mod about;
pub(crate) mod authorize;
pub(crate) mod challenge;
mod client;
mod dpop;
mod hint;
pub(crate) mod introspect;
pub(crate) mod logout;
mod params;
mod push;
mod refusal;
mod request;
pub(crate) mod shown;
pub(crate) mod token;
mod ui_locales;
pub(crate) mod userinfo;

use axum::Router;
use axum::routing::{get, post};

use crate::House;
pub(crate) use hint::login_hint;

/// Where each of them is.
pub(crate) const AUTHORIZE: &str = "/oauth/authorize";
pub(crate) const PAR: &str = "/oauth/par";
pub(crate) const TOKEN: &str = "/oauth/token";
pub(crate) const USERINFO: &str = "/oauth/userinfo";
pub(crate) const INTROSPECT: &str = "/oauth/introspect";
pub(crate) const REVOKE: &str = "/oauth/revoke";
pub(crate) const LOGOUT: &str = "/oauth/logout";

/// Where the service's own apps sign members in without a browser.
pub(crate) const CHALLENGE: &str = "/oauth/authorization-challenge";

/// The paths of the provider.
pub(crate) fn router() -> Router<House> {
    Router::new()
        .route(AUTHORIZE, get(authorize::ask).post(authorize::posted))
        .route(PAR, post(push::push))
        .route(TOKEN, post(token::exchange))
        .route(USERINFO, get(userinfo::tell).post(userinfo::posted))
        .route(INTROSPECT, post(introspect::introspect))
        .route(REVOKE, post(token::revoke))
        .route(CHALLENGE, post(challenge::answer))
        .route(LOGOUT, get(logout::ask).post(logout::leave))
        .route("/.well-known/openid-configuration", get(about::configuration))
        .route("/.well-known/oauth-authorization-server", get(about::configuration))
}
