//! R-RESET-5, I15, L4: what a verified code gives: one browser, one form, 30 minutes.
//!
//! The grant is tied to the flow, to the newest form and to the account as it was. Each tie is cut once here.

use accounts::{Command, Digest, MailKind, Millis, Outcome, Reason, TypedCode};

use super::house::{Browser, House, OWNER, SECRET, STRANGER, around, hash, refused, welcome};
use crate::support::email;

const NEXT: &str = "battery staple";

/// A house whose owner has verified a code, and the code.
fn verified() -> (House, Browser, TypedCode) {
    let (mut house, _) = House::with_owner();
    let mut browser = Browser::phone();
    let code = house.verify_reset(&mut browser, OWNER);
    (house, browser, code)
}

#[test]
fn r_reset_5_the_new_password_can_be_set_for_30_minutes() {
    for (waited, within) in around(Millis::minutes(30)) {
        let (mut house, mut browser, _) = verified();
        house.wait(waited);
        let answer = house.set_password(&mut browser, NEXT);
        if within {
            welcome(answer);
        } else {
            assert_eq!(answer, refused(Reason::FlowGone));
            assert!(house.is_void(OWNER));
        }
    }
}

#[test]
fn r_reset_5_the_answer_says_until_when() {
    let (mut house, _) = House::with_owner();
    let mut browser = Browser::phone();
    house.ask_reset(&mut browser, OWNER);
    house.wait(Millis::minutes(7));
    let until = house.now.plus(Millis::minutes(30));
    let code = house.reset_code(OWNER).expect("mailed");
    assert_eq!(house.type_reset(&mut browser, code), Outcome::ResetProven { until });
    house.wait(Millis::minutes(20));
    let again = house.type_reset(&mut browser, code);
    assert_eq!(again, Outcome::ResetProven { until }, "opening the form again buys no time");
}

#[test]
fn r_reset_5_the_30_minutes_are_those_of_the_cooldown_also_where_the_operator_chose_another_time() {
    for (waited, within) in around(Millis::minutes(10)) {
        let (mut house, _) = House::with_owner();
        house.policy.reset_cooldown = Millis::minutes(10);
        let mut browser = Browser::phone();
        house.verify_reset(&mut browser, OWNER);
        house.wait(waited);
        assert_eq!(matches!(house.set_password(&mut browser, NEXT), Outcome::Welcome(_)), within);
    }
}

#[test]
fn r_reset_5_i15_on_that_browser_only() {
    let (mut house, browser, _) = verified();
    let form = browser.form.expect("shown");
    let complete = |form| Command::CompleteReset {
        form,
        hash: hash("mine"),
        kept: Vec::new(),
        kind: browser.kind,
    };
    let mut other = Browser::stranger();
    assert_eq!(house.ask(&mut other, None, &complete(form)), refused(Reason::FlowGone));
    house.ask_reset(&mut other, OWNER);
    let answer = house.ask(&mut other, None, &complete(form));
    assert_eq!(answer, refused(Reason::FlowElsewhere), "a flow of its own does not help");
    assert!(house.is_void(OWNER));
}

#[test]
fn r_reset_5_i15_nothing_but_the_newest_form_sets_a_password() {
    let (mut house, browser, code) = verified();
    let mut guessed = Browser { form: Some(Digest([9; 32])), ..browser.clone() };
    assert_eq!(house.set_password(&mut guessed, "mine"), refused(Reason::FlowElsewhere));
    let mut next_person = browser.clone();
    assert!(matches!(house.type_reset(&mut next_person, code), Outcome::ResetProven { .. }));
    assert_ne!(next_person.form, browser.form);
    let mut old = browser.clone();
    assert_eq!(house.set_password(&mut old, "mine"), refused(Reason::FlowElsewhere));
    welcome(house.set_password(&mut next_person, NEXT));
}

#[test]
fn r_reset_5_without_a_verified_code_there_is_no_form() {
    let (mut house, _) = House::with_owner();
    let mut browser = Browser::phone();
    assert_eq!(house.set_password(&mut browser, "mine"), refused(Reason::FlowGone));
    house.ask_reset(&mut browser, OWNER);
    assert_eq!(house.set_password(&mut browser, "mine"), refused(Reason::FlowElsewhere));
    welcome(house.sign_in(&mut Browser::phone(), OWNER, SECRET));
}

#[test]
fn r_reset_5_i15_a_password_is_set_once() {
    let (mut house, browser, code) = verified();
    let mut first = browser.clone();
    welcome(house.set_password(&mut first, NEXT));
    let mut again = browser;
    assert_eq!(house.set_password(&mut again, "mine"), refused(Reason::FlowGone));
    assert_eq!(house.type_reset(&mut again, code), refused(Reason::FlowGone));
    welcome(house.sign_in(&mut Browser::stranger(), OWNER, NEXT));
}

#[test]
fn r_reset_5_opened_again_the_form_asks_for_the_verified_code_and_no_other() {
    let (mut house, _) = House::with_owner();
    let mut browser = Browser::phone();
    house.ask_reset(&mut browser, OWNER);
    let first = house.reset_code(OWNER).expect("mailed");
    house.wait(Millis::seconds(60));
    house.ask_reset(&mut browser, OWNER);
    let second = house.reset_code(OWNER).expect("mailed");
    assert_ne!(first, second);
    assert!(matches!(house.type_reset(&mut browser, second), Outcome::ResetProven { .. }));
    for wrong in [first, TypedCode::Unknown] {
        let form = browser.form;
        assert_eq!(house.type_reset(&mut browser, wrong), refused(Reason::WrongCode));
        assert_eq!(browser.form, form, "and the form that is open stays good");
    }
    assert!(matches!(house.type_reset(&mut browser, second), Outcome::ResetProven { .. }));
    welcome(house.set_password(&mut browser, NEXT));
}

#[test]
fn r_reset_5_whoever_guesses_at_the_form_has_the_tries_of_the_browser_and_of_the_network() {
    let (mut house, mut browser, code) = verified();
    for _ in 0..10 {
        assert_eq!(house.type_reset(&mut browser, TypedCode::Unknown), refused(Reason::WrongCode));
    }
    assert_eq!(house.type_reset(&mut browser, code), refused(Reason::FlowUsedUp));
    welcome(house.clone().set_password(&mut browser.clone(), NEXT));
    let (mut house, mut browser, code) = verified();
    for _ in 0..100 {
        let mut other = Browser { flow: None, ..browser.clone() };
        house.ask_reset(&mut other, OWNER);
        house.type_reset(&mut other, TypedCode::Unknown);
    }
    assert_eq!(house.type_reset(&mut browser, code), refused(Reason::NetworkUsedUp));
    assert_eq!(house.last, []);
    welcome(house.set_password(&mut browser, NEXT));
}

#[test]
fn r_reset_5_the_tries_before_the_verification_count_in_the_same_browser() {
    let (mut house, _) = House::with_owner();
    let mut browser = Browser::phone();
    house.ask_reset(&mut browser, OWNER);
    for _ in 0..9 {
        house.type_reset(&mut browser, TypedCode::Unknown);
    }
    let code = house.verify_reset(&mut browser, OWNER);
    house.type_reset(&mut browser, TypedCode::Unknown);
    assert_eq!(house.type_reset(&mut browser, code), refused(Reason::FlowUsedUp));
}

#[test]
fn l4_an_abandoned_reset_is_taken_up_in_that_browser_or_done_again_after_30_minutes() {
    for (waited, within) in around(Millis::minutes(30)) {
        let (mut house, browser, code) = verified();
        house.wait(waited);
        // The form was closed; the browser still has its flow.
        let mut here = Browser { form: None, ..browser.clone() };
        let taken_up = house.clone().type_reset(&mut here, code);
        assert_eq!(matches!(taken_up, Outcome::ResetProven { .. }), within, "{taken_up:?}");
        let mut elsewhere = browser.fresh();
        house.ask_reset(&mut elsewhere, OWNER);
        let newest = house.reset_code(OWNER).expect("mailed");
        assert_eq!(newest == code, within, "a new code can be had from then on");
        let again = house.type_reset(&mut elsewhere, newest);
        assert_eq!(again == refused(Reason::CodeSpent), within, "{again:?}");
        if !within {
            welcome(house.set_password(&mut elsewhere, NEXT));
        }
    }
}

#[test]
fn r_reset_7_r_signin_6_a_not_me_ends_the_grant() {
    let (mut house, mut owner) = House::with_owner();
    welcome(house.sign_in(&mut owner, OWNER, SECRET));
    let mut browser = Browser::phone();
    let code = house.verify_reset(&mut browser, OWNER);
    let number = house.number(MailKind::SignIn, OWNER).expect("mailed");
    assert_eq!(house.report(OWNER, number), Outcome::TakenBack);
    the_grant_is_over(&mut house, &mut browser, code);
}

#[test]
fn r_method_10_an_undo_ends_the_grant() {
    let (mut house, mut owner) = House::with_owner();
    assert_eq!(house.change_password(&mut owner, "other"), Outcome::Done);
    let mut browser = Browser::phone();
    let code = house.verify_reset(&mut browser, OWNER);
    let number = house.number(MailKind::PasswordChanged, OWNER).expect("mailed");
    assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
    the_grant_is_over(&mut house, &mut browser, code);
}

#[test]
fn r_reset_7_another_verification_ends_the_grant() {
    let (mut house, mut browser, code) = verified();
    // No second code is issued in the cooldown; were there one, only the newest verification would count.
    house.world.addresses.get_mut(email(OWNER).key()).expect("there").cooling_until = None;
    house.wait(Millis::seconds(60));
    let mut other = Browser::of("another", "192.0.2.10");
    house.verify_reset(&mut other, OWNER);
    let form = browser.form;
    assert_eq!(house.set_password(&mut browser, "mine"), refused(Reason::FlowGone));
    assert_eq!(house.type_reset(&mut browser, code), refused(Reason::FlowGone));
    assert_eq!(browser.form, form);
    welcome(house.set_password(&mut other, NEXT));
}

#[test]
fn i15_the_grant_is_over_when_the_address_leaves_the_account() {
    let (mut house, mut owner) = House::with_owner();
    let mut tab = Browser { flow: None, ..owner.clone() };
    let code = house.verify_reset(&mut tab, OWNER);
    house.change_email(&mut owner, "new@example.org");
    let form = tab.form;
    assert_eq!(house.set_password(&mut tab, "mine"), refused(Reason::FlowGone));
    assert_eq!(house.type_reset(&mut tab, code), refused(Reason::FlowGone));
    assert_eq!(tab.form, form);
    assert!(house.is_void("new@example.org"));
}

#[test]
fn r_signin_7_a_sign_in_in_that_browser_drops_the_grant() {
    let (mut house, browser, _) = verified();
    house.register(&mut Browser::stranger(), STRANGER);
    let mut neighbour = browser.clone();
    welcome(house.sign_in(&mut neighbour, STRANGER, SECRET));
    let mut back = browser;
    assert_eq!(house.set_password(&mut back, "mine"), refused(Reason::FlowGone));
}

#[test]
fn r_reset_5_asking_for_another_address_in_that_browser_gives_the_grant_up() {
    let (mut house, browser, code) = verified();
    let mut here = browser.clone();
    house.ask_reset(&mut here, STRANGER);
    assert_eq!(house.set_password(&mut browser.clone(), "mine"), refused(Reason::FlowGone));
    assert_eq!(house.type_reset(&mut here, code), refused(Reason::WrongCode));
    house.wait(Millis::minutes(30));
    house.reset(&mut here, OWNER, NEXT);
}

/// Neither the form nor the code leads on, and the browser is not told of a cooldown; the next code does.
fn the_grant_is_over(house: &mut House, browser: &mut Browser, code: TypedCode) {
    assert_eq!(house.set_password(browser, "mine"), refused(Reason::FlowGone));
    assert_eq!(house.type_reset(browser, code), refused(Reason::FlowGone));
    assert!(matches!(house.ask_reset(browser, OWNER), Outcome::CodeAsked { .. }));
    assert!(house.is_void(OWNER));
    house.wait(Millis::minutes(30));
    house.reset(browser, OWNER, NEXT);
}
