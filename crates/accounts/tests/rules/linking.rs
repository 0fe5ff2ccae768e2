//! Adding and removing login methods (R-METHOD-1 to 6, I1 to I4, I28).
//!
//! Any account can have `email` and one identity of each provider; an identity is on one account and is never moved;
//! what is left always has an address, and the contact is always one of the account's own.

use accounts::{
    Account, ActivityKind, Added, AddressNeed, ChallengeKind, Event, FormerWay, MailKind, Method,
    Millis, Outcome, Reason, SessionEnd, Shown, TripErrand, TypedCode,
};

use super::house::{
    APPLE, BY_APPLE, BY_EMAIL, BY_GOOGLE, Browser, GOOGLE, House, OWNER, SECRET, STRANGER, around,
    refused, shown, unvouched, welcome,
};
use crate::support::email;

const GMAIL: &str = "hanako@gmail.example";
const NEW: &str = "new@example.org";

fn hanako() -> Shown {
    shown(GOOGLE, "hanako", GMAIL)
}

fn at_apple() -> Shown {
    shown(APPLE, "hanako", "hanako@apple.example")
}

/// The owner with a password and Google.
fn with_google() -> (House, Browser) {
    let (mut house, mut owner) = House::with_owner();
    assert_eq!(house.link(&mut owner, &hanako()), Outcome::Linked(GOOGLE));
    house.forget_notices();
    (house, owner)
}

/// R-METHOD-6, I1, I2: what always holds.
fn is_whole(account: &Account) {
    assert!(account.addressed().next().is_some(), "an addressed method is left");
    assert!(account.addressed().any(|method| method == account.contact), "the contact is one of them");
}

#[test]
fn r_method_2_an_account_registered_by_email_adds_google_and_apple() {
    let (mut house, mut owner) = House::with_owner();
    assert_eq!(house.link(&mut owner, &hanako()), Outcome::Linked(GOOGLE));
    assert_eq!(house.link(&mut owner, &at_apple()), Outcome::Linked(APPLE));
    let session = house.world.session(owner.session.expect("in")).expect("there").id;
    let account = house.account(OWNER);
    assert!(account.addressed().eq([BY_EMAIL, BY_GOOGLE, BY_APPLE]), "R-METHOD-1");
    assert_eq!(account.contact, BY_EMAIL, "adding changes no contact");
    let link = account.link(GOOGLE).expect("added");
    assert_eq!(link.added, Added { at: house.now, by: Some(session) });
    assert!(house.is_signed_in(&mut owner));
    let id = house.account(OWNER).id;
    for who in [hanako(), at_apple()] {
        assert_eq!(welcome(house.sign_in_with(&mut Browser::phone(), &who)).account, id);
    }
}

#[test]
fn r_method_2_an_account_registered_by_a_provider_adds_email_and_the_other_provider() {
    let (mut house, mut member) = House::with_google_member(&hanako());
    assert_eq!(house.link(&mut member, &at_apple()), Outcome::Linked(APPLE));
    house.add_email(&mut member, NEW);
    let account = house.of(&member);
    assert!(account.addressed().eq([BY_EMAIL, BY_GOOGLE, BY_APPLE]));
    let method = account.email.clone().expect("added");
    assert_eq!((method.email, method.proven_at), (email(NEW), house.now));
    assert!(method.added.by.is_some());
    assert_eq!((account.contact, account.password_version), (BY_GOOGLE, 1));
    let id = account.id;
    assert_eq!(welcome(house.sign_in(&mut Browser::phone(), NEW, SECRET)).account, id);
    assert!(house.is_signed_in(&mut member));
}

#[test]
fn r_method_2_the_address_is_proven_by_a_code_and_nothing_is_added_before_the_password() {
    let (mut house, mut member) = House::with_google_member(&hanako());
    let asked = house.ask_email(&mut member, NEW);
    assert!(matches!(asked, Outcome::CodeAsked { .. }), "{asked:?}");
    assert_eq!(house.complete_email(&mut member, SECRET), refused(Reason::FlowElsewhere));
    assert_eq!(house.type_email(&mut member, TypedCode::Unknown), refused(Reason::WrongCode));
    let code = house.email_code(NEW).expect("mailed");
    let until = house.now.plus(Millis::minutes(30));
    let proven = Outcome::Proven { expires_at: until, former: None };
    assert_eq!(house.type_email(&mut member, code), proven);
    assert!(house.of(&member).email.is_none() && !house.has_account(NEW));
    assert_eq!(house.type_email(&mut member, code), proven, "a second press");
    assert_eq!(house.complete_email(&mut member, SECRET), Outcome::Done);
    assert_eq!(house.complete_email(&mut member, SECRET), refused(Reason::FlowGone));
}

#[test]
fn r_method_2_the_password_can_be_chosen_for_30_minutes_with_a_fresh_proof() {
    for (waited, within) in around(Millis::minutes(30)) {
        let (mut house, mut member) = House::with_google_member(&hanako());
        house.ask_email(&mut member, NEW);
        let code = house.email_code(NEW).expect("mailed");
        house.type_email(&mut member, code);
        house.wait(waited);
        if within {
            assert_eq!(house.complete_email(&mut member, SECRET), refused(Reason::ProofStale), "I28");
        }
        let fresh = house.prove_with(&mut member, &hanako());
        assert!(matches!(fresh, Outcome::Fresh { .. }), "{fresh:?}");
        let wanted = if within { Outcome::Done } else { refused(Reason::FlowGone) };
        assert_eq!(house.complete_email(&mut member, SECRET), wanted);
    }
}

#[test]
fn i21_email_is_added_by_the_session_that_began_it() {
    let (mut house, mut member) = House::with_google_member(&hanako());
    house.ask_email(&mut member, NEW);
    let code = house.email_code(NEW).expect("mailed");
    let mut phone = Browser::phone();
    welcome(house.sign_in_with(&mut phone, &hanako()));
    phone.flow = member.flow;
    assert_eq!(house.type_email(&mut phone, code), refused(Reason::FlowGone));
    house.type_email(&mut member, code);
    assert_eq!(house.complete_email(&mut phone, SECRET), refused(Reason::FlowGone));
    let mut nobody = Browser { session: None, ..member.clone() };
    assert_eq!(house.complete_email(&mut nobody, SECRET), refused(Reason::NotSignedIn));
    assert!(house.of(&member).email.is_none());
    assert_eq!(house.complete_email(&mut member, SECRET), Outcome::Done);
}

#[test]
fn r_method_4_a_typed_address_that_is_taken_gets_the_same_answer_and_only_the_mail_says_so() {
    let (mut house, member) = House::with_google_member(&hanako());
    house.register(&mut Browser::stranger(), STRANGER);
    house.register_with(&mut Browser::stranger(), &at_apple());
    house.wait(Millis::minutes(2));
    house.forget_notices();
    let free = house.clone().ask_email(&mut member.clone(), NEW);
    for taken in [STRANGER, "hanako@apple.example"] {
        let mut house = house.clone();
        assert_eq!(house.ask_email(&mut member.clone(), taken), free);
        let [mail] = house.mails.as_slice() else { panic!("one mail") };
        assert_eq!((mail.kind, mail.challenge), (MailKind::EmailChangeTaken, None));
        assert_eq!(mail.to.as_stored(), taken);
        let row = house.challenges(taken).pop().expect("it counts like a code");
        assert_eq!(row.kind, ChallengeKind::AccountExists);
        let mut asking = member.clone();
        house.wait(Millis::minutes(1));
        house.ask_email(&mut asking, taken);
        let typed = house.type_email(&mut asking, TypedCode::Matches(row.id));
        assert_eq!(typed, refused(Reason::WrongCode), "and matches nothing");
    }
}

#[test]
fn i31_a_password_that_is_taken_away_is_on_the_list_of_what_happened() {
    let (mut house, mut owner) = with_google();
    house.forget_notices();
    assert_eq!(house.remove(&mut owner, BY_EMAIL, Some(BY_GOOGLE)), Outcome::Done);
    let lines = house.activities.iter().filter(|line| line.kind == ActivityKind::MethodRemoved);
    assert_eq!(lines.map(|line| line.method).collect::<Vec<_>>(), [Some(Method::Email)]);
}

#[test]
fn r_method_4_the_address_of_ones_own_provider_is_free_for_oneself() {
    let (mut house, mut member) = House::with_google_member(&hanako());
    house.add_email(&mut member, GMAIL);
    let account = house.of(&member);
    assert!(account.addressed().eq([BY_EMAIL, BY_GOOGLE]));
    assert_eq!(house.addresses(account.id), [email(GMAIL), email(GMAIL)]);
    let (mut house, mut owner) = with_google();
    house.change_email(&mut owner, GMAIL);
    assert!(house.has_account(GMAIL) && !house.has_account(OWNER));
}

#[test]
fn r_method_4_an_address_that_was_taken_meanwhile_is_not_added() {
    let (mut house, mut member) = House::with_google_member(&hanako());
    house.ask_email(&mut member, NEW);
    let code = house.email_code(NEW).expect("mailed");
    house.type_email(&mut member, code);
    house.wait(Millis::minutes(1));
    house.register(&mut Browser::stranger(), NEW);
    assert_eq!(house.complete_email(&mut member, SECRET), refused(Reason::AddressTaken), "I4");
    assert!(house.of(&member).email.is_none() && !house.has_flow(&member));
}

#[test]
fn r_method_4_an_identity_on_another_account_is_refused_and_nothing_is_moved() {
    let (mut house, member) = House::with_google_member(&hanako());
    let mut owner = Browser::phone();
    house.register(&mut owner, OWNER);
    house.forget_notices();
    let (before, theirs) = (house.account(OWNER).clone(), house.of(&member).clone());
    assert_eq!(house.link(&mut owner, &hanako()), refused(Reason::IdentityTaken));
    assert_eq!((house.account(OWNER), house.of(&member)), (&before, &theirs), "I3");
    assert!(house.mails.is_empty() && house.activities.is_empty());
}

#[test]
fn r_method_4_once_that_account_is_withdrawn_the_identity_can_be_added_here() {
    let (mut house, mut member) = House::with_google_member(&hanako());
    let mut owner = Browser::phone();
    house.register(&mut owner, OWNER);
    let withdrawn = house.withdraw(&mut member);
    assert!(matches!(withdrawn, Outcome::Withdrawn { .. }), "{withdrawn:?}");
    assert_eq!(house.link(&mut owner, &hanako()), Outcome::Linked(GOOGLE));
    assert_eq!(house.owner_of(&hanako()), Some(house.account(OWNER).id));
}

#[test]
fn an_account_has_one_identity_of_each_provider() {
    let (mut house, mut owner) = with_google();
    let second = shown(GOOGLE, "second", "second@gmail.example");
    assert_eq!(house.link(&mut owner, &second), refused(Reason::ProviderTaken));
    // Also where the first came in between.
    let (mut house, mut owner) = House::with_owner();
    house.begin_trip(&mut owner, GOOGLE, TripErrand::Link);
    let late = owner.trip;
    assert_eq!(house.link(&mut owner, &hanako()), Outcome::Linked(GOOGLE));
    let mut tab = Browser { trip: late, ..owner };
    assert_eq!(house.clone().arrive(&mut tab.clone(), &second), refused(Reason::ProviderTaken));
    assert_eq!(house.owner_of(&second), None);
    house.forget_notices();
    assert_eq!(house.arrive(&mut tab, &hanako()), Outcome::Linked(GOOGLE), "two tabs, one identity");
    assert!(house.mails.is_empty() && house.account(OWNER).links.len() == 1);
}

#[test]
fn r_reg_3_an_address_that_is_not_vouched_for_is_linked_without_it() {
    let (mut house, mut owner) = House::with_owner();
    house.link(&mut owner, &unvouched(&hanako()));
    let link = house.link_of(&owner, GOOGLE).expect("added");
    assert_eq!(link.address, None);
    assert!(house.account(OWNER).addressed().eq([BY_EMAIL]));
    assert_eq!(house.choose(&mut owner, BY_GOOGLE), refused(Reason::NotFound), "R-CONTACT-2");
    let gone = house.remove(&mut owner, BY_EMAIL, Some(BY_GOOGLE));
    assert_eq!(gone, refused(Reason::LastAddressed), "R-METHOD-6");
    // The address a provider reports is not unique and blocks nothing.
    let mut other = Browser::stranger();
    house.register(&mut other, STRANGER);
    let same = shown(APPLE, "other", OWNER);
    assert_eq!(house.link(&mut other, &same), Outcome::Linked(APPLE));
    assert_ne!(house.account(STRANGER).id, house.account(OWNER).id);
}

#[test]
fn r_method_5_a_method_that_is_removed_lets_nobody_in_any_more() {
    let (mut house, mut owner) = with_google();
    let mut by_google = Browser::phone();
    welcome(house.sign_in_with(&mut by_google, &hanako()));
    let mut by_password = Browser::of("tablet", "192.0.2.5");
    welcome(house.sign_in(&mut by_password, OWNER, SECRET));
    assert_eq!(house.remove(&mut owner, BY_GOOGLE, None), Outcome::Done);
    assert!(house.did(|e| matches!(e, Event::SessionEnded { reason: SessionEnd::MethodGone, .. })));
    assert!(!house.is_signed_in(&mut by_google), "what was begun with it is over");
    assert!(house.is_signed_in(&mut by_password) && house.is_signed_in(&mut owner));
    assert_eq!(house.owner_of(&hanako()), None);
    let met = house.sign_in_with(&mut Browser::phone(), &hanako());
    assert!(matches!(met, Outcome::IdentityFree(_)), "{met:?}");
    is_whole(house.account(OWNER));
}

#[test]
fn r_method_5_whoever_removes_the_method_of_the_own_session_stays_signed_in() {
    let (mut house, _) = with_google();
    let mut here = Browser::phone();
    welcome(house.sign_in_with(&mut here, &hanako()));
    assert_eq!(house.remove(&mut here, BY_GOOGLE, None), Outcome::Done);
    assert!(house.is_signed_in(&mut here));
}

#[test]
fn r_method_5_with_email_its_password_its_address_and_its_reset_codes_go() {
    let (mut house, mut owner) = with_google();
    let mut by_password = Browser::phone();
    welcome(house.sign_in(&mut by_password, OWNER, SECRET));
    house.ask_reset(&mut Browser::stranger(), OWNER);
    let ticket = house.pay(&mut Browser::stranger(), OWNER).expect("paid");
    let checked = house.check(OWNER, SECRET, ticket);
    let version = house.account(OWNER).password_version;
    assert_eq!(house.remove(&mut owner, BY_EMAIL, Some(BY_GOOGLE)), Outcome::Done);
    let account = house.of(&owner);
    assert_eq!((account.email.as_ref(), account.contact), (None, BY_GOOGLE));
    assert_eq!(account.password_version, version + 1, "I14: a check under way fits nothing");
    is_whole(account);
    assert!(!house.is_signed_in(&mut by_password));
    let late = house.settle(&mut Browser::stranger(), OWNER, checked);
    assert!(!matches!(late, Outcome::Welcome(_)), "{late:?}");
    assert!(house.challenges(OWNER).iter().all(|code| code.spent_at.is_some()), "B6");
    let guess = house.sign_in(&mut Browser::stranger(), OWNER, SECRET);
    assert_eq!(guess, refused(Reason::NoSuchAccount));
}

#[test]
fn i14_a_check_against_the_old_password_fits_none_that_was_added_later() {
    let (mut house, mut owner) = with_google();
    let ticket = house.pay(&mut Browser::stranger(), OWNER).expect("paid");
    let checked = house.check(OWNER, SECRET, ticket);
    house.remove(&mut owner, BY_EMAIL, Some(BY_GOOGLE));
    house.add_email(&mut owner, NEW);
    house.change_email(&mut owner, "third@example.org");
    let password = house.of(&owner).password().cloned().expect("chosen");
    assert!(checked.against.is_some_and(|old| old < password.version));
}

#[test]
fn r_method_5_the_contact_is_removed_only_together_with_naming_another() {
    let (mut house, mut owner) = with_google();
    for successor in [None, Some(BY_EMAIL), Some(BY_APPLE)] {
        let answer = house.remove(&mut owner, BY_EMAIL, successor);
        assert_eq!(answer, refused(Reason::NoSuccessor), "{successor:?}");
        assert!(house.last.is_empty());
    }
    assert_eq!(house.remove(&mut owner, BY_EMAIL, Some(BY_GOOGLE)), Outcome::Done);
    let account = house.of(&owner);
    assert_eq!((account.contact, account.contact_since), (BY_GOOGLE, house.now));
    assert_eq!(account.contact_address(), Some(&email(GMAIL)));
}

#[test]
fn r_method_5_where_the_contact_stays_a_named_successor_changes_nothing() {
    let (mut house, mut owner) = with_google();
    house.link(&mut owner, &at_apple());
    assert_eq!(house.remove(&mut owner, BY_GOOGLE, Some(BY_APPLE)), Outcome::Done);
    assert_eq!(house.account(OWNER).contact, BY_EMAIL);
}

#[test]
fn r_method_6_i1_the_last_method_with_an_address_stays() {
    let (mut house, mut owner) = House::with_owner();
    for successor in [None, Some(BY_EMAIL), Some(BY_GOOGLE)] {
        assert_eq!(house.remove(&mut owner, BY_EMAIL, successor), refused(Reason::LastAddressed));
    }
    let (mut house, mut member) = House::with_google_member(&hanako());
    assert_eq!(house.remove(&mut member, BY_GOOGLE, None), refused(Reason::LastAddressed));
    assert_eq!(house.remove(&mut member, BY_APPLE, None), refused(Reason::NotFound));
    assert_eq!(house.remove(&mut member, BY_EMAIL, None), refused(Reason::NotFound));
}

#[test]
fn i1_two_tabs_that_remove_different_methods_leave_one() {
    let (mut house, mut owner) = with_google();
    let mut tab = owner.clone();
    assert_eq!(house.remove(&mut owner, BY_GOOGLE, None), Outcome::Done);
    assert_eq!(house.remove(&mut tab, BY_EMAIL, Some(BY_GOOGLE)), refused(Reason::LastAddressed));
    is_whole(house.account(OWNER));
    assert_eq!(house.remove(&mut tab, BY_GOOGLE, None), refused(Reason::NotFound));
}

#[test]
fn i2_of_a_contact_that_is_chosen_in_one_tab_and_removed_in_another_one_wins_whole() {
    let (mut house, mut owner) = with_google();
    let mut tab = owner.clone();
    assert_eq!(house.choose(&mut tab, BY_GOOGLE), Outcome::Done);
    assert_eq!(house.remove(&mut owner, BY_GOOGLE, None), refused(Reason::NoSuccessor));
    is_whole(house.account(OWNER));
    assert_eq!(house.remove(&mut owner, BY_EMAIL, None), Outcome::Done);
    assert_eq!(house.choose(&mut tab, BY_EMAIL), refused(Reason::NotFound));
    is_whole(house.of(&owner));
}

#[test]
fn r_method_3_i28_each_of_these_needs_a_proof_of_the_last_10_minutes() {
    type Step = fn(&mut House, &mut Browser) -> Outcome;
    let steps: [(&str, Step); 5] = [
        ("remove", |house, owner| house.remove(owner, BY_GOOGLE, None)),
        ("choose the contact", |house, owner| house.choose(owner, BY_GOOGLE)),
        ("withdraw", |house, owner| house.withdraw(owner)),
        ("change the address", |house, owner| house.ask_email(owner, NEW)),
        ("add", |house, owner| house.begin_trip(owner, APPLE, TripErrand::Link)),
    ];
    for (name, step) in steps {
        for (waited, within) in around(Millis::minutes(10)) {
            let (mut house, mut owner) = with_google();
            house.wait(waited);
            let answer = step(&mut house, &mut owner);
            assert_eq!(answer == refused(Reason::ProofStale), !within, "{name}: {answer:?}");
            assert_eq!(house.last.is_empty(), !within, "{name}");
        }
        let (mut house, _) = with_google();
        let nobody = step(&mut house, &mut Browser::stranger());
        assert_eq!(nobody, refused(Reason::NotSignedIn), "{name}");
    }
}

#[test]
fn r_method_10_a_removed_identity_offers_the_undo_before_a_registration_for_72_hours() {
    for (waited, within) in around(Millis::hours(72)) {
        let (mut house, mut owner) = with_google();
        house.remove(&mut owner, BY_GOOGLE, None);
        let (id, until) = (house.account(OWNER).id, house.now.plus(Millis::hours(72)));
        house.wait(waited);
        let met = house.sign_in_with(&mut Browser::phone(), &hanako());
        let Outcome::IdentityFree(needs) = met else { panic!("{met:?}") };
        assert_eq!(needs.address, AddressNeed::Proven);
        let former = needs.former.map(|former| (former.account, former.way, former.until));
        assert_eq!(former, within.then_some((id, FormerWay::Removed, until)));
    }
}

#[test]
fn r_method_10_what_was_removed_and_registered_anew_is_nobodys_to_offer() {
    let (mut house, mut owner) = with_google();
    house.remove(&mut owner, BY_GOOGLE, None);
    let mut other = Browser::stranger();
    house.register_with(&mut other, &hanako());
    house.link(&mut other, &at_apple());
    let state = house.world.identity(&hanako().identity);
    assert_eq!((state.owner, state.former), (Some(house.of(&other).id), None));
}

#[test]
fn r_method_10_nobody_is_offered_what_nobody_may_undo() {
    let (mut house, _) = with_google();
    house.wait(Millis::hours(72));
    let mut by_google = Browser::phone();
    welcome(house.sign_in_with(&mut by_google, &hanako()));
    house.link(&mut by_google, &at_apple());
    assert_eq!(house.remove(&mut by_google, BY_APPLE, None), Outcome::Done);
    assert_eq!(house.world.identity(&at_apple().identity).former, None);
    let session = house.world.session(by_google.session.expect("in")).expect("there");
    assert_eq!(session.proved_by, Method::Provider(GOOGLE), "established: it gives no undo");
}
