//! Liveness of providers and of an account's end, by the same bounded search as `ways_in`.
//!
//! The owner has two accounts at providers and two mailboxes. What is asked here is asked in every state: whatever
//! strangers have done, an owner's provider lets in, a member can end the account, and an end can be taken back.

use accounts::{Addressed, MailKind, Outcome, Purpose, TripErrand};

use super::cards::{APPLE, CARDS, GOOGLE};
use super::ghosts::Use;
use super::keys::{Asks, OWN};
use super::picture::Picture;
use super::state::{Aim, GMAIL, OWNERS, Page, State, Who};
use super::step::{House, Step};
use super::ways_in::{by_code, fresh, quiet, reset, tried, wait, welcomed};

const OWNER: usize = Who::Owner as usize;

/// L2: the owner's account at a provider signs in at once, whatever is locked, from a browser that nobody knows.
pub(crate) fn provider_gets_in(house: &House, state: &State) -> bool {
    [GOOGLE, APPLE].into_iter().all(|card| {
        let all = state.world.accounts.values().filter(|account| account.suspended.is_none());
        let mut held = all.filter_map(|account| Picture::of(account).held(card));
        if !held.any(|held| !held.over) {
            return true;
        }
        let state = fresh(state);
        let arrived = gone(house, &state, card, TripErrand::SignIn);
        arrived.is_some_and(|step| welcomed(house, &step.0, &step.1).is_some())
    })
}

/// L2: the owner's passkey signs in at once, whatever is locked, from a browser that nobody knows; and it is the account
/// that it was added to.
pub(crate) fn passkey_gets_in(house: &House, state: &State) -> bool {
    let mut all = state.world.accounts.values().filter(|account| account.suspended.is_none());
    let Some(own) = all.find(|account| Picture::of(account).keys[OWN].is_some()) else { return true };
    let state = fresh(state);
    let Some((state, _)) = house.go(&state, &Step::Sign(Who::Owner, OWN, Asks::SignIn)) else {
        return false;
    };
    let answer = state.answers.len() - 1;
    let entered = welcomed(house, &state, &Step::Present(Who::Owner, answer));
    entered.is_some_and(|state| {
        state.member(state.browsers[OWNER].session).map(|account| account.id) == Some(own.id)
    })
}

/// A trip, and the step that comes back from it.
fn gone(house: &House, state: &State, card: usize, errand: TripErrand) -> Option<(State, Step)> {
    let (state, decision) = tried(house, state, &Step::Go(Who::Owner, CARDS[card].provider, errand))?;
    let trip = state.ghosts.trips.last().filter(|_| decision.outcome == Outcome::Done)?.state;
    Some((state, Step::Arrive(Who::Owner, trip, card)))
}

/// L5: a member who is signed in can end the account, by whichever method of their own.
pub(crate) fn member_withdraws(house: &House, state: &State) -> bool {
    let Some(own) = state.member(state.browsers[OWNER].session) else { return true };
    let picture = Picture::of(own);
    let cards = [GOOGLE, APPLE].into_iter().filter(|card| picture.held(*card).is_some_and(|h| !h.over));
    let cards = cards.collect::<Vec<_>>();
    let at_home = picture.email.is_some_and(|email| email.at == OWNERS);
    let key = picture.keys[OWN].is_some();
    if own.suspended.is_some() || cards.is_empty() && !at_home && !key {
        return true;
    }
    let state = quiet(state);
    let ends = |state: &State| {
        let ended = tried(house, state, &Step::Withdraw(Who::Owner));
        ended.is_some_and(|(_, decision)| matches!(decision.outcome, Outcome::Withdrawn { .. }))
    };
    let by_card = |card: &usize| {
        let shown = gone(house, &state, *card, TripErrand::Prove);
        let shown = shown.and_then(|(state, step)| tried(house, &state, &step));
        shown.is_some_and(|(state, _)| ends(&state))
    };
    let by_key = || {
        let signed = house.go(&state, &Step::Sign(Who::Owner, OWN, Asks::Prove));
        let shown = signed.and_then(|(state, _)| {
            let answer = Step::Present(Who::Owner, state.answers.len() - 1);
            tried(house, &state, &answer)
        });
        shown.is_some_and(|(state, _)| ends(&state))
    };
    let by_reset = || {
        let later = wait(house, &fresh(&state), house.policy.code_life);
        later.and_then(|state| reset(house, &state)).is_some_and(|state| ends(&state))
    };
    let by_password = || proven(house, &state).is_some_and(|state| ends(&state));
    let by_own = cards.iter().any(by_card) || key && by_key();
    ends(&state) || by_own || at_home && (by_password() || by_reset())
}

fn proven(house: &House, state: &State) -> Option<State> {
    let secret = state.owner_of(OWNERS)?.password()?.hash.0.clone();
    let secret = ["first", "second", "third", "mine"].into_iter().find(|known| *known == secret)?;
    let (state, _) = house.go(state, &Step::Pay(Who::Owner, OWNERS, secret, Aim::Prove))?;
    let (state, _) = house.go(&state, &Step::Check(0))?;
    let (state, decision) = tried(house, &state, &Step::Settle(0))?;
    matches!(decision.outcome, Outcome::Fresh { .. }).then_some(state)
}

/// L1: whoever reads the mailbox of an account that has no more than a provider gets in without that provider, within a
/// day and two mails.
pub(crate) fn mailbox_does_without(house: &House, state: &State) -> bool {
    let lonely = state.world.accounts.values().any(|account| {
        let picture = Picture::of(account);
        let there = picture.held(GOOGLE).and_then(|held| held.at).map(|(at, _)| at);
        account.suspended.is_none() && picture.email.is_none() && there == Some(GMAIL)
    });
    if !lonely || state.owner_of(GMAIL).is_some() {
        return true;
    }
    let ask = Step::Ask(Who::Owner, Purpose::Reset, GMAIL);
    let asked = wait(house, &fresh(state), house.policy.code_life).and_then(|s| tried(house, &s, &ask));
    let Some((state, decision)) = asked else { return false };
    let mut codes = decision.mails.iter().filter_map(|mail| mail.challenge);
    if let Some(code) = codes.next() {
        return by_code(house, &state, code).is_some();
    }
    let told = decision.mails.iter().find(|mail| mail.kind == MailKind::ResetProvider);
    let Some(number) = told.and_then(|mail| mail.number) else { return false };
    let waits = tried(house, &state, &Step::Enter(Who::Owner, Page::Lost, GMAIL, Some(number)))
        .filter(|(_, decision)| matches!(decision.outcome, Outcome::WaitBegun { .. }))
        .and_then(|(state, _)| wait(house, &state, house.policy.lost_wait))
        .and_then(|state| tried(house, &state, &ask));
    waits.is_some_and(|(state, decision)| {
        let code = decision.mails.iter().find_map(|mail| mail.challenge);
        code.is_some_and(|code| by_code(house, &state, code).is_some())
    })
}

/// L1: for the grace, the number that was mailed to an address of an account that was ended brings it back, as long as
/// others have not proven all that it had; and its mailbox, or its provider, then gets in.
pub(crate) fn mailbox_restores(house: &House, state: &State) -> bool {
    let gone_accounts = state.ghosts.members.iter().filter(|(_, member)| member.gone.is_some());
    gone_accounts.into_iter().all(|(id, _)| {
        let account = state.world.accounts.get(id);
        let mut letters = state.ghosts.letters.iter().filter(|letter| {
            letter.account == *id
                && [OWNERS, GMAIL].contains(&letter.at)
                && letter.does == Use::Restore
                && letter.used.is_none()
                && !letter.void
                && state.now < letter.when.plus(house.policy.withdraw_grace)
        });
        let Some(letter) = letters.next() else { return true };
        let Some(free) = letter.picture.free(state, *id, state.now) else { return true };
        if account.is_none_or(|account| account.suspended.is_some()) {
            return true;
        }
        let step = Step::Enter(Who::Owner, Page::Undo, letter.at, Some(letter.id));
        let back = tried(house, &fresh(state), &step);
        let back = back.filter(|(_, decision)| decision.outcome == Outcome::Restored);
        back.is_some_and(|(state, _)| match free.addressed().first() {
            Some(Addressed::Email) if free.email.is_some_and(|own| own.at == OWNERS) => {
                let later = wait(house, &state, house.policy.code_life);
                later.and_then(|state| reset(house, &state)).is_some()
            }
            _ => provider_gets_in(house, &state),
        })
    })
}
