//! Deletes what means nothing any more.
use accounts::Policy;
use crate::database::Database;
use crate::fault::Fault;
/// How many rows were deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Expired flows.
    pub flows: u64,
    /// Mailed codes of more than a day ago.
    pub challenges: u64,
    /// Counts of networks.
    pub networks: u64,
    /// Lapsed sessions.
    pub sessions: u64,
    /// Guards of addresses that say nothing.
    pub guards: u64,
    /// Mails that were sent, dropped or given up long ago.
    pub mails: u64,
}
impl Swept {
    /// The greatest of the counts.
    #[must_use]
    pub fn most(&self) -> u64 {
        let all = [self.flows, self.challenges, self.networks, self.sessions, self.guards, self.mails];
        all.into_iter().max().unwrap_or(0)
    }
}
pub(crate) async fn all(_d: &Database, _p: &Policy, _l: i64) -> Result<Swept, Fault> { Err(Fault::Bug("unwritten".to_owned())) }
