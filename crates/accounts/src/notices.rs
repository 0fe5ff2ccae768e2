//! What follows from an event: a line in the member's activity list, mails, and what the service is told.
//!
//! Asked while the event is recorded, on the snapshot as the event left it, so all three are written in the same
//! transaction as the change (Always-1 and 4, I30, I31). A mail carries ids and circumstances, never a code: the
//! code is derived when the mail is written.

mod announcements;
mod lines;
mod logouts;
mod mails;

use alloc::vec::Vec;

use crate::context::{Actor, Context};
use crate::email::Email;
use crate::event::Event;
use crate::snapshot::{Account, Method, Origin, Snapshot};
use crate::values::{AccountId, ChallengeId, Instant, Line, Locale, NumberId, SessionId};

pub(crate) use announcements::Before;
pub use announcements::{Announced, Announcement, AnnouncementKind, Because, Endpoint, PasswordState};
pub use logouts::{client_of, told_client};

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
    /// Somebody tried to give its address to another account.
    AddressAttempted,
    /// A reset code was asked for.
    ResetAsked,
    /// A reset code was verified: the password is void.
    PasswordReset,
    /// "This was not me."
    NotMe,
    /// A change was undone.
    Undone,
    /// The address of the `email` method was changed.
    EmailChanged,
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
    /// All that is stored was taken (R-WITHDRAW-3).
    Exported,
    /// A login method was added.
    MethodAdded,
    /// A login method was removed.
    MethodRemoved,
    /// A passkey has another name.
    PasskeyRenamed,
    /// A passkey was shown in a way that does not fit what is known of it, and refused.
    PasskeyRefused,
    /// Another address became the contact.
    ContactChanged,
    /// A provider's address changed, and the method's with it.
    AddressFollowed,
    /// A provider has closed a method.
    MethodHeld,
    /// A provider has opened a method again.
    MethodReleased,
    /// Mail to an address does not arrive.
    AddressUnreachable,
    /// Mail to an address arrives again.
    AddressReachable,
    /// Somebody who reads the mailbox cannot use the provider.
    ProviderLost,
    /// That wait is over.
    ProviderFound,
    /// The account was ended by its member.
    Withdrawn,
    /// The end was taken back.
    Restored,
    /// A connected site or app holds something of the account for the first time.
    ClientConnected,
    /// The member ended what a connected site or app held.
    ClientDisconnected,
    /// Somebody showed what a connected site or app had used up, and what it held was ended.
    ClientDoubted,
    /// An operator suspended the account.
    Suspended,
    /// An operator lifted the suspension.
    Resumed,
}

impl ActivityKind {
    /// Every kind, for tables and tests.
    pub const ALL: [Self; 40] = [
        Self::Registered,
        Self::RegistrationAttempted,
        Self::AddressAttempted,
        Self::ResetAsked,
        Self::PasswordReset,
        Self::NotMe,
        Self::Undone,
        Self::EmailChanged,
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
        Self::Exported,
        Self::MethodAdded,
        Self::MethodRemoved,
        Self::PasskeyRenamed,
        Self::PasskeyRefused,
        Self::ContactChanged,
        Self::AddressFollowed,
        Self::MethodHeld,
        Self::MethodReleased,
        Self::AddressUnreachable,
        Self::AddressReachable,
        Self::ProviderLost,
        Self::ProviderFound,
        Self::Withdrawn,
        Self::Restored,
        Self::ClientConnected,
        Self::ClientDisconnected,
        Self::ClientDoubted,
        Self::Suspended,
        Self::Resumed,
    ];

    /// The stable name, in rows, in the API and as a text id.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::RegistrationAttempted => "registration-attempted",
            Self::AddressAttempted => "address-attempted",
            Self::ResetAsked => "reset-asked",
            Self::PasswordReset => "password-reset",
            Self::NotMe => "not-me",
            Self::Undone => "undone",
            Self::EmailChanged => "email-changed",
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
            Self::Exported => "exported",
            Self::MethodAdded => "method-added",
            Self::MethodRemoved => "method-removed",
            Self::PasskeyRenamed => "passkey-renamed",
            Self::PasskeyRefused => "passkey-refused",
            Self::ContactChanged => "contact-changed",
            Self::AddressFollowed => "address-followed",
            Self::MethodHeld => "method-held",
            Self::MethodReleased => "method-released",
            Self::AddressUnreachable => "address-unreachable",
            Self::AddressReachable => "address-reachable",
            Self::ProviderLost => "provider-lost",
            Self::ProviderFound => "provider-found",
            Self::Withdrawn => "withdrawn",
            Self::Restored => "restored",
            Self::ClientConnected => "client-connected",
            Self::ClientDisconnected => "client-disconnected",
            Self::ClientDoubted => "client-doubted",
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
    /// The number it carries, by id.
    pub number: Option<NumberId>,
    /// When it happened.
    pub at: Instant,
    /// A time that it names: until when something can be done.
    pub until: Option<Instant>,
    /// From when on the mail would be useless and is dropped.
    pub useless_at: Option<Instant>,
    /// By which method, or about which.
    pub method: Option<Method>,
    /// What the passkey is called, where it is about one.
    pub passkey: Option<Line>,
    /// The address before a change.
    pub before: Option<Email>,
    /// The address after a change, or the one that the letter is about.
    pub after: Option<Email>,
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
    /// The code that resets a password (R-RESET-1).
    ResetCode,
    /// A reset code was verified: the password is void (R-RESET-7).
    ResetVerified,
    /// A new sign-in, by a password set through the reset (R-RESET-7).
    SignInReset,
    /// "This was not me" was heard (R-SIGNIN-6).
    NotMe,
    /// A change was undone (R-METHOD-10).
    Undone,
    /// The number that undoes a change, once more (R-METHOD-10).
    UndoAgain,
    /// The code that proves a new address (R-METHOD-8).
    EmailChangeCode,
    /// "This address is on an account already" (R-METHOD-4).
    EmailChangeTaken,
    /// The address was changed: to the old one and the new one.
    EmailChanged,
    /// A login method was added (R-METHOD-3).
    MethodAdded,
    /// A login method was removed (R-METHOD-3).
    MethodRemoved,
    /// Another address is the contact: to the old and the new one (R-METHOD-3).
    ContactChanged,
    /// A provider names another address, and the contact follows (R-METHOD-9).
    ProviderAddressChanged,
    /// How an account signs in that has the address through a provider only (R-RESET-8).
    ResetProvider,
    /// Somebody who reads the mailbox cannot use the provider any more (R-RESET-8).
    ProviderLost,
    /// The account was ended, and how that is taken back (R-WITHDRAW).
    Withdrawn,
    /// A withdrawal was taken back.
    Restored,
    /// To see whether mail arrives (R-CONTACT-3).
    TestMail,
}

impl MailKind {
    /// Every kind, for tables and tests.
    pub const ALL: [Self; 24] = [
        Self::RegisterCode,
        Self::RegisterTaken,
        Self::Welcome,
        Self::SignIn,
        Self::Locked,
        Self::PasswordChanged,
        Self::ResetCode,
        Self::ResetVerified,
        Self::SignInReset,
        Self::NotMe,
        Self::Undone,
        Self::UndoAgain,
        Self::EmailChangeCode,
        Self::EmailChangeTaken,
        Self::EmailChanged,
        Self::MethodAdded,
        Self::MethodRemoved,
        Self::ContactChanged,
        Self::ProviderAddressChanged,
        Self::ResetProvider,
        Self::ProviderLost,
        Self::Withdrawn,
        Self::Restored,
        Self::TestMail,
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
            Self::ResetCode => "reset-code",
            Self::ResetVerified => "reset-verified",
            Self::SignInReset => "sign-in-reset",
            Self::NotMe => "not-me",
            Self::Undone => "undone",
            Self::UndoAgain => "undo-again",
            Self::EmailChangeCode => "email-change-code",
            Self::EmailChangeTaken => "email-change-taken",
            Self::EmailChanged => "email-changed",
            Self::MethodAdded => "method-added",
            Self::MethodRemoved => "method-removed",
            Self::ContactChanged => "contact-changed",
            Self::ProviderAddressChanged => "provider-address-changed",
            Self::ResetProvider => "reset-provider",
            Self::ProviderLost => "provider-lost",
            Self::Withdrawn => "withdrawn",
            Self::Restored => "restored",
            Self::TestMail => "test-mail",
        }
    }
}

/// What follows from an event.
pub(crate) struct Notices {
    pub(crate) activity: Option<Activity>,
    pub(crate) mails: Vec<Mail>,
    pub(crate) announcements: Vec<Announcement>,
}

/// What follows from `event`, on the snapshot that it left; `before` says what was, where an endpoint is told of it.
pub(crate) fn notices(
    before: Option<&Before>,
    after: &Snapshot,
    event: &Event,
    context: &Context<'_>,
) -> Notices {
    let writer = Writer { after, account: after.account.as_ref(), context };
    let mut announcements =
        before.map(|before| writer.announcements(before, event)).unwrap_or_default();
    announcements.extend(writer.logout(event));
    Notices { activity: writer.activity(event), mails: writer.mails(event), announcements }
}

struct Writer<'a> {
    after: &'a Snapshot,
    account: Option<&'a Account>,
    context: &'a Context<'a>,
}
