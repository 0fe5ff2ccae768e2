//! The way to genkan: where its endpoints are (RFC 8414), one step of a sign-in, and tokens.
//!
//! Nothing is taken for granted but the issuer's address: all others come from its metadata. A secret never goes anywhere but
//! into the body of a request to it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::Outcome;
use crate::kept::{Kept, Tokens};
use crate::talk::{Language, Talk};

const CLIENT: &str = "reader-app";
/// What the member reads in the list of devices, and by what old versions are told to update.
const APP: (&str, &str) =
    ("genkan-app", concat!("Reader/", env!("CARGO_PKG_VERSION"), " (command line)"));
const SCOPE: &str = "openid profile email offline_access";
/// A token that is about to lapse is not worth a request.
const SOON: u64 = 30;

/// What the metadata says.
#[derive(Deserialize)]
struct Places {
    authorization_challenge_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    revocation_endpoint: String,
}

/// What the token endpoint gives.
#[derive(Deserialize)]
struct Issued {
    access_token: String,
    expires_in: u64,
    refresh_token: String,
}

pub(crate) struct House {
    server: String,
    client: reqwest::Client,
    places: OnceCell<Places>,
}

impl House {
    pub(crate) fn at(server: &str, language: Language) -> Outcome<Self> {
        let mut always = HeaderMap::new();
        always.insert(HeaderName::from_static(APP.0), HeaderValue::from_static(APP.1));
        always.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(language.tag()));
        let client = reqwest::Client::builder()
            .default_headers(always)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(60));
        let client = client.build().map_err(|fault| fault.to_string())?;
        Ok(Self { server: server.trim_end_matches('/').to_owned(), client, places: OnceCell::new() })
    }

    /// One step of a sign-in, as the server answers it. An answer that is no JSON is none.
    pub(crate) async fn step(&self, fields: &[(&str, &str)]) -> Outcome<Value> {
        let places = self.places().await?;
        let mut all = vec![("client_id", CLIENT), ("response_type", "code"), ("scope", SCOPE)];
        all.extend(fields);
        let (_, body) = self.post(&places.authorization_challenge_endpoint, &all).await?;
        Ok(body)
    }

    /// Changes a code for tokens. There is no address to be named, for none was.
    pub(crate) async fn redeem(&self, kept: &mut Kept, code: &str, verifier: &str) -> Outcome<()> {
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT),
            ("code", code),
            ("code_verifier", verifier),
        ];
        self.exchange(kept, &fields).await
    }

    /// Changes the tokens for new ones. The old refresh token stays good until the new one is used, so nothing is lost if this
    /// program ends before it has written.
    pub(crate) async fn refresh(&self, kept: &mut Kept, talk: &Talk) -> Outcome<()> {
        let token = self.tokens(kept, talk)?.refresh.clone();
        let fields =
            [("grant_type", "refresh_token"), ("client_id", CLIENT), ("refresh_token", token.as_str())];
        self.exchange(kept, &fields).await.map_err(|why| talk.over(&why))
    }

    /// Who is signed in, with new tokens where the old ones have lapsed or are not good any more.
    pub(crate) async fn who(&self, kept: &mut Kept, talk: &Talk) -> Outcome<Value> {
        let places = self.places().await?;
        if self.tokens(kept, talk)?.expires_at <= now().saturating_add(SOON) {
            self.refresh(kept, talk).await?;
        }
        let token = self.tokens(kept, talk)?.access.clone();
        let asked = self.client.get(&places.userinfo_endpoint).bearer_auth(token);
        let (status, body) = answer(asked).await?;
        if status == 200 { Ok(body) } else { Err(talk.over("invalid_token")) }
    }

    /// Gives the tokens back (RFC 7009) and forgets them.
    pub(crate) async fn sign_out(&self, kept: &mut Kept) -> Outcome<()> {
        if let Some(tokens) = &kept.tokens {
            let places = self.places().await?;
            let fields = [("client_id", CLIENT), ("token", tokens.refresh.as_str())];
            let (status, body) = self.post(&places.revocation_endpoint, &fields).await?;
            if status != 200 {
                return Err(body.to_string());
            }
        }
        kept.tokens = None;
        kept.write()
    }

    fn tokens<'k>(&self, kept: &'k Kept, talk: &Talk) -> Outcome<&'k Tokens> {
        let own = kept.tokens.as_ref().filter(|tokens| tokens.server == self.server);
        own.ok_or_else(|| talk.nobody())
    }

    async fn exchange(&self, kept: &mut Kept, fields: &[(&str, &str)]) -> Outcome<()> {
        let places = self.places().await?;
        let (status, body) = self.post(&places.token_endpoint, fields).await?;
        if status != 200 {
            return Err(body["error"].as_str().unwrap_or("no answer").to_owned());
        }
        let issued: Issued = serde_json::from_value(body).map_err(|fault| fault.to_string())?;
        kept.tokens = Some(Tokens {
            server: self.server.clone(),
            access: issued.access_token,
            expires_at: now().saturating_add(issued.expires_in),
            refresh: issued.refresh_token,
        });
        kept.write()
    }

    async fn places(&self) -> Outcome<&Places> {
        self.places.get_or_try_init(|| self.look_up()).await
    }

    async fn look_up(&self) -> Outcome<Places> {
        let at = format!("{}/.well-known/oauth-authorization-server", self.server);
        let (status, body) = answer(self.client.get(&at)).await?;
        serde_json::from_value(body).map_err(|_| format!("{at}: {status}"))
    }

    async fn post(&self, place: &str, fields: &[(&str, &str)]) -> Outcome<(u16, Value)> {
        answer(self.client.post(place).form(fields)).await
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Outcome<(u16, Value)> {
    let answer = request.send().await.map_err(|fault| fault.to_string())?;
    let status = answer.status().as_u16();
    let body = answer.bytes().await.map_err(|fault| fault.to_string())?;
    let body = serde_json::from_slice(&body).map_err(|_| format!("{status}: no JSON"))?;
    Ok((status, body))
}

fn now() -> u64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "this program is not the house and has no other clock"
    )]
    let now = SystemTime::now();
    now.duration_since(UNIX_EPOCH).map(|since| since.as_secs()).unwrap_or_default()
}
