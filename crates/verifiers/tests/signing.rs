//! What the house signs, and what it takes for its own (security.md F7 to F10).
//!
//! The forgeries are made by hand, octet by octet: nothing that signs them shares code with what reads them, but for the
//! method of the honest ones.

use std::time::{Duration, Instant};

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use verifiers::CodeKeys;
use verifiers::signing::{
    Algorithm, Audience, Expected, MOST_TOKEN_BYTES, PublicKey, SealFault, SigningFault, SigningKey,
    TokenRefusal, read,
};

const ISSUER: &str = "https://id.example.jp";
const TYP: &str = "genkan-identity+jwt";
const NOW_S: i64 = 1_790_000_000;

fn codes(current: u32) -> CodeKeys {
    let keys =
        vec![(1, *b"k9Zt!q2Lw7#rXe4Vb0Yd@u6Hs8Pj3Gm1"), (2, *b"a2Zt!q2Lw7#rXe4Vb0Yd@u6Hs8Pj3Gm7")];
    CodeKeys::new(current, keys).unwrap()
}

fn claims() -> Value {
    json!({ "iss": ISSUER, "aud": "https://app.example.jp", "sub": "花子", "exp": NOW_S + 60 })
}

fn expected() -> Expected<'static> {
    let audience = Audience::One("https://app.example.jp");
    Expected { typ: TYP, issuer: ISSUER, audience, now_s: NOW_S }
}

fn is(key: &PublicKey, token: &str) -> Result<Value, TokenRefusal> {
    read([key], token, &expected())
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A token with another header, signed by hand with what is given.
fn forged(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let signed = format!("{}.{}", part(header), part(claims));
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(sign(signed.as_bytes())))
}

/// An honest token whose header was changed before it was signed, by the real key.
fn signed_with_header(key: &SigningKey, change: impl Fn(&mut Value)) -> String {
    // `SigningKey` writes its own header alone, so the pair is opened once more, by other code.
    let mut header = json!({
        "alg": key.public().algorithm().name(), "typ": TYP, "kid": key.public().id(),
    });
    change(&mut header);
    let secret = hand::secret_of(key);
    forged(&header, &claims(), |bytes| hand::sign(key.public().algorithm(), &secret, bytes))
}

/// Signing by the library below, with the key as it is opened from its row.
mod hand {
    use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::KeyPair;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256,
    };
    use verifiers::signing::{Algorithm, SigningKey};

    /// PKCS#8, from what is kept: also tells that the form at rest is the one that is written down.
    pub(crate) fn secret_of(key: &SigningKey) -> Vec<u8> {
        let sealed = key.seal(&super::codes(1)).unwrap();
        assert_eq!(&sealed[..5], [1, 0, 0, 0, 1]);
        let code_key =
            super::hmac::Key::new(super::hmac::HMAC_SHA256, b"k9Zt!q2Lw7#rXe4Vb0Yd@u6Hs8Pj3Gm1");
        let derived = super::hmac::sign(&code_key, b"genkan signing key at rest v1\0");
        let aead = RandomizedNonceKey::new(&AES_256_GCM, derived.as_ref()).unwrap();
        let nonce = Nonce::try_assume_unique_for_key(&sealed[5..17]).unwrap();
        let (name, id) = (key.public().algorithm().name(), key.public().id());
        let bound = [&[1, 0, 0, 0, 1], name.as_bytes(), b"\0", id.as_bytes()].concat();
        let mut secret = sealed[17..].to_vec();
        aead.open_in_place(nonce, Aad::from(bound), &mut secret).unwrap().to_vec()
    }

    pub(crate) fn sign(algorithm: Algorithm, secret: &[u8], bytes: &[u8]) -> Vec<u8> {
        match algorithm {
            Algorithm::EdDsa => {
                Ed25519KeyPair::from_pkcs8(secret).unwrap().sign(bytes).as_ref().to_vec()
            }
            Algorithm::Es256 => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, secret).unwrap();
                pair.sign(&SystemRandom::new(), bytes).unwrap().as_ref().to_vec()
            }
            Algorithm::Rs256 => {
                let pair = KeyPair::from_pkcs8(secret).unwrap();
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), bytes, &mut signature).unwrap();
                signature
            }
        }
    }
}

#[test]
fn what_a_key_signs_is_read_by_its_public_half_and_by_no_other() {
    for algorithm in Algorithm::ALL {
        let (key, other) = (SigningKey::make(algorithm).unwrap(), SigningKey::make(algorithm).unwrap());
        let token = key.sign(TYP, &claims()).unwrap();
        assert_eq!(is(key.public(), &token), Ok(claims()));
        assert_eq!(read([other.public(), key.public()], &token, &expected()), Ok(claims()));
        assert_eq!(is(other.public(), &token), Err(TokenRefusal::UnknownKey));
        assert_eq!(read([], &token, &expected()), Err(TokenRefusal::UnknownKey));
        // Signed by the other one in the name of the first.
        let secret = hand::secret_of(&other);
        let header = json!({ "alg": algorithm.name(), "typ": TYP, "kid": key.public().id() });
        let token = forged(&header, &claims(), |bytes| hand::sign(algorithm, &secret, bytes));
        assert_eq!(is(key.public(), &token), Err(TokenRefusal::Signature));
        assert_eq!(key.sign(TYP, &json!("text")), Err(SigningFault::Claims));
    }
}

#[test]
fn a_published_key_says_what_it_is_and_nothing_private() {
    for (algorithm, kind, members) in [
        (Algorithm::EdDsa, "OKP", ["alg", "crv", "kid", "kty", "use", "x"].as_slice()),
        (Algorithm::Es256, "EC", &["alg", "crv", "kid", "kty", "use", "x", "y"]),
        (Algorithm::Rs256, "RSA", &["alg", "e", "kid", "kty", "n", "use"]),
    ] {
        let key = SigningKey::make(algorithm).unwrap();
        let jwk = key.public().jwk().as_object().unwrap();
        let mut names = jwk.keys().map(String::as_str).collect::<Vec<_>>();
        names.sort_unstable();
        assert_eq!(names, members);
        assert_eq!((jwk["kty"].as_str(), jwk["alg"].as_str()), (Some(kind), Some(algorithm.name())));
        assert_eq!(jwk["kid"], key.public().id());
        assert_eq!(key.public().id().len(), 43);
    }
}

#[test]
fn a_sealed_key_opens_in_its_own_row_alone() {
    let codes_then = codes(1);
    for algorithm in Algorithm::ALL {
        let (key, other) = (SigningKey::make(algorithm).unwrap(), SigningKey::make(algorithm).unwrap());
        let (sealed, id) = (key.seal(&codes_then).unwrap(), key.public().id());
        let open = |algorithm, id: &str, sealed: &[u8]| {
            SigningKey::open(&codes_then, algorithm, id, sealed).map(|key| key.public().id().to_owned())
        };
        assert_eq!(open(algorithm, id, &sealed), Ok(id.to_owned()));
        let refused = Err(SigningFault::Sealed(SealFault::Opening));
        // Moved to another row, under another method, bent at any place, cut at any length.
        assert_eq!(open(algorithm, other.public().id(), &sealed), refused);
        for another in Algorithm::ALL.into_iter().filter(|another| *another != algorithm) {
            assert_eq!(open(another, id, &sealed), refused);
        }
        for place in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[place] ^= 1;
            let answer = open(algorithm, id, &bent);
            let no_key = Err(SigningFault::Sealed(SealFault::NoKey));
            assert!(answer == refused || (1..5).contains(&place) && answer == no_key, "{place}");
            assert_eq!(open(algorithm, id, &sealed[..place]), refused);
        }
        // Sealed under the newer code key, the older one may go.
        assert!(SigningKey::is_sealed_by_current(&codes_then, &sealed));
        assert!(!SigningKey::is_sealed_by_current(&codes(2), &sealed));
        let anew =
            SigningKey::open(&codes(2), algorithm, id, &sealed).unwrap().seal(&codes(2)).unwrap();
        let newer = CodeKeys::new(2, vec![(2, *b"a2Zt!q2Lw7#rXe4Vb0Yd@u6Hs8Pj3Gm7")]).unwrap();
        assert!(SigningKey::open(&newer, algorithm, id, &anew).is_ok());
        let gone = SigningKey::open(&newer, algorithm, id, &sealed).err();
        assert_eq!(gone, Some(SigningFault::Sealed(SealFault::NoKey)));
        // No sealed form and no claims hold the key in the clear.
        let secret = hand::secret_of(&key);
        assert!(!sealed.windows(32).any(|window| secret.windows(32).any(|part| part == window)));
    }
}

/// F7: "none", in every spelling, with and without a signature.
#[test]
fn f7_a_token_without_a_method_is_refused() {
    let key = SigningKey::make(Algorithm::Es256).unwrap();
    for name in ["none", "None", "NONE", "nOnE", ""] {
        let header = json!({ "alg": name, "typ": TYP, "kid": key.public().id() });
        for signature in [Vec::new(), vec![0], vec![0; 64]] {
            let token = forged(&header, &claims(), |_| signature.clone());
            let answer = is(key.public(), &token);
            let empty = signature.is_empty() && answer == Err(TokenRefusal::Malformed);
            assert!(empty || answer == Err(TokenRefusal::Algorithm), "{name}: {answer:?}");
        }
    }
    for header in [
        json!({ "typ": TYP, "kid": key.public().id() }),
        json!({ "alg": null, "typ": TYP, "kid": key.public().id() }),
        json!({ "alg": ["ES256"], "typ": TYP, "kid": key.public().id() }),
    ] {
        let token = forged(&header, &claims(), |_| vec![0; 64]);
        assert_eq!(is(key.public(), &token), Err(TokenRefusal::Header));
    }
}

/// F7: a shared-secret method, keyed by everything that is public of the key, or by nothing.
#[test]
fn f7_the_public_key_is_no_secret_to_sign_with() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::make(algorithm).unwrap();
        let jwk = key.public().jwk();
        let field = |name: &str| jwk[name].as_str().unwrap_or_default().to_owned();
        let raw = |name: &str| URL_SAFE_NO_PAD.decode(field(name)).unwrap();
        let point = [vec![4], raw("x"), raw("y")].concat();
        let pem = |bytes: &[u8]| {
            let body = STANDARD.encode(bytes);
            format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n").into_bytes()
        };
        let secrets = [
            Vec::new(),
            vec![0],
            jwk.to_string().into_bytes(),
            field("x").into_bytes(),
            field("n").into_bytes(),
            raw("x"),
            raw("n"),
            pem(&point),
            point,
            key.public().id().as_bytes().to_vec(),
        ];
        for name in ["HS256", "HS384", "HS512", algorithm.name()] {
            let header = json!({ "alg": name, "typ": TYP, "kid": key.public().id() });
            for secret in &secrets {
                let mac = hmac::Key::new(hmac::HMAC_SHA256, secret);
                let token =
                    forged(&header, &claims(), |bytes| hmac::sign(&mac, bytes).as_ref().to_vec());
                let wrong = match name == algorithm.name() {
                    true => TokenRefusal::Signature,
                    false => TokenRefusal::Algorithm,
                };
                assert_eq!(is(key.public(), &token), Err(wrong), "{name}");
            }
        }
    }
}

/// F7: the methods of the house's other keys, and of no key of its.
#[test]
fn f7_a_key_is_used_by_its_own_method_alone() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::make(algorithm).unwrap();
        for name in ["EdDSA", "ES256", "RS256", "PS256", "RS512", "ES384", "ES256K", "Ed25519", "es256"]
        {
            let token = signed_with_header(&key, |header| header["alg"] = name.into());
            let answer = is(key.public(), &token);
            match name == algorithm.name() {
                true => assert_eq!(answer, Ok(claims())),
                false => assert_eq!(answer, Err(TokenRefusal::Algorithm), "{name}"),
            }
        }
    }
}

/// F7, F9: one octet changed at every place, and cut at every length.
#[test]
fn f7_f9_a_bent_or_cut_token_is_refused() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::make(algorithm).unwrap();
        let token = key.sign(TYP, &claims()).unwrap();
        for place in 0..token.len() {
            for other in ["A", "Q", "_", ".", "=", "é"] {
                if token[place..].starts_with(other) {
                    continue;
                }
                let bent = format!("{}{other}{}", &token[..place], &token[place + 1..]);
                assert!(is(key.public(), &bent).is_err(), "{algorithm:?} {place} {other}");
            }
            assert!(is(key.public(), &token[..place]).is_err(), "{algorithm:?} cut at {place}");
        }
        for more in ["A", "=", ".", ".A", " ", "\n"] {
            assert!(is(key.public(), &format!("{token}{more}")).is_err());
            assert!(is(key.public(), &format!("{more}{token}")).is_err());
        }
    }
}

/// F8: keys, addresses of keys and certificates that a token brings; odd key ids.
#[test]
fn f8_what_a_token_brings_to_be_checked_by_is_refused() {
    let key = SigningKey::make(Algorithm::EdDsa).unwrap();
    assert_eq!(is(key.public(), &signed_with_header(&key, |_| {})), Ok(claims()));
    for (name, value) in [
        ("jwk", key.public().jwk().clone()),
        ("jku", json!("https://id.example.jp/.well-known/jwks.json")),
        ("x5u", json!("https://id.example.jp/certificate")),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("AAAA")),
        ("x5t#S256", json!("AAAA")),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("b64", json!(true)),
        ("zip", json!("DEF")),
        ("enc", json!("A256GCM")),
        ("p2c", json!(2_147_483_647)),
        ("p2s", json!("AAAA")),
        ("cty", json!("JWT")),
        ("epk", json!({})),
        ("anything", json!(null)),
    ] {
        let token = signed_with_header(&key, |header| header[name] = value.clone());
        assert_eq!(is(key.public(), &token), Err(TokenRefusal::Header), "{name}");
    }
    for kid in ["../../dev/null", "' or 1=1 --", "", "https://evil.example/", "\u{0}"] {
        let token = signed_with_header(&key, |header| header["kid"] = kid.into());
        assert_eq!(is(key.public(), &token), Err(TokenRefusal::UnknownKey), "{kid}");
    }
    // A field that comes twice is not taken by either of its values.
    let header = format!(
        "{{\"alg\":\"none\",\"alg\":\"EdDSA\",\"typ\":\"{TYP}\",\"kid\":\"{}\"}}",
        key.public().id()
    );
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), part(&claims()));
    let signature = hand::sign(Algorithm::EdDsa, &hand::secret_of(&key), signed.as_bytes());
    let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
    assert_eq!(is(key.public(), &token), Err(TokenRefusal::Header));
}

#[test]
fn a_token_of_another_kind_is_none() {
    let key = SigningKey::make(Algorithm::Es256).unwrap();
    for typ in ["JWT", "jwt", "logout+jwt", "at+jwt", "Genkan-Identity+JWT", "genkan-identity", ""] {
        let token = key.sign(typ, &claims()).unwrap();
        assert_eq!(is(key.public(), &token), Err(TokenRefusal::Kind), "{typ}");
    }
    let token = signed_with_header(&key, |header| drop(header.as_object_mut().unwrap().remove("typ")));
    assert_eq!(is(key.public(), &token), Err(TokenRefusal::Header));
}

/// F9: audiences in every shape, issuers, ends.
#[test]
fn f9_a_token_for_somebody_else_of_somebody_else_or_out_of_time_is_refused() {
    let key = SigningKey::make(Algorithm::EdDsa).unwrap();
    let with = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        is(key.public(), &key.sign(TYP, &claims).unwrap()).map(drop)
    };
    let without = |name: &str| {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(name);
        is(key.public(), &key.sign(TYP, &claims).unwrap()).map(drop)
    };
    let ours = "https://app.example.jp";
    assert_eq!(with("aud", json!([ours])), Ok(()));
    assert_eq!(with("aud", json!(["other", ours])), Ok(()));
    for audience in [
        json!([]),
        json!(["other"]),
        json!("other"),
        json!(""),
        json!(null),
        json!({ "0": ours }),
        json!([ours, 7]),
        json!([[ours]]),
        json!("https://app.example.jp/"),
        json!("HTTPS://app.example.jp"),
    ] {
        assert_eq!(with("aud", audience.clone()), Err(TokenRefusal::Audience), "{audience}");
    }
    assert_eq!(without("aud"), Err(TokenRefusal::Audience));
    for issuer in [json!("https://id.example.jp/"), json!(""), json!(null), json!([ISSUER])] {
        assert_eq!(with("iss", issuer), Err(TokenRefusal::Issuer));
    }
    assert_eq!(without("iss"), Err(TokenRefusal::Issuer));
    assert_eq!(with("exp", json!(NOW_S + 1)), Ok(()));
    for ends in [json!(NOW_S), json!(0), json!(-1)] {
        assert_eq!(with("exp", ends), Err(TokenRefusal::Lapsed));
    }
    for ends in
        [json!("9999999999"), json!(1e300), json!(null), json!(9_999_999_999.5), json!(u64::MAX)]
    {
        assert_eq!(with("exp", ends), Err(TokenRefusal::Malformed));
    }
    assert_eq!(without("exp"), Err(TokenRefusal::Lapsed));
    assert_eq!(with("nbf", json!(NOW_S)), Ok(()));
    assert_eq!(with("nbf", json!(NOW_S + 1)), Err(TokenRefusal::Early));
    // For anybody means for somebody.
    let anybody = Expected { audience: Audience::Any, ..expected() };
    let mut claims = claims();
    claims["aud"] = json!([]);
    let token = key.sign(TYP, &claims).unwrap();
    assert_eq!(read([key.public()], &token, &anybody), Err(TokenRefusal::Audience));
}

/// F10: what would be costly to look at is not looked at.
#[test]
fn f10_what_is_too_long_or_shapeless_costs_nothing() {
    let key = SigningKey::make(Algorithm::EdDsa).unwrap();
    let deep = format!("{}{}", "[".repeat(300), "]".repeat(300));
    let dotted = |size: usize| ".".repeat(size);
    let (bomb, long) = ("A".repeat(1 << 20), "A".repeat(MOST_TOKEN_BYTES));
    let cases = [
        (dotted(1 << 20), TokenRefusal::TooLong),
        (dotted(MOST_TOKEN_BYTES), TokenRefusal::Malformed),
        (format!("{bomb}.{bomb}.{bomb}"), TokenRefusal::TooLong),
        (long.clone(), TokenRefusal::Malformed),
        (format!("{}.A.A", &long[..4_096]), TokenRefusal::Malformed),
        (format!("{}.A.A", URL_SAFE_NO_PAD.encode(deep)), TokenRefusal::Header),
        (String::new(), TokenRefusal::Malformed),
        ("..".to_owned(), TokenRefusal::Malformed),
        ("a.b.c.d.e".to_owned(), TokenRefusal::Malformed),
        ("é.é.é".to_owned(), TokenRefusal::Malformed),
    ];
    let began = Instant::now();
    for (token, why) in &cases {
        assert_eq!(is(key.public(), token).as_ref(), Err(why), "{} bytes", token.len());
    }
    assert!(began.elapsed() < Duration::from_millis(50), "{:?}", began.elapsed());
}
