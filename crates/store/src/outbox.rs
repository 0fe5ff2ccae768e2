//! The outbox.
use accounts::*;
use crate::driver::Tx;
use crate::fault::Fault;
/// Which mail: the decision that wrote it, and its number under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MailId {
    /// The decision.
    pub decision: DecisionId,
    /// From 0 on.
    pub n: i64,
}
/// A mail that was claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingMail {
    /// Which.
    pub id: MailId,
    /// What to send.
    pub mail: Mail,
    /// The code it carries, if it carries one that is not too old to be kept.
    pub challenge: Option<Challenge>,
    /// How often it was claimed, this time included.
    pub tries: u32,
    /// When it was written.
    pub written_at: Instant,
}
/// Whether the worker still held the mail when it spoke about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lease {
    /// It did, and its word was written down.
    Held,
    /// Its lease had run out and the mail is somebody else's: nothing was changed.
    Lost,
}
/// How many mails are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailCounts {
    /// To be sent.
    pub waiting: u64,
    /// Taken by the relay.
    pub sent: u64,
    /// Not to be tried again.
    pub given_up: u64,
    /// Useless before they were sent.
    pub dropped: u64,
}
#[derive(Clone, Copy)]
pub(crate) enum State { Sent, GivenUp, Dropped }
pub(crate) async fn claim(_tx: &mut dyn Tx, _w: [u8; 16], _l: Millis, _n: i64) -> Result<Vec<OutgoingMail>, Fault> { Err(Fault::Bug("unwritten".to_owned())) }
pub(crate) async fn retry(_tx: &mut dyn Tx, _i: MailId, _w: [u8; 16], _d: Instant, _e: &str) -> Result<Lease, Fault> { Err(Fault::Bug("unwritten".to_owned())) }
pub(crate) async fn end(_tx: &mut dyn Tx, _i: MailId, _w: [u8; 16], _s: State, _e: &str) -> Result<Lease, Fault> { Err(Fault::Bug("unwritten".to_owned())) }
pub(crate) async fn next_due(_tx: &mut dyn Tx) -> Result<Option<Instant>, Fault> { Err(Fault::Bug("unwritten".to_owned())) }
pub(crate) async fn counts(_tx: &mut dyn Tx) -> Result<MailCounts, Fault> { Err(Fault::Bug("unwritten".to_owned())) }
