//! Carries an event out on a snapshot. Total: an event that does not touch what is loaded changes nothing.
//!
//! The store writes the same event as rows; that rows and `apply` never part is a property test over both
//! databases. Nothing is decided here.

mod grants;
mod methods;
mod passkeys;

use crate::event::{Event, PasswordChange};
use crate::snapshot::{
    Account, AddressState, Device, Flow, Number, PasswordRecord, Session, Snapshot, Stage,
};
use crate::values::{AccountId, Digest, Instant, SessionId};

/// The snapshot after the event.
#[must_use]
pub fn apply(mut snapshot: Snapshot, event: &Event) -> Snapshot {
    match event {
        Event::GuessesCounted { .. }
        | Event::CodeTriesCounted { .. }
        | Event::ChallengeIssued { .. }
        | Event::ChallengeSpent { .. }
        | Event::ResetCoolingDown { .. }
        | Event::NumberIssued { .. }
        | Event::NumberSpent { .. }
        | Event::NumbersVoided { .. } => apply_to_address(&mut snapshot, event),
        Event::NetworkTriesCounted { tries } => snapshot.network = Some(tries.clone()),
        Event::FlowStarted { flow } => snapshot.flow = Some(flow.clone()),
        Event::FlowTried { .. }
        | Event::FlowProven { .. }
        | Event::FormOpened { .. }
        | Event::FlowBound { .. }
        | Event::FlowEnded { .. } => apply_to_flow(&mut snapshot, event),
        Event::CeremonySpent { challenge, .. } => snapshot.spent = Some(*challenge),
        Event::PasskeyAdded { .. }
        | Event::PasskeyRemoved { .. }
        | Event::PasskeyRenamed { .. }
        | Event::PasskeyUsed { .. }
        | Event::PasskeyDeclined { .. } => passkeys::apply(&mut snapshot, event),
        Event::ReportHeard { report, .. } => snapshot.heard = Some(report.clone()),
        Event::TripStarted { trip } => snapshot.trip = Some(trip.clone()),
        Event::TripEnded { state } => end_trip(&mut snapshot, *state),
        Event::AccountCreated { .. }
        | Event::EmailChanged { .. }
        | Event::EmailAdded { .. }
        | Event::EmailRemoved { .. }
        | Event::LinkAdded { .. }
        | Event::LinkRemoved { .. }
        | Event::EmailReached { .. }
        | Event::LinkChanged { .. }
        | Event::IdentityFreed { .. }
        | Event::ContactChanged { .. }
        | Event::MethodsPutBack { .. }
        | Event::Withdrawn { .. }
        | Event::LostNoted { .. }
        | Event::ProfileChanged { .. }
        | Event::Erased { .. } => methods::apply(&mut snapshot, event),
        Event::SessionStarted { .. }
        | Event::SessionEnded { .. }
        | Event::SessionSeen { .. }
        | Event::SessionProved { .. }
        | Event::DeviceKnown { .. }
        | Event::DeviceForgotten { .. } => apply_to_sessions(&mut snapshot, event),
        Event::Grant(event) => grants::apply(&mut snapshot, event),
        Event::PasswordSet { .. }
        | Event::PasswordVoided { .. }
        | Event::ChangeNoted { .. }
        | Event::ChangesUndone { .. }
        | Event::PicturesCut { .. }
        | Event::PendingCancelled { .. }
        | Event::Restored { .. }
        | Event::TermsAccepted { .. }
        | Event::Suspended { .. }
        | Event::Resumed { .. } => apply_to_account(&mut snapshot, event),
        // These say what happened; the change itself is another event's.
        Event::GuessFailed { .. }
        | Event::Locked { .. }
        | Event::Unlocked { .. }
        | Event::TestMailAsked { .. }
        | Event::Exported { .. }
        | Event::MailRead { .. }
        | Event::PasskeyDoubted { .. }
        | Event::SignInRefused { .. } => {}
    }
    snapshot
}

#[expect(clippy::wildcard_enum_match_arm, reason = "`apply` lists the events that come here")]
fn apply_to_address(snapshot: &mut Snapshot, event: &Event) {
    let Some(address) = snapshot.address.as_mut() else {
        return;
    };
    match event {
        Event::GuessesCounted { email, limit } if address.email.same_as(email) => {
            address.guesses = limit.clone();
        }
        Event::CodeTriesCounted { email, tries } if address.email.same_as(email) => {
            address.code_tries = tries.clone();
        }
        Event::ChallengeIssued { email, challenge, .. } if address.email.same_as(email) => {
            address.challenges.push(challenge.clone());
        }
        Event::ChallengeSpent { challenge, at, .. } => {
            let known = address.challenges.iter_mut().filter(|c| c.id == *challenge);
            known.for_each(|c| c.spent_at = Some(*at));
        }
        Event::ResetCoolingDown { email, until } if address.email.same_as(email) => {
            address.cooling_until = Some(*until);
        }
        Event::NumberIssued { email, number } if address.email.same_as(email) => {
            address.numbers.push(number.clone());
        }
        Event::NumberSpent { number, at } => spend_numbers(address, *at, |n| n.id == *number),
        Event::NumbersVoided { account, since, at } => {
            spend_numbers(address, *at, |n| n.account == *account && n.issued_at >= *since);
        }
        _ => {}
    }
}

fn spend_numbers(address: &mut AddressState, at: Instant, which: impl Fn(&Number) -> bool) {
    let good = address.numbers.iter_mut().filter(|n| n.spent_at.is_none() && which(n));
    good.for_each(|n| n.spent_at = Some(at));
}

#[expect(clippy::wildcard_enum_match_arm, reason = "`apply` lists the events that come here")]
fn apply_to_flow(snapshot: &mut Snapshot, event: &Event) {
    match event {
        Event::FlowTried { flow, wrong } => on_flow(snapshot, *flow, |f| f.wrong = *wrong),
        Event::FlowProven { flow, purpose: _, expires_at, bound, grant } => {
            on_flow(snapshot, *flow, |f| {
                f.stage = Stage::Proven;
                f.expires_at = *expires_at;
                f.bound = *bound;
                f.grant = *grant;
            });
        }
        Event::FormOpened { flow, form } => on_flow(snapshot, *flow, |f| {
            f.grant.iter_mut().for_each(|grant| grant.form = *form);
        }),
        Event::FlowBound { flow, bound } => on_flow(snapshot, *flow, |f| {
            f.bound = Some(*bound);
            f.waits_for = None;
        }),
        Event::FlowEnded { flow } => {
            snapshot.flow = snapshot.flow.take().filter(|f| f.digest != *flow);
        }
        _ => {}
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "`apply` lists the events that come here")]
fn apply_to_sessions(snapshot: &mut Snapshot, event: &Event) {
    match event {
        Event::SessionStarted { session, .. } => start(snapshot, session),
        Event::SessionEnded { session, .. } => end(snapshot, *session),
        Event::SessionSeen { session, at, .. } => on_session(snapshot, *session, |s| s.seen_at = *at),
        Event::SessionProved { session, at, method, .. } => {
            on_session(snapshot, *session, |s| {
                s.proved_at = *at;
                s.proved_by = *method;
            });
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
                a.password_version = *version;
                let Some(method) = a.email.as_mut() else {
                    return;
                };
                let before = method.password.as_ref().map(|p| p.set_at);
                let set_at = match change {
                    PasswordChange::Chosen | PasswordChange::Reset | PasswordChange::Added => *at,
                    PasswordChange::Rehashed => before.unwrap_or(*at),
                };
                let record = PasswordRecord { version: *version, hash: hash.clone(), set_at };
                method.password = Some(record);
            });
        }
        Event::PasswordVoided { account, version, .. } => on_account(snapshot, *account, |a| {
            a.password_version = *version;
            a.email.iter_mut().for_each(|method| method.password = None);
        }),
        Event::ChangeNoted { account, change, .. } => {
            on_account(snapshot, *account, |a| a.changes.push(change.clone()));
        }
        Event::ChangesUndone { account, changes } => {
            on_account(snapshot, *account, |a| a.changes.retain(|c| !changes.contains(&c.id)));
        }
        Event::PicturesCut { account, changes, withdrawn } => on_account(snapshot, *account, |a| {
            for (id, methods) in changes {
                let cut = a.changes.iter_mut().find(|change| change.id == *id);
                cut.into_iter().for_each(|change| change.before.clone_from(methods));
            }
            if let (Some(withdrawal), Some(methods)) = (a.withdrawn.as_mut(), withdrawn) {
                withdrawal.methods.clone_from(methods);
            }
        }),
        Event::Restored { account } => {
            on_account(snapshot, *account, |a| a.withdrawn = None);
            // What was freed with it, and did not come back, leads to it no more.
            let state = snapshot.identity.as_mut();
            let led = state.filter(|s| s.former.as_ref().is_some_and(|f| f.account == *account));
            if let Some(state) = led {
                state.former = None;
            }
        }
        Event::PendingCancelled { account, epoch } => {
            on_account(snapshot, *account, |a| a.epoch = *epoch);
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

fn end_trip(snapshot: &mut Snapshot, state: Digest) {
    snapshot.trip = snapshot.trip.take().filter(|trip| trip.state != state);
}

fn on_account(snapshot: &mut Snapshot, id: AccountId, change: impl FnOnce(&mut Account)) {
    if let Some(account) = snapshot.account.as_mut().filter(|account| account.id == id) {
        change(account);
    }
}

fn on_flow(snapshot: &mut Snapshot, digest: Digest, change: impl FnOnce(&mut Flow)) {
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
