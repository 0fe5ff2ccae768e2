//! Random tales: what two visitors and an operator may do, one step after the other.
//!
//! The weights are such that a hundred tales reach every event there is; the agreement test makes sure of it.

use accounts::{SessionKind, Verdict};
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
    /// Pays and signs in with the right password.
    Enter {
        browser: usize,
        at: usize,
        guess: Guessing,
        kind: SessionKind,
    },
    ProveFresh {
        browser: usize,
        guess: Guessing,
    },
    Register {
        browser: usize,
        at: usize,
    },
    Verify {
        browser: usize,
        code: usize,
    },
    Complete {
        browser: usize,
        kind: SessionKind,
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
}

#[derive(Clone, Debug)]
pub(crate) enum Operator {
    Unlock,
    Suspend,
    Resume,
    SignOutEverywhere,
}

/// Seconds, a lapsed ticket, the gap of codes, a stale proof, a dead code, an unread session, a day, a forgotten count.
pub(crate) const WAITS: [i64; 9] =
    [1, 7_003, 31_000, 61_007, 660_011, 1_900_013, 3_700_017, 90_000_019, 2_700_000_000];

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let kind = || prop_oneof![3 => Just(SessionKind::Browser), 1 => Just(SessionKind::App)];
    let guess = || {
        let verdict = prop_oneof![Just(Verdict::Right), Just(Verdict::Wrong)];
        (verdict, 0..6_usize, 0..8_usize, any::<bool>()).prop_map(
            |(verdict, ticket, against, rehash)| Guessing { verdict, ticket, against, rehash },
        )
    };
    let own = prop_oneof![
        1 => Just(Own::SignOut),
        1 => (0..3_usize).prop_map(Own::EndSession),
        1 => Just(Own::EndOthers),
        2 => (0..2_usize).prop_map(Own::ForgetDevice),
        3 => Just(Own::Touch),
        2 => Just(Own::ChangePassword),
        1 => (0..3_usize).prop_map(Own::ChangeProfile),
        2 => (0..2_usize).prop_map(Own::AcceptTerms),
    ];
    let operator = prop_oneof![
        3 => Just(Operator::Unlock),
        2 => Just(Operator::Suspend),
        3 => Just(Operator::Resume),
        1 => Just(Operator::SignOutEverywhere),
    ];
    let (browser, at) = (|| 0..2_usize, || 0..2_usize);
    let step = prop_oneof![
        4 => prop_oneof![6 => 0..5_usize, 3 => 5..8_usize, 1 => Just(8)].prop_map(Step::Wait),
        6 => (browser(), at()).prop_map(|(browser, at)| Step::Pay { browser, at }),
        6 => (browser(), at(), guess(), kind())
            .prop_map(|(browser, at, guess, kind)| Step::SignIn { browser, at, guess, kind }),
        5 => (browser(), at(), any::<bool>(), kind()).prop_map(|(browser, at, rehash, kind)| {
            let guess = Guessing { verdict: Verdict::Right, ticket: 1, against: 2, rehash };
            Step::Enter { browser, at, guess, kind }
        }),
        3 => (browser(), guess()).prop_map(|(browser, guess)| Step::ProveFresh { browser, guess }),
        4 => (browser(), at()).prop_map(|(browser, at)| Step::Register { browser, at }),
        6 => (browser(), 0..5_usize).prop_map(|(browser, code)| Step::Verify { browser, code }),
        6 => (browser(), kind()).prop_map(|(browser, kind)| Step::Complete { browser, kind }),
        10 => (browser(), own).prop_map(|(browser, what)| Step::Own { browser, what }),
        5 => (at(), operator).prop_map(|(at, what)| Step::Operator { at, what }),
    ];
    (0..3_usize, proptest::collection::vec(step, 30)).prop_map(|(members, rest)| {
        // Most tales begin with somebody who has an account.
        let mut steps = (0..members).flat_map(registration).collect::<Vec<_>>();
        steps.extend(rest);
        steps
    })
}

fn registration(member: usize) -> [Step; 3] {
    let (browser, at) = (member, member);
    [
        Step::Register { browser, at },
        Step::Verify { browser, code: 4 },
        Step::Complete { browser, kind: SessionKind::Browser },
    ]
}
