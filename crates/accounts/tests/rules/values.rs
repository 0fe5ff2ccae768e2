//! The small words: text from outside is one line that steers nothing (security.md C5, C6), a secret does not
//! show itself, and a bound is over at its instant (I11).

use accounts::{
    AccountId, Addressed, CredentialId, Digest, Identity, Instant, Line, Locale, Millis, PasswordHash,
    Provider, PublicKey,
};

#[test]
fn c5_c6_a_line_keeps_no_character_that_steers() {
    let steering = [
        '\0', '\u{1b}', '\r', '\n', '\t', '\u{7f}', '\u{85}', '\u{200b}', '\u{200e}', '\u{200f}',
        '\u{2028}', '\u{2029}', '\u{202a}', '\u{202e}', '\u{2060}', '\u{2066}', '\u{2069}', '\u{feff}',
    ];
    for c in steering {
        let line = Line::clean(&format!("a{c}b"), 9);
        assert_eq!(line.as_str(), "ab", "{c:?}");
    }
    let kept = "花子 & Söhne – 200 % \u{200a}\u{2010}\u{2027}\u{202f}\u{205f}\u{206a}!";
    assert_eq!(Line::clean(kept, 99).as_str(), kept);
}

#[test]
fn c5_a_line_has_at_most_so_many_characters_and_no_space_around_it() {
    for (raw, max, kept) in [
        ("花子さん", 4, "花子さん"),
        ("花子さん", 3, "花子さ"),
        ("  a  ", 9, "a"),
        ("\u{3000}a\u{3000}", 9, "a"),
        ("a\u{202e}b\u{202e}c", 3, "abc"),
        ("anything", 0, ""),
    ] {
        let line = Line::clean(raw, max);
        assert_eq!(line.as_str(), kept);
        assert_eq!(line.is_empty(), kept.is_empty());
    }
}

#[test]
fn a_language_is_known_by_its_tag_and_no_other() {
    for (locale, tag) in [(Locale::Ja, "ja"), (Locale::En, "en")] {
        assert_eq!(locale.tag(), tag);
        assert_eq!(Locale::from_tag(tag), Some(locale));
    }
    for tag in ["", "JA", "ja-JP", "fr", "xyzzy"] {
        assert_eq!(Locale::from_tag(tag), None, "{tag}");
    }
}

#[test]
fn a_hash_and_a_digest_do_not_show_themselves_and_an_id_does() {
    let hash = PasswordHash("$argon2id$secret".to_owned());
    assert_eq!(format!("{hash:?}"), "PasswordHash(..)");
    assert_eq!(format!("{:?}", Digest([0xa1; 32])), "Digest(a1a1a1a1..)");
    let id = format!("{:?}", AccountId([0x0f; 16]));
    assert_eq!(id, "AccountId(0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f)");
}

#[test]
fn an_identity_shows_its_issuer_and_not_whom_it_means() {
    let who = Identity::new("https://google.example", "1234567").expect("sound");
    assert_eq!(format!("{who:?}"), "Identity(at https://google.example)");
    assert_eq!(format!("{:?}", Provider::GOOGLE), "Provider(google)");
}

#[test]
fn a_passkey_shows_how_long_its_parts_are_and_not_what_they_are() {
    let id = CredentialId::new(&[7; 20]).expect("sound");
    assert_eq!(format!("{id:?}"), "CredentialId(20 bytes)");
    assert_eq!(format!("{:?}", PublicKey(vec![7; 77])), "PublicKey(77 bytes)");
}

#[test]
fn a_method_with_an_address_is_known_by_its_name_and_no_other() {
    for (method, name) in [(Addressed::Email, "email"), (Addressed::Provider(Provider::APPLE), "apple")]
    {
        assert_eq!(method.name(), name);
        assert_eq!(Addressed::from_name(name), Some(method));
    }
    assert_eq!(Addressed::from_name("passkey"), None);
}

#[test]
fn lengths_are_what_they_say_and_time_does_not_wrap_round() {
    assert_eq!(Millis::seconds(2), Millis(2_000));
    assert_eq!(Millis::minutes(2), Millis(120_000));
    assert_eq!(Millis::hours(2), Millis(7_200_000));
    assert_eq!(Millis::days(2), Millis(172_800_000));
    assert_eq!(Instant(5).plus(Millis(7)), Instant(12));
    assert_eq!(Instant(5).minus(Millis(7)), Instant(-2));
    assert_eq!(Instant(i64::MAX).plus(Millis(1)), Instant(i64::MAX));
    assert_eq!(Instant(i64::MIN).minus(Millis(1)), Instant(i64::MIN));
}
