//! A request as the engine carries it out: which rows are loaded for which command, and which cookies it leaves behind.
//!
//! The scopes are those of `engine/execute.rs` and `engine/way_back.rs`. The decision and its writing are one step, as
//! they are one transaction there; what the engine looks at before (a hash, a number's account) is a step of its own.

use accounts::{
    Account, AccountId, Actor, Addressed, Asker, Command, Context, Decision, Digest, Draws, Email,
    Intent, Line, Locale, Origin, Outcome, Policy, Scope, Shown,
};

use super::cards::{CARDS, Report, secret_of};
use super::faults::{Fault, decide_with};
use super::state::{ADDRESSES, Browser, State, Who};
use super::step::{House, Step};
use crate::support::{draws, email};

/// Who asks, about which address, with which cookies.
pub(crate) struct Visit {
    pub(crate) who: Who,
    pub(crate) at: Option<usize>,
    pub(crate) sent: Browser,
    pub(crate) account: Option<AccountId>,
    /// The state that came back from a provider.
    pub(crate) trip: Option<Digest>,
}

impl Visit {
    pub(crate) fn of(state: &State, who: Who, at: Option<usize>) -> Self {
        Self { who, at, sent: state.browsers[who as usize], account: None, trip: None }
    }

    /// What the engine loads.
    fn scope(&self, state: &State, command: &Command) -> Scope {
        let Browser { session, device, flow, .. } = self.sent;
        let base = Scope { numbers: command.numbers(), ..Scope::default() };
        let address = self.at.map(|at| email(ADDRESSES[at]));
        let network = Some(network_of(self.who));
        let own = state.member(session);
        match command {
            Command::PayGuess { .. } => Scope { address, session, device, ..base },
            Command::ProveFresh { .. } => Scope { address, session, ..base },
            Command::SignIn { .. } => Scope { address, session, device, flow, ..base },
            Command::RegisterByEmail { .. }
            | Command::AskReset { .. }
            | Command::AskIdentityAddress { .. } => Scope { address, flow, ..base },
            Command::VerifyReset { .. } => {
                let account = whose_reset(state, flow);
                Scope { account, flow, session, network, ..base }
            }
            Command::VerifyEmailChange { .. } => {
                let account = own.map(|account| account.id);
                Scope { account, flow, session, network, ..base }
            }
            Command::VerifyRegistration { .. } | Command::VerifyIdentityAddress { .. } => {
                Scope { flow, session, network, ..base }
            }
            Command::CompleteRegistration { .. } | Command::CompleteReset { .. } => {
                Scope { flow, session, device, ..base }
            }
            Command::ReportNotMe { .. } | Command::Undo { .. } | Command::ReportLost { .. } => {
                Scope { address, account: self.account, network, ..base }
            }
            Command::AskEmailChange { .. } => {
                let account = own.map(|account| account.id);
                Scope { address, account, flow, session, ..base }
            }
            Command::ChangePassword { .. } => {
                let own = own.and_then(|account| account.email.as_ref());
                let own = own.map(|method| method.email.clone());
                Scope { address: address.or(own), session, ..base }
            }
            Command::FollowAddress { .. } => {
                Scope { address, account: own.map(|account| account.id), session, ..base }
            }
            Command::RemoveMethod { .. }
            | Command::RemovePasskey { .. }
            | Command::ChooseContact { .. }
            | Command::Withdraw => {
                let (account, address) = (own.map(|account| account.id), own.and_then(own_address));
                Scope { account, address, session, ..base }
            }
            Command::AcceptOffer | Command::CompleteEmail { .. } => {
                Scope { account: own.map(|account| account.id), flow, session, device, ..base }
            }
            Command::RegisterIdentity { .. } | Command::DropFlow => {
                Scope { flow, session, device, ..base }
            }
            Command::RestoreProven => {
                let account = ended(state, flow);
                Scope { account, flow, session, device, ..base }
            }
            Command::Arrive { shown, .. } => self.of_return(state, shown, base),
            Command::SignInPasskey { .. }
            | Command::ProvePasskey { .. }
            | Command::AddPasskey { .. } => self.of_passkey(state, command, base),
            Command::SignOut => Scope { flow, session, ..base },
            _ => Scope { session, ..base },
        }
    }

    /// The owner of the credential with its own address; for what is done in a session, that member's account.
    fn of_passkey(&self, state: &State, command: &Command, base: Scope) -> Scope {
        let Browser { session, device, flow, .. } = self.sent;
        let own = state.member(session);
        match command {
            Command::SignInPasskey { shown, .. } => {
                let owner = state.world.credential(&shown.credential).owner;
                let owner = owner.and_then(|id| state.world.accounts.get(&id));
                let address = owner.and_then(|account| account.address_of(Addressed::Email)).cloned();
                let credential = Some(shown.credential.clone());
                let ceremony = Some(shown.ceremony.challenge);
                Scope { address, credential, ceremony, session, device, flow, ..base }
            }
            Command::ProvePasskey { shown } => {
                let ceremony = Some(shown.ceremony.challenge);
                Scope { account: own.map(|account| account.id), ceremony, session, ..base }
            }
            Command::AddPasskey { made } => {
                let (account, address) = (own.map(|account| account.id), own.and_then(own_address));
                let credential = Some(made.credential.clone());
                let ceremony = Some(made.ceremony.challenge);
                Scope { account, address, credential, ceremony, session, ..base }
            }
            _ => base,
        }
    }

    /// A member's own account for what a member began; else that of the identity, with its own address; else nobody's,
    /// with the address that the provider names.
    fn of_return(&self, state: &State, shown: &Shown, base: Scope) -> Scope {
        let Browser { session, device, flow, .. } = self.sent;
        let identity = Some(shown.identity.clone());
        let intent = self.trip.and_then(|trip| state.world.trips.get(&trip)).map(|trip| trip.intent);
        let base = Scope { identity, trip: self.trip, session, device, flow, ..base };
        if let Some(Intent::Link(bound) | Intent::Prove(bound)) = intent {
            return Scope { account: Some(bound.account), address: shown.address.clone(), ..base };
        }
        let owner = state.world.identity(&shown.identity).owner;
        let address = match owner.and_then(|owner| state.world.accounts.get(&owner)) {
            Some(account) => account.email.as_ref().map(|method| method.email.clone()),
            None => shown.address.clone(),
        };
        Scope { address, ..base }
    }
}

/// The address of the `email` method; else of the contact.
fn own_address(account: &Account) -> Option<Email> {
    account.address_of(Addressed::Email).or_else(|| account.contact_address()).cloned()
}

/// Whose password a flow's code resets: the account it has been bound to, or one that has the address through a
/// provider.
fn whose_reset(state: &State, flow: Option<Digest>) -> Option<AccountId> {
    let flow = flow.and_then(|digest| state.world.flows.get(&digest))?;
    let address = state.world.address(flow.email.as_ref()?, state.now);
    let holder = address.holders.into_iter().next().filter(|_| address.owner.is_none());
    flow.bound.map(|bound| bound.account).or(holder.map(|holder| holder.account))
}

/// The withdrawn account that a flow's address or identity was.
fn ended(state: &State, flow: Option<Digest>) -> Option<AccountId> {
    let scope = Scope { flow, numbers: accounts::Numbers::Undo, ..Scope::default() };
    let seen = state.world.load(&scope, state.now, &Policy::default());
    let identity = seen.identity.as_ref().and_then(|state| state.former.as_ref());
    let former = identity.filter(|former| former.way == accounts::FormerWay::Withdrawn);
    let mut numbers = seen.address.into_iter().flat_map(|address| address.numbers);
    let number = numbers.find(|number| number.kind == accounts::NumberKind::Restore);
    former.map(|former| former.account).or(number.map(|number| number.account))
}

impl House {
    pub(crate) fn visit(&self, state: &mut State, visit: &Visit, command: &Command) -> Decision {
        let mut scope = visit.scope(state, command);
        if self.fault == Some(Fault::JoinedByAddress) && visit.trip.is_some() {
            // Who looks an account up by its address.
            let at = scope.address.as_ref().map(|email| state.world.address(email, state.now));
            scope.account = scope.account.or(at.and_then(|address| address.owner));
        }
        let drawn = draws(state.next);
        let asker = asker(network_of(visit.who), Actor::Visitor);
        let decision = self.decide(state, &scope, command, &asker);
        let browser = &mut state.browsers[visit.who as usize];
        match decision.outcome {
            Outcome::Welcome(_) => {
                browser.session = Some(drawn.session_digest);
                browser.device = Some(drawn.device_digest);
            }
            Outcome::CodeAsked { .. } | Outcome::OfferMade { .. } => {
                browser.flow = Some(drawn.flow_digest);
            }
            Outcome::IdentityFree(_) if started(&decision) => browser.flow = Some(drawn.flow_digest),
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

    /// What happens without anybody's browser: a provider's report, and the sweeping of what is over.
    pub(crate) fn by_itself(&self, state: &mut State, step: &Step) -> Decision {
        let (scope, command) = match step {
            Step::Erase(id) => (Scope { account: Some(*id), ..Scope::default() }, Command::Erase),
            Step::Hear(card, report, at) => hear(*card, *report, *at),
            Step::Refuse(at) => {
                let (email, written_at) = (email(ADDRESSES[*at]), state.now);
                let scope = Scope { address: Some(email.clone()), ..Scope::default() };
                (scope, Command::HearRefused { email, written_at })
            }
            _ => (Scope::default(), Command::Erase),
        };
        self.decide(state, &scope, &command, &asker(Line::clean("system", 9), Actor::System))
    }

    fn decide(&self, state: &mut State, scope: &Scope, command: &Command, asker: &Asker) -> Decision {
        let who = if asker.network == network_of(Who::Owner) { Who::Owner } else { Who::Stranger };
        let drawn = Draws { trip_browser: secret_of(who), ..draws(state.next) };
        state.next += 1;
        let context = Context { now: state.now, draws: &drawn, policy: &self.policy, asker };
        let snapshot = state.world.load(scope, state.now, &self.policy);
        let decision = decide_with(self.fault, &snapshot, command, &context);
        state.world.carry_out(snapshot, &decision);
        decision
    }
}

fn started(decision: &Decision) -> bool {
    decision.events.iter().any(|event| matches!(event, accounts::Event::FlowStarted { .. }))
}

/// A provider's report is named after what it says and when.
fn hear(card: usize, report: Report, at: accounts::Instant) -> (Scope, Command) {
    let card = &CARDS[card];
    let name = Line::clean(&format!("{report:?} of {:?} at {}", card.identity().subject(), at.0), 60);
    let (provider, identity) = (card.provider, card.identity());
    let scope =
        Scope { identity: Some(identity.clone()), report: Some(name.clone()), ..Scope::default() };
    let news = report.news(card);
    (scope, Command::HearProvider { report: name, provider, identity, at, news })
}

fn asker(network: Line, actor: Actor) -> Asker {
    let origin = Origin { address: Line::clean("", 0), label: Line::clean("", 0) };
    Asker { origin, network, locale: Locale::Ja, actor }
}

fn network_of(who: Who) -> Line {
    Line::clean(if who == Who::Owner { "home" } else { "away" }, 9)
}
