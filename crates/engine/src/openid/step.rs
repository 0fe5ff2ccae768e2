//! The mark of a request that goes through a sign-in: when it began, for this request alone.

use accounts::{Account, ClientGrant, Instant, Scope};
use verifiers::openid::{
    AuthorizationCode, PushedRequest, Step, read_pushed, read_step, seal_pushed, seal_step,
};

use crate::clients::Client;
use crate::engine::Engine;
use crate::fault::Fault;

/// How long a pushed request can be begun with: a redirect takes less, a slow telephone not much more.
const PUSHED_LIFE_S: i64 = 90;

impl Engine {
    /// A mark that a request began now.
    ///
    /// # Errors
    /// No randomness.
    pub fn begin_step(&self, request: &str) -> Result<String, Fault> {
        let request = AuthorizationCode::digest_of(request);
        let step = Step { since_ms: self.desk.clock.now().0, request };
        seal_step(&self.codes, step).map_err(|_| Fault::NoRandomness)
    }

    /// When this request began, if the mark is of it.
    #[must_use]
    pub fn step(&self, request: &str, mark: Option<&str>) -> Option<Step> {
        let step = read_step(&self.codes, mark?)?;
        (step.request == AuthorizationCode::digest_of(request)).then_some(step)
    }

    /// A name for a request that a client has pushed, good for so many seconds (RFC 9126 2.2). Nothing is kept.
    ///
    /// # Errors
    /// No randomness.
    pub fn push(&self, client: &Client, request: Vec<u8>) -> Result<(String, i64), Fault> {
        let expires_ms = self.desk.clock.now().0.saturating_add(PUSHED_LIFE_S * 1_000);
        let pushed = PushedRequest { client: client.id.clone(), expires_ms, request };
        let uri = seal_pushed(&self.codes, &pushed).map_err(|_| Fault::NoRandomness)?;
        Ok((uri, PUSHED_LIFE_S))
    }

    /// What a client has pushed, if it is its own, and can still be begun with or has begun.
    #[must_use]
    pub fn pushed(&self, client: &Client, uri: &str, begun: bool) -> Option<Vec<u8>> {
        let pushed = read_pushed(&self.codes, uri)?;
        let in_time = begun || self.desk.clock.now().0 < pushed.expires_ms;
        (pushed.client == client.id && in_time).then_some(pushed.request)
    }

    /// The time of the house.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.desk.clock.now()
    }

    /// The account of a grant, as it is now.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn grants_account(&self, grant: &ClientGrant) -> Result<Option<Account>, Fault> {
        let scope = Scope { account: Some(grant.account), ..Scope::default() };
        Ok(self.desk.store.load(&scope).await?.0.account)
    }
}
