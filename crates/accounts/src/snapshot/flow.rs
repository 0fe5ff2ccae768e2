//! Ways through several steps: flows, bound to a browser by a secret, and trips to a provider.
//!
//! Both are found by the digest of what the browser or the provider brings back, live for minutes, and act on the
//! account they were bound to and on no other (I21).

use crate::email::Email;
use crate::identity::{Identity, Provider};
use crate::values::{AccountId, ChallengeId, Digest, Instant, Line, SessionId};

/// What a code is for. A code serves one purpose only (I10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Purpose {
    /// To prove an address before an account exists (R-REG-2).
    Register,
    /// To reset a forgotten password (R-RESET).
    Reset,
    /// To prove the new address of the `email` method (R-METHOD-8).
    ChangeEmail,
    /// To prove the address of an `email` method that is added (R-METHOD-2).
    AddEmail,
    /// To register with a provider's identity; the code proves an address that the provider does not vouch for
    /// (R-REG-4).
    RegisterIdentity,
    /// To add an identity in hand to an account that signs in; never has a code (R-REG-5).
    Offer,
}

/// A way through several steps, bound to one browser or app by a secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Flow {
    /// Digest of its secret.
    pub digest: Digest,
    /// What it is for.
    pub purpose: Purpose,
    /// The address that was typed, or that a provider named; `None` while a person has still to say one.
    pub email: Option<Email>,
    /// The identity in hand.
    pub shown: Option<Shown>,
    /// The account that must sign in before this flow may act (R-REG-5).
    pub waits_for: Option<AccountId>,
    /// How far it is.
    pub stage: Stage,
    /// Codes tried and found wrong in this browser.
    pub wrong: u32,
    /// When it began.
    pub started_at: Instant,
    /// From when on it is nothing.
    pub expires_at: Instant,
    /// Whose account it acts on, once that is known.
    pub bound: Option<Bound>,
    /// What the proven code has opened.
    pub grant: Option<Grant>,
}

impl Flow {
    /// The address as it is shown; empty where there is none yet.
    #[must_use]
    pub fn address(&self) -> &str {
        self.email.as_ref().map_or("", Email::as_stored)
    }
}

/// The account that a flow acts on, as it was when the flow was bound to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bound {
    /// Which.
    pub account: AccountId,
    /// Its epoch then: where that has risen, the flow is over (R-METHOD-7, R-RESET-7).
    pub epoch: i64,
    /// The session that began it, where only that one may finish it (I21).
    pub session: Option<SessionId>,
}

/// What a verified reset code gives: the password form, once (R-RESET-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Grant {
    /// The code that was verified, and that opens the form again.
    pub code: ChallengeId,
    /// Digest of the secret that the newest form carries.
    pub form: Digest,
}

/// How far a flow is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Waiting for an address.
    Address,
    /// Waiting for the code.
    Code,
    /// The address is proven.
    Proven,
}

/// What a provider has shown of somebody: facts, already verified.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shown {
    /// The provider.
    pub provider: Provider,
    /// Who it is there.
    pub identity: Identity,
    /// The address it names, if it is one.
    pub address: Option<Email>,
    /// Whether the provider vouches for that address.
    pub vouched: Vouched,
    /// Whether that address is a relay of the provider's (Apple's "hide my e-mail").
    pub relay: Relay,
    /// The name it gives; may be empty.
    pub name: Line,
}

/// Whether a provider vouches for the address it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Vouched {
    /// It does.
    Yes,
    /// It does not.
    No,
}

/// What kind of address a provider names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relay {
    /// The person's own.
    Own,
    /// One that the provider passes on.
    Private,
}

/// One round trip to a provider, used once, by the browser that began it (I21, security.md D10 to D12).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Trip {
    /// Digest of its state.
    pub state: Digest,
    /// Digest of the secret of the browser that began it.
    pub browser: Digest,
    /// Where to.
    pub provider: Provider,
    /// What for.
    pub intent: Intent,
    /// Where the person wants to go afterwards, as the routes gave it.
    pub next: Line,
    /// When it began.
    pub started_at: Instant,
    /// From when on it is nothing.
    pub expires_at: Instant,
}

/// What a trip to a provider is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Intent {
    /// To sign in, or to register where nobody has the identity.
    SignIn,
    /// To add the identity to the account of the session that began it.
    Link(Bound),
    /// To show the method again in the session that began it (fresh proof).
    Prove(Bound),
}
