//! Tokens that the house has signed, as whoever holds one, or bends one, brings them (security.md F7 to F10).
//!
//! What must hold: of all texts, the token itself is believed and no other one; that of one key by no other key. The input is a
//! text, and after its first two octets also what stands in the place of a piece of an honest token.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use verifiers::signing::{Audience, Expected, SigningKey, end_of, read};
use verifiers::{Algorithm, PublicKey};

const TYP: &str = "at+jwt";
const ISSUER: &str = "https://id.example.jp";
const AUDIENCE: &str = "https://app.example.jp";
const NOW_S: i64 = 1_790_000_000;

struct House {
    public: Vec<PublicKey>,
    honest: Vec<String>,
}

static HOUSE: LazyLock<House> = LazyLock::new(|| {
    let keys = Algorithm::ALL.map(|algorithm| SigningKey::make(algorithm).expect("a key"));
    let claims = json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": "花子", "exp": NOW_S + 60 });
    let house = House {
        public: keys.iter().map(|key| key.public().clone()).collect(),
        honest: keys.iter().map(|key| key.sign(TYP, &claims).expect("signed")).collect(),
    };
    for (key, token) in house.public.iter().zip(&house.honest) {
        assert_eq!(believed([key], token), Some(claims.clone()), "an honest token is refused");
    }
    house
});

fuzz_target!(|octets: &[u8]| {
    let House { public, honest } = &*HOUSE;
    if let Ok(text) = std::str::from_utf8(octets) {
        let _end = end_of(text);
        // A fuzzer sees what is compared and so may come by an honest one.
        let known = honest.iter().any(|token| token == text);
        assert!(
            known || believed(public, text).is_none(),
            "{text} is believed, which was never signed"
        );
    }
    let [at, cut, put @ ..] = octets else { return };
    for (key, token) in public.iter().zip(honest) {
        let bent = bent(token, *at, *cut, put);
        if bent != token.as_bytes()
            && let Ok(bent) = std::str::from_utf8(&bent)
        {
            assert_eq!(believed([key], bent), None, "{bent} is believed, which was never signed");
        }
        let others = public.iter().filter(|other| other.id() != key.id());
        assert_eq!(believed(others, token), None, "believed by another key");
    }
});

/// The token with a piece of it exchanged.
fn bent(token: &str, at: u8, cut: u8, put: &[u8]) -> Vec<u8> {
    let token = token.as_bytes();
    // From the end too, where the signature is.
    let at =
        if at < 128 { usize::from(at) * 2 } else { token.len().saturating_sub(usize::from(at) - 128) };
    let at = at.min(token.len());
    let rest = (at + usize::from(cut)).min(token.len());
    [&token[..at], put, &token[rest..]].concat()
}

fn believed<'k>(keys: impl IntoIterator<Item = &'k PublicKey>, token: &str) -> Option<Value> {
    let audience = Audience::One(AUDIENCE);
    read(keys, token, &Expected { typ: TYP, issuer: ISSUER, audience, now_s: NOW_S }).ok()
}
