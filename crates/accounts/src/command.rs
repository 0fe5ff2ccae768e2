//! What is asked, with the evidence already verified.
//!
//! A command carries proofs, never secrets: a password arrives here as "it matched hash number 3". A proof
//! names what it was checked against, so that a decision can tell when the world has moved on.

mod evidence;

use alloc::vec::Vec;

use crate::email::Email;
use crate::identity::{Identity, Provider};
use crate::snapshot::{Addressed, Method, Numbers, Relay, SessionKind, Shown};
use crate::values::{
    DeviceId, Digest, Instant, Line, Locale, PasskeyId, PasswordHash, SessionId, TicketId,
};

pub use evidence::{
    Creation, Guess, NewPasskey, News, PasskeyShown, Person, RedeemedCode, ShownToken, TripErrand,
    TypedCode, TypedNumber, Verdict,
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
        /// Which of the methods added in the last 72 hours stay (R-RESET-7).
        kept: Vec<Method>,
        /// Browser or app.
        kind: SessionKind,
    },
    /// Redeem an authorization code for what it gives.
    RedeemCode {
        /// The code, opened and checked.
        code: RedeemedCode,
    },
    /// Use a refresh token.
    UseRefreshToken {
        /// The token, opened.
        token: ShownToken,
    },
    /// Give back what a client holds.
    RevokeGrant {
        /// The token by which it is named.
        token: ShownToken,
    },
    /// End what a connected site or app holds of one's account.
    Disconnect {
        /// Which.
        client: Line,
    },
    /// End what is over and still stands among the rows, so that whoever is to hear of it does.
    EndLapsed,
    /// Begin a trip to a provider.
    BeginTrip {
        /// Where to.
        provider: Provider,
        /// What for.
        errand: TripErrand,
        /// Where the person wants to go afterwards.
        next: Line,
    },
    /// The trip is over and has brought nothing.
    AbandonTrip {
        /// Digest of the secret that the browser presents.
        browser: Digest,
    },
    /// Come back from a trip with an identity.
    Arrive {
        /// Digest of the secret that the browser presents.
        browser: Digest,
        /// What the provider has shown.
        shown: Shown,
        /// Browser or app.
        kind: SessionKind,
    },
    /// Ask for a code at an address, for an identity in hand that has none the provider vouches for (R-REG-4).
    AskIdentityAddress {
        /// The address typed.
        email: Email,
    },
    /// Enter that code.
    VerifyIdentityAddress {
        /// Which code it was.
        code: TypedCode,
    },
    /// Have an account with the identity in hand (R-REG-4).
    RegisterIdentity {
        /// The name, as confirmed; may be empty.
        display_name: Line,
        /// Version of the terms that was shown and accepted.
        terms: Option<Line>,
        /// Browser or app.
        kind: SessionKind,
    },
    /// Add the identity in hand to one's account (R-REG-5, R-METHOD-2).
    AcceptOffer,
    /// Drop the flow in hand.
    DropFlow,
    /// Have the withdrawn account back whose address or identity was proven in this flow (R-WITHDRAW-2).
    RestoreProven,
    /// Sign in with a passkey (R-PASSKEY-1).
    SignInPasskey {
        /// What the authenticator has shown.
        shown: PasskeyShown,
        /// Browser or app.
        kind: SessionKind,
    },
    /// Show a passkey in this session (fresh proof, R-PASSKEY-2).
    ProvePasskey {
        /// What the authenticator has shown.
        shown: PasskeyShown,
    },
    /// Add a passkey to one's account.
    AddPasskey {
        /// What the authenticator has made.
        made: NewPasskey,
    },
    /// Give a passkey another name (R-PASSKEY-4).
    RenamePasskey {
        /// Which.
        passkey: PasskeyId,
        /// The name.
        name: Line,
    },
    /// Remove a passkey (R-PASSKEY-4).
    RemovePasskey {
        /// Which.
        passkey: PasskeyId,
    },
    /// Decline the offer of a passkey, for good.
    DeclinePasskey,
    /// Remove a login method that has an address (R-METHOD-5).
    RemoveMethod {
        /// Which.
        method: Addressed,
        /// Which is the contact afterwards, where the removed one is.
        successor: Option<Addressed>,
    },
    /// Make another addressed method the contact (R-CONTACT-1).
    ChooseContact {
        /// Which.
        contact: Addressed,
    },
    /// Set the password of an `email` method that is added, after its address was proven (R-METHOD-2).
    CompleteEmail {
        /// The password's hash.
        hash: PasswordHash,
    },
    /// A provider's name for the address of a member, seen at a sign-in (R-METHOD-9).
    FollowAddress {
        /// Which provider.
        provider: Provider,
        /// The address it vouches for.
        email: Email,
        /// What kind of address.
        relay: Relay,
    },
    /// A provider reports something of an identity; verified, whoever brought it.
    HearProvider {
        /// The report's own name, by which it is heard once.
        report: Line,
        /// Which provider.
        provider: Provider,
        /// Whom it is about.
        identity: Identity,
        /// When that was, by the provider's clock.
        at: Instant,
        /// What.
        news: News,
    },
    /// A mail to an address was refused for good, and is known to be ours (R-CONTACT-4).
    HearRefused {
        /// The address.
        email: Email,
        /// When the mail was written.
        written_at: Instant,
    },
    /// "I cannot use the provider any more", with the number from the mail of a reset (R-RESET-8).
    ReportLost {
        /// The address the mail went to.
        email: Email,
        /// Which number it was.
        number: TypedNumber,
    },
    /// End the account (R-WITHDRAW-1).
    Withdraw,
    /// Operator: end the account at its member's wish.
    WithdrawFor,
    /// Erase a withdrawn account whose grace is over (R-WITHDRAW-2).
    Erase,
    /// Have a test mail sent to the contact (R-CONTACT-3).
    TestMail,
    /// Note that the member takes all that is stored (R-WITHDRAW-3).
    NoteExport,
    /// Operator: note that all that is stored is taken, at the member's wish.
    NoteExportFor,
    /// "This was not me", with the number from the mail about a sign-in (R-SIGNIN-6).
    ReportNotMe {
        /// The address the mail went to.
        email: Email,
        /// Which number it was.
        number: TypedNumber,
    },
    /// Take a change or a withdrawal back, with the number from the mail about it (R-METHOD-10, R-WITHDRAW-2).
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
    /// Enter that code: the address changes, or the next step of adding `email` is open.
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
            | Self::CompleteReset { .. }
            | Self::Arrive { .. }
            | Self::AskIdentityAddress { .. }
            | Self::VerifyIdentityAddress { .. }
            | Self::RegisterIdentity { .. }
            | Self::AcceptOffer
            | Self::RestoreProven
            | Self::RemoveMethod { .. }
            | Self::AddPasskey { .. }
            | Self::RemovePasskey { .. }
            | Self::ChooseContact { .. }
            | Self::CompleteEmail { .. }
            | Self::FollowAddress { .. }
            | Self::Withdraw
            | Self::WithdrawFor
            | Self::VerifyRegistration { .. }
            | Self::Undo { .. } => Numbers::Undo,
            Self::ReportNotMe { .. } => Numbers::NotMe,
            Self::ReportLost { .. } => Numbers::Lost,
            Self::PayGuess { .. }
            | Self::ReturnGuess { .. }
            | Self::SignIn { .. }
            | Self::ProveFresh { .. }
            | Self::SignInPasskey { .. }
            | Self::ProvePasskey { .. }
            | Self::RenamePasskey { .. }
            | Self::DeclinePasskey
            | Self::VerifyReset { .. }
            | Self::BeginTrip { .. }
            | Self::AbandonTrip { .. }
            | Self::DropFlow
            | Self::HearProvider { .. }
            | Self::HearRefused { .. }
            | Self::Erase
            | Self::TestMail
            | Self::NoteExport
            | Self::NoteExportFor
            | Self::SignOut
            | Self::EndSession { .. }
            | Self::EndOtherSessions
            | Self::ForgetDevice { .. }
            | Self::RedeemCode { .. }
            | Self::UseRefreshToken { .. }
            | Self::RevokeGrant { .. }
            | Self::Disconnect { .. }
            | Self::EndLapsed
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
