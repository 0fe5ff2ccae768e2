//! Who is visiting: the site's own sessions and the cookies by which browsers bring them.
//!
//! A session is found by a secret of the site's own; no token of genkan's ever reaches the browser. It is renewed at genkan
//! whenever its tokens have run out, and ends when genkan says so.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, HeaderValue, header, request::Parts};
use openidconnect::CsrfToken;
use tokio::sync::Mutex;

use crate::Site;
use crate::language::Language;
use crate::provider::{Claims, IdToken, Trouble};
use crate::tokens::Tokens;

/// A session that nobody visits for so long is over.
pub(crate) const LIFE: Duration = Duration::from_hours(14 * 24);
/// How many are kept.
pub(crate) const MOST: usize = 100_000;
/// How long a fresh proof is good for what is precious.
const PROOF: Duration = Duration::from_mins(10);
/// While genkan is away, it is asked again this often,
const AGAIN: Duration = Duration::from_secs(30);
/// and everybody stays for so long.
const ON_TRUST: Duration = Duration::from_hours(1);

pub(crate) struct Session {
    pub(crate) sub: String,
    /// The session at genkan that this one hangs from.
    pub(crate) sid: Option<String>,
    /// When the member last showed anew who they are, because we asked.
    proved_at: Option<Instant>,
    /// Held while they are renewed, so that two pages at once renew them once.
    tokens: Mutex<Tokens>,
}

/// A member, for the time of one request.
pub(crate) struct Member {
    pub(crate) key: String,
    pub(crate) sub: String,
    pub(crate) name: Option<String>,
    pub(crate) id_token: IdToken,
    pub(crate) proved: bool,
}

/// Whoever asks.
pub(crate) struct Visit {
    pub(crate) language: Language,
    pub(crate) member: Option<Member>,
    /// The secret that says which browser set out to sign in.
    pub(crate) browser: Option<String>,
}

impl Site {
    /// Begins a session and gives the cookie for it. The secret is always a new one, whatever the browser brought.
    pub(crate) fn begin(&self, claims: &Claims, tokens: Tokens, proved: bool) -> HeaderValue {
        let (key, now) = (secret(), Instant::now());
        let session = Session {
            sub: claims.subject().as_str().to_owned(),
            sid: claims.additional_claims().sid.clone(),
            proved_at: proved.then_some(now),
            tokens: Mutex::new(tokens),
        };
        self.sessions.put(key.clone(), Arc::new(session), now);
        self.cookie(SESSION, &key, LIFE)
    }

    pub(crate) async fn member(&self, key: String, now: Instant) -> Option<(Member, Option<Language>)> {
        let session = self.sessions.visit(&key, now)?;
        let mut tokens = session.tokens.lock().await;
        if tokens.due <= now {
            match self.provider.renew(&tokens, &session.sub).await {
                Ok(renewed) => *tokens = renewed,
                Err(Trouble::Away(why)) if now.duration_since(tokens.said_at) < ON_TRUST => {
                    tracing::warn!(why, "a session is not renewed for now");
                    tokens.due = now + AGAIN;
                }
                Err(trouble) => {
                    tracing::info!(%trouble, "a session is over");
                    self.sessions.take(&key, now, |_| true);
                    return None;
                }
            }
        }
        let proved = session.proved_at.is_some_and(|at| now.duration_since(at) < PROOF);
        let member = Member {
            key,
            sub: session.sub.clone(),
            name: tokens.name.clone(),
            id_token: tokens.id.clone(),
            proved,
        };
        Some((member, tokens.language))
    }

    /// A cookie of this host alone, out of scripts' sight, that another site's form does not send.
    pub(crate) fn cookie(&self, name: &str, value: &str, life: Duration) -> HeaderValue {
        let (prefix, secure) = if self.secure { ("__Host-", "; Secure") } else { ("", "") };
        let life = life.as_secs();
        let text =
            format!("{prefix}{name}={value}; Path=/; Max-Age={life}; HttpOnly; SameSite=Lax{secure}");
        // What is drawn here has no sign that a header may not have.
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
    }

    fn brought(&self, headers: &HeaderMap, name: &str) -> Option<String> {
        let name = if self.secure { format!("__Host-{name}") } else { name.to_owned() };
        let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs =
            all.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
    }
}

impl FromRequestParts<Arc<Site>> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Infallible> {
        let found = match site.brought(&parts.headers, SESSION) {
            Some(key) => site.member(key, Instant::now()).await,
            None => None,
        };
        let (member, language) =
            found.map_or((None, None), |(member, language)| (Some(member), language));
        Ok(Self {
            language: language.unwrap_or_else(|| Language::of(&parts.headers)),
            member,
            browser: site.brought(&parts.headers, BROWSER),
        })
    }
}

/// A secret of 256 bits.
pub(crate) fn secret() -> String {
    CsrfToken::new_random_len(32).into_secret()
}

pub(crate) const SESSION: &str = "novel-site-session";
pub(crate) const BROWSER: &str = "novel-site-browser";
