//! Events to rows.
use accounts::*;
use crate::driver::Tx;
use crate::fault::Fault;
pub(crate) async fn all(_tx: &mut dyn Tx, _id: DecisionId, _now: Instant, _d: &Decision) -> Result<(), Fault> { Err(Fault::Bug("unwritten".to_owned())) }
