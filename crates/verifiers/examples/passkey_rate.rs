//! How many passkeys a second this machine checks: the bare signature beside a whole assertion, in one run.
//!
//! `cargo run --release -p verifiers --example passkey_rate [seconds]`. On one thread; both check the same kind of
//! signature, ES256, over the same kind of message. Whole assertions are read from their JSON, their challenge is opened
//! and every step of the standard is taken.

use std::time::{Duration, Instant};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _,
    UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use verifiers::CodeKeys;
use verifiers::passkey::{Assertion, Ceremony, Known, RelyingParty, issue, open};

const TURNS: u32 = 9;
const NOW_MS: i64 = 1_800_000_000_000;
const BROWSER: &[u8] = b"the digest of a browser's secret";
const HANDLE: &[u8] = &[7; 16];

fn main() {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(5);
    let time = Duration::from_secs(seconds) / TURNS;
    let shown = Shown::new();
    // In many short turns, so that a machine that is busy for a while is busy for both; and by processor time,
    // which other programs disturb least.
    let (mut bare, mut whole) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        bare.push(turn(time, || shown.bare()));
        whole.push(turn(time, || shown.whole()));
    }
    let (bare, whole) = (Rate::median(bare), Rate::median(whole));
    println!("ES256, one thread, {seconds} s each");
    println!("signature by the library : {bare}");
    println!("whole assertion          : {whole}");
    println!(
        "assertion / signature    : {:.3} by the clock, {:.3} by processor time",
        whole.wall / bare.wall,
        whole.cpu / bare.cpu
    );
}

/// A passkey that was shown once, and is looked at again and again.
struct Shown {
    keys: CodeKeys,
    party: RelyingParty,
    message: String,
    cose: Vec<u8>,
    point: Vec<u8>,
    signed: Vec<u8>,
    signature: Vec<u8>,
}

impl Shown {
    fn new() -> Shown {
        let secret = std::array::from_fn(|at| u8::try_from(at).unwrap());
        let Ok(keys) = CodeKeys::new(1, vec![(1, secret)]) else { panic!("a good key") };
        let challenge = issue(&keys, Ceremony::SignIn, BROWSER, NOW_MS).unwrap().as_text();
        let client = format!(
            r#"{{"type":"webauthn.get","challenge":"{challenge}","origin":"https://example.jp","crossOrigin":false}}"#
        );
        let sha256 = |bytes: &[u8]| digest(&SHA256, bytes).as_ref().to_vec();
        // Present, verified, eligible and backed up; no count.
        let data = [sha256(b"example.jp"), vec![0x1D, 0, 0, 0, 0]].concat();
        let signed = [data.clone(), sha256(client.as_bytes())].concat();
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let signature = pair.sign(&SystemRandom::new(), &signed).unwrap().as_ref().to_vec();
        let point = pair.public_key().as_ref().to_vec();
        let cose = [
            &[0xA5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20],
            &point[1..33],
            &[0x22, 0x58, 0x20],
            &point[33..],
        ];
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let id = text(&[9; 32]);
        let message = serde_json::json!({
            "id": id, "rawId": id, "type": "public-key", "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": text(client.as_bytes()), "authenticatorData": text(&data),
                "signature": text(&signature), "userHandle": text(HANDLE),
            },
        });
        let party = RelyingParty::new("example.jp", vec!["https://example.jp".to_owned()]).unwrap();
        Shown {
            keys,
            party,
            message: message.to_string(),
            cose: cose.concat(),
            point,
            signed,
            signature,
        }
    }

    fn bare(&self) {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &self.point)
            .verify(&self.signed, &self.signature)
            .unwrap();
    }

    fn whole(&self) {
        let assertion = Assertion::read(&self.message).unwrap();
        let challenge = open(&self.keys, Ceremony::SignIn, BROWSER, assertion.challenge()).unwrap();
        assert!(challenge.is_good_at(NOW_MS));
        let known = Known { key: &self.cose, backup_eligible: true, user_handle: HANDLE };
        assertion.verify(&self.party, &challenge, &known).unwrap();
    }
}

/// Checks a second of the clock, and a second of processor time.
struct Rate {
    wall: f64,
    cpu: f64,
}

impl Rate {
    fn median(turns: Vec<Rate>) -> Rate {
        let middle = |mut rates: Vec<f64>| {
            rates.sort_by(f64::total_cmp);
            rates[rates.len() / 2]
        };
        Rate {
            wall: middle(turns.iter().map(|turn| turn.wall).collect()),
            cpu: middle(turns.iter().map(|turn| turn.cpu).collect()),
        }
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:8.0} a second, {:8.0} a processor second", self.wall, self.cpu)
    }
}

fn turn(time: Duration, check: impl Fn()) -> Rate {
    let (began, cpu) = (Instant::now(), cpu_seconds());
    let mut checked = 0_u32;
    while began.elapsed() < time {
        for _ in 0..100 {
            check();
        }
        checked += 100;
    }
    let checked = f64::from(checked);
    Rate { wall: checked / began.elapsed().as_secs_f64(), cpu: checked / (cpu_seconds() - cpu) }
}

/// What this process has had of the processors, on Linux (in nanoseconds); elsewhere not a number.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let spent = text.split_whitespace().next().and_then(|field| field.parse::<f64>().ok());
    spent.unwrap_or(f64::NAN) / 1e9
}
