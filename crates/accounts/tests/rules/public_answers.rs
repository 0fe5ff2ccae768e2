//! What may be told is written once: every reason and what the asker hears (R-SIGNIN-2, Always-3, I32).

use accounts::{Public, Reason};

const TABLE: [(Reason, Public, &str); 41] = [
    (Reason::NoSuchAccount, Public::InvalidCredentials, "invalid-credentials"),
    (Reason::NoPassword, Public::InvalidCredentials, "invalid-credentials"),
    (Reason::WrongPassword, Public::InvalidCredentials, "invalid-credentials"),
    (Reason::Locked, Public::AccountLocked, "account-locked"),
    (Reason::GuessesInFlight, Public::TryAgain, "try-again"),
    (Reason::TicketLapsed, Public::TryAgain, "try-again"),
    (Reason::Suspended, Public::AccountSuspended, "account-suspended"),
    (Reason::WrongCode, Public::InvalidCode, "invalid-code"),
    (Reason::CodeExpired, Public::CodeExpired, "code-expired"),
    (Reason::CodeSpent, Public::InvalidCode, "invalid-code"),
    (Reason::CodeCooldown, Public::CodeCooldown, "code-cooldown"),
    (Reason::WrongNumber, Public::InvalidCode, "invalid-code"),
    (Reason::NumberExpired, Public::CodeExpired, "code-expired"),
    (Reason::NumberSpent, Public::InvalidCode, "invalid-code"),
    (Reason::FlowUsedUp, Public::CodeUsedUp, "code-used-up"),
    (Reason::NetworkUsedUp, Public::CodeUsedUp, "code-used-up"),
    (Reason::FlowGone, Public::FlowExpired, "flow-expired"),
    (Reason::FlowElsewhere, Public::FlowExpired, "flow-expired"),
    (Reason::RegistrationClosed, Public::RegistrationClosed, "registration-closed"),
    (Reason::TermsMissing, Public::TermsRequired, "terms-required"),
    (Reason::AddressTaken, Public::AddressOnOtherAccount, "address-on-other-account"),
    (Reason::IdentityTaken, Public::IdentityOnOtherAccount, "identity-on-other-account"),
    (Reason::ProviderTaken, Public::ProviderAlreadyAdded, "provider-already-added"),
    (Reason::TripGone, Public::FlowExpired, "flow-expired"),
    (Reason::WrongIdentity, Public::IdentityNotYours, "identity-not-yours"),
    (Reason::MethodHeld, Public::ProviderRefused, "provider-refused"),
    (Reason::LastAddressed, Public::LastAddressedMethod, "last-addressed-method"),
    (Reason::NoSuccessor, Public::ContactNeedsSuccessor, "contact-needs-successor"),
    (Reason::NothingLeft, Public::InvalidCode, "invalid-code"),
    (Reason::PasskeyUnknown, Public::PasskeyUnknown, "passkey-unknown"),
    (Reason::PasskeyDoubtful, Public::PasskeyRefused, "passkey-refused"),
    (Reason::PersonUnverified, Public::PasskeyRefused, "passkey-refused"),
    (Reason::CredentialTaken, Public::PasskeyAlreadyAdded, "passkey-already-added"),
    (Reason::TooManyPasskeys, Public::TooManyPasskeys, "too-many-passkeys"),
    (Reason::CeremonyGone, Public::FlowExpired, "flow-expired"),
    (Reason::NotSignedIn, Public::Unauthenticated, "unauthenticated"),
    (Reason::ProofStale, Public::FreshProofRequired, "fresh-proof-required"),
    (Reason::GrantGone, Public::InvalidGrant, "invalid-grant"),
    (Reason::GrantReplayed, Public::InvalidGrant, "invalid-grant"),
    (Reason::NotFound, Public::NotFound, "not-found"),
    (Reason::Mismatched, Public::NotFound, "not-found"),
];

#[test]
fn always_3_every_reason_has_a_stable_public_answer() {
    for (reason, public, code) in TABLE {
        assert_eq!((reason.public(), reason.public().code()), (public, code), "{reason:?}");
    }
    let mut reasons = TABLE.map(|(reason, ..)| reason).to_vec();
    reasons.sort();
    reasons.dedup();
    assert_eq!(reasons.len(), TABLE.len(), "each reason once");
    assert_eq!(reasons.last(), Some(&Reason::Mismatched), "and none left out: this is the last");
    assert_eq!(Reason::Mismatched as usize + 1, TABLE.len());
}

#[test]
fn r_signin_2_no_such_account_no_password_and_wrong_password_are_heard_alike() {
    let heard = [Reason::NoSuchAccount, Reason::NoPassword, Reason::WrongPassword].map(Reason::public);
    assert_eq!(heard, [Public::InvalidCredentials; 3]);
}

#[test]
fn two_public_answers_never_share_a_code() {
    for (_, public, code) in TABLE {
        for (_, other, other_code) in TABLE {
            assert_eq!(public == other, code == other_code, "{public:?} and {other:?}");
        }
    }
}
