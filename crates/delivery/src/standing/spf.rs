//! What is said of the SPF record of the sender's domain: is it there, can it be followed, does it name the relay.
//!
//! A record that does not name the addresses of the relay may be right all the same, because large relays take mail at
//! one address and send from others; only what the operator says is certain.

mod follow;

use std::net::IpAddr;

use crate::{Record, dns::Resolver};

use super::{Finding, Leaves, Standing, StandingOptions, not_looked_up};
use follow::{Followed, Verdict, follow, with};

const PART: &str = "mail SPF";

pub(super) async fn examine(
    resolver: &Resolver,
    options: &StandingOptions,
    leaves: &Leaves,
) -> Vec<Finding> {
    match follow(resolver, &options.sender).await {
        Ok(followed) => judged(&followed, options, leaves),
        Err(fault) => vec![not_looked_up(PART, &options.sender, &fault)],
    }
}

fn judged(followed: &Followed, options: &StandingOptions, leaves: &Leaves) -> Vec<Finding> {
    let sender = &options.sender;
    let record = match followed.records.as_slice() {
        [record] => record,
        [] => return vec![missing(options, leaves)],
        several => {
            let count = several.len();
            let sentence =
                format!("{sender} has {count} SPF records, so receivers use none; keep one, such as");
            return vec![wrong(sentence).with(Record::txt(sender, &joined(several)))];
        }
    };
    if !followed.errors.is_empty() {
        let errors = followed.errors.join("; it ");
        return vec![wrong(format!("the record {errors}; receivers then use none of it: {record}"))];
    }
    let mut findings = Vec::new();
    match followed.rest() {
        Some(Verdict::Pass) => {
            let tight = record.replace("+all", "all").replace(" all", " ~all");
            let sentence = format!("the record of {sender} lets the whole world send (+all); set");
            findings.push(wrong(sentence).with(Record::txt(sender, &tight)));
        }
        Some(Verdict::SoftFail | Verdict::Fail) => {}
        Some(Verdict::Neutral | Verdict::Unknown) | None => {
            let tight = Record::txt(sender, &with(&record.replace(" ?all", ""), "~all"));
            let sentence =
                format!("the record of {sender} says nothing of those whom it does not name; better");
            findings.push(Finding::note(PART.to_owned(), sentence).with(tight));
        }
    }
    findings.extend(left_out(followed, options, leaves, record));
    if findings.is_empty() {
        let sentence = match leaves {
            Leaves::Unknown(why) => {
                return vec![Finding::note(
                    PART.to_owned(),
                    format!("the record of {sender} can be followed; {why}"),
                )];
            }
            Leaves::Surely(_) | Leaves::Perhaps(_) => {
                let lookups = followed.lookups;
                format!(
                    "the record of {sender} lets {} send, with {lookups} look-ups of 10",
                    listed(leaves.addresses())
                )
            }
        };
        findings.push(Finding::well(PART.to_owned(), sentence));
    }
    findings
}

/// Whether an address is not let through.
fn left_out(
    followed: &Followed,
    options: &StandingOptions,
    leaves: &Leaves,
    record: &str,
) -> Option<Finding> {
    let of = |wanted: fn(Verdict) -> bool| {
        let all = leaves.addresses().iter().copied();
        all.filter(|ip| wanted(followed.of(*ip))).collect::<Vec<IpAddr>>()
    };
    let unknown = of(|verdict| verdict == Verdict::Unknown);
    let refused = of(|verdict| !matches!(verdict, Verdict::Pass | Verdict::Unknown));
    let sender = &options.sender;
    if refused.is_empty() && unknown.is_empty() {
        return None;
    }
    if refused.is_empty() {
        let sentence = format!(
            "whether the record of {sender} lets {} send depends on the mail (exists, ptr or a macro)",
            listed(&unknown)
        );
        return Some(Finding::note(PART.to_owned(), sentence));
    }
    let named = listed(&refused);
    let sentence = match leaves.blame() {
        Standing::Note => format!(
            "the record of {sender} does not let {named} send, which is where {} takes mail; if it sends from there too, set",
            options.relay
        ),
        Standing::Well | Standing::Wrong => {
            format!(
                "the record of {sender} does not let {named} send, so receivers refuse or sort out the mail; set"
            )
        }
    };
    let mended = refused.iter().fold(record.to_owned(), |record, ip| with(&record, &mechanism(*ip)));
    let record = Some(Record::txt(sender, &mended));
    Some(Finding { part: PART.to_owned(), standing: leaves.blame(), sentence, record })
}

fn missing(options: &StandingOptions, leaves: &Leaves) -> Finding {
    let sender = &options.sender;
    let sentence = format!(
        "{sender} has no SPF record, so receivers cannot tell whether its mail is its own; set"
    );
    let named: Vec<String> = match leaves {
        Leaves::Surely(addresses) => addresses.iter().map(|ip| mechanism(*ip)).collect(),
        Leaves::Perhaps(addresses) => match options.relay.parse::<IpAddr>() {
            Ok(_) => addresses.iter().map(|ip| mechanism(*ip)).collect(),
            Err(_) => vec![format!("a:{}", options.relay)],
        },
        Leaves::Unknown(why) => return wrong(format!("{sentence} one that names its address ({why})")),
    };
    let record = Record::txt(sender, &format!("v=spf1 {} ~all", named.join(" ")));
    let unless = match leaves {
        Leaves::Surely(_) | Leaves::Unknown(_) => "",
        Leaves::Perhaps(_) => " this, unless the mail server's people tell you another",
    };
    wrong(format!("{sentence}{unless}")).with(record)
}

/// One record of several: whatever any of them names.
fn joined(records: &[String]) -> String {
    let mut one = records.first().cloned().unwrap_or_default();
    for term in records.iter().skip(1).flat_map(|record| record.split(' ').skip(1)) {
        let is_last = term.ends_with("all") || term.starts_with("redirect=");
        if !term.is_empty() && !is_last && !one.split(' ').any(|there| there == term) {
            one = with(&one, term);
        }
    }
    one
}

fn mechanism(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => format!("ip4:{ip}"),
        IpAddr::V6(ip) => format!("ip6:{ip}"),
    }
}

fn listed(addresses: &[IpAddr]) -> String {
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn wrong(sentence: String) -> Finding {
    Finding::wrong(PART.to_owned(), sentence)
}
