//! R-RESET-3, 7, 10, 11, R-LOCK-2, 7, 8, L3: what a verified code and a new password do.
//!
//! From the verification on the old password is nothing and everybody else is out; from the new password on
//! the member is in and the lock is lifted. A suspension stands above both.

use accounts::{
    Command, DeviceEnd, Event, Lane, MailKind, Millis, Outcome, PasswordChange, Reason, SessionCause,
    SessionEnd, SessionKind, TypedCode, VoidCause,
};

use super::house::{Browser, House, OWNER, SECRET, STRANGER, hash, refused, welcome};
use crate::support::email;

const NEXT: &str = "battery staple";

fn app() -> Browser {
    Browser { kind: SessionKind::App, ..Browser::of("app", "192.0.2.20") }
}

#[test]
fn r_reset_3_from_the_verification_on_the_old_password_no_longer_works() {
    let (mut house, _) = House::with_owner();
    let before = house.account(OWNER).password().expect("set").version;
    let mut browser = Browser::phone();
    house.verify_reset(&mut browser, OWNER);
    assert!(house.is_void(OWNER));
    assert_eq!(house.sign_in(&mut browser.fresh(), OWNER, SECRET), refused(Reason::NoPassword));
    welcome(house.set_password(&mut browser, NEXT));
    assert_eq!(house.sign_in(&mut browser.fresh(), OWNER, SECRET), refused(Reason::WrongPassword));
    welcome(house.sign_in(&mut browser.fresh(), OWNER, NEXT));
    let record = house.account(OWNER).password().expect("set");
    assert_eq!((record.version, record.set_at), (before + 2, house.now), "the number only rises");
}

#[test]
fn r_reset_3_asking_or_typing_a_wrong_code_leaves_the_password_as_it_is() {
    let (mut house, _) = House::with_owner();
    let mut stranger = Browser::stranger();
    house.ask_reset(&mut stranger, OWNER);
    house.type_reset(&mut stranger, TypedCode::Unknown);
    welcome(house.sign_in(&mut Browser::phone(), OWNER, SECRET));
}

#[test]
fn i14_a_guess_in_flight_at_the_verification_lets_nobody_in() {
    let (mut house, _) = House::with_owner();
    let mut holder = Browser::stranger();
    let ticket = house.pay(&mut holder, OWNER).expect("paid");
    let guess = house.check(OWNER, SECRET, ticket);
    let mut browser = Browser::phone();
    house.verify_reset(&mut browser, OWNER);
    assert_eq!(house.clone().settle(&mut holder, OWNER, guess.clone()), refused(Reason::NoPassword));
    welcome(house.set_password(&mut browser, NEXT));
    assert_eq!(house.settle(&mut holder, OWNER, guess), Outcome::Stale, "checked again");
    let again = house.check(OWNER, SECRET, ticket);
    assert_eq!(house.settle(&mut holder, OWNER, again), refused(Reason::WrongPassword));
}

#[test]
fn i14_a_hash_renewed_by_a_guess_in_flight_revives_no_password() {
    let (mut house, _) = House::with_owner();
    let mut holder = Browser::stranger();
    let ticket = house.pay(&mut holder, OWNER).expect("paid");
    let guess = accounts::Guess { rehash: Some(hash("anew")), ..house.check(OWNER, SECRET, ticket) };
    house.verify_reset(&mut Browser::phone(), OWNER);
    assert_eq!(house.settle(&mut holder, OWNER, guess), refused(Reason::NoPassword));
    assert!(house.is_void(OWNER));
}

#[test]
fn r_reset_7_verification_ends_every_other_session_and_app_sign_in() {
    let (mut house, mut owner) = House::with_owner();
    let (mut app, mut laptop) = (app(), Browser::of("laptop", "192.0.2.21"));
    for browser in [&mut app, &mut laptop] {
        welcome(house.sign_in(browser, OWNER, SECRET));
    }
    house.verify_reset(&mut Browser::phone(), OWNER);
    for browser in [&mut owner, &mut app, &mut laptop] {
        assert!(!house.is_signed_in(browser), "{}", browser.name);
    }
    assert!(house.account(OWNER).sessions.is_empty());
}

#[test]
fn r_reset_7_the_others_end_because_of_the_reset() {
    let (mut house, _) = House::with_owner();
    let account = house.account(OWNER).clone();
    house.verify_reset(&mut Browser::phone(), OWNER);
    let (session, device) = (account.sessions[0].id, account.devices[0].id);
    let reason = SessionEnd::Reset;
    assert!(house.last.contains(&Event::SessionEnded { account: account.id, session, reason }));
    let reason = DeviceEnd::Reset;
    assert!(house.last.contains(&Event::DeviceForgotten { account: account.id, device, reason }));
}

#[test]
fn r_reset_7_verification_forgets_the_known_devices() {
    let (mut house, mut owner) = House::with_owner();
    house.verify_reset(&mut Browser::phone(), OWNER);
    assert!(house.account(OWNER).devices.is_empty());
    let paid = house.ask(&mut owner, Some(OWNER), &Command::PayGuess { email: email(OWNER) });
    assert_eq!(paid, Outcome::Paid(Lane::Strangers), "the device has no lane of its own");
}

#[test]
fn r_reset_7_verification_cancels_a_pending_change_of_the_address() {
    let (mut house, mut owner) = House::with_owner();
    house.ask_email(&mut owner, "new@example.org");
    let code = house.email_code("new@example.org").expect("mailed");
    // In the very browser that began the change, whose session stays.
    let mut tab = Browser { flow: None, ..owner.clone() };
    house.verify_reset(&mut tab, OWNER);
    assert!(house.is_signed_in(&mut owner));
    assert_eq!(house.type_email(&mut owner, code), refused(Reason::FlowGone));
    assert!(house.has_account(OWNER));
}

#[test]
fn r_reset_7_the_contact_is_told_that_the_password_is_void_and_until_when_to_finish() {
    let (mut house, _) = House::with_owner();
    house.verify_reset(&mut Browser::phone(), OWNER);
    let [_, mail] = house.mails.as_slice() else { panic!("the code and one more: {:?}", house.mails) };
    assert_eq!((mail.kind, mail.to.as_stored()), (MailKind::ResetVerified, OWNER));
    assert_eq!(mail.until, Some(house.now.plus(Millis::minutes(30))));
    assert_eq!((mail.number, mail.challenge), (None, None), "it opens nothing");
}

#[test]
fn r_reset_7_the_new_password_signs_in_and_the_notice_says_so() {
    let (mut house, _) = House::with_owner();
    let mut browser = Browser::phone();
    house.verify_reset(&mut browser, OWNER);
    house.forget_notices();
    let answer = welcome(house.set_password(&mut browser, NEXT));
    assert!(house.is_signed_in(&mut browser));
    let account = house.account(OWNER);
    assert_eq!((answer.account, account.sessions.len(), account.devices.len()), (account.id, 1, 1));
    let [mail] = house.mails.as_slice() else { panic!("one mail, not {:?}", house.mails) };
    assert_eq!((mail.kind, mail.to.as_stored()), (MailKind::SignInReset, OWNER));
    assert!(mail.number.is_some(), "it says what to do if it was somebody else (R-SIGNIN-6)");
}

#[test]
fn r_reset_7_an_app_resets_as_a_browser_does() {
    let (mut house, _) = House::with_owner();
    let mut app = app();
    house.reset(&mut app, OWNER, NEXT);
    assert_eq!(house.account(OWNER).sessions[0].kind, SessionKind::App);
    assert!(
        house.did(|event| matches!(event, Event::SessionStarted { cause: SessionCause::Reset, .. }))
    );
    assert!(
        house.did(|event| matches!(event, Event::PasswordSet { change: PasswordChange::Reset, .. }))
    );
}

#[test]
fn r_reset_10_it_works_for_somebody_who_is_signed_in_and_their_session_stays_until_the_end() {
    let (mut house, mut owner) = House::with_owner();
    let session = house.account(OWNER).sessions[0].id;
    house.verify_reset(&mut owner, OWNER);
    assert!(house.is_signed_in(&mut owner), "every *other* session has ended");
    assert_eq!(house.account(OWNER).sessions[0].id, session);
    let new = welcome(house.set_password(&mut owner, NEXT)).session;
    assert_ne!(new, session);
    let sessions = house.account(OWNER).sessions.iter().map(|s| s.id).collect::<Vec<_>>();
    assert_eq!(sessions, [new], "and at the end it is replaced (I16)");
    assert!(house.is_signed_in(&mut owner));
}

#[test]
fn r_reset_10_it_survives_a_closed_tab() {
    let (mut house, _) = House::with_owner();
    let browser = Browser::phone();
    house.ask_reset(&mut browser.clone(), OWNER);
    let code = house.reset_code(OWNER).expect("mailed");
    for minutes in [0, 29] {
        let mut house = house.clone();
        house.wait(Millis::minutes(minutes));
        // The tab is gone with its flow: the address again, and the code that is in the mailbox.
        let mut tab = browser.fresh();
        house.ask_reset(&mut tab, OWNER);
        assert!(matches!(house.type_reset(&mut tab, code), Outcome::ResetProven { .. }));
        welcome(house.set_password(&mut tab, NEXT));
    }
}

#[test]
fn r_signin_7_another_members_session_in_that_browser_stays_until_the_end_and_is_then_replaced() {
    let (mut house, _) = House::with_owner();
    let mut shared = Browser::of("shared", "192.0.2.9");
    house.register(&mut shared, STRANGER);
    let theirs = house.account(STRANGER).sessions[0].id;
    house.verify_reset(&mut shared, OWNER);
    assert!(house.is_signed_in(&mut shared));
    assert_eq!(house.account(STRANGER).sessions.len(), 1);
    welcome(house.set_password(&mut shared, NEXT));
    assert!(house.account(STRANGER).sessions.is_empty());
    assert!(!house.is_void(STRANGER), "nothing else of theirs has changed");
    assert_eq!(house.account(STRANGER).devices.len(), 1);
    let (account, reason) = (house.account(STRANGER).id, SessionEnd::Replaced);
    assert!(house.last.contains(&Event::SessionEnded { account, session: theirs, reason }));
    assert_eq!(house.account(OWNER).sessions.len(), 1);
}

#[test]
fn r_reset_11_verifying_signs_nobody_in() {
    let (mut house, _) = House::with_owner();
    let mut browser = Browser::phone();
    house.verify_reset(&mut browser, OWNER);
    assert!(!house.did(|event| matches!(event, Event::SessionStarted { .. })));
    assert_eq!((browser.session, browser.device), (None, None));
    assert!(!house.is_signed_in(&mut browser));
    let change = Command::ChangePassword { hash: hash("mine") };
    assert_eq!(house.ask(&mut browser, Some(OWNER), &change), refused(Reason::NotSignedIn));
}

#[test]
fn r_lock_2_the_new_password_unlocks_and_nothing_before_it_does() {
    let (mut house, _) = House::with_owner();
    house.guess_wrong(10, OWNER);
    let mut browser = Browser::phone();
    house.ask_reset(&mut browser, OWNER);
    assert!(house.is_locked(OWNER));
    house.verify_reset(&mut browser, OWNER);
    assert!(house.is_locked(OWNER), "verifying alone does not");
    welcome(house.set_password(&mut browser, NEXT));
    assert!(!house.is_locked(OWNER));
    let account = Some(house.account(OWNER).id);
    assert!(house.last.contains(&Event::Unlocked { email: email(OWNER), account }));
    welcome(house.sign_in(&mut browser.fresh(), OWNER, NEXT));
}

#[test]
fn r_lock_8_the_new_password_sets_every_count_back() {
    let (mut house, mut owner) = House::with_owner();
    house.guess_wrong(9, OWNER);
    house.sign_in(&mut owner, OWNER, "typo");
    house.reset(&mut Browser::phone(), OWNER, NEXT);
    let limit = house.world.address(&email(OWNER), house.now).guesses;
    assert_eq!((limit.wrong, limit.last_wrong_at, limit.devices.len()), (0, None, 0));
    house.guess_wrong(9, OWNER);
    assert!(!house.is_locked(OWNER));
}

#[test]
fn l3_locking_again_and_again_cannot_starve_a_reset() {
    let (mut house, _) = House::with_owner();
    let mut browser = Browser::phone();
    house.guess_wrong(12, OWNER);
    house.ask_reset(&mut browser, OWNER);
    let code = house.reset_code(OWNER).expect("mailed");
    house.guess_wrong(12, OWNER);
    assert!(matches!(house.type_reset(&mut browser, code), Outcome::ResetProven { .. }));
    house.guess_wrong(12, OWNER);
    assert!(house.is_locked(OWNER));
    welcome(house.set_password(&mut browser, NEXT));
    house.guess_wrong(12, OWNER);
    assert!(house.is_locked(OWNER));
    assert!(house.is_signed_in(&mut browser), "a session, not a form to sign in with");
    welcome(house.sign_in(&mut browser, OWNER, NEXT));
}

#[test]
fn r_lock_7_a_suspended_account_spends_the_code_says_so_and_nothing_else_changes() {
    let (mut house, _) = House::with_owner();
    house.suspend();
    let mut browser = Browser::phone();
    house.ask_reset(&mut browser, OWNER);
    assert_eq!(house.type_reset(&mut browser, TypedCode::Unknown), refused(Reason::WrongCode));
    let (code, before) = (house.reset_code(OWNER).expect("mailed"), house.account(OWNER).clone());
    assert_eq!(house.type_reset(&mut browser, code), refused(Reason::Suspended));
    assert_eq!(house.account(OWNER), &before);
    assert!(house.did(|event| matches!(event, Event::ChallengeSpent { .. })));
    assert!(house.did(|event| matches!(event, Event::SignInRefused { .. })));
    assert!(house.did(|event| matches!(event, Event::MailRead { .. })), "somebody reads that mailbox");
    assert_eq!(house.last.len(), 3);
    assert_eq!(house.set_password(&mut browser, NEXT), refused(Reason::FlowElsewhere));
    assert_eq!(house.type_reset(&mut browser, code), refused(Reason::CodeSpent));
    house.wait(Millis::seconds(60));
    house.ask_reset(&mut browser, OWNER);
    assert_eq!(house.count(MailKind::ResetCode, OWNER), 2, "and no cooldown has begun");
}

#[test]
fn r_lock_7_a_suspension_refuses_a_reset_that_was_begun_before_it() {
    let (mut house, _) = House::with_owner();
    let mut browser = Browser::phone();
    house.verify_reset(&mut browser, OWNER);
    house.suspend();
    assert_eq!(house.set_password(&mut browser, NEXT), refused(Reason::Suspended));
    assert!(house.is_void(OWNER) && house.account(OWNER).sessions.is_empty());
    assert!(house.account(OWNER).suspended.is_some(), "a reset lifts no suspension");
    house.resume();
    welcome(house.set_password(&mut browser, NEXT));
}

#[test]
fn r_reset_7_a_void_password_can_be_voided_again_and_its_number_rises() {
    let (mut house, _) = House::with_owner();
    house.verify_reset(&mut Browser::phone(), OWNER);
    let version = house.account(OWNER).password_version;
    house.wait(Millis::minutes(30));
    let mut browser = Browser::of("another", "192.0.2.10");
    house.verify_reset(&mut browser, OWNER);
    assert_eq!(house.account(OWNER).password_version, version + 1);
    let until = house.now.plus(Millis::minutes(30));
    let cause = VoidCause::Reset { until };
    assert!(house.did(|event| matches!(event, Event::PasswordVoided { cause: c, .. } if *c == cause)));
    welcome(house.set_password(&mut browser, NEXT));
    assert_eq!(house.account(OWNER).password().expect("set").version, version + 2);
}

#[test]
fn r_reset_9_what_is_kept_of_a_code_is_an_id_and_the_name_of_a_key() {
    let (mut house, _) = House::with_owner();
    house.ask_reset(&mut Browser::phone(), OWNER);
    let kept = house.challenges(OWNER).pop().expect("asked for");
    let mail = house.newest(MailKind::ResetCode, OWNER).expect("mailed");
    assert_eq!(mail.challenge, Some(kept.id), "the mail too carries the id alone");
    // Whoever reads the rows has these words and no others; none of them opens anything without the key.
    let accounts::Challenge { id: _, purpose: _, kind: _, digits: _, key, .. } = kept;
    assert_eq!(key, crate::support::draws(1).code_key);
    let form = house.verify_reset(&mut Browser::of("another", "192.0.2.10"), OWNER);
    assert_eq!(form, TypedCode::Matches(kept.id));
    let grants = house.world.flows.values().filter_map(|flow| flow.grant).collect::<Vec<_>>();
    assert_eq!(grants.len(), 1);
    assert_eq!(grants[0].code, kept.id, "and the grant names the code, and a form by its digest");
}

#[test]
fn a_void_password_cannot_be_changed_in_the_session_that_stayed() {
    let (mut house, mut owner) = House::with_owner();
    house.verify_reset(&mut owner, OWNER);
    assert_eq!(house.change_password(&mut owner, "mine"), refused(Reason::NoPassword));
    assert!(house.is_void(OWNER));
}
