//! R-LOCK-2 and 7: what operators may do. A suspension and a lock are two things.

use accounts::{ActivityKind, Actor, Command, Line, Outcome, Reason};

use super::house::{Browser, House, OWNER, SECRET, STRANGER, hash, refused, welcome};
use crate::support::email;

fn suspend(house: &mut House) {
    let reason = Line::clean("asked by the police", 80);
    assert_eq!(house.operate(&Command::Suspend { reason }), Outcome::Done);
}

#[test]
fn r_lock_7_a_suspension_ends_every_session_and_refuses_the_right_password() {
    let (mut house, mut owner) = House::with_owner();
    suspend(&mut house);
    assert!(!house.is_signed_in(&mut owner));
    assert_eq!(house.sign_in(&mut owner, OWNER, SECRET), refused(Reason::Suspended));
    assert!(house.account(OWNER).sessions.is_empty());
}

#[test]
fn r_lock_7_it_is_told_only_to_somebody_who_has_just_shown_a_valid_method() {
    let (mut house, _) = House::with_owner();
    suspend(&mut house);
    let answer = house.sign_in(&mut Browser::stranger(), OWNER, "wrong");
    assert_eq!(answer, refused(Reason::WrongPassword));
}

/// A11: also a sign-in that was begun before.
#[test]
fn r_lock_7_it_refuses_a_guess_that_was_under_way() {
    let (mut house, _) = House::with_owner();
    let mut phone = Browser::of("phone", "192.0.2.9");
    let ticket = house.pay(&mut phone, OWNER).expect("paid");
    let guess = house.check(OWNER, SECRET, ticket);
    suspend(&mut house);
    assert_eq!(house.settle(&mut phone, OWNER, guess), refused(Reason::Suspended));
}

#[test]
fn i33_a_session_that_outlived_a_suspension_would_serve_nothing() {
    let (mut house, mut owner) = House::with_owner();
    let sessions = house.account(OWNER).sessions.clone();
    suspend(&mut house);
    let id = house.account(OWNER).id;
    house.world.accounts.get_mut(&id).expect("there").sessions = sessions;
    let change = Command::ChangePassword { hash: hash("mine") };
    assert_eq!(house.ask(&mut owner, None, &change), refused(Reason::NotSignedIn));
    assert!(!house.is_signed_in(&mut owner));
}

#[test]
fn r_lock_7_unlocking_lifts_no_suspension_and_resuming_lifts_no_lock() {
    let (mut house, _) = House::with_owner();
    house.guess_wrong(10, OWNER);
    suspend(&mut house);
    assert_eq!(house.operate(&Command::Resume), Outcome::Done);
    assert!(house.is_locked(OWNER));
    suspend(&mut house);
    assert_eq!(house.operate(&Command::Unlock { email: email(OWNER) }), Outcome::Done);
    assert!(!house.is_locked(OWNER));
    assert!(house.account(OWNER).suspended.is_some());
}

#[test]
fn r_lock_7_only_an_operator_lifts_it() {
    let (mut house, _) = House::with_owner();
    suspend(&mut house);
    house.wait(accounts::Millis::days(1000));
    house.ask_code(&mut Browser::owner(), OWNER);
    assert_eq!(house.sign_in(&mut Browser::owner(), OWNER, SECRET), refused(Reason::Suspended));
    assert_eq!(house.operate(&Command::Resume), Outcome::Done);
    welcome(house.sign_in(&mut Browser::owner(), OWNER, SECRET));
}

#[test]
fn suspending_twice_keeps_the_first_reason_and_resuming_twice_is_no_error() {
    let (mut house, _) = House::with_owner();
    suspend(&mut house);
    let first = house.account(OWNER).suspended.clone();
    house.wait(accounts::Millis::days(1));
    house.operate(&Command::Suspend { reason: Line::clean("again", 80) });
    assert_eq!(house.account(OWNER).suspended, first);
    for _ in 0..2 {
        assert_eq!(house.operate(&Command::Resume), Outcome::Done);
    }
}

#[test]
fn an_operator_signs_a_member_out_everywhere() {
    let (mut house, mut owner) = House::with_owner();
    let mut phone = Browser::of("phone", "192.0.2.9");
    welcome(house.sign_in(&mut phone, OWNER, SECRET));
    assert_eq!(house.operate(&Command::SignOutEverywhere), Outcome::Done);
    assert!(!house.is_signed_in(&mut owner) && !house.is_signed_in(&mut phone));
    welcome(house.sign_in(&mut owner, OWNER, SECRET));
}

#[test]
fn an_operators_command_on_nobody_is_told_so() {
    let mut house = House::new();
    let reason = Line::clean("?", 9);
    let suspend = Command::Suspend { reason };
    for command in [suspend, Command::Resume, Command::SignOutEverywhere, Command::NoteExportFor] {
        assert_eq!(house.operate(&command), refused(Reason::NotFound));
    }
}

#[test]
fn r_withdraw_3_what_is_taken_for_a_member_is_in_the_members_list_and_ends_nothing() {
    let (mut house, mut owner) = House::with_owner();
    house.forget_notices();
    assert_eq!(house.operate(&Command::NoteExportFor), Outcome::Done);
    assert_eq!(house.activity_kinds(), [ActivityKind::Exported]);
    assert_eq!(house.activities[0].actor, Actor::Operator);
    assert!(house.is_signed_in(&mut owner));
    let nobody = house.ask(&mut Browser::stranger(), None, &Command::NoteExport);
    assert_eq!(nobody, refused(Reason::NotSignedIn));
}

#[test]
fn what_an_operator_does_is_in_the_members_list_as_theirs() {
    let (mut house, _) = House::with_owner();
    suspend(&mut house);
    assert!(!house.activities.is_empty());
    assert!(house.activities.iter().all(|line| line.actor == Actor::Operator));
}

#[test]
fn a_suspension_of_one_account_is_none_of_another() {
    let (mut house, _) = House::with_owner();
    let mut other = Browser::stranger();
    house.register(&mut other, STRANGER);
    suspend(&mut house);
    assert!(house.is_signed_in(&mut other));
}
