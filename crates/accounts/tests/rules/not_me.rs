//! R-SIGNIN-6: "this was not me", with the number from the mail about a sign-in.
//!
//! It needs no sign-in and gives none; it ends everything that somebody else may hold, and the way on is the
//! reset.

use accounts::{
    DeviceEnd, Event, MailKind, Millis, NumberKind, Outcome, Reason, SessionEnd, SessionKind,
    TypedNumber, VoidCause,
};

use super::house::{Browser, House, OWNER, SECRET, STRANGER, around, refused, welcome};
use crate::support::email;

const NEW: &str = "new@example.org";

/// A house where somebody with the owner's password has signed in, and the number in the mail about it.
fn signed_in() -> (House, Browser, TypedNumber) {
    let (mut house, _) = House::with_owner();
    let mut thief = Browser::stranger();
    welcome(house.sign_in(&mut thief, OWNER, SECRET));
    let number = house.number(MailKind::SignIn, OWNER).expect("mailed");
    (house, thief, number)
}

#[test]
fn r_signin_6_every_notice_of_a_sign_in_carries_a_number_of_its_own_and_a_welcome_carries_none() {
    let mut house = House::new();
    house.register(&mut Browser::owner(), OWNER);
    assert_eq!(house.number(MailKind::Welcome, OWNER), None);
    let mut numbers = Vec::new();
    for kind in [SessionKind::Browser, SessionKind::App] {
        let mut browser = Browser { kind, ..Browser::phone() };
        let session = welcome(house.sign_in(&mut browser, OWNER, SECRET)).session;
        let id = house.number_id(MailKind::SignIn, OWNER).expect("mailed");
        let stored = &house.world.addresses[email(OWNER).key()].numbers;
        let number = stored.iter().find(|number| number.id == id).expect("kept");
        assert_eq!(number.kind, NumberKind::NotMe(session));
        numbers.push(id);
    }
    house.reset(&mut Browser::phone(), OWNER, "next");
    numbers.push(house.number_id(MailKind::SignInReset, OWNER).expect("mailed"));
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), 3);
}

#[test]
fn r_signin_6_it_ends_every_session_forgets_every_device_and_voids_the_password() {
    let (mut house, mut thief, number) = signed_in();
    let before = house.account(OWNER).clone();
    let version = before.password().expect("set").version;
    assert_eq!(house.report(OWNER, number), Outcome::TakenBack);
    assert!(!house.is_signed_in(&mut thief));
    let account = house.account(OWNER);
    assert!(account.sessions.is_empty() && account.devices.is_empty() && house.is_void(OWNER));
    assert_eq!(account.password_version, version + 1);
    assert_eq!(account.epoch, before.epoch + 1, "and whatever is pending is cancelled");
    let kept = house.clone();
    assert_eq!(house.sign_in(&mut thief, OWNER, SECRET), refused(Reason::NoPassword));
    house = kept;
    house.reset(&mut Browser::owner(), OWNER, "next");
}

#[test]
fn r_signin_6_what_ends_says_why() {
    let (mut house, _, number) = signed_in();
    let account = house.account(OWNER).id;
    house.report(OWNER, number);
    let sessions = |e: &Event| matches!(e, Event::SessionEnded { reason: SessionEnd::NotMe, .. });
    let devices = |e: &Event| matches!(e, Event::DeviceForgotten { reason: DeviceEnd::NotMe, .. });
    let void = |e: &Event| matches!(e, Event::PasswordVoided { account: whose, cause: VoidCause::NotMe, .. } if *whose == account);
    assert_eq!(house.last.iter().filter(|e| sessions(e)).count(), 2);
    assert_eq!(house.last.iter().filter(|e| devices(e)).count(), 2);
    assert!(house.did(void));
}

#[test]
fn r_signin_6_it_gives_no_session_and_needs_none() {
    let (mut house, _, number) = signed_in();
    let mut reader = Browser::of("mail reader", "192.0.2.77");
    assert_eq!(house.report_from(&mut reader, OWNER, number), Outcome::TakenBack);
    assert_eq!((reader.session, reader.device, reader.flow, reader.form), (None, None, None, None));
    assert!(!house.did(|event| matches!(event, Event::SessionStarted { .. })));
}

#[test]
fn r_signin_6_it_ends_a_pending_change_of_the_address() {
    let (mut house, mut thief, number) = signed_in();
    house.ask_email(&mut thief, NEW);
    let code = house.email_code(NEW).expect("mailed");
    house.report(OWNER, number);
    assert_eq!(house.type_email(&mut thief, code), refused(Reason::NotSignedIn));
    assert!(house.has_account(OWNER));
}

#[test]
fn r_signin_6_a_number_is_good_for_7_days() {
    for (waited, within) in around(Millis::days(7)) {
        let (mut house, _, number) = signed_in();
        house.wait(waited);
        let wanted = if within { Outcome::TakenBack } else { refused(Reason::NumberExpired) };
        assert_eq!(house.report(OWNER, number), wanted);
        assert_eq!(house.is_void(OWNER), within);
        assert_eq!(house.last.is_empty(), !within, "a number that is too old is not counted");
    }
}

#[test]
fn r_signin_6_of_a_number_that_was_over_for_a_day_nothing_is_known() {
    for (waited, within) in around(Millis::days(8)) {
        let (mut house, _, number) = signed_in();
        house.wait(waited);
        let wanted = if within { Reason::NumberExpired } else { Reason::WrongNumber };
        assert_eq!(house.report(OWNER, number), refused(wanted));
    }
}

#[test]
fn r_signin_6_a_number_works_once_and_a_second_press_within_10_minutes_is_answered_alike() {
    for (waited, within) in around(Millis::minutes(10)) {
        let (mut house, _, number) = signed_in();
        assert_eq!(house.report(OWNER, number), Outcome::TakenBack);
        house.reset(&mut Browser::owner(), OWNER, "next");
        house.wait(waited);
        let wanted = if within { Outcome::TakenBack } else { refused(Reason::NumberSpent) };
        assert_eq!(house.report(OWNER, number), wanted);
        assert_eq!(house.last, [], "and does nothing again");
        assert_eq!(house.account(OWNER).sessions.len(), 1);
    }
}

#[test]
fn r_signin_6_a_number_works_with_the_address_it_was_sent_to_and_no_other() {
    let (mut house, _, number) = signed_in();
    house.register(&mut Browser::of("other", "192.0.2.40"), STRANGER);
    for address in [STRANGER, NEW] {
        assert_eq!(house.report(address, number), refused(Reason::WrongNumber));
    }
    assert!(!house.is_void(OWNER) && !house.is_void(STRANGER));
    assert_eq!(house.report("OWNER@Example.com", number), Outcome::TakenBack, "typed otherwise");
}

#[test]
fn r_signin_6_it_also_works_at_an_address_that_the_account_has_left() {
    let (mut house, mut thief, number) = signed_in();
    house.change_email(&mut thief, NEW);
    assert_eq!(house.report(OWNER, number), Outcome::TakenBack);
    assert!(house.is_void(NEW) && house.account(NEW).sessions.is_empty());
}

#[test]
fn r_signin_6_it_touches_nothing_of_whoever_has_that_address_since() {
    let (mut house, mut owner) = House::with_owner();
    house.wait(Millis::hours(1));
    welcome(house.sign_in(&mut owner, OWNER, SECRET));
    house.change_email(&mut owner, NEW);
    house.wait(Millis::hours(72));
    welcome(house.sign_in(&mut owner, NEW, SECRET));
    house.change_email(&mut owner, "third@example.org");
    // The old address is free after 72 hours; somebody else registers it and asks for a reset.
    let mut other = Browser::stranger();
    house.register(&mut other, OWNER);
    let mut resetting = Browser::of("other", "192.0.2.40");
    house.ask_reset(&mut resetting, OWNER);
    let code = house.reset_code(OWNER).expect("mailed");
    let number = house.number(MailKind::SignIn, OWNER).expect("of the first owner");
    assert_eq!(house.report(OWNER, number), Outcome::TakenBack);
    assert!(house.is_void("third@example.org") && !house.is_void(OWNER));
    assert!(house.is_signed_in(&mut other));
    assert!(matches!(house.type_reset(&mut resetting, code), Outcome::ResetProven { .. }));
}

#[test]
fn r_signin_6_a_number_that_undoes_a_change_is_none_here() {
    let (mut house, mut owner) = House::with_owner();
    house.change_password(&mut owner, "next");
    let number = house.number(MailKind::PasswordChanged, OWNER).expect("mailed");
    assert_eq!(house.report(OWNER, number), refused(Reason::WrongNumber));
    assert!(!house.is_void(OWNER));
}

#[test]
fn r_signin_6_it_lifts_no_lock_and_no_suspension() {
    let (mut house, _, number) = signed_in();
    house.guess_wrong(10, OWNER);
    house.suspend();
    assert_eq!(house.report(OWNER, number), Outcome::TakenBack);
    assert!(house.is_locked(OWNER) && house.account(OWNER).suspended.is_some());
    assert!(house.is_void(OWNER));
}

#[test]
fn r_signin_6_it_touches_no_other_account() {
    let (mut house, _, number) = signed_in();
    let mut other = Browser::of("other", "192.0.2.40");
    house.register(&mut other, STRANGER);
    let before = house.account(STRANGER).clone();
    house.report(OWNER, number);
    assert_eq!(house.account(STRANGER), &before);
    assert!(house.is_signed_in(&mut other));
}
