//! The state that the model walks: the world, the clock, two browsers, what is in flight, and ghosts.
//!
//! A request carries the cookies it was sent with, also when it is decided later. What no law can ask for any more is
//! forgotten after every step, so that equal situations are equal states.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use accounts::{
    AccountId, DeviceId, Digest, Instant, Lane, Millis, NumberId, PasswordHash, Policy, SessionId,
    TicketId, Verdict,
};

use super::ghosts::Ghosts;
use super::keys::Answer;
use crate::support::World;

/// Whose browser something happens in. The owner's is also the one a neighbour sits down at; the stranger's is, where
/// a slice says so, that of somebody who holds the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Who {
    Owner,
    Stranger,
}

pub(crate) const OWNERS: usize = 0;
pub(crate) const STRANGERS: usize = 1;
/// The owner's second mailbox, which comes with an account at a provider.
pub(crate) const GMAIL: usize = 2;
/// The addresses: the owner reads the first mailbox and the third, the stranger the second.
pub(crate) const ADDRESSES: [&str; 3] = ["owner@a.jp", "stranger@b.jp", "owner@gmail.com"];

/// What a browser keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Browser {
    pub(crate) session: Option<Digest>,
    pub(crate) device: Option<Digest>,
    pub(crate) flow: Option<Digest>,
    /// The secrets of the password forms it has shown: the newest, and the one before.
    pub(crate) forms: [Option<Digest>; 2],
}

/// What a guess is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Aim {
    SignIn,
    Prove,
}

/// A guess between its steps: paid, then checked, then settled, or never.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Flight {
    pub(crate) who: Who,
    pub(crate) at: usize,
    pub(crate) typed: &'static str,
    pub(crate) aim: Aim,
    pub(crate) ticket: TicketId,
    pub(crate) lane: Lane,
    pub(crate) paid_at: Instant,
    /// The cookies of the request.
    pub(crate) sent: Browser,
    pub(crate) checked: Option<(Option<i64>, Verdict)>,
    /// The account that it was checked against.
    pub(crate) whose: Option<AccountId>,
}

/// Which page a number is typed into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Page {
    NotMe,
    Undo,
    Lost,
}

/// A typed number whose account has been looked up, and which is not decided yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Look {
    pub(crate) who: Who,
    pub(crate) page: Page,
    pub(crate) at: usize,
    pub(crate) number: Option<NumberId>,
    pub(crate) account: Option<AccountId>,
}

/// How many steps led here. No part of what a state is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Steps(pub(crate) usize);

impl PartialEq for Steps {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Steps {}

impl Hash for Steps {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) now: Instant,
    pub(crate) jumps: u32,
    pub(crate) browsers: [Browser; 2],
    pub(crate) flights: Vec<Flight>,
    pub(crate) looks: Vec<Look>,
    /// What authenticators have answered, and how often each has signed.
    pub(crate) answers: Vec<Answer>,
    pub(crate) signed: [u32; 2],
    pub(crate) ghosts: Ghosts,
    pub(crate) broken: Option<&'static str>,
    /// The number that the next draw carries: the smallest that nothing remembers.
    pub(crate) next: u32,
    pub(crate) steps: Steps,
}

impl State {
    pub(crate) fn empty() -> Self {
        Self {
            world: World::default(),
            now: Instant(1_000_000_000_000),
            jumps: 0,
            browsers: [Browser::default(); 2],
            flights: Vec::new(),
            looks: Vec::new(),
            answers: Vec::new(),
            signed: [0; 2],
            ghosts: Ghosts::default(),
            broken: None,
            next: 1,
            steps: Steps(0),
        }
    }

    pub(crate) fn owner_of(&self, at: usize) -> Option<&accounts::Account> {
        let key = ADDRESSES[at];
        self.world.accounts.values().find(|a| a.email.as_ref().is_some_and(|m| m.email.key() == key))
    }

    pub(crate) fn guesses(&self, at: usize) -> accounts::GuessLimit {
        self.world.addresses.get(ADDRESSES[at]).map(|a| a.guesses.clone()).unwrap_or_default()
    }

    pub(crate) fn sessions(&self) -> BTreeMap<SessionId, AccountId> {
        let all = self.world.accounts.values().flat_map(|a| &a.sessions);
        all.map(|session| (session.id, session.account)).collect()
    }

    pub(crate) fn devices(&self) -> BTreeMap<DeviceId, AccountId> {
        let all = self.world.accounts.values();
        all.flat_map(|a| a.devices.iter().map(|device| (device.id, a.id))).collect()
    }

    /// The account that a browser is signed in to.
    pub(crate) fn member(&self, session: Option<Digest>) -> Option<&accounts::Account> {
        let session = self.world.session(session?)?;
        self.world.accounts.get(&session.account)
    }

    /// Forgets what no law can ask for any more, so that equal situations are equal states.
    pub(crate) fn tidy(&mut self, policy: &Policy) {
        self.tidy_world();
        let sessions = self.sessions();
        self.ghosts.shown.retain(|id, _| sessions.contains_key(id));
        let devices = self.devices();
        let flying = self.flights.iter().map(|flight| flight.lane).collect::<Vec<_>>();
        self.ghosts.evaluated.retain(|(_, lane), _| match lane {
            Lane::Strangers => true,
            Lane::Device(id) => devices.contains_key(id) || flying.contains(lane),
        });
        for (n, browser) in self.browsers.iter_mut().enumerate() {
            browser.flow = browser.flow.filter(|digest| self.world.flows.get(digest).is_some());
            if browser.flow.is_none() {
                browser.forms = [None; 2];
                self.ghosts.tried[n] = 0;
                self.ghosts.begun[n] = None;
                self.ghosts.hand[n] = None;
            }
        }
        let mut kept = self.browsers.map(|browser| browser.flow).to_vec();
        kept.extend(self.flights.iter().map(|flight| flight.sent.flow));
        let flows = std::mem::take(&mut self.world.flows).into_iter();
        self.world.flows = flows.filter(|(digest, _)| kept.contains(&Some(*digest))).collect();
        let all = || self.world.accounts.values();
        let live = all().flat_map(|a| &a.sessions).map(|s| s.digest).collect::<Vec<_>>();
        let known = all().flat_map(|a| &a.devices).map(|d| d.digest).collect::<Vec<_>>();
        let flows = self.world.flows.iter().map(|(digest, _)| *digest).collect::<Vec<_>>();
        let flights = self.flights.iter_mut().map(|flight| &mut flight.sent);
        for browser in self.browsers.iter_mut().chain(flights) {
            browser.session = browser.session.filter(|digest| live.contains(digest));
            browser.device = browser.device.filter(|digest| known.contains(digest));
            browser.flow = browser.flow.filter(|digest| flows.contains(digest));
        }
        self.ghosts.tidy(self.now, policy);
        self.tidy_answers();
        let known = &self.ghosts.trips;
        let trips = std::mem::take(&mut self.world.trips).into_iter();
        self.world.trips = trips.filter(|(state, _)| known.iter().any(|t| t.state == *state)).collect();
    }

    /// An answer that came too late is tried once, at its end.
    fn tidy_answers(&mut self) {
        let now = self.now;
        self.answers.retain(|answer| now <= answer.ends_at());
        let answers = &self.answers;
        let spent = std::mem::take(&mut self.world.spent).into_iter();
        let open = |challenge: &Digest| answers.iter().any(|answer| answer.challenge == *challenge);
        self.world.spent = spent.filter(|(challenge, _)| open(challenge)).collect();
        let all = self.world.accounts.values();
        let known = all.flat_map(super::laws_of_passkeys::every_passkey).map(|known| known.id);
        let known = known.collect::<Vec<_>>();
        self.ghosts.highest.retain(|id, _| known.contains(id));
    }

    /// Rows that are over and swept away.
    fn tidy_world(&mut self) {
        let (now, day) = (self.now, Millis::days(1));
        for address in self.world.addresses.values_mut() {
            address.challenges.retain(|mail| now < mail.issued_at.plus(day));
            address.numbers.retain(|number| now < number.expires_at.plus(day));
            address.cooling_until = address.cooling_until.filter(|until| now < *until);
            // Whose it is, is looked up anew in every step.
            (address.owner, address.stored) = (None, None);
            address.holders.clear();
        }
        for account in self.world.accounts.values_mut() {
            account.changes.retain(|change| now < change.until);
        }
        let formers = std::mem::take(&mut self.world.formers).into_iter();
        self.world.formers = formers.filter(|(_, former)| now < former.until).collect();
    }
}

pub(crate) fn hash(secret: &str) -> PasswordHash {
    PasswordHash(secret.to_owned())
}

/// Which of the addresses it is.
pub(crate) fn place(email: &accounts::Email) -> usize {
    ADDRESSES.iter().position(|address| email.key() == *address).expect("one of them")
}
