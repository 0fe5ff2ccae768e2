//! Why a provider's answer is not taken: refusals of what was presented, and faults of the provider.
//!
//! The two are kept apart because they are heard by different people: a refusal ends one visitor's trip, a fault
//! is for the operator.
//!
//! What must never happen here: anything of a token, a code or an answer's text in a variant.

use std::fmt;

/// Which of the provider's addresses was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The discovery document.
    Discovery,
    /// Where the browser is sent.
    Authorization,
    /// The signing keys.
    Keys,
    /// The exchange of a code.
    Token,
    /// What is told of a person besides the ID token.
    Userinfo,
    /// The end of a token.
    Revocation,
    /// The description of the event service.
    EventConfiguration,
    /// The signing keys of events.
    EventKeys,
}

impl Part {
    /// Its word in traces.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Part::Discovery => "discovery",
            Part::Authorization => "authorization",
            Part::Keys => "keys",
            Part::Token => "token",
            Part::Userinfo => "userinfo",
            Part::Revocation => "revocation",
            Part::EventConfiguration => "event-configuration",
            Part::EventKeys => "event-keys",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::Discovery => "the discovery document",
            Part::Authorization => "the authorization endpoint",
            Part::Keys => "the signing keys",
            Part::Token => "the token endpoint",
            Part::Userinfo => "the userinfo endpoint",
            Part::Revocation => "the revocation endpoint",
            Part::EventConfiguration => "the description of the event service",
            Part::EventKeys => "the signing keys of events",
        })
    }
}

/// What the provider, or the way to it, does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpstreamFault {
    /// No whole answer within the time.
    Timeout(Part),
    /// No connection.
    Connect(Part),
    /// The connection broke off.
    Transfer(Part),
    /// An answer with this status (a redirect is one of them: none is followed).
    Status(Part, u16),
    /// A longer answer than is read.
    TooLong(Part),
    /// An answer that is not the JSON expected.
    NotJson(Part),
    /// The discovery document speaks for another issuer.
    Issuer(Part),
    /// The discovery document names an address that may not be asked.
    Address(Part),
    /// Neither RS256 nor ES256 is offered.
    Algorithms,
    /// No key is usable.
    NoKeys(Part),
    /// The provider does not take this client's id or secret.
    ClientRefused,
    /// The provider does not know the address that the browser comes back to.
    RedirectRefused,
    /// The provider names no way to end a token.
    NoRevocation,
    /// The client secret cannot be signed.
    Signing,
}

impl fmt::Display for UpstreamFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UpstreamFault::Timeout(part) => write!(f, "{part} did not answer in time"),
            UpstreamFault::Connect(part) => write!(f, "{part} cannot be reached"),
            UpstreamFault::Transfer(part) => write!(f, "{part} broke off"),
            UpstreamFault::Status(part, status) => write!(f, "{part} answered with status {status}"),
            UpstreamFault::TooLong(part) => write!(f, "{part} gave a longer answer than is read"),
            UpstreamFault::NotJson(part) => {
                write!(f, "{part} gave an answer that is not what is expected")
            }
            UpstreamFault::Issuer(part) => write!(f, "{part} speaks for another issuer"),
            UpstreamFault::Address(part) => {
                write!(f, "{part}: the provider names an address that may not be asked")
            }
            UpstreamFault::Algorithms => f.write_str("the provider signs with neither RS256 nor ES256"),
            UpstreamFault::NoKeys(part) => write!(f, "{part}: none is usable"),
            UpstreamFault::ClientRefused => {
                f.write_str("the provider does not take this client's id or secret")
            }
            UpstreamFault::RedirectRefused => {
                f.write_str("the provider does not know the redirect address of this client")
            }
            UpstreamFault::NoRevocation => f.write_str("the provider names no way to end a token"),
            UpstreamFault::Signing => f.write_str("the client secret cannot be signed"),
        }
    }
}

impl std::error::Error for UpstreamFault {}

/// Why what was presented is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenProblem {
    /// Not a signed token at all, or a part of it is not of its type.
    Malformed,
    /// A header says that it is another kind of token, or names what must be understood and is not.
    Kind,
    /// Signed by another method than the provider publishes, or by none.
    Algorithm,
    /// Signed by a key that the provider does not publish.
    UnknownKey,
    /// The signature is not that of the key.
    Signature,
    /// Another issuer, or none.
    Issuer,
    /// Made for somebody else, or for nobody.
    Audience,
    /// Asked for by somebody else.
    AuthorizedParty,
    /// Run out, or without an end.
    Expired,
    /// Not yet good.
    NotYet,
    /// Made too long ago, in the future, or at no time.
    IssuedAt,
    /// The answer to another question, or to none.
    Nonce,
    /// The access token is not the one it came with.
    AccessTokenHash,
    /// The code is not the one it came with.
    CodeHash,
    /// No subject, or one that is too long.
    Subject,
    /// The answer of another provider (RFC 9207), or of none where one is promised.
    CallbackIssuer,
    /// The provider does not take the code (used, run out, not ours).
    Code,
    /// The provider gave no ID token for the code.
    NoIdToken,
    /// The code is somebody else's than the token.
    AnotherSubject,
    /// No event in it, or no number of its own.
    NoEvent,
}

impl fmt::Display for TokenProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TokenProblem::Malformed => "it is not a signed token",
            TokenProblem::Kind => "it is another kind of token",
            TokenProblem::Algorithm => "it is signed by a method that the provider does not publish",
            TokenProblem::UnknownKey => "it is signed by a key that the provider does not publish",
            TokenProblem::Signature => "its signature is wrong",
            TokenProblem::Issuer => "it is from another issuer",
            TokenProblem::Audience => "it is for another audience",
            TokenProblem::AuthorizedParty => "it was asked for by another client",
            TokenProblem::Expired => "it has run out",
            TokenProblem::NotYet => "it is not yet good",
            TokenProblem::IssuedAt => "the time it was made at is not acceptable",
            TokenProblem::Nonce => "it answers another question",
            TokenProblem::AccessTokenHash => "it does not belong to the access token",
            TokenProblem::CodeHash => "it does not belong to the code",
            TokenProblem::Subject => "its subject is not acceptable",
            TokenProblem::CallbackIssuer => "the answer is from another provider",
            TokenProblem::Code => "the provider does not take the code",
            TokenProblem::NoIdToken => "the provider gave no ID token",
            TokenProblem::AnotherSubject => "code and token are of different people",
            TokenProblem::NoEvent => "it reports no event",
        })
    }
}

impl std::error::Error for TokenProblem {}

/// Why nobody was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redeem {
    /// What was presented is not believed.
    Refused(TokenProblem),
    /// The provider cannot be asked, or does not keep to the protocol.
    Upstream(UpstreamFault),
}

impl From<TokenProblem> for Redeem {
    fn from(problem: TokenProblem) -> Redeem {
        Redeem::Refused(problem)
    }
}

impl From<UpstreamFault> for Redeem {
    fn from(fault: UpstreamFault) -> Redeem {
        Redeem::Upstream(fault)
    }
}

impl fmt::Display for Redeem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Redeem::Refused(problem) => problem.fmt(f),
            Redeem::Upstream(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for Redeem {}

/// Why an event is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventProblem {
    /// It is not believed; answering 400 tells the provider not to send it again.
    Refused(TokenProblem),
    /// It cannot be checked now; answering 503 lets the provider send it again.
    Upstream(UpstreamFault),
}

impl From<Redeem> for EventProblem {
    fn from(problem: Redeem) -> EventProblem {
        match problem {
            Redeem::Refused(problem) => EventProblem::Refused(problem),
            Redeem::Upstream(fault) => EventProblem::Upstream(fault),
        }
    }
}

impl From<TokenProblem> for EventProblem {
    fn from(problem: TokenProblem) -> EventProblem {
        EventProblem::Refused(problem)
    }
}

impl fmt::Display for EventProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EventProblem::Refused(problem) => problem.fmt(f),
            EventProblem::Upstream(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for EventProblem {}
