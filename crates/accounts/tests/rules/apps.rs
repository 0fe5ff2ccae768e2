//! R-APP-1: an app that signed in without a browser holds what is one with the session of that sign-in. Nobody has that session's
//! secret; the member sees one entry, and whatever ends one of the two ends the other.

use accounts::{
    Account, AccountId, ClientGrant, Command, Event, GrantEnd, GrantEvent, GrantReach, Line, Millis,
    Outcome, Reason, RedeemedCode, SessionEnd, SessionId, SessionKind,
};

use super::house::{APP, Browser, House, OWNER, SECRET, code, granted, hash, refused, token, welcome};

/// A house whose owner has signed in by an app. The phone is asked nothing any more: its secret is nobody's.
fn signed_in() -> (House, AccountId, ClientGrant) {
    let (mut house, _) = House::with_owner();
    let (account, session) = by_app(&mut house, &mut Browser::phone());
    let grant = granted(house.redeem(account, &of_app(1, session, &house)));
    (house, account, grant)
}

fn by_app(house: &mut House, phone: &mut Browser) -> (AccountId, SessionId) {
    phone.kind = SessionKind::App;
    let welcome = welcome(house.sign_in(phone, OWNER, SECRET));
    (welcome.account, welcome.session)
}

fn of_app(number: u8, session: SessionId, house: &House) -> RedeemedCode {
    code(number, session, GrantReach::App, house.now)
}

fn owner(house: &House) -> &Account {
    house.world.accounts.values().next().expect("the owner")
}

fn lives(house: &House, session: SessionId) -> bool {
    let of_id = owner(house).sessions.iter().find(|own| own.id == session);
    of_id.is_some_and(|own| {
        accounts::rules::session::serves(own, owner(house), house.now, &house.policy)
    })
}

fn ends(house: &House) -> (Vec<GrantEnd>, Vec<SessionEnd>) {
    let grants = house.last.iter().filter_map(|event| match event {
        Event::Grant(GrantEvent::Ended { reason, .. }) => Some(*reason),
        _ => None,
    });
    let sessions = house.last.iter().filter_map(|event| match event {
        Event::SessionEnded { reason, .. } => Some(*reason),
        _ => None,
    });
    (grants.collect(), sessions.collect())
}

#[test]
fn r_app_1_an_app_that_gives_back_what_it_holds_is_signed_out() {
    let (mut house, _, grant) = signed_in();
    assert_eq!(house.revoke(super::house::SITE, &grant), Outcome::Done);
    assert_eq!(ends(&house), (vec![GrantEnd::Revoked], vec![SessionEnd::SignedOut]));
    assert!(!lives(&house, grant.session));
    assert_eq!(house.refresh(&grant, token(1, 1)), refused(Reason::GrantGone));
}

#[test]
fn r_session_2_ending_the_entry_ends_the_app() {
    let (mut house, _, grant) = signed_in();
    let mut browser = Browser::owner();
    welcome(house.sign_in(&mut browser, OWNER, SECRET));
    let command = Command::EndSession { session: grant.session };
    assert_eq!(house.ask(&mut browser, None, &command), Outcome::Done);
    assert_eq!(ends(&house).0, [GrantEnd::Session(SessionEnd::Ended)]);
    assert_eq!(house.refresh(&grant, token(1, 1)), refused(Reason::GrantGone));
}

#[test]
fn disconnecting_the_app_ends_the_entry() {
    let (mut house, _, grant) = signed_in();
    let mut browser = Browser::owner();
    welcome(house.sign_in(&mut browser, OWNER, SECRET));
    let command = Command::Disconnect { client: grant.client.clone() };
    assert_eq!(house.ask(&mut browser, None, &command), Outcome::Done);
    assert_eq!(ends(&house), (vec![GrantEnd::Ended], vec![SessionEnd::Ended]));
    assert!(!lives(&house, grant.session) && owner(&house).grants.is_empty());
}

#[test]
fn i24_i25_a_replay_ends_the_entry_as_well() {
    let (mut house, account, grant) = signed_in();
    let again = of_app(1, grant.session, &house);
    assert_eq!(house.redeem(account, &again), refused(Reason::GrantReplayed));
    assert_eq!(ends(&house), (vec![GrantEnd::CodeReplayed], vec![SessionEnd::Ended]));
    let (mut house, _, grant) = signed_in();
    granted(house.refresh(&grant, token(1, 1)));
    granted(house.refresh(&grant, token(2, 2)));
    assert_eq!(house.refresh(&grant, token(1, 1)), refused(Reason::GrantReplayed));
    assert_eq!(ends(&house), (vec![GrantEnd::TokenReplayed], vec![SessionEnd::Ended]));
    assert!(!lives(&house, grant.session));
}

#[test]
fn f3_a_code_that_is_burnt_leaves_no_entry() {
    let (mut house, _) = House::with_owner();
    let (account, session) = by_app(&mut house, &mut Browser::phone());
    let own = of_app(1, session, &house);
    let stolen = RedeemedCode { shown_by: Line::clean(APP, 64), ..own };
    assert_eq!(house.redeem(account, &stolen), refused(Reason::GrantGone));
    assert!(!lives(&house, session));
}

#[test]
fn r_session_1_an_entry_lives_as_long_as_its_app_is_used_and_no_longer() {
    let (mut house, _, grant) = signed_in();
    for number in 1..=5 {
        house.wait(Millis::days(89));
        granted(house.refresh(&grant, token(number, 1)));
        assert!(lives(&house, grant.session), "after {number} uses");
    }
    house.wait(Millis::days(90));
    assert!(!lives(&house, grant.session));
    assert_eq!(house.refresh(&grant, token(6, 1)), refused(Reason::GrantGone));
    // A site's use keeps no browser signed in.
    let (mut house, browser) = House::with_owner();
    let session = house.world.session(browser.session.expect("a secret")).expect("a session").clone();
    let of_site = code(2, session.id, GrantReach::Session, house.now);
    let grant = granted(house.redeem(session.account, &of_site));
    house.wait(Millis::days(20));
    granted(house.refresh(&grant, token(1, 1)));
    house.wait(Millis::days(20));
    assert!(!lives(&house, session.id));
}

#[test]
fn a_use_is_noted_in_the_entry_once_in_a_while() {
    let (mut house, _, grant) = signed_in();
    granted(house.refresh(&grant, token(1, 1)));
    assert!(!house.last.iter().any(|event| matches!(event, Event::SessionSeen { .. })));
    house.wait(house.policy.seen_step);
    granted(house.refresh(&grant, token(2, 2)));
    assert!(house.last.iter().any(|event| matches!(event, Event::SessionSeen { .. })));
}

#[test]
fn one_installation_is_one_entry_with_one_grant() {
    let (mut house, account, first) = signed_in();
    // It shows its member once more, in the same session.
    let second = granted(house.redeem(account, &of_app(2, first.session, &house)));
    assert_eq!(ends(&house), (vec![GrantEnd::Replaced], vec![]));
    assert_eq!(house.refresh(&first, token(1, 1)), refused(Reason::GrantGone));
    granted(house.refresh(&second, token(1, 1)));
    assert_eq!(owner(&house).grants.len(), 1);
    // It signs in again: the new entry takes the place of the old one, with all that hung from it.
    let (mut house, _) = House::with_owner();
    let mut phone = Browser::phone();
    let (account, session) = by_app(&mut house, &mut phone);
    let old = granted(house.redeem(account, &of_app(1, session, &house)));
    let sessions = owner(&house).sessions.len();
    phone.session = None;
    let (_, session) = by_app(&mut house, &mut phone);
    granted(house.redeem(account, &of_app(2, session, &house)));
    assert_eq!((owner(&house).sessions.len(), owner(&house).grants.len()), (sessions, 1));
    assert_eq!(house.refresh(&old, token(1, 1)), refused(Reason::GrantGone));
}

#[test]
fn of_two_installations_each_has_its_own_entry() {
    let (mut house, mut browser) = House::with_owner();
    let (account, session) = by_app(&mut house, &mut Browser::phone());
    let first = granted(house.redeem(account, &of_app(1, session, &house)));
    let mut tablet = Browser::of("tablet", "192.0.2.10");
    let (_, session) = by_app(&mut house, &mut tablet);
    let second = granted(house.redeem(account, &of_app(2, session, &house)));
    let site = granted(house.redeem(account, &code(3, session, GrantReach::Offline, house.now)));
    assert_eq!(ends(&house), (vec![], vec![]));
    // What one redeems once more takes the place of its own and of nothing else.
    granted(house.redeem(account, &of_app(4, first.session, &house)));
    assert_eq!(ends(&house), (vec![GrantEnd::Replaced], vec![]));
    assert_eq!(house.refresh(&first, token(1, 1)), refused(Reason::GrantGone));
    granted(house.refresh(&site, token(1, 1)));
    // A use is noted in the entry of the installation that was used, whoever else was seen just now.
    house.wait(house.policy.seen_step);
    assert!(house.is_signed_in(&mut browser));
    granted(house.refresh(&second, token(1, 1)));
    let seen = house.last.iter().filter_map(|event| match event {
        Event::SessionSeen { session, .. } => Some(*session),
        _ => None,
    });
    assert_eq!(seen.collect::<Vec<_>>(), [session]);
}

#[test]
fn an_app_that_is_the_only_sign_in_is_signed_out_all_the_same() {
    let (mut house, mut browser) = House::with_owner();
    let (account, session) = by_app(&mut house, &mut Browser::phone());
    let grant = granted(house.redeem(account, &of_app(1, session, &house)));
    assert_eq!(house.ask(&mut browser, None, &Command::SignOut), Outcome::Done);
    assert_eq!(house.revoke(super::house::SITE, &grant), Outcome::Done);
    assert_eq!(ends(&house), (vec![GrantEnd::Revoked], vec![SessionEnd::SignedOut]));
    assert!(owner(&house).sessions.is_empty());
}

#[test]
fn what_ends_with_its_entry_is_told_once() {
    let (mut house, account, app) = signed_in();
    let hanging = code(2, app.session, GrantReach::Session, house.now);
    granted(house.redeem(account, &hanging));
    let elsewhere = welcome(house.sign_in(&mut Browser::owner(), OWNER, SECRET)).session;
    let other = RedeemedCode {
        client: Line::clean(APP, 64),
        shown_by: Line::clean(APP, 64),
        ..code(3, elsewhere, GrantReach::Offline, house.now)
    };
    granted(house.redeem(account, &other));
    let mut browser = Browser::of("laptop", "192.0.2.11");
    welcome(house.sign_in(&mut browser, OWNER, SECRET));
    let command = Command::Disconnect { client: app.client.clone() };
    assert_eq!(house.ask(&mut browser, None, &command), Outcome::Done);
    let (grants, sessions) = ends(&house);
    assert_eq!((grants.len(), sessions.len()), (2, 1), "{grants:?}");
    assert_eq!(owner(&house).grants.len(), 1, "another client's stays");
}

#[test]
fn i16_a_new_password_a_reset_and_a_suspension_end_apps_and_their_entries() {
    for end in ["password", "everywhere", "suspended", "withdrawn"] {
        let (mut house, _, grant) = signed_in();
        let mut browser = Browser::owner();
        welcome(house.sign_in(&mut browser, OWNER, SECRET));
        match end {
            "password" => {
                let command = Command::ChangePassword { hash: hash("another") };
                assert_eq!(house.ask(&mut browser, None, &command), Outcome::Done);
            }
            "everywhere" => drop(house.operate(&Command::SignOutEverywhere)),
            "suspended" => {
                drop(house.operate(&Command::Suspend { reason: Line::clean("spam", 64) }));
            }
            _ => drop(house.operate(&Command::WithdrawFor)),
        }
        assert!(!lives(&house, grant.session), "{end}");
        assert_eq!(house.refresh(&grant, token(1, 1)), refused(Reason::GrantGone), "{end}");
    }
}

#[test]
fn what_makes_way_takes_its_entry_along() {
    let (mut house, account, grant) = signed_in();
    house.policy.grants = 1;
    let mut browser = Browser::owner();
    let session = welcome(house.sign_in(&mut browser, OWNER, SECRET)).session;
    granted(house.redeem(account, &code(2, session, GrantReach::Offline, house.now)));
    assert_eq!(ends(&house), (vec![GrantEnd::Crowded], vec![SessionEnd::Crowded]));
    assert!(!lives(&house, grant.session) && lives(&house, session));
}
