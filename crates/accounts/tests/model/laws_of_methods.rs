//! Laws of login methods: identities, trips, what waits in a browser, and what a member adds, removes or chooses.
//!
//! An identity is a provider's account, never its address. What a step does to the methods of an account must be what
//! was answered, and nothing more.

use accounts::{
    Account, AccountId, Addressed, Email, Event, Method, NumberKind, Outcome, TripErrand, Vouched,
};

use super::cards::CARDS;
use super::laws::Seen;
use super::laws_of_passkeys::one_more;
use super::picture::Picture;
use super::state::{ADDRESSES, Who};
use super::step::Step;
use crate::support::email;

impl Seen<'_> {
    pub(crate) fn pictures(&self) -> impl Iterator<Item = (AccountId, Picture, Picture)> {
        self.both().map(|(old, new)| (old.id, Picture::of(old), Picture::of(new)))
    }

    /// A change that a member has made of their own methods in this step: in which browser, of which account.
    pub(crate) fn by_its_member(&self) -> Option<(Who, AccountId)> {
        let who = match self.step {
            Step::Arrive(who, ..)
            | Step::TakeOffer(who)
            | Step::Remove(who, ..)
            | Step::Contact(who, _)
            | Step::AddPassword(who, _)
            | Step::Present(who, _)
            | Step::RemoveKey(who, _)
            | Step::Withdraw(who) => *who,
            _ => return None,
        };
        let own = self.before.member(self.browser(who).session)?;
        let answered = matches!(
            self.outcome(),
            Some(
                Outcome::Linked(_)
                    | Outcome::PasskeyAdded(_)
                    | Outcome::Done
                    | Outcome::Withdrawn { .. }
            )
        );
        let new = self.account(own.id)?;
        (answered && Picture::of(own) != Picture::of(new)).then_some((who, own.id))
    }

    /// The methods of an account differ from before only by what was answered.
    pub(crate) fn methods_change_as_answered(&self) -> bool {
        self.pictures().all(|(id, old, new)| old == new || self.is_answered(id, old, new))
    }

    fn is_answered(&self, id: AccountId, old: Picture, new: Picture) -> bool {
        let own = |who: Who| self.before.member(self.browser(who).session).map(|a| a.id) == Some(id);
        let added = || new.cards().find(|card| old.held(*card).is_none());
        let only_added = || {
            let card = added();
            let held = new.held.map(|held| held.filter(|held| Some(held.card) != card));
            Picture { held, ..new } == old
        };
        match (self.step, self.outcome()) {
            (Step::Arrive(who, _, card), Some(Outcome::Linked(_))) => {
                own(*who) && added() == Some(*card) && only_added()
            }
            (Step::TakeOffer(who), Some(Outcome::Linked(_))) => {
                let card = self.before.ghosts.hand[*who as usize].map(|hand| hand.card);
                own(*who) && added().is_some() && added() == card && only_added()
            }
            (Step::Remove(who, method, _), Some(Outcome::Done)) => {
                own(*who) && without(old, *method, new)
            }
            (Step::Present(who, _), Some(Outcome::PasskeyAdded(_))) => {
                let key = self.presented().map(|(_, answer)| answer.key);
                own(*who) && key.is_some_and(|key| one_more(old, new, key))
            }
            (Step::RemoveKey(who, id), Some(Outcome::Done)) => {
                let keys = old.keys.map(|key| key.filter(|key| key.id != *id));
                own(*who) && Picture { keys, ..old } == new
            }
            (Step::Contact(who, to), Some(Outcome::Done)) => {
                let (contact, contact_since) = (*to, self.after.now);
                own(*who) && Picture { contact, contact_since, ..old } == new
            }
            (Step::AddPassword(who, _), Some(Outcome::Done)) => {
                own(*who) && old.email.is_none() && Picture { email: new.email, ..old } == new
            }
            (Step::Follow(who, provider, at), Some(Outcome::Done)) => {
                own(*who) && followed(old, new, Addressed::Provider(*provider), *at)
            }
            (Step::Type(..), Some(Outcome::Done)) if self.shown_again().is_some() => {
                marks(new) <= marks(old) && unmarked(old) == unmarked(new)
            }
            (Step::Type(..), Some(Outcome::Done)) => {
                self.moved().is_some_and(|(_, begun)| begun.account == Some(id))
                    && Picture { email: new.email, ..old } == new
            }
            (Step::Finish(..), Some(Outcome::Welcome(welcome))) => welcome.account == id,
            (Step::Hear(card, ..), _) => self.is_of_report(old, new, *card),
            // Refused mail marks, a code that was read clears the mark (R-CONTACT-4); nothing else is different.
            (Step::Refuse(_), _) => marks(old) <= marks(new) && unmarked(old) == unmarked(new),
            (Step::Type(..), Some(Outcome::Proven { .. } | Outcome::ResetProven { .. })) => {
                marks(new) <= marks(old) && unmarked(old) == unmarked(new)
            }
            (Step::Withdraw(who), Some(Outcome::Withdrawn { .. })) => own(*who),
            (Step::Restore(_), Some(Outcome::Restored)) => true,
            _ => self.taken_back().is_some_and(|letter| letter.account == id),
        }
    }

    /// A report changes nothing but the method that it is about, and the contact where that was it.
    fn is_of_report(&self, old: Picture, new: Picture, card: usize) -> bool {
        let rest = |picture: Picture| picture.held.map(|held| held.filter(|held| held.card != card));
        let same = old.email == new.email && old.keys == new.keys;
        old.held(card).is_some() && same && rest(old) == rest(new)
    }

    /// An identity is on one account, and never goes from one to another in one step.
    pub(crate) fn one_account_an_identity(&self) -> bool {
        let has = |account: &&Account, card: usize| Picture::of(account).held(card).is_some();
        (0..CARDS.len()).all(|card| {
            let after = self.after.world.accounts.values().filter(|account| has(account, card));
            let after = after.map(|account| account.id).collect::<Vec<_>>();
            let mut before = self.before.world.accounts.values().filter(|account| has(account, card));
            after.len() < 2 && before.all(|account| after.is_empty() || after.contains(&account.id))
        })
    }

    /// A sign-in with an identity is one to the account that has it; and an identity comes to an account by a member who
    /// is signed in to it and has shown that identity.
    pub(crate) fn nobody_is_joined_by_an_address(&self) -> bool {
        if let (Step::Arrive(_, _, card), Some(Outcome::Welcome(welcome))) = (self.step, self.outcome())
        {
            let account = self.before.world.accounts.get(&welcome.account);
            if account.is_none_or(|account| Picture::of(account).held(*card).is_none()) {
                return false;
            }
        }
        self.pictures().all(|(id, old, new)| {
            let added = new.cards().find(|card| old.held(*card).is_none());
            let by_member = self.by_its_member().is_some_and(|(_, own)| own == id);
            let back = self.taken_back().is_some_and(|letter| letter.account == id)
                || self.outcome() == Some(&Outcome::Restored);
            added.is_none() || by_member || back
        })
    }

    /// A trip works once, in time, in the browser that began it, for the provider it went to.
    pub(crate) fn a_trip_works_once_where_it_began(&self) -> bool {
        let Step::Arrive(who, state, card) = self.step else { return true };
        let trip = self.before.ghosts.trips.iter().find(|trip| trip.state == *state);
        let good = trip.is_some_and(|trip| {
            !trip.used
                && trip.who == *who
                && trip.provider == CARDS[*card].provider
                && self.after.now < trip.when.plus(self.policy.trip_life)
        });
        good || self.refused(accounts::Reason::TripGone) && self.both().all(|(old, new)| old == new)
    }

    /// Linking and showing again are finished by the session that began them; an offer by a session of the account that
    /// it waited for.
    pub(crate) fn linking_is_finished_by_who_began_it(&self) -> bool {
        let session = |who: Who| {
            let digest = self.browser(who).session?;
            self.before.world.session(digest).map(|session| session.id)
        };
        match (self.step, self.outcome()) {
            (Step::Arrive(who, state, _), Some(Outcome::Linked(_) | Outcome::Fresh { .. })) => {
                let trip = self.before.ghosts.trips.iter().find(|trip| trip.state == *state);
                let trip = trip.filter(|trip| trip.errand != TripErrand::SignIn);
                trip.is_some_and(|trip| trip.session.is_some() && trip.session == session(*who))
            }
            (Step::TakeOffer(who), Some(Outcome::Linked(_))) => {
                let hand = self.before.ghosts.hand[*who as usize];
                hand.is_none_or(|hand| hand.session.is_some() && hand.session == session(*who))
            }
            _ => true,
        }
    }

    /// An offer is taken while it lasts, and not after it was cancelled; and it is made only where the address is proven
    /// and on another account.
    pub(crate) fn an_offer_is_for_its_account_and_ends(&self) -> bool {
        if let (Step::TakeOffer(who), Some(Outcome::Linked(_))) = (self.step, self.outcome()) {
            let hand = self.before.ghosts.hand[*who as usize];
            return hand.is_some_and(|hand| {
                let own = self.before.member(self.browser(*who).session).map(|account| account.id);
                hand.waits.is_some()
                    && hand.waits == own
                    && self.after.now < hand.when.plus(self.policy.offer_life)
            });
        }
        let Step::Register(_) = self.step else { return true };
        // No second account with an address that another has.
        let made = self
            .after
            .world
            .accounts
            .values()
            .find(|account| self.before.world.accounts.get(&account.id).is_none());
        let Some(made) = made else { return true };
        let taken = |at: &usize| {
            let others = self.before.world.accounts.values().map(Picture::of);
            others.into_iter().any(|other| other.addresses().contains(at))
        };
        !Picture::of(made).addresses().iter().any(taken)
    }

    /// By an identity that this browser has shown, with an address that the provider vouches for or a code has proven.
    pub(crate) fn is_registered_with_an_identity(&self, who: Who) -> bool {
        let hand = self.before.ghosts.hand[who as usize].filter(|hand| hand.waits.is_none());
        let made = self
            .after
            .world
            .accounts
            .values()
            .find(|account| self.before.world.accounts.get(&account.id).is_none());
        let picture = made.map(Picture::of);
        let held = picture.and_then(|picture| picture.held.into_iter().flatten().next());
        hand.zip(held).is_some_and(|(hand, held)| {
            let vouched =
                CARDS[hand.card].vouched == Vouched::Yes && hand.at == Some(CARDS[hand.card].at);
            let by_code = self.before.ghosts.posted.values().any(|posted| Some(posted.at) == hand.at);
            hand.card == held.card
                && held.at.map(|(at, _)| at) == hand.at
                && hand.at.is_some()
                && (vouched || by_code)
                && made.is_some_and(|made| made.sessions.len() == 1 && made.email.is_none())
        })
    }

    /// A method that is removed has begun no other session that is left, and its password, if it had one, is void.
    pub(crate) fn a_removed_method_leaves_nothing(&self) -> bool {
        let (Step::Remove(who, method, _), Some(Outcome::Done)) = (self.step, self.outcome()) else {
            return self.a_removed_passkey_leaves_nothing();
        };
        let Some(own) = self.before.member(self.browser(*who).session) else { return false };
        let Some(account) = self.account(own.id) else { return false };
        let keep = self.browser(*who).session;
        let mut others = account.sessions.iter().filter(|session| Some(session.digest) != keep);
        let gone = match method {
            Addressed::Email => account.email.is_none(),
            Addressed::Provider(provider) => account.link(*provider).is_none(),
        };
        gone && others.all(|session| session.method != method.method())
    }

    /// An address follows its provider, never the identity, not to an address that is another's, and gives no undo.
    pub(crate) fn an_address_follows_its_provider(&self) -> bool {
        let Step::Follow(who, _, at) = self.step else { return true };
        let Some(own) = self.before.member(self.browser(*who).session) else {
            return self.both().all(|(old, new)| old == new);
        };
        let others = self.before.world.accounts.values().filter(|account| account.id != own.id);
        let taken = others.map(Picture::of).any(|other| other.addresses().contains(at));
        let followed = self.account(own.id).map(Picture::of) != Some(Picture::of(own));
        let right = |event: &Event| matches!(event, Event::NumberIssued { number, .. } if matches!(number.kind, NumberKind::Undo(_)));
        !(self.events().any(right) || taken && followed)
    }

    /// The distinct addresses that a change of an account is told to.
    pub(crate) fn told_of(&self, id: AccountId, changed: Option<Addressed>) -> usize {
        let old = self.before.world.accounts.get(&id);
        let new = self.after.world.accounts.get(&id);
        let of = |account: Option<&Account>, method: Option<Addressed>| {
            account.zip(method).and_then(|(account, method)| account.address_of(method)).cloned()
        };
        let moved = matches!(self.step, Step::Type(..));
        let removed = matches!(self.step, Step::Remove(..));
        // A passkey that was added is told to every address.
        let added = new.filter(|_| matches!(self.step, Step::Present(..)));
        let mut all =
            added.into_iter().flat_map(|a| Picture::of(a).addresses()).map(|at| email(ADDRESSES[at]));
        distinct([
            all.next(),
            all.next(),
            all.next(),
            old.and_then(Account::contact_address).cloned(),
            new.and_then(Account::contact_address).cloned(),
            of(old, changed.filter(|_| moved || removed)),
            of(new, changed.filter(|_| moved)),
        ])
    }

    /// Sign-ins by a method that is not on the account.
    pub(crate) fn method_of_card(card: usize) -> Method {
        Method::Provider(CARDS[card].provider)
    }
}

pub(crate) fn distinct<const N: usize>(all: [Option<Email>; N]) -> usize {
    let mut keys = all.iter().flatten().map(Email::key).collect::<Vec<_>>();
    keys.sort_unstable();
    keys.dedup();
    keys.len()
}

fn without(old: Picture, method: Addressed, new: Picture) -> bool {
    let email = old.email.filter(|_| method != Addressed::Email);
    let held = old
        .held
        .map(|held| held.filter(|held| method != Addressed::Provider(CARDS[held.card].provider)));
    let keeps =
        old.contact == method || (old.contact, old.contact_since) == (new.contact, new.contact_since);
    new.email == email && new.held == held && new.keys == old.keys && keeps
}

fn followed(old: Picture, new: Picture, method: Addressed, at: usize) -> bool {
    let rest = |picture: Picture| {
        let held = picture.held.map(|held| {
            held.map(|held| {
                let own = method == Addressed::Provider(CARDS[held.card].provider);
                if own { super::picture::Held { at: None, unreachable: false, ..held } } else { held }
            })
        });
        Picture { held, ..picture }
    };
    rest(old) == rest(new) && new.address(method).map(|(at, _)| ADDRESSES[at]) == Some(ADDRESSES[at])
}

fn marks(picture: Picture) -> (bool, [bool; 2]) {
    let held = picture.held.map(|held| held.is_some_and(|held| held.unreachable));
    (picture.email.is_some_and(|own| own.unreachable), held)
}

/// As it would be if mail arrived everywhere.
fn unmarked(picture: Picture) -> Picture {
    let email = picture.email.map(|own| super::picture::Own { unreachable: false, ..own });
    let held =
        picture.held.map(|held| held.map(|held| super::picture::Held { unreachable: false, ..held }));
    Picture { email, held, ..picture }
}
