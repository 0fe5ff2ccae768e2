//! Authenticators that people of the model hold, and what they have answered.
//!
//! One is the owner's: it counts and stays where it is. The other is the stranger's (in one slice the owner's second): it
//! does not count and is synced. An answer is to one question, asked in one browser and session; it can be presented late,
//! again, or, where it makes a passkey, in another session. That a question is of that browser and kind is the engine's to
//! check, so such answers never come here; which passkey has answered is looked up before the decision.

use accounts::{
    Backup, Ceremony, Command, Creation, CredentialId, Digest, Instant, Line, Millis, NewPasskey,
    PasskeyId, PasskeyShown, Person, PublicKey, SessionId, SessionKind,
};

use super::names::Names;
use super::state::{State, Who};

/// The owner's.
pub(crate) const OWN: usize = 0;
/// The stranger's.
pub(crate) const OTHER: usize = 1;
pub(crate) const KEYS: usize = 2;

/// How long a question is open.
pub(crate) const OPEN: Millis = Millis::minutes(5);

/// What a question is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Asks {
    SignIn,
    /// The same, by an authenticator that says otherwise whether it can be synced.
    SignInOdd,
    Prove,
    Add,
    /// As the member asked, by an authenticator that has not verified the person.
    AddUnverified,
    /// By the browser itself, which has not verified the person.
    Upgrade,
}

impl Asks {
    pub(crate) const fn adds(self) -> bool {
        matches!(self, Self::Add | Self::AddUnverified | Self::Upgrade)
    }

    pub(crate) const fn signs_in(self) -> bool {
        matches!(self, Self::SignIn | Self::SignInOdd)
    }
}

/// What an authenticator has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Answer {
    pub(crate) who: Who,
    pub(crate) key: usize,
    pub(crate) asks: Asks,
    pub(crate) session: Option<SessionId>,
    pub(crate) challenge: Digest,
    pub(crate) when: Instant,
    pub(crate) counter: u32,
    /// Whose public key it was checked with.
    pub(crate) passkey: Option<PasskeyId>,
    /// It has let in, proven or added.
    pub(crate) used: bool,
}

impl Answer {
    pub(crate) fn rename(&mut self, names: &mut Names) {
        names.digest(&mut self.challenge);
        self.session.iter_mut().for_each(|session| names.id(&mut session.0));
        self.passkey.iter_mut().for_each(|passkey| names.id(&mut passkey.0));
    }

    pub(crate) fn ends_at(&self) -> Instant {
        self.when.plus(OPEN)
    }

    pub(crate) fn backup(&self) -> Backup {
        let synced = (self.key == OTHER) != (self.asks == Asks::SignInOdd);
        if synced { Backup::BackedUp } else { Backup::Single }
    }

    pub(crate) fn ceremony(&self) -> Ceremony {
        Ceremony { challenge: self.challenge, expires_at: self.ends_at() }
    }

    /// What the engine asks of the rules with it.
    pub(crate) fn command(&self) -> Command {
        let kind = SessionKind::Browser;
        if self.asks.adds() {
            return Command::AddPasskey { made: self.made() };
        }
        let shown = PasskeyShown {
            passkey: self.passkey.unwrap_or(PasskeyId([0; 16])),
            credential: credential(self.key),
            counter: self.counter,
            backup: self.backup(),
            ceremony: self.ceremony(),
        };
        if self.asks.signs_in() {
            Command::SignInPasskey { shown, kind }
        } else {
            Command::ProvePasskey { shown }
        }
    }

    fn made(&self) -> NewPasskey {
        let verified = self.asks == Asks::Add;
        NewPasskey {
            credential: credential(self.key),
            key: PublicKey(Vec::new()),
            name: Line::clean("", 0),
            aaguid: [0; 16],
            transports: Line::clean("", 0),
            backup: self.backup(),
            counter: self.counter,
            person: if verified { Person::Verified } else { Person::Unverified },
            creation: if self.asks == Asks::Upgrade { Creation::Upgrade } else { Creation::Asked },
            session: self.session.unwrap_or(SessionId([0; 16])),
            ceremony: self.ceremony(),
        }
    }
}

pub(crate) fn credential(key: usize) -> CredentialId {
    CredentialId::new(&[u8::try_from(key).expect("few")]).expect("a sound id")
}

pub(crate) fn key_of(credential: &CredentialId) -> usize {
    usize::from(credential.as_bytes()[0])
}

impl State {
    /// An authenticator answers a question that this browser has just been asked.
    pub(crate) fn sign(&mut self, who: Who, key: usize, asks: Asks) -> Option<()> {
        let session = self.browsers[who as usize].session;
        let session = session.and_then(|digest| self.world.session(digest)).map(|s| s.id);
        if !asks.signs_in() {
            session?;
        }
        self.signed[key] += u32::from(key == OWN);
        let mut challenge = crate::support::draws(self.next).trip_state;
        challenge.0[0] = 77;
        self.next += 1;
        let passkey = self.passkey(key).map(|known| known.id);
        let (when, counter) = (self.now, self.signed[key]);
        let session = session.filter(|_| !asks.signs_in());
        let used = false;
        self.answers.push(Answer { who, key, asks, session, challenge, when, counter, passkey, used });
        Some(())
    }

    /// The passkey that a key is, whoever has it.
    pub(crate) fn passkey(&self, key: usize) -> Option<&accounts::Passkey> {
        let credential = credential(key);
        let mut all = self.world.accounts.values().flat_map(|account| &account.passkeys);
        all.find(|known| known.credential == credential)
    }

    /// Whether the engine lets an answer come to the rules: of this browser, for what it was asked for, and a proof in the
    /// very session that asked.
    pub(crate) fn reaches(&self, who: Who, answer: &Answer) -> bool {
        let session = self.browsers[who as usize].session.and_then(|digest| self.world.session(digest));
        let same = answer.session.is_none() || answer.session == session.map(|session| session.id);
        answer.asks.adds() || answer.who == who && same
    }
}
