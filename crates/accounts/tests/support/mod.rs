//! A world in memory: every account, address, flow and network, loaded and written back as a store would.
//!
//! The rule tests and the model share it. It loads a `Snapshot` by `Scope` exactly as `snapshot.rs` says and
//! carries decisions out with the production `apply`, so there is no second implementation of what an event
//! does: only of where its parts are kept. It must never decide anything.

mod owners;
mod shelf;

use accounts::{
    Account, AccountId, AddressState, ChallengeId, Change, ChangeId, ClientGrant, Decision, DecisionId,
    DeviceId, Digest, Draws, Email, Event, Flow, Former, GrantEvent, GrantId, GrantReach, Identity,
    Instant, Line, Millis, NUMBERS_DRAWN, NetworkTries, NumberId, NumberKind, Numbers, PasskeyId,
    Policy, Scope, Session, SessionId, Snapshot, TicketId, Trip, apply, rules::session::is_live,
};

pub(crate) use shelf::Shelf;

/// Everything there is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct World {
    pub(crate) accounts: Shelf<AccountId, Account>,
    pub(crate) addresses: Shelf<String, AddressState>,
    pub(crate) flows: Shelf<Digest, Flow>,
    pub(crate) networks: Shelf<Line, NetworkTries>,
    pub(crate) trips: Shelf<Digest, Trip>,
    /// Identities that can be had back by the account that had them.
    pub(crate) formers: Shelf<Identity, Former>,
    pub(crate) reports: Shelf<Line, ()>,
    /// Challenges of passkeys that were answered.
    pub(crate) spent: Shelf<Digest, Instant>,
    /// What clients hold, over or not.
    pub(crate) grants: Shelf<GrantId, ClientGrant>,
    /// Endpoints that owe the receipt of a withdrawal.
    pub(crate) awaited: Vec<Line>,
}

impl World {
    /// What one decision may see.
    pub(crate) fn load(&self, scope: &Scope, now: Instant, policy: &Policy) -> Snapshot {
        let flow = scope.flow.and_then(|digest| self.flows.get(&digest)).cloned();
        let email = scope.address.clone().or_else(|| flow.as_ref().and_then(|f| f.email.clone()));
        let in_hand = flow.as_ref().and_then(|flow| flow.shown.as_ref());
        let identity = scope.identity.clone().or_else(|| in_hand.map(|shown| shown.identity.clone()));
        let identity = identity.map(|identity| self.identity(&identity));
        let credential = scope.credential.as_ref().map(|credential| self.credential(credential));
        let address = email.map(|email| self.address_for(&email, scope.numbers, now));
        let presented = scope.session.and_then(|digest| self.session(digest));
        let presented = presented.filter(|session| is_live(session, now, policy)).cloned();
        let bound = flow.as_ref().and_then(|flow| flow.bound).map(|bound| bound.account);
        let owner = address.as_ref().and_then(|address| address.owner);
        let account = if scope.account.is_some() {
            scope.account
        } else if scope.identity.is_some() {
            identity.as_ref().and_then(|state| state.owner)
        } else if scope.credential.is_some() {
            credential.as_ref().and_then(|state| state.owner)
        } else if scope.address.is_some() {
            owner
        } else if scope.flow.is_some() {
            bound.or(owner)
        } else {
            presented.as_ref().map(|session| session.account)
        };
        let mut account = account.and_then(|id| self.accounts.get(&id)).cloned();
        account.iter_mut().for_each(|a| a.changes = changes(a, scope.numbers, now));
        let device = device(scope, account.as_ref(), presented.as_ref());
        let network = scope.network.as_ref().and_then(|network| self.networks.get(network)).cloned();
        let elsewhere = account.as_ref().map(|account| self.claims_elsewhere(account));
        let hanging = self.hanging(presented.as_ref(), account.as_ref());
        Snapshot {
            address,
            presented,
            hanging,
            device,
            flow,
            trip: scope.trip.and_then(|state| self.trips.get(&state)).cloned(),
            heard: scope.report.clone().filter(|report| self.reports.get(report).is_some()),
            identity,
            credential,
            spent: scope.ceremony.filter(|challenge| self.spent.get(challenge).is_some()),
            elsewhere: elsewhere.unwrap_or_default(),
            account,
            network,
            grant: scope.grant.and_then(|id| self.grants.get(&id)).cloned(),
            awaited: if scope.receipts { self.awaited.clone() } else { Vec::new() },
        }
    }

    /// Writes what a decision changed.
    pub(crate) fn carry_out(&mut self, mut before: Snapshot, decision: &Decision) {
        self.elsewhere(&before, decision);
        self.whole(&mut before);
        let (had, came_by) = (before.presented.clone(), before.flow.as_ref().map(|flow| flow.digest));
        let trip = before.trip.as_ref().map(|trip| trip.state);
        let whose = before.account.as_ref().map(|account| account.id);
        let after = decision.events.iter().fold(before, apply);
        self.keep_formers(decision);
        self.spend(decision);
        self.grant(decision);
        match after.account {
            Some(account) => self.accounts.insert(account.id, account),
            // It was erased.
            None => whose.iter().for_each(|id| self.accounts.remove(id)),
        }
        trip.iter().for_each(|state| self.trips.remove(state));
        if let Some(trip) = after.trip {
            self.trips.insert(trip.state, trip);
        }
        if let Some(report) = after.heard {
            self.reports.insert(report, ());
        }
        if let Some(address) = after.address {
            self.addresses.insert(address.email.key().to_owned(), address);
        }
        if let Some(old) = came_by {
            self.flows.remove(&old);
        }
        if let Some(flow) = after.flow {
            self.flows.insert(flow.digest, flow);
        }
        if let Some(network) = after.network {
            self.networks.insert(network.network.clone(), network);
        }
        if let Some(had) = had {
            self.write_presented(&had, after.presented);
        }
    }

    /// What the scope left out of the snapshot, so that writing it back loses nothing.
    fn whole(&self, before: &mut Snapshot) {
        if let Some(address) = before.address.as_mut()
            && let Some(kept) = self.addresses.get(address.email.key())
        {
            address.numbers.clone_from(&kept.numbers);
        }
        if let Some(account) = before.account.as_mut()
            && let Some(kept) = self.accounts.get(&account.id)
        {
            account.changes.clone_from(&kept.changes);
        }
    }

    /// Events about addresses that were not loaded: numbers made for them, taken away from them, owners that
    /// left them. The production `apply` carries them out there too.
    fn elsewhere(&mut self, before: &Snapshot, decision: &Decision) {
        let here = before.address.as_ref().map(|address| address.email.key().to_owned());
        for event in &decision.events {
            if let Event::NumberIssued { email, .. } = event
                && self.addresses.get(email.key()).is_none()
            {
                let state = self.address(email, Instant(0));
                self.addresses.insert(email.key().to_owned(), state);
            }
            let all = std::mem::take(&mut self.addresses).into_iter();
            self.addresses = all.map(|(key, address)| (key, there(address, &here, event))).collect();
        }
    }

    /// Challenges are used up under their digest, whatever the scope has named.
    fn spend(&mut self, decision: &Decision) {
        for event in &decision.events {
            if let Event::CeremonySpent { challenge, expires_at } = event {
                let before = self.spent.get(challenge).is_some();
                assert!(!before, "the row is there already");
                self.spent.insert(*challenge, *expires_at);
            }
        }
    }

    fn grant(&mut self, decision: &Decision) {
        for event in &decision.events {
            match event {
                Event::Grant(GrantEvent::Started { grant, .. }) => {
                    assert!(self.grants.get(&grant.id).is_none(), "the row is there already");
                    self.grants.insert(grant.id, grant.clone());
                }
                Event::Grant(GrantEvent::Used { grant, used, live, at, .. }) => {
                    let grant = self.grants.get_mut(grant).expect("a grant");
                    (grant.used, grant.live, grant.seen_at) = (*used, Some(*live), *at);
                }
                Event::Grant(GrantEvent::Ended { account, grant, at, .. }) => {
                    self.grants.get_mut(grant).expect("a grant").ended_at = Some(*at);
                    // It may be another account's than the loaded one (R-SIGNIN-7).
                    let whose = self.accounts.get_mut(account);
                    whose.into_iter().for_each(|a| a.grants.retain(|g| g.id != *grant));
                }
                _ => {}
            }
        }
    }

    /// The presented session may be another account's than the loaded one (R-SIGNIN-7).
    fn write_presented(&mut self, had: &Session, now: Option<Session>) {
        let Some(account) = self.accounts.get_mut(&had.account) else {
            return;
        };
        match now {
            None => account.sessions.retain(|session| session.id != had.id),
            Some(now) => {
                account.sessions.iter_mut().filter(|s| s.id == now.id).for_each(|s| *s = now.clone());
            }
        }
    }

    /// An address, whether or not anything is known of it; only the mails of the last 24 hours.
    pub(crate) fn address(&self, email: &Email, now: Instant) -> AddressState {
        self.address_for(email, Numbers::Unasked, now)
    }

    fn address_for(&self, email: &Email, numbers: Numbers, now: Instant) -> AddressState {
        let mut state = self.addresses.get(email.key()).cloned().unwrap_or_else(|| AddressState {
            email: email.clone(),
            owner: None,
            stored: None,
            holders: Vec::new(),
            cooling_until: None,
            numbers: Vec::new(),
            guesses: accounts::GuessLimit::default(),
            code_tries: accounts::CodeTries::default(),
            challenges: Vec::new(),
        });
        state.email = email.clone();
        self.own_address(&mut state);
        state.challenges.retain(|mail| now < mail.issued_at.plus(Millis::days(1)));
        state.numbers.retain(|number| now < number.expires_at.plus(Millis::days(1)));
        state.numbers.retain(|number| match number.kind {
            NumberKind::NotMe(_) => numbers == Numbers::NotMe,
            NumberKind::Undo(_) | NumberKind::Restore => numbers == Numbers::Undo,
            NumberKind::Lost => numbers == Numbers::Lost,
        });
        state
    }

    /// What hangs from the presented session, where that is another account's than the one in question.
    fn hanging(&self, presented: Option<&Session>, account: Option<&Account>) -> Vec<ClientGrant> {
        let foreign = presented.filter(|session| account.map(|a| a.id) != Some(session.account));
        let of = |session: &Session| {
            let all = self.accounts.get(&session.account).map(|a| a.grants.as_slice());
            let hung = |g: &&ClientGrant| g.session == session.id && g.reach != GrantReach::Offline;
            all.unwrap_or_default().iter().filter(hung).cloned().collect()
        };
        foreign.map(of).unwrap_or_default()
    }

    /// The session with this digest, live or not.
    pub(crate) fn session(&self, digest: Digest) -> Option<&Session> {
        self.accounts.values().flat_map(|a| &a.sessions).find(|session| session.digest == digest)
    }
}

/// An address after an event, where it is another than the loaded one.
fn there(address: AddressState, here: &Option<String>, event: &Event) -> AddressState {
    if here.as_deref() == Some(address.email.key()) {
        return address;
    }
    let alone = Snapshot { address: Some(address), ..Snapshot::default() };
    apply(alone, event).address.expect("it stays")
}

/// The device that shows its secret; else the one that the account's own presented session runs on.
fn device(scope: &Scope, account: Option<&Account>, presented: Option<&Session>) -> Option<DeviceId> {
    let account = account?;
    let shown = account.devices.iter().find(|device| Some(device.digest) == scope.device);
    let own = || {
        let session = presented.filter(|session| session.account == account.id)?;
        account.devices.iter().find(|device| device.id == session.device)
    };
    shown.or_else(own).map(|device| device.id)
}

fn changes(account: &Account, numbers: Numbers, now: Instant) -> Vec<Change> {
    let lately = |change: &&Change| now < change.until;
    let asked = matches!(numbers, Numbers::Undo | Numbers::NotMe);
    account.changes.iter().filter(|_| asked).filter(lately).cloned().collect()
}

/// The draws numbered `n`: every id and digest carries the number.
pub(crate) fn draws(n: u32) -> Draws {
    let id = {
        let mut id = [0; 16];
        id[12..].copy_from_slice(&n.to_be_bytes());
        id
    };
    let digest = |kind: u8| {
        let mut digest = [0; 32];
        digest[0] = kind;
        digest[28..].copy_from_slice(&n.to_be_bytes());
        Digest(digest)
    };
    Draws {
        decision: DecisionId(id),
        account: AccountId(id),
        session: SessionId(id),
        session_digest: digest(1),
        device: DeviceId(id),
        device_digest: digest(2),
        flow_digest: digest(3),
        form_digest: digest(4),
        passkey: PasskeyId(id),
        challenge: ChallengeId(id),
        trip_state: digest(5),
        trip_browser: digest(6),
        numbers: std::array::from_fn(|place| NumberId(nth(id, place))),
        change: ChangeId(id),
        code_key: 1,
        ticket: TicketId(id),
    }
}

/// The numbers of one decision differ in their first byte; the first is as every other id.
fn nth(mut id: [u8; 16], place: usize) -> [u8; 16] {
    const { assert!(NUMBERS_DRAWN < 256, "they are told apart by a byte") };
    id[0] = u8::try_from(place).expect("few");
    id
}

/// A sound address, or the test is wrong.
pub(crate) fn email(text: &str) -> Email {
    Email::parse(text).expect("a sound address")
}
