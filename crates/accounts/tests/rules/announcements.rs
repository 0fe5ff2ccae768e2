//! What the service is told of its accounts, and that an erasure waits for receipts (R-CONTACT-5, R-WITHDRAW-1 and 2).
//!
//! Each thing is told once, in the decision that did it, to every endpoint that hears of it and to nobody else.

use accounts::{
    Announced, AnnouncementKind, Because, Command, Endpoint, Event, Line, Locale, MailKind, Method,
    Millis, News, Outcome, PasswordState, Policy, Reason, Shown,
};

use super::house::{
    APPLE, BY_EMAIL, BY_GOOGLE, Browser, GOOGLE, House, OWNER, SECRET, around, refused, shown, welcome,
};

const GMAIL: &str = "hanako@gmail.example";
const SET: PasswordState = PasswordState::Set;
const VOID: PasswordState = PasswordState::Void;

fn hanako() -> Shown {
    shown(GOOGLE, "hanako", GMAIL)
}

fn endpoint(name: &str) -> Endpoint {
    let name = Line::clean(name, 40);
    Endpoint { name, kinds: Vec::new(), with_email: true, receipts: false }
}

fn policy(endpoints: Vec<Endpoint>) -> Policy {
    Policy { endpoints, ..Policy::default() }
}

/// A house that tells `web` everything, with the owner registered and signed in.
fn telling() -> (House, Browser) {
    let mut house = House::with(policy(vec![endpoint("web")]));
    let mut owner = Browser::owner();
    house.register(&mut owner, OWNER);
    house.forget_notices();
    (house, owner)
}

impl House {
    /// What was told since the notices were forgotten, with the address that was named.
    fn heard(&mut self) -> Vec<(Announced, Option<String>)> {
        let all = std::mem::take(&mut self.announced);
        let owners = self.world.accounts.values().map(|account| account.id).collect::<Vec<_>>();
        assert!(all.iter().all(|one| owners.contains(&one.account) && one.at == self.now));
        let email = |one: &accounts::Announcement| one.email.as_ref().map(|e| e.as_stored().to_owned());
        all.iter().map(|one| (one.what, email(one))).collect()
    }

    fn heard_plainly(&mut self) -> Vec<Announced> {
        let heard = self.heard();
        assert!(heard.iter().all(|(_, email)| email.is_none()), "{heard:?}");
        heard.into_iter().map(|(what, _)| what).collect()
    }
}

fn void_by(because: Because) -> [Announced; 2] {
    [Announced::PasswordChanged(VOID, because), Announced::SignedOutEverywhere(because)]
}

fn to(address: &str) -> Option<String> {
    Some(address.to_owned())
}

#[test]
fn types_and_causes_keep_the_names_that_services_know_them_by() {
    let kinds = AnnouncementKind::ALL.map(AnnouncementKind::name);
    let known = [
        "account.created",
        "account.changed",
        "account.contact_changed",
        "account.methods_changed",
        "account.password_changed",
        "account.locked",
        "account.unlocked",
        "account.suspended",
        "account.resumed",
        "account.signed_out_everywhere",
        "account.withdrawn",
        "account.restored",
        "account.erased",
    ];
    assert_eq!(kinds, known);
    assert_eq!(AnnouncementKind::SessionEnded.name(), "session.ended");
    for kind in AnnouncementKind::ALL {
        assert_eq!(AnnouncementKind::from_name(kind.name()), Some(kind));
    }
    assert_eq!(AnnouncementKind::from_name("session.ended"), None, "for clients alone");
    let causes = Because::ALL.map(Because::name);
    assert_eq!(causes, ["password-change", "reset", "not-me", "undo", "operator"]);
}

#[test]
fn where_nobody_is_told_nothing_is_written() {
    let mut house = House::new();
    let mut owner = Browser::owner();
    house.register(&mut owner, OWNER);
    house.withdraw(&mut owner);
    assert!(house.announced.is_empty());
}

#[test]
fn a_new_account_is_told_with_its_contact() {
    let mut house = House::with(policy(vec![endpoint("web")]));
    house.register(&mut Browser::owner(), OWNER);
    assert_eq!(house.heard(), [(Announced::Created, to(OWNER))]);
    house.register_with(&mut Browser::phone(), &hanako());
    assert_eq!(house.heard(), [(Announced::Created, to(GMAIL))]);
    welcome(house.sign_in(&mut Browser::phone(), OWNER, SECRET));
    assert_eq!(house.heard(), [], "a sign-in is the member's own affair");
}

#[test]
fn an_address_is_told_only_where_it_is_to_be_and_a_type_only_where_it_is_heard() {
    let plain = Endpoint { with_email: false, ..endpoint("plain") };
    let some = vec![AnnouncementKind::Locked, AnnouncementKind::Withdrawn];
    let some = Endpoint { kinds: some, receipts: true, ..endpoint("some") };
    let mut house = House::with(policy(vec![endpoint("web"), plain, some]));
    let mut owner = Browser::owner();
    house.register(&mut owner, OWNER);
    house.withdraw(&mut owner);
    let all = house
        .announced
        .iter()
        .map(|one| (one.to.as_str(), one.what.kind(), one.email.is_some(), one.awaited));
    let (created, withdrawn) = (AnnouncementKind::Created, AnnouncementKind::Withdrawn);
    let expected = [
        ("web", created, true, false),
        ("plain", created, false, false),
        ("web", withdrawn, false, false),
        ("plain", withdrawn, false, false),
        ("some", withdrawn, false, true),
    ];
    assert_eq!(all.collect::<Vec<_>>(), expected);
}

#[test]
fn r_contact_5_whatever_moves_the_contact_is_told_and_what_does_not_is_not() {
    let (mut house, mut owner) = telling();
    house.link(&mut owner, &hanako());
    assert_eq!(house.heard_plainly(), [Announced::MethodAdded(Method::Provider(GOOGLE))]);
    house.follow(&mut owner, &shown(GOOGLE, "hanako", "other@gmail.example"));
    assert_eq!(house.heard(), [], "its address moved and is not the contact");
    house.choose(&mut owner, BY_GOOGLE);
    assert_eq!(house.heard(), [(Announced::ContactChanged, to("other@gmail.example"))]);
    house.choose(&mut owner, BY_GOOGLE);
    assert_eq!(house.heard(), [], "it was the contact before");
    house.follow(&mut owner, &hanako());
    assert_eq!(house.heard(), [(Announced::ContactChanged, to(GMAIL))], "R-METHOD-9");
    house.wait(Millis::minutes(1));
    house.change_email(&mut owner, "new@example.org");
    assert_eq!(house.heard(), [], "the address of email moved and is not the contact");
    house.remove(&mut owner, BY_GOOGLE, Some(BY_EMAIL));
    let expected = [
        (Announced::ContactChanged, to("new@example.org")),
        (Announced::MethodRemoved(Method::Provider(GOOGLE)), None),
    ];
    assert_eq!(house.heard(), expected);
    house.change_email(&mut owner, "third@example.org");
    assert_eq!(house.heard(), [(Announced::ContactChanged, to("third@example.org"))]);
}

#[test]
fn methods_are_told_as_they_come_and_go_also_by_a_provider() {
    let (mut house, mut owner) = telling();
    let key = house.added_passkey(&mut owner, 1);
    assert_eq!(house.heard_plainly(), [Announced::MethodAdded(Method::Passkey(key))]);
    house.remove_passkey(&mut owner, key);
    assert_eq!(house.heard_plainly(), [Announced::MethodRemoved(Method::Passkey(key))]);
    let apple = shown(APPLE, "hanako", "h@apple.example");
    house.link(&mut owner, &apple);
    house.heard();
    house.wait(Millis::minutes(1));
    house.hear("gone", &apple, house.now, News::ConsentRevoked);
    assert_eq!(house.heard_plainly(), [Announced::MethodRemoved(Method::Provider(APPLE))]);
}

#[test]
fn name_and_language_are_told_where_they_are_others() {
    let (mut house, mut owner) = telling();
    let change = |name: &str, locale| Command::ChangeProfile {
        display_name: Some(Line::clean(name, 40)),
        locale: Some(locale),
    };
    house.ask(&mut owner, None, &change("花子", Locale::Ja));
    assert_eq!(house.heard_plainly(), [Announced::Changed { name: true, language: false }]);
    house.ask(&mut owner, None, &change("花子", Locale::En));
    assert_eq!(house.heard_plainly(), [Announced::Changed { name: false, language: true }]);
    house.ask(&mut owner, None, &change("花子", Locale::En));
    assert_eq!(house.heard_plainly(), []);
}

#[test]
fn a_password_is_told_when_it_is_another_or_void_and_that_everything_else_is_signed_out() {
    let (mut house, mut owner) = telling();
    house.change_password(&mut owner, "other");
    let number = house.number(MailKind::PasswordChanged, OWNER).expect("mailed");
    let changed = Because::PasswordChange;
    let set = [Announced::PasswordChanged(SET, changed), Announced::SignedOutEverywhere(changed)];
    assert_eq!(house.heard_plainly(), set, "R-METHOD-7");
    assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
    assert_eq!(house.heard_plainly(), void_by(Because::Undo), "R-METHOD-10");
    house.wait(Millis::minutes(1));
    let mut phone = Browser::phone();
    house.verify_reset(&mut phone, OWNER);
    let again = [Announced::SignedOutEverywhere(Because::Reset)];
    assert_eq!(house.heard_plainly(), again, "it was void before");
    welcome(house.set_password(&mut phone, SECRET));
    assert_eq!(house.heard_plainly(), [Announced::PasswordChanged(SET, Because::Reset)]);
    welcome(house.sign_in(&mut Browser::stranger(), OWNER, SECRET));
    let number = house.number(MailKind::SignIn, OWNER).expect("mailed");
    assert_eq!(house.report(OWNER, number), Outcome::TakenBack);
    assert_eq!(house.heard_plainly(), void_by(Because::NotMe), "R-SIGNIN-6");
}

#[test]
fn a_reset_is_told_from_the_verified_code_on() {
    let (mut house, _) = telling();
    house.wait(Millis::minutes(1));
    house.ask_reset(&mut Browser::phone(), OWNER);
    assert_eq!(house.heard_plainly(), [], "anybody can ask");
    house.wait(Millis::minutes(1));
    house.verify_reset(&mut Browser::phone(), OWNER);
    assert_eq!(house.heard_plainly(), void_by(Because::Reset), "R-RESET-3 and 7");
}

#[test]
fn lock_suspension_and_an_operators_sign_out_are_told_and_lifted_as_they_are() {
    let (mut house, owner) = telling();
    house.guess_wrong(12, OWNER);
    assert_eq!(house.heard_plainly(), [Announced::Locked], "once");
    let id = house.of(&owner).id;
    house.operate(&Command::Unlock { email: crate::support::email(OWNER) });
    assert_eq!(house.heard_plainly(), [Announced::Unlocked]);
    welcome(house.sign_in(&mut Browser::phone(), OWNER, SECRET));
    house.operate(&Command::SignOutEverywhere);
    let out = Announced::SignedOutEverywhere(Because::Operator);
    assert_eq!(house.heard_plainly(), [out], "two sessions, told once");
    welcome(house.sign_in(&mut Browser::phone(), OWNER, SECRET));
    house.suspend();
    assert_eq!(house.heard_plainly(), [Announced::Suspended, out]);
    house.suspend();
    assert_eq!(house.heard_plainly(), [], "it was before");
    house.resume();
    assert_eq!(house.heard_plainly(), [Announced::Resumed]);
    assert_eq!(house.by_id(id).id, id);
}

#[test]
fn r_withdraw_1_connected_services_hear_at_once_and_r_withdraw_2_erased_later() {
    let (mut house, mut owner) = telling();
    house.link(&mut owner, &hanako());
    let id = house.of(&owner).id;
    house.forget_notices();
    house.withdraw(&mut owner);
    let until = house.now.plus(Millis::days(30));
    assert_eq!(house.heard_plainly(), [Announced::Withdrawn { until }], "and nothing but that");
    let mut back = house.clone();
    let number = back.number(MailKind::Withdrawn, OWNER).expect("mailed");
    assert_eq!(back.undo(OWNER, number), Outcome::Restored);
    let restored = [(Announced::Restored, None), (Announced::ContactChanged, to(OWNER))];
    assert_eq!(back.heard(), restored);
    house.wait(Millis::days(30));
    assert_eq!(house.erase(id), Outcome::Done);
    assert_eq!(house.announced.iter().map(|one| one.what).collect::<Vec<_>>(), [Announced::Erased]);
}

#[test]
fn r_withdraw_2_an_erasure_waits_for_its_receipt_and_not_for_ever() {
    let shop = Endpoint { receipts: true, ..endpoint("shop") };
    for (wait, waits) in around(Millis::days(60)) {
        let mut house = House::with(policy(vec![shop.clone()]));
        let mut owner = Browser::owner();
        house.register(&mut owner, OWNER);
        let id = house.of(&owner).id;
        house.withdraw(&mut owner);
        house.world.awaited = vec![shop.name.clone()];
        house.wait(wait);
        let expected = if waits { refused(Reason::NotFound) } else { Outcome::Done };
        assert_eq!(house.erase(id), expected, "{wait:?}");
    }
    for (wait, waits) in around(Millis::days(30)) {
        let mut house = House::with(policy(vec![shop.clone()]));
        let mut owner = Browser::owner();
        house.register(&mut owner, OWNER);
        let id = house.of(&owner).id;
        house.withdraw(&mut owner);
        house.wait(wait);
        let expected = if waits { refused(Reason::NotFound) } else { Outcome::Done };
        assert_eq!(house.erase(id), expected, "received: {wait:?}");
    }
}

#[test]
fn r_withdraw_2_without_a_grace_it_is_erased_at_once_but_where_a_receipt_is_awaited() {
    for receipts in [false, true] {
        let shop = Endpoint { receipts, ..endpoint("shop") };
        let at_once = Policy { withdraw_grace: Millis(0), ..policy(vec![shop.clone()]) };
        let mut house = House::with(at_once);
        let mut owner = Browser::owner();
        house.register(&mut owner, OWNER);
        let id = house.of(&owner).id;
        house.withdraw(&mut owner);
        assert_eq!(house.did(|event| matches!(event, Event::Erased { .. })), !receipts);
        if receipts {
            house.world.awaited = vec![shop.name];
            assert_eq!(house.erase(id), refused(Reason::NotFound));
            house.world.awaited.clear();
            assert_eq!(house.erase(id), Outcome::Done);
        }
    }
    // One that does not hear of withdrawals owes no receipt of any.
    let deaf = vec![AnnouncementKind::Created];
    let deaf = Endpoint { receipts: true, kinds: deaf, ..endpoint("deaf") };
    assert!(!policy(vec![deaf]).awaits_receipts());
}
