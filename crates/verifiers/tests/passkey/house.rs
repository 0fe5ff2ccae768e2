//! A relying party, and the messages of an honest browser in parts that a test can bend one by one.
//!
//! An assertion is signed after it was bent, so what is refused is refused by the step it is about.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use verifiers::passkey::{
    Algorithm, Asserted, Assertion, Created, Creation, Known, Mediation, OpenedChallenge, Refusal,
    RelyingParty,
};

use crate::cbor::{bytes, map, text};
use crate::device::{Device, cose};

pub(crate) const RP_ID: &str = "example.jp";
pub(crate) const ORIGIN: &str = "https://example.jp";
pub(crate) const CHALLENGE: &[u8] = b"a challenge of 44 bytes, as ours always are.";
pub(crate) const HANDLE: &[u8] = &[0x01, 0x94, 7, 7, 7, 7, 0x70, 7, 0x80, 7, 7, 7, 7, 7, 7, 7];
pub(crate) const AAGUID: [u8; 16] = [0xEA; 16];

pub(crate) const UP: u8 = 0x01;
pub(crate) const UV: u8 = 0x04;
pub(crate) const BE: u8 = 0x08;
pub(crate) const BS: u8 = 0x10;
pub(crate) const AT: u8 = 0x40;
pub(crate) const ED: u8 = 0x80;

pub(crate) fn party() -> RelyingParty {
    let origins = [ORIGIN, "http://localhost:7878"].map(str::to_owned).to_vec();
    RelyingParty::new(RP_ID, origins).unwrap()
}

pub(crate) fn opened() -> OpenedChallenge {
    OpenedChallenge::kept(CHALLENGE.to_vec(), i64::MAX)
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

/// Client data as browsers write it.
pub(crate) fn client_data(ceremony: &str, challenge: &[u8], origin: &str) -> Vec<u8> {
    let challenge = base64(challenge);
    format!(
        r#"{{"type":"{ceremony}","challenge":"{challenge}","origin":"{origin}","crossOrigin":false}}"#
    )
    .into_bytes()
}

/// A creation's message in its parts.
pub(crate) struct Making {
    pub(crate) client: Vec<u8>,
    pub(crate) rp_id: String,
    pub(crate) flags: u8,
    pub(crate) counter: u32,
    pub(crate) aaguid: [u8; 16],
    pub(crate) id: Vec<u8>,
    pub(crate) id_length: Option<u16>,
    pub(crate) key: Vec<(i64, Vec<u8>)>,
    pub(crate) extensions: Vec<u8>,
    pub(crate) format: Vec<u8>,
    pub(crate) statement: Vec<u8>,
    pub(crate) after_object: Vec<u8>,
    /// Instead of the authenticator data made of the parts.
    pub(crate) data: Option<Vec<u8>>,
    /// Instead of the attestation object made of the parts.
    pub(crate) object: Option<Vec<u8>>,
}

impl Making {
    pub(crate) fn by(device: &Device) -> Making {
        Making {
            client: client_data("webauthn.create", CHALLENGE, ORIGIN),
            rp_id: RP_ID.to_owned(),
            flags: UP | UV | BE | BS | AT,
            counter: 0,
            aaguid: AAGUID,
            id: b"credential-0123".to_vec(),
            id_length: None,
            key: device.key(),
            extensions: Vec::new(),
            format: text("none"),
            statement: map(&[]),
            after_object: Vec::new(),
            data: None,
            object: None,
        }
    }

    pub(crate) fn authenticator_data(&self) -> Vec<u8> {
        if let Some(data) = &self.data {
            return data.clone();
        }
        let mut data = sha256(self.rp_id.as_bytes());
        data.push(self.flags);
        data.extend(self.counter.to_be_bytes());
        if self.flags & AT != 0 {
            data.extend(self.aaguid);
            let length = self.id_length.unwrap_or(u16::try_from(self.id.len()).unwrap());
            data.extend(length.to_be_bytes());
            data.extend(&self.id);
            data.extend(cose(&self.key));
        }
        data.extend(&self.extensions);
        data
    }

    pub(crate) fn attestation_object(&self) -> Vec<u8> {
        if let Some(object) = &self.object {
            return object.clone();
        }
        let members = map(&[
            (text("fmt"), self.format.clone()),
            (text("attStmt"), self.statement.clone()),
            (text("authData"), bytes(&self.authenticator_data())),
        ]);
        [members, self.after_object.clone()].concat()
    }

    pub(crate) fn message(&self) -> Value {
        json!({
            "id": base64(&self.id),
            "rawId": base64(&self.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {"credProps": {"rk": true}},
            "response": {
                "clientDataJSON": base64(&self.client),
                "attestationObject": base64(&self.attestation_object()),
                "transports": ["internal", "hybrid"],
            },
        })
    }
}

/// An assertion's message in its parts.
pub(crate) struct Showing {
    pub(crate) client: Vec<u8>,
    pub(crate) rp_id: String,
    pub(crate) flags: u8,
    pub(crate) counter: u32,
    pub(crate) rest: Vec<u8>,
    pub(crate) id: Vec<u8>,
    pub(crate) handle: Option<Vec<u8>>,
    /// Instead of the authenticator data made of the parts.
    pub(crate) data: Option<Vec<u8>>,
    /// Instead of a signature by the device.
    pub(crate) signature: Option<Vec<u8>>,
}

impl Showing {
    pub(crate) fn new() -> Showing {
        Showing {
            client: client_data("webauthn.get", CHALLENGE, ORIGIN),
            rp_id: RP_ID.to_owned(),
            flags: UP | UV | BE | BS,
            counter: 0,
            rest: Vec::new(),
            id: b"credential-0123".to_vec(),
            handle: Some(HANDLE.to_vec()),
            data: None,
            signature: None,
        }
    }

    pub(crate) fn authenticator_data(&self) -> Vec<u8> {
        let made = || {
            let counter = self.counter.to_be_bytes().to_vec();
            [sha256(self.rp_id.as_bytes()), vec![self.flags], counter, self.rest.clone()].concat()
        };
        self.data.clone().unwrap_or_else(made)
    }

    pub(crate) fn message(&self, device: &Device) -> Value {
        let data = self.authenticator_data();
        let signed = || device.sign(&[data.clone(), sha256(&self.client)].concat());
        let signature = self.signature.clone().unwrap_or_else(signed);
        let mut message = json!({
            "id": base64(&self.id),
            "rawId": base64(&self.id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": base64(&self.client),
                "authenticatorData": base64(&data),
                "signature": base64(&signature),
            },
        });
        if let Some(handle) = &self.handle {
            message["response"]["userHandle"] = json!(base64(handle));
        }
        message
    }
}

pub(crate) fn created(message: &str, mediation: Mediation) -> Result<Created, Refusal> {
    Creation::read(message)?.verify(&party(), &opened(), mediation)
}

pub(crate) fn asserted(message: &str, key: &[u8]) -> Result<Asserted, Refusal> {
    let known = Known { key, backup_eligible: true, user_handle: HANDLE };
    Assertion::read(message)?.verify(&party(), &opened(), &known)
}

#[test]
fn an_honest_creation_and_assertion_of_every_algorithm_are_taken() {
    for algorithm in Algorithm::OFFERED {
        let device = Device::new(algorithm);
        let made = created(&Making::by(&device).message().to_string(), Mediation::Ordinary).unwrap();
        assert_eq!(made.algorithm, algorithm);
        assert_eq!(made.credential_id, b"credential-0123");
        assert_eq!(made.key, cose(&device.key()));
        assert_eq!((made.aaguid, made.discoverable, made.verified), (AAGUID, Some(true), true));
        assert_eq!(
            made.transports.iter().map(|way| way.as_text()).collect::<Vec<_>>(),
            ["hybrid", "internal"]
        );
        let showing = Showing { counter: 7, ..Showing::new() };
        let shown = asserted(&showing.message(&device).to_string(), &made.key).unwrap();
        assert_eq!((shown.counter, shown.verified), (7, true));
    }
}
