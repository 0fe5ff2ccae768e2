//! security.md G2, G4 and G10: every field of an assertion's message bent, and refused by the step it is about.

use std::collections::BTreeSet;

use serde_json::json;
use verifiers::passkey::{Algorithm, Assertion, Backup, Known, Refusal};

use crate::cbor::{array, head, int, map, text};
use crate::device::{Device, cose};
use crate::house::{
    AT, BE, BS, ED, HANDLE, Making, Showing, UP, UV, asserted, base64, client_data, opened, party,
};
use crate::mutation::{Bend, padded, remove, replace, spare_bits};

use Bend::{Outer, Part, Text};

pub(crate) type Mutation = (&'static str, Refusal, Bend<Showing>);

fn outer() -> Vec<Mutation> {
    vec![
        (
            "id of another",
            Refusal::CredentialId,
            Outer(|m| m["id"] = json!(base64(b"credential-4567"))),
        ),
        ("raw id of another", Refusal::CredentialId, Outer(|m| m["rawId"] = json!(base64(b"another")))),
        ("no id", Refusal::Message, Outer(|m| remove(m, "id"))),
        ("no raw id", Refusal::Message, Outer(|m| remove(m, "rawId"))),
        ("raw id a list of bytes", Refusal::Message, Outer(|m| m["rawId"] = json!([1, 2, 3]))),
        (
            "ids padded",
            Refusal::Encoding,
            Outer(|m| {
                m["id"] = json!("AAA=");
                m["rawId"] = json!("AAA=");
            }),
        ),
        ("id of 1,024 bytes", Refusal::CredentialIdLength, Part(|m| m.id = vec![7; 1_024])),
        ("id empty", Refusal::CredentialIdLength, Part(|m| m.id = Vec::new())),
        ("another type", Refusal::CredentialType, Outer(|m| m["type"] = json!("password"))),
        ("no type", Refusal::Message, Outer(|m| remove(m, "type"))),
        ("no response", Refusal::Message, Outer(|m| remove(m, "response"))),
        ("response null", Refusal::Message, Outer(|m| m["response"] = json!(null))),
        ("no client data", Refusal::Message, Outer(|m| remove(&mut m["response"], "clientDataJSON"))),
        (
            "client data with spare bits",
            Refusal::Encoding,
            Outer(|m| spare_bits(&mut m["response"]["clientDataJSON"])),
        ),
        (
            "no authenticator data",
            Refusal::Message,
            Outer(|m| remove(&mut m["response"], "authenticatorData")),
        ),
        (
            "authenticator data padded",
            Refusal::Encoding,
            Outer(|m| padded(&mut m["response"]["authenticatorData"])),
        ),
        ("no signature", Refusal::Message, Outer(|m| remove(&mut m["response"], "signature"))),
        ("signature null", Refusal::Message, Outer(|m| m["response"]["signature"] = json!(null))),
        (
            "signature in hex with a dot",
            Refusal::Encoding,
            Outer(|m| m["response"]["signature"] = json!("30.45")),
        ),
        ("signature too long", Refusal::Encoding, Part(|m| m.signature = Some(vec![0x30; 1_025]))),
        (
            "signature twice",
            Refusal::Message,
            Text(|text| text.replacen("\"response\":{", "\"response\":{\"signature\":\"AA\",", 1)),
        ),
        ("cut", Refusal::Message, Text(|text| text[..text.len() - 1].to_owned())),
        ("something behind", Refusal::Message, Text(|text| text + " 0")),
        ("nothing", Refusal::Message, Text(|_| "null".to_owned())),
        ("too long", Refusal::TooLong, Text(|text| text + &" ".repeat(64 * 1024))),
    ]
}

fn owner() -> Vec<Mutation> {
    vec![
        ("no user handle", Refusal::NoUserHandle, Part(|m| m.handle = None)),
        (
            "user handle null",
            Refusal::NoUserHandle,
            Outer(|m| m["response"]["userHandle"] = json!(null)),
        ),
        ("user handle empty", Refusal::UserHandle, Part(|m| m.handle = Some(Vec::new()))),
        ("user handle of another", Refusal::UserHandle, Part(|m| m.handle = Some(vec![9; 16]))),
        ("user handle cut", Refusal::UserHandle, Part(|m| m.handle = Some(HANDLE[..15].to_vec()))),
        ("user handle longer", Refusal::UserHandle, Part(|m| m.handle = Some([HANDLE, &[0]].concat()))),
        ("user handle of 65 bytes", Refusal::Encoding, Part(|m| m.handle = Some(vec![1; 65]))),
        ("user handle a number", Refusal::Message, Outer(|m| m["response"]["userHandle"] = json!(7))),
    ]
}

fn client() -> Vec<Mutation> {
    vec![
        ("of a creation", Refusal::CeremonyType, Part(|m| replace(&mut m.client, ".get", ".create"))),
        (
            "of a payment",
            Refusal::CeremonyType,
            Part(|m| replace(&mut m.client, "webauthn.get", "payment.get")),
        ),
        (
            "type null",
            Refusal::ClientData,
            Part(|m| replace(&mut m.client, "\"webauthn.get\"", "null")),
        ),
        (
            "another challenge",
            Refusal::Challenge,
            Part(|m| m.client = client_data("webauthn.get", &[7; 44], "https://example.jp")),
        ),
        (
            "challenge and more",
            Refusal::Challenge,
            Part(|m| {
                let longer = [crate::house::CHALLENGE, b"."].concat();
                m.client = client_data("webauthn.get", &longer, "https://example.jp");
            }),
        ),
        (
            "challenge padded",
            Refusal::ClientData,
            Part(|m| replace(&mut m.client, "\",\"or", "=\",\"or")),
        ),
        ("another origin", Refusal::Origin, Part(|m| replace(&mut m.client, "example.jp", "evil.jp"))),
        (
            "origin a list",
            Refusal::ClientData,
            Part(|m| {
                replace(&mut m.client, "\"https://example.jp\"", "[\"https://example.jp\"]");
            }),
        ),
        (
            "across origins",
            Refusal::CrossOrigin,
            Part(|m| replace(&mut m.client, "\"crossOrigin\":false", "\"crossOrigin\":true")),
        ),
        (
            "crossOrigin zero",
            Refusal::ClientData,
            Part(|m| replace(&mut m.client, "\"crossOrigin\":false", "\"crossOrigin\":0")),
        ),
        (
            "a top origin",
            Refusal::TopOrigin,
            Part(|m| replace(&mut m.client, "false}", "false,\"topOrigin\":\"https://a.jp\"}")),
        ),
        (
            "challenge twice",
            Refusal::ClientDataTwice,
            Part(|m| replace(&mut m.client, "{", "{\"challenge\":\"AAAA\",")),
        ),
        (
            "crossOrigin twice",
            Refusal::ClientDataTwice,
            Part(|m| replace(&mut m.client, "{", "{\"crossOrigin\":true,")),
        ),
        ("not UTF-8", Refusal::ClientData, Part(|m| m.client[10] = 0xC0)),
        ("client data cut", Refusal::ClientData, Part(|m| m.client.truncate(100))),
        ("client data null", Refusal::ClientData, Part(|m| m.client = b"null".to_vec())),
    ]
}

fn authenticator() -> Vec<Mutation> {
    vec![
        ("another relying party", Refusal::RelyingParty, Part(|m| m.rp_id = "example.com".to_owned())),
        (
            "the origin as the id",
            Refusal::RelyingParty,
            Part(|m| m.rp_id = "https://example.jp".to_owned()),
        ),
        ("nobody present", Refusal::NotPresent, Part(|m| m.flags &= !UP)),
        ("not verified", Refusal::NotVerified, Part(|m| m.flags &= !UV)),
        ("backed up, not eligible", Refusal::BackedUpUneligible, Part(|m| m.flags = UP | UV | BS)),
        ("eligible no more", Refusal::EligibilityChanged, Part(|m| m.flags = UP | UV)),
        (
            "authenticator data cut",
            Refusal::AuthenticatorData,
            Part(|m| m.data = Some(m.authenticator_data()[..36].to_vec())),
        ),
        ("authenticator data empty", Refusal::AuthenticatorData, Part(|m| m.data = Some(Vec::new()))),
        ("a byte behind", Refusal::AuthenticatorData, Part(|m| m.rest = vec![0])),
        ("a flag without extensions", Refusal::Extensions, Part(|m| m.flags |= ED)),
        ("extensions without a flag", Refusal::AuthenticatorData, Part(|m| m.rest = map(&[]))),
        ("extensions a list", Refusal::Extensions, Part(|m| extended(m, array(&[])))),
        ("extensions cut", Refusal::Extensions, Part(|m| extended(m, head(5, 2)))),
        (
            "an extension twice",
            Refusal::Extensions,
            Part(|m| {
                extended(m, map(&[(int(1), int(1)), (int(1), int(1))]));
            }),
        ),
        ("a flag without a credential", Refusal::AuthenticatorData, Part(|m| m.flags |= AT)),
    ]
}

fn extended(showing: &mut Showing, extensions: Vec<u8>) {
    showing.flags |= ED;
    showing.rest = extensions;
}

fn signature() -> Vec<Mutation> {
    const SIGNATURE: Refusal = Refusal::Signature;
    vec![
        ("signature empty", SIGNATURE, Part(|m| m.signature = Some(Vec::new()))),
        (
            "signature of zeros",
            SIGNATURE,
            Part(|m| m.signature = Some(vec![0x30, 6, 2, 1, 0, 2, 1, 0])),
        ),
        ("signature of ones", SIGNATURE, Part(|m| m.signature = Some(vec![0x30, 6, 2, 1, 1, 2, 1, 1]))),
        ("signature of bytes", SIGNATURE, Part(|m| m.signature = Some(vec![7; 64]))),
        (
            "counter after signing",
            SIGNATURE,
            Outer(|m| {
                let data = Showing { counter: 1, ..Showing::new() }.authenticator_data();
                m["response"]["authenticatorData"] = json!(base64(&data));
            }),
        ),
        (
            "client data after signing",
            SIGNATURE,
            Outer(|m| {
                let mut client =
                    client_data("webauthn.get", crate::house::CHALLENGE, "https://example.jp");
                replace(&mut client, "{", "{ ");
                m["response"]["clientDataJSON"] = json!(base64(&client));
            }),
        ),
    ]
}

pub(crate) fn all() -> Vec<Mutation> {
    [outer(), owner(), client(), authenticator(), signature()].into_iter().flatten().collect()
}

#[test]
fn g2_no_assertion_with_a_bent_field_is_taken() {
    let device = Device::new(Algorithm::Es256);
    let key = cose(&device.key());
    let mut names = BTreeSet::new();
    for (name, refusal, bend) in all() {
        let message = bend.message(Showing::new(), |showing| showing.message(&device));
        assert_eq!(asserted(&message, &key), Err(refusal), "{name}");
        assert!(names.insert(name), "{name} twice");
    }
    assert!(names.len() >= 65, "{}", names.len());
}

#[test]
fn g4_a_sign_in_without_verification_is_refused_whatever_else_is_said() {
    let device = Device::new(Algorithm::Es256);
    let key = cose(&device.key());
    for flags in [UP, UP | BE, UP | BE | BS] {
        let message = Showing { flags, ..Showing::new() }.message(&device).to_string();
        assert_eq!(asserted(&message, &key), Err(Refusal::NotVerified), "{flags:#x}");
    }
}

/// security.md G10: of all flags that a device can set, for a passkey that may and for one that may not be backed up.
#[test]
fn g10_no_passkey_is_backed_up_that_may_not_be_and_none_changes_what_it_may() {
    let device = Device::new(Algorithm::Es256);
    let key = cose(&device.key());
    for backup_eligible in [false, true] {
        for (flags, backup) in [
            (0, Ok(Backup::Single)),
            (BE, Ok(Backup::Eligible)),
            (BE | BS, Ok(Backup::BackedUp)),
            (BS, Err(Refusal::BackedUpUneligible)),
        ] {
            let message = Showing { flags: UP | UV | flags, ..Showing::new() }.message(&device);
            let known = Known { key: &key, backup_eligible, user_handle: HANDLE };
            let shown =
                Assertion::read(&message.to_string()).unwrap().verify(&party(), &opened(), &known);
            let expected = match backup {
                Ok(backup) if backup.is_eligible() != backup_eligible => {
                    Err(Refusal::EligibilityChanged)
                }
                other => other,
            };
            assert_eq!(shown.map(|shown| shown.backup), expected, "{backup_eligible} {flags:#x}");
        }
    }
}

#[test]
fn g2_no_key_checks_a_signature_of_another() {
    let devices = Algorithm::OFFERED.map(Device::new);
    let other = Device::new(Algorithm::Es256);
    for (at, device) in devices.iter().enumerate() {
        let message = Showing::new().message(device).to_string();
        for (by, key) in devices.iter().chain([&other]).enumerate() {
            let refused = asserted(&message, &cose(&key.key())).err();
            assert_eq!(refused, (at != by).then_some(Refusal::Signature), "{at} {by}");
        }
    }
}

/// A key that was stored before a rule became stricter, or that a row lost.
#[test]
fn a_stored_key_that_is_none_checks_nothing() {
    let device = Device::new(Algorithm::Es256);
    let message = Showing::new().message(&device).to_string();
    let key = cose(&device.key());
    assert_eq!(asserted(&message, &[]), Err(Refusal::Key));
    assert_eq!(asserted(&message, &key[..key.len() - 1]), Err(Refusal::Key));
    assert_eq!(asserted(&message, &[key.clone(), vec![0]].concat()), Err(Refusal::Key));
    assert_eq!(asserted(&message, &cose(&[(1, int(2)), (3, int(-47))])), Err(Refusal::Algorithm));
}

#[test]
fn what_an_authenticator_may_add_is_taken() {
    let device = Device::new(Algorithm::Es256);
    let key = cose(&device.key());
    let extensions = map(&[(text("uvm"), array(&[int(2)])), (text("large"), int(1 << 40))]);
    let more = Showing { flags: UP | UV | BE | ED, rest: extensions, ..Showing::new() };
    assert!(asserted(&more.message(&device).to_string(), &key).is_ok());
    // A credential that comes along says nothing that is not known.
    let along = Making::by(&device).authenticator_data()[37..].to_vec();
    let attested = Showing { flags: UP | UV | BE | AT, rest: along, ..Showing::new() };
    assert!(asserted(&attested.message(&device).to_string(), &key).is_ok());
}

/// The number is given out as it is; what it must be is decided where the last one is.
#[test]
fn the_counter_is_given_out() {
    let device = Device::new(Algorithm::EdDsa);
    let key = cose(&device.key());
    for counter in [0, 1, 0x7FFF_FFFF, u32::MAX] {
        let message = Showing { counter, ..Showing::new() }.message(&device).to_string();
        assert_eq!(asserted(&message, &key).unwrap().counter, counter);
    }
}
