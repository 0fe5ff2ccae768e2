//! Ghosts: what an onlooker would remember. The laws compare them with what the rules decide; the rules never see them.
//!
//! An onlooker sees who did what, what was answered, which mails went out and when; never why. What is remembered here
//! is kept as long as a law can ask for it.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;

use accounts::{
    AccountId, ChallengeId, Digest, Instant, Lane, Millis, NumberId, Policy, Purpose, SessionId,
};

use super::names::Names;
use super::state::Page;
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
    pub(crate) page: Page,
    pub(crate) account: AccountId,
    pub(crate) when: Instant,
    /// Where the account was when it was written.
    pub(crate) home: Home,
    pub(crate) used: Option<Instant>,
    /// An undo of something older has taken it away.
    pub(crate) void: bool,
}

/// Which address an account has had since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Home {
    pub(crate) at: usize,
    pub(crate) since: Instant,
    pub(crate) registered: bool,
}

impl Home {
    /// There for so long that it may undo what comes.
    pub(crate) fn is_established(self, now: Instant, policy: &Policy) -> bool {
        self.registered || self.since.plus(policy.undo_life) <= now
    }
}

/// An account as its onlooker knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Member {
    pub(crate) home: Home,
    /// The password; `None` while it is void.
    pub(crate) secret: Option<&'static str>,
    /// When its address was first taken from the mailbox that it had been in for long.
    pub(crate) moved: Option<Instant>,
    /// An undo has given it back, and its mailbox has not shown itself since.
    pub(crate) rescued: bool,
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
    /// Whether a browser has ever shown something that proves anything.
    pub(crate) holds: [bool; 2],
    /// When a method was last shown in a session.
    pub(crate) shown: BTreeMap<SessionId, Instant>,
    /// When the owner of an address was last told of a lock.
    pub(crate) told: [Option<Instant>; 2],
    /// When a reset code was last verified at an address.
    pub(crate) verified: [Option<Instant>; 2],
    /// When mails that anybody can cause went to an address, resets and others, since one of them was last used.
    pub(crate) caused: [[Vec<Instant>; 2]; 2],
}

impl Ghosts {
    /// Whose address it is.
    pub(crate) fn member_at(&self, at: usize) -> Option<(AccountId, Member)> {
        self.members.iter().find(|(_, member)| member.home.at == at).copied()
    }

    pub(crate) fn letter(&self, id: NumberId) -> Option<&Letter> {
        self.letters.iter().find(|letter| letter.id == id)
    }

    /// Everything that was pending for an account is over, but for what this browser has just been given.
    pub(crate) fn clear(&mut self, account: AccountId, but: Option<usize>) {
        let home = self.members.get(&account).map(|member| member.home.at);
        for (n, begun) in self.begun.iter_mut().enumerate() {
            let here = begun.iter_mut().filter(|begun| begun.account == Some(account));
            here.filter(|_| Some(n) != but).for_each(|begun| begun.cut = true);
        }
        let reset = |posted: &&mut Posted| posted.purpose == Purpose::Reset && Some(posted.at) == home;
        self.posted.values_mut().filter(reset).for_each(|posted| posted.dead = true);
    }

    pub(crate) fn tidy(&mut self, now: Instant, policy: &Policy) {
        let day = Millis::days(1);
        let posted = take(&mut self.posted).into_iter();
        self.posted = posted.filter(|(_, posted)| now < posted.when.plus(day)).collect();
        let known = &self.posted;
        self.used.retain(|code| known.get(code).is_some());
        self.letters.retain(|letter| now < letter.when.plus(life_of(letter.page, policy)).plus(day));
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
        let shown = take(&mut self.shown).into_iter();
        self.shown = shown.map(|(mut id, at)| (names.id(&mut id.0), (id, at)).1).collect();
        let evaluated = take(&mut self.evaluated).into_iter();
        let renamed = evaluated.map(|((at, mut lane), n)| (names.lane(&mut lane), ((at, lane), n)).1);
        self.evaluated = renamed.collect();
    }
}

/// How long a number is good.
pub(crate) const fn life_of(page: Page, policy: &Policy) -> Millis {
    match page {
        Page::NotMe => policy.not_me_life,
        Page::Undo => policy.undo_life,
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
