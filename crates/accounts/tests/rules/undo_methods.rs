//! The undo of added and removed methods, of the contact and the address, in every order (R-METHOD-10).
//!
//! Whatever was changed in whatever order, the number of one change puts the login methods back as they were before it.
//! Who gets a number was there before; a proof by a provider that was there before gives none.

use accounts::{
    Addressed, CredentialId, Event, Identity, KeptEmail, MailKind, Methods, Millis, NumberId, Outcome,
    Reason, Shown, TypedNumber,
};
use proptest::prelude::*;

use super::house::{
    APPLE, BY_APPLE, BY_EMAIL, BY_GOOGLE, Browser, GOOGLE, House, OWNER, SECRET, STRANGER, around,
    refused, shown, welcome,
};
use crate::support::email;

const GMAIL: &str = "hanako@gmail.example";
const DAYS_3: Millis = Millis::hours(72);

fn hanako() -> Shown {
    shown(GOOGLE, "hanako", GMAIL)
}

fn at_apple() -> Shown {
    shown(APPLE, "hanako", "h@apple.example")
}

fn to(address: &str, number: bool) -> (String, bool) {
    (address.to_owned(), number)
}

/// The owner a minute after registering: what is added now was not there since then.
fn settled() -> (House, Browser) {
    let (mut house, owner) = House::with_owner();
    house.wait(Millis::minutes(1));
    (house, owner)
}

/// Who somebody is there, by which addresses, and with which credentials; a method that was removed and added again is
/// there since then.
type Plainly<'a> = (Option<&'a KeptEmail>, Vec<&'a Identity>, Vec<&'a CredentialId>, Addressed);

fn plainly(methods: &Methods) -> Plainly<'_> {
    let links = methods.links.iter().map(|link| &link.identity).collect();
    let keys = methods.passkeys.iter().map(|known| &known.credential).collect();
    (methods.email.as_ref(), links, keys, methods.contact)
}

/// What a member, or a thief, can do to an account.
#[derive(Clone, Copy, Debug)]
enum Step {
    Link(bool),
    Remove(Addressed, Addressed),
    Contact(Addressed),
    Email,
    Password,
    Key(u8),
    Unkey(u8),
}

/// A change that was made: the methods before it, and the numbers that were mailed about it.
struct Made {
    before: Methods,
    numbers: Vec<(String, NumberId)>,
}

fn act(house: &mut House, owner: &mut Browser, step: Step, place: usize) -> Option<Made> {
    let before = Methods::of(house.of(owner));
    house.forget_notices();
    match step {
        Step::Link(google) => {
            house.link(owner, &if google { hanako() } else { at_apple() });
        }
        Step::Remove(method, successor) => {
            house.remove(owner, method, Some(successor));
        }
        Step::Contact(method) => {
            house.choose(owner, method);
        }
        Step::Email => {
            let address = format!("mail{place}@example.org");
            if before.email.is_some() {
                house.change_email(owner, &address);
            } else {
                house.add_email(owner, &address);
            }
        }
        Step::Password => {
            house.change_password(owner, &format!("password {place}"));
        }
        Step::Key(number) => {
            house.add_passkey(owner, number);
        }
        Step::Unkey(number) => {
            if let Some(known) = house.known(number) {
                house.remove_passkey(owner, known.id);
            }
        }
    }
    let account = house.of(owner);
    assert!(account.addressed().any(|method| method == account.contact), "I1, I2");
    if !house.did(|event| matches!(event, Event::ChangeNoted { .. })) {
        return None;
    }
    let numbered = house.mails.iter().filter_map(|mail| Some((&mail.to, mail.number?)));
    let numbers = numbered.map(|(to, number)| (to.as_stored().to_owned(), number)).collect();
    Some(Made { before, numbers })
}

fn any_step() -> impl Strategy<Value = Step> {
    let method = || prop_oneof![Just(BY_EMAIL), Just(BY_GOOGLE), Just(BY_APPLE)];
    prop_oneof![
        3 => any::<bool>().prop_map(Step::Link),
        2 => (method(), method()).prop_map(|(gone, heir)| Step::Remove(gone, heir)),
        2 => method().prop_map(Step::Contact),
        1 => Just(Step::Email),
        1 => Just(Step::Password),
        2 => (1..4_u8).prop_map(Step::Key),
        1 => (1..4_u8).prop_map(Step::Unkey),
    ]
}

/// Undoes the change at `place`, and then every older one that has a number, each from where the last has led to.
fn takes_back(house: &House, id: accounts::AccountId, made: &[Made], place: usize) {
    let mut house = house.clone();
    for (older, change) in made.iter().enumerate().take(place + 1).rev() {
        let Some((address, number)) = change.numbers.first() else {
            continue;
        };
        let answer = house.undo(address, TypedNumber::Matches(*number));
        assert_eq!(answer, Outcome::TakenBack, "change {older}");
        let now = house.methods(id);
        assert_eq!(plainly(&now), plainly(&change.before), "change {older}");
        assert_eq!(now.contact_since, change.before.contact_since, "change {older}");
        let account = house.by_id(id);
        assert!(account.password().is_none() && account.sessions.is_empty());
        assert!(account.devices.is_empty());
        house.wait(Millis::minutes(11));
        for (address, number) in made.iter().skip(older).flat_map(|made| &made.numbers) {
            let again = house.undo(address, TypedNumber::Matches(*number));
            assert_eq!(again, refused(Reason::NumberSpent), "the younger ones have died");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn r_method_10_each_change_is_undone_with_everything_later_in_all_orders(
        steps in proptest::collection::vec(any_step(), 1..9)
    ) {
        let (mut house, mut owner) = House::with_owner();
        let id = house.account(OWNER).id;
        let mut made = Vec::new();
        for (place, step) in steps.into_iter().enumerate() {
            house.wait(Millis::minutes(1));
            made.extend(act(&mut house, &mut owner, step, place));
        }
        if let Some(first) = made.first() {
            assert!(first.numbers.iter().any(|(address, _)| address == OWNER), "she was there before");
        }
        for place in 0..made.len() {
            takes_back(&house, id, &made, place);
        }
    }
}

#[test]
fn r_method_10_several_of_these_at_once_are_taken_back_by_the_first_number() {
    let (mut house, mut thief) = House::with_owner();
    let id = house.account(OWNER).id;
    let before = house.methods(id);
    house.link(&mut thief, &hanako());
    let number = house.number(MailKind::MethodAdded, OWNER).expect("a number");
    house.choose(&mut thief, BY_GOOGLE);
    house.remove(&mut thief, BY_EMAIL, None);
    house.link(&mut thief, &at_apple());
    house.add_email(&mut thief, STRANGER);
    house.choose(&mut thief, BY_APPLE);
    assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
    assert_eq!(house.methods(id), before);
    assert!(!house.is_signed_in(&mut thief));
    assert_eq!((house.owner_of(&hanako()), house.owner_of(&at_apple())), (None, None));
    assert!(!house.has_account(STRANGER));
    house.wait(Millis::minutes(1));
    assert_eq!(house.reset(&mut Browser::phone(), OWNER, "next").account, id);
}

#[test]
fn r_method_10_a_removed_method_comes_back_as_it_was_and_is_offered_no_more() {
    let (mut house, mut owner) = settled();
    house.link(&mut owner, &hanako());
    let link = house.link_of(&owner, GOOGLE);
    house.forget_notices();
    house.remove(&mut owner, BY_GOOGLE, None);
    let number = house.number(MailKind::MethodRemoved, OWNER).expect("a number");
    assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
    assert_eq!(house.account(OWNER).link(GOOGLE).cloned(), link);
    assert_eq!(house.world.identity(&hanako().identity).former, None);
    welcome(house.sign_in_with(&mut Browser::phone(), &hanako()));
}

#[test]
fn r_method_3_r_method_10_an_added_method_is_told_to_the_contact_with_a_number() {
    let (mut house, mut owner) = settled();
    house.link(&mut owner, &hanako());
    assert_eq!(house.told(MailKind::MethodAdded), [to(OWNER, true)]);
    let mail = &house.mails[0];
    let google = accounts::Method::Provider(GOOGLE);
    assert_eq!((mail.method, mail.after.clone()), (Some(google), Some(email(GMAIL))));
    assert_eq!(house.mails.len(), 1);
    house.choose(&mut owner, BY_GOOGLE);
    house.forget_notices();
    house.link(&mut owner, &at_apple());
    assert_eq!(house.told(MailKind::MethodAdded), [to(GMAIL, false)], "a new contact has no right");
}

#[test]
fn r_method_3_r_method_10_an_added_email_is_told_to_the_contact_and_can_be_undone() {
    let (mut house, mut member) = House::with_google_member(&hanako());
    let id = house.of(&member).id;
    house.wait(Millis::minutes(1));
    house.link(&mut member, &at_apple());
    // Apple has just come: its proof is none that would take the undo away.
    welcome(house.sign_in_with(&mut member, &at_apple()));
    let before = house.methods(id);
    house.forget_notices();
    house.add_email(&mut member, STRANGER);
    assert_eq!(house.told(MailKind::MethodAdded), [to(GMAIL, true)], "there since registration");
    let mail = house.newest(MailKind::MethodAdded, GMAIL).expect("it");
    let method = Some(accounts::Method::Email);
    assert_eq!((mail.method, mail.after.clone()), (method, Some(email(STRANGER))));
    let number = house.number(MailKind::MethodAdded, GMAIL).expect("a number");
    assert_eq!(house.undo(GMAIL, number), Outcome::TakenBack);
    assert_eq!(house.methods(id), before);
    assert!(!house.has_account(STRANGER) && !house.is_signed_in(&mut member));
    assert_eq!(welcome(house.sign_in_with(&mut member, &hanako())).account, id, "the way on");
}

#[test]
fn r_method_10_a_removed_method_is_told_to_the_contact_and_to_its_own_address() {
    for (waited, young) in around(DAYS_3) {
        let (mut house, mut owner) = settled();
        house.link(&mut owner, &hanako());
        house.wait(waited);
        welcome(house.sign_in(&mut owner, OWNER, SECRET));
        house.forget_notices();
        house.remove(&mut owner, BY_GOOGLE, None);
        let told = house.told(MailKind::MethodRemoved);
        assert_eq!(told, [to(OWNER, true), to(GMAIL, !young)], "{waited:?}");
        let mail = &house.mails[0];
        assert_eq!((mail.before.clone(), mail.after.clone()), (Some(email(GMAIL)), None));
    }
}

#[test]
fn r_method_10_both_addresses_that_were_there_can_take_it_back_each_with_its_own_number() {
    for address in [OWNER, GMAIL] {
        let (mut house, mut owner) = settled();
        house.link(&mut owner, &hanako());
        house.wait(DAYS_3);
        welcome(house.sign_in(&mut owner, OWNER, SECRET));
        let before = house.methods(house.account(OWNER).id);
        house.remove(&mut owner, BY_EMAIL, Some(BY_GOOGLE));
        let id = house.of(&owner).id;
        let told = house.told(MailKind::MethodRemoved);
        assert_eq!(
            told,
            [to(OWNER, true), to(GMAIL, false)],
            "the heir is told, and was not it before"
        );
        house.forget_notices();
        house.prove_with(&mut owner, &hanako());
        let number = house.number(MailKind::MethodRemoved, address);
        assert_eq!(number, None);
        house.ask_reset(&mut Browser::phone(), OWNER);
        let again = house.number(MailKind::UndoAgain, OWNER).expect("mailed again");
        assert_eq!(house.undo(OWNER, again), Outcome::TakenBack);
        assert_eq!(house.methods(id), before);
    }
}

#[test]
fn r_method_10_the_old_address_is_told_of_its_change_also_where_it_is_not_the_contact() {
    let (mut house, mut owner) = settled();
    house.link(&mut owner, &hanako());
    house.choose(&mut owner, BY_GOOGLE);
    house.forget_notices();
    house.change_email(&mut owner, STRANGER);
    let told = house.told(MailKind::EmailChanged);
    assert_eq!(told, [to(GMAIL, false), to(OWNER, true), to(STRANGER, false)]);
    let number = house.number(MailKind::EmailChanged, OWNER).expect("a number");
    assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
    assert!(house.has_account(OWNER) && house.account(OWNER).contact == BY_GOOGLE);
}

#[test]
fn r_method_10_a_new_contact_has_the_right_when_it_was_it_for_72_hours() {
    for (waited, young) in around(DAYS_3) {
        let (mut house, mut owner) = settled();
        house.link(&mut owner, &hanako());
        house.wait(DAYS_3);
        welcome(house.sign_in(&mut owner, OWNER, SECRET));
        house.choose(&mut owner, BY_GOOGLE);
        house.wait(waited);
        welcome(house.sign_in(&mut owner, OWNER, SECRET));
        house.forget_notices();
        house.link(&mut owner, &at_apple());
        assert_eq!(house.told(MailKind::MethodAdded), [to(GMAIL, !young)], "{waited:?}");
    }
}

#[test]
fn r_method_10_a_change_with_the_proof_of_a_provider_of_72_hours_is_told_and_gives_no_undo() {
    for (waited, young) in around(DAYS_3) {
        let (mut house, mut owner) = settled();
        house.link(&mut owner, &hanako());
        house.wait(waited);
        let mut by_google = Browser::phone();
        welcome(house.sign_in_with(&mut by_google, &hanako()));
        house.forget_notices();
        house.change_email(&mut by_google, STRANGER);
        let told = house.told(MailKind::EmailChanged);
        assert_eq!(told, [to(OWNER, young), to(STRANGER, false)], "{waited:?}");
        house.ask_reset(&mut Browser::phone(), OWNER);
        assert_eq!(house.count(MailKind::UndoAgain, OWNER), usize::from(young));
    }
}

#[test]
fn r_method_10_the_provider_one_registered_with_is_such_a_proof_after_72_hours_and_not_before() {
    for (waited, young) in around(DAYS_3) {
        let (mut house, _) = House::with_google_member(&hanako());
        house.wait(waited);
        let mut member = Browser::phone();
        welcome(house.sign_in_with(&mut member, &hanako()));
        house.forget_notices();
        house.link(&mut member, &at_apple());
        let contact = hanako().address.expect("an address");
        assert_eq!(house.told(MailKind::MethodAdded), [to(contact.as_stored(), young)], "{waited:?}");
    }
}

#[test]
fn r_method_10_what_counts_is_the_newest_proof_of_the_session() {
    let (mut house, mut owner) = settled();
    house.link(&mut owner, &hanako());
    house.wait(DAYS_3);
    let mut browser = Browser::phone();
    welcome(house.sign_in(&mut browser, OWNER, SECRET));
    house.prove_with(&mut browser, &hanako());
    house.forget_notices();
    house.link(&mut browser, &at_apple());
    assert_eq!(house.told(MailKind::MethodAdded), [to(OWNER, false)], "shown again with Google");
    house.prove(&mut browser, OWNER, SECRET);
    house.forget_notices();
    house.remove(&mut browser, BY_APPLE, None);
    let told = house.told(MailKind::MethodRemoved);
    assert_eq!(told, [to(OWNER, true), to("h@apple.example", false)], "and with the password");
}

#[test]
fn r_method_10_a_thiefs_own_provider_gives_him_no_such_proof() {
    let (mut house, mut thief) = House::with_owner();
    house.wait(Millis::days(30));
    welcome(house.sign_in(&mut thief, OWNER, SECRET));
    house.link(&mut thief, &shown(GOOGLE, "thief", "thief@gmail.example"));
    let theirs = shown(GOOGLE, "thief", "thief@gmail.example");
    house.prove_with(&mut thief, &theirs);
    house.forget_notices();
    house.change_email(&mut thief, STRANGER);
    assert_eq!(house.told(MailKind::EmailChanged), [to(OWNER, true), to(STRANGER, false)]);
}

#[test]
fn r_method_10_an_undo_of_methods_is_no_change_and_tells_whom_it_took_away() {
    let (mut house, mut owner) = settled();
    house.link(&mut owner, &hanako());
    let number = house.number(MailKind::MethodAdded, OWNER).expect("a number");
    house.choose(&mut owner, BY_GOOGLE);
    house.forget_notices();
    assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
    let noted = |e: &Event| matches!(e, Event::ChangeNoted { .. } | Event::NumberIssued { .. });
    assert!(!house.did(noted));
    assert_eq!(house.told(MailKind::Undone), [to(OWNER, false), to(GMAIL, false)]);
    assert_eq!(house.mails.len(), 2);
    assert!(house.account(OWNER).changes.is_empty());
    let met = house.sign_in_with(&mut Browser::phone(), &hanako());
    assert!(matches!(met, Outcome::IdentityFree(needs) if needs.former.is_none()));
}

#[test]
fn r_method_10_what_somebody_else_has_proven_since_does_not_come_back() {
    let (mut house, mut owner) = settled();
    house.link(&mut owner, &hanako());
    house.choose(&mut owner, BY_GOOGLE);
    house.forget_notices();
    house.remove(&mut owner, BY_GOOGLE, Some(BY_EMAIL));
    house.ask_reset(&mut Browser::phone(), OWNER);
    let mut other = Browser::stranger();
    house.register_with(&mut other, &hanako());
    house.change_email(&mut owner, STRANGER);
    let number = house.number(MailKind::EmailChanged, OWNER).expect("a number");
    let id = house.of(&owner).id;
    assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
    assert_eq!(house.owner_of(&hanako()), Some(house.of(&other).id), "I3");
    let account = house.by_id(id);
    assert!(account.addressed().eq([BY_EMAIL]) && account.contact == BY_EMAIL, "I2");
}

#[test]
fn r_method_10_a_provider_that_stayed_keeps_the_address_it_has_now() {
    let (mut house, mut owner) = settled();
    house.link(&mut owner, &hanako());
    house.link(&mut owner, &at_apple());
    let number = house.newest(MailKind::MethodAdded, OWNER).and_then(|mail| mail.number);
    house.follow(&mut owner, &shown(GOOGLE, "hanako", "moved@gmail.example"));
    let number = TypedNumber::Matches(number.expect("a number"));
    assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
    let account = house.account(OWNER);
    assert!(account.addressed().eq([BY_EMAIL, BY_GOOGLE]));
    assert_eq!(account.address_of(BY_GOOGLE), Some(&email("moved@gmail.example")), "R-METHOD-9");
}

#[test]
fn r_lock_7_an_undo_of_methods_lifts_no_suspension_and_frees_no_held_method() {
    let (mut house, mut owner) = settled();
    house.link(&mut owner, &hanako());
    house.link(&mut owner, &at_apple());
    let number = house.newest(MailKind::MethodAdded, OWNER).and_then(|mail| mail.number);
    house.suspend();
    let at = house.now;
    house.hear("1", &hanako(), at, accounts::News::Hijacked);
    let number = TypedNumber::Matches(number.expect("a number"));
    assert_eq!(house.undo(OWNER, number), Outcome::TakenBack);
    let account = house.account(OWNER);
    assert!(account.suspended.is_some());
    assert!(account.link(GOOGLE).expect("it stays").held_at.is_some(), "I35");
}
