//! security.md G8: a challenge is good for one ceremony, in one browser, for five minutes.

use std::collections::BTreeSet;

use verifiers::CodeKeys;
use verifiers::passkey::{Ceremony, Challenge, ChallengeRefusal, OpenedChallenge, issue, open};

const NOW_MS: i64 = 1_800_000_000_000;
const BROWSER: &[u8] = b"the digest of a browser's secret";
const CEREMONIES: [Ceremony; 4] = [Ceremony::SignIn, Ceremony::Proof, Ceremony::Add, Ceremony::Upgrade];

fn secret(from: u8) -> [u8; 32] {
    std::array::from_fn(|at| u8::try_from(at).unwrap() ^ from)
}

fn keys(current: u32, ids: &[u32]) -> CodeKeys {
    let keys = ids.iter().map(|id| (*id, secret(u8::try_from(*id).unwrap()))).collect();
    CodeKeys::new(current, keys).unwrap_or_else(|fault| panic!("{fault}"))
}

#[test]
fn g8_a_challenge_is_opened_for_its_own_ceremony_alone() {
    let keys = keys(1, &[1]);
    for ceremony in CEREMONIES {
        let challenge = issue(&keys, ceremony, BROWSER, NOW_MS).unwrap();
        for other in CEREMONIES {
            let opened = open(&keys, other, BROWSER, challenge.bytes());
            if other == ceremony {
                assert_eq!(opened.unwrap().expires_ms(), NOW_MS + 300_000);
            } else {
                assert_eq!(opened, Err(ChallengeRefusal::OtherCeremony), "{ceremony:?} {other:?}");
            }
        }
    }
}

#[test]
fn g8_a_challenge_is_opened_in_its_own_browser_alone() {
    let keys = keys(1, &[1]);
    let challenge = issue(&keys, Ceremony::SignIn, BROWSER, NOW_MS).unwrap();
    let longer = [BROWSER, b"0"].concat();
    for other in [b"".as_slice(), b"another", &BROWSER[1..], &BROWSER[..BROWSER.len() - 1], &longer] {
        let opened = open(&keys, Ceremony::SignIn, other, challenge.bytes());
        assert_eq!(opened, Err(ChallengeRefusal::OtherBinding));
    }
    assert!(open(&keys, Ceremony::SignIn, BROWSER, challenge.bytes()).is_ok());
}

#[test]
fn g8_a_challenge_runs_out_after_five_minutes() {
    let keys = keys(1, &[1]);
    let challenge = issue(&keys, Ceremony::SignIn, BROWSER, NOW_MS).unwrap();
    let opened = open(&keys, Ceremony::SignIn, BROWSER, challenge.bytes()).unwrap();
    assert_eq!(Challenge::LIFETIME_MS, 300_000);
    assert!(opened.is_good_at(NOW_MS) && opened.is_good_at(NOW_MS + 299_999));
    assert!(!opened.is_good_at(NOW_MS + 300_000) && !opened.is_good_at(i64::MAX));
}

/// Every bit of it is vouched for, its time and the number of its key too.
#[test]
fn g8_no_bent_challenge_is_opened() {
    let keys = keys(1, &[1]);
    let challenge = issue(&keys, Ceremony::Add, BROWSER, NOW_MS).unwrap();
    for at in 0..challenge.bytes().len() {
        for bit in 0..8 {
            let mut bent = challenge.bytes().to_vec();
            bent[at] ^= 1 << bit;
            let refused = open(&keys, Ceremony::Add, BROWSER, &bent).err();
            let key = (16..20).contains(&at);
            let expected =
                if key { ChallengeRefusal::OtherKey } else { ChallengeRefusal::OtherBinding };
            assert_eq!(refused, Some(expected), "bit {bit} of byte {at}");
        }
        let cut = open(&keys, Ceremony::Add, BROWSER, &challenge.bytes()[..at]);
        assert_eq!(cut, Err(ChallengeRefusal::Malformed));
    }
    let longer = [challenge.bytes(), &[0]].concat();
    assert_eq!(open(&keys, Ceremony::Add, BROWSER, &longer), Err(ChallengeRefusal::Malformed));
}

/// One node issues and another opens: what they have in common is the file of keys.
#[test]
fn g8_another_node_opens_it_and_a_rotated_key_as_long_as_it_is_kept() {
    let challenge = issue(&keys(1, &[1]), Ceremony::Proof, BROWSER, NOW_MS).unwrap();
    let opened = |keys: &CodeKeys| open(keys, Ceremony::Proof, BROWSER, challenge.bytes());
    assert!(opened(&keys(1, &[1])).is_ok());
    assert!(opened(&keys(2, &[1, 2])).is_ok());
    assert_eq!(opened(&keys(2, &[2])), Err(ChallengeRefusal::OtherKey));
    let renamed = CodeKeys::new(1, vec![(1, secret(9))]).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(opened(&renamed), Err(ChallengeRefusal::OtherBinding), "another key of the same id");
}

#[test]
fn g8_each_challenge_is_spent_by_its_own_digest() {
    let keys = keys(1, &[1]);
    let (mut texts, mut digests) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..500 {
        let challenge = issue(&keys, Ceremony::SignIn, BROWSER, NOW_MS).unwrap();
        let opened = open(&keys, Ceremony::SignIn, BROWSER, challenge.bytes()).unwrap();
        assert_eq!(opened.digest(), OpenedChallenge::kept(challenge.bytes().to_vec(), 0).digest());
        assert!(texts.insert(challenge.as_text()) && digests.insert(opened.digest()));
        assert_eq!(challenge.as_text().len(), 59);
    }
}

/// Made by Python's `hmac`, opened here: what was issued before an upgrade is opened after it.
#[test]
fn g8_what_was_issued_before_an_upgrade_is_opened_after_it() {
    const ISSUED: &str = concat!(
        "6465666768696a6b6c6d6e6f70717273000000010000",
        "01a31860e3e08ac92d6e3bfc0b1f628c14eeb7f20fbd"
    );
    let bytes: Vec<u8> = (0..ISSUED.len() / 2)
        .map(|at| u8::from_str_radix(&ISSUED[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    let opened = open(&keys(1, &[1]), Ceremony::Upgrade, BROWSER, &bytes).unwrap();
    assert_eq!(opened.expires_ms(), NOW_MS + 300_000);
}
