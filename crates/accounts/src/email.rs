//! An e-mail address: folded once, parsed once, compared without regard to case (Always-5).
//!
//! Accepted is what browsers accept in an e-mail field (the HTML standard's grammar), which includes the old
//! carrier addresses with consecutive or trailing dots. Nothing else is folded: a look-alike is another
//! address or none (security.md C3, B10). Mail goes to `as_stored`, never to what was typed later.

use alloc::string::{String, ToString};
use core::fmt;

/// A parsed address.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Email {
    key: String,
    stored: String,
}

/// RFC 5321 section 4.5.3.1.1.
const LOCAL_MAX: usize = 64;
/// RFC 5321 section 4.5.3.1.3, less the angle brackets.
const TOTAL_MAX: usize = 254;
/// RFC 1035 section 2.3.4.
const LABEL_MAX: usize = 63;

impl Email {
    /// Reads what a person typed. `None` when it is not an address.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        if typed.len() > TOTAL_MAX * 3 + 64 {
            return None;
        }
        let folded = typed.chars().map(fold).collect::<String>();
        let text = folded.trim_matches([' ', '\t', '\r', '\n']);
        if text.len() > TOTAL_MAX {
            return None;
        }
        let (local, domain) = text.split_once('@')?;
        let sound = is_local(local) && domain.split('.').all(is_label);
        sound.then(|| Self { key: text.to_ascii_lowercase(), stored: text.to_string() })
    }

    /// Rebuilds an address from its stored spelling; `None` when the row does not hold one.
    #[must_use]
    pub fn from_stored(stored: &str) -> Option<Self> {
        Self::parse(stored).filter(|email| email.stored == stored)
    }

    /// The spelling by which addresses are compared and found.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The spelling that mail is sent to.
    #[must_use]
    pub fn as_stored(&self) -> &str {
        &self.stored
    }

    /// The part before the at sign, as stored.
    #[must_use]
    pub fn local(&self) -> &str {
        self.stored.split('@').next().unwrap_or_default()
    }

    /// For eyes that need not see all of it: the first letter, dots, the domain.
    #[must_use]
    pub fn masked(&self) -> String {
        let first = self.stored.chars().next().unwrap_or('?');
        let domain = self.stored.split('@').nth(1).unwrap_or_default();
        alloc::format!("{first}•••@{domain}")
    }

    /// Whether two spellings are one address.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Email({})", self.masked())
    }
}

/// Full-width forms U+FF01..U+FF5E and the ideographic space, nothing else (Always-5).
fn fold(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    }
}

/// HTML standard, "valid e-mail address": `1*( atext / "." )`.
fn is_local(local: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&b);
    !local.is_empty() && local.len() <= LOCAL_MAX && local.bytes().all(allowed)
}

/// HTML standard, "valid e-mail address": `let-dig [ [ ldh-str ] let-dig ]`, at most 63 characters.
fn is_label(label: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    let edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric());
    label.len() <= LABEL_MAX
        && edge(label.bytes().next())
        && edge(label.bytes().next_back())
        && label.bytes().all(allowed)
}
