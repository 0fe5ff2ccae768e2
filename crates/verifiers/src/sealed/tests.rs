use super::{LONGEST, SealedKind, open, seal};
use crate::code::CodeKeys;

const KINDS: [SealedKind; 7] = [
    SealedKind::Code,
    SealedKind::Refresh,
    SealedKind::Access,
    SealedKind::Step,
    SealedKind::Pushed,
    SealedKind::Nonce,
    SealedKind::AuthSession,
];

fn keys(current: u32, ids: &[u32]) -> CodeKeys {
    let secret =
        |id: u32| std::array::from_fn(|place| u8::try_from(place).unwrap() ^ id.to_le_bytes()[0]);
    CodeKeys::new(current, ids.iter().map(|id| (*id, secret(*id))).collect()).unwrap()
}

#[test]
fn what_was_sealed_comes_back_and_never_looks_the_same_twice() {
    let keys = keys(1, &[1]);
    for plain in [b"".as_slice(), b"a", &[0; 500]] {
        let (one, two) = (
            seal(&keys, SealedKind::Code, plain).unwrap(),
            seal(&keys, SealedKind::Code, plain).unwrap(),
        );
        assert_ne!(one, two);
        assert_eq!(open(&keys, SealedKind::Code, &one).unwrap(), plain);
        assert_eq!(open(&keys, SealedKind::Code, &two).unwrap(), plain);
    }
}

#[test]
fn e8_a_text_of_one_kind_is_none_of_another() {
    let keys = keys(1, &[1]);
    for kind in KINDS {
        let text = seal(&keys, kind, b"grant").unwrap();
        for other in KINDS {
            assert_eq!(open(&keys, other, &text).is_some(), other == kind, "{kind:?} as {other:?}");
        }
    }
}

#[test]
fn f9_a_text_with_a_flipped_or_missing_sign_is_none() {
    let keys = keys(1, &[1]);
    let text = seal(&keys, SealedKind::Refresh, &[7; 56]).unwrap();
    for place in 0..text.len() {
        let mut bent = text.clone().into_bytes();
        bent[place] = if bent[place] == b'A' { b'B' } else { b'A' };
        let bent = String::from_utf8(bent).unwrap();
        assert_eq!(open(&keys, SealedKind::Refresh, &bent), None, "at {place}");
        assert_eq!(open(&keys, SealedKind::Refresh, &text[..place]), None, "cut at {place}");
    }
    for strange in ["", "=", "AAAA", &format!("{text}="), &format!("{text}A"), &format!(" {text}")] {
        assert_eq!(open(&keys, SealedKind::Refresh, strange), None, "{strange}");
    }
}

#[test]
fn f10_what_is_too_long_is_not_looked_at() {
    let keys = keys(1, &[1]);
    assert_eq!(open(&keys, SealedKind::Code, &"A".repeat(LONGEST + 1)), None);
    assert_eq!(open(&keys, SealedKind::Code, &".".repeat(1 << 20)), None);
}

#[test]
fn a_text_outlives_the_exchange_of_the_key_and_not_its_removal() {
    let text = seal(&keys(1, &[1]), SealedKind::Code, b"code").unwrap();
    assert!(open(&keys(2, &[1, 2]), SealedKind::Code, &text).is_some());
    assert!(open(&keys(2, &[2]), SealedKind::Code, &text).is_none());
}
