//! What follows from an event: a line in the member's activity list, and mails.
//!
//! Asked while the event is recorded, on the snapshot as the event left it, so the activity line and the
//! mail are written in the same transaction as the change (Always-1 and 4, I30, I31). A mail carries ids and
//! circumstances, never a code: the code is derived when the mail is written.

use crate::context::{Actor, Context};
use crate::email::Email;
use crate::event::{Event, LockNotice, PasswordChange, SessionCause, SessionEnd};
use crate::snapshot::{Account, Challenge, ChallengeKind, Method, Origin, Snapshot};
use crate::values::{AccountId, ChallengeId, Instant, Locale, SessionId};

/// A line of an account's activity list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Activity {
    /// Whose list.
    pub account: AccountId,
    /// What happened.
    pub kind: ActivityKind,
    /// When.
    pub at: Instant,
    /// Who did it.
    pub actor: Actor,
    /// The session it concerns.
    pub session: Option<SessionId>,
    /// The login method it concerns.
    pub method: Option<Method>,
    /// Where from.
    pub origin: Origin,
}

/// What an activity line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ActivityKind {
    /// The account was made.
    Registered,
    /// Somebody tried to register its address again.
    RegistrationAttempted,
    /// A sign-in.
    SignedIn,
    /// A sign-out.
    SignedOut,
    /// A session was ended from elsewhere.
    SessionEnded,
    /// A wrong password.
    GuessFailed,
    /// A right password or other method, refused because of a suspension.
    SignInRefused,
    /// Strangers were locked out.
    Locked,
    /// The lock was lifted.
    Unlocked,
    /// A login method was shown again.
    Proved,
    /// A device is not known any more.
    DeviceForgotten,
    /// The password was changed.
    PasswordChanged,
    /// Name or language was changed.
    ProfileChanged,
    /// The terms were accepted.
    TermsAccepted,
    /// An operator suspended the account.
    Suspended,
    /// An operator lifted the suspension.
    Resumed,
}

impl ActivityKind {
    /// Every kind, for tables and tests.
    pub const ALL: [Self; 16] = [
        Self::Registered,
        Self::RegistrationAttempted,
        Self::SignedIn,
        Self::SignedOut,
        Self::SessionEnded,
        Self::GuessFailed,
        Self::SignInRefused,
        Self::Locked,
        Self::Unlocked,
        Self::Proved,
        Self::DeviceForgotten,
        Self::PasswordChanged,
        Self::ProfileChanged,
        Self::TermsAccepted,
        Self::Suspended,
        Self::Resumed,
    ];

    /// The stable name, in rows, in the API and as a text id.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::RegistrationAttempted => "registration-attempted",
            Self::SignedIn => "signed-in",
            Self::SignedOut => "signed-out",
            Self::SessionEnded => "session-ended",
            Self::GuessFailed => "sign-in-failed",
            Self::SignInRefused => "sign-in-refused",
            Self::Locked => "locked",
            Self::Unlocked => "unlocked",
            Self::Proved => "proved",
            Self::DeviceForgotten => "device-forgotten",
            Self::PasswordChanged => "password-changed",
            Self::ProfileChanged => "profile-changed",
            Self::TermsAccepted => "terms-accepted",
            Self::Suspended => "suspended",
            Self::Resumed => "resumed",
        }
    }
}

/// A mail to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mail {
    /// Which letter.
    pub kind: MailKind,
    /// To which address, as stored.
    pub to: Email,
    /// In which language.
    pub locale: Locale,
    /// About which account; `None` before there is one.
    pub account: Option<AccountId>,
    /// The code it carries, by id.
    pub challenge: Option<ChallengeId>,
    /// When it happened.
    pub at: Instant,
    /// From when on the mail would be useless and is dropped.
    pub useless_at: Option<Instant>,
    /// By which method.
    pub method: Option<Method>,
    /// Where from.
    pub origin: Origin,
}

/// Which letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MailKind {
    /// The code that proves an address.
    RegisterCode,
    /// "You have an account already."
    RegisterTaken,
    /// Welcome (R-REG-6).
    Welcome,
    /// A new sign-in (R-SIGNIN-5).
    SignIn,
    /// The account was locked (R-LOCK-3).
    Locked,
    /// The password was changed (R-METHOD-3).
    PasswordChanged,
}

impl MailKind {
    /// Every kind, for tables and tests.
    pub const ALL: [Self; 6] = [
        Self::RegisterCode,
        Self::RegisterTaken,
        Self::Welcome,
        Self::SignIn,
        Self::Locked,
        Self::PasswordChanged,
    ];

    /// The stable name, in rows and as a text id.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RegisterCode => "register-code",
            Self::RegisterTaken => "register-taken",
            Self::Welcome => "welcome",
            Self::SignIn => "sign-in",
            Self::Locked => "locked",
            Self::PasswordChanged => "password-changed",
        }
    }
}

/// The activity line and the mail that follow from `event`, on the snapshot that it left.
pub(crate) fn notices(
    after: &Snapshot,
    event: &Event,
    context: &Context<'_>,
) -> (Option<Activity>, Option<Mail>) {
    let writer = Writer { account: after.account.as_ref(), context };
    (writer.activity(event), writer.mail(event))
}

struct Writer<'a> {
    account: Option<&'a Account>,
    context: &'a Context<'a>,
}

impl Writer<'_> {
    fn activity(&self, event: &Event) -> Option<Activity> {
        use ActivityKind as Kind;
        match event {
            Event::AccountCreated { account } => Some(self.line(account.id, Kind::Registered)),
            Event::ChallengeIssued { owner, challenge, .. } => match challenge.kind {
                ChallengeKind::Code => None,
                ChallengeKind::AccountExists => {
                    owner.map(|owner| self.line(owner, Kind::RegistrationAttempted))
                }
            },
            Event::SessionStarted { session, cause } => match cause {
                SessionCause::Registered => None,
                SessionCause::SignedIn => {
                    let line = self.line(session.account, Kind::SignedIn);
                    Some(Activity { session: Some(session.id), method: Some(session.method), ..line })
                }
            },
            Event::SessionEnded { account, session, reason } => {
                let kind = match reason {
                    SessionEnd::SignedOut | SessionEnd::Replaced => Kind::SignedOut,
                    SessionEnd::Ended | SessionEnd::PasswordChanged | SessionEnd::Operator => {
                        Kind::SessionEnded
                    }
                    SessionEnd::Lapsed | SessionEnd::Crowded => return None,
                };
                Some(Activity { session: Some(*session), ..self.line(*account, kind) })
            }
            Event::SessionProved { account, session, method, .. } => {
                let line = self.line(*account, Kind::Proved);
                Some(Activity { session: Some(*session), method: Some(*method), ..line })
            }
            Event::SignInRefused { account, method } => {
                let line = self.line(*account, Kind::SignInRefused);
                Some(Activity { method: Some(*method), ..line })
            }
            Event::PasswordSet { account, change, .. } => match change {
                PasswordChange::Chosen => Some(self.line(*account, Kind::PasswordChanged)),
                PasswordChange::Rehashed => None,
            },
            Event::GuessFailed { account } => Some(self.line(*account, Kind::GuessFailed)),
            Event::Locked { account, .. } => account.map(|id| self.line(id, Kind::Locked)),
            Event::Unlocked { account, .. } => account.map(|id| self.line(id, Kind::Unlocked)),
            Event::DeviceForgotten { account, .. } => Some(self.line(*account, Kind::DeviceForgotten)),
            Event::ProfileChanged { account, .. } => Some(self.line(*account, Kind::ProfileChanged)),
            Event::TermsAccepted { account, .. } => Some(self.line(*account, Kind::TermsAccepted)),
            Event::Suspended { account, .. } => Some(self.line(*account, Kind::Suspended)),
            Event::Resumed { account } => Some(self.line(*account, Kind::Resumed)),
            Event::GuessesCounted { .. }
            | Event::CodeTriesCounted { .. }
            | Event::NetworkTriesCounted { .. }
            | Event::ChallengeSpent { .. }
            | Event::FlowStarted { .. }
            | Event::FlowTried { .. }
            | Event::FlowProven { .. }
            | Event::FlowEnded { .. }
            | Event::SessionSeen { .. }
            | Event::DeviceKnown { .. } => None,
        }
    }

    fn mail(&self, event: &Event) -> Option<Mail> {
        match event {
            Event::ChallengeIssued { email, challenge, .. } => Some(self.code_mail(email, challenge)),
            Event::SessionStarted { session, cause } => {
                let kind = match cause {
                    SessionCause::Registered => MailKind::Welcome,
                    SessionCause::SignedIn => MailKind::SignIn,
                };
                Some(Mail { method: Some(session.method), ..self.to_contact(kind)? })
            }
            Event::Locked { notice: LockNotice::Tell, .. } => self.to_contact(MailKind::Locked),
            Event::PasswordSet { change: PasswordChange::Chosen, .. } => {
                self.to_contact(MailKind::PasswordChanged)
            }
            Event::Locked { notice: LockNotice::Quiet, .. }
            | Event::PasswordSet { change: PasswordChange::Rehashed, .. }
            | Event::GuessesCounted { .. }
            | Event::GuessFailed { .. }
            | Event::Unlocked { .. }
            | Event::CodeTriesCounted { .. }
            | Event::NetworkTriesCounted { .. }
            | Event::ChallengeSpent { .. }
            | Event::FlowStarted { .. }
            | Event::FlowTried { .. }
            | Event::FlowProven { .. }
            | Event::FlowEnded { .. }
            | Event::AccountCreated { .. }
            | Event::SessionEnded { .. }
            | Event::SessionSeen { .. }
            | Event::SessionProved { .. }
            | Event::DeviceKnown { .. }
            | Event::DeviceForgotten { .. }
            | Event::SignInRefused { .. }
            | Event::ProfileChanged { .. }
            | Event::TermsAccepted { .. }
            | Event::Suspended { .. }
            | Event::Resumed { .. } => None,
        }
    }

    fn line(&self, account: AccountId, kind: ActivityKind) -> Activity {
        Activity {
            account,
            kind,
            at: self.context.now,
            actor: self.context.asker.actor,
            session: None,
            method: None,
            origin: self.context.asker.origin.clone(),
        }
    }

    fn code_mail(&self, email: &Email, challenge: &Challenge) -> Mail {
        let (kind, carries, owner) = match challenge.kind {
            ChallengeKind::Code => (MailKind::RegisterCode, Some(challenge.id), None),
            ChallengeKind::AccountExists => (MailKind::RegisterTaken, None, self.account),
        };
        // Mail goes to the stored address, never to what was typed (Always-5, B10).
        let stored = owner.and_then(|a| a.email.as_ref()).map(|method| method.email.clone());
        Mail {
            kind,
            to: stored.unwrap_or_else(|| email.clone()),
            locale: owner.map_or(self.context.asker.locale, |a| a.locale),
            account: owner.map(|a| a.id),
            challenge: carries,
            at: challenge.issued_at,
            useless_at: Some(challenge.expires_at),
            method: None,
            origin: self.context.asker.origin.clone(),
        }
    }

    fn to_contact(&self, kind: MailKind) -> Option<Mail> {
        let account = self.account?;
        Some(Mail {
            kind,
            to: account.contact_address()?.clone(),
            locale: account.locale,
            account: Some(account.id),
            challenge: None,
            at: self.context.now,
            useless_at: None,
            method: None,
            origin: self.context.asker.origin.clone(),
        })
    }
}
