//! R-METHOD-10: who gets a number, how many there are, what a former address is good for, and wrong numbers.
//!
//! The right to undo belongs to addresses that were established before the change, so that a thief's own
//! address has none. While a number is good, its address is spoken for.

use accounts::{
    ChallengeKind, Digits, Event, MailKind, Millis, NumberKind, Outcome, Purpose, Reason, TypedCode,
    TypedNumber,
};

use super::house::{Browser, House, OWNER, SECRET, STRANGER, around, hash, refused, welcome};
use crate::support::email;

const NEW: &str = "new@example.org";
const MINUTE: Millis = Millis::seconds(60);

fn email_changed() -> (House, Browser, TypedNumber) {
    let (mut house, mut owner) = House::with_owner();
    house.wait(Millis(1));
    house.change_email(&mut owner, NEW);
    let number = house.number(MailKind::EmailChanged, OWNER).expect("mailed");
    (house, owner, number)
}

/// Changes the password with a proof that is fresh.
fn change(house: &mut House, browser: &mut Browser, address: &str, secret: &str) {
    let record = house.account(address).password().expect("set").hash.clone();
    let known = record.0.strip_prefix(&hash("").0).expect("a hash of this house").to_owned();
    house.prove(browser, address, &known);
    assert_eq!(house.change_password(browser, secret), Outcome::Done);
}

#[test]
fn r_method_10_an_address_has_the_right_from_registration_on() {
    for waited in [Millis(0), Millis::hours(1), Millis::days(400)] {
        let (mut house, _) = House::with_owner();
        house.wait(waited);
        let mut browser = Browser::phone();
        welcome(house.sign_in(&mut browser, OWNER, SECRET));
        change(&mut house, &mut browser, OWNER, "next");
        assert!(house.number(MailKind::PasswordChanged, OWNER).is_some(), "{waited:?}");
    }
}

#[test]
fn r_method_10_a_changed_address_has_the_right_when_it_was_there_for_72_hours() {
    for (waited, within) in around(Millis::hours(72)) {
        let (mut house, mut owner, _) = email_changed();
        house.wait(waited);
        let mut copy = house.clone();
        change(&mut copy, &mut owner.clone(), NEW, "next");
        assert_eq!(copy.count(MailKind::PasswordChanged, NEW), 1, "it is told in any case");
        assert_eq!(copy.number(MailKind::PasswordChanged, NEW).is_none(), within);
        house.prove(&mut owner, NEW, SECRET);
        house.change_email(&mut owner, "third@example.org");
        assert_eq!(house.number(MailKind::EmailChanged, NEW).is_none(), within);
        assert_eq!(house.number(MailKind::EmailChanged, "third@example.org"), None);
    }
}

#[test]
fn r_method_10_a_number_is_about_one_change_and_its_time_is_the_changes() {
    let (house, _, number) = email_changed();
    let stored = &house.world.addresses[email(OWNER).key()].numbers;
    let [kept] = stored.as_slice() else { panic!("one number, not {stored:?}") };
    let [change] = house.account(NEW).changes.as_slice() else { panic!("one change") };
    assert_eq!(TypedNumber::Matches(kept.id), number);
    assert_eq!((kept.kind, kept.account), (NumberKind::Undo(change.id), house.account(NEW).id));
    assert_eq!((kept.issued_at, kept.expires_at), (change.at, change.until));
    assert_eq!(change.until, house.now.plus(Millis::hours(72)));
    assert_eq!(kept.spent_at, None);
}

#[test]
fn r_method_10_a_number_works_with_the_address_it_was_sent_to_and_no_other() {
    let (mut house, _, number) = email_changed();
    for address in [NEW, STRANGER] {
        assert_eq!(house.undo(address, number), refused(Reason::WrongNumber), "{address}");
    }
    assert!(house.has_account(NEW));
    assert_eq!(house.undo("Owner@Example.COM", number), Outcome::TakenBack, "typed otherwise");
}

#[test]
fn r_method_10_a_number_that_says_not_me_undoes_nothing() {
    let (mut house, mut owner) = House::with_owner();
    welcome(house.sign_in(&mut owner, OWNER, SECRET));
    house.change_password(&mut owner, "next");
    let number = house.number(MailKind::SignIn, OWNER).expect("mailed");
    assert_eq!(house.undo(OWNER, number), refused(Reason::WrongNumber));
    assert!(!house.is_void(OWNER));
}

#[test]
fn r_method_10_past_20_numbers_a_password_mail_repeats_the_newest() {
    let (mut house, mut owner) = House::with_owner();
    let mut ids = Vec::new();
    for n in 0..25 {
        change(&mut house, &mut owner, OWNER, &format!("password {n}"));
        ids.push(house.number_id(MailKind::PasswordChanged, OWNER).expect("mailed"));
        house.wait(Millis(1));
    }
    let mut distinct = ids.clone();
    distinct.dedup();
    assert_eq!(distinct.len(), 20);
    assert!(ids[19..].iter().all(|id| *id == ids[19]), "the newest takes back the same and more");
    assert_eq!(house.count(MailKind::PasswordChanged, OWNER), 25, "every change is told");
    assert_eq!(house.account(OWNER).changes.len(), 25);
    assert_eq!(house.undo(OWNER, TypedNumber::Matches(ids[24])), Outcome::TakenBack);
    assert_eq!(house.account(OWNER).changes.len(), 19);
    assert!(house.is_void(OWNER));
}

#[test]
fn r_method_10_used_and_expired_numbers_leave_their_room() {
    for (waited, within) in around(Millis::hours(72)) {
        let (mut house, mut owner) = House::with_owner();
        for n in 0..20 {
            change(&mut house, &mut owner, OWNER, &format!("password {n}"));
        }
        let twentieth = house.number_id(MailKind::PasswordChanged, OWNER).expect("mailed");
        house.wait(waited);
        change(&mut house, &mut owner, OWNER, "last");
        let newest = house.number_id(MailKind::PasswordChanged, OWNER).expect("mailed");
        assert_eq!(newest == twentieth, within);
    }
    let (mut house, mut owner) = House::with_owner();
    for n in 0..20 {
        change(&mut house, &mut owner, OWNER, &format!("password {n}"));
        house.wait(Millis(1));
    }
    let twentieth = house.number(MailKind::PasswordChanged, OWNER).expect("mailed");
    assert_eq!(house.undo(OWNER, twentieth), Outcome::TakenBack);
    house.reset(&mut owner, OWNER, "again");
    change(&mut house, &mut owner, OWNER, "last");
    assert_ne!(house.number(MailKind::PasswordChanged, OWNER), Some(twentieth));
}

#[test]
fn r_method_10_another_address_has_its_number_however_many_there_are() {
    let (mut house, mut owner) = House::with_owner();
    for n in 0..20 {
        change(&mut house, &mut owner, OWNER, &format!("password {n}"));
    }
    let twentieth = house.number(MailKind::PasswordChanged, OWNER);
    house.change_email(&mut owner, NEW);
    let number = house.number(MailKind::EmailChanged, OWNER);
    assert!(number.is_some() && number != twentieth);
    let first = house.mails.iter().find(|mail| mail.kind == MailKind::PasswordChanged).expect("it");
    let first = TypedNumber::Matches(first.number.expect("with a number"));
    assert_eq!(house.undo(OWNER, first), Outcome::TakenBack, "and the oldest takes all back");
    assert!(house.has_account(OWNER));
}

#[test]
fn r_method_10_a_reset_asked_at_a_former_address_mails_the_oldest_number_again() {
    let (mut house, mut owner) = House::with_owner();
    change(&mut house, &mut owner, OWNER, "next");
    let oldest = house.number_id(MailKind::PasswordChanged, OWNER);
    house.wait(MINUTE);
    house.change_email(&mut owner, NEW);
    house.forget_notices();
    let answer = house.ask_reset(&mut Browser::stranger(), OWNER);
    assert_eq!(answer, Outcome::CodeAsked { expires_at: house.now.plus(Millis::minutes(30)) });
    let [mail] = house.mails.as_slice() else { panic!("one mail, not {:?}", house.mails) };
    assert_eq!((mail.kind, mail.to.as_stored()), (MailKind::UndoAgain, OWNER));
    assert_eq!((mail.number, mail.challenge), (oldest, None));
    let row = house.challenges(OWNER).pop().expect("it counts like a code");
    assert_eq!((row.kind, row.purpose), (ChallengeKind::UndoOffered, Purpose::Reset));
}

#[test]
fn r_method_10_a_registration_asked_at_a_former_address_offers_the_undo() {
    let (mut house, _, number) = email_changed();
    house.wait(MINUTE);
    let mut stranger = Browser::stranger();
    let free = house.clone().ask_code(&mut stranger.clone(), STRANGER);
    assert_eq!(house.ask_code(&mut stranger, OWNER), free, "the same answer");
    assert_eq!(house.number(MailKind::UndoAgain, OWNER), Some(number));
    let row = house.challenges(OWNER).pop().expect("it counts like a code");
    let typed = house.type_code(&mut stranger, TypedCode::Matches(row.id));
    assert_eq!(typed, refused(Reason::WrongCode), "and matches nothing");
}

#[test]
fn r_method_10_the_offer_lasts_as_long_as_the_number() {
    for (waited, within) in around(Millis::hours(72)) {
        let (mut house, _, _) = email_changed();
        house.wait(waited);
        house.forget_notices();
        house.ask_reset(&mut Browser::stranger(), OWNER);
        assert_eq!(house.count(MailKind::UndoAgain, OWNER), usize::from(within));
        house.forget_notices();
        house.ask_code(&mut Browser::stranger(), OWNER);
        let kind = if within { MailKind::UndoAgain } else { MailKind::RegisterCode };
        assert_eq!(house.mail_kinds(), [kind]);
    }
}

#[test]
fn r_method_10_the_offers_are_bounded_like_the_codes_whose_place_they_take() {
    let count = |mut house: House, kind: MailKind| {
        house.wait(Millis::hours(25));
        house.forget_notices();
        for _ in 0..200 {
            house.ask_reset(&mut Browser::stranger(), OWNER);
            house.wait(Millis::seconds(20));
        }
        assert!(house.mails.iter().all(|mail| mail.kind == kind));
        house.mails.iter().map(|mail| house.now.0 - mail.at.0).collect::<Vec<_>>()
    };
    let (former, _, _) = email_changed();
    let (still, _) = House::with_owner();
    assert_eq!(count(former, MailKind::UndoAgain), count(still, MailKind::ResetCode));
}

#[test]
fn r_method_10_a_current_address_is_sent_codes_whatever_can_be_undone() {
    let (mut house, mut owner) = House::with_owner();
    change(&mut house, &mut owner, OWNER, "next");
    house.ask_reset(&mut Browser::stranger(), OWNER);
    house.wait(MINUTE);
    house.ask_code(&mut Browser::stranger(), OWNER);
    assert_eq!(house.count(MailKind::UndoAgain, OWNER), 0);
    assert_eq!(house.count(MailKind::ResetCode, OWNER), 1);
    assert_eq!(house.count(MailKind::RegisterTaken, OWNER), 1);
}

#[test]
fn r_method_10_a_former_address_is_spoken_for_while_its_number_is_good() {
    for (waited, within) in around(Millis::hours(72)) {
        let (mut house, mut owner) = House::with_owner();
        let mut member = Browser::stranger();
        house.register(&mut member, STRANGER);
        let mut newcomer = Browser::of("newcomer", "192.0.2.60");
        has_proven_it_before(&mut house, &mut newcomer);
        house.change_email(&mut owner, NEW);
        house.wait(waited);
        house.prove(&mut member, STRANGER, SECRET);
        house.forget_notices();
        house.ask_email(&mut member, OWNER);
        let kind = if within { MailKind::EmailChangeTaken } else { MailKind::EmailChangeCode };
        assert_eq!(house.mail_kinds(), [kind], "another member cannot move there");
        let answer = house.choose_password(&mut newcomer, "mine");
        assert_eq!(answer == refused(Reason::AddressTaken), within, "{answer:?}");
        assert_eq!(house.has_account(OWNER), !within, "nor can anybody register there");
    }
}

/// A newcomer who has proven the owner's address before, in a flow that lasts longer than any does.
fn has_proven_it_before(house: &mut House, newcomer: &mut Browser) {
    house.ask_code(newcomer, "elsewhere@example.org");
    let code = TypedCode::Matches(house.mailed("elsewhere@example.org").expect("mailed"));
    house.type_code(newcomer, code);
    let flow = house.world.flows.get_mut(&newcomer.flow.expect("begun")).expect("there");
    flow.email = Some(email(OWNER));
    flow.expires_at = house.now.plus(Millis::days(4));
}

#[test]
fn r_method_10_a_change_to_an_address_that_is_spoken_for_meanwhile_is_refused() {
    let (mut house, mut member) = House::with_owner();
    let shared = "shared@example.org";
    house.ask_email(&mut member, shared);
    let code = house.email_code(shared).expect("mailed");
    house.wait(MINUTE);
    // Another member was quicker, and has left again: for 72 hours it is theirs to put back.
    let mut other = Browser::stranger();
    house.register(&mut other, shared);
    house.change_email(&mut other, NEW);
    assert!(!house.has_account(shared));
    assert_eq!(house.type_email(&mut member, code), refused(Reason::AddressTaken));
    assert!(house.has_account(OWNER));
}

#[test]
fn r_method_10_the_undo_frees_what_was_spoken_for() {
    let (mut house, _, number) = email_changed();
    house.undo(OWNER, number);
    house.wait(MINUTE);
    house.forget_notices();
    house.ask_reset(&mut Browser::stranger(), OWNER);
    assert_eq!(house.mail_kinds(), [MailKind::ResetCode]);
}

#[test]
fn i12_wrong_numbers_are_counted_by_network_with_wrong_codes() {
    for (waited, within) in around(Millis::minutes(30)) {
        let (mut house, _, number) = email_changed();
        let mut stranger = Browser::stranger();
        for n in 0..100 {
            let answer = match n % 3 {
                0 => house.undo_from(&mut stranger, OWNER, TypedNumber::Unknown),
                1 => house.report_from(&mut stranger, OWNER, TypedNumber::Unknown),
                _ => {
                    let mut browser = stranger.fresh();
                    house.ask_reset(&mut browser, OWNER);
                    house.type_reset(&mut browser, TypedCode::Unknown)
                }
            };
            let wanted = if n % 3 == 2 { Reason::WrongCode } else { Reason::WrongNumber };
            assert_eq!(answer, refused(wanted), "try {n}");
        }
        house.wait(waited);
        let answer = house.clone().undo_from(&mut stranger, OWNER, number);
        let wanted = if within { refused(Reason::NetworkUsedUp) } else { Outcome::TakenBack };
        assert_eq!(answer, wanted, "also the right one");
        assert_eq!(house.undo(OWNER, number), Outcome::TakenBack, "another network is free");
    }
}

#[test]
fn a14_after_100_wrong_numbers_at_an_address_its_codes_have_16_digits() {
    for (tries, digits) in [(99, Digits::Twelve), (100, Digits::Sixteen)] {
        let (mut house, _) = House::with_owner();
        for _ in 0..tries {
            house.undo_from(&mut Browser::stranger(), OWNER, TypedNumber::Unknown);
            assert!(house.did(|event| matches!(event, Event::CodeTriesCounted { .. })));
        }
        house.ask_reset(&mut Browser::phone(), OWNER);
        assert_eq!(house.challenges(OWNER).pop().expect("asked for").digits, digits);
    }
}
