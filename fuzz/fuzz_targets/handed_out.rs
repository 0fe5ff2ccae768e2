//! What the house hands out and takes back by what it looks like: sealed texts, return addresses, passkeys' challenges, and the
//! signed posts of relays (security.md C12, E8).
//!
//! What must hold: a text that was changed in any place, or that is of another kind, is nothing. The input is such a text, and after
//! its first two octets also what stands in the place of a piece of an honest one.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use verifiers::CodeKeys;
use verifiers::hook::{StandardHeaders, StandardSecret};
use verifiers::passkey::{self, Ceremony};
use verifiers::return_address::{self, Returned};
use verifiers::sealed::{SealedKind, open, seal};

const BASE: &str = "bounces@mail.example.jp";
const RECIPIENT: &str = "hanako@example.jp";
const MAIL: Returned = Returned { decision: [0xA5; 16], n: 3 };
const NOW_S: &str = "1790000000";
const NOW_MS: i64 = 1_790_000_000_000;
const BODY: &[u8] = br#"{"type":"mail.report","data":{"report":"bounced"}}"#;

struct House {
    keys: CodeKeys,
    sealed: String,
    address: String,
    challenge: Vec<u8>,
    secret: StandardSecret,
    signature: String,
}

static HOUSE: LazyLock<House> = LazyLock::new(|| {
    let keys = CodeKeys::new(1, vec![(1, *b"k9Zt!q2Lw7#rXe4Vb0Yd@u6Hs8Pj3Gm1")]).expect("keys");
    let secret = StandardSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
    House {
        sealed: seal(&keys, SealedKind::Code, b"for novel-site").expect("sealed"),
        address: return_address::write(&keys, BASE, MAIL, RECIPIENT).expect("an address"),
        challenge: passkey::issue(&keys, Ceremony::SignIn, b"a browser", NOW_MS)
            .expect("a challenge")
            .bytes()
            .to_vec(),
        signature: secret.sign("msg_1", NOW_S, BODY),
        keys,
        secret,
    }
});

fuzz_target!(|octets: &[u8]| {
    let house = &*HOUSE;
    whole(house, octets);
    let [at, cut, put @ ..] = octets else { return };
    let bent = |honest: &[u8]| {
        let at = usize::from(*at).min(honest.len());
        let rest = (at + usize::from(*cut)).min(honest.len());
        let bent = [&honest[..at], put, &honest[rest..]].concat();
        (bent != honest).then_some(bent)
    };
    let text = |honest: &str| bent(honest.as_bytes()).and_then(|bent| String::from_utf8(bent).ok());
    if let Some(bent) = text(&house.sealed) {
        assert_eq!(open(&house.keys, SealedKind::Code, &bent), None, "{bent} opens");
    }
    if let Some(bent) = text(&house.address) {
        // Servers on the way change the case of letters.
        let same = bent.eq_ignore_ascii_case(&house.address);
        assert_eq!(is_ours(house, &bent), same, "{bent} and {}", house.address);
    }
    if let Some(bent) = bent(&house.challenge) {
        let opened = passkey::open(&house.keys, Ceremony::SignIn, b"a browser", &bent);
        assert!(opened.is_err(), "a bent challenge opens");
    }
    if let Some(bent) = bent(BODY) {
        assert!(!heard(house, "msg_1", NOW_S, &house.signature, &bent), "a bent post is heard");
    }
    if let Some(bent) = text(NOW_S) {
        assert!(!heard(house, "msg_1", &bent, &house.signature, BODY), "a bent time is heard");
    }
});

/// Octets that came as they are. A fuzzer sees what is compared and so may come by an honest text.
fn whole(house: &House, octets: &[u8]) {
    for ceremony in [Ceremony::SignIn, Ceremony::Proof, Ceremony::Add, Ceremony::Upgrade] {
        let known = ceremony == Ceremony::SignIn && octets == house.challenge;
        let opened = passkey::open(&house.keys, ceremony, b"a browser", octets);
        assert!(known || opened.is_err(), "a challenge opens that was never issued");
    }
    let Ok(text) = std::str::from_utf8(octets) else { return };
    let kinds = [
        SealedKind::Code,
        SealedKind::Refresh,
        SealedKind::Access,
        SealedKind::Step,
        SealedKind::Pushed,
        SealedKind::Nonce,
        SealedKind::AuthSession,
    ];
    for kind in kinds {
        let known = kind == SealedKind::Code && text == house.sealed;
        assert!(known || open(&house.keys, kind, text).is_none(), "{text} opens");
        let other = kind != SealedKind::Code;
        assert!(!other || open(&house.keys, kind, &house.sealed).is_none(), "opens as another kind");
    }
    assert!(!is_ours(house, text) || text.eq_ignore_ascii_case(&house.address));
    assert!(!heard(house, "msg_1", NOW_S, text, BODY) || text.contains(&house.signature));
}

fn is_ours(house: &House, address: &str) -> bool {
    let read = return_address::read(BASE, address);
    read.is_some_and(|read| read.mail == MAIL && read.is_ours(&house.keys, RECIPIENT))
}

fn heard(house: &House, id: &str, timestamp: &str, signature: &str, body: &[u8]) -> bool {
    house.secret.check(&StandardHeaders { id, timestamp, signature }, body, NOW_MS).is_ok()
}
