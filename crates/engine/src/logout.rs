//! What a client is told when a session is over in which it was given something: a logout token (OpenID Connect Back-Channel
//! Logout 1.0 section 2.4), signed when it is sent, so that one that is sent once more is as young as the first.
//!
//! It names the member as the client knows one, and the session as the client's ID tokens do. It is no ID token: it has a kind of
//! its own and no nonce. Its `jti` is another at each try, for a client that has failed may have kept the last.

use std::sync::Arc;

use accounts::{AccountId, SessionId};
use delivery::{Taken, WebhookFault};
use serde_json::json;
use uuid::Uuid;
use verifiers::CodeKeys;

use crate::clients::Client;
use crate::dice;
use crate::fault::Fault;
use crate::openid::subject_of;
use crate::signing::Keyring;

/// The kind of a logout token.
pub const LOGOUT_TYP: &str = "logout+jwt";
/// The one event that it tells of.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How long it is good, in seconds.
const LIFE_S: i64 = 120;

/// What telling clients needs.
#[derive(Clone)]
pub(crate) struct LogoutTokens {
    pub(crate) signing: Keyring,
    pub(crate) codes: Arc<CodeKeys>,
}

impl LogoutTokens {
    /// Signs a token and posts it.
    pub(crate) async fn tell(
        &self,
        client: &Client,
        (account, session): (AccountId, SessionId),
    ) -> Result<Taken, WebhookFault> {
        let Some(channel) = &client.logout else {
            return Err(WebhookFault::Unreachable { text: "it is told no more" });
        };
        match self.token(client, account, session).await {
            Ok(token) => channel.send(&token).await,
            Err(fault) => {
                tracing::warn!(%fault, client = client.id, "no logout token could be signed");
                Err(WebhookFault::Unreachable { text: "no token could be signed" })
            }
        }
    }

    async fn token(
        &self,
        client: &Client,
        account: AccountId,
        session: SessionId,
    ) -> Result<String, Fault> {
        let subject = subject_of(&self.codes, client, account);
        let id = dice::token_name(self.signing.now())?;
        let now = self.signing.now().0.div_euclid(1_000);
        let claims = json!({
            "iss": self.signing.issuer(),
            "sub": subject.ok_or(Fault::Bug("no key for the names of members"))?,
            "aud": client.id,
            "iat": now,
            "exp": now + LIFE_S,
            "jti": Uuid::from_bytes(id).to_string(),
            "sid": Uuid::from_bytes(session.0).to_string(),
            "events": { EVENT: {} },
        });
        self.signing.sign(client.algorithm, LOGOUT_TYP, &claims).await
    }
}
