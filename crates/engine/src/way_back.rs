//! The way back in: the reset, and the numbers from mails (R-RESET, R-SIGNIN-6, R-METHOD-10).
//!
//! None of these needs a sign-in. A reset code is compared inside the transaction that counts it, as every code
//! is; a number is looked up once before, to know whose account it is about, and compared again inside.

use std::sync::Arc;
use std::time::Duration;

use accounts::{
    AccountId, Command, Email, Method, Outcome, Public, Reason, Scope, Snapshot, TypedNumber,
};

use crate::answer::Refusal;
use crate::codes::{self, Printed};
use crate::engine::Engine;
use crate::evidence;
use crate::execute::{Errand, Settled, context_of};
use crate::fault::Fault;
use crate::rate_limit::Ask;
use crate::secret::Secret;

impl Engine {
    pub(crate) async fn ask_reset(&self, errand: &Errand<'_>, address: &str) -> Settled {
        if let Err(refusal) = self.limits.take(Ask::Code, &errand.asker.network) {
            return Ok(Err(refusal));
        }
        let Some(email) = Email::parse(address) else { return Ok(Err(Refusal::InvalidAddress)) };
        let flow = evidence::flow_digest(errand.visitor);
        let scope = Scope { address: Some(email.clone()), flow, ..Scope::default() };
        match self.decide(errand, scope, Command::AskReset { email }).await? {
            Outcome::Refused(Reason::CodeCooldown) => self.cooldown(errand).await.map(Err),
            outcome => Ok(Ok(outcome)),
        }
    }

    /// How long until a new code can be had: as long as the verified one is good in this browser.
    async fn cooldown(&self, errand: &Errand<'_>) -> Result<Refusal, Fault> {
        let flow = self.flow(errand.visitor).await?;
        let now = self.desk.clock.now();
        let left = flow.map_or(0, |flow| flow.expires_at.0.saturating_sub(now.0));
        let left = u64::try_from(left).unwrap_or(0);
        Ok(Refusal::CodeCooldown { retry_after: Duration::from_millis(left) })
    }

    pub(crate) async fn complete_reset(
        &self,
        errand: &Errand<'_>,
        form: &Secret,
        (typed, kept): (&Secret, Vec<Method>),
    ) -> Settled {
        let expired = Refusal::Rules(Public::FlowExpired);
        let Some(flow) = self.flow(errand.visitor).await? else { return Ok(Err(expired)) };
        let Some(form) = evidence::form_digest(form) else { return Ok(Err(expired)) };
        if let Err(refusal) = self.limits.take(Ask::Password, &errand.asker.network) {
            return Ok(Err(refusal));
        }
        // Only the newest form is worth the work of a hash; the decision asks again.
        if flow.grant.is_none_or(|grant| grant.form != form) {
            return Ok(Err(expired));
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
        let kind = errand.visitor.kind;
        self.decide(errand, scope, Command::CompleteReset { form, hash, kept, kind }).await.map(Ok)
    }

    /// A code at an address that is on an account through a provider only is about that account (R-RESET-8).
    pub(crate) async fn verify_reset(&self, errand: &Errand<'_>, typed: &Secret) -> Settled {
        let scope = Scope { flow: evidence::flow_digest(errand.visitor), ..Scope::default() };
        let (seen, _) = self.desk.store.load(&scope).await?;
        let bound = seen.flow.as_ref().and_then(|flow| flow.bound).map(|bound| bound.account);
        let address = seen.address.filter(|address| address.owner.is_none());
        let holder = address.and_then(|address| address.holders.into_iter().next());
        let account = bound.or(holder.map(|holder| holder.account));
        self.verify_code_of(errand, typed, account, |code| Command::VerifyReset { code }).await
    }

    pub(crate) async fn by_number(
        &self,
        errand: &Errand<'_>,
        address: &str,
        typed: &Secret,
        printed: Printed,
    ) -> Settled {
        if let Err(refusal) = self.limits.take(Ask::Write, &errand.asker.network) {
            return Ok(Err(refusal));
        }
        let Some(email) = Email::parse(address) else { return Ok(Err(Refusal::InvalidAddress)) };
        let address = Some(email.clone());
        let command = move |number: TypedNumber| {
            let email = email.clone();
            match printed {
                Printed::NotMe => Command::ReportNotMe { email, number },
                Printed::Undo => Command::Undo { email, number },
                Printed::Lost => Command::ReportLost { email, number },
            }
        };
        let numbers = command(TypedNumber::Unknown).numbers();
        let mut scope = Scope { address, numbers, ..Scope::default() };
        let parsed = verifiers::TypedCode::parse(typed.expose());
        let (seen, _) = self.desk.store.load(&scope).await?;
        scope.account = self.account_of(&seen, parsed.as_ref());
        scope.network = Some(errand.asker.network.clone());
        let keys = Arc::clone(&self.codes);
        let work = move |now: &Snapshot| command(codes::compare_number(&keys, parsed.as_ref(), now));
        self.desk.decide_with(scope, errand.asker.clone(), &errand.fresh, work).await.map(Ok)
    }

    /// Whose account the typed number is about.
    fn account_of(&self, seen: &Snapshot, typed: Option<&verifiers::TypedCode>) -> Option<AccountId> {
        let TypedNumber::Matches(id) = codes::compare_number(&self.codes, typed, seen) else {
            return None;
        };
        let numbers = seen.address.as_ref().map(|address| address.numbers.as_slice())?;
        numbers.iter().find(|number| number.id == id).map(|number| number.account)
    }

    /// Asks for a code at a member's new address (R-METHOD-8).
    pub(crate) async fn ask_email_change(&self, errand: &Errand<'_>, address: &str) -> Settled {
        if let Err(refusal) = self.limits.take(Ask::Code, &errand.asker.network) {
            return Ok(Err(refusal));
        }
        let Some(member) = self.overview(errand.visitor).await? else {
            return Ok(Err(Refusal::Rules(Public::Unauthenticated)));
        };
        let Some(email) = Email::parse(address) else { return Ok(Err(Refusal::InvalidAddress)) };
        let scope = Scope {
            address: Some(email.clone()),
            account: Some(member.account.id),
            flow: evidence::flow_digest(errand.visitor),
            ..errand.session_scope()
        };
        self.decide(errand, scope, Command::AskEmailChange { email }).await.map(Ok)
    }
}
