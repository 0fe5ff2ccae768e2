//! The agreement property: rows and `apply` never part.
//!
//! Random tales of real commands, told by three browsers at three addresses under a moving clock, go through `transact`.
//! After each, what the store loads is what `apply` makes of the snapshot before and the events; and the same tale ends
//! alike on both engines, answer by answer and row by row.

mod rows;
mod support;
mod tales;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rows::Rows;
use store::OutgoingMail;
use support::{postgres, sqlite};
use tales::steps;
use tales::telling::{Tale, Upkeep};
use tales::ways::set_tales;

/// Every event there is must be reached, or its rows are not tested.
const ALL: [&str; 47] = [
    "GuessesCounted",
    "GuessFailed",
    "Locked",
    "Unlocked",
    "CodeTriesCounted",
    "LongCodes",
    "NetworkTriesCounted",
    "ChallengeIssued Code",
    "ChallengeIssued AccountExists",
    "ChallengeIssued Nobody",
    "ChallengeIssued UndoOffered",
    "ChallengeSpent",
    "FlowStarted Register",
    "FlowStarted Reset",
    "FlowStarted ChangeEmail",
    "FlowTried",
    "FlowProven",
    "FormOpened",
    "FlowEnded",
    "ResetCoolingDown",
    "NumberIssued NotMe",
    "NumberIssued Undo",
    "NumberSpent",
    "NumbersVoided",
    "ChangeNoted Password",
    "ChangeNoted Email",
    "ChangesUndone",
    "PendingCancelled",
    "AccountCreated",
    "SessionStarted",
    "SessionEnded",
    "SessionSeen",
    "SessionProved",
    "DeviceKnown",
    "DeviceForgotten",
    "SignInRefused",
    "PasswordSet Chosen",
    "PasswordSet Reset",
    "PasswordSet Rehashed",
    "PasswordVoided Reset",
    "PasswordVoided NotMe",
    "PasswordVoided Undone",
    "EmailChanged",
    "ProfileChanged",
    "TermsAccepted",
    "Suspended",
    "Resumed",
];

/// And these by the set tales, on each engine.
const OF_METHODS: [&str; 60] = [
    "ChallengeIssued ProviderOnly",
    "FlowStarted RegisterIdentity",
    "FlowStarted AddEmail",
    "FlowStarted Offer",
    "FlowBound",
    "TripStarted SignIn",
    "TripStarted Link",
    "TripStarted Prove",
    "TripEnded",
    "LinkAdded",
    "LinkRemoved Member",
    "LinkRemoved Unticked",
    "LinkRemoved NotMe",
    "LinkRemoved Provider",
    "LinkChanged Address",
    "LinkChanged Reach",
    "LinkChanged Held",
    "EmailAdded",
    "EmailRemoved Member",
    "IdentityFreed Removed",
    "IdentityFreed Withdrawn",
    "ContactChanged",
    "MethodsPutBack",
    "LostNoted Some",
    "LostNoted None",
    "Withdrawn",
    "Restored",
    "Erased",
    "ReportHeard",
    "TestMailAsked",
    "Exported",
    "NumberIssued Restore",
    "NumberIssued Lost",
    "NumberIssued Undo",
    "NumberSpent",
    "ChangeNoted Added",
    "ChangeNoted Removed",
    "ChangeNoted Contact",
    "ChangesUndone",
    "NumbersVoided",
    "PasswordSet Added",
    "PasswordVoided Withdrawn",
    "PasswordVoided Restored",
    "PasswordVoided Removed",
    "SessionProved",
    "PasskeyAdded",
    "MethodsPutBack Passkeys",
    "Withdrawn Passkeys",
    "PasskeyRemoved Member",
    "PasskeyRemoved NotMe",
    "PasskeyRemoved Unticked",
    "PasskeyRenamed",
    "PasskeyUsed",
    "PasskeyDoubted",
    "PasskeyDeclined",
    "CeremonySpent",
    "ChangeNoted PasskeyAdded",
    "ChangeNoted PasskeyRemoved",
    "SessionStarted",
    "SessionEnded",
];

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases: cases.max(asked_for()),
        max_shrink_iters: 100,
        failure_persistence: None,
        ..Config::default()
    })
}

/// A runner whose tales are the same each time, for what must not hang on luck: that they reach everything.
fn fixed_runner(cases: u32) -> TestRunner {
    let config = Config {
        cases: cases.max(asked_for()),
        max_shrink_iters: 100,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// A long run asks for more cases.
fn asked_for() -> u32 {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse::<u32>().ok());
    asked.map_or(0, |cases| cases / 20)
}

#[test]
fn what_is_loaded_is_what_the_events_say() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let rows = runtime.block_on(Rows::over(sqlite()));
    let number = Cell::new(1_000);
    let reached = RefCell::new(BTreeSet::new());
    let told = fixed_runner(96).run(&steps(30), |steps| {
        number.set(number.get() + 1);
        let tale = runtime.block_on(Tale::tell(&rows, Upkeep::Never, number.get(), &steps))?;
        reached.borrow_mut().extend(tale.reached);
        Ok(())
    });
    told.unwrap_or_else(|failure| panic!("{failure}"));
    let reached = reached.into_inner();
    let missing = ALL.into_iter().filter(|name| !reached.contains(*name)).collect::<Vec<_>>();
    assert!(missing.is_empty(), "no tale reached {missing:?}");
    runtime.block_on(rows.leave());
}

/// The set tales reach every event of providers, methods, the contact and the end of an account, on each engine alike.
#[test]
fn the_set_tales_reach_every_event_of_methods_and_end_alike_on_both_engines() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut left = Vec::new();
        let mut houses = support::both().await;
        houses.extend(support::postgres_by_name().await);
        for house in houses {
            let rows = Rows::over(house).await;
            let (mut reached, mut ends) = (BTreeSet::new(), Vec::new());
            for (number, steps) in (3_000..).zip(set_tales()) {
                let tale = Tale::tell(&rows, Upkeep::Never, number, &steps).await;
                let tale = tale.unwrap_or_else(|failure| panic!("{number}: {failure}"));
                reached.extend(tale.reached.clone());
                ends.push(tale.end().await);
            }
            let missing = OF_METHODS.into_iter().filter(|name| !reached.contains(*name));
            let missing = missing.collect::<Vec<_>>();
            assert!(missing.is_empty(), "no set tale reached {missing:?}");
            left.push(ends);
            rows.leave().await;
        }
        for pair in left.windows(2) {
            for (number, (one, other)) in pair[0].iter().zip(&pair[1]).enumerate() {
                assert_eq!(one, other, "set tale {number}");
            }
        }
    });
}

#[test]
fn the_same_tale_ends_alike_on_both_engines() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let Some(house) = runtime.block_on(postgres()) else {
        return;
    };
    let ours = runtime.block_on(Rows::over(sqlite()));
    let theirs = runtime.block_on(Rows::over(house));
    let number = Cell::new(5_000);
    let told = runner(8).run(&steps(30), |steps| {
        number.set(number.get() + 1);
        let one = runtime.block_on(Tale::tell(&ours, Upkeep::Never, number.get(), &steps))?;
        let other = runtime.block_on(Tale::tell(&theirs, Upkeep::Never, number.get(), &steps))?;
        prop_assert_eq!(runtime.block_on(one.end()), runtime.block_on(other.end()));
        Ok(())
    });
    told.unwrap_or_else(|failure| panic!("{failure}"));
    runtime.block_on(ours.leave());
    runtime.block_on(theirs.leave());
}

/// Codes, numbers, changes, flows, counts and sessions go when they mean nothing any more, and not before: a sweep after
/// every step of a tale changes no answer, no line and no mail of it.
#[test]
fn sweeps_change_no_answer() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let untouched = runtime.block_on(Rows::over(sqlite()));
    let swept = runtime.block_on(Rows::over(sqlite()));
    let number = Cell::new(9_000);
    let told = runner(32).run(&steps(40), |steps| {
        number.set(number.get() + 1);
        let one = runtime.block_on(Tale::tell(&untouched, Upkeep::Never, number.get(), &steps))?;
        let other = runtime.block_on(Tale::tell(&swept, Upkeep::Always, number.get(), &steps))?;
        let (outcomes, _, lines, mails) = runtime.block_on(one.end());
        let (outcomes_swept, _, lines_swept, mails_swept) = runtime.block_on(other.end());
        prop_assert_eq!(outcomes, outcomes_swept);
        prop_assert_eq!(lines, lines_swept);
        // A code or number that a late mail would have carried may be gone by then: it would be useless.
        let letters = |mails: Vec<OutgoingMail>| mails.into_iter().map(|mail| mail.mail);
        prop_assert!(letters(mails).eq(letters(mails_swept)), "other mails");
        Ok(())
    });
    told.unwrap_or_else(|failure| panic!("{failure}"));
    runtime.block_on(untouched.leave());
    runtime.block_on(swept.leave());
}
