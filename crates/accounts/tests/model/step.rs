//! One step of the model: somebody does something, and the production rules decide.
//!
//! A password guess is three steps (pay, check, settle) with anything in between, or it is dropped after any of them, as
//! when a node dies; a typed number can be two (look its account up, decide). Time moves only to just before a bound, or
//! onto it. What is loaded for a command is what the engine loads for it.

use accounts::{
    AccountId, Addressed, ChallengeId, Command, Decision, DeviceId, Digest, Guess, Instant, Line,
    Locale, NumberId, Numbers, Outcome, PasskeyId, Policy, Provider, Purpose, Relay, Scope, SessionId,
    SessionKind, TripErrand, TypedCode, TypedNumber, Verdict,
};

use super::cards::{CARDS, Report, secret_of};
use super::faults::Fault;
use super::keys::Asks;
use super::laws;
use super::remember::remember;
use super::state::{ADDRESSES, Aim, Flight, Look, Page, State, Steps, Who, hash};
use super::visit::Visit;
use crate::support::{draws, email};

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    Pay(Who, usize, &'static str, Aim),
    Check(usize),
    Settle(usize),
    Die(usize),
    /// Asks for a code at an address.
    Ask(Who, Purpose, usize),
    /// Types a code into the page for that purpose.
    Type(Who, Purpose, Option<ChallengeId>),
    /// Chooses the password of a registration.
    Choose(Who, &'static str),
    /// Sets the password of a reset, with the secret of a form.
    Finish(Who, Option<Digest>, &'static str),
    /// Types a number, with an address.
    Enter(Who, Page, usize, Option<NumberId>),
    /// Types a number: its account is looked up.
    Look(Who, Page, usize, Option<NumberId>),
    /// And decided.
    Press(usize),
    /// Begins a trip to a provider.
    Go(Who, Provider, TripErrand),
    /// Comes back from the trip with that state, with an account there.
    Arrive(Who, Digest, usize),
    /// Has an account with the identity in hand.
    Register(Who),
    /// Adds the identity in hand.
    TakeOffer(Who),
    Drop(Who),
    /// Has the withdrawn account back whose address or identity was just proven.
    Restore(Who),
    Remove(Who, Addressed, Option<Addressed>),
    Contact(Who, Addressed),
    /// Chooses the password of an `email` method that is added.
    AddPassword(Who, &'static str),
    /// The provider names another address at a sign-in.
    Follow(Who, Provider, usize),
    /// A provider reports something of an account there, that happened at that time.
    Hear(usize, Report, Instant),
    /// A mail to an address, written just now, is refused for good.
    Refuse(usize),
    /// An authenticator answers a question for something.
    Sign(Who, usize, Asks),
    /// Presents an answer.
    Present(Who, usize),
    RemoveKey(Who, PasskeyId),
    NameKey(Who, PasskeyId),
    Decline(Who),
    Withdraw(Who),
    Erase(AccountId),
    TestMail(Who),
    Export(Who),
    SignOut(Who),
    EndOthers(Who),
    EndSession(Who, SessionId),
    ForgetDevice(Who, DeviceId),
    Change(Who, &'static str),
    /// The same, by a node that looked the member's address up when it was this one.
    ChangeAt(Who, usize, &'static str),
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
    /// The state after a step, judged; `None` where it cannot happen.
    pub(crate) fn step(&self, before: &State, step: &Step) -> Option<(State, Option<Decision>)> {
        let (mut state, decision) = self.go(before, step)?;
        let only = self.fault.map(Fault::law);
        state.broken = laws::broken(before, &state, (step, decision.as_ref()), &self.policy, only);
        state.tidy(&self.policy);
        state.renumber();
        state.steps = Steps(before.steps.0 + 1);
        Some((state, decision))
    }

    /// The state after a step, as it comes.
    pub(crate) fn go(&self, before: &State, step: &Step) -> Option<(State, Option<Decision>)> {
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
            Step::Look(who, page, at, number) => {
                let (page, at, number) = (*page, *at, *number);
                let account = self.look_up(&state, page, at, number);
                state.looks.push(Look { who: *who, page, at, number, account });
                None
            }
            Step::Press(n) => {
                let look = (*n < state.looks.len()).then(|| state.looks.remove(*n))?;
                Some(self.enter(&mut state, look))
            }
            Step::Enter(who, page, at, number) => {
                let (page, at, number) = (*page, *at, *number);
                let account = self.look_up(&state, page, at, number);
                Some(self.enter(&mut state, Look { who: *who, page, at, number, account }))
            }
            Step::Sign(who, key, asks) => {
                state.sign(*who, *key, *asks)?;
                None
            }
            Step::Present(who, n) => {
                let answer = *before.answers.get(*n).filter(|answer| before.reaches(*who, answer))?;
                Some(self.visit(&mut state, &Visit::of(before, *who, None), &answer.command()))
            }
            Step::Settle(n) => Some(self.settle(&mut state, *n)?),
            Step::Pay(who, at, typed, aim) => Some(self.pay(&mut state, *who, *at, (typed, *aim))?),
            Step::Suspend(at) | Step::Resume(at) | Step::SignOutEverywhere(at) | Step::Unlock(at) => {
                Some(self.operate(&mut state, *at, step))
            }
            Step::Hear(..) | Step::Refuse(_) | Step::Erase(_) => Some(self.by_itself(&mut state, step)),
            Step::Arrive(who, trip, card) => {
                let visit = Visit { trip: Some(*trip), ..Visit::of(before, *who, None) };
                let (browser, kind) = (secret_of(*who), SessionKind::Browser);
                let command = Command::Arrive { browser, shown: CARDS[*card].shown(), kind };
                Some(self.visit(&mut state, &visit, &command))
            }
            _ => {
                let (who, at, command) = self.plain(step)?;
                Some(self.visit(&mut state, &Visit::of(before, who, at), &command))
            }
        };
        remember(before, &mut state, (step, decision.as_ref()), &self.policy);
        Some((state, decision))
    }

    fn plain(&self, step: &Step) -> Option<(Who, Option<usize>, Command)> {
        let kind = SessionKind::Browser;
        Some(match step {
            Step::Ask(who, purpose, at) => {
                let email = email(ADDRESSES[*at]);
                let command = match purpose {
                    Purpose::Register => Command::RegisterByEmail { email },
                    Purpose::Reset => Command::AskReset { email },
                    Purpose::ChangeEmail | Purpose::AddEmail => Command::AskEmailChange { email },
                    Purpose::RegisterIdentity => Command::AskIdentityAddress { email },
                    Purpose::Offer => return None,
                };
                (*who, Some(*at), command)
            }
            Step::Type(who, purpose, code) => {
                let code = code.map_or(TypedCode::Unknown, TypedCode::Matches);
                let command = match purpose {
                    Purpose::Register => Command::VerifyRegistration { code },
                    Purpose::Reset => Command::VerifyReset { code },
                    Purpose::ChangeEmail | Purpose::AddEmail => Command::VerifyEmailChange { code },
                    Purpose::RegisterIdentity => Command::VerifyIdentityAddress { code },
                    Purpose::Offer => return None,
                };
                (*who, None, command)
            }
            Step::Choose(who, secret) => {
                let terms = self.policy.terms.clone();
                (*who, None, Command::CompleteRegistration { hash: hash(secret), terms, kind })
            }
            Step::Finish(who, form, secret) => {
                let form = form.unwrap_or(draws(1_000_000).form_digest);
                (
                    *who,
                    None,
                    Command::CompleteReset { form, hash: hash(secret), kept: Vec::new(), kind },
                )
            }
            Step::Change(who, secret) => (*who, None, Command::ChangePassword { hash: hash(secret) }),
            Step::ChangeAt(who, at, secret) => {
                (*who, Some(*at), Command::ChangePassword { hash: hash(secret) })
            }
            Step::Follow(who, provider, at) => {
                let (email, provider, relay) = (email(ADDRESSES[*at]), *provider, Relay::Own);
                (*who, Some(*at), Command::FollowAddress { provider, email, relay })
            }
            _ => {
                let (who, command) = self.of_methods(step).or_else(|| self.of_a_member(step))?;
                (who, None, command)
            }
        })
    }

    fn of_methods(&self, step: &Step) -> Option<(Who, Command)> {
        let kind = SessionKind::Browser;
        Some(match step {
            Step::Go(who, provider, errand) => {
                let (provider, errand, next) = (*provider, *errand, Line::clean("", 0));
                (*who, Command::BeginTrip { provider, errand, next })
            }
            Step::Register(who) => {
                let (display_name, terms) = (Line::clean("", 0), self.policy.terms.clone());
                (*who, Command::RegisterIdentity { display_name, terms, kind })
            }
            Step::TakeOffer(who) => (*who, Command::AcceptOffer),
            Step::Drop(who) => (*who, Command::DropFlow),
            Step::Restore(who) => (*who, Command::RestoreProven),
            Step::Remove(who, method, successor) => {
                (*who, Command::RemoveMethod { method: *method, successor: *successor })
            }
            Step::Contact(who, contact) => (*who, Command::ChooseContact { contact: *contact }),
            Step::AddPassword(who, secret) => (*who, Command::CompleteEmail { hash: hash(secret) }),
            Step::RemoveKey(who, passkey) => (*who, Command::RemovePasskey { passkey: *passkey }),
            Step::NameKey(who, passkey) => {
                (*who, Command::RenamePasskey { passkey: *passkey, name: Line::clean("named", 9) })
            }
            Step::Decline(who) => (*who, Command::DeclinePasskey),
            Step::Withdraw(who) => (*who, Command::Withdraw),
            Step::TestMail(who) => (*who, Command::TestMail),
            Step::Export(who) => (*who, Command::NoteExport),
            _ => return None,
        })
    }

    fn of_a_member(&self, step: &Step) -> Option<(Who, Command)> {
        Some(match step {
            Step::SignOut(who) => (*who, Command::SignOut),
            Step::EndOthers(who) => (*who, Command::EndOtherSessions),
            Step::EndSession(who, session) => (*who, Command::EndSession { session: *session }),
            Step::ForgetDevice(who, device) => (*who, Command::ForgetDevice { device: *device }),
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
    ) -> Option<Decision> {
        let command = Command::PayGuess { email: email(ADDRESSES[at]) };
        let ticket = draws(state.next).ticket;
        let mut visit = Visit::of(state, who, Some(at));
        let sent = visit.sent;
        if aim == Aim::Prove {
            // The engine guesses at the member's own address, and at none for nobody.
            let own = state.member(sent.session)?.email.as_ref()?;
            (own.email.key() == ADDRESSES[at]).then_some(())?;
            visit.sent.device = None;
        }
        let decision = self.visit(state, &visit, &command);
        if let Outcome::Paid(lane) = decision.outcome {
            let (paid_at, checked, whose) = (state.now, None, None);
            let flight = Flight { who, at, typed, aim, ticket, lane, paid_at, sent, checked, whose };
            state.flights.push(flight);
        }
        Some(decision)
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
        let visit = Visit { sent: flight.sent, ..Visit::of(state, flight.who, Some(flight.at)) };
        let decision = self.visit(state, &visit, &command);
        if decision.outcome == Outcome::Stale {
            let flight = state.flights.get_mut(n)?;
            (flight.checked, flight.whose) = (None, None);
        } else {
            state.flights.remove(n);
        }
        Some(decision)
    }

    /// Hashes the password against what is stored now; between this and the settling anything can happen.
    /// No hash is begun for a ticket that has lapsed: its answer would be worth nothing.
    fn check(&self, state: &mut State, n: usize) -> Option<()> {
        let flight = state.flights.get(n).filter(|flight| flight.checked.is_none())?;
        if flight.paid_at.plus(self.policy.ticket_life) <= state.now {
            return None;
        }
        let account = state.owner_of(flight.at);
        let whose = account.map(|account| account.id);
        let record = account.and_then(|account| account.password());
        let right = record.is_some_and(|record| record.hash == hash(flight.typed));
        let verdict = if right { Verdict::Right } else { Verdict::Wrong };
        let checked = Some((record.map(|record| record.version), verdict));
        let flight = state.flights.get_mut(n)?;
        (flight.checked, flight.whose) = (checked, whose);
        Some(())
    }

    /// Whose account a typed number is about: looked up outside of the decision.
    fn look_up(
        &self,
        state: &State,
        page: Page,
        at: usize,
        number: Option<NumberId>,
    ) -> Option<AccountId> {
        let numbers = match page {
            Page::NotMe => Numbers::NotMe,
            Page::Undo => Numbers::Undo,
            Page::Lost => Numbers::Lost,
        };
        let scope = Scope { address: Some(email(ADDRESSES[at])), numbers, ..Scope::default() };
        let seen = state.world.load(&scope, state.now, &self.policy).address?;
        seen.numbers.iter().find(|known| Some(known.id) == number).map(|known| known.account)
    }

    fn enter(&self, state: &mut State, look: Look) -> Decision {
        let email = email(ADDRESSES[look.at]);
        let number = look.number.map_or(TypedNumber::Unknown, TypedNumber::Matches);
        let command = match look.page {
            Page::NotMe => Command::ReportNotMe { email, number },
            Page::Undo => Command::Undo { email, number },
            Page::Lost => Command::ReportLost { email, number },
        };
        let visit = Visit { account: look.account, ..Visit::of(state, look.who, Some(look.at)) };
        self.visit(state, &visit, &command)
    }
}
