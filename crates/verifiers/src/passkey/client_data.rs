//! What the browser or system says of the ceremony: `clientDataJSON` (WebAuthn §5.8.1).
//!
//! It is read as JSON, not by the limited algorithm of §5.8.1.2, so members may be added and stand in any order. A
//! member that comes twice is refused, because two readers may take different ones.
//!
//! What must never happen here: a member of another type taken for an absent one.

use std::collections::HashSet;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use subtle::ConstantTimeEq;

use super::origins::RelyingParty;
use super::refusal::Refusal;
use crate::token::sha256;

/// Ours have 44.
const MOST_CHALLENGE_BYTES: usize = 256;

pub(super) const CREATE: &str = "webauthn.create";
pub(super) const GET: &str = "webauthn.get";

#[derive(Clone, Debug)]
pub(super) struct ClientData {
    ceremony: String,
    pub(super) challenge: Vec<u8>,
    origin: String,
    cross_origin: bool,
    has_top_origin: bool,
    /// SHA-256 of its bytes, which is what is signed.
    pub(super) hash: [u8; 32],
}

impl ClientData {
    pub(super) fn read(bytes: &[u8]) -> Result<ClientData, Refusal> {
        // "UTF-8 decode" takes such a mark away.
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let members: Members = serde_json::from_slice(text).map_err(|_| Refusal::ClientData)?;
        if members.twice {
            return Err(Refusal::ClientDataTwice);
        }
        let whole = (members.ceremony, members.challenge, members.origin);
        let (Some(ceremony), Some(challenge), Some(origin)) = whole else {
            return Err(Refusal::ClientData);
        };
        let challenge = URL_SAFE_NO_PAD.decode(challenge).map_err(|_| Refusal::ClientData)?;
        if challenge.len() > MOST_CHALLENGE_BYTES {
            return Err(Refusal::ClientData);
        }
        Ok(ClientData {
            ceremony,
            challenge,
            origin,
            cross_origin: members.cross_origin.unwrap_or(false),
            has_top_origin: members.has_top_origin,
            hash: sha256(&[bytes]),
        })
    }

    /// WebAuthn §7.1 steps 7 to 11, §7.2 steps 10 to 14.
    pub(super) fn check(
        &self,
        ceremony: &str,
        challenge: &[u8],
        party: &RelyingParty,
    ) -> Result<(), Refusal> {
        if self.ceremony != ceremony {
            return Err(Refusal::CeremonyType);
        }
        if !bool::from(self.challenge.as_slice().ct_eq(challenge)) {
            return Err(Refusal::Challenge);
        }
        if !party.has_origin(&self.origin) {
            return Err(Refusal::Origin);
        }
        // No page of ours is meant to be in a frame.
        if self.cross_origin {
            return Err(Refusal::CrossOrigin);
        }
        if self.has_top_origin {
            return Err(Refusal::TopOrigin);
        }
        Ok(())
    }
}

#[derive(Default)]
struct Members {
    ceremony: Option<String>,
    challenge: Option<String>,
    origin: Option<String>,
    cross_origin: Option<bool>,
    has_top_origin: bool,
    twice: bool,
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Members, D::Error> {
        deserializer.deserialize_map(EachMember)
    }
}

struct EachMember;

impl<'de> Visitor<'de> for EachMember {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Members::default();
        let mut names = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "type" => members.ceremony = Some(map.next_value()?),
                "challenge" => members.challenge = Some(map.next_value()?),
                "origin" => members.origin = Some(map.next_value()?),
                "crossOrigin" => members.cross_origin = Some(map.next_value()?),
                "topOrigin" => {
                    map.next_value::<IgnoredAny>()?;
                    members.has_top_origin = true;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
            members.twice |= !names.insert(name);
        }
        Ok(members)
    }
}
