//! The answer: the exact reason for us, and the public one for them.
//!
//! `Reason` is exact and goes to the log. `Reason::public` is the only function that decides what the asker
//! hears, so "what may be told" is written once (R-SIGNIN-2, I32).

use crate::identity::Provider;
use crate::snapshot::Lane;
use crate::snapshot::{Account, ClientGrant, Former, Session};
use crate::values::{AccountId, DeviceId, Instant, PasskeyId, SessionId};

/// What came of a command.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Carried out; nothing to hand over.
    Done,
    /// A guess is paid for: evaluate it.
    Paid(Lane),
    /// A code was asked for (or not: the answer is the same).
    CodeAsked {
        /// Until when the flow lives.
        expires_at: Instant,
    },
    /// The address of the flow is proven.
    Proven {
        /// Until when the next step can be taken.
        expires_at: Instant,
        /// Whether an account can be had back instead (R-WITHDRAW-2).
        former: Option<Former>,
    },
    /// The old password is void, and a password form may be shown, once (R-RESET-3 and 5).
    ResetProven {
        /// Until when the new password can be set, and from when on a new code can be had.
        until: Instant,
    },
    /// The number from a mail has done its work (R-SIGNIN-6, R-METHOD-10).
    TakenBack,
    /// A withdrawn account is there again (R-WITHDRAW-2).
    Restored,
    /// Nobody has the identity; what is still needed for an account with it (R-REG-4).
    IdentityFree(IdentityNeeds),
    /// Nobody has the identity, and its address is on another account: sign in there, then add it (R-REG-5).
    OfferMade {
        /// Until when.
        until: Instant,
    },
    /// The identity is the account's from now on (R-METHOD-1).
    Linked(Provider),
    /// The passkey is the account's from now on (R-PASSKEY-1).
    PasskeyAdded(PasskeyId),
    /// The wait of somebody who cannot use the provider has begun (R-RESET-8).
    WaitBegun {
        /// Until when.
        until: Instant,
    },
    /// The account is ended (R-WITHDRAW-1).
    Withdrawn {
        /// Until when that can be taken back.
        until: Instant,
    },
    /// Somebody is signed in.
    Welcome(Welcome),
    /// A client holds this from now on.
    Granted(ClientGrant),
    /// A fresh proof was given.
    Fresh {
        /// Until when it is fresh.
        until: Instant,
    },
    /// The evidence was checked against something that has changed since: check again.
    Stale,
    /// No, and why.
    Refused(Reason),
}

/// What is still needed for an account with an identity that nobody has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdentityNeeds {
    /// Until when.
    pub until: Instant,
    /// Whether an address has still to be proven by a code (R-REG-4).
    pub address: AddressNeed,
    /// Whether it can be taken back instead: an account had it until lately (R-METHOD-10, R-WITHDRAW-2).
    pub former: Option<Former>,
}

/// Whether an address has still to be proven by a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AddressNeed {
    /// The provider vouches for one.
    Proven,
    /// It does not.
    Code,
}

/// A new session, for whoever hands out its secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Welcome {
    /// Who.
    pub account: AccountId,
    /// The session.
    pub session: SessionId,
    /// The device it runs on.
    pub device: DeviceId,
    /// When it ends at the latest without use.
    pub expires_at: Instant,
    /// Whether a new version of the terms waits to be accepted.
    pub terms: TermsState,
    /// A provider whose identity can now be added in one step (R-REG-5).
    pub offer: Option<Provider>,
    /// Whether a passkey may be offered to the member.
    pub passkey: PasskeyOffer,
    /// Whether mail to the contact arrives; where it does not, another is asked for (R-CONTACT-4).
    pub contact: Reach,
}

/// Whether mail to an address arrives, as far as is known (R-CONTACT-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Nothing is known against it.
    Arrives,
    /// It refused a mail for good.
    Bounces,
    /// It is a provider's relay, which does not pass mail on any more.
    NotForwarded,
}

/// Whether a passkey may be offered to a member who has just signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PasskeyOffer {
    /// The member signed in with the password, has no passkey and has not declined one.
    May,
    /// It may not.
    MayNot,
}

/// Whether a new version of the terms waits to be accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TermsState {
    /// Nothing to ask.
    Accepted,
    /// Ask now.
    Due,
}

/// Who is asking, after a session check.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Seen {
    /// The session.
    pub session: Session,
    /// Its account.
    pub account: Account,
}

/// Why not, exactly. For the log and the activity list, never for the asker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// Nobody has this address.
    NoSuchAccount,
    /// The account has no usable password.
    NoPassword,
    /// The password did not match.
    WrongPassword,
    /// Strangers have used up their guesses.
    Locked,
    /// All guesses that are left are under way.
    GuessesInFlight,
    /// The ticket was settled or lapsed before the answer came.
    TicketLapsed,
    /// An operator suspended the account.
    Suspended,
    /// The code is nobody's.
    WrongCode,
    /// The code matched and was too old.
    CodeExpired,
    /// The code matched and had been used, or died with another.
    CodeSpent,
    /// A code was verified in this very browser lately: no new one yet (R-RESET-4).
    CodeCooldown,
    /// The number is nobody's.
    WrongNumber,
    /// The number matched and was too old.
    NumberExpired,
    /// The number matched and had been used, or taken away.
    NumberSpent,
    /// Too many wrong codes in this browser.
    FlowUsedUp,
    /// Too many wrong codes from this network.
    NetworkUsedUp,
    /// No such flow, or it is over.
    FlowGone,
    /// The flow is not at this step.
    FlowElsewhere,
    /// Registration is closed.
    RegistrationClosed,
    /// The terms were not accepted.
    TermsMissing,
    /// Somebody has taken the address meanwhile.
    AddressTaken,
    /// The proven identity is another account's (R-METHOD-4).
    IdentityTaken,
    /// The account has another identity of this provider.
    ProviderTaken,
    /// The trip to the provider is over, was used, or was begun in another browser.
    TripGone,
    /// The identity that came back is not the account's.
    WrongIdentity,
    /// The provider has said that nobody may come in by this identity (I35).
    MethodHeld,
    /// The account would be left without a method that has an address (R-METHOD-6).
    LastAddressed,
    /// The method is the contact, and no other was named to take its place (R-METHOD-5).
    NoSuccessor,
    /// Nothing can be put back: others have it all.
    NothingLeft,
    /// No account has the passkey.
    PasskeyUnknown,
    /// What the passkey shows does not fit what is known of it.
    PasskeyDoubtful,
    /// The authenticator has not verified the person where it must (R-PASSKEY-2).
    PersonUnverified,
    /// The credential id exists already (R-PASSKEY-5).
    CredentialTaken,
    /// The account has as many passkeys as it may have.
    TooManyPasskeys,
    /// The challenge is too old, was answered before, or was asked in another session.
    CeremonyGone,
    /// No live session was presented.
    NotSignedIn,
    /// No login method was shown lately.
    ProofStale,
    /// The code or token gives nothing: it is over, another client's, or its account is closed.
    GrantGone,
    /// The code or token was shown once more after its time, and what it gave was ended.
    GrantReplayed,
    /// No such session, device or account.
    NotFound,
    /// The command does not fit what was loaded: a defect of the caller, answered as nothing found.
    Mismatched,
}

/// What the asker hears: a stable code of the API and a text id of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Public {
    /// `invalid-credentials`
    InvalidCredentials,
    /// `account-locked`
    AccountLocked,
    /// `account-suspended`
    AccountSuspended,
    /// `try-again`
    TryAgain,
    /// `invalid-code`
    InvalidCode,
    /// `code-expired`
    CodeExpired,
    /// `code-used-up`
    CodeUsedUp,
    /// `code-cooldown`
    CodeCooldown,
    /// `flow-expired`
    FlowExpired,
    /// `registration-closed`
    RegistrationClosed,
    /// `terms-required`
    TermsRequired,
    /// `address-on-other-account`
    AddressOnOtherAccount,
    /// `identity-on-other-account`
    IdentityOnOtherAccount,
    /// `provider-already-added`
    ProviderAlreadyAdded,
    /// `identity-not-yours`
    IdentityNotYours,
    /// `provider-refused`
    ProviderRefused,
    /// `passkey-unknown`
    PasskeyUnknown,
    /// `passkey-refused`
    PasskeyRefused,
    /// `passkey-already-added`
    PasskeyAlreadyAdded,
    /// `too-many-passkeys`
    TooManyPasskeys,
    /// `last-addressed-method`
    LastAddressedMethod,
    /// `contact-needs-successor`
    ContactNeedsSuccessor,
    /// `unauthenticated`
    Unauthenticated,
    /// `fresh-proof-required`
    FreshProofRequired,
    /// `invalid-grant`
    InvalidGrant,
    /// `not-found`
    NotFound,
}

impl Reason {
    /// What the asker hears. Everything that would tell a stranger about an account is answered alike.
    #[must_use]
    pub const fn public(self) -> Public {
        match self {
            Self::NoSuchAccount | Self::NoPassword | Self::WrongPassword => Public::InvalidCredentials,
            Self::Locked => Public::AccountLocked,
            Self::GuessesInFlight | Self::TicketLapsed => Public::TryAgain,
            Self::Suspended => Public::AccountSuspended,
            Self::WrongCode
            | Self::CodeSpent
            | Self::WrongNumber
            | Self::NumberSpent
            | Self::NothingLeft => Public::InvalidCode,
            Self::CodeExpired | Self::NumberExpired => Public::CodeExpired,
            Self::CodeCooldown => Public::CodeCooldown,
            Self::FlowUsedUp | Self::NetworkUsedUp => Public::CodeUsedUp,
            Self::FlowGone | Self::FlowElsewhere | Self::TripGone | Self::CeremonyGone => {
                Public::FlowExpired
            }
            Self::PasskeyUnknown => Public::PasskeyUnknown,
            Self::PasskeyDoubtful | Self::PersonUnverified => Public::PasskeyRefused,
            Self::CredentialTaken => Public::PasskeyAlreadyAdded,
            Self::TooManyPasskeys => Public::TooManyPasskeys,
            Self::IdentityTaken => Public::IdentityOnOtherAccount,
            Self::ProviderTaken => Public::ProviderAlreadyAdded,
            Self::WrongIdentity => Public::IdentityNotYours,
            Self::MethodHeld => Public::ProviderRefused,
            Self::LastAddressed => Public::LastAddressedMethod,
            Self::NoSuccessor => Public::ContactNeedsSuccessor,
            Self::RegistrationClosed => Public::RegistrationClosed,
            Self::TermsMissing => Public::TermsRequired,
            Self::AddressTaken => Public::AddressOnOtherAccount,
            Self::NotSignedIn => Public::Unauthenticated,
            Self::ProofStale => Public::FreshProofRequired,
            Self::GrantGone | Self::GrantReplayed => Public::InvalidGrant,
            Self::NotFound | Self::Mismatched => Public::NotFound,
        }
    }
}

impl Public {
    /// The stable code (surface: "Codes").
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidCredentials => "invalid-credentials",
            Self::AccountLocked => "account-locked",
            Self::AccountSuspended => "account-suspended",
            Self::TryAgain => "try-again",
            Self::InvalidCode => "invalid-code",
            Self::CodeExpired => "code-expired",
            Self::CodeUsedUp => "code-used-up",
            Self::CodeCooldown => "code-cooldown",
            Self::FlowExpired => "flow-expired",
            Self::RegistrationClosed => "registration-closed",
            Self::TermsRequired => "terms-required",
            Self::AddressOnOtherAccount => "address-on-other-account",
            Self::IdentityOnOtherAccount => "identity-on-other-account",
            Self::ProviderAlreadyAdded => "provider-already-added",
            Self::IdentityNotYours => "identity-not-yours",
            Self::ProviderRefused => "provider-refused",
            Self::PasskeyUnknown => "passkey-unknown",
            Self::PasskeyRefused => "passkey-refused",
            Self::PasskeyAlreadyAdded => "passkey-already-added",
            Self::TooManyPasskeys => "too-many-passkeys",
            Self::LastAddressedMethod => "last-addressed-method",
            Self::ContactNeedsSuccessor => "contact-needs-successor",
            Self::Unauthenticated => "unauthenticated",
            Self::FreshProofRequired => "fresh-proof-required",
            Self::InvalidGrant => "invalid-grant",
            Self::NotFound => "not-found",
        }
    }
}
