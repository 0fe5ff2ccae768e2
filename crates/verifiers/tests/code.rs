//! Guards of one-time codes: derived alike everywhere, spread evenly, read as people type them.

use std::collections::HashSet;

use verifiers::{CodeKeys, CodeKeysFault, Digits, TypedCode};

fn secret(seed: u8) -> [u8; 32] {
    std::array::from_fn(|index| seed.wrapping_add(u8::try_from(index).unwrap()))
}

fn keys() -> CodeKeys {
    CodeKeys::new(2, vec![(1, secret(1)), (2, secret(2))]).unwrap()
}

fn plain(keys: &CodeKeys, key: u32, purpose: &str, challenge: u128, digits: Digits) -> String {
    let code = keys.derive(key, purpose, &challenge.to_be_bytes(), digits).unwrap();
    code.plain().to_owned()
}

/// R-RESET-9: another node, or the same after a restart, derives the same code from the same key.
#[test]
fn a_code_is_the_same_wherever_it_is_derived() {
    let (one, other) = (keys(), CodeKeys::new(1, vec![(2, secret(2)), (1, secret(1))]).unwrap());
    assert_eq!((one.current_id(), other.current_id()), (2, 1));
    for challenge in 0..100 {
        assert_eq!(
            plain(&one, 2, "reset", challenge, Digits::Twelve),
            plain(&other, 2, "reset", challenge, Digits::Twelve)
        );
    }
}

#[test]
fn key_purpose_challenge_and_length_each_make_another_code() {
    let keys = keys();
    let base = plain(&keys, 2, "reset", 7, Digits::Sixteen);
    assert_ne!(base, plain(&keys, 1, "reset", 7, Digits::Sixteen));
    assert_ne!(base, plain(&keys, 2, "register", 7, Digits::Sixteen));
    assert_ne!(base, plain(&keys, 2, "reset", 8, Digits::Sixteen));
    // Were the length not part of what is derived, the short code would be the end of the long one.
    assert!(!base.ends_with(&plain(&keys, 2, "reset", 7, Digits::Twelve)));
    assert!(keys.derive(3, "reset", &[0; 16], Digits::Twelve).is_none(), "no such key");
}

/// A known answer, computed apart from this crate (Python's hmac), so that an upgrade cannot change live codes.
#[test]
fn the_derivation_is_pinned() {
    let keys = CodeKeys::new(1, vec![(1, secret(0))]).unwrap();
    let challenge: [u8; 16] = std::array::from_fn(|index| u8::try_from(index).unwrap());
    let twelve = keys.derive(1, "reset", &challenge, Digits::Twelve).unwrap();
    assert_eq!(twelve.plain(), "346118586351");
    let sixteen = keys.derive(1, "undo", &challenge, Digits::Sixteen).unwrap();
    assert_eq!(sixteen.plain(), "1837582880555546");
}

/// security.md B14: 10^5 codes, none twice, every digit of every position as often as chance has it.
#[test]
fn b14_a_hundred_thousand_codes_are_spread_evenly_and_none_comes_twice() {
    const CODES: u32 = 100_000;
    let keys = keys();
    for digits in [Digits::Twelve, Digits::Sixteen] {
        let mut seen = HashSet::new();
        let mut counts = vec![[0u32; 10]; digits.count()];
        for challenge in 0..u128::from(CODES) {
            let code = plain(&keys, 2, "reset", challenge, digits);
            assert_eq!(code.len(), digits.count());
            for (position, digit) in code.bytes().enumerate() {
                counts[position][usize::from(digit - b'0')] += 1;
            }
            // The birthday bound: 10^10 / 2 / 10^12 = one pair in two hundred such runs; the inputs are fixed.
            assert!(seen.insert(code), "a code came twice");
        }
        let expected = f64::from(CODES) / 10.0;
        for (position, count) in counts.iter().enumerate() {
            let chi: f64 = count.iter().map(|n| (f64::from(*n) - expected).powi(2) / expected).sum();
            // 9 degrees of freedom: 33.7 is passed by chance once in ten thousand, 0.5 not reached as rarely.
            assert!((0.3..33.7).contains(&chi), "position {position}: chi-square {chi}");
        }
    }
}

#[test]
fn a_code_is_shown_in_groups_of_four() {
    let keys = keys();
    let code = keys.derive(2, "reset", &[9; 16], Digits::Twelve).unwrap();
    let spaced = code.spaced();
    let groups: Vec<&str> = spaced.split(' ').collect();
    assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [4, 4, 4]);
    assert_eq!(groups.concat(), code.plain());
    let long = keys.derive(2, "undo", &[9; 16], Digits::Sixteen).unwrap();
    assert_eq!(long.spaced().split(' ').count(), 4);
}

#[test]
fn a_code_is_understood_as_people_type_it() {
    let code = keys().derive(2, "reset", &[3; 16], Digits::Twelve).unwrap();
    let wide: String = code
        .plain()
        .chars()
        .map(|digit| char::from_u32(u32::from(digit) - 0x30 + 0xFF10).unwrap())
        .collect();
    let grouped = |between: &str| code.spaced().replace(' ', between);
    let mut ways = vec![code.plain().to_owned(), wide, format!("  {}\r\n", code.spaced().as_str())];
    for dash in [
        "-", "‐", "‑", "‒", "–", "—", "―", "−", "ー", "ｰ", "－", "〜", "﹣", "　", "\u{a0}",
        "\u{200b}", " - ",
    ] {
        ways.push(grouped(dash));
    }
    for way in ways {
        let typed = TypedCode::parse(&way).unwrap_or_else(|| panic!("not understood: {way:?}"));
        assert!(typed.matches(&code), "{way:?}");
        assert_eq!(typed.digits(), Digits::Twelve);
    }
}

#[test]
fn what_is_no_code_is_not_read_as_one() {
    let long = "1 ".repeat(2000);
    for text in [
        "",
        "1",
        "12345678901",
        "1234567890123",
        "123456789012345",
        "12345678901234567",
        "123456",
        "12345678901a",
        "1234.5678.9012",
        "+123456789012",
        "١٢٣٤٥٦٧٨٩٠١٢",
        "①②③④⑤⑥⑦⑧⑨⓪①②",
        "一二三四五六七八九〇一二",
        "123456789012;",
        long.as_str(),
    ] {
        assert!(TypedCode::parse(text).is_none(), "{text:?}");
    }
}

#[test]
fn a_typed_code_matches_its_own_code_alone() {
    let keys = keys();
    let code = keys.derive(2, "reset", &[5; 16], Digits::Twelve).unwrap();
    let own = code.plain().to_owned();
    for position in 0..own.len() {
        let mut wrong = own.clone().into_bytes();
        wrong[position] = b'0' + (wrong[position] - b'0' + 1) % 10;
        let wrong = String::from_utf8(wrong).unwrap();
        assert!(!TypedCode::parse(&wrong).unwrap().matches(&code), "position {position}");
    }
    let longer = format!("{own}0000");
    assert!(!TypedCode::parse(&longer).unwrap().matches(&code));
}

#[test]
fn a_ring_of_keys_that_cannot_be_meant_is_refused() {
    let fault = |current, ring| CodeKeys::new(current, ring).err();
    assert_eq!(fault(1, vec![]), Some(CodeKeysFault::NoCurrentKey));
    assert_eq!(fault(2, vec![(1, secret(1))]), Some(CodeKeysFault::NoCurrentKey));
    assert_eq!(fault(1, vec![(1, secret(1)), (1, secret(2))]), Some(CodeKeysFault::IdTwice));
    assert_eq!(fault(1, vec![(1, [0; 32])]), Some(CodeKeysFault::NotRandom));
}
