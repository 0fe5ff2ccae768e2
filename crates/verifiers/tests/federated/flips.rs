//! No token but the one that was signed: every bit of it flipped, every length of it, and random damage.

use proptest::prelude::*;
use verifiers::federated::Redeem;

use crate::house::{APP, House, header, house};
use crate::signing::{ring, signed};

async fn taken(house: &House, token: &str) -> bool {
    match house.native(token).await {
        Ok(_) => true,
        Err(Redeem::Refused(_)) => false,
        Err(Redeem::Upstream(fault)) => panic!("{fault}"),
    }
}

fn tokens(house: &House) -> [String; 2] {
    [&ring().rsa, &ring().ec].map(|key| signed(&header(key), &house.claims(APP), key))
}

/// security.md F7: a flipped byte.
#[tokio::test]
async fn f7_no_token_with_one_flipped_bit_is_taken() {
    let house = house();
    for good in tokens(&house) {
        assert!(taken(&house, &good).await);
        for at in 0..good.len() {
            for bit in 0..7 {
                let mut bytes = good.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                let bent = String::from_utf8(bytes).unwrap();
                assert!(!taken(&house, &bent).await, "bit {bit} of byte {at}");
            }
        }
    }
    assert!(house.hostile.count("/jwks") <= 2, "however many keys are asked for that nobody has");
}

/// security.md F9: a token cut at each length.
#[tokio::test]
async fn f9_no_cut_token_is_taken() {
    let house = house();
    for good in tokens(&house) {
        for length in 0..good.len() {
            assert!(!taken(&house, &good[..length]).await, "{length}");
            assert!(!taken(&house, &good[good.len() - length..]).await, "the last {length}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn f7_no_damaged_token_is_taken(
        at in any::<prop::sample::Index>(),
        length in 0_usize..8,
        with in "[A-Za-z0-9_.=-]{0,8}",
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let house = house();
            let [good, _] = tokens(&house);
            let from = at.index(good.len());
            let to = good.len().min(from + length);
            let bent = format!("{}{with}{}", &good[..from], &good[to..]);
            prop_assert_eq!(taken(&house, &bent).await, bent == good);
            Ok(())
        })?;
    }
}
