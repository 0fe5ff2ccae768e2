//! Passkeys added, named, removed and declined (R-PASSKEY-1, 2, 4 and 5, R-METHOD-3 and 6; security.md G1, G7, G11).
//!
//! A passkey is added by the session that asked for it, with a fresh proof, and its credential id is nobody else's. It
//! is told to every address, and it keeps no account.

use accounts::{
    ActivityKind, Added, Backup, Creation, Event, Line, MailKind, Method, Millis, Outcome, Passkey,
    PasskeyId, PasskeyOffer, Person, PublicKey, Reason, RemovalCause, Shown,
};

use super::house::{
    BY_EMAIL, BY_GOOGLE, Browser, CEREMONY, GOOGLE, House, OWNER, SECRET, STRANGER, around, credential,
    refused, shown, welcome,
};

const GMAIL: &str = "hanako@gmail.example";

fn hanako() -> Shown {
    shown(GOOGLE, "hanako", GMAIL)
}

/// The owner and somebody else, each signed in.
fn two() -> (House, Browser, Browser) {
    let (mut house, owner) = House::with_owner();
    let mut other = Browser::stranger();
    house.register(&mut other, STRANGER);
    house.forget_notices();
    (house, owner, other)
}

#[test]
fn r_passkey_1_4_it_is_kept_as_it_was_made() {
    let (mut house, mut owner) = House::with_owner();
    house.wait(Millis::minutes(1));
    let session = house.of(&owner).sessions[0].id;
    let mut made = house.make(&owner, 1);
    (made.counter, made.backup) = (7, Backup::Eligible);
    let Outcome::PasskeyAdded(id) = house.add_made(&mut owner, made) else { panic!("not added") };
    let kept = Passkey {
        id,
        credential: credential(1),
        key: PublicKey(vec![1; 77]),
        name: Line::clean("key 1", 40),
        aaguid: [1; 16],
        transports: Line::clean("internal,hybrid", 40),
        backup: Backup::Eligible,
        counter: 7,
        added: Added { at: house.now, by: Some(session) },
        used_at: None,
    };
    assert_eq!(house.of(&owner).passkeys, std::slice::from_ref(&kept));
    assert_eq!(house.of(&owner).passkey(id), Some(&kept));
    house.add_passkey(&mut owner, 2);
    let account = house.of(&owner).id;
    assert_eq!(house.keys(account), [1, 2], "as many as one likes, oldest first");
}

#[test]
fn r_method_3_g11_adding_is_told_to_every_address_and_listed() {
    let (mut house, mut owner) = House::with_owner();
    house.wait(Millis::minutes(1));
    house.link(&mut owner, &hanako());
    house.forget_notices();
    let id = house.added_passkey(&mut owner, 1);
    let told = [(OWNER.to_owned(), true), (GMAIL.to_owned(), false)];
    assert_eq!(
        house.told(MailKind::MethodAdded),
        told,
        "the contact may undo it, the others hear of it"
    );
    assert_eq!(house.mails.len(), 2);
    for mail in &house.mails {
        assert_eq!(mail.method, Some(Method::Passkey(id)));
        assert_eq!(mail.passkey, Some(Line::clean("key 1", 40)));
    }
    assert_eq!(house.activity_kinds(), [ActivityKind::MethodAdded]);
    assert_eq!(house.activities[0].method, Some(Method::Passkey(id)));
}

#[test]
fn r_method_3_removing_is_told_to_the_contact_and_listed() {
    let (mut house, mut owner) = House::with_owner();
    house.wait(Millis::minutes(1));
    house.link(&mut owner, &hanako());
    let id = house.added_passkey(&mut owner, 1);
    house.forget_notices();
    assert_eq!(house.remove_passkey(&mut owner, id), Outcome::Done);
    assert!(house.of(&owner).passkeys.is_empty());
    assert_eq!(house.told(MailKind::MethodRemoved), [(OWNER.to_owned(), true)]);
    assert_eq!(house.mails.len(), 1);
    assert_eq!(house.mails[0].method, Some(Method::Passkey(id)));
    assert_eq!(house.mails[0].passkey, Some(Line::clean("key 1", 40)), "by the name it had");
    assert_eq!(house.activity_kinds(), [ActivityKind::MethodRemoved]);
    let cause = RemovalCause::Member;
    assert!(house.did(|e| matches!(e, Event::PasskeyRemoved { cause: c, .. } if *c == cause)));
    assert_eq!(house.remove_passkey(&mut owner, id), refused(Reason::NotFound));
}

#[test]
fn r_passkey_4_they_are_removed_one_by_one() {
    let (mut house, mut owner) = House::with_owner();
    let id = house.of(&owner).id;
    let [_, second, _] = [1, 2, 3].map(|number| house.added_passkey(&mut owner, number));
    house.remove_passkey(&mut owner, second);
    assert_eq!(house.keys(id), [1, 3]);
}

#[test]
fn r_method_5_sessions_that_a_removed_passkey_began_end_but_the_own_one() {
    let (mut house, mut owner) = House::with_owner();
    let id = house.added_passkey(&mut owner, 1);
    house.added_passkey(&mut owner, 2);
    let mut phone = Browser::phone();
    welcome(house.sign_in_by(&mut phone, 1, 0));
    let mut tablet = Browser::of("tablet", "192.0.2.10");
    welcome(house.sign_in_by(&mut tablet, 1, 0));
    let mut laptop = Browser::of("laptop", "192.0.2.11");
    welcome(house.sign_in_by(&mut laptop, 2, 0));
    assert_eq!(house.remove_passkey(&mut phone, id), Outcome::Done);
    assert!(house.is_signed_in(&mut phone), "the own one stays");
    assert!(!house.is_signed_in(&mut tablet));
    assert!(
        house.is_signed_in(&mut laptop) && house.is_signed_in(&mut owner),
        "others are not touched"
    );
}

#[test]
fn r_passkey_4_renaming_needs_no_proof_and_mails_nobody() {
    let (mut house, mut owner) = House::with_owner();
    let id = house.added_passkey(&mut owner, 1);
    house.wait(Millis::hours(1));
    house.forget_notices();
    let before = house.known(1).expect("there");
    assert_eq!(house.rename(&mut owner, id, "work phone"), Outcome::Done);
    assert_eq!(house.known(1), Some(Passkey { name: Line::clean("work phone", 40), ..before }));
    assert!(house.mails.is_empty());
    assert_eq!(house.activity_kinds(), [ActivityKind::PasskeyRenamed]);
    assert_eq!(house.activities[0].method, Some(Method::Passkey(id)));
    assert_eq!(house.rename(&mut owner, id, "work phone"), Outcome::Done);
    assert!(house.last.is_empty(), "the same name is no change");
    assert_eq!(house.rename(&mut owner, PasskeyId([9; 16]), "x"), refused(Reason::NotFound));
    assert_eq!(house.rename(&mut Browser::stranger(), id, "x"), refused(Reason::NotSignedIn));
}

#[test]
fn i18_nobody_touches_another_members_passkeys() {
    let (mut house, mut owner, mut other) = two();
    let id = house.added_passkey(&mut owner, 1);
    let before = house.of(&owner).clone();
    assert_eq!(house.rename(&mut other, id, "mine"), refused(Reason::NotFound));
    assert_eq!(house.remove_passkey(&mut other, id), refused(Reason::NotFound));
    assert_eq!(house.remove_passkey(&mut Browser::phone(), id), refused(Reason::NotSignedIn));
    assert_eq!(house.of(&owner), &before);
}

#[test]
fn r_method_3_i28_g11_adding_and_removing_need_a_proof_of_the_last_ten_minutes() {
    for (waited, fresh) in around(Millis::minutes(10)) {
        let (mut house, mut owner) = House::with_owner();
        let id = house.added_passkey(&mut owner, 1);
        house.wait(waited);
        let mut removing = house.clone();
        let removed = removing.remove_passkey(&mut owner.clone(), id);
        assert_eq!(removed == Outcome::Done, fresh, "{waited:?}");
        assert_eq!(removing.known(1).is_none(), fresh);
        let added = house.add_passkey(&mut owner, 2);
        assert_eq!(matches!(added, Outcome::PasskeyAdded(_)), fresh, "{waited:?}");
        assert_eq!(house.known(2).is_some(), fresh);
        if !fresh {
            assert_eq!((removed, added), (refused(Reason::ProofStale), refused(Reason::ProofStale)));
            assert!(house.last.is_empty(), "the question can be answered after the proof");
        }
    }
}

#[test]
fn i28_the_proof_is_of_that_very_session() {
    let (mut house, mut owner) = House::with_owner();
    house.wait(Millis::minutes(20));
    let mut phone = Browser::phone();
    welcome(house.sign_in(&mut phone, OWNER, SECRET));
    assert_eq!(house.add_passkey(&mut owner, 1), refused(Reason::ProofStale));
    house.added_passkey(&mut phone, 1);
}

#[test]
fn g1_what_another_session_asked_for_is_not_added() {
    let (mut house, mut owner, mut other) = two();
    let theirs = house.make(&other, 1);
    assert_eq!(house.add_made(&mut owner, theirs.clone()), refused(Reason::CeremonyGone));
    assert!(house.known(1).is_none() && house.last.is_empty(), "and nothing is used up by it");
    let mut phone = Browser::phone();
    welcome(house.sign_in(&mut phone, OWNER, SECRET));
    let own = house.make(&owner, 2);
    assert_eq!(house.add_made(&mut phone, own), refused(Reason::CeremonyGone), "of the same account");
    let nobody = house.make(&Browser::phone(), 3);
    assert_eq!(house.add_made(&mut Browser::phone(), nobody), refused(Reason::NotSignedIn));
    assert!(matches!(house.add_made(&mut other, theirs), Outcome::PasskeyAdded(_)), "its own may");
}

#[test]
fn r_passkey_5_g7_i26_a_credential_id_is_one_accounts() {
    let (mut house, mut owner, mut other) = two();
    house.added_passkey(&mut owner, 1);
    let id = house.of(&owner).id;
    let before = house.of(&owner).clone();
    assert_eq!(house.add_passkey(&mut other, 1), refused(Reason::CredentialTaken));
    assert!(house.of(&other).passkeys.is_empty());
    assert_eq!(house.add_passkey(&mut owner, 1), refused(Reason::CredentialTaken), "also one's own");
    assert_eq!(house.by_id(id), &before);
    assert_eq!(welcome(house.sign_in_by(&mut Browser::phone(), 1, 0)).account, id, "the owner's works");
}

#[test]
fn r_passkey_5_a_removed_credential_is_free() {
    let (mut house, mut owner, mut other) = two();
    let first = house.added_passkey(&mut owner, 1);
    house.remove_passkey(&mut owner, first);
    let again = house.added_passkey(&mut other, 1);
    assert_ne!(first, again);
    assert_eq!(house.owner_of_key(1), Some(house.of(&other).id));
}

#[test]
fn r_passkey_2_the_person_is_verified_but_by_an_upgrade_right_after_the_password() {
    let (mut house, mut owner) = House::with_owner();
    house.link(&mut owner, &hanako());
    let mut made = house.make(&owner, 1);
    made.person = Person::Unverified;
    assert_eq!(house.add_made(&mut owner, made.clone()), refused(Reason::PersonUnverified));
    assert!(house.known(1).is_none());
    (made.creation, made.ceremony) = (Creation::Upgrade, house.question());
    assert!(matches!(house.add_made(&mut owner, made), Outcome::PasskeyAdded(_)));
    for person in [Person::Unverified, Person::Verified] {
        house.prove_with(&mut owner, &hanako());
        let mut late = house.make(&owner, 2);
        (late.creation, late.person) = (Creation::Upgrade, person);
        let answer = house.add_made(&mut owner, late);
        assert_eq!(answer, refused(Reason::PersonUnverified), "a provider is no password");
    }
    welcome(house.sign_in_by(&mut owner, 1, 0));
    let mut late = house.make(&owner, 2);
    (late.creation, late.person) = (Creation::Upgrade, Person::Unverified);
    assert_eq!(house.add_made(&mut owner, late), refused(Reason::PersonUnverified), "nor a passkey");
}

#[test]
fn r_passkey_2_an_upgrade_needs_a_fresh_password() {
    let (mut house, mut owner) = House::with_owner();
    house.wait(Millis::minutes(10));
    let mut made = house.make(&owner, 1);
    made.creation = Creation::Upgrade;
    assert_eq!(house.add_made(&mut owner, made), refused(Reason::ProofStale));
}

#[test]
fn an_account_has_twenty_passkeys_and_no_more() {
    let (mut house, mut owner) = House::with_owner();
    let ids = (1..=20).map(|number| house.added_passkey(&mut owner, number)).collect::<Vec<_>>();
    assert_eq!(house.add_passkey(&mut owner, 21), refused(Reason::TooManyPasskeys));
    assert_eq!(house.of(&owner).passkeys.len(), 20);
    house.remove_passkey(&mut owner, ids[4]);
    house.added_passkey(&mut owner, 21);
    house.policy.passkeys = 1;
    assert_eq!(house.add_passkey(&mut owner, 22), refused(Reason::TooManyPasskeys), "a setting");
}

#[test]
fn g8_a_question_about_a_new_passkey_is_answered_once_and_in_time() {
    for (waited, open) in around(CEREMONY) {
        let (mut house, mut owner) = House::with_owner();
        let made = house.make(&owner, 1);
        house.wait(waited);
        let answer = house.add_made(&mut owner, made.clone());
        assert_eq!(matches!(answer, Outcome::PasskeyAdded(_)), open, "{waited:?}");
        if !open {
            assert_eq!(answer, refused(Reason::CeremonyGone));
            continue;
        }
        let mut again = house.make(&owner, 2);
        again.ceremony = made.ceremony;
        assert_eq!(house.add_made(&mut owner, again), refused(Reason::CeremonyGone));
        assert!(house.known(2).is_none());
    }
}

#[test]
fn g8_a_refused_answer_uses_its_question_up() {
    let (mut house, mut owner) = House::with_owner();
    let mut made = house.make(&owner, 1);
    made.person = Person::Unverified;
    assert_eq!(house.add_made(&mut owner, made.clone()), refused(Reason::PersonUnverified));
    made.person = Person::Verified;
    assert_eq!(house.add_made(&mut owner, made), refused(Reason::CeremonyGone));
}

#[test]
fn r_method_6_passkeys_never_keep_an_account() {
    let (mut house, mut owner) = House::with_owner();
    for number in 1..=3 {
        house.added_passkey(&mut owner, number);
    }
    assert_eq!(house.remove(&mut owner, BY_EMAIL, None), refused(Reason::LastAddressed));
    house.link(&mut owner, &hanako());
    assert_eq!(house.remove(&mut owner, BY_GOOGLE, None), Outcome::Done);
    assert_eq!(house.remove(&mut owner, BY_EMAIL, None), refused(Reason::LastAddressed));
    assert!(house.of(&owner).addressed().eq([BY_EMAIL]));
    for known in house.of(&owner).passkeys.clone() {
        assert_eq!(house.remove_passkey(&mut owner, known.id), Outcome::Done, "all of them can go");
    }
}

#[test]
fn it_is_offered_after_a_password_to_whoever_has_none_and_has_not_declined() {
    let (mut house, mut owner) = House::with_owner();
    house.link(&mut owner, &hanako());
    let offer = |house: &mut House, browser: &mut Browser| {
        welcome(house.sign_in(browser, OWNER, SECRET)).passkey
    };
    assert_eq!(offer(&mut house, &mut owner), PasskeyOffer::May);
    assert_eq!(welcome(house.sign_in_with(&mut owner, &hanako())).passkey, PasskeyOffer::MayNot);
    let id = house.added_passkey(&mut owner, 1);
    assert_eq!(offer(&mut house, &mut owner), PasskeyOffer::MayNot, "there is one");
    assert_eq!(welcome(house.sign_in_by(&mut owner, 1, 0)).passkey, PasskeyOffer::MayNot);
    house.remove_passkey(&mut owner, id);
    assert_eq!(offer(&mut house, &mut owner), PasskeyOffer::May);
    house.wait(Millis::hours(1));
    house.forget_notices();
    assert_eq!(house.decline(&mut owner), Outcome::Done, "without a fresh proof");
    assert!(house.mails.is_empty() && house.activities.is_empty());
    let since = house.now;
    house.wait(Millis::days(1));
    assert_eq!(house.decline(&mut owner), Outcome::Done);
    assert_eq!(house.of(&owner).passkey_declined, Some(since), "once");
    house.wait(Millis::days(1000));
    assert_eq!(offer(&mut house, &mut owner), PasskeyOffer::MayNot, "for good");
    assert_eq!(house.decline(&mut Browser::phone()), refused(Reason::NotSignedIn));
    house.added_passkey(&mut owner, 2);
}
