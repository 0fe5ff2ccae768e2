//! Which address the service writes to, and addresses that follow their provider (R-CONTACT, R-METHOD-9, I2).
//!
//! Only a proven address of an own method can be the contact. Where a provider moves somebody's address the method's
//! follows, unless somebody else has the new one.

use accounts::{
    ActivityKind, Command, Event, Instant, MailKind, Method, Millis, News, Outcome, Reach, Reason,
    Relay, Shown, rules::reach,
};

use super::house::{
    APPLE, BY_APPLE, BY_EMAIL, BY_GOOGLE, Browser, GOOGLE, House, OWNER, STRANGER, around, refused,
    shown, unvouched, welcome,
};
use crate::support::email;

const GMAIL: &str = "hanako@gmail.example";
const MOVED: &str = "moved@gmail.example";

fn hanako() -> Shown {
    shown(GOOGLE, "hanako", GMAIL)
}

fn moved() -> Shown {
    shown(GOOGLE, "hanako", MOVED)
}

fn with_google() -> (House, Browser) {
    let (mut house, mut owner) = House::with_owner();
    assert_eq!(house.link(&mut owner, &hanako()), Outcome::Linked(GOOGLE));
    house.forget_notices();
    (house, owner)
}

fn to(address: &str, number: bool) -> (String, bool) {
    (address.to_owned(), number)
}

#[test]
fn r_contact_1_another_of_ones_own_addressed_methods_is_chosen() {
    let (mut house, mut owner) = with_google();
    house.wait(Millis::minutes(1));
    assert_eq!(house.choose(&mut owner, BY_GOOGLE), Outcome::Done);
    let account = house.account(OWNER);
    assert_eq!((account.contact, account.contact_since), (BY_GOOGLE, house.now));
    house.forget_notices();
    welcome(house.sign_in_with(&mut Browser::phone(), &hanako()));
    assert_eq!(house.told(MailKind::SignIn), [to(GMAIL, true)], "mail goes there from now on");
}

#[test]
fn r_contact_1_r_contact_2_no_other_can_be_chosen() {
    let (mut house, mut owner) = with_google();
    house.link(&mut owner, &unvouched(&shown(APPLE, "hanako", "h@apple.example")));
    assert_eq!(house.choose(&mut owner, BY_APPLE), refused(Reason::NotFound), "not proven");
    let line = accounts::Addressed::from_name("line").expect("a name");
    assert_eq!(house.choose(&mut owner, line), refused(Reason::NotFound), "not one's own");
    assert_eq!(house.account(OWNER).contact, BY_EMAIL);
}

#[test]
fn r_contact_1_choosing_what_is_chosen_changes_and_tells_nothing() {
    let (mut house, mut owner) = with_google();
    assert_eq!(house.choose(&mut owner, BY_EMAIL), Outcome::Done);
    assert!(house.last.is_empty() && house.mails.is_empty());
}

#[test]
fn r_method_3_i30_the_old_and_the_new_contact_are_told_and_the_old_one_can_undo_it() {
    let (mut house, mut owner) = with_google();
    house.choose(&mut owner, BY_GOOGLE);
    assert_eq!(house.told(MailKind::ContactChanged), [to(OWNER, true), to(GMAIL, false)]);
    assert_eq!(house.mails.len(), 2);
    let mail = &house.mails[0];
    assert_eq!((mail.before.clone(), mail.after.clone()), (Some(email(OWNER)), Some(email(GMAIL))));
    assert_eq!(house.activity_kinds(), [ActivityKind::ContactChanged]);
    assert_eq!(house.activities[0].method, Some(Method::Provider(GOOGLE)));
}

#[test]
fn r_contact_3_a_test_mail_goes_to_the_contact_alone() {
    let (mut house, mut owner) = with_google();
    assert_eq!(house.ask(&mut owner, None, &Command::TestMail), Outcome::Done);
    assert_eq!(house.told(MailKind::TestMail), [to(OWNER, false)]);
    assert!(house.mails.len() == 1 && house.activities.is_empty());
    let nobody = house.ask(&mut Browser::stranger(), None, &Command::TestMail);
    assert_eq!(nobody, refused(Reason::NotSignedIn));
}

#[test]
fn r_contact_4_an_address_that_is_not_passed_on_is_marked_until_it_is_again() {
    let relay = Shown { relay: Relay::Private, ..shown(APPLE, "hanako", "x@relay.example") };
    let (mut house, member) = House::with_google_member(&relay);
    let id = house.of(&member).id;
    let marked = |house: &House| {
        let link = house.by_id(id).link(APPLE).cloned().expect("it stays");
        link.address.expect("it stays").unreachable_at
    };
    let at = Instant(house.now.0 + 1_000);
    let other = email("other@relay.example");
    house.hear("0", &relay, at, News::AddressOff(other));
    assert_eq!(marked(&house), None, "that is not the address it has");
    let address = || email("x@relay.example");
    house.hear("1", &relay, at, News::AddressOff(address()));
    assert_eq!(marked(&house), Some(house.now));
    let first = house.now;
    house.wait(Millis::minutes(1));
    house.hear("2", &relay, at, News::AddressOff(address()));
    assert_eq!(marked(&house), Some(first), "since when it is so");
    house.hear("3", &relay, at, News::AddressOn(address()));
    assert_eq!(marked(&house), None);
    house.hear("4", &relay, at, News::AddressOn(address()));
    let lines = [ActivityKind::AddressUnreachable, ActivityKind::AddressReachable];
    assert_eq!(house.activity_kinds(), lines, "I31");
    assert!(house.mails.is_empty(), "it would not arrive");
    welcome(house.sign_in_with(&mut Browser::phone(), &relay));
}

#[test]
fn r_method_9_the_methods_address_follows_its_provider() {
    let (mut house, mut owner) = with_google();
    house.wait(Millis::minutes(1));
    let changes = house.account(OWNER).changes.clone();
    let hidden = Shown { relay: Relay::Private, ..moved() };
    assert_eq!(house.follow(&mut owner, &hidden), Outcome::Done);
    let link = house.link_of(&owner, GOOGLE).expect("linked");
    assert_eq!(link.identity, hanako().identity, "the identity never changes");
    let address = link.address.expect("proven");
    assert_eq!((address.email, address.relay), (email(MOVED), Relay::Private));
    assert_eq!((address.proven_at, address.unreachable_at), (house.now, None));
    assert!(house.mails.is_empty(), "it is not the contact");
    assert_eq!(house.activity_kinds(), [ActivityKind::AddressFollowed], "I31");
    assert_eq!(house.account(OWNER).changes, changes, "it gives no undo");
}

#[test]
fn r_method_9_where_it_is_the_contact_both_addresses_are_told_and_neither_can_undo_it() {
    let (mut house, mut member) = House::with_google_member(&hanako());
    let since = house.of(&member).contact_since;
    house.wait(Millis::hours(1));
    assert_eq!(house.follow(&mut member, &moved()), Outcome::Done);
    let told = house.told(MailKind::ProviderAddressChanged);
    assert_eq!(told, [to(GMAIL, false), to(MOVED, false)]);
    assert_eq!(house.mails.len(), 2);
    let mail = &house.mails[0];
    assert_eq!((mail.before.clone(), mail.after.clone()), (Some(email(GMAIL)), Some(email(MOVED))));
    assert_eq!(mail.method, Some(Method::Provider(GOOGLE)));
    let account = house.of(&member);
    assert_eq!((account.contact, account.contact_since), (BY_GOOGLE, since));
    assert_eq!(account.contact_address(), Some(&email(MOVED)));
    assert!(account.changes.is_empty());
    assert!(!house.did(|event| matches!(event, Event::NumberIssued { .. })));
}

#[test]
fn r_method_10_an_address_that_has_just_followed_is_not_established() {
    for (waited, young) in around(Millis::hours(72)) {
        let (mut house, mut member) = House::with_google_member(&hanako());
        house.add_email(&mut member, OWNER);
        house.wait(Millis::hours(100));
        house.follow(&mut member, &moved());
        house.wait(waited);
        let mut by_password = Browser::phone();
        welcome(house.sign_in(&mut by_password, OWNER, super::house::SECRET));
        house.forget_notices();
        house.change_password(&mut by_password, "another one");
        assert_eq!(house.told(MailKind::PasswordChanged), [to(MOVED, !young)]);
    }
}

#[test]
fn r_method_9_an_address_that_is_on_another_account_is_not_followed_to() {
    let (mut house, mut owner) = with_google();
    house.register(&mut Browser::stranger(), STRANGER);
    let at_apple = shown(APPLE, "other", "other@apple.example");
    house.register_with(&mut Browser::stranger(), &at_apple);
    let before = house.account(OWNER).clone();
    for taken in [STRANGER, "other@apple.example"] {
        let answer = house.follow(&mut owner, &shown(GOOGLE, "hanako", taken));
        assert_eq!(answer, refused(Reason::AddressTaken), "{taken}");
        assert_eq!(house.account(OWNER), &before);
    }
    let own = house.follow(&mut owner, &shown(GOOGLE, "hanako", OWNER));
    assert_eq!(own, Outcome::Done, "one's own is nobody else's");
}

#[test]
fn r_method_9_an_address_that_stays_the_same_is_no_change() {
    let (mut house, mut owner) = with_google();
    assert_eq!(
        house.follow(&mut owner, &shown(GOOGLE, "hanako", "Hanako@GMAIL.example")),
        Outcome::Done
    );
    assert!(house.last.is_empty());
    let not_linked = shown(APPLE, "hanako", "h@apple.example");
    assert_eq!(house.follow(&mut owner, &not_linked), refused(Reason::NotFound));
    let nobody = house.follow(&mut Browser::stranger(), &moved());
    assert_eq!(nobody, refused(Reason::NotSignedIn));
}

#[test]
fn r_method_9_a_method_without_an_address_gets_the_one_its_provider_comes_to_vouch_for() {
    let (mut house, mut owner) = House::with_owner();
    house.link(&mut owner, &unvouched(&hanako()));
    assert_eq!(house.follow(&mut owner, &hanako()), Outcome::Done);
    assert!(house.account(OWNER).addressed().eq([BY_EMAIL, BY_GOOGLE]));
    assert_eq!(house.choose(&mut owner, BY_GOOGLE), Outcome::Done);
}

#[test]
fn r_contact_4_an_address_that_refuses_mail_for_good_is_marked_until_a_code_is_read_there() {
    let (mut house, _) = House::with_owner();
    let id = house.account(OWNER).id;
    let marked = |house: &House| house.by_id(id).email.as_ref().expect("it stays").unreachable_at;
    let before = Instant(house.now.0 - 1);
    house.refuse(OWNER, before);
    assert_eq!(marked(&house), None, "a mail of a former time says nothing");
    let written = house.now;
    house.wait(Millis::minutes(1));
    house.refuse("somebody-else@example.jp", written);
    assert_eq!(marked(&house), None, "that is not the address it has");
    house.refuse(OWNER, written);
    let first = house.now;
    assert_eq!(marked(&house), Some(first));
    house.wait(Millis::minutes(1));
    house.refuse(OWNER, written);
    assert_eq!(marked(&house), Some(first), "since when it is so");
    assert!(house.mails.is_empty(), "it would not arrive");
    let mut browser = Browser::phone();
    house.ask_reset(&mut browser, OWNER);
    house.verify_reset(&mut browser, OWNER);
    assert_eq!(marked(&house), None, "the mailbox was read");
    let lines = house.activity_kinds();
    let reach = |kind: &&ActivityKind| {
        matches!(kind, ActivityKind::AddressUnreachable | ActivityKind::AddressReachable)
    };
    let told = lines.iter().filter(reach).copied().collect::<Vec<_>>();
    assert_eq!(told, [ActivityKind::AddressUnreachable, ActivityKind::AddressReachable], "I31");
}

#[test]
fn r_contact_4_whoever_signs_in_is_asked_for_another_contact_while_mail_does_not_reach_it() {
    let (mut house, mut owner) = with_google();
    let asked = |house: &mut House, browser: &mut Browser| {
        welcome(house.sign_in(browser, OWNER, super::house::SECRET)).contact
    };
    assert_eq!(asked(&mut house, &mut owner), Reach::Arrives);
    assert!(reach::better(house.account(OWNER)).is_empty(), "nothing is to be chosen");
    let written = house.now;
    house.wait(Millis::minutes(1));
    house.refuse(OWNER, written);
    assert_eq!(asked(&mut house, &mut owner), Reach::Bounces);
    assert_eq!(asked(&mut house, &mut Browser::phone()), Reach::Bounces, "at every sign-in");
    let by_google = welcome(house.sign_in_with(&mut Browser::phone(), &hanako()));
    assert_eq!(by_google.contact, Reach::Bounces, "by every method");
    assert_eq!(reach::better(house.account(OWNER)), [BY_GOOGLE]);
    assert_eq!(house.choose(&mut owner, BY_GOOGLE), Outcome::Done);
    assert_eq!(asked(&mut house, &mut owner), Reach::Arrives, "another was chosen");
    assert!(reach::better(house.account(OWNER)).is_empty());
    house.choose(&mut owner, BY_EMAIL);
    assert_eq!(asked(&mut house, &mut owner), Reach::Bounces, "the mark stays with its address");
}

#[test]
fn r_contact_4_the_address_that_a_provider_vouched_for_is_marked_by_itself() {
    let (mut house, mut owner) = House::with_owner();
    house.link(&mut owner, &hanako());
    let written = house.now;
    house.wait(Millis::minutes(1));
    house.refuse(GMAIL, written);
    let first = house.now;
    let account = house.account(OWNER);
    let marked = account.link(GOOGLE).and_then(|link| link.address.clone()).expect("it stays");
    assert_eq!((marked.email, marked.unreachable_at), (email(GMAIL), Some(first)));
    assert_eq!(reach::of(account, BY_EMAIL), Reach::Arrives);
    assert_eq!(house.activity_kinds().last(), Some(&ActivityKind::AddressUnreachable), "I31");
    house.wait(Millis::minutes(1));
    house.refuse(GMAIL, written);
    assert!(house.last.is_empty(), "since when it is so");
}

#[test]
fn r_contact_4_a_relay_that_does_not_pass_mail_on_is_told_apart_and_never_offered() {
    let relay = Shown { relay: Relay::Private, ..shown(APPLE, "hanako", "x@relay.example") };
    let (mut house, mut member) = House::with_google_member(&relay);
    let at = Instant(house.now.0 + 1_000);
    house.hear("1", &relay, at, News::AddressOff(email("x@relay.example")));
    assert_eq!(welcome(house.sign_in_with(&mut member, &relay)).contact, Reach::NotForwarded);
    assert!(reach::better(house.of(&member)).is_empty(), "there is no other");
    house.link(&mut member, &hanako());
    let account = house.of(&member);
    assert_eq!(reach::better(account), [BY_GOOGLE]);
    assert_eq!(
        (reach::of(account, BY_GOOGLE), reach::of(account, BY_EMAIL)),
        (Reach::Arrives, Reach::Arrives)
    );
    house.hear("2", &relay, at, News::AddressOn(email("x@relay.example")));
    assert_eq!(welcome(house.sign_in_with(&mut member, &relay)).contact, Reach::Arrives);
}

#[test]
fn r_contact_4_a_code_read_at_ones_own_address_takes_the_mark_away_and_changes_nothing_else() {
    let (mut house, mut owner) = House::with_owner();
    let written = house.now;
    house.wait(Millis::minutes(1));
    house.refuse(OWNER, written);
    welcome(house.sign_in(&mut owner, OWNER, super::house::SECRET));
    let before = house.account(OWNER).clone();
    house.ask_email(&mut owner, OWNER);
    let code = house.email_code(OWNER).expect("mailed");
    house.forget_notices();
    assert_eq!(house.type_email(&mut owner, code), Outcome::Done);
    assert_eq!(house.activity_kinds(), [ActivityKind::AddressReachable]);
    assert!(house.mails.is_empty(), "nothing has changed that anybody must hear of");
    let mut after = house.account(OWNER).clone();
    assert_eq!(reach::of(&after, BY_EMAIL), Reach::Arrives);
    after.email.iter_mut().for_each(|own| {
        own.unreachable_at = before.email.as_ref().expect("it").unreachable_at;
    });
    assert_eq!(after, before, "no undo, no other address");
}
