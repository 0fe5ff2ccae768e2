//! Presented secrets into digests: what a visitor holds, as the tables know it.
//!
//! The kind of a secret is part of its digest, so a secret of one kind presented as another finds nothing
//! (security.md E8). What is not a well-formed secret counts as not presented.

use accounts::Digest;
use verifiers::{Token, TokenKind};

use crate::secret::Secret;
use crate::visitor::Visitor;

pub(crate) fn session_digest(visitor: &Visitor) -> Option<Digest> {
    visitor.held.or_else(|| digest(visitor.session.as_ref(), TokenKind::Session))
}

pub(crate) fn session_digest_of(secret: &str) -> Option<Digest> {
    Some(Digest(Token::parse(secret)?.digest_for(TokenKind::Session)))
}

pub(crate) fn flow_digest(visitor: &Visitor) -> Option<Digest> {
    digest(visitor.flow.as_ref(), TokenKind::Flow)
}

pub(crate) fn device_digest(visitor: &Visitor) -> Option<Digest> {
    digest(visitor.device.as_ref(), TokenKind::Device)
}

pub(crate) fn form_digest(form: &Secret) -> Option<Digest> {
    digest(Some(form), TokenKind::Form)
}

pub(crate) fn device_token(visitor: &Visitor) -> Option<Token> {
    visitor.device.as_ref().and_then(|secret| Token::parse(secret.expose()))
}

pub(crate) fn browser_token(visitor: &Visitor) -> Option<Token> {
    visitor.browser.as_ref().and_then(|secret| Token::parse(secret.expose()))
}

fn digest(secret: Option<&Secret>, kind: TokenKind) -> Option<Digest> {
    let token = Token::parse(secret?.expose())?;
    Some(Digest(token.digest_for(kind)))
}
