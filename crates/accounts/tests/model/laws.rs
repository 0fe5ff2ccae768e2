//! The laws: what must hold over every step, named as in the list of security properties (I5, I14, ...).
//!
//! A law compares the state before, the state after and what was answered and sent. It reads ghosts and
//! plain differences, never the reasoning of the rules, so that a rule cannot excuse itself.

use std::collections::BTreeMap;

use accounts::{
    Account, ActivityKind as Line, Decision, Event, Lane, MailKind, Millis, Outcome, Policy, Reason,
    Stage,
};

use super::state::{ADDRESSES, Aim, Browser, Flight, State, Who, hash};
use super::step::Step;

/// Notes what an onlooker saw.
pub(crate) fn remember(before: &State, state: &mut State, step: &Step, decision: Option<&Decision>) {
    match (step, decision.map(|decision| &decision.outcome)) {
        (Step::Check(n), _) => {
            if let Some(Flight { at, lane, .. }) = before.flights.get(*n) {
                *state.ghosts.evaluated.entry((*at, *lane)).or_default() += 1;
            }
        }
        (Step::Settle(n), Some(outcome)) => {
            let flight = &before.flights[*n];
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
        (Step::Unlock(at), _) => state.ghosts.evaluated.retain(|(where_, _), _| where_ != at),
        (Step::Type(who, code), Some(outcome)) => {
            remember_code(before, state, *who, (*code, outcome));
        }
        (Step::Ask(who, _), Some(Outcome::CodeAsked { .. })) => {
            let over = flow_of(before, *who).is_none_or(|flow| flow.expires_at <= before.now);
            if over {
                state.ghosts.tried[*who as usize] = 0;
            }
            state.ghosts.proven[*who as usize] = None;
        }
        _ => {}
    }
    if let Some(decision) = decision {
        remember_events(state, decision);
    }
}

fn remember_code(
    before: &State,
    state: &mut State,
    who: Who,
    (code, outcome): (Option<accounts::ChallengeId>, &Outcome),
) {
    let Some(flow) = flow_of(before, who) else { return };
    let at = ADDRESSES.iter().position(|address| flow.email.key() == *address);
    match outcome {
        Outcome::Proven { .. } if flow.stage == Stage::Code => {
            state.ghosts.used.extend(code);
            state.ghosts.proven[who as usize] = at;
            state.ghosts.evaluated.retain(|(where_, _), _| Some(*where_) != at);
        }
        Outcome::Refused(Reason::WrongCode | Reason::CodeSpent) => {
            state.ghosts.tried[who as usize] += 1;
        }
        _ => {}
    }
}

fn remember_events(state: &mut State, decision: &Decision) {
    for event in &decision.events {
        match event {
            Event::SessionStarted { session, .. } => {
                state.ghosts.shown.insert(session.id, state.now);
            }
            Event::SessionProved { session, .. } => {
                state.ghosts.shown.insert(*session, state.now);
            }
            _ => {}
        }
    }
    for mail in decision.mails.iter().filter(|mail| mail.kind == MailKind::Locked) {
        let at = ADDRESSES.iter().position(|address| mail.to.key() == *address);
        at.into_iter().for_each(|at| state.ghosts.told[at] = Some(state.now));
    }
}

/// The first law that a step broke.
pub(crate) fn broken(
    before: &State,
    after: &State,
    step: &Step,
    decision: Option<&Decision>,
    policy: &Policy,
) -> Option<&'static str> {
    let seen = Seen { before, after, step, decision, policy };
    let laws = [
        ("I4", seen.one_account_an_address()),
        ("I5", seen.evaluations_are_bounded()),
        ("I6", seen.a_lock_refuses()),
        ("I7", seen.a_lock_is_no_more_than_that()),
        ("I8", seen.counts_fall_by_proof_only()),
        ("I9", seen.a_code_works_once()),
        ("I10", seen.a_code_is_for_its_address()),
        ("I11", seen.a_code_ends_in_time()),
        ("I12", seen.tries_are_bounded()),
        ("I14", seen.only_the_current_password_lets_in()),
        ("I16", seen.a_change_leaves_nothing_older()),
        ("I18", seen.nothing_appears_by_itself()),
        ("I20", seen.an_account_needs_a_proven_address()),
        ("I28", seen.a_change_needs_a_fresh_proof()),
        ("I30", seen.mails_are_written()),
        ("I31", seen.lines_are_written()),
        ("I33", seen.a_suspension_refuses_everything()),
        ("I38", seen.registering_tells_and_gives_nothing()),
        ("I39", seen.every_sign_in_is_told()),
        ("R-SIGNIN-7", seen.a_sign_in_begins_anew()),
        ("R-LOCK-4", seen.a_known_device_is_left_alone()),
    ];
    laws.into_iter().find(|(_, holds)| !holds).map(|(name, _)| name)
}

/// Every law that `broken` can name.
pub(crate) const LAWS: [&str; 21] = [
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
    "R-LOCK-4",
];

struct Seen<'a> {
    before: &'a State,
    after: &'a State,
    step: &'a Step,
    decision: Option<&'a Decision>,
    policy: &'a Policy,
}

fn flow_of(state: &State, who: Who) -> Option<&accounts::Flow> {
    state.browsers[who as usize].flow.and_then(|digest| state.world.flows.get(&digest))
}

impl Seen<'_> {
    fn outcome(&self) -> Option<&Outcome> {
        self.decision.map(|decision| &decision.outcome)
    }

    fn is_welcome(&self) -> bool {
        matches!(self.outcome(), Some(Outcome::Welcome(_)))
    }

    fn lets_in(&self) -> bool {
        self.is_welcome() || matches!(self.outcome(), Some(Outcome::Fresh { .. }))
    }

    /// The guess that this step settles.
    fn settled(&self) -> Option<&Flight> {
        match self.step {
            Step::Settle(n) => self.before.flights.get(*n),
            _ => None,
        }
    }

    /// The flow in which this step has just proven an address.
    fn proven(&self) -> Option<(&accounts::Flow, Option<accounts::ChallengeId>)> {
        let Step::Type(who, code) = self.step else { return None };
        let flow = flow_of(self.before, *who).filter(|flow| flow.stage == Stage::Code)?;
        matches!(self.outcome(), Some(Outcome::Proven { .. })).then_some((flow, *code))
    }

    fn browser(&self, who: Who) -> Browser {
        self.before.browsers[who as usize]
    }

    fn count_new<K: Ord, V>(older: &BTreeMap<K, V>, newer: &BTreeMap<K, V>) -> usize {
        newer.keys().filter(|key| !older.contains_key(key)).count()
    }

    fn started(&self) -> usize {
        Self::count_new(&self.before.sessions(), &self.after.sessions())
    }

    fn ended(&self) -> usize {
        Self::count_new(&self.after.sessions(), &self.before.sessions())
    }

    fn is_new_account(&self) -> bool {
        self.after.world.accounts.len() > self.before.world.accounts.len()
    }

    fn one_account_an_address(&self) -> bool {
        let keys = |account: &Account| account.email.as_ref().map(|m| m.email.key().to_owned());
        let mut all = self.after.world.accounts.values().filter_map(keys).collect::<Vec<_>>();
        let count = all.len();
        all.sort();
        all.dedup();
        all.len() == count
    }

    fn evaluations_are_bounded(&self) -> bool {
        self.after.ghosts.evaluated.iter().all(|((_, lane), count)| match lane {
            Lane::Strangers => *count <= self.policy.guesses,
            Lane::Device(_) => *count <= self.policy.guesses_per_device,
        })
    }

    fn a_lock_refuses(&self) -> bool {
        let Some(flight) = self.settled().filter(|_| self.lets_in()) else { return true };
        let locked = self.before.guesses(flight.at).locked_at.is_some();
        let known = self.before.devices();
        !locked || matches!(flight.lane, Lane::Device(id) if known.contains_key(&id))
    }

    fn a_lock_is_no_more_than_that(&self) -> bool {
        let suspended = |state: &State, at| state.owner_of(at).is_some_and(|a| a.suspended.is_some());
        match self.step {
            Step::Pay(..) | Step::Type(..) | Step::Ask(..) => self.ended() == 0,
            Step::Settle(_) if !self.is_welcome() => self.ended() == 0,
            Step::Unlock(at) => {
                self.ended() == 0 && suspended(self.before, *at) == suspended(self.after, *at)
            }
            Step::Suspend(at) | Step::Resume(at) => self.before.guesses(*at) == self.after.guesses(*at),
            _ => true,
        }
    }

    fn counts_fall_by_proof_only(&self) -> bool {
        (0..ADDRESSES.len()).all(|at| {
            let (was, is) = (self.before.guesses(at), self.after.guesses(at));
            let proven = self.proven().is_some_and(|(flow, _)| flow.email.key() == ADDRESSES[at]);
            if proven || matches!(self.step, Step::Unlock(unlocked) if *unlocked == at) {
                return true;
            }
            let right = self.settled().filter(|flight| {
                let owner = self.before.owner_of(at).and_then(|account| account.password());
                flight.at == at && owner.is_some_and(|p| p.hash == hash(flight.typed))
            });
            let lane = right.map(|flight| flight.lane);
            let forgotten =
                |since: accounts::Instant| since.plus(self.policy.guesses_forgotten) <= self.after.now;
            let stays_locked = was.locked_at.is_none() || is.locked_at.is_some();
            let fell = is.wrong < was.wrong;
            let may = lane == Some(Lane::Strangers) && was.locked_at.is_none()
                || was.locked_at.is_none() && was.last_wrong_at.is_some_and(forgotten);
            let devices = was.devices.iter().all(|old| {
                let now = is.devices.iter().find(|new| new.device == old.device);
                let lost = !self.after.devices().contains_key(&old.device);
                now.is_some_and(|new| new.wrong >= old.wrong)
                    || lane == Some(Lane::Device(old.device))
                    || lost
                    || forgotten(old.last_wrong_at)
            });
            stays_locked && (!fell || may) && devices
        })
    }

    fn a_code_works_once(&self) -> bool {
        self.proven()
            .is_none_or(|(_, code)| code.is_some_and(|code| !self.before.ghosts.used.contains(&code)))
    }

    fn a_code_is_for_its_address(&self) -> bool {
        self.proven().is_none_or(|(flow, code)| {
            let mailed = code.and_then(|code| self.before.ghosts.mailed.get(&code));
            mailed.is_some_and(|(at, _)| flow.email.key() == ADDRESSES[*at])
        })
    }

    fn a_code_ends_in_time(&self) -> bool {
        self.proven().is_none_or(|(_, code)| {
            let mailed = code.and_then(|code| self.before.ghosts.mailed.get(&code));
            mailed.is_some_and(|(_, at)| self.after.now < at.plus(self.policy.code_life))
        })
    }

    fn tries_are_bounded(&self) -> bool {
        let bound = self.policy.tries_per_flow;
        let used_up = |who: &Who| self.before.ghosts.tried[*who as usize] >= bound;
        let after_all = matches!(self.step, Step::Type(who, _) if used_up(who));
        self.after.ghosts.tried.iter().all(|tried| *tried <= bound)
            && !(after_all && self.proven().is_some())
    }

    fn only_the_current_password_lets_in(&self) -> bool {
        let Some(flight) = self.settled().filter(|_| self.lets_in()) else { return true };
        let account = self.before.owner_of(flight.at).and_then(|account| account.password());
        account.is_some_and(|password| password.hash == hash(flight.typed))
    }

    fn a_change_leaves_nothing_older(&self) -> bool {
        let Step::Change(who, _) = self.step else { return true };
        if self.outcome() != Some(&Outcome::Done) {
            return true;
        }
        let kept = self.browser(*who).session.and_then(|digest| self.after.world.session(digest));
        let Some(account) = kept.and_then(|kept| self.after.world.accounts.get(&kept.account)) else {
            return false;
        };
        account.sessions.iter().all(|session| Some(session) == kept)
            && account.devices.iter().all(|device| kept.is_some_and(|kept| kept.device == device.id))
    }

    /// I18: no session without a method shown in this step, and no password without its own step.
    fn nothing_appears_by_itself(&self) -> bool {
        let may_start = match self.step {
            Step::Settle(_) => self.settled().is_some_and(|flight| flight.aim == Aim::SignIn),
            Step::Choose(..) => true,
            _ => false,
        };
        let started = self.started();
        let welcome = usize::from(self.is_welcome());
        let changed =
            self.before.world.accounts.values().any(|old| {
                self.after.world.accounts.get(&old.id).is_none_or(|new| new.email != old.email)
            });
        let may_change =
            matches!(self.step, Step::Change(..)) && self.outcome() == Some(&Outcome::Done);
        (started == 0 || may_start) && started == welcome && (!changed || may_change)
    }

    fn an_account_needs_a_proven_address(&self) -> bool {
        if !self.is_new_account() {
            return true;
        }
        let Step::Choose(who, secret) = self.step else { return false };
        let proven = self.before.ghosts.proven[*who as usize];
        let made = proven.and_then(|at| self.after.owner_of(at));
        made.is_some_and(|account| {
            account.sessions.len() == 1 && account.password().is_some_and(|p| p.hash == hash(secret))
        })
    }

    fn a_change_needs_a_fresh_proof(&self) -> bool {
        let Step::Change(who, _) = self.step else { return true };
        if self.outcome() != Some(&Outcome::Done) {
            return true;
        }
        let session = self.browser(*who).session.and_then(|digest| self.before.world.session(digest));
        let shown = session.and_then(|session| self.before.ghosts.shown.get(&session.id));
        shown.is_some_and(|shown| self.after.now < shown.plus(self.policy.fresh))
    }

    fn a_suspension_refuses_everything(&self) -> bool {
        let lets_in = self.settled().filter(|_| self.lets_in());
        let refused = lets_in.is_none_or(|flight| {
            self.before.owner_of(flight.at).is_none_or(|account| account.suspended.is_none())
        });
        let quiet = self
            .after
            .world
            .accounts
            .values()
            .all(|account| account.suspended.is_none() || account.sessions.is_empty());
        let lifted = self.before.world.accounts.values().any(|old| {
            let new = self.after.world.accounts.get(&old.id);
            old.suspended.is_some() && new.is_none_or(|new| new.suspended.is_none())
        });
        refused && quiet && (!lifted || matches!(self.step, Step::Resume(_)))
    }

    fn registering_tells_and_gives_nothing(&self) -> bool {
        match (self.step, self.outcome()) {
            (Step::Ask(..), Some(Outcome::CodeAsked { expires_at })) => {
                *expires_at == self.after.now.plus(self.policy.code_life)
            }
            (Step::Ask(..), outcome) => outcome == Some(&Outcome::Refused(Reason::RegistrationClosed)),
            (Step::Choose(..), Some(Outcome::Welcome(welcome))) => {
                !self.before.world.accounts.contains_key(&welcome.account)
            }
            _ => true,
        }
    }

    fn a_sign_in_begins_anew(&self) -> bool {
        let Some(flight) = self.settled().filter(|_| self.is_welcome()) else { return true };
        let browser = self.browser(flight.who);
        let session = browser.session.is_none_or(|old| self.after.world.session(old).is_none());
        session && browser.flow.is_none_or(|old| !self.after.world.flows.contains_key(&old))
    }

    fn a_known_device_is_left_alone(&self) -> bool {
        let (Step::Pay(who, at, ..), Some(outcome)) = (self.step, self.outcome()) else { return true };
        let known = self.before.owner_of(*at).and_then(|account| {
            let browser = self.browser(*who);
            account.devices.iter().find(|device| Some(device.digest) == browser.device)
        });
        let kept = known.filter(|device| self.after.devices().contains_key(&device.id));
        kept.is_none() || *outcome != Outcome::Refused(Reason::Locked)
    }

    fn mail(&self, kind: MailKind) -> usize {
        self.decision.map_or(0, |decision| decision.mails.iter().filter(|m| m.kind == kind).count())
    }

    fn every_sign_in_is_told(&self) -> bool {
        let (started, registered) = (self.started(), usize::from(self.is_new_account()));
        self.mail(MailKind::SignIn) + registered == started
            && self.mail(MailKind::Welcome) == registered
    }

    fn password_changes(&self) -> usize {
        let changed = |old: &&Account| {
            let new = self.after.world.accounts.get(&old.id).and_then(|new| new.password());
            old.password().map(|p| p.version) != new.map(|p| p.version)
        };
        self.before.world.accounts.values().filter(changed).count()
    }

    fn locks(&self) -> (usize, usize, usize) {
        let mut counted = (0, 0, 0);
        for at in (0..ADDRESSES.len()).filter(|at| self.before.owner_of(*at).is_some()) {
            let (was, is) = (self.before.guesses(at).locked_at, self.after.guesses(at).locked_at);
            let day = |told: accounts::Instant| self.after.now < told.plus(Millis::days(1));
            let told_lately = self.before.ghosts.told[at].is_some_and(day);
            counted.0 += usize::from(was.is_none() && is.is_some());
            counted.1 += usize::from(was.is_some() && is.is_none());
            counted.2 += usize::from(was.is_none() && is.is_some() && !told_lately);
        }
        counted
    }

    fn codes_issued(&self) -> usize {
        let count =
            |state: &State| state.world.addresses.values().map(|a| a.challenges.len()).sum::<usize>();
        count(self.after).saturating_sub(count(self.before))
    }

    fn mails_are_written(&self) -> bool {
        let Some(decision) = self.decision else { return true };
        let code = self.mail(MailKind::RegisterCode) + self.mail(MailKind::RegisterTaken);
        let owned = |mail: &accounts::Mail| {
            let owner = mail.account.and_then(|id| self.after.world.accounts.get(&id));
            mail.account.is_none() || owner.and_then(|a| a.contact_address()) == Some(&mail.to)
        };
        self.mail(MailKind::PasswordChanged) == self.password_changes()
            && self.mail(MailKind::Locked) == self.locks().2
            && code == self.codes_issued()
            && decision.mails.iter().all(owned)
    }

    fn lines_are_written(&self) -> bool {
        let Some(decision) = self.decision else { return true };
        let lines = |kind| decision.activities.iter().filter(|line| line.kind == kind).count();
        let suspended =
            |state: &State| state.world.accounts.values().filter(|a| a.suspended.is_some()).count();
        let (was, is) = (suspended(self.before), suspended(self.after));
        let registered = usize::from(self.is_new_account());
        let (locked, unlocked, _) = self.locks();
        let forgotten = Self::count_new(&self.after.devices(), &self.before.devices());
        let refused = |reason| usize::from(self.outcome() == Some(&Outcome::Refused(reason)));
        let accounts_changed = |field: fn(&Account, &Account) -> bool| {
            let old = self.before.world.accounts.values();
            let both = old.filter_map(|old| Some((old, self.after.world.accounts.get(&old.id)?)));
            both.filter(|(old, new)| field(old, new)).count()
        };
        lines(Line::Registered) == registered
            && lines(Line::RegistrationAttempted) == self.mail(MailKind::RegisterTaken)
            && lines(Line::SignedIn) + registered == self.started()
            && lines(Line::SignedOut) + lines(Line::SessionEnded) == self.ended()
            && lines(Line::PasswordChanged) == self.password_changes()
            && (lines(Line::Locked), lines(Line::Unlocked)) == (locked, unlocked)
            && lines(Line::DeviceForgotten) == forgotten
            && lines(Line::GuessFailed) == refused(Reason::WrongPassword) + refused(Reason::NoPassword)
            && lines(Line::SignInRefused) == refused(Reason::Suspended)
            && lines(Line::Proved) == usize::from(matches!(self.outcome(), Some(Outcome::Fresh { .. })))
            && lines(Line::Suspended) == is.saturating_sub(was)
            && lines(Line::Resumed) == was.saturating_sub(is)
            && lines(Line::TermsAccepted) == accounts_changed(|a, b| a.terms != b.terms)
            && lines(Line::ProfileChanged) == accounts_changed(|a, b| a.locale != b.locale)
    }
}
