//! R-RESET-1, 2, 4, 6: asking for a reset code, how many mails that causes, how long codes live, the cooldown.
//!
//! Whatever is counted or awaited belongs to the typed address. What a browser hears never depends on who has
//! the address.

use accounts::{ChallengeKind, Command, Digits, MailKind, Millis, Outcome, Purpose, Reason, TypedCode};

use super::house::{Browser, House, OWNER, SECRET, STRANGER, around, id_of, refused, welcome};
use crate::support::email;

const NOBODY: &str = "nobody@example.com";
const MINUTE: Millis = Millis::seconds(60);

/// A house whose owner has asked for a code.
fn asked() -> (House, Browser, TypedCode) {
    let (mut house, _) = House::with_owner();
    let mut browser = Browser::phone();
    house.ask_reset(&mut browser, OWNER);
    let code = house.reset_code(OWNER).expect("mailed");
    (house, browser, code)
}

fn is_proven(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::ResetProven { .. })
}

#[test]
fn r_reset_1_a_code_is_mailed_to_the_stored_spelling_of_the_address() {
    let (mut house, _) = House::with_owner();
    house.ask_reset(&mut Browser::phone(), "OWNER@Example.COM");
    let [mail] = house.mails.as_slice() else { panic!("one mail, not {:?}", house.mails) };
    assert_eq!((mail.kind, mail.to.as_stored()), (MailKind::ResetCode, OWNER));
    assert!(mail.challenge.is_some());
}

#[test]
fn r_reset_1_the_answer_is_the_same_whoever_has_the_address_and_nobody_gets_no_mail() {
    let (mut house, mut owner) = House::with_owner();
    let free = house.ask_reset(&mut Browser::stranger(), NOBODY);
    assert_eq!(free, Outcome::CodeAsked { expires_at: house.now.plus(Millis::minutes(30)) });
    assert_eq!(house.mails, []);
    let answer_now =
        |house: &House, address: &str| house.clone().ask_reset(&mut Browser::stranger(), address);
    assert_eq!(answer_now(&house, OWNER), free, "registered");
    house.guess_wrong(10, OWNER);
    assert_eq!(answer_now(&house, OWNER), free, "locked");
    let mut suspended = house.clone();
    suspended.suspend();
    assert_eq!(answer_now(&suspended, OWNER), free, "suspended");
    let mut cooling = house.clone();
    cooling.verify_reset(&mut Browser::phone(), OWNER);
    assert_eq!(answer_now(&cooling, OWNER), free, "in the cooldown");
    house.change_email(&mut owner, "new@example.org");
    assert_eq!(answer_now(&house, OWNER), free, "a former address");
}

#[test]
fn r_reset_2_i11_a_code_is_valid_for_30_minutes_and_then_the_same_steps_issue_a_new_one() {
    for (waited, within) in around(Millis::minutes(30)) {
        let (mut house, _, code) = asked();
        house.wait(MINUTE);
        let mut later = Browser::of("another browser", "192.0.2.10");
        house.ask_reset(&mut later, OWNER);
        house.wait(Millis(waited.0 - MINUTE.0));
        let typed = house.type_reset(&mut later, code);
        if within {
            assert!(is_proven(&typed), "{typed:?}");
            continue;
        }
        assert_eq!(typed, refused(Reason::CodeExpired));
        assert!(!house.is_void(OWNER));
        house.reset(&mut later, OWNER, "next");
    }
}

#[test]
fn r_reset_2_a_flow_is_over_with_its_time() {
    for (waited, within) in around(Millis::minutes(30)) {
        let (mut house, mut browser, _) = asked();
        house.wait(waited);
        let answer = house.type_reset(&mut browser, TypedCode::Unknown);
        let wanted = if within { Reason::WrongCode } else { Reason::FlowGone };
        assert_eq!(answer, refused(wanted));
    }
}

#[test]
fn r_reset_2_a_request_is_without_a_mail_within_60_seconds_of_the_last_one() {
    for (waited, within) in around(MINUTE) {
        let (mut house, mut browser, _) = asked();
        house.wait(waited);
        house.ask_reset(&mut browser, OWNER);
        assert_eq!(house.count(MailKind::ResetCode, OWNER), if within { 1 } else { 2 });
    }
}

#[test]
fn r_reset_2_at_most_3_codes_are_alive_and_the_next_can_be_had_when_the_first_has_died() {
    for (waited, within) in around(Millis::minutes(30)) {
        let (mut house, mut browser, _) = asked();
        for _ in 0..2 {
            house.wait(MINUTE);
            house.ask_reset(&mut browser, OWNER);
        }
        assert_eq!(house.count(MailKind::ResetCode, OWNER), 3);
        house.wait(MINUTE);
        house.ask_reset(&mut browser, OWNER);
        assert_eq!(house.count(MailKind::ResetCode, OWNER), 3, "the fourth waits");
        house.wait(Millis(waited.0 - 3 * MINUTE.0));
        house.ask_reset(&mut browser, OWNER);
        assert_eq!(house.count(MailKind::ResetCode, OWNER), if within { 3 } else { 4 });
    }
}

/// So many mails, each alone in the mailbox, half an hour apart.
fn mails_one_by_one(count: usize) -> House {
    let (mut house, _) = House::with_owner();
    for _ in 0..count {
        house.ask_reset(&mut Browser::stranger(), OWNER);
        house.wait(Millis::minutes(31));
    }
    assert_eq!(house.count(MailKind::ResetCode, OWNER), count);
    house
}

#[test]
fn r_reset_2_from_the_10th_mail_of_24_hours_on_one_is_alive_and_before_it_three() {
    for (before, then) in [(5, 3), (6, 3), (7, 2), (8, 1), (9, 1), (20, 1)] {
        let mut house = mails_one_by_one(before);
        for _ in 0..5 {
            house.ask_reset(&mut Browser::stranger(), OWNER);
            house.wait(MINUTE);
        }
        assert_eq!(house.count(MailKind::ResetCode, OWNER) - before, then, "after {before}");
    }
}

#[test]
fn r_reset_2_a_mail_counts_for_24_hours_and_not_longer() {
    for (waited, within) in around(Millis::days(1)) {
        let mut house = mails_one_by_one(8);
        let since_first = Millis::minutes(31).0 * 8;
        house.wait(Millis(waited.0 - since_first - MINUTE.0));
        house.ask_reset(&mut Browser::stranger(), OWNER);
        house.wait(MINUTE);
        house.ask_reset(&mut Browser::stranger(), OWNER);
        assert_eq!(house.count(MailKind::ResetCode, OWNER) - 8, if within { 1 } else { 2 });
    }
}

#[test]
fn r_reset_2_other_mails_do_not_use_up_resets_nor_resets_the_others() {
    let (mut house, _) = House::with_owner();
    house.wait(MINUTE);
    for _ in 0..40 {
        house.ask_code(&mut Browser::stranger(), OWNER);
        house.wait(MINUTE);
    }
    let others = house.count(MailKind::RegisterTaken, OWNER);
    for mails in 1..=3 {
        house.ask_code(&mut Browser::stranger(), OWNER);
        house.ask_reset(&mut Browser::phone(), OWNER);
        assert_eq!(house.count(MailKind::ResetCode, OWNER), mails);
        house.wait(MINUTE);
    }
    let mut alone = House::with_owner().0;
    alone.wait(MINUTE);
    for _ in 0..43 {
        alone.ask_code(&mut Browser::stranger(), OWNER);
        alone.wait(MINUTE);
    }
    assert!(others >= 4);
    let kind = MailKind::RegisterTaken;
    assert_eq!(house.count(kind, OWNER), alone.count(kind, OWNER), "nor do resets use up these");
}

#[test]
fn r_reset_2_registering_and_changing_an_address_share_their_bound() {
    let (mut house, mut owner) = House::with_owner();
    house.ask_code(&mut Browser::stranger(), NOBODY);
    house.ask_email(&mut owner, NOBODY);
    assert_eq!(house.mail_kinds(), [MailKind::RegisterCode], "within a minute one of both");
}

#[test]
fn r_reset_2_a_code_that_was_used_or_died_leaves_its_room() {
    let (mut house, mut owner) = House::with_owner();
    for _ in 0..3 {
        house.ask_reset(&mut Browser::stranger(), OWNER);
        house.wait(MINUTE);
    }
    // A new password kills all three: none is in the mailbox, so the next can be had.
    assert_eq!(house.change_password(&mut owner, "next"), Outcome::Done);
    house.ask_reset(&mut Browser::phone(), OWNER);
    assert_eq!(house.count(MailKind::ResetCode, OWNER), 4);
}

#[test]
fn r_reset_4_after_a_verified_code_no_new_one_is_issued_for_30_minutes() {
    for (waited, within) in around(Millis::minutes(30)) {
        let (mut house, _) = House::with_owner();
        house.verify_reset(&mut Browser::phone(), OWNER);
        house.wait(waited);
        let answer = house.ask_reset(&mut Browser::stranger(), OWNER);
        let expires_at = house.now.plus(Millis::minutes(30));
        assert_eq!(answer, Outcome::CodeAsked { expires_at }, "the usual answer");
        assert_eq!(house.count(MailKind::ResetCode, OWNER), if within { 1 } else { 2 });
    }
}

#[test]
fn r_reset_4_the_cooldown_goes_on_after_the_new_password_was_set() {
    for (waited, within) in around(Millis::minutes(30)) {
        let (mut house, _) = House::with_owner();
        let mut browser = Browser::phone();
        house.reset(&mut browser, OWNER, "next");
        house.wait(waited);
        let answer = house.ask_reset(&mut browser, OWNER);
        assert!(matches!(answer, Outcome::CodeAsked { .. }), "nothing is pending in it: {answer:?}");
        assert_eq!(house.count(MailKind::ResetCode, OWNER), if within { 1 } else { 2 });
    }
}

#[test]
fn r_reset_4_the_cooldown_is_of_one_address_and_of_resets_alone() {
    let (mut house, _) = House::with_owner();
    house.register(&mut Browser::stranger(), STRANGER);
    house.wait(MINUTE);
    let mut browser = Browser::phone();
    house.verify_reset(&mut browser, OWNER);
    house.ask_code(&mut Browser::stranger(), OWNER);
    assert_eq!(house.count(MailKind::RegisterTaken, OWNER), 1);
    let mut other = browser.clone();
    house.reset(&mut other, STRANGER, "another's");
}

#[test]
fn r_reset_4_i13_the_cooldown_is_told_only_to_the_browser_that_verified() {
    for (waited, within) in around(Millis::minutes(30)) {
        let (mut house, _) = House::with_owner();
        let mut browser = Browser::phone();
        house.verify_reset(&mut browser, OWNER);
        house.wait(waited);
        let others = house.clone().ask_reset(&mut browser.fresh(), OWNER);
        assert!(matches!(others, Outcome::CodeAsked { .. }), "{others:?}");
        let elsewhere = house.clone().ask_reset(&mut browser.clone(), STRANGER);
        assert!(matches!(elsewhere, Outcome::CodeAsked { .. }), "{elsewhere:?}");
        let here = house.ask_reset(&mut browser, "Owner@Example.com");
        assert_eq!(here == refused(Reason::CodeCooldown), within, "{here:?}");
        assert_eq!(house.last.is_empty(), within, "a refusal leaves the grant as it is");
    }
}

#[test]
fn r_reset_4_a_browser_that_waits_for_its_code_is_not_told_of_a_cooldown() {
    let (mut house, _) = House::with_owner();
    let mut waiting = Browser::stranger();
    house.ask_reset(&mut waiting, OWNER);
    house.verify_reset(&mut Browser::phone(), OWNER);
    let answer = house.ask_reset(&mut waiting, OWNER);
    assert!(matches!(answer, Outcome::CodeAsked { .. }), "{answer:?}");
}

#[test]
fn r_reset_4_a_wrong_or_an_expired_code_starts_no_cooldown() {
    let (mut house, mut browser, code) = asked();
    assert_eq!(house.type_reset(&mut browser, TypedCode::Unknown), refused(Reason::WrongCode));
    house.wait(Millis::minutes(29));
    house.ask_code(&mut Browser::stranger(), OWNER);
    let mut second = Browser::of("another browser", "192.0.2.10");
    house.ask_reset(&mut second, OWNER);
    house.wait(Millis::minutes(1));
    assert_eq!(house.type_reset(&mut second, code), refused(Reason::CodeExpired));
    assert_eq!(house.last, [], "nothing is counted");
    assert_eq!(house.world.address(&email(OWNER), house.now).cooling_until, None);
    house.ask_reset(&mut second, OWNER);
    assert_eq!(house.count(MailKind::ResetCode, OWNER), 3);
}

#[test]
fn r_reset_6_i9_a_code_works_once_and_the_others_die_with_it() {
    let (mut house, mut browser, first) = asked();
    house.wait(MINUTE);
    let mut other = Browser::stranger();
    house.ask_reset(&mut other, OWNER);
    let second = house.reset_code(OWNER).expect("mailed");
    assert_ne!(first, second);
    assert!(is_proven(&house.type_reset(&mut browser, first)));
    assert_eq!(house.type_reset(&mut other, second), refused(Reason::CodeSpent));
    assert_eq!(house.type_reset(&mut other, first), refused(Reason::CodeSpent));
}

#[test]
fn r_reset_6_a_code_works_in_any_browser_that_gives_the_address() {
    let (mut house, _, code) = asked();
    let mut other = Browser::of("another browser", "192.0.2.10");
    house.ask_reset(&mut other, "OWNER@EXAMPLE.COM");
    assert_eq!(house.count(MailKind::ResetCode, OWNER), 1, "no second mail was needed");
    assert!(is_proven(&house.type_reset(&mut other, code)));
}

#[test]
fn r_reset_6_i10_a_code_is_for_one_address() {
    let (mut house, mut browser, _) = asked();
    house.register(&mut Browser::stranger(), STRANGER);
    house.ask_reset(&mut Browser::stranger(), STRANGER);
    let theirs = house.reset_code(STRANGER).expect("mailed");
    assert_eq!(house.type_reset(&mut browser, theirs), refused(Reason::WrongCode));
    assert!(!house.is_void(OWNER) && !house.is_void(STRANGER));
}

#[test]
fn r_reset_6_i10_a_code_is_for_one_purpose() {
    let (mut house, mut owner) = House::with_owner();
    house.ask_email(&mut owner, NOBODY);
    let change = house.email_code(NOBODY).expect("mailed");
    house.wait(MINUTE);
    house.ask_code(&mut Browser::stranger(), NOBODY);
    let register = TypedCode::Matches(house.mailed(NOBODY).expect("mailed"));
    // At the very address that both were mailed to, once it has an account.
    house.register(&mut Browser::of("newcomer", "192.0.2.30"), NOBODY);
    let mut browser = Browser::phone();
    house.ask_reset(&mut browser, NOBODY);
    for code in [change, register] {
        assert_eq!(house.type_reset(&mut browser, code), refused(Reason::WrongCode));
    }
    let reset = house.reset_code(NOBODY).expect("mailed");
    let mut registering = Browser::stranger();
    house.ask_code(&mut registering, NOBODY);
    assert_eq!(house.type_code(&mut registering, reset), refused(Reason::WrongCode));
    assert!(is_proven(&house.type_reset(&mut browser, reset)));
}

#[test]
fn r_reset_6_too_old_is_said_of_the_matching_code_alone_and_for_24_hours() {
    for (waited, within) in around(Millis::days(1)) {
        let (mut house, _, code) = asked();
        house.wait(waited);
        let mut browser = Browser::stranger();
        house.ask_reset(&mut browser, OWNER);
        assert_eq!(house.type_reset(&mut browser, TypedCode::Unknown), refused(Reason::WrongCode));
        let wanted = if within { Reason::CodeExpired } else { Reason::WrongCode };
        assert_eq!(house.type_reset(&mut browser, code), refused(wanted));
    }
}

#[test]
fn r_reset_6_ten_wrong_codes_are_a_browsers_last_and_the_code_itself_is_not_used_up() {
    let (mut house, mut browser, code) = asked();
    for _ in 0..10 {
        assert_eq!(house.type_reset(&mut browser, TypedCode::Unknown), refused(Reason::WrongCode));
    }
    assert_eq!(house.type_reset(&mut browser, code), refused(Reason::FlowUsedUp));
    assert_eq!(house.last, []);
    house.ask_reset(&mut browser, OWNER);
    assert_eq!(house.type_reset(&mut browser, code), refused(Reason::FlowUsedUp), "asked again");
    let mut other = Browser::phone().fresh();
    house.ask_reset(&mut other, OWNER);
    assert!(is_proven(&house.type_reset(&mut other, code)));
}

#[test]
fn r_reset_6_a_hundred_wrong_codes_are_a_networks_last_for_30_minutes() {
    for (waited, within) in around(Millis::minutes(30)) {
        let (mut house, _) = House::with_owner();
        let wrong = |house: &mut House| {
            let mut stranger = Browser::stranger();
            house.ask_reset(&mut stranger, OWNER);
            house.type_reset(&mut stranger, TypedCode::Unknown)
        };
        for _ in 0..100 {
            assert_eq!(wrong(&mut house), refused(Reason::WrongCode));
        }
        house.wait(waited);
        let wanted = if within { Reason::NetworkUsedUp } else { Reason::WrongCode };
        assert_eq!(wrong(&mut house), refused(wanted));
        house.wait(MINUTE);
        house.verify_reset(&mut Browser::phone(), OWNER);
    }
}

#[test]
fn a14_after_100_wrong_codes_at_an_address_its_reset_codes_have_16_digits() {
    for (tries, digits) in [(99, Digits::Twelve), (100, Digits::Sixteen)] {
        for address in [OWNER, NOBODY] {
            let (mut house, _) = House::with_owner();
            for _ in 0..tries {
                let mut stranger = Browser::stranger();
                house.ask_reset(&mut stranger, address);
                house.type_reset(&mut stranger, TypedCode::Unknown);
            }
            house.wait(MINUTE);
            house.ask_reset(&mut Browser::phone(), address);
            let newest = house.challenges(address).pop().expect("asked for");
            assert_eq!((newest.purpose, newest.digits), (Purpose::Reset, digits), "{address}");
        }
    }
}

#[test]
fn r_reset_6_what_stands_for_nobody_matches_nothing() {
    let mut house = House::new();
    let mut stranger = Browser::stranger();
    house.ask_reset(&mut stranger, NOBODY);
    let [placeholder] = house.challenges(NOBODY).try_into().expect("one");
    assert_eq!(placeholder.kind, ChallengeKind::Nobody);
    let typed = house.type_reset(&mut stranger, TypedCode::Matches(placeholder.id));
    assert_eq!(typed, refused(Reason::WrongCode));
}

#[test]
fn r_reset_6_what_stands_for_nobody_shuts_nobody_out_who_registers_later() {
    for asked in [3, 40, 24 * 60] {
        let mut house = House::new();
        for _ in 0..asked {
            house.ask_reset(&mut Browser::stranger(), OWNER);
            house.wait(MINUTE);
        }
        let mut owner = Browser::owner();
        house.register(&mut owner, OWNER);
        house.reset(&mut Browser::phone(), OWNER, "next");
    }
}

#[test]
fn r_reset_6_a_code_whose_address_has_lost_its_account_is_nobodys() {
    let (mut house, mut owner) = House::with_owner();
    let mut browser = Browser::phone();
    house.ask_reset(&mut browser, OWNER);
    let code = house.reset_code(OWNER).expect("mailed");
    house.change_email(&mut owner, "new@example.org");
    assert_eq!(house.type_reset(&mut browser, code), refused(Reason::WrongCode));
    assert!(!house.is_void("new@example.org"));
}

#[test]
fn b6_old_codes_die_with_a_new_password_an_undo_and_a_not_me() {
    type Act = fn(&mut House, &mut Browser);
    let acts: [Act; 4] = [
        |house, owner| assert_eq!(house.change_password(owner, "next"), Outcome::Done),
        |house, owner| {
            house.change_password(owner, "next");
            house.ask_reset(&mut Browser::phone(), OWNER);
            let number = house.number(MailKind::PasswordChanged, OWNER).expect("mailed");
            assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
        },
        |house, owner| {
            welcome(house.sign_in(owner, OWNER, SECRET));
            let number = house.number(MailKind::SignIn, OWNER).expect("mailed");
            assert_eq!(house.report(OWNER, number), Outcome::TakenBack);
        },
        |house, _| {
            house.reset(&mut Browser::of("another", "192.0.2.10"), OWNER, "next");
        },
    ];
    for act in acts {
        let (mut house, mut owner) = House::with_owner();
        let mut browser = Browser::stranger();
        house.ask_reset(&mut browser, OWNER);
        let code = house.reset_code(OWNER).expect("mailed");
        act(&mut house, &mut owner);
        let newest = house.reset_code(OWNER).expect("mailed");
        for code in [code, newest] {
            assert_eq!(house.type_reset(&mut browser, code), refused(Reason::CodeSpent));
        }
    }
}

#[test]
fn b6_a_new_password_of_another_account_kills_no_code() {
    let (mut house, mut browser, code) = asked();
    let mut other = Browser::stranger();
    house.register(&mut other, STRANGER);
    assert_eq!(house.change_password(&mut other, "theirs"), Outcome::Done);
    assert!(is_proven(&house.type_reset(&mut browser, code)));
    assert_eq!(id_of(code), house.challenges(OWNER).last().expect("it").id);
}

#[test]
fn r_reset_2_a_command_for_another_address_than_was_loaded_changes_nothing() {
    let (mut house, _) = House::with_owner();
    let command = Command::PayGuess { email: email(STRANGER) };
    let answer = house.ask(&mut Browser::stranger(), Some(OWNER), &command);
    assert_eq!(answer, refused(Reason::Mismatched));
    assert_eq!(house.last, []);
}
