//! Carries an event out on a snapshot. Total: an event that does not touch what is loaded changes nothing.
//!
//! The store writes the same event as rows; that rows and `apply` never part is a property test over both
//! databases. Nothing is decided here.

use crate::event::{Event, PasswordChange};
use crate::snapshot::{Account, Device, PasswordRecord, Session, Snapshot, Stage};
use crate::values::{AccountId, ChallengeId, Digest, Instant, SessionId};

/// The snapshot after the event.
#[must_use]
pub fn apply(mut snapshot: Snapshot, event: &Event) -> Snapshot {
    match event {
        Event::GuessesCounted { email, limit } => {
            if let Some(address) = snapshot.address.as_mut().filter(|a| a.email.same_as(email)) {
                address.guesses = limit.clone();
            }
        }
        Event::CodeTriesCounted { email, tries } => {
            if let Some(address) = snapshot.address.as_mut().filter(|a| a.email.same_as(email)) {
                address.code_tries = tries.clone();
            }
        }
        Event::ChallengeIssued { email, challenge, .. } => {
            if let Some(address) = snapshot.address.as_mut().filter(|a| a.email.same_as(email)) {
                address.challenges.push(challenge.clone());
            }
        }
        Event::ChallengeSpent { challenge, at, .. } => spend(&mut snapshot, *challenge, *at),
        Event::NetworkTriesCounted { tries } => snapshot.network = Some(tries.clone()),
        Event::FlowStarted { flow } => snapshot.flow = Some(flow.clone()),
        Event::FlowTried { flow, wrong } => on_flow(&mut snapshot, *flow, |f| f.wrong = *wrong),
        Event::FlowProven { flow, expires_at, .. } => on_flow(&mut snapshot, *flow, |f| {
            f.stage = Stage::Proven;
            f.expires_at = *expires_at;
        }),
        Event::FlowEnded { flow } => {
            if snapshot.flow.as_ref().is_some_and(|f| f.digest == *flow) {
                snapshot.flow = None;
            }
        }
        Event::AccountCreated { account } => create(&mut snapshot, account),
        Event::SessionStarted { .. }
        | Event::SessionEnded { .. }
        | Event::SessionSeen { .. }
        | Event::SessionProved { .. }
        | Event::DeviceKnown { .. }
        | Event::DeviceForgotten { .. } => apply_to_sessions(&mut snapshot, event),
        Event::PasswordSet { .. }
        | Event::ProfileChanged { .. }
        | Event::TermsAccepted { .. }
        | Event::Suspended { .. }
        | Event::Resumed { .. } => apply_to_account(&mut snapshot, event),
        // These say what happened; the change itself is another event's.
        Event::GuessFailed { .. }
        | Event::Locked { .. }
        | Event::Unlocked { .. }
        | Event::SignInRefused { .. } => {}
    }
    snapshot
}

#[expect(clippy::wildcard_enum_match_arm, reason = "`apply` lists the events that come here")]
fn apply_to_sessions(snapshot: &mut Snapshot, event: &Event) {
    match event {
        Event::SessionStarted { session, .. } => start(snapshot, session),
        Event::SessionEnded { session, .. } => end(snapshot, *session),
        Event::SessionSeen { session, at, .. } => on_session(snapshot, *session, |s| s.seen_at = *at),
        Event::SessionProved { session, at, .. } => {
            on_session(snapshot, *session, |s| s.proved_at = *at);
        }
        Event::DeviceKnown { account, device } => know(snapshot, *account, device),
        Event::DeviceForgotten { account, device, .. } => {
            on_account(snapshot, *account, |a| a.devices.retain(|d| d.id != *device));
            snapshot.device = snapshot.device.filter(|known| known != device);
        }
        _ => {}
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "`apply` lists the events that come here")]
fn apply_to_account(snapshot: &mut Snapshot, event: &Event) {
    match event {
        Event::PasswordSet { account, version, hash, change, at } => {
            on_account(snapshot, *account, |a| {
                let Some(method) = a.email.as_mut() else {
                    return;
                };
                let before = method.password.as_ref().map(|p| p.set_at);
                let set_at = match change {
                    PasswordChange::Chosen => *at,
                    PasswordChange::Rehashed => before.unwrap_or(*at),
                };
                let record = PasswordRecord { version: *version, hash: hash.clone(), set_at };
                method.password = Some(record);
            });
        }
        Event::ProfileChanged { account, display_name, locale } => {
            on_account(snapshot, *account, |a| {
                a.display_name = display_name.clone();
                a.locale = *locale;
            });
        }
        Event::TermsAccepted { account, terms } => {
            on_account(snapshot, *account, |a| a.terms = Some(terms.clone()));
        }
        Event::Suspended { account, suspension } => {
            on_account(snapshot, *account, |a| a.suspended = Some(suspension.clone()));
        }
        Event::Resumed { account } => on_account(snapshot, *account, |a| a.suspended = None),
        _ => {}
    }
}

fn on_account(snapshot: &mut Snapshot, id: AccountId, change: impl FnOnce(&mut Account)) {
    if let Some(account) = snapshot.account.as_mut().filter(|account| account.id == id) {
        change(account);
    }
}

fn on_flow(snapshot: &mut Snapshot, digest: Digest, change: impl FnOnce(&mut crate::snapshot::Flow)) {
    if let Some(flow) = snapshot.flow.as_mut().filter(|flow| flow.digest == digest) {
        change(flow);
    }
}

fn on_session(snapshot: &mut Snapshot, id: SessionId, change: impl Fn(&mut Session)) {
    let listed = snapshot.account.as_mut().and_then(|a| a.sessions.iter_mut().find(|s| s.id == id));
    if let Some(session) = listed {
        change(session);
    }
    if let Some(session) = snapshot.presented.as_mut().filter(|s| s.id == id) {
        change(session);
    }
}

fn spend(snapshot: &mut Snapshot, id: ChallengeId, at: Instant) {
    let address = snapshot.address.as_mut();
    if let Some(challenge) = address.and_then(|a| a.challenges.iter_mut().find(|c| c.id == id)) {
        challenge.spent_at = Some(at);
    }
}

fn create(snapshot: &mut Snapshot, account: &Account) {
    if let Some(address) = snapshot.address.as_mut() {
        let owns = account.email.as_ref().is_some_and(|m| m.email.same_as(&address.email));
        if owns {
            address.owner = Some(account.id);
        }
    }
    snapshot.account = Some(account.clone());
    snapshot.device = None;
}

fn start(snapshot: &mut Snapshot, session: &Session) {
    on_account(snapshot, session.account, |a| a.sessions.push(session.clone()));
}

fn end(snapshot: &mut Snapshot, id: SessionId) {
    if let Some(account) = snapshot.account.as_mut() {
        account.sessions.retain(|session| session.id != id);
    }
    snapshot.presented = snapshot.presented.take().filter(|session| session.id != id);
}

fn know(snapshot: &mut Snapshot, account: AccountId, device: &Device) {
    on_account(snapshot, account, |a| {
        a.devices.retain(|known| known.id != device.id);
        a.devices.push(device.clone());
    });
    snapshot.device = Some(device.id);
}
