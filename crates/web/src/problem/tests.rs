//! Waits, ways back and the status of each code.

use super::*;

#[test]
fn waiting_is_told_in_whole_seconds_and_never_as_none() {
    assert_eq!(whole_seconds(Duration::ZERO), 1);
    assert_eq!(whole_seconds(Duration::from_millis(1_001)), 2);
    assert_eq!(whole_seconds(Duration::from_secs(60)), 60);
}

#[test]
fn the_way_back_is_escaped_into_the_query() {
    assert_eq!(with_return("/signin", "/a?b=c&d"), "/signin?return_to=/a%3Fb%3Dc%26d");
    assert_eq!(with_return("/signin", "/"), "/signin");
    let there = see_other(&with_return("/proof", "/account/password"));
    let location = there.headers().get(http::header::LOCATION).map(HeaderValue::as_bytes);
    assert_eq!(location, Some(b"/proof?return_to=/account/password".as_slice()));
}

#[test]
fn every_code_of_the_surface_has_its_status() {
    let of = |public| status_of(Refusal::Rules(public)).as_u16();
    assert_eq!(of(Public::InvalidCredentials), 401);
    assert_eq!(of(Public::AccountLocked), 403);
    assert_eq!(of(Public::AccountSuspended), 403);
    assert_eq!(of(Public::TryAgain), 409);
    assert_eq!(of(Public::InvalidCode), 422);
    assert_eq!(of(Public::CodeExpired), 422);
    assert_eq!(of(Public::CodeUsedUp), 429);
    assert_eq!(of(Public::CodeCooldown), 429);
    assert_eq!(of(Public::AddressOnOtherAccount), 409);
    assert_eq!(of(Public::FreshProofRequired), 403);
    assert_eq!(of(Public::FlowExpired), 410);
    assert_eq!(of(Public::TermsRequired), 422);
    assert_eq!(of(Public::RegistrationClosed), 403);
    assert_eq!(of(Public::Unauthenticated), 401);
    assert_eq!(of(Public::NotFound), 404);
    assert_eq!(of(Public::IdentityOnOtherAccount), 409);
    assert_eq!(of(Public::ProviderAlreadyAdded), 409);
    assert_eq!(of(Public::IdentityNotYours), 403);
    assert_eq!(of(Public::ProviderRefused), 403);
    assert_eq!(of(Public::LastAddressedMethod), 409);
    assert_eq!(of(Public::ContactNeedsSuccessor), 409);
    assert_eq!(status_of(Refusal::ProviderCancelled).as_u16(), 403);
    assert_eq!(status_of(Refusal::ProviderUnreachable).as_u16(), 502);
}
