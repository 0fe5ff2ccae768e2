//! What is attempted, with raw evidence. Routes build it and hand it over without looking inside.

use accounts::{Addressed, DeviceId, Locale, Method, PasskeyId, SessionId};

use crate::secret::Secret;

/// An attempt of a visitor.
pub enum Attempt {
    /// Sign in with address and password.
    SignIn {
        /// As typed.
        address: String,
        /// As typed.
        password: Secret,
    },
    /// Show the password again in this session.
    ProveFresh {
        /// As typed.
        password: Secret,
    },
    /// Ask for a code to register with.
    RegisterByEmail {
        /// As typed.
        address: String,
    },
    /// Enter the code; the visitor presents the flow.
    VerifyRegistration {
        /// As typed.
        code: Secret,
    },
    /// Choose the password; the visitor presents the flow.
    CompleteRegistration {
        /// As typed.
        password: Secret,
        /// The version of the terms that was shown and accepted.
        terms: Option<String>,
    },
    /// Ask for a code that resets a forgotten password.
    AskReset {
        /// As typed.
        address: String,
    },
    /// Enter that code; the visitor presents the flow.
    VerifyReset {
        /// As typed.
        code: Secret,
    },
    /// Set the new password; the visitor presents the flow.
    CompleteReset {
        /// The secret that came with the password form.
        form: Secret,
        /// As typed.
        password: Secret,
        /// Which of the methods added in the last 72 hours stay.
        kept: Vec<Method>,
    },
    /// "I cannot use this provider any more", with the number from the mail of a reset.
    ReportLost {
        /// The address the mail went to, as typed.
        address: String,
        /// As typed.
        number: Secret,
    },
    /// Ask for a code at an address, for an identity in hand; the visitor presents the flow.
    AskIdentityAddress {
        /// As typed.
        address: String,
    },
    /// Enter that code; the visitor presents the flow.
    VerifyIdentityAddress {
        /// As typed.
        code: Secret,
    },
    /// Have an account with the identity in hand; the visitor presents the flow.
    RegisterIdentity {
        /// As confirmed.
        display_name: String,
        /// The version of the terms that was shown and accepted.
        terms: Option<String>,
    },
    /// Add the identity in hand to one's account; the visitor presents the flow.
    AcceptOffer,
    /// Drop the flow that the visitor presents.
    DropFlow,
    /// Have the withdrawn account back whose address or identity was proven; the visitor presents the flow.
    RestoreProven,
    /// Sign in with what a passkey has shown.
    SignInPasskey {
        /// `credential.toJSON()` of the browser or app.
        message: String,
    },
    /// Show a passkey in this session.
    ProvePasskey {
        /// `credential.toJSON()` of the browser or app.
        message: String,
    },
    /// Add the passkey that was made.
    AddPasskey {
        /// `credential.toJSON()` of the browser or app.
        message: String,
        /// What it shall be called; may be empty.
        name: String,
    },
    /// Give a passkey another name.
    RenamePasskey {
        /// Which.
        passkey: PasskeyId,
        /// As typed.
        name: String,
    },
    /// Remove a passkey.
    RemovePasskey(PasskeyId),
    /// Decline the offer of a passkey, for good.
    DeclinePasskey,
    /// Remove a login method.
    RemoveMethod {
        /// Which.
        method: Addressed,
        /// Which is the contact afterwards, where the removed one is.
        successor: Option<Addressed>,
    },
    /// Make another addressed method the contact.
    ChooseContact {
        /// Which.
        contact: Addressed,
    },
    /// Choose the password of an `email` method that is added; the visitor presents the flow.
    CompleteEmail {
        /// As typed.
        password: Secret,
    },
    /// End the account.
    Withdraw,
    /// Send a test mail to the contact.
    TestMail,
    /// "This was not me", with the number from the mail about a sign-in.
    ReportNotMe {
        /// The address the mail went to, as typed.
        address: String,
        /// As typed.
        number: Secret,
    },
    /// Take a change back, with the number from the mail about it.
    Undo {
        /// The address the mail went to, as typed.
        address: String,
        /// As typed.
        number: Secret,
    },
    /// Ask for a code that proves a new address.
    AskEmailChange {
        /// As typed.
        address: String,
    },
    /// Enter that code; the visitor presents the flow.
    VerifyEmailChange {
        /// As typed.
        code: Secret,
    },
    /// End the presented session.
    SignOut,
    /// End one session of one's own.
    EndSession(SessionId),
    /// End all sessions but this one.
    EndOtherSessions,
    /// Forget a known device.
    ForgetDevice(DeviceId),
    /// End all that a site or app holds of one's account.
    Disconnect {
        /// Its `client_id`.
        client: String,
    },
    /// Choose another password.
    ChangePassword {
        /// As typed.
        password: Secret,
    },
    /// Change name and language; `None` leaves it.
    ChangeProfile {
        /// As typed.
        display_name: Option<String>,
        /// The new language.
        locale: Option<Locale>,
    },
    /// Accept a version of the terms.
    AcceptTerms {
        /// The version that was shown.
        version: String,
    },
}

impl Attempt {
    /// The login method by which somebody tries to sign in.
    pub(crate) const fn signs_in_by(&self) -> Option<&'static str> {
        match self {
            Self::SignIn { .. } => Some("email"),
            Self::SignInPasskey { .. } => Some("passkey"),
            _ => None,
        }
    }
}
