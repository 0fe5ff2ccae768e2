//! Always-1 and 4, I30, I31, I39: what happens is told, in the same decision, once and to the right person.

use accounts::{ActivityKind as Kind, Command, Line, Locale, MailKind, Outcome, SessionKind};

use super::house::{Browser, House, OWNER, SECRET, STRANGER, hash, welcome};
use crate::support::email;

/// Carries `act` out at a house with an owner; the activity lines and the mails that followed.
fn told(act: impl FnOnce(&mut House, &mut Browser)) -> (Vec<Kind>, Vec<MailKind>) {
    let (mut house, mut owner) = House::with_owner();
    act(&mut house, &mut owner);
    (house.activity_kinds(), house.mail_kinds())
}

#[test]
fn always_4_registering_and_who_tries_to_register_again_are_in_the_list() {
    let mut house = House::new();
    house.register(&mut Browser::owner(), OWNER);
    assert_eq!(house.activity_kinds(), [Kind::Registered]);
    house.wait(house.policy.code_gap);
    house.ask_code(&mut Browser::stranger(), OWNER);
    assert_eq!(house.activity_kinds(), [Kind::Registered, Kind::RegistrationAttempted]);
}

#[test]
fn i39_every_sign_in_is_in_the_list_and_mailed() {
    for kind in [SessionKind::Browser, SessionKind::App] {
        let told = told(|house, _| {
            let mut phone = Browser { kind, ..Browser::of("phone", "192.0.2.9") };
            welcome(house.sign_in(&mut phone, OWNER, SECRET));
        });
        assert_eq!(told, (vec![Kind::SignedIn], vec![MailKind::SignIn]));
    }
}

#[test]
fn i31_each_of_these_is_one_line_and_no_mail() {
    type Act = fn(&mut House, &mut Browser);
    let table: [(Kind, Act); 8] = [
        (Kind::SignedOut, |house, owner| {
            house.ask(owner, None, &Command::SignOut);
        }),
        (Kind::GuessFailed, |house, _| house.guess_wrong(1, OWNER)),
        (Kind::Proved, |house, owner| {
            house.prove(owner, OWNER, SECRET);
        }),
        (Kind::ProfileChanged, |house, owner| {
            let command = Command::ChangeProfile { display_name: None, locale: Some(Locale::En) };
            house.ask(owner, None, &command);
        }),
        (Kind::TermsAccepted, |house, owner| {
            let version = Line::clean("2", 9);
            house.policy.terms = Some(version.clone());
            house.ask(owner, None, &Command::AcceptTerms { version });
        }),
        (Kind::Exported, |house, owner| {
            house.ask(owner, None, &Command::NoteExport);
        }),
        (Kind::DeviceForgotten, |house, owner| {
            let device = house.account(OWNER).devices[0].id;
            house.ask(owner, None, &Command::ForgetDevice { device });
        }),
        (Kind::SessionEnded, |house, _| {
            house.operate(&Command::SignOutEverywhere);
        }),
    ];
    for (kind, act) in table {
        assert_eq!(told(act), (vec![kind], vec![]), "{kind:?}");
    }
}

#[test]
fn the_lock_is_one_line_and_one_mail_and_its_lifting_one_line() {
    let (mut house, _) = House::with_owner();
    house.guess_wrong(9, OWNER);
    house.forget_notices();
    house.guess_wrong(3, OWNER);
    assert_eq!(house.activity_kinds(), [Kind::GuessFailed, Kind::Locked]);
    assert_eq!(house.mail_kinds(), [MailKind::Locked]);
    house.forget_notices();
    assert_eq!(house.operate(&Command::Unlock { email: email(OWNER) }), Outcome::Done);
    assert_eq!(house.activity_kinds(), [Kind::Unlocked]);
}

#[test]
fn a_suspension_and_what_it_refuses_are_in_the_list() {
    let told = told(|house, owner| {
        house.operate(&Command::Suspend { reason: Line::clean("?", 9) });
        house.sign_in(owner, OWNER, SECRET);
        house.operate(&Command::Resume);
    });
    let lines = vec![Kind::Suspended, Kind::SessionEnded, Kind::SignInRefused, Kind::Resumed];
    assert_eq!(told, (lines, vec![]));
}

#[test]
fn i30_a_changed_password_is_told_with_what_it_ended() {
    let told = told(|house, owner| {
        welcome(house.sign_in(&mut Browser::of("phone", "192.0.2.9"), OWNER, SECRET));
        house.forget_notices();
        house.ask(owner, None, &Command::ChangePassword { hash: hash("next") });
    });
    let lines = vec![Kind::PasswordChanged, Kind::SessionEnded, Kind::DeviceForgotten];
    assert_eq!(told, (lines, vec![MailKind::PasswordChanged]));
}

#[test]
fn a_line_says_when_and_from_where() {
    let (mut house, _) = House::with_owner();
    house.guess_wrong(1, OWNER);
    let [line] = house.activities.as_slice() else { panic!("one line") };
    assert_eq!((line.at, line.account), (house.now, house.account(OWNER).id));
    assert_eq!(line.origin.address.as_str(), "198.51.100.7");
}

#[test]
fn b10_mail_about_a_taken_address_goes_to_the_stored_spelling_in_its_owners_language() {
    let (mut house, mut owner) = House::with_owner();
    let english = Command::ChangeProfile { display_name: None, locale: Some(Locale::En) };
    house.ask(&mut owner, None, &english);
    house.wait(house.policy.code_gap);
    house.ask_code(&mut Browser::stranger(), "OWNER@EXAMPLE.COM");
    let [mail] = house.mails.as_slice() else { panic!("one mail, not {:?}", house.mails) };
    assert_eq!((mail.to.as_stored(), mail.locale), (OWNER, Locale::En));
}

#[test]
fn a_code_mail_becomes_useless_when_its_code_does() {
    let mut house = House::new();
    house.ask_code(&mut Browser::owner(), OWNER);
    let [mail] = house.mails.as_slice() else { panic!("one mail") };
    assert_eq!(mail.useless_at, Some(house.now.plus(house.policy.code_life)));
    assert_eq!(mail.account, None);
}

#[test]
fn a_session_replaced_in_a_shared_browser_is_in_its_own_members_list() {
    let (mut house, mut shared) = House::with_owner();
    house.register(&mut Browser::stranger(), STRANGER);
    house.forget_notices();
    welcome(house.sign_in(&mut shared, STRANGER, SECRET));
    let signed_out = house.activities.iter().find(|line| line.kind == Kind::SignedOut).expect("told");
    assert_eq!(signed_out.account, house.account(OWNER).id);
}

#[test]
fn names_in_rows_and_texts_are_distinct() {
    let mut activities = Kind::ALL.map(Kind::name).to_vec();
    let mut mails = MailKind::ALL.map(MailKind::name).to_vec();
    for names in [&mut activities, &mut mails] {
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}

#[test]
fn a_line_about_a_session_says_which_and_by_which_method() {
    use accounts::Method::Email;
    let (mut house, mut owner) = House::with_owner();
    let session = house.account(OWNER).sessions[0].id;
    house.prove(&mut owner, OWNER, SECRET);
    house.ask(&mut owner, None, &Command::SignOut);
    let lines = house.activities.iter().map(|l| (l.kind, l.session, l.method)).collect::<Vec<_>>();
    let proved = (Kind::Proved, Some(session), Some(Email));
    assert_eq!(lines, [proved, (Kind::SignedOut, Some(session), None)]);
    house.forget_notices();
    let session = welcome(house.sign_in(&mut owner, OWNER, SECRET)).session;
    let [line] = house.activities.as_slice() else { panic!("one line") };
    assert_eq!((line.kind, line.session, line.method), (Kind::SignedIn, Some(session), Some(Email)));
}
