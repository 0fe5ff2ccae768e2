//! R-METHOD-3 and 7: fresh proof, and changing the password (I14, I16, I28).

use accounts::{Command, Guess, MailKind, Millis, Outcome, Reason, Verdict};

use super::house::{Browser, House, OWNER, SECRET, STRANGER, hash, refused, welcome};

const NEXT: &str = "battery staple";

fn change(house: &mut House, browser: &mut Browser) -> Outcome {
    house.ask(browser, None, &Command::ChangePassword { hash: hash(NEXT) })
}

#[test]
fn r_method_3_changing_the_password_needs_a_proof_of_the_last_10_minutes() {
    for (waited, answer) in [(Millis(-1), Outcome::Done), (Millis(0), refused(Reason::ProofStale))] {
        let (mut house, mut owner) = House::with_owner();
        house.wait(Millis::minutes(10));
        house.wait(waited);
        assert_eq!(change(&mut house, &mut owner), answer);
    }
}

#[test]
fn r_method_3_showing_the_password_again_is_a_fresh_proof() {
    let (mut house, mut owner) = House::with_owner();
    house.wait(Millis::days(1));
    assert_eq!(change(&mut house, &mut owner), refused(Reason::ProofStale));
    let until = house.now.plus(Millis::minutes(10));
    assert_eq!(house.prove(&mut owner, OWNER, SECRET), Outcome::Fresh { until });
    assert_eq!(change(&mut house, &mut owner), Outcome::Done);
}

#[test]
fn i28_a_proof_in_one_session_is_none_in_another() {
    let (mut house, mut owner) = House::with_owner();
    house.wait(Millis::days(1));
    welcome(house.sign_in(&mut Browser::of("phone", "192.0.2.9"), OWNER, SECRET));
    assert_eq!(change(&mut house, &mut owner), refused(Reason::ProofStale));
}

#[test]
fn a_wrong_password_proves_nothing_and_is_counted_like_any_guess() {
    let (mut house, mut owner) = House::with_owner();
    house.wait(Millis::days(1));
    for _ in 0..5 {
        assert_eq!(house.prove(&mut owner, OWNER, "typo"), refused(Reason::WrongPassword));
    }
    assert!(house.account(OWNER).devices.is_empty(), "five wrong: the device lost its standing");
    assert_eq!(change(&mut house, &mut owner), refused(Reason::ProofStale));
}

#[test]
fn i6_a_locked_address_gives_no_fresh_proof_on_a_device_that_is_not_known() {
    let (mut house, mut owner) = House::with_owner();
    let device = house.account(OWNER).devices[0].id;
    house.ask(&mut owner, None, &Command::ForgetDevice { device });
    house.guess_wrong(10, OWNER);
    assert_eq!(house.prove(&mut owner, OWNER, SECRET), refused(Reason::Locked));
}

#[test]
fn nobody_proves_with_a_guess_at_their_own_address_in_anothers_session() {
    let (mut house, mut owner) = House::with_owner();
    house.register(&mut Browser::stranger(), STRANGER);
    let ticket = house.pay(&mut owner, STRANGER).expect("paid");
    let guess = house.check(STRANGER, SECRET, ticket);
    let answer = house.ask(&mut owner, Some(STRANGER), &Command::ProveFresh { guess });
    assert_eq!(answer, refused(Reason::NotSignedIn));
}

#[test]
fn r_method_7_changing_the_password_ends_every_other_session_and_forgets_every_other_device() {
    let (mut house, mut owner) = House::with_owner();
    let mut phone = Browser::of("phone", "192.0.2.9");
    welcome(house.sign_in(&mut phone, OWNER, SECRET));
    assert_eq!(change(&mut house, &mut owner), Outcome::Done);
    assert!(house.is_signed_in(&mut owner));
    assert!(!house.is_signed_in(&mut phone));
    let account = house.account(OWNER);
    assert_eq!(account.devices.len(), 1);
    assert_eq!(account.devices[0].id, account.sessions[0].device);
}

#[test]
fn i14_from_the_change_on_the_old_password_yields_nothing_also_for_a_guess_in_flight() {
    let (mut house, mut owner) = House::with_owner();
    let mut holder = Browser::stranger();
    let ticket = house.pay(&mut holder, OWNER).expect("paid");
    let guess = house.check(OWNER, SECRET, ticket);
    assert_eq!(guess.verdict, Verdict::Right);
    assert_eq!(change(&mut house, &mut owner), Outcome::Done);
    assert_eq!(house.settle(&mut holder, OWNER, guess), Outcome::Stale, "checked again, not let in");
    let again = house.check(OWNER, SECRET, ticket);
    assert_eq!(house.settle(&mut holder, OWNER, again), refused(Reason::WrongPassword));
    assert_eq!(house.sign_in(&mut holder, OWNER, SECRET), refused(Reason::WrongPassword));
    welcome(house.sign_in(&mut holder, OWNER, NEXT));
}

#[test]
fn i14_a_stale_guess_is_not_settled_and_costs_nothing_twice() {
    let (mut house, mut owner) = House::with_owner();
    let mut phone = Browser::of("phone", "192.0.2.9");
    let ticket = house.pay(&mut phone, OWNER).expect("paid");
    change(&mut house, &mut owner);
    let stale = Guess { ticket, against: Some(1), verdict: Verdict::Wrong, rehash: None };
    assert_eq!(house.settle(&mut phone, OWNER, stale), Outcome::Stale);
    assert_eq!(house.last, []);
    let again = house.check(OWNER, NEXT, ticket);
    welcome(house.settle(&mut phone, OWNER, again));
}

#[test]
fn i16_a_fresh_proof_with_the_old_password_does_not_outlive_the_change() {
    let (mut house, mut owner) = House::with_owner();
    let mut holder = Browser::stranger();
    welcome(house.sign_in(&mut holder, OWNER, SECRET));
    let ticket = house.pay(&mut holder, OWNER).expect("paid");
    let guess = house.check(OWNER, SECRET, ticket);
    change(&mut house, &mut owner);
    let answer = house.ask(&mut holder, Some(OWNER), &Command::ProveFresh { guess });
    assert_eq!(answer, refused(Reason::NotSignedIn));
    assert_eq!(change(&mut house, &mut holder), refused(Reason::NotSignedIn));
}

#[test]
fn r_method_3_the_change_is_mailed_to_the_contact_once() {
    let (mut house, mut owner) = House::with_owner();
    change(&mut house, &mut owner);
    assert_eq!(house.mail_kinds(), [MailKind::PasswordChanged]);
    assert_eq!(house.mails[0].to.as_stored(), OWNER);
}

#[test]
fn r_lock_8_changing_the_password_lifts_no_lock() {
    let (mut house, mut owner) = House::with_owner();
    house.guess_wrong(10, OWNER);
    assert_eq!(change(&mut house, &mut owner), Outcome::Done);
    assert!(house.is_locked(OWNER));
}
