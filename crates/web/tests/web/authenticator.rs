//! An authenticator in software: keeps passkeys of one relying party, and answers what a page or the API asks it.
//!
//! Keys are made at run time. What it says can be bent by the tests: its counter, its flags, its origin.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::ORIGIN;

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;
const RP_ID: &str = "localhost";

/// One passkey in software.
pub(crate) struct Authenticator {
    pair: EcdsaKeyPair,
    pub(crate) id: Vec<u8>,
    user: Vec<u8>,
    pub(crate) counter: u32,
    pub(crate) flags: u8,
    pub(crate) origin: String,
    pub(crate) aaguid: [u8; 16],
}

impl Authenticator {
    /// A new one that verifies the person and does not count.
    pub(crate) fn new(id: &[u8]) -> Self {
        Self {
            pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key"),
            id: id.to_vec(),
            user: Vec::new(),
            counter: 0,
            flags: PRESENT | VERIFIED,
            origin: ORIGIN.to_owned(),
            aaguid: [0; 16],
        }
    }

    /// `RegistrationResponseJSON` for creation options.
    pub(crate) fn create(&mut self, options: &Value) -> Value {
        let text =
            |path: &str| options.pointer(path).and_then(Value::as_str).expect("a text").to_owned();
        self.user = URL_SAFE_NO_PAD.decode(text("/user/id")).expect("a user handle");
        assert_eq!(text("/rp/id"), RP_ID);
        let client = self.client_data("webauthn.create", &text("/challenge"));
        let mut data = self.data(self.flags | ATTESTED);
        data.extend_from_slice(&self.aaguid);
        data.extend_from_slice(&u16::try_from(self.id.len()).expect("short").to_be_bytes());
        data.extend_from_slice(&self.id);
        data.extend_from_slice(&self.key());
        // {"fmt": "none", "attStmt": {}, "authData": h'…'}
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).expect("short"));
        object.extend_from_slice(&data);
        self.answer(json!({
            "clientDataJSON": encode(&client),
            "attestationObject": encode(&object),
            "transports": ["internal", "hybrid"],
        }))
    }

    /// `AuthenticationResponseJSON` for request options.
    pub(crate) fn show(&self, options: &Value) -> Value {
        let challenge = options["challenge"].as_str().expect("a challenge");
        assert_eq!(options["allowCredentials"], json!([]), "nobody's passkeys are named (G6)");
        let client = self.client_data("webauthn.get", challenge);
        let data = self.data(self.flags);
        let mut signed = data.clone();
        signed.extend_from_slice(digest(&SHA256, &client).as_ref());
        let signature = self.pair.sign(&SystemRandom::new(), &signed).expect("a signature");
        self.answer(json!({
            "clientDataJSON": encode(&client),
            "authenticatorData": encode(&data),
            "signature": encode(signature.as_ref()),
            "userHandle": encode(&self.user),
        }))
    }

    /// The user handle it was given, in base64url.
    pub(crate) fn user(&self) -> String {
        encode(&self.user)
    }

    fn answer(&self, response: Value) -> Value {
        let id = encode(&self.id);
        json!({
            "id": id, "rawId": id, "type": "public-key", "response": response,
            "clientExtensionResults": {}, "authenticatorAttachment": "platform",
        })
    }

    fn client_data(&self, kind: &str, challenge: &str) -> Vec<u8> {
        let origin = &self.origin;
        let client = json!({
            "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false,
        });
        client.to_string().into_bytes()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let mut data = digest(&SHA256, RP_ID.as_bytes()).as_ref().to_vec();
        data.push(flags);
        data.extend_from_slice(&self.counter.to_be_bytes());
        data
    }

    /// {1: 2, 3: -7, -1: 1, -2: x, -3: y} (RFC 9053 section 7.1.1)
    fn key(&self) -> Vec<u8> {
        let point = self.pair.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        let mut key = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20".to_vec();
        key.extend_from_slice(x);
        key.extend_from_slice(b"\x22\x58\x20");
        key.extend_from_slice(y);
        key
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
