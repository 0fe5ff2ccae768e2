//! Providers while an account is locked or suspended (R-LOCK-5 to 7, I7, I33, D19, L2).
//!
//! A lock refuses what can be guessed; a suspension refuses everything, also what was begun before it.

use accounts::{
    ActivityKind, Command, Instant, Line, LockScope, MailKind, Method, Millis, News, Outcome, Reason,
    Shown, TripErrand,
};

use super::house::{
    BY_EMAIL, BY_GOOGLE, Browser, GOOGLE, House, OWNER, SECRET, refused, shown, welcome,
};

fn hanako() -> Shown {
    shown(GOOGLE, "hanako", "hanako@gmail.example")
}

/// The owner with a password and Google, locked by strangers.
fn locked() -> (House, Browser) {
    let (mut house, mut owner) = House::with_owner();
    assert_eq!(house.link(&mut owner, &hanako()), Outcome::Linked(GOOGLE));
    house.guess_wrong(12, OWNER);
    assert!(house.is_locked(OWNER));
    house.forget_notices();
    (house, owner)
}

#[test]
fn r_lock_5_l2_a_provider_signs_in_while_the_account_is_locked() {
    let (mut house, _) = locked();
    let mut phone = Browser::phone();
    assert_eq!(house.sign_in(&mut phone, OWNER, SECRET), refused(Reason::Locked));
    welcome(house.sign_in_with(&mut phone, &hanako()));
    assert!(house.is_locked(OWNER), "R-LOCK-8: that proves no mailbox and no password");
    assert_eq!(house.count(MailKind::SignIn, OWNER), 1);
}

#[test]
fn r_lock_5_lock_scope_account_refuses_a_provider_on_unknown_devices_only() {
    let (mut house, owner) = locked();
    house.policy.lock_scope = LockScope::Account;
    let mut phone = Browser::phone();
    assert_eq!(house.sign_in_with(&mut phone, &hanako()), refused(Reason::Locked));
    assert!(phone.session.is_none() && house.mails.is_empty());
    assert_eq!(house.arrive(&mut phone, &hanako()), refused(Reason::TripGone), "it was used");
    let mut known = Browser { session: None, ..owner };
    welcome(house.sign_in_with(&mut known, &hanako()));
    house.operate(&Command::Unlock { email: super::super::support::email(OWNER) });
    welcome(house.sign_in_with(&mut phone, &hanako()));
}

#[test]
fn r_lock_6_an_account_without_a_password_cannot_be_locked_by_guessing() {
    for lock_scope in [LockScope::Password, LockScope::Account] {
        let (mut house, _) = House::with_google_member(&hanako());
        house.policy.lock_scope = lock_scope;
        house.guess_wrong(12, "hanako@gmail.example");
        assert!(house.mails.is_empty() && house.activities.is_empty(), "nobody is told");
        welcome(house.sign_in_with(&mut Browser::phone(), &hanako()));
        let heard =
            |house: &mut House, address| house.sign_in(&mut Browser::stranger(), address, "wrong");
        house.guess_wrong(12, "nobody@example.org");
        let at_member = heard(&mut house, "hanako@gmail.example");
        assert_eq!(at_member, heard(&mut house, "nobody@example.org"));
    }
}

#[test]
fn r_lock_3_a_lock_ends_no_session_that_a_provider_began() {
    let (mut house, _) = locked();
    let mut phone = Browser::phone();
    welcome(house.sign_in_with(&mut phone, &hanako()));
    house.guess_wrong(12, OWNER);
    assert!(house.is_signed_in(&mut phone));
    let until = house.now.plus(Millis::minutes(10));
    assert_eq!(house.prove_with(&mut phone, &hanako()), Outcome::Fresh { until });
}

fn suspend(house: &mut House, browser: &Browser) -> accounts::AccountId {
    let id = house.of(browser).id;
    let reason = Line::clean("asked by the police", 80);
    assert_eq!(house.operate_on(id, &Command::Suspend { reason }), Outcome::Done);
    id
}

#[test]
fn r_lock_7_i33_a_suspension_refuses_a_provider_and_says_so_to_whoever_has_shown_it() {
    let (mut house, member) = House::with_google_member(&hanako());
    let mut phone = Browser::phone();
    house.begin_trip(&mut phone, GOOGLE, TripErrand::SignIn);
    let id = suspend(&mut house, &member);
    house.forget_notices();
    let before = house.by_id(id).clone();
    assert_eq!(house.arrive(&mut phone, &hanako()), refused(Reason::Suspended), "begun before it");
    assert_eq!(house.sign_in_with(&mut phone, &hanako()), refused(Reason::Suspended));
    assert!(phone.session.is_none() && house.mails.is_empty());
    assert_eq!(house.by_id(id), &before);
    assert_eq!(house.activity_kinds(), [ActivityKind::SignInRefused; 2]);
    assert_eq!(house.activities[0].method, Some(Method::Provider(GOOGLE)));
}

#[test]
fn r_lock_7_i33_a_suspended_member_adds_removes_proves_and_ends_nothing() {
    let (mut house, mut owner) = House::with_owner();
    house.link(&mut owner, &hanako());
    let mut proving = owner.clone();
    house.begin_trip(&mut proving, GOOGLE, TripErrand::Prove);
    let mut linking = owner.clone();
    let apple = shown(super::house::APPLE, "hanako", "h@apple.example");
    house.begin_trip(&mut linking, apple.provider, TripErrand::Link);
    let id = suspend(&mut house, &owner);
    let before = house.by_id(id).clone();
    let nobody = refused(Reason::NotSignedIn);
    assert_eq!(house.arrive(&mut proving, &hanako()), refused(Reason::TripGone));
    assert_eq!(house.arrive(&mut linking, &apple), refused(Reason::TripGone));
    assert_eq!(house.begin_trip(&mut owner, GOOGLE, TripErrand::Prove), nobody);
    assert_eq!(house.remove(&mut owner, BY_GOOGLE, None), nobody);
    assert_eq!(house.choose(&mut owner, BY_GOOGLE), nobody);
    assert_eq!(house.follow(&mut owner, &shown(GOOGLE, "hanako", "new@gmail.example")), nobody);
    assert_eq!(house.withdraw(&mut owner), nobody);
    assert_eq!(house.ask(&mut owner, None, &Command::TestMail), nobody);
    assert_eq!(house.by_id(id), &before);
    assert!(house.by_id(id).addressed().eq([BY_EMAIL, BY_GOOGLE]));
}

#[test]
fn r_lock_7_a_registration_begun_before_ends_where_its_identity_was_taken_and_suspended() {
    let (mut house, mut late) = (House::new(), Browser::stranger());
    house.sign_in_with(&mut late, &hanako());
    let mut member = Browser::owner();
    house.register_with(&mut member, &hanako());
    suspend(&mut house, &member);
    assert_eq!(house.confirm(&mut late), refused(Reason::IdentityTaken));
    assert_eq!(house.world.accounts.len(), 1);
    assert!(late.session.is_none());
}

#[test]
fn r_lock_7_a_provider_that_says_all_is_well_lifts_no_suspension() {
    let (mut house, member) = House::with_google_member(&hanako());
    let id = suspend(&mut house, &member);
    let at = Instant(house.now.0 + 1_000);
    for (name, news) in [("1", News::Hijacked), ("2", News::Enabled), ("3", News::SessionsRevoked)] {
        assert_eq!(house.hear(name, &hanako(), at, news), Outcome::Done);
    }
    assert!(house.by_id(id).suspended.is_some());
    let refusal = house.sign_in_with(&mut Browser::phone(), &hanako());
    assert_eq!(refusal, refused(Reason::Suspended), "A12");
}
