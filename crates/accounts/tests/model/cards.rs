//! Accounts at providers that people of the model hold, and a round trip as its onlooker knows it.
//!
//! Two of them are the owner's. Of the stranger's, one is his alone, one names the owner's address and is believed, and
//! one names it and is not believed.

use accounts::{
    Digest, Email, Identity, Instant, Line, News, Provider, Relay, SessionId, Shown, TripErrand,
    Vouched,
};

use super::names::Names;
use super::state::{ADDRESSES, GMAIL, OWNERS, STRANGERS, Who};
use crate::support::email;

/// An account at a provider.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Card {
    pub(crate) provider: Provider,
    subject: &'static str,
    /// The address it names.
    pub(crate) at: usize,
    pub(crate) vouched: Vouched,
    pub(crate) whose: Who,
}

const fn card(provider: Provider, subject: &'static str, at: usize, whose: Who) -> Card {
    Card { provider, subject, at, vouched: Vouched::Yes, whose }
}

/// The owner's Google account, with a mailbox of its own.
pub(crate) const GOOGLE: usize = 0;
/// The owner's Apple account, at the owner's first address.
pub(crate) const APPLE: usize = 1;
/// The stranger's Google account, at his own address.
pub(crate) const HIS: usize = 2;
/// A Google account of the stranger's that names the owner's address, and is believed.
pub(crate) const ALIKE: usize = 3;
/// An Apple account of the stranger's that names the owner's address, and is not believed.
pub(crate) const BARE: usize = 4;

pub(crate) const CARDS: [Card; 5] = [
    card(Provider::GOOGLE, "owner", GMAIL, Who::Owner),
    card(Provider::APPLE, "owner", OWNERS, Who::Owner),
    card(Provider::GOOGLE, "stranger", STRANGERS, Who::Stranger),
    card(Provider::GOOGLE, "alike", OWNERS, Who::Stranger),
    Card { vouched: Vouched::No, ..card(Provider::APPLE, "bare", OWNERS, Who::Stranger) },
];

impl Card {
    pub(crate) fn identity(&self) -> Identity {
        Identity::new(self.provider.as_str(), self.subject).expect("a sound identity")
    }

    /// What the provider shows of it.
    pub(crate) fn shown(&self) -> Shown {
        Shown {
            provider: self.provider,
            identity: self.identity(),
            address: Some(email(ADDRESSES[self.at])),
            vouched: self.vouched,
            relay: Relay::Own,
            name: Line::clean("", 0),
        }
    }
}

/// Which card an identity is.
pub(crate) fn card_of(identity: &Identity) -> usize {
    let same =
        |card: &Card| card.subject == identity.subject() && card.provider.as_str() == identity.issuer();
    CARDS.iter().position(same).expect("one of them")
}

/// What a provider can report of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Report {
    Sessions,
    Consent,
    Purged,
    Hijacked,
    Enabled,
    Off,
}

impl Report {
    pub(crate) fn news(self, card: &Card) -> News {
        let at: Email = email(ADDRESSES[card.at]);
        match self {
            Self::Sessions => News::SessionsRevoked,
            Self::Consent => News::ConsentRevoked,
            Self::Purged => News::Purged,
            Self::Hijacked => News::Hijacked,
            Self::Enabled => News::Enabled,
            Self::Off => News::AddressOff(at),
        }
    }
}

/// A trip that a browser has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Gone {
    pub(crate) state: Digest,
    pub(crate) who: Who,
    pub(crate) provider: Provider,
    pub(crate) errand: TripErrand,
    /// The session that began it, where a member did.
    pub(crate) session: Option<SessionId>,
    pub(crate) when: Instant,
    pub(crate) used: bool,
}

impl Gone {
    pub(crate) fn rename(&mut self, names: &mut Names) {
        names.digest(&mut self.state);
        self.session.iter_mut().for_each(|session| names.id(&mut session.0));
    }
}

/// The secret by which a browser is known to the trips it began.
pub(crate) fn secret_of(who: Who) -> Digest {
    let mut secret = [0; 32];
    (secret[0], secret[1]) = (9, u8::from(who == Who::Stranger));
    Digest(secret)
}
