//! What a request spent its time on, as spans that are told to a collector (OpenTelemetry, OTLP over HTTP as JSON).
//!
//! A room opens a span by a function of this crate, whose arguments are all a span can say: words of the source and names
//! that the operator wrote, so no address, secret or token becomes an attribute by a slip. Off, such a function looks at one
//! flag. What must never happen here: a request that waits for the collector, or a visitor who chooses what is traced.

#![cfg_attr(
    not(test),
    deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)
)]

mod ids;
mod layer;
mod otlp;
mod parent;
mod queue;
mod send;
mod spans;

pub use ids::instance;
pub use layer::Layer;
pub use parent::Parent;
pub use queue::{Heap, Tally};
pub use send::{Collector, Ready, Sending, Service, open};
pub use spans::{
    Place, TARGET, hash, mail, provider, read, request, request_answered, smtp, traceparent,
    transaction,
};
pub use tracing::Instrument;
