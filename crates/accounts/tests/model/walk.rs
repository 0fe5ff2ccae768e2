//! The walk: stateright drives the steps of a slice and asks the laws in every state it reaches.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use stateright::{Checker, HasDiscoveries, Model, Property};

use super::coverage::Coverage;
use super::slices::Slice;
use super::state::State;
use super::step::Step;
use super::ways_in;

/// A slice on its way.
#[derive(Clone)]
pub(crate) struct Walk {
    slice: Slice,
    coverage: Arc<Coverage>,
}

macro_rules! laws {
    ($($name:literal),*) => {
        vec![$(Property::always($name, |_: &Walk, state: &State| state.broken != Some($name))),*]
    };
}

impl Model for Walk {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![self.slice.begin()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Step>) {
        if state.broken.is_none() {
            self.slice.steps(state, actions);
        }
    }

    fn next_state(&self, last: &State, action: Step) -> Option<State> {
        let (state, decision) = self.slice.house.step(last, &action)?;
        decision.iter().for_each(|decision| self.coverage.note(decision));
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut laws = laws![
            "I4",
            "I5",
            "I6",
            "I7",
            "I8",
            "I9",
            "I10",
            "I11",
            "I12",
            "I14",
            "I16",
            "I18",
            "I20",
            "I28",
            "I30",
            "I31",
            "I33",
            "I38",
            "I39",
            "R-SIGNIN-7",
            "R-LOCK-4"
        ];
        assert_eq!(laws.iter().map(|law| law.name).collect::<Vec<_>>(), super::laws::LAWS);
        laws.extend([
            Property::always("L1: the mailbox registers", |walk: &Self, state| {
                ways_in::mailbox_registers(&walk.slice.house, state)
            }),
            Property::always("L2: a known device gets in", |walk: &Self, state| {
                ways_in::known_device_gets_in(&walk.slice.house, state)
            }),
            Property::always("L3: an unlock lets the owner in", |walk: &Self, state| {
                ways_in::unlocking_lets_in(&walk.slice.house, state)
            }),
        ]);
        laws
    }
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
    states: usize,
    steps: usize,
    depth: usize,
    seconds: f64,
    pub(crate) found: Option<Found>,
}

impl fmt::Display for Walked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { slice, states, steps, depth, seconds, .. } = self;
        write!(f, "{slice}: {states} states, {steps} steps, depth {depth}, {seconds:.1} s")
    }
}

impl Walk {
    pub(crate) fn new(slice: Slice, coverage: &Arc<Coverage>) -> Self {
        Self { slice, coverage: Arc::clone(coverage) }
    }

    /// Walks all there is.
    pub(crate) fn run(self) -> Walked {
        let (slice, began) = (self.slice.clone(), Instant::now());
        let checker = self.clone().checker().threads(2).finish_when(HasDiscoveries::AnyFailures);
        let checker = checker.timeout(crate::PATIENCE);
        let checker = if slice.depth > 0 { checker.target_max_depth(slice.depth) } else { checker };
        let checker = checker.spawn_bfs().join();
        let (states, steps, depth) =
            (checker.unique_state_count(), checker.state_count(), checker.max_depth());
        let found = checker.discoveries().into_iter().next().map(|(law, path)| {
            let path = self.shrink(law, path.into_actions());
            Found { law, slice: slice.name, path }
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

    /// Leaves out steps that the law can be broken without.
    fn shrink(&self, law: &'static str, mut path: Vec<Step>) -> Vec<Step> {
        while let Some(shorter) = (0..path.len()).find_map(|n| {
            let mut shorter = path.clone();
            shorter.remove(n);
            self.breaks(law, &shorter).then_some(shorter)
        }) {
            path = shorter;
        }
        path
    }

    fn breaks(&self, law: &'static str, path: &[Step]) -> bool {
        let mut state = self.slice.begin();
        for step in path {
            let mut possible = Vec::new();
            self.actions(&state, &mut possible);
            if !possible.contains(step) {
                return false;
            }
            let Some(next) = self.next_state(&state, step.clone()) else { return false };
            state = next;
        }
        let property = self.property(law);
        !(property.condition)(self, &state)
    }
}
