//! A house that publishes keys which the test makes, and nothing else; and the site in front of it.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, Nonce, PrivateSigningKey};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::provider::{Claims, IdToken};
use crate::tokens::Tokens;
use crate::{Arguments, Site, routes};

/// PKCS #8 of an Ed25519 key, but for its 32 secret octets.
const PKCS8: [u8; 16] = *b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
pub(super) const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

pub(super) fn key(kid: &str, secret: u8) -> CoreEdDsaPrivateSigningKey {
    let der = [PKCS8.as_slice(), &[secret; 32]].concat();
    let der = base64::engine::general_purpose::STANDARD.encode(der);
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{der}\n-----END PRIVATE KEY-----\n");
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new(kid.to_owned()))).unwrap()
}

pub(super) fn signed(key: &CoreEdDsaPrivateSigningKey, head: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(head), part(claims));
    let signature = key.sign(&CoreJwsSigningAlgorithm::EdDsa, message.as_bytes()).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// A house that publishes keys and nothing else, and the site in front of it.
pub(super) struct Town {
    pub(super) site: Arc<Site>,
    issuer: String,
    published: Arc<Mutex<Vec<Value>>>,
}

impl Town {
    pub(super) async fn open(origin: &str) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let published = Arc::new(Mutex::new(vec![]));
        let (at, keys) = (issuer.clone(), Arc::clone(&published));
        let about = json!({
            "issuer": at, "authorization_endpoint": format!("{at}/oauth/authorize"),
            "token_endpoint": format!("{at}/oauth/token"), "userinfo_endpoint": format!("{at}/oauth/userinfo"),
            "jwks_uri": format!("{at}/keys"), "response_types_supported": ["code"],
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["EdDSA"],
        });
        let house = Router::new()
            .route("/.well-known/openid-configuration", get(|| async move { Json(about) }))
            .route("/keys", get(|| async move { Json(json!({ "keys": *keys.lock().unwrap() })) }));
        tokio::spawn(async move { axum::serve(listener, house).await });
        let arguments = Arguments {
            issuer: issuer.clone(),
            client_id: "novel-site".to_owned(),
            client_secret: "secret".to_owned(),
            origin: origin.to_owned(),
            listen: ([127, 0, 0, 1], 0).into(),
            ask_every: None,
            shelves: None,
        };
        let town = Self { site: Arc::new(Site::open(arguments).unwrap()), issuer, published };
        town.publish(&key("one", 1));
        town
    }

    pub(super) fn publish(&self, key: &CoreEdDsaPrivateSigningKey) {
        let key = serde_json::to_value(key.as_verification_key()).unwrap();
        self.published.lock().unwrap().push(key);
    }

    /// The claims of a logout token, and those that are to be others.
    pub(super) fn claims(&self, sub: &str, sid: &str, others: &Value) -> Value {
        let now = now();
        let mut claims = json!({
            "iss": self.issuer, "sub": sub, "aud": "novel-site", "iat": now, "exp": now + 120,
            "jti": "once", "sid": sid, "events": { EVENT: {} },
        });
        for (name, value) in others.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        claims
    }

    pub(super) fn logout_token(&self, sub: &str, sid: &str, others: &Value) -> String {
        signed(&key("one", 1), &head("logout+jwt"), &self.claims(sub, sid, others))
    }

    /// Somebody who is signed in; gives the cookie.
    pub(super) async fn member(&self, sub: &str, sid: &str) -> String {
        let claims = self.claims(sub, sid, &json!({ "events": null }));
        let token = signed(&key("one", 1), &head("JWT"), &claims).parse::<IdToken>().unwrap();
        let any = |_: Option<&Nonce>| Ok(());
        let read =
            |client: &crate::provider::OpenId| token.claims(&client.id_token_verifier(), any).cloned();
        let claims: Claims = self.site.provider.check(Instant::now(), read).await.unwrap();
        let cookie = self.site.begin(&claims, Tokens::of(token, Instant::now()), false);
        cookie.to_str().unwrap().to_owned()
    }

    pub(super) async fn is_signed_in(&self, cookie: &str) -> bool {
        let cookie = cookie.split(';').next().unwrap();
        let asked = Request::get("/shelf").header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        let answer = routes(Arc::clone(&self.site)).oneshot(asked).await.unwrap();
        let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap().contains("action=\"/sign-out\"")
    }

    pub(super) async fn tell(&self, token: &str) -> StatusCode {
        let asked = Request::post("/backchannel-logout")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("logout_token={token}")))
            .unwrap();
        routes(Arc::clone(&self.site)).oneshot(asked).await.unwrap().status()
    }
}

#[expect(clippy::disallowed_methods, reason = "the library looks at the same clock")]
pub(super) fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

pub(super) fn head(typ: &str) -> Value {
    json!({ "alg": "EdDSA", "kid": "one", "typ": typ })
}
