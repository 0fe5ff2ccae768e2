//! Parameters as they came: each at most once (RFC 6749 3.1), unknown ones passed over, within a bound.

use crate::fields;

/// Parameters of a query or a form. What comes twice is refused with the whole.
pub(super) struct Params(Vec<(String, String)>);

/// Longer values are refused: none of ours is (security.md F10).
const LONGEST_VALUE: usize = 4_096;

impl Params {
    /// Of a query string or a form's body.
    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::within(LONGEST_VALUE, text)
    }

    /// As `parse`, with another bound of values.
    pub(super) fn within(longest: usize, text: &str) -> Option<Self> {
        let pairs = fields::pairs(text)?;
        let twice =
            |(name, _): &(String, String)| pairs.iter().filter(|(key, _)| key == name).count() > 1;
        let long = |(_, value): &(String, String)| value.len() > longest;
        (!pairs.iter().any(twice) && !pairs.iter().any(long)).then_some(Self(pairs))
    }

    /// A parameter's value; what is empty counts as not sent (RFC 6749 3.1).
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        found.filter(|value| !value.is_empty())
    }

    /// All of them but one, as a query string in one spelling.
    pub(super) fn without(&self, name: &str) -> String {
        self.but(&[name])
    }

    /// All of them but some, as a query string in one spelling.
    pub(super) fn but(&self, names: &[&str]) -> String {
        let kept = self.0.iter().filter(|(key, _)| !names.contains(&key.as_str()));
        query(kept.map(|(key, value)| (key.as_str(), value.as_str())))
    }
}

/// A query string in which everything but unreserved signs is escaped.
pub(super) fn query<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> String {
    let each = pairs.into_iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
    each.collect::<Vec<_>>().join("&")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// An address with more parameters than it had.
pub(super) fn with_params<'p>(
    uri: &str,
    pairs: impl IntoIterator<Item = (&'p str, &'p str)>,
) -> String {
    let joint = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{joint}{}", query(pairs))
}

#[cfg(test)]
mod tests {
    use super::{Params, with_params};

    #[test]
    fn what_comes_twice_or_too_long_is_refused_with_the_whole() {
        assert!(Params::parse("a=1&b=2").is_some());
        assert!(Params::parse("a=1&b=2&a=1").is_none());
        assert!(Params::parse(&format!("a={}", "x".repeat(4_097))).is_none());
        assert!(Params::parse("a=%zz").is_none());
    }

    #[test]
    fn what_is_empty_counts_as_not_sent() {
        let params = Params::parse("state=&scope=openid").unwrap();
        assert_eq!((params.get("state"), params.get("scope")), (None, Some("openid")));
    }

    #[test]
    fn f13_a_value_cannot_leave_its_parameter() {
        let uri = with_params("https://novel.example/cb?x=1", [("state", "a&b=c#<\"'\r\n> あ")]);
        assert_eq!(
            uri,
            "https://novel.example/cb?x=1&state=a%26b%3Dc%23%3C%22%27%0D%0A%3E%20%E3%81%82"
        );
    }
}
