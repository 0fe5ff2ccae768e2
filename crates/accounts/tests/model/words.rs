//! What a walk sees: words that are filled in with what a state has to offer, a beginning, and how far to go.
//!
//! The slices themselves are in `slices`. Time jumps to just before the next bound, or onto it: the near ones (a
//! code, a ticket, a cooldown) and the far ones (a number in a mail, the right to undo) apart.

use accounts::{Instant, Millis, Purpose};

use super::ghosts::life_of;
use super::state::{Aim, OWNERS, Page, State, Steps, Who};
use super::step::{House, Step};

/// A pattern of steps; `steps` fills in what the state has to offer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Word {
    Pay(Who, usize, &'static str, Aim),
    Evaluate,
    Ask(Who, Purpose, usize),
    TypeWrong(Who, Purpose),
    /// Types any code of a mailbox, whatever it was mailed for.
    TypeMailed(Who, Purpose, usize),
    Choose(Who, &'static str),
    /// Sets the password with the newest form or the one before.
    Finish(Who, &'static str),
    /// Sets the password with a form that was never shown, or that another browser was shown.
    FinishBlind(Who, &'static str),
    /// Types any number of a mailbox with an address, whatever it was mailed for.
    Enter(Who, Page, usize, usize),
    EnterWrong(Who, Page, usize),
    /// The same in two steps: the account is looked up, then decided.
    Look(Who, Page, usize, usize),
    Change(Who, &'static str),
    ChangeAt(Who, usize, &'static str),
    EndSessions(Who),
    ForgetDevices(Who),
    Plain(fn() -> Step),
    /// To the next near bound.
    Wait,
    /// To the next far bound.
    Sleep,
}

#[derive(Clone, Debug)]
pub(crate) struct Slice {
    pub(crate) name: &'static str,
    pub(crate) house: House,
    pub(crate) words: Vec<Word>,
    pub(crate) start: Start,
    pub(crate) flights: usize,
    pub(crate) jumps: u32,
    /// How many steps a path has: in the short run, and in the full one.
    pub(crate) steps: usize,
    pub(crate) full: usize,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Start {
    Nobody,
    OwnerRegistered,
    /// The owner has registered, and somebody who holds the password is signed in from another browser.
    ThiefInside,
}

impl Slice {
    pub(crate) fn begin(&self) -> State {
        let mut state = State::empty();
        let house = House { policy: super::slices::policy(), fault: None };
        let go = |state: &mut State, step| {
            let next = house.step(state, &step).expect("it can happen").0;
            assert_eq!(next.broken, None);
            *state = next;
        };
        if !matches!(self.start, Start::Nobody) {
            go(&mut state, Step::Ask(Who::Owner, Purpose::Register, OWNERS));
            let (code, _) = *state.ghosts.posted.first().expect("a code was mailed");
            go(&mut state, Step::Type(Who::Owner, Purpose::Register, Some(code)));
            go(&mut state, Step::Choose(Who::Owner, "first"));
            // An account is not registered and moved in one instant.
            let later = state.now.plus(Millis::minutes(1));
            go(&mut state, Step::Until(later));
            state.ghosts.posted = crate::support::Shelf::default();
            state.ghosts.used.clear();
            state.ghosts.caused = Default::default();
            state.world.addresses.values_mut().for_each(|address| address.challenges.clear());
        }
        if matches!(self.start, Start::ThiefInside) {
            go(&mut state, Step::Pay(Who::Stranger, OWNERS, "first", Aim::SignIn));
            go(&mut state, Step::Check(0));
            go(&mut state, Step::Settle(0));
        }
        State { steps: Steps(0), jumps: 0, ..state }
    }

    pub(crate) fn steps(&self, state: &State, steps: &mut Vec<Step>) {
        for word in &self.words {
            self.fill(*word, state, steps);
        }
        steps.extend((0..state.looks.len()).map(Step::Press));
    }

    fn fill(&self, word: Word, state: &State, steps: &mut Vec<Step>) {
        match word {
            Word::Pay(who, at, typed, aim) if state.flights.len() < self.flights => {
                steps.push(Step::Pay(who, at, typed, aim));
            }
            Word::Pay(..) => {}
            Word::Evaluate => evaluate(state, steps),
            Word::Ask(who, purpose, at) => steps.push(Step::Ask(who, purpose, at)),
            Word::TypeWrong(who, purpose) => steps.push(Step::Type(who, purpose, None)),
            Word::TypeMailed(who, purpose, mailbox) => {
                let read = state.ghosts.posted.iter().filter(|(_, posted)| posted.at == mailbox);
                steps.extend(read.map(|(code, _)| Step::Type(who, purpose, Some(*code))));
            }
            Word::Choose(who, secret) => steps.push(Step::Choose(who, secret)),
            Word::Finish(who, secret) => {
                let forms = state.browsers[who as usize].forms.into_iter().flatten();
                steps.extend(forms.map(|form| Step::Finish(who, Some(form), secret)));
            }
            Word::FinishBlind(who, secret) => {
                let other = state.browsers[1 - who as usize].forms.into_iter().flatten();
                steps.extend(other.map(|form| Step::Finish(who, Some(form), secret)));
                steps.push(Step::Finish(who, None, secret));
            }
            Word::Enter(who, page, mailbox, at) => {
                let read = state.ghosts.letters.iter().filter(|letter| letter.at == mailbox);
                steps.extend(read.map(|letter| Step::Enter(who, page, at, Some(letter.id))));
            }
            Word::Look(who, page, mailbox, at) if state.looks.is_empty() => {
                let read = state.ghosts.letters.iter().filter(|letter| letter.at == mailbox);
                steps.extend(read.map(|letter| Step::Look(who, page, at, Some(letter.id))));
            }
            Word::Look(..) => {}
            Word::EnterWrong(who, page, at) => steps.push(Step::Enter(who, page, at, None)),
            Word::Change(who, secret) => steps.push(Step::Change(who, secret)),
            Word::ChangeAt(who, at, secret) => steps.push(Step::ChangeAt(who, at, secret)),
            Word::EndSessions(who) => {
                steps.extend(state.sessions().keys().map(|session| Step::EndSession(who, *session)));
            }
            Word::ForgetDevices(who) => {
                steps.extend(state.devices().keys().map(|device| Step::ForgetDevice(who, *device)));
                let gone = crate::support::draws(1_000_000).device;
                steps.push(Step::ForgetDevice(who, gone));
            }
            Word::Plain(step) => steps.push(step()),
            Word::Wait if state.jumps < self.jumps => {
                steps.extend(next_of(state.now, self.near(state)).map(Step::Until));
            }
            Word::Sleep if state.jumps < self.jumps => {
                steps.extend(next_of(state.now, self.far(state)).map(Step::Until));
            }
            Word::Wait | Word::Sleep => {}
        }
    }

    fn near(&self, state: &State) -> Vec<Instant> {
        let policy = &self.house.policy;
        let mut bounds = Vec::new();
        for address in state.world.addresses.values() {
            let tickets = address.guesses.tickets.iter();
            bounds.extend(tickets.map(|ticket| ticket.taken_at.plus(policy.ticket_life)));
            bounds.extend(address.guesses.told_at.map(|told| told.plus(policy.lock_told_gap)));
            bounds.extend(address.cooling_until);
            for mail in &address.challenges {
                bounds.extend([mail.issued_at.plus(policy.code_gap), mail.expires_at]);
            }
        }
        bounds.extend(state.world.flows.values().map(|flow| flow.expires_at));
        for session in state.world.accounts.values().flat_map(|account| &account.sessions) {
            bounds.push(session.proved_at.plus(policy.fresh));
            bounds.push(session.seen_at.plus(policy.seen_step));
        }
        bounds.retain(|at| *at < state.now.plus(Millis::days(2)));
        bounds
    }

    fn far(&self, state: &State) -> Vec<Instant> {
        let policy = &self.house.policy;
        let letters = state.ghosts.letters.iter();
        let letters = letters.map(|letter| letter.when.plus(life_of(letter.page, policy)));
        let homes = state.ghosts.members.values().filter(|member| !member.home.registered);
        letters.chain(homes.map(|member| member.home.since.plus(policy.undo_life))).collect()
    }
}

fn evaluate(state: &State, steps: &mut Vec<Step>) {
    for (n, flight) in state.flights.iter().enumerate() {
        // Dying before the check leaves the same ticket behind, and less to be known.
        match flight.checked {
            None => steps.push(Step::Check(n)),
            Some(_) => steps.extend([Step::Settle(n), Step::Die(n)]),
        }
    }
}

/// Just before the next bound, and onto it.
fn next_of(now: Instant, bounds: Vec<Instant>) -> impl Iterator<Item = Instant> {
    let next = bounds.into_iter().filter(|at| now < *at).min();
    let just_before = next.map(|at| at.minus(Millis(1))).filter(|at| now < *at);
    just_before.into_iter().chain(next)
}
