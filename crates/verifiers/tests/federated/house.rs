//! A configured provider, the hostile server behind it, a clock, and a trip under way.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use verifiers::federated::{
    Callback, ClientSecret, EventProblem, Limits, Preset, ProviderEvent, Redeem, Shown, TokenProblem,
    UpstreamFault,
};
use verifiers::{Provider, ProviderOptions, Token, TripSecrets};
use zeroize::Zeroizing;

use crate::hostile::{Answer, Hostile};
use crate::signing::{Key, ring, signed};

/// 2027-01-15T08:00:00Z.
pub(crate) const NOW_S: i64 = 1_800_000_000;
pub(crate) const CLIENT: &str = "web.client";
pub(crate) const APP: &str = "jp.example.app";
pub(crate) const CODE: &str = "code-4f0c1d";
pub(crate) const SECRET: &str = "client-secret-93aa";
pub(crate) const ACCESS: &str = "access-token-b81e";
pub(crate) const REFRESH: &str = "refresh-token-77d2";

pub(crate) const DISCOVERY: &str = "/.well-known/openid-configuration";

pub(crate) struct House {
    pub(crate) hostile: Hostile,
    pub(crate) provider: Provider,
    pub(crate) trip: TripSecrets,
    clock: Arc<AtomicI64>,
}

pub(crate) fn house() -> House {
    house_of(Preset::Other, |_| {})
}

pub(crate) fn house_of(preset: Preset, adjust: impl FnOnce(&mut ProviderOptions)) -> House {
    let hostile = Hostile::start();
    let (options, clock) = options(&hostile, preset);
    let mut options = options;
    adjust(&mut options);
    serve_well(&hostile);
    let provider = Provider::new(options).unwrap_or_else(|fault| panic!("{fault}"));
    let trip = TripSecrets::new(&Token::fresh().unwrap(), &Token::fresh().unwrap());
    House { hostile, provider, trip, clock }
}

pub(crate) fn options(hostile: &Hostile, preset: Preset) -> (ProviderOptions, Arc<AtomicI64>) {
    let clock = Arc::new(AtomicI64::new(NOW_S * 1_000));
    let read = Arc::clone(&clock);
    let now = Arc::new(move || read.load(Ordering::SeqCst));
    let mut options = ProviderOptions::new("stand-in", preset, now);
    options.issuer = hostile.base.clone();
    options.client_id = CLIENT.to_owned();
    options.native_client_ids = vec![APP.to_owned(), "jp.example.other-app".to_owned()];
    options.secret = match preset {
        Preset::Apple => ClientSecret::Apple {
            team_id: "TEAM123456".to_owned(),
            key_id: "KEY1234567".to_owned(),
            private_key_pem: Zeroizing::new(ring().other_ec.private_pem()),
        },
        Preset::Google | Preset::Other => ClientSecret::Static(Zeroizing::new(SECRET.to_owned())),
    };
    options.redirect_uri = "https://service.example/callback/stand-in".to_owned();
    options.loopback_http = true;
    options.limits = Limits { total_timeout: Duration::from_secs(20), ..Limits::default() };
    (options, clock)
}

/// Everything as an honest provider has it.
pub(crate) fn serve_well(hostile: &Hostile) {
    hostile.put(DISCOVERY, Answer::Json(discovery(&hostile.base)));
    hostile.put("/jwks", Answer::Json(jwks()));
    hostile.put(
        "/.well-known/risc-configuration",
        Answer::Json(json!({"issuer": format!("{}/", hostile.base),
            "jwks_uri": format!("{}/risc-jwks", hostile.base)})),
    );
    hostile.put("/risc-jwks", Answer::Json(json!({"keys": [ring().other_rsa.jwk("event-key")]})));
    hostile.put("/revoke", Answer::Json(json!({})));
}

pub(crate) fn discovery(base: &str) -> Value {
    json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/authorize?tenant=1"),
        "token_endpoint": format!("{base}/token"),
        "jwks_uri": format!("{base}/jwks"),
        "revocation_endpoint": format!("{base}/revoke"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["none", "HS256", "RS256", "ES256"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
    })
}

pub(crate) fn jwks() -> Value {
    json!({"keys": [ring().rsa.jwk("rsa-key"), ring().ec.jwk("ec-key")]})
}

pub(crate) fn header(key: &Key) -> Value {
    let kid = if key.method() == "RS256" { "rsa-key" } else { "ec-key" };
    json!({"alg": key.method(), "kid": kid, "typ": "JWT"})
}

impl House {
    pub(crate) fn now_s(&self) -> i64 {
        self.clock.load(Ordering::SeqCst) / 1_000
    }

    pub(crate) fn pass_s(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }

    /// What an honest provider says of this trip, to this client.
    pub(crate) fn claims(&self, audience: &str) -> Value {
        json!({
            "iss": self.hostile.base,
            "sub": "subject-1",
            "aud": audience,
            "exp": self.now_s() + 600,
            "iat": self.now_s() - 5,
            "nonce": self.trip.nonce(),
            "email": "taro@example.jp",
            "email_verified": true,
            "name": "山田 太郎",
        })
    }

    pub(crate) fn token(&self, audience: &str) -> String {
        signed(&header(&ring().rsa), &self.claims(audience), &ring().rsa)
    }

    /// The token endpoint will answer with this.
    pub(crate) fn grants(&self, id_token: &str) {
        let answer = json!({"id_token": id_token, "access_token": ACCESS, "token_type": "Bearer",
            "refresh_token": REFRESH});
        self.hostile.put("/token", Answer::Json(answer));
    }

    pub(crate) async fn redeem(&self) -> Result<Shown, Redeem> {
        let answer = Callback { code: CODE.to_owned(), iss: None, user: None };
        self.provider.redeem(&self.trip, answer).await
    }

    pub(crate) async fn redeem_token(&self, id_token: &str) -> Result<Shown, Redeem> {
        self.grants(id_token);
        self.redeem().await
    }

    pub(crate) async fn redeem_claims(&self, claims: &Value) -> Result<Shown, Redeem> {
        self.redeem_token(&signed(&header(&ring().rsa), claims, &ring().rsa)).await
    }

    pub(crate) async fn native(&self, id_token: &str) -> Result<Shown, Redeem> {
        self.provider.native(&self.trip, id_token, None, None).await
    }
}

/// Good answers are not printable: they hold addresses and tokens.
pub(crate) fn problem(outcome: Result<Shown, Redeem>) -> Redeem {
    outcome.err().expect("a refusal")
}

pub(crate) fn event_problem(outcome: Result<ProviderEvent, EventProblem>) -> EventProblem {
    outcome.err().expect("a refusal")
}

pub(crate) fn refused(problem: TokenProblem) -> Redeem {
    Redeem::Refused(problem)
}

pub(crate) fn upstream(fault: UpstreamFault) -> Redeem {
    Redeem::Upstream(fault)
}

#[tokio::test]
async fn an_honest_answer_shows_who_was_there() {
    let house = house();
    let shown = house.redeem_token(&house.token(CLIENT)).await.unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(shown.issuer, house.hostile.base);
    assert_eq!(shown.subject, "subject-1");
    assert_eq!(shown.address.as_deref(), Some("taro@example.jp"));
    assert!(shown.vouched);
    assert!(!shown.private_relay);
    assert_eq!(shown.name.as_deref(), Some("山田 太郎"));
    assert_eq!(shown.authenticated_at_ms, None);
    assert!(shown.refresh_token.is_some_and(|token| token.ends_with(REFRESH)));
}

#[tokio::test]
async fn an_honest_token_of_an_app_shows_who_was_there() {
    let house = house();
    let shown = house.native(&house.token(APP)).await.unwrap_or_else(|why| panic!("{why}"));
    assert_eq!((shown.subject.as_str(), shown.vouched), ("subject-1", true));
    assert_eq!(house.hostile.count("/token"), 0, "no code, no exchange");
}

#[tokio::test]
async fn a_token_of_the_other_method_is_taken_too() {
    let house = house();
    let token = signed(&header(&ring().ec), &house.claims(CLIENT), &ring().ec);
    assert!(house.redeem_token(&token).await.is_ok());
}

/// A server answers on many threads.
#[test]
fn every_question_can_be_moved_between_threads() {
    fn movable<T: Send>(_: T) {}
    fn shared<T: Send + Sync>(_: &T) {}
    let house = house();
    shared(&house.provider);
    shared(&house.trip);
    movable(house.redeem());
    movable(house.native(""));
    movable(house.provider.authorization_url(&house.trip, verifiers::federated::Ask::default()));
    movable(house.provider.event(""));
    movable(house.provider.revoke(""));
    movable(house.provider.check());
}
