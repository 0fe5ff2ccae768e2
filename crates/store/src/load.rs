//! Scope to snapshot.
use accounts::*;
use crate::driver::Tx;
use crate::fault::Fault;
pub(crate) async fn plainly(_tx: &mut dyn Tx, _s: &Scope) -> Result<(Snapshot, Instant), Fault> { Err(Fault::Bug("unwritten".to_owned())) }
pub(crate) async fn locked(_tx: &mut dyn Tx, _s: &Scope) -> Result<(Snapshot, Instant), Fault> { Err(Fault::Bug("unwritten".to_owned())) }
pub(crate) async fn owner(_tx: &mut dyn Tx, _k: &str) -> Result<Option<AccountId>, Fault> { Err(Fault::Bug("unwritten".to_owned())) }
