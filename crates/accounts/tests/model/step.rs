//! One step of the model: somebody does something, and the production rules decide.
//!
//! A password guess is three steps (pay, check, settle) with anything in between, or it is dropped after any
//! of them, as when a node dies. Time moves only to just before a bound, or onto it.

use accounts::{
    Actor, Asker, ChallengeId, Command, Context, Decision, DeviceId, Guess, Instant, Line, Locale,
    MailKind, Origin, Outcome, Policy, Scope, SessionId, SessionKind, TypedCode, Verdict,
};

use super::faults::{Fault, decide_with};
use super::laws;
use super::state::{ADDRESSES, Aim, Flight, State, Who, hash};
use crate::support::{draws, email};

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    Pay(Who, usize, &'static str, Aim),
    Check(usize),
    Settle(usize),
    Die(usize),
    Ask(Who, usize),
    Type(Who, Option<ChallengeId>),
    Choose(Who, &'static str),
    SignOut(Who),
    EndOthers(Who),
    EndSession(Who, SessionId),
    ForgetDevice(Who, DeviceId),
    Change(Who, &'static str),
    Touch(Who),
    Rename(Who),
    Accept(Who),
    Suspend(usize),
    Resume(usize),
    SignOutEverywhere(usize),
    Unlock(usize),
    Until(Instant),
}

/// The rules' surroundings: bounds, and a planted fault, if any.
#[derive(Clone, Debug)]
pub(crate) struct House {
    pub(crate) policy: Policy,
    pub(crate) fault: Option<Fault>,
}

impl House {
    /// The state after a step; `None` where it cannot happen.
    pub(crate) fn step(&self, before: &State, step: &Step) -> Option<(State, Option<Decision>)> {
        let mut state = before.clone();
        let decision = match step {
            Step::Until(instant) => {
                state.now = *instant;
                state.jumps += 1;
                None
            }
            Step::Check(n) => {
                self.check(&mut state, *n)?;
                None
            }
            Step::Die(n) => {
                (*n < state.flights.len()).then(|| state.flights.remove(*n))?;
                None
            }
            Step::Settle(n) => Some(self.settle(&mut state, *n)?),
            Step::Pay(who, at, typed, aim) => Some(self.pay(&mut state, *who, *at, (typed, *aim))),
            Step::Ask(who, at) => {
                let command = Command::RegisterByEmail { email: email(ADDRESSES[*at]) };
                Some(self.visit(&mut state, *who, Some(*at), &command))
            }
            Step::Suspend(at) | Step::Resume(at) | Step::SignOutEverywhere(at) | Step::Unlock(at) => {
                Some(self.operate(&mut state, *at, step))
            }
            _ => {
                let (who, command) = self.plain(step)?;
                Some(self.visit(&mut state, who, None, &command))
            }
        };
        laws::remember(before, &mut state, step, decision.as_ref());
        state.broken = laws::broken(before, &state, step, decision.as_ref(), &self.policy);
        state.tidy();
        state.renumber();
        Some((state, decision))
    }

    fn plain(&self, step: &Step) -> Option<(Who, Command)> {
        let kind = SessionKind::Browser;
        Some(match step {
            Step::Type(who, code) => {
                let code = code.map_or(TypedCode::Unknown, TypedCode::Matches);
                (*who, Command::VerifyRegistration { code })
            }
            Step::Choose(who, secret) => {
                let terms = self.policy.terms.clone();
                (*who, Command::CompleteRegistration { hash: hash(secret), terms, kind })
            }
            Step::SignOut(who) => (*who, Command::SignOut),
            Step::EndOthers(who) => (*who, Command::EndOtherSessions),
            Step::EndSession(who, session) => (*who, Command::EndSession { session: *session }),
            Step::ForgetDevice(who, device) => (*who, Command::ForgetDevice { device: *device }),
            Step::Change(who, secret) => (*who, Command::ChangePassword { hash: hash(secret) }),
            Step::Touch(who) => (*who, Command::TouchSession),
            Step::Rename(who) => {
                (*who, Command::ChangeProfile { display_name: None, locale: Some(Locale::En) })
            }
            Step::Accept(who) => {
                let version = self.policy.terms.clone().unwrap_or_else(|| Line::clean("none", 9));
                (*who, Command::AcceptTerms { version })
            }
            _ => return None,
        })
    }

    fn pay(
        &self,
        state: &mut State,
        who: Who,
        at: usize,
        (typed, aim): (&'static str, Aim),
    ) -> Decision {
        let command = Command::PayGuess { email: email(ADDRESSES[at]) };
        let ticket = draws(state.next).ticket;
        let decision = self.visit(state, who, Some(at), &command);
        if let Outcome::Paid(lane) = decision.outcome {
            let (paid_at, checked) = (state.now, None);
            state.flights.push(Flight { who, at, typed, aim, ticket, lane, paid_at, checked });
        }
        decision
    }

    fn settle(&self, state: &mut State, n: usize) -> Option<Decision> {
        let flight = state.flights.get(n)?.clone();
        let (against, verdict) = flight.checked?;
        let guess = Guess { ticket: flight.ticket, against, verdict, rehash: None };
        let command = match flight.aim {
            Aim::Prove => Command::ProveFresh { guess },
            Aim::SignIn => {
                let (email, kind) = (email(ADDRESSES[flight.at]), SessionKind::Browser);
                Command::SignIn { email, guess, kind }
            }
        };
        let decision = self.visit(state, flight.who, Some(flight.at), &command);
        if decision.outcome == Outcome::Stale {
            state.flights.get_mut(n)?.checked = None;
        } else {
            state.flights.remove(n);
        }
        Some(decision)
    }

    fn visit(&self, state: &mut State, who: Who, at: Option<usize>, command: &Command) -> Decision {
        let browser = state.browsers[who as usize];
        let member = at.is_none()
            && !matches!(
                command,
                Command::VerifyRegistration { .. } | Command::CompleteRegistration { .. }
            );
        let scope = Scope {
            address: at.map(|at| email(ADDRESSES[at])),
            account: None,
            session: browser.session,
            device: browser.device,
            flow: browser.flow.filter(|_| !member),
            network: Some(Line::clean(if who == Who::Owner { "home" } else { "away" }, 9)),
        };
        let number = state.next;
        let decision = self.decide(state, &scope, command, Actor::Visitor);
        let (drawn, browser) = (draws(number), &mut state.browsers[who as usize]);
        match decision.outcome {
            Outcome::Welcome(_) => {
                browser.session = Some(drawn.session_digest);
                browser.device = Some(drawn.device_digest);
            }
            Outcome::CodeAsked { .. } => browser.flow = Some(drawn.flow_digest),
            _ => {}
        }
        decision
    }

    fn operate(&self, state: &mut State, at: usize, step: &Step) -> Decision {
        let reason = Line::clean("why", 9);
        let command = match step {
            Step::Suspend(_) => Command::Suspend { reason },
            Step::Resume(_) => Command::Resume,
            Step::SignOutEverywhere(_) => Command::SignOutEverywhere,
            _ => Command::Unlock { email: email(ADDRESSES[at]) },
        };
        let scope = Scope { address: Some(email(ADDRESSES[at])), ..Scope::default() };
        self.decide(state, &scope, &command, Actor::Operator)
    }

    fn decide(&self, state: &mut State, scope: &Scope, command: &Command, actor: Actor) -> Decision {
        let drawn = draws(state.next);
        let asker = Asker {
            origin: Origin { address: Line::clean("", 0), label: Line::clean("", 0) },
            network: scope.network.clone().unwrap_or_else(|| Line::clean("console", 9)),
            locale: Locale::Ja,
            actor,
        };
        let context = Context { now: state.now, draws: &drawn, policy: &self.policy, asker: &asker };
        let snapshot = state.world.load(scope, state.now, &self.policy);
        let decision = decide_with(self.fault, &snapshot, command, &context);
        state.world.carry_out(snapshot, &decision);
        for mail in decision.mails.iter().filter(|mail| mail.kind == MailKind::RegisterCode) {
            let at = ADDRESSES.iter().position(|address| mail.to.key() == *address);
            if let (Some(at), Some(code)) = (at, mail.challenge) {
                state.ghosts.mailed.insert(code, (at, mail.at));
            }
        }
        decision
    }

    /// Hashes the password against what is stored now; between this and the settling anything can happen.
    /// No hash is begun for a ticket that has lapsed: its answer would be worth nothing.
    fn check(&self, state: &mut State, n: usize) -> Option<()> {
        let flight = state.flights.get(n).filter(|flight| flight.checked.is_none())?;
        if flight.paid_at.plus(self.policy.ticket_life) <= state.now {
            return None;
        }
        let record = state.owner_of(flight.at).and_then(|account| account.password());
        let right = record.is_some_and(|record| record.hash == hash(flight.typed));
        let verdict = if right { Verdict::Right } else { Verdict::Wrong };
        let checked = Some((record.map(|record| record.version), verdict));
        state.flights.get_mut(n)?.checked = checked;
        Some(())
    }
}
