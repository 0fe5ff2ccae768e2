//! Refresh tokens at rest.

use verifiers::CodeKeys;
use verifiers::federated::{SealFault, seal, unseal};

const ACCOUNT: [u8; 16] = [7; 16];
const TEXT: &str = "web.client refresh-token-77d2";

fn secret(from: u8) -> [u8; 32] {
    std::array::from_fn(|at| u8::try_from(at).unwrap() ^ from)
}

fn keys(current: u32, ids: &[u32]) -> CodeKeys {
    let keys = ids.iter().map(|id| (*id, secret(u8::try_from(*id).unwrap()))).collect();
    CodeKeys::new(current, keys).unwrap_or_else(|fault| panic!("{fault}"))
}

#[test]
fn what_is_sealed_is_opened_for_the_same_account_alone() {
    let keys = keys(1, &[1]);
    let sealed = seal(&keys, &ACCOUNT, TEXT).unwrap();
    assert_eq!(unseal(&keys, &ACCOUNT, &sealed).unwrap().as_str(), TEXT);
    assert_eq!(
        unseal(&keys, &[8; 16], &sealed),
        Err(SealFault::Opening),
        "a row moved to another account"
    );
    let again = seal(&keys, &ACCOUNT, TEXT).unwrap();
    assert_ne!(sealed, again, "sealed twice, two texts");
    assert!(!sealed.windows(7).any(|part| part == b"refresh"));
    let empty = seal(&keys, &ACCOUNT, "").unwrap();
    assert_eq!(unseal(&keys, &ACCOUNT, &empty).unwrap().as_str(), "");
}

#[test]
fn no_flipped_bit_and_no_cut_is_opened() {
    let keys = keys(1, &[1, 2]);
    let sealed = seal(&keys, &ACCOUNT, TEXT).unwrap();
    for at in 0..sealed.len() {
        for bit in 0..8 {
            let mut bent = sealed.clone();
            bent[at] ^= 1 << bit;
            assert!(unseal(&keys, &ACCOUNT, &bent).is_err(), "bit {bit} of byte {at}");
        }
        assert!(unseal(&keys, &ACCOUNT, &sealed[..at]).is_err());
    }
}

#[test]
fn an_older_key_opens_as_long_as_it_is_kept() {
    let old = keys(1, &[1]);
    let sealed = seal(&old, &ACCOUNT, TEXT).unwrap();
    assert_eq!(unseal(&keys(2, &[1, 2]), &ACCOUNT, &sealed).unwrap().as_str(), TEXT);
    assert_eq!(unseal(&keys(2, &[2]), &ACCOUNT, &sealed), Err(SealFault::NoKey));
    let renamed = CodeKeys::new(1, vec![(1, secret(9))]).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(
        unseal(&renamed, &ACCOUNT, &sealed),
        Err(SealFault::Opening),
        "another key of the same id"
    );
}

/// The key is HMAC-SHA-256 of the label under the code key; sealed by Python's `cryptography`, opened here.
#[test]
fn what_was_sealed_before_an_upgrade_is_opened_after_it() {
    let sealed = concat!(
        "0100000001000102030405060708090a0b3663b2100d5e48e6a8b470be7b88d3",
        "5aff82fbaf191f5cba968893f8966d29480238322a178691f9beba773504"
    );
    let bytes: Vec<u8> = (0..sealed.len() / 2)
        .map(|at| u8::from_str_radix(&sealed[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    assert_eq!(unseal(&keys(1, &[1]), &ACCOUNT, &bytes).unwrap().as_str(), TEXT);
}
