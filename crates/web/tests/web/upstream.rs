//! An OpenID provider for one test: real documents, real keys, and tokens that are really signed, well or badly.
//!
//! It is the hostile server that the relying party is tried against; here it stands behind the whole house.

use std::sync::Arc;
use std::time::Duration;

use engine::{Clock, Providers};
use serde_json::{Value, json};
use verifiers::federated::{ClientSecret, Limits, Preset, Provider, ProviderOptions};
use zeroize::Zeroizing;

use crate::hostile::{Answer, Hostile};
use crate::signing::{Key, ring, signed};

pub(crate) const APP: &str = "jp.example.app";
pub(crate) const WEB: &str = "web.client";

/// One configured provider and the server behind it.
pub(crate) struct Upstream {
    pub(crate) name: &'static str,
    pub(crate) preset: Preset,
    pub(crate) believes_email: bool,
    pub(crate) hostile: Hostile,
}

impl Upstream {
    pub(crate) fn start(name: &'static str) -> Arc<Self> {
        let preset = match name {
            "google" => Preset::Google,
            "apple" => Preset::Apple,
            _ => Preset::Other,
        };
        let hostile = Hostile::start();
        let base = &hostile.base;
        let discovery = json!({
            "issuer": base,
            "authorization_endpoint": format!("{base}/authorize"),
            "token_endpoint": format!("{base}/token"),
            "jwks_uri": format!("{base}/jwks"),
            "revocation_endpoint": format!("{base}/revoke"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        });
        hostile.put("/.well-known/openid-configuration", Answer::Json(discovery));
        hostile.put("/jwks", Answer::Json(json!({"keys": [ring().rsa.jwk("rsa-key")]})));
        hostile.put("/revoke", Answer::Json(json!({})));
        Arc::new(Self { name, preset, believes_email: true, hostile })
    }

    fn options(&self, clock: &Clock) -> ProviderOptions {
        let clock = clock.clone();
        let now = Arc::new(move || clock.now().0);
        let mut options = ProviderOptions::new(self.name, self.preset, now);
        options.issuer = self.hostile.base.clone();
        options.client_id = WEB.to_owned();
        options.native_client_ids = vec![APP.to_owned()];
        options.secret = match self.preset {
            Preset::Apple => ClientSecret::Apple {
                team_id: "TEAM123456".to_owned(),
                key_id: "KEY1234567".to_owned(),
                private_key_pem: Zeroizing::new(ring().other_ec.private_pem()),
            },
            Preset::Google | Preset::Other => {
                ClientSecret::Static(Zeroizing::new("client-secret-93aa".to_owned()))
            }
        };
        options.redirect_uri = format!("{}/callback/{}", crate::support::ORIGIN, self.name);
        options.loopback_http = true;
        options.believes_email = self.believes_email;
        options.limits = Limits { total_timeout: Duration::from_secs(20), ..Limits::default() };
        options
    }

    /// What an honest provider says of somebody to the app, now. Its address is one that every preset vouches for.
    pub(crate) fn claims(&self, clock: &Clock, nonce: &str, (subject, address): (&str, &str)) -> Value {
        let now_s = clock.now().0 / 1_000;
        json!({
            "iss": self.hostile.base,
            "sub": subject,
            "aud": APP,
            "exp": now_s + 600,
            "iat": now_s - 5,
            "nonce": nonce,
            "email": address,
            "email_verified": true,
            "hd": "example.jp",
            "name": "山田 太郎",
        })
    }

    /// Those claims, signed by the provider.
    pub(crate) fn token(&self, claims: &Value) -> String {
        signed_by(&ring().rsa, claims)
    }
}

/// Claims signed by whatever key, under the name of the provider's own.
pub(crate) fn signed_by(key: &Key, claims: &Value) -> String {
    signed(&json!({"alg": key.method(), "kid": "rsa-key", "typ": "JWT"}), claims, key)
}

/// The house's providers.
pub(crate) fn providers(upstreams: &[Arc<Upstream>], clock: &Clock) -> Providers {
    let one = |upstream: &Arc<Upstream>| {
        Provider::new(upstream.options(clock)).unwrap_or_else(|fault| panic!("{fault}"))
    };
    Providers::new(upstreams.iter().map(one).collect())
}
