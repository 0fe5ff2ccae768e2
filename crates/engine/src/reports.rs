//! What providers report, heard; and what they gave, given back when its member has left (I35, R-WITHDRAW-1).
//!
//! A report is believed by its signature alone, whoever brings it. Revoking is tried until the provider says that it is
//! done, with longer and longer waits, and given up visibly; a withdrawal never waits for it.

use std::sync::{Arc, Mutex, PoisonError};

use accounts::{
    Actor, Asker, Command, Email, Identity, Line, Locale, Millis, News, Origin, Outcome, Provider,
    Scope, Shown,
};
use store::IdentityToken;
use verifiers::CodeKeys;
use verifiers::federated::{DisabledWhy, EventKind, EventProblem, ProviderEvent, seal, unseal};

use crate::desk::Desk;
use crate::dice::{self, Kept};
use crate::engine::Engine;
use crate::fault::Fault;
use crate::providers::Providers;
use crate::tally::{Answered, Asked};

/// What became of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hearing {
    /// It was heard, also where nothing followed.
    Heard,
    /// It is not believed.
    Refused,
    /// It cannot be checked now; the provider may send it again.
    Later,
    /// There is no such provider.
    Nobody,
}

impl Engine {
    /// Hears what a provider posted.
    ///
    /// # Errors
    /// A fault of the house.
    pub async fn hear(&self, provider: Provider, body: &str) -> Result<Hearing, Fault> {
        let Some(upstream) = self.providers.find(provider) else { return Ok(Hearing::Nobody) };
        let began = std::time::Instant::now();
        let event = match upstream.event(body).await {
            Ok(event) => {
                self.desk.tally.asked(provider, Asked::Report, Answered::Taken, began);
                event
            }
            Err(problem) => {
                let answered = match problem {
                    EventProblem::Refused(_) => Answered::Refused,
                    EventProblem::Upstream(_) => Answered::Unreachable,
                };
                self.desk.tally.asked(provider, Asked::Report, answered, began);
                tracing::warn!(%problem, provider = provider.as_str(), "a report is not taken");
                return Ok(match problem {
                    EventProblem::Refused(_) => Hearing::Refused,
                    EventProblem::Upstream(_) => Hearing::Later,
                });
            }
        };
        tracing::info!(provider = provider.as_str(), kind = ?kind_name(&event.kind), "a report is heard");
        let Some((identity, news)) = news_of(&event) else { return Ok(Hearing::Heard) };
        let report = Line::clean(&format!("{} {}", event.issuer, event.jti), REPORT_CHARS);
        let at = accounts::Instant(event.issued_at_ms);
        let scope = Scope {
            identity: Some(identity.clone()),
            report: Some(report.clone()),
            ..Scope::default()
        };
        let command = Command::HearProvider { report, provider, identity, at, news };
        decide_alone(&self.desk, scope, command).await?;
        self.mail_waiting.notify_one();
        Ok(Hearing::Heard)
    }

    /// Keeps what a provider gave to be revoked with at the end, sealed.
    pub(crate) async fn keep_token(&self, shown: &Shown, token: Option<&str>) -> Result<(), Fault> {
        let Some(token) = token else { return Ok(()) };
        let owner = owner_text(&shown.identity);
        let sealed = match seal(&self.codes, owner.as_bytes(), token) {
            Ok(sealed) => sealed,
            Err(fault) => {
                tracing::error!(%fault, "a provider's token cannot be kept");
                return Ok(());
            }
        };
        let (identity, provider) = (shown.identity.clone(), shown.provider);
        let kept = IdentityToken { identity, provider, sealed, tries: 0 };
        Ok(self.desk.store.keep_token(kept).await?)
    }
}

/// Gives back what is due. Called now and then.
pub(crate) async fn revoke_due(
    desk: &Desk,
    providers: &Providers,
    codes: &Arc<CodeKeys>,
) -> Result<(), Fault> {
    for token in desk.store.tokens_due(REVOKE_LEASE, REVOKED_AT_ONCE).await? {
        if give_back(desk, providers, codes, &token).await {
            desk.store.token_ended(&token.identity).await?;
        }
    }
    Ok(())
}

/// Whether the token need not be tried again.
async fn give_back(
    desk: &Desk,
    providers: &Providers,
    codes: &CodeKeys,
    token: &IdentityToken,
) -> bool {
    let provider = token.provider.as_str();
    let Some(upstream) = providers.find(token.provider) else {
        tracing::error!(provider, "a token cannot be revoked: the provider is not configured");
        return token.tries >= TRIES;
    };
    let opened = match unseal(codes, owner_text(&token.identity).as_bytes(), &token.sealed) {
        Ok(opened) => opened,
        Err(fault) => {
            tracing::error!(%fault, provider, "a token cannot be revoked, and is given up");
            return true;
        }
    };
    let began = std::time::Instant::now();
    let revoked = upstream.revoke(&opened).await;
    let answered = if revoked.is_ok() { Answered::Taken } else { Answered::Unreachable };
    desk.tally.asked(token.provider, Asked::Revoke, answered, began);
    match revoked {
        Ok(()) => true,
        Err(fault) if token.tries >= TRIES => {
            tracing::error!(%fault, provider, "a token could not be revoked, and is given up");
            true
        }
        Err(fault) => {
            tracing::warn!(%fault, provider, tries = token.tries, "a token is not revoked yet");
            false
        }
    }
}

/// Erases withdrawn accounts whose grace is over (R-WITHDRAW-2). One whose receipts are awaited is put off, and erased all the
/// same when that has taken too long.
pub(crate) async fn erase_due(desk: &Desk) -> Result<(), Fault> {
    for account in desk.store.due_to_be_erased(ERASED_AT_ONCE).await? {
        let scope = Scope { account: Some(account), receipts: true, ..Scope::default() };
        // What the decision itself has seen, under lock: a receipt may come at any moment before.
        let seen = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&seen);
        let fresh = dice::fresh(desk.clock.now(), desk.code_key, Kept::default())?;
        let erase = move |snapshot: &accounts::Snapshot| {
            noted.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&snapshot.awaited);
            Command::Erase
        };
        let erased = desk.decide_with(scope, house_itself(), &fresh, erase).await? == Outcome::Done;
        let awaited = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
        if !erased {
            desk.store.put_off_erasure(account, LOOKED_AT_AGAIN).await?;
        } else if !awaited.is_empty() {
            let endpoints = awaited.iter().map(Line::as_str).collect::<Vec<_>>().join(", ");
            let account = uuid::Uuid::from_bytes(account.0);
            tracing::error!(%account, endpoints, "an account is erased without the receipts that were awaited");
        }
    }
    Ok(())
}

/// Decides on behalf of the house itself.
pub(crate) async fn decide_alone(desk: &Desk, scope: Scope, command: Command) -> Result<(), Fault> {
    let fresh = dice::fresh(desk.clock.now(), desk.code_key, Kept::default())?;
    desk.decide(scope, command, house_itself(), &fresh).await.map(drop)
}

fn house_itself() -> Asker {
    let nothing = || Line::clean("", 0);
    let origin = Origin { address: nothing(), label: nothing() };
    Asker { origin, network: nothing(), locale: Locale::Ja, actor: Actor::System }
}

/// Whom a report is about and what it means here; nothing where it means nothing.
fn news_of(event: &ProviderEvent) -> Option<(Identity, News)> {
    let identity = Identity::new(&event.issuer, event.subject.as_deref()?)?;
    let address = || event.address.as_deref().and_then(Email::parse);
    let news = match &event.kind {
        EventKind::SessionsRevoked | EventKind::TokensRevoked => News::SessionsRevoked,
        EventKind::ConsentRevoked => News::ConsentRevoked,
        EventKind::AccountDeleted | EventKind::AccountPurged => News::Purged,
        EventKind::AccountDisabled(DisabledWhy::Hijacking | DisabledWhy::Unsaid) => News::Hijacked,
        EventKind::AccountEnabled => News::Enabled,
        EventKind::EmailDisabled => News::AddressOff(address()?),
        EventKind::EmailEnabled => News::AddressOn(address()?),
        // Google: "take note"; nothing of this house's is in doubt by it.
        EventKind::AccountDisabled(DisabledWhy::BulkAccount)
        | EventKind::CredentialChangeRequired
        | EventKind::TokenRevoked
        | EventKind::Verification(_)
        | EventKind::Other => return None,
    };
    Some((identity, news))
}

/// The kind without what a sender may have written into it.
const fn kind_name(kind: &EventKind) -> &'static str {
    match kind {
        EventKind::Other => "other",
        EventKind::Verification(_) => "verification",
        EventKind::EmailEnabled => "email-enabled",
        EventKind::EmailDisabled => "email-disabled",
        EventKind::AccountEnabled => "account-enabled",
        EventKind::TokenRevoked => "token-revoked",
        EventKind::TokensRevoked => "tokens-revoked",
        EventKind::SessionsRevoked => "sessions-revoked",
        EventKind::CredentialChangeRequired => "credential-change-required",
        EventKind::AccountDisabled(_) => "account-disabled",
        EventKind::ConsentRevoked => "consent-revoked",
        EventKind::AccountDeleted => "account-deleted",
        EventKind::AccountPurged => "account-purged",
    }
}

/// Whose a sealed token is: bound in, so that a row moved to another identity opens nothing.
fn owner_text(identity: &Identity) -> String {
    format!("{}\n{}", identity.issuer(), identity.subject())
}

const REPORT_CHARS: usize = 520;
/// Longer than any provider is waited for.
const REVOKE_LEASE: Millis = Millis::minutes(10);
const REVOKED_AT_ONCE: i64 = 20;
/// With a try every ten minutes, a week.
const TRIES: u32 = 1_000;
const ERASED_AT_ONCE: i64 = 50;
/// An erasure that waits for receipts is looked at so often.
const LOOKED_AT_AGAIN: Millis = Millis::minutes(30);
