//! The tokens of one member: taken for a code, renewed, and used to ask who it is.
//!
//! What they are for is asking: a session here is no older than its last answer from genkan, so it ends a few minutes after the
//! one there at the latest, also where the back channel failed.

use std::time::{Duration, Instant};

use openidconnect::core::CoreErrorResponseType;
use openidconnect::{
    AuthorizationCode, EmptyAdditionalClaims, Nonce, OAuth2TokenResponse, PkceCodeVerifier,
    RefreshToken, RequestTokenError, SubjectIdentifier, TokenResponse as _, UserInfoClaims,
};

use crate::http::Fault;
use crate::language::Language;
use crate::provider::{Claims, IdToken, Provider, TokenError, TokenResponse, Trouble};

/// Renewed a little before they are over, for answers take time and clocks differ.
const MARGIN: Duration = Duration::from_secs(30);
/// Of an answer that does not say how long its token lives.
const SHORTLY: Duration = Duration::from_secs(300);

pub(crate) struct Tokens {
    refresh: Option<RefreshToken>,
    /// For signing out: it says whose session is meant.
    pub(crate) id: IdToken,
    /// When genkan last said that they are good.
    pub(crate) said_at: Instant,
    /// From when on they have to be renewed.
    pub(crate) due: Instant,
    /// Who it is, as genkan said last.
    pub(crate) name: Option<String>,
    pub(crate) language: Option<Language>,
}

impl Provider {
    /// Redeems a code: the tokens, and what the ID token says.
    pub(crate) async fn redeem(
        &self,
        code: String,
        verifier: PkceCodeVerifier,
        nonce: &Nonce,
    ) -> Result<(Tokens, Claims), Trouble> {
        let now = Instant::now();
        let published = self.published(now).await?;
        let request = published.client.exchange_code(AuthorizationCode::new(code));
        let request = request.map_err(|fault| Trouble::away(&fault))?;
        let answer = request.set_pkce_verifier(verifier).request_async(&self.http).await;
        let answer = answer.map_err(trouble)?;
        let id = answer.id_token().ok_or_else(no_id_token)?;
        let claims =
            self.check(now, |client| id.claims(&client.id_token_verifier(), nonce).cloned()).await?;
        let tokens = self.tokens(&answer, id, claims.subject()).await?;
        Ok((tokens, claims))
    }

    /// Renews tokens. They must be of the same member.
    pub(crate) async fn renew(&self, old: &Tokens, sub: &str) -> Result<Tokens, Trouble> {
        let refresh = old.refresh.as_ref().ok_or(Trouble::Over)?;
        let now = Instant::now();
        let published = self.published(now).await?;
        let request = published.client.exchange_refresh_token(refresh);
        let request = request.map_err(|fault| Trouble::away(&fault))?;
        let answer = request.request_async(&self.http).await.map_err(trouble)?;
        let id = answer.id_token().ok_or_else(no_id_token)?;
        let any = |_: Option<&Nonce>| Ok(());
        let claims =
            self.check(now, |client| id.claims(&client.id_token_verifier(), any).cloned()).await?;
        if claims.subject().as_str() != sub {
            return Err(Trouble::Unbelieved("the renewed tokens are another member's".to_owned()));
        }
        self.tokens(&answer, id, claims.subject()).await
    }

    async fn tokens(
        &self,
        answer: &TokenResponse,
        id: &IdToken,
        sub: &SubjectIdentifier,
    ) -> Result<Tokens, Trouble> {
        let now = Instant::now();
        let published = self.published(now).await?;
        // The library refuses an answer about somebody else.
        let asked = published.client.user_info(answer.access_token().clone(), Some(sub.clone()));
        let asked = asked.map_err(|fault| Trouble::away(&fault))?;
        let told: UserInfoClaims<EmptyAdditionalClaims, openidconnect::core::CoreGenderClaim> =
            asked.request_async(&self.http).await.map_err(|fault| Trouble::away(&fault))?;
        let name = told.name().and_then(|name| name.get(None)).map(|name| name.as_str().to_owned());
        let life = answer.expires_in().unwrap_or(SHORTLY).saturating_sub(MARGIN);
        Ok(Tokens {
            refresh: answer.refresh_token().cloned(),
            id: id.clone(),
            said_at: now,
            due: now + self.ask_every.map_or(life, |most| most.min(life)),
            name,
            language: told.locale().and_then(|tag| Language::parse(tag.as_ref())),
        })
    }
}

fn no_id_token() -> Trouble {
    Trouble::Unbelieved("there is no ID token".to_owned())
}

/// A grant that is no more is one thing, an answer that did not come another.
fn trouble(fault: RequestTokenError<Fault, TokenError>) -> Trouble {
    match fault {
        RequestTokenError::ServerResponse(told)
            if *told.error() == CoreErrorResponseType::InvalidGrant =>
        {
            Trouble::Over
        }
        other => Trouble::away(&other),
    }
}

#[cfg(test)]
impl Tokens {
    /// Tokens that need no renewal for now.
    pub(crate) fn of(id: IdToken, now: Instant) -> Self {
        let refresh = Some(RefreshToken::new("refresh".to_owned()));
        Self { refresh, id, said_at: now, due: now + SHORTLY, name: None, language: None }
    }
}
