//! R-SIGNIN-3 and 4, R-LOCK: guesses are paid for, counted by address, and lock strangers out.

use accounts::{
    Command, DeviceEnd, Event, Lane, MailKind, Millis, Outcome, Reason, TypedCode, Verdict,
};

use super::house::{Browser, House, OWNER, SECRET, STRANGER, refused, welcome};
use crate::support::email;

const NOBODY: &str = "nobody@example.com";

fn unlock(house: &mut House) {
    assert_eq!(house.operate(&Command::Unlock { email: email(OWNER) }), Outcome::Done);
}

#[test]
fn r_lock_1_the_tenth_wrong_password_locks_and_the_ninth_does_not() {
    let (mut house, _) = House::with_owner();
    house.guess_wrong(9, OWNER);
    assert!(!house.is_locked(OWNER));
    house.guess_wrong(1, OWNER);
    assert!(house.is_locked(OWNER));
}

#[test]
fn r_lock_1_a_locked_address_refuses_the_right_password_too() {
    let (mut house, _) = House::with_owner();
    house.guess_wrong(10, OWNER);
    let answer = house.sign_in(&mut Browser::of("phone", "192.0.2.9"), OWNER, SECRET);
    assert_eq!(answer, refused(Reason::Locked));
}

#[test]
fn r_lock_2_an_operator_unlocks() {
    let (mut house, _) = House::with_owner();
    house.guess_wrong(10, OWNER);
    unlock(&mut house);
    welcome(house.sign_in(&mut Browser::of("phone", "192.0.2.9"), OWNER, SECRET));
}

#[test]
fn r_lock_2_time_alone_does_not_unlock() {
    let (mut house, _) = House::with_owner();
    house.guess_wrong(10, OWNER);
    house.wait(Millis::days(10_000));
    let answer = house.sign_in(&mut Browser::of("phone", "192.0.2.9"), OWNER, SECRET);
    assert_eq!(answer, refused(Reason::Locked));
}

#[test]
fn r_lock_2_a_count_below_the_limit_is_forgotten_at_30_days_and_not_before() {
    for (waited, locks) in [(Millis(-1), true), (Millis(0), false)] {
        let (mut house, _) = House::with_owner();
        house.guess_wrong(9, OWNER);
        house.wait(Millis::days(30));
        house.wait(waited);
        house.guess_wrong(1, OWNER);
        assert_eq!(house.is_locked(OWNER), locks);
    }
}

#[test]
fn r_lock_2_a_guess_that_lapsed_before_the_count_was_forgotten_has_locked() {
    let (mut house, _) = House::with_owner();
    house.guess_wrong(9, OWNER);
    house.wait(Millis::days(29));
    house.pay(&mut Browser::stranger(), OWNER).expect("the tenth is paid, and never settled");
    house.wait(Millis::days(2));
    let answer = house.sign_in(&mut Browser::stranger(), OWNER, SECRET);
    assert_eq!(
        answer,
        refused(Reason::Locked),
        "whenever it is looked at, the tenth has lapsed on day 29"
    );
}

#[test]
fn r_lock_3_the_lock_ends_no_session_and_the_owner_is_told() {
    let (mut house, mut owner) = House::with_owner();
    house.guess_wrong(10, OWNER);
    assert!(house.is_signed_in(&mut owner));
    assert_eq!(house.mail_kinds(), [MailKind::Locked]);
    assert_eq!(house.mails[0].to.as_stored(), OWNER);
}

#[test]
fn r_lock_3_the_owner_is_told_at_most_once_in_24_hours() {
    let (mut house, _) = House::with_owner();
    for (waited, told) in [(Millis(0), 1), (Millis(Millis::days(1).0 - 1), 1), (Millis(1), 2)] {
        house.wait(waited);
        house.guess_wrong(10, OWNER);
        assert!(house.is_locked(OWNER));
        assert_eq!(house.mails.len(), told, "after {waited:?}");
        unlock(&mut house);
    }
}

#[test]
fn r_lock_3_nobody_is_told_of_a_lock_at_an_address_that_nobody_has() {
    let mut house = House::new();
    house.guess_wrong(10, NOBODY);
    assert!(house.is_locked(NOBODY));
    assert_eq!(house.mails, []);
}

#[test]
fn r_lock_4_a_known_device_is_not_refused_by_the_lock_strangers_cause() {
    let (mut house, mut owner) = House::with_owner();
    house.guess_wrong(10, OWNER);
    welcome(house.sign_in(&mut owner, OWNER, SECRET));
    owner.session = None;
    welcome(house.sign_in(&mut owner, OWNER, SECRET));
    assert!(house.is_locked(OWNER), "a right password never lifts a lock");
}

/// A13: however often strangers lock again, the owner's device gets in and the owner's session goes on.
#[test]
fn a13_a_thousand_rounds_of_locking_keep_no_owner_out() {
    let (mut house, mut owner) = House::with_owner();
    for round in 0..1_000 {
        house.guess_wrong(3, OWNER);
        assert!(house.is_signed_in(&mut owner), "round {round}");
        welcome(house.sign_in(&mut owner, OWNER, SECRET));
        if round % 10 == 9 {
            assert!(house.is_locked(OWNER));
            assert_eq!(house.operate(&Command::Unlock { email: email(OWNER) }), Outcome::Done);
        }
    }
}

#[test]
fn r_lock_4_a_known_device_that_guesses_wrong_5_times_loses_that_standing_and_locks_nobody() {
    let (mut house, mut owner) = House::with_owner();
    for _ in 0..5 {
        assert_eq!(house.sign_in(&mut owner, OWNER, "typo"), refused(Reason::WrongPassword));
    }
    assert!(!house.is_locked(OWNER));
    assert!(house.account(OWNER).devices.is_empty());
    let (account, device) = (house.account(OWNER).id, house.account(OWNER).sessions[0].device);
    let reason = DeviceEnd::GuessedWrong;
    assert!(house.last.contains(&Event::DeviceForgotten { account, device, reason }));
    house.guess_wrong(10, OWNER);
    assert_eq!(house.sign_in(&mut owner, OWNER, SECRET), refused(Reason::Locked));
}

#[test]
fn r_lock_4_a_devices_wrong_guesses_are_not_the_strangers() {
    let (mut house, mut owner) = House::with_owner();
    for _ in 0..4 {
        house.sign_in(&mut owner, OWNER, "typo");
    }
    assert_eq!(house.world.address(&email(OWNER), house.now).guesses.wrong, 0);
}

#[test]
fn r_lock_4_a_right_password_sets_back_the_lane_it_came_from_and_no_other() {
    let (mut house, mut owner) = House::with_owner();
    house.guess_wrong(9, OWNER);
    for _ in 0..4 {
        house.sign_in(&mut owner, OWNER, "typo");
    }
    welcome(house.sign_in(&mut owner, OWNER, SECRET));
    let limit = house.world.address(&email(OWNER), house.now).guesses;
    assert_eq!((limit.wrong, limit.devices.len()), (9, 0));
    welcome(house.sign_in(&mut Browser::of("phone", "192.0.2.9"), OWNER, SECRET));
    assert_eq!(house.world.address(&email(OWNER), house.now).guesses.wrong, 0);
}

#[test]
fn r_lock_4_another_accounts_device_is_a_stranger_here() {
    let (mut house, mut owner) = House::with_owner();
    house.register(&mut Browser::stranger(), STRANGER);
    let answer = house.ask(&mut owner, Some(STRANGER), &Command::PayGuess { email: email(STRANGER) });
    assert_eq!(answer, Outcome::Paid(Lane::Strangers));
}

#[test]
fn r_lock_4_a_device_unused_for_400_days_is_a_stranger_again() {
    for (waited, locked) in [(Millis(-1), false), (Millis(0), true)] {
        let (mut house, mut owner) = House::with_owner();
        house.guess_wrong(10, OWNER);
        house.wait(Millis::days(400));
        house.wait(waited);
        let answer = house.sign_in(&mut owner, OWNER, SECRET);
        assert_eq!(answer == refused(Reason::Locked), locked, "{answer:?}");
    }
}

#[test]
fn r_lock_4_a_device_forgotten_while_its_guess_was_under_way_is_refused_by_the_lock() {
    let (mut house, mut owner) = House::with_owner();
    let mut phone = Browser::of("phone", "192.0.2.9");
    let device = welcome(house.sign_in(&mut phone, OWNER, SECRET)).device;
    house.guess_wrong(10, OWNER);
    let ticket = house.pay(&mut phone, OWNER).expect("the phone is known");
    let forgotten = house.ask(&mut owner, None, &Command::ForgetDevice { device });
    assert_eq!(forgotten, Outcome::Done);
    let guess = house.check(OWNER, SECRET, ticket);
    assert_eq!(house.settle(&mut phone, OWNER, guess), refused(Reason::Locked));
}

#[test]
fn r_lock_6_an_account_without_a_password_answers_as_an_unknown_address_does() {
    let (mut house, _) = House::with_owner();
    let id = house.account(OWNER).id;
    house.world.accounts.get_mut(&id).expect("there").email.as_mut().expect("it").password = None;
    let heard = |house: &mut House, address: &str| {
        (0..12)
            .map(|_| match house.sign_in(&mut Browser::stranger(), address, "x") {
                Outcome::Refused(reason) => reason.public(),
                other => panic!("{other:?}"),
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(heard(&mut house, OWNER), heard(&mut house, NOBODY));
}

#[test]
fn r_lock_8_a_guess_that_is_never_settled_counts_as_wrong_at_30_seconds() {
    for (waited, wrong) in [(Millis(-1), 0), (Millis(0), 1)] {
        let (mut house, _) = House::with_owner();
        house.pay(&mut Browser::stranger(), OWNER).expect("paid");
        house.wait(Millis::seconds(30));
        house.wait(waited);
        house.pay(&mut Browser::stranger(), OWNER).expect("paid");
        assert_eq!(house.world.address(&email(OWNER), house.now).guesses.wrong, wrong);
    }
}

#[test]
fn r_signin_3_a_right_password_that_comes_after_its_ticket_lapsed_lets_nobody_in() {
    let (mut house, _) = House::with_owner();
    let mut phone = Browser::of("phone", "192.0.2.9");
    let ticket = house.pay(&mut phone, OWNER).expect("paid");
    let guess = house.check(OWNER, SECRET, ticket);
    house.wait(Millis::seconds(30));
    assert_eq!(house.settle(&mut phone, OWNER, guess), refused(Reason::TicketLapsed));
    assert_eq!(house.world.address(&email(OWNER), house.now).guesses.wrong, 1);
}

#[test]
fn r_signin_3_when_every_ticket_is_in_flight_the_next_is_told_to_try_again_and_nothing_locks() {
    let (mut house, _) = House::with_owner();
    let tickets =
        (0..10).map(|_| house.pay(&mut Browser::stranger(), OWNER).expect("paid")).collect::<Vec<_>>();
    assert_eq!(house.pay(&mut Browser::stranger(), OWNER), Err(Reason::GuessesInFlight));
    assert!(!house.is_locked(OWNER));
    let guess = house.check(OWNER, SECRET, tickets[0]);
    welcome(house.settle(&mut Browser::of("phone", "192.0.2.9"), OWNER, guess));
    house.pay(&mut Browser::stranger(), OWNER).expect("there is room again");
}

#[test]
fn r_signin_4_an_unknown_address_locks_like_a_known_one() {
    let (mut house, _) = House::with_owner();
    let heard = |house: &mut House, address: &str| {
        (0..15)
            .map(|_| match house.sign_in(&mut Browser::stranger(), address, "x") {
                Outcome::Refused(reason) => reason.public(),
                other => panic!("{other:?}"),
            })
            .collect::<Vec<_>>()
    };
    let (known, unknown) = (heard(&mut house, OWNER), heard(&mut house, NOBODY));
    assert_eq!(known, unknown);
    assert_eq!(known.last(), Some(&Reason::Locked.public()));
}

#[test]
fn r_lock_8_a_code_that_proves_the_mailbox_sets_the_count_back_and_lifts_the_lock() {
    let mut house = House::new();
    house.guess_wrong(10, OWNER);
    house.register(&mut Browser::owner(), OWNER);
    assert!(!house.is_locked(OWNER));
}

#[test]
fn r_lock_8_another_accounts_success_sets_nothing_back() {
    let (mut house, _) = House::with_owner();
    house.guess_wrong(9, OWNER);
    let mut stranger = Browser::stranger();
    house.register(&mut stranger, STRANGER);
    welcome(house.sign_in(&mut stranger, STRANGER, SECRET));
    house.guess_wrong(1, OWNER);
    assert!(house.is_locked(OWNER));
}

#[test]
fn r_lock_8_asking_for_a_code_or_typing_a_wrong_one_sets_nothing_back() {
    let mut house = House::new();
    house.guess_wrong(10, OWNER);
    let mut stranger = Browser::stranger();
    house.ask_code(&mut stranger, OWNER);
    house.type_code(&mut stranger, TypedCode::Unknown);
    assert!(house.is_locked(OWNER));
}

#[test]
fn r_lock_8_guesses_under_way_at_an_unlock_count_in_the_new_period() {
    let (mut house, _) = House::with_owner();
    let mut stranger = Browser::stranger();
    let ticket = house.pay(&mut stranger, OWNER).expect("paid");
    unlock(&mut house);
    let guess = house.check(OWNER, "wrong", ticket);
    assert_eq!(guess.verdict, Verdict::Wrong);
    house.settle(&mut stranger, OWNER, guess);
    assert_eq!(house.world.address(&email(OWNER), house.now).guesses.wrong, 1);
}

#[test]
fn r_lock_2_guesses_that_lapsed_before_an_unlock_do_not_lock_again_after_it() {
    let (mut house, _) = House::with_owner();
    for _ in 0..10 {
        house.pay(&mut Browser::stranger(), OWNER).expect("paid, and never settled");
    }
    house.wait(Millis::seconds(31));
    unlock(&mut house);
    welcome(house.sign_in(&mut Browser::of("phone", "192.0.2.9"), OWNER, SECRET));
}

#[test]
fn r_lock_4_at_most_60_wrong_guesses_are_evaluated_between_two_unlocks() {
    let (mut house, mut owner) = House::with_owner();
    let mut browsers = vec![owner.clone()];
    for _ in 0..12 {
        owner.device = None;
        owner.session = None;
        welcome(house.sign_in(&mut owner, OWNER, SECRET));
        browsers.push(owner.clone());
    }
    let mut evaluated = 0;
    for browser in &mut browsers {
        browser.session = None;
        for _ in 0..30 {
            if house.sign_in(browser, OWNER, "wrong") == refused(Reason::WrongPassword) {
                evaluated += 1;
            }
        }
    }
    assert_eq!(evaluated, 10 + 5 * 10);
}

#[test]
fn a_guess_at_one_spelling_counts_at_every_other() {
    let (mut house, _) = House::with_owner();
    for address in
        ["OWNER@example.com", "ｏｗｎｅｒ＠ｅｘａｍｐｌｅ．ｃｏｍ", " owner@EXAMPLE.com\u{3000}"]
    {
        house.guess_wrong(3, address);
    }
    house.guess_wrong(1, OWNER);
    assert!(house.is_locked(OWNER));
}
