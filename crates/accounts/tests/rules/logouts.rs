//! Which clients are told that a session is over (OpenID Connect Back-Channel Logout 1.0), of which ends, and how often: at each end
//! of R-SESSION-2, R-SIGNIN-7, R-METHOD-7, R-RESET-7, R-LOCK-7 and R-WITHDRAW-1, and never of a session that goes on.

use accounts::{
    Account, Actor, Announced, ClientGrant, Command, Event, GrantEnd, GrantEvent, GrantReach, Line,
    Millis, Outcome, Policy, RedeemedCode, Scope, SessionEnd, SessionId, client_of,
};

use super::house::{APP, Browser, House, OWNER, SECRET, SITE, code, granted, hash, token, welcome};

const OTHER: &str = "jiro@example.org";

fn told_clients(names: &[&str]) -> Policy {
    let logouts = names.iter().map(|name| Line::clean(name, 64)).collect();
    Policy { logouts, ..Policy::default() }
}

/// A house that tells both clients, with the owner registered and signed in.
fn telling() -> (House, Browser) {
    let mut house = House::with(told_clients(&[SITE, APP]));
    let mut owner = Browser::owner();
    house.register(&mut owner, OWNER);
    house.forget_notices();
    (house, owner)
}

impl House {
    /// Gives a client something in the session of a browser.
    fn give(
        &mut self,
        browser: &Browser,
        client: &str,
        (number, reach): (u8, GrantReach),
    ) -> ClientGrant {
        let session =
            self.world.session(browser.session.expect("a secret")).expect("a session").clone();
        let name = Line::clean(client, 64);
        let code = code(number, session.id, reach, self.now);
        let code = RedeemedCode { client: name.clone(), shown_by: name, ..code };
        granted(self.redeem(session.account, &code))
    }

    /// Who was told of which session since this was asked last.
    fn logouts(&mut self) -> Vec<(String, SessionId)> {
        let told = std::mem::take(&mut self.announced).into_iter().map(|one| {
            let Announced::SessionEnded(session) = one.what else { panic!("{one:?}") };
            assert!(one.email.is_none() && !one.awaited);
            assert_eq!(one.at, self.now);
            (client_of(&one.to).expect("a client").to_owned(), session)
        });
        told.collect()
    }

    fn end_lapsed(&mut self) {
        for account in self.world.accounts.values().map(|account| account.id).collect::<Vec<_>>() {
            let scope = Scope { account: Some(account), ..Scope::default() };
            let from = Browser::of("upkeep", "local");
            let decision = self.decide(&scope, &Command::EndLapsed, &from, Actor::System);
            assert_eq!(decision.outcome, Outcome::Done);
        }
    }
}

fn of(grant: &ClientGrant) -> (String, SessionId) {
    (grant.client.as_str().to_owned(), grant.session)
}

#[test]
fn r_session_2_a_sign_out_is_told_to_each_client_that_held_something_of_the_session_and_to_no_other() {
    let (mut house, mut owner) = telling();
    let mut phone = Browser::phone();
    welcome(house.sign_in(&mut phone, OWNER, SECRET));
    let site = house.give(&owner, SITE, (1, GrantReach::Session));
    // Twice in one session: it is told once.
    house.give(&owner, SITE, (2, GrantReach::Session));
    let app = house.give(&owner, APP, (3, GrantReach::Session));
    let elsewhere = house.give(&phone, SITE, (4, GrantReach::Session));
    assert_eq!(house.logouts(), []);
    assert_eq!(house.ask(&mut owner, None, &Command::SignOut), Outcome::Done);
    assert_eq!(house.logouts(), [of(&site), of(&app)]);
    assert_eq!(house.ask(&mut phone, None, &Command::SignOut), Outcome::Done);
    assert_eq!(house.logouts(), [of(&elsewhere)]);
}

#[test]
fn a_client_without_an_address_for_it_is_told_nothing() {
    let mut house = House::with(told_clients(&[APP]));
    let mut owner = Browser::owner();
    house.register(&mut owner, OWNER);
    house.forget_notices();
    house.give(&owner, SITE, (1, GrantReach::Session));
    let app = house.give(&owner, APP, (2, GrantReach::Session));
    house.ask(&mut owner, None, &Command::SignOut);
    assert_eq!(house.logouts(), [of(&app)]);
}

#[test]
fn a_hold_that_outlives_the_session_is_told_of_when_it_ends_itself() {
    let (mut house, mut owner) = telling();
    let app = house.give(&owner, APP, (1, GrantReach::Offline));
    // The same client in both ways: of the session it is told, though it holds on to the other.
    let both = house.give(&owner, APP, (2, GrantReach::Session));
    let session = both.session;
    house.ask(&mut owner, None, &Command::SignOut);
    assert_eq!(house.logouts(), [of(&both)]);
    granted(house.refresh_by(APP, &app, token(1, 1)));
    welcome(house.sign_in(&mut owner, OWNER, SECRET));
    assert_eq!(house.logouts(), []);
    house.ask(&mut owner, None, &Command::EndOtherSessions);
    assert_eq!(house.logouts(), [(APP.to_owned(), session)]);
}

#[test]
fn r_session_2_r_method_7_r_lock_7_r_withdraw_1_whatever_ends_everything_is_told() {
    let everything: [(Command, bool); 6] = [
        (Command::EndOtherSessions, false),
        (Command::ChangePassword { hash: hash("another") }, false),
        (Command::Suspend { reason: Line::clean("spam", 64) }, true),
        (Command::WithdrawFor, true),
        (Command::SignOutEverywhere, true),
        (Command::Withdraw, false),
    ];
    for (command, by_operator) in everything {
        let (mut house, mut owner) = telling();
        let mut phone = Browser::phone();
        welcome(house.sign_in(&mut phone, OWNER, SECRET));
        let site = house.give(&phone, SITE, (1, GrantReach::Session));
        let app = house.give(&phone, APP, (2, GrantReach::Offline));
        let outcome =
            if by_operator { house.operate(&command) } else { house.ask(&mut owner, None, &command) };
        assert!(!matches!(outcome, Outcome::Refused(_)), "{command:?}: {outcome:?}");
        let told = house.logouts();
        assert_eq!(told, [of(&site), of(&app)], "{command:?}");
    }
}

#[test]
fn r_session_2_one_that_is_ended_from_the_list_is_told() {
    let (mut house, mut owner) = telling();
    let mut phone = Browser::phone();
    welcome(house.sign_in(&mut phone, OWNER, SECRET));
    let here = house.give(&owner, SITE, (1, GrantReach::Session));
    let there = house.give(&phone, SITE, (2, GrantReach::Session));
    house.ask(&mut owner, None, &Command::EndSession { session: there.session });
    assert_eq!(house.logouts(), [of(&there)]);
    granted(house.refresh(&here, token(1, 1)));
}

#[test]
fn r_signin_7_whoever_signs_in_over_somebody_elses_session_has_that_ones_clients_told_at_once() {
    let (mut house, mut owner) = telling();
    let site = house.give(&owner, SITE, (1, GrantReach::Session));
    let app = house.give(&owner, APP, (2, GrantReach::Offline));
    house.register(&mut Browser::phone(), OTHER);
    welcome(house.sign_in(&mut owner, OTHER, SECRET));
    assert_eq!(house.logouts(), [of(&site)], "in the very decision of the sign-in");
    let ended = GrantEnd::Session(SessionEnd::Replaced);
    assert!(house.last.iter().any(
        |event| matches!(event, Event::Grant(GrantEvent::Ended { grant, reason, .. }) if *grant == site.id && *reason == ended)
    ));
    let account = &house.world.accounts[&site.account];
    assert_eq!(account.grants.iter().map(|grant| grant.id).collect::<Vec<_>>(), [app.id]);
    house.end_lapsed();
    assert_eq!(house.logouts(), [], "nothing is left to be found later");
    granted(house.refresh_by(APP, &app, token(1, 1)));
}

#[test]
fn r_signin_7_a_registration_over_somebody_elses_session_does_so_too() {
    let (mut house, mut owner) = telling();
    let site = house.give(&owner, SITE, (1, GrantReach::Session));
    house.register(&mut owner, OTHER);
    assert_eq!(house.logouts(), [of(&site)]);
}

#[test]
fn a_sign_out_in_the_midst_of_somebody_elses_reset_is_told_to_the_clients_of_whoever_signs_out() {
    let (mut house, mut owner) = telling();
    house.register(&mut Browser::phone(), OTHER);
    let site = house.give(&owner, SITE, (1, GrantReach::Session));
    let asked = Command::AskReset { email: accounts::Email::parse(OTHER).expect("an address") };
    house.ask(&mut owner, Some(OTHER), &asked);
    assert!(owner.flow.is_some(), "the account in question is the flow's");
    assert_eq!(house.ask(&mut owner, None, &Command::SignOut), Outcome::Done);
    assert_eq!(house.logouts(), [of(&site)]);
    assert!(house.world.accounts[&site.account].grants.is_empty());
}

#[test]
fn what_a_client_gave_back_itself_is_no_news_to_it_and_what_others_ended_is() {
    let (mut house, owner) = telling();
    let back = house.give(&owner, SITE, (1, GrantReach::Offline));
    assert_eq!(house.revoke(SITE, &back), Outcome::Done);
    assert_eq!(house.logouts(), []);
    let mut owner = owner;
    let site = house.give(&owner, SITE, (2, GrantReach::Session));
    house.give(&owner, SITE, (3, GrantReach::Offline));
    house.ask(&mut owner, None, &Command::Disconnect { client: site.client.clone() });
    assert_eq!(house.logouts(), [of(&site)], "once, when the last was over");
    // A token that was shown after its turn.
    let doubted = house.give(&owner, SITE, (4, GrantReach::Offline));
    granted(house.refresh(&doubted, token(1, 1)));
    granted(house.refresh(&doubted, token(2, 2)));
    house.refresh(&doubted, token(1, 1));
    assert_eq!(house.logouts(), [of(&doubted)]);
}

#[test]
fn a_client_that_signs_in_again_and_again_is_not_told_that_its_session_is_over() {
    let (mut house, owner) = telling();
    for number in 0..120 {
        house.give(&owner, SITE, (number, GrantReach::Session));
    }
    let account = house.world.accounts.values().next().expect("the owner");
    assert_eq!(account.grants.len(), 100, "the oldest made way");
    assert_eq!(house.logouts(), []);
}

#[test]
fn what_lapses_is_told_when_it_is_noticed() {
    let (mut house, owner) = telling();
    let site = house.give(&owner, SITE, (1, GrantReach::Session));
    let app = house.give(&owner, APP, (2, GrantReach::Offline));
    house.wait(Millis(Millis::days(30).0 - 1));
    house.end_lapsed();
    assert_eq!(house.logouts(), []);
    house.wait(Millis(1));
    house.end_lapsed();
    assert_eq!(house.logouts(), [of(&site)]);
    house.end_lapsed();
    assert_eq!(house.logouts(), [], "once");
    house.wait(Millis::days(60));
    house.end_lapsed();
    assert_eq!(house.logouts(), [of(&app)], "an app that rests for 90 days");
    // A sign-in notices as well.
    let (mut house, owner) = telling();
    let site = house.give(&owner, SITE, (1, GrantReach::Session));
    house.wait(Millis::days(31));
    welcome(house.sign_in(&mut Browser::phone(), OWNER, SECRET));
    assert_eq!(house.logouts(), [of(&site)]);
}

#[test]
fn r_app_1_an_app_without_a_browser_is_told_of_its_session_and_not_of_what_takes_its_own_place() {
    let (mut house, owner) = telling();
    house.give(&owner, APP, (1, GrantReach::App));
    let app = house.give(&owner, APP, (2, GrantReach::App));
    assert_eq!(house.logouts(), [], "it holds another one in the place of the first");
    let mut phone = Browser::phone();
    welcome(house.sign_in(&mut phone, OWNER, SECRET));
    house.ask(&mut phone, None, &Command::EndOtherSessions);
    assert_eq!(house.logouts(), [of(&app)]);
    // Somebody else signs in over it.
    let app = house.give(&phone, APP, (3, GrantReach::App));
    house.register(&mut phone, OTHER);
    assert_eq!(house.logouts(), [of(&app)]);
    // It rests.
    welcome(house.sign_in(&mut phone, OWNER, SECRET));
    let app = house.give(&phone, APP, (4, GrantReach::App));
    house.wait(Millis::days(31));
    house.end_lapsed();
    assert_eq!(house.logouts(), [of(&app)]);
    assert!(house.world.accounts[&app.account].sessions.is_empty());
}

/// Steps of a walk: two members, two browsers, two clients.
fn step(house: &mut House, browsers: &mut [Browser; 2], (kind, choice): (u64, u64)) {
    let [first, second] = browsers;
    let browser = if choice % 2 == 0 { first } else { second };
    let (address, client) =
        (if choice & 2 == 0 { OWNER } else { OTHER }, if choice & 4 == 0 { SITE } else { APP });
    let reach = match choice >> 3 & 3 {
        0 | 1 => GrantReach::Session,
        2 => GrantReach::Offline,
        // An installation is one client's.
        _ if client == APP => GrantReach::App,
        _ => GrantReach::Session,
    };
    let number = u8::try_from(house.world.grants.values().count()).expect("few");
    let presented = browser.session.and_then(|digest| house.world.session(digest)).cloned();
    let serves = presented.as_ref().is_some_and(|session| {
        let account = &house.world.accounts[&session.account];
        accounts::rules::session::serves(session, account, house.now, &house.policy)
    });
    match kind {
        0..=2 => drop(house.sign_in(browser, address, SECRET)),
        3..=6 if serves => drop(house.give(browser, client, (number, reach))),
        7 => drop(house.ask(browser, None, &Command::SignOut)),
        8 => drop(house.ask(browser, None, &Command::EndOtherSessions)),
        9 => house.wait(Millis::days(11)),
        10 => house.end_lapsed(),
        11 => {
            let others = house.world.accounts.values().flat_map(|account| &account.sessions);
            let target =
                others.map(|session| session.id).nth(usize::try_from(choice % 3).expect("few"));
            if let Some(session) = target {
                house.ask(browser, None, &Command::EndSession { session });
            }
        }
        12 => {
            let held = house.world.grants.values().find(|grant| grant.ended_at.is_none()).cloned();
            if let Some(grant) = held.filter(|_| choice % 2 == 0) {
                house.revoke(grant.client.as_str(), &grant);
            } else if let Some(grant) = house.world.grants.values().last().cloned() {
                house.ask(browser, None, &Command::Disconnect { client: grant.client.clone() });
            }
        }
        _ => house.wait(Millis::hours(1)),
    }
}

/// Whether a session serves.
fn is_on(house: &House, session: SessionId) -> bool {
    house.world.accounts.values().any(|account: &Account| {
        let mut of_account = account.sessions.iter().filter(|one| one.id == session);
        of_account.any(|s| accounts::rules::session::serves(s, account, house.now, &house.policy))
    })
}

#[test]
fn on_no_walk_is_a_client_told_wrongly_or_not_at_all() {
    let (mut ends, mut displaced) = (0, 0);
    for seed in 0..1_500_u64 {
        let mut house = House::with(told_clients(&[SITE, APP]));
        let mut browsers = [Browser::owner(), Browser::phone()];
        house.register(&mut browsers[0], OWNER);
        house.register(&mut browsers[1], OTHER);
        let mut draw = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        for n in 0..30 {
            draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let before = house.world.grants.values().cloned().collect::<Vec<_>>();
            house.forget_notices();
            // The last step finds whatever is left.
            let kind = if n == 29 { 10 } else { (draw >> 33) % 15 };
            step(&mut house, &mut browsers, (kind, draw >> 43));
            let told = house.logouts();
            for (client, session) in &told {
                let holds = house.world.grants.values().any(|grant| {
                    grant.client.as_str() == client
                        && grant.session == *session
                        && grant.ended_at.is_none()
                });
                assert!(!(holds && is_on(&house, *session)), "{seed} {n}: told of what goes on");
                let twice = told.iter().filter(|one| **one == (client.clone(), *session)).count();
                assert!(twice <= 2, "{seed} {n}: {told:?}");
            }
            for grant in before.iter().filter(|grant| grant.ended_at.is_none()) {
                let over = house.world.grants[&grant.id].ended_at.is_some();
                let on = |g: &&ClientGrant| {
                    g.client == grant.client && g.session == grant.session && g.ended_at.is_none()
                };
                let last = house.world.grants.values().find(on).is_none();
                if over && last && kind != 12 {
                    ends += 1;
                    displaced += usize::from(kind <= 2);
                    assert!(told.contains(&of(grant)), "{seed} {n}: {grant:?} of {told:?}");
                }
            }
        }
        for account in house.world.accounts.values() {
            for grant in &account.grants {
                let serves = accounts::rules::grants::serves(grant, account, house.now, &house.policy);
                assert!(serves, "{seed}: nothing that is over stands among the rows: {grant:?}");
            }
        }
    }
    assert!(ends > 3_000 && displaced > 1_000, "{ends} {displaced}");
}
