//! The login methods of an account in a few words, as a law compares them.

use accounts::{Account, AccountId, Addressed, Instant, Method, PasskeyId, SessionId};

use super::cards::{CARDS, card_of};
use super::keys::key_of;
use super::names::Names;
use super::state::{State, place};

/// An `email` method: where, proven when, and by which session it was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Own {
    pub(crate) at: usize,
    pub(crate) since: Instant,
    pub(crate) by: Option<SessionId>,
    pub(crate) unreachable: bool,
}

/// A provider's method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Held {
    pub(crate) card: usize,
    /// Its address and since when that is proven.
    pub(crate) at: Option<(usize, Instant)>,
    pub(crate) added: Instant,
    pub(crate) by: Option<SessionId>,
    pub(crate) over: bool,
    pub(crate) unreachable: bool,
}

/// A passkey: which it is, and by which session it was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Keyed {
    pub(crate) id: PasskeyId,
    pub(crate) added: Instant,
    pub(crate) by: Option<SessionId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Picture {
    pub(crate) email: Option<Own>,
    /// Google's and Apple's.
    pub(crate) held: [Option<Held>; 2],
    /// By authenticator.
    pub(crate) keys: [Option<Keyed>; 2],
    pub(crate) contact: Addressed,
    pub(crate) contact_since: Instant,
}

impl Picture {
    pub(crate) fn of(account: &Account) -> Self {
        let email = account.email.as_ref().map(|method| Own {
            at: place(&method.email),
            since: method.proven_at,
            by: method.added.by,
            unreachable: method.unreachable_at.is_some(),
        });
        let mut held = [None; 2];
        for link in &account.links {
            let card = card_of(&link.identity);
            let slot = usize::from(CARDS[card].provider == accounts::Provider::APPLE);
            let address = link.address.as_ref();
            held[slot] = Some(Held {
                card,
                at: address.map(|address| (place(&address.email), address.proven_at)),
                added: link.added.at,
                by: link.added.by,
                over: link.held_at.is_some(),
                unreachable: address.is_some_and(|address| address.unreachable_at.is_some()),
            });
        }
        let mut keys = [None; 2];
        for known in &account.passkeys {
            let (id, added) = (known.id, known.added);
            keys[key_of(&known.credential)] = Some(Keyed { id, added: added.at, by: added.by });
        }
        let (contact, contact_since) = (account.contact, account.contact_since);
        Self { email, held, keys, contact, contact_since }
    }

    pub(crate) fn cards(&self) -> impl Iterator<Item = usize> {
        self.held.into_iter().flatten().map(|held| held.card)
    }

    pub(crate) fn held(&self, card: usize) -> Option<Held> {
        self.held.into_iter().flatten().find(|held| held.card == card)
    }

    /// The address of a method, and since when it is proven.
    pub(crate) fn address(&self, method: Addressed) -> Option<(usize, Instant)> {
        match method {
            Addressed::Email => self.email.map(|own| (own.at, own.since)),
            Addressed::Provider(provider) => {
                let mut all = self.held.into_iter().flatten();
                all.find(|held| CARDS[held.card].provider == provider)?.at
            }
        }
    }

    /// When a provider's method or a passkey was added.
    pub(crate) fn added(&self, method: Method) -> Option<Instant> {
        let mut held = self.held.into_iter().flatten();
        let mut keys = self.keys.into_iter().flatten();
        match method {
            Method::Email => None,
            Method::Provider(provider) => {
                held.find(|held| CARDS[held.card].provider == provider).map(|held| held.added)
            }
            Method::Passkey(id) => keys.find(|key| key.id == id).map(|key| key.added),
        }
    }

    /// Methods with an address: `email` first, then those of providers by age.
    pub(crate) fn addressed(&self) -> Vec<Addressed> {
        let email = self.email.map(|_| Addressed::Email);
        let mut held = self.held.into_iter().flatten().filter(|h| h.at.is_some()).collect::<Vec<_>>();
        held.sort_by_key(|held| held.added);
        let held = held.into_iter().map(|held| Addressed::Provider(CARDS[held.card].provider));
        email.into_iter().chain(held).collect()
    }

    pub(crate) fn addresses(&self) -> Vec<usize> {
        self.addressed().into_iter().filter_map(|method| Some(self.address(method)?.0)).collect()
    }

    /// What is left of it where others have proven some of it since; links that are still there are as they are now.
    pub(crate) fn free(mut self, state: &State, id: AccountId, now: Instant) -> Option<Self> {
        let own = state.world.accounts.get(&id).map(Self::of)?;
        let others = state.world.accounts.values().filter(|account| account.id != id);
        for other in others.map(Self::of) {
            let taken = other.email.map(|email| email.at);
            self.email = self.email.filter(|email| Some(email.at) != taken);
            for held in &mut self.held {
                *held = held.filter(|held| other.held(held.card).is_none());
            }
            for (key, theirs) in self.keys.iter_mut().zip(other.keys) {
                *key = key.filter(|_| theirs.is_none());
            }
        }
        for held in self.held.iter_mut().flatten() {
            *held = own.held(held.card).unwrap_or(*held);
        }
        let first = self.addressed().first().copied()?;
        if self.address(self.contact).is_none() {
            (self.contact, self.contact_since) = (first, now);
        }
        Some(self)
    }

    /// What was added by this session and is gone from the account does not come back.
    pub(crate) fn cut_by(&mut self, session: SessionId, now: &Self) {
        let gone = |by, stays: bool| by == Some(session) && !stays;
        self.email = self.email.filter(|own| !gone(own.by, now.email == Some(*own)));
        for (held, now) in self.held.iter_mut().zip(now.held) {
            let stays = |held: &Held| now.is_some_and(|now| now.added == held.added);
            *held = held.filter(|held| !gone(held.by, stays(held)));
        }
        for (key, now) in self.keys.iter_mut().zip(now.keys) {
            *key = key.filter(|key| !gone(key.by, now == Some(*key)));
        }
    }

    /// What was on the account until now and is not any more does not come back.
    pub(crate) fn cut_gone(&mut self, old: &Self, now: &Self) {
        for ((held, old), now) in self.held.iter_mut().zip(old.held).zip(now.held) {
            let gone = old.map(|old| old.added).filter(|_| now.is_none());
            *held = held.filter(|held| Some(held.added) != gone);
        }
        for ((key, old), now) in self.keys.iter_mut().zip(old.keys).zip(now.keys) {
            *key = key.filter(|key| now.is_some() || old != Some(*key));
        }
    }

    pub(crate) fn rename(&mut self, names: &mut Names) {
        let email = self.email.iter_mut().filter_map(|own| own.by.as_mut());
        let held = self.held.iter_mut().flatten().filter_map(|held| held.by.as_mut());
        let keys = self.keys.iter_mut().flatten().filter_map(|key| key.by.as_mut());
        email.chain(held).chain(keys).for_each(|session| names.id(&mut session.0));
        self.keys.iter_mut().flatten().for_each(|key| names.id(&mut key.id.0));
    }
}
