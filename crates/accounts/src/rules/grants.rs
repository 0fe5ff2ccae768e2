//! What connected sites and apps may hold, and when it is over (R-APP-1; RFC 6749, RFC 9700).
//!
//! A grant begins with a code that is used once, and lives on by refresh tokens of which each takes the place of the one before
//! when it is **first used**, not when it is handed out: a reply that is lost costs nobody a sign-in. Of two tokens that were
//! handed out for one, the first that is used wins; the other, or an older one, is a thief's or its victim's, and ends the
//! grant (RFC 9700 4.14.2, I25).
//!
//! What an app holds that signed in without a browser is one with the session of that sign-in: the member sees one entry, and
//! whatever ends one of the two ends the other.
//!
//! A grant opens nothing that its account does not: suspension, withdrawal, a reset, a new password, "this was not me" and the
//! end of its session end it or refuse it here, and nowhere else.

use alloc::vec::Vec;

use crate::command::{RedeemedCode, ShownToken};
use crate::context::Policy;
use crate::event::{Event, GrantCause, GrantEnd, GrantEvent, SessionEnd};
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::session;
use crate::snapshot::{Account, ClientGrant, GrantReach};
use crate::values::{AccountId, Instant, Line, SessionId};

/// Until when a grant can be used if it is not used again: as long as an app's session, and never longer than the session it
/// hangs from.
#[must_use]
pub fn expires_at(grant: &ClientGrant, policy: &Policy) -> Instant {
    grant.seen_at.plus(policy.app_idle)
}

/// Whether a grant opens an account at `now`: it is that account's, it lives, nobody has suspended or withdrawn the account,
/// and the session it hangs from serves. The one place where this is asked.
#[must_use]
pub fn serves(grant: &ClientGrant, account: &Account, now: Instant, policy: &Policy) -> bool {
    let open = account.suspended.is_none() && account.withdrawn.is_none();
    let alive = grant.ended_at.is_none() && now < expires_at(grant, policy);
    grant.account == account.id && open && alive && hangs_on(grant, account, now, policy)
}

fn hangs_on(grant: &ClientGrant, account: &Account, now: Instant, policy: &Policy) -> bool {
    match grant.reach {
        GrantReach::Offline => true,
        GrantReach::Session | GrantReach::App => {
            let mut of_grant = account.sessions.iter().filter(|session| session.id == grant.session);
            of_grant.any(|session| session::serves(session, account, now, policy))
        }
    }
}

/// Redeems an authorization code (RFC 6749 4.1.3). A second time ends what the first one gave (I24).
pub(crate) fn redeem(ledger: &mut Ledger<'_>, code: &RedeemedCode) -> Result<Outcome, Reason> {
    if let Some(grant) = ledger.snapshot().grant.clone() {
        end_whole(ledger, &grant, GrantEnd::CodeReplayed);
        return Err(Reason::GrantReplayed);
    }
    let (now, policy) = (ledger.now(), ledger.policy());
    if now >= code.expires_at {
        return Err(Reason::GrantGone);
    }
    let account = ledger.account().ok_or(Reason::GrantGone)?;
    let mut of_code = account.sessions.iter().filter(|session| session.id == code.session);
    if !of_code.any(|session| session::serves(session, account, now, policy)) {
        return Err(Reason::GrantGone);
    }
    let known = account.grants.iter().any(|grant| grant.client == code.client);
    // A code in another client's hands is burnt: it was stolen, and its owner will sign in again (security.md F3).
    let stolen = code.shown_by != code.client;
    let grant = ClientGrant {
        id: code.grant,
        account: account.id,
        client: code.client.clone(),
        session: code.session,
        reach: code.reach,
        scope: code.scope.clone(),
        proved_at: code.proved_at,
        proved_by: code.proved_by,
        started_at: now,
        seen_at: now,
        used: 0,
        live: None,
        ended_at: stolen.then_some(now),
    };
    if stolen {
        ledger.record(Event::Grant(GrantEvent::Started {
            grant: grant.clone(),
            cause: GrantCause::Again,
        }));
        end_session_of(ledger, &grant, SessionEnd::Ended);
        return Err(Reason::GrantGone);
    }
    make_room(ledger);
    replace(ledger, &grant);
    let cause = if known { GrantCause::Again } else { GrantCause::Connected };
    ledger.record(Event::Grant(GrantEvent::Started { grant: grant.clone(), cause }));
    Ok(Outcome::Granted(grant))
}

/// Uses a refresh token (RFC 6749 6), or finds that somebody else has.
pub(crate) fn refresh(ledger: &mut Ledger<'_>, token: &ShownToken) -> Result<Outcome, Reason> {
    let grant = of_client(ledger, token)?;
    let (now, policy) = (ledger.now(), ledger.policy());
    let account = ledger.account().ok_or(Reason::GrantGone)?;
    if !serves(&grant, account, now, policy) {
        return Err(Reason::GrantGone);
    }
    if token.number == grant.used.saturating_add(1) {
        let (account, id) = (grant.account, grant.id);
        let (used, live) = (token.number, token.digest);
        let event = GrantEvent::Used { account, grant: id, used, live, at: now };
        ledger.record(Event::Grant(event));
        note_use(ledger, &grant);
        let used_up = ClientGrant { used, live: Some(live), seen_at: now, ..grant };
        return Ok(Outcome::Granted(used_up));
    }
    // Its successor has not been used yet: the reply that carried it may have been lost.
    if token.number == grant.used && grant.live == Some(token.digest) {
        return Ok(Outcome::Granted(grant));
    }
    end_whole(ledger, &grant, GrantEnd::TokenReplayed);
    Err(Reason::GrantReplayed)
}

/// Gives back what a client holds (RFC 7009). A token that is worth nothing any more is no error.
pub(crate) fn revoke(ledger: &mut Ledger<'_>, token: &ShownToken) -> Result<Outcome, Reason> {
    if let Ok(grant) = of_client(ledger, token) {
        end_whole(ledger, &grant, GrantEnd::Revoked);
    }
    Ok(Outcome::Done)
}

/// Ends all that a client holds of the member's account.
pub(crate) fn disconnect(ledger: &mut Ledger<'_>, client: &Line) -> Result<Outcome, Reason> {
    let (_, account) = session::signed_in(ledger)?;
    let all = account.grants.iter().filter(|grant| grant.client == *client).cloned();
    let all = all.collect::<Vec<_>>();
    if all.is_empty() {
        return Err(Reason::NotFound);
    }
    for grant in all {
        end_whole(ledger, &grant, GrantEnd::Ended);
    }
    Ok(Outcome::Done)
}

/// Ends what hung from a session that is over, whoever's session that was.
pub(crate) fn end_with(ledger: &mut Ledger<'_>, session: SessionId, reason: SessionEnd) {
    let hung = |g: &ClientGrant| g.session == session && g.reach != GrantReach::Offline;
    end_those(ledger, hung, GrantEnd::Session(reason));
    for grant in ledger.snapshot().hanging.clone() {
        if hung(&grant) {
            end(ledger, &grant, GrantEnd::Session(reason));
        }
    }
}

/// Ends what gives nothing any more because nobody used it, or because the session that it hung from is over.
pub(crate) fn end_lapsed(ledger: &mut Ledger<'_>) {
    let Some(account) = ledger.account() else { return };
    let (now, policy) = (ledger.now(), ledger.policy());
    let live = |g: &ClientGrant| {
        let mut of_grant = account.sessions.iter().filter(|session| session.id == g.session);
        g.reach == GrantReach::Offline || of_grant.any(|session| session::is_live(session, now, policy))
    };
    let over = |g: &&ClientGrant| now >= expires_at(g, policy) || !live(g);
    let lapsed = account.grants.iter().filter(over).cloned().collect::<Vec<_>>();
    for grant in lapsed {
        end_whole(ledger, &grant, GrantEnd::Lapsed);
    }
}

/// Ends all that is held of an account but what hangs from the session that stays: a sign-in of an app is a sign-in like any
/// other (R-METHOD-7, R-RESET-7, I16).
pub(crate) fn end_all(ledger: &mut Ledger<'_>, keep: Option<SessionId>, reason: SessionEnd) {
    let goes = |g: &ClientGrant| Some(g.session) != keep || g.reach == GrantReach::Offline;
    end_those(ledger, goes, GrantEnd::Session(reason));
}

fn end_those(ledger: &mut Ledger<'_>, which: impl Fn(&ClientGrant) -> bool, reason: GrantEnd) {
    let all =
        ledger.account().map(|a| a.grants.iter().filter(|g| which(g)).cloned().collect::<Vec<_>>());
    for grant in all.unwrap_or_default() {
        end(ledger, &grant, reason);
    }
}

/// Of two codes that one installation redeemed in one sign-in the later counts, so that it is one entry for the member.
fn replace(ledger: &mut Ledger<'_>, grant: &ClientGrant) {
    if grant.reach == GrantReach::App {
        let session = grant.session;
        let older = |g: &ClientGrant| g.session == session && g.reach == GrantReach::App;
        end_those(ledger, older, GrantEnd::Replaced);
    }
}

/// The session of an installation is used by what hangs from it, and by nothing else.
fn note_use(ledger: &mut Ledger<'_>, grant: &ClientGrant) {
    if grant.reach != GrantReach::App {
        return;
    }
    let (now, policy) = (ledger.now(), ledger.policy());
    let of_grant = ledger.account().and_then(|a| a.sessions.iter().find(|s| s.id == grant.session));
    if of_grant.is_some_and(|session| session::is_touch_due(session, now, policy)) {
        let (account, session) = (grant.account, grant.session);
        ledger.record(Event::SessionSeen { account, session, at: now });
    }
}

/// Ends a grant, and the session with which it is one.
fn end_whole(ledger: &mut Ledger<'_>, grant: &ClientGrant, reason: GrantEnd) {
    if grant.ended_at.is_some() {
        return;
    }
    end(ledger, grant, reason);
    let why = match reason {
        GrantEnd::Revoked => SessionEnd::SignedOut,
        GrantEnd::Replaced => SessionEnd::Replaced,
        GrantEnd::Ended | GrantEnd::CodeReplayed | GrantEnd::TokenReplayed => SessionEnd::Ended,
        GrantEnd::Crowded => SessionEnd::Crowded,
        GrantEnd::Lapsed => SessionEnd::Lapsed,
        GrantEnd::Session(reason) => reason,
    };
    end_session_of(ledger, grant, why);
}

fn end_session_of(ledger: &mut Ledger<'_>, grant: &ClientGrant, reason: SessionEnd) {
    let listed = ledger.account().is_some_and(|a| a.sessions.iter().any(|s| s.id == grant.session));
    if grant.reach == GrantReach::App && listed {
        session::end_by_rule(ledger, grant.account, grant.session, reason);
    }
}

fn end(ledger: &mut Ledger<'_>, grant: &ClientGrant, reason: GrantEnd) {
    // One that was taken down before may have ended meanwhile, with another.
    let snapshot = ledger.snapshot();
    let own = snapshot.account.as_ref().map(|account| account.grants.as_slice()).unwrap_or_default();
    let mut known = own.iter().chain(&snapshot.hanging).chain(&snapshot.grant);
    let stands = known.any(|known| known.id == grant.id && known.ended_at.is_none());
    if stands && grant.ended_at.is_none() {
        let event = GrantEvent::Ended {
            account: grant.account,
            grant: grant.id,
            client: grant.client.clone(),
            session: grant.session,
            reach: grant.reach,
            reason,
            at: ledger.now(),
        };
        ledger.record(Event::Grant(event));
    }
}

/// The grant that a token is of, if the client that shows it is the one that it was given to (security.md F3).
fn of_client(ledger: &Ledger<'_>, token: &ShownToken) -> Result<ClientGrant, Reason> {
    let grant = ledger.snapshot().grant.as_ref().filter(|grant| grant.ended_at.is_none());
    let account: Option<AccountId> = ledger.account().map(|account| account.id);
    let own = grant.filter(|grant| grant.client == token.client && Some(grant.account) == account);
    own.cloned().ok_or(Reason::GrantGone)
}

fn make_room(ledger: &mut Ledger<'_>) {
    let most = usize::try_from(ledger.policy().grants.max(1)).unwrap_or(usize::MAX);
    let Some(account) = ledger.account() else { return };
    let (now, policy) = (ledger.now(), ledger.policy());
    let over = |grant: &&ClientGrant| !serves(grant, account, now, policy);
    let lapsed = account.grants.iter().filter(over).cloned().collect::<Vec<_>>();
    let too_many = (account.grants.len() + 1).saturating_sub(most + lapsed.len());
    let live = account.grants.iter().filter(|grant| !over(grant));
    let crowded = live.take(too_many).cloned().collect::<Vec<_>>();
    for grant in lapsed {
        end_whole(ledger, &grant, GrantEnd::Lapsed);
    }
    for grant in crowded {
        end_whole(ledger, &grant, GrantEnd::Crowded);
    }
}
