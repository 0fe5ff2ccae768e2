//! Liveness by a bounded search: from a state, can the owner still get in?
//!
//! Strangers stand still while the owner tries; what they have done before is in the state. The search is a few
//! recipes, each made of ordinary steps that the production rules decide. The owner tries from a network of their own,
//! with a browser that nobody knows unless the recipe is about a known one.

use accounts::{ChallengeId, Decision, Millis, Outcome, Purpose};

use super::cards::CARDS;
use super::ghosts::{Begun, Letter, Use};
use super::keys::OTHER;
use super::picture::Picture;
use super::state::{ADDRESSES, Aim, Browser, OWNERS, Page, STRANGERS, State, Who, place};
use super::step::{House, Step};

pub(crate) const L1_REGISTERS: &str = "L1: the mailbox registers";
pub(crate) const L1_RESETS: &str = "L1: the mailbox resets";
pub(crate) const L1_UNDOES: &str = "L1u: the mailbox undoes";
pub(crate) const L2: &str = "L2: a known device gets in";
pub(crate) const L1_DOES_WITHOUT: &str = "L1: the mailbox does without a provider";
pub(crate) const L1_RESTORES: &str = "L1: the mailbox takes an end back";
pub(crate) const L2_PROVIDER: &str = "L2: the owner's provider gets in";
pub(crate) const L2_PASSKEY: &str = "L2: the owner's passkey gets in";
pub(crate) const L5: &str = "L5: a member can end the account";
pub(crate) const L3_UNLOCKED: &str = "L3: an unlock lets in";
pub(crate) const L3_VERIFIED: &str = "L3, L4: a verified code gets in";
/// Every way in that is asked for.
pub(crate) const WAYS: [&str; 11] = [
    L1_REGISTERS,
    L1_RESETS,
    L1_UNDOES,
    L1_DOES_WITHOUT,
    L1_RESTORES,
    L2,
    L2_PROVIDER,
    L2_PASSKEY,
    L3_UNLOCKED,
    L3_VERIFIED,
    L5,
];

pub(crate) use super::ways_of_methods::{
    mailbox_does_without, mailbox_restores, member_withdraws, passkey_gets_in, provider_gets_in,
};

const OWNER: usize = Who::Owner as usize;

/// L2: from every state of an account that is not suspended, the right password on a device that is known and has
/// guesses left signs in at once, whatever strangers have locked (R-LOCK-4).
pub(crate) fn known_device_gets_in(house: &House, state: &State) -> bool {
    let Some(account) = state.owner_of(OWNERS).filter(|account| account.suspended.is_none()) else {
        return true;
    };
    if account.password().is_none() {
        return true;
    }
    let browser = state.browsers[OWNER];
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

/// L3: from every state of an account that is not suspended and has a password, a browser that nobody knows gets in
/// with it after at most two operator's unlocks, with a wait for guesses under way between them.
pub(crate) fn unlocking_lets_in(house: &House, state: &State) -> bool {
    let Some(account) = state.owner_of(OWNERS) else { return true };
    if account.suspended.is_some() || account.password().is_none() {
        return true;
    }
    let mut state = quiet(state);
    state.browsers[OWNER] = Browser::default();
    let in_at_once = unlocked(house, &state).and_then(|state| sign_in(house, &state));
    let flying = state
        .guesses(OWNERS)
        .tickets
        .iter()
        .any(|ticket| state.now < ticket.taken_at.plus(house.policy.ticket_life));
    if in_at_once.is_some() || !flying {
        return in_at_once.is_some();
    }
    let later = wait(house, &state, house.policy.ticket_life);
    let later = later.and_then(|state| unlocked(house, &state));
    later.and_then(|state| sign_in(house, &state)).is_some()
}

/// L1: while nobody has the address, whoever reads its mailbox can register with it from a browser of their own within
/// the life of a code.
pub(crate) fn mailbox_registers(house: &House, state: &State) -> bool {
    let closed = house.policy.registration == accounts::Registration::Closed;
    let has = |account: &accounts::Account| Picture::of(account).addresses().contains(&OWNERS);
    let spoken_for = state.world.accounts.values().any(has)
        || state.ghosts.members.iter().any(|(_, member)| member.moved.is_some());
    if spoken_for || closed {
        return true;
    }
    // Spoken for by a number in that mailbox (R-METHOD-10), as long as it does what it says.
    if let Some(letter) = oldest_undo(house, state) {
        let step = Step::Enter(Who::Owner, Page::Undo, OWNERS, Some(letter.id));
        let undone = tried(house, &fresh(state), &step);
        return undone.is_some_and(|(_, decision)| decision.outcome == Outcome::TakenBack);
    }
    let state = fresh(state);
    let waits = [Millis(0), house.policy.code_gap, house.policy.code_life];
    waits.into_iter().any(|length| {
        let there = wait(house, &state, length);
        there.and_then(|state| register(house, &state)).is_some()
    })
}

/// L1: whoever reads the mailbox is back in within one code's life and one mail, from every state but suspension. By a
/// code that lies there and is good, at once; and if all that lies there is lost, by one mail after that time.
pub(crate) fn mailbox_resets(house: &House, state: &State) -> bool {
    let suspended = state.owner_of(OWNERS).is_none_or(|account| account.suspended.is_some());
    if suspended {
        return true;
    }
    let state = fresh(state);
    let good = |(id, posted): &&(ChallengeId, super::ghosts::Posted)| {
        posted.at == OWNERS
            && posted.purpose == Purpose::Reset
            && !posted.dead
            && !state.ghosts.used.contains(id)
            && state.now < posted.when.plus(house.policy.code_life)
    };
    let lies_there = state.ghosts.posted.iter().find(good).map(|(code, _)| *code);
    let by_what_lies_there = lies_there.is_none_or(|code| {
        let asked = tried(house, &state, &Step::Ask(Who::Owner, Purpose::Reset, OWNERS));
        asked.and_then(|(state, _)| by_code(house, &state, code)).is_some()
    });
    let later = wait(house, &state, house.policy.code_life);
    by_what_lies_there && later.and_then(|state| reset(house, &state)).is_some()
}

/// L1u: for 72 hours after somebody has taken the address away, whoever reads the mailbox gets the account back by undo
/// and reset, ends with the old address, and nobody else is signed in. By the mail that lies there; and if that is
/// lost, by the one that a reset request brings.
pub(crate) fn mailbox_undoes(house: &House, state: &State) -> bool {
    let taken = state.ghosts.members.iter().find(|(_, member)| member.moved.is_some());
    let Some((id, since)) = taken.and_then(|(id, member)| Some((*id, member.moved?))) else {
        return true;
    };
    let suspended = state.world.accounts.get(&id).is_none_or(|account| account.suspended.is_some());
    // After a withdrawal the address is free for whoever proves it.
    let freed = taken.is_some_and(|(_, member)| member.gone.is_some())
        && state
            .world
            .accounts
            .values()
            .any(|account| Picture::of(account).addresses().contains(&OWNERS));
    let end = since.plus(house.policy.undo_life);
    // Where a provider has the address still, a reset request is answered with that (R-RESET-8).
    let linked = state.world.accounts.values().any(|account| {
        let held = Picture::of(account).held;
        held.into_iter().flatten().any(|held| held.at.is_some_and(|(at, _)| at == OWNERS))
    });
    if suspended || freed || end <= state.now {
        return true;
    }
    let state = fresh(state);
    let letter = undo_letters(&state).find(|letter| letter.when == since && letter.account == id);
    let Some(letter) = letter else {
        return false;
    };
    if !undoes(house, &state, letter.id) {
        return false;
    }
    let life = house.policy.code_life;
    if linked || end <= state.now.plus(life) {
        return true;
    }
    let later = wait(house, &state, life);
    if state.owner_of(OWNERS).is_some_and(|account| account.id == id) {
        // The address is still the account's: the code resets it, and what is not ticked goes.
        return later.and_then(|state| reset(house, &state)).is_some_and(|state| is_owners(&state));
    }
    let again =
        later.and_then(|state| tried(house, &state, &Step::Ask(Who::Owner, Purpose::Reset, OWNERS)));
    again.is_some_and(|(state, decision)| {
        let number = decision.mails.iter().find_map(|mail| mail.number);
        number.is_some_and(|number| undoes(house, &state, number))
    })
}

/// Numbers in the owner's mailbox that undo and have not been used or taken away.
fn undo_letters(state: &State) -> impl Iterator<Item = &Letter> {
    state.ghosts.letters.iter().filter(|letter| {
        letter.at == OWNERS && letter.does == Use::Undo && letter.used.is_none() && !letter.void
    })
}

/// The number that a request at the owner's address brings again.
fn oldest_undo(house: &House, state: &State) -> Option<Letter> {
    let goes_on = |letter: &Letter| {
        let member = state.ghosts.members.get(&letter.account);
        member.is_some_and(|member| member.gone.is_none())
    };
    let in_time = |letter: &Letter| state.now < letter.when.plus(house.policy.undo_life);
    undo_letters(state).find(|letter| in_time(letter) && goes_on(letter)).copied()
}

fn undoes(house: &House, state: &State, number: accounts::NumberId) -> bool {
    let step = Step::Enter(Who::Owner, Page::Undo, OWNERS, Some(number));
    let undone = tried(house, state, &step)
        .filter(|(_, decision)| decision.outcome == Outcome::TakenBack)
        .and_then(|(state, _)| wait(house, &state, house.policy.code_life))
        .and_then(|state| reset(house, &state));
    undone.is_some_and(|state| is_owners(&state))
}

/// The account is at the owner's address, and nothing of the stranger's is left on it.
fn is_owners(state: &State) -> bool {
    state.owner_of(OWNERS).is_some_and(|account| {
        let own = state.browsers[OWNER].session;
        let his = |card: usize| CARDS[card].whose == Who::Stranger;
        // Where no stranger has ever held anything of the account, the second authenticator is the owner's too.
        let held = state.ghosts.holds[Who::Stranger as usize].contains(&account.id);
        account.sessions.iter().all(|session| Some(session.digest) == own)
            && !Picture::of(account).cards().any(his)
            && (!held || Picture::of(account).keys[OTHER].is_none())
            && account.contact_address().is_some_and(|to| place(to) != STRANGERS)
    })
}

/// L3: whoever has verified a code sets the password and is signed in by that, whatever strangers have locked; L4: also
/// after coming back to the page, by the same code.
pub(crate) fn verified_gets_in(house: &House, state: &State) -> bool {
    let n = OWNER;
    let Some(begun) = state.ghosts.begun[n].filter(|begun| is_granted(house, state, begun)) else {
        return true;
    };
    let Some((_, code)) = begun.proven else { return true };
    let form = begun.form;
    let state = State { flights: Vec::new(), ..state.clone() };
    let finish = |state: &State, form| {
        welcomed(house, state, &Step::Finish(Who::Owner, form, "second")).is_some()
    };
    if !finish(&state, form) {
        return false;
    }
    if state.ghosts.tried[n] >= house.policy.tries_per_flow {
        return true;
    }
    let mut state = state;
    state.world.networks = crate::support::Shelf::default();
    let step = Step::Type(Who::Owner, Purpose::Reset, Some(code));
    tried(house, &state, &step).is_some_and(|(state, decision)| {
        matches!(decision.outcome, Outcome::ResetProven { .. })
            && finish(&state, state.browsers[n].forms[0])
    })
}

fn is_granted(house: &House, state: &State, begun: &Begun) -> bool {
    let suspended = state.owner_of(begun.at).is_none_or(|account| account.suspended.is_some());
    let in_time =
        begun.proven.is_some_and(|(when, _)| state.now < when.plus(house.policy.reset_cooldown));
    begun.purpose == Purpose::Reset && !begun.cut && in_time && !suspended
}

fn register(house: &House, state: &State) -> Option<State> {
    let (state, _) = tried(house, state, &Step::Ask(Who::Owner, Purpose::Register, OWNERS))?;
    let codes = state.ghosts.posted.iter().filter(|(_, posted)| posted.at == OWNERS);
    let steps = codes.map(|(code, _)| Step::Type(Who::Owner, Purpose::Register, Some(*code)));
    let proven = steps.into_iter().find_map(|step| {
        let (state, decision) = tried(house, &state, &step)?;
        matches!(decision.outcome, Outcome::Proven { .. }).then_some(state)
    })?;
    welcomed(house, &proven, &Step::Choose(Who::Owner, "first"))
}

/// One mail now, its code, a new password.
pub(crate) fn reset(house: &House, state: &State) -> Option<State> {
    let (state, decision) = tried(house, state, &Step::Ask(Who::Owner, Purpose::Reset, OWNERS))?;
    let mut codes = decision.mails.iter().filter(|mail| mail.to.key() == ADDRESSES[OWNERS]);
    by_code(house, &state, codes.find_map(|mail| mail.challenge)?)
}

pub(crate) fn by_code(house: &House, state: &State, code: ChallengeId) -> Option<State> {
    let (state, decision) = tried(house, state, &Step::Type(Who::Owner, Purpose::Reset, Some(code)))?;
    let proven = matches!(decision.outcome, Outcome::ResetProven { .. });
    let form = state.browsers[OWNER].forms[0].filter(|_| proven)?;
    welcomed(house, &state, &Step::Finish(Who::Owner, Some(form), "second"))
}

/// The state with nothing of the model's own in the way: no flights of others.
pub(crate) fn quiet(state: &State) -> State {
    State { flights: Vec::new(), ..state.clone() }
}

/// The same, for a browser and a network that have done nothing yet.
pub(crate) fn fresh(state: &State) -> State {
    let mut state = quiet(state);
    state.browsers[OWNER] = Browser::default();
    state.ghosts.begun[OWNER] = None;
    state.world.networks = crate::support::Shelf::default();
    state
}

pub(crate) fn wait(house: &House, state: &State, length: Millis) -> Option<State> {
    house.go(state, &Step::Until(state.now.plus(length))).map(|(state, _)| state)
}

pub(crate) fn tried(house: &House, state: &State, step: &Step) -> Option<(State, Decision)> {
    let (state, decision) = house.go(state, step)?;
    Some((state, decision?))
}

fn unlocked(house: &House, state: &State) -> Option<State> {
    house.go(state, &Step::Unlock(OWNERS)).map(|(state, _)| state)
}

fn sign_in(house: &House, state: &State) -> Option<State> {
    let secret = state.owner_of(OWNERS)?.password()?.hash.0.clone();
    let secret = ["first", "second", "third", "mine"].into_iter().find(|known| *known == secret)?;
    let (state, _) = house.go(state, &Step::Pay(Who::Owner, OWNERS, secret, Aim::SignIn))?;
    let (state, _) = house.go(&state, &Step::Check(0))?;
    welcomed(house, &state, &Step::Settle(0))
}

pub(crate) fn welcomed(house: &House, state: &State, step: &Step) -> Option<State> {
    let (state, decision) = house.go(state, step)?;
    matches!(decision?.outcome, Outcome::Welcome(_)).then_some(state)
}
