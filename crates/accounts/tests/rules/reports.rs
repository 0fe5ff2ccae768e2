//! What providers report of somebody (I1, I33, I35, security.md 2.6).
//!
//! That method issues nothing afterwards, and the account stays recoverable. A report is heard once, is about the
//! login method as it is now, and touches nobody else.

use accounts::{
    ActivityKind, Event, Instant, MailKind, Method, Millis, News, Outcome, Reason, SessionEnd, Shown,
};

use super::house::{
    APPLE, BY_EMAIL, BY_GOOGLE, Browser, GOOGLE, House, OWNER, SECRET, refused, shown, welcome,
};

const GMAIL: &str = "hanako@gmail.example";

fn hanako() -> Shown {
    shown(GOOGLE, "hanako", GMAIL)
}

/// A member with a password and Google, with a session by each.
struct Both {
    house: House,
    by_password: Browser,
    by_google: Browser,
}

fn both() -> Both {
    let (mut house, mut by_password) = House::with_owner();
    assert_eq!(house.link(&mut by_password, &hanako()), Outcome::Linked(GOOGLE));
    let mut by_google = Browser::phone();
    welcome(house.sign_in_with(&mut by_google, &hanako()));
    house.wait(Millis::minutes(1));
    house.forget_notices();
    Both { house, by_password, by_google }
}

/// A member with Google alone.
fn alone() -> (House, Browser) {
    let (mut house, member) = House::with_google_member(&hanako());
    house.wait(Millis::minutes(1));
    (house, member)
}

fn hear(house: &mut House, news: News) -> Outcome {
    let at = house.now;
    house.hear("report-1", &hanako(), at, news)
}

#[test]
fn i35_sessions_revoked_ends_what_was_begun_with_it_and_nothing_else() {
    let Both { mut house, mut by_password, mut by_google } = both();
    assert_eq!(hear(&mut house, News::SessionsRevoked), Outcome::Done);
    assert!(!house.is_signed_in(&mut by_google) && house.is_signed_in(&mut by_password));
    assert!(house.account(OWNER).addressed().eq([BY_EMAIL, BY_GOOGLE]));
    welcome(house.sign_in_with(&mut by_google, &hanako()));
}

#[test]
fn i35_consent_revoked_and_purged_remove_the_method_where_another_is_left() {
    for news in [News::ConsentRevoked, News::Purged] {
        let Both { mut house, mut by_password, mut by_google } = both();
        house.choose(&mut by_password, BY_GOOGLE);
        house.forget_notices();
        assert_eq!(hear(&mut house, news.clone()), Outcome::Done);
        assert!(house.did(|e| matches!(e, Event::SessionEnded { reason: SessionEnd::MethodGone, .. })));
        assert!(house.account(OWNER).addressed().eq([BY_EMAIL]));
        assert_eq!(house.account(OWNER).contact, BY_EMAIL, "I2: the one that is left");
        assert_eq!(house.owner_of(&hanako()), None, "free for whoever proves it");
        assert!(!house.is_signed_in(&mut by_google) && house.is_signed_in(&mut by_password));
        assert_eq!(house.told(MailKind::MethodRemoved), [(OWNER.to_owned(), false)], "{news:?}");
        assert!(house.activity_kinds().contains(&ActivityKind::MethodRemoved));
        let met = house.sign_in_with(&mut by_google, &hanako());
        assert!(matches!(met, Outcome::IdentityFree(_)), "{met:?}");
    }
}

#[test]
fn i1_i35_purged_as_the_last_method_stays_as_an_address_and_lets_nobody_in() {
    let (mut house, mut member) = alone();
    let id = house.of(&member).id;
    assert_eq!(hear(&mut house, News::Purged), Outcome::Done);
    assert!(!house.is_signed_in(&mut member));
    let account = house.by_id(id);
    assert_eq!(account.links[0].held_at, Some(house.now));
    assert!(account.addressed().eq([BY_GOOGLE]) && account.contact == BY_GOOGLE);
    assert!(house.activity_kinds().contains(&ActivityKind::MethodHeld));
    assert_eq!(house.sign_in_with(&mut member, &hanako()), refused(Reason::MethodHeld));
    assert_eq!(house.owner_of(&hanako()), Some(id), "and nobody else has it");
    // The way back is the mailbox: R-RESET-8.
    house.ask_reset(&mut Browser::phone(), GMAIL);
    let number = house.number(MailKind::ResetProvider, GMAIL).expect("a number");
    assert!(matches!(house.report_lost(GMAIL, number), Outcome::WaitBegun { .. }));
    house.wait(Millis::hours(24));
    let mut browser = Browser::phone();
    assert_eq!(house.reset(&mut browser, GMAIL, SECRET).account, id);
}

#[test]
fn i35_consent_revoked_as_the_last_method_ends_its_sessions_and_can_be_given_again() {
    let (mut house, mut member) = alone();
    let id = house.of(&member).id;
    assert_eq!(hear(&mut house, News::ConsentRevoked), Outcome::Done);
    assert!(!house.is_signed_in(&mut member));
    assert!(house.by_id(id).addressed().eq([BY_GOOGLE]), "I1");
    assert_eq!(welcome(house.sign_in_with(&mut member, &hanako())).account, id);
}

#[test]
fn i35_hijacked_ends_every_session_and_holds_the_method_until_all_is_well() {
    let Both { mut house, mut by_password, mut by_google } = both();
    assert_eq!(hear(&mut house, News::Hijacked), Outcome::Done);
    assert!(!house.is_signed_in(&mut by_google) && !house.is_signed_in(&mut by_password));
    let refusal = house.sign_in_with(&mut by_google, &hanako());
    assert_eq!(refusal, refused(Reason::MethodHeld));
    let [.., line] = house.activities.as_slice() else { panic!("a line") };
    let method = Some(Method::Provider(GOOGLE));
    assert_eq!((line.kind, line.method), (ActivityKind::SignInRefused, method));
    welcome(house.sign_in(&mut by_password, OWNER, SECRET));
    assert_eq!(house.prove_with(&mut by_password, &hanako()), refused(Reason::MethodHeld), "no proof");
    house.forget_notices();
    let at = house.now;
    house.hear("report-2", &hanako(), at, News::Hijacked);
    assert!(house.activity_kinds().iter().all(|kind| *kind != ActivityKind::MethodHeld), "once");
    house.hear("report-3", &hanako(), at, News::Enabled);
    assert!(house.activity_kinds().contains(&ActivityKind::MethodReleased), "I31");
    welcome(house.sign_in_with(&mut by_google, &hanako()));
}

#[test]
fn i35_enabled_of_a_method_that_was_never_held_changes_nothing() {
    let Both { mut house, .. } = both();
    let before = house.account(OWNER).clone();
    hear(&mut house, News::Enabled);
    assert_eq!(house.account(OWNER), &before);
    assert!(house.activities.is_empty());
}

#[test]
fn i35_a_report_is_heard_once() {
    let Both { mut house, mut by_google, .. } = both();
    hear(&mut house, News::SessionsRevoked);
    welcome(house.sign_in_with(&mut by_google, &hanako()));
    assert_eq!(hear(&mut house, News::SessionsRevoked), Outcome::Done);
    assert!(house.last.is_empty() && house.is_signed_in(&mut by_google));
    let at = house.now;
    house.hear("report-2", &hanako(), at, News::SessionsRevoked);
    assert!(!house.is_signed_in(&mut by_google), "another one is");
}

#[test]
fn i35_a_report_that_is_older_than_the_method_is_of_a_former_time() {
    let (mut house, mut owner) = House::with_owner();
    house.wait(Millis(1_500));
    house.link(&mut owner, &hanako());
    let linked = house.now;
    house.wait(Millis::minutes(1));
    let second = Instant(linked.0 - linked.0 % 1_000);
    let held = |house: &House| house.account(OWNER).link(GOOGLE).expect("linked").held_at.is_some();
    house.hear("1", &hanako(), Instant(second.0 - 1), News::Hijacked);
    assert!(!held(&house) && house.is_signed_in(&mut owner));
    assert!(house.mails.iter().all(|mail| mail.kind != MailKind::MethodRemoved));
    house.hear("2", &hanako(), second, News::Hijacked);
    assert!(held(&house), "the provider's clock tells seconds");
}

#[test]
fn i35_a_report_about_nobody_is_heard_and_does_nothing() {
    let Both { mut house, mut by_password, mut by_google } = both();
    let at = house.now;
    for about in [shown(GOOGLE, "nobody", GMAIL), shown(APPLE, "hanako", GMAIL)] {
        let name = format!("about {}", about.provider.as_str());
        assert_eq!(house.hear(&name, &about, at, News::Purged), Outcome::Done);
        assert_eq!(house.last.len(), 1);
        assert!(house.did(|event| matches!(event, Event::ReportHeard { .. })));
    }
    assert!(house.is_signed_in(&mut by_google) && house.is_signed_in(&mut by_password));
    assert!(house.mails.is_empty() && house.activities.is_empty());
}

#[test]
fn i35_no_report_touches_a_withdrawn_account_or_brings_it_back() {
    let (mut house, mut member) = alone();
    let id = house.of(&member).id;
    house.withdraw_freshly(&mut member, &hanako());
    let before = house.by_id(id).clone();
    let at = house.now;
    for (name, news) in [("1", News::Hijacked), ("2", News::Enabled), ("3", News::Purged)] {
        house.hear(name, &hanako(), at, news);
    }
    assert_eq!(house.by_id(id), &before);
}
