//! What the provider says of itself (OpenID Connect Discovery 3, RFC 8414).

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use engine::PROOF_ALGORITHMS;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde_json::json;

use super::token::CLAIMS;
use super::{AUTHORIZE, CHALLENGE, INTROSPECT, LOGOUT, PAR, REVOKE, TOKEN, USERINFO};
use crate::House;
use crate::headers::RESOURCE;
use crate::problem::Problem;

/// GET /.well-known/openid-configuration and /.well-known/oauth-authorization-server.
pub(crate) async fn configuration(State(house): State<House>) -> Response {
    let clients = house.engine.clients();
    if clients.is_empty() {
        return Problem::NotFound.into_response();
    }
    let at = |path: &str| format!("{}{path}", house.options.base_url);
    let claims = ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid"];
    let mut scopes = clients.all().iter().flat_map(|client| client.scopes.clone()).collect::<Vec<_>>();
    scopes.sort();
    scopes.dedup();
    let ways = ["client_secret_basic", "client_secret_post", "none"];
    let told = json!({
        "issuer": house.engine.signing().issuer(),
        "authorization_endpoint": at(AUTHORIZE),
        "pushed_authorization_request_endpoint": at(PAR),
        "require_pushed_authorization_requests": false,
        "token_endpoint": at(TOKEN),
        "userinfo_endpoint": at(USERINFO),
        "introspection_endpoint": at(INTROSPECT),
        "revocation_endpoint": at(REVOKE),
        "authorization_challenge_endpoint": at(CHALLENGE),
        "end_session_endpoint": at(LOGOUT),
        "jwks_uri": at("/.well-known/jwks.json"),
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "dpop_signing_alg_values_supported": PROOF_ALGORITHMS,
        "authorization_response_iss_parameter_supported": true,
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": ["ES256", "EdDSA", "RS256"],
        "token_endpoint_auth_methods_supported": ways,
        "revocation_endpoint_auth_methods_supported": ways,
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "acr_values_supported": ["0", "phr"],
        "claims_supported": claims.into_iter().chain(CLAIMS).collect::<Vec<_>>(),
        "claims_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "prompt_values_supported": ["none", "login", "select_account", "create"],
        "ui_locales_supported": ["ja", "en"],
    });
    let dress = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "public, max-age=300"),
        (RESOURCE, "cross-origin"),
    ];
    (dress, told.to_string()).into_response()
}
