//! What an event touches, and that it leaves alone what it is not about.
//!
//! A decision about one member is written beside others that are loaded with it: the session that a browser
//! presents may be another member's, the address another's. `apply` must never mix them up.

use accounts::{
    AccountId, Command, CredentialId, CredentialState, DeviceEnd, DeviceId, Event, Former, FormerWay,
    Identity, IdentityState, Instant, Millis, Outcome, Reason, SessionEnd, SessionId, Snapshot,
    TypedCode, apply,
};

use super::house::{Browser, GOOGLE, House, OWNER, SECRET, STRANGER, refused, shown, welcome};
use crate::support::email;

#[test]
fn wrong_codes_at_one_address_count_at_no_other() {
    let (mut house, _) = House::with_owner();
    house.ask_reset(&mut Browser::stranger(), STRANGER);
    let mut stranger = Browser::stranger();
    house.ask_reset(&mut stranger, OWNER);
    house.type_reset(&mut stranger, TypedCode::Unknown);
    let wrong = |address| house.world.address(&email(address), house.now).code_tries.wrong;
    assert_eq!((wrong(OWNER), wrong(STRANGER)), (1, 0));
}

#[test]
fn r_session_1_the_use_of_one_session_keeps_no_other_alive() {
    let (mut house, mut owner) = House::with_owner();
    let mut phone = Browser::phone();
    welcome(house.sign_in(&mut phone, OWNER, SECRET));
    for _ in 0..30 {
        house.wait(Millis::days(1));
        assert!(house.is_signed_in(&mut phone));
    }
    assert!(!house.is_signed_in(&mut owner));
}

#[test]
fn i28_the_password_shown_in_one_session_proves_nothing_in_another() {
    let (mut house, mut owner) = House::with_owner();
    let mut phone = Browser::phone();
    welcome(house.sign_in(&mut phone, OWNER, SECRET));
    house.wait(Millis::minutes(10));
    house.prove(&mut phone, OWNER, SECRET);
    assert_eq!(house.change_password(&mut owner, "next"), refused(Reason::ProofStale));
    assert_eq!(house.change_password(&mut phone, "next"), Outcome::Done);
}

#[test]
fn forgetting_a_device_forgets_the_presented_one_only_if_it_is_that_one() {
    let (presented, other) = (DeviceId([1; 16]), DeviceId([2; 16]));
    let before = Snapshot { device: Some(presented), ..Snapshot::default() };
    let (house, _) = House::with_owner();
    let account = house.account(OWNER).id;
    let reason = DeviceEnd::Forgotten;
    let forget = |device| Event::DeviceForgotten { account, device, reason };
    assert_eq!(apply(before.clone(), &forget(other)).device, Some(presented));
    assert_eq!(apply(before, &forget(presented)).device, None);
}

#[test]
fn ending_a_session_leaves_another_one_that_is_presented() {
    let (house, _) = House::with_owner();
    let account = house.account(OWNER).clone();
    let presented = account.sessions[0].clone();
    let before =
        Snapshot { presented: Some(presented.clone()), account: Some(account), ..Snapshot::default() };
    let end = |session| {
        let account = presented.account;
        Event::SessionEnded { account, session, reason: SessionEnd::Ended }
    };
    let after = apply(before.clone(), &end(SessionId([9; 16])));
    assert_eq!(after, before);
    let after = apply(before, &end(presented.id));
    assert_eq!(after.presented, None);
    assert!(after.account.expect("loaded").sessions.is_empty());
}

/// What is in question when an identity is freed, when its account comes back and when that is erased.
#[test]
fn an_identity_in_question_leads_to_the_account_that_it_was_freed_from_and_to_no_other() {
    let who = shown(GOOGLE, "hanako", "hanako@gmail.example").identity;
    let (own, other) = (AccountId([1; 16]), AccountId([2; 16]));
    let former =
        |account| Former { account, way: FormerWay::Withdrawn, until: Instant(1_000_000_000_000) };
    let with = |owner, former| {
        let identity = IdentityState { identity: who.clone(), owner, former };
        Snapshot { identity: Some(identity), ..Snapshot::default() }
    };
    let freed =
        |identity: &Identity| Event::IdentityFreed { identity: identity.clone(), former: former(own) };
    let another = shown(GOOGLE, "taro", "taro@gmail.example").identity;
    assert_eq!(apply(with(None, None), &freed(&who)), with(None, Some(former(own))));
    assert_eq!(apply(with(None, None), &freed(&another)), with(None, None));
    assert_eq!(apply(with(Some(other), None), &freed(&who)), with(Some(other), None));
    for gone in [|account| Event::Restored { account }, |account| Event::Erased { account }] {
        assert_eq!(apply(with(None, Some(former(own))), &gone(own)), with(None, None));
        let elsewhere = with(None, Some(former(other)));
        assert_eq!(apply(elsewhere.clone(), &gone(own)), elsewhere);
    }
}

#[test]
fn a_credential_in_question_is_nobodys_once_its_account_is_without_it() {
    let (mut house, _) = House::with_owner();
    house.register(&mut Browser::stranger(), STRANGER);
    let (own, other) = (house.account(OWNER).clone(), house.account(STRANGER).id);
    let with = |owner| {
        let credential = CredentialId::new(&[7; 20]).expect("sound");
        let credential = Some(CredentialState { credential, owner });
        Snapshot { credential, ..Snapshot::default() }
    };
    let changed = Event::AccountCreated { account: own.clone() };
    for (before, after) in [(Some(own.id), None), (Some(other), Some(other)), (None, None)] {
        assert_eq!(apply(with(before), &changed).credential, with(after).credential);
    }
}

#[test]
fn an_erasure_takes_its_own_numbers_from_the_address_in_question() {
    let (mut house, mut owner) = House::with_owner();
    house.change_password(&mut owner, "next");
    let account = house.account(OWNER).id;
    let address = house.world.addresses[email(OWNER).key()].clone();
    assert!(!address.numbers.is_empty());
    let before = Snapshot { address: Some(address), ..Snapshot::default() };
    let other = AccountId([9; 16]);
    assert_eq!(apply(before.clone(), &Event::Erased { account: other }), before);
    let after = apply(before, &Event::Erased { account }).address.expect("it stays");
    assert!(after.numbers.is_empty());
}

/// Every event that a house has ever seen, on a snapshot in which nothing is loaded: nothing happens.
#[test]
fn an_event_about_what_is_not_loaded_changes_nothing() {
    let (mut house, mut owner) = House::with_owner();
    let mut seen = Vec::new();
    let mut note = |house: &House| seen.extend(house.last.iter().cloned());
    house.guess_wrong(1, OWNER);
    note(&house);
    house.ask_email(&mut owner, "new@example.org");
    let code = house.email_code("new@example.org").expect("mailed");
    note(&house);
    house.type_email(&mut owner, TypedCode::Unknown);
    note(&house);
    house.type_email(&mut owner, code);
    note(&house);
    house.verify_reset(&mut owner, "new@example.org");
    note(&house);
    house.set_password(&mut owner, "next");
    note(&house);
    house.ask(&mut owner, None, &Command::SignOut);
    note(&house);
    assert!(seen.len() > 20);
    let (mut elsewhere, _) = House::with_owner();
    elsewhere.register(&mut Browser::stranger(), STRANGER);
    let other = elsewhere.account(STRANGER).clone();
    let before = Snapshot { account: Some(other), ..Snapshot::default() };
    for event in seen {
        // These bring what they are about with them.
        let brings = matches!(
            event,
            Event::FlowStarted { .. } | Event::NetworkTriesCounted { .. } | Event::DeviceKnown { .. }
        );
        if !brings {
            assert_eq!(apply(before.clone(), &event), before, "{event:?}");
        }
    }
}
