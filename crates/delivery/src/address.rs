//! The stored address, and how it is spelled on the wire.
//!
//! It is here because neither lettre nor many relays take the old Japanese carrier addresses
//! (`a..b.@docomo.ne.jp`) as they stand: RFC 5321 allows such a local part only between quotes. Some relays take them only without.
//! What must never happen: an address that is read as two, or as another one (security.md C1, C2, C4), and any
//! octet that could end a command or a header line (C5). So the grammar is a list of what may pass, and
//! quotes, comments, groups, routes and non-ASCII are not on it.

use std::fmt;

/// RFC 5321 §4.5.3.1.1: octets of the local part.
const LOCAL_LIMIT: usize = 64;
/// RFC 5321 §4.5.3.1.3: octets of a path, 256 with its angle brackets.
const ADDRESS_LIMIT: usize = 254;
/// RFC 1035 §2.3.4: octets of a label.
const LABEL_LIMIT: usize = 63;

/// How an old carrier address is spelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CarrierAddresses {
    /// Between quotes, as RFC 5321 and 5322 ask: `"a..b."@docomo.ne.jp`.
    #[default]
    Quoted,
    /// As it stands, as the carriers' own servers and some relays want it: `a..b.@docomo.ne.jp`.
    Raw,
}

/// Why an address is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressFault {
    /// No `@`, or more than one.
    At,
    /// The local part is empty, or holds something else than RFC 5322 `atext` and dots.
    Local,
    /// The domain is not one of letters, digits and hyphens (an internationalised domain is stored as A-labels).
    Domain,
    /// Longer than RFC 5321 §4.5.3.1 lets it be.
    Length,
}

impl fmt::Display for AddressFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::At => "the address has no @ or more than one",
            Self::Local => "the part of the address before the @ cannot be sent",
            Self::Domain => "the domain of the address cannot be sent",
            Self::Length => "the address is longer than RFC 5321 allows",
        })
    }
}

/// The spelling for RCPT TO, MAIL FROM and the address headers: the address itself, its local part between quotes if its
/// dots are not those of a `dot-atom` and the relay wants it so.
pub(crate) fn on_the_wire(stored: &str, old: CarrierAddresses) -> Result<String, AddressFault> {
    let (local, domain) = stored.split_once('@').ok_or(AddressFault::At)?;
    if domain.contains('@') {
        return Err(AddressFault::At);
    }
    if local.is_empty() || !local.bytes().all(|b| is_atext(b) || b == b'.') {
        return Err(AddressFault::Local);
    }
    check_domain(domain)?;
    let raw = is_dot_atom(local) || old == CarrierAddresses::Raw;
    let wire = if raw { stored.to_owned() } else { format!("\"{local}\"@{domain}") };
    let wire_local = wire.len() - domain.len() - 1;
    if wire.len() > ADDRESS_LIMIT || wire_local > LOCAL_LIMIT {
        return Err(AddressFault::Length);
    }
    Ok(wire)
}

/// Whether the text is a domain of letters, digits and hyphens.
pub(crate) fn check_domain(domain: &str) -> Result<(), AddressFault> {
    let label = |l: &str| {
        !l.is_empty()
            && l.len() <= LABEL_LIMIT
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    // The length first: no work on a domain of a million labels (C11).
    if domain.len() > ADDRESS_LIMIT {
        return Err(AddressFault::Length);
    }
    if domain.split('.').all(label) { Ok(()) } else { Err(AddressFault::Domain) }
}

/// RFC 5322 §3.2.3 `dot-atom-text`.
pub(crate) fn is_dot_atom(text: &str) -> bool {
    text.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atext))
}

/// RFC 5322 §3.2.3 `atext`.
pub(crate) fn is_atext(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&octet)
}
