//! Ways of several steps with providers and passkeys: what chance alone would rarely put together.
//!
//! Random tales take one now and then, begun by anybody anywhere. The set tales are the same ways laid one after the
//! other, so that every event of providers, passkeys, methods, the contact and the end of an account comes on each engine in
//! every run, whatever the dice say.

use accounts::{Purpose, SessionKind, TripErrand};
use proptest::prelude::*;

use super::{
    GAP, InHand, NEWEST, NOWHERE, Operator, Own, PEOPLE, PLACES, Printed, RIGHT, Step, passkeys,
};

/// Who goes where: the browser, the person at the provider, and the address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cast {
    pub(super) browser: usize,
    pub(super) who: usize,
    pub(super) at: usize,
}

/// One of the ways.
pub(super) fn any() -> impl Strategy<Value = Vec<Step>> {
    let cast = (0..PLACES, 0..PEOPLE, 0..PLACES);
    (cast, 0..WAYS.len()).prop_map(|((browser, who, at), way)| WAYS[way](Cast { browser, who, at }))
}

/// Tales that together reach every event.
pub(crate) fn set_tales() -> Vec<Vec<Step>> {
    let mut tales = Vec::new();
    for (place, way) in WAYS.iter().enumerate() {
        let cast = Cast { browser: place % PLACES, who: place % PEOPLE, at: (place / 2) % PLACES };
        let began = super::registration((cast.at + 1) % PLACES);
        tales.push(began.into_iter().chain(way(cast)).collect());
    }
    tales
}

const WAYS: [fn(Cast) -> Vec<Step>; 25] = [
    register,
    register_by_code,
    link_and_undo,
    link_and_part,
    part_and_undo,
    prove_and_choose,
    offer,
    late_link,
    add_email_and_leave,
    withdraw_and_restore,
    withdraw_and_come_back,
    withdraw_and_erase,
    lost,
    reports,
    stranger_adds_a_method,
    unticked,
    passkeys::use_and_remove,
    passkeys::doubt,
    passkeys::upgrade_and_undo,
    passkeys::remove_and_undo,
    passkeys::pass_on,
    passkeys::withdraw_with_keys,
    passkeys::stranger_adds_a_key,
    passkeys::stranger_ends_all,
    passkeys::unticked_key,
];

/// The wait until a grace is over, or a lost provider is given up.
const LONG: usize = 9;
const A_DAY: usize = 7;
/// The end of a fresh proof.
pub(super) const STALE: usize = 4;
pub(super) const KIND: SessionKind = SessionKind::Browser;

fn travel(Cast { browser, who, at }: Cast, errand: TripErrand, vouched: bool) -> [Step; 2] {
    [Step::Begin { browser, who, errand }, Step::Arrive { browser, who, at, vouched, kind: KIND }]
}

pub(super) const fn complete(browser: usize) -> Step {
    Step::Complete { browser, kind: KIND, form: NEWEST }
}

pub(super) const fn verify(browser: usize) -> Step {
    Step::Verify { browser, code: RIGHT }
}

pub(super) const fn enter(browser: usize, at: usize) -> Step {
    Step::Enter { browser, at: at % PLACES, rehash: false, kind: KIND }
}

fn register(cast: Cast) -> Vec<Step> {
    let [begin, arrive] = travel(cast, TripErrand::SignIn, true);
    vec![begin, arrive, complete(cast.browser)]
}

fn register_by_code(cast: Cast) -> Vec<Step> {
    let Cast { browser, at, .. } = cast;
    let nowhere = Cast { at: NOWHERE, ..cast };
    let [begin, arrive] = travel(nowhere, TripErrand::SignIn, false);
    let ask = Step::Ask { browser, at, purpose: Purpose::RegisterIdentity };
    vec![begin, arrive, Step::Wait(GAP), ask, verify(browser), complete(browser)]
}

/// A member who signed in with a password adds a provider.
fn link(cast: Cast) -> Vec<Step> {
    let [begin, arrive] = travel(cast, TripErrand::Link, true);
    vec![enter(cast.browser, cast.at + 1), begin, arrive]
}

pub(super) fn undo(browser: usize, at: usize) -> Step {
    Step::Number { browser, at, printed: Printed::Undo, number: 2 }
}

fn link_and_undo(cast: Cast) -> Vec<Step> {
    let mut steps = link(cast);
    steps.push(undo(cast.browser, (cast.at + 1) % PLACES));
    steps
}

pub(super) fn own(browser: usize, what: Own) -> Step {
    Step::Own { browser, what }
}

fn link_and_part(cast: Cast) -> Vec<Step> {
    let mut steps = link(cast);
    steps.push(own(cast.browser, Own::Remove(1, 3)));
    steps
}

/// `email` goes and the provider is the contact; the address that was takes it back.
fn part_and_undo(cast: Cast) -> Vec<Step> {
    let Cast { browser, at, .. } = cast;
    let mut steps = link(cast);
    steps.extend([
        own(browser, Own::Remove(0, 1)),
        own(browser, Own::TestMail),
        own(browser, Own::Export),
    ]);
    steps.push(undo(browser, (at + 1) % PLACES));
    steps
}

fn prove_and_choose(cast: Cast) -> Vec<Step> {
    let Cast { browser, at, .. } = cast;
    let mut steps = link(cast);
    steps.push(Step::Wait(STALE));
    steps.extend(travel(cast, TripErrand::Prove, true));
    steps.push(own(browser, Own::ChooseContact(1)));
    steps.push(own(browser, Own::Follow { provider: cast.who % 2, at: (at + 2) % PLACES }));
    steps
}

/// Somebody comes with an identity whose address a member has; the member signs in and takes it.
fn offer(cast: Cast) -> Vec<Step> {
    let Cast { browser, at, .. } = cast;
    let taken = Cast { at: (at + 1) % PLACES, ..cast };
    let [begin, arrive] = travel(taken, TripErrand::SignIn, true);
    vec![begin, arrive, enter(browser, taken.at), complete(browser)]
}

/// The proof has grown old when the trip comes back: the identity stays in hand, and is dropped or taken.
fn late_link(cast: Cast) -> Vec<Step> {
    let Cast { browser, at, .. } = cast;
    let [begin, arrive] = travel(cast, TripErrand::Link, true);
    let almost = || Step::Wait(NOT_YET_STALE);
    let drop = Step::InHand { browser, what: InHand::Drop };
    let gone = Step::Abandon { browser };
    let again = Step::Begin { browser, who: cast.who, errand: TripErrand::SignIn };
    vec![enter(browser, at + 1), almost(), begin, almost(), arrive, drop, again, gone]
}

/// Half of a fresh proof and a bit.
const NOT_YET_STALE: usize = 10;

/// A member of a provider adds `email`, then ends the other.
fn add_email_and_leave(cast: Cast) -> Vec<Step> {
    let Cast { browser, at, .. } = cast;
    let mut steps = register(cast);
    let to = (at + 2) % PLACES;
    steps.push(Step::Wait(GAP));
    steps.push(Step::Ask { browser, at: to, purpose: Purpose::ChangeEmail });
    steps.extend([verify(browser), complete(browser)]);
    steps.push(own(browser, Own::Remove(1, 0)));
    steps
}

fn withdraw_and_restore(cast: Cast) -> Vec<Step> {
    let Cast { browser, at, .. } = cast;
    let mut steps = link(cast);
    steps.push(own(browser, Own::Withdraw));
    steps.push(undo(browser, (at + 1) % PLACES));
    steps
}

/// Whoever left comes back with the identity, and has the account again instead of a new one.
fn withdraw_and_come_back(cast: Cast) -> Vec<Step> {
    let Cast { browser, .. } = cast;
    let mut steps = register(cast);
    steps.push(own(browser, Own::Withdraw));
    steps.extend(travel(cast, TripErrand::SignIn, true));
    steps.push(Step::InHand { browser, what: InHand::Restore });
    steps
}

fn withdraw_and_erase(cast: Cast) -> Vec<Step> {
    let mut steps = link(cast);
    steps.push(Step::Operator { at: (cast.at + 1) % PLACES, what: Operator::Withdraw });
    steps.extend([Step::Erase { member: 0 }, Step::Wait(LONG), Step::Erase { member: 0 }]);
    steps
}

/// The provider cannot be used any more: the mailbox waits a day and sets up a password.
fn lost(cast: Cast) -> Vec<Step> {
    let Cast { browser, at, .. } = cast;
    let ask = || Step::Ask { browser, at, purpose: Purpose::Reset };
    let mut steps = register(cast);
    let number = Step::Number { browser, at, printed: Printed::Lost, number: 2 };
    steps.extend([own(browser, Own::SignOut), Step::Wait(GAP), ask(), number.clone()]);
    // A sign-in ends the wait; the second time nobody comes.
    steps.extend(travel(cast, TripErrand::SignIn, true));
    steps.extend([Step::Wait(A_DAY), ask(), number, Step::Wait(A_DAY)]);
    steps.extend([ask(), verify(browser), complete(browser)]);
    steps
}

fn reports(cast: Cast) -> Vec<Step> {
    let mut steps = register(cast);
    // Its address is off, off again as heard, and on; then the account there is gone, and there again.
    steps.extend([5, 5, 6, 2, 4, 3, 0].map(|news| Step::Report { who: cast.who, news }));
    let who = (cast.who + 1) % PEOPLE;
    steps.extend(link(Cast { who, ..cast }));
    steps.push(Step::Report { who, news: 1 });
    steps
}

/// Somebody else signs in, adds a method, and the member says "this was not me".
fn stranger_adds_a_method(cast: Cast) -> Vec<Step> {
    let Cast { browser, at, .. } = cast;
    let mut steps = link(cast);
    let at = (at + 1) % PLACES;
    steps.push(Step::Number { browser, at, printed: Printed::NotMe, number: 4 });
    steps
}

/// After a reset, what was added lately and is not ticked goes.
fn unticked(cast: Cast) -> Vec<Step> {
    let Cast { browser, at, .. } = cast;
    let mut steps = link(cast);
    let at = (at + 1) % PLACES;
    steps.extend([Step::Wait(GAP), Step::Ask { browser, at, purpose: Purpose::Reset }]);
    steps.extend([verify(browser), Step::Complete { browser, kind: KIND, form: 1 }]);
    steps
}
