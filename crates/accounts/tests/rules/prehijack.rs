//! The five ways to prepare somebody's account before they have it (security.md D17; Sudhodanan and Paverd 2022; I20).
//!
//! Each is done before the victim joins. After the victim's first verified sign-in the attacker has no session, no
//! method, nothing pending, and knows no password that works.

use accounts::{MailKind, Millis, Outcome, Reason, Shown, TripErrand, TypedCode};

use super::house::{
    APPLE, BY_EMAIL, Browser, GOOGLE, House, SECRET, STRANGER, refused, shown, unvouched, welcome,
};

const VICTIM: &str = "victim@gmail.example";

fn victim() -> Shown {
    shown(GOOGLE, "victim", VICTIM)
}

/// The attacker, signed in to an account of their own.
fn attacker() -> (House, Browser) {
    let (mut house, mut attacker) = (House::new(), Browser::stranger());
    house.register(&mut attacker, STRANGER);
    house.wait(Millis::minutes(2));
    (house, attacker)
}

/// The account is the victim's: one session, one method, no password.
fn is_the_victims_alone(house: &House, browser: &Browser) {
    let account = house.of(browser);
    assert_eq!((account.sessions.len(), account.devices.len()), (1, 1));
    assert!(account.links.len() == 1 && account.email.is_none() && account.changes.is_empty());
    assert_eq!(account.contact_address().map(accounts::Email::as_stored), Some(VICTIM));
}

#[test]
fn d17_classic_federated_merge_a_planted_password_is_nothing() {
    let (mut house, mut attacker) = attacker();
    let mut planted = Browser::of("attacker's second", "198.51.100.9");
    house.ask_code(&mut planted, VICTIM);
    assert_eq!(house.choose_password(&mut planted, "planted"), refused(Reason::FlowElsewhere));
    let mut browser = Browser::owner();
    house.register_with(&mut browser, &victim());
    is_the_victims_alone(&house, &browser);
    assert_eq!(house.choose_password(&mut planted, "planted"), refused(Reason::FlowElsewhere));
    let guess = house.sign_in(&mut attacker, VICTIM, "planted");
    assert_eq!(guess, refused(Reason::NoSuchAccount));
    // The other way about: a mailbox that was proven before registers no second account under the same address.
    let code = TypedCode::Matches(house.mailed(VICTIM).expect("it went to the victim"));
    house.type_code(&mut planted, code);
    assert_eq!(house.choose_password(&mut planted, "planted"), refused(Reason::AddressTaken));
    is_the_victims_alone(&house, &browser);
}

#[test]
fn d17_unexpired_session_no_session_outlives_the_victims_reset() {
    let (mut house, mut former) = (House::new(), Browser::stranger());
    // The attacker read that mailbox once, and has prepared everything.
    house.register(&mut former, VICTIM);
    house.link(&mut former, &shown(APPLE, "attacker", "a@apple.example"));
    let mut elsewhere = Browser::of("attacker's second", "198.51.100.9");
    welcome(house.sign_in_with(&mut elsewhere, &shown(APPLE, "attacker", "a@apple.example")));
    house.begin_trip(&mut former, GOOGLE, TripErrand::Link);
    house.wait(Millis::minutes(2));
    let mut browser = Browser::owner();
    house.reset(&mut browser, VICTIM, "the victim's own");
    for mut gone in [former.clone(), elsewhere] {
        assert!(!house.is_signed_in(&mut gone));
    }
    let account = house.of(&browser);
    assert_eq!((account.sessions.len(), account.devices.len()), (1, 1));
    assert!(account.addressed().eq([BY_EMAIL]), "R-RESET-7: what was added lately is not ticked");
    let met = house.arrive(&mut former, &shown(GOOGLE, "attacker", "a@gmail.example"));
    assert_eq!(met, refused(Reason::TripGone));
    let guess = house.sign_in(&mut Browser::stranger(), VICTIM, SECRET);
    assert_eq!(guess, refused(Reason::WrongPassword));
}

#[test]
fn d17_trojan_identifier_an_address_is_added_by_its_mailbox_alone() {
    let (mut house, mut attacker) = attacker();
    house.prove(&mut attacker, STRANGER, SECRET);
    house.ask_email(&mut attacker, VICTIM);
    let typed = house.type_email(&mut attacker, TypedCode::Unknown);
    assert_eq!(typed, refused(Reason::WrongCode));
    // A provider that names the victim's address for the attacker gives no right to it.
    let trojan = shown(APPLE, "attacker", VICTIM);
    assert_eq!(house.link(&mut attacker, &unvouched(&trojan)), Outcome::Linked(APPLE));
    let mut browser = Browser::owner();
    house.register_with(&mut browser, &victim());
    is_the_victims_alone(&house, &browser);
    assert_ne!(house.of(&browser).id, house.account(STRANGER).id);
    let late = house.type_email(&mut attacker, house_code(&house));
    assert_eq!(late, refused(Reason::AddressTaken), "not even with the code");
    let id = welcome(house.sign_in_with(&mut Browser::phone(), &trojan)).account;
    assert_eq!(id, house.account(STRANGER).id, "his identity is his account's");
}

fn house_code(house: &House) -> TypedCode {
    house.email_code(VICTIM).expect("it went to the victim")
}

#[test]
fn d17_unexpired_email_change_a_change_under_way_dies_with_the_reset() {
    let (mut house, mut former) = (House::new(), Browser::stranger());
    house.register(&mut former, VICTIM);
    house.wait(Millis::minutes(2));
    house.ask_email(&mut former, STRANGER);
    let code = house.email_code(STRANGER).expect("in the attacker's mailbox");
    let mut browser = Browser::owner();
    house.reset(&mut browser, VICTIM, "the victim's own");
    assert_eq!(house.type_email(&mut former, code), refused(Reason::NotSignedIn));
    let mut in_session = Browser { flow: former.flow, ..browser.clone() };
    assert_eq!(house.type_email(&mut in_session, code), refused(Reason::FlowGone));
    assert!(house.has_account(VICTIM) && !house.has_account(STRANGER));
}

#[test]
fn d17_non_verifying_provider_a_claimed_address_is_no_proof() {
    let (mut house, mut attacker) = attacker();
    let claimed = unvouched(&shown(APPLE, "attacker", VICTIM));
    house.sign_out(&mut attacker);
    house.sign_in_with(&mut attacker, &claimed);
    assert_eq!(house.confirm(&mut attacker), refused(Reason::FlowElsewhere));
    house.ask_identity_address(&mut attacker, VICTIM);
    let mut browser = Browser::owner();
    house.register_with(&mut browser, &victim());
    is_the_victims_alone(&house, &browser);
    let typed = house.type_identity_code(&mut attacker, TypedCode::Unknown);
    assert_eq!(typed, refused(Reason::WrongCode));
    assert_eq!(house.confirm(&mut attacker), refused(Reason::FlowElsewhere));
    // Nor after the victim is there: no offer without the code.
    let met = house.sign_in_with(&mut Browser::phone(), &claimed);
    assert!(matches!(met, Outcome::IdentityFree(_)), "{met:?}");
    assert_eq!(house.owner_of(&claimed), None);
}

#[test]
fn d9_whoever_types_a_mailed_code_for_somebody_elses_identity_is_offered_and_joins_nothing() {
    let (mut house, mut attacker) = (House::new(), Browser::stranger());
    let mut browser = Browser::owner();
    house.register_with(&mut browser, &victim());
    house.wait(Millis::minutes(1));
    let claimed = unvouched(&shown(APPLE, "attacker", VICTIM));
    house.sign_in_with(&mut attacker, &claimed);
    house.ask_identity_address(&mut attacker, VICTIM);
    let code = house.identity_code(VICTIM);
    // The victim, tricked, types the code into the own browser: there is no such flow there.
    let typed = house.type_identity_code(&mut browser, code);
    assert_eq!(typed, refused(Reason::FlowGone));
    // Even told to the attacker, the code proves an address and gives no account.
    let offered = house.type_identity_code(&mut attacker, code);
    assert!(matches!(offered, Outcome::OfferMade { .. }), "{offered:?}");
    assert_eq!(house.accept(&mut attacker), refused(Reason::NotSignedIn));
    assert_eq!(house.owner_of(&claimed), None);
    assert_eq!(house.count(MailKind::SignIn, VICTIM), 0);
}

#[test]
fn d14_nothing_in_a_command_chooses_the_account() {
    let (mut house, mut attacker) = attacker();
    let mut browser = Browser::owner();
    house.register_with(&mut browser, &victim());
    let before = house.of(&browser).clone();
    // With the victim's flow, trip or device in hand, but not the victim's session.
    house.begin_trip(&mut browser, APPLE, TripErrand::Link);
    attacker.trip = browser.trip;
    attacker.device = browser.device;
    house.prove(&mut attacker, STRANGER, SECRET);
    let own = shown(APPLE, "attacker", "a@apple.example");
    assert_eq!(house.arrive(&mut attacker, &own), refused(Reason::TripGone));
    assert_eq!(house.of(&browser), &before);
    assert!(house.account(STRANGER).links.is_empty());
}
