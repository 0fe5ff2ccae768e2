//! Passkeys shown: signing in without an address, and the fresh proof (R-PASSKEY-1 and 2, R-SIGNIN-5 and 7, I27).
//!
//! An answer is to one question, which is answered once and in time (G8); its counter moves ahead (G5), and whether the
//! passkey can be synced never changes (G10). Who shows it was verified before: here it is a fact.

use accounts::{
    ActivityKind, Backup, CredentialId, Event, Line, MailKind, Method, Millis, Outcome, Passkey,
    PasskeyId, PasskeyShown, Reason, SessionKind,
};

use super::house::{
    Browser, CEREMONY, House, OWNER, SECRET, STRANGER, around, credential, refused, welcome,
};

/// The owner, with a passkey that has signed so often.
fn with_key(counter: u32, backup: Backup) -> (House, Browser, PasskeyId) {
    let (mut house, mut owner) = House::with_owner();
    let mut made = house.make(&owner, 1);
    (made.counter, made.backup) = (counter, backup);
    let Outcome::PasskeyAdded(id) = house.add_made(&mut owner, made) else { panic!("not added") };
    house.wait(Millis::minutes(1));
    house.forget_notices();
    (house, owner, id)
}

#[test]
fn r_passkey_1_it_signs_in_without_an_address() {
    let (mut house, owner, id) = with_key(0, Backup::BackedUp);
    let account = house.of(&owner).id;
    let mut phone = Browser { kind: SessionKind::App, ..Browser::phone() };
    let welcome = welcome(house.sign_in_by(&mut phone, 1, 0));
    assert_eq!(welcome.account, account);
    let session = house.by_id(account).sessions.iter().find(|s| s.id == welcome.session);
    let session = session.expect("there");
    assert_eq!((session.method, session.proved_by), (Method::Passkey(id), Method::Passkey(id)));
    assert_eq!((session.kind, session.proved_at), (SessionKind::App, house.now));
    assert_eq!(house.known(1).and_then(|known| known.used_at), Some(house.now), "R-PASSKEY-4");
    assert!(house.is_signed_in(&mut phone));
    assert_eq!(house.activity_kinds()[0], ActivityKind::SignedIn);
    assert_eq!(house.activities[0].method, Some(Method::Passkey(id)));
}

#[test]
fn r_signin_5_i39_the_notice_names_the_method_and_the_passkey() {
    let (mut house, _, id) = with_key(0, Backup::BackedUp);
    welcome(house.sign_in_by(&mut Browser::phone(), 1, 0));
    assert_eq!(house.told(MailKind::SignIn), [(OWNER.to_owned(), true)]);
    assert_eq!(house.mails.len(), 1);
    let mail = &house.mails[0];
    assert_eq!(mail.method, Some(Method::Passkey(id)));
    assert_eq!(mail.passkey, Some(Line::clean("key 1", 40)));
    assert_eq!(mail.origin.label, Line::clean("phone", 40));
    house.sign_in(&mut Browser::phone(), OWNER, SECRET);
    let mail = house.mails.last().expect("another");
    assert_eq!((mail.method, &mail.passkey), (Some(Method::Email), &None));
}

#[test]
fn r_signin_7_it_replaces_the_session_presented_and_drops_what_was_pending() {
    let (mut house, _, _) = with_key(0, Backup::BackedUp);
    let mut shared = Browser::stranger();
    house.register(&mut shared, STRANGER);
    let mut before = shared.clone();
    house.ask_code(&mut shared, "third@example.org");
    assert!(house.has_flow(&shared));
    let flow = shared.flow;
    welcome(house.sign_in_by(&mut shared, 1, 0));
    assert!(!house.is_signed_in(&mut before), "whoever's it was");
    assert!(house.world.flows.get(&flow.expect("begun")).is_none());
    assert!(house.is_signed_in(&mut shared));
}

#[test]
fn r_session_1_an_installation_that_signs_in_again_has_one_session() {
    let (mut house, mut owner, _) = with_key(0, Backup::BackedUp);
    let id = house.of(&owner).id;
    owner.session = None;
    welcome(house.sign_in_by(&mut owner, 1, 0));
    assert_eq!((house.by_id(id).sessions.len(), house.by_id(id).devices.len()), (1, 1));
}

#[test]
fn r_passkey_2_it_is_a_fresh_proof_in_its_session() {
    let (mut house, mut owner, id) = with_key(0, Backup::BackedUp);
    house.wait(Millis::hours(1));
    house.forget_notices();
    assert_eq!(house.add_passkey(&mut owner, 2), refused(Reason::ProofStale));
    let until = house.now.plus(Millis::minutes(10));
    assert_eq!(house.prove_by(&mut owner, 1, 0), Outcome::Fresh { until });
    let session = &house.of(&owner).sessions[0];
    assert_eq!((session.proved_at, session.proved_by), (house.now, Method::Passkey(id)));
    assert_eq!(session.method, Method::Email, "how it began stays");
    assert_eq!(house.activity_kinds(), [ActivityKind::Proved]);
    assert!(house.mails.is_empty());
    assert_eq!(house.known(1).and_then(|known| known.used_at), Some(house.now));
    house.added_passkey(&mut owner, 2);
}

#[test]
fn i28_a_proof_is_by_a_passkey_of_that_very_account() {
    let (mut house, _, _) = with_key(0, Backup::BackedUp);
    let mut other = Browser::stranger();
    house.register(&mut other, STRANGER);
    house.wait(Millis::hours(1));
    assert_eq!(house.prove_by(&mut other, 1, 0), refused(Reason::PasskeyUnknown));
    assert_eq!(house.add_passkey(&mut other, 2), refused(Reason::ProofStale));
    assert_eq!(house.prove_by(&mut Browser::phone(), 1, 0), refused(Reason::NotSignedIn));
}

#[test]
fn r_passkey_3_what_nobody_has_any_more_is_unknown() {
    let (mut house, mut owner, id) = with_key(0, Backup::BackedUp);
    let late = house.shows(1, 0);
    let proof = house.shows(1, 0);
    assert_eq!(house.sign_in_by(&mut Browser::phone(), 9, 0), refused(Reason::PasskeyUnknown));
    house.remove_passkey(&mut owner, id);
    let mut phone = Browser::phone();
    let unknown = refused(Reason::PasskeyUnknown);
    assert_eq!(house.sign_in_shown(&mut phone, late), unknown, "checked before it was removed");
    assert_eq!(house.prove_shown(&mut owner, proof), unknown);
    assert!(phone.session.is_none());
}

#[test]
fn r_passkey_3_an_answer_checked_with_a_former_key_fits_no_newer_passkey() {
    let (mut house, mut owner, id) = with_key(0, Backup::BackedUp);
    let late = house.shows(1, 0);
    house.remove_passkey(&mut owner, id);
    let newer = house.added_passkey(&mut owner, 1);
    let answer = house.sign_in_shown(&mut Browser::phone(), late.clone());
    assert_eq!(answer, refused(Reason::PasskeyUnknown));
    let (passkey, ceremony) = (newer, house.question());
    let credential = CredentialId::new(&[2; 32]).expect("sound");
    let other = PasskeyShown { passkey, ceremony, credential, ..late.clone() };
    assert_eq!(house.prove_shown(&mut owner, other), refused(Reason::PasskeyUnknown), "another's id");
    let ceremony = house.question();
    welcome(house.sign_in_shown(&mut Browser::phone(), PasskeyShown { passkey, ceremony, ..late }));
}

#[test]
fn g8_a_question_is_answered_until_its_end_and_not_at_it() {
    for (waited, open) in around(CEREMONY) {
        let (mut house, mut owner, _) = with_key(0, Backup::BackedUp);
        let (signing, proving) = (house.shows(1, 0), house.shows(1, 0));
        house.wait(waited);
        let answer = house.sign_in_shown(&mut Browser::phone(), signing);
        assert_eq!(matches!(answer, Outcome::Welcome(_)), open, "{waited:?}");
        let proof = house.prove_shown(&mut owner, proving);
        assert_eq!(matches!(proof, Outcome::Fresh { .. }), open, "{waited:?}");
        if !open {
            assert_eq!((answer, proof), (refused(Reason::CeremonyGone), refused(Reason::CeremonyGone)));
            assert_eq!(house.known(1).and_then(|known| known.used_at), None);
        }
    }
}

#[test]
fn g8_i26_a_question_is_answered_once_whatever_for() {
    let (mut house, mut owner, _) = with_key(5, Backup::Single);
    let first = house.shows(1, 6);
    let gone = refused(Reason::CeremonyGone);
    welcome(house.sign_in_shown(&mut Browser::phone(), first.clone()));
    let again = PasskeyShown { counter: 7, ..first.clone() };
    let mut stranger = Browser::stranger();
    assert_eq!(house.sign_in_shown(&mut stranger, again.clone()), gone);
    assert_eq!(house.prove_shown(&mut owner, again), gone);
    let mut made = house.make(&owner, 2);
    made.ceremony = first.ceremony;
    assert_eq!(house.add_made(&mut owner, made), gone);
    assert!(stranger.session.is_none());
    assert_eq!(house.known(1).map(|known| known.counter), Some(6));
    let proof = house.shows(1, 8);
    assert!(matches!(house.prove_shown(&mut owner, proof.clone()), Outcome::Fresh { .. }));
    let again = PasskeyShown { counter: 9, ..proof };
    assert_eq!(house.sign_in_shown(&mut stranger, again), gone);
}

#[test]
fn g8_a_refused_answer_uses_its_question_up() {
    let (mut house, _, _) = with_key(5, Backup::Single);
    let behind = house.shows(1, 5);
    let mut phone = Browser::phone();
    assert_eq!(house.sign_in_shown(&mut phone, behind.clone()), refused(Reason::PasskeyDoubtful));
    let ahead = PasskeyShown { counter: 6, ..behind };
    assert_eq!(house.sign_in_shown(&mut phone, ahead), refused(Reason::CeremonyGone));
    let unknown = house.shows(9, 0);
    assert_eq!(house.sign_in_shown(&mut phone, unknown.clone()), refused(Reason::PasskeyUnknown));
    assert_eq!(house.sign_in_shown(&mut phone, unknown), refused(Reason::CeremonyGone));
}

#[test]
fn g5_i27_a_counter_moves_ahead_or_both_are_zero() {
    let cases = [
        (5, 6, true),
        (5, 5, false),
        (5, 4, false),
        (5, 0, false),
        (0, 0, true),
        (0, 1, true),
        (1, u32::MAX, true),
        (u32::MAX, 0, false),
        (u32::MAX, u32::MAX, false),
    ];
    for (known, shown, fits) in cases {
        let (mut house, mut owner, id) = with_key(known, Backup::Single);
        let mut proving = house.clone();
        let proof = proving.prove_by(&mut owner, 1, shown);
        assert_eq!(matches!(proof, Outcome::Fresh { .. }), fits, "{known} then {shown}");
        let account = house.of(&owner).clone();
        let mut phone = Browser::phone();
        let answer = house.sign_in_by(&mut phone, 1, shown);
        assert_eq!(matches!(answer, Outcome::Welcome(_)), fits, "{known} then {shown}");
        let kept = house.known(1).map(|known| known.counter);
        assert_eq!(kept, Some(if fits { shown } else { known }), "monotone");
        if fits {
            continue;
        }
        let doubtful = refused(Reason::PasskeyDoubtful);
        assert_eq!((answer, proof), (doubtful.clone(), doubtful));
        assert_eq!(house.of(&owner), &account);
        assert_eq!(house.activity_kinds(), [ActivityKind::PasskeyRefused], "its member can read of it");
        assert_eq!(house.activities[0].method, Some(Method::Passkey(id)));
        assert!(house.mails.is_empty() && phone.session.is_none());
    }
}

#[test]
fn i27_each_use_moves_the_counter() {
    let (mut house, mut owner, _) = with_key(0, Backup::Single);
    welcome(house.sign_in_by(&mut Browser::phone(), 1, 3));
    assert!(matches!(house.prove_by(&mut owner, 1, 4), Outcome::Fresh { .. }));
    assert_eq!(house.sign_in_by(&mut Browser::phone(), 1, 4), refused(Reason::PasskeyDoubtful));
    assert_eq!(house.sign_in_by(&mut Browser::phone(), 1, 0), refused(Reason::PasskeyDoubtful));
    welcome(house.sign_in_by(&mut Browser::phone(), 1, 5));
    assert_eq!(house.known(1).map(|known| known.counter), Some(5));
}

#[test]
fn g10_i27_whether_it_can_be_synced_never_changes_and_whether_it_is_may() {
    use Backup::{BackedUp, Eligible, Single};
    for (known, shown, fits) in [
        (Single, Single, true),
        (Single, Eligible, false),
        (Single, BackedUp, false),
        (Eligible, BackedUp, true),
        (BackedUp, Eligible, true),
        (Eligible, Single, false),
        (BackedUp, Single, false),
    ] {
        let (mut house, _, _) = with_key(0, known);
        let mut answer = house.shows(1, 0);
        answer.backup = shown;
        let heard = house.sign_in_shown(&mut Browser::phone(), answer);
        assert_eq!(matches!(heard, Outcome::Welcome(_)), fits, "{known:?} then {shown:?}");
        if !fits {
            assert_eq!(heard, refused(Reason::PasskeyDoubtful));
            assert!(house.did(|event| matches!(event, Event::PasskeyDoubted { .. })));
        }
        let kept = house.known(1).map(|key| key.backup);
        assert_eq!(kept, Some(if fits { shown } else { known }));
    }
}

#[test]
fn r_passkey_5_a_use_changes_nothing_else_and_no_other_passkey() {
    let (mut house, mut owner, id) = with_key(1, Backup::Eligible);
    house.added_passkey(&mut owner, 2);
    let before = house.known(1).expect("there");
    let other = house.known(2);
    house.wait(Millis::minutes(1));
    let mut shown = house.shows(1, 9);
    shown.backup = Backup::BackedUp;
    welcome(house.sign_in_shown(&mut Browser::phone(), shown));
    let (counter, backup, used_at) = (9, Backup::BackedUp, Some(house.now));
    assert_eq!(house.known(1), Some(Passkey { id, counter, backup, used_at, ..before }));
    assert_eq!(house.known(2), other);
}

#[test]
fn a_credential_id_has_1_to_1023_bytes() {
    assert_eq!(credential(3).as_bytes(), [3; 32]);
    assert!(CredentialId::new(&[]).is_none());
    assert!(CredentialId::new(&[1; 1023]).is_some());
    assert!(CredentialId::new(&[1; 1024]).is_none());
}

#[test]
fn a_method_is_found_again_by_its_key() {
    let passkey = Method::Passkey(PasskeyId([0xA7; 16]));
    assert_eq!((passkey.name(), passkey.key().len()), ("passkey", 40));
    for method in [passkey, Method::Passkey(PasskeyId([0; 16])), Method::Email] {
        assert_eq!(Method::from_key(&method.key()), Some(method));
    }
    for key in ["passkey", "passkey:", "passkey:a7", &format!("passkey:+{}", "0".repeat(31)), "x:"] {
        assert_eq!(Method::from_key(key), None, "{key}");
    }
}
