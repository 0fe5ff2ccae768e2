//! `genkan doctor` on mail: whether the relay takes us, and whether receivers will believe what it sends for us.
//!
//! DNS is asked only for a domain that the public can know, or of a server that the operator names. No mail is sent.

use delivery::{Finding as Found, Resolver, Standing, StandingOptions};

use super::providers::is_public_name;
use super::{Finding, Remark};
use crate::command::DoctorArguments;
use crate::house;
use crate::settings::Settings;

/// The finding about the relay, then those about the domain.
pub(super) async fn examine(settings: &Settings, arguments: &DoctorArguments) -> Vec<Finding> {
    let mut findings = vec![relay(settings).await];
    match domain(settings, arguments).await {
        Ok(found) => findings.extend(found.into_iter().map(finding)),
        Err(finding) => findings.push(*finding),
    }
    findings
}

async fn relay(settings: &Settings) -> Finding {
    const ADVICE: &str = "Look at mail.smtp; nobody can register while mail does not leave.";
    let asked = async {
        let relay = house::relay(settings)?;
        let answer = relay.probe().await.map_err(|fault| fault.to_string());
        relay.close().await;
        answer
    };
    Finding::of("mail", asked.await, ADVICE)
}

/// What DNS says of the sender's domain.
///
/// # Errors
/// Why it is not asked.
async fn domain(settings: &Settings, arguments: &DoctorArguments) -> Result<Vec<Found>, Box<Finding>> {
    let wrong = |trouble: String, advice| Box::new(Finding::of(PART, Err(trouble), advice));
    let missing = || wrong("mail.sender_address is missing".to_owned(), "Set it.");
    let sender = settings.sender_domain().ok_or_else(missing)?.to_ascii_lowercase();
    let signer = house::signer(settings).map_err(|what| wrong(what, ADVICE))?;
    if arguments.resolver.is_none() && !is_public_name(&sender) {
        let why = format!("{sender} is not a domain of the public DNS, which is not asked");
        let remark = Some(Remark::Note(why));
        return Err(Box::new(Finding { remark, ..Finding::of(PART, Ok(()), ADVICE) }));
    }
    let resolver = match arguments.resolver {
        Some(server) => Resolver::at(server),
        None => Resolver::system()
            .map_err(|fault| wrong(fault.to_string(), "Name a DNS server with --resolver."))?,
    };
    let unread = |_| wrong("the public keys cannot be written down".to_owned(), ADVICE);
    let keys = signer.as_ref().map(delivery::Signer::records).transpose().map_err(unread)?;
    let options = StandingOptions {
        sender,
        relay: settings
            .mail
            .smtp
            .url
            .as_ref()
            .map_or_else(|| "localhost".to_owned(), |url| url.host.clone()),
        sends_from: arguments.sends_from.clone(),
        signed_for: signer.map(|signer| signer.domain().to_ascii_lowercase()),
        keys: keys.unwrap_or_default(),
    };
    Ok(delivery::examine(&resolver, &options).await)
}

fn finding(found: Found) -> Finding {
    let Found { part, standing, sentence, record } = found;
    let (trouble, remark) = match standing {
        Standing::Well => (None, Some(Remark::Well(sentence))),
        Standing::Note => (None, Some(Remark::Note(sentence))),
        Standing::Wrong => (Some(sentence), None),
    };
    Finding { part, trouble, advice: ADVICE, remark, record }
}

const PART: &str = "mail DNS";
const ADVICE: &str = "docs/mail.md explains it.";
