//! R-SESSION: sessions live by their clocks, can be seen and ended, and devices become known by signing in.

use accounts::{Command, Event, Millis, Outcome, Reason, SessionEnd, SessionKind};

use super::house::{Browser, House, OWNER, SECRET, STRANGER, refused, welcome};

fn phone() -> Browser {
    Browser { kind: SessionKind::App, ..Browser::of("phone", "192.0.2.9") }
}

#[test]
fn r_session_1_a_browsers_session_ends_after_30_days_idle_and_an_apps_after_90() {
    for (mut browser, days) in [(Browser::of("laptop", "192.0.2.9"), 30), (phone(), 90)] {
        for (waited, lives) in [(Millis(-1), true), (Millis(0), false)] {
            let (mut house, _) = House::with_owner();
            welcome(house.sign_in(&mut browser, OWNER, SECRET));
            house.wait(Millis::days(days));
            house.wait(waited);
            assert_eq!(house.is_signed_in(&mut browser), lives, "{browser:?} {waited:?}");
            browser = Browser { session: None, device: None, ..browser };
        }
    }
}

#[test]
fn r_session_1_a_browsers_session_in_daily_use_ends_after_400_days() {
    let (mut house, mut owner) = House::with_owner();
    for _ in 0..399 {
        house.wait(Millis::days(1));
        assert!(house.is_signed_in(&mut owner));
    }
    house.wait(Millis(Millis::days(1).0 - 1));
    assert!(house.is_signed_in(&mut owner));
    house.wait(Millis(1));
    assert!(!house.is_signed_in(&mut owner));
}

#[test]
fn an_apps_session_in_use_does_not_end() {
    let (mut house, _) = House::with_owner();
    let mut phone = phone();
    welcome(house.sign_in(&mut phone, OWNER, SECRET));
    for _ in 0..20 {
        house.wait(Millis::days(89));
        assert!(house.is_signed_in(&mut phone));
    }
}

#[test]
fn a_session_of_a_clock_that_was_days_ahead_does_not_outlive_its_correction() {
    for (back, lives) in [(1 - Millis::days(1).0, true), (-Millis::days(1).0, false)] {
        let (mut house, mut owner) = House::with_owner();
        house.wait(Millis(back));
        assert_eq!(house.is_signed_in(&mut owner), lives, "{back}");
    }
}

#[test]
fn the_last_use_is_written_down_once_an_hour() {
    for (waited, written) in [(Millis(-1), 0), (Millis(0), 1)] {
        let (mut house, mut owner) = House::with_owner();
        house.wait(Millis::minutes(60));
        house.wait(waited);
        assert!(house.is_signed_in(&mut owner));
        let seen = house.last.iter().filter(|e| matches!(e, Event::SessionSeen { .. })).count();
        assert_eq!(seen, written);
    }
}

#[test]
fn r_session_2_a_member_ends_one_session() {
    let (mut house, mut owner) = House::with_owner();
    let mut phone = phone();
    let session = welcome(house.sign_in(&mut phone, OWNER, SECRET)).session;
    assert_eq!(house.ask(&mut owner, None, &Command::EndSession { session }), Outcome::Done);
    assert!(!house.is_signed_in(&mut phone));
    assert!(house.is_signed_in(&mut owner));
}

#[test]
fn r_session_2_a_member_ends_all_others() {
    let (mut house, mut owner) = House::with_owner();
    let mut others = [phone(), Browser::of("laptop", "192.0.2.9")];
    for other in &mut others {
        welcome(house.sign_in(other, OWNER, SECRET));
    }
    assert_eq!(house.ask(&mut owner, None, &Command::EndOtherSessions), Outcome::Done);
    assert!(house.is_signed_in(&mut owner));
    for other in &mut others {
        assert!(!house.is_signed_in(other));
    }
}

#[test]
fn nobody_ends_another_members_session_or_forgets_their_device() {
    let (mut house, mut owner) = House::with_owner();
    let mut stranger = Browser::stranger();
    house.register(&mut stranger, STRANGER);
    let (session, device) = (house.account(OWNER).sessions[0].id, house.account(OWNER).devices[0].id);
    let not_found = refused(Reason::NotFound);
    assert_eq!(house.ask(&mut stranger, None, &Command::EndSession { session }), not_found);
    assert_eq!(house.ask(&mut stranger, None, &Command::ForgetDevice { device }), not_found);
    assert!(house.is_signed_in(&mut owner));
}

#[test]
fn without_a_session_nothing_of_a_member_can_be_asked_for() {
    let (mut house, _) = House::with_owner();
    let (session, device) = (house.account(OWNER).sessions[0].id, house.account(OWNER).devices[0].id);
    let commands = [
        Command::EndSession { session },
        Command::EndOtherSessions,
        Command::ForgetDevice { device },
        Command::TouchSession,
        Command::ChangePassword { hash: super::house::hash("mine") },
        Command::ChangeProfile { display_name: None, locale: None },
        Command::AcceptTerms { version: accounts::Line::clean("1", 9) },
    ];
    for command in commands {
        for address in [None, Some(OWNER)] {
            let answer = house.ask(&mut Browser::stranger(), address, &command);
            assert_eq!(answer, refused(Reason::NotSignedIn), "{command:?}");
            assert_eq!(house.last, []);
        }
    }
}

#[test]
fn signing_out_ends_the_session_and_is_no_error_when_there_is_none() {
    let (mut house, mut owner) = House::with_owner();
    assert_eq!(house.ask(&mut owner, None, &Command::SignOut), Outcome::Done);
    assert!(!house.is_signed_in(&mut owner));
    assert_eq!(house.ask(&mut owner, None, &Command::SignOut), Outcome::Done);
}

#[test]
fn a_device_that_signs_in_again_is_the_same_device() {
    let (mut house, mut owner) = House::with_owner();
    let (first, at) = (house.account(OWNER).devices[0].id, house.now);
    house.wait(Millis::days(1));
    let again = welcome(house.sign_in(&mut owner, OWNER, SECRET)).device;
    let [device] = house.account(OWNER).devices.as_slice() else { panic!("one device") };
    assert_eq!((first, again), (device.id, device.id));
    assert_eq!((device.first_at, device.last_at), (at, house.now));
}

#[test]
fn the_last_10_devices_stay_known() {
    let (mut house, _) = House::with_owner();
    let first = house.account(OWNER).devices[0].id;
    for _ in 0..9 {
        welcome(house.sign_in(&mut phone(), OWNER, SECRET));
    }
    assert!(house.account(OWNER).devices.iter().any(|device| device.id == first));
    welcome(house.sign_in(&mut phone(), OWNER, SECRET));
    assert_eq!(house.account(OWNER).devices.len(), 10);
    assert!(house.account(OWNER).devices.iter().all(|device| device.id != first));
}

#[test]
fn forgetting_a_device_ends_the_sessions_on_it_but_not_the_one_that_asks() {
    let (mut house, mut owner) = House::with_owner();
    let mut phone = phone();
    let device = welcome(house.sign_in(&mut phone, OWNER, SECRET)).device;
    assert_eq!(house.ask(&mut owner, None, &Command::ForgetDevice { device }), Outcome::Done);
    assert!(!house.is_signed_in(&mut phone));
    let device = house.account(OWNER).devices[0].id;
    assert_eq!(house.ask(&mut owner, None, &Command::ForgetDevice { device }), Outcome::Done);
    assert!(house.is_signed_in(&mut owner));
    assert!(house.account(OWNER).devices.is_empty());
}

#[test]
fn an_account_has_at_most_50_sessions_and_the_oldest_ends_first() {
    let (mut house, mut owner) = House::with_owner();
    for _ in 0..49 {
        welcome(house.sign_in(&mut phone(), OWNER, SECRET));
    }
    assert!(house.is_signed_in(&mut owner));
    welcome(house.sign_in(&mut phone(), OWNER, SECRET));
    assert!(!house.is_signed_in(&mut owner));
    assert_eq!(house.account(OWNER).sessions.len(), 50);
}

#[test]
fn what_has_lapsed_ends_as_that_whatever_ends_the_others() {
    let (mut house, _) = House::with_owner();
    house.wait(Millis::days(29));
    welcome(house.sign_in(&mut phone(), OWNER, SECRET));
    house.wait(Millis::days(1));
    let sessions = house.account(OWNER).sessions.iter().map(|session| session.id);
    let [old, new] = sessions.collect::<Vec<_>>()[..] else { panic!("two") };
    assert_eq!(house.operate(&Command::SignOutEverywhere), Outcome::Done);
    let ends = house.last.iter().filter_map(|event| match event {
        Event::SessionEnded { session, reason, .. } => Some((*session, *reason)),
        _ => None,
    });
    let ends = ends.collect::<Vec<_>>();
    assert!(ends.contains(&(old, SessionEnd::Lapsed)) && ends.len() == 2, "{ends:?}");
    assert!(!ends.contains(&(new, SessionEnd::Lapsed)), "{ends:?}");
}

#[test]
fn a_lapsed_session_is_cleared_away_at_the_next_sign_in() {
    let (mut house, _) = House::with_owner();
    let (account, session) = (house.account(OWNER).id, house.account(OWNER).sessions[0].id);
    house.wait(Millis::days(30));
    welcome(house.sign_in(&mut phone(), OWNER, SECRET));
    let reason = SessionEnd::Lapsed;
    assert!(house.last.contains(&Event::SessionEnded { account, session, reason }));
}

/// R-SESSION-2: what the member sees is one line for each installation, not one for each sign-in.
#[test]
fn r_session_2_an_installation_that_signs_in_again_has_one_session() {
    let (mut house, _) = House::with_owner();
    let mut app = phone();
    welcome(house.sign_in(&mut app, OWNER, SECRET));
    let before = house.account(OWNER).sessions.len();
    // The app lost its token and kept its device's secret.
    app.session = None;
    let second = welcome(house.sign_in(&mut app, OWNER, SECRET));
    let sessions = &house.account(OWNER).sessions;
    assert_eq!(sessions.len(), before);
    assert!(sessions.iter().any(|session| session.id == second.session));
}
