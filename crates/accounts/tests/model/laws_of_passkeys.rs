//! Laws of passkeys: whose a credential is, what a question is good for, counters, and the person behind an answer.
//!
//! An answer is what an authenticator has made of a question; the onlooker knows for which browser and session the
//! question was, and whether it has already let in, proven or added. The counter that counts is the highest that was ever
//! accepted, wherever the passkey has been since.

use accounts::{Account, AccountId, Method, Outcome, Passkey};

use super::keys::{Answer, Asks, KEYS, OTHER, credential};
use super::laws::Seen;
use super::picture::Picture;
use super::state::{State, Who};
use super::step::Step;

/// Every passkey that an account has, or can have back.
pub(crate) fn every_passkey(account: &Account) -> impl Iterator<Item = &Passkey> {
    let ended = account.withdrawn.iter().flat_map(|ended| &ended.methods.passkeys);
    let changed = account.changes.iter().flat_map(|change| &change.before.passkeys);
    account.passkeys.iter().chain(ended).chain(changed)
}

/// Whose a key is.
pub(crate) fn owner_of_key(state: &State, key: usize) -> Option<AccountId> {
    let wanted = credential(key);
    let has = |account: &&Account| account.passkeys.iter().any(|known| known.credential == wanted);
    state.world.accounts.values().find(has).map(|account| account.id)
}

impl Seen<'_> {
    /// What was presented in this step, as it was before.
    pub(crate) fn presented(&self) -> Option<(Who, Answer)> {
        let Step::Present(who, n) = self.step else { return None };
        self.before.answers.get(*n).map(|answer| (*who, *answer))
    }

    /// What was presented in this step and has let in, proven or added.
    pub(crate) fn accepted(&self) -> Option<(Who, Answer)> {
        let good = matches!(
            self.outcome(),
            Some(Outcome::Welcome(_) | Outcome::Fresh { .. } | Outcome::PasskeyAdded(_))
        );
        self.presented().filter(|_| good)
    }

    /// A credential is one account's and never goes from one to another in one step; an answer is good once, in time, for
    /// the session that asked and the account that has the passkey.
    pub(crate) fn one_account_a_credential_and_a_question_once(&self) -> bool {
        let one = (0..KEYS).all(|key| {
            let has = |account: &&Account| Picture::of(account).keys[key].is_some();
            let after = self.after.world.accounts.values().filter(has).map(|a| a.id);
            let after = after.collect::<Vec<_>>();
            let before = owner_of_key(self.before, key);
            after.len() < 2 && before.is_none_or(|id| after.is_empty() || after.contains(&id))
        });
        one && self.accepted().is_none_or(|(who, answer)| self.is_good(who, &answer))
    }

    fn is_good(&self, who: Who, answer: &Answer) -> bool {
        let session = self.browser(who).session.and_then(|digest| self.before.world.session(digest));
        let own = session.map(|session| session.id);
        let member = session.map(|session| session.account);
        let owner = owner_of_key(self.before, answer.key);
        let whose = match self.outcome() {
            Some(Outcome::Welcome(welcome)) => answer.asks.signs_in() && owner == Some(welcome.account),
            Some(Outcome::Fresh { .. }) => answer.asks == Asks::Prove && answer.session == own,
            _ => answer.asks.adds() && answer.session == own && owner.is_none() && member.is_some(),
        };
        whose && !answer.used && self.after.now < answer.ends_at()
    }

    /// No counter falls below one that was accepted, also where the passkey was away; none is accepted that has not moved,
    /// but of an authenticator that does not count; and whether a passkey can be synced stays as it was.
    pub(crate) fn counters_move_ahead(&self) -> bool {
        let shown = self.accepted().filter(|(_, answer)| !answer.asks.adds());
        let moved = shown.is_none_or(|(_, answer)| {
            let known = self.before.passkey(answer.key).map(|known| known.id);
            let highest = known.and_then(|id| self.before.ghosts.highest.get(&id)).copied();
            let highest = highest.unwrap_or(0);
            answer.asks != Asks::SignInOdd
                && (answer.counter > highest || answer.counter == 0 && highest == 0)
        });
        let all = self.after.world.accounts.values().flat_map(|account| &account.passkeys);
        moved
            && all.into_iter().all(|known| {
                let highest = self.after.ghosts.highest.get(&known.id).copied().unwrap_or(0);
                let synced = known.credential == credential(OTHER);
                known.counter >= highest && known.backup.is_eligible() == synced
            })
    }

    /// An answer that lets in or proves is by a person whom the authenticator has verified; and so is one that adds, but
    /// where the browser has made it by itself after the password was shown.
    pub(crate) fn a_person_is_verified(&self) -> bool {
        let Some((who, answer)) = self.accepted() else { return true };
        let session = self.browser(who).session.and_then(|digest| self.before.world.session(digest));
        let shown = session.and_then(|session| self.before.ghosts.shown.get(&session.id));
        match answer.asks {
            Asks::AddUnverified => false,
            Asks::Upgrade => shown.is_some_and(|(_, method)| *method == Method::Email),
            Asks::SignIn | Asks::SignInOdd | Asks::Prove | Asks::Add => true,
        }
    }

    /// A passkey that a member has removed is gone, and no session that it began is left but the own one.
    pub(crate) fn a_removed_passkey_leaves_nothing(&self) -> bool {
        let (Step::RemoveKey(who, id), Some(Outcome::Done)) = (self.step, self.outcome()) else {
            return true;
        };
        let Some(own) = self.before.member(self.browser(*who).session) else { return false };
        let Some(account) = self.account(own.id) else { return false };
        let keep = self.browser(*who).session;
        let mut others = account.sessions.iter().filter(|session| Some(session.digest) != keep);
        account.passkey(*id).is_none() && others.all(|session| session.method != Method::Passkey(*id))
    }

    /// Passkeys that have another name.
    pub(crate) fn named(&self) -> usize {
        let names = |account: &Account| {
            account.passkeys.iter().map(|p| (p.id, p.name.clone())).collect::<Vec<_>>()
        };
        let changed = |(old, new): &(&Account, &Account)| {
            names(new).iter().any(|(id, name)| names(old).iter().any(|(i, n)| i == id && n != name))
        };
        self.both().filter(changed).count()
    }
}

/// The passkeys differ by one that was added, or one that was removed.
pub(crate) fn one_more(old: Picture, new: Picture, key: usize) -> bool {
    let mut keys = new.keys;
    let added = keys[key].take();
    added.is_some() && Picture { keys, ..new } == old
}
