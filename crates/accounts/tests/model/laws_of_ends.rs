//! Laws of what ends: an account by its member, a method by its provider, the wait of somebody who lost a provider.
//!
//! An end leaves nothing behind that anybody could use, and what can be taken back is what nobody else has proven since.

use accounts::{AccountId, Addressed, Millis, Outcome};

use super::cards::{CARDS, Report};
use super::ghosts::Use;
use super::laws::Seen;
use super::picture::Picture;
use super::step::Step;

impl Seen<'_> {
    /// What has been ended has no session, device, password, address or identity, and nothing ended lives on.
    pub(crate) fn an_ended_account_has_nothing(&self) -> bool {
        let all = self.after.world.accounts.values();
        let mut ended = all.filter(|account| account.withdrawn.is_some());
        ended.all(|account| {
            account.sessions.is_empty()
                && account.devices.is_empty()
                && account.email.is_none()
                && account.links.is_empty()
                && account.passkeys.is_empty()
        }) && self.after.ghosts.erased.iter().all(|id| self.after.world.accounts.get(id).is_none())
    }

    /// The id of an account is never used again.
    pub(crate) fn an_id_is_never_used_again(&self) -> bool {
        let mut made = self.events().filter_map(|event| match event {
            accounts::Event::AccountCreated { account } => Some(account.id),
            _ => None,
        });
        made.all(|id| {
            let known = self.before.world.accounts.get(&id).is_some();
            !known && !self.before.ghosts.erased.contains(&id)
        })
    }

    /// The account that has come back in this step.
    fn restored(&self) -> Option<AccountId> {
        let mut back =
            self.both().filter(|(old, new)| old.withdrawn.is_some() && new.withdrawn.is_none());
        back.next().map(|(old, _)| old.id)
    }

    /// A withdrawal is taken back in time, as far as others have not proven what it had, without a password, and signs
    /// nobody in; and what was ended is erased when that time is over, and not before.
    pub(crate) fn a_withdrawal_is_taken_back_in_time(&self) -> bool {
        if let Step::Erase(id) = self.step {
            let member = self.before.ghosts.members.get(id);
            let due = member
                .and_then(|member| member.gone)
                .is_some_and(|gone| gone.plus(self.policy.withdraw_grace) <= self.after.now);
            return due == self.after.world.accounts.get(id).is_none();
        }
        if matches!(self.outcome(), Some(Outcome::Withdrawn { .. })) {
            let mut mails = self.decision.into_iter().flat_map(|decision| &decision.mails);
            return mails.all(|mail| mail.number.is_some());
        }
        let Some(id) = self.restored() else {
            return !matches!(self.outcome(), Some(Outcome::Restored)) || self.is_pressed_twice();
        };
        let Some(gone) = self.member(id).and_then(|member| member.gone) else { return false };
        let undone = self.taken_back().is_some_and(|letter| letter.does != Use::Restore);
        let in_time = undone || self.after.now < gone.plus(self.policy.withdraw_grace);
        let bare = self.account(id).is_some_and(|account| {
            account.sessions.is_empty() && account.devices.is_empty() && account.password().is_none()
        });
        in_time && bare && self.started() == 0 && self.is_shown_for(id)
    }

    fn is_pressed_twice(&self) -> bool {
        self.number()
            .and_then(|(_, letter)| letter)
            .is_some_and(|letter| letter.used.is_some() || letter.void)
    }

    /// What was shown to have the account back was its own: a number of its own, its address or its identity.
    fn is_shown_for(&self, id: AccountId) -> bool {
        let Step::Restore(who) = self.step else {
            return self.taken_back().is_some_and(|letter| letter.account == id);
        };
        let n = *who as usize;
        let Some(ended) = self.before.world.accounts.get(&id).and_then(|a| a.withdrawn.as_ref()) else {
            return false;
        };
        let hand = self.before.ghosts.hand[n];
        let by_identity = hand.is_some_and(|hand| {
            let identity = CARDS[hand.card].identity();
            ended.methods.links.iter().any(|link| link.identity == identity)
        });
        let begun = self.before.ghosts.begun[n].filter(|begun| begun.proven.is_some());
        let by_mailbox = begun.is_some_and(|begun| {
            ended.methods.addresses().any(|email| super::state::place(email) == begun.at)
                || self.before.ghosts.letters.iter().any(|letter| {
                    letter.account == id && letter.does == Use::Restore && letter.at == begun.at
                })
        });
        by_identity || hand.is_none() && by_mailbox
    }

    /// After a provider has said that a method is over, nobody comes in by it, and no session that it began is left; a
    /// report of a former time, or one that was heard, changes nothing.
    pub(crate) fn a_method_that_is_over_lets_nobody_in(&self) -> bool {
        if let (Step::Arrive(_, _, card), true) = (self.step, self.lets_in()) {
            let all = self.before.world.accounts.values().map(Picture::of);
            return all.filter_map(|picture| picture.held(*card)).all(|held| !held.over);
        }
        let Step::Hear(card, report, at) = self.step else { return true };
        self.both().all(|(old, new)| {
            let Some(held) = Picture::of(old).held(*card) else { return old == new };
            let heard = self.before.ghosts.heard.contains(&(*card, *report, *at));
            if heard || *at < held.added.minus(Millis::seconds(1)) {
                return old == new;
            }
            let method = Self::method_of_card(*card);
            let ends = match report {
                Report::Sessions | Report::Consent | Report::Purged => {
                    new.sessions.iter().all(|session| session.method != method)
                }
                Report::Hijacked => new.sessions.is_empty(),
                Report::Enabled | Report::Off => new.sessions == old.sessions,
            };
            ends && is_as_reported(*report, *card, &Picture::of(old), &Picture::of(new))
        })
    }

    /// A wait is begun by a mailed number alone and ended by any sign-in; and only after it a code sets up an `email`
    /// method, for an account that has none.
    pub(crate) fn a_lost_provider_is_waited_for(&self) -> bool {
        let waits = self.both().all(|(old, new)| {
            let began = old.lost.is_none() && new.lost.is_some();
            let ended = old.lost.is_some() && new.lost.is_some() && self.started_at(new.id);
            !ended && (!began || matches!(self.outcome(), Some(Outcome::WaitBegun { .. })))
        });
        let set_up = self.finished().and_then(|(who, ..)| self.begun(who)).and_then(|begun| {
            let account = self.before.world.accounts.get(&begun.account?)?;
            account.email.is_none().then_some((account.id, begun.at))
        });
        let verified = self.verified_reset().and_then(|(_, begun)| {
            let none = self.before.owner_of(begun.at).is_none();
            let waits = self
                .before
                .ghosts
                .members
                .iter()
                .find(|(_, member)| member.lost.is_some_and(|(at, _)| at == begun.at));
            none.then(|| waits.is_some_and(|(_, member)| self.is_over(member.lost)))
        });
        let over = set_up.is_none_or(|(id, at)| {
            let lost = self.member(id).and_then(|member| member.lost);
            lost.is_some_and(|(where_, _)| where_ == at) && self.is_over(lost)
        });
        waits && over && verified.unwrap_or(true)
    }

    fn is_over(&self, lost: Option<(usize, accounts::Instant)>) -> bool {
        lost.is_some_and(|(_, since)| since.plus(self.policy.lost_wait) <= self.after.now)
    }

    fn started_at(&self, id: AccountId) -> bool {
        matches!(self.outcome(), Some(Outcome::Welcome(welcome)) if welcome.account == id)
    }
}

/// The method is there or gone as the report says; the last one with an address stays, and is held.
fn is_as_reported(report: Report, card: usize, old: &Picture, new: &Picture) -> bool {
    let method = Addressed::Provider(CARDS[card].provider);
    let others = old.addressed().iter().any(|other| *other != method);
    let held = new.held(card);
    match report {
        Report::Consent => held.is_none() == others,
        Report::Purged if others => held.is_none(),
        Report::Purged | Report::Hijacked => held.is_some_and(|held| held.over),
        Report::Enabled => held.is_some_and(|held| !held.over),
        Report::Sessions => old == new,
        Report::Off => {
            let there = held.is_some_and(|held| held.at.is_some_and(|(at, _)| at == CARDS[card].at));
            held.is_some_and(|held| held.unreachable == there) || !there
        }
    }
}
