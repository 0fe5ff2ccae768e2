//! Always-1 and 4, I30, I31: what follows from resets, numbers and changed addresses: lines and mails.
//!
//! To whom, in which language, with which code or number: a mail carries the id of what it prints, and no mail
//! carries what its reader has no right to.

use accounts::{
    ActivityKind as Kind, Command, Locale, Mail, MailKind, Method, Millis, Outcome, TypedCode,
};

use super::house::{Browser, House, OWNER, SECRET, STRANGER, id_of, welcome};

const NEW: &str = "new@example.org";

/// A member of half a year who reads English, and nothing noted yet. Whoever asks here speaks Japanese.
fn english() -> (House, Browser) {
    let (mut house, mut owner) = House::with_owner();
    let command = Command::ChangeProfile { display_name: None, locale: Some(Locale::En) };
    assert_eq!(house.ask(&mut owner, None, &command), Outcome::Done);
    house.wait(Millis::minutes(5));
    house.forget_notices();
    (house, owner)
}

fn one(house: &House) -> &Mail {
    let [mail] = house.mails.as_slice() else { panic!("one mail, not {:?}", house.mails) };
    mail
}

/// Where all lines and mails of the owner's account say they come from and when.
fn are_of_now_and_here(house: &House, address: &str) {
    for mail in &house.mails {
        assert_eq!((mail.at, mail.origin.address.as_str()), (house.now, address), "{:?}", mail.kind);
    }
    for line in &house.activities {
        assert_eq!((line.at, line.origin.address.as_str()), (house.now, address), "{:?}", line.kind);
    }
}

#[test]
fn a_reset_that_is_asked_for_is_a_line_and_a_mail_with_its_code_in_the_owners_language() {
    let (mut house, _) = english();
    house.ask_reset(&mut Browser::stranger(), "OWNER@example.com");
    assert_eq!(house.activity_kinds(), [Kind::ResetAsked]);
    let mail = one(&house);
    assert_eq!((mail.kind, mail.to.as_stored(), mail.locale), (MailKind::ResetCode, OWNER, Locale::En));
    assert_eq!(mail.challenge, house.challenges(OWNER).last().map(|code| code.id));
    assert_eq!((mail.number, mail.until, mail.method), (None, None, None));
    assert_eq!(mail.account, Some(house.account(OWNER).id));
    assert_eq!(mail.useless_at, Some(house.now.plus(Millis::minutes(30))));
    are_of_now_and_here(&house, "198.51.100.7");
}

#[test]
fn a_request_that_is_left_without_a_mail_is_no_line() {
    let (mut house, _) = english();
    house.ask_reset(&mut Browser::stranger(), OWNER);
    house.forget_notices();
    house.ask_reset(&mut Browser::stranger(), OWNER);
    house.ask_reset(&mut Browser::stranger(), "nobody@example.com");
    assert_eq!((house.activity_kinds(), house.mail_kinds()), (vec![], vec![]));
}

#[test]
fn a_verified_reset_is_told_with_what_it_ended() {
    let (mut house, _) = english();
    let mut browser = Browser::phone();
    house.ask_reset(&mut browser, OWNER);
    let code = house.reset_code(OWNER).expect("mailed");
    house.forget_notices();
    house.wait(Millis::minutes(3));
    house.type_reset(&mut browser, code);
    let lines = [Kind::PasswordReset, Kind::SessionEnded, Kind::DeviceForgotten];
    assert_eq!(house.activity_kinds(), lines);
    let mail = one(&house);
    assert_eq!(
        (mail.kind, mail.to.as_stored(), mail.locale),
        (MailKind::ResetVerified, OWNER, Locale::En)
    );
    assert_eq!(mail.until, Some(house.now.plus(Millis::minutes(30))));
    assert_eq!((mail.number, mail.challenge, mail.useless_at), (None, None, None));
    are_of_now_and_here(&house, "192.0.2.9");
}

#[test]
fn a_new_password_set_by_the_reset_is_told_as_the_sign_in_it_is() {
    let (mut house, _) = english();
    house.guess_wrong(10, OWNER);
    let mut browser = Browser::phone();
    house.verify_reset(&mut browser, OWNER);
    house.forget_notices();
    let session = welcome(house.set_password(&mut browser, "next")).session;
    assert_eq!(house.activity_kinds(), [Kind::PasswordChanged, Kind::Unlocked, Kind::SignedIn]);
    let line = house.activities.last().expect("it");
    assert_eq!((line.session, line.method), (Some(session), Some(Method::Email)));
    let mail = one(&house);
    assert_eq!((mail.kind, mail.locale), (MailKind::SignInReset, Locale::En));
    assert_eq!(mail.method, Some(Method::Email));
    assert!(mail.number.is_some());
    are_of_now_and_here(&house, "192.0.2.9");
}

#[test]
fn a_reset_that_a_suspension_refuses_is_a_line_and_no_mail() {
    let (mut house, _) = english();
    house.suspend();
    let mut browser = Browser::phone();
    house.ask_reset(&mut browser, OWNER);
    let code = house.reset_code(OWNER).expect("mailed");
    house.forget_notices();
    house.type_reset(&mut browser, code);
    assert_eq!((house.activity_kinds(), house.mail_kinds()), (vec![Kind::SignInRefused], vec![]));
    assert_eq!(house.activities[0].method, Some(Method::Email));
}

#[test]
fn a_form_that_is_opened_again_and_a_wrong_code_are_no_line_and_no_mail() {
    let (mut house, _) = english();
    let mut browser = Browser::phone();
    let code = house.verify_reset(&mut browser, OWNER);
    house.forget_notices();
    house.type_reset(&mut browser, code);
    house.type_reset(&mut browser, TypedCode::Unknown);
    assert_eq!((house.activity_kinds(), house.mail_kinds()), (vec![], vec![]));
}

#[test]
fn a_not_me_is_a_line_for_all_it_ended_and_a_mail_without_a_number() {
    let (mut house, _) = english();
    welcome(house.sign_in(&mut Browser::stranger(), OWNER, SECRET));
    let number = house.number(MailKind::SignIn, OWNER).expect("mailed");
    house.forget_notices();
    house.report(OWNER, number);
    let (ended, forgotten) = (Kind::SessionEnded, Kind::DeviceForgotten);
    assert_eq!(house.activity_kinds(), [Kind::NotMe, ended, ended, forgotten, forgotten]);
    let mail = one(&house);
    assert_eq!((mail.kind, mail.to.as_stored(), mail.locale), (MailKind::NotMe, OWNER, Locale::En));
    assert_eq!((mail.number, mail.challenge, mail.until), (None, None, None));
    are_of_now_and_here(&house, "192.0.2.77");
}

#[test]
fn an_undone_password_is_told_once() {
    let (mut house, mut owner) = english();
    house.change_password(&mut owner, "next");
    let number = house.number(MailKind::PasswordChanged, OWNER).expect("mailed");
    house.forget_notices();
    house.undo(OWNER, number);
    let lines = [Kind::Undone, Kind::SessionEnded, Kind::DeviceForgotten];
    assert_eq!(house.activity_kinds(), lines);
    let mail = one(&house);
    assert_eq!((mail.kind, mail.to.as_stored(), mail.locale), (MailKind::Undone, OWNER, Locale::En));
    are_of_now_and_here(&house, "192.0.2.77");
}

#[test]
fn i30_an_undone_address_is_told_to_the_one_put_back_and_to_the_one_taken_away() {
    let (mut house, mut owner) = english();
    house.change_email(&mut owner, NEW);
    let number = house.number(MailKind::EmailChanged, OWNER).expect("mailed");
    house.forget_notices();
    house.undo(OWNER, number);
    let told = house.mails.iter().map(|m| (m.kind, m.to.as_stored(), m.number)).collect::<Vec<_>>();
    assert_eq!(told, [(MailKind::Undone, OWNER, None), (MailKind::Undone, NEW, None)]);
    assert!(house.mails.iter().all(|mail| mail.locale == Locale::En));
    assert_eq!(house.activity_kinds()[0], Kind::Undone);
    assert!(!house.activity_kinds().contains(&Kind::EmailChanged), "it is one thing, told once");
}

#[test]
fn i30_a_changed_password_is_mailed_with_the_number_that_undoes_it() {
    let (mut house, mut owner) = english();
    house.change_password(&mut owner, "next");
    let mail = one(&house);
    assert_eq!((mail.kind, mail.locale), (MailKind::PasswordChanged, Locale::En));
    let stored = &house.world.addresses[OWNER].numbers;
    assert_eq!(mail.number, stored.last().map(|number| number.id));
}

#[test]
fn i30_a_changed_address_is_a_line_and_a_mail_to_both_of_which_the_old_one_has_the_number() {
    let (mut house, mut owner) = english();
    house.ask_email(&mut owner, NEW);
    let asked = one(&house);
    assert_eq!((asked.kind, asked.to.as_stored()), (MailKind::EmailChangeCode, NEW));
    assert_eq!((asked.number, asked.account), (None, None));
    assert_eq!(asked.locale, Locale::En, "it is the member who reads it");
    assert_eq!(asked.useless_at, Some(house.now.plus(Millis::minutes(30))));
    let code = house.email_code(NEW).expect("mailed");
    assert_eq!(asked.challenge, Some(id_of(code)));
    assert_eq!(house.activity_kinds(), [], "nothing has changed yet");
    house.forget_notices();
    house.type_email(&mut owner, code);
    assert_eq!(house.activity_kinds(), [Kind::EmailChanged]);
    let told = house.mails.iter().map(|m| (m.kind, m.to.as_stored(), m.locale)).collect::<Vec<_>>();
    let kind = MailKind::EmailChanged;
    assert_eq!(told, [(kind, OWNER, Locale::En), (kind, NEW, Locale::En)]);
    let id = house.account(NEW).id;
    assert!(house.mails.iter().all(|mail| mail.account == Some(id) && mail.challenge.is_none()));
    are_of_now_and_here(&house, "192.0.2.1");
}

#[test]
fn whose_address_somebody_else_wants_reads_of_it_in_their_own_list() {
    let (mut house, _) = english();
    let mut member = Browser::stranger();
    house.register(&mut member, STRANGER);
    house.forget_notices();
    house.ask_email(&mut member, OWNER);
    let id = house.account(OWNER).id;
    let [line] = house.activities.as_slice() else { panic!("one line") };
    assert_eq!((line.kind, line.account), (Kind::AddressAttempted, id));
    let mail = one(&house);
    assert_eq!((mail.kind, mail.account, mail.challenge), (MailKind::EmailChangeTaken, Some(id), None));
    assert_eq!(mail.useless_at, Some(house.now.plus(Millis::minutes(30))));
}

/// The owner of a taken address is not looked up for somebody else's request; the language is the asker's, as it
/// would be at an address that nobody has.
#[test]
fn a_mail_to_whom_the_asker_is_nobody_is_in_the_askers_language() {
    let (mut house, mut owner) = english();
    house.register(&mut Browser::stranger(), STRANGER);
    house.wait(Millis::minutes(1));
    house.forget_notices();
    house.ask_email(&mut owner, STRANGER);
    assert_eq!((one(&house).kind, one(&house).locale), (MailKind::EmailChangeTaken, Locale::Ja));
    house.forget_notices();
    house.ask_code(&mut Browser::stranger(), "nobody@example.com");
    assert_eq!((one(&house).kind, one(&house).locale), (MailKind::RegisterCode, Locale::Ja));
}

#[test]
fn the_number_that_is_mailed_again_is_no_line_and_dies_with_the_request() {
    for register in [false, true] {
        let (mut house, mut owner) = english();
        house.change_email(&mut owner, NEW);
        let number = house.number_id(MailKind::EmailChanged, OWNER);
        house.forget_notices();
        let mut stranger = Browser::stranger();
        if register {
            house.ask_code(&mut stranger, "Owner@Example.com");
        } else {
            house.ask_reset(&mut stranger, "Owner@Example.com");
        }
        assert_eq!(house.activity_kinds(), []);
        let mail = one(&house);
        assert_eq!((mail.kind, mail.number, mail.challenge), (MailKind::UndoAgain, number, None));
        assert_eq!(mail.account, None, "nobody has the address now");
        assert_eq!(mail.useless_at, Some(house.now.plus(Millis::minutes(30))));
    }
}

#[test]
fn i31_wrong_expired_and_used_numbers_are_no_line_and_no_mail() {
    let (mut house, mut owner) = english();
    house.change_password(&mut owner, "next");
    let number = house.number(MailKind::PasswordChanged, OWNER).expect("mailed");
    let mut late = house.clone();
    house.undo(OWNER, number);
    house.forget_notices();
    house.undo(OWNER, number);
    house.undo(OWNER, accounts::TypedNumber::Unknown);
    house.report(OWNER, accounts::TypedNumber::Unknown);
    assert_eq!((house.activity_kinds(), house.mail_kinds()), (vec![], vec![]));
    late.wait(Millis::hours(72));
    late.forget_notices();
    late.undo(OWNER, number);
    assert_eq!((late.activity_kinds(), late.mail_kinds()), (vec![], vec![]));
}
