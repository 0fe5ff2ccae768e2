//! Liveness by a bounded search: from a state, can the owner still get in?
//!
//! Strangers stand still while the owner tries; what they have done before is in the state. The search is a
//! few recipes, each made of ordinary steps that the production rules decide.

use accounts::{Millis, Outcome};

use super::state::{Aim, Browser, Ghosts, OWNERS, State, Who};
use super::step::{House, Step};

/// From every state of an account that is not suspended: the right password on a device that is known and
/// has guesses left signs in at once, whatever strangers have locked (R-LOCK-4, L2).
pub(crate) fn known_device_gets_in(house: &House, state: &State) -> bool {
    let Some(account) = state.owner_of(OWNERS).filter(|account| account.suspended.is_none()) else {
        return true;
    };
    let browser = state.browsers[Who::Owner as usize];
    let Some(device) = account.devices.iter().find(|device| Some(device.digest) == browser.device)
    else {
        return true;
    };
    let limit = state.guesses(OWNERS);
    let lane = accounts::Lane::Device(device.id);
    let wrong = limit.devices.iter().find(|d| d.device == device.id).map_or(0, |d| d.wrong);
    let flying = limit.tickets.iter().filter(|ticket| ticket.lane == lane).count();
    let free = wrong + u32::try_from(flying).unwrap_or(u32::MAX) < house.policy.guesses_per_device;
    !free || sign_in(house, &quiet(state)).is_some()
}

/// From every state of an account that is not suspended, a browser that nobody knows gets in with the right
/// password after at most two operator's unlocks, with a wait for guesses under way between them (L3).
pub(crate) fn unlocking_lets_in(house: &House, state: &State) -> bool {
    let Some(account) = state.owner_of(OWNERS) else { return true };
    if account.suspended.is_some() {
        return true;
    }
    let mut state = quiet(state);
    state.browsers[Who::Owner as usize] = Browser::default();
    let in_at_once = unlocked(house, &state).and_then(|state| sign_in(house, &state));
    let flying = state
        .guesses(OWNERS)
        .tickets
        .iter()
        .any(|ticket| state.now < ticket.taken_at.plus(house.policy.ticket_life));
    if in_at_once.is_some() || !flying {
        return in_at_once.is_some();
    }
    let later = Step::Until(state.now.plus(house.policy.ticket_life));
    let later = house.step(&state, &later).and_then(|(state, _)| unlocked(house, &state));
    later.and_then(|state| sign_in(house, &state)).is_some()
}

/// While nobody has the address, whoever reads its mailbox can register with it from a browser of their own
/// within the life of a code (L1).
pub(crate) fn mailbox_registers(house: &House, state: &State) -> bool {
    if state.owner_of(OWNERS).is_some() || house.policy.registration == accounts::Registration::Closed {
        return true;
    }
    let mut state = quiet(state);
    state.browsers[Who::Owner as usize] = Browser::default();
    state.world.networks.clear();
    let waits = [Millis(0), house.policy.code_gap, house.policy.code_life];
    waits.into_iter().any(|wait| {
        let later = Step::Until(state.now.plus(wait));
        let there = house.step(&state, &later).map(|(state, _)| state);
        there.and_then(|state| register(house, &state)).is_some()
    })
}

fn register(house: &House, state: &State) -> Option<State> {
    let (state, _) = house.step(state, &Step::Ask(Who::Owner, OWNERS))?;
    let codes = state.ghosts.mailed.iter().filter(|(_, (at, _))| *at == OWNERS);
    let proven = codes.map(|(code, _)| Step::Type(Who::Owner, Some(*code))).find_map(|step| {
        let (state, decision) = house.step(&state, &step)?;
        matches!(decision?.outcome, Outcome::Proven { .. }).then_some(state)
    })?;
    welcomed(house, &proven, &Step::Choose(Who::Owner, "first"))
}

/// The state with nothing of the model's own in the way: no flights of others, no ghosts but the mailbox.
fn quiet(state: &State) -> State {
    let ghosts = Ghosts { mailed: state.ghosts.mailed.clone(), ..Ghosts::default() };
    State { flights: Vec::new(), ghosts, ..state.clone() }
}

fn unlocked(house: &House, state: &State) -> Option<State> {
    house.step(state, &Step::Unlock(OWNERS)).map(|(state, _)| state)
}

fn sign_in(house: &House, state: &State) -> Option<State> {
    let secret = state.owner_of(OWNERS)?.password()?.hash.0.clone();
    let secret = ["first", "second", "third", "mine"].into_iter().find(|known| *known == secret)?;
    let (state, _) = house.step(state, &Step::Pay(Who::Owner, OWNERS, secret, Aim::SignIn))?;
    let (state, _) = house.step(&state, &Step::Check(0))?;
    welcomed(house, &state, &Step::Settle(0))
}

fn welcomed(house: &House, state: &State, step: &Step) -> Option<State> {
    let (state, decision) = house.step(state, step)?;
    matches!(decision?.outcome, Outcome::Welcome(_)).then_some(state)
}
