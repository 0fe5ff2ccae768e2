//! A provider's answer, brought by a browser or handed in by an app, into who was shown.
//!
//! A browser brings a code, which is exchanged here with the trip's PKCE verifier; an app hands in an ID token,
//! and with Apple also a code. Both end at the same checks of the same claims.
//!
//! What must never happen here: an answer of one provider redeemed at another (RFC 9207), a token taken without
//! its nonce (security.md D8), anything but a name taken from what the browser or the app says.

use reqwest::Url;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::Provider;
use super::apple::name_in_form;
use super::claims::{Bound, Expected, IdClaims, Nonce, Shown, clean_name};
use super::discovery::Metadata;
use super::keys::Use;
use super::options::{ClientSecret, Preset};
use super::problems::{Part, Redeem, TokenProblem, UpstreamFault};
use super::trip::TripSecrets;

const MOST_CODE_BYTES: usize = 4_096;
const MOST_REFRESH_BYTES: usize = 4_096;

/// What a browser brings back. No `Debug`: the code is in it.
pub struct Callback {
    /// The code.
    pub code: String,
    /// The issuer as the answer names it (RFC 9207).
    pub iss: Option<String>,
    /// Apple's `user` field; only a name is ever taken from it.
    pub user: Option<String>,
}

/// What the token endpoint gave. No `Debug`, wiped on drop.
pub(super) struct Tokens {
    id_token: Option<Zeroizing<String>>,
    access_token: Option<Zeroizing<String>>,
    refresh_token: Option<Zeroizing<String>>,
}

impl Provider {
    /// Who the provider showed to the browser of this trip.
    ///
    /// # Errors
    /// When the answer is not believed, or the provider cannot be asked.
    pub async fn redeem(&self, trip: &TripSecrets, answer: Callback) -> Result<Shown, Redeem> {
        let metadata = self.metadata().await?;
        let code = Zeroizing::new(answer.code);
        match &answer.iss {
            Some(issuer) if self.options.issuer_spellings().contains(&issuer.as_str()) => {}
            None if !metadata.iss_promised => {}
            _ => return Err(TokenProblem::CallbackIssuer.into()),
        }
        let client_id = self.options.client_id.as_str();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", self.options.redirect_uri.as_str()),
            ("code_verifier", trip.verifier()),
        ];
        let tokens = self.exchange(&metadata, client_id, &code, &form).await?;
        let id_token = tokens.id_token.as_deref().ok_or(TokenProblem::NoIdToken)?;
        let mut claims: IdClaims = self.opened(id_token, Use::IdToken).await?;
        let access_token = tokens.access_token.as_ref().map(|token| token.as_str());
        let expected = Expected {
            audiences: vec![client_id],
            parties: vec![client_id],
            nonce: Nonce::Exactly(trip.nonce()),
            bound: Bound::Exchange { access_token, code: &code },
            now_ms: self.now_ms(),
        };
        let subject = claims.check(&self.options, &expected)?;
        if let (false, Some(url), Some(token)) =
            (claims.has_address(), &metadata.userinfo, access_token)
        {
            self.ask_userinfo(url, token, &subject, &mut claims).await;
        }
        let mut shown = claims.shown(&self.options, subject, expected.now_ms);
        if self.options.preset == Preset::Apple && shown.name.is_none() {
            shown.name = answer.user.as_deref().and_then(name_in_form);
        }
        shown.refresh_token = kept(client_id, tokens.refresh_token.as_ref());
        Ok(shown)
    }

    /// Many providers say the address only there (OpenID Connect Core §5.4). Who it is has been decided without it,
    /// so where it cannot be asked, the person comes without an address.
    async fn ask_userinfo(&self, url: &Url, access_token: &str, subject: &str, claims: &mut IdClaims) {
        let part = Part::Userinfo;
        let body = match self.outbound.get_as(part, url, access_token).await {
            Ok(body) => body,
            Err(fault) => return tracing::warn!(%fault, "a person comes without what is told there"),
        };
        match serde_json::from_slice::<IdClaims>(&body) {
            Ok(more) => {
                if !claims.complete(subject, more) {
                    tracing::warn!("{part} speaks of another subject and is not listened to");
                }
            }
            Err(_) => {
                let fault = UpstreamFault::NotJson(part);
                tracing::warn!(%fault, "a person comes without what is told there");
            }
        }
    }

    /// Whether it is set up for apps.
    #[must_use]
    pub fn knows_apps(&self) -> bool {
        !self.options.native_client_ids.is_empty()
    }

    /// Who the provider showed to an app. `authorization_code` is exchanged with Apple alone, for the refresh
    /// token that a withdrawal must end; `name` is what the app was told, as Apple tells it to nobody else.
    ///
    /// # Errors
    /// When the token is not believed, or the provider cannot be asked.
    pub async fn native(
        &self,
        trip: &TripSecrets,
        id_token: &str,
        authorization_code: Option<&str>,
        name: Option<&str>,
    ) -> Result<Shown, Redeem> {
        let claims: IdClaims = self.opened(id_token, Use::IdToken).await?;
        let natives: Vec<&str> = self.options.native_client_ids.iter().map(String::as_str).collect();
        let mut parties = natives.clone();
        parties.push(&self.options.client_id);
        let expected = Expected {
            audiences: natives,
            parties,
            nonce: Nonce::OrItsHash(trip.nonce()),
            bound: Bound::Handed { code: authorization_code },
            now_ms: self.now_ms(),
        };
        let subject = claims.check(&self.options, &expected)?;
        let mut shown = claims.shown(&self.options, subject, expected.now_ms);
        shown.name = shown.name.or_else(|| name.and_then(clean_name));
        if let (Preset::Apple, Some(code)) = (self.options.preset, authorization_code) {
            let client_id = claims.own_audience(&expected.audiences).ok_or(TokenProblem::Audience)?;
            shown.refresh_token = self.exchange_native(trip, code, client_id, &shown.subject).await?;
        }
        Ok(shown)
    }

    async fn exchange_native(
        &self,
        trip: &TripSecrets,
        code: &str,
        client_id: &str,
        subject: &str,
    ) -> Result<Option<Zeroizing<String>>, Redeem> {
        let metadata = self.metadata().await?;
        let form = [("grant_type", "authorization_code"), ("code", code)];
        let tokens = self.exchange(&metadata, client_id, code, &form).await?;
        let id_token = tokens.id_token.as_deref().ok_or(TokenProblem::NoIdToken)?;
        let claims: IdClaims = self.opened(id_token, Use::IdToken).await?;
        let expected = Expected {
            audiences: vec![client_id],
            parties: vec![client_id],
            nonce: Nonce::IfThere(trip.nonce()),
            bound: Bound::Exchange {
                access_token: tokens.access_token.as_ref().map(|token| token.as_str()),
                code,
            },
            now_ms: self.now_ms(),
        };
        if claims.check(&self.options, &expected)? != subject {
            return Err(TokenProblem::AnotherSubject.into());
        }
        Ok(kept(client_id, tokens.refresh_token.as_ref()))
    }

    /// Ends a token that `Shown::refresh_token` gave out.
    ///
    /// # Errors
    /// When the provider cannot be asked, or does not say that it is ended.
    pub async fn revoke(&self, refresh_token: &str) -> Result<(), UpstreamFault> {
        let metadata = self.metadata().await?;
        let endpoint = metadata.revocation.as_ref().ok_or(UpstreamFault::NoRevocation)?;
        let (client_id, token) = match refresh_token.split_once(' ') {
            Some((client_id, token)) if self.is_ours(client_id) => (client_id, token),
            _ => (self.options.client_id.as_str(), refresh_token),
        };
        let form = [("token", token), ("token_type_hint", "refresh_token")];
        let question = Question { part: Part::Revocation, url: endpoint, client_id };
        match self.ask_as_client(&metadata, question, &form).await? {
            Said::Body(_) => Ok(()),
            Said::BadGrant(status) => Err(UpstreamFault::Status(Part::Revocation, status)),
        }
    }

    fn is_ours(&self, client_id: &str) -> bool {
        client_id == self.options.client_id
            || self.options.native_client_ids.iter().any(|id| id == client_id)
    }

    pub(super) async fn exchange(
        &self,
        metadata: &Metadata,
        client_id: &str,
        code: &str,
        form: &[(&str, &str)],
    ) -> Result<Tokens, Redeem> {
        let visible = code.bytes().all(|b| b.is_ascii_graphic());
        if !visible || !(1..=MOST_CODE_BYTES).contains(&code.len()) {
            return Err(TokenProblem::Code.into());
        }
        let question = Question { part: Part::Token, url: &metadata.token, client_id };
        match self.ask_as_client(metadata, question, form).await? {
            Said::Body(body) => Ok(tokens(&body)?),
            Said::BadGrant(_) => Err(TokenProblem::Code.into()),
        }
    }

    async fn ask_as_client(
        &self,
        metadata: &Metadata,
        question: Question<'_>,
        form: &[(&str, &str)],
    ) -> Result<Said, UpstreamFault> {
        let Question { part, url, client_id } = question;
        let secret = match (&self.options.secret, &self.signer) {
            (ClientSecret::Static(secret), _) => Some(secret.clone()),
            (_, Some(signer)) => Some(signer.secret(client_id, self.now_ms())?),
            _ => None,
        };
        let mut form = form.to_vec();
        let mut basic = None;
        match &secret {
            Some(secret) if metadata.secret_in_form || self.signer.is_some() => {
                form.extend([("client_id", client_id), ("client_secret", secret.as_str())]);
            }
            Some(secret) => basic = Some((client_id, secret.as_str())),
            None => form.push(("client_id", client_id)),
        }
        let answer = self.outbound.post(part, url, &form, basic).await?;
        match answer.status {
            200 => Ok(Said::Body(answer.body)),
            status @ 400..=499 => match error_word(&answer.body).as_deref() {
                Some("invalid_grant") => Ok(Said::BadGrant(status)),
                Some("invalid_client" | "unauthorized_client") => Err(UpstreamFault::ClientRefused),
                Some("redirect_uri_mismatch") => Err(UpstreamFault::RedirectRefused),
                _ => Err(UpstreamFault::Status(part, status)),
            },
            status => Err(UpstreamFault::Status(part, status)),
        }
    }
}

struct Question<'a> {
    part: Part,
    url: &'a Url,
    client_id: &'a str,
}

enum Said {
    Body(Zeroizing<Vec<u8>>),
    BadGrant(u16),
}

fn tokens(body: &[u8]) -> Result<Tokens, UpstreamFault> {
    #[derive(Deserialize)]
    struct Document {
        id_token: Option<String>,
        access_token: Option<String>,
        refresh_token: Option<String>,
    }
    let document: Document =
        serde_json::from_slice(body).map_err(|_| UpstreamFault::NotJson(Part::Token))?;
    Ok(Tokens {
        id_token: document.id_token.map(Zeroizing::new),
        access_token: document.access_token.map(Zeroizing::new),
        refresh_token: document.refresh_token.map(Zeroizing::new),
    })
}

/// The word of RFC 6749 §5.2; the rest of the answer is not looked at.
fn error_word(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Document {
        error: String,
    }
    serde_json::from_slice::<Document>(body).ok().map(|document| document.error)
}

/// A refresh token together with the client it was given to: Apple ends it for no other.
fn kept(client_id: &str, token: Option<&Zeroizing<String>>) -> Option<Zeroizing<String>> {
    let token = token.filter(|token| {
        (1..=MOST_REFRESH_BYTES).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_graphic())
    })?;
    Some(Zeroizing::new(format!("{client_id} {}", token.as_str())))
}
