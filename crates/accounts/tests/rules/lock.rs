//! R-LOCK 1 to 8: what the way out of a lock, a changed address and time do to locks and counts.
//!
//! `guess_limit` has the ticket and the budgets; `reset` has the unlocking itself. Here are the clauses that
//! need several of them at once.

use accounts::{
    Command, Event, Lane, LockNotice, MailKind, Millis, Outcome, Reason, TypedCode, TypedNumber,
};

use super::house::{Browser, House, OWNER, SECRET, STRANGER, around, refused, welcome};
use crate::support::email;

const NOBODY: &str = "nobody@example.com";

fn guesses(house: &House, address: &str) -> accounts::GuessLimit {
    house.world.address(&email(address), house.now).guesses
}

#[test]
fn r_lock_1_the_lock_is_told_to_whoever_asks_and_the_way_out_is_open() {
    let (mut house, _) = House::with_owner();
    house.guess_wrong(10, OWNER);
    for secret in [SECRET, "wrong"] {
        let answer = house.sign_in(&mut Browser::phone(), OWNER, secret);
        assert_eq!(answer, refused(Reason::Locked));
    }
    house.reset(&mut Browser::phone(), OWNER, "next");
}

#[test]
fn r_lock_2_only_a_reset_or_an_operator_lifts_the_lock() {
    let (mut house, mut owner) = House::with_owner();
    house.guess_wrong(10, OWNER);
    welcome(house.sign_in(&mut owner, OWNER, SECRET));
    let not_me = house.number(MailKind::SignIn, OWNER).expect("mailed");
    house.prove(&mut owner, OWNER, SECRET);
    house.change_password(&mut owner, "next");
    let undo = house.number(MailKind::PasswordChanged, OWNER).expect("mailed");
    house.ask_code(&mut Browser::stranger(), OWNER);
    house.ask_reset(&mut Browser::stranger(), OWNER);
    assert!(house.is_locked(OWNER));
    assert_eq!(house.clone().report(OWNER, not_me), Outcome::TakenBack);
    assert_eq!(house.undo(OWNER, undo), Outcome::TakenBack);
    house.operate(&Command::SignOutEverywhere);
    house.wait(Millis::days(1000));
    assert!(house.is_locked(OWNER));
    let mut operated = house.clone();
    operated.operate(&Command::Unlock { email: email(OWNER) });
    assert!(!operated.is_locked(OWNER));
    house.reset(&mut Browser::phone(), OWNER, "again");
    assert!(!house.is_locked(OWNER));
}

#[test]
fn r_lock_2_locks_and_counts_are_kept_alike_whether_or_not_an_account_has_the_address() {
    for (waited, within) in around(Millis::days(30)) {
        let (mut house, _) = House::with_owner();
        for address in [OWNER, NOBODY] {
            house.guess_wrong(9, address);
        }
        house.wait(waited);
        for address in [OWNER, NOBODY] {
            house.guess_wrong(1, address);
            assert_eq!(house.is_locked(address), within, "{address}");
            house.guess_wrong(9, address);
            assert!(house.is_locked(address));
        }
        let alike =
            |house: &House, address| accounts::GuessLimit { told_at: None, ..guesses(house, address) };
        assert_eq!(alike(&house, OWNER), alike(&house, NOBODY));
    }
}

#[test]
fn r_lock_2_a_lock_stays_when_the_operator_allows_more_guesses_from_now_on() {
    let (mut house, _) = House::with_owner();
    house.guess_wrong(10, OWNER);
    house.policy.guesses = 20;
    let paid = house.pay(&mut Browser::stranger(), OWNER);
    assert_eq!(paid, Err(Reason::Locked), "no guess is evaluated");
    let answer = house.sign_in(&mut Browser::phone(), OWNER, SECRET);
    assert_eq!(answer, refused(Reason::Locked));
    house.reset(&mut Browser::phone(), OWNER, "next");
    house.guess_wrong(19, OWNER);
    assert!(!house.is_locked(OWNER));
}

#[test]
fn r_lock_2_a_devices_count_is_forgotten_at_30_days_too() {
    for (waited, within) in around(Millis::days(30)) {
        let (mut house, mut owner) = House::with_owner();
        for _ in 0..4 {
            house.sign_in(&mut owner, OWNER, "typo");
        }
        house.wait(waited);
        house.sign_in(&mut owner, OWNER, "typo");
        assert_eq!(house.account(OWNER).devices.is_empty(), within, "the fifth within its time");
    }
}

#[test]
fn r_lock_3_the_mail_of_a_lock_goes_to_the_stored_address_and_says_when() {
    let (mut house, _) = House::with_owner();
    house.guess_wrong(9, "OWNER@Example.com");
    house.wait(Millis::hours(1));
    house.guess_wrong(1, "OWNER@Example.com");
    let mail = house.newest(MailKind::Locked, OWNER).expect("told");
    assert_eq!((mail.to.as_stored(), mail.at), (OWNER, house.now));
    assert_eq!((mail.number, mail.challenge), (None, None));
    let account = Some(house.account(OWNER).id);
    let (email, notice) = (email("owner@example.com"), LockNotice::Tell);
    let locked = |event: &Event| {
        matches!(event, Event::Locked { email: at, account: whose, notice: told }
            if at.same_as(&email) && *whose == account && *told == notice)
    };
    assert!(house.did(locked));
}

#[test]
fn r_lock_3_a_reset_lets_the_next_lock_be_told_no_sooner() {
    for (waited, within) in around(Millis::days(1)) {
        let (mut house, _) = House::with_owner();
        house.guess_wrong(10, OWNER);
        house.reset(&mut Browser::phone(), OWNER, "next");
        house.wait(waited);
        house.guess_wrong(10, OWNER);
        assert!(house.is_locked(OWNER));
        assert_eq!(house.count(MailKind::Locked, OWNER), if within { 1 } else { 2 });
    }
}

#[test]
fn r_lock_4_a_device_whose_guesses_lapsed_is_a_stranger_from_that_very_step_on() {
    for (waited, within) in around(Millis::seconds(30)) {
        let (mut house, mut owner) = House::with_owner();
        for _ in 0..5 {
            house.pay(&mut owner, OWNER).expect("paid, and never settled");
        }
        house.guess_wrong(10, OWNER);
        house.wait(waited);
        let wanted = if within { Reason::GuessesInFlight } else { Reason::Locked };
        assert_eq!(house.clone().pay(&mut owner, OWNER), Err(wanted));
        house.operate(&Command::Unlock { email: email(OWNER) });
        assert_eq!(house.pay(&mut owner, OWNER).is_err(), within);
    }
    let (mut house, mut owner) = House::with_owner();
    for _ in 0..5 {
        house.pay(&mut owner, OWNER).expect("paid, and never settled");
    }
    house.wait(Millis::seconds(30));
    let paid = house.ask(&mut owner, Some(OWNER), &Command::PayGuess { email: email(OWNER) });
    assert_eq!(paid, Outcome::Paid(Lane::Strangers));
}

#[test]
fn r_lock_4_a_right_guess_that_was_under_way_at_the_lock_sets_neither_it_nor_its_count_back() {
    let (mut house, _) = House::with_owner();
    let mut phone = Browser::phone();
    house.guess_wrong(8, OWNER);
    let right = house.pay(&mut phone, OWNER).expect("paid");
    let wrong = house.pay(&mut Browser::stranger(), OWNER).expect("paid");
    // With the bound as it was, nothing is under way when a lock falls; the operator lowers it.
    house.policy.guesses = 9;
    let guess = house.check(OWNER, "wrong", wrong);
    house.settle(&mut Browser::stranger(), OWNER, guess);
    assert!(house.is_locked(OWNER));
    let guess = house.check(OWNER, SECRET, right);
    assert_eq!(house.settle(&mut phone, OWNER, guess), refused(Reason::Locked));
    assert_eq!((guesses(&house, OWNER).wrong, house.is_locked(OWNER)), (9, true));
}

#[test]
fn r_lock_4_a_device_is_known_again_after_the_reset_that_forgot_it() {
    let (mut house, mut owner) = House::with_owner();
    house.reset(&mut owner, OWNER, "next");
    house.guess_wrong(10, OWNER);
    let paid = house.ask(&mut owner, Some(OWNER), &Command::PayGuess { email: email(OWNER) });
    assert!(matches!(paid, Outcome::Paid(Lane::Device(_))), "{paid:?}");
    owner.session = None;
    welcome(house.sign_in(&mut owner, OWNER, "next"));
}

#[test]
fn r_lock_4_a_device_forgotten_by_a_reset_is_refused_by_the_lock() {
    let (mut house, mut owner) = House::with_owner();
    house.verify_reset(&mut Browser::phone(), OWNER);
    house.guess_wrong(10, OWNER);
    assert!(house.is_locked(OWNER));
    assert_eq!(house.sign_in(&mut owner, OWNER, SECRET), refused(Reason::Locked));
}

#[test]
fn r_lock_5_where_a_lock_refuses_every_method_an_address_that_is_not_locked_refuses_none() {
    let (mut house, _) = House::with_owner();
    house.policy.lock_scope = accounts::LockScope::Account;
    house.guess_wrong(9, OWNER);
    house.guess_wrong(10, NOBODY);
    welcome(house.sign_in(&mut Browser::phone(), OWNER, SECRET));
    house.guess_wrong(10, OWNER);
    house.reset(&mut Browser::of("another", "192.0.2.10"), OWNER, "next");
}

#[test]
fn r_lock_6_guesses_at_a_void_password_lock_the_address_as_they_lock_an_unknown_one() {
    let (mut house, _) = House::with_owner();
    let mut browser = Browser::phone();
    house.verify_reset(&mut browser, OWNER);
    for address in [OWNER, NOBODY] {
        house.guess_wrong(10, address);
        assert!(house.is_locked(address));
    }
    assert_eq!(guesses(&house, OWNER).wrong, guesses(&house, NOBODY).wrong);
    welcome(house.set_password(&mut browser, "next"));
}

#[test]
fn r_lock_7_a_suspended_account_locks_and_unlocks_like_any_other() {
    let (mut house, _) = House::with_owner();
    house.suspend();
    house.guess_wrong(10, OWNER);
    assert!(house.is_locked(OWNER));
    assert_eq!(house.sign_in(&mut Browser::phone(), OWNER, SECRET), refused(Reason::Locked));
    house.operate(&Command::Unlock { email: email(OWNER) });
    assert_eq!(house.sign_in(&mut Browser::phone(), OWNER, SECRET), refused(Reason::Suspended));
}

#[test]
fn r_lock_8_a_failed_guess_stays_counted_whatever_a_stranger_does_next() {
    let (mut house, _) = House::with_owner();
    house.guess_wrong(9, OWNER);
    let mut stranger = Browser::stranger();
    house.register(&mut stranger, STRANGER);
    house.reset(&mut stranger, STRANGER, "theirs");
    house.change_email(&mut stranger, "theirs@example.org");
    house.ask_reset(&mut stranger, OWNER);
    house.type_reset(&mut stranger, TypedCode::Unknown);
    house.undo_from(&mut stranger, OWNER, TypedNumber::Unknown);
    house.report_from(&mut stranger, OWNER, TypedNumber::Unknown);
    assert_eq!(guesses(&house, OWNER).wrong, 9);
    house.guess_wrong(1, OWNER);
    assert!(house.is_locked(OWNER));
}

#[test]
fn r_lock_8_guesses_that_lapsed_before_a_reset_do_not_lock_again_after_it() {
    for (waited, within) in around(Millis::seconds(30)) {
        let (mut house, _) = House::with_owner();
        let mut browser = Browser::phone();
        house.verify_reset(&mut browser, OWNER);
        for _ in 0..10 {
            house.pay(&mut Browser::stranger(), OWNER).expect("paid, and never settled");
        }
        house.wait(waited);
        welcome(house.set_password(&mut browser, "next"));
        assert_eq!(guesses(&house, OWNER).tickets.len(), if within { 10 } else { 0 });
        house.wait(Millis::seconds(30));
        house.pay(&mut Browser::stranger(), OWNER).err();
        assert_eq!(house.is_locked(OWNER), within, "those under way count in the new period");
        assert!(house.is_signed_in(&mut browser));
    }
}

#[test]
fn r_signin_3_a_guess_that_was_handed_back_costs_nothing_and_cannot_be_used() {
    let (mut house, _) = House::with_owner();
    for _ in 0..20 {
        let mut browser = Browser::stranger();
        let ticket = house.pay(&mut browser, OWNER).expect("paid");
        let back = Command::ReturnGuess { email: email(OWNER), ticket };
        assert_eq!(house.ask(&mut browser, Some(OWNER), &back), Outcome::Done);
        let guess = house.check(OWNER, SECRET, ticket);
        assert_eq!(house.settle(&mut browser, OWNER, guess), refused(Reason::TicketLapsed));
        let again = house.ask(&mut browser, Some(OWNER), &back);
        assert_eq!(again, refused(Reason::TicketLapsed));
    }
    assert_eq!(guesses(&house, OWNER), accounts::GuessLimit::default());
}

#[test]
fn r_signin_3_a_guess_handed_back_after_its_time_stays_counted() {
    for (waited, within) in around(Millis::seconds(30)) {
        let (mut house, _) = House::with_owner();
        let ticket = house.pay(&mut Browser::stranger(), OWNER).expect("paid");
        house.wait(waited);
        let back = Command::ReturnGuess { email: email(OWNER), ticket };
        let answer = house.ask(&mut Browser::stranger(), Some(OWNER), &back);
        assert_eq!(answer == Outcome::Done, within, "{answer:?}");
        assert_eq!(guesses(&house, OWNER).wrong, u32::from(!within));
    }
}
