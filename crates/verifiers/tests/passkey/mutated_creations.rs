//! security.md G2 and G4: every field of a creation's message bent, and refused by the step it is about.

use std::collections::BTreeSet;

use serde_json::json;
use verifiers::passkey::{Algorithm, Creation, Mediation, Refusal};

use crate::cbor::{array, bytes, head, int, long_head, map, text};
use crate::device::Device;
use crate::house::{AT, BE, BS, ED, Making, UP, UV, base64, client_data, created, opened, party};
use crate::mutated_keys::keys;
use crate::mutation::{Bend, padded, remove, replace, spare_bits};

use Bend::{Outer, Part, Text};

pub(crate) type Mutation = (&'static str, Refusal, Bend<Making>);

fn outer() -> Vec<Mutation> {
    vec![
        (
            "id of another",
            Refusal::CredentialId,
            Outer(|m| m["id"] = json!(base64(b"credential-4567"))),
        ),
        ("raw id of another", Refusal::CredentialId, Outer(|m| m["rawId"] = json!(base64(b"another")))),
        (
            "both ids of another",
            Refusal::CredentialId,
            Outer(|m| {
                m["id"] = json!(base64(b"credential-4567"));
                m["rawId"] = m["id"].clone();
            }),
        ),
        ("no id", Refusal::Message, Outer(|m| remove(m, "id"))),
        ("no raw id", Refusal::Message, Outer(|m| remove(m, "rawId"))),
        ("id is a number", Refusal::Message, Outer(|m| m["id"] = json!(7))),
        (
            "ids in the other alphabet",
            Refusal::Encoding,
            Outer(|m| {
                m["id"] = json!("+/+/");
                m["rawId"] = json!("+/+/");
            }),
        ),
        (
            "ids empty",
            Refusal::CredentialIdLength,
            Outer(|m| {
                m["id"] = json!("");
                m["rawId"] = json!("");
            }),
        ),
        ("another type", Refusal::CredentialType, Outer(|m| m["type"] = json!("public-keys"))),
        ("no type", Refusal::Message, Outer(|m| remove(m, "type"))),
        ("no response", Refusal::Message, Outer(|m| remove(m, "response"))),
        ("response is a text", Refusal::Message, Outer(|m| m["response"] = json!("{}"))),
        ("no client data", Refusal::Message, Outer(|m| remove(&mut m["response"], "clientDataJSON"))),
        (
            "client data padded",
            Refusal::Encoding,
            Outer(|m| padded(&mut m["response"]["clientDataJSON"])),
        ),
        (
            "client data with spare bits",
            Refusal::Encoding,
            Outer(|m| spare_bits(&mut m["response"]["clientDataJSON"])),
        ),
        (
            "client data unencoded",
            Refusal::Encoding,
            Outer(|m| m["response"]["clientDataJSON"] = json!("{\"type\":\"webauthn.create\"}")),
        ),
        (
            "no attestation object",
            Refusal::Message,
            Outer(|m| remove(&mut m["response"], "attestationObject")),
        ),
        (
            "attestation object empty",
            Refusal::AttestationObject,
            Outer(|m| m["response"]["attestationObject"] = json!("")),
        ),
        (
            "attestation object is null",
            Refusal::Message,
            Outer(|m| m["response"]["attestationObject"] = json!(null)),
        ),
        ("id twice", Refusal::Message, Text(|text| text.replacen('{', "{\"id\":\"AA\",", 1))),
        ("cut", Refusal::Message, Text(|text| text[..text.len() - 1].to_owned())),
        ("something behind", Refusal::Message, Text(|text| text + "{}")),
        ("a list of it", Refusal::Message, Text(|text| format!("[{text}]"))),
        ("nothing", Refusal::Message, Text(|_| String::new())),
        ("too long", Refusal::TooLong, Text(|text| text + &" ".repeat(64 * 1024))),
    ]
}

fn client() -> Vec<Mutation> {
    vec![
        ("of an assertion", Refusal::CeremonyType, Part(|m| replace(&mut m.client, ".create", ".get"))),
        (
            "type in capitals",
            Refusal::CeremonyType,
            Part(|m| replace(&mut m.client, "webauthn.c", "Webauthn.c")),
        ),
        (
            "no type there",
            Refusal::ClientData,
            Part(|m| replace(&mut m.client, "\"type\"", "\"kind\"")),
        ),
        (
            "another challenge",
            Refusal::Challenge,
            Part(|m| m.client = client_data("webauthn.create", &[7; 44], "https://example.jp")),
        ),
        (
            "a beginning of the challenge",
            Refusal::Challenge,
            Part(|m| m.client = client_data("webauthn.create", b"a challenge", "https://example.jp")),
        ),
        (
            "an empty challenge",
            Refusal::Challenge,
            Part(|m| m.client = client_data("webauthn.create", b"", "https://example.jp")),
        ),
        (
            "a challenge too long",
            Refusal::ClientData,
            Part(|m| m.client = client_data("webauthn.create", &[7; 257], "https://example.jp")),
        ),
        (
            "challenge padded",
            Refusal::ClientData,
            Part(|m| replace(&mut m.client, "\",\"or", "=\",\"or")),
        ),
        (
            "no challenge there",
            Refusal::ClientData,
            Part(|m| replace(&mut m.client, "\"challenge\"", "\"challenged\"")),
        ),
        ("another origin", Refusal::Origin, Part(|m| replace(&mut m.client, "example.jp", "evil.jp"))),
        (
            "no origin",
            Refusal::ClientData,
            Part(|m| replace(&mut m.client, "\"origin\"", "\"Origin\"")),
        ),
        (
            "across origins",
            Refusal::CrossOrigin,
            Part(|m| replace(&mut m.client, "\"crossOrigin\":false", "\"crossOrigin\":true")),
        ),
        (
            "crossOrigin a text",
            Refusal::ClientData,
            Part(|m| replace(&mut m.client, "\"crossOrigin\":false", "\"crossOrigin\":\"false\"")),
        ),
        (
            "crossOrigin null",
            Refusal::ClientData,
            Part(|m| replace(&mut m.client, "\"crossOrigin\":false", "\"crossOrigin\":null")),
        ),
        (
            "a top origin",
            Refusal::TopOrigin,
            Part(|m| replace(&mut m.client, "false}", "false,\"topOrigin\":\"https://example.jp\"}")),
        ),
        (
            "a top origin of null",
            Refusal::TopOrigin,
            Part(|m| replace(&mut m.client, "false}", "false,\"topOrigin\":null}")),
        ),
        (
            "type twice",
            Refusal::ClientDataTwice,
            Part(|m| replace(&mut m.client, "{", "{\"type\":\"webauthn.create\",")),
        ),
        (
            "origin twice, once escaped",
            Refusal::ClientDataTwice,
            Part(|m| replace(&mut m.client, "{", "{\"\\u006frigin\":\"https://evil.jp\",")),
        ),
        (
            "an unknown member twice",
            Refusal::ClientDataTwice,
            Part(|m| replace(&mut m.client, "{", "{\"more\":1,\"more\":2,")),
        ),
        ("not UTF-8", Refusal::ClientData, Part(|m| m.client[10] = 0xFF)),
        ("client data cut", Refusal::ClientData, Part(|m| m.client.truncate(100))),
        ("client data empty", Refusal::ClientData, Part(|m| m.client.clear())),
        ("something behind client data", Refusal::ClientData, Part(|m| m.client.extend(b"{}"))),
        ("client data a list", Refusal::ClientData, Part(|m| m.client = b"[]".to_vec())),
    ]
}

fn authenticator() -> Vec<Mutation> {
    vec![
        ("another relying party", Refusal::RelyingParty, Part(|m| m.rp_id = "example.com".to_owned())),
        ("a subdomain's", Refusal::RelyingParty, Part(|m| m.rp_id = "sub.example.jp".to_owned())),
        ("nobody present", Refusal::NotPresent, Part(|m| m.flags &= !UP)),
        ("not verified", Refusal::NotVerified, Part(|m| m.flags &= !UV)),
        ("no flag but the credential's", Refusal::NotPresent, Part(|m| m.flags = AT)),
        ("backed up, not eligible", Refusal::BackedUpUneligible, Part(|m| m.flags = UP | UV | BS | AT)),
        ("no credential", Refusal::NoCredential, Part(|m| m.flags &= !AT)),
        (
            "a credential without its flag",
            Refusal::AuthenticatorData,
            Part(|m| {
                let mut data = m.authenticator_data();
                data[32] &= !AT;
                m.data = Some(data);
            }),
        ),
        ("cut in the counter", Refusal::AuthenticatorData, Part(|m| m.data = Some(vec![0; 36]))),
        ("authenticator data empty", Refusal::AuthenticatorData, Part(|m| m.data = Some(Vec::new()))),
        ("id longer than all", Refusal::AuthenticatorData, Part(|m| m.id_length = Some(1_000))),
        ("id of no length", Refusal::CredentialIdLength, Part(|m| m.id_length = Some(0))),
        ("id of 1,024 bytes", Refusal::CredentialIdLength, Part(|m| m.id = vec![7; 1_024])),
        ("a byte behind", Refusal::AuthenticatorData, Part(|m| m.extensions = vec![0])),
        ("extensions without a flag", Refusal::AuthenticatorData, Part(|m| m.extensions = map(&[]))),
        ("a flag without extensions", Refusal::Extensions, Part(|m| m.flags |= ED)),
        ("extensions a list", Refusal::Extensions, Part(|m| extended(m, array(&[])))),
        ("extensions cut", Refusal::Extensions, Part(|m| extended(m, head(5, 1)))),
        ("extensions of no known length", Refusal::Extensions, Part(|m| extended(m, vec![0xBF, 0xFF]))),
        (
            "an extension twice",
            Refusal::Extensions,
            Part(|m| extended(m, map(&[(text("a"), int(1)), (text("a"), int(2))]))),
        ),
        (
            "a byte behind extensions",
            Refusal::AuthenticatorData,
            Part(|m| {
                extended(m, [map(&[]), vec![0]].concat());
            }),
        ),
    ]
}

fn extended(making: &mut Making, extensions: Vec<u8>) {
    making.flags |= ED;
    making.extensions = extensions;
}

fn object() -> Vec<Mutation> {
    const OBJECT: Refusal = Refusal::AttestationObject;
    vec![
        ("a byte behind the object", OBJECT, Part(|m| m.after_object = vec![0])),
        ("a second object behind", OBJECT, Part(|m| m.after_object = map(&[]))),
        ("format a number", OBJECT, Part(|m| m.format = int(0))),
        ("format bytes", OBJECT, Part(|m| m.format = bytes(b"none"))),
        ("statement a list", OBJECT, Part(|m| m.statement = array(&[]))),
        ("statement null", OBJECT, Part(|m| m.statement = vec![0xF6])),
        (
            "none with a statement",
            Refusal::AttestationStatement,
            Part(|m| m.statement = map(&[(text("sig"), bytes(b"0"))])),
        ),
        ("no format", OBJECT, Part(|m| m.object = Some(object_of(m, &["attStmt", "authData"])))),
        ("no statement", OBJECT, Part(|m| m.object = Some(object_of(m, &["fmt", "authData"])))),
        ("no authenticator data", OBJECT, Part(|m| m.object = Some(object_of(m, &["fmt", "attStmt"])))),
        (
            "format twice",
            OBJECT,
            Part(|m| {
                m.object = Some(object_of(m, &["fmt", "attStmt", "authData", "fmt"]));
            }),
        ),
        (
            "of no known length",
            OBJECT,
            Part(|m| {
                let object = object_of(m, &["fmt", "attStmt", "authData"]);
                m.object = Some([&[0xBF], &object[1..], &[0xFF]].concat());
            }),
        ),
        (
            "longer than need be",
            OBJECT,
            Part(|m| {
                let object = object_of(m, &["fmt", "attStmt", "authData"]);
                m.object = Some([&long_head(5, 1, 3), &object[1..]].concat());
            }),
        ),
        (
            "tagged",
            OBJECT,
            Part(|m| {
                let object = object_of(m, &["fmt", "attStmt", "authData"]);
                m.object = Some([vec![0xD9, 0xD9, 0xF7], object].concat());
            }),
        ),
        ("a list of it all", OBJECT, Part(|m| m.object = Some(array(&[map(&[])])))),
        ("authenticator data alone", OBJECT, Part(|m| m.object = Some(m.authenticator_data()))),
    ]
}

fn object_of(making: &Making, members: &[&str]) -> Vec<u8> {
    let pairs: Vec<_> = members
        .iter()
        .map(|name| {
            let value = match *name {
                "fmt" => making.format.clone(),
                "attStmt" => making.statement.clone(),
                _ => bytes(&making.authenticator_data()),
            };
            (text(name), value)
        })
        .collect();
    map(&pairs)
}

pub(crate) fn all() -> Vec<Mutation> {
    [outer(), client(), authenticator(), object(), keys()].into_iter().flatten().collect()
}

#[test]
fn g2_no_creation_with_a_bent_field_is_taken() {
    let device = Device::new(Algorithm::Es256);
    let mut names = BTreeSet::new();
    for (name, refusal, bend) in all() {
        let message = bend.message(Making::by(&device), Making::message);
        assert_eq!(created(&message, Mediation::Ordinary), Err(refusal), "{name}");
        assert!(names.insert(name), "{name} twice");
    }
    assert!(names.len() >= 120, "{}", names.len());
}

/// A browser's upgrade may lack presence and verification; it may lack nothing else.
#[test]
fn g2_the_same_is_refused_of_a_browsers_upgrade() {
    let device = Device::new(Algorithm::Es256);
    for (name, refusal, bend) in all() {
        let refused = match refusal {
            Refusal::NotPresent | Refusal::NotVerified => continue,
            other => Err(other),
        };
        let message = bend.message(Making::by(&device), Making::message);
        assert_eq!(created(&message, Mediation::Conditional), refused, "{name}");
    }
}

#[test]
fn g4_an_upgrade_alone_may_lack_presence_and_verification() {
    let device = Device::new(Algorithm::Es256);
    for flags in [AT, AT | UP, AT | UP | UV, AT | UV, AT | BE | BS] {
        let message = Making { flags, ..Making::by(&device) }.message().to_string();
        let made = created(&message, Mediation::Conditional).unwrap();
        assert_eq!(made.verified, flags & UV != 0);
        assert_eq!(created(&message, Mediation::Ordinary).is_ok(), flags & UP != 0 && flags & UV != 0);
    }
}

/// No attestation was asked for, so no statement of one changes anything.
#[test]
fn g4_the_format_of_a_statement_changes_no_rule() {
    let device = Device::new(Algorithm::Es256);
    for format in ["packed", "tpm", "android-key", "apple", "fido-u2f", "unknown", ""] {
        let statement = map(&[(text("alg"), int(-7)), (text("sig"), bytes(b"anything"))]);
        let bent = |flags| {
            let making =
                Making { format: text(format), statement: statement.clone(), ..Making::by(&device) };
            created(&Making { flags, ..making }.message().to_string(), Mediation::Ordinary)
        };
        assert!(bent(UP | UV | AT).is_ok(), "{format}");
        assert_eq!(bent(UP | AT), Err(Refusal::NotVerified), "{format}");
    }
}

#[test]
fn what_browsers_may_write_is_taken() {
    let device = Device::new(Algorithm::Es256);
    let good: Vec<(&str, Bend<Making>)> = vec![
        ("an unknown member", Part(|m| replace(&mut m.client, "{", "{\"more\":{\"a\":[1]},"))),
        ("no crossOrigin", Part(|m| replace(&mut m.client, ",\"crossOrigin\":false", ""))),
        ("a byte order mark", Part(|m| m.client.splice(0..0, *b"\xEF\xBB\xBF").for_each(drop))),
        ("white space", Part(|m| replace(&mut m.client, "{", " {\n "))),
        ("an extension", Part(|m| extended(m, map(&[(text("credProtect"), int(2))])))),
        ("an id of 1,023 bytes", Part(|m| m.id = vec![7; 1_023])),
        ("an id of one byte", Part(|m| m.id = vec![7])),
        ("no extensions' results", Outer(|m| remove(m, "clientExtensionResults"))),
        ("no transports", Outer(|m| remove(&mut m["response"], "transports"))),
        ("odd transports", Outer(|m| m["response"]["transports"] = json!({"usb": 1}))),
        ("a helper that lies", Outer(|m| m["response"]["publicKey"] = json!("AAAA"))),
        ("another helper", Outer(|m| m["response"]["authenticatorData"] = json!([7]))),
        (
            "on localhost",
            Part(|m| replace(&mut m.client, "https://example.jp", "http://localhost:7878")),
        ),
    ];
    for (name, bend) in good {
        let message = bend.message(Making::by(&device), Making::message);
        assert_eq!(created(&message, Mediation::Ordinary).err(), None, "{name}");
    }
}

#[test]
fn transports_are_those_known_each_once() {
    let device = Device::new(Algorithm::Es256);
    let mut message = Making::by(&device).message();
    message["response"]["transports"] = json!(["usb", "cable", "nfc", "usb", 7, "smart-card", "ble"]);
    let made = created(&message.to_string(), Mediation::Ordinary).unwrap();
    let words: Vec<_> = made.transports.iter().map(|way| way.as_text()).collect();
    assert_eq!(words, ["usb", "nfc", "ble", "smart-card"]);
}

/// All that a creation's message can be cut to.
#[test]
fn g2_no_cut_creation_is_taken() {
    let device = Device::new(Algorithm::Es256);
    let making = Making::by(&device);
    let object = making.attestation_object();
    for length in 0..object.len() {
        let cut = Making { object: Some(object[..length].to_vec()), ..Making::by(&device) };
        assert!(created(&cut.message().to_string(), Mediation::Ordinary).is_err(), "{length}");
    }
    let message = making.message().to_string();
    for length in 0..message.len() {
        assert!(Creation::read(&message[..length]).is_err(), "{length}");
    }
    assert!(Creation::read(&message).unwrap().verify(&party(), &opened(), Mediation::Ordinary).is_ok());
}
