//! What is asked, with the evidence already verified.
//!
//! A command carries proofs, never secrets: a password arrives here as "it matched hash number 3". A proof
//! names what it was checked against, so that a decision can tell when the world has moved on.

use crate::email::Email;
use crate::snapshot::{Numbers, SessionKind};
use crate::values::{
    ChallengeId, DeviceId, Digest, Line, Locale, NumberId, PasswordHash, SessionId, TicketId,
};

/// A request to the rules.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Pay for one password guess before it is evaluated (R-SIGNIN-3).
    PayGuess {
        /// The address guessed at.
        email: Email,
    },
    /// Hand a paid guess back: nothing was evaluated (R-SIGNIN-3, `overloaded` costs no ticket).
    ReturnGuess {
        /// The address guessed at.
        email: Email,
        /// The ticket.
        ticket: TicketId,
    },
    /// Sign in with address and password.
    SignIn {
        /// The address typed.
        email: Email,
        /// The paid guess and what came of it.
        guess: Guess,
        /// Browser or app.
        kind: SessionKind,
    },
    /// Show the password again in this session (fresh proof).
    ProveFresh {
        /// The paid guess and what came of it.
        guess: Guess,
    },
    /// Ask for a code that proves an address, to register with it.
    RegisterByEmail {
        /// The address typed.
        email: Email,
    },
    /// Enter that code.
    VerifyRegistration {
        /// Which code it was.
        code: TypedCode,
    },
    /// Choose the password and have the account.
    CompleteRegistration {
        /// The new password's hash.
        hash: PasswordHash,
        /// Version of the terms that was shown and accepted.
        terms: Option<Line>,
        /// Browser or app.
        kind: SessionKind,
    },
    /// Ask for a code that resets a forgotten password (R-RESET-1).
    AskReset {
        /// The address typed.
        email: Email,
    },
    /// Enter that code: the old password is void from here on (R-RESET-3).
    VerifyReset {
        /// Which code it was.
        code: TypedCode,
    },
    /// Set the new password, and be signed in (R-RESET-7).
    CompleteReset {
        /// Digest of the secret that came with the password form (R-RESET-5).
        form: Digest,
        /// The new password's hash.
        hash: PasswordHash,
        /// Browser or app.
        kind: SessionKind,
    },
    /// "This was not me", with the number from the mail about a sign-in (R-SIGNIN-6).
    ReportNotMe {
        /// The address the mail went to.
        email: Email,
        /// Which number it was.
        number: TypedNumber,
    },
    /// Take a change back, with the number from the mail about it (R-METHOD-10).
    Undo {
        /// The address the mail went to.
        email: Email,
        /// Which number it was.
        number: TypedNumber,
    },
    /// Ask for a code that proves the new address of the `email` method (R-METHOD-8).
    AskEmailChange {
        /// The new address.
        email: Email,
    },
    /// Enter that code: the address changes.
    VerifyEmailChange {
        /// Which code it was.
        code: TypedCode,
    },
    /// End the presented session.
    SignOut,
    /// End one session of one's own.
    EndSession {
        /// Which.
        session: SessionId,
    },
    /// End all sessions but the presented one.
    EndOtherSessions,
    /// Forget one known device.
    ForgetDevice {
        /// Which.
        device: DeviceId,
    },
    /// Note that the presented session is in use.
    TouchSession,
    /// Replace the password.
    ChangePassword {
        /// The new password's hash.
        hash: PasswordHash,
    },
    /// Change name and language.
    ChangeProfile {
        /// The new name, if asked.
        display_name: Option<Line>,
        /// The new language, if asked.
        locale: Option<Locale>,
    },
    /// Accept a version of the terms.
    AcceptTerms {
        /// The version that was shown.
        version: Line,
    },
    /// Operator: lift the lock of an address.
    Unlock {
        /// The address.
        email: Email,
    },
    /// Operator: refuse every method.
    Suspend {
        /// Why, for operators.
        reason: Line,
    },
    /// Operator: lift the suspension.
    Resume,
    /// Operator: end all sessions.
    SignOutEverywhere,
}

impl Command {
    /// Which mailed numbers the command looks at: its scope asks for these.
    #[must_use]
    pub const fn numbers(&self) -> Numbers {
        match self {
            Self::RegisterByEmail { .. }
            | Self::CompleteRegistration { .. }
            | Self::AskReset { .. }
            | Self::AskEmailChange { .. }
            | Self::VerifyEmailChange { .. }
            | Self::ChangePassword { .. }
            | Self::Undo { .. } => Numbers::Undo,
            Self::ReportNotMe { .. } => Numbers::NotMe,
            Self::PayGuess { .. }
            | Self::ReturnGuess { .. }
            | Self::SignIn { .. }
            | Self::ProveFresh { .. }
            | Self::VerifyRegistration { .. }
            | Self::VerifyReset { .. }
            | Self::CompleteReset { .. }
            | Self::SignOut
            | Self::EndSession { .. }
            | Self::EndOtherSessions
            | Self::ForgetDevice { .. }
            | Self::TouchSession
            | Self::ChangeProfile { .. }
            | Self::AcceptTerms { .. }
            | Self::Unlock { .. }
            | Self::Suspend { .. }
            | Self::Resume
            | Self::SignOutEverywhere => Numbers::Unasked,
        }
    }
}

/// A paid password guess and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Guess {
    /// The ticket that paid for it.
    pub ticket: TicketId,
    /// The password version it was checked against; `None` when there was none (a dummy hash was computed,
    /// which can match nothing).
    pub against: Option<i64>,
    /// Whether it matched.
    pub verdict: Verdict,
    /// The same password hashed anew, where the stored hash has outdated parameters.
    pub rehash: Option<PasswordHash>,
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It matched.
    Right,
    /// It did not.
    Wrong,
}

/// A typed code, compared with every code of the address and purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TypedCode {
    /// It is this one's number (alive or not: the rules decide).
    Matches(ChallengeId),
    /// It is nobody's.
    Unknown,
}

/// A typed number, compared with every number that was mailed to the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TypedNumber {
    /// It is this one (good or not: the rules decide).
    Matches(NumberId),
    /// It is nobody's.
    Unknown,
}
