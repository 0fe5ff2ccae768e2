//! Passkeys of the W3C's own vectors (Web Authentication Level 3, section 16), and the messages that a browser makes of octets.
//!
//! They are here because the octets that are bent must be good ones, of every algorithm, whose private keys nobody here has.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use verifiers::passkey::{
    Asserted, Assertion, Created, Creation, Known, Mediation, OpenedChallenge, Refusal, RelyingParty,
    UserVerification,
};

/// What was made or shown in one ceremony.
pub struct Ceremony {
    pub challenge: Vec<u8>,
    pub client_data: Vec<u8>,
    /// The attestation object or the authenticator data.
    pub data: Vec<u8>,
    pub signature: Vec<u8>,
}

/// A passkey, from its making to its showing.
pub struct Passkey {
    pub credential_id: Vec<u8>,
    pub creation: Ceremony,
    pub assertion: Ceremony,
}

const VECTORS: &str =
    include_str!("../../crates/verifiers/tests/passkey/data/webauthn-l3-vectors.json");
const HANDLE: &[u8] = b"a member";

/// Those of the algorithms that are offered, made in no foreign frame. Their places are in the seeds.
pub static PASSKEYS: LazyLock<Vec<Passkey>> = LazyLock::new(|| {
    let odd = ["none-es256-crossOrigin", "none-es256-topOrigin", "packed-ed448"];
    let all: Value = serde_json::from_str(VECTORS).expect("the vectors");
    let all = all["vectors"].as_array().expect("vectors").iter();
    all.filter(|of| !odd.contains(&of["name"].as_str().unwrap_or_default())).map(passkey).collect()
});

fn passkey(of: &Value) -> Passkey {
    let ceremony = |of: &Value, data: &str| Ceremony {
        challenge: hex(&of["challenge"]),
        client_data: hex(&of["clientDataJSON"]),
        data: hex(&of[data]),
        signature: hex(&of["signature"]),
    };
    Passkey {
        credential_id: hex(&of["registration"]["credential_id"]),
        creation: ceremony(&of["registration"], "attestationObject"),
        assertion: ceremony(&of["authentication"], "authenticatorData"),
    }
}

fn hex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap_or_default();
    (0..text.len() / 2)
        .filter_map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok())
        .collect()
}

impl Passkey {
    /// What the house says to such a creation, by a browser that brings this attestation object.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn create(&self, object: &[u8]) -> Result<Created, Refusal> {
        let message = self.message(json!({
            "clientDataJSON": base64(&self.creation.client_data),
            "attestationObject": base64(object),
        }));
        let challenge = OpenedChallenge::kept(self.creation.challenge.clone(), i64::MAX);
        Creation::read(&message)?.verify(&party(), &challenge, Mediation::Ordinary)
    }

    /// What the house says where this is shown of a passkey that it has kept.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn show(
        &self,
        kept: &Created,
        (client_data, data, signature): (&[u8], &[u8], &[u8]),
    ) -> Result<Asserted, Refusal> {
        let message = self.message(json!({
            "clientDataJSON": base64(client_data),
            "authenticatorData": base64(data),
            "signature": base64(signature),
            "userHandle": base64(HANDLE),
        }));
        let known =
            Known { key: &kept.key, backup_eligible: kept.backup.is_eligible(), user_handle: HANDLE };
        let challenge = OpenedChallenge::kept(self.assertion.challenge.clone(), i64::MAX);
        Assertion::read(&message)?.verify(&party(), &challenge, &known)
    }

    fn message(&self, response: Value) -> String {
        let id = base64(&self.credential_id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response }).to_string()
    }
}

/// Half of the vectors were made without verification of the person.
fn party() -> RelyingParty {
    let party = RelyingParty::new("example.org", vec!["https://example.org".to_owned()]);
    party.expect("a party").with(UserVerification::Preferred)
}

fn base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
