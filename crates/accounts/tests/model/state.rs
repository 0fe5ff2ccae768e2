//! The state that the model walks: the world, the clock, two browsers, guesses in flight, and ghosts.
//!
//! Ghosts are what an onlooker would remember (which guesses were evaluated, which codes were mailed and
//! used). The laws compare them with what the rules decide; the rules never see them.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;

use accounts::{
    AccountId, ChallengeId, DeviceId, Digest, Instant, Lane, PasswordHash, SessionId, TicketId, Verdict,
};

use crate::support::World;

/// Whose browser something happens in. The owner's is also the one a neighbour sits down at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Who {
    Owner,
    Stranger,
}

pub(crate) const OWNERS: usize = 0;
pub(crate) const STRANGERS: usize = 1;
/// The two addresses: the owner reads the first mailbox, the stranger the second.
pub(crate) const ADDRESSES: [&str; 2] = ["owner@a.jp", "stranger@b.jp"];

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Browser {
    pub(crate) session: Option<Digest>,
    pub(crate) device: Option<Digest>,
    pub(crate) flow: Option<Digest>,
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
    pub(crate) checked: Option<(Option<i64>, Verdict)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Ghosts {
    /// Guesses evaluated at an address from a lane since the last owner's proof.
    pub(crate) evaluated: BTreeMap<(usize, Lane), u32>,
    /// Codes in the mailboxes: to which address, when.
    pub(crate) mailed: BTreeMap<ChallengeId, (usize, Instant)>,
    /// Codes that have worked.
    pub(crate) used: BTreeSet<ChallengeId>,
    /// Wrong codes judged in a browser since it last had no flow.
    pub(crate) tried: [u32; 2],
    /// Which address a browser's flow has proven.
    pub(crate) proven: [Option<usize>; 2],
    /// When a method was last shown in a session.
    pub(crate) shown: BTreeMap<SessionId, Instant>,
    /// When the owner of an address was last told of a lock.
    pub(crate) told: [Option<Instant>; 2],
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) now: Instant,
    pub(crate) jumps: u32,
    pub(crate) browsers: [Browser; 2],
    pub(crate) flights: Vec<Flight>,
    pub(crate) ghosts: Ghosts,
    pub(crate) broken: Option<&'static str>,
    /// The number that the next draw carries: the smallest that nothing remembers.
    pub(crate) next: u32,
}

impl State {
    pub(crate) fn empty() -> Self {
        Self {
            world: World::default(),
            now: Instant(1_000_000_000_000),
            jumps: 0,
            browsers: [Browser::default(); 2],
            flights: Vec::new(),
            ghosts: Ghosts::default(),
            broken: None,
            next: 1,
        }
    }

    pub(crate) fn owner_of(&self, at: usize) -> Option<&accounts::Account> {
        let key = ADDRESSES[at];
        self.world.accounts.values().find(|a| a.email.as_ref().is_some_and(|m| m.email.key() == key))
    }

    pub(crate) fn guesses(&self, at: usize) -> accounts::GuessLimit {
        self.world.addresses.get(ADDRESSES[at]).map(|a| a.guesses.clone()).unwrap_or_default()
    }

    /// Numbers ids and digests anew, in the order in which the state shows them, so that two states that differ
    /// in names alone are one. Numbers that nobody remembers are free again.
    pub(crate) fn renumber(&mut self) {
        let mut names = Names::default();
        self.rename_world(&mut names);
        for browser in &mut self.browsers {
            let kept = [&mut browser.session, &mut browser.device, &mut browser.flow];
            kept.into_iter().flatten().for_each(|digest| names.digest(digest));
        }
        for flight in &mut self.flights {
            names.id(&mut flight.ticket.0);
            names.lane(&mut flight.lane);
        }
        let ghosts = &mut self.ghosts;
        let mut mailed = take(&mut ghosts.mailed).into_iter().collect::<Vec<_>>();
        mailed.sort_by_key(|(id, (at, when))| (*at, *when, *id));
        mailed.iter_mut().for_each(|(id, _)| names.id(&mut id.0));
        ghosts.mailed = mailed.into_iter().collect();
        let used = take(&mut ghosts.used).into_iter();
        ghosts.used = used.map(|mut id| (names.id(&mut id.0), id).1).collect();
        let shown = take(&mut ghosts.shown).into_iter();
        ghosts.shown = shown.map(|(mut id, at)| (names.id(&mut id.0), (id, at)).1).collect();
        let evaluated = take(&mut ghosts.evaluated).into_iter();
        ghosts.evaluated =
            evaluated.map(|((at, mut lane), n)| (names.lane(&mut lane), ((at, lane), n)).1).collect();
        self.next = names.next() + 1;
    }

    fn rename_world(&mut self, names: &mut Names) {
        let mut accounts = take(&mut self.world.accounts).into_values().collect::<Vec<_>>();
        accounts.sort_by_key(|account| account.email.as_ref().map(|m| m.email.key().to_owned()));
        for account in &mut accounts {
            names.id(&mut account.id.0);
            for session in &mut account.sessions {
                names.id(&mut session.id.0);
                names.id(&mut session.account.0);
                names.id(&mut session.device.0);
                names.digest(&mut session.digest);
            }
            for device in &mut account.devices {
                names.id(&mut device.id.0);
                names.digest(&mut device.digest);
            }
        }
        self.world.accounts = accounts.into_iter().map(|account| (account.id, account)).collect();
        for address in self.world.addresses.values_mut() {
            address.owner.iter_mut().for_each(|owner| names.id(&mut owner.0));
            address.challenges.iter_mut().for_each(|challenge| names.id(&mut challenge.id.0));
            for ticket in &mut address.guesses.tickets {
                names.id(&mut ticket.id.0);
                names.lane(&mut ticket.lane);
            }
            address.guesses.devices.iter_mut().for_each(|guesses| names.id(&mut guesses.device.0));
        }
        let mut flows = take(&mut self.world.flows).into_values().collect::<Vec<_>>();
        let kept = self.browsers.map(|browser| browser.flow);
        flows.sort_by_key(|flow| kept.iter().position(|digest| *digest == Some(flow.digest)));
        flows.iter_mut().for_each(|flow| names.digest(&mut flow.digest));
        self.world.flows = flows.into_iter().map(|flow| (flow.digest, flow)).collect();
    }

    /// Forgets what no law can ask for any more, so that equal situations are equal states.
    pub(crate) fn tidy(&mut self) {
        let sessions = self.sessions();
        self.ghosts.shown.retain(|id, _| sessions.contains_key(id));
        let devices = self.devices();
        let flying = self.flights.iter().map(|flight| flight.lane).collect::<Vec<_>>();
        self.ghosts.evaluated.retain(|(_, lane), _| match lane {
            Lane::Strangers => true,
            Lane::Device(id) => devices.contains_key(id) || flying.contains(lane),
        });
        for (n, browser) in self.browsers.iter_mut().enumerate() {
            browser.flow = browser.flow.filter(|digest| self.world.flows.contains_key(digest));
            if browser.flow.is_none() {
                self.ghosts.tried[n] = 0;
                self.ghosts.proven[n] = None;
            }
        }
        let kept = self.browsers.map(|browser| browser.flow);
        self.world.flows.retain(|digest, _| kept.contains(&Some(*digest)));
        let live = self.world.accounts.values().flat_map(|a| &a.sessions).map(|s| s.digest);
        let live = live.collect::<Vec<_>>();
        let known = self.world.accounts.values().flat_map(|a| &a.devices).map(|d| d.digest);
        let known = known.collect::<Vec<_>>();
        for browser in &mut self.browsers {
            browser.session = browser.session.filter(|digest| live.contains(digest));
            browser.device = browser.device.filter(|digest| known.contains(digest));
        }
    }

    pub(crate) fn sessions(&self) -> BTreeMap<SessionId, AccountId> {
        let all = self.world.accounts.values().flat_map(|a| &a.sessions);
        all.map(|session| (session.id, session.account)).collect()
    }

    pub(crate) fn devices(&self) -> BTreeMap<DeviceId, AccountId> {
        let all = self.world.accounts.values();
        all.flat_map(|a| a.devices.iter().map(|device| (device.id, a.id))).collect()
    }
}

/// New names for old ones: the numbers that ids and digests end in.
#[derive(Default)]
struct Names(Vec<[u8; 4]>);

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

    fn id(&mut self, id: &mut [u8; 16]) {
        self.tail(&mut id[12..]);
    }

    fn digest(&mut self, digest: &mut Digest) {
        self.tail(&mut digest.0[28..]);
    }

    fn lane(&mut self, lane: &mut Lane) {
        if let Lane::Device(device) = lane {
            self.id(&mut device.0);
        }
    }
}

pub(crate) fn hash(secret: &str) -> PasswordHash {
    PasswordHash(secret.to_owned())
}
