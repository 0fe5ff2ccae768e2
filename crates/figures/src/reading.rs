//! How a figure gets into the text: what is counted and measured, and what is only looked at when the figures are told
//! (lengths of lines, sizes, ages).
//!
//! A look must be quick and must not wait: the text is written while it runs.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Unit;

use crate::word::{Word, labels};

/// Whether a value may fall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It may.
    Gauge,
    /// It only grows.
    Counter,
}

/// A figure with the way to look at it.
pub(crate) struct Reading<const N: usize> {
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    pub(crate) kind: Kind,
    pub(crate) labels: [&'static str; N],
    pub(crate) read: Box<dyn Fn() -> Vec<([Word; N], f64)> + Send + Sync>,
}

impl<const N: usize> fmt::Debug for Reading<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<const N: usize> Collector for Reading<N> {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let kind = match self.kind {
            Kind::Gauge => MetricType::Gauge,
            Kind::Counter => MetricType::Counter,
        };
        let mut metric = encoder.encode_descriptor(self.name, self.help, None, kind)?;
        for (values, value) in (self.read)() {
            let set = labels(self.labels, values);
            let mut sample = metric.encode_family(&set)?;
            match self.kind {
                Kind::Gauge => sample.encode_gauge(&value)?,
                Kind::Counter => sample.encode_counter::<NoLabelSet, f64, f64>(&value, None)?,
            }
        }
        Ok(())
    }
}

/// What is counted or measured, told with its name and meaning also before anything happened.
pub(crate) struct Told<M> {
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    pub(crate) unit: Option<Unit>,
    pub(crate) metric: M,
}

impl<M> fmt::Debug for Told<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Told").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<M: EncodeMetric + Send + Sync + 'static> Collector for Told<M> {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let kind = self.metric.metric_type();
        let metric = encoder.encode_descriptor(self.name, self.help, self.unit.as_ref(), kind)?;
        self.metric.encode(metric)
    }
}
