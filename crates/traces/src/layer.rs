//! Turns spans into what is told: names and times when they begin, and into the queue when they end.
//!
//! A span without a told one above it begins a trace, and the share of traces that is told is decided there; a trusted
//! parent has decided already. What must never happen here: a field that is not listed, or that is written by
//! `Display` or `Debug`, becoming an attribute.

use std::fmt;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Span, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use crate::ids::{SpanId, TraceId};
use crate::parent::Parent;
use crate::queue::{Ended, Heap, Said, Value};

/// The field with the trace that a trusted proxy has begun.
pub(crate) const PARENT: &str = "parent";

/// What listens to spans, beside the log.
pub struct Layer {
    heap: Arc<Heap>,
    per_million: u32,
}

impl Layer {
    /// Tells so many of a million traces.
    #[must_use]
    pub fn new(heap: Arc<Heap>, per_million: u32) -> Self {
        Self { heap, per_million }
    }

    fn begin(&self, above: Option<Parent>, asked: &Asked) -> Open {
        let parent = above.or(asked.parent);
        let trace = parent.map_or_else(TraceId::draw, |parent| parent.trace);
        let told = parent.map_or_else(|| trace.is_within(self.per_million), |parent| parent.sampled);
        let parent = parent.map(|parent| parent.span);
        let since = now();
        Open {
            trace,
            span: SpanId::draw(),
            parent,
            told,
            since,
            began: Instant::now(),
            said: Vec::new(),
        }
    }
}

/// A span that has not ended.
struct Open {
    trace: TraceId,
    span: SpanId,
    parent: Option<SpanId>,
    told: bool,
    /// Nanoseconds since 1970.
    since: u64,
    began: Instant,
    said: Vec<Said>,
}

impl Open {
    fn as_parent(&self) -> Parent {
        Parent { trace: self.trace, span: self.span, sampled: self.told }
    }
}

impl<S> tracing_subscriber::Layer<S> for Layer
where
    S: Subscriber + for<'lookup> LookupSpan<'lookup>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut scope = span.scope().skip(1);
        let above = scope.find_map(|span| span.extensions().get::<Open>().map(Open::as_parent));
        let mut asked = Asked::default();
        attributes.record(&mut asked);
        let mut open = self.begin(above, &asked);
        if open.told {
            open.said = asked.said;
        }
        span.extensions_mut().insert(open);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut extensions = span.extensions_mut();
        let Some(open) = extensions.get_mut::<Open>().filter(|open| open.told) else { return };
        let mut asked = Asked::default();
        values.record(&mut asked);
        open.said.append(&mut asked.said);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let Some(open) = span.extensions_mut().remove::<Open>().filter(|open| open.told) else {
            return;
        };
        let took = u64::try_from(open.began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.heap.put(Ended {
            trace: open.trace,
            span: open.span,
            parent: open.parent,
            name: span.name(),
            since: open.since,
            until: open.since.saturating_add(took),
            said: open.said,
        });
    }
}

/// The span that is open here, if it is part of a trace.
pub(crate) fn current() -> Option<Parent> {
    let found = |(id, dispatch): (&Id, &Dispatch)| {
        let registry = dispatch.downcast_ref::<Registry>()?;
        let mut scope = registry.span(id)?.scope();
        scope.find_map(|span| span.extensions().get::<Open>().map(Open::as_parent))
    };
    Span::current().with_subscriber(found)?
}

/// The fields that are told, and their names in OpenTelemetry's conventions where those have one.
const FIELDS: [(&str, &str); 6] = [
    ("method", "http.request.method"),
    ("route", "http.route"),
    ("status", "http.response.status_code"),
    ("lane", "genkan.lane"),
    ("part", "genkan.part"),
    ("kind", "genkan.kind"),
];

/// What a span says of itself.
#[derive(Default)]
struct Asked {
    parent: Option<Parent>,
    said: Vec<Said>,
}

impl Asked {
    fn say(&mut self, field: &Field, value: Value) {
        let known = FIELDS.iter().find(|(name, _)| *name == field.name());
        self.said.extend(known.map(|(_, key)| Said { key, value }));
    }
}

impl Visit for Asked {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == PARENT {
            self.parent = Parent::parse(value);
        } else {
            self.say(field, Value::Text(value.to_owned()));
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.say(field, Value::Number(i64::try_from(value).unwrap_or(i64::MAX)));
    }

    /// What `Display` or `Debug` would write is told to nobody.
    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

#[expect(
    clippy::disallowed_methods,
    reason = "a span's own time, for whoever reads it; it decides nothing"
)]
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
