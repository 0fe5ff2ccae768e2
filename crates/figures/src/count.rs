//! What only grows: how often something happened.
//!
//! A count is one atomic number. One that differs by labels is found by a look into a table; who counts often keeps
//! what `of` gave and spares the look.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

use crate::word::{Labels, Word, labels};

/// How often something happened. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Count(pub(crate) Counter);

impl Count {
    /// Once more.
    pub fn one(&self) {
        self.0.inc();
    }

    /// So many more.
    pub fn add(&self, more: u64) {
        self.0.inc_by(more);
    }

    /// So far.
    #[must_use]
    pub fn so_far(&self) -> u64 {
        self.0.get()
    }
}

/// How often something happened, apart by labels. Clones share it.
#[derive(Clone, Debug)]
pub struct Counters<const N: usize> {
    names: [&'static str; N],
    pub(crate) family: Family<Labels<N>, Counter>,
}

impl<const N: usize> Counters<N> {
    /// With these labels.
    #[must_use]
    pub fn new(names: [&'static str; N]) -> Self {
        Self { names, family: Family::default() }
    }

    /// The count under these values, begun at nought if it is new.
    #[must_use]
    pub fn of(&self, values: [Word; N]) -> Count {
        Count(self.family.get_or_create(&labels(self.names, values)).clone())
    }

    /// Once more under these values.
    pub fn one(&self, values: [Word; N]) {
        self.family.get_or_create(&labels(self.names, values)).inc();
    }

    /// So many more under these values.
    pub fn add(&self, values: [Word; N], more: u64) {
        self.family.get_or_create(&labels(self.names, values)).inc_by(more);
    }
}

/// A count by one label is told from nought on for values that are known before: an alert sees the first of them.
impl Counters<1> {
    /// Begins these values at nought.
    #[must_use]
    pub fn beginning(self, values: &[&'static str]) -> Self {
        for value in values {
            let _begun = self.of([Word::from(*value)]);
        }
        self
    }
}
