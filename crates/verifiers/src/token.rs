//! Opaque 256-bit tokens: what a cookie or an app holds, and the digest that a table holds.
//!
//! A token is random and long, so one plain SHA-256 is enough to store it safely (R-SESSION-3); a slow hash is
//! for what people can remember.
//!
//! What must never happen here: a token of one kind taken for another (security.md E8: the kind is part of what
//! is hashed), a token in a `Debug` output, a guess from anything but the system's random source.

use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::random::{NoRandomness, fill_random};

/// The bytes of a token.
pub const TOKEN_BYTES: usize = 32;
/// The characters of a token as text: 32 bytes in base64url without padding.
pub const TOKEN_CHARS: usize = 43;

/// 256 random bits. No `Debug`, wiped on drop.
pub struct Token {
    bytes: Zeroizing<[u8; TOKEN_BYTES]>,
}

/// What a token is for. Part of its digest, so that a digest stored for one kind is found by no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A browser's or an app's sign-in.
    Session,
    /// The mark of a known device.
    Device,
    /// An unfinished flow (a registration, a reset) in one browser.
    Flow,
    /// One showing of the form that sets a new password.
    Form,
    /// The secret of the browser that a trip to a provider began in.
    Trip,
    /// The state of a trip to a provider, which goes through the address.
    State,
}

impl TokenKind {
    fn label(self) -> &'static [u8] {
        match self {
            TokenKind::Session => b"session",
            TokenKind::Device => b"device",
            TokenKind::Flow => b"flow",
            TokenKind::Form => b"form",
            TokenKind::Trip => b"trip",
            TokenKind::State => b"state",
        }
    }
}

impl Token {
    /// A new token from the system's random source.
    ///
    /// # Errors
    /// When that source gives nothing; there is no second source to fall back to.
    pub fn fresh() -> Result<Token, NoRandomness> {
        let mut bytes = Zeroizing::new([0u8; TOKEN_BYTES]);
        fill_random(bytes.as_mut_slice())?;
        Ok(Token { bytes })
    }

    /// Reads a token from its text; `None` unless it is exactly 43 characters of canonical base64url.
    #[must_use]
    pub fn parse(text: &str) -> Option<Token> {
        if text.len() != TOKEN_CHARS {
            return None;
        }
        let mut bytes = Zeroizing::new([0u8; TOKEN_BYTES]);
        let written = URL_SAFE_NO_PAD.decode_slice(text, bytes.as_mut_slice()).ok()?;
        (written == TOKEN_BYTES).then_some(Token { bytes })
    }

    /// The 43 characters that the browser or app keeps.
    #[must_use]
    pub fn as_text(&self) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(self.bytes.as_slice()))
    }

    /// For what is derived from a token within this crate.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    /// SHA-256 of the token alone. For what is stored by kind, take [`Token::digest_for`].
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        sha256(&[self.bytes.as_slice()])
    }

    /// SHA-256 of the kind and the token: what a table of that kind stores and looks up (security.md E8).
    #[must_use]
    pub fn digest_for(&self, kind: TokenKind) -> [u8; 32] {
        // No label is the beginning of another one followed by the zero byte, so no two inputs are alike.
        sha256(&[b"genkan token v1\0", kind.label(), b"\0", self.bytes.as_slice()])
    }
}

pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut out = [0u8; 32];
    for (to, from) in out.iter_mut().zip(context.finish().as_ref()) {
        *to = *from;
    }
    out
}
