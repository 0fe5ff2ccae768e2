//! An outbox row into a finished letter: words from `pages`, the code derived at the last moment.
//!
//! The code exists only here and in the mailbox (R-RESET-9): neither a table nor a backup holds it. A row
//! whose code cannot be derived any more (its key was taken away) is no letter.

use accounts::{Email, Locale, Mail, MailKind, Methods};
use delivery::Letter;
use pages::{MailMethod, MailView, Pages};
use store::OutgoingMail;
use verifiers::CodeKeys;

use crate::codes::{derive, derive_number};

/// Why no letter came of a row.
#[derive(Debug)]
pub(crate) enum NoLetter {
    /// The key of its code is not in the ring any more.
    KeyGone,
    /// A template or text failed.
    Pages(pages::PagesFault),
}

impl std::fmt::Display for NoLetter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::KeyGone => f.write_str("the key of its code is not in the key file any more"),
            Self::Pages(fault) => write!(f, "its text could not be written: {fault}"),
        }
    }
}

/// Writes the letter of an outbox row.
pub(crate) fn write(
    row: &OutgoingMail,
    codes: &CodeKeys,
    (pages, wait_hours): (&Pages, u32),
    return_path: Option<String>,
) -> Result<Letter, NoLetter> {
    let mail = &row.mail;
    let view = MailView { wait_hours, ..view_of(row, codes)? };
    let locale = match mail.locale {
        Locale::Ja => pages::Locale::Ja,
        Locale::En => pages::Locale::En,
    };
    let text = pages.mail(&view, locale).map_err(NoLetter::Pages)?;
    Ok(Letter {
        id: message_id(row),
        date_ms: mail.at.0,
        to: mail.to.as_stored().to_owned(),
        return_path,
        subject: text.subject,
        text: text.text,
        html: text.html,
        language: mail.locale.tag().to_owned(),
    })
}

fn view_of(row: &OutgoingMail, codes: &CodeKeys) -> Result<MailView, NoLetter> {
    let mail = &row.mail;
    let code = match mail.challenge {
        Some(_) => {
            let code = row.challenge.as_ref().and_then(|challenge| derive(codes, challenge));
            Some(code.ok_or(NoLetter::KeyGone)?.plain().to_owned())
        }
        None => None,
    };
    // A notice whose number cannot be told any more is still a notice.
    let number = row.number.as_ref().and_then(|number| {
        let printed = derive_number(codes, number)?.plain().to_owned();
        Some((printed, number.expires_at.0))
    });
    let shown = |line: &accounts::Line| Some(line.as_str().to_owned()).filter(|text| !text.is_empty());
    Ok(MailView {
        kind: kind_of(mail),
        at_ms: mail.at.0,
        device: shown(&mail.origin.label),
        method: mail.method.as_ref().map(|method| method.name().to_owned()),
        network: shown(&mail.origin.address),
        code,
        valid_until_ms: mail.useless_at.map(|at| at.0),
        number: number.as_ref().map(|(printed, _)| printed.clone()),
        number_until_ms: number.map(|(_, until)| until),
        to: mail.to.as_stored().to_owned(),
        until_ms: mail.until.map(|at| at.0),
        address: mail.after.as_ref().or(mail.before.as_ref()).map(Email::masked),
        name: mail.passkey.as_ref().and_then(shown),
        before: mail.before.as_ref().map(Email::masked),
        after: mail.after.as_ref().map(Email::masked),
        methods: row.methods.as_ref().map(ways_in).unwrap_or_default(),
        wait_hours: 0,
    })
}

/// How an account signs in; of the addresses only that of its `email` method is told, masked (R-RESET-8).
fn ways_in(methods: &Methods) -> Vec<MailMethod> {
    let email = methods
        .email
        .as_ref()
        .map(|method| MailMethod { method: "email".to_owned(), address: Some(method.email.masked()) });
    let linked = methods.links.iter();
    let linked =
        linked.map(|link| MailMethod { method: link.provider.as_str().to_owned(), address: None });
    email.into_iter().chain(linked).collect()
}

fn kind_of(mail: &Mail) -> pages::MailKind {
    match mail.kind {
        MailKind::RegisterCode => pages::MailKind::RegisterCode,
        MailKind::RegisterTaken => pages::MailKind::RegisterTaken,
        MailKind::Welcome => pages::MailKind::Welcome,
        MailKind::SignIn => pages::MailKind::SignIn,
        MailKind::Locked => pages::MailKind::Locked,
        MailKind::PasswordChanged => pages::MailKind::PasswordChanged,
        MailKind::ResetCode => pages::MailKind::ResetCode,
        MailKind::ResetVerified => pages::MailKind::ResetVerified,
        MailKind::SignInReset => pages::MailKind::SignInReset,
        MailKind::NotMe => pages::MailKind::NotMe,
        MailKind::Undone => pages::MailKind::Undone,
        MailKind::UndoAgain => pages::MailKind::UndoAgain,
        MailKind::EmailChangeCode => pages::MailKind::EmailChangeCode,
        MailKind::EmailChangeTaken => pages::MailKind::EmailChangeTaken,
        MailKind::EmailChanged => pages::MailKind::EmailChanged,
        MailKind::MethodAdded => pages::MailKind::MethodAdded,
        MailKind::MethodRemoved => pages::MailKind::MethodRemoved,
        MailKind::ContactChanged => pages::MailKind::ContactChanged,
        MailKind::ProviderAddressChanged => pages::MailKind::ProviderAddressChanged,
        MailKind::ResetProvider => pages::MailKind::ResetProvider,
        MailKind::ProviderLost => pages::MailKind::ProviderLost,
        MailKind::Withdrawn => pages::MailKind::Withdrawn,
        MailKind::Restored => pages::MailKind::Restored,
        MailKind::TestMail => pages::MailKind::TestMail,
    }
}

/// The same at every try, so that a mail delivered twice is known as one.
fn message_id(row: &OutgoingMail) -> String {
    format!("{}.{}", uuid::Uuid::from_bytes(row.id.decision.0).simple(), row.id.n)
}
