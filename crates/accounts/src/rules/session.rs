//! Sessions and known devices: begun in one place, and ended for stated reasons (R-SESSION).
//!
//! A session lives while it is used often enough and, in a browser, not for ever. Only `admit` may call
//! `start`. A session that was presented but is not live counts as not presented.

use alloc::vec::Vec;

use crate::context::Policy;
use crate::event::{DeviceEnd, Event, SessionCause, SessionEnd};
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Reason};
use crate::rules::{codes, grants, lost, numbers};
use crate::snapshot::{Account, Bound, Device, Method, NumberKind, Session, SessionKind};
use crate::values::{AccountId, DeviceId, Instant, Millis, NumberId, SessionId};

/// By so much a clock may be set back without anybody being signed out.
const AHEAD: Millis = Millis::days(1);

/// When a session ends if it is not used again.
#[must_use]
pub fn expires_at(session: &Session, policy: &Policy) -> Instant {
    match session.kind {
        SessionKind::App => session.seen_at.plus(policy.app_idle),
        SessionKind::Browser => {
            let idle = session.seen_at.plus(policy.browser_idle);
            idle.min(session.started_at.plus(policy.browser_total))
        }
    }
}

/// Whether a session serves at `now`: it does before its end, and not at it. One that was used a day ahead of now or more
/// was so by a clock that has been set back; it would live for as long as that clock was wrong.
#[must_use]
pub fn is_live(session: &Session, now: Instant, policy: &Policy) -> bool {
    now < expires_at(session, policy) && session.seen_at < now.plus(AHEAD)
}

/// Whether a session opens an account at `now`: it is that account's, it lives, and nobody has suspended or
/// withdrawn the account (R-LOCK-7, R-WITHDRAW-1). The one place where this is asked.
#[must_use]
pub fn serves(session: &Session, account: &Account, now: Instant, policy: &Policy) -> bool {
    let open = account.suspended.is_none() && account.withdrawn.is_none();
    session.account == account.id && open && is_live(session, now, policy)
}

/// Until when the last shown method counts as a fresh proof in this session.
#[must_use]
pub fn fresh_until(session: &Session, policy: &Policy) -> Instant {
    session.proved_at.plus(policy.fresh)
}

/// Whether the last use is so long ago that it is worth writing down.
#[must_use]
pub fn is_touch_due(session: &Session, now: Instant, policy: &Policy) -> bool {
    session.seen_at.plus(policy.seen_step) <= now
}

/// Whether a device is still known at `now`.
#[must_use]
pub fn is_known(device: &Device, now: Instant, policy: &Policy) -> bool {
    now < device.last_at.plus(policy.device_life)
}

/// The presented session and its account, if both are in order.
pub(crate) fn signed_in<'l>(ledger: &'l Ledger<'_>) -> Result<(&'l Session, &'l Account), Reason> {
    let session = ledger.snapshot().presented.as_ref().ok_or(Reason::NotSignedIn)?;
    let account = ledger.account().ok_or(Reason::NotSignedIn)?;
    let serves = serves(session, account, ledger.now(), ledger.policy());
    if serves { Ok((session, account)) } else { Err(Reason::NotSignedIn) }
}

/// As `signed_in`, and a login method was shown in that session lately (R-METHOD-3, I28).
pub(crate) fn freshly_proved<'l>(ledger: &'l Ledger<'_>) -> Result<(&'l Session, &'l Account), Reason> {
    let (session, account) = signed_in(ledger)?;
    let fresh = ledger.now() < fresh_until(session, ledger.policy());
    if fresh { Ok((session, account)) } else { Err(Reason::ProofStale) }
}

/// Begins a session for the account in question and makes its device known. Only `admit` calls this.
pub(crate) fn start(
    ledger: &mut Ledger<'_>,
    method: Method,
    kind: SessionKind,
    cause: SessionCause,
) -> Result<Session, Reason> {
    let account = ledger.account().map(|account| account.id).ok_or(Reason::Mismatched)?;
    let number = notice_number(ledger, cause);
    lost::cancel(ledger);
    replace_presented(ledger, account);
    let device = know_device(ledger, account);
    replace_on_device(ledger, account, device);
    make_room(ledger, account);
    let draws = ledger.context().draws;
    let session = Session {
        id: draws.session,
        account,
        digest: draws.session_digest,
        kind,
        device,
        method,
        started_at: ledger.now(),
        seen_at: ledger.now(),
        proved_at: ledger.now(),
        proved_by: method,
        origin: ledger.context().asker.origin.clone(),
    };
    ledger.record(Event::SessionStarted { session: session.clone(), cause, number });
    Ok(session)
}

/// The number that the notice of a sign-in carries (R-SIGNIN-6). A registration has no notice (R-REG-6).
fn notice_number(ledger: &mut Ledger<'_>, cause: SessionCause) -> Option<NumberId> {
    match cause {
        SessionCause::Registered => return None,
        SessionCause::SignedIn | SessionCause::Reset => {}
    }
    let account = ledger.account()?;
    let to = account.contact_address()?.clone();
    let (account, kind) = (account.id, NumberKind::NotMe(ledger.context().draws.session));
    numbers::issue_for(ledger, account, &to, kind)
}

/// Ends the presented session. Signing out when nobody is signed in is no error.
pub(crate) fn sign_out(ledger: &mut Ledger<'_>) -> Result<Outcome, Reason> {
    // The next at a shared browser must not be offered what this person has shown (R-REG-5).
    if ledger.snapshot().flow.as_ref().is_some_and(|flow| flow.shown.is_some()) {
        codes::end_presented_flow(ledger);
    }
    if let Some(session) = ledger.snapshot().presented.clone() {
        end(ledger, session.account, session.id, SessionEnd::SignedOut);
    }
    Ok(Outcome::Done)
}

/// Ends one of the member's own sessions (R-SESSION-2).
pub(crate) fn end_one(ledger: &mut Ledger<'_>, target: SessionId) -> Result<Outcome, Reason> {
    let (_, account) = signed_in(ledger)?;
    let account_id = account.id;
    let (now, policy) = (ledger.now(), ledger.policy());
    let own = |session: &Session| session.id == target && is_live(session, now, policy);
    if !account.sessions.iter().any(own) {
        return Err(Reason::NotFound);
    }
    end(ledger, account_id, target, SessionEnd::Ended);
    Ok(Outcome::Done)
}

/// Ends all of the member's sessions but the presented one.
pub(crate) fn end_others(ledger: &mut Ledger<'_>) -> Result<Outcome, Reason> {
    let (session, account) = signed_in(ledger)?;
    let (keep, account) = (session.id, account.id);
    end_all(ledger, account, Some(keep), SessionEnd::Ended);
    Ok(Outcome::Done)
}

/// Ends the account's sessions whose time is over, and what clients hold that gives nothing any more. No rule depends on it:
/// it is done so that those who hung from them are told.
pub(crate) fn end_lapsed(ledger: &mut Ledger<'_>) -> Result<Outcome, Reason> {
    let account = ledger.account().ok_or(Reason::NotFound)?;
    let (id, now, policy) = (account.id, ledger.now(), ledger.policy());
    let over = account.sessions.iter().filter(|session| !is_live(session, now, policy));
    for session in over.map(|session| session.id).collect::<Vec<_>>() {
        end(ledger, id, session, SessionEnd::Lapsed);
    }
    grants::end_lapsed(ledger);
    Ok(Outcome::Done)
}

/// Forgets one known device, and ends the sessions on it.
pub(crate) fn forget_device(ledger: &mut Ledger<'_>, target: DeviceId) -> Result<Outcome, Reason> {
    let (presented, account) = signed_in(ledger)?;
    let (account_id, keep) = (account.id, presented.id);
    if !account.devices.iter().any(|device| device.id == target) {
        return Err(Reason::NotFound);
    }
    let on_it = |s: &&Session| s.device == target && s.id != keep;
    let sessions = account.sessions.iter().filter(on_it).map(|s| s.id).collect::<Vec<_>>();
    for session in sessions {
        end(ledger, account_id, session, SessionEnd::Ended);
    }
    let reason = DeviceEnd::Forgotten;
    ledger.record(Event::DeviceForgotten { account: account_id, device: target, reason });
    Ok(Outcome::Done)
}

/// Notes that the presented session is in use, if that is due.
pub(crate) fn touch(ledger: &mut Ledger<'_>) -> Result<Outcome, Reason> {
    let (session, _) = signed_in(ledger)?;
    if is_touch_due(session, ledger.now(), ledger.policy()) {
        let event =
            Event::SessionSeen { account: session.account, session: session.id, at: ledger.now() };
        ledger.record(event);
    }
    Ok(Outcome::Done)
}

/// Ends every session of an account but `keep`.
pub(crate) fn end_all(
    ledger: &mut Ledger<'_>,
    account: AccountId,
    keep: Option<SessionId>,
    reason: SessionEnd,
) {
    let all = ledger.account().map(|a| a.sessions.iter().map(|s| s.id).collect::<Vec<_>>());
    for session in all.unwrap_or_default() {
        if Some(session) != keep {
            end(ledger, account, session, reason);
        }
    }
    grants::end_all(ledger, keep, reason);
}

/// Forgets every known device of an account but `keep`.
pub(crate) fn forget_all(
    ledger: &mut Ledger<'_>,
    account: AccountId,
    keep: Option<DeviceId>,
    reason: DeviceEnd,
) {
    let all = ledger.account().map(|a| a.devices.iter().map(|d| d.id).collect::<Vec<_>>());
    for device in all.unwrap_or_default() {
        if Some(device) != keep {
            ledger.record(Event::DeviceForgotten { account, device, reason });
        }
    }
}

/// Ends one session for a reason that is not its member's wish.
pub(crate) fn end_by_rule(
    ledger: &mut Ledger<'_>,
    account: AccountId,
    session: SessionId,
    reason: SessionEnd,
) {
    end(ledger, account, session, reason);
}

/// What has lapsed already ends as that, whatever ends the others: its row may as well have been swept away.
fn end(ledger: &mut Ledger<'_>, account: AccountId, session: SessionId, reason: SessionEnd) {
    let listed = ledger.account().and_then(|a| a.sessions.iter().find(|s| s.id == session));
    let over = listed.is_some_and(|session| !is_live(session, ledger.now(), ledger.policy()));
    let reason = if over { SessionEnd::Lapsed } else { reason };
    ledger.record(Event::SessionEnded { account, session, reason });
    grants::end_with(ledger, session, reason);
}

/// Signing in replaces any session the browser presented, whoever's it is, and drops the flow it was in
/// (R-SIGNIN-7): the next at a shared browser must not finish what another has proven. An identity that waited for
/// this very account stays in hand, for this session alone (R-REG-5).
fn replace_presented(ledger: &mut Ledger<'_>, account: AccountId) {
    match ledger.snapshot().flow.clone() {
        Some(flow) if flow.waits_for == Some(account) && ledger.now() < flow.expires_at => {
            let epoch = ledger.account().map_or(0, |account| account.epoch);
            let session = Some(ledger.context().draws.session);
            let bound = Bound { account, epoch, session };
            ledger.record(Event::FlowBound { flow: flow.digest, bound });
        }
        Some(_) | None => codes::end_presented_flow(ledger),
    }
    if let Some(old) = ledger.snapshot().presented.clone() {
        end(ledger, old.account, old.id, SessionEnd::Replaced);
    }
}

/// A session is one installation that is signed in: its next sign-in takes the place of the last.
fn replace_on_device(ledger: &mut Ledger<'_>, account: AccountId, device: DeviceId) {
    let of_account = ledger.account().map(|a| a.sessions.as_slice()).unwrap_or_default();
    let older = of_account.iter().filter(|s| s.device == device).map(|s| s.id).collect::<Vec<_>>();
    for session in older {
        end(ledger, account, session, SessionEnd::Replaced);
    }
}

fn make_room(ledger: &mut Ledger<'_>, account: AccountId) {
    let most = usize::try_from(ledger.policy().sessions.max(1)).unwrap_or(usize::MAX);
    let Some(sessions) = ledger.account().map(|a| a.sessions.clone()) else {
        return;
    };
    let (now, policy) = (ledger.now(), ledger.policy());
    let (live, lapsed) = sessions.into_iter().partition::<Vec<_>, _>(|s| is_live(s, now, policy));
    for session in lapsed {
        end(ledger, account, session.id, SessionEnd::Lapsed);
    }
    let too_many = (live.len() + 1).saturating_sub(most);
    for session in live.iter().take(too_many) {
        end(ledger, account, session.id, SessionEnd::Crowded);
    }
}

fn know_device(ledger: &mut Ledger<'_>, account: AccountId) -> DeviceId {
    let (now, policy) = (ledger.now(), ledger.policy());
    let draws = ledger.context().draws;
    let label = ledger.context().asker.origin.label.clone();
    let known = ledger.snapshot().device;
    let devices = ledger.account().map(|a| a.devices.clone()).unwrap_or_default();
    let first_at = devices.iter().find(|d| Some(d.id) == known).map_or(now, |d| d.first_at);
    let id = known.unwrap_or(draws.device);
    let device = Device { id, digest: draws.device_digest, label, first_at, last_at: now };
    ledger.record(Event::DeviceKnown { account, device });
    let most = usize::try_from(policy.devices.max(1)).unwrap_or(usize::MAX);
    let devices = ledger.account().map(|a| a.devices.clone()).unwrap_or_default();
    let too_many = devices.len().saturating_sub(most);
    for (place, old) in devices.iter().enumerate() {
        if old.id != id && (place < too_many || !is_known(old, now, policy)) {
            let reason = DeviceEnd::Outlived;
            ledger.record(Event::DeviceForgotten { account, device: old.id, reason });
        }
    }
    id
}
