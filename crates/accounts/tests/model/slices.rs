//! The slices: which part of the house each walk sees, with which bounds.
//!
//! Each holds a cause and more than one way to its effect. Bounds are small numbers so that every bound is
//! reached; lengths of time that a slice is not about are too long to matter in it.

use accounts::{Instant, Line, Millis, Policy, Registration};

use super::state::{Aim, OWNERS, STRANGERS, State, Who};
use super::step::{House, Step};

/// A pattern of steps; `steps` fills in what the state has to offer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Word {
    Pay(Who, usize, &'static str, Aim),
    Evaluate,
    Ask(Who, usize),
    TypeWrong(Who),
    /// Types any code of a mailbox that this browser's user reads.
    TypeMailed(Who, usize),
    Choose(Who, &'static str),
    Change(Who, &'static str),
    EndSessions(Who),
    ForgetDevices(Who),
    Plain(fn() -> Step),
    Wait,
}

#[derive(Clone, Debug)]
pub(crate) struct Slice {
    pub(crate) name: &'static str,
    pub(crate) house: House,
    pub(crate) words: Vec<Word>,
    pub(crate) start: Start,
    pub(crate) flights: usize,
    pub(crate) jumps: u32,
    /// How far the short run goes; the full run has no such bound.
    pub(crate) depth: usize,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Start {
    Nobody,
    OwnerRegistered,
}

use Aim::{Prove, SignIn};
use Who::{Owner, Stranger};
use Word::{
    Ask, Change, Choose, EndSessions, Evaluate, ForgetDevices, Pay, Plain, TypeMailed, TypeWrong, Wait,
};

fn policy() -> Policy {
    let never = Millis::days(100_000);
    Policy {
        guesses: 2,
        guesses_per_device: 2,
        codes_alive: 2,
        tries_per_flow: 2,
        tries_per_network: 3,
        tries_window: never,
        tries_until_long: 1000,
        guesses_forgotten: never,
        browser_idle: never,
        browser_total: never,
        device_life: never,
        seen_step: never,
        ..Policy::default()
    }
}

fn slice(name: &'static str, start: Start, words: Vec<Word>) -> Slice {
    let house = House { policy: policy(), fault: None };
    Slice { name, house, words, start, flights: 2, jumps: 2, depth: 9 }
}

/// Strangers, the owner and a neighbour guess at one address, and an operator unlocks it.
pub(crate) fn password_and_lock() -> Slice {
    let words = vec![
        Pay(Stranger, OWNERS, "wrong", SignIn),
        Pay(Stranger, OWNERS, "first", SignIn),
        Pay(Owner, OWNERS, "first", SignIn),
        Pay(Owner, OWNERS, "wrong", SignIn),
        Evaluate,
        Plain(|| Step::Unlock(OWNERS)),
        Wait,
    ];
    slice("password and lock", Start::OwnerRegistered, words)
}

/// A member forgets devices while guesses are under way, also at an address that nobody has.
pub(crate) fn devices() -> Slice {
    let words = vec![
        Pay(Stranger, OWNERS, "wrong", SignIn),
        Pay(Stranger, STRANGERS, "wrong", SignIn),
        Pay(Owner, OWNERS, "first", SignIn),
        Pay(Owner, OWNERS, "wrong", Prove),
        Evaluate,
        ForgetDevices(Owner),
        EndSessions(Owner),
        Plain(|| Step::SignOut(Owner)),
        Wait,
    ];
    let slice = slice("devices and sessions", Start::OwnerRegistered, words);
    let policy = Policy { guesses: 1, ..policy() };
    Slice { house: House { policy, fault: None }, jumps: 1, ..slice }
}

/// Two addresses, two browsers, codes of both mailboxes, and nobody registered yet.
pub(crate) fn registration() -> Slice {
    let words = vec![
        Ask(Owner, OWNERS),
        Ask(Stranger, OWNERS),
        Ask(Stranger, STRANGERS),
        TypeMailed(Owner, OWNERS),
        TypeMailed(Stranger, OWNERS),
        TypeMailed(Stranger, STRANGERS),
        Choose(Owner, "first"),
        Choose(Stranger, "mine"),
        Wait,
    ];
    slice("registration", Start::Nobody, words)
}

/// Wrong codes, too old codes and used codes at one address, in two browsers.
pub(crate) fn codes() -> Slice {
    let words = vec![
        Ask(Owner, OWNERS),
        Ask(Stranger, OWNERS),
        TypeMailed(Owner, OWNERS),
        TypeMailed(Stranger, OWNERS),
        TypeWrong(Stranger),
        TypeWrong(Owner),
        Wait,
    ];
    slice("codes", Start::Nobody, words)
}

/// A stranger guesses at an address that is being registered: proving it sets the counts back.
pub(crate) fn guessed_before_registering() -> Slice {
    let words = vec![
        Pay(Stranger, OWNERS, "wrong", SignIn),
        Pay(Stranger, OWNERS, "first", SignIn),
        Evaluate,
        Ask(Owner, OWNERS),
        TypeMailed(Owner, OWNERS),
        TypeWrong(Owner),
        Choose(Owner, "first"),
        Wait,
    ];
    slice("guessed before registering", Start::Nobody, words)
}

/// The password is changed while guesses with the old and the new one are under way.
pub(crate) fn change_in_flight() -> Slice {
    let words = vec![
        Pay(Owner, OWNERS, "first", Prove),
        Pay(Stranger, OWNERS, "first", SignIn),
        Pay(Stranger, OWNERS, "second", SignIn),
        Pay(Owner, OWNERS, "second", Prove),
        Evaluate,
        Change(Owner, "second"),
        Change(Stranger, "third"),
        Plain(|| Step::EndOthers(Owner)),
        Wait,
    ];
    slice("change of password in flight", Start::OwnerRegistered, words)
}

/// An operator suspends, resumes, unlocks and signs out while others sign in.
pub(crate) fn suspension() -> Slice {
    let words = vec![
        Pay(Owner, OWNERS, "first", SignIn),
        Pay(Owner, OWNERS, "first", Prove),
        Pay(Stranger, OWNERS, "wrong", SignIn),
        Evaluate,
        Change(Owner, "second"),
        Plain(|| Step::Suspend(OWNERS)),
        Plain(|| Step::Suspend(STRANGERS)),
        Plain(|| Step::Resume(OWNERS)),
        Plain(|| Step::Unlock(OWNERS)),
        Plain(|| Step::SignOutEverywhere(OWNERS)),
        Wait,
    ];
    Slice { jumps: 1, ..slice("suspension", Start::OwnerRegistered, words) }
}

/// Profile, terms and the note of last use, with somebody else's registration going on in the browser.
pub(crate) fn member() -> Slice {
    let words = vec![
        Pay(Owner, OWNERS, "first", SignIn),
        Evaluate,
        Ask(Owner, STRANGERS),
        Ask(Stranger, OWNERS),
        TypeMailed(Owner, STRANGERS),
        Choose(Owner, "mine"),
        Plain(|| Step::Accept(Owner)),
        Plain(|| Step::Rename(Owner)),
        Plain(|| Step::Touch(Owner)),
        Plain(|| Step::SignOut(Owner)),
        Wait,
    ];
    let slice = slice("member and neighbour", Start::OwnerRegistered, words);
    let terms = Some(Line::clean("2", 9));
    let policy = Policy { terms, seen_step: Millis::seconds(30), ..policy() };
    Slice { house: House { policy, fault: None }, jumps: 1, flights: 1, ..slice }
}

/// Registration is closed.
pub(crate) fn closed() -> Slice {
    let words = vec![
        Ask(Stranger, STRANGERS),
        TypeWrong(Stranger),
        Choose(Stranger, "mine"),
        Plain(|| Step::Accept(Owner)),
        Pay(Owner, OWNERS, "first", SignIn),
        Evaluate,
        Wait,
    ];
    let slice = slice("registration closed", Start::OwnerRegistered, words);
    let policy = Policy { registration: Registration::Closed, ..policy() };
    Slice { house: House { policy, fault: None }, ..slice }
}

pub(crate) fn all() -> Vec<Slice> {
    vec![
        password_and_lock(),
        devices(),
        registration(),
        codes(),
        guessed_before_registering(),
        change_in_flight(),
        suspension(),
        member(),
        closed(),
    ]
}

impl Slice {
    pub(crate) fn begin(&self) -> State {
        let mut state = State::empty();
        let open =
            Policy { registration: Registration::Open, terms: None, ..self.house.policy.clone() };
        let house = House { policy: open, fault: None };
        if matches!(self.start, Start::OwnerRegistered) {
            let go = |state: &State, step| house.step(state, &step).expect("it can happen").0;
            state = go(&state, Step::Ask(Owner, OWNERS));
            let code = *state.ghosts.mailed.keys().next().expect("a code was mailed");
            state = go(&state, Step::Type(Owner, Some(code)));
            state = go(&state, Step::Choose(Owner, "first"));
            assert_eq!(state.broken, None);
            state.ghosts.mailed.clear();
            state.ghosts.used.clear();
        }
        state
    }

    pub(crate) fn steps(&self, state: &State, steps: &mut Vec<Step>) {
        for word in &self.words {
            self.fill(*word, state, steps);
        }
    }

    fn fill(&self, word: Word, state: &State, steps: &mut Vec<Step>) {
        match word {
            Pay(who, at, typed, aim) if state.flights.len() < self.flights => {
                steps.push(Step::Pay(who, at, typed, aim));
            }
            Pay(..) => {}
            Evaluate => {
                for (n, flight) in state.flights.iter().enumerate() {
                    // Dying before the check leaves the same ticket behind, and less to be known.
                    match flight.checked {
                        None => steps.push(Step::Check(n)),
                        Some(_) => steps.extend([Step::Settle(n), Step::Die(n)]),
                    }
                }
            }
            Ask(who, at) => steps.push(Step::Ask(who, at)),
            TypeWrong(who) => steps.push(Step::Type(who, None)),
            TypeMailed(who, mailbox) => {
                let read = state.ghosts.mailed.iter().filter(|(_, (at, _))| *at == mailbox);
                steps.extend(read.map(|(code, _)| Step::Type(who, Some(*code))));
            }
            Choose(who, secret) => steps.push(Step::Choose(who, secret)),
            Change(who, secret) => steps.push(Step::Change(who, secret)),
            EndSessions(who) => {
                steps.extend(state.sessions().keys().map(|session| Step::EndSession(who, *session)));
            }
            ForgetDevices(who) => {
                steps.extend(state.devices().keys().map(|device| Step::ForgetDevice(who, *device)));
                let gone = crate::support::draws(1_000_000).device;
                steps.push(Step::ForgetDevice(who, gone));
            }
            Plain(step) => steps.push(step()),
            Wait if state.jumps < self.jumps => steps.extend(self.waits(state).map(Step::Until)),
            Wait => {}
        }
    }

    /// Just before the next bound, and onto it.
    fn waits(&self, state: &State) -> impl Iterator<Item = Instant> + use<> {
        let policy = &self.house.policy;
        let mut bounds = Vec::new();
        for address in state.world.addresses.values() {
            let tickets = address.guesses.tickets.iter();
            bounds.extend(tickets.map(|ticket| ticket.taken_at.plus(policy.ticket_life)));
            bounds.extend(address.guesses.told_at.map(|told| told.plus(policy.lock_told_gap)));
            for mail in &address.challenges {
                bounds.extend([mail.issued_at.plus(policy.code_gap), mail.expires_at]);
            }
        }
        bounds.extend(state.world.flows.values().map(|flow| flow.expires_at));
        for session in state.world.accounts.values().flat_map(|account| &account.sessions) {
            bounds.push(session.proved_at.plus(policy.fresh));
            bounds.push(session.seen_at.plus(policy.seen_step));
        }
        let now = state.now;
        let horizon = now.plus(Millis::days(2));
        let next = bounds.into_iter().filter(|at| now < *at && *at < horizon).min();
        let just_before = next.map(|at| at.minus(Millis(1))).filter(|at| now < *at);
        just_before.into_iter().chain(next)
    }
}
