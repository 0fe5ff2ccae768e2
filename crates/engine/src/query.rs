//! Reads for pages and programs: who is asking, what belongs to them, is the house in order.
//!
//! Every read begins with the presented session; nobody can name another account.

use std::sync::Arc;

use crate::cursor;
use crate::engine::Engine;
use crate::evidence;
use crate::fault::Fault;
use crate::visitor::Visitor;
use accounts::rules::{grants, lately, session, terms};
use accounts::{Account, Activity, Instant, Policy, Scope, Seen, Session, SessionKind, TermsState};
use store::Sighting;

/// The member's account with all its sessions and devices.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The presented session.
    pub session: Session,
    /// The account; only live sessions and known devices are listed.
    pub account: Account,
    /// The time of the reading.
    pub now: Instant,
    /// Until when the last proof is fresh.
    pub fresh_until: Instant,
    /// When the presented session ends if it is not used again.
    pub expires_at: Instant,
}

impl Overview {
    /// Whether a login method was shown lately in this session.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.now < self.fresh_until
    }
}

/// Login methods that some session added within the last 72 hours.
#[derive(Clone, Debug, Default)]
pub struct Lately {
    /// Those of providers.
    pub links: Vec<accounts::Link>,
    /// Passkeys.
    pub passkeys: Vec<accounts::Passkey>,
}

/// A page of the activity list.
#[derive(Clone, Debug)]
pub struct ActivityPage {
    /// Newest first.
    pub lines: Vec<Activity>,
    /// Where the next page begins, if there is one: an opaque text.
    pub next: Option<String>,
}

/// What `/readyz` asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// The database answers.
    Ready,
    /// It does not, or the house is closing.
    NotReady,
}

impl Engine {
    /// Who is asking, by the presented session: one look-up.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn session(&self, visitor: &Visitor) -> Result<Option<Seen>, Fault> {
        let Some(digest) = evidence::session_digest(visitor) else { return Ok(None) };
        let Some((seen, now)) = self.desk.store.session(digest).await? else { return Ok(None) };
        Ok(self.serves(&seen, now, visitor).await?.then_some(seen))
    }

    /// As `session`, for programs that ask at every request of theirs: what was answered lately is remembered. A session
    /// that has ended is refused at once on the node that ended it, and within a second on the others (R-SESSION-2).
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn sighting(&self, visitor: &Visitor) -> Result<Option<Arc<Sighting>>, Fault> {
        let Some(digest) = evidence::session_digest(visitor) else { return Ok(None) };
        let Some((seen, now)) = self.desk.store.sighting(digest).await? else { return Ok(None) };
        Ok(self.serves(&seen, now, visitor).await?.then_some(seen))
    }

    /// As `sighting`, where the answer is remembered and nothing has to be noted: at once, or not at all.
    #[must_use]
    pub fn glance(&self, secret: &str) -> Option<Arc<Sighting>> {
        let digest = evidence::session_digest_of(secret)?;
        let (seen, now) = self.desk.store.remembered(&digest)?;
        let policy = &self.desk.policy;
        let serves = session::serves(&seen.session, &seen.account, now, policy);
        (serves && !session::is_touch_due(&seen.session, now, policy)).then_some(seen)
    }

    /// Whether the session serves; that it was used is noted now and then.
    async fn serves(&self, seen: &Seen, now: Instant, visitor: &Visitor) -> Result<bool, Fault> {
        let policy = &self.desk.policy;
        if !session::serves(&seen.session, &seen.account, now, policy) {
            return Ok(false);
        }
        if session::is_touch_due(&seen.session, now, policy) {
            self.touch(visitor).await?;
        }
        Ok(true)
    }

    /// The member's account with sessions and devices.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn overview(&self, visitor: &Visitor) -> Result<Option<Overview>, Fault> {
        let Some(digest) = evidence::session_digest(visitor) else { return Ok(None) };
        let scope = Scope { session: Some(digest), ..Scope::default() };
        let (snapshot, now) = self.desk.store.load(&scope).await?;
        let policy = &*self.desk.policy;
        let (Some(session), Some(account)) = (snapshot.presented, snapshot.account) else {
            return Ok(None);
        };
        let served = session::serves(&session, &account, now, policy);
        Ok(served.then(|| Overview {
            fresh_until: session::fresh_until(&session, policy),
            expires_at: session::expires_at(&session, policy),
            session,
            account: only_living(account, now, policy),
            now,
        }))
    }

    /// What happened lately in the account of the presented session; `before` continues an earlier page.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn activity(
        &self,
        seen: &Seen,
        before: Option<&str>,
        lines: u16,
    ) -> Result<Option<ActivityPage>, Fault> {
        let cursor = match before {
            None => None,
            Some(text) => match cursor::read(text) {
                Some(cursor) => Some(cursor),
                None => return Ok(None),
            },
        };
        let most = i64::from(lines);
        let mut found = self.desk.store.activity(seen.account.id, cursor, most + 1).await?;
        let more = found.len() > usize::from(lines);
        found.truncate(usize::from(lines));
        let next = found.last().filter(|_| more).map(|(cursor, _)| cursor::write(cursor));
        Ok(Some(ActivityPage { lines: found.into_iter().map(|(_, line)| line).collect(), next }))
    }

    /// The presented flow, to show its step again: what it is for, its address, how far it is. One that an
    /// account has moved on from since is over.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn flow(&self, visitor: &Visitor) -> Result<Option<accounts::Flow>, Fault> {
        let Some(digest) = evidence::flow_digest(visitor) else { return Ok(None) };
        let scope = Scope { flow: Some(digest), ..Scope::default() };
        let (snapshot, now) = self.desk.store.load(&scope).await?;
        let holds = |flow: &accounts::Flow| {
            let account = snapshot.account.as_ref();
            flow.bound.is_none_or(|bound| {
                account.is_some_and(|a| a.id == bound.account && a.epoch == bound.epoch)
            })
        };
        Ok(snapshot.flow.filter(|flow| now < flow.expires_at && holds(flow)))
    }

    /// What was added lately in some session: after the password was changed it is shown, and stays only where it is
    /// ticked (R-METHOD-7).
    #[must_use]
    pub fn lately_added(&self, own: &Overview) -> Lately {
        Lately::of(&own.account, own.now, &self.desk.policy)
    }

    /// As `lately_added`, for whoever has verified a reset code and presents its flow (R-RESET-7).
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn lately_added_at_reset(&self, visitor: &Visitor) -> Result<Lately, Fault> {
        let Some(digest) = evidence::flow_digest(visitor) else { return Ok(Lately::default()) };
        let scope = Scope { flow: Some(digest), ..Scope::default() };
        let (snapshot, now) = self.desk.store.load(&scope).await?;
        let granted = snapshot.flow.filter(|flow| flow.grant.is_some() && now < flow.expires_at);
        let bound = granted.and_then(|flow| flow.bound);
        let own = snapshot.account.filter(|account| {
            bound.is_some_and(|bound| bound.account == account.id && bound.epoch == account.epoch)
        });
        Ok(own.map(|account| Lately::of(&account, now, &self.desk.policy)).unwrap_or_default())
    }

    /// Whether the terms in force wait to be accepted by this account.
    #[must_use]
    pub fn terms_state(&self, account: &Account) -> TermsState {
        terms::state(account, &self.desk.policy)
    }

    /// Whether the database answers.
    pub async fn readiness(&self) -> Readiness {
        match self.desk.store.now().await {
            Ok(_) => Readiness::Ready,
            Err(_) => Readiness::NotReady,
        }
    }

    /// The bounds in force.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.desk.policy
    }

    /// How long a session's secret is kept by a browser or app without use, in milliseconds.
    #[must_use]
    pub fn keeps_for(&self, kind: SessionKind) -> accounts::Millis {
        match kind {
            SessionKind::Browser => self.desk.policy.browser_total,
            SessionKind::App => self.desk.policy.app_idle,
        }
    }
}

impl Lately {
    fn of(account: &Account, now: Instant, policy: &Policy) -> Self {
        Self {
            links: lately::added(account, now, policy).cloned().collect(),
            passkeys: lately::passkeys(account, now, policy).cloned().collect(),
        }
    }
}

fn only_living(mut account: Account, now: Instant, policy: &Policy) -> Account {
    account.sessions.retain(|session| session::is_live(session, now, policy));
    account.devices.retain(|device| session::is_known(device, now, policy));
    let mut grants = std::mem::take(&mut account.grants);
    grants.retain(|grant| grants::serves(grant, &account, now, policy));
    account.grants = grants;
    account
}
