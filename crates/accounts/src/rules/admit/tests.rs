//! R-LOCK-5 at the door itself: what a lock refuses depends on the setting, the device and the proof.

use alloc::vec::Vec;

use super::*;
use crate::context::{Actor, Asker, Context, Draws, NUMBERS_DRAWN, Policy};
use crate::email::Email;
use crate::kept::Added;
use crate::outcome::Outcome;
use crate::snapshot::{
    AddressState, Addressed, CodeTries, Device, EmailMethod, GuessLimit, Origin, Snapshot,
};
use crate::values::*;

fn draws() -> Draws {
    Draws {
        decision: DecisionId([1; 16]),
        account: AccountId([1; 16]),
        session: SessionId([1; 16]),
        session_digest: Digest([1; 32]),
        device: DeviceId([1; 16]),
        device_digest: Digest([1; 32]),
        flow_digest: Digest([1; 32]),
        form_digest: Digest([1; 32]),
        passkey: PasskeyId([1; 16]),
        challenge: ChallengeId([1; 16]),
        trip_state: Digest([1; 32]),
        trip_browser: Digest([1; 32]),
        numbers: [NumberId([1; 16]); NUMBERS_DRAWN],
        change: ChangeId([1; 16]),
        code_key: 1,
        ticket: TicketId([1; 16]),
    }
}

fn locked_account(device: Option<DeviceId>) -> Snapshot {
    let id = AccountId([7; 16]);
    let email = Email::parse("owner@example.com").unwrap();
    let none = Line::clean("", 0);
    let known = device.map(|id| {
        let digest = Digest([2; 32]);
        Device { id, digest, label: none.clone(), first_at: Instant(0), last_at: Instant(0) }
    });
    let added = Added { at: Instant(0), by: None };
    let method = EmailMethod {
        email: email.clone(),
        proven_at: Instant(0),
        added,
        password: None,
        unreachable_at: None,
    };
    let account = Account {
        id,
        created_at: Instant(0),
        display_name: none,
        locale: Locale::Ja,
        email: Some(method),
        password_version: 1,
        links: Vec::new(),
        passkeys: Vec::new(),
        passkey_declined: None,
        contact: Addressed::Email,
        contact_since: Instant(0),
        suspended: None,
        withdrawn: None,
        lost: None,
        terms: None,
        epoch: 0,
        changes: Vec::new(),
        sessions: Vec::new(),
        grants: Vec::new(),
        devices: known.into_iter().collect(),
    };
    let guesses = GuessLimit { locked_at: Some(Instant(1)), ..GuessLimit::default() };
    let address = AddressState {
        stored: Some(email.clone()),
        email,
        owner: Some(id),
        holders: Vec::new(),
        guesses,
        code_tries: CodeTries::default(),
        cooling_until: None,
        challenges: Vec::new(),
        numbers: Vec::new(),
    };
    Snapshot { address: Some(address), account: Some(account), device, ..Snapshot::default() }
}

fn is_let_in(scope: LockScope, device: Option<DeviceId>, cause: SessionCause) -> bool {
    let policy = Policy { lock_scope: scope, ..Policy::default() };
    let none = Line::clean("", 0);
    let origin = Origin { address: none.clone(), label: none.clone() };
    let asker = Asker { origin, network: none, locale: Locale::Ja, actor: Actor::Visitor };
    let draws = draws();
    let context = Context { now: Instant(10), draws: &draws, policy: &policy, asker: &asker };
    let mut ledger = Ledger::open(locked_account(device), context);
    match admit(&mut ledger, Method::Email, SessionKind::Browser, cause) {
        Ok(Outcome::Welcome(_)) => true,
        Err(Reason::Locked) => false,
        other => panic!("{other:?}"),
    }
}

#[test]
fn r_lock_5_a_lock_refuses_the_password_alone_unless_the_service_wants_it_to_refuse_every_method() {
    let known = Some(DeviceId([9; 16]));
    assert!(is_let_in(LockScope::Password, None, SessionCause::SignedIn));
    assert!(!is_let_in(LockScope::Account, None, SessionCause::SignedIn));
    assert!(is_let_in(LockScope::Account, known, SessionCause::SignedIn), "R-LOCK-4");
    assert!(is_let_in(LockScope::Account, None, SessionCause::Reset), "the way out of the lock");
}
