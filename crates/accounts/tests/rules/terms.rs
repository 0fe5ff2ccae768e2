//! R-SIGNIN-11 and the profile: what a member accepts and says about themself.

use accounts::{Command, Line, Locale, Outcome, Reason};

use super::house::{House, OWNER, refused};

fn accept(version: &str) -> Command {
    Command::AcceptTerms { version: Line::clean(version, 40) }
}

#[test]
fn r_signin_11_only_the_version_in_force_can_be_accepted() {
    let (mut house, mut owner) = House::with_owner();
    assert_eq!(house.ask(&mut owner, None, &accept("1")), refused(Reason::TermsMissing));
    house.policy.terms = Some(Line::clean("2", 40));
    assert_eq!(house.ask(&mut owner, None, &accept("1")), refused(Reason::TermsMissing));
    assert_eq!(house.ask(&mut owner, None, &accept("2")), Outcome::Done);
    let terms = house.account(OWNER).terms.clone().expect("recorded");
    assert_eq!((terms.version.as_str(), terms.at), ("2", house.now));
}

#[test]
fn r_signin_11_accepting_twice_keeps_the_first_time() {
    let (mut house, mut owner) = House::with_owner();
    house.policy.terms = Some(Line::clean("2", 40));
    house.ask(&mut owner, None, &accept("2"));
    let first = house.account(OWNER).terms.clone();
    house.wait(accounts::Millis::minutes(5));
    assert_eq!(house.ask(&mut owner, None, &accept("2")), Outcome::Done);
    assert_eq!(house.account(OWNER).terms, first);
    assert_eq!(house.last, []);
}

#[test]
fn a_profile_change_changes_what_is_given_and_leaves_the_rest() {
    let (mut house, mut owner) = House::with_owner();
    let name = Some(Line::clean("花子", 40));
    let named = Command::ChangeProfile { display_name: name, locale: None };
    assert_eq!(house.ask(&mut owner, None, &named), Outcome::Done);
    let spoken = Command::ChangeProfile { display_name: None, locale: Some(Locale::En) };
    assert_eq!(house.ask(&mut owner, None, &spoken), Outcome::Done);
    let account = house.account(OWNER);
    assert_eq!((account.display_name.as_str(), account.locale), ("花子", Locale::En));
    house.ask(&mut owner, None, &spoken);
    assert_eq!(house.last, [], "a change of nothing is none");
}
