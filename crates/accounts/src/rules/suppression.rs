//! What goes to an address that has refused our mail, or whose reader complained (R-CONTACT-4).
//!
//! Nobody is shut out by one wrong report: what a person asks for is tried again after ten minutes at the latest, and a code that
//! is read lifts a refusal. Mails that anybody can cause look at nothing but such mails themselves, so that what a page says
//! of an address never hangs on whether an account has it. What must never happen here: a code that a complaint keeps back.

use crate::notices::MailKind;
use crate::values::{Instant, Millis};

/// What is known of an address that is written to with care.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Suppressed {
    /// When it last refused a mail for good.
    pub refused_at: Option<Instant>,
    /// When it last refused one that every address gets, whether or not an account has it.
    pub open_refused_at: Option<Instant>,
    /// When its reader last complained.
    pub complained_at: Option<Instant>,
}

/// Why a mail is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    /// Somebody typed the address and waits; the mail goes out whether or not an account has it.
    Open,
    /// Somebody waits, and there is a mail only because there is an account.
    Asked,
    /// The member must learn of it.
    Security,
    /// The member may learn of it.
    Routine,
}

/// What becomes of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// It goes out.
    Now,
    /// It waits until then.
    At(Instant),
    /// It goes to another proven address of the account; without one as said.
    Elsewhere(Alone),
    /// It does not go out.
    Never,
}

/// What becomes of a mail whose account has no other address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alone {
    /// It goes to the address itself, from then on.
    At(Instant),
    /// It does not go out.
    Never,
}

/// After a refusal nothing more goes to the address for this long. R-RESET-6a bounds it: whoever reads the mailbox again is
/// back in within 30 minutes.
pub const REST: Millis = Millis::minutes(10);

/// Says what becomes of a mail to an address.
#[must_use]
pub fn sending(kind: MailKind, known: &Suppressed, now: Instant) -> Sending {
    let rest = |at: Option<Instant>| at.map(|at| at.plus(REST));
    match errand(kind) {
        Errand::Open => wait(rest(known.open_refused_at), now),
        Errand::Asked => wait(rest(known.refused_at), now),
        Errand::Security => {
            rest(known.refused_at).map_or(Sending::Now, |at| Sending::Elsewhere(Alone::At(at)))
        }
        Errand::Routine if known.complained_at.is_some() => Sending::Never,
        Errand::Routine if known.refused_at.is_some() => Sending::Elsewhere(Alone::Never),
        Errand::Routine => Sending::Now,
    }
}

/// Why a mail of a kind is written.
#[must_use]
pub const fn errand(kind: MailKind) -> Errand {
    match kind {
        MailKind::RegisterCode
        | MailKind::RegisterTaken
        | MailKind::EmailChangeCode
        | MailKind::EmailChangeTaken => Errand::Open,
        MailKind::ResetCode | MailKind::ResetProvider | MailKind::UndoAgain | MailKind::TestMail => {
            Errand::Asked
        }
        MailKind::Locked
        | MailKind::PasswordChanged
        | MailKind::ResetVerified
        | MailKind::SignInReset
        | MailKind::NotMe
        | MailKind::Undone
        | MailKind::EmailChanged
        | MailKind::MethodAdded
        | MailKind::MethodRemoved
        | MailKind::ContactChanged
        | MailKind::ProviderAddressChanged
        | MailKind::ProviderLost
        | MailKind::Withdrawn
        | MailKind::Restored => Errand::Security,
        MailKind::Welcome | MailKind::SignIn => Errand::Routine,
    }
}

fn wait(until: Option<Instant>, now: Instant) -> Sending {
    until.filter(|until| now < *until).map_or(Sending::Now, Sending::At)
}
