//! Passkeys taken away and put back: undo, reset, "this was not me", withdrawal (R-METHOD-10, R-RESET-7, R-SIGNIN-6,
//! R-WITHDRAW-2).
//!
//! Whatever is put back has the newest counter it was ever seen with (I27), and what somebody else has added since does
//! not come back (I26).

use accounts::{
    ActivityKind, Event, MailKind, Method, Millis, Outcome, PasskeyId, Reason, RemovalCause, Shown,
    TypedNumber,
};

use super::house::{
    APPLE, BY_APPLE, BY_EMAIL, Browser, GOOGLE, House, OWNER, SECRET, STRANGER, around, refused, shown,
    welcome,
};

fn hanako() -> Shown {
    shown(GOOGLE, "hanako", "hanako@gmail.example")
}

fn at_apple() -> Shown {
    shown(APPLE, "thief", "thief@apple.example")
}

/// The owner, with a passkey of five days; and a thief who has the password.
fn with_thief() -> (House, Browser, Browser, PasskeyId) {
    let (mut house, mut owner) = House::with_owner();
    let id = house.added_passkey(&mut owner, 1);
    house.wait(Millis::days(5));
    let mut thief = Browser::stranger();
    welcome(house.sign_in(&mut thief, OWNER, SECRET));
    house.wait(Millis::minutes(1));
    (house, owner, thief, id)
}

fn number(house: &House, kind: MailKind) -> TypedNumber {
    house.number(kind, OWNER).expect("a number")
}

#[test]
fn r_method_10_an_undo_takes_an_added_passkey_away() {
    let (mut house, _, mut thief, _) = with_thief();
    let id = house.account(OWNER).id;
    house.added_passkey(&mut thief, 2);
    let mut second = Browser::of("thief's phone", "198.51.100.8");
    welcome(house.sign_in_by(&mut second, 2, 0));
    let number = number(&house, MailKind::MethodAdded);
    assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
    assert_eq!(house.keys(id), [1]);
    assert!(!house.is_signed_in(&mut second) && !house.is_signed_in(&mut thief));
    assert_eq!(house.sign_in_by(&mut second, 2, 0), refused(Reason::PasskeyUnknown));
    assert_eq!(house.owner_of_key(2), None);
    welcome(house.sign_in_by(&mut Browser::phone(), 1, 0));
}

#[test]
fn r_method_10_i27_an_undo_puts_a_removed_passkey_back_with_its_newest_counter() {
    let (mut house, mut owner, mut thief, passkey) = with_thief();
    let id = house.account(OWNER).id;
    house.change_password(&mut thief, "the thief's");
    let older = number(&house, MailKind::PasswordChanged);
    welcome(house.sign_in_by(&mut owner, 1, 41));
    assert_eq!(house.rename(&mut owner, passkey, "my phone"), Outcome::Done);
    assert_eq!(house.remove_passkey(&mut thief, passkey), Outcome::Done);
    let newer = number(&house, MailKind::MethodRemoved);
    for typed in [older, newer] {
        let mut house = house.clone();
        assert_eq!(house.undo(OWNER, typed), Outcome::TakenBack);
        let back = house.known(1).expect("it is back");
        assert_eq!((back.id, back.counter, back.name.as_str()), (passkey, 41, "my phone"));
        assert_eq!(house.keys(id), [1]);
        let behind = house.sign_in_by(&mut Browser::phone(), 1, 41);
        assert_eq!(behind, refused(Reason::PasskeyDoubtful));
        welcome(house.sign_in_by(&mut Browser::phone(), 1, 42));
    }
}

#[test]
fn r_method_10_i27_a_passkey_that_never_went_keeps_its_counter_through_an_undo() {
    let (mut house, mut owner, mut thief, _) = with_thief();
    house.change_password(&mut thief, "the thief's");
    let number = number(&house, MailKind::PasswordChanged);
    welcome(house.sign_in_by(&mut owner, 1, 7));
    assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
    assert_eq!(house.known(1).map(|known| known.counter), Some(7));
}

#[test]
fn r_method_10_an_undo_of_any_change_takes_later_passkeys_too() {
    let (mut house, _, mut thief, passkey) = with_thief();
    let id = house.account(OWNER).id;
    let before = house.methods(id);
    house.change_email(&mut thief, STRANGER);
    let number = number(&house, MailKind::EmailChanged);
    house.added_passkey(&mut thief, 2);
    house.remove_passkey(&mut thief, passkey);
    assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
    assert_eq!(house.methods(id), before);
}

#[test]
fn r_passkey_5_i26_what_another_has_added_since_does_not_come_back() {
    let (mut house, _, mut thief, passkey) = with_thief();
    let id = house.account(OWNER).id;
    house.remove_passkey(&mut thief, passkey);
    let number = number(&house, MailKind::MethodRemoved);
    let mut other = Browser::of("another", "203.0.113.5");
    house.register(&mut other, STRANGER);
    house.added_passkey(&mut other, 1);
    assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
    assert!(house.by_id(id).passkeys.is_empty());
    assert_eq!(house.owner_of_key(1), Some(house.of(&other).id));
}

#[test]
fn r_method_10_a_change_proven_by_a_passkey_of_72_hours_gives_no_number_and_a_younger_does() {
    for (waited, young) in around(Millis::hours(72)) {
        let (mut house, mut owner) = House::with_owner();
        house.wait(Millis::minutes(1));
        let first = house.added_passkey(&mut owner, 1);
        house.wait(waited);
        welcome(house.sign_in_by(&mut owner, 1, 0));
        house.forget_notices();
        let mut removing = house.clone();
        removing.remove_passkey(&mut owner.clone(), first);
        assert_eq!(removing.told(MailKind::MethodRemoved), [(OWNER.to_owned(), young)], "{waited:?}");
        let mut changing = house.clone();
        changing.change_password(&mut owner.clone(), "another");
        assert_eq!(changing.told(MailKind::PasswordChanged), [(OWNER.to_owned(), young)]);
        house.added_passkey(&mut owner, 2);
        assert_eq!(house.told(MailKind::MethodAdded), [(OWNER.to_owned(), young)]);
        house.sign_in(&mut owner, OWNER, SECRET);
        house.forget_notices();
        house.added_passkey(&mut owner, 3);
        let told = house.told(MailKind::MethodAdded);
        assert_eq!(told, [(OWNER.to_owned(), true)], "the proof counts, not how long it is there");
    }
}

#[test]
fn r_method_10_a_passkey_of_the_registrations_own_instant_is_not_old_for_that() {
    let (mut house, mut owner) = House::with_owner();
    house.added_passkey(&mut owner, 1);
    welcome(house.sign_in_by(&mut owner, 1, 0));
    house.forget_notices();
    house.change_password(&mut owner, "another");
    assert_eq!(house.told(MailKind::PasswordChanged), [(OWNER.to_owned(), true)]);
}

#[test]
fn r_method_10_a_proof_by_a_passkey_that_is_gone_is_nobodys() {
    let (mut house, mut owner, _, passkey) = with_thief();
    welcome(house.sign_in_by(&mut owner, 1, 0));
    house.remove_passkey(&mut owner, passkey);
    house.forget_notices();
    house.added_passkey(&mut owner, 2);
    assert_eq!(house.told(MailKind::MethodAdded), [(OWNER.to_owned(), true)]);
}

#[test]
fn r_reset_7_unticked_passkeys_go_and_ticked_and_older_ones_stay() {
    let (mut house, _, mut thief, _) = with_thief();
    let id = house.account(OWNER).id;
    let [kept, gone] = [2, 3].map(|number| house.added_passkey(&mut thief, number));
    house.link(&mut thief, &hanako());
    let mut phone = Browser::phone();
    house.verify_reset(&mut phone, OWNER);
    assert_eq!(house.keys(id), [1, 2, 3], "not before the form");
    house.forget_notices();
    welcome(house.set_password_and_keep(&mut phone, "next", &[Method::Passkey(kept)]));
    assert_eq!(house.keys(id), [1, 2]);
    assert!(house.by_id(id).links.is_empty(), "a tick for one is none for another");
    let told = house.mails.iter().filter(|mail| mail.kind == MailKind::MethodRemoved);
    let told = told.map(|mail| (mail.method, mail.passkey.clone(), mail.number)).collect::<Vec<_>>();
    let name = accounts::Line::clean("key 3", 40);
    assert!(told.contains(&(Some(Method::Passkey(gone)), Some(name), None)), "{told:?}");
    assert_eq!(told.len(), 2);
    let cause = RemovalCause::Unticked;
    assert!(house.did(|e| matches!(e, Event::PasskeyRemoved { cause: c, .. } if *c == cause)));
    assert_eq!(house.sign_in_by(&mut thief, 3, 0), refused(Reason::PasskeyUnknown));
}

#[test]
fn r_reset_7_a_passkey_of_72_hours_stays() {
    for (waited, lately) in around(Millis::hours(72)) {
        let (mut house, mut owner) = House::with_owner();
        house.added_passkey(&mut owner, 1);
        house.wait(waited);
        house.reset(&mut Browser::phone(), OWNER, "next");
        assert_eq!(house.account(OWNER).passkeys.is_empty(), lately, "{waited:?}");
    }
}

#[test]
fn r_method_7_a_new_password_leaves_the_passkeys() {
    let (mut house, mut owner) = House::with_owner();
    house.added_passkey(&mut owner, 1);
    assert_eq!(house.change_password(&mut owner, "another"), Outcome::Done);
    welcome(house.sign_in_by(&mut Browser::phone(), 1, 0));
}

#[test]
fn r_signin_6_not_me_removes_the_passkeys_that_session_added_and_no_others() {
    let (mut house, _, mut thief, _) = with_thief();
    let id = house.account(OWNER).id;
    let number = number(&house, MailKind::SignIn);
    let mut second = Browser::of("thief's phone", "198.51.100.8");
    house.added_passkey(&mut thief, 2);
    welcome(house.sign_in_by(&mut second, 2, 0));
    house.added_passkey(&mut second, 3);
    house.forget_notices();
    assert_eq!(house.report(OWNER, number), Outcome::TakenBack);
    assert_eq!(house.keys(id), [1, 3], "that session's");
    let cause = RemovalCause::NotMe;
    assert!(house.did(|e| matches!(e, Event::PasskeyRemoved { cause: c, .. } if *c == cause)));
    assert!(house.activity_kinds().contains(&ActivityKind::MethodRemoved));
    assert_eq!(house.mail_kinds(), [MailKind::NotMe]);
    assert!(!house.is_signed_in(&mut second));
}

#[test]
fn r_signin_6_the_notice_of_a_sign_in_by_passkey_has_its_number_too() {
    let (mut house, mut owner, _, _) = with_thief();
    welcome(house.sign_in_by(&mut owner, 1, 0));
    let number = number(&house, MailKind::SignIn);
    house.added_passkey(&mut owner, 2);
    assert_eq!(house.report(OWNER, number), Outcome::TakenBack);
    assert!(!house.is_signed_in(&mut owner));
    assert_eq!(house.keys(house.account(OWNER).id), [1]);
}

#[test]
fn r_signin_6_r_method_6_where_all_else_was_removed_its_passkeys_go_all_the_same() {
    let (mut house, _, mut thief, passkey) = with_thief();
    let id = house.account(OWNER).id;
    let before = house.methods(id);
    let number = number(&house, MailKind::SignIn);
    house.added_passkey(&mut thief, 2);
    house.link(&mut thief, &at_apple());
    house.remove_passkey(&mut thief, passkey);
    house.remove(&mut thief, BY_EMAIL, Some(BY_APPLE));
    let mut early = house.clone();
    assert_eq!(early.report(OWNER, number), Outcome::TakenBack);
    assert_eq!(early.methods(id), before, "as it was before that session's first change");
    // When what that session did first is forgotten, what it added is not.
    house.wait(Millis::days(4));
    assert_eq!(house.report(OWNER, number), Outcome::TakenBack);
    assert!(house.by_id(id).addressed().eq([BY_APPLE]), "R-METHOD-6");
    assert_eq!(house.keys(id), [0_u8; 0]);
}

#[test]
fn r_signin_6_what_that_session_added_before_what_is_still_known_does_not_come_back() {
    let (mut house, _, mut thief, passkey) = with_thief();
    let id = house.account(OWNER).id;
    let number = number(&house, MailKind::SignIn);
    house.added_passkey(&mut thief, 2);
    house.link(&mut thief, &at_apple());
    house.wait(Millis::hours(60));
    assert!(matches!(house.prove_by(&mut thief, 2, 0), Outcome::Fresh { .. }));
    house.remove_passkey(&mut thief, passkey);
    house.remove(&mut thief, BY_EMAIL, Some(BY_APPLE));
    house.wait(Millis::hours(20));
    assert_eq!(house.report(OWNER, number), Outcome::TakenBack);
    assert!(house.by_id(id).addressed().eq([BY_EMAIL]), "the first two are no longer known");
    assert_eq!(house.keys(id), [1]);
    assert_eq!(house.owner_of(&at_apple()), None);
}

#[test]
fn r_withdraw_1_a_withdrawal_frees_the_credential_and_ends_its_sessions() {
    let (mut house, mut owner) = House::with_owner();
    house.added_passkey(&mut owner, 1);
    let id = house.of(&owner).id;
    let mut phone = Browser::phone();
    welcome(house.sign_in_by(&mut phone, 1, 0));
    let late = house.shows(1, 0);
    house.withdraw(&mut owner);
    assert!(house.by_id(id).passkeys.is_empty());
    assert_eq!(house.owner_of_key(1), None, "I22");
    assert!(!house.is_signed_in(&mut phone));
    assert_eq!(house.sign_in_shown(&mut phone, late), refused(Reason::PasskeyUnknown));
    let kept = house.by_id(id).withdrawn.as_ref().map(|ended| ended.methods.passkeys.len());
    assert_eq!(kept, Some(1), "in the picture");
}

#[test]
fn r_withdraw_2_a_restoration_brings_it_back_as_it_was_last_seen() {
    let (mut house, mut owner) = House::with_owner();
    house.added_passkey(&mut owner, 1);
    welcome(house.sign_in_by(&mut owner, 1, 9));
    let before = house.known(1);
    house.withdraw(&mut owner);
    house.wait(Millis::days(29));
    let number = house.number(MailKind::Withdrawn, OWNER).expect("a number");
    assert_eq!(house.undo(OWNER, number), Outcome::Restored);
    assert_eq!(house.known(1), before);
    let behind = house.sign_in_by(&mut Browser::phone(), 1, 9);
    assert_eq!(behind, refused(Reason::PasskeyDoubtful));
    welcome(house.sign_in_by(&mut Browser::phone(), 1, 10));
}

#[test]
fn r_withdraw_2_i26_what_somebody_else_has_added_since_does_not_come_back() {
    let (mut house, mut owner) = House::with_owner();
    house.added_passkey(&mut owner, 1);
    house.added_passkey(&mut owner, 2);
    let id = house.of(&owner).id;
    house.withdraw(&mut owner);
    let mut other = Browser::stranger();
    house.register(&mut other, STRANGER);
    house.added_passkey(&mut other, 1);
    let number = house.number(MailKind::Withdrawn, OWNER).expect("a number");
    assert_eq!(house.undo(OWNER, number), Outcome::Restored);
    assert_eq!(house.keys(id), [2]);
    let theirs = house.of(&other).id;
    assert_eq!(welcome(house.sign_in_by(&mut Browser::phone(), 1, 0)).account, theirs);
}

#[test]
fn r_withdraw_2_r_method_6_a_passkey_alone_brings_nothing_back() {
    let (mut house, mut owner) = House::with_owner();
    house.added_passkey(&mut owner, 1);
    let id = house.of(&owner).id;
    house.link(&mut owner, &hanako());
    house.withdraw(&mut owner);
    let number = house.number(MailKind::Withdrawn, OWNER).expect("a number");
    house.wait(Millis::minutes(1));
    let mut other = Browser::stranger();
    house.register(&mut other, OWNER);
    house.link(&mut other, &hanako());
    assert_eq!(house.undo(OWNER, number), refused(Reason::NothingLeft), "I1");
    assert!(house.by_id(id).withdrawn.is_some());
    assert_eq!(house.owner_of_key(1), None);
}

#[test]
fn r_method_10_i27_the_number_of_an_older_change_restores_it_with_its_newest_counter() {
    let (mut house, _, mut thief, passkey) = with_thief();
    let id = house.account(OWNER).id;
    house.change_password(&mut thief, "the thief's");
    let typed = number(&house, MailKind::PasswordChanged);
    let mut owner = Browser::phone();
    welcome(house.sign_in_by(&mut owner, 1, 12));
    house.withdraw(&mut thief);
    assert_eq!(house.undo(OWNER, typed), Outcome::TakenBack);
    assert!(house.by_id(id).withdrawn.is_none());
    let back = house.known(1).map(|known| (known.id, known.counter));
    assert_eq!(back, Some((passkey, 12)));
}

#[test]
fn r_withdraw_3_an_erased_account_leaves_no_credential() {
    let (mut house, mut owner) = House::with_owner();
    house.added_passkey(&mut owner, 1);
    house.policy.withdraw_grace = Millis(0);
    house.withdraw(&mut owner);
    assert!(house.world.accounts.is_empty());
    let mut other = Browser::stranger();
    house.register(&mut other, STRANGER);
    house.added_passkey(&mut other, 1);
}

/// The thief adds a passkey and a provider, and changes the password; the owner reads the mails in their order.
fn told_off_and_undone(first: impl Fn(&mut House)) -> House {
    let (mut house, _, mut thief, _) = with_thief();
    house.added_passkey(&mut thief, 2);
    house.link(&mut thief, &at_apple());
    house.change_password(&mut thief, "the thief's");
    let undo = number(&house, MailKind::PasswordChanged);
    first(&mut house);
    assert_eq!(house.undo(OWNER, undo), Outcome::TakenBack);
    house
}

#[test]
fn r_signin_6_r_method_10_what_not_me_has_taken_away_does_not_come_back_by_an_older_number() {
    let house = told_off_and_undone(|house| {
        let number = number(house, MailKind::SignIn);
        assert_eq!(house.report(OWNER, number), Outcome::TakenBack);
    });
    let id = house.account(OWNER).id;
    assert_eq!(house.keys(id), [1]);
    assert!(house.by_id(id).links.is_empty());
}

#[test]
fn r_reset_7_r_method_10_what_a_reset_has_left_away_does_not_come_back_by_an_older_number() {
    let house = told_off_and_undone(|house| {
        house.reset(&mut Browser::phone(), OWNER, "next");
    });
    let id = house.account(OWNER).id;
    assert_eq!(house.keys(id), [1]);
    assert!(house.by_id(id).links.is_empty());
}

#[test]
fn r_signin_6_r_withdraw_2_what_not_me_has_taken_away_does_not_come_back_by_a_restoration() {
    let (mut house, _, mut thief, _) = with_thief();
    let id = house.account(OWNER).id;
    let not_me = number(&house, MailKind::SignIn);
    house.added_passkey(&mut thief, 2);
    house.link(&mut thief, &at_apple());
    house.wait(Millis::days(4));
    assert!(matches!(house.prove_by(&mut thief, 2, 0), Outcome::Fresh { .. }));
    house.withdraw(&mut thief);
    let restore = number(&house, MailKind::Withdrawn);
    assert_eq!(house.report(OWNER, not_me), Outcome::TakenBack);
    assert!(house.by_id(id).withdrawn.is_some(), "what that session did first is no longer known");
    assert_eq!(house.undo(OWNER, restore), Outcome::Restored);
    assert_eq!(house.keys(id), [1]);
    assert!(house.by_id(id).links.is_empty());
}
