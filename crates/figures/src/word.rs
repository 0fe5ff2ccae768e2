//! The value of a label.
//!
//! Its type is the guard of privacy: it is made of a word that stands in the source, or, said aloud, of a name from
//! a list. So an address, an id or a token cannot become a label by a slip, and no label has values without bound.

use std::borrow::Cow;
use std::fmt;

use prometheus_client::encoding::{EncodeLabelValue, LabelValueEncoder};

/// The value of a label.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Word(Cow<'static, str>);

impl Word {
    /// A name from a list that the source or the operator has written: the template of a route, a configured
    /// provider. Never what a visitor sent.
    #[must_use]
    pub fn listed(name: &str) -> Self {
        Self(Cow::Owned(name.to_owned()))
    }

    /// The word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&'static str> for Word {
    fn from(word: &'static str) -> Self {
        Self(Cow::Borrowed(word))
    }
}

impl EncodeLabelValue for Word {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), fmt::Error> {
        EncodeLabelValue::encode(&self.as_str(), encoder)
    }
}

/// The names of labels with their values.
pub(crate) type Labels<const N: usize> = [(&'static str, Word); N];

/// Puts names and values together.
pub(crate) fn labels<const N: usize>(names: [&'static str; N], values: [Word; N]) -> Labels<N> {
    let mut values = values.into_iter();
    names.map(|name| (name, values.next().unwrap_or(Word::from(""))))
}
