//! Names do not count: ids, digests and counters that only grow are numbered anew in every state.
//!
//! Two states that differ in names alone are one. Numbers that nobody remembers are free again. The order in which
//! names are given follows from what the state shows, never from the old names, where that can be had cheaply.

use std::mem::take;

use accounts::{
    Account, Added, AddressState, Bound, ChangeKind, Digest, Former, Identity, Instant, Intent, Lane,
    Method, Methods, NumberKind, Passkey,
};

use super::state::{Browser, State};

impl State {
    pub(crate) fn renumber(&mut self) {
        self.lower_counters();
        let mut names = Names::default();
        self.rename_world(&mut names);
        self.browsers.iter_mut().for_each(|browser| names.browser(browser));
        for flight in &mut self.flights {
            names.id(&mut flight.ticket.0);
            flight.whose.iter_mut().for_each(|account| names.id(&mut account.0));
            names.lane(&mut flight.lane);
            names.browser(&mut flight.sent);
        }
        for look in &mut self.looks {
            look.number.iter_mut().for_each(|number| names.id(&mut number.0));
            look.account.iter_mut().for_each(|account| names.id(&mut account.0));
        }
        for answer in &mut self.answers {
            answer.rename(&mut names);
        }
        let spent = take(&mut self.world.spent).into_iter();
        let mut rename = |(mut challenge, end): (Digest, Instant)| {
            names.digest(&mut challenge);
            (challenge, end)
        };
        self.world.spent = spent.map(&mut rename).collect();
        self.ghosts.rename(&mut names);
        self.next = names.next() + 1;
    }

    fn rename_world(&mut self, names: &mut Names) {
        let accounts = take(&mut self.world.accounts).into_iter();
        let mut accounts = accounts.map(|(_, account)| account).collect::<Vec<_>>();
        accounts.sort_by(|a, b| order_of(a).cmp(&order_of(b)));
        accounts.iter_mut().for_each(|account| names.account(account));
        self.world.addresses.values_mut().for_each(|address| names.address(address));
        self.world.accounts = accounts.into_iter().map(|account| (account.id, account)).collect();
        let kept = self.browsers.map(|browser| browser.flow);
        let flows = take(&mut self.world.flows).into_iter();
        let mut flows = flows.map(|(_, flow)| flow).collect::<Vec<_>>();
        flows.sort_by_key(|flow| {
            kept.iter().position(|digest| *digest == Some(flow.digest)).unwrap_or(kept.len())
        });
        for flow in &mut flows {
            names.digest(&mut flow.digest);
            flow.bound.iter_mut().for_each(|bound| names.bound(bound));
            flow.waits_for.iter_mut().for_each(|account| names.id(&mut account.0));
            if let Some(grant) = flow.grant.as_mut() {
                names.id(&mut grant.code.0);
                names.digest(&mut grant.form);
            }
        }
        self.world.flows = flows.into_iter().map(|flow| (flow.digest, flow)).collect();
        self.rename_trips(names);
    }

    fn rename_trips(&mut self, names: &mut Names) {
        let trips = take(&mut self.world.trips).into_iter();
        let mut trips = trips.map(|(_, trip)| trip).collect::<Vec<_>>();
        trips.sort_by_key(|trip| (trip.browser, trip.started_at, trip.provider, trip.state));
        for trip in &mut trips {
            names.digest(&mut trip.state);
            if let Intent::Link(bound) | Intent::Prove(bound) = &mut trip.intent {
                names.bound(bound);
            }
        }
        self.world.trips = trips.into_iter().map(|trip| (trip.state, trip)).collect();
        let formers = take(&mut self.world.formers).into_iter();
        let mut rename = |mut former: Former| (names.id(&mut former.account.0), former).1;
        self.world.formers = formers.map(|(identity, old)| (identity, rename(old))).collect();
    }

    /// Epochs and password numbers only grow and are only compared: their order is kept, their size is not.
    fn lower_counters(&mut self) {
        let Self { world, flights, .. } = self;
        for account in world.accounts.values_mut() {
            let id = account.id;
            let mut epochs = vec![&mut account.epoch];
            let trips = world.trips.values_mut().filter_map(|trip| match &mut trip.intent {
                Intent::Link(bound) | Intent::Prove(bound) => Some(bound),
                Intent::SignIn => None,
            });
            let bounds = world.flows.values_mut().filter_map(|flow| flow.bound.as_mut()).chain(trips);
            epochs.extend(bounds.filter(|bound| bound.account == id).map(|bound| &mut bound.epoch));
            lower(epochs);
            let mut versions = vec![&mut account.password_version];
            let password = account.email.as_mut().and_then(|method| method.password.as_mut());
            versions.extend(password.map(|password| &mut password.version));
            let checked = flights.iter_mut().filter(|flight| flight.whose == Some(id));
            versions.extend(checked.filter_map(|flight| flight.checked.as_mut()?.0.as_mut()));
            lower(versions);
        }
    }
}

/// Sets numbers to their places among each other.
fn lower(mut numbers: Vec<&mut i64>) {
    let mut known = numbers.iter().map(|number| **number).collect::<Vec<_>>();
    known.sort_unstable();
    known.dedup();
    for number in &mut numbers {
        let place = known.iter().position(|known| *known == **number).expect("it is known");
        **number = i64::try_from(place).expect("few");
    }
}

/// An account is told by its address, its identities, or since when it is gone.
fn order_of(account: &Account) -> (Option<&str>, Option<&Identity>, Option<Instant>, Instant) {
    let email = account.email.as_ref().map(|method| method.email.key());
    let identity = account.links.first().map(|link| &link.identity);
    let gone = account.withdrawn.as_ref().map(|withdrawal| withdrawal.at);
    (email, identity, gone, account.created_at)
}

/// New names for old ones: the numbers that ids and digests end in.
#[derive(Default)]
pub(crate) struct Names(Vec<[u8; 4]>);

impl Names {
    fn next(&self) -> u32 {
        u32::try_from(self.0.len()).expect("few names")
    }

    fn tail(&mut self, tail: &mut [u8]) {
        let old = [tail[0], tail[1], tail[2], tail[3]];
        let known = self.0.iter().position(|name| *name == old);
        let place = known.unwrap_or_else(|| {
            self.0.push(old);
            self.0.len() - 1
        });
        tail.copy_from_slice(&u32::try_from(place + 1).expect("few names").to_be_bytes());
    }

    pub(crate) fn id(&mut self, id: &mut [u8; 16]) {
        self.tail(&mut id[12..]);
    }

    pub(crate) fn digest(&mut self, digest: &mut Digest) {
        self.tail(&mut digest.0[28..]);
    }

    fn bound(&mut self, bound: &mut Bound) {
        self.id(&mut bound.account.0);
        bound.session.iter_mut().for_each(|session| self.id(&mut session.0));
    }

    pub(crate) fn lane(&mut self, lane: &mut Lane) {
        if let Lane::Device(device) = lane {
            self.id(&mut device.0);
        }
    }

    fn browser(&mut self, browser: &mut Browser) {
        let kept = [&mut browser.session, &mut browser.device, &mut browser.flow];
        let forms = browser.forms.iter_mut();
        kept.into_iter().chain(forms).flatten().for_each(|digest| self.digest(digest));
    }

    fn account(&mut self, account: &mut Account) {
        self.id(&mut account.id.0);
        for session in &mut account.sessions {
            self.id(&mut session.id.0);
            self.id(&mut session.account.0);
            self.id(&mut session.device.0);
            self.digest(&mut session.digest);
            self.method(&mut session.method);
            self.method(&mut session.proved_by);
        }
        for device in &mut account.devices {
            self.id(&mut device.id.0);
            self.digest(&mut device.digest);
        }
        if let Some(method) = account.email.as_mut() {
            self.added(&mut method.added);
        }
        account.links.iter_mut().for_each(|link| self.added(&mut link.added));
        account.passkeys.iter_mut().for_each(|passkey| self.passkey(passkey));
        for change in &mut account.changes {
            self.id(&mut change.id.0);
            if let ChangeKind::PasskeyAdded(id) | ChangeKind::PasskeyRemoved(id) = &mut change.kind {
                self.id(&mut id.0);
            }
            change.by.iter_mut().for_each(|session| self.id(&mut session.0));
            self.methods(&mut change.before);
        }
        if let Some(withdrawal) = account.withdrawn.as_mut() {
            self.methods(&mut withdrawal.methods);
        }
    }

    fn added(&mut self, added: &mut Added) {
        added.by.iter_mut().for_each(|session| self.id(&mut session.0));
    }

    fn methods(&mut self, methods: &mut Methods) {
        methods.email.iter_mut().for_each(|method| self.added(&mut method.added));
        methods.links.iter_mut().for_each(|link| self.added(&mut link.added));
        methods.passkeys.iter_mut().for_each(|passkey| self.passkey(passkey));
    }

    fn passkey(&mut self, passkey: &mut Passkey) {
        self.id(&mut passkey.id.0);
        self.added(&mut passkey.added);
    }

    pub(crate) fn method(&mut self, method: &mut Method) {
        if let Method::Passkey(id) = method {
            self.id(&mut id.0);
        }
    }

    fn address(&mut self, address: &mut AddressState) {
        address.challenges.iter_mut().for_each(|challenge| self.id(&mut challenge.id.0));
        for number in &mut address.numbers {
            self.id(&mut number.id.0);
            self.id(&mut number.account.0);
            match &mut number.kind {
                NumberKind::NotMe(session) => self.id(&mut session.0),
                NumberKind::Undo(change) => self.id(&mut change.0),
                NumberKind::Restore | NumberKind::Lost => {}
            }
        }
        for ticket in &mut address.guesses.tickets {
            self.id(&mut ticket.id.0);
            self.lane(&mut ticket.lane);
        }
        address.guesses.devices.iter_mut().for_each(|guesses| self.id(&mut guesses.device.0));
    }
}
