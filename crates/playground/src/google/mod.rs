//! The stand-in for Google: an OpenID provider that signs made-up people in and behaves as the real one does where
//! that matters to who relies on it.
//!
//! Kept from the real one: an account chooser, addresses it is not the authority for, `hd`, an issuer that was once
//! written without its scheme, browsers inside apps refused, events about accounts (RISC), keys that rotate.
//! Left out: consent screens, refresh tokens, response types other than `code`.

mod authorize;
mod desk;
mod events;
mod people;
mod token;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

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

/// What the house is registered as with the stand-in for Google.
#[derive(Clone)]
pub struct GoogleClient {
    /// The client of the web pages.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// Where its people may be sent back to, compared letter by letter.
    pub redirect_uris: Vec<String>,
}

/// The stand-in's name on its pages.
const WHOM: &str = "Google";
/// One use within this time.
const CODE_S: i64 = 60;
const ACCESS_S: i64 = 3_599;

pub(crate) struct Google {
    issuer: String,
    events: String,
    client: GoogleClient,
    keys: SigningKeys,
    book: Kept<Book>,
    codes: Tokens<Grant>,
    access: Tokens<Grant>,
    /// When which person last signed in at the stand-in, by browser.
    signed_in: Mutex<HashMap<(String, String), i64>>,
    last_event: Mutex<Option<Event>>,
}

impl Google {
    pub(crate) fn open(
        issuer: String,
        events: String,
        client: GoogleClient,
        folder: &Path,
    ) -> Result<Self, StandInFault> {
        Ok(Self {
            issuer,
            events,
            client,
            keys: SigningKeys::make()?,
            book: Kept::open(folder.join("google.json"), Book::first()?)?,
            codes: Tokens::new("4/0", CODE_S),
            access: Tokens::new("ya29.", ACCESS_S),
            signed_in: Mutex::new(HashMap::new()),
            last_event: Mutex::new(None),
        })
    }

    /// The issuer as it stands in ID tokens: with the switch on, as Google once wrote it.
    fn token_issuer(&self) -> String {
        let bare = self.book.read(|book| book.switches.bare_issuer);
        let (_, after) = self.issuer.split_once("://").unwrap_or(("", &self.issuer));
        if bare { after.to_owned() } else { self.issuer.clone() }
    }

    fn signed_in_at(&self, browser: &str, person: &str) -> Option<i64> {
        let signed_in = self.signed_in.lock().unwrap_or_else(PoisonError::into_inner);
        signed_in.get(&(browser.to_owned(), person.to_owned())).copied()
    }

    fn signs_in(&self, browser: String, person: String, at_s: i64) {
        let mut signed_in = self.signed_in.lock().unwrap_or_else(PoisonError::into_inner);
        signed_in.insert((browser, person), at_s);
    }
}

/// The paths under `/dev/google`.
pub(crate) fn routes() -> Router<Arc<Playground>> {
    Router::new()
        .route("/dev/google", get(desk::show))
        .route("/dev/google/.well-known/openid-configuration", get(discovery))
        .route("/dev/google/.well-known/risc-configuration", get(risc))
        .route("/dev/google/certs", get(certs))
        .route("/dev/google/authorize", get(authorize::ask).post(authorize::answer))
        .route("/dev/google/token", post(token::redeem))
        .route("/dev/google/revoke", post(token::revoke))
        .route("/dev/google/userinfo", get(token::userinfo).post(token::userinfo))
        .route("/dev/google/native-token.json", post(token::native))
        .route("/dev/google/people", post(people::put_form))
        .route("/dev/google/people.json", get(people::list).post(people::put_json))
        .route("/dev/google/events", post(events::send_form))
        .route("/dev/google/events.json", post(events::send_json))
        .route("/dev/google/keys", post(desk::rotate_form))
        .route("/dev/google/keys.json", post(desk::rotate_json))
        .route("/dev/google/switches", post(desk::switch_form))
        .route("/dev/google/switches.json", post(desk::switch_json))
}

async fn discovery(State(house): State<Arc<Playground>>) -> Response {
    let issuer = &house.google().issuer;
    document(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "revocation_endpoint": format!("{issuer}/revoke"),
        "jwks_uri": format!("{issuer}/certs"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "claims_supported": [
            "aud", "email", "email_verified", "exp", "family_name", "given_name", "iat", "iss", "name", "sub",
        ],
        "code_challenge_methods_supported": ["S256"],
        "grant_types_supported": ["authorization_code"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn risc(State(house): State<Arc<Playground>>) -> Response {
    let issuer = &house.google().issuer;
    document(json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/certs"),
        "delivery_methods_supported": ["https://schemas.openid.net/secevent/risc/delivery-method/push"],
    }))
}

async fn certs(State(house): State<Arc<Playground>>) -> Response {
    document(house.google().keys.published(house.now_s()))
}
