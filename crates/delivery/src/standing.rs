//! How receivers judge mail of the sender's domain, as far as DNS tells: SPF, DKIM, DMARC, the way back for what cannot
//! be delivered, and the names of the addresses that mail leaves from.
//!
//! It is here so that an operator learns before the members do why mail is refused, with the record that mends it.
//! What nobody can see from here is said to be so: which address a relay really sends from is known to its people.
//! What must never happen: "all is well" where a look-up failed.

mod dkim;
mod dmarc;
mod hosts;
mod spf;
mod tags;

use std::net::IpAddr;

use crate::{
    Record,
    dns::{DnsFault, Resolver},
};

/// What is asked.
#[derive(Clone, Debug)]
pub struct StandingOptions {
    /// The domain of the sender address.
    pub sender: String,
    /// The host of the relay: a name or an address.
    pub relay: String,
    /// Where mail leaves from, where the operator knows it better than DNS does.
    pub sends_from: Vec<IpAddr>,
    /// The domain that mail is signed for, where it is.
    pub signed_for: Option<String>,
    /// The records that the keys need.
    pub keys: Vec<Record>,
}

/// How one thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing to do.
    Well,
    /// Mail arrives; somebody should know this.
    Note,
    /// Mail is refused for it, or may be.
    Wrong,
}

/// What was found about one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about: `mail SPF`.
    pub part: String,
    /// How it stands.
    pub standing: Standing,
    /// What was found, and what to do, without a full stop.
    pub sentence: String,
    /// The record to set, where it is known.
    pub record: Option<Record>,
}

impl Finding {
    fn well(part: String, sentence: String) -> Self {
        Self { part, standing: Standing::Well, sentence, record: None }
    }

    fn note(part: String, sentence: String) -> Self {
        Self { part, standing: Standing::Note, sentence, record: None }
    }

    fn wrong(part: String, sentence: String) -> Self {
        Self { part, standing: Standing::Wrong, sentence, record: None }
    }

    fn with(mut self, record: Record) -> Self {
        self.record = Some(record);
        self
    }
}

/// Asks DNS for everything, one thing after the other.
pub async fn examine(resolver: &Resolver, options: &StandingOptions) -> Vec<Finding> {
    // Where nobody answers, a dozen questions more would be a minute of waiting for the same sentence.
    if let Err(fault @ DnsFault::Silent) = resolver.exchanges(&options.sender).await {
        return vec![not_looked_up("mail DNS", &options.sender, &fault)];
    }
    let leaves = leaves_from(resolver, options).await;
    let mut findings = vec![hosts::way_back(resolver, &options.sender).await];
    findings.extend(spf::examine(resolver, options, &leaves).await);
    for key in &options.keys {
        findings.push(dkim::examine(resolver, key).await);
    }
    if options.keys.is_empty() {
        findings.push(dkim::unsigned());
    }
    findings.extend(dmarc::examine(resolver, &options.sender, options.signed_for.as_deref()).await);
    findings.extend(hosts::names(resolver, options, &leaves).await);
    findings
}

/// Where mail leaves from, and how sure that is.
enum Leaves {
    /// The operator says so.
    Surely(Vec<IpAddr>),
    /// The addresses of the relay: it may send from others.
    Perhaps(Vec<IpAddr>),
    /// Why it cannot be told, and what to do.
    Unknown(String),
}

impl Leaves {
    fn addresses(&self) -> &[IpAddr] {
        match self {
            Self::Surely(addresses) | Self::Perhaps(addresses) => addresses,
            Self::Unknown(_) => &[],
        }
    }

    /// How bad it is when an address is not as it should be.
    fn blame(&self) -> Standing {
        if matches!(self, Self::Surely(_)) { Standing::Wrong } else { Standing::Note }
    }
}

async fn leaves_from(resolver: &Resolver, options: &StandingOptions) -> Leaves {
    if !options.sends_from.is_empty() {
        return Leaves::Surely(options.sends_from.clone());
    }
    let relay = &options.relay;
    let told = |why: &str| {
        Leaves::Unknown(format!(
            "{why}, so which address mail leaves from cannot be told; say it with --sends-from"
        ))
    };
    let found = match relay.parse::<IpAddr>() {
        Ok(ip) => Ok(vec![ip]),
        Err(_) if relay.eq_ignore_ascii_case("localhost") => Ok(vec![]),
        Err(_) => resolver.addresses(relay).await,
    };
    match found {
        Err(fault) => told(&format!("the mail server {relay} cannot be looked up ({fault})")),
        Ok(all) => {
            let public: Vec<IpAddr> = all.iter().copied().filter(is_public).collect();
            match (all.is_empty(), public.is_empty()) {
                (_, false) => Leaves::Perhaps(public),
                (true, true) if !relay.eq_ignore_ascii_case("localhost") => {
                    told(&format!("DNS knows no address of the mail server {relay}"))
                }
                (_, true) => told("the mail server is on this machine or in its network"),
            }
        }
    }
}

/// Whether mail can come from there over the Internet.
fn is_public(ip: &IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            // RFC 6598: shared by the customers of a provider.
            let shared = matches!(ip.octets(), [100, 64..=127, ..]);
            !(ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_unspecified()
                || shared)
        }
        IpAddr::V6(ip) => {
            !(ip.is_loopback()
                || ip.is_unspecified()
                || ip.is_unique_local()
                || ip.is_unicast_link_local())
        }
    }
}

fn not_looked_up(part: &str, name: &str, fault: &DnsFault) -> Finding {
    Finding::wrong(part.to_owned(), format!("{name} cannot be looked up: {fault}"))
}
