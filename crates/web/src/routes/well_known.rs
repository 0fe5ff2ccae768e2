//! Paths that others look for by convention: browsers, password managers, Apple's and Google's systems.
//!
//! They say what the operator has configured and nothing else: no cookie is set, and nothing here may depend on who asks.
//! A file that has nothing to say is not there. What a file says may be kept for an hour by whoever asks.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::House;
use crate::answers::see_other;
use crate::headers;
use crate::options::AndroidApp;
use crate::problem::Problem;

const FIVE_MINUTES: &str = "public, max-age=300";
const HOUR: &str = "public, max-age=3600";

/// GET /.well-known/change-password: where password managers send people (W3C, "A Well-Known URL for
/// Changing Passwords").
pub(crate) async fn change_password() -> Response {
    see_other("/account/password")
}

/// GET /.well-known/webauthn: the origins whose pages may use the passkeys of this domain (WebAuthn Level 3 section
/// 5.11).
pub(crate) async fn webauthn(State(house): State<House>) -> Response {
    let related = &house.options.associations.related_origins;
    if related.is_empty() || !offers_passkeys(&house) {
        return Problem::NotFound.into_response();
    }
    let own = std::iter::once(&house.options.base_url);
    document(&json!({ "origins": own.chain(related).collect::<Vec<_>>() }))
}

/// GET /.well-known/passkey-endpoints: where password managers send people who want to add or see passkeys (W3C, "A
/// Well-Known URL for Relying Party Passkey Endpoints").
pub(crate) async fn passkey_endpoints(State(house): State<House>) -> Response {
    if !offers_passkeys(&house) {
        return Problem::NotFound.into_response();
    }
    let base = &house.options.base_url;
    document(&json!({
        "enroll": format!("{base}/account/methods/passkeys/add"),
        "manage": format!("{base}/account/methods"),
    }))
}

/// GET /.well-known/apple-app-site-association: the apps that may use the credentials of this domain (Apple,
/// "Supporting associated domains").
pub(crate) async fn apple_app_site_association(State(house): State<House>) -> Response {
    let apps = &house.options.associations.ios_apps;
    if apps.is_empty() {
        return Problem::NotFound.into_response();
    }
    document(&json!({ "webcredentials": { "apps": apps } }))
}

/// GET /.well-known/assetlinks.json: the same for Android (Google, "Digital Asset Links").
pub(crate) async fn asset_links(State(house): State<House>) -> Response {
    let apps = &house.options.associations.android_apps;
    if apps.is_empty() {
        return Problem::NotFound.into_response();
    }
    document(&apps.iter().map(statement).collect())
}

fn statement(app: &AndroidApp) -> Value {
    json!({
        "relation": [
            "delegate_permission/common.get_login_creds",
            "delegate_permission/common.handle_all_urls",
        ],
        "target": {
            "namespace": "android_app",
            "package_name": app.package,
            "sha256_cert_fingerprints": app.fingerprints,
        },
    })
}

fn offers_passkeys(house: &House) -> bool {
    house.options.methods.iter().any(|method| method == "passkey")
}

/// GET /.well-known/jwks.json: the keys by which this service signs (RFC 7517), for five minutes.
pub(crate) async fn jwks(State(house): State<House>, headers: HeaderMap) -> Result<Response, Problem> {
    let set = house.engine.signing().jwks().await?;
    // Weak, for the same may go out compressed.
    let tag = format!("W/\"{}\"", set.tag);
    let dress = [(CACHE_CONTROL, FIVE_MINUTES), (ETAG, &tag), (headers::RESOURCE, "cross-origin")];
    let known = headers.get(IF_NONE_MATCH).and_then(|given| given.to_str().ok());
    // Weak comparison (RFC 9110 section 13.1.2).
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let named = |given: &str| bare(given) == bare(&tag) || given.trim() == "*";
    if known.is_some_and(|given| given.split(',').any(named)) {
        return Ok((StatusCode::NOT_MODIFIED, dress).into_response());
    }
    Ok((dress, [(CONTENT_TYPE, "application/jwk-set+json")], set.text.clone()).into_response())
}

/// A document for everybody, also for the browser of another origin.
fn document(value: &Value) -> Response {
    let dress = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, HOUR),
        (headers::RESOURCE, "cross-origin"),
    ];
    (dress, value.to_string()).into_response()
}
