//! Settings into mail: the relay, who writes, and the keys that sign.
//!
//! A mail is signed with every key that is set or it does not leave: a key that cannot be used stops the start and
//! is never passed over.

use std::sync::Arc;

use accounts::rules::pace::Paces;
use delivery::{PlainRule, Sender, Signer, Smtp, SmtpOptions, Style, Taker};
use engine::{HookKeys, ReturnOptions};
use secrecy::{ExposeSecret, SecretString};
use verifiers::hook::{MailgunKey, PostmarkSecret, SendGridKey, SnsTopic, StandardSecret};

use super::Trouble;
use crate::settings::{Settings, SmtpSecurity, domain_pace, signing_key};

/// The relay of the settings.
///
/// # Errors
/// A setting of `mail.smtp` that cannot work.
pub(crate) fn relay(settings: &Settings) -> Result<Smtp, Trouble> {
    let smtp = &settings.mail.smtp;
    let url = smtp.url.as_ref().ok_or("mail.smtp.url is missing")?;
    let mut options = SmtpOptions::new(&url.transport_url(), &message_id_domain(settings));
    options.plain = match url.security {
        SmtpSecurity::Plain | SmtpSecurity::Tls | SmtpSecurity::StartTls => PlainRule::LoopbackOnly,
    };
    options.user.clone_from(&smtp.user);
    options.password.clone_from(&smtp.password);
    options.ca_file.clone_from(&smtp.ca_file);
    options.pool_size = usize::try_from(smtp.connections).unwrap_or(usize::MAX);
    Smtp::new(&options).map_err(|fault| format!("mail.smtp: {fault}"))
}

/// Who writes the mail, with what signs it.
///
/// # Errors
/// Keys of `mail.dkim` that cannot sign.
pub(super) fn sender(settings: &Settings) -> Result<Sender, Trouble> {
    let mail = &settings.mail;
    Ok(Sender {
        name: settings.sender_name().to_owned(),
        address: mail.sender_address.clone().unwrap_or_default(),
        message_id_domain: message_id_domain(settings),
        reply_to: mail.reply_to.clone(),
        time_zone: settings.service.time_zone.clone(),
        signer: signer(settings)?.map(Arc::new),
        style: Style {
            taker: if mail.reports.postmark_secret.is_some() { Taker::Postmark } else { Taker::Any },
            carrier_addresses: mail.carrier_addresses,
            japanese: mail.japanese,
        },
    })
}

/// How fast mails go to receivers.
pub(super) fn paces(settings: &Settings) -> Paces {
    let pace = &settings.mail.pace;
    let named = pace.domains.iter().filter_map(|text| domain_pace(text));
    Paces {
        others: pace.others,
        named: named.map(|(domain, mails)| (domain.to_owned(), mails)).collect(),
    }
}

/// How what comes back is heard. What cannot be read was refused with the settings.
pub(crate) fn returns(settings: &Settings) -> ReturnOptions {
    let reports = &settings.mail.reports;
    let opened = |secret: &'_ Option<SecretString>| {
        secret.as_ref().map(|secret| secret.expose_secret().to_owned()).unwrap_or_default()
    };
    ReturnOptions {
        address: reports.address.clone(),
        signed: reports.signed,
        maildir: reports.maildir.clone(),
        hooks: HookKeys {
            own: StandardSecret::parse(&opened(&reports.hook_secret)),
            sendgrid: SendGridKey::parse(&opened(&reports.sendgrid_key)),
            mailgun: MailgunKey::parse(&opened(&reports.mailgun_key)),
            postmark: PostmarkSecret::parse(&opened(&reports.postmark_secret)),
            ses: reports.ses_topic.as_deref().and_then(SnsTopic::new).map(Arc::new),
        },
    }
}

/// What signs the mail; `None` where no key is set.
///
/// # Errors
/// Keys of `mail.dkim` that cannot sign.
pub(crate) fn signer(settings: &Settings) -> Result<Option<Signer>, Trouble> {
    let mut keys = Vec::new();
    for key in settings.mail.dkim.keys() {
        let read = signing_key(&key).map_err(|what| format!("mail.dkim: {what}"))?;
        keys.push((key.selector.to_owned(), read));
    }
    if keys.is_empty() {
        return Ok(None);
    }
    let domain = settings.dkim_domain().ok_or("mail.sender_address is missing")?;
    Signer::new(domain, keys).map(Some).map_err(|fault| format!("mail.dkim: {fault}"))
}

fn message_id_domain(settings: &Settings) -> String {
    let named = settings.mail.message_id_domain.as_deref();
    named.or(settings.sender_domain()).unwrap_or("localhost").to_owned()
}
