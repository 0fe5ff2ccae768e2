//! R-METHOD-10: whoever knows only the password cannot take the account away for good, told step by step.
//!
//! The thief signs in, changes the password, moves the account to a mailbox of his own, resets there, and
//! changes whatever he likes. The owner reads her mailbox within 72 hours of the first change.

use accounts::{Command, MailKind, Millis, Outcome, Reason, TypedNumber};

use super::house::{Browser, House, OWNER, SECRET, refused, welcome};

const THIEFS: &str = "thief@example.org";
const SECOND: &str = "thief.two@example.org";

/// The thief has done his worst; the house, his browser, and when the first change was.
fn robbed() -> (House, Browser, accounts::Instant) {
    let (mut house, _) = House::with_owner();
    house.wait(Millis::days(90));
    house.forget_notices();
    let mut thief = Browser::stranger();
    welcome(house.sign_in(&mut thief, OWNER, SECRET));
    assert!(house.number(MailKind::SignIn, OWNER).is_some(), "she is told at once (I39)");
    let first_change = house.now;
    assert_eq!(house.change_password(&mut thief, "his"), Outcome::Done);
    assert!(house.number(MailKind::PasswordChanged, OWNER).is_some());
    house.wait(Millis::minutes(1));
    house.change_email(&mut thief, THIEFS);
    assert!(house.number(MailKind::EmailChanged, OWNER).is_some());
    assert_eq!(house.number(MailKind::EmailChanged, THIEFS), None, "his mailbox has no right");
    // He makes the account as much his own as the rules let him.
    house.wait(Millis::minutes(1));
    house.reset(&mut thief, THIEFS, "his own");
    house.change_password(&mut thief, "his very own");
    assert_eq!(house.number(MailKind::PasswordChanged, THIEFS), None);
    house.change_email(&mut thief, SECOND);
    assert_eq!(house.number(MailKind::EmailChanged, THIEFS), None);
    assert_eq!(house.number(MailKind::EmailChanged, SECOND), None);
    welcome(house.sign_in(&mut thief, SECOND, "his very own"));
    (house, thief, first_change)
}

#[test]
fn r_method_10_the_owner_takes_everything_back_with_any_of_her_mails() {
    for kind in [MailKind::PasswordChanged, MailKind::EmailChanged] {
        let (mut house, mut thief, first) = robbed();
        house.now = first.plus(Millis(Millis::hours(72).0 - 1));
        let number = house.number(kind, OWNER).expect("in her mailbox");
        assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
        assert!(house.has_account(OWNER) && !house.has_account(THIEFS) && !house.has_account(SECOND));
        assert!(!house.is_signed_in(&mut thief));
        let mut owner = Browser::owner();
        house.reset(&mut owner, OWNER, "hers again");
        the_thief_is_out(&mut house, &mut thief);
        assert!(house.is_signed_in(&mut owner));
    }
}

#[test]
fn r_method_10_a_deleted_mail_is_had_again_by_asking_for_a_reset_at_the_old_address() {
    let (mut house, mut thief, first) = robbed();
    house.now = first.plus(Millis::hours(71));
    house.forget_notices();
    let mut owner = Browser::owner();
    assert!(matches!(house.ask_reset(&mut owner, OWNER), Outcome::CodeAsked { .. }));
    let number = house.number(MailKind::UndoAgain, OWNER).expect("the oldest number, once more");
    assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
    house.wait(Millis::seconds(60));
    house.reset(&mut owner, OWNER, "hers again");
    the_thief_is_out(&mut house, &mut thief);
}

#[test]
fn r_method_10_the_thief_cannot_make_the_old_address_his_or_anybodys() {
    let (mut house, mut thief, _) = robbed();
    house.forget_notices();
    house.ask_email(&mut thief, OWNER);
    house.wait(Millis::seconds(60));
    house.ask_code(&mut Browser::stranger(), OWNER);
    assert_eq!(house.mail_kinds(), [MailKind::EmailChangeTaken, MailKind::UndoAgain]);
    assert!(house.mails.iter().all(|mail| mail.to.as_stored() == OWNER && mail.challenge.is_none()));
}

#[test]
fn r_signin_6_not_me_alone_shows_him_the_door_and_the_undo_is_still_hers() {
    let (mut house, mut thief, _) = robbed();
    let number = house.number(MailKind::SignIn, OWNER).expect("in her mailbox");
    assert_eq!(house.report(OWNER, number), Outcome::TakenBack);
    assert!(!house.is_signed_in(&mut thief) && house.is_void(SECOND));
    // He still has the mailbox that the account names, and resets.
    house.reset(&mut thief, SECOND, "his once more");
    let number = house.number(MailKind::EmailChanged, OWNER).expect("in her mailbox");
    assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
    house.reset(&mut Browser::owner(), OWNER, "hers again");
    the_thief_is_out(&mut house, &mut thief);
}

#[test]
fn r_method_10_what_he_does_while_she_takes_it_back_does_not_help_him() {
    let (mut house, mut thief, _) = robbed();
    house.wait(Millis::minutes(31));
    // He holds a proven reset and the number of his latest sign-in.
    let mut resetting = Browser::of("thief's second browser", "198.51.100.8");
    house.verify_reset(&mut resetting, SECOND);
    let number = house.number(MailKind::EmailChanged, OWNER).expect("in her mailbox");
    let his = house.number(MailKind::SignIn, SECOND).expect("in his");
    assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
    assert_eq!(house.set_password(&mut resetting, "his"), refused(Reason::FlowGone));
    house.wait(Millis::minutes(10));
    assert_eq!(house.report(SECOND, his), refused(Reason::NumberSpent));
    house.reset(&mut Browser::owner(), OWNER, "hers again");
    the_thief_is_out(&mut house, &mut thief);
}

/// Nothing the thief holds or knows opens the account, or undoes what the owner did.
fn the_thief_is_out(house: &mut House, thief: &mut Browser) {
    assert!(!house.is_signed_in(thief));
    for secret in [SECRET, "his", "his own", "his very own", "his once more"] {
        for address in [OWNER, THIEFS, SECOND] {
            let answer = house.clone().sign_in(&mut thief.fresh(), address, secret);
            assert!(matches!(answer, Outcome::Refused(_)), "{answer:?}");
        }
    }
    let theirs: Vec<_> = [THIEFS, SECOND]
        .into_iter()
        .flat_map(|address| {
            let of = |mail: &&accounts::Mail| mail.to.as_stored() == address;
            let numbers = house.mails.iter().filter(of).filter_map(|mail| mail.number);
            numbers.map(|number| (address, number)).collect::<Vec<_>>()
        })
        .collect();
    for (address, id) in theirs {
        let number = TypedNumber::Matches(id);
        for answer in [house.undo(address, number), house.report(address, number)] {
            assert!(matches!(answer, Outcome::Refused(_) | Outcome::TakenBack), "{answer:?}");
        }
    }
    assert!(house.has_account(OWNER) && !house.is_void(OWNER));
    for address in [THIEFS, SECOND] {
        house.wait(Millis::seconds(60));
        let before = house.count(MailKind::ResetCode, address);
        let asked = Command::AskReset { email: crate::support::email(address) };
        house.ask(&mut thief.fresh(), Some(address), &asked);
        assert_eq!(house.count(MailKind::ResetCode, address), before, "no code goes there");
    }
}
