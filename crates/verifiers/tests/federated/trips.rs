//! What a trip's secrets are made of.

use std::collections::HashSet;

use verifiers::{Token, TokenKind, TripSecrets};

fn token(letter: &str) -> Token {
    Token::parse(&letter.repeat(43)).unwrap()
}

#[test]
fn nonce_and_verifier_are_of_the_browser_and_of_the_state() {
    let (a, q) = (token("A"), token("Q"));
    let nonces = [(&a, &a), (&a, &q), (&q, &a), (&q, &q)]
        .map(|(state, browser)| TripSecrets::new(state, browser).nonce().to_owned());
    assert_eq!(HashSet::from(nonces.clone()).len(), 4, "each half counts");
    for nonce in &nonces {
        assert!(nonce.len() == 43 && Token::parse(nonce).is_some());
    }
    assert_eq!(TripSecrets::new(&a, &q).nonce(), nonces[1], "the same halves, the same trip");
    assert_eq!(TripSecrets::new(&a, &q).state(), a.as_text().as_str());
    assert_eq!(TripSecrets::for_app(&q).nonce(), nonces[3]);
}

/// Computed apart from this crate (Python's hmac): a trip under way must outlive an upgrade.
#[test]
fn the_derivation_is_pinned() {
    assert_eq!(
        TripSecrets::new(&token("A"), &token("Q")).nonce(),
        "29LSpJjidFtl14EyeQP62NxpSI23yYc3a15v3WB6Fts"
    );
}

/// security.md E8.
#[test]
fn e8_state_and_browser_secret_are_found_as_nothing_else() {
    let token = Token::fresh().unwrap();
    let kinds = [
        TokenKind::Session,
        TokenKind::Device,
        TokenKind::Flow,
        TokenKind::Form,
        TokenKind::Trip,
        TokenKind::State,
    ];
    let digests = HashSet::from(kinds.map(|kind| token.digest_for(kind)));
    assert_eq!(digests.len(), kinds.len());
}
