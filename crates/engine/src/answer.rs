//! What a visitor gets: done, a secret to keep, or a refusal in the words of the public.
//!
//! The exact reason of a refusal stays inside (it is logged); routes see only what the asker may hear.

use std::time::Duration;

use accounts::{Former, IdentityNeeds, Instant, PasskeyId, Provider, Public, Welcome};

use crate::secret::Secret;

/// The answer to an attempt.
pub enum Answer {
    /// Carried out.
    Done,
    /// A code was asked for; whether one was sent is told by the mailbox alone.
    CodeAsked {
        /// The new flow's secret, for this browser or app.
        flow: Secret,
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
    /// A withdrawn account is there again; the way on is the reset, or the provider.
    Restored,
    /// Nobody has the identity: what is still needed for an account with it (R-REG-4).
    IdentityFree {
        /// The new flow's secret, for this browser or app.
        flow: Secret,
        /// What is needed.
        needs: IdentityNeeds,
    },
    /// The identity can be added in one step once its account has signed in (R-REG-5).
    OfferMade {
        /// The new flow's secret, for this browser or app.
        flow: Secret,
        /// Until when.
        until: Instant,
    },
    /// The identity is the account's from now on.
    Linked(Provider),
    /// The passkey is the account's from now on.
    PasskeyAdded(PasskeyId),
    /// The wait of somebody who cannot use the provider has begun (R-RESET-8).
    WaitBegun {
        /// Until when.
        until: Instant,
    },
    /// The account is ended.
    Withdrawn {
        /// Until when that can be taken back.
        until: Instant,
    },
    /// The old password is void; the form for a new one may be shown, once.
    ResetProven {
        /// The secret that the form carries.
        form: Secret,
        /// Until when the new password can be set, and from when on a new code can be had.
        until: Instant,
    },
    /// The number from a mail has done its work: somebody else's access is gone, and the way on is the reset.
    TakenBack,
    /// Signed in.
    Welcome(Signed),
    /// A fresh proof was given.
    Fresh {
        /// Until when it is fresh.
        until: Instant,
    },
    /// No.
    Refused(Refusal),
}

/// A new session and the secrets that belong to it.
pub struct Signed {
    /// Account, session, device, terms.
    pub welcome: Welcome,
    /// The session's secret.
    pub token: Secret,
    /// The device's secret.
    pub device: Secret,
}

/// Why not, as the asker may hear it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The rules refuse.
    Rules(Public),
    /// What was typed is not an address.
    InvalidAddress,
    /// What was typed is no name.
    InvalidName,
    /// The new password cannot be taken; a stable kebab-case word says why.
    WeakPassword(&'static str),
    /// A reset code was verified in this browser lately: the same code opens the password form again.
    CodeCooldown {
        /// When a new code can be had.
        retry_after: Duration,
    },
    /// The person did not want to go on at the provider.
    ProviderCancelled,
    /// The provider cannot be asked now.
    ProviderUnreachable,
    /// This network asks too often.
    RateLimited {
        /// When to come again.
        retry_after: Duration,
    },
    /// More passwords wait to be checked than can be checked soon. It cost no guess.
    Overloaded {
        /// When to come again.
        retry_after: Duration,
    },
}

impl Refusal {
    /// The stable code of the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Rules(public) => public.code(),
            Self::InvalidAddress => "invalid-address",
            Self::InvalidName => "invalid-request",
            Self::WeakPassword(_) => "password-too-weak",
            Self::CodeCooldown { .. } => Public::CodeCooldown.code(),
            Self::ProviderCancelled => "provider-cancelled",
            Self::ProviderUnreachable => "provider-unreachable",
            Self::RateLimited { .. } => "rate-limited",
            Self::Overloaded { .. } => "overloaded",
        }
    }

    /// How long to wait, where waiting helps.
    #[must_use]
    pub const fn retry_after(self) -> Option<Duration> {
        match self {
            Self::CodeCooldown { retry_after }
            | Self::RateLimited { retry_after }
            | Self::Overloaded { retry_after } => Some(retry_after),
            Self::Rules(Public::TryAgain) => Some(Duration::from_secs(1)),
            Self::Rules(_)
            | Self::InvalidAddress
            | Self::InvalidName
            | Self::WeakPassword(_)
            | Self::ProviderCancelled
            | Self::ProviderUnreachable => None,
        }
    }
}
