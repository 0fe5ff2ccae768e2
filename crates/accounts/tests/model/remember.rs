//! What an onlooker notes of a step: who did what, what was answered, and what was mailed.
//!
//! It believes answers, not reasons: a code that was answered as verified is verified, a password that was answered as
//! set is the password. Whether the answer was right is for the laws to say.

use accounts::{
    AccountId, Decision, Event, Instant, MailKind, Method, NumberKind, Outcome, Policy, Purpose,
    Reason, SessionId,
};

use super::ghosts::{Begun, Home, Letter, Member, Posted, Use, class_of};
use super::picture::Picture;
use super::remember_methods::{
    home_of, remember_answered, remember_holding, remember_methods, remember_moved,
};
use super::state::{ADDRESSES, Flight, Look, State, Who, place};
use super::step::Step;

pub(crate) fn remember(
    before: &State,
    state: &mut State,
    (step, decision): (&Step, Option<&Decision>),
    policy: &Policy,
) {
    remember_holding(before, state, step);
    if let Some(decision) = decision {
        remember_answer(before, state, step, &decision.outcome);
        remember_moved(before, state, step, policy);
        remember_methods(before, state, step, &decision.outcome);
        remember_answered(before, state, step, &decision.outcome);
        decision.events.iter().for_each(|event| remember_event(before, state, event));
        remember_mails(before, state, step, decision);
    } else if let Step::Check(n) = step
        && let Some(Flight { at, lane, .. }) = before.flights.get(*n)
    {
        *state.ghosts.evaluated.entry((*at, *lane)).or_default() += 1;
    }
}

fn remember_answer(before: &State, state: &mut State, step: &Step, outcome: &Outcome) {
    match (step, outcome) {
        (Step::Settle(n), _) => remember_guess(&before.flights[*n], state, outcome),
        (Step::Unlock(at), _) => state.ghosts.evaluated.retain(|(where_, _), _| where_ != at),
        (Step::Ask(who, purpose, at), Outcome::CodeAsked { .. }) => {
            let n = *who as usize;
            let flow = before.browsers[n].flow.and_then(|digest| before.world.flows.get(&digest));
            if flow.is_none_or(|flow| flow.expires_at <= before.now) {
                state.ghosts.tried[n] = 0;
            }
            let page = [Purpose::ChangeEmail, Purpose::AddEmail].contains(purpose);
            let own = before.browsers[n].session.filter(|_| page);
            let session = own.and_then(|digest| before.world.session(digest));
            state.ghosts.begun[n] = Some(Begun {
                purpose: purpose_of(before, *who, *purpose),
                at: *at,
                account: session.map(|session| session.account),
                session: session.map(|session| session.id),
                proven: None,
                form: None,
                cut: false,
            });
        }
        (Step::Type(who, _, code), _) => remember_code(before, state, *who, (*code, outcome)),
        (Step::Choose(who, secret), Outcome::Welcome(welcome)) => {
            if let Some(begun) = before.ghosts.begun[*who as usize] {
                let home = Some(Home { at: begun.at, since: before.now });
                let member = Member { home, secret: Some(secret), ..Member::new(before.now) };
                state.ghosts.members.insert(welcome.account, member);
                state.ghosts.kill_resets(begun.at);
            }
        }
        (Step::Finish(who, _, secret), Outcome::Welcome(welcome)) => {
            state.ghosts.clear(welcome.account, None);
            set_secret(state, welcome.account, Some(secret));
            cut_letters(before, state, welcome.account, None);
            let begun = before.ghosts.begun[*who as usize];
            if let Some(member) = state.ghosts.members.get_mut(&welcome.account) {
                member.rescued = false;
                let set_up = begun.map(|begun| Home { at: begun.at, since: before.now });
                member.home = member.home.or(set_up);
            }
            if let Some(begun) = begun {
                state.ghosts.evaluated.retain(|(at, _), _| *at != begun.at);
            }
        }
        (Step::Change(who, secret) | Step::ChangeAt(who, _, secret), Outcome::Done) => {
            if let Some(account) = before.member(before.browsers[*who as usize].session) {
                state.ghosts.clear(account.id, None);
                set_secret(state, account.id, Some(secret));
            }
        }
        (_, Outcome::TakenBack | Outcome::Restored) => {
            if let Some(look) = typed_number(before, step) {
                remember_taken_back(before, state, &look);
            }
        }
        _ => {}
    }
}

fn remember_guess(flight: &Flight, state: &mut State, outcome: &Outcome) {
    let shown = matches!(outcome, Outcome::Welcome(_) | Outcome::Fresh { .. })
        || *outcome == Outcome::Refused(Reason::Suspended);
    if shown {
        state.ghosts.evaluated.remove(&(flight.at, flight.lane));
    }
    if *outcome == Outcome::Stale {
        // It is evaluated again, on the same ticket: one guess.
        let count = state.ghosts.evaluated.entry((flight.at, flight.lane)).or_default();
        *count = count.saturating_sub(1);
    }
}

fn remember_code(
    before: &State,
    state: &mut State,
    who: Who,
    (code, outcome): (Option<accounts::ChallengeId>, &Outcome),
) {
    let n = who as usize;
    let Some(begun) = before.ghosts.begun[n] else { return };
    let (now, at) = (before.now, begun.at);
    let form = state.browsers[n].forms[0];
    let proven = code.map(|code| (now, code));
    let worked = match outcome {
        Outcome::Proven { .. }
        | Outcome::ResetProven { .. }
        | Outcome::IdentityFree(_)
        | Outcome::OfferMade { .. } => begun.proven.is_none(),
        Outcome::Done | Outcome::Refused(Reason::Suspended | Reason::AddressTaken) => true,
        _ => false,
    };
    if worked {
        // When one works, the others of its address and purpose die with it.
        state.ghosts.used.extend(code);
        let all = state.ghosts.posted.values_mut();
        let with_it = all.filter(|posted| posted.at == at && posted.purpose == begun.purpose);
        with_it.for_each(|posted| posted.dead = true);
    }
    match outcome {
        Outcome::Proven { .. } | Outcome::IdentityFree(_) | Outcome::OfferMade { .. }
            if begun.proven.is_none() =>
        {
            state.ghosts.begun[n] = Some(Begun { proven, ..begun });
            state.ghosts.evaluated.retain(|(where_, _), _| *where_ != at);
        }
        Outcome::ResetProven { .. } if begun.proven.is_none() => {
            state.ghosts.verified[at] = Some(now);
            let account = state.ghosts.member_at(at).map(|(id, _)| id).or(lost_at(state, at));
            state.ghosts.begun[n] = Some(Begun { proven, form, account, ..begun });
            if let Some(account) = account {
                state.ghosts.clear(account, Some(n));
                set_secret(state, account, None);
            }
        }
        Outcome::ResetProven { .. } => state.ghosts.begun[n] = Some(Begun { form, ..begun }),
        Outcome::Done => {
            state.ghosts.evaluated.retain(|(where_, _), _| *where_ != at);
            let moves = begun.account.and_then(|id| state.ghosts.members.get_mut(&id));
            moves.into_iter().for_each(|member| member.home = Some(Home { at, since: now }));
        }
        Outcome::Refused(Reason::WrongCode | Reason::CodeSpent) => state.ghosts.tried[n] += 1,
        _ => {}
    }
}

/// What was typed, where a number was.
pub(crate) fn typed_number(before: &State, step: &Step) -> Option<Look> {
    match step {
        Step::Enter(who, page, at, number) => {
            Some(Look { who: *who, page: *page, at: *at, number: *number, account: None })
        }
        Step::Press(n) => before.looks.get(*n).copied(),
        _ => None,
    }
}

/// The first time a number is answered so, it has done its work.
fn remember_taken_back(before: &State, state: &mut State, look: &Look) {
    let Some(id) = look.number else { return };
    let Some(place) = state.ghosts.letters.iter().position(|letter| letter.id == id) else { return };
    let letter = state.ghosts.letters[place];
    if letter.used.is_some() || letter.void {
        return;
    }
    state.ghosts.letters[place].used = Some(before.now);
    if letter.does != Use::Restore {
        state.ghosts.clear(letter.account, None);
    }
    set_secret(state, letter.account, None);
    let home = home_of(state, letter.account);
    let account = state.world.accounts.get(&letter.account);
    let ended = account.is_some_and(|account| account.withdrawn.is_some());
    if let Use::NotMe(session) = letter.does {
        cut_letters(before, state, letter.account, Some(session));
    }
    let undone = letter.does == Use::Undo;
    if let Some(member) = state.ghosts.members.get_mut(&letter.account) {
        member.home = home;
        // What was changed in the instant of a withdrawal goes with it: nobody can say which was first.
        let since = member.gone.filter(|_| letter.does == Use::Restore);
        member.moved = member.moved.filter(|moved| since.is_none_or(|gone| *moved < gone));
        member.gone = member.gone.filter(|_| ended);
        member.rescued |= undone;
        member.moved = member.moved.filter(|_| !undone);
    }
    if letter.does == Use::Undo || letter.does == Use::Restore {
        // Those of the same instant too: there, nobody can say which was first.
        let younger = state.ghosts.letters.iter_mut().filter(|younger| younger.when >= letter.when);
        let own = younger.filter(|younger| younger.account == letter.account);
        own.for_each(|younger| younger.void = true);
    }
    if undone {
        // Codes in the mailbox that it comes back to are over too.
        state.ghosts.clear(letter.account, None);
    }
}

/// What a reset or "this was not me" has taken away is not what an older number brings back.
fn cut_letters(before: &State, state: &mut State, id: AccountId, told_off: Option<SessionId>) {
    let picture = |state: &State| state.world.accounts.get(&id).map(Picture::of);
    let (Some(old), Some(now)) = (picture(before), picture(state)) else { return };
    for letter in state.ghosts.letters.iter_mut().filter(|letter| letter.account == id) {
        match told_off {
            Some(session) => letter.picture.cut_by(session, &now),
            None => letter.picture.cut_gone(&old, &now),
        }
    }
}

/// The account whose wait is for an address.
fn lost_at(state: &State, at: usize) -> Option<AccountId> {
    let all = state.ghosts.members.iter();
    let mut waits = all.filter(|(_, member)| member.lost.is_some_and(|(where_, _)| where_ == at));
    waits.next().map(|(id, _)| *id)
}

/// One page asks for the address of the `email` method, whether it is added or changed.
pub(crate) fn purpose_of(before: &State, who: Who, purpose: Purpose) -> Purpose {
    let member = before.member(before.browsers[who as usize].session);
    match purpose {
        Purpose::ChangeEmail | Purpose::AddEmail if member.is_some_and(|m| m.email.is_none()) => {
            Purpose::AddEmail
        }
        Purpose::ChangeEmail | Purpose::AddEmail => Purpose::ChangeEmail,
        other => other,
    }
}

fn set_secret(state: &mut State, account: AccountId, secret: Option<&'static str>) {
    if let Some(member) = state.ghosts.members.get_mut(&account) {
        member.secret = secret;
    }
}

fn remember_event(before: &State, state: &mut State, event: &Event) {
    match event {
        Event::SessionStarted { session, .. } => {
            shown(state, session.id, (before.now, session.method));
            let member = state.ghosts.members.get_mut(&session.account);
            member.into_iter().for_each(|member| member.lost = None);
        }
        Event::SessionProved { session, method, .. } => shown(state, *session, (before.now, *method)),
        Event::NumberIssued { email, number } => {
            let does = match number.kind {
                NumberKind::NotMe(session) => Use::NotMe(session),
                NumberKind::Undo(_) => Use::Undo,
                NumberKind::Restore => Use::Restore,
                NumberKind::Lost => Use::Lost,
            };
            let (id, account, when, at) = (number.id, number.account, before.now, place(email));
            if let Some(picture) = before.world.accounts.get(&account).map(Picture::of) {
                let letter = Letter { id, at, does, account, when, picture, used: None, void: false };
                state.ghosts.letters.push(letter);
            }
        }
        Event::ChallengeSpent { email, challenge, .. } => {
            let known = before.world.addresses.get(email.key()).map(|address| &address.challenges);
            let spent = known.and_then(|all| all.iter().find(|known| known.id == *challenge));
            if let Some(spent) = spent {
                state.ghosts.caused[place(email)][class_of(spent.purpose)].clear();
            }
        }
        _ => {}
    }
}

fn shown(state: &mut State, session: SessionId, at: (Instant, Method)) {
    state.ghosts.shown.insert(session, at);
}

fn remember_mails(before: &State, state: &mut State, step: &Step, decision: &Decision) {
    let now = before.now;
    for mail in &decision.mails {
        let at = ADDRESSES.iter().position(|address| mail.to.key() == *address);
        let Some(at) = at else { continue };
        if let (Step::Ask(who, purpose, _), false) = (step, mail.kind == MailKind::Locked) {
            state.ghosts.caused[at][class_of(*purpose)].push(now);
            if let Some(code) = mail.challenge {
                let purpose = purpose_of(before, *who, *purpose);
                let posted = Posted { at, purpose, when: now, dead: false };
                state.ghosts.posted.insert(code, posted);
            }
        }
        if mail.kind == MailKind::Locked {
            state.ghosts.told[at] = Some(now);
        }
    }
}
