//! How fast mails go to one receiver: even, bounded in every minute, people's first, and slower where it asks for that.

use std::collections::BinaryHeap;

use accounts::rules::pace::{Asking, Lane, Paces, Turn};
use accounts::{Instant, MailKind, Millis};

const NOW: Instant = Instant(1_700_000_000_000);
const CODE: MailKind = MailKind::RegisterCode;
const NOTICE: MailKind = MailKind::SignIn;

/// Mails come at their instants and again at their places; when each left, by its number.
fn leaving(lane: &mut Lane, gap: Option<Millis>, mails: &[(Instant, MailKind)]) -> Vec<Instant> {
    let mut left = vec![Instant(0); mails.len()];
    let mut line = BinaryHeap::new();
    for (number, (at, _)) in mails.iter().enumerate() {
        line.push(std::cmp::Reverse((*at, number, None)));
    }
    let mut steps = 0;
    while let Some(std::cmp::Reverse((now, number, place))) = line.pop() {
        steps += 1;
        assert!(steps < mails.len() * 50, "somebody comes back without end");
        match lane.turn(Asking { kind: mails[number].1, place }, gap, now) {
            Turn::Now => left[number] = now,
            Turn::At(at) => {
                assert!(at > now, "nobody comes back at once");
                line.push(std::cmp::Reverse((at, number, Some(at))));
            }
        }
    }
    left
}

fn leaving_fresh(gap: Option<Millis>, mails: &[(Instant, MailKind)]) -> Vec<Instant> {
    let mut lane = Lane::FRESH;
    leaving(&mut lane, gap, mails)
}

fn most_within(left: &[Instant], length: Millis) -> usize {
    let within =
        |from: &Instant| left.iter().filter(|at| **at >= *from && **at < from.plus(length)).count();
    left.iter().map(within).max().unwrap_or(0)
}

#[test]
fn a_domain_and_all_below_it_share_a_lane() {
    let named = [("vodafone.ne.jp".to_owned(), 60), ("docomo.ne.jp".to_owned(), 0)].into();
    let paces = Paces { others: Some(600), named };
    assert_eq!(paces.lane("t.vodafone.ne.jp"), ("vodafone.ne.jp", Some(Millis(1_000))));
    assert_eq!(paces.lane("vodafone.ne.jp"), ("vodafone.ne.jp", Some(Millis(1_000))));
    assert_eq!(paces.lane("xvodafone.ne.jp"), ("xvodafone.ne.jp", Some(Millis(100))));
    assert_eq!(paces.lane("docomo.ne.jp"), ("docomo.ne.jp", Some(Millis(60_000))));
    assert_eq!(Paces::default().lane("example.jp"), ("example.jp", None));
}

#[test]
fn without_a_pace_all_leave_at_once_and_nothing_is_noted() {
    let mut lane = Lane::FRESH;
    let mails = vec![(NOW, NOTICE); 500];
    assert_eq!(leaving(&mut lane, None, &mails), vec![NOW; 500]);
    assert_eq!(lane, Lane::FRESH);
}

#[test]
fn no_minute_has_more_than_its_mails_and_a_tenth_at_once() {
    for (pace, most) in [(60, 67), (600, 661), (6, 6), (1, 1)] {
        let gap = Some(Millis(60_000 / pace));
        let mails = vec![(NOW, CODE); usize::try_from(pace * 4).unwrap()];
        let left = leaving_fresh(gap, &mails);
        assert!(most_within(&left, Millis::minutes(1)) <= most, "{pace}");
        assert!(most_within(&left, Millis(1)) <= usize::try_from(pace / 10 + 1).unwrap(), "{pace}");
        let last = left.iter().max().unwrap();
        assert!(*last <= NOW.plus(Millis::minutes(4)), "{pace}: as many as it may have leave");
    }
}

#[test]
fn who_waits_for_a_code_leaves_before_a_thousand_notices() {
    let gap = Some(Millis(1_000));
    let mut mails = vec![(NOW, NOTICE); 1_000];
    let codes = (0..30).map(|second| (NOW.plus(Millis::seconds(60 + second * 3)), CODE));
    mails.extend(codes.clone());
    let left = leaving_fresh(gap, &mails);
    for ((came, _), left) in codes.zip(&left[1_000..]) {
        assert!(*left <= came.plus(Millis(2_000)), "{came:?} {left:?}");
    }
    assert!(left.iter().all(|at| at.0 > 0), "every notice leaves in the end");
    assert!(most_within(&left, Millis::minutes(1)) <= 67);
    assert!(
        *left.iter().max().unwrap() <= NOW.plus(Millis::seconds(1_100)),
        "no second is left unused"
    );
}

#[test]
fn after_a_pause_a_tenth_of_a_minutes_mails_leave_at_once_where_a_minute_has_ten() {
    let at_once = |gap, kind| {
        let left = leaving_fresh(Some(gap), &[(NOW, kind); 20]);
        left.iter().filter(|at| **at == NOW).count()
    };
    for kind in [CODE, NOTICE] {
        assert_eq!(at_once(Millis(1_000), kind), 7);
        assert_eq!(at_once(Millis(6_000), kind), 2);
        assert_eq!(at_once(Millis(6_001), kind), 1);
    }
}

#[test]
fn a_place_is_a_place_also_for_who_comes_too_early() {
    let (gap, mut lane) = (Some(Millis(10_000)), Lane::FRESH);
    let mut came = |place, now| lane.turn(Asking { kind: NOTICE, place }, gap, now);
    assert_eq!(came(None, NOW), Turn::Now);
    let place = NOW.plus(Millis(10_000));
    assert_eq!(came(None, NOW), Turn::At(place));
    assert_eq!(came(Some(place), place.minus(Millis(1))), Turn::At(place));
    assert_eq!(came(Some(place), place), Turn::Now);
    // Late is in time: nobody has taken the place.
    let next = place.plus(Millis(10_000));
    assert_eq!(came(None, place), Turn::At(next));
    assert_eq!(came(Some(next), next.plus(Millis(5_000))), Turn::Now);
}

#[test]
fn no_other_mail_leaves_while_somebody_waits_and_every_one_does_from_then_on() {
    let (gap, mut lane) = (Some(Millis(10_000)), Lane::FRESH);
    let mut came = |kind, place, now| lane.turn(Asking { kind, place }, gap, now);
    assert_eq!(came(NOTICE, None, NOW), Turn::Now);
    let first = NOW.plus(Millis(10_000));
    assert_eq!(came(NOTICE, None, NOW), Turn::At(first));
    assert_eq!(came(CODE, None, NOW), Turn::At(first));
    let over = first.plus(Millis(10_000));
    // The notice's place has come, and somebody stands in the other line until that is over.
    assert_eq!(came(NOTICE, Some(first), first), Turn::At(over));
    assert_eq!(came(CODE, Some(first), first), Turn::Now);
    assert_eq!(came(NOTICE, Some(over), over), Turn::Now);
}

#[test]
fn codes_leave_in_the_order_in_which_they_came() {
    let mails: Vec<_> = (0..200).map(|n| (NOW.plus(Millis(n * 10)), CODE)).collect();
    let left = leaving_fresh(Some(Millis(1_000)), &mails);
    assert!(left.is_sorted(), "{left:?}");
}

#[test]
fn a_receiver_that_asks_for_fewer_gets_fewer_and_in_time_as_many_as_before() {
    let mut lane = Lane::FRESH;
    lane.ease(None, NOW);
    assert!(lane.is_eased(NOW));
    // Halved three times it is a quarter of a second, and then nothing.
    let forgotten = NOW.plus(Millis::minutes(20));
    assert!(lane.is_eased(forgotten.minus(Millis(1))) && !lane.is_eased(forgotten));
    // Four that were on their way hear the same.
    lane.ease(None, NOW.plus(Millis(10)));
    lane.ease(None, NOW.plus(Millis(1_900)));
    assert_eq!(lane.eased, Millis::seconds(2));
    let mut again = lane;
    again.ease(None, NOW.plus(Millis(2_000)));
    assert_eq!(again.eased, Millis::seconds(4), "whoever leaves at its place is news");
    let left = leaving(&mut lane, None, &[(NOW.plus(Millis(2_000)), CODE); 20]);
    assert!(most_within(&left, Millis(1_999)) <= 1, "{left:?}");
    assert_eq!(*left.iter().max().unwrap(), NOW.plus(Millis::seconds(40)));
    let mut at = NOW;
    for doubled in [4, 8, 16, 32, 60, 60] {
        at = at.plus(Millis::seconds(70));
        lane.ease(None, at);
        assert_eq!(lane.eased, Millis::seconds(doubled));
        let came = Asking { kind: CODE, place: None };
        let place = Turn::At(at.plus(Millis::seconds(doubled)));
        assert_eq!(lane.clone().turn(came, None, at), place, "at once");
    }
    for (minutes, seconds) in [(5, 30), (10, 15), (15, 7)] {
        let mut later = lane;
        let from = at.plus(Millis::minutes(minutes));
        let left = leaving(&mut later, None, &[(from, CODE); 3]);
        assert!(*left.iter().max().unwrap() >= from.plus(Millis::seconds(2 * seconds)), "{minutes}");
    }
    let rested = at.plus(Millis::minutes(41));
    assert!(!lane.is_eased(rested));
    assert_eq!(leaving(&mut lane, None, &[(rested, CODE); 3]), [rested; 3]);
}

#[test]
fn a_clock_that_was_wrong_holds_nothing_back_for_long() {
    let mut lane = Lane::FRESH;
    let tomorrow = NOW.plus(Millis::days(300));
    let gap = Some(Millis(1_000));
    leaving(&mut lane, gap, &vec![(tomorrow, CODE); 100]);
    lane.ease(gap, tomorrow);
    let Turn::At(place) = lane.turn(Asking { kind: CODE, place: None }, gap, NOW) else {
        panic!("it is full")
    };
    assert!(place <= NOW.plus(Millis::days(1)));
    let Turn::At(place) = lane.turn(Asking { kind: CODE, place: Some(NOW) }, gap, NOW) else {
        panic!("not yet")
    };
    assert!(place <= NOW.plus(Millis::seconds(10)), "{place:?}");
}
