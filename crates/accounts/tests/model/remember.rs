//! What an onlooker notes of a step: who did what, what was answered, and what was mailed.
//!
//! It believes answers, not reasons: a code that was answered as verified is verified, a password that was answered as
//! set is the password. Whether the answer was right is for the laws to say.

use accounts::{Decision, Event, Instant, MailKind, NumberKind, Outcome, Purpose, Reason, SessionId};

use super::ghosts::{Begun, Home, Letter, Member, Posted, class_of};
use super::state::{ADDRESSES, Flight, Look, Page, State, Who, place};
use super::step::Step;

pub(crate) fn remember(before: &State, state: &mut State, step: &Step, decision: Option<&Decision>) {
    remember_holding(before, state, step);
    if let (Some(decision), now) = (decision, before.now) {
        remember_answer(before, state, step, &decision.outcome);
        decision.events.iter().for_each(|event| remember_event(before, state, event));
        remember_mails(state, step, decision, now);
    } else if let Step::Check(n) = step
        && let Some(Flight { at, lane, .. }) = before.flights.get(*n)
    {
        *state.ghosts.evaluated.entry((*at, *lane)).or_default() += 1;
    }
}

/// A browser that has shown a right password, a mailed code or number, or a form, is nobody's stranger any more.
fn remember_holding(before: &State, state: &mut State, step: &Step) {
    let holder = match step {
        Step::Check(n) => before.flights.get(*n).and_then(|flight| {
            let member = before.ghosts.member_at(flight.at);
            let right = member.is_some_and(|(_, member)| member.secret == Some(flight.typed));
            right.then_some(flight.who)
        }),
        Step::Type(who, _, Some(_)) | Step::Finish(who, Some(_), _) => Some(*who),
        Step::Enter(who, _, _, Some(_)) | Step::Look(who, _, _, Some(_)) => Some(*who),
        _ => None,
    };
    holder.into_iter().for_each(|who| state.ghosts.holds[who as usize] = true);
    for (n, browser) in before.browsers.iter().enumerate() {
        state.ghosts.holds[n] |= browser.session.is_some();
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
            let own = before.browsers[n].session.filter(|_| *purpose == Purpose::ChangeEmail);
            let session = own.and_then(|digest| before.world.session(digest));
            state.ghosts.begun[n] = Some(Begun {
                purpose: *purpose,
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
                let home = Home { at: begun.at, since: before.now, registered: true };
                let member = Member { home, secret: Some(secret), moved: None, rescued: false };
                state.ghosts.members.insert(welcome.account, member);
            }
        }
        (Step::Finish(who, _, secret), Outcome::Welcome(welcome)) => {
            state.ghosts.clear(welcome.account, None);
            set_secret(state, welcome.account, Some(secret));
            if let Some(member) = state.ghosts.members.get_mut(&welcome.account) {
                member.rescued = false;
            }
            if let Some(begun) = before.ghosts.begun[*who as usize] {
                state.ghosts.evaluated.retain(|(at, _), _| *at != begun.at);
            }
        }
        (Step::Change(who, secret) | Step::ChangeAt(who, _, secret), Outcome::Done) => {
            if let Some(account) = before.member(before.browsers[*who as usize].session) {
                state.ghosts.clear(account.id, None);
                set_secret(state, account.id, Some(secret));
            }
        }
        (_, Outcome::TakenBack) => {
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
        Outcome::Proven { .. } | Outcome::ResetProven { .. } => begun.proven.is_none(),
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
        Outcome::Proven { .. } if begun.proven.is_none() => {
            state.ghosts.begun[n] = Some(Begun { proven, ..begun });
            state.ghosts.evaluated.retain(|(where_, _), _| *where_ != at);
        }
        Outcome::ResetProven { .. } if begun.proven.is_none() => {
            state.ghosts.verified[at] = Some(now);
            let account = state.ghosts.member_at(at).map(|(id, _)| id);
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
            moves.into_iter().for_each(|member| {
                member.moved = member.moved.or(Some(now).filter(|_| member.home.registered));
                member.home = Home { at, since: now, registered: false };
            });
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
    state.ghosts.clear(letter.account, None);
    set_secret(state, letter.account, None);
    if letter.page == Page::Undo {
        // Those of the same instant too: there, nobody can say which was first.
        let younger = state.ghosts.letters.iter_mut().filter(|younger| younger.when >= letter.when);
        let own = younger.filter(|younger| younger.account == letter.account);
        own.for_each(|younger| younger.void = true);
        if let Some(member) = state.ghosts.members.get_mut(&letter.account) {
            member.home = letter.home;
            member.moved = None;
            member.rescued = true;
        }
        // Codes in the mailbox that it comes back to are over too.
        state.ghosts.clear(letter.account, None);
    }
}

fn set_secret(state: &mut State, account: accounts::AccountId, secret: Option<&'static str>) {
    if let Some(member) = state.ghosts.members.get_mut(&account) {
        member.secret = secret;
    }
}

fn remember_event(before: &State, state: &mut State, event: &Event) {
    match event {
        Event::SessionStarted { session, .. } => shown(state, session.id, before.now),
        Event::SessionProved { session, .. } => shown(state, *session, before.now),
        Event::NumberIssued { email, number } => {
            let page = match number.kind {
                NumberKind::NotMe(_) => Page::NotMe,
                NumberKind::Undo(_) | NumberKind::Restore | NumberKind::Lost => Page::Undo,
            };
            let (id, account, when, at) = (number.id, number.account, before.now, place(email));
            let there = Home { at, since: before.now, registered: false };
            let home = before.ghosts.members.get(&account).map_or(there, |member| member.home);
            let letter = Letter { id, at, page, account, when, home, used: None, void: false };
            state.ghosts.letters.push(letter);
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

fn shown(state: &mut State, session: SessionId, at: Instant) {
    state.ghosts.shown.insert(session, at);
}

fn remember_mails(state: &mut State, step: &Step, decision: &Decision, now: Instant) {
    for mail in &decision.mails {
        let at = ADDRESSES.iter().position(|address| mail.to.key() == *address);
        let Some(at) = at else { continue };
        if let (Step::Ask(_, purpose, _), false) = (step, mail.kind == MailKind::Locked) {
            state.ghosts.caused[at][class_of(*purpose)].push(now);
            if let Some(code) = mail.challenge {
                let posted = Posted { at, purpose: *purpose, when: now, dead: false };
                state.ghosts.posted.insert(code, posted);
            }
        }
        if mail.kind == MailKind::Locked {
            state.ghosts.told[at] = Some(now);
        }
    }
}
