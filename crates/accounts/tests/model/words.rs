//! What a walk sees: words that are filled in with what a state has to offer, a beginning, and how far to go.
//!
//! The slices themselves are in `slices`. Time jumps to just before the next bound, or onto it: the near ones (a
//! code, a ticket, a cooldown) and the far ones (a number in a mail, the right to undo) apart.

use accounts::{Instant, Millis, Provider, Purpose, TripErrand};

use super::cards::{CARDS, GOOGLE, Report};
use super::keys::{Asks, OWN};
use super::state::{Aim, OWNERS, Page, STRANGERS, State, Steps, Who};
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
    /// Begins a trip, where not too many are under way.
    Go(Who, Provider, TripErrand),
    /// Comes back from any trip, whoever began it, with an account at its provider.
    Return(Who, usize),
    /// A provider reports something that has just happened.
    Hear(usize, Report),
    AddPassword(Who, &'static str),
    /// An authenticator answers, where not too many answers are open.
    Sign(Who, usize, Asks),
    /// Presents any answer, whoever's and whether or not it was used.
    Present(Who),
    /// Removes whichever passkey a key is now.
    RemoveKey(Who, usize),
    NameKey(Who, usize),
    /// Sweeps away what has been ended.
    Erase,
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
    /// The owner and the stranger have registered and are signed in, each in an own browser.
    Two,
    /// The owner has registered with Google.
    Google,
    /// The owner has registered with address and password, and has added Google four days ago.
    Both,
    /// The same, and somebody who holds the password is signed in from another browser.
    ThiefAtBoth,
    /// The owner has registered with address and password, and has added a passkey eight days ago.
    Key,
    /// The same, and somebody who holds the password is signed in from another browser.
    ThiefAtKey,
}

impl Slice {
    pub(crate) fn begin(&self) -> State {
        let mut state = State::empty();
        let go = |state: &mut State, step| {
            let house = House { policy: super::slices::policy(), fault: None };
            let next = house.step(state, &step).expect("it can happen").0;
            assert_eq!(next.broken, None, "{step:?}");
            *state = next;
        };
        let start = self.start;
        match start {
            Start::Nobody => {}
            Start::Google => {
                go(&mut state, Step::Go(Who::Owner, Provider::GOOGLE, TripErrand::SignIn));
                let trip = state.ghosts.trips[0].state;
                go(&mut state, Step::Arrive(Who::Owner, trip, GOOGLE));
                go(&mut state, Step::Register(Who::Owner));
                begun_long_ago(&mut state, go);
            }
            Start::OwnerRegistered | Start::ThiefInside => {
                register(&mut state, (Who::Owner, OWNERS, "first"), go);
                begun_long_ago(&mut state, go);
            }
            Start::Two => {
                register(&mut state, (Who::Owner, OWNERS, "first"), go);
                register(&mut state, (Who::Stranger, STRANGERS, "mine"), go);
                begun_long_ago(&mut state, go);
            }
            Start::Key | Start::ThiefAtKey => {
                register(&mut state, (Who::Owner, OWNERS, "first"), go);
                go(&mut state, Step::Sign(Who::Owner, OWN, Asks::Add));
                go(&mut state, Step::Present(Who::Owner, 0));
                settled(&mut state, go);
            }
            Start::Both | Start::ThiefAtBoth => {
                register(&mut state, (Who::Owner, OWNERS, "first"), go);
                go(&mut state, Step::Go(Who::Owner, Provider::GOOGLE, TripErrand::Link));
                let trip = state.ghosts.trips[0].state;
                go(&mut state, Step::Arrive(Who::Owner, trip, GOOGLE));
                settled(&mut state, go);
            }
        }
        if matches!(start, Start::ThiefInside | Start::ThiefAtBoth | Start::ThiefAtKey) {
            sign_in(&mut state, Who::Stranger, go);
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
            Word::Go(who, provider, errand) => {
                let under_way = state.ghosts.trips.iter().filter(|trip| !trip.used).count();
                let go = Step::Go(who, provider, errand);
                steps.extend(Some(go).filter(|_| under_way < self.flights));
            }
            Word::Return(who, card) => {
                let trips = state.ghosts.trips.iter();
                let trips = trips.filter(|trip| trip.provider == CARDS[card].provider);
                steps.extend(trips.map(|trip| Step::Arrive(who, trip.state, card)));
            }
            Word::Hear(card, report) => steps.push(Step::Hear(card, report, state.now)),
            Word::Sign(..) | Word::Present(_) | Word::RemoveKey(..) | Word::NameKey(..) => {
                self.fill_keys(word, state, steps);
            }
            Word::AddPassword(who, secret) => steps.push(Step::AddPassword(who, secret)),
            Word::Erase => {
                let ended = state.world.accounts.values().filter(|a| a.withdrawn.is_some());
                steps.extend(ended.map(|account| Step::Erase(account.id)));
            }
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

    fn fill_keys(&self, word: Word, state: &State, steps: &mut Vec<Step>) {
        match word {
            Word::Sign(who, key, asks) => {
                let open = state.answers.iter().filter(|answer| !answer.used).count();
                steps.extend(Some(Step::Sign(who, key, asks)).filter(|_| open < self.flights));
            }
            Word::Present(who) => {
                let here = |n: &usize| state.reaches(who, &state.answers[*n]);
                steps.extend((0..state.answers.len()).filter(here).map(|n| Step::Present(who, n)));
            }
            Word::RemoveKey(who, key) => {
                steps.extend(state.passkey(key).map(|known| Step::RemoveKey(who, known.id)));
            }
            Word::NameKey(who, key) => {
                steps.extend(state.passkey(key).map(|known| Step::NameKey(who, known.id)));
            }
            _ => {}
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
        bounds.extend(state.answers.iter().map(super::keys::Answer::ends_at));
        bounds.extend(state.ghosts.trips.iter().map(|trip| trip.when.plus(policy.trip_life)));
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
        let mut bounds =
            letters.map(|letter| letter.when.plus(letter.does.life(policy))).collect::<Vec<_>>();
        for (id, member) in state.ghosts.members.iter() {
            let home = member.home.filter(|home| home.since != member.born);
            bounds.extend(home.map(|home| home.since.plus(policy.undo_life)));
            bounds.extend(member.lost.map(|(_, since)| since.plus(policy.lost_wait)));
            let picture = state.world.accounts.get(id).map(super::picture::Picture::of);
            let held = picture.into_iter().flat_map(|picture| picture.held).flatten();
            let held = held.filter(|held| held.added != member.born);
            bounds.extend(held.map(|held| held.added.plus(policy.undo_life)));
            let keys = picture.into_iter().flat_map(|picture| picture.keys).flatten();
            bounds.extend(keys.map(|key| key.added.plus(policy.undo_life)));
        }
        bounds
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

fn register(
    state: &mut State,
    (who, at, secret): (Who, usize, &'static str),
    go: impl Fn(&mut State, Step),
) {
    go(state, Step::Ask(who, Purpose::Register, at));
    let code = state.ghosts.posted.iter().find(|(_, posted)| posted.at == at).map(|(code, _)| *code);
    go(state, Step::Type(who, Purpose::Register, code));
    go(state, Step::Choose(who, secret));
}

fn sign_in(state: &mut State, who: Who, go: impl Fn(&mut State, Step)) {
    go(state, Step::Pay(who, OWNERS, "first", Aim::SignIn));
    go(state, Step::Check(0));
    go(state, Step::Settle(0));
}

/// What was added eight days ago is there for long, and the numbers about it are over.
fn settled(state: &mut State, go: impl Fn(&mut State, Step) + Copy) {
    let later = state.now.plus(Millis::days(8));
    go(state, Step::Until(later));
    sign_in(state, Who::Owner, go);
    begun_long_ago(state, go);
    state.ghosts.members.values_mut().for_each(|member| member.moved = None);
    state.world.addresses.values_mut().for_each(|address| address.numbers.clear());
    state.ghosts.letters.clear();
}

/// An account is not registered and moved in one instant; and what led to it is forgotten.
fn begun_long_ago(state: &mut State, go: impl Fn(&mut State, Step)) {
    let later = state.now.plus(Millis::minutes(1));
    go(state, Step::Until(later));
    state.ghosts.posted = crate::support::Shelf::default();
    state.ghosts.used.clear();
    state.ghosts.caused = Default::default();
    state.ghosts.trips.clear();
    state.world.addresses.values_mut().for_each(|address| address.challenges.clear());
}

/// Just before the next bound, and onto it.
fn next_of(now: Instant, bounds: Vec<Instant>) -> impl Iterator<Item = Instant> {
    let next = bounds.into_iter().filter(|at| now < *at).min();
    let just_before = next.map(|at| at.minus(Millis(1))).filter(|at| now < *at);
    just_before.into_iter().chain(next)
}
