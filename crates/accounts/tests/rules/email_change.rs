//! R-METHOD-3, 4, 8: another address for the `email` method, proven by a code before anything changes
//! (I21, I28, I29).
//!
//! The answer to the member is the same for a free and a taken address; only the mail differs.

use accounts::{ChallengeKind, Command, Event, Mail, MailKind, Millis, Outcome, Reason, TypedCode};

use super::house::{Browser, House, OWNER, SECRET, STRANGER, around, refused, welcome};
use crate::support::email;

const NEW: &str = "new@example.org";
const MINUTE: Millis = Millis::seconds(60);

/// A house whose owner has asked to change the address to `NEW`.
fn asked() -> (House, Browser, TypedCode) {
    let (mut house, mut owner) = House::with_owner();
    house.ask_email(&mut owner, NEW);
    let code = house.email_code(NEW).expect("mailed");
    (house, owner, code)
}

/// To whom and with what: what went out of one kind.
fn sent(house: &House, kind: MailKind) -> Vec<&Mail> {
    house.mails.iter().filter(|mail| mail.kind == kind).collect()
}

#[test]
fn r_method_8_the_address_is_proven_first_and_then_changes() {
    let (mut house, mut owner, code) = asked();
    assert_eq!(house.mail_kinds(), [MailKind::EmailChangeCode]);
    assert!(house.has_account(OWNER) && !house.has_account(NEW), "until then nothing changes");
    assert_eq!(house.type_email(&mut owner, TypedCode::Unknown), refused(Reason::WrongCode));
    assert!(house.has_account(OWNER) && !house.has_account(NEW));
    let id = house.account(OWNER).id;
    assert_eq!(house.type_email(&mut owner, code), Outcome::Done);
    assert!(!house.has_account(OWNER));
    let account = house.account(NEW);
    let method = account.email.as_ref().expect("it");
    assert_eq!((account.id, method.proven_at), (id, house.now));
    assert!(house.is_signed_in(&mut owner), "no session ends");
    assert_eq!(house.account(NEW).devices.len(), 1);
    let mut phone = Browser::phone();
    assert_eq!(house.sign_in(&mut phone, OWNER, SECRET), refused(Reason::NoSuchAccount));
    welcome(house.sign_in(&mut phone, NEW, SECRET));
}

#[test]
fn r_method_8_the_new_address_is_kept_as_it_was_typed() {
    let (mut house, mut owner) = House::with_owner();
    house.ask_email(&mut owner, "New.Name@Example.ORG");
    let code = house.email_code("new.name@example.org").expect("mailed");
    assert_eq!(house.type_email(&mut owner, code), Outcome::Done);
    let method = house.account("new.name@example.org").email.clone().expect("it");
    assert_eq!(method.email.as_stored(), "New.Name@Example.ORG");
}

#[test]
fn r_method_3_r_method_8_the_old_address_and_the_new_one_are_told() {
    let (mut house, mut owner, code) = asked();
    house.type_email(&mut owner, code);
    let told = sent(&house, MailKind::EmailChanged);
    let whom = told.iter().map(|m| (m.to.as_stored(), m.number.is_some())).collect::<Vec<_>>();
    assert_eq!(whom, [(OWNER, true), (NEW, false)], "the right to undo is the old one's");
}

#[test]
fn r_method_3_i28_it_needs_a_proof_of_the_last_10_minutes_at_both_steps() {
    for (waited, within) in around(Millis::minutes(10)) {
        let (mut house, mut owner) = House::with_owner();
        house.wait(waited);
        let answer = house.ask_email(&mut owner, NEW);
        assert_eq!(matches!(answer, Outcome::CodeAsked { .. }), within, "{answer:?}");
        assert_eq!(answer == refused(Reason::ProofStale), !within);
        assert_eq!(house.mails.is_empty(), !within);
        let (mut house, mut owner, code) = asked();
        house.wait(waited);
        let answer = house.type_email(&mut owner, code);
        assert_eq!(answer == Outcome::Done, within, "{answer:?}");
        assert_eq!(answer == refused(Reason::ProofStale), !within);
        if !within {
            house.prove(&mut owner, OWNER, SECRET);
            assert_eq!(house.type_email(&mut owner, code), Outcome::Done, "proven anew");
        }
    }
}

#[test]
fn r_method_3_without_a_session_nobody_asks_for_it_or_finishes_it() {
    let (mut house, owner, code) = asked();
    let mut stranger = Browser::stranger();
    assert_eq!(house.ask_email(&mut stranger, NEW), refused(Reason::NotSignedIn));
    let mut without = Browser { session: None, ..owner };
    assert_eq!(house.type_email(&mut without, code), refused(Reason::NotSignedIn));
    assert_eq!(house.type_email(&mut stranger, code), refused(Reason::FlowGone));
    assert!(house.has_account(OWNER));
}

#[test]
fn r_method_4_a_taken_address_gets_the_same_answer_and_only_the_mail_to_it_says_so() {
    let (mut house, mut owner) = House::with_owner();
    house.register(&mut Browser::stranger(), "Stranger@example.net");
    house.wait(MINUTE);
    house.forget_notices();
    let free = house.clone().ask_email(&mut owner.clone(), NEW);
    let taken = house.ask_email(&mut owner, "stranger@EXAMPLE.net");
    assert_eq!(free, taken);
    let [mail] = house.mails.as_slice() else { panic!("one mail, not {:?}", house.mails) };
    assert_eq!((mail.kind, mail.challenge), (MailKind::EmailChangeTaken, None));
    assert_eq!(mail.to.as_stored(), "Stranger@example.net", "the stored spelling");
    let row = house.challenges(STRANGER).pop().expect("it counts like a code");
    assert_eq!(row.kind, ChallengeKind::AccountExists);
    let typed = house.type_email(&mut owner, TypedCode::Matches(row.id));
    assert_eq!(typed, refused(Reason::WrongCode), "and matches nothing");
}

#[test]
fn r_method_4_ones_own_address_is_a_taken_one() {
    let (mut house, mut owner) = House::with_owner();
    house.wait(MINUTE);
    let answer = house.ask_email(&mut owner, OWNER);
    assert!(matches!(answer, Outcome::CodeAsked { .. }), "{answer:?}");
    assert_eq!(house.mail_kinds(), [MailKind::EmailChangeTaken]);
}

#[test]
fn r_method_4_an_address_that_was_taken_meanwhile_is_not_changed_to() {
    let (mut house, mut owner, code) = asked();
    house.wait(MINUTE);
    house.register(&mut Browser::stranger(), NEW);
    assert_eq!(house.type_email(&mut owner, code), refused(Reason::AddressTaken));
    assert!(house.has_account(OWNER));
    assert_ne!(house.account(OWNER).id, house.account(NEW).id);
    assert_eq!(house.type_email(&mut owner, code), refused(Reason::FlowGone), "it is over");
}

#[test]
fn r_method_4_of_two_members_who_proved_an_address_the_first_has_it() {
    let (mut house, mut owner, code) = asked();
    let mut other = Browser::stranger();
    house.register(&mut other, STRANGER);
    house.wait(MINUTE);
    house.change_email(&mut other, NEW);
    assert_eq!(house.type_email(&mut owner, code), refused(Reason::CodeSpent), "its code has died");
    assert!(house.has_account(OWNER) && !house.has_account(STRANGER));
}

#[test]
fn i21_only_the_session_that_began_it_finishes_it() {
    let (mut house, owner, code) = asked();
    let mut phone = Browser::phone();
    welcome(house.sign_in(&mut phone, OWNER, SECRET));
    phone.flow = owner.flow;
    assert_eq!(house.clone().type_email(&mut phone, code), refused(Reason::FlowGone));
    let mut member = Browser::stranger();
    house.register(&mut member, STRANGER);
    member.flow = owner.flow;
    assert_eq!(house.clone().type_email(&mut member, code), refused(Reason::NotSignedIn));
    let mut again = owner.clone();
    house.ask(&mut again, None, &Command::SignOut);
    welcome(house.sign_in(&mut again, OWNER, SECRET));
    again.flow = owner.flow;
    assert_eq!(house.type_email(&mut again, code), refused(Reason::FlowGone));
    assert!(house.has_account(OWNER));
}

#[test]
fn r_method_7_whatever_ends_what_is_pending_ends_a_change_of_the_address() {
    type Act = fn(&mut House, &mut Browser);
    let acts: [Act; 2] = [
        |house, owner| assert_eq!(house.change_password(owner, "next"), Outcome::Done),
        |house, owner| {
            let mut tab = Browser { flow: None, ..owner.clone() };
            house.verify_reset(&mut tab, OWNER);
        },
    ];
    for act in acts {
        let (mut house, mut owner, code) = asked();
        act(&mut house, &mut owner);
        assert!(house.is_signed_in(&mut owner));
        assert_eq!(house.type_email(&mut owner, code), refused(Reason::FlowGone));
        assert!(house.has_account(OWNER));
        // Begun anew, it goes on.
        house.wait(MINUTE);
        house.change_email(&mut owner, NEW);
    }
}

#[test]
fn i11_its_code_works_for_30_minutes() {
    for (waited, within) in around(Millis::minutes(30)) {
        let (mut house, mut owner, code) = asked();
        house.wait(MINUTE);
        house.prove(&mut owner, OWNER, SECRET);
        house.ask_email(&mut owner, NEW);
        house.wait(Millis(waited.0 - MINUTE.0));
        house.prove(&mut owner, OWNER, SECRET);
        let wanted = if within { Outcome::Done } else { refused(Reason::CodeExpired) };
        assert_eq!(house.type_email(&mut owner, code), wanted);
    }
}

#[test]
fn i29_a_code_proves_the_address_it_was_sent_to_and_no_other() {
    let (mut house, mut owner, code) = asked();
    house.ask_email(&mut owner, "third@example.org");
    assert_eq!(house.type_email(&mut owner, code), refused(Reason::WrongCode));
    house.ask_code(&mut Browser::stranger(), "fourth@example.org");
    let register = TypedCode::Matches(house.mailed("fourth@example.org").expect("mailed"));
    house.ask_email(&mut owner, "fourth@example.org");
    assert_eq!(house.type_email(&mut owner, register), refused(Reason::WrongCode), "of a purpose");
    assert!(house.has_account(OWNER));
}

#[test]
fn i12_its_wrong_codes_are_a_browsers_tries() {
    let (mut house, mut owner, code) = asked();
    for _ in 0..10 {
        assert_eq!(house.type_email(&mut owner, TypedCode::Unknown), refused(Reason::WrongCode));
    }
    assert_eq!(house.type_email(&mut owner, code), refused(Reason::FlowUsedUp));
    assert!(house.has_account(OWNER));
}

#[test]
fn i9_it_is_done_once() {
    let (mut house, mut owner, code) = asked();
    assert_eq!(house.type_email(&mut owner, code), Outcome::Done);
    assert_eq!(house.type_email(&mut owner, code), refused(Reason::FlowGone));
    assert!(house.challenges(NEW).iter().all(|code| code.spent_at.is_some()));
}

#[test]
fn r_lock_8_the_code_sets_the_counts_of_the_new_address_back_and_of_no_other() {
    let (mut house, mut owner) = House::with_owner();
    house.guess_wrong(10, NEW);
    house.guess_wrong(10, OWNER);
    house.ask_email(&mut owner, NEW);
    assert_eq!(house.type_email(&mut owner, TypedCode::Unknown), refused(Reason::WrongCode));
    assert!(house.is_locked(NEW), "neither asking nor a wrong code does");
    let code = house.email_code(NEW).expect("mailed");
    assert_eq!(house.type_email(&mut owner, code), Outcome::Done);
    assert!(!house.is_locked(NEW));
    assert!(house.is_locked(OWNER), "that mailbox was not proven");
    let unlocked = Event::Unlocked { email: email(NEW), account: None };
    assert!(house.last.contains(&unlocked), "it was nobody's when it was proven");
}

#[test]
fn r_reset_6_what_stood_for_nobody_at_the_new_address_is_not_in_the_way() {
    let (mut house, mut owner) = House::with_owner();
    for _ in 0..3 {
        house.ask_reset(&mut Browser::stranger(), NEW);
        house.wait(MINUTE);
    }
    house.change_email(&mut owner, NEW);
    house.reset(&mut Browser::phone(), NEW, "next");
}

#[test]
fn r_method_8_a_suspended_member_changes_nothing() {
    let (mut house, mut owner, code) = asked();
    house.suspend();
    assert_eq!(house.type_email(&mut owner, code), refused(Reason::NotSignedIn));
    assert_eq!(house.ask_email(&mut owner, NEW), refused(Reason::NotSignedIn));
}
