//! Always-5: an address is folded once, parsed once, and compared without regard to ASCII case. Every
//! look-alike is another address or none (security.md A5, A6, B10, C1, C3).

use accounts::Email;
use proptest::prelude::*;

fn key(typed: &str) -> Option<String> {
    Email::parse(typed).map(|email| email.key().to_owned())
}

#[test]
fn always_5_what_browsers_accept_is_accepted() {
    let accepted = [
        "a@b",
        "a..b.@docomo.ne.jp",
        ".a@ezweb.ne.jp",
        "a+tag@example.com",
        "!#$%&'*+/=?^_`{|}~-@example.com",
        "a@xn--eckwd4c7cu47r2wf.jp",
        "a@1.2",
    ];
    for typed in accepted {
        assert!(Email::parse(typed).is_some(), "{typed}");
    }
}

#[test]
fn c1_nothing_that_could_be_two_addresses_or_a_group_is_accepted() {
    let refused = [
        "a@x,b@y",
        "a@x;b@y",
        "a@x b@y",
        "a@b@c",
        "<a@x>",
        "A <a@x>",
        "group: a@x;",
        "a@x\r\nBcc: b@y",
        "a@x\0",
        "a\u{7f}@x",
        "\"a b\"@x",
        "\"a\"@x",
        "a(comment)@x",
        "a@[192.0.2.1]",
    ];
    for typed in refused {
        assert_eq!(key(typed), None, "{typed:?}");
    }
}

#[test]
fn what_is_no_address_is_refused() {
    let long_local = format!("{}@x", "a".repeat(65));
    let long_label = format!("a@{}", "b".repeat(64));
    let long = format!("a@{}x", "b.".repeat(127));
    let refused = ["", "@", "a", "a@", "@b", "a@.b", "a@b.", "a@b..c", "a@-b", "a@b-", "a@b_c"];
    for typed in refused.into_iter().chain([long_local.as_str(), long_label.as_str(), long.as_str()]) {
        assert_eq!(key(typed), None, "{typed:?}");
    }
}

#[test]
fn the_longest_parts_are_accepted() {
    let longest = format!("{}@{}.b", "a".repeat(64), "b".repeat(63));
    assert!(Email::parse(&longest).is_some());
    let full = format!("a@{}bb", "b.".repeat(125));
    assert_eq!(full.len(), 254);
    assert!(Email::parse(&full).is_some());
}

#[test]
fn always_5_full_width_forms_are_folded_once() {
    let typed = "\u{3000}Ａ．ｂ＋１＠ｅｘａｍｐｌｅ．ｃｏｍ\u{3000}";
    assert_eq!(
        Email::parse(typed).map(|email| email.as_stored().to_owned()).as_deref(),
        Some("A.b+1@example.com")
    );
    assert_eq!(key("a@b\u{3000}c"), None, "a wide space inside is a space");
}

#[test]
fn c3_no_look_alike_of_the_at_sign_or_of_a_letter_is_folded() {
    let refused = [
        "a\u{fe6b}x",           // small commercial at
        "\u{fe52}a@x\u{fe52}b", // small full stop
        "a@x\u{3002}b",         // ideographic full stop
        "a@x\u{ff61}b",         // half-width ideographic full stop
        "m\u{131}ke@x",         // dotless i
        "\u{212a}ate@x",        // Kelvin sign
        "a@\u{212a}.com",
        "\u{17f}am@x", // long s
        "n\u{f1}o@x",
        "n\u{303}o@x", // combining tilde
        "\u{430}@x",   // Cyrillic a
        "a\u{200b}@x", // zero width space
        "a\u{200d}@x",
        "\u{202e}a@x",
        "a\u{ff5f}@x", // just beyond the folded forms
        "a@x\u{fb01}", // ligature fi
        "\u{1d41a}@x", // mathematical bold a
    ];
    for typed in refused {
        assert_eq!(key(typed), None, "{typed:?}");
    }
}

#[test]
fn a_domain_of_a_million_labels_is_refused_without_reading_it() {
    let typed = format!("a@{}x", "b.".repeat(1_000_000));
    let tries = (0..100_000).filter(|_| Email::parse(&typed).is_some()).count();
    assert_eq!(tries, 0, "a hundred thousand of them, in no time");
}

#[test]
fn debug_output_and_the_masked_form_do_not_show_the_local_part() {
    let email = Email::parse("hanako@example.com").expect("sound");
    assert_eq!(email.masked(), "h•••@example.com");
    assert_eq!(format!("{email:?}"), "Email(h•••@example.com)");
    assert_eq!(email.local(), "hanako");
}

#[test]
fn always_5_the_longest_address_is_read_in_full_width_too_with_some_space_around_it() {
    let wide = |text: &str| {
        let widen = |c: char| char::from_u32(u32::from(c) + 0xfee0).expect("a full-width form");
        text.chars().map(widen).collect::<String>()
    };
    let longest = wide(&format!("a@{}bb", "b.".repeat(125)));
    assert_eq!(longest.len(), 254 * 3);
    let within = format!("{longest}{}", " ".repeat(64));
    assert!(Email::parse(&within).is_some());
    assert_eq!(Email::parse(&format!("{within} ")), None, "what is longer is not read at all");
}

/// Something like an address, often enough sound.
fn nearly() -> impl Strategy<Value = String> {
    let part = "[a-zA-Z0-9.!+_'-]{1,12}|[ａ-ｚＡ-Ｚ．＋]{1,6}|\\PC{0,4}";
    (part, "@|＠|\u{fe6b}|@@", "[a-zA-Z0-9.-]{1,12}|[ａ-ｚ．]{1,6}|\\PC{0,4}", "[ \u{3000}\t]{0,2}")
        .prop_map(|(local, at, domain, space)| format!("{space}{local}{at}{domain}{space}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parsing_what_is_stored_gives_the_same_address(typed in nearly()) {
        if let Some(email) = Email::parse(&typed) {
            prop_assert_eq!(Email::parse(email.as_stored()), Some(email.clone()));
            prop_assert_eq!(Email::from_stored(email.as_stored()), Some(email));
        }
    }

    #[test]
    fn an_address_is_printable_ascii_with_one_at_sign(typed in nearly()) {
        if let Some(email) = Email::parse(&typed) {
            prop_assert!(email.as_stored().bytes().all(|byte| byte.is_ascii_graphic()));
            prop_assert_eq!(email.as_stored().matches('@').count(), 1);
            prop_assert_eq!(email.key(), email.as_stored().to_ascii_lowercase());
            prop_assert!(!email.as_stored().contains([',', ';', '<', '>', '"', '(', ':', '\\']));
        }
    }

    #[test]
    fn every_spelling_by_case_or_width_is_the_same_address(
        local in "[a-z0-9.]{1,10}", wide in proptest::collection::vec(0u8..3, 30),
    ) {
        let plain = format!("{local}@example.com");
        let other = plain.chars().zip(wide.iter().cycle()).map(|(c, how)| match how {
            0 => c.to_ascii_uppercase(),
            1 => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
            _ => c,
        }).collect::<String>();
        prop_assert_eq!(key(&other), key(&plain));
        prop_assert!(key(&plain).is_some());
    }

    #[test]
    fn a_letter_outside_ascii_and_its_full_width_forms_is_never_accepted(
        c in any::<char>().prop_filter("others", |c| {
            !c.is_ascii() && !matches!(c, '\u{ff01}'..='\u{ff5e}' | '\u{3000}')
        }),
        at in 0usize..4,
    ) {
        let mut typed = "ab@x".chars().collect::<Vec<_>>();
        typed.insert(at, c);
        let typed = typed.into_iter().collect::<String>();
        prop_assert_eq!(Email::parse(&typed), None);
    }

    #[test]
    fn parsing_never_panics(typed in any::<String>()) {
        let _: Option<Email> = Email::parse(&typed);
    }
}
