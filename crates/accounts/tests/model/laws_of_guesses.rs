//! Laws of passwords, locks, sessions and suspensions.
//!
//! The current password is what an onlooker last saw chosen; while it is void there is none. What the rules keep as a
//! hash is never asked.

use accounts::{Account, Instant, Lane, Outcome, Reason, Verdict};

use super::laws::Seen;
use super::laws_of_passkeys::owner_of_key;
use super::picture::Picture;
use super::state::{ADDRESSES, Aim, State, hash};
use super::step::Step;

impl Seen<'_> {
    /// Every account has its `email` method where it has proven it, with its password unless that is void; and it has
    /// an addressed method at all, unless its member has ended it, and none after that.
    pub(crate) fn an_account_can_be_had_again(&self) -> bool {
        let all = || self.after.world.accounts.values();
        self.after.ghosts.members.len() == self.after.world.accounts.len()
            && all().all(|account| {
                let Some(member) = self.after.ghosts.members.get(&account.id) else { return false };
                let at = account.email.as_ref().map(|method| method.email.key());
                let password = account.password().map(|password| &password.hash);
                at == member.home.map(|home| ADDRESSES[home.at])
                    && password == member.secret.map(hash).as_ref()
                    && member.gone.is_none() == account.addressed().next().is_some()
                    && member.gone.is_some() == account.withdrawn.is_some()
            })
    }

    pub(crate) fn one_account_an_address(&self) -> bool {
        let keys = |account: &Account| account.email.as_ref().map(|m| m.email.key().to_owned());
        let mut all = self.after.world.accounts.values().filter_map(keys).collect::<Vec<_>>();
        let count = all.len();
        all.sort();
        all.dedup();
        all.len() == count
    }

    pub(crate) fn evaluations_are_bounded(&self) -> bool {
        self.after.ghosts.evaluated.iter().all(|((_, lane), count)| match lane {
            Lane::Strangers => *count <= self.policy.guesses,
            Lane::Device(_) => *count <= self.policy.guesses_per_device,
        })
    }

    pub(crate) fn a_lock_refuses(&self) -> bool {
        let Some(flight) = self.settled().filter(|_| self.lets_in()) else { return true };
        let locked = self.before.guesses(flight.at).locked_at.is_some();
        let known = self.before.devices();
        !locked || matches!(flight.lane, Lane::Device(id) if known.contains_key(&id))
    }

    pub(crate) fn a_lock_is_no_more_than_that(&self) -> bool {
        let suspended = |state: &State, at| state.owner_of(at).is_some_and(|a| a.suspended.is_some());
        match self.step {
            Step::Pay(..) | Step::Ask(..) => self.ended() == 0,
            Step::Settle(_) if !self.is_welcome() => self.ended() == 0,
            Step::Unlock(at) => {
                self.ended() == 0 && suspended(self.before, *at) == suspended(self.after, *at)
            }
            Step::Suspend(at) | Step::Resume(at) => self.before.guesses(*at) == self.after.guesses(*at),
            _ => true,
        }
    }

    /// Whose mailbox was proven in this step, so that counts may fall there.
    fn proven_at(&self, at: usize) -> bool {
        let by_code = self.verified().is_some_and(|(_, begun, _)| begun.at == at);
        let by_reset = self.finished().and_then(|(who, ..)| self.begun(who));
        by_code || by_reset.is_some_and(|begun| begun.at == at)
    }

    pub(crate) fn counts_fall_by_proof_only(&self) -> bool {
        (0..ADDRESSES.len()).all(|at| {
            let (was, is) = (self.before.guesses(at), self.after.guesses(at));
            if self.proven_at(at) || matches!(self.step, Step::Unlock(unlocked) if *unlocked == at) {
                return true;
            }
            let right = self.settled().filter(|flight| {
                let member = self.before.ghosts.member_at(at);
                flight.at == at && member.is_some_and(|(_, m)| m.secret == Some(flight.typed))
            });
            let lane = right.map(|flight| flight.lane);
            let forgotten =
                |since: Instant| since.plus(self.policy.guesses_forgotten) <= self.after.now;
            let stays_locked = was.locked_at.is_none() || is.locked_at.is_some();
            let fell = is.wrong < was.wrong;
            let may = lane == Some(Lane::Strangers) && was.locked_at.is_none()
                || was.locked_at.is_none() && was.last_wrong_at.is_some_and(forgotten);
            let devices = was.devices.iter().all(|old| {
                let now = is.devices.iter().find(|new| new.device == old.device);
                let lost = !self.after.devices().contains_key(&old.device);
                now.is_some_and(|new| new.wrong >= old.wrong)
                    || lane == Some(Lane::Device(old.device))
                    || lost
                    || forgotten(old.last_wrong_at)
            });
            stays_locked && (!fell || may) && devices
        })
    }

    /// From the commit of a verification, a change or an undo on, what was checked before yields nothing.
    pub(crate) fn only_the_current_password_lets_in(&self) -> bool {
        let Some(flight) = self.settled().filter(|_| self.lets_in()) else { return true };
        let member = self.before.ghosts.member_at(flight.at);
        member.is_some_and(|(_, member)| member.secret == Some(flight.typed))
    }

    /// No session without a method shown in this step, no credential changed without its own step, and nothing at
    /// all by a browser that has never shown anything.
    pub(crate) fn nothing_appears_by_itself(&self) -> bool {
        let may_start = match self.step {
            Step::Settle(_) => self.settled().is_some_and(|flight| flight.aim == Aim::SignIn),
            Step::Choose(..) | Step::Finish(..) | Step::Arrive(..) | Step::Register(_) => true,
            Step::Present(..) => self.presented().is_some_and(|(_, answer)| answer.asks.signs_in()),
            _ => false,
        };
        let started = self.started();
        let welcome = usize::from(self.is_welcome());
        // Whether mail arrives is no credential.
        let own = |account: &Account| {
            let email = account.email.clone();
            email.map(|method| accounts::EmailMethod { unreachable_at: None, ..method })
        };
        let changed = self.both().any(|(old, new)| own(old) != own(new))
            || self.before.world.accounts.len() > self.after.world.accounts.len();
        let erased = matches!(self.step, Step::Erase(_)) && self.outcome() == Some(&Outcome::Done);
        let may_change = self.changed().is_some()
            || self.moved().is_some()
            || self.verified_reset().is_some()
            || self.finished().is_some()
            || self.taken_back().is_some()
            || self.by_its_member().is_some()
            || erased
            || matches!(self.outcome(), Some(Outcome::Restored));
        (started == 0 || may_start)
            && started == welcome
            && (!changed || may_change)
            && self.methods_change_as_answered()
            && self.a_stranger_does_nothing()
    }

    fn a_stranger_does_nothing(&self) -> bool {
        let who = match self.step {
            Step::Pay(who, ..)
            | Step::Ask(who, ..)
            | Step::Type(who, ..)
            | Step::Finish(who, ..)
            | Step::Enter(who, ..)
            | Step::Choose(who, ..)
            | Step::Change(who, ..)
            | Step::ChangeAt(who, ..)
            | Step::Go(who, ..)
            | Step::Arrive(who, ..)
            | Step::Register(who)
            | Step::TakeOffer(who)
            | Step::Drop(who)
            | Step::Restore(who)
            | Step::Remove(who, ..)
            | Step::Contact(who, _)
            | Step::AddPassword(who, _)
            | Step::Follow(who, ..)
            | Step::Present(who, _)
            | Step::RemoveKey(who, _)
            | Step::NameKey(who, _)
            | Step::Decline(who)
            | Step::Withdraw(who) => *who,
            Step::Settle(n) => self.before.flights[*n].who,
            Step::Press(n) => self.before.looks[*n].who,
            _ => return true,
        };
        let plain = |account: &Account| {
            let keys = (account.passkeys.clone(), account.passkey_declined);
            let seen = (Picture::of(account), keys, account.sessions.clone(), account.epoch);
            (seen, account.password_version, account.withdrawn.is_some(), account.lost.clone())
        };
        let held = &self.after.ghosts.holds[who as usize];
        self.both().all(|(old, new)| held.contains(&old.id) || plain(old) == plain(new))
    }

    /// In the same session; and a provider's proof is one of the account's own identity there.
    pub(crate) fn a_change_needs_a_fresh_proof(&self) -> bool {
        if let (Step::Arrive(who, _, card), Some(Outcome::Fresh { .. })) = (self.step, self.outcome()) {
            let member = self.before.member(self.browser(*who).session);
            return member.is_some_and(|member| Picture::of(member).held(*card).is_some());
        }
        if let (Some((who, answer)), Some(Outcome::Fresh { .. })) = (self.presented(), self.outcome()) {
            let member = self.before.member(self.browser(who).session);
            return member.is_some_and(|member| Picture::of(member).keys[answer.key].is_some());
        }
        let changed = self.changed().map(|(who, _)| who).or(self.moved().map(|(who, _)| who));
        let Some(who) = changed.or(self.by_its_member().map(|(who, _)| who)) else { return true };
        let session = self.browser(who).session.and_then(|digest| self.before.world.session(digest));
        let shown = session.and_then(|session| self.before.ghosts.shown.get(&session.id));
        shown.is_some_and(|(shown, _)| self.after.now < shown.plus(self.policy.fresh))
    }

    pub(crate) fn a_suspension_refuses_everything(&self) -> bool {
        let suspended =
            |at: usize| self.before.owner_of(at).is_some_and(|account| account.suspended.is_some());
        let let_in = self.settled().filter(|_| self.lets_in()).is_some_and(|f| suspended(f.at));
        let verified = self.verified_reset().is_some_and(|(_, begun)| suspended(begun.at));
        let finished = self.finished().and_then(|(who, ..)| self.begun(who));
        let finished = finished.is_some_and(|begun| suspended(begun.at));
        let all = || self.after.world.accounts.values();
        let quiet = all().all(|account| account.suspended.is_none() || account.sessions.is_empty());
        let lifted = self.both().any(|(old, new)| old.suspended.is_some() && new.suspended.is_none());
        let shown = self.accepted().and_then(|(_, answer)| owner_of_key(self.before, answer.key));
        let shown = shown.and_then(|id| self.before.world.accounts.get(&id));
        let shown = shown.is_some_and(|account| account.suspended.is_some());
        let refused = !(let_in || verified || finished || shown);
        refused && quiet && (!lifted || matches!(self.step, Step::Resume(_)))
    }

    pub(crate) fn a_sign_in_begins_anew(&self) -> bool {
        let by_password = self.settled().map(|flight| (flight.who, flight.sent));
        let by_passkey = self.presented().map(|(who, _)| (who, self.browser(who)));
        let entered = by_password.or(by_passkey).filter(|_| self.is_welcome());
        let Some((who, sent)) = entered else { return true };
        let gone = |old| self.after.world.session(old).is_none();
        // An identity that waited for this very account stays in hand.
        let waits = self.before.ghosts.hand[who as usize].and_then(|hand| hand.waits);
        let own = matches!(self.outcome(), Some(Outcome::Welcome(w)) if Some(w.account) == waits);
        let stays = own && sent.flow == self.browser(who).flow;
        sent.session.is_none_or(gone)
            && (stays || sent.flow.is_none_or(|old| self.after.world.flows.get(&old).is_none()))
    }

    /// Setting a new password through the reset unlocks, in whatever way the address was locked.
    pub(crate) fn a_new_password_unlocks(&self) -> bool {
        let begun = self.finished().and_then(|(who, ..)| self.begun(who));
        begun.is_none_or(|begun| self.after.guesses(begun.at).locked_at.is_none())
    }

    pub(crate) fn a_known_device_is_left_alone(&self) -> bool {
        let (Step::Pay(who, at, ..), Some(outcome)) = (self.step, self.outcome()) else { return true };
        let known = self.before.owner_of(*at).and_then(|account| {
            let browser = self.browser(*who);
            account.devices.iter().find(|device| Some(device.digest) == browser.device)
        });
        let kept = known.filter(|device| self.after.devices().contains_key(&device.id));
        kept.is_none() || *outcome != Outcome::Refused(Reason::Locked)
    }

    /// Whether this step settled a wrong guess at an account: also where a lock that fell meanwhile refuses it.
    pub(crate) fn wrong_at_an_account(&self) -> usize {
        let flight = self.settled();
        let wrong = self.refused(Reason::WrongPassword) || self.refused(Reason::NoPassword);
        let wrong = wrong && flight.is_some();
        let verdict = flight.and_then(|flight| flight.checked).map(|(_, verdict)| verdict);
        let member = flight.and_then(|flight| self.before.ghosts.member_at(flight.at));
        let fails = member.is_some_and(|(_, m)| m.secret.is_none() || verdict == Some(Verdict::Wrong));
        let locked = self.refused(Reason::Locked) && fails;
        usize::from(wrong || locked)
    }
}
