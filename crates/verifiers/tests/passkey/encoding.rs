//! security.md G9 and whatever else can be done with CBOR, JSON and points: refused, quickly, and without a fall.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use verifiers::passkey::{Algorithm, Assertion, Creation, Mediation, Refusal};

use crate::cbor::{array, bytes, head, int, long_head, map, text};
use crate::device::{Device, edwards};
use crate::house::{ED, Making, Showing, created};

fn nested(opening: &[u8], levels: usize) -> Vec<u8> {
    [opening.repeat(levels), vec![0xF6]].concat()
}

/// A text that a whole message of is still read.
const MOST_LEVELS_READ: usize = 30_000;

/// security.md G9: lists in lists, maps in maps, tags on tags, in each place that takes CBOR.
#[test]
fn g9_cbor_of_a_hundred_thousand_levels_is_refused_at_once() {
    let device = Device::new(Algorithm::Es256);
    let began = Instant::now();
    for levels in [17, 1_000, MOST_LEVELS_READ, 100_000] {
        let refusal = |ours| if levels < 100_000 { Some(ours) } else { Some(Refusal::TooLong) };
        for opening in [&[0x81][..], &[0xA1, 0x00], &[0xC6], &[0x9F], &[0xBF, 0x00]] {
            if levels == MOST_LEVELS_READ && opening.len() > 1 {
                continue;
            }
            let deep = nested(opening, levels);
            let object = Making { object: Some(deep.clone()), ..Making::by(&device) };
            let statement = Making {
                statement: map(&[(text("a"), deep.clone())]),
                format: text("packed"),
                ..Making::by(&device)
            };
            let mut key = Making::by(&device);
            key.key.push((7, deep.clone()));
            let mut extensions = Making::by(&device);
            extensions.flags |= ED;
            extensions.extensions = map(&[(text("a"), deep)]);
            for (making, expected) in [
                (object, Refusal::AttestationObject),
                (statement, Refusal::AttestationObject),
                (key, Refusal::Key),
                (extensions, Refusal::Extensions),
            ] {
                let refused = created(&making.message().to_string(), Mediation::Ordinary).err();
                assert_eq!(refused, refusal(expected), "{levels} of {opening:x?}");
            }
        }
    }
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

/// The same in JSON, outside and in the client data.
#[test]
fn g9_json_of_a_hundred_thousand_levels_is_refused_at_once() {
    let device = Device::new(Algorithm::Es256);
    for levels in [200, 20_000, 100_000] {
        let deep = "[".repeat(levels) + &"]".repeat(levels);
        let outer = format!("{{\"id\":{deep}}}");
        assert!(Creation::read(&outer).is_err() && Assertion::read(&outer).is_err());
        let client = format!("{{\"a\":{deep}}}").into_bytes();
        let making = Making { client, ..Making::by(&device) };
        assert!(Creation::read(&making.message().to_string()).is_err());
    }
}

/// A claimed length costs nothing until it is there.
#[test]
fn g9_no_claimed_length_asks_for_memory_or_time() {
    let device = Device::new(Algorithm::Es256);
    let began = Instant::now();
    for major in 2..=5 {
        for claimed in [1 << 16, u64::from(u32::MAX), u64::MAX >> 1, u64::MAX] {
            let making = Making { object: Some(head(major, claimed)), ..Making::by(&device) };
            let refused = created(&making.message().to_string(), Mediation::Ordinary);
            assert_eq!(refused, Err(Refusal::AttestationObject));
        }
    }
    assert!(began.elapsed() < Duration::from_secs(10));
}

fn with_extensions(extensions: Vec<u8>) -> Option<Refusal> {
    let device = Device::new(Algorithm::Es256);
    let mut making = Making::by(&device);
    making.flags |= ED;
    making.extensions = extensions;
    created(&making.message().to_string(), Mediation::Ordinary).err()
}

#[test]
fn what_ctap_writes_is_read_and_what_it_does_not_is_not() {
    let one = |value: Vec<u8>| map(&[(text("a"), value)]);
    for good in [
        int(0),
        int(-1),
        int(23),
        int(24),
        int(-25),
        int(0x1_0000),
        int(i64::MIN),
        head(0, u64::MAX),
        head(1, u64::MAX),
        bytes(&[0; 24]),
        text("日本"),
        array(&[int(1), array(&[])]),
        map(&[(int(1), int(2)), (int(2), int(1)), (text("1"), int(1))]),
        vec![0xF4],
        vec![0xF5],
        vec![0xF6],
        vec![0xF7],
        vec![0xF9, 0x3C, 0x00],
        vec![0xFA, 0, 0, 0, 0],
        vec![0xFB, 0, 0, 0, 0, 0, 0, 0, 0],
    ] {
        assert_eq!(with_extensions(one(good.clone())), None, "{good:x?}");
    }
    for bad in [
        long_head(0, 1, 23),
        long_head(1, 1, 0),
        long_head(0, 2, 0xFF),
        long_head(0, 4, 0xFFFF),
        long_head(0, 8, 0xFFFF_FFFF),
        [long_head(2, 1, 1), vec![0]].concat(),
        [long_head(3, 2, 1), vec![b'a']].concat(),
        [long_head(4, 8, 1), vec![0]].concat(),
        [long_head(5, 1, 0)].concat(),
        [head(3, 1), vec![0xFF]].concat(),
        vec![0x5F, 0xFF],
        vec![0x7F, 0xFF],
        vec![0x9F, 0xFF],
        vec![0xC0, 0x60],
        vec![0xE0],
        vec![0xF8, 0x20],
        vec![0xFC],
        vec![0xFF],
        vec![0x1C],
        vec![0xFB, 0],
        map(&[(int(1), int(2)), (int(1), int(2))]),
    ] {
        assert_eq!(with_extensions(one(bad.clone())), Some(Refusal::Extensions), "{bad:x?}");
    }
}

/// A key of Ed25519 is a point of the curve in its one spelling, and none of the eight of small order.
#[test]
fn g4_no_weak_key_of_ed25519_is_taken() {
    let device = Device::new(Algorithm::EdDsa);
    let refused = |point: &str| {
        let point: Vec<u8> =
            (0..32).map(|at| u8::from_str_radix(&point[2 * at..2 * at + 2], 16).unwrap()).collect();
        let making = Making { key: edwards(&point), ..Making::by(&device) };
        created(&making.message().to_string(), Mediation::Ordinary).err()
    };
    for weak in WEAK {
        assert_eq!(refused(weak), Some(Refusal::Key), "{weak}");
    }
    for point in ON_THE_CURVE {
        assert_eq!(refused(point), None, "{point}");
    }
    for point in OFF_THE_CURVE {
        assert_eq!(refused(point), Some(Refusal::Key), "{point}");
    }
}

/// The points of small order, with either sign, and every spelling of a number that is not below the prime.
const WEAK: [&str; 48] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "efffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "efffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "f1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "f2ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f2ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "f4ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f4ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "f5ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f5ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "f6ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f6ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "f8ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f8ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "f9ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f9ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "faffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "faffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "fbffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "fbffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "fcffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "fcffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "fdffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "fdffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "feffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "feffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

/// By Python's arithmetic: at random, from the smallest and near the prime.
const ON_THE_CURVE: [&str; 20] = [
    "0c03ac42911570690e53ce536c5acff711ce9544c862a2d58d8d8e1bd47ffbe2",
    "0595186ac92c4d04868d6f1935b83f9463df5dba2984556ca52373c1fa6f28ed",
    "dd96b770b2a585a88c023dfd82978e4c24cb1b92647536ea87cb9680fa2eba6a",
    "ee50168cb07692b4eb084475c1cbc701f029fcf45e1a5a7460afe9e72c98683d",
    "462f2a85aef4ed7a472d18d3c358048052e9767ea4787b5eed13a56d0014b972",
    "f28d01ad7e038ab46dcf05a7f3e24f43c6c676eff0b9dd20eb68c279288a50a4",
    "28c04667649e094bfa2543bcb7a4c92bc1b50676d6854f7015f7194d2bc47627",
    "fe0a0411e9e3fd7734df7b81f3e38373ff1c0da89a23ddf4d5282004ae226c96",
    "128de6d4819dba1c70e2e93313d4ce9e3c363c783f13f6e05c0f85ffb9898c57",
    "e4dfc86d71d203a6ad6e2ff2bb2745a2f0f9372712ba3e02494bcde06ad13db1",
    "e4783cf3caf613a316e8cfed0849100aabcfcc9118d8b08b5af3be96c992a4ad",
    "8cd6dccdb90c4483eeedb0cdebf2dd42ba88e78fc2266de2a88b77b76cfecddc",
    "0300000000000000000000000000000000000000000000000000000000000000",
    "0400000000000000000000000000000000000000000000000000000000000000",
    "0500000000000000000000000000000000000000000000000000000000000000",
    "0600000000000000000000000000000000000000000000000000000000000000",
    "c5ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "c6ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "c8ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "caffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/// Likewise.
const OFF_THE_CURVE: [&str; 20] = [
    "571e58ad6eae120b46f3efc88ba739e52f453d851270e51ec01ef182d4208999",
    "8c0ee05804652fffaf9479872ed2134a654caf95825af425d5e45198d5056b21",
    "75feaee5f5f5a14f9331da05a2b6b991fd431b9eb1159e33cbad0fe16f920f09",
    "a3ff271d9b84dd8aaba8a27477c97863ca60b8dd50bac4bbfb1bde12a3a7ca66",
    "a716becac33317a345c633f442600968a37c9b3bfb4452c67fa1958b6dffcd49",
    "7e6a2dcde3571335b665e963f40507315c967723a3b57822cc5456a0e08b243f",
    "7215fae383e1bb0047b0b03e6a956e17f539a006024e4a77da9e6960daa1d439",
    "3e9dc81355878e35faf7af4f270afeaf57070bf71e2686c09f8dac6bd7b0f78c",
    "27f421a6e1485946bfd54b133372c91533f6592028c6cf2bcfbd1b6eb86c96a4",
    "5aa0eb35fcf9a74337305782eb8543515554c10f9eaf490611f14bc679f2f423",
    "31fe6c10e7067432ebfc3a4b65c312865e6e4a7796896fc0dcb5be80f9c36491",
    "321017a4076bffbe891568ae6d265c87d4671449be8f5fa50fbe34810876dbc8",
    "0200000000000000000000000000000000000000000000000000000000000000",
    "0700000000000000000000000000000000000000000000000000000000000000",
    "0800000000000000000000000000000000000000000000000000000000000000",
    "0b00000000000000000000000000000000000000000000000000000000000000",
    "c7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "c9ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "cbffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ceffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_text_makes_the_reading_fall(text in any::<String>()) {
        prop_assert!(Creation::read(&text).is_err());
        prop_assert!(Assertion::read(&text).is_err());
    }

    /// Bytes that are no credential's in each place that takes bytes.
    #[test]
    fn no_bytes_make_the_reading_or_judging_fall(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        place in 0..5,
    ) {
        let device = Device::new(Algorithm::EdDsa);
        let mut making = Making::by(&device);
        let mut showing = Showing::new();
        let nothing = bytes.is_empty();
        match place {
            0 => making.object = Some(bytes.clone()),
            1 => making.data = Some([making.authenticator_data()[..37].to_vec(), bytes.clone()].concat()),
            2 => making.client = bytes.clone(),
            3 => making.statement = [head(5, 3), bytes.clone()].concat(),
            _ => {
                making.flags |= ED;
                making.extensions = [head(5, 2), bytes.clone()].concat();
            }
        }
        match place {
            0 => showing.data = Some(bytes),
            1 => showing.data = Some([showing.authenticator_data(), bytes].concat()),
            2 => showing.client = bytes,
            3 => showing.signature = Some(bytes),
            _ => {
                showing.flags |= ED;
                showing.rest = [head(5, 2), bytes].concat();
            }
        }
        let judged = created(&making.message().to_string(), Mediation::Ordinary);
        if let Ok(made) = judged {
            prop_assert!(place >= 3, "well-formed by chance: {made:?}");
        }
        let key = crate::device::cose(&device.key());
        let shown = crate::house::asserted(&showing.message(&device).to_string(), &key);
        prop_assert!(shown.is_err() || place == 4 || nothing, "{shown:?}");
    }

    /// A good message with some of its bytes written over: answered, and taken only where nothing signs it.
    #[test]
    fn no_damaged_message_makes_the_judging_fall(
        at in any::<prop::sample::Index>(),
        with in prop::collection::vec(any::<u8>(), 1..8),
    ) {
        let device = Device::new(Algorithm::EdDsa);
        let mut object = Making::by(&device).attestation_object();
        let from = at.index(object.len());
        for (to, byte) in object[from..].iter_mut().zip(&with) {
            *to = *byte;
        }
        let making = Making { object: Some(object), ..Making::by(&device) };
        let made = created(&making.message().to_string(), Mediation::Ordinary);
        prop_assert!(made.is_err() || made.is_ok_and(|made| made.credential_id == b"credential-0123"));
        let key = crate::device::cose(&device.key());
        let showing = Showing::new();
        let mut data = showing.authenticator_data();
        let from = at.index(data.len());
        let good = data.clone();
        for (to, byte) in data[from..].iter_mut().zip(&with) {
            *to = *byte;
        }
        let mut message = showing.message(&device);
        message["response"]["authenticatorData"] = crate::house::base64(&data).into();
        let taken = crate::house::asserted(&message.to_string(), &key).is_ok();
        prop_assert_eq!(taken, data == good);
    }
}
