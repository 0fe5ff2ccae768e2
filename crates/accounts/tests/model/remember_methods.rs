//! What an onlooker notes of login methods: trips, identities in hand, methods added and removed, an account's end.
//!
//! It believes answers here too. What an undo, "this was not me" or a restoration makes of the methods is looked up
//! afterwards, and judged by the laws.

use accounts::{AccountId, Addressed, Outcome, Policy, Purpose, TripErrand};

use super::cards::{CARDS, Gone};
use super::ghosts::{Hand, Home, Member};
use super::laws_of_passkeys::owner_of_key;
use super::picture::Picture;
use super::state::{OWNERS, State, Who};
use super::step::Step;
use crate::support::draws;

/// Where an account's `email` method is now.
pub(crate) fn home_of(state: &State, id: AccountId) -> Option<Home> {
    let own = state.world.accounts.get(&id).map(Picture::of)?.email?;
    Some(Home { at: own.at, since: own.since })
}

/// Whose an address is: by its `email` method, or else through a provider.
fn whose(state: &State, at: usize) -> Option<AccountId> {
    let owner = state.owner_of(at).map(|account| account.id);
    let has = |account: &&accounts::Account| Picture::of(account).addresses().contains(&at);
    owner.or_else(|| state.world.accounts.values().find(has).map(|account| account.id))
}

/// Somebody who has shown a right password, a mailed code or number, a form or a provider's account holds something of
/// an account.
pub(crate) fn remember_holding(before: &State, state: &mut State, step: &Step) {
    let shown = match step {
        Step::Check(n) => before.flights.get(*n).and_then(|flight| {
            let (id, member) = before.ghosts.member_at(flight.at)?;
            (member.secret == Some(flight.typed)).then_some((flight.who, vec![id]))
        }),
        Step::Type(who, _, Some(code)) => {
            let posted = before.ghosts.posted.get(code);
            posted.map(|posted| (*who, of_mailbox(before, posted.at)))
        }
        Step::Finish(who, Some(form), _) => {
            let begun = before.ghosts.begun.iter().flatten().filter(|begun| begun.form == Some(*form));
            Some((*who, begun.filter_map(|begun| begun.account).collect()))
        }
        Step::Enter(who, _, _, Some(id)) | Step::Look(who, _, _, Some(id)) => {
            before.ghosts.letter(*id).map(|letter| (*who, vec![letter.account]))
        }
        Step::Arrive(who, _, card) => Some((*who, of_card(before, *card))),
        Step::Present(who, n) => {
            let shown = before.answers.get(*n).filter(|answer| !answer.asks.adds());
            shown.map(|answer| (*who, owner_of_key(before, answer.key).into_iter().collect()))
        }
        _ => None,
    };
    if let Some((who, accounts)) = shown {
        state.ghosts.holds[who as usize].extend(accounts);
    }
    for (n, browser) in before.browsers.iter().enumerate() {
        let member = before.member(browser.session).map(|account| account.id);
        state.ghosts.holds[n].extend(member);
    }
}

/// Accounts that an address is on, or was until they ended.
fn of_mailbox(state: &State, at: usize) -> Vec<AccountId> {
    let all = state.world.accounts.values();
    let own = all.filter(|account| {
        let ended = account.withdrawn.iter().flat_map(|withdrawal| withdrawal.methods.addresses());
        Picture::of(account).addresses().contains(&at)
            || ended.into_iter().any(|e| super::state::place(e) == at)
    });
    own.map(|account| account.id).collect()
}

/// An answer has let in, proven or added: it is used up, and its counter is known.
pub(crate) fn remember_answered(before: &State, state: &mut State, step: &Step, outcome: &Outcome) {
    let Step::Present(_, n) = step else { return };
    let good =
        matches!(outcome, Outcome::Welcome(_) | Outcome::Fresh { .. } | Outcome::PasskeyAdded(_));
    let Some(answer) = before.answers.get(*n).filter(|_| good) else { return };
    state.answers[*n].used = true;
    let id = match outcome {
        Outcome::PasskeyAdded(id) => Some(*id),
        _ => before.passkey(answer.key).map(|known| known.id),
    };
    id.into_iter().for_each(|id| {
        let highest = state.ghosts.highest.entry(id).or_default();
        *highest = answer.counter.max(*highest);
    });
}

fn of_card(state: &State, card: usize) -> Vec<AccountId> {
    let identity = CARDS[card].identity();
    let all = state.world.accounts.values();
    let own = all.filter(|account| {
        let ended = account.withdrawn.iter().flat_map(|withdrawal| &withdrawal.methods.links);
        account.links.iter().chain(ended).any(|link| link.identity == identity)
    });
    own.map(|account| account.id).collect()
}

pub(crate) fn remember_methods(before: &State, state: &mut State, step: &Step, outcome: &Outcome) {
    match (step, outcome) {
        (Step::Go(who, provider, errand), Outcome::Done) => {
            let own = before.browsers[*who as usize].session;
            let own = own.filter(|_| *errand != TripErrand::SignIn);
            let session = own.and_then(|digest| before.world.session(digest)).map(|session| session.id);
            state.ghosts.trips.push(Gone {
                state: draws(before.next).trip_state,
                who: *who,
                provider: *provider,
                errand: *errand,
                session,
                when: before.now,
                used: false,
            });
        }
        (Step::Arrive(who, trip, card), _) => {
            remember_return(before, state, (*who, *trip, *card), outcome);
        }
        (Step::Type(who, Purpose::RegisterIdentity, _), _) => {
            remember_proven_address(before, state, *who, outcome);
        }
        (Step::Ask(who, purpose, _), Outcome::CodeAsked { .. }) => {
            let hand = &mut state.ghosts.hand[*who as usize];
            *hand = hand.filter(|_| *purpose == Purpose::RegisterIdentity);
            hand.iter_mut().for_each(|hand| hand.at = None);
        }
        (Step::Drop(who) | Step::SignOut(who), _) | (Step::TakeOffer(who), Outcome::Linked(_)) => {
            state.ghosts.hand[*who as usize] = None;
        }
        (Step::Hear(card, report, at), _) => {
            state.ghosts.heard.insert((*card, *report, *at));
        }
        (Step::Register(who), Outcome::Welcome(welcome)) => {
            state.ghosts.members.insert(welcome.account, Member::new(before.now));
            state.ghosts.hand[*who as usize] = None;
        }
        (Step::Enter(_, _, at, id), Outcome::WaitBegun { .. }) => {
            let letter =
                state.ghosts.letters.iter_mut().find(|l| Some(l.id) == *id && l.used.is_none());
            if let Some(letter) = letter {
                letter.used = Some(before.now);
                let member = state.ghosts.members.get_mut(&letter.account);
                member.into_iter().for_each(|member| {
                    let waits = member.lost.filter(|(waits, _)| waits == at);
                    member.lost = waits.or(Some((*at, before.now)));
                });
            }
        }
        _ => remember_own(before, state, step, outcome),
    }
    remember_waiting(before, state, step, outcome);
}

/// What members do with their own account.
fn remember_own(before: &State, state: &mut State, step: &Step, outcome: &Outcome) {
    match (step, outcome) {
        (Step::Remove(who, Addressed::Email, _), Outcome::Done) => {
            let home = own(before, state, *who).and_then(|member| {
                member.secret = None;
                member.home.take()
            });
            home.into_iter().for_each(|home| {
                state.ghosts.kill_resets(home.at);
                state.ghosts.cut_at(home.at);
            });
        }
        (Step::AddPassword(who, secret), Outcome::Done) => {
            let Some(begun) = before.ghosts.begun[*who as usize] else { return };
            let home = Some(Home { at: begun.at, since: before.now });
            if let Some(member) = own(before, state, *who) {
                (member.home, member.secret) = (home, Some(*secret));
            }
            state.ghosts.kill_resets(begun.at);
        }
        (Step::Withdraw(who), Outcome::Withdrawn { .. }) => {
            let account = before.member(before.browsers[*who as usize].session).map(|a| a.id);
            account.into_iter().for_each(|account| state.ghosts.clear(account, None));
            if let Some(member) = own(before, state, *who) {
                (member.home, member.secret, member.lost) = (None, None, None);
                member.gone = Some(before.now);
            }
        }
        (Step::Restore(who), Outcome::Restored) => {
            let back = before.world.accounts.values().find(|old| {
                let now = state.world.accounts.get(&old.id);
                old.withdrawn.is_some() && now.is_some_and(|now| now.withdrawn.is_none())
            });
            let Some(id) = back.map(|account| account.id) else { return };
            let home = home_of(state, id);
            let since = state.ghosts.members.get(&id).and_then(|member| member.gone);
            let younger = state.ghosts.letters.iter_mut();
            let younger =
                younger.filter(|l| l.account == id && since.is_some_and(|gone| gone <= l.when));
            younger.for_each(|letter| letter.void = true);
            if let Some(member) = state.ghosts.members.get_mut(&id) {
                member.moved = member.moved.filter(|moved| since.is_none_or(|gone| *moved < gone));
                (member.home, member.gone) = (home, None);
            }
            state.ghosts.hand[*who as usize] = None;
        }
        (Step::Erase(id), Outcome::Done) => {
            state.ghosts.members.remove(id);
            state.ghosts.erased.insert(*id);
            state.ghosts.letters.retain(|letter| letter.account != *id);
        }
        _ => {}
    }
}

fn own<'s>(before: &State, state: &'s mut State, who: Who) -> Option<&'s mut Member> {
    let account = before.member(before.browsers[who as usize].session)?.id;
    state.ghosts.members.get_mut(&account)
}

/// The first change of methods by somebody who has shown no more than the password, or what came lately, at an account
/// that the first mailbox has had from its beginning.
pub(crate) fn remember_moved(before: &State, state: &mut State, step: &Step, policy: &Policy) {
    let who = match step {
        Step::Arrive(who, ..)
        | Step::TakeOffer(who)
        | Step::Remove(who, ..)
        | Step::Contact(who, _)
        | Step::AddPassword(who, _)
        | Step::Present(who, _)
        | Step::RemoveKey(who, _)
        | Step::Type(who, Purpose::ChangeEmail, _) => *who,
        _ => return,
    };
    let Some(session) = before.browsers[who as usize].session.and_then(|s| before.world.session(s))
    else {
        return;
    };
    let id = session.account;
    let shown = before.ghosts.shown.get(&session.id).map(|(_, method)| *method);
    let (Some(old), Some(new)) = (before.world.accounts.get(&id), state.world.accounts.get(&id)) else {
        return;
    };
    let (old, new) = (Picture::of(old), Picture::of(new));
    let life = policy.undo_life;
    let lately = |method| old.added(method).is_none_or(|added| before.now < added.plus(life));
    if let Some(member) = state.ghosts.members.get_mut(&id) {
        let there = old.email.is_some_and(|own| own.at == OWNERS && own.since == member.born)
            && old.contact == Addressed::Email
            && old.contact_since == member.born;
        if old != new && there && shown.is_some_and(lately) {
            member.moved = member.moved.or(Some(before.now));
        }
    }
}

/// What came back from a trip.
fn remember_return(
    before: &State,
    state: &mut State,
    (who, trip, card): (Who, accounts::Digest, usize),
    outcome: &Outcome,
) {
    let n = who as usize;
    if [Outcome::Refused(accounts::Reason::TripGone), Outcome::Stale].contains(outcome) {
        return;
    }
    let gone = state.ghosts.trips.iter_mut().find(|gone| gone.state == trip);
    let gone = gone.map(|gone| {
        gone.used = true;
        *gone
    });
    let named = CARDS[card].at;
    let vouched = CARDS[card].vouched == accounts::Vouched::Yes;
    let session = gone.and_then(|gone| gone.session);
    let hand = match outcome {
        Outcome::IdentityFree(_) => {
            let at = Some(named).filter(|_| vouched);
            Hand { card, at, waits: None, session: None, when: before.now }
        }
        Outcome::OfferMade { .. } => {
            let account = before.world.accounts.values().flat_map(|account| &account.sessions);
            let account = account.into_iter().find(|s| Some(s.id) == session).map(|s| s.account);
            let waits = account.or_else(|| whose(before, named));
            Hand { card, at: Some(named), waits, session, when: before.now }
        }
        _ => return,
    };
    state.ghosts.hand[n] = Some(hand);
    state.ghosts.begun[n] = None;
    state.ghosts.tried[n] = 0;
}

fn remember_proven_address(before: &State, state: &mut State, who: Who, outcome: &Outcome) {
    let n = who as usize;
    let (Some(begun), Some(hand)) = (before.ghosts.begun[n], before.ghosts.hand[n]) else { return };
    let (at, when) = (Some(begun.at), before.now);
    match outcome {
        Outcome::IdentityFree(_) if hand.at.is_none() => {
            state.ghosts.hand[n] = Some(Hand { at, when, ..hand });
        }
        Outcome::OfferMade { .. } => {
            let waits = whose(before, begun.at);
            state.ghosts.hand[n] = Some(Hand { at, when, waits, ..hand });
        }
        _ => return,
    }
    state.ghosts.begun[n] = None;
    state.ghosts.tried[n] = 0;
}

/// The account that an identity in hand waits for has signed in: from here on it is for that session.
fn remember_waiting(before: &State, state: &mut State, step: &Step, outcome: &Outcome) {
    let Outcome::Welcome(welcome) = outcome else { return };
    if let (Step::Arrive(..) | Step::Present(..), Some(member)) =
        (step, state.ghosts.members.get_mut(&welcome.account))
    {
        member.rescued = false;
    }
    let (who, flow) = match step {
        Step::Settle(n) => (before.flights[*n].who, before.flights[*n].sent.flow),
        Step::Arrive(who, ..) | Step::Present(who, _) | Step::Finish(who, ..) => {
            (*who, before.browsers[*who as usize].flow)
        }
        _ => return,
    };
    let n = who as usize;
    let here = flow.is_some() && flow == before.browsers[n].flow;
    if let Some(hand) = state.ghosts.hand[n].as_mut()
        && here
        && hand.waits == Some(welcome.account)
        && hand.session.is_none()
    {
        hand.session = Some(welcome.session);
    }
}
