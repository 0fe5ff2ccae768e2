//! The hosts behind the mail: who takes what cannot be delivered, and what the sending addresses are called.
//!
//! Receivers ask for both before they read a word: a domain that takes no mail back is a forger's, and an address without
//! a name is somebody's computer at home. A name counts only when it leads back to the address.

use std::net::IpAddr;

use crate::{
    Record, RecordKind,
    dns::{Resolver, reverse_name},
};

use super::{Finding, Leaves, Standing, StandingOptions, not_looked_up};

const BACK: &str = "mail back";
const NAME: &str = "mail PTR";

/// Whether the sender's domain can take what comes back (RFC 5321 §5.1, RFC 7505).
pub(super) async fn way_back(resolver: &Resolver, sender: &str) -> Finding {
    let hosts = match resolver.exchanges(sender).await {
        Ok(hosts) => hosts,
        Err(fault) => return not_looked_up(BACK, sender, &fault),
    };
    let first = || Record {
        name: sender.to_owned(),
        kind: RecordKind::Mx,
        value: format!("10 mail.{sender}."),
    };
    if hosts.iter().all(String::is_empty) && !hosts.is_empty() {
        let sentence = format!(
            "{sender} says that it takes no mail (MX 0 .), so receivers refuse mail from it and nothing can come back; \
             name the server of its mailboxes, such as"
        );
        return Finding::wrong(BACK.to_owned(), sentence).with(first());
    }
    if hosts.is_empty() {
        return match resolver.addresses(sender).await {
            Err(fault) => not_looked_up(BACK, sender, &fault),
            Ok(found) if found.is_empty() => {
                let sentence = format!(
                    "{sender} has neither an MX record nor an address, so receivers refuse mail from it; name the \
                     server of its mailboxes, such as"
                );
                Finding::wrong(BACK.to_owned(), sentence).with(first())
            }
            Ok(_) => {
                let sentence = format!(
                    "{sender} has no MX record, so what comes back goes to its address; better name its mail server"
                );
                Finding::note(BACK.to_owned(), sentence)
            }
        };
    }
    let mut gone = Vec::new();
    for host in &hosts {
        match resolver.addresses(host).await {
            Err(fault) => return not_looked_up(BACK, host, &fault),
            Ok(found) if found.is_empty() => gone.push(host.as_str()),
            Ok(_) => {}
        }
    }
    let named = gone.join(", ");
    match gone.len() {
        0 => {
            let host = hosts.first().map_or("", String::as_str);
            let sentence =
                format!("{host} takes what comes back, which it must also from the empty sender <>");
            Finding::well(BACK.to_owned(), sentence)
        }
        all if all == hosts.len() => {
            let sentence = format!(
                "no mail server of {sender} has an address ({named}): mend the MX record or the host"
            );
            Finding::wrong(BACK.to_owned(), sentence)
        }
        _some => {
            let sentence =
                format!("the MX records of {sender} name {named}, which has no address: take it away");
            Finding::note(BACK.to_owned(), sentence)
        }
    }
}

/// The names of the sending addresses, each looked up there and back (RFC 8601 §3: `iprev`).
pub(super) async fn names(
    resolver: &Resolver,
    options: &StandingOptions,
    leaves: &Leaves,
) -> Vec<Finding> {
    if let Leaves::Unknown(why) = leaves {
        return vec![Finding::note(NAME.to_owned(), why.clone())];
    }
    let mut findings = Vec::new();
    for ip in leaves.addresses() {
        findings.push(name(resolver, *ip, (options, leaves.blame())).await);
    }
    findings
}

async fn name(
    resolver: &Resolver,
    ip: IpAddr,
    (options, blame): (&StandingOptions, Standing),
) -> Finding {
    let part = format!("{NAME} {ip}");
    let found = match resolver.names(ip).await {
        Ok(found) => found,
        Err(fault) => return not_looked_up(&part, &reverse_name(ip), &fault),
    };
    let mut elsewhere = Vec::new();
    // Some addresses have hundreds of names; receivers look at a few as well (RFC 7208 §5.5).
    for name in found.iter().take(10) {
        match resolver.addresses(name).await {
            Err(fault) => return not_looked_up(&part, name, &fault),
            Ok(back) if back.contains(&ip) => {
                return Finding::well(part, format!("is called {name}, and back"));
            }
            Ok(_) => elsewhere.push(name.as_str()),
        }
    }
    let named = options.relay.parse::<IpAddr>().is_err() && blame == Standing::Note;
    let host = if named { options.relay.clone() } else { format!("mail.{}", options.sender) };
    let what = if elsewhere.is_empty() {
        "has no name".to_owned()
    } else {
        format!("is called {}, which does not lead back to it", elsewhere.join(", "))
    };
    let perhaps = match blame {
        Standing::Wrong | Standing::Well => ", so many receivers refuse what it sends",
        Standing::Note => "; that matters only if the mail server sends from it",
    };
    let sentence = format!("{what}{perhaps}; whoever gave out the address can set its name, such as");
    let record = Record { name: reverse_name(ip), kind: RecordKind::Ptr, value: format!("{host}.") };
    Finding { part, standing: blame, sentence, record: Some(record) }
}
