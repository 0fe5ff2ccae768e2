//! A line of the log as JSON: what every line has, then the fields of the event, then the number of its request.
//!
//! Each request writes a line, so this is part of the price of every answer: the library's own JSON keeps the fields of a
//! span as JSON and reads them back for each line. Fields are told in the order in which they were written; a text is
//! escaped as RFC 8259 section 7 asks for.

use std::fmt::{self, Write};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use super::stamp;

/// Writes lines.
pub(super) struct Lines;

/// Writes fields, each as `,"name":value`.
pub(super) struct Fields;

impl<'writer> FormatFields<'writer> for Fields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'writer>, fields: R) -> fmt::Result {
        let mut fragment = Fragment { writer, outcome: Ok(()) };
        fields.record(&mut fragment);
        fragment.outcome
    }
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'lookup> LookupSpan<'lookup>,
    N: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        writer.write_str("{\"timestamp\":\"")?;
        stamp::now(&mut writer)?;
        writer.write_str("\",\"level\":\"")?;
        writer.write_str(event.metadata().level().as_str())?;
        writer.write_char('"')?;
        context.format_fields(writer.by_ref(), event)?;
        if let Some(span) = context.lookup_current() {
            let extensions = span.extensions();
            if let Some(fields) = extensions.get::<FormattedFields<N>>() {
                writer.write_str(&fields.fields)?;
            }
        }
        writer.write_str("}\n")
    }
}

struct Fragment<'writer> {
    writer: Writer<'writer>,
    outcome: fmt::Result,
}

impl Fragment<'_> {
    fn put(&mut self, field: &Field, value: impl FnOnce(&mut Writer<'_>) -> fmt::Result) {
        let Self { writer, outcome } = self;
        if outcome.is_ok() {
            let name = [",\"", field.name(), "\":"];
            *outcome = name
                .into_iter()
                .try_for_each(|part| writer.write_str(part))
                .and_then(|()| value(writer));
        }
    }
}

impl Visit for Fragment<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, |writer| {
            writer.write_char('"')?;
            Escaping(writer).write_str(value)?;
            writer.write_char('"')
        });
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, |writer| write!(writer, "{value}"));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, |writer| write!(writer, "{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, |writer| write!(writer, "{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, |writer| {
            writer.write_char('"')?;
            write!(Escaping(writer), "{value:?}")?;
            writer.write_char('"')
        });
    }
}

/// Escapes on the way what may not stand in a string of JSON.
struct Escaping<'w, 'writer>(&'w mut Writer<'writer>);

impl Write for Escaping<'_, '_> {
    fn write_str(&mut self, mut rest: &str) -> fmt::Result {
        // All of these are one byte, and no part of a longer sign looks like one.
        while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
            let (plain, from) = rest.split_at(at);
            self.0.write_str(plain)?;
            let mut signs = from.chars();
            match signs.next() {
                Some(sign @ ('"' | '\\')) => write!(self.0, "\\{sign}")?,
                Some('\n') => self.0.write_str("\\n")?,
                Some(sign) => write!(self.0, "\\u{:04x}", u32::from(sign))?,
                None => {}
            }
            rest = signs.as_str();
        }
        self.0.write_str(rest)
    }
}

#[cfg(test)]
mod tests;
