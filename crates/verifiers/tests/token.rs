//! Guards of tokens: random, read strictly, and of one kind each.

use std::collections::HashSet;

use verifiers::{Token, TokenKind};

#[test]
fn a_token_is_read_back_from_its_text() {
    let token = Token::fresh().unwrap();
    let text = token.as_text();
    assert_eq!(text.len(), 43);
    assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
    let read = Token::parse(&text).unwrap();
    assert_eq!(read.digest(), token.digest());
    assert_eq!(read.as_text().as_str(), text.as_str());
}

#[test]
fn only_the_one_spelling_of_a_token_is_read() {
    let text = Token::fresh().unwrap().as_text().to_string();
    let spellings = [
        String::new(),
        text[..42].to_owned(),
        format!("{text}="),
        format!("{text}A"),
        format!(" {}", &text[1..]),
        format!("+{}", &text[1..]),
        format!("/{}", &text[1..]),
        format!("{}é", &text[..41]),
        // The last character carries two bits that no byte has; another spelling of the same bytes is refused.
        format!("{}B", &text[..42]),
        "A".repeat(1_000_000),
    ];
    for spelling in spellings {
        assert!(Token::parse(&spelling).is_none(), "{} characters", spelling.len());
    }
    assert!(Token::parse(&"A".repeat(43)).is_some(), "the same form with the two bits unset is read");
}

/// security.md E8: a token of one kind is never found as another kind's.
#[test]
fn e8_each_kind_has_a_digest_of_its_own() {
    let token = Token::fresh().unwrap();
    let kinds = [TokenKind::Session, TokenKind::Device, TokenKind::Flow];
    let mut digests: HashSet<[u8; 32]> = kinds.map(|kind| token.digest_for(kind)).into();
    digests.insert(token.digest());
    assert_eq!(digests.len(), 4);
}

/// Known answers, computed apart from this crate (Python's hashlib): stored digests must outlive an upgrade.
#[test]
fn the_digests_are_pinned() {
    let token = Token::parse(&"A".repeat(43)).unwrap();
    let hex = |digest: [u8; 32]| digest.iter().map(|b| format!("{b:02x}")).collect::<String>();
    assert_eq!(hex(token.digest()), "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");
    assert_eq!(
        hex(token.digest_for(TokenKind::Session)),
        "c2d806541921c6d272226197bf02490747b9015e86c64c58aa0434e9e3a95423"
    );
    assert_eq!(
        hex(token.digest_for(TokenKind::Device)),
        "2bd075f3fb9aa0244bff01703aa3ae60b216b97e48a25b0718e54524586364fb"
    );
    assert_eq!(
        hex(token.digest_for(TokenKind::Flow)),
        "60e1f7d8436abab021d65a232bc15620e5b53bb249a69b0cfa3fbd380d920fa8"
    );
}

#[test]
fn no_two_of_a_hundred_thousand_tokens_are_alike() {
    let tokens: HashSet<String> =
        (0..100_000).map(|_| Token::fresh().unwrap().as_text().to_string()).collect();
    assert_eq!(tokens.len(), 100_000);
    // Each of the 64 characters at the first place about 1562 times; a fixed bit would leave half of them out.
    let mut counts = [0u32; 128];
    for token in &tokens {
        counts[usize::from(token.as_bytes()[0])] += 1;
    }
    let used: Vec<u32> = counts.into_iter().filter(|count| *count > 0).collect();
    assert_eq!(used.len(), 64);
    // Six standard deviations and more.
    assert!(used.iter().all(|count| (1250..1900).contains(count)), "{used:?}");
}
