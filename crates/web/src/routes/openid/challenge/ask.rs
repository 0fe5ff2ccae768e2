//! A request under way: what came, what the app holds, and what it is to be told beside the answer.
//!
//! It begins with whoever is signed in already, and ends with whoever is then: only after a login method was shown, the terms are
//! accepted and an offer is answered is there a code.

use std::pin::Pin;
use std::sync::Arc;

use accounts::{Account, Method, TermsState};
use engine::{Attempt, AuthSession, Client, HeldSecret, Secret, Signed, Visitor};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::super::params::Params;
use super::stage::{Step, at, next};
use super::told::Told;
use super::{Stepped, identity, member, register, reset};
use crate::House;
use crate::problem::Problem;
use crate::routes::api::attention;

/// One request.
pub(super) struct Ask<'r> {
    pub(super) house: &'r House,
    client: &'r Arc<Client>,
    params: &'r Params,
    /// For the engine.
    pub(super) visitor: Visitor,
    /// What the app holds from now on.
    pub(super) held: AuthSession,
    /// Whose account it is, once somebody has signed in.
    own: Option<Account>,
    /// What the app is told beside the answer.
    pub(super) said: Map<String, Value>,
}

impl<'r> Ask<'r> {
    pub(super) fn new(
        (house, client): (&'r House, &'r Arc<Client>),
        params: &'r Params,
        mut visitor: Visitor,
        held: AuthSession,
    ) -> Self {
        visitor.device = params.get("device").map(Secret::new);
        Self { house, client, params, visitor, held, own: None, said: Map::new() }
    }

    /// Carries the step out and looks at what is left.
    pub(super) async fn answer(&mut self, step: Option<Step>) -> Stepped {
        if self.held.session.is_some() {
            self.look_up().await?;
        }
        let Some(step) = step else {
            return if self.held.session.is_some() { self.settle().await } else { Ok(Told::More) };
        };
        if !step.is_open(&self.held) {
            return Err(Problem::FLOW_EXPIRED);
        }
        if !step.is_enough(&self.held) {
            return Ok(Told::More);
        }
        // In boxes: one future with room for every step would be carried through all layers.
        let stepped: Pin<Box<dyn Future<Output = Stepped> + Send + '_>> = match step {
            Step::Password => Box::pin(member::password(self)),
            Step::PasskeyOptions => Box::pin(member::passkey_options(self)),
            Step::Passkey => Box::pin(member::passkey(self)),
            Step::ProviderOptions => Box::pin(member::provider_options(self)),
            Step::Provider => Box::pin(member::provider(self)),
            Step::Register => Box::pin(register::ask(self)),
            Step::RegisterCode => Box::pin(register::verify(self)),
            Step::RegisterPassword => Box::pin(register::complete(self)),
            Step::IdentityAddress => Box::pin(identity::address(self)),
            Step::IdentityCode => Box::pin(identity::verify(self)),
            Step::IdentityConfirm => Box::pin(identity::confirm(self)),
            Step::Restore => Box::pin(identity::restore(self)),
            Step::Reset => Box::pin(reset::ask(self)),
            Step::ResetCode => Box::pin(reset::verify(self)),
            Step::ResetPassword => Box::pin(reset::complete(self)),
            Step::Terms => Box::pin(self.accept_terms()),
            Step::OfferAccept => Box::pin(member::accept_offer(self)),
            Step::OfferDecline => Box::pin(member::decline_offer(self)),
        };
        stepped.await
    }

    /// What was typed for the step; empty where nothing came.
    pub(super) fn typed(&self, name: &str) -> String {
        self.params.get(name).unwrap_or_default().to_owned()
    }

    /// As `typed`, for what nobody else may read.
    pub(super) fn secret(&self, name: &str) -> Secret {
        Secret::new(self.typed(name))
    }

    /// What was typed, if anything was.
    pub(super) fn maybe(&self, name: &str) -> Option<String> {
        self.params.get(name).map(str::to_owned)
    }

    /// Says something beside the answer. What there is none of is left out.
    pub(super) fn say(&mut self, name: &str, value: impl Serialize) {
        let value = json!(value);
        if !value.is_null() {
            self.said.insert(name.to_owned(), value);
        }
    }

    /// Goes on elsewhere.
    pub(super) fn to(&mut self, stage: &str) -> Told {
        stage.clone_into(&mut self.held.stage);
        Told::More
    }

    /// The steps that are open now.
    pub(super) fn next(&self) -> Vec<&'static str> {
        next(self.house, &self.held, self.own.as_ref())
    }

    /// Drops the steps that were under way; whoever is signed in stays so.
    pub(super) fn begin_again(&mut self) {
        self.held.flow = None;
        self.held.form = None;
        self.held.provider = None;
        let stage = if self.held.session.is_some() { at::PROOF } else { at::BEGINNING };
        stage.clone_into(&mut self.held.stage);
    }

    /// Somebody has signed in. The session's secret is given to nobody, and dropped here.
    pub(super) async fn welcome(&mut self, signed: Signed) -> Stepped {
        self.say("device", signed.device.expose());
        let attention = attention(&signed);
        if !attention.is_empty() {
            self.say("attention", attention);
        }
        self.held.session = Some(signed.names());
        self.held.proof_due = false;
        if signed.welcome.offer.is_none() {
            self.held.offer = None;
        }
        self.begin_again();
        self.look_up().await?;
        self.settle().await
    }

    /// A login method was shown once more.
    pub(super) async fn shown(&mut self) -> Stepped {
        self.held.proof_due = false;
        self.begin_again();
        self.look_up().await?;
        self.settle().await
    }

    /// What is left to do for whoever is signed in, or the code.
    pub(super) async fn settle(&mut self) -> Stepped {
        let Some(names) = self.held.session else { return Err(Problem::Internal) };
        let Some((_, seen)) = self.house.engine.held(names).await? else {
            return Err(Problem::UNAUTHENTICATED);
        };
        let by_passkey = matches!(seen.session.proved_by, Method::Passkey(_));
        if self.held.proof_due || (self.held.passkey_demanded && !by_passkey) {
            return Ok(self.to(at::PROOF));
        }
        if let Some(provider) = self.offered().await? {
            self.say("offer", provider);
            return Ok(self.to(at::OFFER));
        }
        if self.house.engine.terms_state(&seen.account) == TermsState::Due {
            return Ok(self.to(at::TERMS));
        }
        Ok(Told::Code(self.house.engine.authorize_app(self.client, &self.held, &seen)?))
    }

    /// The provider that can be added in one step, while it can.
    async fn offered(&mut self) -> Result<Option<String>, Problem> {
        let offer = secret_of(self.held.offer.as_ref());
        if offer.is_none() {
            return Ok(None);
        }
        self.visitor.flow = offer;
        let flow = self.house.engine.flow(&self.visitor).await?;
        let shown = flow.and_then(|flow| flow.shown);
        if shown.is_none() {
            self.held.offer = None;
        }
        Ok(shown.map(|shown| shown.provider.as_str().to_owned()))
    }

    async fn accept_terms(&mut self) -> Stepped {
        let attempt = Attempt::AcceptTerms { version: self.typed("terms_version") };
        match self.house.engine.execute(attempt, &self.visitor).await? {
            engine::Answer::Done => self.settle().await,
            engine::Answer::Refused(refusal) => Err(Problem::Refused(refusal)),
            _ => Err(Problem::Internal),
        }
    }

    /// Finds the session that somebody is signed in with. One that is over signs in nobody.
    async fn look_up(&mut self) -> Result<(), Problem> {
        let Some(names) = self.held.session else { return Ok(()) };
        match self.house.engine.held(names).await? {
            Some((digest, seen)) => {
                self.visitor.held = Some(digest);
                self.own = Some(seen.account);
                Ok(())
            }
            None => {
                self.held.session = None;
                self.held.proof_due = false;
                self.held.offer = None;
                self.begin_again();
                Err(Problem::UNAUTHENTICATED)
            }
        }
    }
}

/// What an app carries without being able to read it.
pub(super) fn secret_of(held: Option<&HeldSecret>) -> Option<Secret> {
    held.map(|held| Secret::new(held.expose()))
}
