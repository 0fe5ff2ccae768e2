//! A request as the engine carries it out: which rows are loaded for which command, and which cookies it leaves behind.
//!
//! The scopes are those of `engine/execute.rs` and `engine/way_back.rs`. The decision and its writing are one step, as
//! they are one transaction there; what the engine looks at before (a hash, a number's account) is a step of its own.

use accounts::{
    AccountId, Actor, Asker, Command, Context, Decision, Line, Locale, Origin, Outcome, Scope,
};

use super::faults::decide_with;
use super::state::{ADDRESSES, Browser, State, Who};
use super::step::{House, Step};
use crate::support::{draws, email};

/// Who asks, about which address, with which cookies.
pub(crate) struct Visit {
    pub(crate) who: Who,
    pub(crate) at: Option<usize>,
    pub(crate) sent: Browser,
    pub(crate) account: Option<AccountId>,
}

impl Visit {
    pub(crate) fn of(state: &State, who: Who, at: Option<usize>) -> Self {
        Self { who, at, sent: state.browsers[who as usize], account: None }
    }

    /// What the engine loads.
    fn scope(&self, state: &State, command: &Command) -> Scope {
        let Browser { session, device, flow, .. } = self.sent;
        let base = Scope { numbers: command.numbers(), ..Scope::default() };
        let address = self.at.map(|at| email(ADDRESSES[at]));
        let network = Some(network_of(self.who));
        match command {
            Command::PayGuess { .. } => Scope { address, session, device, ..base },
            Command::ProveFresh { .. } => Scope { address, session, ..base },
            Command::SignIn { .. } => Scope { address, session, device, flow, ..base },
            Command::RegisterByEmail { .. } | Command::AskReset { .. } => {
                Scope { address, flow, ..base }
            }
            Command::VerifyRegistration { .. }
            | Command::VerifyReset { .. }
            | Command::VerifyEmailChange { .. } => Scope { flow, session, network, ..base },
            Command::CompleteRegistration { .. } | Command::CompleteReset { .. } => {
                Scope { flow, session, device, ..base }
            }
            Command::ReportNotMe { .. } | Command::Undo { .. } => {
                Scope { address, account: self.account, network, ..base }
            }
            Command::AskEmailChange { .. } => {
                let account = state.member(session).map(|account| account.id);
                Scope { address, account, flow, session, ..base }
            }
            Command::ChangePassword { .. } => {
                let own = state.member(session).and_then(|account| account.email.as_ref());
                let own = own.map(|method| method.email.clone());
                Scope { address: address.or(own), session, ..base }
            }
            _ => Scope { session, ..base },
        }
    }
}

impl House {
    pub(crate) fn visit(&self, state: &mut State, visit: &Visit, command: &Command) -> Decision {
        let scope = visit.scope(state, command);
        let drawn = draws(state.next);
        let asker = asker(network_of(visit.who), Actor::Visitor);
        let decision = self.decide(state, &scope, command, &asker);
        let browser = &mut state.browsers[visit.who as usize];
        match decision.outcome {
            Outcome::Welcome(_) => {
                browser.session = Some(drawn.session_digest);
                browser.device = Some(drawn.device_digest);
            }
            Outcome::CodeAsked { .. } => browser.flow = Some(drawn.flow_digest),
            Outcome::ResetProven { .. } => {
                browser.forms = [Some(drawn.form_digest), browser.forms[0]];
            }
            _ => {}
        }
        decision
    }

    pub(crate) fn operate(&self, state: &mut State, at: usize, step: &Step) -> Decision {
        let reason = Line::clean("why", 9);
        let command = match step {
            Step::Suspend(_) => Command::Suspend { reason },
            Step::Resume(_) => Command::Resume,
            Step::SignOutEverywhere(_) => Command::SignOutEverywhere,
            _ => Command::Unlock { email: email(ADDRESSES[at]) },
        };
        let scope = Scope { address: Some(email(ADDRESSES[at])), ..Scope::default() };
        self.decide(state, &scope, &command, &asker(Line::clean("console", 9), Actor::Operator))
    }

    fn decide(&self, state: &mut State, scope: &Scope, command: &Command, asker: &Asker) -> Decision {
        let drawn = draws(state.next);
        state.next += 1;
        let context = Context { now: state.now, draws: &drawn, policy: &self.policy, asker };
        let snapshot = state.world.load(scope, state.now, &self.policy);
        let decision = decide_with(self.fault, &snapshot, command, &context);
        state.world.carry_out(snapshot, &decision);
        decision
    }
}

fn asker(network: Line, actor: Actor) -> Asker {
    let origin = Origin { address: Line::clean("", 0), label: Line::clean("", 0) };
    Asker { origin, network, locale: Locale::Ja, actor }
}

fn network_of(who: Who) -> Line {
    Line::clean(if who == Who::Owner { "home" } else { "away" }, 9)
}
