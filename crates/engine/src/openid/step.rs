//! The mark of a request that goes through a sign-in: when it began, for this request alone.

use accounts::{Account, ClientGrant, Instant, Scope};
use verifiers::openid::{AuthorizationCode, Step, read_step, seal_step};

use crate::engine::Engine;
use crate::fault::Fault;

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
