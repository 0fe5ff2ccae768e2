//! What a browser or an app is asked: the options of a ceremony, as the JSON that
//! `PublicKeyCredential.parseCreationOptionsFromJSON` and `parseRequestOptionsFromJSON` read (WebAuthn §5.1.8, §5.1.9).
//!
//! For signing in nobody's passkeys are named, so the options tell nothing about anybody (security.md G6) and are the
//! same for all but for the challenge.
//!
//! What must never happen here: an address or an account named to somebody who has not signed in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::Mediation;
use super::challenge::Challenge;
use super::cose::Algorithm;
use super::message::Transport;
use super::origins::RelyingParty;

/// For whom a passkey is made.
#[derive(Clone, Copy, Debug)]
pub struct User<'a> {
    /// The user handle: 1 to 64 bytes that say nothing about the person.
    pub id: &'a [u8],
    /// What tells accounts apart in the device's list: an address.
    pub name: &'a str,
    /// What the person is called.
    pub display_name: &'a str,
}

/// A passkey that is there already, so that its authenticator makes no second one.
#[derive(Clone, Copy, Debug)]
pub struct Excluded<'a> {
    /// Its credential id.
    pub id: &'a [u8],
    /// How it can be reached.
    pub transports: &'a [Transport],
}

/// What is asked for a new passkey.
#[derive(Clone, Copy)]
pub struct CreationOptions<'a> {
    /// For whom.
    pub party: &'a RelyingParty,
    /// What the service is called.
    pub service: &'a str,
    /// Who adds it.
    pub user: User<'a>,
    /// What must come back.
    pub challenge: &'a Challenge,
    /// What is there already.
    pub excluded: &'a [Excluded<'a>],
    /// How it is made.
    pub mediation: Mediation,
}

impl CreationOptions<'_> {
    /// `PublicKeyCredentialCreationOptionsJSON`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let algorithms =
            Algorithm::OFFERED.map(|one| json!({"type": "public-key", "alg": one.number()}));
        let excluded: Vec<_> = self
            .excluded
            .iter()
            .map(|one| {
                let transports: Vec<_> = one.transports.iter().map(|way| way.as_text()).collect();
                json!({"type": "public-key", "id": URL_SAFE_NO_PAD.encode(one.id), "transports": transports})
            })
            .collect();
        // A browser that makes one by itself cannot verify anybody, and fails where that is required (§5.1.3).
        let verification = match self.mediation {
            Mediation::Ordinary => "required",
            Mediation::Conditional => "preferred",
        };
        json!({
            "rp": {"id": self.party.id(), "name": self.service},
            "user": {
                "id": URL_SAFE_NO_PAD.encode(self.user.id),
                "name": self.user.name,
                "displayName": self.user.display_name,
            },
            "challenge": self.challenge.as_text(),
            "pubKeyCredParams": algorithms,
            "timeout": Challenge::LIFETIME_MS,
            "excludeCredentials": excluded,
            "authenticatorSelection": {
                "residentKey": "required",
                "requireResidentKey": true,
                "userVerification": verification,
            },
            "attestation": "none",
            "extensions": {"credProps": true},
        })
    }
}

/// What is asked of somebody who says that they have a passkey.
#[derive(Clone, Copy)]
pub struct RequestOptions<'a> {
    /// Whose passkeys.
    pub party: &'a RelyingParty,
    /// What must come back.
    pub challenge: &'a Challenge,
}

impl RequestOptions<'_> {
    /// `PublicKeyCredentialRequestOptionsJSON`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "challenge": self.challenge.as_text(),
            "timeout": Challenge::LIFETIME_MS,
            "rpId": self.party.id(),
            "allowCredentials": [],
            "userVerification": "required",
        })
    }
}
