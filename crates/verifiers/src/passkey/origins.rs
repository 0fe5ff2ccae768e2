//! The relying party: its id, and the origins that may act for it.
//!
//! An origin is compared by its whole text, as a browser or system writes it, and by nothing else (security.md G3):
//! no part of it is parsed, shortened or folded when a message comes.
//!
//! What must never happen here: an origin that fits by its host, its end or its spelling.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::token::sha256;

const MOST_ID_BYTES: usize = 253;
const ANDROID: &str = "android:apk-key-hash:";

/// Whether the person must have been verified (by a finger, a face, a code of the device).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UserVerification {
    /// At every sign-in and every ordinary creation (R-PASSKEY-2).
    Required,
    /// Where the authenticator can. The service never runs so; half of the standard's own vectors were made so.
    Preferred,
}

/// Whom passkeys are made for.
#[derive(Clone, Debug)]
pub struct RelyingParty {
    id: String,
    id_hash: [u8; 32],
    origins: Vec<String>,
    verification: UserVerification,
}

impl RelyingParty {
    /// One that requires verification.
    ///
    /// # Errors
    /// When the id is not a domain as browsers write it, or an origin is none that a browser or Android could name:
    /// `https://host[:port]`, `http://localhost[:port]`, `android:apk-key-hash:<base64url>`.
    pub fn new(id: &str, origins: Vec<String>) -> Result<RelyingParty, RelyingPartyFault> {
        if !is_domain(id) {
            return Err(RelyingPartyFault::Id);
        }
        if origins.is_empty() {
            return Err(RelyingPartyFault::NoOrigin);
        }
        if let Some(wrong) = origins.iter().find(|origin| !is_origin(origin)) {
            return Err(RelyingPartyFault::Origin(wrong.clone()));
        }
        Ok(RelyingParty {
            id: id.to_owned(),
            id_hash: sha256(&[id.as_bytes()]),
            origins,
            verification: UserVerification::Required,
        })
    }

    /// The same with another rule of verification.
    #[must_use]
    pub fn with(self, verification: UserVerification) -> RelyingParty {
        RelyingParty { verification, ..self }
    }

    /// Its id: a domain.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn id_hash(&self) -> [u8; 32] {
        self.id_hash
    }

    pub(super) fn has_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|ours| ours == origin)
    }

    pub(super) fn requires_verification(&self) -> bool {
        self.verification == UserVerification::Required
    }
}

/// The origin of an Android app by the SHA-256 fingerprint of its signing certificate: 32 pairs of hex digits with
/// colons between them. `None` for anything else.
#[must_use]
pub fn android_origin(fingerprint: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(32);
    for pair in fingerprint.split(':') {
        let digits = pair.len() == 2 && pair.bytes().all(|digit| digit.is_ascii_hexdigit());
        bytes.push(u8::from_str_radix(pair, 16).ok().filter(|_| digits)?);
    }
    (bytes.len() == 32).then(|| format!("{ANDROID}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

fn is_origin(text: &str) -> bool {
    if let Some(hash) = text.strip_prefix(ANDROID) {
        return URL_SAFE_NO_PAD.decode(hash).is_ok_and(|bytes| bytes.len() == 32);
    }
    let (authority, usual_port) = match text.split_once("://") {
        Some(("https", authority)) => (authority, "443"),
        Some(("http", authority)) => (authority, "80"),
        _ => return false,
    };
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let written = |port: &str| port.parse::<u16>().is_ok_and(|number| number.to_string() == port);
    let secure = text.starts_with("https:") || host == "localhost";
    // A browser leaves the scheme's own port out.
    secure && is_domain(host) && port.is_none_or(|port| written(port) && port != usual_port)
}

/// As a browser writes one: small letters, digits, hyphens, in labels; international ones in their ASCII form.
fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        let fits = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        (1..=63).contains(&label.len())
            && label.bytes().all(fits)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // A last label of digits makes it an IPv4 address, for which there are no passkeys.
    let named = text.rsplit('.').next().is_some_and(|last| !last.bytes().all(|c| c.is_ascii_digit()));
    text.len() <= MOST_ID_BYTES && text.split('.').all(label) && named
}

/// Why a relying party cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelyingPartyFault {
    /// The id is not a domain.
    Id,
    /// There is no origin.
    NoOrigin,
    /// This origin is none that a browser or Android could name.
    Origin(String),
}

impl fmt::Display for RelyingPartyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RelyingPartyFault::Id => f.write_str("the relying party's id is not a domain"),
            RelyingPartyFault::NoOrigin => f.write_str("the relying party has no origin"),
            RelyingPartyFault::Origin(origin) => write!(f, "{origin:?} is not an origin of a passkey"),
        }
    }
}

impl std::error::Error for RelyingPartyFault {}
