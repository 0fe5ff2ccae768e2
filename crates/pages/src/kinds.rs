//! Which letters there are, by the names that the outbox and the texts use.
//!
//! A kind is a reason to write; what is in its letter stands in `letters.rs`. A name, once given, stays: rows of
//! the outbox carry it.

/// Which letter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MailKind {
    /// A confirmation code for a registration.
    #[default]
    RegisterCode,
    /// Somebody tried to register with an address that has an account (R-REG-3).
    RegisterTaken,
    Welcome,
    /// A new sign-in (R-SIGNIN-5).
    SignIn,
    /// The account was locked (R-LOCK-3).
    Locked,
    PasswordChanged,
    /// The code that resets a password (R-RESET-1).
    ResetCode,
    /// A reset code was entered: the password is void (R-RESET-7).
    ResetVerified,
    /// A new sign-in, with a password set through the reset (R-RESET-7).
    SignInReset,
    /// "This was not me" was heard (R-SIGNIN-6).
    NotMe,
    /// A change was undone (R-METHOD-10).
    Undone,
    /// The number that undoes a change, once more (R-METHOD-10).
    UndoAgain,
    /// The code that proves a new address (R-METHOD-8).
    EmailChangeCode,
    /// The new address is on an account already (R-METHOD-4).
    EmailChangeTaken,
    /// The address was changed; to the old one, with a number, and to the new one.
    EmailChanged,
    /// A login method was added (R-METHOD-3); with a number where it can be undone.
    MethodAdded,
    /// A login method was removed (R-METHOD-3).
    MethodRemoved,
    /// The contact was changed; to the old address and the new one (R-METHOD-3).
    ContactChanged,
    /// A provider reported another address; to both, without an undo (R-METHOD-9).
    ProviderAddressChanged,
    /// A reset was asked for at an address that is on an account through a provider only (R-RESET-8).
    ResetProvider,
    /// The wait of a lost provider has begun; to the contact (R-RESET-8).
    ProviderLost,
    /// The account was closed; with the number that restores it (R-WITHDRAW-2).
    Withdrawn,
    /// The closing was undone (R-WITHDRAW-2).
    Restored,
    /// Does mail arrive at the contact (R-CONTACT-3)?
    TestMail,
}

impl MailKind {
    pub const ALL: [MailKind; 24] = [
        MailKind::RegisterCode,
        MailKind::RegisterTaken,
        MailKind::Welcome,
        MailKind::SignIn,
        MailKind::Locked,
        MailKind::PasswordChanged,
        MailKind::ResetCode,
        MailKind::ResetVerified,
        MailKind::SignInReset,
        MailKind::NotMe,
        MailKind::Undone,
        MailKind::UndoAgain,
        MailKind::EmailChangeCode,
        MailKind::EmailChangeTaken,
        MailKind::EmailChanged,
        MailKind::MethodAdded,
        MailKind::MethodRemoved,
        MailKind::ContactChanged,
        MailKind::ProviderAddressChanged,
        MailKind::ResetProvider,
        MailKind::ProviderLost,
        MailKind::Withdrawn,
        MailKind::Restored,
        MailKind::TestMail,
    ];

    /// The kind's name, as the outbox keeps it and as text ids begin after `mail-`.
    pub fn name(self) -> &'static str {
        match self {
            MailKind::RegisterCode => "register-code",
            MailKind::RegisterTaken => "register-taken",
            MailKind::Welcome => "welcome",
            MailKind::SignIn => "sign-in",
            MailKind::Locked => "locked",
            MailKind::PasswordChanged => "password-changed",
            MailKind::ResetCode => "reset-code",
            MailKind::ResetVerified => "reset-verified",
            MailKind::SignInReset => "sign-in-reset",
            MailKind::NotMe => "not-me",
            MailKind::Undone => "undone",
            MailKind::UndoAgain => "undo-again",
            MailKind::EmailChangeCode => "email-change-code",
            MailKind::EmailChangeTaken => "email-change-taken",
            MailKind::EmailChanged => "email-changed",
            MailKind::MethodAdded => "method-added",
            MailKind::MethodRemoved => "method-removed",
            MailKind::ContactChanged => "contact-changed",
            MailKind::ProviderAddressChanged => "provider-address-changed",
            MailKind::ResetProvider => "reset-provider",
            MailKind::ProviderLost => "provider-lost",
            MailKind::Withdrawn => "withdrawn",
            MailKind::Restored => "restored",
            MailKind::TestMail => "test-mail",
        }
    }

    pub fn parse(name: &str) -> Option<MailKind> {
        MailKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
