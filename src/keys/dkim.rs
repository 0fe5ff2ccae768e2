//! `genkan keys dkim`: the two keys that sign mail, and what has to be set where before they do.
//!
//! The files are for their owner alone and are never written over; a new pair gets a selector of its own, so that
//! mail under way can still be checked with the old one. What must never happen: a private half on the screen.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use delivery::{KeyKind, Record, Signer, SigningKey, public_record};
use serde_json::{Value, json};

use super::{Fault, write_new};
use crate::command::{Answer, Output};
use crate::times::rfc3339;

/// One of the two keys, made and not yet written.
struct Made {
    selector: String,
    file: PathBuf,
    pem: secrecy::zeroize::Zeroizing<String>,
    record: Record,
    kind: KeyKind,
}

/// Makes the keys and says what to do with them.
pub(super) fn answer(domain: &str, begin: Option<&str>, out: &Path, output: Output) -> Answer {
    match make(domain, begin, out) {
        Ok(made) => Answer::done(output, &text(domain, &made), &fields(domain, &made)),
        Err((what, advice)) => {
            Answer::refused(output, &format!("{what}\n    {advice}"), &json!({ "advice": advice }))
        }
    }
}

fn make(domain: &str, begin: Option<&str>, out: &Path) -> Result<[Made; 2], (String, &'static str)> {
    // Year and month: as often as keys are changed by hand.
    let month = rfc3339(engine::Clock::system().now()).chars().take(7).filter(|c| *c != '-').collect();
    let begin: String = begin.map_or(month, str::to_owned);
    let made = [one(KeyKind::Rsa, &begin, domain, out)?, one(KeyKind::Ed25519, &begin, domain, out)?];
    let [rsa, ed25519] = &made;
    let written = |key: &Made| write_new(&key.file, &key.pem).map_err(|e| refusal(fault(&key.file, e)));
    written(rsa)?;
    if let Err(why) = written(ed25519) {
        // Half a pair would only block the next try.
        let _ = std::fs::remove_file(&rsa.file);
        return Err(why);
    }
    Ok(made)
}

fn one(kind: KeyKind, begin: &str, domain: &str, out: &Path) -> Result<Made, (String, &'static str)> {
    let selector = format!("{begin}-{}", kind.word());
    let strange = |_| ("the system gives no random numbers".to_owned(), "try again");
    let (key, pem) = SigningKey::make(kind).map_err(strange)?;
    let record = public_record(&selector, domain, &key).map_err(strange)?;
    let file = out.join(format!("dkim-{selector}.pem"));
    Signer::new(domain, vec![(selector.clone(), key)]).map_err(|fault| (fault.to_string(), WORDS))?;
    Ok(Made { selector, file, pem, record, kind })
}

fn fault(file: &Path, error: io::Error) -> Fault {
    match error.kind() {
        ErrorKind::AlreadyExists => Fault::Exists(file.to_owned()),
        _ => Fault::Unwritable(file.to_owned(), error),
    }
}

fn refusal(fault: Fault) -> (String, &'static str) {
    let advice = match fault {
        Fault::Exists(_) => {
            "give the new keys another --selector, and keep the old ones until the change is over"
        }
        _ => fault.advice(),
    };
    (fault.to_string(), advice)
}

fn text(domain: &str, made: &[Made; 2]) -> String {
    let files = made.iter().map(|key| key.file.display().to_string()).collect::<Vec<_>>().join(" and ");
    let records = made.iter().map(|key| key.record.to_string()).collect::<Vec<_>>().join("\n");
    let settings = made.iter().map(|key| {
        let (kind, selector, file) = (key.kind.word(), &key.selector, key.file.display());
        format!("{kind}_selector = \"{selector}\"\n{kind}_key_file = {}", json!(file.to_string()))
    });
    let settings = settings.collect::<Vec<_>>().join("\n");
    format!(
        "Wrote {files}, which only their owner can read.\n\n\
         1. Set these records in the DNS of {domain}:\n\n{records}\n\n\
         2. An hour later, when DNS knows them everywhere, write into the settings and restart:\n\n\
         [mail.dkim]\ndomain = \"{domain}\"\n{settings}\n\n\
         3. `genkan doctor mail` then says whether receivers can check the signatures."
    )
}

fn fields(domain: &str, made: &[Made; 2]) -> Value {
    let key = |key: &Made| {
        json!({
            "kind": key.kind.word(),
            "selector": key.selector,
            "file": key.file,
            "record": record_json(&key.record),
        })
    };
    json!({ "domain": domain, "keys": made.iter().map(key).collect::<Vec<_>>() })
}

/// A record for programs.
pub(crate) fn record_json(record: &Record) -> Value {
    json!({
        "name": record.name,
        "type": record.kind.word(),
        "value": record.value,
        "strings": record.strings(),
        "line": record.to_string(),
    })
}

const WORDS: &str = "--domain is the part of the sender address after the @; --selector is made of letters, digits and hyphens";

#[cfg(test)]
mod tests;
