//! The one loop: pay → load → check → decide and commit → answer.
//!
//! Every change that a visitor causes goes through `execute`. Evidence that can be guessed is paid for before
//! it is checked; checking holds no connection and no transaction; deciding and writing are one transaction.
//! A stale check is repeated on the same ticket, never paid twice. The exact reason of a refusal is logged
//! with its decision; the visitor hears its public form.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use accounts::{
    AccountId, Actor, Asker, Command, Email, Flow, Line, Millis, Origin, Outcome, Public, Purpose,
    Scope, SessionKind, Snapshot, TypedCode,
};

use crate::answer::{Answer, Refusal, Signed};
use crate::attempt::Attempt;
use crate::codes::{self, Printed};
use crate::dice::{self, Browser, Fresh, Kept};
use crate::engine::Engine;
use crate::evidence;
use crate::fault::Fault;
use crate::label::label_of;
use crate::password::Target;
use crate::rate_limit::{Ask, network_of};
use crate::secret::Secret;
use crate::visitor::Visitor;
use verifiers::{Lane, Place};

/// How often a check that went stale is repeated before the fault is the house's.
const CHECKS: u8 = 4;
/// How long the refusal of somebody who found the hash queue full waits: who asks again at once, as a flood does, would otherwise
/// do so tens of thousands of times a second and take the processors from everybody else.
const BREATH: Duration = Duration::from_millis(25);
pub(crate) const NAME_CHARS: usize = 50;
pub(crate) const TERMS_CHARS: usize = 40;

/// One attempt under way.
pub(crate) struct Errand<'a> {
    pub(crate) visitor: &'a Visitor,
    pub(crate) asker: Asker,
    pub(crate) fresh: Fresh,
}

pub(crate) type Settled = Result<Result<Outcome, Refusal>, Fault>;

impl Engine {
    /// Carries out an attempt.
    ///
    /// # Errors
    /// A fault of the house. A refusal is an answer.
    pub async fn execute(&self, attempt: Attempt, visitor: &Visitor) -> Result<Answer, Fault> {
        let errand = self.errand(visitor)?;
        let method = attempt.signs_in_by();
        // What was carried out is forgotten before a refusal waits: in a flood that is where most are.
        let settled = self.boxed(&errand, attempt).await;
        let answer = match settled? {
            Ok(outcome) => {
                self.mail_waiting.notify_one();
                errand.answer(outcome)?
            }
            Err(refusal) => {
                self.desk.tally.turned_away(refusal);
                if matches!(refusal, Refusal::Overloaded { .. }) {
                    tokio::time::sleep(BREATH).await;
                }
                Answer::Refused(refusal)
            }
        };
        if let Some(method) = method {
            self.desk.tally.signed_in(method, &answer);
        }
        Ok(answer)
    }

    /// Behind a pointer: as large as the largest of all attempts, it would lie in every request that waits for anything.
    fn boxed<'a>(
        &'a self,
        errand: &'a Errand<'a>,
        attempt: Attempt,
    ) -> Pin<Box<dyn Future<Output = Settled> + Send + 'a>> {
        Box::pin(self.carry_out(errand, attempt))
    }

    async fn carry_out(&self, errand: &Errand<'_>, attempt: Attempt) -> Settled {
        match attempt {
            Attempt::SignIn { address, password } => self.sign_in(errand, &address, &password).await,
            Attempt::ProveFresh { password } => self.prove_fresh(errand, &password).await,
            Attempt::RegisterByEmail { address } => self.register(errand, &address).await,
            Attempt::VerifyRegistration { code } => {
                self.verify_code(errand, &code, |code| Command::VerifyRegistration { code }).await
            }
            Attempt::CompleteRegistration { password, terms } => {
                self.complete(errand, &password, terms).await
            }
            Attempt::AskReset { address } => self.ask_reset(errand, &address).await,
            Attempt::VerifyReset { code } => self.verify_reset(errand, &code).await,
            Attempt::CompleteReset { form, password, kept } => {
                self.complete_reset(errand, &form, (&password, kept)).await
            }
            Attempt::ReportNotMe { address, number } => {
                self.by_number(errand, &address, &number, Printed::NotMe).await
            }
            Attempt::Undo { address, number } => {
                self.by_number(errand, &address, &number, Printed::Undo).await
            }
            Attempt::ReportLost { address, number } => {
                self.by_number(errand, &address, &number, Printed::Lost).await
            }
            Attempt::AskIdentityAddress { .. }
            | Attempt::VerifyIdentityAddress { .. }
            | Attempt::RegisterIdentity { .. }
            | Attempt::AcceptOffer
            | Attempt::DropFlow
            | Attempt::RestoreProven
            | Attempt::RemoveMethod { .. }
            | Attempt::ChooseContact { .. }
            | Attempt::CompleteEmail { .. }
            | Attempt::Withdraw
            | Attempt::TestMail => self.about_methods(errand, attempt).await,
            Attempt::SignInPasskey { message } => self.sign_in_by_passkey(errand, &message).await,
            Attempt::ProvePasskey { message } => self.prove_by_passkey(errand, &message).await,
            Attempt::AddPasskey { message, name } => self.add_passkey(errand, (&message, &name)).await,
            Attempt::RenamePasskey { passkey, name } => {
                self.rename_passkey(errand, passkey, &name).await
            }
            Attempt::RemovePasskey(passkey) => {
                self.by_own_methods(errand, Command::RemovePasskey { passkey }).await
            }
            Attempt::DeclinePasskey => self.by_session(errand, Command::DeclinePasskey).await,
            Attempt::AskEmailChange { address } => self.ask_email_change(errand, &address).await,
            Attempt::VerifyEmailChange { code } => {
                self.verify_code(errand, &code, |code| Command::VerifyEmailChange { code }).await
            }
            Attempt::ChangePassword { password } => self.change_password(errand, &password).await,
            // What the browser holds of somebody's identity ends with it (R-REG-5).
            Attempt::SignOut => self.by_flow(errand, None, Command::SignOut).await,
            Attempt::EndSession(_)
            | Attempt::EndOtherSessions
            | Attempt::ForgetDevice(_)
            | Attempt::Disconnect { .. } => self.about_places(errand, attempt).await,
            Attempt::ChangeProfile { display_name, locale } => {
                let display_name = display_name.map(|name| Line::clean(&name, NAME_CHARS));
                self.by_session(errand, Command::ChangeProfile { display_name, locale }).await
            }
            Attempt::AcceptTerms { version } => {
                let version = Line::clean(&version, TERMS_CHARS);
                self.by_session(errand, Command::AcceptTerms { version }).await
            }
        }
    }

    /// Notes that a session is in use. Called by the session check, where it is due.
    pub(crate) async fn touch(&self, visitor: &Visitor) -> Result<(), Fault> {
        let errand = self.errand(visitor)?;
        let scope = errand.session_scope();
        self.decide(&errand, scope, Command::TouchSession).await.map(|_| ())
    }

    async fn sign_in(&self, errand: &Errand<'_>, address: &str, typed: &Secret) -> Settled {
        if let Err(refusal) = self.limits.take(Ask::Password, &errand.asker.network) {
            return Ok(Err(refusal));
        }
        let Some(email) = Email::parse(address) else { return Ok(Err(Refusal::InvalidAddress)) };
        let scope = Scope {
            address: Some(email.clone()),
            session: evidence::session_digest(errand.visitor),
            device: evidence::device_digest(errand.visitor),
            // What the browser had begun for anybody is dropped when somebody signs in (R-SIGNIN-7).
            flow: evidence::flow_digest(errand.visitor),
            ..Scope::default()
        };
        let kind = errand.visitor.kind;
        // Who brings no device's secret has the strangers' lane and no other: where that is full, the refusal looks nothing up.
        let place = match scope.device {
            Some(_) => None,
            None => match self.queue.place(Lane::Stranger) {
                Ok(place) => Some(place),
                Err(full) => return Ok(Err(Refusal::Overloaded { retry_after: full.retry_after })),
            },
        };
        let (snapshot, _) = self.desk.store.load(&scope).await?;
        let guess_at = GuessAt { email: &email, scope, snapshot, place };
        self.guess_and(errand, guess_at, typed, |guess| Command::SignIn {
            email: email.clone(),
            guess,
            kind,
        })
        .await
    }

    async fn prove_fresh(&self, errand: &Errand<'_>, typed: &Secret) -> Settled {
        if let Err(refusal) = self.limits.take(Ask::Password, &errand.asker.network) {
            return Ok(Err(refusal));
        }
        let (own, _) = self.desk.store.load(&errand.session_scope()).await?;
        let Some(account) = own.account.filter(|_| own.presented.is_some()) else {
            return Ok(Err(Refusal::Rules(Public::Unauthenticated)));
        };
        // Who is signed in without an address and password has none to show.
        let Some(email) = account.email.map(|method| method.email) else {
            return Ok(Err(Refusal::Rules(Public::NotFound)));
        };
        let scope = Scope { address: Some(email.clone()), ..errand.session_scope() };
        let (snapshot, _) = self.desk.store.load(&scope).await?;
        let guess_at = GuessAt { email: &email, scope, snapshot, place: None };
        self.guess_and(errand, guess_at, typed, |guess| Command::ProveFresh { guess }).await
    }

    /// Pays for a guess, checks it and decides, checking again while the account changes under it.
    async fn guess_and(
        &self,
        errand: &Errand<'_>,
        at: GuessAt<'_>,
        typed: &Secret,
        command: impl Fn(accounts::Guess) -> Command,
    ) -> Settled {
        let target = Target {
            email: at.email,
            account: at.snapshot.account.as_ref(),
            known_device: at.snapshot.device.is_some(),
            scope: Scope { flow: None, ..at.scope.clone() },
            place: at.place,
        };
        let paid_after = self.desk.clock.now();
        let mut guess = match self.guess(target, typed, &errand.asker, &errand.fresh).await? {
            Ok(guess) => guess,
            Err(refusal) => return Ok(Err(refusal)),
        };
        for _ in 0..CHECKS {
            let outcome = self.decide(errand, at.scope.clone(), command(guess.clone())).await?;
            if outcome != Outcome::Stale {
                return Ok(Ok(outcome));
            }
            // No hash may begin for a ticket that has lapsed (I5): well before that it is not begun.
            let half_life = Millis(self.desk.policy.ticket_life.0 / 2);
            if paid_after.plus(half_life) <= self.desk.clock.now() {
                return Ok(Err(Refusal::Rules(Public::TryAgain)));
            }
            let (now, _) = self.desk.store.load(&at.scope).await?;
            guess = match self.check_again(now.account.as_ref(), typed, &guess).await {
                Ok(guess) => guess,
                Err(refusal) => return Ok(Err(refusal)),
            };
        }
        Err(Fault::Restless)
    }

    async fn register(&self, errand: &Errand<'_>, address: &str) -> Settled {
        if let Err(refusal) = self.limits.take(Ask::Code, &errand.asker.network) {
            return Ok(Err(refusal));
        }
        let Some(email) = Email::parse(address) else { return Ok(Err(Refusal::InvalidAddress)) };
        if let Err(refusal) = self.limits.take_new_address() {
            return Ok(Err(refusal));
        }
        let flow = evidence::flow_digest(errand.visitor);
        let scope = Scope { address: Some(email.clone()), flow, ..Scope::default() };
        self.decide(errand, scope, Command::RegisterByEmail { email }).await.map(Ok)
    }

    /// Comparing a code costs next to nothing, so it happens inside the transaction that counts it.
    pub(crate) async fn verify_code(
        &self,
        errand: &Errand<'_>,
        typed: &Secret,
        command: fn(TypedCode) -> Command,
    ) -> Settled {
        self.verify_code_of(errand, typed, None, command).await
    }

    /// As `verify_code`, for the account that is named. The bounds of tries are the rules'; asking them costs a write.
    pub(crate) async fn verify_code_of(
        &self,
        errand: &Errand<'_>,
        typed: &Secret,
        account: Option<AccountId>,
        command: fn(TypedCode) -> Command,
    ) -> Settled {
        if let Err(refusal) = self.limits.take(Ask::Write, &errand.asker.network) {
            return Ok(Err(refusal));
        }
        let scope = Scope {
            account,
            flow: evidence::flow_digest(errand.visitor),
            session: evidence::session_digest(errand.visitor),
            network: Some(errand.asker.network.clone()),
            numbers: command(TypedCode::Unknown).numbers(),
            ..Scope::default()
        };
        let codes = Arc::clone(&self.codes);
        let parsed = verifiers::TypedCode::parse(typed.expose());
        let command =
            move |snapshot: &Snapshot| command(codes::compare(&codes, parsed.as_ref(), snapshot));
        let decided = self.desk.decide_with(scope, errand.asker.clone(), &errand.fresh, command);
        decided.await.map(Ok)
    }

    async fn complete(&self, errand: &Errand<'_>, typed: &Secret, terms: Option<String>) -> Settled {
        // A flow of another purpose is none here, and not worth the work of a hash.
        let flow = self.flow(errand.visitor).await?;
        let Some(flow) = flow.filter(|flow| flow.purpose == Purpose::Register) else {
            return Ok(Err(Refusal::Rules(Public::FlowExpired)));
        };
        if let Err(refusal) = self.limits.take(Ask::Password, &errand.asker.network) {
            return Ok(Err(refusal));
        }
        let hash = match self.choose(typed, &context_of(&flow)).await {
            Ok(hash) => hash,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let scope = Scope {
            flow: evidence::flow_digest(errand.visitor),
            session: evidence::session_digest(errand.visitor),
            device: evidence::device_digest(errand.visitor),
            ..Scope::default()
        };
        let terms = terms.map(|version| Line::clean(&version, TERMS_CHARS));
        let kind = errand.visitor.kind;
        let command = Command::CompleteRegistration { hash, terms, kind };
        self.decide(errand, scope, command).await.map(Ok)
    }

    async fn change_password(&self, errand: &Errand<'_>, typed: &Secret) -> Settled {
        let Some(overview) = self.overview(errand.visitor).await? else {
            return Ok(Err(Refusal::Rules(Public::Unauthenticated)));
        };
        if !overview.is_fresh() {
            return Ok(Err(Refusal::Rules(Public::FreshProofRequired)));
        }
        if let Err(refusal) = self.limits.take(Ask::Password, &errand.asker.network) {
            return Ok(Err(refusal));
        }
        let address = overview.account.contact_address().map(|email| email.as_stored().to_owned());
        let name = overview.account.display_name.as_str().to_owned();
        let words = [address.as_deref().unwrap_or_default(), name.as_str()];
        let hash = match self.choose(typed, &words).await {
            Ok(hash) => hash,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if let Err(refusal) = self.limits.take(Ask::Write, &errand.asker.network) {
            return Ok(Err(refusal));
        }
        // The address is named too: its reset codes die with the old password, and it may undo the change.
        let address = overview.account.email.map(|method| method.email);
        let scope = Scope { address, ..errand.session_scope() };
        self.decide(errand, scope, Command::ChangePassword { hash }).await.map(Ok)
    }

    pub(crate) async fn by_session(&self, errand: &Errand<'_>, command: Command) -> Settled {
        if let Err(refusal) = self.limits.take(Ask::Write, &errand.asker.network) {
            return Ok(Err(refusal));
        }
        self.decide(errand, errand.session_scope(), command).await.map(Ok)
    }

    pub(crate) async fn decide(
        &self,
        errand: &Errand<'_>,
        scope: Scope,
        command: Command,
    ) -> Result<Outcome, Fault> {
        self.desk.decide(scope, command, errand.asker.clone(), &errand.fresh).await
    }

    pub(crate) fn errand<'a>(&self, visitor: &'a Visitor) -> Result<Errand<'a>, Fault> {
        let now = self.desk.clock.now();
        let browser = match visitor.kind {
            SessionKind::App => Browser::App,
            SessionKind::Browser => {
                evidence::browser_token(visitor).map_or(Browser::New, Browser::Kept)
            }
        };
        let kept = Kept { device: evidence::device_token(visitor), browser };
        let fresh = dice::fresh(now, self.desk.code_key, kept)?;
        let shown = Line::clean(&visitor.address.to_canonical().to_string(), 64);
        let asker = Asker {
            origin: Origin { address: shown, label: label_of(&visitor.agent) },
            network: network_of(visitor.address),
            locale: visitor.locale,
            actor: Actor::Visitor,
        };
        Ok(Errand { visitor, asker, fresh })
    }
}

/// An address that is guessed at, as it was loaded before the guess.
struct GuessAt<'a> {
    email: &'a Email,
    scope: Scope,
    snapshot: Snapshot,
    /// A place in the hash queue, where it was asked for before the look.
    place: Option<Place>,
}

impl Errand<'_> {
    pub(crate) fn session_scope(&self) -> Scope {
        Scope { session: evidence::session_digest(self.visitor), ..Scope::default() }
    }

    pub(crate) fn answer(self, outcome: Outcome) -> Result<Answer, Fault> {
        Ok(match outcome {
            Outcome::Done => Answer::Done,
            Outcome::CodeAsked { expires_at } => {
                Answer::CodeAsked { flow: self.fresh.flow, expires_at }
            }
            Outcome::Proven { expires_at, former } => Answer::Proven { expires_at, former },
            Outcome::ResetProven { until } => Answer::ResetProven { form: self.fresh.form, until },
            Outcome::TakenBack => Answer::TakenBack,
            Outcome::Restored => Answer::Restored,
            Outcome::IdentityFree(needs) => Answer::IdentityFree { flow: self.fresh.flow, needs },
            Outcome::OfferMade { until } => Answer::OfferMade { flow: self.fresh.flow, until },
            Outcome::Linked(provider) => Answer::Linked(provider),
            Outcome::PasskeyAdded(passkey) => Answer::PasskeyAdded(passkey),
            Outcome::WaitBegun { until } => Answer::WaitBegun { until },
            Outcome::Withdrawn { until } => Answer::Withdrawn { until },
            Outcome::Welcome(welcome) => Answer::Welcome(Signed {
                welcome,
                token: self.fresh.session,
                device: self.fresh.device,
            }),
            Outcome::Fresh { until } => Answer::Fresh { until },
            // The exact reason is in the line of the decision.
            Outcome::Refused(reason) => Answer::Refused(Refusal::Rules(reason.public())),
            Outcome::Paid(_) | Outcome::Stale | Outcome::Granted(_) => {
                return Err(Fault::Bug("an inner step came out"));
            }
        })
    }
}

pub(crate) fn context_of(flow: &Flow) -> [&str; 1] {
    [flow.address()]
}
