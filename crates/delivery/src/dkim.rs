//! Signing mail so that receivers know whose it is and that nobody has changed it (RFC 6376, RFC 8463).
//!
//! It is here, over the finished octets, because only what leaves can be signed. With both kinds of keys a mail
//! carries two signatures, each good by itself: RSA, which everybody checks, and Ed25519. There is no length (`l=`),
//! so nothing can be added to the body, and what a reader's program acts on is named once more than it is there,
//! so nothing can be added to the head either.
//! What must never happen: a mail that leaves unsigned where signing is set, a signature that leaves From out.

mod canonical;
mod key;

use std::fmt;

use aws_lc_rs::digest::{Context, SHA256, digest};
use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{Record, address::check_domain};

pub use key::{KeyFault, KeyKind, SigningKey, Unsigned};

/// What is signed, each once more than the mail has it (RFC 6376 §5.4.2, §8.15): what readers see, where answers go, and
/// how the body is read. List-* is not among it: the mails have none, and an address that is a group adds them when it hands
/// the mail on to its people, which may not cost them the mail.
const SIGNED: [&str; 11] = [
    "From",
    "Reply-To",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
];

/// Where a line of a signature is folded, in octets (RFC 5322 §2.1.1).
const LINE: usize = 76;
/// RFC 1035 §2.3.4, without the length octets: letters of a whole name.
const MOST_NAME: usize = 253;
const FIELD: &str = "DKIM-Signature";

/// Why a signer cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignerFault {
    /// The domain is none.
    Domain,
    /// A selector is not made of letters, digits, hyphens and dots, or the name with it is too long.
    Selector,
    /// Two keys under one selector: a record can hold only one.
    SameSelector,
    /// No key.
    NoKey,
}

impl fmt::Display for SignerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Domain => "the domain of the signatures is not a domain",
            Self::Selector => "a selector cannot be part of a name in DNS, or is too long",
            Self::SameSelector => "two keys have the same selector",
            Self::NoKey => "there is no key",
        })
    }
}

impl std::error::Error for SignerFault {}

/// A domain and the keys that sign for it.
pub struct Signer {
    domain: String,
    keys: Vec<(String, SigningKey)>,
}

/// The keys are not shown.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let selectors = self.keys.iter().map(|(selector, _)| selector.as_str());
        let selectors = selectors.collect::<Vec<_>>();
        f.debug_struct("Signer").field("domain", &self.domain).field("selectors", &selectors).finish()
    }
}

impl Signer {
    /// Keys, each with its selector, for a domain. The first signature of a mail is that of the first key.
    ///
    /// # Errors
    /// [`SignerFault`], for the operator.
    pub fn new(domain: &str, keys: Vec<(String, SigningKey)>) -> Result<Self, SignerFault> {
        if keys.is_empty() {
            return Err(SignerFault::NoKey);
        }
        check_domain(domain).map_err(|_any| SignerFault::Domain)?;
        for (at, (selector, _)) in keys.iter().enumerate() {
            check_domain(selector).map_err(|_any| SignerFault::Selector)?;
            if record_name(selector, domain).len() > MOST_NAME {
                return Err(SignerFault::Selector);
            }
            if keys.iter().take(at).any(|(other, _)| other.eq_ignore_ascii_case(selector)) {
                return Err(SignerFault::SameSelector);
            }
        }
        Ok(Self { domain: domain.to_owned(), keys })
    }

    /// The domain that vouches.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The DNS record of each key.
    ///
    /// # Errors
    /// The library cannot write a public key down.
    pub fn records(&self) -> Result<Vec<Record>, Unsigned> {
        let record =
            |(selector, key): &(String, SigningKey)| public_record(selector, &self.domain, key);
        self.keys.iter().map(record).collect()
    }

    /// The header fields that stand before the mail, each ended by CRLF. Lines of the mail end in CRLF. The same mail and
    /// second always give the same octets.
    ///
    /// # Errors
    /// The library cannot sign.
    pub fn sign(&self, mail: &[u8], at_s: u64) -> Result<String, Unsigned> {
        let (head, body) = canonical::parts(mail);
        let body_hash = STANDARD.encode(digest(&SHA256, &canonical::body(body)));
        let fields = canonical::fields(head);
        let names = named(&fields);
        let mut signatures = String::new();
        for (selector, key) in &self.keys {
            let claim = self.claim(selector, key.kind(), at_s, (&names, &body_hash));
            let signature = key.sign(&signed(&fields, &names, &claim))?;
            signatures.push_str(&with_signature(claim, &STANDARD.encode(signature)));
        }
        Ok(signatures)
    }

    /// The field up to its `b=`.
    fn claim(
        &self,
        selector: &str,
        kind: KeyKind,
        at_s: u64,
        (names, body_hash): (&[&str], &str),
    ) -> String {
        let mut field = Folded { text: format!("{FIELD}: v=1;"), column: FIELD.len() + 6 };
        field.word(" ", &format!("a={}-sha256;", kind.word()));
        field.word(" ", "c=relaxed/relaxed;");
        field.word(" ", &format!("d={};", self.domain));
        field.word(" ", &format!("s={selector};"));
        field.word(" ", &format!("t={at_s};"));
        for (at, name) in names.iter().enumerate() {
            let last = at + 1 == names.len();
            let (before, after) = (if at == 0 { "h=" } else { "" }, if last { ";" } else { ":" });
            field.word(if at == 0 { " " } else { "" }, &format!("{before}{name}{after}"));
        }
        field.word(" ", &format!("bh={body_hash};"));
        field.word(" ", "b=");
        field.text
    }
}

/// The DNS record with which receivers check signatures by this key (RFC 6376 §3.6.1).
///
/// # Errors
/// The library cannot write the public key down.
pub fn public_record(selector: &str, domain: &str, key: &SigningKey) -> Result<Record, Unsigned> {
    let text = format!("v=DKIM1; k={}; p={}", key.kind().word(), key.public()?);
    Ok(Record::txt(&record_name(selector, domain), &text))
}

fn record_name(selector: &str, domain: &str) -> String {
    format!("{selector}._domainkey.{domain}")
}

/// The names for `h=`: each of `SIGNED` as often as the mail has it, and once more.
fn named(fields: &[&[u8]]) -> Vec<&'static str> {
    let times = |name: &str| fields.iter().filter(|field| is_named(field, name)).count();
    SIGNED.into_iter().flat_map(|name| std::iter::repeat_n(name, times(name) + 1)).collect()
}

/// The digest that is signed (RFC 6376 §3.7): the named fields, each name taking the lowest field that none before it has
/// taken, and then the signature's own, up to its `b=`.
fn signed(fields: &[&[u8]], names: &[&str], claim: &str) -> aws_lc_rs::digest::Digest {
    let mut left = fields.to_vec();
    let mut context = Context::new(&SHA256);
    for name in names {
        // A name that finds none stands for nothing: a field that somebody adds later would be found.
        if let Some(at) = left.iter().rposition(|field| is_named(field, name)) {
            context.update(&canonical::field(left.remove(at)));
            context.update(b"\r\n");
        }
    }
    context.update(&canonical::field(claim.as_bytes()));
    context.finish()
}

fn is_named(field: &[u8], name: &str) -> bool {
    let colon = field.iter().position(|octet| *octet == b':').unwrap_or(field.len());
    field.get(..colon).is_some_and(|found| found.trim_ascii_end().eq_ignore_ascii_case(name.as_bytes()))
}

/// Puts the signature behind `b=`, on lines that are not too long.
fn with_signature(claim: String, signature: &str) -> String {
    let column = claim.len() - claim.rfind('\n').map_or(0, |end| end + 1);
    let mut field = Folded { text: claim, column };
    let mut rest = signature;
    while !rest.is_empty() {
        let room = LINE.saturating_sub(field.column).max(1);
        let (piece, after) = rest.split_at(rest.len().min(room));
        field.word("", piece);
        rest = after;
        if !rest.is_empty() {
            field.fold();
        }
    }
    field.text.push_str("\r\n");
    field.text
}

/// A header field that is folded where a word would not fit.
struct Folded {
    text: String,
    column: usize,
}

impl Folded {
    /// Adds a word, with this before it unless a new line begins with it.
    fn word(&mut self, before: &str, word: &str) {
        if self.column + before.len() + word.len() > LINE {
            self.fold();
        } else {
            self.text.push_str(before);
            self.column += before.len();
        }
        self.text.push_str(word);
        self.column += word.len();
    }

    fn fold(&mut self) {
        self.text.push_str("\r\n ");
        self.column = 1;
    }
}

#[cfg(test)]
mod tests;
