//! Plain questions.
use accounts::*;
use crate::driver::Tx;
use crate::fault::Fault;
/// A place in an account's activity list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ActivityCursor {
    /// When.
    pub at: Instant,
    /// By which decision.
    pub decision: DecisionId,
    /// Which line of that decision.
    pub n: i64,
}
pub(crate) async fn session(_tx: &mut dyn Tx, _d: Digest) -> Result<Option<(Seen, Instant)>, Fault> { Err(Fault::Bug("unwritten".to_owned())) }
pub(crate) async fn activity(_tx: &mut dyn Tx, _a: AccountId, _b: Option<ActivityCursor>, _l: i64) -> Result<Vec<(ActivityCursor, Activity)>, Fault> { Err(Fault::Bug("unwritten".to_owned())) }
