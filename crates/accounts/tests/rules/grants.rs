//! R-APP-1, I24, I25: what connected sites and apps hold, how it is kept alive, and everything that ends it.

use accounts::{
    Account, ActivityKind, ClientGrant, Command, Event, GrantEnd, GrantEvent, GrantReach, Millis,
    Outcome, Reason, SessionEnd, SessionId,
};

use super::house::{APP, Browser, House, OWNER, SECRET, SITE, code, granted, refused, token, welcome};

/// A house whose owner has given a site or app something, in the session that is told.
fn connected(reach: GrantReach) -> (House, Browser, ClientGrant) {
    let (mut house, owner) = House::with_owner();
    let session = session_of(&house, &owner);
    let account = account(&house).id;
    let code = code(1, session, reach, house.now);
    let grant = granted(house.redeem(account, &code));
    (house, owner, grant)
}

fn account(house: &House) -> &Account {
    house.world.accounts.values().next().expect("the owner")
}

fn session_of(house: &House, browser: &Browser) -> SessionId {
    house.world.session(browser.session.expect("a secret")).expect("a session").id
}

fn why_ended(house: &House) -> Vec<GrantEnd> {
    let ends = house.last.iter().filter_map(|event| match event {
        Event::Grant(GrantEvent::Ended { reason, .. }) => Some(*reason),
        _ => None,
    });
    ends.collect()
}

#[test]
fn i24_a_code_is_redeemed_once_and_its_second_use_ends_what_the_first_gave() {
    let (mut house, owner, grant) = connected(GrantReach::Offline);
    let again = code(1, session_of(&house, &owner), GrantReach::Offline, house.now);
    assert_eq!(house.redeem(grant.account, &again), refused(Reason::GrantReplayed));
    assert_eq!(why_ended(&house), [GrantEnd::CodeReplayed]);
    assert_eq!(house.refresh(&grant, token(1, 1)), refused(Reason::GrantGone));
    // A third time nothing comes back to life either.
    assert_eq!(house.redeem(grant.account, &again), refused(Reason::GrantReplayed));
    assert!(account(&house).grants.is_empty());
}

#[test]
fn i24_a_code_is_good_for_sixty_seconds() {
    for (waited, good) in [(Millis(59_999), true), (Millis(60_000), false)] {
        let (mut house, owner) = House::with_owner();
        let code = code(1, session_of(&house, &owner), GrantReach::Session, house.now);
        house.wait(waited);
        let account = account(&house).id;
        assert_eq!(matches!(house.redeem(account, &code), Outcome::Granted(_)), good, "{waited:?}");
    }
}

#[test]
fn f3_a_code_in_another_clients_hands_gives_nothing_to_anybody() {
    let (mut house, owner) = House::with_owner();
    let own = code(1, session_of(&house, &owner), GrantReach::Session, house.now);
    let stolen = accounts::RedeemedCode { shown_by: accounts::Line::clean(APP, 64), ..own.clone() };
    let account = account(&house).id;
    assert_eq!(house.redeem(account, &stolen), refused(Reason::GrantGone));
    assert_eq!(house.redeem(account, &own), refused(Reason::GrantReplayed));
    assert!(house.world.accounts[&account].grants.is_empty());
}

#[test]
fn a_code_gives_nothing_once_its_session_is_over() {
    let (mut house, mut owner) = House::with_owner();
    let code = code(1, session_of(&house, &owner), GrantReach::Offline, house.now);
    let account = account(&house).id;
    assert_eq!(house.ask(&mut owner, None, &Command::SignOut), Outcome::Done);
    assert_eq!(house.redeem(account, &code), refused(Reason::GrantGone));
}

#[test]
fn i25_each_refresh_token_takes_the_place_of_the_one_before() {
    let (mut house, _, grant) = connected(GrantReach::Offline);
    for number in 1..=5 {
        let grant = granted(house.refresh(&grant, token(number, 7)));
        assert_eq!(grant.used, number);
    }
}

#[test]
fn r_app_1_a_lost_reply_costs_no_sign_in() {
    let (mut house, _, grant) = connected(GrantReach::Offline);
    granted(house.refresh(&grant, token(1, 1)));
    // The reply with the second token never came; the app asks with the first, as often as it must.
    for _ in 0..50 {
        assert_eq!(granted(house.refresh(&grant, token(1, 1))).used, 1);
        assert!(house.last.is_empty(), "nothing changes by it");
    }
    granted(house.refresh(&grant, token(2, 9)));
    assert!(account(&house).grants.iter().all(|grant| grant.ended_at.is_none()));
}

#[test]
fn i25_of_two_tokens_for_one_the_first_that_is_used_wins_and_the_other_ends_all() {
    let (mut house, _, grant) = connected(GrantReach::Offline);
    granted(house.refresh(&grant, token(1, 1)));
    // The member's app and a thief have each been given a second one for the first.
    granted(house.refresh(&grant, token(2, 0xa)));
    assert_eq!(house.refresh(&grant, token(2, 0xb)), refused(Reason::GrantReplayed));
    assert_eq!(why_ended(&house), [GrantEnd::TokenReplayed]);
    assert_eq!(house.refresh(&grant, token(3, 0xa)), refused(Reason::GrantGone));
    let told = house.activities.iter().filter(|line| line.kind == ActivityKind::ClientDoubted);
    assert_eq!(told.count(), 1, "the member reads of it");
}

#[test]
fn e5_i25_a_token_that_had_its_turn_ends_all() {
    let (mut house, _, grant) = connected(GrantReach::Offline);
    granted(house.refresh(&grant, token(1, 1)));
    granted(house.refresh(&grant, token(2, 2)));
    assert_eq!(house.refresh(&grant, token(1, 1)), refused(Reason::GrantReplayed));
    assert_eq!(why_ended(&house), [GrantEnd::TokenReplayed]);
}

#[test]
fn f3_a_refresh_token_in_another_clients_hands_gives_nothing_and_harms_nobody() {
    let (mut house, _, grant) = connected(GrantReach::Offline);
    assert_eq!(house.refresh_by(APP, &grant, token(1, 1)), refused(Reason::GrantGone));
    assert_eq!(house.revoke(APP, &grant), Outcome::Done);
    granted(house.refresh(&grant, token(1, 1)));
}

#[test]
fn a_client_gives_back_what_it_holds() {
    let (mut house, _, grant) = connected(GrantReach::Offline);
    assert_eq!(house.revoke(SITE, &grant), Outcome::Done);
    assert_eq!(why_ended(&house), [GrantEnd::Revoked]);
    assert_eq!(house.refresh(&grant, token(1, 1)), refused(Reason::GrantGone));
    assert_eq!(house.revoke(SITE, &grant), Outcome::Done);
    assert!(house.last.is_empty());
}

#[test]
fn a_site_is_signed_out_with_the_browser_and_an_app_is_not() {
    for (reach, lives) in [(GrantReach::Session, false), (GrantReach::Offline, true)] {
        let (mut house, mut owner, grant) = connected(reach);
        assert_eq!(house.ask(&mut owner, None, &Command::SignOut), Outcome::Done);
        let ended: &[GrantEnd] = if lives { &[] } else { &[GrantEnd::Session(SessionEnd::SignedOut)] };
        assert_eq!(why_ended(&house), ended);
        let answer = house.refresh(&grant, token(1, 1));
        assert_eq!(matches!(answer, Outcome::Granted(_)), lives, "{answer:?}");
    }
}

#[test]
fn r_method_7_a_new_password_ends_apps_and_keeps_what_hangs_from_the_session_that_set_it() {
    for (reach, lives) in [(GrantReach::Session, true), (GrantReach::Offline, false)] {
        let (mut house, mut owner, grant) = connected(reach);
        let hash = super::house::hash("another");
        let command = Command::ChangePassword { hash };
        assert_eq!(house.ask(&mut owner, None, &command), Outcome::Done);
        let answer = house.refresh(&grant, token(1, 1));
        assert_eq!(matches!(answer, Outcome::Granted(_)), lives, "{reach:?} {answer:?}");
    }
}

#[test]
fn r_session_2_ending_all_other_sessions_ends_apps_too() {
    let (mut house, mut owner, grant) = connected(GrantReach::Offline);
    assert_eq!(house.ask(&mut owner, None, &Command::EndOtherSessions), Outcome::Done);
    assert_eq!(house.refresh(&grant, token(1, 1)), refused(Reason::GrantGone));
}

#[test]
fn f6_i33_a_suspension_ends_what_was_given_before_and_so_does_a_withdrawal() {
    let suspend = Command::Suspend { reason: accounts::Line::clean("spam", 64) };
    for command in [suspend, Command::WithdrawFor] {
        let (mut house, _, grant) = connected(GrantReach::Offline);
        house.operate(&command);
        assert_eq!(why_ended(&house).len(), 1, "{command:?}");
        assert_eq!(house.refresh(&grant, token(1, 1)), refused(Reason::GrantGone));
        house.operate(&Command::Resume);
        assert_eq!(house.refresh(&grant, token(1, 1)), refused(Reason::GrantGone));
    }
}

#[test]
fn i33_a_grant_that_is_there_all_the_same_opens_no_suspended_account() {
    let (mut house, _, grant) = connected(GrantReach::Offline);
    house.operate(&Command::Suspend { reason: accounts::Line::clean("spam", 64) });
    let account = house.world.accounts.get_mut(&grant.account).expect("the owner");
    let now = house.now;
    account.grants.push(grant.clone());
    assert!(!accounts::rules::grants::serves(&grant, account, now, &house.policy));
    account.suspended = None;
    assert!(accounts::rules::grants::serves(&grant, account, now, &house.policy));
}

#[test]
fn i16_a_reset_ends_every_app() {
    let (mut house, _, grant) = connected(GrantReach::Offline);
    house.operate(&Command::SignOutEverywhere);
    assert_eq!(why_ended(&house), [GrantEnd::Session(SessionEnd::Operator)]);
    assert_eq!(house.refresh(&grant, token(1, 1)), refused(Reason::GrantGone));
}

#[test]
fn r_app_1_an_app_in_use_stays_signed_in_and_one_that_rests_for_90_days_does_not() {
    let (mut house, _, grant) = connected(GrantReach::Offline);
    for number in 1..=10 {
        house.wait(Millis::days(89));
        granted(house.refresh(&grant, token(number, 1)));
    }
    house.wait(Millis::days(90));
    assert_eq!(house.refresh(&grant, token(11, 1)), refused(Reason::GrantGone));
}

#[test]
fn a_site_lives_no_longer_than_its_session() {
    let (mut house, _, grant) = connected(GrantReach::Session);
    house.wait(Millis::days(30));
    assert_eq!(house.refresh(&grant, token(1, 1)), refused(Reason::GrantGone));
}

#[test]
fn a_member_ends_all_that_a_client_holds_and_reads_of_both_ends() {
    let (mut house, mut owner, grant) = connected(GrantReach::Offline);
    let second = code(2, grant.session, GrantReach::Session, house.now);
    granted(house.redeem(grant.account, &second));
    let lines = house.activities.iter().filter(|line| line.kind == ActivityKind::ClientConnected);
    let lines = lines.map(|line| (line.session, line.origin.label.as_str())).collect::<Vec<_>>();
    assert_eq!(lines, [(Some(grant.session), grant.client.as_str())], "a client is new once");
    let command = Command::Disconnect { client: grant.client.clone() };
    assert_eq!(house.ask(&mut owner, None, &command), Outcome::Done);
    assert_eq!(why_ended(&house), [GrantEnd::Ended, GrantEnd::Ended]);
    assert_eq!(house.ask(&mut owner, None, &command), refused(Reason::NotFound));
    let mut stranger = Browser::stranger();
    assert_eq!(house.ask(&mut stranger, None, &command), refused(Reason::NotSignedIn));
}

#[test]
fn an_account_has_room_for_a_hundred_and_the_oldest_makes_way() {
    let (mut house, mut owner) = House::with_owner();
    let (session, id) = (session_of(&house, &owner), account(&house).id);
    for number in 0..101 {
        let code = code(number, session, GrantReach::Offline, house.now);
        granted(house.redeem(id, &code));
    }
    assert_eq!(why_ended(&house), [GrantEnd::Crowded]);
    assert_eq!(account(&house).grants.len(), 100);
    // What gives nothing any more makes way for as many as it was, and nobody else goes.
    let mut rested = house.clone();
    rested.wait(Millis::days(60));
    for grant in account(&rested).grants.clone().iter().skip(1) {
        granted(rested.refresh(grant, token(1, 1)));
    }
    rested.wait(Millis::days(31));
    let session = welcome(rested.sign_in(&mut Browser::phone(), OWNER, SECRET)).session;
    granted(rested.redeem(id, &code(200, session, GrantReach::Offline, rested.now)));
    assert_eq!(why_ended(&rested), [GrantEnd::Lapsed]);
    assert_eq!(account(&rested).grants.len(), 100);
    // Another sign-in in this browser ends what hung from it; apps go on.
    welcome(house.sign_in(&mut owner, OWNER, SECRET));
    assert_eq!(account(&house).grants.len(), 100);
}
