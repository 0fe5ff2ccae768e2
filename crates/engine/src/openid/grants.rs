//! Codes given and redeemed, refresh tokens used, grants given back and looked up.

use accounts::rules::grants as rules;
use accounts::{
    AccountId, Actor, Asker, ClientGrant, Command, Digest, GrantId, GrantReach, Instant, Line, Locale,
    Method, Origin, Outcome, RedeemedCode, Scope, Seen, SessionId, ShownToken,
};
use verifiers::openid::{
    AuthorizationCode, RefreshToken, read_access_name, read_code, read_refresh, seal_code,
    thumbprint_bytes, verifies,
};

use super::Holder;
use super::tokens::ACCESS_TYP;
use crate::clients::Client;
use crate::dice::{self, Kept};
use crate::engine::Engine;
use crate::fault::Fault;
use crate::visitor::Visitor;

/// What a client asked for at the authorization endpoint, checked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Where the code goes.
    pub redirect_uri: String,
    /// The challenge that its verifier must fit.
    pub challenge: String,
    /// Granted scope values with a space between them.
    pub scope: String,
    /// For the ID token.
    pub nonce: Option<String>,
    /// The claims asked for one by one, as they came.
    pub claims: Option<String>,
    /// Thumbprint of the key to which code and tokens are bound (RFC 9449 10).
    pub key: Option<String>,
}

/// A code as it is shown.
#[derive(Clone, Copy)]
pub struct ShownCode<'s> {
    /// The code.
    pub code: &'s str,
    /// Where it was sent.
    pub redirect_uri: &'s str,
    /// What fits its challenge.
    pub verifier: &'s str,
    /// Thumbprint of the key that is shown with it.
    pub key: Option<&'s str>,
}

/// Why a code or token gives nothing, for the log; a client hears `invalid_grant` (RFC 6749 5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantRefusal {
    /// It is none of ours, or has been bent.
    Unknown,
    /// It was sent elsewhere, or its verifier does not fit.
    Unfit,
    /// The rules refuse it.
    Over,
}

/// A code's contents once it was redeemed, and what it gave.
pub struct Redeemed {
    /// What the client holds now.
    pub grant: ClientGrant,
    /// What was asked for with it.
    pub code: AuthorizationCode,
}

/// Where somebody was shown who asked for a code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Browser,
    App,
}

const NAME_CHARS: usize = 64;
const SCOPE_CHARS: usize = 1_000;
/// What makes a grant outlive its session (OpenID Connect Core 11).
const OFFLINE: &str = "offline_access";

impl Engine {
    /// The sites and apps.
    #[must_use]
    pub fn clients(&self) -> &crate::clients::Clients {
        &self.openid.clients
    }

    /// A code for a client, in the session of whoever is signed in. Nothing is written.
    ///
    /// # Errors
    /// No randomness.
    pub fn authorize(&self, client: &Client, asked: &Asked, seen: &Seen) -> Result<String, Fault> {
        self.sealed_code(client, asked, (seen, Place::Browser))
    }

    pub(super) fn sealed_code(
        &self,
        client: &Client,
        asked: &Asked,
        (seen, place): (&Seen, Place),
    ) -> Result<String, Fault> {
        let now = self.desk.clock.now();
        let code = AuthorizationCode {
            in_app: place == Place::App,
            grant: dice::grant_name(now)?,
            account: seen.account.id.0,
            session: seen.session.id.0,
            client: client.id.clone(),
            redirect: AuthorizationCode::digest_of(&asked.redirect_uri),
            challenge: asked.challenge.clone(),
            scope: asked.scope.clone(),
            nonce: asked.nonce.clone(),
            claims: asked.claims.clone(),
            key: asked.key.clone(),
            proved_ms: seen.session.proved_at.0,
            proved_by: seen.session.proved_by.key(),
            expires_ms: now.0.saturating_add(AuthorizationCode::LIFETIME_MS),
        };
        seal_code(&self.codes, &code).map_err(|_| Fault::NoRandomness)
    }

    /// Redeems a code, once (I24).
    ///
    /// # Errors
    /// A fault of the house.
    pub async fn redeem_code(
        &self,
        client: &Client,
        shown: ShownCode<'_>,
        visitor: &Visitor,
    ) -> Result<Result<Redeemed, GrantRefusal>, Fault> {
        let verifier = shown.verifier;
        let Some(code) = read_code(&self.codes, shown.code) else {
            return Ok(Err(GrantRefusal::Unknown));
        };
        let fits = code.redirect == AuthorizationCode::digest_of(shown.redirect_uri)
            && code.key.as_deref().is_none_or(|key| shown.key == Some(key))
            && if code.challenge.is_empty() {
                verifier.is_empty()
            } else {
                verifies(verifier, &code.challenge)
            };
        // In another client's hands it is burnt, whatever else came with it (security.md F3).
        if code.client == client.id && !fits {
            return Ok(Err(GrantRefusal::Unfit));
        }
        let Some(proved_by) = Method::from_key(&code.proved_by) else {
            return Ok(Err(GrantRefusal::Unknown));
        };
        let offline = code.scope.split(' ').any(|value| value == OFFLINE);
        let redeemed = RedeemedCode {
            grant: GrantId(code.grant),
            client: Line::clean(&code.client, NAME_CHARS),
            shown_by: Line::clean(&client.id, NAME_CHARS),
            session: SessionId(code.session),
            reach: match (code.in_app, offline) {
                (true, _) => GrantReach::App,
                (false, true) => GrantReach::Offline,
                (false, false) => GrantReach::Session,
            },
            scope: Line::clean(&code.scope, SCOPE_CHARS),
            proved_at: Instant(code.proved_ms),
            proved_by,
            expires_at: Instant(code.expires_ms),
        };
        let whose = (AccountId(code.account), redeemed.grant);
        let command = Command::RedeemCode { code: redeemed };
        let outcome = self.for_client(client, whose, command, visitor).await?;
        Ok(granted(outcome).map(|grant| Redeemed { grant, code }))
    }

    /// Uses a refresh token (I25), with the thumbprint of the key that is shown with it. What it answers with is a grant whose
    /// next token may be handed out.
    ///
    /// # Errors
    /// A fault of the house.
    pub async fn use_refresh_token(
        &self,
        client: &Client,
        (token, key): (&str, Option<&str>),
        visitor: &Visitor,
    ) -> Result<Result<ClientGrant, GrantRefusal>, Fault> {
        let Some(read) = read_refresh(&self.codes, token) else {
            return Ok(Err(GrantRefusal::Unknown));
        };
        // Without its key a token is nobody's, and whoever stole it ends nothing either.
        if read.key.is_some() && read.key != key.and_then(thumbprint_bytes) {
            return Ok(Err(GrantRefusal::Unfit));
        }
        let command = Command::UseRefreshToken { token: shown(client, &read) };
        let whose = (AccountId(read.account), GrantId(read.grant));
        Ok(granted(self.for_client(client, whose, command, visitor).await?))
    }

    /// Gives back what a client holds, named by its refresh token or by an access token of it (RFC 7009). A token that is
    /// nothing, or another client's, changes nothing.
    ///
    /// # Errors
    /// A fault of the house: then nothing was given back (security.md F5).
    pub async fn revoke(&self, client: &Client, token: &str, visitor: &Visitor) -> Result<(), Fault> {
        let read = match read_refresh(&self.codes, token) {
            Some(read) => Some(read),
            None => self.named_by_access(token).await.map(|(account, grant)| RefreshToken {
                account: account.0,
                grant: grant.0,
                number: 0,
                key: None,
                digest: [0; 32],
            }),
        };
        let Some(read) = read else { return Ok(()) };
        let command = Command::RevokeGrant { token: shown(client, &read) };
        let whose = (AccountId(read.account), GrantId(read.grant));
        self.for_client(client, whose, command, visitor).await.map(drop)
    }

    /// Who is behind an access token, while its grant serves.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn holder(&self, token: &str) -> Result<Option<Holder>, Fault> {
        let Some(claims) = self.signing.verify(token, ACCESS_TYP).await else { return Ok(None) };
        let name = claims.get("jti").and_then(serde_json::Value::as_str);
        let Some(whose) = name.and_then(|name| self.read_name(name)) else { return Ok(None) };
        Ok(self.serving(whose).await?.map(|(grant, account)| Holder { grant, account, claims }))
    }

    /// Who is behind a refresh token, while it could be used.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn refresh_holder(&self, token: &str) -> Result<Option<ClientGrant>, Fault> {
        let Some(read) = read_refresh(&self.codes, token) else { return Ok(None) };
        let whose = (AccountId(read.account), GrantId(read.grant));
        let found = self.serving(whose).await?;
        Ok(found.map(|(grant, _)| grant).filter(|grant| {
            let next = read.number == grant.used.saturating_add(1);
            next || (read.number == grant.used && grant.live == Some(Digest(read.digest)))
        }))
    }

    async fn serving(
        &self,
        (account, grant): (AccountId, GrantId),
    ) -> Result<Option<(ClientGrant, accounts::Account)>, Fault> {
        let scope = Scope { account: Some(account), grant: Some(grant), ..Scope::default() };
        let (snapshot, now) = self.desk.store.load(&scope).await?;
        let (Some(grant), Some(account)) = (snapshot.grant, snapshot.account) else { return Ok(None) };
        let known = self.clients().find(grant.client.as_str()).is_some();
        let serves = known && rules::serves(&grant, &account, now, &self.desk.policy);
        Ok(serves.then_some((grant, account)))
    }

    async fn named_by_access(&self, token: &str) -> Option<(AccountId, GrantId)> {
        let claims = self.signing.verify(token, ACCESS_TYP).await?;
        self.read_name(claims.get("jti")?.as_str()?)
    }

    fn read_name(&self, name: &str) -> Option<(AccountId, GrantId)> {
        let (account, grant) = read_access_name(&self.codes, name)?;
        Some((AccountId(account), GrantId(grant)))
    }

    async fn for_client(
        &self,
        client: &Client,
        (account, grant): (AccountId, GrantId),
        command: Command,
        visitor: &Visitor,
    ) -> Result<Outcome, Fault> {
        let scope = Scope { account: Some(account), grant: Some(grant), ..Scope::default() };
        let address = Line::clean(&visitor.address.to_string(), NAME_CHARS);
        let label = Line::clean(&client.id, NAME_CHARS);
        let asker = Asker {
            origin: Origin { address: address.clone(), label },
            network: address,
            locale: Locale::Ja,
            actor: Actor::Visitor,
        };
        let fresh = dice::fresh(self.desk.clock.now(), self.codes.current_id(), Kept::default())?;
        self.desk.decide(scope, command, asker, &fresh).await
    }
}

fn shown(client: &Client, read: &RefreshToken) -> ShownToken {
    ShownToken {
        client: Line::clean(&client.id, NAME_CHARS),
        number: read.number,
        digest: Digest(read.digest),
    }
}

fn granted(outcome: Outcome) -> Result<ClientGrant, GrantRefusal> {
    if let Outcome::Granted(grant) = outcome { Ok(grant) } else { Err(GrantRefusal::Over) }
}
