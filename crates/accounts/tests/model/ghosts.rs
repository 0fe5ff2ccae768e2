//! Ghosts: what an onlooker would remember. The laws compare them with what the rules decide; the rules never see them.
//!
//! An onlooker sees who did what, what was answered, which mails went out and when; never why. What is remembered here
//! is kept as long as a law can ask for it.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;

use accounts::{
    AccountId, ChallengeId, Digest, Instant, Lane, Method, Millis, NumberId, PasskeyId, Policy,
    Purpose, SessionId,
};

use super::cards::{Gone, Report};
use super::names::Names;
use super::picture::Picture;
use super::state::{ADDRESSES, Page};
use crate::support::Shelf;

/// A code in a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Posted {
    pub(crate) at: usize,
    pub(crate) purpose: Purpose,
    pub(crate) when: Instant,
    /// Another has worked since, or its account has been cleared: by a new password, a reset, "this was not me" or an
    /// undo.
    pub(crate) dead: bool,
}

/// A number in a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Letter {
    pub(crate) id: NumberId,
    /// Whose mailbox it lies in.
    pub(crate) at: usize,
    pub(crate) does: Use,
    pub(crate) account: AccountId,
    pub(crate) when: Instant,
    /// The login methods before what it is about.
    pub(crate) picture: Picture,
    pub(crate) used: Option<Instant>,
    /// An undo of something older has taken it away.
    pub(crate) void: bool,
}

/// Which address the `email` method of an account has had since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Home {
    pub(crate) at: usize,
    pub(crate) since: Instant,
}

/// What a number in a mailbox is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Use {
    NotMe(SessionId),
    Undo,
    Restore,
    Lost,
}

impl Use {
    /// The page that it is typed into.
    pub(crate) const fn page(self) -> Page {
        match self {
            Self::NotMe(_) => Page::NotMe,
            Self::Undo | Self::Restore => Page::Undo,
            Self::Lost => Page::Lost,
        }
    }

    /// How long it is good.
    pub(crate) const fn life(self, policy: &Policy) -> Millis {
        match self {
            Self::NotMe(_) => policy.not_me_life,
            Self::Undo => policy.undo_life,
            Self::Restore => policy.withdraw_grace,
            Self::Lost => policy.code_life,
        }
    }
}

/// An identity that a browser has shown and that nobody has: to register with, or to be added to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Hand {
    pub(crate) card: usize,
    /// The address that is proven with it.
    pub(crate) at: Option<usize>,
    /// The account that it may be added to, where it is an offer.
    pub(crate) waits: Option<AccountId>,
    /// The session of that account.
    pub(crate) session: Option<SessionId>,
    pub(crate) when: Instant,
}

/// An account as its onlooker knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Member {
    /// Where its `email` method is, if it has one.
    pub(crate) home: Option<Home>,
    pub(crate) born: Instant,
    /// The password; `None` while it is void.
    pub(crate) secret: Option<&'static str>,
    /// When its methods or their address were first changed by somebody who showed no more than the password, while its
    /// mailbox was one that it had been in for long.
    pub(crate) moved: Option<Instant>,
    /// An undo has given it back, and its mailbox has not shown itself since.
    pub(crate) rescued: bool,
    /// When it was withdrawn.
    pub(crate) gone: Option<Instant>,
    /// Since when, and at which address, somebody has said that they cannot use the provider.
    pub(crate) lost: Option<(usize, Instant)>,
}

impl Member {
    pub(crate) const fn new(born: Instant) -> Self {
        let (moved, gone) = (None, None);
        Self { home: None, born, secret: None, moved, rescued: false, gone, lost: None }
    }

    pub(crate) fn is_at(&self, at: usize) -> bool {
        self.home.is_some_and(|home| home.at == at)
    }

    /// There for so long that it may undo what comes.
    pub(crate) fn is_established(&self, since: Instant, now: Instant, policy: &Policy) -> bool {
        since == self.born || since.plus(policy.undo_life) <= now
    }
}

/// The newest way through several steps that a browser has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Begun {
    pub(crate) purpose: Purpose,
    pub(crate) at: usize,
    /// The member who began it, or the account whose reset code was verified.
    pub(crate) account: Option<AccountId>,
    pub(crate) session: Option<SessionId>,
    /// When its code was verified, and which it was.
    pub(crate) proven: Option<(Instant, ChallengeId)>,
    /// The newest password form.
    pub(crate) form: Option<Digest>,
    /// Its account has been cleared since.
    pub(crate) cut: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Ghosts {
    pub(crate) members: Shelf<AccountId, Member>,
    /// Guesses evaluated at an address from a lane since the last owner's proof.
    pub(crate) evaluated: BTreeMap<(usize, Lane), u32>,
    /// Codes in the mailboxes.
    pub(crate) posted: Shelf<ChallengeId, Posted>,
    /// Codes that have worked.
    pub(crate) used: BTreeSet<ChallengeId>,
    /// Numbers in the mailboxes, oldest first.
    pub(crate) letters: Vec<Letter>,
    /// Wrong codes judged in a browser since it last had no flow.
    pub(crate) tried: [u32; 2],
    pub(crate) begun: [Option<Begun>; 2],
    pub(crate) hand: [Option<Hand>; 2],
    /// Trips that can still come back.
    pub(crate) trips: Vec<Gone>,
    /// The accounts of which a browser has ever shown something that proves anything.
    pub(crate) holds: [BTreeSet<AccountId>; 2],
    /// Reports of providers that were heard.
    pub(crate) heard: BTreeSet<(usize, Report, Instant)>,
    /// The highest counter that a passkey was ever accepted with, also where it is gone and can come back.
    pub(crate) highest: BTreeMap<PasskeyId, u32>,
    /// Accounts that were erased.
    pub(crate) erased: BTreeSet<AccountId>,
    /// When a method was last shown in a session, and which.
    pub(crate) shown: BTreeMap<SessionId, (Instant, Method)>,
    /// When the owner of an address was last told of a lock.
    pub(crate) told: [Option<Instant>; ADDRESSES.len()],
    /// When a reset code was last verified at an address.
    pub(crate) verified: [Option<Instant>; ADDRESSES.len()],
    /// When mails that anybody can cause went to an address, resets and others, since one of them was last used.
    pub(crate) caused: [[Vec<Instant>; 2]; ADDRESSES.len()],
}

impl Ghosts {
    /// Whose address it is.
    pub(crate) fn member_at(&self, at: usize) -> Option<(AccountId, Member)> {
        self.members.iter().find(|(_, member)| member.is_at(at)).copied()
    }

    pub(crate) fn letter(&self, id: NumberId) -> Option<&Letter> {
        self.letters.iter().find(|letter| letter.id == id)
    }

    /// Everything that was pending for an account is over, but for what this browser has just been given.
    pub(crate) fn clear(&mut self, account: AccountId, but: Option<usize>) {
        let home = self.members.get(&account).and_then(|member| member.home).map(|home| home.at);
        for (n, begun) in self.begun.iter_mut().enumerate() {
            let here = begun.iter_mut().filter(|begun| begun.account == Some(account));
            here.filter(|_| Some(n) != but).for_each(|begun| begun.cut = true);
        }
        home.into_iter().for_each(|at| self.kill_resets(at));
    }

    /// Reset codes in a mailbox are over.
    pub(crate) fn kill_resets(&mut self, at: usize) {
        let reset = |posted: &&mut Posted| posted.purpose == Purpose::Reset && posted.at == at;
        self.posted.values_mut().filter(reset).for_each(|posted| posted.dead = true);
    }

    /// A reset that was proven at an address is over: its account does not have the address any more.
    pub(crate) fn cut_at(&mut self, at: usize) {
        let own = self.begun.iter_mut().flatten();
        let own = own.filter(|begun| begun.at == at && begun.purpose == Purpose::Reset);
        own.filter(|begun| begun.proven.is_some()).for_each(|begun| begun.cut = true);
    }

    pub(crate) fn tidy(&mut self, now: Instant, policy: &Policy) {
        let day = Millis::days(1);
        let posted = take(&mut self.posted).into_iter();
        self.posted = posted.filter(|(_, posted)| now < posted.when.plus(day)).collect();
        let known = &self.posted;
        self.used.retain(|code| known.get(code).is_some());
        self.letters.retain(|letter| now < letter.when.plus(letter.does.life(policy)).plus(day));
        self.trips.retain(|trip| now <= trip.when.plus(policy.trip_life));
        for all in self.caused.iter_mut().flatten() {
            all.retain(|when| now < when.plus(policy.code_life));
        }
        for verified in &mut self.verified {
            *verified = verified.filter(|when| now < when.plus(policy.reset_cooldown));
        }
    }

    pub(crate) fn rename(&mut self, names: &mut Names) {
        let members = take(&mut self.members).into_iter();
        self.members = members.map(|(mut id, member)| (names.id(&mut id.0), (id, member)).1).collect();
        for letter in &mut self.letters {
            names.id(&mut letter.id.0);
            names.id(&mut letter.account.0);
            letter.picture.rename(names);
            if let Use::NotMe(session) = &mut letter.does {
                names.id(&mut session.0);
            }
        }
        let mut posted = take(&mut self.posted).into_iter().collect::<Vec<_>>();
        posted.sort_by_key(|(id, posted)| (posted.at, posted.when, *id));
        posted.iter_mut().for_each(|(id, _)| names.id(&mut id.0));
        self.posted = posted.into_iter().collect();
        let used = take(&mut self.used).into_iter();
        self.used = used.map(|mut id| (names.id(&mut id.0), id).1).collect();
        for begun in self.begun.iter_mut().flatten() {
            begun.account.iter_mut().for_each(|account| names.id(&mut account.0));
            begun.session.iter_mut().for_each(|session| names.id(&mut session.0));
            begun.proven.iter_mut().for_each(|(_, code)| names.id(&mut code.0));
            begun.form.iter_mut().for_each(|form| names.digest(form));
        }
        for hand in self.hand.iter_mut().flatten() {
            hand.waits.iter_mut().for_each(|account| names.id(&mut account.0));
            hand.session.iter_mut().for_each(|session| names.id(&mut session.0));
        }
        self.trips.iter_mut().for_each(|trip| trip.rename(names));
        for known in self.holds.iter_mut().chain([&mut self.erased]) {
            let all = take(known).into_iter();
            *known = all.map(|mut id| (names.id(&mut id.0), id).1).collect();
        }
        let highest = take(&mut self.highest).into_iter();
        self.highest = highest.map(|(mut id, at)| (names.id(&mut id.0), (id, at)).1).collect();
        let shown = take(&mut self.shown).into_iter();
        let mut rename = |(mut id, (when, mut method)): (SessionId, (Instant, Method))| {
            names.id(&mut id.0);
            names.method(&mut method);
            (id, (when, method))
        };
        self.shown = shown.map(&mut rename).collect();
        let evaluated = take(&mut self.evaluated).into_iter();
        let renamed = evaluated.map(|((at, mut lane), n)| (names.lane(&mut lane), ((at, lane), n)).1);
        self.evaluated = renamed.collect();
    }
}

/// Resets and others: which mails share a bound.
pub(crate) const fn class_of(purpose: Purpose) -> usize {
    match purpose {
        Purpose::Reset => 0,
        Purpose::Register
        | Purpose::ChangeEmail
        | Purpose::AddEmail
        | Purpose::RegisterIdentity
        | Purpose::Offer => 1,
    }
}
