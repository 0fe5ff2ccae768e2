//! The W3C's own vectors (Web Authentication Level 3, section 16), as they are and with every single bit flipped.
//!
//! Half of them were made without verification of the person, so they are judged by a party that prefers it; that one
//! that requires it refuses exactly those is looked at too.

use std::ops::Range;

use serde_json::{Value, json};
use verifiers::passkey::{
    Algorithm, Asserted, Assertion, Created, Creation, Known, Mediation, OpenedChallenge, Refusal,
    RelyingParty, UserVerification,
};

use crate::house::{HANDLE, UV, base64, sha256};

const VECTORS: &str = include_str!("data/webauthn-l3-vectors.json");

struct Vector {
    name: String,
    credential_id: Vec<u8>,
    aaguid: Vec<u8>,
    creation: Ceremony,
    assertion: Ceremony,
}

/// What is signed or attested in one ceremony.
#[derive(Clone)]
struct Ceremony {
    challenge: Vec<u8>,
    client: Vec<u8>,
    /// The attestation object or the authenticator data.
    data: Vec<u8>,
    signature: Vec<u8>,
}

fn hex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap_or_default();
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
}

fn vectors() -> Vec<Vector> {
    let all: Value = serde_json::from_str(VECTORS).unwrap();
    let ceremony = |of: &Value, data: &str| Ceremony {
        challenge: hex(&of["challenge"]),
        client: hex(&of["clientDataJSON"]),
        data: hex(&of[data]),
        signature: hex(&of["signature"]),
    };
    let one = |of: &Value| Vector {
        name: of["name"].as_str().unwrap().to_owned(),
        credential_id: hex(&of["registration"]["credential_id"]),
        aaguid: hex(&of["registration"]["aaguid"]),
        creation: ceremony(&of["registration"], "attestationObject"),
        assertion: ceremony(&of["authentication"], "authenticatorData"),
    };
    let vectors: Vec<_> = all["vectors"].as_array().unwrap().iter().map(one).collect();
    assert_eq!(vectors.len(), 15);
    vectors
}

/// Those of the offered algorithms that were made in no foreign frame.
fn good() -> Vec<Vector> {
    let odd = ["none-es256-crossOrigin", "none-es256-topOrigin", "packed-ed448"];
    vectors().into_iter().filter(|vector| !odd.contains(&vector.name.as_str())).collect()
}

fn party(verification: UserVerification) -> RelyingParty {
    RelyingParty::new("example.org", vec!["https://example.org".to_owned()]).unwrap().with(verification)
}

fn opened(ceremony: &Ceremony) -> OpenedChallenge {
    OpenedChallenge::kept(ceremony.challenge.clone(), i64::MAX)
}

fn create(vector: &Vector, by: &Ceremony, verification: UserVerification) -> Result<Created, Refusal> {
    let message = json!({
        "id": base64(&vector.credential_id),
        "rawId": base64(&vector.credential_id),
        "type": "public-key",
        "response": {"clientDataJSON": base64(&by.client), "attestationObject": base64(&by.data)},
    });
    let opened = opened(&vector.creation);
    Creation::read(&message.to_string())?.verify(&party(verification), &opened, Mediation::Ordinary)
}

struct Shown<'a> {
    vector: &'a Vector,
    created: &'a Created,
    verification: UserVerification,
}

impl Shown<'_> {
    fn judge(&self, by: &Ceremony) -> Result<Asserted, Refusal> {
        let message = json!({
            "id": base64(&self.vector.credential_id),
            "rawId": base64(&self.vector.credential_id),
            "type": "public-key",
            "response": {
                "clientDataJSON": base64(&by.client),
                "authenticatorData": base64(&by.data),
                "signature": base64(&by.signature),
                "userHandle": base64(HANDLE),
            },
        });
        let known = Known {
            key: &self.created.key,
            backup_eligible: self.created.backup.is_eligible(),
            user_handle: HANDLE,
        };
        let opened = opened(&self.vector.assertion);
        Assertion::read(&message.to_string())?.verify(&party(self.verification), &opened, &known)
    }
}

fn algorithm(name: &str) -> Algorithm {
    match name.rsplit_once('-').map(|(_, last)| last) {
        Some("es384") => Algorithm::Es384,
        Some("es512") => Algorithm::Es512,
        Some("rs256") => Algorithm::Rs256,
        Some("eddsa") => Algorithm::EdDsa,
        _ => Algorithm::Es256,
    }
}

#[test]
fn every_vector_of_an_offered_algorithm_is_taken() {
    let vectors = good();
    assert_eq!(vectors.len(), 12);
    for vector in &vectors {
        let name = &vector.name;
        let created = create(vector, &vector.creation, UserVerification::Preferred).unwrap();
        assert_eq!(created.algorithm, algorithm(name), "{name}");
        assert_eq!(created.credential_id, vector.credential_id, "{name}");
        assert_eq!(created.aaguid.as_slice(), vector.aaguid, "{name}");
        let shown = Shown { vector, created: &created, verification: UserVerification::Preferred };
        let asserted = shown.judge(&vector.assertion).unwrap();
        assert_eq!(asserted.backup.is_eligible(), created.backup.is_eligible(), "{name}");
        assert_eq!(asserted.counter, 0, "{name}");
    }
}

/// security.md G4.
#[test]
fn g4_of_the_vectors_those_without_verification_are_refused_where_it_is_required() {
    let (mut taken, mut refused) = (0, 0);
    for vector in &good() {
        let at =
            vector.creation.data.windows(32).position(|part| part == sha256(b"example.org")).unwrap();
        let verified = vector.creation.data[at + 32] & UV != 0;
        let required = create(vector, &vector.creation, UserVerification::Required);
        assert_eq!(required.err(), (!verified).then_some(Refusal::NotVerified), "{}", vector.name);
        let created = create(vector, &vector.creation, UserVerification::Preferred).unwrap();
        let shown = Shown { vector, created: &created, verification: UserVerification::Required };
        let verified = vector.assertion.data[32] & UV != 0;
        let required = shown.judge(&vector.assertion);
        assert_eq!(required.err(), (!verified).then_some(Refusal::NotVerified), "{}", vector.name);
        if verified { taken += 1 } else { refused += 1 }
    }
    assert!(taken >= 4 && refused >= 4, "{taken} {refused}");
}

/// In a foreign frame, by `crossOrigin` and by `topOrigin`: refused, and for nothing else.
#[test]
fn g3_the_vectors_made_across_origins_are_refused() {
    for name in ["none-es256-crossOrigin", "none-es256-topOrigin"] {
        let vector = vectors().into_iter().find(|vector| vector.name == name).unwrap();
        let refused = create(&vector, &vector.creation, UserVerification::Preferred);
        assert_eq!(refused.err(), Some(Refusal::CrossOrigin), "{name}");
        let bent = |from: &str, to: &str| {
            let client = String::from_utf8(vector.creation.client.clone()).unwrap();
            assert!(client.contains(from), "{client}");
            let client = client.replace(from, to).into_bytes();
            Ceremony { client, ..vector.creation.clone() }
        };
        let own = bent("\"crossOrigin\":true", "\"crossOrigin\":false");
        let created = create(&vector, &own, UserVerification::Preferred);
        let created = if name.ends_with("topOrigin") {
            assert_eq!(created.err(), Some(Refusal::TopOrigin));
            let none = bent(
                "\"crossOrigin\":true,\"topOrigin\":\"https://example.com\"",
                "\"crossOrigin\":false",
            );
            create(&vector, &none, UserVerification::Preferred)
        } else {
            created
        };
        let created = created.unwrap();
        let shown =
            Shown { vector: &vector, created: &created, verification: UserVerification::Preferred };
        assert_eq!(shown.judge(&vector.assertion), Err(Refusal::CrossOrigin), "{name}");
    }
}

#[test]
fn g4_the_vector_of_an_algorithm_that_is_not_offered_is_refused() {
    let vector = vectors().into_iter().find(|vector| vector.name == "packed-ed448").unwrap();
    let refused = create(&vector, &vector.creation, UserVerification::Preferred);
    assert_eq!(refused.err(), Some(Refusal::Algorithm));
}

fn flipped(bytes: &[u8], at: usize, bit: usize) -> Vec<u8> {
    let mut bent = bytes.to_vec();
    bent[at] ^= 1 << bit;
    bent
}

#[test]
fn g2_no_assertion_of_a_vector_with_one_flipped_bit_is_taken() {
    let mut flips = 0;
    for vector in &good() {
        let created = create(vector, &vector.creation, UserVerification::Preferred).unwrap();
        let shown = Shown { vector, created: &created, verification: UserVerification::Preferred };
        let whole = &vector.assertion;
        let mut refused = |by: Ceremony, what: &str| {
            assert!(shown.judge(&by).is_err(), "{}: {what}", vector.name);
            flips += 1;
        };
        for bit in 0..8 {
            for at in 0..whole.client.len() {
                let client = flipped(&whole.client, at, bit);
                refused(
                    Ceremony { client, ..whole.clone() },
                    &format!("bit {bit} of client data {at}"),
                );
            }
            for at in 0..whole.data.len() {
                let data = flipped(&whole.data, at, bit);
                refused(Ceremony { data, ..whole.clone() }, &format!("bit {bit} of data {at}"));
            }
            for at in 0..whole.signature.len() {
                let signature = flipped(&whole.signature, at, bit);
                refused(
                    Ceremony { signature, ..whole.clone() },
                    &format!("bit {bit} of signature {at}"),
                );
            }
        }
    }
    assert!(flips > 20_000, "{flips}");
}

fn span(from: usize, length: usize) -> Range<usize> {
    from..from + length
}

fn find(bytes: &[u8], part: &[u8]) -> usize {
    bytes.windows(part.len()).position(|window| window == part).unwrap()
}

/// Of the client data of a creation, nothing signs what the standard does not know, and the name of a member that is
/// not there is the name of one that is not known.
#[test]
fn g2_no_flipped_bit_of_a_creations_client_data_is_taken_that_means_anything() {
    for vector in &good() {
        let client = &vector.creation.client;
        let mut unsigned = vec![span(find(client, b"crossOrigin"), 11)];
        if let Some(at) = client.windows(9).position(|window| window == b"extraData") {
            unsigned.push(at..client.len() - 2);
        }
        for at in 0..client.len() {
            for bit in 0..8 {
                let by = Ceremony { client: flipped(client, at, bit), ..vector.creation.clone() };
                let taken = create(vector, &by, UserVerification::Preferred).is_ok();
                let free = unsigned.iter().any(|range| range.contains(&at));
                assert!(!taken || free, "{}: bit {bit} of byte {at}", vector.name);
            }
        }
    }
}

/// Without an attestation nobody signs a creation. What a flipped bit can change unseen is named here, and is nothing
/// that an authenticator could not have said itself.
struct Unsigned {
    /// The statement's format and the statement, which are not looked at.
    statement: Vec<Range<usize>>,
    /// Flags of the person, of backup and of no meaning.
    flags: usize,
    /// The count and the model, which nothing proves.
    count_and_model: Range<usize>,
    /// A modulus and exponent of RSA, or a point of Ed25519: other numbers may be keys too.
    key: Vec<Range<usize>>,
}

impl Unsigned {
    fn of(vector: &Vector) -> Unsigned {
        let object = &vector.creation.data;
        let data = find(object, &sha256(b"example.org"));
        let format = find(object, b"fmt") + 4;
        let statement = find(object, b"attStmt") + 7;
        let key = data + 55 + vector.credential_id.len();
        let key = match algorithm(&vector.name) {
            Algorithm::EdDsa => vec![span(key + 10, 32)],
            // Of 436 bytes and of 3, each behind its head.
            Algorithm::Rs256 => vec![span(key + 11, 436), span(key + 449, 3)],
            _ => Vec::new(),
        };
        Unsigned {
            statement: vec![
                format..find(object, b"attStmt") - 1,
                statement..find(object, b"authData") - 1,
            ],
            flags: data + 32,
            count_and_model: data + 33..data + 53,
            key,
        }
    }
}

#[test]
fn g2_no_flipped_bit_of_an_attestation_object_is_taken_but_of_what_nothing_signs() {
    for vector in &good() {
        let unsigned = Unsigned::of(vector);
        let object = &vector.creation.data;
        let mut flags = 0;
        for at in 0..object.len() {
            for bit in 0..8 {
                let by = Ceremony { data: flipped(object, at, bit), ..vector.creation.clone() };
                let taken = create(vector, &by, UserVerification::Preferred).is_ok();
                let what = format!("{}: bit {bit} of byte {at}", vector.name);
                if unsigned.count_and_model.contains(&at) {
                    assert!(taken, "{what}");
                } else if at == unsigned.flags {
                    // Never: present, with a credential, with extensions that are not there.
                    assert!(!taken || ![0, 6, 7].contains(&bit), "{what}");
                    flags += u32::from(taken);
                } else {
                    let free = unsigned.statement.iter().chain(&unsigned.key);
                    assert!(!taken || { free }.any(|range| range.contains(&at)), "{what}");
                }
            }
        }
        assert!(flags >= 3, "{}", vector.name);
    }
}
