//! Passkeys while an account is locked or suspended (R-LOCK-3, 5 and 7, I7, I33, A11, L2).
//!
//! A lock refuses what can be guessed, which a passkey cannot be; a suspension refuses everything, and is told only to
//! somebody who has just shown a valid method.

use accounts::{
    ActivityKind, Command, LockScope, MailKind, Method, Millis, Outcome, PasskeyId, Reason, Scope,
    Shown,
};

use super::house::{Browser, GOOGLE, House, OWNER, SECRET, STRANGER, refused, shown, welcome};
use crate::support::email;

/// The owner with a password and a passkey, locked by strangers.
fn locked() -> (House, Browser, PasskeyId) {
    let (mut house, mut owner) = House::with_owner();
    let id = house.added_passkey(&mut owner, 1);
    house.guess_wrong(12, OWNER);
    assert!(house.is_locked(OWNER));
    house.forget_notices();
    (house, owner, id)
}

#[test]
fn r_lock_5_l2_it_signs_in_while_the_account_is_locked() {
    let (mut house, _, _) = locked();
    let mut phone = Browser::phone();
    assert_eq!(house.sign_in(&mut phone, OWNER, SECRET), refused(Reason::Locked));
    welcome(house.sign_in_by(&mut phone, 1, 0));
    assert!(house.is_locked(OWNER), "R-LOCK-8: that proves no mailbox and no password");
    assert_eq!(house.count(MailKind::SignIn, OWNER), 1);
}

#[test]
fn r_lock_5_lock_scope_account_refuses_it_on_unknown_devices_only() {
    let (mut house, owner, _) = locked();
    house.policy.lock_scope = LockScope::Account;
    let mut phone = Browser::phone();
    let shown = house.shows(1, 3);
    assert_eq!(house.sign_in_shown(&mut phone, shown.clone()), refused(Reason::Locked));
    assert!(phone.session.is_none() && house.mails.is_empty());
    assert_eq!(house.sign_in_shown(&mut phone, shown), refused(Reason::CeremonyGone), "it was used");
    assert_eq!(house.known(1).map(|known| known.counter), Some(3), "I27: it has signed");
    let mut known = Browser { session: None, ..owner };
    welcome(house.sign_in_by(&mut known, 1, 4));
    house.operate(&Command::Unlock { email: email(OWNER) });
    welcome(house.sign_in_by(&mut phone, 1, 5));
}

#[test]
fn r_lock_5_without_the_own_address_it_is_looked_up_once_more() {
    let (mut house, _, _) = locked();
    house.policy.lock_scope = LockScope::Account;
    for (counter, seen) in [(1, None), (2, Some(STRANGER))] {
        let shown = house.shows(1, counter);
        let (mut phone, kind) = (Browser::phone(), Browser::phone().kind);
        let before = house.world.clone();
        let scope = Scope {
            address: seen.map(email),
            credential: Some(shown.credential.clone()),
            ceremony: Some(shown.ceremony.challenge),
            ..Scope::default()
        };
        let command = Command::SignInPasskey { shown: shown.clone(), kind };
        assert_eq!(house.ask_with(&scope, &command), Outcome::Stale);
        assert!(house.last.is_empty(), "and the question is still open");
        assert_eq!(house.world.accounts, before.accounts);
        assert_eq!(house.sign_in_shown(&mut phone, shown), refused(Reason::Locked));
    }
}

#[test]
fn r_lock_5_an_account_without_an_address_of_its_own_is_not_looked_up_again() {
    let who = shown(GOOGLE, "hanako", "hanako@gmail.example");
    let (mut house, mut member) = House::with_google_member(&who);
    house.added_passkey(&mut member, 1);
    house.policy.lock_scope = LockScope::Account;
    welcome(house.sign_in_by(&mut Browser::phone(), 1, 0));
}

#[test]
fn r_lock_3_a_lock_ends_no_session_that_it_began_and_it_proves_there() {
    let (mut house, _, _) = locked();
    let mut phone = Browser::phone();
    welcome(house.sign_in_by(&mut phone, 1, 0));
    house.guess_wrong(12, OWNER);
    assert!(house.is_signed_in(&mut phone));
    let until = house.now.plus(Millis::minutes(10));
    assert_eq!(house.prove_by(&mut phone, 1, 0), Outcome::Fresh { until });
}

#[test]
fn r_lock_7_i33_a11_a_suspension_refuses_it_and_says_so_after_the_proof_alone() {
    let (mut house, mut owner) = House::with_owner();
    let id = house.added_passkey(&mut owner, 1);
    let (before_it, mut phone) = (house.shows(1, 1), Browser::phone());
    let (proof, late) = (house.shows(1, 2), house.make(&owner, 2));
    house.suspend();
    house.forget_notices();
    let suspended = refused(Reason::Suspended);
    assert_eq!(house.sign_in_shown(&mut phone, before_it.clone()), suspended, "asked before it");
    assert_eq!(house.sign_in_by(&mut phone, 1, 2), suspended);
    assert!(phone.session.is_none() && house.mails.is_empty());
    assert_eq!(house.activity_kinds(), [ActivityKind::SignInRefused; 2]);
    assert_eq!(house.activities[0].method, Some(Method::Passkey(id)));
    // Nothing of it is told to who shows nothing that is good.
    assert_eq!(house.sign_in_by(&mut phone, 1, 2), refused(Reason::PasskeyDoubtful));
    assert_eq!(house.sign_in_shown(&mut phone, before_it), refused(Reason::CeremonyGone));
    let nobody = refused(Reason::NotSignedIn);
    let account = house.account(OWNER).clone();
    assert_eq!(house.prove_shown(&mut owner, proof), nobody);
    assert_eq!(house.add_made(&mut owner, late), nobody);
    assert_eq!(house.remove_passkey(&mut owner, id), nobody);
    assert_eq!(house.rename(&mut owner, id, "x"), nobody);
    assert_eq!(house.decline(&mut owner), nobody);
    assert_eq!(house.account(OWNER), &account);
    house.resume();
    welcome(house.sign_in_by(&mut phone, 1, 3));
}

#[test]
fn r_lock_7_a_reset_with_a_passkey_beside_it_lifts_no_suspension() {
    let (mut house, mut owner) = House::with_owner();
    house.added_passkey(&mut owner, 1);
    house.suspend();
    let mut phone = Browser::phone();
    house.ask_reset(&mut phone, OWNER);
    let code = house.reset_code(OWNER).expect("mailed");
    assert_eq!(house.type_reset(&mut phone, code), refused(Reason::Suspended));
    assert_eq!(house.sign_in_by(&mut phone, 1, 0), refused(Reason::Suspended));
    assert!(house.account(OWNER).suspended.is_some());
}

#[test]
fn r_lock_6_an_account_of_a_provider_with_a_passkey_cannot_be_locked() {
    let who: Shown = shown(GOOGLE, "hanako", "hanako@gmail.example");
    let (mut house, mut member) = House::with_google_member(&who);
    house.added_passkey(&mut member, 1);
    house.policy.lock_scope = LockScope::Account;
    house.guess_wrong(12, "hanako@gmail.example");
    welcome(house.sign_in_by(&mut Browser::phone(), 1, 0));
}

#[test]
fn r_reset_8_a_sign_in_by_passkey_ends_the_wait_of_a_lost_provider() {
    let who: Shown = shown(GOOGLE, "hanako", "hanako@gmail.example");
    let (mut house, mut member) = House::with_google_member(&who);
    house.added_passkey(&mut member, 1);
    let id = house.of(&member).id;
    house.ask_reset(&mut Browser::stranger(), "hanako@gmail.example");
    let number = house.number(MailKind::ResetProvider, "hanako@gmail.example").expect("a number");
    let waits = house.report_lost("hanako@gmail.example", number);
    assert!(matches!(waits, Outcome::WaitBegun { .. }), "{waits:?}");
    welcome(house.sign_in_by(&mut Browser::phone(), 1, 0));
    assert!(house.by_id(id).lost.is_none());
}
