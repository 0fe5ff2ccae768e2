//! Apps that sign somebody in without a browser (OAuth 2.0 for First-Party Applications): what they carry from step to step, and
//! the code at the end.
//!
//! Every step is an attempt like any other; nothing is decided here. The secret of the session that a sign-in begins is dropped
//! at once: what is sealed names the session, and only here is it found by its name.

use accounts::rules::session;
use accounts::{AccountId, ClientGrant, Digest, Instant, Scope, Seen, SessionId};
use verifiers::openid::{AuthSession, read_auth_session, seal_auth_session};

use super::grants::{Asked, Place};
use crate::answer::Signed;
use crate::clients::Client;
use crate::engine::Engine;
use crate::fault::Fault;

/// What an app carries that has to show its member once more.
const STEP_UP: &str = "proof";

impl Signed {
    /// Account and session, for an app that is to hold no secret of it.
    #[must_use]
    pub fn names(&self) -> ([u8; 16], [u8; 16]) {
        (self.welcome.account.0, self.welcome.session.0)
    }
}

impl Engine {
    /// What an app carries, from now on for as long as it may.
    ///
    /// # Errors
    /// No randomness.
    pub fn seal_auth_session(&self, mut held: AuthSession) -> Result<String, Fault> {
        held.expires_ms = self.desk.clock.now().0.saturating_add(AuthSession::LIFETIME_MS);
        seal_auth_session(&self.codes, &held).map_err(|_| Fault::NoRandomness)
    }

    /// What an app carries, if it is ours and its time is not over. Whose it is, is not looked at.
    #[must_use]
    pub fn read_auth_session(&self, text: &str) -> Option<AuthSession> {
        let held = read_auth_session(&self.codes, text)?;
        (self.desk.clock.now() < Instant(held.expires_ms)).then_some(held)
    }

    /// With what an app can show its member once more. It gives nothing without that, and without the key of the tokens.
    pub(super) fn auth_session_of(
        &self,
        grant: &ClientGrant,
        key: Option<&str>,
    ) -> Result<String, Fault> {
        self.seal_auth_session(AuthSession {
            key: key.map(str::to_owned),
            client: grant.client.as_str().to_owned(),
            stage: STEP_UP.to_owned(),
            session: Some((grant.account.0, grant.session.0)),
            proof_due: true,
            ..AuthSession::default()
        })
    }

    /// The session that somebody was signed in with, while it serves: its digest, for the steps that follow, and who it is.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn held(&self, names: ([u8; 16], [u8; 16])) -> Result<Option<(Digest, Seen)>, Fault> {
        let (account, id) = (AccountId(names.0), SessionId(names.1));
        let scope = Scope { account: Some(account), ..Scope::default() };
        let (snapshot, now) = self.desk.store.load(&scope).await?;
        let Some(account) = snapshot.account else { return Ok(None) };
        let serves =
            |s: &&accounts::Session| s.id == id && session::serves(s, &account, now, &self.desk.policy);
        let found = account.sessions.iter().find(serves).cloned();
        Ok(found.map(|session| (session.digest, Seen { session, account })))
    }

    /// A code for an app, in the session that it has begun by itself. It is bound to no address, so that none of a browser's can
    /// be redeemed as it is.
    ///
    /// # Errors
    /// No randomness.
    pub fn authorize_app(
        &self,
        client: &Client,
        held: &AuthSession,
        seen: &Seen,
    ) -> Result<String, Fault> {
        let asked = Asked {
            redirect_uri: String::new(),
            challenge: held.challenge.clone(),
            scope: held.scope.clone(),
            nonce: held.nonce.clone(),
            claims: held.claims.clone(),
            key: held.key.clone(),
        };
        self.sealed_code(client, &asked, (seen, Place::App))
    }
}
