//! One-time codes: how long they live, how often they can be tried, and how many mails a stranger can cause
//! (R-RESET-2, 6 and 9 as far as registering uses them; I9 to I13).

use accounts::{ChallengeId, Digits, MailKind, Millis, Outcome, Reason, TypedCode};

use super::house::{Browser, House, OWNER, STRANGER, around, refused};
use crate::support::email;

fn asked() -> (House, Browser, ChallengeId) {
    let mut house = House::new();
    let mut visitor = Browser::owner();
    house.ask_code(&mut visitor, OWNER);
    let code = house.mailed(OWNER).expect("mailed");
    (house, visitor, code)
}

fn is_proven(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Proven { .. })
}

#[test]
fn i11_a_code_works_until_30_minutes_and_not_at_30_minutes() {
    for (waited, works) in [(Millis(-1), true), (Millis(0), false), (Millis(1), false)] {
        let (mut house, _, code) = asked();
        house.wait(Millis::minutes(1));
        let mut later = Browser::of("another browser", "192.0.2.9");
        house.ask_code(&mut later, OWNER);
        house.wait(Millis(Millis::minutes(29).0 + waited.0));
        let typed = house.type_code(&mut later, TypedCode::Matches(code));
        assert_eq!(is_proven(&typed), works, "{typed:?}");
        if !works {
            assert_eq!(typed, refused(Reason::CodeExpired));
        }
    }
}

#[test]
fn i9_a_code_works_once() {
    let (mut house, mut visitor, code) = asked();
    assert!(is_proven(&house.type_code(&mut visitor, TypedCode::Matches(code))));
    let mut other = Browser::stranger();
    house.ask_code(&mut other, OWNER);
    let again = house.type_code(&mut other, TypedCode::Matches(code));
    assert_eq!(again, refused(Reason::CodeSpent));
}

#[test]
fn i10_a_code_of_another_address_is_nobodys_here() {
    let (mut house, mut visitor, _) = asked();
    house.ask_code(&mut Browser::stranger(), STRANGER);
    let code = house.mailed(STRANGER).expect("mailed");
    let typed = house.type_code(&mut visitor, TypedCode::Matches(code));
    assert_eq!(typed, refused(Reason::WrongCode));
}

#[test]
fn r_reset_6_a_code_works_in_any_browser_that_gives_the_address() {
    let (mut house, _, code) = asked();
    let mut phone = Browser::of("phone", "192.0.2.9");
    house.ask_code(&mut phone, OWNER);
    assert_eq!(house.mails.len(), 1, "within a minute no second mail");
    assert!(is_proven(&house.type_code(&mut phone, TypedCode::Matches(code))));
}

#[test]
fn r_reset_6_when_one_works_the_others_of_the_address_die_with_it() {
    let (mut house, mut visitor, first) = asked();
    house.wait(house.policy.code_gap);
    let mut other = Browser::stranger();
    house.ask_code(&mut other, OWNER);
    let second = house.mailed(OWNER).expect("mailed");
    assert_ne!(first, second);
    assert!(is_proven(&house.type_code(&mut visitor, TypedCode::Matches(first))));
    assert_eq!(house.type_code(&mut other, TypedCode::Matches(second)), refused(Reason::CodeSpent));
}

#[test]
fn r_reset_2_mails_are_a_minute_apart_and_not_more() {
    for (waited, mails) in [(Millis(-1), 1), (Millis(0), 2)] {
        let (mut house, mut visitor, _) = asked();
        house.wait(Millis::seconds(60));
        house.wait(waited);
        house.ask_code(&mut visitor, OWNER);
        assert_eq!(house.mails.len(), mails);
    }
}

#[test]
fn r_reset_2_strangers_cause_at_most_3_mails_in_30_minutes() {
    let mut house = House::new();
    for _ in 0..30 {
        house.ask_code(&mut Browser::stranger(), OWNER);
        house.wait(Millis::seconds(60));
    }
    assert_eq!(house.mails.len(), 3);
    house.ask_code(&mut Browser::stranger(), OWNER);
    assert_eq!(house.mails.len(), 4, "the first has died, so there is room");
}

#[test]
fn r_reset_2_from_the_10th_mail_of_a_day_on_only_one_is_alive() {
    let mut house = House::new();
    let mut sent = Vec::new();
    for minute in 0..(24 * 60) {
        let before = house.mails.len();
        house.ask_code(&mut Browser::stranger(), OWNER);
        if house.mails.len() > before {
            sent.push(minute);
        }
        house.wait(Millis::seconds(60));
    }
    let alive = |minute: i32| sent.iter().filter(|s| **s <= minute && minute < **s + 30).count();
    let tenth = sent[9];
    assert!((0..tenth).all(|minute| alive(minute) <= 3));
    assert!((tenth..24 * 60).all(|minute| alive(minute) == 1), "one, and never none: {sent:?}");
}

#[test]
fn r_reset_2_mail_to_a_taken_address_is_bounded_like_mail_to_a_free_one() {
    let count = |mut house: House| {
        house.wait(Millis::days(2));
        house.forget_notices();
        for _ in 0..200 {
            house.ask_code(&mut Browser::stranger(), OWNER);
            house.wait(Millis::seconds(20));
        }
        house.mails.iter().map(|mail| mail.at.0 - house.now.0).collect::<Vec<_>>()
    };
    let (taken, _) = House::with_owner();
    assert_eq!(count(taken), count(House::new()));
}

#[test]
fn i12_ten_wrong_codes_are_a_browsers_last_and_asking_again_gives_no_more() {
    let (mut house, mut visitor, _) = asked();
    for _ in 0..10 {
        assert_eq!(house.type_code(&mut visitor, TypedCode::Unknown), refused(Reason::WrongCode));
    }
    assert_eq!(house.type_code(&mut visitor, TypedCode::Unknown), refused(Reason::FlowUsedUp));
    house.wait(house.policy.code_gap);
    house.ask_code(&mut visitor, OWNER);
    let code = TypedCode::Matches(house.mailed(OWNER).expect("mailed"));
    assert_eq!(house.type_code(&mut visitor, code), refused(Reason::FlowUsedUp));
    let mut other = Browser::of("another browser", "192.0.2.9");
    house.ask_code(&mut other, OWNER);
    assert!(is_proven(&house.type_code(&mut other, code)), "the code itself is not used up");
}

#[test]
fn a_browser_that_used_its_tries_up_has_new_ones_when_its_flow_is_over() {
    let (mut house, mut visitor, _) = asked();
    for _ in 0..10 {
        house.type_code(&mut visitor, TypedCode::Unknown);
    }
    house.wait(house.policy.code_life);
    house.ask_code(&mut visitor, OWNER);
    let code = TypedCode::Matches(house.mailed(OWNER).expect("mailed"));
    assert!(is_proven(&house.type_code(&mut visitor, code)));
}

#[test]
fn i12_a_hundred_wrong_codes_are_a_networks_last_for_30_minutes() {
    let mut house = House::new();
    let wrong = |house: &mut House| {
        let mut stranger = Browser::stranger();
        house.ask_code(&mut stranger, OWNER);
        house.type_code(&mut stranger, TypedCode::Unknown)
    };
    for _ in 0..100 {
        assert_eq!(wrong(&mut house), refused(Reason::WrongCode));
    }
    assert_eq!(wrong(&mut house), refused(Reason::NetworkUsedUp));
    house.wait(Millis(Millis::minutes(30).0 - 1));
    assert_eq!(wrong(&mut house), refused(Reason::NetworkUsedUp));
    house.wait(Millis(1));
    assert_eq!(wrong(&mut house), refused(Reason::WrongCode));
}

#[test]
fn wrong_codes_are_not_bounded_per_address_so_a_stranger_cannot_shut_the_owner_out() {
    let mut house = House::new();
    for n in 0..500 {
        let network: &'static str = Box::leak(format!("198.51.100.{n}").into_boxed_str());
        let mut stranger = Browser::of("stranger's", network);
        house.ask_code(&mut stranger, OWNER);
        house.type_code(&mut stranger, TypedCode::Unknown);
    }
    let mut owner = Browser::owner();
    house.register(&mut owner, OWNER);
    assert!(house.is_signed_in(&mut owner));
}

/// A14: tries spread over many networks are met with longer codes, not with a cap that a stranger could use up.
#[test]
fn after_100_wrong_tries_at_an_address_its_codes_have_16_digits_for_a_day() {
    let mut house = House::new();
    for n in 0..100 {
        assert_eq!(digits(&mut house), Digits::Twelve, "after {n} wrong tries");
        let mut stranger = Browser::stranger();
        house.ask_code(&mut stranger, OWNER);
        house.type_code(&mut stranger, TypedCode::Unknown);
    }
    assert_eq!(digits(&mut house), Digits::Sixteen);
    house.wait(Millis(Millis::days(1).0 - 1));
    assert_eq!(digits(&mut house), Digits::Sixteen);
    house.wait(Millis(1));
    assert_eq!(digits(&mut house), Digits::Twelve);
}

#[test]
fn a14_wrong_tries_are_counted_by_the_day_from_the_first_on() {
    for (waited, within) in around(Millis::days(1)) {
        let mut house = House::new();
        let wrong = |house: &mut House| {
            let mut stranger = Browser::stranger();
            house.ask_code(&mut stranger, OWNER);
            house.type_code(&mut stranger, TypedCode::Unknown);
        };
        wrong(&mut house);
        house.wait(Millis::hours(1));
        (0..98).for_each(|_| wrong(&mut house));
        house.wait(Millis(waited.0 - Millis::hours(1).0));
        wrong(&mut house);
        let wanted = if within { Digits::Sixteen } else { Digits::Twelve };
        assert_eq!(digits(&mut house), wanted);
    }
}

/// The length a code mailed now would have. Asked in a copy of the world whose mail bound is free.
fn digits(house: &mut House) -> Digits {
    let mut copy = House::new();
    copy.world = house.world.clone();
    copy.now = house.now;
    copy.world.addresses.values_mut().for_each(|address| address.challenges.clear());
    copy.ask_code(&mut Browser::of("copy", "192.0.2.9"), OWNER);
    assert_eq!(copy.mail_kinds(), [MailKind::RegisterCode]);
    copy.world.address(&email(OWNER), copy.now).challenges.last().expect("issued").digits
}
