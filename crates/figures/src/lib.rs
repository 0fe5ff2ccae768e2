//! What a running genkan counts and measures, and the one text that tells it (OpenMetrics).
//!
//! Every room keeps its own figures and registers them here once; counting is a few atomics and never waits. A label's
//! value is a word of the source or a name from a list that the operator wrote: its type takes nothing else by accident.
//! What must never be in here: a label of something that a visitor sent or that belongs to a member.

#![cfg_attr(
    not(test),
    deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)
)]

mod count;
mod process;
mod reading;
mod span;
mod word;

use std::sync::{Arc, Mutex, PoisonError};

use prometheus_client::encoding::{self, EncodeMetric};
use prometheus_client::registry::{Registry, Unit};

pub use count::{Count, Counters};
pub use process::process;
pub use span::{LONG, SHORT, Span, Spans};
pub use word::Word;

use reading::{Kind, Reading, Told};

/// All figures of a process, under their names.
pub struct Figures {
    registry: Registry,
    bounds: Bounds,
}

/// A bound of the house: how much of it is used, and all there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// In use now.
    pub used: u64,
    /// The most that can be.
    pub limit: u64,
}

type Bounds = Arc<Mutex<Vec<(Word, Box<dyn Fn() -> Bound + Send + Sync>)>>>;

impl Default for Figures {
    fn default() -> Self {
        Self::new()
    }
}

impl Figures {
    /// None yet but the bounds, which have one name for all.
    #[must_use]
    pub fn new() -> Self {
        let bounds = Bounds::default();
        let mut figures = Self { registry: Registry::default(), bounds: Arc::clone(&bounds) };
        let of = |bounds: &Bounds, which: fn(Bound) -> u64| {
            let bounds = Arc::clone(bounds);
            move || {
                let bounds = bounds.lock().unwrap_or_else(PoisonError::into_inner);
                bounds.iter().map(|(name, read)| ([name.clone()], float(which(read())))).collect()
            }
        };
        let used = "How much of a bound of the house is in use";
        figures.gauges("genkan_bound_used", used, ["bound"], of(&bounds, |bound| bound.used));
        let limit = "How much of a bound of the house there is";
        figures.gauges("genkan_bound_limit", limit, ["bound"], of(&bounds, |bound| bound.limit));
        figures
    }

    /// A bound of the house, looked at when the figures are told.
    pub fn bound(&mut self, name: impl Into<Word>, read: impl Fn() -> Bound + Send + Sync + 'static) {
        let mut bounds = self.bounds.lock().unwrap_or_else(PoisonError::into_inner);
        bounds.push((name.into(), Box::new(read)));
    }

    /// A count. `name` ends without `_total`; the text adds it.
    pub fn count(&mut self, name: &'static str, help: &'static str, count: &Count) {
        self.told(Told { name, help, unit: None, metric: count.0.clone() });
    }

    /// Counts that differ by labels. `name` ends without `_total`; the text adds it.
    pub fn counters<const N: usize>(
        &mut self,
        name: &'static str,
        help: &'static str,
        counters: &Counters<N>,
    ) {
        self.told(Told { name, help, unit: None, metric: counters.family.clone() });
    }

    /// Lengths of time. `name` ends without `_seconds`; the text adds it.
    pub fn span(&mut self, name: &'static str, help: &'static str, span: &Span) {
        self.told(Told { name, help, unit: Some(Unit::Seconds), metric: span.0.clone() });
    }

    /// Lengths of time that differ by labels. `name` ends without `_seconds`; the text adds it.
    pub fn spans<const N: usize>(&mut self, name: &'static str, help: &'static str, spans: &Spans<N>) {
        self.told(Told { name, help, unit: Some(Unit::Seconds), metric: spans.family.clone() });
    }

    /// What is looked at when the figures are told: one value, or none where it is not known.
    pub fn gauge(
        &mut self,
        name: &'static str,
        help: &'static str,
        read: impl Fn() -> Option<f64> + Send + Sync + 'static,
    ) {
        self.gauges(name, help, [], move || read().map(|value| ([], value)).into_iter().collect());
    }

    /// What is looked at when the figures are told, with labels.
    pub fn gauges<const N: usize>(
        &mut self,
        name: &'static str,
        help: &'static str,
        labels: [&'static str; N],
        read: impl Fn() -> Vec<([Word; N], f64)> + Send + Sync + 'static,
    ) {
        self.reading(Reading { name, help, kind: Kind::Gauge, labels, read: Box::new(read) });
    }

    /// Counts that somebody else keeps, looked at when the figures are told. `name` ends without `_total`.
    pub fn totals<const N: usize>(
        &mut self,
        name: &'static str,
        help: &'static str,
        labels: [&'static str; N],
        read: impl Fn() -> Vec<([Word; N], f64)> + Send + Sync + 'static,
    ) {
        self.reading(Reading { name, help, kind: Kind::Counter, labels, read: Box::new(read) });
    }

    fn reading<const N: usize>(&mut self, reading: Reading<N>) {
        self.registry.register_collector(Box::new(reading));
    }

    fn told<M: EncodeMetric + Send + Sync + 'static>(&mut self, told: Told<M>) {
        self.registry.register_collector(Box::new(told));
    }

    /// All figures as they are now. Empty only if the text could not be written at all.
    #[must_use]
    pub fn text(&self, format: Format) -> String {
        let mut text = String::new();
        let written = match format {
            Format::OpenMetrics => encoding::text::encode(&mut text, &self.registry),
            Format::Plain => encoding::prometheus_text::encode(&mut text, &self.registry),
        };
        if written.is_err() {
            text.clear();
        }
        text
    }
}

/// The two texts that are read by everything that reads figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// OpenMetrics 1.0.
    OpenMetrics,
    /// Prometheus' own, version 0.0.4.
    Plain,
}

impl Format {
    /// The one that is asked for by this `Accept` header.
    #[must_use]
    pub fn asked(accept: &str) -> Self {
        if accept.contains("application/openmetrics-text") { Self::OpenMetrics } else { Self::Plain }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Plain => "text/plain; version=0.0.4; charset=utf-8",
        }
    }
}

/// A whole number as the text has it; above 2^53 the last digits go.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "figures are read by people and graphs")]
pub fn float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests;
