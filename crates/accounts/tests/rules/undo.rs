//! R-METHOD-10: for 72 hours a change can be taken back with the number from the mail about it.
//!
//! An undo takes back that change and everything later, ends what ends, makes the password unusable, and leads
//! to the reset. It never revives a password, and cannot itself be undone.

use accounts::{
    DeviceEnd, Event, MailKind, Millis, Outcome, Reason, SessionEnd, TypedNumber, VoidCause,
};

use super::house::{Browser, House, OWNER, SECRET, STRANGER, around, refused, welcome};
use crate::support::email;

const NEW: &str = "new@example.org";
const THIRD: &str = "third@example.org";

/// A house whose password was changed, and the number in the mail about it.
fn password_changed() -> (House, Browser, TypedNumber) {
    let (mut house, mut owner) = House::with_owner();
    assert_eq!(house.change_password(&mut owner, "other"), Outcome::Done);
    let number = house.number(MailKind::PasswordChanged, OWNER).expect("mailed");
    (house, owner, number)
}

/// A house whose address was changed, and the number in the mail to the old one.
fn email_changed() -> (House, Browser, TypedNumber) {
    let (mut house, mut owner) = House::with_owner();
    house.wait(Millis(1));
    house.change_email(&mut owner, NEW);
    let number = house.number(MailKind::EmailChanged, OWNER).expect("mailed");
    (house, owner, number)
}

/// The owner of the mailbox gets in by the reset.
fn leads_to_the_reset(house: &mut House) {
    let mut browser = Browser::of("way back", "192.0.2.50");
    house.wait(Millis::seconds(60));
    house.reset(&mut browser, OWNER, "mine again");
    assert!(house.is_signed_in(&mut browser));
}

#[test]
fn r_method_10_undoing_a_new_password_makes_it_unusable_and_revives_none() {
    let (mut house, mut owner, number) = password_changed();
    let before = house.account(OWNER).clone();
    let version = before.password().expect("set").version;
    assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
    let account = house.account(OWNER);
    assert!(house.is_void(OWNER) && account.sessions.is_empty() && account.devices.is_empty());
    assert_eq!(account.password_version, version + 1);
    assert_eq!(account.epoch, before.epoch + 1);
    assert!(account.changes.is_empty());
    assert!(!house.is_signed_in(&mut owner));
    for secret in [SECRET, "other"] {
        let answer = house.clone().sign_in(&mut Browser::phone(), OWNER, secret);
        assert_eq!(answer, refused(Reason::NoPassword));
    }
    leads_to_the_reset(&mut house);
}

#[test]
fn r_method_10_undoing_another_address_puts_the_old_one_back_as_it_was() {
    let (mut house, mut owner, number) = email_changed();
    let created_at = house.account(NEW).created_at;
    house.wait(Millis::hours(50));
    assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
    assert!(house.has_account(OWNER) && !house.has_account(NEW));
    let method = house.account(OWNER).email.clone().expect("it");
    assert_eq!(method.email.as_stored(), OWNER);
    assert_eq!(method.proven_at, created_at, "established as it was");
    assert!(house.is_void(OWNER) && !house.is_signed_in(&mut owner));
    leads_to_the_reset(&mut house);
    // The address that was taken back is anybody's who proves it.
    house.register(&mut Browser::stranger(), NEW);
}

#[test]
fn r_method_10_what_an_undo_ends_says_why() {
    let (mut house, _, number) = email_changed();
    let account = house.account(NEW).id;
    house.undo(OWNER, number);
    assert!(house.did(|e| matches!(e, Event::SessionEnded { reason: SessionEnd::Undone, .. })));
    assert!(house.did(|e| matches!(e, Event::DeviceForgotten { reason: DeviceEnd::Undone, .. })));
    assert!(house.did(|e| matches!(e, Event::MethodsPutBack { .. })));
    let left = vec![email(NEW)];
    let cause = VoidCause::Undone { left };
    let void = |e: &Event| {
        matches!(e, Event::PasswordVoided { account: whose, cause: why, .. }
            if *whose == account && *why == cause)
    };
    assert!(house.did(void));
}

#[test]
fn r_method_10_a_change_can_be_undone_for_72_hours() {
    for (waited, within) in around(Millis::hours(72)) {
        for (mut house, _, number) in [password_changed(), email_changed()] {
            house.wait(waited);
            let wanted = if within { Outcome::TakenBack } else { refused(Reason::NumberExpired) };
            assert_eq!(house.undo(OWNER, number), wanted);
            assert_eq!(house.last.is_empty(), !within);
        }
    }
}

#[test]
fn r_method_10_a_number_undoes_once_and_a_second_press_within_10_minutes_is_answered_alike() {
    for (waited, within) in around(Millis::minutes(10)) {
        let (mut house, _, number) = email_changed();
        assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
        let mut browser = Browser::of("way back", "192.0.2.50");
        house.reset(&mut browser, OWNER, "mine again");
        house.wait(waited);
        let wanted = if within { Outcome::TakenBack } else { refused(Reason::NumberSpent) };
        assert_eq!(house.undo(OWNER, number), wanted);
        assert_eq!(house.last, [], "and does nothing again");
        assert!(house.is_signed_in(&mut browser));
    }
}

#[test]
fn r_method_10_it_needs_no_session_and_gives_none() {
    let (mut house, _, number) = email_changed();
    let mut reader = Browser::of("mail reader", "192.0.2.77");
    assert_eq!(house.undo_from(&mut reader, OWNER, number), Outcome::TakenBack);
    assert_eq!((reader.session, reader.device, reader.flow, reader.form), (None, None, None, None));
    assert!(!house.did(|event| matches!(event, Event::SessionStarted { .. })));
}

#[test]
fn r_method_10_an_undo_of_an_older_change_takes_back_the_later_ones() {
    let (mut house, mut owner, oldest) = password_changed();
    house.wait(Millis::minutes(1));
    house.change_email(&mut owner, NEW);
    house.wait(Millis::minutes(1));
    house.change_email(&mut owner, THIRD);
    assert_eq!(house.account(THIRD).changes.len(), 3);
    assert_eq!(house.undo(OWNER, oldest), Outcome::TakenBack);
    assert!(house.has_account(OWNER) && !house.has_account(NEW) && !house.has_account(THIRD));
    assert!(house.account(OWNER).changes.is_empty() && house.is_void(OWNER));
    let undone = |e: &Event| matches!(e, Event::ChangesUndone { changes, .. } if changes.len() == 3);
    assert!(house.did(undone));
    leads_to_the_reset(&mut house);
}

#[test]
fn r_method_10_an_undo_of_a_younger_change_leaves_the_older_one_and_its_number() {
    let (mut house, mut owner, older) = password_changed();
    house.wait(Millis::minutes(1));
    house.change_email(&mut owner, NEW);
    let younger = house.number(MailKind::EmailChanged, OWNER).expect("mailed");
    assert_ne!(older, younger);
    assert_eq!(house.undo(OWNER, younger), Outcome::TakenBack);
    assert!(house.has_account(OWNER));
    assert_eq!(house.account(OWNER).changes.len(), 1);
    house.wait(Millis::minutes(20));
    assert_eq!(house.undo(OWNER, older), Outcome::TakenBack);
    assert!(house.account(OWNER).changes.is_empty());
}

#[test]
fn r_method_10_of_several_changes_of_the_address_the_oldest_is_put_back() {
    let (mut house, mut owner, number) = email_changed();
    house.wait(Millis::minutes(1));
    house.change_email(&mut owner, THIRD);
    assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
    assert!(house.has_account(OWNER) && !house.has_account(NEW) && !house.has_account(THIRD));
}

#[test]
fn r_method_10_an_undo_is_no_change_and_cannot_be_undone() {
    let (mut house, _, number) = email_changed();
    house.forget_notices();
    house.undo(OWNER, number);
    assert!(house.mails.iter().all(|mail| mail.kind == MailKind::Undone && mail.number.is_none()));
    assert!(
        !house.did(|event| { matches!(event, Event::NumberIssued { .. } | Event::ChangeNoted { .. }) })
    );
    assert!(house.account(OWNER).changes.is_empty());
}

#[test]
fn r_method_10_an_undo_voids_the_younger_numbers_at_every_address_and_leaves_the_older_ones() {
    let (mut house, _) = House::with_owner();
    house.wait(Millis::days(4));
    let mut owner = Browser::phone();
    welcome(house.sign_in(&mut owner, OWNER, SECRET));
    let older = house.number(MailKind::SignIn, OWNER).expect("mailed");
    house.wait(Millis(1));
    house.change_email(&mut owner, NEW);
    let undo = house.number(MailKind::EmailChanged, OWNER).expect("mailed");
    let mut thief = Browser::stranger();
    welcome(house.sign_in(&mut thief, NEW, SECRET));
    let at_new = house.number(MailKind::SignIn, NEW).expect("mailed");
    house.change_password(&mut thief, "other");
    assert_eq!(house.number(MailKind::PasswordChanged, NEW), None, "not established");
    assert_eq!(house.undo(OWNER, undo), Outcome::TakenBack);
    house.wait(Millis::minutes(10));
    assert_eq!(house.report(NEW, at_new), refused(Reason::NumberSpent));
    assert_eq!(house.report(OWNER, older), Outcome::TakenBack, "made before the change");
}

#[test]
fn r_method_10_a_number_made_in_the_very_moment_of_the_change_is_voided_too() {
    let (mut house, mut owner) = House::with_owner();
    house.change_password(&mut owner, "other");
    let undo = house.number(MailKind::PasswordChanged, OWNER).expect("mailed");
    welcome(house.sign_in(&mut Browser::stranger(), OWNER, "other"));
    let number = house.number(MailKind::SignIn, OWNER).expect("mailed");
    assert_eq!(house.undo(OWNER, undo), Outcome::TakenBack);
    house.wait(Millis::minutes(10));
    assert_eq!(house.report(OWNER, number), refused(Reason::NumberSpent));
}

#[test]
fn r_method_10_an_undo_voids_no_number_of_another_account() {
    let (mut house, _, undo) = password_changed();
    let mut other = Browser::stranger();
    house.register(&mut other, STRANGER);
    welcome(house.sign_in(&mut other, STRANGER, SECRET));
    let theirs = house.number(MailKind::SignIn, STRANGER).expect("mailed");
    assert_eq!(house.undo(OWNER, undo), Outcome::TakenBack);
    assert!(house.is_signed_in(&mut other));
    assert_eq!(house.report(STRANGER, theirs), Outcome::TakenBack);
    assert!(house.did(|event| matches!(event, Event::NumberSpent { .. })));
}

#[test]
fn r_method_10_a_number_of_a_change_that_was_taken_back_with_an_older_one_is_worth_nothing() {
    let (mut house, mut owner, older) = password_changed();
    house.wait(Millis::minutes(1));
    house.change_email(&mut owner, NEW);
    let younger = house.number(MailKind::EmailChanged, OWNER).expect("mailed");
    assert_eq!(house.undo(OWNER, older), Outcome::TakenBack);
    let mut browser = Browser::of("way back", "192.0.2.50");
    house.reset(&mut browser, OWNER, "mine again");
    assert_eq!(house.undo(OWNER, younger), Outcome::TakenBack, "just now, as it says");
    assert_eq!(house.last, []);
    house.wait(Millis::minutes(10));
    assert_eq!(house.undo(OWNER, younger), refused(Reason::NumberSpent));
    assert!(house.is_signed_in(&mut browser));
}

#[test]
fn r_method_10_an_undo_ends_a_pending_change_of_the_address() {
    let (mut house, mut owner, number) = password_changed();
    house.ask_email(&mut owner, NEW);
    let code = house.email_code(NEW).expect("mailed");
    house.undo(OWNER, number);
    assert_eq!(house.type_email(&mut owner, code), refused(Reason::NotSignedIn));
    assert!(house.has_account(OWNER));
}

#[test]
fn r_lock_7_an_undo_lifts_no_suspension_and_no_lock() {
    let (mut house, _, number) = email_changed();
    house.guess_wrong(10, OWNER);
    let suspension = accounts::Suspension { at: house.now, reason: accounts::Line::clean("?", 9) };
    let id = house.account(NEW).id;
    house.world.accounts.get_mut(&id).expect("there").suspended = Some(suspension);
    assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
    assert!(house.account(OWNER).suspended.is_some() && house.is_locked(OWNER));
    assert_eq!(house.sign_in(&mut Browser::phone(), OWNER, SECRET), refused(Reason::Locked));
}

#[test]
fn r_method_10_a_change_outlives_its_72_hours_for_good() {
    let (mut house, _, _) = email_changed();
    house.wait(Millis::hours(72));
    assert!(house.has_account(NEW));
    house.register(&mut Browser::stranger(), OWNER);
    assert_ne!(house.account(OWNER).id, house.account(NEW).id);
}

#[test]
fn r_method_10_without_the_change_the_number_undoes_nothing() {
    let (mut house, _, number) = email_changed();
    let id = house.account(NEW).id;
    house.world.accounts.get_mut(&id).expect("there").changes.clear();
    assert_eq!(house.undo(OWNER, number), refused(Reason::NumberSpent));
    assert_eq!(house.last, []);
}
