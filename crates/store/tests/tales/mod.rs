//! Random tales: what three visitors and an operator may do at three addresses, one step after the other.
//!
//! The weights are such that a hundred tales reach every event there is; the agreement test makes sure of it. A tale is
//! told in `telling`, and what it leaves is compared in `whole`.
#![expect(dead_code, reason = "each test file uses its own part of this")]

mod naming;
mod orders;
mod passkeys;
pub(crate) mod telling;
pub(crate) mod ways;
mod whole;

use accounts::{Creation, Person, Purpose, SessionKind, TripErrand, Verdict};
use passkeys::{Errand, KEYS, Key};
use proptest::prelude::*;

/// One step of a tale. The numbers pick among what there is when the step is taken.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Wait(usize),
    Pay {
        browser: usize,
        at: usize,
    },
    SignIn {
        browser: usize,
        at: usize,
        guess: Guessing,
        kind: SessionKind,
    },
    /// Pays and signs in with the right password, at the next address that somebody owns.
    Enter {
        browser: usize,
        at: usize,
        rehash: bool,
        kind: SessionKind,
    },
    ProveFresh {
        browser: usize,
        guess: Guessing,
    },
    /// Asks for a code.
    Ask {
        browser: usize,
        at: usize,
        purpose: Purpose,
    },
    /// Enters a code in the browser's flow, whatever that is for.
    Verify {
        browser: usize,
        code: usize,
    },
    /// Chooses a password in the browser's flow; by an older form, where `form` is 0.
    Complete {
        browser: usize,
        kind: SessionKind,
        form: usize,
    },
    /// Enters a number from a mail.
    Number {
        browser: usize,
        at: usize,
        printed: Printed,
        number: usize,
    },
    /// Sets out for a provider.
    Begin {
        browser: usize,
        who: usize,
        errand: TripErrand,
    },
    /// Comes back from there as somebody with an address, or without one.
    Arrive {
        browser: usize,
        who: usize,
        at: usize,
        vouched: bool,
        kind: SessionKind,
    },
    /// Comes back with nothing.
    Abandon {
        browser: usize,
    },
    /// Does something with what the flow has in hand, or drops it.
    InHand {
        browser: usize,
        what: InHand,
    },
    /// A provider reports something of somebody.
    Report {
        who: usize,
        news: usize,
    },
    /// Does something with an authenticator.
    Key(Key),
    /// The house itself erases somebody whose grace is over.
    Erase {
        member: usize,
    },
    Own {
        browser: usize,
        what: Own,
    },
    Operator {
        at: usize,
        what: Operator,
    },
}

/// Which number is entered.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Printed {
    NotMe,
    Undo,
    Lost,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum InHand {
    Drop,
    Restore,
}

#[derive(Clone, Debug)]
pub(crate) struct Guessing {
    pub(crate) verdict: Verdict,
    /// 0: no ticket that exists; else the last one paid at this address.
    pub(crate) ticket: usize,
    /// 0: checked against nothing; 1: against an older version; else against the password as it is.
    pub(crate) against: usize,
    pub(crate) rehash: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Own {
    SignOut,
    EndSession(usize),
    EndOthers,
    ForgetDevice(usize),
    Touch,
    ChangePassword,
    ChangeProfile(usize),
    AcceptTerms(usize),
    /// Removes a method; names another as the contact, or none.
    Remove(usize, usize),
    ChooseContact(usize),
    NameKey(usize),
    RemoveKey(usize),
    DeclineKey,
    Follow {
        provider: usize,
        at: usize,
    },
    Withdraw,
    TestMail,
    Export,
}

#[derive(Clone, Debug)]
pub(crate) enum Operator {
    Unlock,
    Suspend,
    Resume,
    SignOutEverywhere,
    Withdraw,
}

/// How many people there are at the providers of a tale: two at each of two.
pub(crate) const PEOPLE: usize = 4;
/// How many things a provider can report.
pub(crate) const NEWS: usize = 7;
/// No address.
pub(crate) const NOWHERE: usize = PLACES;

/// How many browsers, and how many addresses, a tale has.
pub(crate) const PLACES: usize = 3;

/// Seconds, a lapsed ticket, the gap of codes, a stale proof, a dead code, an unread session, a day, the end of an undo,
/// a forgotten count.
pub(crate) const WAITS: [i64; 11] = [
    1,
    7_003,
    31_000,
    61_007,
    660_011,
    1_900_013,
    3_700_017,
    90_000_019,
    262_000_007,
    2_700_000_000,
    // More than half of a fresh proof.
    310_001,
];

/// A tale of so many steps and ways of several steps.
pub(crate) fn steps(length: usize) -> impl Strategy<Value = Vec<Step>> {
    let part = prop_oneof![
        24 => step().prop_map(|step| vec![step]),
        2 => way_back(),
        2 => change_of_address(),
        1 => change_of_password(),
        1 => suspension(),
        6 => ways::any(),
    ];
    (0..PLACES, proptest::collection::vec(part, length)).prop_map(|(members, rest)| {
        // Most tales begin with somebody who has an account.
        let members = (0..members).flat_map(registration);
        members.chain(rest.into_iter().flatten()).collect()
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => entering(),
        11 => codes(),
        4 => (place(), place(), printed(), 0..5_usize)
            .prop_map(|(browser, at, printed, number)| Step::Number { browser, at, printed, number }),
        7 => (place(), own()).prop_map(|(browser, what)| Step::Own { browser, what }),
        5 => (place(), operator()).prop_map(|(at, what)| Step::Operator { at, what }),
        6 => travelling(),
        4 => with_key().prop_map(Step::Key),
        3 => prop_oneof![12 => 0..5_usize, 5 => 5..8_usize, 2 => Just(8), 1 => Just(9)].prop_map(Step::Wait),
    ]
}

fn printed() -> impl Strategy<Value = Printed> {
    prop_oneof![3 => Just(Printed::NotMe), 3 => Just(Printed::Undo), 1 => Just(Printed::Lost)]
}

fn travelling() -> impl Strategy<Value = Step> {
    let errand = prop_oneof![Just(TripErrand::SignIn), Just(TripErrand::Link), Just(TripErrand::Prove)];
    let in_hand = prop_oneof![Just(InHand::Drop), Just(InHand::Restore)];
    prop_oneof![
        4 => (place(), 0..PEOPLE, errand)
            .prop_map(|(browser, who, errand)| Step::Begin { browser, who, errand }),
        6 => (place(), 0..PEOPLE, 0..=NOWHERE, any::<bool>(), kind()).prop_map(
            |(browser, who, at, vouched, kind)| Step::Arrive { browser, who, at, vouched, kind }
        ),
        1 => place().prop_map(|browser| Step::Abandon { browser }),
        2 => (place(), in_hand).prop_map(|(browser, what)| Step::InHand { browser, what }),
        3 => (0..PEOPLE, 0..NEWS).prop_map(|(who, news)| Step::Report { who, news }),
        1 => (0..6_usize).prop_map(|member| Step::Erase { member }),
    ]
}

fn with_key() -> impl Strategy<Value = Key> {
    let creation = prop_oneof![3 => Just(Creation::Asked), 1 => Just(Creation::Upgrade)];
    let person = prop_oneof![3 => Just(Person::Verified), 1 => Just(Person::Unverified)];
    let errand = prop_oneof![
        3 => (creation, person).prop_map(|(creation, person)| Errand::Add(creation, person)),
        4 => (0..5_usize, kind()).prop_map(|(counter, kind)| Errand::SignIn(counter, kind)),
        2 => (0..5_usize).prop_map(Errand::Prove),
    ];
    (place(), 0..KEYS, errand, 0..8_usize).prop_map(|(browser, which, errand, challenge)| Key {
        browser,
        which,
        errand,
        challenge,
    })
}

fn place() -> std::ops::Range<usize> {
    0..PLACES
}

fn kind() -> impl Strategy<Value = SessionKind> {
    prop_oneof![3 => Just(SessionKind::Browser), 1 => Just(SessionKind::App)]
}

fn guess() -> impl Strategy<Value = Guessing> {
    let verdict = prop_oneof![Just(Verdict::Right), Just(Verdict::Wrong)];
    (verdict, 0..6_usize, 0..8_usize, any::<bool>())
        .prop_map(|(verdict, ticket, against, rehash)| Guessing { verdict, ticket, against, rehash })
}

fn entering() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (place(), place()).prop_map(|(browser, at)| Step::Pay { browser, at }),
        6 => (place(), place(), guess(), kind())
            .prop_map(|(browser, at, guess, kind)| Step::SignIn { browser, at, guess, kind }),
        4 => (place(), place(), any::<bool>(), kind())
            .prop_map(|(browser, at, rehash, kind)| Step::Enter { browser, at, rehash, kind }),
        3 => (place(), guess()).prop_map(|(browser, guess)| Step::ProveFresh { browser, guess }),
    ]
}

fn codes() -> impl Strategy<Value = Step> {
    let purpose = prop_oneof![2 => Just(Purpose::Register), 2 => Just(Purpose::Reset), 1 => Just(Purpose::ChangeEmail), 1 => Just(Purpose::RegisterIdentity)];
    prop_oneof![
        4 => (place(), place(), purpose)
            .prop_map(|(browser, at, purpose)| Step::Ask { browser, at, purpose }),
        6 => (place(), 0..7_usize).prop_map(|(browser, code)| Step::Verify { browser, code }),
        4 => (place(), kind(), 0..4_usize)
            .prop_map(|(browser, kind, form)| Step::Complete { browser, kind, form }),
    ]
}

fn own() -> impl Strategy<Value = Own> {
    prop_oneof![
        1 => Just(Own::SignOut),
        1 => (0..3_usize).prop_map(Own::EndSession),
        1 => Just(Own::EndOthers),
        2 => (0..2_usize).prop_map(Own::ForgetDevice),
        3 => Just(Own::Touch),
        2 => Just(Own::ChangePassword),
        4 => (0..3_usize).prop_map(Own::ChangeProfile),
        4 => (0..2_usize).prop_map(Own::AcceptTerms),
        3 => (0..3_usize, 0..4_usize).prop_map(|(method, heir)| Own::Remove(method, heir)),
        2 => (0..3_usize).prop_map(Own::ChooseContact),
        1 => (0..2_usize).prop_map(Own::NameKey),
        1 => (0..2_usize).prop_map(Own::RemoveKey),
        1 => Just(Own::DeclineKey),
        2 => (0..2_usize, place()).prop_map(|(provider, at)| Own::Follow { provider, at }),
        1 => Just(Own::Withdraw),
        1 => Just(Own::TestMail),
    ]
}

fn operator() -> impl Strategy<Value = Operator> {
    prop_oneof![
        3 => Just(Operator::Unlock),
        2 => Just(Operator::Suspend),
        3 => Just(Operator::Resume),
        1 => Just(Operator::SignOutEverywhere),
        1 => Just(Operator::Withdraw),
    ]
}

fn registration(member: usize) -> [Step; 3] {
    let (browser, at, kind) = (member, member, SessionKind::Browser);
    [
        Step::Ask { browser, at, purpose: Purpose::Register },
        Step::Verify { browser, code: RIGHT },
        Step::Complete { browser, kind, form: NEWEST },
    ]
}

/// A reset; often from the middle on only as far as the code, and sometimes with the form opened again.
fn way_back() -> impl Strategy<Value = Vec<Step>> {
    (place(), place(), kind(), 0..4_usize).prop_map(|(browser, at, kind, ending)| {
        let verify = || Step::Verify { browser, code: RIGHT };
        let mut steps =
            vec![Step::Wait(GAP), Step::Ask { browser, at, purpose: Purpose::Reset }, verify()];
        match ending {
            0 => {}
            1 => steps.extend([verify(), Step::Complete { browser, kind, form: 0 }]),
            2 => steps.extend([
                Step::Verify { browser, code: THE_GRANTS },
                Step::Complete { browser, kind, form: 0 },
                Step::Complete { browser, kind, form: NEWEST },
            ]),
            _ => steps.push(Step::Complete { browser, kind, form: NEWEST }),
        }
        steps
    })
}

/// A member moves to another address; sometimes the old one takes that back at once.
fn change_of_address() -> impl Strategy<Value = Vec<Step>> {
    let kind = SessionKind::Browser;
    (place(), place(), place(), 0..3_usize).prop_map(move |(browser, at, to, undo)| {
        let mut steps = vec![
            Step::Wait(GAP),
            Step::Enter { browser, at, rehash: false, kind },
            Step::Ask { browser, at: to, purpose: Purpose::ChangeEmail },
            Step::Verify { browser, code: RIGHT },
        ];
        if undo == 0 {
            steps.push(Step::Number { browser, at, printed: Printed::Undo, number: 2 });
        }
        steps
    })
}

/// An operator suspends somebody; sometimes for a moment only.
fn suspension() -> impl Strategy<Value = Vec<Step>> {
    (place(), any::<bool>()).prop_map(|(at, for_a_moment)| {
        let mut steps = vec![Step::Operator { at, what: Operator::Suspend }];
        if for_a_moment {
            steps.push(Step::Operator { at, what: Operator::Resume });
        }
        steps
    })
}

fn change_of_password() -> impl Strategy<Value = Vec<Step>> {
    let kind = SessionKind::Browser;
    (place(), place()).prop_map(move |(browser, at)| {
        vec![
            Step::Enter { browser, at, rehash: false, kind },
            Step::Own { browser, what: Own::ChangePassword },
        ]
    })
}

/// The wait after which another code may be mailed.
const GAP: usize = 3;
/// The newest code of the flow's purpose.
const RIGHT: usize = 6;
/// The code that opened the password form.
pub(crate) const THE_GRANTS: usize = 2;
/// The form that was shown last.
const NEWEST: usize = 3;
