//! An identity in hand whose address is on another account: the offer (R-REG-5, I19).
//!
//! Equal addresses join nothing. What they do is let one account, once it has signed in by its own method in that
//! browser, add the identity in one step, for 10 minutes.

use accounts::{
    ActivityKind, Event, MailKind, Method, Millis, Outcome, Purpose, Reason, Shown, TripErrand,
};

use super::house::{
    APPLE, Browser, GOOGLE, House, OWNER, SECRET, STRANGER, around, refused, shown, unvouched, welcome,
};

const TEN_MINUTES: Millis = Millis::minutes(10);

/// Somebody at Google whom Google gives the owner's address.
fn same_address() -> Shown {
    shown(GOOGLE, "hanako", OWNER)
}

/// A browser with the offer, and the house with the owner's account.
fn offered() -> (House, Browser) {
    let (mut house, _) = House::with_owner();
    let mut browser = Browser::phone();
    let until = house.now.plus(TEN_MINUTES);
    let met = house.sign_in_with(&mut browser, &same_address());
    assert_eq!(met, Outcome::OfferMade { until });
    (house, browser)
}

fn nothing_is_joined(house: &House) {
    assert_eq!(house.owner_of(&same_address()), None);
    assert!(house.account(OWNER).links.is_empty());
}

#[test]
fn i19_r_reg_5_equal_addresses_make_no_account_and_join_nothing() {
    let (mut house, owner) = House::with_owner();
    let before = house.account(OWNER).clone();
    let mut browser = Browser::phone();
    let met = house.sign_in_with(&mut browser, &same_address());
    assert!(matches!(met, Outcome::OfferMade { .. }), "{met:?}");
    assert_eq!((house.account(OWNER), house.world.accounts.len()), (&before, 1));
    assert!(browser.session.is_none() && house.mails.is_empty() && owner.session.is_some());
    assert_eq!(house.confirm(&mut browser), refused(Reason::FlowGone), "there is nothing to confirm");
    assert_eq!(house.accept(&mut browser), refused(Reason::NotSignedIn));
    nothing_is_joined(&house);
}

#[test]
fn r_reg_5_an_address_that_is_on_an_account_through_a_provider_is_offered_alike() {
    let at_apple = shown(APPLE, "hanako", OWNER);
    let (mut house, _) = House::with_google_member(&at_apple);
    let mut browser = Browser::phone();
    let met = house.sign_in_with(&mut browser, &same_address());
    assert!(matches!(met, Outcome::OfferMade { .. }), "{met:?}");
    assert_eq!(welcome(house.sign_in_with(&mut browser, &at_apple)).offer, Some(GOOGLE));
    assert_eq!(house.accept(&mut browser), Outcome::Linked(GOOGLE));
    assert_eq!(house.owner_of(&same_address()), house.owner_of(&at_apple));
}

#[test]
fn r_reg_5_once_that_account_has_signed_in_there_the_identity_is_added_in_one_step() {
    let (mut house, mut browser) = offered();
    house.forget_notices();
    assert_eq!(welcome(house.sign_in(&mut browser, OWNER, SECRET)).offer, Some(GOOGLE));
    nothing_is_joined(&house);
    assert_eq!(house.accept(&mut browser), Outcome::Linked(GOOGLE));
    let session = house.world.session(browser.session.expect("in")).expect("there").id;
    let link = house.link_of(&browser, GOOGLE).expect("added");
    assert_eq!((link.identity, link.added.by), (same_address().identity, Some(session)));
    let [.., line] = house.activities.as_slice() else { panic!("a line") };
    assert_eq!((line.kind, line.method), (ActivityKind::MethodAdded, Some(Method::Provider(GOOGLE))));
    assert_eq!(house.told(MailKind::MethodAdded), [(OWNER.to_owned(), true)]);
    assert_eq!(house.accept(&mut browser), refused(Reason::FlowGone), "once");
    welcome(house.sign_in_with(&mut Browser::stranger(), &same_address()));
}

#[test]
fn r_reg_5_an_unvouched_address_is_offered_only_after_its_code() {
    let (mut house, _) = House::with_owner();
    house.wait(Millis::minutes(1));
    let mut browser = Browser::phone();
    let met = house.sign_in_with(&mut browser, &unvouched(&same_address()));
    assert!(matches!(met, Outcome::IdentityFree(_)), "and does not tell of the account: {met:?}");
    welcome(house.sign_in(&mut browser.clone(), OWNER, SECRET));
    let mut browser = Browser::phone();
    house.sign_in_with(&mut browser, &unvouched(&same_address()));
    house.ask_identity_address(&mut browser, OWNER);
    let code = house.identity_code(OWNER);
    let typed = house.type_identity_code(&mut browser, code);
    assert!(matches!(typed, Outcome::OfferMade { .. }), "{typed:?}");
    assert_eq!(house.confirm(&mut browser), refused(Reason::FlowGone));
    welcome(house.sign_in(&mut browser, OWNER, SECRET));
    assert_eq!(house.accept(&mut browser), Outcome::Linked(GOOGLE));
    let link = house.link_of(&browser, GOOGLE).expect("added");
    assert_eq!(link.address.expect("proven by the code").email.as_stored(), OWNER);
}

#[test]
fn i32_asking_for_that_code_is_answered_alike_at_a_free_and_a_taken_address() {
    let (mut house, _) = House::with_owner();
    let mut browser = Browser::phone();
    house.sign_in_with(&mut browser, &unvouched(&same_address()));
    let taken = house.clone().ask_identity_address(&mut browser.clone(), OWNER);
    let free = house.ask_identity_address(&mut browser, "free@example.org");
    assert_eq!(taken, free);
}

#[test]
fn r_reg_5_the_offer_is_that_accounts_alone() {
    let (mut house, mut browser) = offered();
    let mut other = Browser::stranger();
    house.register(&mut other, STRANGER);
    let flow = browser.flow;
    assert_eq!(welcome(house.sign_in(&mut browser, STRANGER, SECRET)).offer, None);
    browser.flow = flow;
    assert_eq!(house.accept(&mut browser), refused(Reason::FlowGone));
    assert!(!house.has_flow(&browser), "somebody else has signed in there");
    assert!(house.account(STRANGER).links.is_empty());
    // Nor does it help to sign in first, and to arrive then.
    let (mut house, _) = House::with_owner();
    house.register(&mut other, STRANGER);
    house.sign_in_with(&mut other, &same_address());
    assert_eq!(house.accept(&mut other), refused(Reason::FlowGone));
    nothing_is_joined(&house);
}

#[test]
fn r_reg_5_the_account_has_to_sign_in_after_it() {
    let (mut house, mut owner) = House::with_owner();
    let met = house.sign_in_with(&mut owner, &same_address());
    assert!(matches!(met, Outcome::OfferMade { .. }), "{met:?}");
    assert!(house.is_signed_in(&mut owner));
    assert_eq!(house.accept(&mut owner), refused(Reason::FlowGone));
    welcome(house.sign_in(&mut owner, OWNER, SECRET));
    assert_eq!(house.accept(&mut owner), Outcome::Linked(GOOGLE));
}

#[test]
fn r_reg_5_the_offer_is_that_browsers_and_that_sessions_alone() {
    let (mut house, browser) = offered();
    let mut elsewhere = Browser::owner();
    assert_eq!(welcome(house.sign_in(&mut elsewhere, OWNER, SECRET)).offer, None);
    assert_eq!(house.accept(&mut elsewhere), refused(Reason::FlowGone));
    let mut here = browser.clone();
    welcome(house.sign_in(&mut here, OWNER, SECRET));
    elsewhere.flow = here.flow;
    assert_eq!(house.accept(&mut elsewhere), refused(Reason::FlowGone), "I21");
    assert_eq!(house.accept(&mut here), Outcome::Linked(GOOGLE));
}

#[test]
fn r_reg_5_the_offer_lasts_10_minutes_from_the_arrival() {
    for (waited, within) in around(TEN_MINUTES) {
        let (mut house, mut browser) = offered();
        house.wait(waited);
        let session = welcome(house.sign_in(&mut browser, OWNER, SECRET));
        assert_eq!(session.offer, within.then_some(GOOGLE), "too late to sign in");
        let (mut house, mut browser) = offered();
        house.wait(Millis::minutes(4));
        welcome(house.sign_in(&mut browser, OWNER, SECRET));
        house.wait(Millis(waited.0 - Millis::minutes(4).0));
        let wanted = if within { Outcome::Linked(GOOGLE) } else { refused(Reason::FlowGone) };
        assert_eq!(house.accept(&mut browser), wanted, "signing in gives no more time");
    }
}

#[test]
fn r_reg_5_the_offer_dies_at_cancel() {
    let (mut house, mut browser) = offered();
    assert_eq!(house.cancel(&mut browser), Outcome::Done);
    assert!(!house.has_flow(&browser));
    assert_eq!(welcome(house.sign_in(&mut browser, OWNER, SECRET)).offer, None);
    assert_eq!(house.accept(&mut browser), refused(Reason::FlowGone));
    let (mut house, mut browser) = offered();
    welcome(house.sign_in(&mut browser, OWNER, SECRET));
    assert_eq!(house.cancel(&mut browser), Outcome::Done);
    assert_eq!(house.accept(&mut browser), refused(Reason::FlowGone));
    nothing_is_joined(&house);
}

#[test]
fn r_reg_5_the_offer_dies_at_sign_out() {
    let (mut house, mut browser) = offered();
    welcome(house.sign_in(&mut browser, OWNER, SECRET));
    let flow = browser.flow;
    house.sign_out(&mut browser);
    assert!(!house.has_flow(&browser));
    browser.flow = flow;
    assert_eq!(welcome(house.sign_in(&mut browser, OWNER, SECRET)).offer, None);
    assert_eq!(house.accept(&mut browser), refused(Reason::FlowGone));
    // Also where it still waits, and the one who signs out is somebody else.
    let (mut house, _) = House::with_owner();
    let mut browser = Browser::phone();
    house.register(&mut browser, STRANGER);
    house.sign_in_with(&mut browser, &same_address());
    house.sign_out(&mut browser);
    assert!(!house.has_flow(&browser), "the next at that browser is not offered it");
    nothing_is_joined(&house);
}

#[test]
fn sign_out_leaves_a_flow_that_holds_no_identity() {
    let (mut house, mut owner) = House::with_owner();
    house.wait(Millis::minutes(1));
    house.verify_reset(&mut owner, OWNER);
    house.sign_out(&mut owner);
    welcome(house.set_password(&mut owner, "next"));
}

#[test]
fn r_reg_5_whatever_cancels_what_is_pending_cancels_the_offer() {
    let (mut house, mut browser) = offered();
    welcome(house.sign_in(&mut browser, OWNER, SECRET));
    assert_eq!(house.change_password(&mut browser, "another one"), Outcome::Done);
    assert_eq!(house.accept(&mut browser), refused(Reason::FlowGone));
    let (mut house, mut browser) = offered();
    welcome(house.sign_in(&mut browser, OWNER, SECRET));
    house.suspend();
    assert_eq!(house.accept(&mut browser), refused(Reason::NotSignedIn), "R-LOCK-7");
    house.resume();
    nothing_is_joined(&house);
}

#[test]
fn r_reg_5_another_way_begun_in_that_browser_ends_the_offer() {
    let (mut house, mut browser) = offered();
    let old = browser.flow;
    house.ask_reset(&mut browser, OWNER);
    browser.flow = old;
    assert!(!house.has_flow(&browser));
}

#[test]
fn i3_an_identity_that_was_taken_meanwhile_is_not_moved() {
    let (mut house, mut browser) = offered();
    welcome(house.sign_in(&mut browser, OWNER, SECRET));
    let mut other = Browser::stranger();
    house.register(&mut other, STRANGER);
    assert_eq!(house.link(&mut other, &same_address()), Outcome::Linked(GOOGLE));
    assert_eq!(house.accept(&mut browser), refused(Reason::IdentityTaken));
    assert_eq!(house.owner_of(&same_address()), Some(house.account(STRANGER).id));
    assert!(house.account(OWNER).links.is_empty());
}

#[test]
fn r_reg_5_an_account_that_has_another_identity_of_that_provider_keeps_it() {
    let (mut house, mut owner) = House::with_owner();
    house.link(&mut owner, &shown(GOOGLE, "first", "first@gmail.example"));
    let mut browser = Browser::phone();
    house.sign_in_with(&mut browser, &same_address());
    welcome(house.sign_in(&mut browser, OWNER, SECRET));
    assert_eq!(house.accept(&mut browser), refused(Reason::ProviderTaken));
    assert_eq!(house.owner_of(&same_address()), None);
}

#[test]
fn r_reg_5_an_offer_never_has_a_code_and_is_no_flow_of_another_kind() {
    let (mut house, mut browser) = offered();
    let flow = house.world.flows.get(&browser.flow.expect("begun")).expect("there");
    assert_eq!(flow.purpose, Purpose::Offer);
    let typed = house.type_identity_code(&mut browser, accounts::TypedCode::Unknown);
    assert_eq!(typed, refused(Reason::FlowGone));
    assert_eq!(house.restore_proven(&mut browser), refused(Reason::FlowGone));
}

#[test]
fn r_reg_5_signing_in_with_that_very_identity_is_not_waiting_for_it() {
    let (mut house, mut browser) = offered();
    let again = house.sign_in_with(&mut browser, &same_address());
    assert!(matches!(again, Outcome::OfferMade { .. }), "{again:?}");
    assert!(house.did(|event| matches!(event, Event::FlowEnded { .. })), "the older one is over");
    assert_eq!(house.begin_trip(&mut browser, GOOGLE, TripErrand::Link), refused(Reason::NotSignedIn));
}
