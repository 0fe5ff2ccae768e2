//! R-SIGNIN: what a sign-in answers, replaces and tells.

use accounts::{Command, Event, Guess, MailKind, Outcome, Reason, SessionEnd, SessionKind, Verdict};

use super::house::{Browser, House, OWNER, SECRET, STRANGER, hash, refused, welcome};
use crate::support::email;

#[test]
fn the_right_password_signs_in() {
    let (mut house, _) = House::with_owner();
    let mut phone = Browser::of("phone", "192.0.2.9");
    welcome(house.sign_in(&mut phone, OWNER, SECRET));
    assert!(house.is_signed_in(&mut phone));
}

#[test]
fn r_signin_2_a_wrong_password_and_an_unknown_address_are_answered_alike() {
    let (mut house, _) = House::with_owner();
    let public = |outcome| match outcome {
        Outcome::Refused(reason) => reason.public(),
        other => panic!("{other:?}"),
    };
    let wrong = house.sign_in(&mut Browser::stranger(), OWNER, "wrong");
    let unknown = house.sign_in(&mut Browser::stranger(), "nobody@example.com", "wrong");
    assert_eq!(wrong, refused(Reason::WrongPassword));
    assert_eq!(unknown, refused(Reason::NoSuchAccount));
    assert_eq!(public(wrong), public(unknown));
}

#[test]
fn r_signin_2_a_void_password_is_answered_like_a_wrong_one_and_costs_as_much() {
    let (mut house, _) = House::with_owner();
    let id = house.account(OWNER).id;
    let account = house.world.accounts.get_mut(&id).expect("there");
    account.email.as_mut().expect("has one").password = None;
    assert_eq!(house.sign_in(&mut Browser::stranger(), OWNER, SECRET), refused(Reason::NoPassword));
    assert_eq!(house.world.address(&email(OWNER), house.now).guesses.wrong, 1);
}

#[test]
fn r_signin_2_a_dummy_hash_can_match_nothing() {
    let (mut house, _) = House::with_owner();
    for address in [OWNER, "nobody@example.com"] {
        let mut stranger = Browser::stranger();
        let ticket = house.pay(&mut stranger, address).expect("paid");
        let guess = Guess { ticket, against: None, verdict: Verdict::Right, rehash: None };
        let answer = house.settle(&mut stranger, address, guess);
        assert!(!matches!(answer, Outcome::Welcome(_)), "{answer:?}");
    }
}

#[test]
fn r_signin_3_a_guess_without_a_ticket_is_worth_nothing() {
    let (mut house, _) = House::with_owner();
    let mut stranger = Browser::stranger();
    let ticket = house.pay(&mut stranger, OWNER).expect("paid");
    let guess = house.check(OWNER, SECRET, ticket);
    welcome(house.settle(&mut stranger, OWNER, guess.clone()));
    let again = house.settle(&mut Browser::stranger(), OWNER, guess);
    assert_eq!(again, refused(Reason::TicketLapsed), "a ticket pays once");
}

#[test]
fn r_signin_3_a_ticket_of_one_address_does_not_pay_at_another() {
    let (mut house, _) = House::with_owner();
    let mut stranger = Browser::stranger();
    let ticket = house.pay(&mut stranger, STRANGER).expect("paid");
    let guess = house.check(OWNER, SECRET, ticket);
    assert_eq!(house.settle(&mut stranger, OWNER, guess), refused(Reason::TicketLapsed));
}

#[test]
fn r_signin_5_every_sign_in_is_mailed_to_the_contact_with_where_and_how() {
    for kind in [SessionKind::Browser, SessionKind::App] {
        let (mut house, _) = House::with_owner();
        let mut phone = Browser { kind, ..Browser::of("phone", "192.0.2.9") };
        welcome(house.sign_in(&mut phone, "OWNER@example.com", SECRET));
        let [mail] = house.mails.as_slice() else { panic!("one mail, not {:?}", house.mails) };
        assert_eq!(mail.kind, MailKind::SignIn);
        assert_eq!(mail.to.as_stored(), OWNER, "mail goes to the stored address");
        assert_eq!((mail.at, mail.method), (house.now, Some(accounts::Method::Email)));
        assert_eq!((mail.origin.address.as_str(), mail.origin.label.as_str()), ("192.0.2.9", "phone"));
    }
}

#[test]
fn r_signin_7_signing_in_replaces_the_session_the_browser_presented() {
    let (mut house, mut browser) = House::with_owner();
    let old = house.account(OWNER).sessions[0].id;
    let new = welcome(house.sign_in(&mut browser, OWNER, SECRET)).session;
    assert_ne!(old, new);
    let account = house.account(OWNER);
    assert_eq!(account.sessions.iter().map(|s| s.id).collect::<Vec<_>>(), [new]);
    let ended = Event::SessionEnded { account: account.id, session: old, reason: SessionEnd::Replaced };
    assert!(house.last.contains(&ended));
}

#[test]
fn r_signin_7_it_replaces_the_session_also_when_it_was_another_members() {
    let (mut house, mut shared) = House::with_owner();
    house.register(&mut Browser::stranger(), STRANGER);
    welcome(house.sign_in(&mut shared, STRANGER, SECRET));
    assert!(house.account(OWNER).sessions.is_empty());
    assert_eq!(house.account(OWNER).devices.len(), 1, "the owner's device stays known");
}

#[test]
fn r_signin_7_signing_in_drops_what_the_browser_had_pending_for_somebody_else() {
    let (mut house, _) = House::with_owner();
    let mut shared = Browser::of("shared", "192.0.2.9");
    house.ask_code(&mut shared, STRANGER);
    let code = house.mailed(STRANGER).expect("mailed");
    house.type_code(&mut shared, accounts::TypedCode::Matches(code));
    let flow = shared.flow;
    welcome(house.sign_in(&mut shared, OWNER, SECRET));
    shared.flow = flow;
    assert_eq!(house.choose_password(&mut shared, "mine"), refused(Reason::FlowGone));
}

#[test]
fn r_signin_11_a_new_version_of_the_terms_is_due_at_the_next_sign_in_and_once() {
    use accounts::TermsState::{Accepted, Due};
    let (mut house, mut owner) = House::with_owner();
    let version = accounts::Line::clean("2026-04", 40);
    house.policy.terms = Some(version.clone());
    assert_eq!(welcome(house.sign_in(&mut owner, OWNER, SECRET)).terms, Due);
    assert_eq!(house.ask(&mut owner, None, &Command::AcceptTerms { version }), Outcome::Done);
    assert_eq!(welcome(house.sign_in(&mut owner, OWNER, SECRET)).terms, Accepted);
}

#[test]
fn an_outdated_hash_is_replaced_without_notice_and_without_losing_its_age() {
    let (mut house, _) = House::with_owner();
    let set_at = house.account(OWNER).password().expect("set").set_at;
    house.wait(accounts::Millis::days(1));
    let mut phone = Browser::of("phone", "192.0.2.9");
    let ticket = house.pay(&mut phone, OWNER).expect("paid");
    let guess = Guess { rehash: Some(hash("anew")), ..house.check(OWNER, SECRET, ticket) };
    welcome(house.settle(&mut phone, OWNER, guess));
    let record = house.account(OWNER).password().expect("set");
    assert_eq!((record.version, &record.hash, record.set_at), (2, &hash("anew"), set_at));
    assert_eq!(house.mail_kinds(), [MailKind::SignIn]);
}

#[test]
fn a_rehash_is_taken_from_a_right_guess_only() {
    let (mut house, _) = House::with_owner();
    let mut stranger = Browser::stranger();
    let ticket = house.pay(&mut stranger, OWNER).expect("paid");
    let guess = Guess { rehash: Some(hash("planted")), ..house.check(OWNER, "wrong", ticket) };
    assert_eq!(house.settle(&mut stranger, OWNER, guess), refused(Reason::WrongPassword));
    assert_eq!(house.account(OWNER).password().expect("set").hash, hash(SECRET));
}
