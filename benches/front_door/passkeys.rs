//! Members who sign in by passkey, and the bare signature check that they are measured against.
//!
//! Every answer is to a question of its own, so what a member sends is made before a turn and sent once: asking for the
//! question (which is a request of the turn, too) and bringing the signed answer.

use std::io::{Error, Result};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _,
    UnparsedPublicKey,
};
use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::house::{House, Member};
use crate::load::{self, Script, request};

const OPTIONS: &str = "/api/v1/signin/passkey/options";
const SIGN_IN: &str = "/api/v1/signin/passkey";

/// A member's passkey.
pub(crate) struct Passkey {
    authenticator: Authenticator,
    device: String,
}

impl Passkey {
    /// Adds one to an account, by its app.
    pub(crate) async fn add(house: &House, (member, round): (&Member, usize)) -> Result<Self> {
        let token = format!("Bearer {}", member.token);
        let headers = [("authorization", token.as_str())];
        let path = "/api/v1/account/methods/passkey";
        let asked = call(house, &format!("{path}/options"), &headers, &json!({})).await?;
        let mut authenticator = Authenticator::new(format!("{} {round}", member.email).as_bytes());
        authenticator.origin = house.origin();
        let credential = authenticator.create(&asked["publicKey"]);
        call(house, path, &headers, &json!({ "flow": asked["flow"], "credential": credential }))
            .await?;
        Ok(Self { authenticator, device: member.device.clone() })
    }

    /// Signs in so many times, once each.
    pub(crate) async fn signs_in(&self, house: &House, times: usize) -> Result<Script> {
        let mut script = Script::new();
        for _ in 0..times {
            let asked = call(house, OPTIONS, &[], &json!({})).await?;
            let credential = self.authenticator.show(&asked["publicKey"]);
            let body =
                json!({ "flow": asked["flow"], "credential": credential, "device": self.device });
            script.push(request("POST", OPTIONS, &[], "{}"));
            script.push(request("POST", SIGN_IN, &[], &body.to_string()));
        }
        Ok(script)
    }
}

async fn call(house: &House, path: &str, headers: &[(&str, &str)], body: &Value) -> Result<Value> {
    let answer = load::ask(house.address, &request("POST", path, headers, &body.to_string())).await?;
    let said = String::from_utf8_lossy(&answer.body);
    if answer.status != 200 {
        return Err(Error::other(format!("{path}: {} {said}", answer.status)));
    }
    serde_json::from_str(&said).map_err(Error::other)
}

/// ES256 signatures checked on so many threads for so long; how many it was.
pub(crate) fn bare_verifications(threads: usize, time: Duration) -> usize {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
    let message = [7_u8; 69];
    let signature = pair.sign(&SystemRandom::new(), &message).expect("a signature");
    let point = pair.public_key().as_ref();
    let checked = AtomicUsize::new(0);
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point);
                while began.elapsed() < time {
                    for _ in 0..32 {
                        key.verify(&message, signature.as_ref()).expect("a good signature");
                    }
                    checked.fetch_add(32, Ordering::Relaxed);
                }
            });
        }
    });
    checked.into_inner()
}
