//! The walk: stateright drives the steps of a slice and asks the laws in every state it reaches.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use stateright::{Checker, HasDiscoveries, Model, Property};

use super::coverage::Coverage;
use super::state::State;
use super::step::Step;
use super::ways_in;
use super::words::Slice;

/// A slice on its way.
#[derive(Clone)]
pub(crate) struct Walk {
    slice: Slice,
    coverage: Arc<Coverage>,
    judged: Arc<AtomicUsize>,
}

macro_rules! laws {
    ($($name:literal),*) => {
        vec![$(Property::always($name, |_: &Walk, state: &State| state.broken != Some($name))),*]
    };
}

/// A way in that must be open in every state; where a fault is planted, only the law that is to find it is asked.
macro_rules! ways {
    ($($name:ident => $way:ident),*) => {
        [$(Property::always(ways_in::$name, |walk: &Walk, state: &State| {
            let house = &walk.slice.house;
            house.fault.is_some_and(|fault| fault.law() != ways_in::$name)
                || state.broken.is_some()
                || ways_in::$way(house, state)
        })),*]
    };
}

impl Model for Walk {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![self.slice.begin()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Step>) {
        if state.broken.is_none() && state.steps.0 < self.slice.steps {
            self.slice.steps(state, actions);
        }
    }

    fn next_state(&self, last: &State, action: Step) -> Option<State> {
        let (state, decision) = self.slice.house.step(last, &action)?;
        decision.iter().for_each(|decision| self.coverage.note(decision));
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut laws = safety();
        assert_eq!(laws.iter().map(|law| law.name).collect::<Vec<_>>(), super::laws::names());
        laws.push(Property::always("judged", |walk: &Self, _| {
            walk.judged.fetch_add(1, Ordering::Relaxed);
            true
        }));
        laws.extend(ways![
            L1_REGISTERS => mailbox_registers,
            L1_RESETS => mailbox_resets,
            L1_UNDOES => mailbox_undoes,
            L1_DOES_WITHOUT => mailbox_does_without,
            L1_RESTORES => mailbox_restores,
            L2 => known_device_gets_in,
            L2_PROVIDER => provider_gets_in,
            L2_PASSKEY => passkey_gets_in,
            L5 => member_withdraws,
            L3_UNLOCKED => unlocking_lets_in,
            L3_VERIFIED => verified_gets_in
        ]);
        laws
    }
}

/// What must hold over every step.
fn safety() -> Vec<Property<Walk>> {
    laws![
        "I1",
        "I2",
        "I3",
        "I4",
        "I5",
        "I6",
        "I7",
        "I8",
        "I9",
        "I10",
        "I11",
        "I12",
        "I13",
        "I14",
        "I15",
        "I16",
        "I18",
        "I19",
        "I20",
        "I21",
        "I22",
        "I23",
        "I26",
        "I27",
        "I28",
        "I29",
        "I30",
        "I31",
        "I32",
        "I33",
        "I35",
        "I38",
        "I39",
        "R-REG-5",
        "R-SIGNIN-6",
        "R-SIGNIN-7",
        "R-SIGNIN-10",
        "R-LOCK-2",
        "R-LOCK-4",
        "R-RESET-2",
        "R-RESET-3",
        "R-RESET-5",
        "R-RESET-6a",
        "R-RESET-7",
        "R-RESET-8",
        "R-RESET-11",
        "R-CONTACT-5",
        "R-PASSKEY-2",
        "R-METHOD-5",
        "R-METHOD-9",
        "R-METHOD-10a",
        "R-METHOD-10b",
        "R-METHOD-10c",
        "R-METHOD-10d",
        "R-WITHDRAW-2"
    ]
}

/// A broken law and a short way to it.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) law: &'static str,
    pub(crate) slice: &'static str,
    pub(crate) path: Vec<Step>,
}

impl Found {
    /// In one line.
    pub(crate) fn line(&self) -> String {
        let Self { law, slice, path } = self;
        format!("{law} in \"{slice}\" by {} steps: {path:?}", path.len())
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} is broken in \"{}\" by {} steps: {:#?}",
            self.law,
            self.slice,
            self.path.len(),
            self.path
        )
    }
}

/// What a walk saw.
pub(crate) struct Walked {
    slice: &'static str,
    pub(crate) states: usize,
    steps: usize,
    depth: usize,
    seconds: f64,
    pub(crate) found: Option<Found>,
}

impl fmt::Display for Walked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { slice, states, steps, depth, seconds, .. } = self;
        write!(f, "{slice}: {states} states, {steps} steps, {depth} deep, {seconds:.1} s")
    }
}

impl Walk {
    pub(crate) fn new(slice: Slice, coverage: &Arc<Coverage>) -> Self {
        Self { slice, coverage: Arc::clone(coverage), judged: Arc::default() }
    }

    /// The shortest way to a broken law: what is not found in fewer steps is not broken in fewer.
    pub(crate) fn shortest(self) -> Option<Found> {
        (1..=self.slice.steps).find_map(|steps| {
            let slice = Slice { steps, ..self.slice.clone() };
            Self::new(slice, &self.coverage).run(1).found
        })
    }

    /// Walks all there is. One walker goes strictly by the number of steps; of several, one may come to a state by a
    /// longer way first, and then goes on from there by less.
    pub(crate) fn run(self, walkers: usize) -> Walked {
        let (slice, began) = (self.slice.clone(), Instant::now());
        let checker = self.clone().checker().threads(walkers).finish_when(HasDiscoveries::AnyFailures);
        let checker = checker.timeout(crate::PATIENCE);
        let checker = checker.spawn_bfs().join();
        let (steps, depth) = (checker.state_count(), checker.max_depth() - 1);
        let states = self.judged.load(Ordering::Relaxed);
        assert!(began.elapsed() < crate::PATIENCE, "\"{}\" was not walked to its end", slice.name);
        let found = checker.discoveries().into_iter().next().map(|(law, path)| Found {
            law,
            slice: slice.name,
            path: path.into_actions(),
        });
        Walked {
            slice: slice.name,
            states,
            steps,
            depth,
            seconds: began.elapsed().as_secs_f64(),
            found,
        }
    }
}
