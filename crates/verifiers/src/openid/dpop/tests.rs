use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use jsonwebtoken::{Algorithm as Library, EncodingKey, Header, encode};

use super::*;

/// RFC 9449 figure 1, and the thumbprint of its key in figure 3.
const STANDARD: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";
const PRINT: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
const URL: &str = "https://server.example.com/token";
const NOW_MS: i64 = 1_562_262_616_000;

fn keys() -> CodeKeys {
    CodeKeys::new(1, vec![(1, std::array::from_fn(|n| u8::try_from(n).unwrap()))]).unwrap()
}

fn expected<'e>() -> ProofOf<'e> {
    ProofOf { method: "POST", url: URL, access_token: None, now_ms: NOW_MS }
}

/// A proof of a key of our own, with this header and these claims in the place of the usual ones.
fn proof(pair: &Ed25519KeyPair, head: &Value, claims: &Value) -> String {
    let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
    let mut header = json!({
        "typ": "dpop+jwt", "alg": "EdDSA", "jwk": { "kty": "OKP", "crv": "Ed25519", "x": x },
    });
    let mut body = json!({ "jti": "a", "htm": "POST", "htu": URL, "iat": NOW_MS / 1_000 });
    for (into, from) in [(&mut header, head), (&mut body, claims)] {
        for (name, value) in from.as_object().unwrap() {
            into[name] = value.clone();
        }
    }
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(&header), part(&body));
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(pair.sign(text.as_bytes())))
}

#[test]
fn the_proof_of_the_standard_is_of_its_key() {
    assert_eq!(read_proof(&keys(), STANDARD, &expected()).as_deref(), Ok(PRINT));
    for now_ms in [NOW_MS - 60_000, NOW_MS + 60_000] {
        assert!(read_proof(&keys(), STANDARD, &ProofOf { now_ms, ..expected() }).is_ok());
    }
    for now_ms in [NOW_MS - 60_001, NOW_MS + 60_001, 0] {
        let late = read_proof(&keys(), STANDARD, &ProofOf { now_ms, ..expected() });
        assert_eq!(late, Err(ProofRefusal::Late));
    }
}

#[test]
fn a_proof_is_of_one_request_and_one_token() {
    let pair = Ed25519KeyPair::generate().unwrap();
    let none = json!({});
    let good = proof(&pair, &none, &none);
    assert!(read_proof(&keys(), &good, &expected()).is_ok());
    let with_query = proof(&pair, &none, &json!({ "htu": format!("{URL}?a=b#c") }));
    assert!(read_proof(&keys(), &with_query, &expected()).is_ok(), "RFC 9449 4.3, 9");
    let ath = URL_SAFE_NO_PAD.encode(sha256(&[b"a token"]));
    let bound = proof(&pair, &none, &json!({ "ath": ath }));
    let with_token = ProofOf { access_token: Some("a token"), ..expected() };
    assert!(read_proof(&keys(), &bound, &with_token).is_ok());
    for (text, of) in [
        (&good, ProofOf { method: "GET", ..expected() }),
        (&good, ProofOf { url: "https://server.example.com/token/", ..expected() }),
        (&good, with_token),
        (&bound, expected()),
        (&bound, ProofOf { access_token: Some("another"), ..expected() }),
    ] {
        assert_eq!(read_proof(&keys(), text, &of), Err(ProofRefusal::Unfit), "{of:?}");
    }
}

#[test]
fn f7_f8_f10_what_is_bent_unsigned_or_too_much_is_no_proof() {
    let pair = Ed25519KeyPair::generate().unwrap();
    let none = json!({});
    let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
    let key = |more: Value| {
        let mut jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": x });
        for (name, value) in more.as_object().unwrap() {
            jwk[name] = value.clone();
        }
        json!({ "jwk": jwk })
    };
    let heads = [
        json!({ "typ": "JWT" }),
        json!({ "alg": "none" }),
        json!({ "alg": "HS256" }),
        json!({ "alg": "ES256" }),
        json!({ "kid": "1" }),
        json!({ "jku": "https://evil.example/keys" }),
        json!({ "crit": ["b64"], "b64": false }),
        key(json!({ "d": "AAAA" })),
        key(json!({ "y": "AAAA" })),
        key(json!({ "x": "" })),
        key(json!({ "crv": "X25519" })),
    ];
    for head in heads {
        let text = proof(&pair, &head, &none);
        assert_eq!(read_proof(&keys(), &text, &expected()), Err(ProofRefusal::Unfit), "{head}");
    }
    for claims in [json!({ "jti": "" }), json!({ "jti": "a".repeat(257) }), json!({ "iat": "now" })] {
        let text = proof(&pair, &none, &claims);
        assert_eq!(read_proof(&keys(), &text, &expected()), Err(ProofRefusal::Unfit), "{claims}");
    }
    // Another key's signature, and every place of it cut or bent.
    let other = Ed25519KeyPair::generate().unwrap();
    let good = proof(&pair, &none, &none);
    let stolen = proof(&other, &key(json!({})), &none);
    assert_eq!(read_proof(&keys(), &stolen, &expected()), Err(ProofRefusal::Unfit));
    for place in 0..good.len() {
        assert!(read_proof(&keys(), &good[..place], &expected()).is_err(), "cut at {place}");
    }
    for strange in [String::new(), ".".repeat(1 << 20), "..".to_owned(), format!("{good}.x")] {
        assert!(read_proof(&keys(), &strange, &expected()).is_err());
    }
    // Signed with the public half as a secret (F7).
    let header = Header { typ: Some("dpop+jwt".to_owned()), ..Header::new(Library::HS256) };
    let body = json!({ "jti": "a", "htm": "POST", "htu": URL, "iat": NOW_MS / 1_000 });
    let confused = encode(&header, &body, &EncodingKey::from_secret(x.as_bytes())).unwrap();
    assert!(read_proof(&keys(), &confused, &expected()).is_err());
}

#[test]
fn a_wrong_clock_is_helped_by_a_time_of_ours() {
    let (pair, keys) = (Ed25519KeyPair::generate().unwrap(), keys());
    let nonce = fresh_nonce(&keys, NOW_MS).unwrap();
    let none = json!({});
    let slow = |nonce: &str| proof(&pair, &none, &json!({ "iat": 12, "nonce": nonce }));
    let at = |now_ms| ProofOf { now_ms, ..expected() };
    assert!(read_proof(&keys, &slow(&nonce), &at(NOW_MS)).is_ok());
    assert!(read_proof(&keys, &slow(&nonce), &at(NOW_MS + 300_000)).is_ok());
    for (text, now_ms) in
        [(slow(&nonce), NOW_MS + 300_001), (slow(&nonce), NOW_MS - 1), (slow("x"), NOW_MS)]
    {
        assert_eq!(read_proof(&keys, &text, &at(now_ms)), Err(ProofRefusal::Late));
    }
    // Whoever brings a time of ours is judged by it, and not by a clock that may be right.
    let stale = proof(&pair, &none, &json!({ "nonce": "x" }));
    assert_eq!(read_proof(&keys, &stale, &at(NOW_MS)), Err(ProofRefusal::Late));
}
