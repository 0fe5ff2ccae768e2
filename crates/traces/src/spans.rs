//! The spans there are, each opened by a function that takes all it can say.
//!
//! ```text
//!  request ─┬─ password wait ── password hash      mail ── smtp
//!           ├─ database read, database transaction
//!           └─ provider call
//! ```
//!
//! A word of the source is `&'static str`, a name that the operator or the router wrote a `Word`. What must never be
//! here: a function that takes another text.

use figures::Word;
use tracing::field::Empty;
use tracing::{Level, Span, trace_span};

use crate::layer::{self, PARENT};
use crate::parent::Parent;

/// The target of every span that is told, and of nothing else.
pub const TARGET: &str = "traced";

/// A request to the route of this template.
#[must_use]
pub fn request(method: &str, route: &Word, parent: Option<Parent>) -> Span {
    if !is_on() {
        return Span::none();
    }
    let method = METHODS.iter().find(|known| **known == method).copied().unwrap_or("_OTHER");
    let parent = parent.map(|parent| parent.text()).unwrap_or_default();
    debug_assert_eq!(PARENT, "parent", "the field below is the one that the layer reads");
    trace_span!(target: TARGET, "request", method, route = route.as_str(), parent, status = Empty)
}

/// It was answered so.
pub fn request_answered(span: &Span, status: u16) {
    span.record("status", status);
}

/// A mail on its way to the relay, from the outbox.
#[must_use]
pub fn mail(kind: &'static str) -> Span {
    trace_span!(target: TARGET, "mail", kind)
}

/// What the relay is asked for one letter.
#[must_use]
pub fn smtp() -> Span {
    trace_span!(target: TARGET, "smtp")
}

/// A read of the database, with the wait for a connection.
#[must_use]
pub fn read() -> Span {
    trace_span!(target: TARGET, "database read")
}

/// A writing transaction, with the wait for its turn and what was repeated.
#[must_use]
pub fn transaction() -> Span {
    trace_span!(target: TARGET, "database transaction")
}

/// A question to a provider.
#[must_use]
pub fn provider(part: &'static str) -> Span {
    trace_span!(target: TARGET, "provider call", part)
}

/// The hash of a password, computed on a thread of its own, under the request that waits for it.
#[must_use]
pub fn hash(place: &Place) -> Span {
    place.0.in_scope(|| trace_span!(target: TARGET, "password hash"))
}

/// Where in a trace a job was handed in, and its wait, which is over when this is left.
#[derive(Debug)]
pub struct Place(Span, Option<Span>);

impl Place {
    /// Here, from now on waiting in this lane.
    #[must_use]
    pub fn waiting(lane: &'static str) -> Self {
        if !is_on() {
            return Self(Span::none(), None);
        }
        let wait = trace_span!(target: TARGET, "password wait", lane);
        Self(Span::current(), Some(wait))
    }

    /// The wait is over.
    pub fn taken(&mut self) {
        self.1 = None;
    }
}

/// How a question to somebody else tells which trace it is a part of; nothing where none is told.
#[must_use]
pub fn traceparent() -> Option<String> {
    if is_on() { layer::current().map(|parent| parent.text()) } else { None }
}

fn is_on() -> bool {
    tracing::enabled!(target: TARGET, Level::TRACE)
}

/// The methods of HTTP that are told by name (OpenTelemetry's conventions: others are `_OTHER`).
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
