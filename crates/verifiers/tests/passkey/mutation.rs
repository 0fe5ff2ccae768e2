//! What can be bent in a message: a part before it is put together, a member of its JSON, or its text.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use verifiers::passkey::Refusal;

pub(crate) enum Bend<P> {
    Part(fn(&mut P)),
    Outer(fn(&mut Value)),
    Text(fn(String) -> String),
}

impl<P> Bend<P> {
    /// The message with this alone bent.
    pub(crate) fn message(&self, mut parts: P, put_together: impl Fn(&P) -> Value) -> String {
        match self {
            Bend::Part(bend) => {
                bend(&mut parts);
                put_together(&parts).to_string()
            }
            Bend::Outer(bend) => {
                let mut message = put_together(&parts);
                bend(&mut message);
                message.to_string()
            }
            Bend::Text(bend) => bend(put_together(&parts).to_string()),
        }
    }
}

pub(crate) fn remove(message: &mut Value, member: &str) {
    message.as_object_mut().unwrap().remove(member).unwrap();
}

pub(crate) fn replace(bytes: &mut Vec<u8>, from: &str, to: &str) {
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(text.contains(from), "there is no {from} to be bent");
    *bytes = text.replacen(from, to, 1).into_bytes();
}

/// The same in the spelling with padding.
pub(crate) fn padded(member: &mut Value) {
    let text = with_spare_bits(member);
    *member = format!("{text}{}", "=".repeat(4 - text.len() % 4)).into();
}

/// The same in a spelling whose spare bits are not zero.
pub(crate) fn spare_bits(member: &mut Value) {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let text = with_spare_bits(member);
    let last = ALPHABET.find(text.chars().last().unwrap()).unwrap();
    let other = ALPHABET.chars().nth(last + 1).unwrap();
    *member = format!("{}{other}", &text[..text.len() - 1]).into();
}

/// With a space behind where its length has no spare bits: JSON may have one.
fn with_spare_bits(member: &Value) -> String {
    let text = member.as_str().unwrap();
    let mut bytes = URL_SAFE_NO_PAD.decode(text).unwrap();
    if bytes.len().is_multiple_of(3) {
        bytes.push(b' ');
    }
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Each refusal is the answer to some bent message. A new one is a line here.
#[test]
fn g2_every_refusal_is_the_answer_to_a_bent_field() {
    let creations = crate::mutated_creations::all().into_iter().map(|(_, refusal, _)| refusal);
    let assertions = crate::mutated_assertions::all().into_iter().map(|(_, refusal, _)| refusal);
    let refusals: HashSet<Refusal> = creations.chain(assertions).collect();
    let known = |refusal: &Refusal| match refusal {
        Refusal::TooLong | Refusal::Message | Refusal::Encoding | Refusal::CredentialType => 1,
        Refusal::CredentialId | Refusal::CredentialIdLength => 1,
        Refusal::ClientData | Refusal::ClientDataTwice | Refusal::CeremonyType => 1,
        Refusal::Challenge | Refusal::Origin | Refusal::CrossOrigin | Refusal::TopOrigin => 1,
        Refusal::AttestationObject | Refusal::AttestationStatement => 1,
        Refusal::AuthenticatorData | Refusal::Extensions | Refusal::RelyingParty => 1,
        Refusal::NotPresent | Refusal::NotVerified | Refusal::BackedUpUneligible => 1,
        Refusal::NoCredential | Refusal::Algorithm | Refusal::Key => 1,
        Refusal::NoUserHandle | Refusal::UserHandle => 1,
        Refusal::EligibilityChanged | Refusal::Signature => 1,
    };
    assert_eq!(refusals.iter().map(known).sum::<i32>(), 28);
    let texts: HashSet<String> = refusals.iter().map(ToString::to_string).collect();
    assert_eq!(texts.len(), 28, "each is told apart in the log");
}
