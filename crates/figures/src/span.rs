//! How long something took, in buckets of seconds.
//!
//! The bounds of the buckets are chosen where a span is made, for what it measures; they never change while it runs.

use std::time::Duration;

use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::histogram::Histogram;

use crate::word::{Labels, Word, labels};

/// Answers of a program: half a millisecond to ten seconds.
pub const SHORT: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// Work that others wait for in a line: ten milliseconds to an hour.
pub const LONG: &[f64] =
    &[0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0];

/// How long something took. Clones share it.
#[derive(Clone, Debug)]
pub struct Span(pub(crate) Histogram);

impl Span {
    /// In buckets up to these seconds.
    #[must_use]
    pub fn new(bounds: &'static [f64]) -> Self {
        Self(Histogram::new(bounds.iter().copied()))
    }

    /// It took so long.
    pub fn took(&self, time: Duration) {
        self.0.observe(time.as_secs_f64());
    }
}

/// How long something took, apart by labels. Clones share it.
#[derive(Clone, Debug)]
pub struct Spans<const N: usize> {
    names: [&'static str; N],
    pub(crate) family: Family<Labels<N>, Histogram, Buckets>,
}

impl<const N: usize> Spans<N> {
    /// With these labels, in buckets up to these seconds.
    #[must_use]
    pub fn new(names: [&'static str; N], bounds: &'static [f64]) -> Self {
        Self { names, family: Family::new_with_constructor(Buckets(bounds)) }
    }

    /// The span under these values.
    #[must_use]
    pub fn of(&self, values: [Word; N]) -> Span {
        Span(self.family.get_or_create(&labels(self.names, values)).clone())
    }

    /// It took so long, under these values.
    pub fn took(&self, values: [Word; N], time: Duration) {
        self.family.get_or_create(&labels(self.names, values)).observe(time.as_secs_f64());
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Buckets(&'static [f64]);

impl MetricConstructor<Histogram> for Buckets {
    fn new_metric(&self) -> Histogram {
        Histogram::new(self.0.iter().copied())
    }
}
