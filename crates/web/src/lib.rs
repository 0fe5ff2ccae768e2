//! The routes: for every feature a page and a JSON call, over the engine's one loop.
//!
//! A route parses what came in, hands an `Attempt` and a `Visitor` to the engine, and writes the answer as a
//! page or as JSON. It holds no rule: what may be done and what may be told is decided below it. Every path is
//! in the one list of `router`; what all answers share (headers, refusals, bounds, the log line) is wrapped
//! around that list once. Nothing here may change anything on GET or HEAD (R-SIGNIN-10), put a secret into a
//! URL or a log line, or answer a stranger differently for an address that has an account.

#![cfg_attr(
    not(test),
    deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)
)]

mod account_token;
mod answers;
mod app;
mod client_address;
mod cookies;
mod export;
mod fields;
mod glance;
mod headers;
mod ids;
mod in_app;
mod json;
mod log;
mod openapi;
mod options;
mod origin;
mod own_methods;
mod problem;
mod return_to;
mod routes;
mod serve;
mod traffic;
mod visitor;

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{any, get, post};
use engine::Engine;
use pages::Pages;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};

pub use client_address::{Cidr, ForwardedHeader};
pub use export::Export;
pub use glance::Glance;
pub use openapi::document;
pub use options::{
    AndroidApp, AppMinimum, AppOptions, AppVersion, Associations, Capability, GateOptions,
    TermsOptions, WebOptions,
};
pub use return_to::ReturnTo;
pub use serve::{ServeOptions, serve};
pub use traffic::{Traffic, Watch, watch};

use answers::PasswordBounds;
use cookies::Names;
use problem::Problem;

/// What the routes are made of.
pub struct Web {
    /// The counter.
    pub engine: Arc<Engine>,
    /// Words and layout.
    pub pages: Arc<Pages>,
    /// What the operator chose.
    pub options: WebOptions,
    /// What is counted of requests.
    pub traffic: Traffic,
}

/// What every route shares.
pub(crate) struct Shared {
    pub(crate) engine: Arc<Engine>,
    pub(crate) pages: Arc<Pages>,
    pub(crate) options: WebOptions,
    pub(crate) names: Names,
    pub(crate) password: PasswordBounds,
    /// The description of the API as JSON, once somebody has asked for it.
    pub(crate) description: OnceLock<Bytes>,
    pub(crate) traffic: Traffic,
    pub(crate) dress: headers::Dress,
}

pub(crate) type House = Arc<Shared>;

/// Every path of the house.
pub fn router(web: Web) -> Router {
    routes(web).0
}

/// Every path of the house, and the glance that answers the commonest question before them.
pub fn routes(web: Web) -> (Router, Glance) {
    let names = Names::new(web.options.is_https());
    let password = PasswordBounds {
        fewest: u32::try_from(web.engine.fewest_password_chars()).unwrap_or(u32::MAX),
        most: web.options.password_maximum,
    };
    let Web { engine, pages, options, traffic } = web;
    let description = OnceLock::new();
    let dress = headers::Dress::default();
    let house =
        Arc::new(Shared { engine, pages, options, names, password, description, traffic, dress });
    let all = page_routes()
        .merge(asked_on_the_way())
        .merge(convention_routes())
        .merge(routes::openid::router())
        .merge(routes::api::router());
    (wrapped(all, &house).with_state(Arc::clone(&house)), Glance::of(house))
}

fn page_routes() -> Router<House> {
    use routes::{
        account, activity, assets, email, hooks, identity, language, methods, numbers, passkeys,
        password, profile, proof, providers, reset, sessions, signin, signup, terms, withdraw,
    };
    Router::new()
        .route("/", get(account::root))
        .route("/signin", get(signin::methods))
        .route("/signin/email", get(signin::form).post(signin::enter))
        .route("/signin/passkey", get(passkeys::signin_form).post(passkeys::signin))
        .route("/signin/passkey/options", post(passkeys::signin_options))
        .route("/signin/{provider}", get(providers::choose).post(providers::depart))
        .route("/callback/{provider}", get(providers::arrive).post(providers::posted))
        .route("/events/{provider}", post(providers::hear))
        .route("/hooks/mail/{relay}", post(hooks::mail).layer(DefaultBodyLimit::max(hooks::BODY_MAX)))
        .route("/offer/cancel", post(identity::cancel))
        .route("/signup/confirm", get(identity::confirm_form).post(identity::confirm))
        .route("/signup/address", get(identity::address_form).post(identity::ask))
        .route("/signup/address/code", get(identity::code_form).post(identity::verify))
        .route("/signup/anew", post(identity::anew))
        .route("/signup/restore", post(identity::restore))
        .route("/signout", post(signin::leave))
        .route("/signup", get(signup::methods))
        .route("/signup/email", get(signup::email_form).post(signup::ask))
        .route("/signup/code", get(signup::code_form).post(signup::verify))
        .route("/signup/password", get(signup::password_form).post(signup::complete))
        .route("/reset", get(reset::form).post(reset::ask))
        .route("/reset/code", get(reset::code_form).post(reset::verify))
        .route("/reset/password", get(reset::password_form).post(reset::complete))
        .route("/not-me", get(numbers::not_me_form).post(numbers::report))
        .route("/not-me/done", get(numbers::reported))
        .route("/undo", get(numbers::undo_form).post(numbers::undo))
        .route("/undo/done", get(numbers::undone))
        .route("/undo/restored", get(numbers::restored))
        .route("/provider-lost", get(numbers::lost_form).post(numbers::report_lost))
        .route("/provider-lost/done", get(numbers::lost))
        .route("/terms", get(terms::form).post(terms::accept))
        .route("/account", get(account::hub))
        .route("/account/methods", get(methods::list))
        .route("/account/methods/add", get(methods::add_form))
        .route("/account/methods/remove", get(methods::remove_form).post(methods::remove))
        .route("/account/methods/offer", get(methods::offer_form).post(methods::answer_offer))
        .route("/account/methods/recent", get(methods::recent_form).post(methods::keep_recent))
        .route("/account/methods/email", get(email::form).post(email::ask))
        .route("/account/methods/email/code", get(email::code_form).post(email::verify))
        .route("/account/methods/email/password", get(email::password_form).post(email::complete))
        .route("/account/methods/passkeys/add", get(passkeys::add_form).post(passkeys::add))
        .route("/account/methods/passkeys/add/options", post(passkeys::add_options))
        .route("/account/methods/passkeys/{id}", get(passkeys::one).post(passkeys::rename))
        .route("/account/password", get(password::form).post(password::change))
        .route("/account/profile", get(profile::form).post(profile::change))
        .route("/account/profile/contact", post(profile::choose_contact))
        .route("/account/profile/test-mail", post(profile::test_mail))
        .route("/account/sessions", get(sessions::list))
        .route("/account/sessions/end", post(sessions::end))
        .route("/account/sessions/end-others", post(sessions::end_others))
        .route("/account/connected/end", post(sessions::disconnect))
        .route("/account/devices/forget", post(sessions::forget))
        .route("/account/activity", get(activity::list))
        .route("/account/withdraw", get(withdraw::form).post(withdraw::withdraw))
        .route("/account/export", get(withdraw::export_form).post(withdraw::download))
        .route("/withdrawn", get(withdraw::withdrawn))
        .route("/proof/passkey", get(proof::form).post(passkeys::prove))
        .route("/proof/passkey/options", post(passkeys::proof_options))
        .route("/proof", get(proof::form).post(proof::prove))
        .route("/language", post(language::choose))
        .route("/assets/{file}", get(assets::file))
}

/// What a sign-in leads by on its way, where there is something to ask.
fn asked_on_the_way() -> Router<House> {
    use routes::{contact, passkeys};
    Router::new()
        .route("/account/passkey-offer", get(passkeys::offer_form).post(passkeys::answer_offer))
        .route("/account/passkey-offer/options", post(passkeys::offer_options))
        .route("/account/contact", get(contact::form).post(contact::answer))
}

/// What is found by convention, and not by a link.
fn convention_routes() -> Router<House> {
    use routes::{gate, health, well_known};
    Router::new()
        .route("/.well-known/change-password", get(well_known::change_password))
        .route("/.well-known/webauthn", get(well_known::webauthn))
        .route("/.well-known/passkey-endpoints", get(well_known::passkey_endpoints))
        .route("/.well-known/apple-app-site-association", get(well_known::apple_app_site_association))
        .route("/.well-known/assetlinks.json", get(well_known::asset_links))
        .route("/.well-known/jwks.json", get(well_known::jwks))
        .route(gate::PATH, any(gate::ask))
        .route(gate::OPTIONAL, any(gate::ask))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
}

/// What all answers share; the last layer is the outermost.
fn wrapped(routes: Router<House>, house: &House) -> Router<House> {
    let small = SizeAbove::new(256);
    let compressible = small
        .and(NotForContentType::new("image/png"))
        .and(NotForContentType::new("application/json"))
        .and(NotForContentType::new("application/problem+json"));
    routes
        .fallback(|| async { Problem::NotFound })
        .method_not_allowed_fallback(|| async { Problem::MethodNotAllowed })
        .layer(DefaultBodyLimit::max(house.options.body_limit))
        .layer(from_fn_with_state(Arc::clone(house), around))
        .layer(CompressionLayer::new().compress_when(compressible))
}

/// From the outside in: the log line, the headers, problems in words, the bound of time, apps that are too old, the cross-origin refusal.
///
/// One layer for all of them: each layer of axum copies all that lies below it, for every request.
async fn around(State(house): State<House>, request: Request, next: Next) -> Response {
    let house = &house;
    let next = |request| origin::guard(house, request, next);
    // Behind a pointer: each layer around it holds it several times over while it is handed on.
    let guarded = |request| Box::pin(app::guard(house, request, next));
    let method = request.method().clone();
    let bounded = |request| serve::bounded(house, &method, guarded(request));
    let dressed = |request| problem::dress(house, request, bounded);
    let begins = headers::begins(request.uri());
    log::line(house, request, |request| headers::put(house, begins, dressed(request))).await
}
