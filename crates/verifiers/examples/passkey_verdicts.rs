//! What the relying party says of passkeys' messages: one JSON object a line in, one verdict a line out.
//!
//! `cargo run -p verifiers --example passkey_verdicts < questions`. `tests/passkeys/agree.py` puts the same questions to
//! another implementation and compares. A question: `{"rp_id", "origins", "challenge", "message"}` and either
//! `"mediation"` (a creation) or `"key", "backup_eligible", "user_handle"` (an assertion); bytes in base64url.

use std::io::{BufRead as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use verifiers::passkey::{
    Asserted, Assertion, Backup, Created, Creation, Known, Mediation, OpenedChallenge, Refusal,
    RelyingParty,
};

fn main() {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let question: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let verdict = match question["mediation"].as_str() {
            Some(mediation) => creation(&question, mediation).map(|made| made_json(&made)),
            None => assertion(&question).map(|shown| shown_json(&shown)),
        };
        let verdict = verdict.unwrap_or_else(|refusal| json!({"refusal": format!("{refusal:?}")}));
        writeln!(out, "{verdict}").unwrap();
    }
}

fn creation(question: &Value, mediation: &str) -> Result<Created, Refusal> {
    let mediation = match mediation {
        "ordinary" => Mediation::Ordinary,
        "conditional" => Mediation::Conditional,
        other => panic!("{other} is no mediation"),
    };
    let message = question["message"].as_str().unwrap();
    Creation::read(message)?.verify(&party(question), &challenge(question), mediation)
}

fn assertion(question: &Value) -> Result<Asserted, Refusal> {
    let (key, user_handle) = (bytes(&question["key"]), bytes(&question["user_handle"]));
    let backup_eligible = question["backup_eligible"].as_bool().unwrap();
    let known = Known { key: &key, backup_eligible, user_handle: &user_handle };
    let message = question["message"].as_str().unwrap();
    Assertion::read(message)?.verify(&party(question), &challenge(question), &known)
}

fn party(question: &Value) -> RelyingParty {
    let origins = question["origins"].as_array().unwrap().iter();
    let origins = origins.map(|origin| origin.as_str().unwrap().to_owned()).collect();
    RelyingParty::new(question["rp_id"].as_str().unwrap(), origins).unwrap()
}

fn challenge(question: &Value) -> OpenedChallenge {
    OpenedChallenge::kept(bytes(&question["challenge"]), i64::MAX)
}

fn made_json(made: &Created) -> Value {
    json!({
        "credential_id": URL_SAFE_NO_PAD.encode(&made.credential_id),
        "key": URL_SAFE_NO_PAD.encode(&made.key),
        "algorithm": made.algorithm.number(),
        "aaguid": URL_SAFE_NO_PAD.encode(made.aaguid),
        "counter": made.counter,
        "backup": word(made.backup),
        "verified": made.verified,
    })
}

fn shown_json(shown: &Asserted) -> Value {
    json!({"counter": shown.counter, "backup": word(shown.backup), "verified": shown.verified})
}

fn word(backup: Backup) -> &'static str {
    match backup {
        Backup::Single => "single",
        Backup::Eligible => "eligible",
        Backup::BackedUp => "backed up",
    }
}

fn bytes(value: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(value.as_str().unwrap()).unwrap()
}
