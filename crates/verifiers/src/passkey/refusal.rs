//! Why a passkey's message is not taken, each failed step by its own name.
//!
//! The log shows it; whoever sent the message hears one answer for all of them.
//!
//! What must never happen here: anything of a message, a key or a challenge in a variant.

use std::fmt;

/// Which step failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// More than is read at all.
    TooLong,
    /// Not the JSON that `credential.toJSON()` gives: no JSON, a member missing, twice or of another type.
    Message,
    /// A member is not base64url without padding, or is longer than it may be.
    Encoding,
    /// `type` is not `public-key`.
    CredentialType,
    /// `id` and `rawId` differ, or the attested id is another one.
    CredentialId,
    /// The credential id is empty or longer than 1,023 bytes.
    CredentialIdLength,
    /// The client data is not the JSON that it must be.
    ClientData,
    /// The client data has a member twice.
    ClientDataTwice,
    /// The client data is of the other ceremony, or of something else.
    CeremonyType,
    /// Another challenge than was opened.
    Challenge,
    /// An origin that is none of ours.
    Origin,
    /// Made in a frame of another origin.
    CrossOrigin,
    /// Made in a frame whose top is named.
    TopOrigin,
    /// The attestation object is not the CBOR that it must be.
    AttestationObject,
    /// The attestation is `none` and yet says something.
    AttestationStatement,
    /// The authenticator data is cut, too long or not well-formed.
    AuthenticatorData,
    /// The extensions' outputs are not a well-formed map.
    Extensions,
    /// Made for another relying party.
    RelyingParty,
    /// Nobody was present.
    NotPresent,
    /// The person was not verified.
    NotVerified,
    /// Backed up without being eligible for it.
    BackedUpUneligible,
    /// No credential came with a creation.
    NoCredential,
    /// A key of an algorithm that was not offered.
    Algorithm,
    /// The key is malformed, off its curve, weak or too short.
    Key,
    /// No user handle.
    NoUserHandle,
    /// The user handle is not the owner's.
    UserHandle,
    /// Whether it may be backed up is not what it was when it was made.
    EligibilityChanged,
    /// The signature is not by this key over this message.
    Signature,
}

impl Refusal {
    /// A word for it, for whoever counts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Refusal::TooLong => "too-long",
            Refusal::Message => "message",
            Refusal::Encoding => "encoding",
            Refusal::CredentialType => "credential-type",
            Refusal::CredentialId => "credential-id",
            Refusal::CredentialIdLength => "credential-id-length",
            Refusal::ClientData => "client-data",
            Refusal::ClientDataTwice => "client-data-twice",
            Refusal::CeremonyType => "ceremony-type",
            Refusal::Challenge => "challenge",
            Refusal::Origin => "origin",
            Refusal::CrossOrigin => "cross-origin",
            Refusal::TopOrigin => "top-origin",
            Refusal::AttestationObject => "attestation-object",
            Refusal::AttestationStatement => "attestation-statement",
            Refusal::AuthenticatorData => "authenticator-data",
            Refusal::Extensions => "extensions",
            Refusal::RelyingParty => "relying-party",
            Refusal::NotPresent => "not-present",
            Refusal::NotVerified => "not-verified",
            Refusal::BackedUpUneligible => "backed-up-uneligible",
            Refusal::NoCredential => "no-credential",
            Refusal::Algorithm => "algorithm",
            Refusal::Key => "key",
            Refusal::NoUserHandle => "no-user-handle",
            Refusal::UserHandle => "user-handle",
            Refusal::EligibilityChanged => "eligibility-changed",
            Refusal::Signature => "signature",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::TooLong => "the message is longer than is read",
            Refusal::Message => "the message is not the JSON of a credential",
            Refusal::Encoding => "a member is not base64url, or is too long",
            Refusal::CredentialType => "the credential is not a public key",
            Refusal::CredentialId => "the credential's ids differ",
            Refusal::CredentialIdLength => "the credential's id is empty or too long",
            Refusal::ClientData => "the client data is not the JSON it must be",
            Refusal::ClientDataTwice => "the client data has a member twice",
            Refusal::CeremonyType => "the client data is of another ceremony",
            Refusal::Challenge => "the challenge is another one",
            Refusal::Origin => "the origin is none of ours",
            Refusal::CrossOrigin => "it was made in a frame of another origin",
            Refusal::TopOrigin => "it was made in a frame below another page",
            Refusal::AttestationObject => "the attestation object is not the CBOR it must be",
            Refusal::AttestationStatement => "the attestation is none and yet says something",
            Refusal::AuthenticatorData => "the authenticator data is not well-formed",
            Refusal::Extensions => "the outputs of extensions are not well-formed",
            Refusal::RelyingParty => "it was made for another relying party",
            Refusal::NotPresent => "nobody was present",
            Refusal::NotVerified => "the person was not verified",
            Refusal::BackedUpUneligible => "it says that it is backed up and may not be",
            Refusal::NoCredential => "no credential came with the creation",
            Refusal::Algorithm => "the key is of an algorithm that was not offered",
            Refusal::Key => "the key is malformed or weak",
            Refusal::NoUserHandle => "there is no user handle",
            Refusal::UserHandle => "the user handle is not the owner's",
            Refusal::EligibilityChanged => "whether it may be backed up has changed",
            Refusal::Signature => "the signature does not fit",
        })
    }
}

impl std::error::Error for Refusal {}
