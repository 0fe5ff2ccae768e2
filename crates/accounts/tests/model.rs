//! The exhaustive model: the production `decide` and `apply`, walked over every interleaving of a few people,
//! two addresses, two guesses in flight and time that jumps onto its bounds.
//!
//! `cargo test -p accounts --test model -- --nocapture` prints what was walked. `GENKAN_MODEL=full` walks
//! further. A law that breaks is printed with its shortest path. There is no second implementation here: what
//! is walked is what is served.

mod support;

mod model {
    pub(crate) mod bends;
    pub(crate) mod bends_of_methods;
    pub(crate) mod bends_of_passkeys;
    pub(crate) mod bends_of_reset;
    pub(crate) mod bends_of_undo;
    pub(crate) mod cards;
    pub(crate) mod coverage;
    pub(crate) mod faults;
    pub(crate) mod ghosts;
    pub(crate) mod keys;
    pub(crate) mod laws;
    pub(crate) mod laws_of_codes;
    pub(crate) mod laws_of_ends;
    pub(crate) mod laws_of_guesses;
    pub(crate) mod laws_of_methods;
    pub(crate) mod laws_of_notices;
    pub(crate) mod laws_of_numbers;
    pub(crate) mod laws_of_passkeys;
    pub(crate) mod names;
    pub(crate) mod picture;
    pub(crate) mod remember;
    pub(crate) mod remember_methods;
    pub(crate) mod slices;
    pub(crate) mod slices_of_methods;
    pub(crate) mod slices_of_passkeys;
    pub(crate) mod state;
    pub(crate) mod step;
    pub(crate) mod visit;
    pub(crate) mod walk;
    pub(crate) mod ways_in;
    pub(crate) mod ways_of_methods;
    pub(crate) mod words;
}

use std::sync::Arc;
use std::time::Duration;

use accounts::Reason;

use model::coverage::Coverage;
use model::faults::Fault;
use model::walk::Walk;
use model::{laws, slices, slices_of_methods, slices_of_passkeys, ways_in};

fn is_full() -> bool {
    std::env::var("GENKAN_MODEL").is_ok_and(|wish| wish == "full")
}

#[test]
fn every_law_holds_in_every_slice_and_no_rule_is_dead() {
    let coverage = Arc::new(Coverage::default());
    let (mut all, mut broken) = (0, Vec::new());
    // To walk again in which something was found.
    let only = std::env::var("GENKAN_MODEL_SLICE").ok();
    let slices = slices_of_passkeys::all().into_iter().chain(slices_of_methods::all());
    for mut slice in slices.chain(slices::all()) {
        if only.as_ref().is_some_and(|name| name != slice.name) {
            continue;
        }
        if is_full() {
            slice.steps = slice.full;
        }
        let walk = Walk::new(slice, &coverage);
        let walked = walk.clone().run(2);
        println!("{walked}");
        all += walked.states;
        broken.extend(walked.found.map(|found| walk.shortest().unwrap_or(found)));
    }
    broken.iter().for_each(|found| println!("{found}"));
    assert!(broken.is_empty(), "a law is broken: see the paths above");
    println!("{all} states in all");
    assert!(all > 0, "no slice of that name");
    if only.is_some() {
        return;
    }
    assert_eq!(coverage.unreached_events(), Vec::<&str>::new(), "no event is dead");
    // A caller's defect: the scope fits the command here.
    assert_eq!(coverage.unreached_reasons(), [Reason::Mismatched]);
}

#[test]
fn every_planted_fault_is_found() {
    let coverage = Arc::new(Coverage::default());
    let mut missed = Vec::new();
    for fault in Fault::ALL.iter().copied() {
        let mut slice = fault.slice();
        slice.house.fault = Some(fault);
        slice.steps += 1;
        match Walk::new(slice, &coverage).shortest() {
            Some(found) => {
                assert_eq!(found.law, fault.law());
                println!("{fault:?}: {} {}", fault.says(), found.line());
            }
            None => missed.push(fault),
        }
    }
    assert_eq!(missed, [], "a fault that no law notices");
}

#[test]
fn every_law_has_a_planted_fault() {
    let found = Fault::ALL.iter().map(|fault| fault.law()).collect::<Vec<_>>();
    let laws = laws::names().into_iter().chain(ways_in::WAYS);
    let without = laws.filter(|law| !found.contains(law)).collect::<Vec<_>>();
    assert_eq!(without, Vec::<&str>::new());
}

/// Longer than this, a walk is a mistake.
const PATIENCE: Duration = Duration::from_secs(1800);
