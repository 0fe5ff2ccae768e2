//! R-REG: registering by e-mail. An address is proven before anything exists under it.

use accounts::{Command, MailKind, Millis, Outcome, Reason, Registration, TypedCode};

use super::house::{Browser, House, OWNER, SECRET, STRANGER, hash, refused, welcome};

#[test]
fn r_reg_1_who_registers_is_signed_in_at_once() {
    let (mut house, mut owner) = House::with_owner();
    assert!(house.is_signed_in(&mut owner));
}

#[test]
fn r_reg_2_no_account_exists_before_the_code_was_typed() {
    let mut house = House::new();
    let mut visitor = Browser::owner();
    house.ask_code(&mut visitor, OWNER);
    assert_eq!(house.choose_password(&mut visitor, SECRET), refused(Reason::FlowElsewhere));
    assert!(house.world.accounts.is_empty());
}

#[test]
fn what_is_in_hand_says_for_which_address() {
    let mut house = House::new();
    let mut visitor = Browser::owner();
    house.ask_code(&mut visitor, OWNER);
    let flow = &house.world.flows[&visitor.flow.expect("one")];
    assert_eq!(flow.address(), OWNER);
}

#[test]
fn r_reg_2_an_unproven_visitor_reserves_nothing() {
    let mut house = House::new();
    let mut stranger = Browser::stranger();
    house.ask_code(&mut stranger, OWNER);
    for _ in 0..20 {
        house.type_code(&mut stranger, TypedCode::Unknown);
    }
    house.wait(house.policy.code_gap);
    let mut owner = Browser::owner();
    house.register(&mut owner, OWNER);
    assert!(house.is_signed_in(&mut owner));
    assert!(!house.is_signed_in(&mut stranger));
}

#[test]
fn r_reg_2_of_two_who_proved_the_address_the_first_has_it() {
    let mut house = House::new();
    let (mut here, mut there) = (Browser::owner(), Browser::of("the owner's phone", "192.0.2.9"));
    for browser in [&mut here, &mut there] {
        house.ask_code(browser, OWNER);
        let code = house.mailed(OWNER).expect("mailed");
        house.type_code(browser, TypedCode::Matches(code));
        house.wait(house.policy.code_gap);
    }
    welcome(house.choose_password(&mut here, SECRET));
    assert_eq!(house.choose_password(&mut there, "another"), refused(Reason::AddressTaken));
    assert_eq!(house.world.accounts.len(), 1);
    assert_eq!(house.account(OWNER).password().expect("set").hash, hash(SECRET));
}

#[test]
fn r_reg_3_the_answer_is_the_same_for_a_taken_address_and_a_free_one() {
    let (mut house, _) = House::with_owner();
    house.wait(house.policy.code_gap);
    let taken = house.ask_code(&mut Browser::stranger(), OWNER);
    let free = house.ask_code(&mut Browser::stranger(), STRANGER);
    assert_eq!(taken, free);
    assert_eq!(house.mail_kinds(), [MailKind::RegisterTaken, MailKind::RegisterCode]);
    assert_eq!(house.mails[0].challenge, None, "the mail to a taken address carries no code");
}

#[test]
fn r_reg_3_the_mail_in_a_codes_place_matches_nothing() {
    let (mut house, _) = House::with_owner();
    house.wait(house.policy.code_gap);
    let mut stranger = Browser::stranger();
    house.ask_code(&mut stranger, OWNER);
    let challenges = house.world.address(&super::super::support::email(OWNER), house.now).challenges;
    for challenge in challenges.iter().filter(|challenge| challenge.spent_at.is_none()) {
        let typed = house.type_code(&mut stranger, TypedCode::Matches(challenge.id));
        assert_eq!(typed, refused(Reason::WrongCode));
    }
}

#[test]
fn r_reg_3_case_does_not_make_another_address() {
    let (mut house, _) = House::with_owner();
    house.wait(house.policy.code_gap);
    house.ask_code(&mut Browser::stranger(), "OWNER@Example.COM");
    assert_eq!(house.mail_kinds(), [MailKind::RegisterTaken]);
}

#[test]
fn r_reg_6_registration_sends_a_welcome_and_no_sign_in_notice() {
    let mut house = House::new();
    house.register(&mut Browser::owner(), OWNER);
    assert_eq!(house.mail_kinds(), [MailKind::RegisterCode, MailKind::Welcome]);
}

#[test]
fn r_signin_11_closed_registration_is_closed_at_every_step() {
    let mut house = House::new();
    let mut visitor = Browser::owner();
    house.ask_code(&mut visitor, OWNER);
    let code = TypedCode::Matches(house.mailed(OWNER).expect("mailed"));
    house.policy.registration = Registration::Closed;
    assert_eq!(house.ask_code(&mut Browser::stranger(), OWNER), refused(Reason::RegistrationClosed));
    assert_eq!(house.type_code(&mut visitor, code), refused(Reason::RegistrationClosed));
    house.policy.registration = Registration::Open;
    house.type_code(&mut visitor, code);
    house.policy.registration = Registration::Closed;
    assert_eq!(house.choose_password(&mut visitor, SECRET), refused(Reason::RegistrationClosed));
    assert!(house.world.accounts.is_empty());
}

#[test]
fn a_proven_address_waits_for_the_password_as_long_as_a_code_lives_and_not_at_its_end() {
    for (waited, answer) in [(Millis(-1), true), (Millis(0), false)] {
        let mut house = House::new();
        let mut visitor = Browser::owner();
        house.ask_code(&mut visitor, OWNER);
        let code = house.mailed(OWNER).expect("mailed");
        house.type_code(&mut visitor, TypedCode::Matches(code));
        house.wait(house.policy.code_life);
        house.wait(waited);
        let outcome = house.choose_password(&mut visitor, SECRET);
        assert_eq!(matches!(outcome, Outcome::Welcome(_)), answer, "{outcome:?}");
    }
}

#[test]
fn a_flow_belongs_to_the_browser_that_began_it() {
    let mut house = House::new();
    let mut visitor = Browser::owner();
    house.ask_code(&mut visitor, OWNER);
    let code = house.mailed(OWNER).expect("mailed");
    house.type_code(&mut visitor, TypedCode::Matches(code));
    let mut stranger = Browser::stranger();
    assert_eq!(house.choose_password(&mut stranger, "mine"), refused(Reason::FlowGone));
}

#[test]
fn i38_registering_signs_in_to_the_new_account_and_out_of_any_other() {
    let (mut house, mut browser) = House::with_owner();
    let first = house.account(OWNER).id;
    let welcome = house.register(&mut browser, STRANGER);
    assert_ne!(welcome.account, first);
    assert!(house.account(OWNER).sessions.is_empty(), "the presented session was replaced");
    assert_eq!(house.account(STRANGER).sessions.len(), 1);
}

#[test]
fn the_terms_that_were_shown_are_recorded_with_the_account() {
    let mut house = House::new();
    house.policy.terms = Some(accounts::Line::clean("2026-04", 40));
    let mut visitor = Browser::owner();
    house.ask_code(&mut visitor, OWNER);
    let code = house.mailed(OWNER).expect("mailed");
    house.type_code(&mut visitor, TypedCode::Matches(code));
    let without = Command::CompleteRegistration { hash: hash(SECRET), terms: None, kind: visitor.kind };
    assert_eq!(house.ask(&mut visitor, None, &without), refused(Reason::TermsMissing));
    welcome(house.choose_password(&mut visitor, SECRET));
    let accepted = house.account(OWNER).terms.clone().expect("recorded");
    assert_eq!((accepted.version.as_str(), accepted.at), ("2026-04", house.now));
}
