//! What is attempted, with raw evidence. Routes build it and hand it over without looking inside.

use accounts::{DeviceId, Locale, SessionId};

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
    },
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
