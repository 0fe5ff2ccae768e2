//! What comes back of the mail: settings that are wrong together, and keys that are none.
//!
//! A key that cannot be used stops the start: a hook that believes nobody would lose reports in silence. What must never
//! happen here: a secret in a message.

use secrecy::{ExposeSecret, SecretString};
use verifiers::hook::{MailgunKey, PostmarkSecret, SendGridKey, StandardSecret};
use verifiers::return_address::MAILBOX_MAX;

use super::typed::MailReports;

/// The setting that is wrong, what is wrong with it, and what to do.
pub(super) fn wrong(reports: &MailReports) -> Option<(&'static str, String, &'static str)> {
    if let Some(address) = reports.address.as_deref().filter(|_| reports.signed) {
        let mailbox = address.rsplit_once('@').map_or("", |(mailbox, _)| mailbox);
        let plain = mailbox.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if mailbox.len() > MAILBOX_MAX || !plain {
            let what = format!("must have at most {MAILBOX_MAX} letters, digits, - or _ before the @");
            let advice =
                "a signed return address puts 50 more behind them; \"bounces\" is a good choice";
            return Some(("mail.reports.address", what, advice));
        }
    }
    let is_set = |secret: &Option<SecretString>, good: fn(&str) -> bool| {
        secret.as_ref().is_some_and(|secret| !good(secret.expose_secret()))
    };
    if is_set(&reports.hook_secret, |text| StandardSecret::parse(text).is_some()) {
        let what = "is no secret of Standard Webhooks".to_owned();
        return Some((
            "mail.reports.hook_secret",
            what,
            "whsec_ and what `openssl rand -base64 32` prints",
        ));
    }
    if is_set(&reports.sendgrid_key, |text| SendGridKey::parse(text).is_some()) {
        let what = "is no verification key of SendGrid".to_owned();
        return Some((
            "mail.reports.sendgrid_key",
            what,
            "copy it from Mail Settings, Event Webhooks, Signature",
        ));
    }
    if is_set(&reports.mailgun_key, |text| MailgunKey::parse(text).is_some()) {
        let what = "is too short to be a signing key of Mailgun".to_owned();
        return Some((
            "mail.reports.mailgun_key",
            what,
            "copy it from API Security, HTTP webhook signing key",
        ));
    }
    if is_set(&reports.postmark_secret, |text| PostmarkSecret::parse(text).is_some()) {
        let what = "must have 24 to 128 letters, digits, -, ., _ or ~".to_owned();
        return Some((
            "mail.reports.postmark_secret",
            what,
            "take what `openssl rand -hex 24` prints, for the secret stands in an address",
        ));
    }
    None
}
