//! An address that is on an account through a provider only, and the member who cannot use the provider any more
//! (R-RESET-8).
//!
//! The mail says how the account signs in. Its number starts a wait of 24 hours that any sign-in ends; after it a
//! code sets up an `email` method.

use accounts::{
    ActivityKind, Added, ChallengeKind, Command, Event, Line, Locale, MailKind, Method, Millis,
    Outcome, Reason, Shown, TypedCode, TypedNumber,
};

use super::house::{
    APPLE, BY_EMAIL, BY_GOOGLE, Browser, GOOGLE, House, OWNER, SECRET, STRANGER, around, refused,
    shown, welcome,
};
use crate::support::email;

const GMAIL: &str = "hanako@gmail.example";
const DAY: Millis = Millis::hours(24);

fn hanako() -> Shown {
    shown(GOOGLE, "hanako", GMAIL)
}

/// A member with Google alone, who has asked for a reset; the number from the mail.
fn asked() -> (House, Browser, TypedNumber) {
    let (mut house, member) = House::with_google_member(&hanako());
    house.wait(Millis::hours(1));
    house.ask_reset(&mut Browser::phone(), GMAIL);
    let number = house.number(MailKind::ResetProvider, GMAIL).expect("a number");
    (house, member, number)
}

/// The same, with the wait begun.
fn waiting() -> (House, Browser) {
    let (mut house, member, number) = asked();
    let until = house.now.plus(DAY);
    assert_eq!(house.report_lost(GMAIL, number), Outcome::WaitBegun { until });
    (house, member)
}

#[test]
fn r_reset_8_the_mail_says_how_the_account_signs_in_and_has_no_code() {
    let (house, member, _) = asked();
    let [mail] = house.mails.as_slice() else { panic!("one mail") };
    assert_eq!((mail.kind, mail.challenge), (MailKind::ResetProvider, None));
    assert_eq!((mail.to.as_stored(), mail.account), (GMAIL, Some(house.of(&member).id)));
    let row = house.challenges(GMAIL).pop().expect("it counts like a code");
    assert_eq!(row.kind, ChallengeKind::ProviderOnly);
    assert_eq!(house.activity_kinds(), [ActivityKind::ResetAsked]);
}

#[test]
fn r_reset_1_r_reset_8_the_answer_is_the_same_as_for_every_address() {
    let (mut house, _) = House::with_google_member(&hanako());
    house.register(&mut Browser::stranger(), STRANGER);
    house.wait(Millis::minutes(1));
    let at_google = house.clone().ask_reset(&mut Browser::phone(), GMAIL);
    let at_email = house.clone().ask_reset(&mut Browser::phone(), STRANGER);
    let at_nobody = house.ask_reset(&mut Browser::phone(), "nobody@example.org");
    assert!(at_google == at_email && at_email == at_nobody);
}

#[test]
fn r_reset_8_no_code_of_that_mail_can_be_typed() {
    let (mut house, _, _) = asked();
    let mut browser = Browser::phone();
    house.wait(Millis::minutes(1));
    house.ask_reset(&mut browser, GMAIL);
    let row = house.challenges(GMAIL).pop().expect("a row");
    let typed = house.type_reset(&mut browser, TypedCode::Matches(row.id));
    assert_eq!(typed, refused(Reason::WrongCode));
}

#[test]
fn r_reset_8_an_account_with_a_password_elsewhere_is_told_and_gets_no_number() {
    let (mut house, mut owner) = House::with_owner();
    house.link(&mut owner, &hanako());
    house.forget_notices();
    house.ask_reset(&mut Browser::phone(), GMAIL);
    assert_eq!(house.told(MailKind::ResetProvider), [(GMAIL.to_owned(), false)]);
    assert_eq!(house.mails.len(), 1);
}

#[test]
fn r_reset_8_the_mail_is_in_the_members_language_and_to_the_stored_spelling() {
    let (mut house, mut member) =
        House::with_google_member(&shown(GOOGLE, "h", "Hanako@Gmail.example"));
    let english = Command::ChangeProfile { display_name: None, locale: Some(Locale::En) };
    house.ask(&mut member, None, &english);
    house.ask_reset(&mut Browser::phone(), "hanako@gmail.example");
    let mail = house.newest(MailKind::ResetProvider, GMAIL).expect("mailed");
    assert_eq!((mail.to.as_stored(), mail.locale), ("Hanako@Gmail.example", Locale::En));
}

#[test]
fn r_reg_3_who_registers_at_it_hears_nothing_and_the_member_reads_it_in_the_members_language() {
    let (mut house, mut member) = House::with_google_member(&hanako());
    let english = Command::ChangeProfile { display_name: None, locale: Some(Locale::En) };
    house.ask(&mut member, None, &english);
    house.forget_notices();
    let asked = house.ask_code(&mut Browser::phone(), GMAIL);
    assert!(matches!(asked, Outcome::CodeAsked { .. }), "{asked:?}");
    let [mail] = house.mails.as_slice() else { panic!("one mail") };
    assert_eq!((mail.kind, mail.challenge), (MailKind::RegisterTaken, None));
    assert_eq!((mail.account, mail.locale), (Some(house.of(&member).id), Locale::En));
}

#[test]
fn r_reset_2_a_request_without_a_mail_makes_no_number() {
    let (mut house, _, _) = asked();
    house.ask_reset(&mut Browser::of("another", "192.0.2.33"), GMAIL);
    assert!(!house.did(|event| matches!(event, Event::NumberIssued { .. })));
    assert_eq!(house.mails.len(), 1);
}

#[test]
fn r_reset_8_the_number_begins_a_wait_of_24_hours_that_is_told_to_the_contact() {
    let (mut house, mut member) = House::with_google_member(&hanako());
    let at_apple = shown(APPLE, "hanako", "h@apple.example");
    house.link(&mut member, &at_apple);
    house.forget_notices();
    house.ask_reset(&mut Browser::phone(), "h@apple.example");
    let number = house.number(MailKind::ResetProvider, "h@apple.example").expect("a number");
    let until = house.now.plus(DAY);
    assert_eq!(house.report_lost("h@apple.example", number), Outcome::WaitBegun { until });
    assert_eq!(house.told(MailKind::ProviderLost), [(GMAIL.to_owned(), false)], "the contact");
    let mail = house.newest(MailKind::ProviderLost, GMAIL).expect("it");
    assert_eq!((mail.until, mail.after.clone()), (Some(until), Some(email("h@apple.example"))));
    assert!(house.activity_kinds().contains(&ActivityKind::ProviderLost), "I31");
    assert!(house.is_signed_in(&mut member), "it ends nothing");
}

#[test]
fn r_reset_8_after_24_hours_and_not_before_a_code_sets_up_email_with_that_address() {
    for (waited, too_early) in around(DAY) {
        let (mut house, member) = waiting();
        let id = house.of(&member).id;
        house.wait(waited);
        let mut browser = Browser::phone();
        house.ask_reset(&mut browser, GMAIL);
        assert_eq!(house.reset_code(GMAIL).is_none(), too_early, "{waited:?}");
        if too_early {
            continue;
        }
        let mail = house.newest(MailKind::ResetCode, GMAIL).expect("mailed");
        assert_eq!(mail.account, Some(id), "it is about the account that it opens");
        let code = house.reset_code(GMAIL).expect("mailed");
        let verified = house.type_reset(&mut browser, code);
        assert!(matches!(verified, Outcome::ResetProven { .. }), "{verified:?}");
        assert!(house.by_id(id).email.is_none(), "R-RESET-11: not yet");
        assert_eq!(welcome(house.set_password(&mut browser, "next")).account, id);
        let account = house.by_id(id);
        assert!(account.addressed().eq([BY_EMAIL, BY_GOOGLE]) && account.lost.is_none());
        let method = account.email.clone().expect("set up");
        assert_eq!((method.email, method.proven_at), (email(GMAIL), house.now));
        assert_eq!(method.added, Added { at: house.now, by: None });
        assert_eq!(account.contact, BY_GOOGLE, "and it changes no contact");
        welcome(house.sign_in(&mut Browser::stranger(), GMAIL, "next"));
    }
}

#[test]
fn i30_i31_setting_it_up_is_told() {
    let (mut house, _) = waiting();
    house.wait(DAY);
    house.forget_notices();
    house.reset(&mut Browser::phone(), GMAIL, "next");
    let kinds = [MailKind::ResetCode, MailKind::ResetVerified, MailKind::SignInReset];
    assert_eq!(house.mail_kinds(), kinds);
    let lines = house.activity_kinds();
    for line in [ActivityKind::PasswordReset, ActivityKind::MethodAdded, ActivityKind::SignedIn] {
        assert!(lines.contains(&line), "{line:?}");
    }
}

#[test]
fn r_reset_7_the_contact_and_the_address_are_told_of_the_verified_code() {
    let (mut house, mut member) = House::with_google_member(&hanako());
    house.link(&mut member, &shown(APPLE, "hanako", "H@apple.example"));
    house.ask_reset(&mut Browser::phone(), "h@apple.example");
    let number = house.number(MailKind::ResetProvider, "h@apple.example").expect("a number");
    house.report_lost("h@apple.example", number);
    house.wait(DAY);
    house.forget_notices();
    house.verify_reset(&mut Browser::phone(), "h@apple.example");
    let told = house.told(MailKind::ResetVerified);
    assert_eq!(told, [(GMAIL.to_owned(), false), ("H@apple.example".to_owned(), false)]);
    let until = house.mails.iter().filter(|m| m.kind == MailKind::ResetVerified).map(|m| m.until);
    let until = until.collect::<Vec<_>>();
    assert!(until[0].is_some() && until[0] == until[1], "both say until when: {until:?}");
}

#[test]
fn r_reset_8_any_sign_in_ends_the_wait() {
    let (mut house, _) = waiting();
    house.wait(Millis::hours(23));
    house.forget_notices();
    welcome(house.sign_in_with(&mut Browser::owner(), &hanako()));
    assert!(house.activity_kinds().contains(&ActivityKind::ProviderFound));
    house.wait(DAY);
    house.ask_reset(&mut Browser::phone(), GMAIL);
    assert_eq!(house.reset_code(GMAIL), None);
    assert_eq!(house.count(MailKind::ResetProvider, GMAIL), 1);
}

#[test]
fn r_reset_8_a_sign_in_after_the_wait_ends_it_too_with_its_codes_and_its_grant() {
    let (mut house, member) = waiting();
    let id = house.of(&member).id;
    house.wait(DAY);
    let mut thief = Browser::stranger();
    house.ask_reset(&mut thief, GMAIL);
    let code = house.reset_code(GMAIL).expect("mailed");
    let mut copy = house.clone();
    welcome(copy.sign_in_with(&mut Browser::owner(), &hanako()));
    assert_eq!(copy.type_reset(&mut thief.clone(), code), refused(Reason::WrongCode));
    house.type_reset(&mut thief, code);
    welcome(house.sign_in_with(&mut Browser::owner(), &hanako()));
    assert_eq!(house.set_password(&mut thief, "mine"), refused(Reason::FlowGone));
    assert!(house.by_id(id).email.is_none());
    // Nothing is verified here any more, and whoever asks again begins again.
    house.wait(Millis::minutes(2));
    let again = house.ask_reset(&mut thief, GMAIL);
    assert!(matches!(again, Outcome::CodeAsked { .. }), "{again:?}");
}

#[test]
fn r_reset_8_a_use_of_the_session_or_a_fresh_proof_is_no_sign_in() {
    let (mut house, mut member) = waiting();
    house.is_signed_in(&mut member);
    house.prove_with(&mut member, &hanako());
    assert!(house.of(&member).lost.is_some());
}

#[test]
fn r_reset_8_saying_it_again_makes_the_wait_neither_longer_nor_shorter() {
    let (mut house, member) = waiting();
    let from = house.of(&member).lost.clone().expect("begun").from;
    house.wait(Millis::hours(5));
    house.ask_reset(&mut Browser::phone(), GMAIL);
    let number = house.number(MailKind::ResetProvider, GMAIL).expect("another number");
    assert_eq!(house.report_lost(GMAIL, number), Outcome::WaitBegun { until: from });
    assert_eq!(house.of(&member).lost.clone().expect("begun").from, from);
}

#[test]
fn r_reset_8_the_number_is_good_for_30_minutes_and_once() {
    for (waited, within) in around(Millis::minutes(30)) {
        let (mut house, member, number) = asked();
        house.wait(waited);
        let answer = house.report_lost(GMAIL, number);
        assert_eq!(answer == refused(Reason::NumberExpired), !within, "{answer:?}");
        assert_eq!(house.of(&member).lost.is_some(), within);
    }
    let (mut house, member, number) = asked();
    let first = house.report_lost(GMAIL, number);
    house.wait(Millis::minutes(9));
    assert_eq!(house.report_lost(GMAIL, number), first, "a second press");
    assert!(house.last.is_empty());
    house.wait(Millis::minutes(1));
    assert_eq!(house.report_lost(GMAIL, number), refused(Reason::NumberSpent));
    welcome(house.sign_in_with(&mut Browser::owner(), &hanako()));
    let _ = member;
}

#[test]
fn r_reset_8_the_number_works_with_the_address_it_was_sent_to_and_does_nothing_else() {
    let (mut house, member, number) = asked();
    for address in [OWNER, "nobody@example.org"] {
        assert_eq!(house.report_lost(address, number), refused(Reason::WrongNumber));
    }
    assert_eq!(house.undo(GMAIL, number), refused(Reason::WrongNumber));
    assert_eq!(house.report(GMAIL, number), refused(Reason::WrongNumber));
    assert_eq!(house.report_lost(GMAIL, TypedNumber::Unknown), refused(Reason::WrongNumber));
    welcome(house.sign_in_with(&mut Browser::stranger(), &hanako()));
    let other = house.number(MailKind::SignIn, GMAIL).expect("a number");
    assert_eq!(house.report_lost(GMAIL, other), refused(Reason::WrongNumber), "not-me is none here");
    assert!(house.by_id(house.of(&member).id).lost.is_none());
}

#[test]
fn r_reset_8_where_the_account_has_email_by_now_the_number_is_worth_nothing() {
    let (mut house, mut member, number) = asked();
    house.prove_with(&mut member, &hanako());
    house.add_email(&mut member, OWNER);
    assert_eq!(house.report_lost(GMAIL, number), refused(Reason::NumberSpent));
    assert!(house.of(&member).lost.is_none());
    let (mut house, mut member) = waiting();
    house.prove_with(&mut member, &hanako());
    house.add_email(&mut member, OWNER);
    house.wait(DAY);
    house.ask_reset(&mut Browser::phone(), GMAIL);
    assert_eq!(house.reset_code(GMAIL), None, "nor is a wait that was begun");
}

#[test]
fn r_reset_8_where_the_method_has_left_that_address_the_number_is_worth_nothing() {
    let (mut house, mut member, number) = asked();
    house.follow(&mut member, &shown(GOOGLE, "hanako", "moved@gmail.example"));
    assert_eq!(house.report_lost(GMAIL, number), refused(Reason::NumberSpent));
    let (mut house, mut member) = waiting();
    house.follow(&mut member, &shown(GOOGLE, "hanako", "moved@gmail.example"));
    house.wait(DAY);
    for address in [GMAIL, "moved@gmail.example"] {
        house.ask_reset(&mut Browser::phone(), address);
        assert_eq!(house.reset_code(address), None, "{address}: another mailbox was shown");
    }
}

#[test]
fn r_lock_7_the_wait_leads_past_no_suspension() {
    let (mut house, member) = waiting();
    let id = house.of(&member).id;
    house.wait(DAY);
    house.operate_on(id, &Command::Suspend { reason: Line::clean("police", 20) });
    let mut browser = Browser::phone();
    house.ask_reset(&mut browser, GMAIL);
    let code = house.reset_code(GMAIL).expect("mailed");
    assert_eq!(house.type_reset(&mut browser, code), refused(Reason::Suspended));
    assert!(house.by_id(id).email.is_none());
}

#[test]
fn r_reset_7_setting_it_up_ends_every_other_session() {
    let (mut house, mut member) = waiting();
    house.wait(DAY);
    let mut browser = Browser::phone();
    house.reset(&mut browser, GMAIL, SECRET);
    assert!(!house.is_signed_in(&mut member) && house.is_signed_in(&mut browser));
    let session = house.world.session(browser.session.expect("in")).expect("there");
    assert_eq!(session.method, Method::Email);
}
