//! The stand-in for Apple: signs made-up people in and behaves as the real one does where that matters to who relies
//! on it.
//!
//! Kept from the real one: the answer as a form post, a name that is told once, addresses that only pass mail on, truth
//! values as strings, a client secret that is a signed JWT, refresh tokens and their revocation, events. Left out: the
//! answer in a fragment, moving people between teams.

mod authorize;
pub(crate) mod client_key;
mod desk;
mod events;
mod people;
mod token;

use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::json;

use crate::Playground;
use crate::issuer::StandInFault;
use crate::issuer::answer::document;
use crate::issuer::deliver::Event;
use crate::issuer::kept::Kept;
use crate::issuer::keys::SigningKeys;
use crate::issuer::request::Grant;
use crate::issuer::tokens::Tokens;
use people::Book;

/// What the house is registered as with the stand-in for Apple.
#[derive(Clone)]
pub struct AppleClient {
    /// The developer team, which people's subjects belong to.
    pub team_id: String,
    /// The client of the web pages (the Services ID).
    pub services_id: String,
    /// Where its people may be sent back to, compared letter by letter.
    pub redirect_uris: Vec<String>,
    /// The clients of apps (bundle ids).
    pub bundle_ids: Vec<String>,
    /// The id of the key that client secrets are signed with.
    pub key_id: String,
    /// Its public half: an uncompressed point on P-256, 65 bytes.
    pub public_key: Vec<u8>,
}

/// The stand-in's name on its pages.
const WHOM: &str = "Apple";
/// One use within this time.
const CODE_S: i64 = 300;
const ACCESS_S: i64 = 3_600;

pub(crate) struct Apple {
    issuer: String,
    events: String,
    client: AppleClient,
    keys: SigningKeys,
    book: Kept<Book>,
    codes: Tokens<Grant>,
    /// Whose consent with which client an access token came from.
    access: Tokens<(String, String)>,
    last_event: Mutex<Option<Event>>,
}

impl Apple {
    pub(crate) fn open(
        issuer: String,
        events: String,
        client: AppleClient,
        folder: &Path,
    ) -> Result<Self, StandInFault> {
        Ok(Self {
            issuer,
            events,
            client,
            keys: SigningKeys::make()?,
            book: Kept::open(folder.join("apple.json"), Book::first()?)?,
            codes: Tokens::new("c", CODE_S),
            access: Tokens::new("a", ACCESS_S),
            last_event: Mutex::new(None),
        })
    }
}

/// The paths under `/dev/apple`.
pub(crate) fn routes() -> Router<Arc<Playground>> {
    Router::new()
        .route("/dev/apple", get(desk::show))
        .route("/dev/apple/.well-known/openid-configuration", get(discovery))
        .route("/dev/apple/auth/keys", get(keys))
        .route("/dev/apple/auth/authorize", get(authorize::ask).post(authorize::answer))
        .route("/dev/apple/auth/token", post(token::redeem))
        .route("/dev/apple/auth/revoke", post(token::revoke))
        .route("/dev/apple/native-token.json", post(token::native))
        .route("/dev/apple/people", post(people::put_form))
        .route("/dev/apple/people.json", get(people::list).post(people::put_json))
        .route("/dev/apple/events", post(events::send_form))
        .route("/dev/apple/events.json", post(events::send_json))
        .route("/dev/apple/keys", post(desk::rotate_form))
        .route("/dev/apple/keys.json", post(desk::rotate_json))
        .route("/dev/apple/switches", post(desk::switch_form))
        .route("/dev/apple/switches.json", post(desk::switch_json))
}

async fn discovery(State(house): State<Arc<Playground>>) -> Response {
    let issuer = &house.apple().issuer;
    document(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/auth/authorize"),
        "token_endpoint": format!("{issuer}/auth/token"),
        "revocation_endpoint": format!("{issuer}/auth/revoke"),
        "jwks_uri": format!("{issuer}/auth/keys"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "name"],
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "claims_supported": [
            "aud", "email", "email_verified", "exp", "iat", "is_private_email", "iss", "nonce",
            "nonce_supported", "real_user_status", "sub",
        ],
    }))
}

async fn keys(State(house): State<Arc<Playground>>) -> Response {
    document(house.apple().keys.published(house.now_s()))
}
