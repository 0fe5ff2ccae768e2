//! What a reset and "this was not me" do to the methods that were added lately (R-RESET-7, R-SIGNIN-6).
//!
//! After a reset what was added in the last 72 hours stays only where it is ticked. "This was not me" takes away what
//! that session has added, and never the last way to the account.

use accounts::{ActivityKind, Event, MailKind, Methods, Millis, Outcome, RemovalCause, Shown};

use super::house::{
    APPLE, BY_APPLE, BY_EMAIL, BY_GOOGLE, Browser, GOOGLE, House, OWNER, SECRET, STRANGER, around,
    shown, welcome,
};

fn hanako() -> Shown {
    shown(GOOGLE, "hanako", "hanako@gmail.example")
}

fn at_apple() -> Shown {
    shown(APPLE, "thief", "thief@apple.example")
}

/// The owner, with Google and Apple added just now.
fn with_both() -> (House, Browser) {
    let (mut house, mut owner) = House::with_owner();
    house.link(&mut owner, &hanako());
    house.link(&mut owner, &at_apple());
    house.wait(Millis::minutes(1));
    house.forget_notices();
    (house, owner)
}

#[test]
fn r_reset_7_methods_added_in_the_last_72_hours_go_unless_they_are_ticked() {
    let (mut house, _) = with_both();
    let mut browser = Browser::phone();
    house.verify_reset(&mut browser, OWNER);
    assert!(
        house.account(OWNER).addressed().eq([BY_EMAIL, BY_GOOGLE, BY_APPLE]),
        "not before the form"
    );
    house.forget_notices();
    welcome(house.set_password_and_keep(&mut browser, "next", &[BY_GOOGLE.method()]));
    assert!(house.account(OWNER).addressed().eq([BY_EMAIL, BY_GOOGLE]));
    assert_eq!(house.owner_of(&at_apple()), None);
    let cause = RemovalCause::Unticked;
    assert!(house.did(|e| matches!(e, Event::LinkRemoved { cause: c, .. } if *c == cause)));
    assert_eq!(house.told(MailKind::MethodRemoved), [(OWNER.to_owned(), false)], "told, no undo");
    assert!(house.activity_kinds().contains(&ActivityKind::MethodRemoved));
}

#[test]
fn r_reset_7_without_a_tick_all_of_them_go() {
    let (mut house, _) = with_both();
    house.reset(&mut Browser::phone(), OWNER, "next");
    assert!(house.account(OWNER).addressed().eq([BY_EMAIL]));
}

#[test]
fn r_reset_7_what_was_added_72_hours_ago_or_at_registration_stays() {
    for (waited, lately) in around(Millis::hours(72)) {
        let (mut house, mut owner) = House::with_owner();
        house.link(&mut owner, &hanako());
        house.wait(waited);
        house.reset(&mut Browser::phone(), OWNER, "next");
        assert_eq!(house.account(OWNER).links.is_empty(), lately, "{waited:?}");
    }
    let (mut house, mut member) = House::with_google_member(&hanako());
    house.add_email(&mut member, OWNER);
    house.reset(&mut Browser::phone(), OWNER, "next");
    assert!(house.account(OWNER).addressed().eq([BY_EMAIL, BY_GOOGLE]), "registered with it");
}

#[test]
fn r_reset_7_a_contact_that_goes_has_an_heir() {
    let (mut house, mut owner) = with_both();
    house.choose(&mut owner, BY_APPLE);
    house.reset(&mut Browser::phone(), OWNER, "next");
    assert_eq!(house.account(OWNER).contact, BY_EMAIL, "I2");
    assert_eq!(
        house.newest(MailKind::SignInReset, OWNER).map(|mail| mail.number.is_some()),
        Some(true)
    );
}

#[test]
fn r_reset_7_a_tick_for_what_is_not_there_adds_nothing() {
    let (mut house, _) = House::with_owner();
    house.wait(Millis::minutes(1));
    let mut browser = Browser::phone();
    house.verify_reset(&mut browser, OWNER);
    welcome(house.set_password_and_keep(
        &mut browser,
        "next",
        &[BY_GOOGLE.method(), BY_APPLE.method()],
    ));
    assert!(house.account(OWNER).links.is_empty());
}

/// A thief with the password, in a browser of his own; the number from the notice of that sign-in.
fn thief() -> (House, Browser, accounts::TypedNumber) {
    let (mut house, mut owner) = House::with_owner();
    house.link(&mut owner, &hanako());
    house.wait(Millis::hours(100));
    let mut thief = Browser::stranger();
    welcome(house.sign_in(&mut thief, OWNER, SECRET));
    let number = house.number(MailKind::SignIn, OWNER).expect("a number");
    (house, thief, number)
}

#[test]
fn r_signin_6_not_me_removes_the_methods_that_session_added_and_no_others() {
    let (mut house, mut thief, number) = thief();
    house.link(&mut thief, &at_apple());
    house.choose(&mut thief, BY_APPLE);
    house.forget_notices();
    assert_eq!(house.report(OWNER, number), Outcome::TakenBack);
    let account = house.account(OWNER);
    assert!(account.addressed().eq([BY_EMAIL, BY_GOOGLE]));
    assert_eq!(account.contact, BY_EMAIL, "I2");
    let cause = RemovalCause::NotMe;
    assert!(house.did(|e| matches!(e, Event::LinkRemoved { cause: c, .. } if *c == cause)));
    assert!(house.activity_kinds().contains(&ActivityKind::MethodRemoved));
    assert_eq!(house.count(MailKind::NotMe, OWNER), 1);
    assert!(!house.is_signed_in(&mut thief));
}

#[test]
fn r_signin_6_not_me_leaves_what_other_sessions_added() {
    let (mut house, mut thief, _) = thief();
    let mut owner = Browser::phone();
    welcome(house.sign_in(&mut owner, OWNER, SECRET));
    let own = house.number(MailKind::SignIn, OWNER).expect("a number");
    house.link(&mut thief, &at_apple());
    assert_eq!(house.report(OWNER, own), Outcome::TakenBack);
    assert!(house.account(OWNER).addressed().eq([BY_EMAIL, BY_GOOGLE, BY_APPLE]));
}

#[test]
fn r_signin_6_r_method_6_where_nothing_else_is_left_what_that_session_removed_comes_back() {
    let (mut house, mut thief, number) = thief();
    let id = house.account(OWNER).id;
    let before = house.methods(id);
    house.link(&mut thief, &at_apple());
    house.remove(&mut thief, BY_GOOGLE, None);
    house.remove(&mut thief, BY_EMAIL, Some(BY_APPLE));
    assert!(house.by_id(id).addressed().eq([BY_APPLE]));
    assert_eq!(house.report(OWNER, number), Outcome::TakenBack);
    assert_eq!(house.methods(id), before, "as it was before that session's first change");
    assert!(house.by_id(id).password().is_none() && house.by_id(id).sessions.is_empty());
    assert_eq!(house.owner_of(&at_apple()), None);
    house.wait(Millis::minutes(1));
    assert_eq!(house.reset(&mut Browser::owner(), OWNER, "next").account, id);
}

/// R-METHOD-6, I1: what stays because it is all that is left, stays in what older numbers would put back too.
#[test]
fn r_signin_6_where_that_session_added_all_that_is_left_no_older_number_takes_the_last_way() {
    let (mut house, mut session) = House::with_google_member(&hanako());
    house.sign_out(&mut session);
    welcome(house.sign_in_with(&mut session, &hanako()));
    let number = house.number(MailKind::SignIn, "hanako@gmail.example").expect("a number");
    house.add_email(&mut session, OWNER);
    assert_eq!(house.remove(&mut session, BY_GOOGLE, Some(BY_EMAIL)), Outcome::Done);
    // What was before that is known for 72 hours; the number of the sign-in is good for a week.
    house.wait(Millis::days(4));
    assert!(matches!(house.prove(&mut session, OWNER, SECRET), Outcome::Fresh { .. }));
    assert_eq!(house.link(&mut session, &at_apple()), Outcome::Linked(APPLE));
    assert_eq!(house.report("hanako@gmail.example", number), Outcome::TakenBack);
    let account = house.account(OWNER);
    assert!(account.addressed().eq([BY_EMAIL]), "{:?}", account.addressed().collect::<Vec<_>>());
    for change in account.changes.iter().filter(|change| house.now < change.until) {
        assert!(change.before.addresses().next().is_some(), "{:?}", change.kind);
    }
    let undo = house.number(MailKind::MethodAdded, OWNER).expect("an undo number");
    assert_eq!(house.undo(OWNER, undo), Outcome::TakenBack);
    assert!(house.account(OWNER).addressed().eq([BY_EMAIL]));
}

#[test]
fn r_signin_6_an_email_method_that_session_added_goes_with_its_password() {
    let (mut house, member) = House::with_google_member(&hanako());
    let id = house.of(&member).id;
    let mut thief = Browser::stranger();
    welcome(house.sign_in_with(&mut thief, &hanako()));
    let number = house.number(MailKind::SignIn, "hanako@gmail.example").expect("a number");
    house.add_email(&mut thief, STRANGER);
    assert_eq!(house.report("hanako@gmail.example", number), Outcome::TakenBack);
    assert!(house.by_id(id).addressed().eq([BY_GOOGLE]));
    assert!(!house.has_account(STRANGER));
    assert_eq!(welcome(house.sign_in_with(&mut Browser::owner(), &hanako())).account, id, "the way on");
}

#[test]
fn r_signin_6_not_me_makes_no_change_that_could_be_undone() {
    let (mut house, mut thief, number) = thief();
    house.link(&mut thief, &at_apple());
    let changes = house.account(OWNER).changes.len();
    house.report(OWNER, number);
    assert_eq!(house.account(OWNER).changes.len(), changes);
    assert!(!house.did(|e| matches!(e, Event::NumberIssued { .. } | Event::IdentityFreed { .. })));
    let methods = Methods::of(house.account(OWNER));
    assert_eq!(methods.links.len(), 1);
}
