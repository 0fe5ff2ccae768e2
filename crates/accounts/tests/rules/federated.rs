//! Signing in and registering with a provider (R-REG-4 and 6, R-SIGNIN-5 and 7, D1, D2, D6, D13, D16, D19).
//!
//! Somebody is who the provider says by issuer and subject; nothing else that it says, and no address, lets anybody
//! in. An account comes to be when the person confirms it, and never before.

use accounts::{
    ActivityKind, AddressNeed, Command, Event, Identity, IdentityNeeds, Line, MailKind, Method, Millis,
    Outcome, Provider, Reason, Registration, Relay, SessionKind, Shown, Stage, TermsState, TripErrand,
    TypedCode, Vouched,
};

use super::house::{
    APPLE, BY_GOOGLE, Browser, GOOGLE, House, OWNER, SECRET, STRANGER, around, refused, shown,
    unvouched, welcome,
};
use crate::support::email;

const HALF_HOUR: Millis = Millis::minutes(30);

fn hanako() -> Shown {
    shown(GOOGLE, "hanako", "hanako@gmail.example")
}

fn needs(outcome: Outcome) -> IdentityNeeds {
    match outcome {
        Outcome::IdentityFree(needs) => needs,
        other => panic!("not a free identity: {other:?}"),
    }
}

#[test]
fn r_reg_4_an_unseen_identity_leads_to_a_confirmation_and_then_to_an_account() {
    let (mut house, mut browser) = (House::new(), Browser::owner());
    let needs = needs(house.sign_in_with(&mut browser, &hanako()));
    assert_eq!((needs.address, needs.former), (AddressNeed::Proven, None));
    assert_eq!(needs.until, house.now.plus(HALF_HOUR));
    assert!(house.world.accounts.is_empty() && house.mails.is_empty(), "nothing before that");
    let session = welcome(house.confirm(&mut browser));
    let account = house.of(&browser);
    assert_eq!((account.id, account.contact), (session.account, BY_GOOGLE));
    assert_eq!(account.contact_address(), Some(&email("hanako@gmail.example")));
    assert_eq!((account.email.as_ref(), account.password_version), (None, 0));
    assert_eq!(account.display_name.as_str(), "Hanako", "as it was confirmed");
    let [link] = account.links.as_slice() else { panic!("one method") };
    assert_eq!((link.provider, &link.identity), (GOOGLE, &hanako().identity));
    assert_eq!((link.added.at, link.added.by, link.held_at), (house.now, None, None));
    let address = link.address.as_ref().expect("vouched for");
    assert_eq!((address.proven_at, address.relay), (house.now, Relay::Own));
    assert_eq!(account.contact_since, account.created_at);
    assert!(house.is_signed_in(&mut browser), "R-REG-1");
    assert_eq!(house.confirm(&mut browser), refused(Reason::FlowGone), "it is done once");
}

#[test]
fn r_reg_6_registering_with_a_provider_sends_a_welcome_and_no_notice() {
    let (mut house, mut browser) = (House::new(), Browser::owner());
    house.register_with(&mut browser, &hanako());
    assert_eq!(house.told(MailKind::Welcome), [("hanako@gmail.example".to_owned(), false)]);
    assert_eq!(house.mails.len(), 1);
    assert_eq!(house.activity_kinds(), [ActivityKind::Registered]);
}

#[test]
fn r_reg_4_the_confirmation_waits_30_minutes() {
    for (waited, within) in around(HALF_HOUR) {
        let (mut house, mut browser) = (House::new(), Browser::owner());
        house.sign_in_with(&mut browser, &hanako());
        house.wait(waited);
        let confirmed = house.confirm(&mut browser);
        assert_eq!(matches!(confirmed, Outcome::Welcome(_)), within, "{confirmed:?}");
        assert_eq!(house.world.accounts.is_empty(), !within);
    }
}

#[test]
fn r_reg_4_an_address_that_is_not_vouched_for_is_proven_by_a_code_first() {
    let (mut house, mut browser) = (House::new(), Browser::owner());
    let needs = needs(house.sign_in_with(&mut browser, &unvouched(&hanako())));
    assert_eq!(needs.address, AddressNeed::Code);
    assert_eq!(house.stage(&browser), Some(Stage::Address));
    assert_eq!(house.confirm(&mut browser), refused(Reason::FlowElsewhere));
    let early = house.type_identity_code(&mut browser, TypedCode::Unknown);
    assert_eq!(early, refused(Reason::FlowElsewhere), "no code was asked for");
    assert!(house.mails.is_empty(), "the person says where the code goes");
    house.ask_identity_address(&mut browser, "hanako@gmail.example");
    assert_eq!(house.confirm(&mut browser), refused(Reason::FlowElsewhere));
    let wrong = house.type_identity_code(&mut browser, TypedCode::Unknown);
    assert_eq!(wrong, refused(Reason::WrongCode));
    let code = house.identity_code("hanako@gmail.example");
    let proven = house.type_identity_code(&mut browser, code);
    assert!(matches!(proven, Outcome::IdentityFree(n) if n.address == AddressNeed::Proven));
    let again = house.type_identity_code(&mut browser, TypedCode::Unknown);
    assert!(matches!(again, Outcome::IdentityFree(_)), "it has been proven: {again:?}");
    assert!(house.world.accounts.is_empty(), "a code makes no account");
    welcome(house.confirm(&mut browser));
    assert_eq!(house.of(&browser).contact_address(), Some(&email("hanako@gmail.example")));
}

#[test]
fn r_reg_4_without_any_address_of_the_provider_the_person_names_one() {
    let (mut house, mut browser) = (House::new(), Browser::owner());
    let nameless = Shown { address: None, ..hanako() };
    let needs = needs(house.sign_in_with(&mut browser, &nameless));
    assert_eq!(needs.address, AddressNeed::Code, "there is none to vouch for");
    house.ask_identity_address(&mut browser, "typed@example.org");
    let code = house.identity_code("typed@example.org");
    house.type_identity_code(&mut browser, code);
    welcome(house.confirm(&mut browser));
    let link = house.link_of(&browser, GOOGLE).expect("added");
    let address = link.address.expect("proven");
    assert_eq!((address.email, address.relay), (email("typed@example.org"), Relay::Own));
}

#[test]
fn r_reg_4_a_relay_stays_one_only_where_its_own_address_was_proven() {
    for (typed, wanted) in [("x@relay.example", Relay::Private), ("own@example.org", Relay::Own)] {
        let (mut house, mut browser) = (House::new(), Browser::owner());
        let hidden = Shown { relay: Relay::Private, ..shown(APPLE, "hanako", "x@relay.example") };
        house.sign_in_with(&mut browser, &unvouched(&hidden));
        house.ask_identity_address(&mut browser, typed);
        let code = house.identity_code(typed);
        house.type_identity_code(&mut browser, code);
        welcome(house.confirm(&mut browser));
        let address = house.link_of(&browser, APPLE).and_then(|link| link.address);
        assert_eq!(address.expect("proven").relay, wanted, "{typed}");
    }
    let (mut house, mut browser) = (House::new(), Browser::owner());
    let hidden = Shown { relay: Relay::Private, ..shown(APPLE, "hanako", "x@relay.example") };
    house.register_with(&mut browser, &hidden);
    let address = house.link_of(&browser, APPLE).and_then(|link| link.address);
    assert_eq!(address.expect("vouched for").relay, Relay::Private);
}

#[test]
fn i10_i29_the_code_is_for_that_address_and_that_purpose() {
    let (mut house, mut browser) = (House::new(), Browser::owner());
    house.sign_in_with(&mut browser, &unvouched(&hanako()));
    house.ask_identity_address(&mut browser, "hanako@gmail.example");
    let mut other = Browser::stranger();
    house.ask_code(&mut other, STRANGER);
    let foreign = house.identity_code(STRANGER);
    assert_eq!(house.type_identity_code(&mut browser, foreign), refused(Reason::WrongCode));
    let code = house.identity_code("hanako@gmail.example");
    let mut at_the_same = Browser::phone();
    house.ask_code(&mut at_the_same, "hanako@gmail.example");
    assert_eq!(house.type_code(&mut at_the_same, code), refused(Reason::WrongCode), "I10");
    house.wait(HALF_HOUR);
    let late = house.type_identity_code(&mut browser, code);
    assert_eq!(late, refused(Reason::FlowGone), "I11");
}

#[test]
fn r_lock_8_the_code_sets_the_counts_of_its_address_back_and_nothing_else_does() {
    let (mut house, mut browser) = (House::new(), Browser::owner());
    house.guess_wrong(12, "hanako@gmail.example");
    house.sign_in_with(&mut browser, &unvouched(&hanako()));
    house.ask_identity_address(&mut browser, "hanako@gmail.example");
    house.type_identity_code(&mut browser, TypedCode::Unknown);
    assert!(house.is_locked("hanako@gmail.example"), "neither asking nor a wrong code does");
    let code = house.identity_code("hanako@gmail.example");
    house.type_identity_code(&mut browser, code);
    assert!(!house.is_locked("hanako@gmail.example"));
    let mut vouched = Browser::phone();
    house.guess_wrong(12, STRANGER);
    house.register_with(&mut vouched, &shown(APPLE, "other", STRANGER));
    assert!(house.is_locked(STRANGER), "a provider's word is no code");
}

#[test]
fn r_signin_5_every_sign_in_with_a_provider_is_mailed_to_the_contact_and_names_the_method() {
    let (mut house, _) = House::with_google_member(&hanako());
    let mut phone = Browser::phone();
    welcome(house.sign_in_with(&mut phone, &hanako()));
    let [mail] = house.mails.as_slice() else { panic!("one mail, not {:?}", house.mails) };
    assert_eq!((mail.kind, mail.to.as_stored()), (MailKind::SignIn, "hanako@gmail.example"));
    assert_eq!(mail.method, Some(Method::Provider(GOOGLE)));
    assert!(mail.number.is_some(), "R-SIGNIN-6");
    assert_eq!(mail.origin.address.as_str(), phone.network);
    let [line] = house.activities.as_slice() else { panic!("one line") };
    assert_eq!((line.kind, line.method), (ActivityKind::SignedIn, Some(Method::Provider(GOOGLE))));
    let session = house.world.session(phone.session.expect("in")).expect("there");
    assert_eq!((session.method, session.proved_by), (Method::Provider(GOOGLE), session.method));
    assert_eq!(session.proved_at, house.now, "signing in is a fresh proof");
}

#[test]
fn r_signin_5_the_notice_goes_to_the_contact_not_to_the_address_that_was_shown() {
    let (mut house, mut owner) = House::with_owner();
    house.link(&mut owner, &hanako());
    house.forget_notices();
    welcome(house.sign_in_with(&mut Browser::phone(), &hanako()));
    assert_eq!(house.told(MailKind::SignIn), [(OWNER.to_owned(), true)]);
    assert_eq!(house.mails.len(), 1);
}

#[test]
fn r_signin_7_signing_in_with_a_provider_replaces_the_session_and_drops_what_was_pending() {
    let (mut house, mut owner) = House::with_owner();
    house.register_with(&mut Browser::phone(), &hanako());
    house.ask_reset(&mut owner, STRANGER);
    let (old, pending) = (owner.session.expect("in"), owner.flow.expect("begun"));
    welcome(house.sign_in_with(&mut owner, &hanako()));
    assert_ne!(owner.session, Some(old));
    assert!(house.world.session(old).is_none(), "whoever's it was");
    assert!(house.world.flows.get(&pending).is_none());
    assert_eq!(house.of(&owner).contact, BY_GOOGLE);
}

#[test]
fn r_session_1_an_app_signs_in_with_a_provider_too() {
    let (mut house, _) = House::with_google_member(&hanako());
    let mut app = Browser { kind: SessionKind::App, ..Browser::phone() };
    welcome(house.sign_in_with(&mut app, &hanako()));
    let session = house.world.session(app.session.expect("in")).expect("there");
    assert_eq!(session.kind, SessionKind::App);
}

#[test]
fn d2_another_subject_with_the_same_address_is_never_let_in() {
    let (mut house, _) = House::with_google_member(&hanako());
    let id = house.owner_of(&hanako()).expect("registered");
    let before = house.by_id(id).clone();
    let other = shown(GOOGLE, "somebody else", "hanako@gmail.example");
    let mut browser = Browser::stranger();
    let met = house.sign_in_with(&mut browser, &other);
    assert!(matches!(met, Outcome::OfferMade { .. }), "{met:?}");
    assert_eq!(browser.session, None);
    assert_eq!(house.by_id(id), &before);
    assert_eq!(house.world.accounts.len(), 1);
}

#[test]
fn d6_every_claim_but_the_subject_may_change_and_the_account_is_the_same() {
    let (mut house, _) = House::with_google_member(&hanako());
    let id = house.owner_of(&hanako()).expect("registered");
    let moved = Shown {
        address: Some(email("moved@example.org")),
        vouched: Vouched::No,
        relay: Relay::Private,
        name: Line::clean("Somebody Else", 40),
        ..hanako()
    };
    let nameless = Shown { address: None, ..moved.clone() };
    for now in [moved, nameless] {
        assert_eq!(welcome(house.sign_in_with(&mut Browser::phone(), &now)).account, id);
    }
    assert_eq!(house.by_id(id).display_name.as_str(), "Hanako", "and stays as it was");
    assert_eq!(house.by_id(id).contact_address(), Some(&email("hanako@gmail.example")));
}

#[test]
fn d13_the_same_subject_at_another_issuer_is_somebody_else() {
    let (mut house, _) = House::with_google_member(&hanako());
    let at_apple = shown(APPLE, "hanako", "other@example.org");
    let mut browser = Browser::stranger();
    house.register_with(&mut browser, &at_apple);
    assert_ne!(house.owner_of(&at_apple), house.owner_of(&hanako()));
    // Nor is the provider's name here part of who somebody is there.
    let identity = Identity::new("https://evil.example", "hanako").expect("sound");
    let elsewhere = Shown { identity, ..hanako() };
    let met = house.sign_in_with(&mut Browser::phone(), &elsewhere);
    assert!(matches!(met, Outcome::OfferMade { .. }), "{met:?}");
}

#[test]
fn d13_an_identity_is_compared_byte_for_byte() {
    let (mut house, _) = House::with_google_member(&hanako());
    for subject in ["Hanako", "hanako ", "ｈanako"] {
        let other = shown(GOOGLE, subject, "new@example.org");
        let met = house.sign_in_with(&mut Browser::phone(), &other);
        assert!(matches!(met, Outcome::IdentityFree(_)), "{subject:?}: {met:?}");
    }
}

#[test]
fn d1_an_address_that_was_only_asked_for_is_in_nobodys_way() {
    let (mut house, mut attacker) = (House::new(), Browser::stranger());
    house.ask_code(&mut attacker, "hanako@gmail.example");
    let mut victim = Browser::owner();
    house.register_with(&mut victim, &hanako());
    assert_eq!(house.choose_password(&mut attacker, "planted"), refused(Reason::FlowElsewhere));
    let account = house.of(&victim);
    assert_eq!((account.sessions.len(), account.email.as_ref()), (1, None));
    let guess = house.sign_in(&mut attacker, "hanako@gmail.example", "planted");
    assert_eq!(guess, refused(Reason::NoSuchAccount));
}

#[test]
fn d16_where_registration_is_closed_no_step_with_a_provider_registers() {
    let (mut house, _) = House::with_google_member(&hanako());
    let taro = shown(APPLE, "taro", "taro@example.org");
    let (mut proven, mut unproven) = (Browser::stranger(), Browser::stranger());
    house.sign_in_with(&mut proven, &taro);
    house.sign_in_with(&mut unproven, &unvouched(&shown(APPLE, "jiro", "jiro@example.org")));
    house.policy.registration = Registration::Closed;
    let closed = refused(Reason::RegistrationClosed);
    assert_eq!(house.sign_in_with(&mut Browser::phone(), &taro), closed);
    assert_eq!(house.confirm(&mut proven), closed);
    assert_eq!(house.ask_identity_address(&mut unproven, "jiro@example.org"), closed);
    assert_eq!(house.world.accounts.len(), 1);
    welcome(house.sign_in_with(&mut Browser::phone(), &hanako()));
}

#[test]
fn r_signin_11_the_terms_are_accepted_with_the_confirmation() {
    let mut house = House::new();
    let version = Line::clean("2026-04", 20);
    house.policy.terms = Some(version.clone());
    let mut browser = Browser::owner();
    house.sign_in_with(&mut browser, &hanako());
    for terms in [None, Some(Line::clean("2020-01", 20))] {
        let display_name = Line::clean("", 0);
        let command = Command::RegisterIdentity { display_name, terms, kind: browser.kind };
        assert_eq!(house.ask(&mut browser, None, &command), refused(Reason::TermsMissing));
    }
    let welcome = welcome(house.confirm(&mut browser));
    assert_eq!(welcome.terms, TermsState::Accepted);
    let terms = house.of(&browser).terms.clone().expect("noted");
    assert_eq!((terms.version, terms.at), (version, house.now));
    house.policy.terms = Some(Line::clean("2027-01", 20));
    let later = house.sign_in_with(&mut Browser::phone(), &hanako());
    assert_eq!(super::house::welcome(later).terms, TermsState::Due, "D19");
}

#[test]
fn i3_of_two_browsers_with_one_identity_the_first_has_it() {
    let (mut house, mut one, mut other) = (House::new(), Browser::owner(), Browser::phone());
    house.sign_in_with(&mut one, &hanako());
    house.sign_in_with(&mut other, &hanako());
    let first = welcome(house.confirm(&mut one)).account;
    assert_eq!(house.confirm(&mut other), refused(Reason::IdentityTaken));
    assert!(!house.has_flow(&other), "it is over");
    assert_eq!((house.owner_of(&hanako()), house.world.accounts.len()), (Some(first), 1));
    assert_eq!(other.session, None, "I38: nobody is let into an existing account");
}

#[test]
fn i19_an_address_that_was_taken_meanwhile_makes_no_second_account() {
    let (mut house, mut browser) = (House::new(), Browser::owner());
    house.sign_in_with(&mut browser, &hanako());
    house.register(&mut Browser::phone(), "hanako@gmail.example");
    assert_eq!(house.confirm(&mut browser), refused(Reason::AddressTaken));
    assert!(!house.has_flow(&browser) && browser.session.is_none());
    assert_eq!((house.owner_of(&hanako()), house.world.accounts.len()), (None, 1));
}

#[test]
fn r_signin_10_an_arrival_that_looked_at_another_address_is_asked_again_and_loses_nothing() {
    let (mut house, mut owner) = House::with_owner();
    house.link(&mut owner, &hanako());
    let mut phone = Browser::phone();
    house.begin_trip(&mut phone, GOOGLE, TripErrand::SignIn);
    let (_, secret) = phone.trip.expect("begun");
    let arrive = Command::Arrive { browser: secret, shown: hanako(), kind: phone.kind };
    let early = house.ask(&mut phone, Some("hanako@gmail.example"), &arrive);
    assert_eq!(early, Outcome::Stale, "the account's own address is another");
    assert!(house.last.is_empty());
    welcome(house.arrive(&mut phone, &hanako()));
}

#[test]
fn providers_are_named_by_the_operator_within_bounds() {
    for sound in ["google", "apple", "line", "a", "my-idp2", &"a".repeat(31)] {
        assert_eq!(Provider::parse(sound).expect("sound").as_str(), sound);
    }
    for unsound in ["", "email", "passkey", "Google", "2idp", "-idp", "my_idp", "é", &"a".repeat(32)] {
        assert_eq!(Provider::parse(unsound), None, "{unsound:?}");
    }
    assert_eq!(Provider::parse("google"), Some(Provider::GOOGLE));
    assert_eq!(Provider::parse("apple"), Some(Provider::APPLE));
    assert_ne!(Provider::GOOGLE, Provider::APPLE);
}

#[test]
fn identities_have_two_sound_parts() {
    let long = "s".repeat(255);
    assert!(Identity::new("https://i.example", &long).is_some());
    assert!(Identity::new(&long, "s").is_some());
    let longer = "s".repeat(256);
    for (issuer, subject) in [
        ("", "s"),
        ("i", ""),
        ("i", longer.as_str()),
        (longer.as_str(), "s"),
        ("i", "a\nb"),
        ("\0", "s"),
    ] {
        assert_eq!(Identity::new(issuer, subject), None, "{issuer:?} {subject:?}");
    }
    let identity = Identity::new("https://i.example", "secret-subject").expect("sound");
    assert_eq!((identity.issuer(), identity.subject()), ("https://i.example", "secret-subject"));
    assert!(!format!("{identity:?}").contains("secret-subject"), "no log names it");
}

#[test]
fn r_signin_2_an_account_without_a_password_answers_a_guess_as_nobodys_address_does() {
    let (mut house, _) = House::with_google_member(&hanako());
    let at_member = house.sign_in(&mut Browser::stranger(), "hanako@gmail.example", SECRET);
    let at_nobody = house.sign_in(&mut Browser::stranger(), "nobody@example.org", SECRET);
    assert_eq!(at_member, at_nobody);
    assert!(house.activities.is_empty() && house.mails.is_empty());
    assert!(house.did(|event| matches!(event, Event::GuessesCounted { .. })));
}
