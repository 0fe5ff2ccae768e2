//! Apps that exchange codes for tokens, and the bare signatures that they are measured against.
//!
//! Codes live a minute and are used once, so those of a turn are asked for before it, which is not measured: nothing is written
//! for a code. An exchange writes a grant durably and signs two tokens, and so does the reference: one Ed25519 and one ES256
//! signature each.

use std::io::{Error, Result};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
use serde_json::Value;

use crate::house::{House, Member};
use crate::load::{self, Pace, Script, pour, request};
use crate::measure::{Turn, median};
use crate::{Bench, threads};

/// The settings of the app that asks.
pub(crate) const CLIENT: &str = "[client.bench-app]\nredirect_uris = [\"http://127.0.0.1/callback\"]\n";
/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const BACK: &str = "http%3A%2F%2F127.0.0.1%2Fcallback";
/// Fewer than a minute of any machine, so that each code is used in its time.
const EXCHANGES_A_TURN: usize = 2_048;

impl Bench<'_> {
    /// Codes into an access token and an ID token.
    pub(crate) fn exchanges(&self, clients: usize) -> Result<()> {
        let (own, plan, house, runtime) = (std::process::id(), self.plan, self.house, self.runtime);
        let times = EXCHANGES_A_TURN.div_ceil(clients);
        let mut rounds = Vec::new();
        for _ in 0..plan.rounds {
            let mut scripts = Vec::new();
            for member in self.members.iter().take(clients) {
                scripts.push(runtime.block_on(exchanges(house, member, times))?);
            }
            let bare = Turn::of(own, || bare_signatures(threads(), plan.turn));
            let exchanged = self.turn(house.pid(), || {
                let answered = runtime.block_on(pour(house.address, &scripts, Pace::Once, 200))?;
                Ok(answered.times.len())
            })?;
            rounds.push((bare, exchanged));
        }
        println!(
            "  codes into tokens, {clients:2} clients: {:6.1} a second of {:7.1} bare pairs of signatures: {:.4}; \
             {:.2} ms of processor, of which the signatures' {:.3}",
            median(&rounds, |(_, exchanged)| exchanged.rate()),
            median(&rounds, |(bare, _)| bare.rate()),
            median(&rounds, |(bare, exchanged)| exchanged.rate() / bare.rate()),
            median(&rounds, |(_, exchanged)| exchanged.cost() * 1e3),
            median(&rounds, |(bare, _)| bare.cost() * 1e3),
        );
        Ok(())
    }
}

/// So many codes of a member, each to be used once.
async fn exchanges(house: &House, member: &Member, times: usize) -> Result<Script> {
    let path = format!(
        "/oauth/authorize?client_id=bench-app&redirect_uri={BACK}&response_type=code&scope=openid\
         &code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    let cookie = format!("genkan-session={}", member.token);
    let question = request("GET", &path, &[("cookie", &cookie)], "");
    let mut script = Script::new();
    for _ in 0..times {
        let answer = load::ask(house.address, &question).await?;
        let code = answer.head.split_once("code=").map(|(_, rest)| rest);
        let code = code.and_then(|rest| rest.split(['&', '\r']).next());
        let code = code.ok_or_else(|| Error::other(format!("no code: {}", answer.head)))?;
        script.push(exchange(code));
    }
    // One before the turn: that the answer is what it should be is seen once.
    let first = script.pop().unwrap_or_default();
    let answer = load::ask(house.address, &first).await?;
    let told: Value = serde_json::from_slice(&answer.body).map_err(Error::other)?;
    match told.get("id_token") {
        Some(Value::String(_)) => Ok(script),
        _ => Err(Error::other(format!("no ID token: {told}"))),
    }
}

fn exchange(code: &str) -> Vec<u8> {
    let body = format!(
        "grant_type=authorization_code&client_id=bench-app&code={code}&redirect_uri={BACK}&code_verifier={VERIFIER}"
    );
    let length = body.len();
    format!(
        "POST /oauth/token HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// An Ed25519 and an ES256 signature, on so many threads for so long; how many pairs it was.
fn bare_signatures(threads: usize, time: Duration) -> usize {
    let edwards = Ed25519KeyPair::generate().expect("a key");
    let nist = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
    // About what the two tokens hold.
    let message = [7_u8; 600];
    let signed = AtomicUsize::new(0);
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let random = SystemRandom::new();
                while began.elapsed() < time {
                    for _ in 0..32 {
                        std::hint::black_box(edwards.sign(&message));
                        let signature = nist.sign(&random, &message).expect("a signature");
                        std::hint::black_box(signature);
                    }
                    signed.fetch_add(32, Ordering::Relaxed);
                }
            });
        }
    });
    signed.into_inner()
}
