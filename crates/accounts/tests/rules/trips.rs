//! One round trip to a provider: whose it is, how often and how long it is good (I21, D10 to D12, R-SIGNIN-10).
//!
//! A trip is used once, by the browser that began it, for what it was begun for; a link or a fresh proof only by the
//! session that began it, as long as nothing has cancelled what was pending.

use accounts::{Command, Digest, MailKind, Method, Millis, Outcome, Reason, Shown, TripErrand};

use super::house::{
    APPLE, BY_EMAIL, Browser, GOOGLE, House, OWNER, SECRET, STRANGER, around, refused, shown, welcome,
};

const GONE: Outcome = Outcome::Refused(Reason::TripGone);

fn hanako() -> Shown {
    shown(GOOGLE, "hanako", "hanako@gmail.example")
}

/// The owner's browser with a trip begun to add Google.
fn linking() -> (House, Browser) {
    let (mut house, mut owner) = House::with_owner();
    assert_eq!(house.begin_trip(&mut owner, GOOGLE, TripErrand::Link), Outcome::Done);
    (house, owner)
}

fn nothing_was_linked(house: &House) {
    assert_eq!(house.owner_of(&hanako()), None);
    assert!(house.account(OWNER).links.is_empty());
}

#[test]
fn i21_a_trip_that_another_browser_brings_back_is_refused_and_stays_its_own() {
    let (mut house, mut browser) = (House::new(), Browser::owner());
    house.begin_trip(&mut browser, GOOGLE, TripErrand::SignIn);
    let (state, _) = browser.trip.expect("begun");
    for secret in [Digest([0; 32]), state, Digest([9; 32])] {
        let mut other = Browser { trip: Some((state, secret)), ..Browser::stranger() };
        assert_eq!(house.arrive(&mut other, &hanako()), GONE);
        assert!(house.last.is_empty());
    }
    assert!(matches!(house.arrive(&mut browser, &hanako()), Outcome::IdentityFree(_)));
}

#[test]
fn d10_a_link_begun_by_one_member_is_not_finished_in_the_browser_of_another() {
    let (mut house, attacker) = linking();
    let mut victim = Browser::phone();
    house.register(&mut victim, STRANGER);
    let own = victim.trip;
    victim.trip = attacker.trip.map(|(state, _)| (state, Digest([0; 32])));
    assert_eq!(house.arrive(&mut victim, &hanako()), GONE);
    // Not even with the attacker's cookie, planted.
    victim.trip = attacker.trip;
    assert_eq!(house.arrive(&mut victim, &hanako()), GONE);
    assert!(house.account(STRANGER).links.is_empty() && own.is_none());
    nothing_was_linked(&house);
}

#[test]
fn d11_a_trip_is_used_once_whatever_it_brought() {
    let (mut house, mut browser) = (House::new(), Browser::owner());
    let begin = |house: &mut House, browser: &mut Browser| {
        house.begin_trip(browser, GOOGLE, TripErrand::SignIn);
    };
    begin(&mut house, &mut browser);
    assert!(matches!(house.arrive(&mut browser, &hanako()), Outcome::IdentityFree(_)));
    assert_eq!(house.arrive(&mut browser, &hanako()), GONE);
    welcome(house.confirm(&mut browser));
    begin(&mut house, &mut browser);
    welcome(house.arrive(&mut browser, &hanako()));
    assert_eq!(house.arrive(&mut browser, &hanako()), GONE);
    assert_eq!(house.begin_trip(&mut browser, APPLE, TripErrand::Link), Outcome::Done);
    let apple = shown(APPLE, "hanako", "h@apple.example");
    assert_eq!(house.arrive(&mut browser, &apple), Outcome::Linked(APPLE));
    assert_eq!(house.arrive(&mut browser, &apple), GONE);
}

#[test]
fn d12_a_state_that_nobody_was_given_is_refused() {
    let mut house = House::new();
    let mut browser = Browser { trip: Some((Digest([7; 32]), Digest([8; 32]))), ..Browser::owner() };
    assert_eq!(house.arrive(&mut browser, &hanako()), GONE);
    browser.trip = None;
    assert_eq!(house.arrive(&mut browser, &hanako()), GONE);
    assert!(house.last.is_empty());
}

#[test]
fn i21_a_trip_may_take_10_minutes() {
    for (waited, within) in around(Millis::minutes(10)) {
        let (mut house, mut browser) = (House::new(), Browser::owner());
        house.begin_trip(&mut browser, GOOGLE, TripErrand::SignIn);
        house.wait(waited);
        let met = house.arrive(&mut browser, &hanako());
        assert_eq!(matches!(met, Outcome::IdentityFree(_)), within, "{met:?}");
        assert_eq!(met == GONE, !within);
    }
}

#[test]
fn d12_a_trip_to_one_provider_does_not_end_at_another() {
    let (mut house, mut browser) = (House::new(), Browser::owner());
    house.begin_trip(&mut browser, GOOGLE, TripErrand::SignIn);
    assert_eq!(house.arrive(&mut browser, &shown(APPLE, "x", "x@apple.example")), GONE);
    assert!(house.world.accounts.is_empty() && browser.flow.is_none());
}

#[test]
fn a_trip_that_brought_nothing_is_over_for_its_own_browser_alone() {
    let (mut house, mut browser) = (House::new(), Browser::owner());
    house.begin_trip(&mut browser, GOOGLE, TripErrand::SignIn);
    let abandon = |house: &mut House, browser: &mut Browser, secret: Digest| {
        house.ask(browser, None, &Command::AbandonTrip { browser: secret })
    };
    let (_, secret) = browser.trip.expect("begun");
    assert_eq!(abandon(&mut house, &mut browser, Digest([9; 32])), GONE);
    assert_eq!(abandon(&mut house, &mut browser, secret), Outcome::Done);
    assert_eq!(house.arrive(&mut browser, &hanako()), GONE);
    assert_eq!(abandon(&mut house, &mut browser, secret), GONE);
}

#[test]
fn i21_a_link_is_finished_in_the_session_that_began_it() {
    let (mut house, mut owner) = linking();
    assert_eq!(house.arrive(&mut owner, &hanako()), Outcome::Linked(GOOGLE));
    let (mut house, mut owner) = linking();
    welcome(house.sign_in(&mut owner, OWNER, SECRET));
    assert_eq!(house.arrive(&mut owner, &hanako()), GONE, "another session of the same member");
    nothing_was_linked(&house);
    let (mut house, mut owner) = linking();
    house.sign_out(&mut owner);
    assert_eq!(house.arrive(&mut owner, &hanako()), GONE, "nobody is signed in");
    nothing_was_linked(&house);
    let (mut house, mut owner) = linking();
    house.register(&mut owner, STRANGER);
    assert_eq!(house.arrive(&mut owner, &hanako()), GONE, "somebody else at the same browser");
    assert_eq!(house.owner_of(&hanako()), None);
}

#[test]
fn r_method_7_i21_whatever_cancels_what_is_pending_cancels_a_link_under_way() {
    let (mut house, mut owner) = linking();
    assert_eq!(house.change_password(&mut owner, "another one"), Outcome::Done);
    assert!(house.is_signed_in(&mut owner), "the session is the same");
    assert_eq!(house.arrive(&mut owner, &hanako()), GONE);
    nothing_was_linked(&house);
    let (mut house, mut owner) = linking();
    house.wait(Millis::minutes(1));
    house.verify_reset(&mut owner, OWNER);
    assert!(house.is_signed_in(&mut owner), "R-RESET-10");
    assert_eq!(house.arrive(&mut owner, &hanako()), GONE);
    nothing_was_linked(&house);
    let (mut house, mut owner) = linking();
    house.suspend();
    assert_eq!(house.arrive(&mut owner, &hanako()), GONE, "I33");
    house.resume();
    nothing_was_linked(&house);
}

#[test]
fn r_method_3_i28_adding_a_provider_needs_a_proof_of_the_last_10_minutes() {
    for (waited, within) in around(Millis::minutes(10)) {
        let (mut house, mut owner) = House::with_owner();
        house.wait(waited);
        let begun = house.begin_trip(&mut owner, GOOGLE, TripErrand::Link);
        let wanted = if within { Outcome::Done } else { refused(Reason::ProofStale) };
        assert_eq!(begun, wanted);
    }
    let mut house = House::new();
    for errand in [TripErrand::Link, TripErrand::Prove] {
        let begun = house.begin_trip(&mut Browser::stranger(), GOOGLE, errand);
        assert_eq!(begun, refused(Reason::NotSignedIn));
    }
}

#[test]
fn r_method_3_a_proof_that_grew_old_on_the_way_is_asked_for_and_nothing_is_lost() {
    let (mut house, mut owner) = House::with_owner();
    house.wait(Millis::minutes(9));
    house.begin_trip(&mut owner, GOOGLE, TripErrand::Link);
    house.wait(Millis::minutes(1));
    let until = house.now.plus(Millis::minutes(10));
    assert_eq!(house.arrive(&mut owner, &hanako()), Outcome::OfferMade { until });
    nothing_was_linked(&house);
    assert_eq!(house.accept(&mut owner), refused(Reason::ProofStale));
    let mut second = Browser::phone();
    welcome(house.sign_in(&mut second, OWNER, SECRET));
    second.flow = owner.flow;
    assert_eq!(house.accept(&mut second), refused(Reason::FlowGone), "I21");
    house.prove(&mut owner, OWNER, SECRET);
    assert_eq!(house.accept(&mut owner), Outcome::Linked(GOOGLE));
    assert_eq!(house.owner_of(&hanako()), Some(house.account(OWNER).id));
}

/// A member with Google and a password, whose proof has grown old.
fn stale() -> (House, Browser) {
    let (mut house, mut owner) = House::with_owner();
    house.link(&mut owner, &hanako());
    house.wait(Millis::minutes(10));
    house.forget_notices();
    (house, owner)
}

#[test]
fn r_method_3_showing_the_providers_method_again_is_a_fresh_proof_for_10_minutes() {
    for (waited, within) in around(Millis::minutes(10)) {
        let (mut house, mut owner) = stale();
        assert_eq!(house.choose(&mut owner, BY_EMAIL), refused(Reason::ProofStale));
        let until = house.now.plus(Millis::minutes(10));
        assert_eq!(house.prove_with(&mut owner, &hanako()), Outcome::Fresh { until });
        let session = house.world.session(owner.session.expect("in")).expect("there");
        assert_eq!(session.proved_by, Method::Provider(GOOGLE));
        assert_eq!((session.proved_at, session.method), (house.now, Method::Email));
        assert!(house.mails.is_empty(), "it is no sign-in");
        house.wait(waited);
        let wanted = if within { Outcome::Done } else { refused(Reason::ProofStale) };
        assert_eq!(house.choose(&mut owner, BY_EMAIL), wanted);
    }
}

#[test]
fn i28_the_proof_of_one_session_proves_nothing_in_another() {
    let (mut house, mut owner) = stale();
    let mut phone = Browser::phone();
    welcome(house.sign_in_with(&mut phone, &hanako()));
    assert_eq!(house.choose(&mut owner, BY_EMAIL), refused(Reason::ProofStale));
    house.begin_trip(&mut owner, GOOGLE, TripErrand::Prove);
    phone.trip = owner.trip;
    assert_eq!(house.arrive(&mut phone, &hanako()), GONE, "E9");
    assert_eq!(house.choose(&mut owner, BY_EMAIL), refused(Reason::ProofStale));
}

#[test]
fn r_method_3_the_proof_is_the_same_subject() {
    let (mut house, mut owner) = stale();
    let other = shown(GOOGLE, "somebody else", "hanako@gmail.example");
    assert_eq!(house.prove_with(&mut owner, &other), refused(Reason::WrongIdentity));
    let theirs = shown(GOOGLE, "theirs", "theirs@gmail.example");
    house.register_with(&mut Browser::stranger(), &theirs);
    assert_eq!(house.prove_with(&mut owner, &theirs), refused(Reason::WrongIdentity));
    let unlinked = shown(APPLE, "hanako", "h@apple.example");
    assert_eq!(house.prove_with(&mut owner, &unlinked), refused(Reason::NotFound));
    assert_eq!(house.choose(&mut owner, BY_EMAIL), refused(Reason::ProofStale));
    assert_eq!(house.count(MailKind::SignIn, OWNER), 0);
}
