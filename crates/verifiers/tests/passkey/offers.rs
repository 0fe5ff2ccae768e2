//! What a browser is asked, and the names of what answers.

use serde_json::json;
use verifiers::CodeKeys;
use verifiers::passkey::{
    Algorithm, Ceremony, Challenge, CreationOptions, Excluded, Mediation, RequestOptions, Transport,
    User, authenticator_name, issue,
};

use crate::house::{HANDLE, party};

fn challenge() -> Challenge {
    let keys = CodeKeys::new(1, vec![(1, std::array::from_fn(|at| u8::try_from(at).unwrap()))]);
    let keys = keys.unwrap_or_else(|fault| panic!("{fault}"));
    issue(&keys, Ceremony::Add, b"browser", 1_800_000_000_000).unwrap()
}

#[test]
fn the_options_of_a_creation_are_what_browsers_read() {
    let (party, challenge) = (party(), challenge());
    let excluded =
        [Excluded { id: b"credential", transports: &[Transport::Hybrid, Transport::SmartCard] }];
    let mut options = CreationOptions {
        party: &party,
        service: "読み書き",
        user: User { id: HANDLE, name: "taro@example.jp", display_name: "山田 太郎" },
        challenge: &challenge,
        excluded: &excluded,
        mediation: Mediation::Ordinary,
    };
    let expected = json!({
        "rp": {"id": "example.jp", "name": "読み書き"},
        "user": {"id": "AZQHBwcHcAeABwcHBwcHBw", "name": "taro@example.jp", "displayName": "山田 太郎"},
        "challenge": challenge.as_text(),
        "pubKeyCredParams": [
            {"type": "public-key", "alg": -7},
            {"type": "public-key", "alg": -8},
            {"type": "public-key", "alg": -35},
            {"type": "public-key", "alg": -36},
            {"type": "public-key", "alg": -257},
        ],
        "timeout": 300_000,
        "excludeCredentials": [
            {"type": "public-key", "id": "Y3JlZGVudGlhbA", "transports": ["hybrid", "smart-card"]},
        ],
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": true,
            "userVerification": "required",
        },
        "attestation": "none",
        "extensions": {"credProps": true},
    });
    assert_eq!(options.to_json(), expected);
    options.mediation = Mediation::Conditional;
    let mut conditional = expected;
    conditional["authenticatorSelection"]["userVerification"] = json!("preferred");
    assert_eq!(options.to_json(), conditional);
}

/// security.md G6: nothing in the options is of anybody.
#[test]
fn g6_the_options_of_a_sign_in_name_nobody() {
    let (party, challenge) = (party(), challenge());
    let options = RequestOptions { party: &party, challenge: &challenge }.to_json();
    let expected = json!({
        "challenge": challenge.as_text(),
        "timeout": 300_000,
        "rpId": "example.jp",
        "allowCredentials": [],
        "userVerification": "required",
    });
    assert_eq!(options, expected);
}

#[test]
fn transports_and_algorithms_have_the_words_and_numbers_of_their_registries() {
    for way in Transport::ALL {
        assert_eq!(Transport::parse(way.as_text()), Some(way));
    }
    assert_eq!(
        Transport::ALL.map(Transport::as_text),
        ["usb", "nfc", "ble", "smart-card", "hybrid", "internal"]
    );
    assert_eq!(Transport::parse("USB"), None);
    assert_eq!(Algorithm::OFFERED.map(Algorithm::number), [-7, -8, -35, -36, -257]);
}

fn named(aaguid: &str) -> Option<&'static str> {
    let hex = aaguid.replace('-', "");
    authenticator_name(&u128::from_str_radix(&hex, 16).unwrap().to_be_bytes())
}

#[test]
fn the_well_known_authenticators_have_names() {
    assert_eq!(named("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4"), Some("Google Password Manager"));
    assert_eq!(named("fbfc3007-154e-4ecc-8c0b-6e020557d7bd"), Some("iCloud Keychain"));
    assert_eq!(named("08987058-cadc-4b81-b6e1-30de50dcbe96"), Some("Windows Hello"));
    assert_eq!(named("53414d53-554e-4700-0000-000000000000"), Some("Samsung Pass"));
    assert_eq!(named("2fc0579f-8113-47ea-b116-bb5a8db9202a"), Some("YubiKey 5 NFC"));
    assert_eq!(named("00000000-0000-0000-0000-000000000000"), None);
    assert_eq!(named("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d5"), None);
}
