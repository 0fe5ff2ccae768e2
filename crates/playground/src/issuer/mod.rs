//! What the stand-ins for Google and Apple share: signing keys, JWTs, codes and tokens, the form of requests and
//! answers, what is kept in a file, the delivery of events.
//!
//! It shares no code with the side that reads these tokens: a mistake made once must not be made on both sides
//! and so go unseen. Nobody is authenticated here, and no address or person is real.

pub(crate) mod answer;
pub(crate) mod deliver;
pub(crate) mod jwt;
pub(crate) mod kept;
pub(crate) mod keys;
pub(crate) mod request;
pub(crate) mod tokens;

use std::fmt;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A stand-in could not be set up, or could not write down what happened.
#[derive(Debug)]
pub enum StandInFault {
    /// A file, by its path.
    File(String, std::io::Error),
    /// The cryptography library refused to do something, named here.
    Cryptography(&'static str),
    /// A setting that cannot be.
    Setting(String),
}

impl fmt::Display for StandInFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, fault) => write!(f, "{path}: {fault}"),
            Self::Cryptography(what) => write!(f, "stand-in: {what} failed"),
            Self::Setting(what) => write!(f, "stand-in: {what}"),
        }
    }
}

impl std::error::Error for StandInFault {}

/// So many random bytes, for a URL.
pub(crate) fn draw(bytes: usize) -> Result<String, StandInFault> {
    let mut drawn = vec![0; bytes];
    let fault = |_| StandInFault::Cryptography("drawing random bytes");
    SystemRandom::new().fill(&mut drawn).map_err(fault)?;
    Ok(base64url(&drawn))
}

/// Base64 for URLs, without padding (RFC 7515 §2).
pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Bytes as small hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A form sends an empty field for what was left out.
pub(crate) fn filled<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    Ok(text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()))
}

/// Sets one member of a JSON object.
pub(crate) fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}
